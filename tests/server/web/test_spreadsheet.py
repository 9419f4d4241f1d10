from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from server.domain.roster import Roster, RosterRules
from server.domain.roster_fields import Code
from server.domain.roster_reading import read_roster
from server.domain.table import CellKind, Table
from server.web.roster_wording import FILE_PROBLEMS
from server.web.spreadsheet import MAX_FILE_BYTES, FileFault, FileProblem, read_table

HEADER = ["STT", "SBD", "Họ và tên", "Ngày sinh", "Đơn vị", "Bảng", "Chức vụ", "Phòng", "Máy"]
RULES = RosterRules(on=date(2026, 11, 20), min_age_years=12, divisions=("A", "B"), rooms=("P1", "P2"))


def saved(workbook: Workbook) -> bytes:
    stream = io.BytesIO()
    workbook.save(stream)
    workbook.close()
    return stream.getvalue()


def workbook(*rows: Sequence[Any], change: Callable[[Workbook], object] = lambda book: None) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    change(book)
    return saved(book)


def sheet_of(data: bytes) -> Table:
    found = read_table(data)
    assert isinstance(found, Table), found
    return found


def fault(data: bytes) -> FileFault:
    found = read_table(data)
    assert isinstance(found, FileProblem), found
    return found.fault


# Every row but the first and the last is wrong in one way; (row, column letter) → code is what must be reported.
MISTAKES: list[tuple[list[object], str, Code]] = [
    (["", "Lê Thị Bình", "01/02/1990", "Sở Y tế", "A", "", "P1", "A02"], "B", Code.MISSING),
    (["12A?", "Lê Thị Cúc", "01/02/1990", "Sở Y tế", "A", "", "P1", "A03"], "B", Code.SBD_MALFORMED),
    (["0101", "Lê Thị Dung", "01/02/1990", "Sở Y tế", "A", "", "P1", "A04"], "B", Code.SBD_DUPLICATE),
    ([105, "Lê Thị Em", "01/02/1990", "Sở Y tế", "A", "", "P1", "A05"], "B", Code.SBD_LOST_ZEROS),
    (["0106", "", "01/02/1990", "Sở Y tế", "A", "", "P1", "A06"], "C", Code.MISSING),
    (["0107", "Lê Thị G7", "01/02/1990", "Sở Y tế", "A", "", "P1", "A07"], "C", Code.NAME_DIGITS),
    (["0108", "Hạnh", "01/02/1990", "Sở Y tế", "A", "", "P1", "A08"], "C", Code.NAME_ONE_WORD),
    (["0109", "Lê Thị \u0406n", "01/02/1990", "Sở Y tế", "A", "", "P1", "A09"], "C", Code.LOOKALIKE),
    (["0110", "Lê Thị K\u200bhánh", "01/02/1990", "Sở Y tế", "A", "", "P1", "A10"], "C", Code.CONTROL_CHARACTER),
    (["0111", "NguyÔn V¨n L©m", "01/02/1990", "Sở Y tế", "A", "", "P1", "A11"], "C", Code.OLD_FONT),
    (["0112", "Lê Văn An", "01/02/1990", "Sở Nội vụ", "A", "", "P1", "A12"], "C", Code.PERSON_DUPLICATE),
    (["0113", "Lê Thị Mai", "31/02/1990", "Sở Y tế", "A", "", "P1", "A13"], "D", Code.BIRTH_IMPOSSIBLE),
    (["0114", "Lê Thị Nga", "khoảng 1990", "Sở Y tế", "A", "", "P1", "A14"], "D", Code.BIRTH_UNREADABLE),
    (["0115", "Lê Thị Oanh", "01/02/90", "Sở Y tế", "A", "", "P1", "A15"], "D", Code.BIRTH_SHORT_YEAR),
    (["0116", "Lê Thị Phúc", "01/02/2029", "Sở Y tế", "A", "", "P1", "A16"], "D", Code.BIRTH_FUTURE),
    (["0117", "Lê Thị Quý", "01/02/2020", "Sở Y tế", "A", "", "P1", "A17"], "D", Code.BIRTH_TOO_YOUNG),
    (["0118", "Lê Thị Sen", "1990", "Sở Y tế", "A", "", "P1", "A18"], "D", Code.BIRTH_YEAR_ONLY),
    (["0119", "Lê Thị Tâm", "01/02/1990", "", "A", "", "P1", "A19"], "E", Code.MISSING),
    (["0120", "Lê Thị Uyên", "01/02/1990", "Sở Y tế", "C", "", "P1", "A20"], "F", Code.DIVISION_UNKNOWN),
    (["0121", "Lê Thị Vân", "01/02/1990", "Sở Y tế", "A", "", "P9", "A21"], "H", Code.ROOM_UNKNOWN),
    (["0122", "Lê Thị Xuân", "01/02/1990", "Sở Y tế", "A", "", "P1", "A01"], "I", Code.SEAT_TAKEN),
    (["0123", "Lê Thị Yến", "01/02/1990", "Sở " * 70, "A", "", "P1", "A23"], "E", Code.TOO_LONG),
]
FIRST: list[object] = ["0101", "Lê Văn An", "01/02/1990", "Sở Nội vụ", "A", "Chuyên viên", "P1", "A01"]
LAST: list[object] = ["0199", "Vũ Thị Ý", "28/02/1990", "Sở Nội vụ", "B", "", "P2", "A01"]


