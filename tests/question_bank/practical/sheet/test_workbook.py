"""The model of workbooks: what hand-written parts say, in both namespaces, and what damaged ones do."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.formats.office_package import zipped_office
from question_bank.formats.zips import UnreadableFileError
from question_bank.practical.catalogue import Request, catalogue
from question_bank.practical.findings import Outcome
from question_bank.practical.models import open_model
from question_bank.practical.mutants import package_parts, with_parts
from question_bank.practical.sheet import reading
from question_bank.practical.sheet.address import Area, area, letters, named, number
from question_bank.practical.sheet.cells import ErrorValue
from question_bank.practical.sheet.number_format import number_format
from question_bank.practical.sheet.recalculation import NotRecalculatedError

LOOSE, STRICT = "http://schemas.openxmlformats.org", "http://purl.oclc.org/ooxml"
SPACES = {
    LOOSE: (f"{LOOSE}/spreadsheetml/2006/main", f"{LOOSE}/officeDocument/2006/relationships"),
    STRICT: (f"{STRICT}/spreadsheetml/main", f"{STRICT}/officeDocument/relationships"),
}


def written(sheet: str, kind: str = LOOSE, book: str = "", styles: str = "", texts: str = "") -> bytes:
    """A workbook of one sheet from parts by hand."""
    main, relations = SPACES[kind]
    packages = f"{LOOSE}/package/2006/relationships"
    parts = {
        "_rels/.rels": f'<Relationships xmlns="{packages}"><Relationship Id="r" Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{relations}">{book}<sheets><sheet name="Tờ 1" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{packages}"><Relationship Id="r1" Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{relations}/styles" Target="styles.xml"/><Relationship Id="r3" Type="{relations}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}">{sheet}</worksheet>',
        "xl/styles.xml": f'<styleSheet xmlns="{main}">{styles}</styleSheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{main}">{texts}</sst>',
    }
    return zipped_office({name: text.encode() for name, text in parts.items()})


def sheet_of(data: bytes) -> Any:
    return open_model("xlsx", data).sheets[0]


@pytest.mark.parametrize("kind", [LOOSE, STRICT])
def test_values_of_every_kind_in_both_namespaces(kind: str) -> None:
    rows = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>1.5</v></c><c r="C1" t="b"><v>1</v></c><c r="D1" t="e"><v>#N/A</v></c>'
        '<c r="E1" t="str"><f>A1&amp;"x"</f><v>chữx</v></c><c r="F1" t="inlineStr"><is><r><t>đậm</t></r><r><t xml:space="preserve"> vừa</t></r></is></c></row>'
        "<row><c><v>2</v></c><c><v>3</v></c></row>"
    )
    sheet = sheet_of(written(f"<sheetData>{rows}</sheetData>", kind, texts="<si><t>chữ</t><rPh><t>zz</t></rPh></si>"))
    assert [sheet.cell(1, column).value for column in range(1, 7)] == ["chữ", 1.5, True, "#N/A", "chữx", "đậm vừa"]
    assert isinstance(sheet.cell(1, 4).value, ErrorValue)
    assert sheet.cell(1, 5).formula == 'A1&"x"'
    assert [sheet.cell(2, column).value for column in (1, 2)] == [
        2.0,
        3.0,
    ]  # rows and cells that do not say where they are


def test_shared_formulas_are_written_out_for_each_cell() -> None:
    rows = (
        '<row r="1"><c r="C1"><f t="shared" ref="C1:C3" si="0">A1*$B$1</f><v>1</v></c></row><row r="2"><c r="C2"><f t="shared" si="0"/><v>2</v></c></row>'
        '<row r="3"><c r="C3"><f t="shared" si="0"/><v>3</v></c><c r="D3"><f t="shared" si="7"/><v>9</v></c></row>'
    )
    sheet = sheet_of(written(f"<sheetData>{rows}</sheetData>"))
    assert [sheet.cell(row, 3).formula for row in (1, 2, 3)] == ["A1*$B$1", "A2*$B$1", "A3*$B$1"]
    assert not sheet.cell(3, 4).has_formula  # what it shares is nowhere


def test_days_count_from_1900_or_from_1904() -> None:
    rows = '<sheetData><row r="1"><c r="A1"><v>45000</v></c><c r="B1"><v>59</v></c></row></sheetData>'
    early, late = sheet_of(written(rows)), sheet_of(written(rows, book='<workbookPr date1904="1"/>'))
    assert early.day(early.cell(1, 1)).date() == date(2023, 3, 15)
    assert early.day(early.cell(1, 2)).date() == date(1900, 2, 28)
    assert late.day(late.cell(1, 1)).date() == date(2027, 3, 16)


def test_a_look_comes_from_the_cell_its_row_or_its_column_with_theme_and_tint() -> None:
    styles = (
        '<fonts><font><name val="Calibri"/></font><font><b/><name val="Times New Roman"/><color theme="1"/></font></fonts>'
        '<fills><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="solid"><fgColor theme="4" tint="0.7999"/></patternFill></fill></fills>'
        '<borders><border/></borders><cellStyleXfs><xf/><xf fontId="1"/></cellStyleXfs><cellXfs><xf/><xf fontId="1" fillId="1" xfId="0"/><xf xfId="1" numFmtId="14"/></cellXfs>'
        '<cellStyles><cellStyle name="Normal" xfId="0"/><cellStyle name="Tiêu đề" xfId="1"/></cellStyles>'
    )
    sheet = sheet_of(
        written(
            '<cols><col min="2" max="2" style="2" width="9"/></cols><sheetData><row r="1" s="1" customFormat="1"><c r="A1" s="1"><v>1</v></c></row></sheetData>',
            styles=styles,
        )
    )
    first, in_row, in_column = (sheet.look(sheet.cell(*where)) for where in ((1, 1), (1, 5), (9, 2)))
    assert (first.font.name, first.font.bold, first.font.colour, first.fill) == (
        "Times New Roman",
        True,
        "000000",
        "DAE3F3",
    )
    assert in_row == first
    assert (in_column.style, in_column.font.name, in_column.number_format.order) == ("Tiêu đề", "Times New Roman", "*")


@pytest.mark.parametrize(
    ("code", "kind", "said"),
    [
        ("General", "general", (0, False, "")), ("#,##0.00", "number", (2, True, "")), ("0.0%", "percent", (1, False, "")),
        ('#,##0\\ "₫"', "currency", (0, True, "₫")), ("#,##0 [$₫-42A]", "currency", (0, True, "₫")), ('_-* #,##0\\ "đ"_-;-* #,##0\\ "đ"_-', "currency", (0, True, "đ")),
        ("0.00E+00", "scientific", (2, False, "")), ("# ??/??", "fraction", (0, False, "")), ("@", "text", (0, False, "")),
        ('#,##0 "hồ sơ"', "number", (0, True, "")), ('"đ"#,##0;[Red]-"đ"#,##0', "currency", (0, True, "đ")),
    ],
)  # fmt: skip
def test_number_formats_by_what_they_mean(code: str, kind: str, said: tuple[int, bool, str]) -> None:
    found = number_format(code)
    assert (found.kind, (found.decimals, found.thousands, found.symbol)) == (kind, said)


@pytest.mark.parametrize(
    ("code", "kind", "order", "widths"),
    [
        ("dd/mm/yyyy", "date", "dmy", (2, 2, 4)), ("[$-42A]dd/mm/yyyy;@", "date", "dmy", (2, 2, 4)), ("d/m/yy", "date", "dmy", (1, 1, 2)),
        ("yyyy-mm-dd hh:mm", "datetime", "ymd", (4, 2, 2)), ("hh:mm:ss", "time", "", ()), ("[h]:mm", "time", "", ()), ("*mm-dd-yy", "date", "*", (2, 2, 2)),
        ('"Ngày" dd "tháng" mm "năm" yyyy', "date", "dmy", (2, 2, 4)), ("[$-F800]dddd, mmmm dd, yyyy", "date", "*", (4, 4, 2, 4)),
    ],
)  # fmt: skip
def test_formats_of_days(code: str, kind: str, order: str, widths: tuple[int, ...]) -> None:
    found = number_format(code)
    assert (found.kind, found.order, found.widths) == (kind, order, widths)


def test_addresses() -> None:
    assert area("$B$4:D2") == Area(2, 2, 4, 4)
    assert area("B7") == Area(7, 2, 7, 2)
    assert [area(text) for text in ("A0", "XFE1", "hello", "A1:", "")] == [None] * 5
    assert [letters(number(text)) for text in ("A", "Z", "AA", "XFD")] == ["A", "Z", "AA", "XFD"]
    assert named("Tổng hợp", "B7") == "'Tổng hợp'!B7"
    assert named("HoSo", "B7") == "HoSo!B7"


def test_names_tables_and_sheets_are_found_by_what_they_are_called(solution: bytes) -> None:
    book = open_model("xlsx", solution)
    assert book.sheet("tổng hợp").name == "TongHop"
    assert book.sheet("Tong_Hop").name == "TongHop"
    assert book.sheet("Khác") is None
    assert [
        book.resolve(said)[1].words() for said in ("NguongToiThieu", "BangDonVi", "HoSo!$A$3:F11", "=TongHop!B:B")
    ] == ["B10", "A2:B5", "A3:F11", "B:B"]
    assert book.resolve("KhongCo") is None


def test_what_is_no_workbook_is_refused() -> None:
    for data in (b"", b"PK\x03\x04", b"hello", zipped_office({"a.xml": b"<a/>"})):
        with pytest.raises(UnreadableFileError):
            open_model("xlsx", data)


def test_more_cells_than_a_workbook_may_have_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_CELLS", 10)
    rows = "".join(f'<row r="{row}"><c r="A{row}"><v>1</v></c></row>' for row in range(1, 12))
    with pytest.raises(UnreadableFileError):
        open_model("xlsx", written(f"<sheetData>{rows}</sheetData>"))


def test_two_hundred_thousand_cells_take_little_room(tmp_path: Path) -> None:
    """A tree of them would be about a gigabyte; the reader keeps small objects. Measured in a process of its own."""
    row = "".join(f'<c r="{letters(column)}{{0}}" t="s"><v>0</v></c>' for column in range(1, 11))
    rows = "".join(f'<row r="{at}">{row.format(at)}</row>' for at in range(1, 20_001))
    (tmp_path / "large.xlsx").write_bytes(written(f"<sheetData>{rows}</sheetData>", texts="<si><t>x</t></si>"))
    code = (
        "import re, sys; from question_bank.practical.models import open_model; book = open_model('xlsx', open(sys.argv[1], 'rb').read());"
        # Not ru_maxrss: a child begins with what its parent had.
        "print(sum(1 for _ in book.sheets[0].cells()), int(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1]) // 1024)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "large.xlsx"], capture_output=True, text=True, check=True
    )
    cells, megabytes = map(int, done.stdout.split())
    assert cells == 200_000
    assert megabytes <= 300


def test_opening_a_workbook_imports_no_library_for_it() -> None:

    code = "import sys; from question_bank.practical import models, catalogue; models.open_model; import question_bank.practical.sheet.workbook; catalogue.check_type('xlsx.value'); print('openpyxl' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


# --- damaged and hostile parts --------------------------------------------------------------------------------------

PARTS = ("xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/worksheets/sheet3.xml", "xl/styles.xml",
         "xl/charts/chart1.xml", "xl/drawings/drawing1.xml", "xl/tables/table1.xml", "xl/pivotTables/pivotTable1.xml", "xl/pivotCache/pivotCacheDefinition1.xml",
         "xl/worksheets/sheet9.xml", "xl/_rels/workbook.xml.rels", "xl/comments/comment1.xml", "xl/theme/theme1.xml")  # fmt: skip
WORDS = (
    "",
    "-1",
    "0",
    "99999999999999999999",
    "A1",
    "A0:ZZZ9",
    "nan",
    "1e999",
    "<",
    "true",
    "$",
    "'",
    "[1]x!A1",
    "#REF!",
    "\u0000",
    "đ",
    "A1:XFD1048576",
)


@given(st.data())
def test_damaged_parts_never_break_the_reader_or_a_check(
    solution: bytes, request_of: Callable[..., Request], data: st.DataObject
) -> None:
    """Attributes and texts replaced by other ones, pieces cut out, whatever part they are in."""
    part = data.draw(st.sampled_from(PARTS))
    parts = package_parts(solution)
    text = parts[part].decode()
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text) - 1))
        match data.draw(st.sampled_from(("attribute", "text", "cut"))):
            case "attribute":
                start = text.find('="', at)
                if start >= 0:
                    text = (
                        text[: start + 2]
                        + data.draw(st.sampled_from(WORDS)).replace("<", "")
                        + text[text.index('"', start + 2) :]
                    )
            case "text":
                start = text.find(">", at)
                if start >= 0 and (end := text.find("<", start)) > start:
                    text = text[: start + 1] + data.draw(st.sampled_from(WORDS)).replace("<", "&lt;") + text[end:]
            case _:
                text = text[:at] + text[at + data.draw(st.integers(1, 40)) :]
    try:
        book = open_model("xlsx", with_parts(solution, {part: text.encode()}))
    except UnreadableFileError:
        return

    for name, select, expect, _ in json.loads((Path(__file__).parent / "cases.json").read_text(encoding="utf-8")):
        kind = catalogue()[name]
        with suppress(NotRecalculatedError):  # nothing is recalculated here: that goes to a person
            assert isinstance(kind.run(book, request_of(name, select, expect)), Outcome), name


@given(st.binary(max_size=400))
def test_any_bytes_are_opened_or_refused(data: bytes) -> None:
    with suppress(UnreadableFileError):
        open_model("xlsx", data)


@pytest.fixture(scope="module")
def two_books() -> tuple[Any, Any]:
    """A workbook as it is, and the same with rows and a column put in before its tables."""

    def make(rows: int, columns: int) -> Any:

        book = openpyxl.Workbook()
        sheet: Any = book.active
        sheet.title = "Tổng hợp"
        lines: list[list[Any]] = [
            ["Kỳ báo cáo:", "Quý I"],
            [],
            ["STT", "Đơn vị", "Số hồ sơ"],
            [1, "Xã A", 5],
            [2, "Xã B", 7],
            ["", "Tổng cộng", 12],
            [],
            ["Ghi chú"],
        ]
        for at, line in enumerate(lines):
            for column, value in enumerate(line):
                sheet.cell(at + 1 + rows, column + 1 + columns, value)
        made = io.BytesIO()
        book.save(made)
        return made.getvalue()

    return make(0, 0), make(3, 2)


@pytest.mark.parametrize(
    ("select", "value"),
    [
        ({"label": "Kỳ báo cáo"}, "Quý I"), ({"label": "Tổng cộng", "offset": "right"}, 12), ({"label": "Đơn vị", "offset": "below 2"}, "Xã B"),
        ({"column": "Số hồ sơ", "row": "Xã A"}, 5), ({"sheet": "TongHop", "label": "Xã B", "offset": "left"}, 2), ({"text": "Ghi chú"}, "Ghi chú"),
        ({"label": "Số hồ sơ", "offset": "below"}, 5),
    ],
)  # fmt: skip
def test_a_place_is_found_again_when_rows_and_columns_were_put_in(
    select: Any, value: Any, two_books: Any, judge: Callable[..., Outcome]
) -> None:
    expect = {"number": value} if isinstance(value, int) else {"text": value}
    for data in two_books:
        outcome = judge("xlsx.value", select, expect, data)
        assert [one.right for one in outcome.findings] == [True]


@pytest.mark.parametrize(
    ("select", "cells"),
    [
        ({"column": "Số hồ sơ", "until": "Tổng cộng"}, 2),
        ({"column": "Số hồ sơ"}, 3),
        ({"headings": "STT"}, 3),
        ({"block": "STT"}, 12),
        ({"row": "Xã A"}, 1),
    ],
)
def test_how_far_a_place_goes(select: Any, cells: int, two_books: Any, judge: Callable[..., Outcome]) -> None:
    for data in two_books:
        outcome = judge("xlsx.filled", select, {}, data)
        target: Any = outcome.targets[0]
        assert sum(1 for _ in target.cells()) == cells