def rows_with_mistakes() -> list[list[Any]]:
    body = [FIRST, *(row for row, _, _ in MISTAKES), LAST]
    return [HEADER, *([at, *row] for at, row in enumerate(body, start=1))]


def assert_every_mistake_is_listed(data: bytes, mistakes: Sequence[tuple[int, str, Code]]) -> None:
    found = read_roster(sheet_of(data), RULES)
    assert isinstance(found, list)
    assert [(p.row, p.column.split()[0], p.code) for p in found] == mistakes


def test_a_workbook_with_twenty_two_different_mistakes_lists_all_with_row_and_column() -> None:
    expected = [(at, column, code) for at, (_, column, code) in enumerate(MISTAKES, start=3)]
    assert_every_mistake_is_listed(workbook(*rows_with_mistakes()), expected)
    assert len({(column, code) for _, column, code in expected}) >= 20


@pytest.mark.parametrize(
    ("encoding", "separator"), [("utf-8", ","), ("utf-8-sig", ";"), ("utf-16", "\t"), ("utf-8-sig", "\t")]
)
def test_a_csv_lists_the_same_mistakes_whatever_its_encoding_and_separator(encoding: str, separator: str) -> None:
    text = "\r\n".join(separator.join(str(value) for value in row) for row in rows_with_mistakes())
    # A .csv has no number cells: 105 there is simply another candidate number.
    expected = [
        (at, column, code) for at, (_, column, code) in enumerate(MISTAKES, start=3) if code is not Code.SBD_LOST_ZEROS
    ]
    assert_every_mistake_is_listed(text.encode(encoding), expected)


def test_the_good_rows_of_the_same_list_make_a_roster() -> None:
    found = read_roster(sheet_of(workbook(HEADER, [1, *FIRST], [2, *LAST])), RULES)
    assert isinstance(found, Roster)
    assert [entry.sbd for entry in found.entries] == ["0101", "0199"]


def test_date_cells_number_formats_formulas_errors_and_booleans_are_told_apart() -> None:
    def change(book: Workbook) -> None:
        sheet = book.active
        assert sheet is not None
        sheet["A1"], sheet["B1"], sheet["C1"], sheet["D1"] = date(1990, 9, 5), 147, 147, "=A1"
        sheet["E1"], sheet["F1"], sheet["G1"], sheet["H1"] = (
            True,
            "#N/A",
            1.5,
            datetime.fromisoformat("1990-09-05T07:00"),
        )
        sheet["C1"].number_format = "0000"
        sheet["F1"].data_type = "e"

    (row,) = sheet_of(workbook(change=change)).rows
    assert [(cell.kind, cell.text) for cell in row.cells] == [
        (CellKind.DATE, "1990-09-05"),
        (CellKind.NUMBER, "147"),
        (CellKind.NUMBER, "0147"),
        (CellKind.FORMULA, "=A1"),
        (CellKind.BOOLEAN, "True"),
        (CellKind.ERROR, "#N/A"),
        (CellKind.NUMBER, "1.5"),
        (CellKind.DATE, "1990-09-05T07:00:00"),
    ]


def test_merged_titles_do_no_harm_and_merged_records_are_problems() -> None:
    def change(book: Workbook) -> None:
        sheet = book.active
        assert sheet is not None
        sheet.merge_cells("A1:I1")
        sheet.merge_cells("E3:E4")

    rows: list[list[Any]] = [["DANH SÁCH THÍ SINH"], HEADER, [1, *FIRST], [2, *LAST]]
    found = read_roster(sheet_of(workbook(*rows, change=change)), RULES)
    assert isinstance(found, list)
    assert [(p.row, p.column, p.code) for p in found] == [
        (3, "E (Đơn vị)", Code.MERGED_CELL),
        (4, "E (Đơn vị)", Code.MERGED_CELL),
    ]


def test_hidden_and_empty_sheets_are_passed_over() -> None:
    def change(book: Workbook) -> None:
        book.create_sheet("Ẩn").append(["x"])
        book["Ẩn"].sheet_state = "hidden"
        book.create_sheet("Danh sách").append(HEADER)

    assert sheet_of(workbook(change=change)).sheet == "Danh sách"


def test_a_formula_in_a_csv_is_a_formula() -> None:
    assert sheet_of(b"SBD;=1+1\n").rows[0].cells[1].kind is CellKind.FORMULA


def test_a_csv_in_an_old_vietnamese_encoding_is_refused_and_not_guessed() -> None:
    text = "SBD,Họ và tên\n0147,Nguyễn Thị Đoan\n"
    old = text.replace("ễ", "ê\u0303").replace("ị", "i\u0323").replace("ọ", "o\u0323").encode("cp1258")
    assert fault(old) is FileFault.OLD_ENCODING


def zipped(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_small_archive_that_unpacks_to_gigabytes_is_refused_before_it_is_read() -> None:
    inside = members(workbook(HEADER))
    bomb = zipped({**inside, "xl/media/zeros.bin": bytes(60 * 1024 * 1024)})
    assert len(bomb) < 100_000
    assert fault(bomb) is FileFault.UNPACKS_TOO_LARGE


def test_an_archive_that_lies_about_its_sizes_is_refused() -> None:
    bomb = zipped({**members(workbook(HEADER)), "xl/media/zeros.bin": bytes(60 * 1024 * 1024)})
    size = (60 * 1024 * 1024).to_bytes(4, "little")
    assert fault(bomb.replace(size, (10).to_bytes(4, "little"))) in (FileFault.DAMAGED, FileFault.UNPACKS_TOO_LARGE)


def with_sheet(change: Callable[[bytes], bytes]) -> bytes:
    """A workbook whose one sheet's XML was changed."""
    inside = members(workbook(HEADER))
    name = "xl/worksheets/sheet1.xml"
    return zipped({**inside, name: change(inside[name])})


def test_merged_ranges_that_claim_the_whole_sheet_again_and_again_are_refused() -> None:
    claims = b"<mergeCells>" + b'<mergeCell ref="A1:B6000"/>' * 100_000 + b"</mergeCells>"
    assert (
        fault(with_sheet(lambda xml: xml.replace(b"</sheetData>", b"</sheetData>" + claims)))
        is FileFault.TOO_MANY_MERGED
    )


def test_a_megabyte_of_beginnings_without_an_end_is_searched_once_and_not_a_hundred_thousand_times() -> None:
    """The search for merged cells holds up the whole server: it must not run to the file's end from each beginning."""
    for word in (b"<mergeCell ", b"<" + b"x" * 30, b"<mergeCell a"):
        poison = b"<!--" + word * (1_000_000 // len(word)) + b"-->"
        data = with_sheet(lambda xml, poison=poison: xml.replace(b"</sheetData>", b"</sheetData>" + poison))  # type: ignore[misc]
        assert isinstance(read_table(data), Table)


def test_one_part_named_as_many_sheets_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    inside = members(workbook([]))
    sheets = b"".join(b'<sheet name="s%d" sheetId="%d" r:id="rId1"/>' % (n, n) for n in range(1, 500))
    book = inside["xl/workbook.xml"]
    begin, end = book.index(b"<sheets>") + len(b"<sheets>"), book.index(b"</sheets>")
    many = book[:begin] + sheets + book[end:]
    read: list[str] = []
    whole = zipfile.ZipFile.read

    def counted(archive: zipfile.ZipFile, name: Any, pwd: bytes | None = None) -> bytes:
        read.append(str(name))
        return whole(archive, name, pwd)

    monkeypatch.setattr(zipfile.ZipFile, "read", counted)
    assert fault(zipped({**inside, "xl/workbook.xml": many})) is FileFault.NO_SHEET
    assert read.count("xl/worksheets/sheet1.xml") <= 1


def test_a_workbook_with_entity_declarations_is_refused() -> None:
    inside = members(workbook(HEADER))
    name = "xl/worksheets/sheet1.xml"
    for declared in (b'<!DOCTYPE x [<!ENTITY a "b">]>', '<!DOCTYPE x [<!ENTITY a "b">]>'.encode("utf-16-le")):
        assert fault(zipped({**inside, name: b" " * 300_000 + declared + inside[name]})) is FileFault.UNSAFE
        assert fault(zipped({**inside, "xl/other.dat": declared})) is FileFault.UNSAFE


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", FileFault.EMPTY),
        (b" \n ", FileFault.EMPTY),
        (b"x" * (MAX_FILE_BYTES + 1), FileFault.TOO_BIG),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), FileFault.OLD_EXCEL),
        (b"PK\x03\x04 not really", FileFault.DAMAGED),
        (zipped({"word/document.xml": b"<x/>"}), FileFault.NOT_A_SPREADSHEET),
        (b"\x89PNG\x00\x01", FileFault.OLD_ENCODING),
        (b"a,b\x00c", FileFault.NOT_A_SPREADSHEET),
        (b'SBD,"name\n1,2\n', FileFault.BAD_CSV),
        (b"1,2\n" * 6_001, FileFault.TOO_MANY_ROWS),
    ],
)
def test_each_file_that_is_no_list_says_why(data: bytes, expected: FileFault) -> None:
    assert fault(data) is expected


def test_a_workbook_with_nothing_visible_says_so() -> None:
    assert fault(workbook()) is FileFault.NO_SHEET


def test_every_fault_has_a_sentence() -> None:
    assert set(FILE_PROBLEMS) == set(FileFault)


WORKBOOK = workbook(HEADER, [1, *FIRST])


@given(st.integers(0, len(WORKBOOK) - 1), st.integers(0, 255))
def test_a_workbook_with_any_byte_changed_is_read_or_refused_and_never_breaks_the_page(at: int, value: int) -> None:
    data = bytearray(WORKBOOK)
    data[at] = value
    assert isinstance(read_table(bytes(data)), (Table, FileProblem))


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    assert isinstance(read_table(data), (Table, FileProblem))
