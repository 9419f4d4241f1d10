"""A workbook in which every check of the catalogue has something to find, and one in which none has."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting import rule as rules
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.table import Table

from question_bank.formats import nodes
from question_bank.formats.report import Report
from question_bank.practical.arguments import read_fields
from question_bank.practical.catalogue import Request, check_type
from question_bank.practical.findings import Outcome
from question_bank.practical.models import open_model
from question_bank.practical.mutants import add_element, elements, package_parts, put_text, with_parts
from question_bank.practical.sheet.address import place
from question_bank.practical.sheet.edits import Edited

PROGRAM = shutil.which("soffice")
DUE = [date(2026, 3, day) for day in (2, 4, 6, 9, 11, 13, 16, 18)]
DONE = [date(2026, 3, day) for day in (2, 5, 6, 8, 12, 13, 15, 20)]
UNITS = ["Phường An Hòa", "Phường Tân Lập", "Xã Bình Minh", "Xã Cẩm Thủy"]


def _list_sheet(book: Any) -> None:
    sheet = book.create_sheet("HoSo")
    sheet.append(["DANH SÁCH HỒ SƠ"])
    sheet.append([])
    sheet.append(["Mã hồ sơ", "Đơn vị", "Ngày hẹn", "Ngày trả", "Phí", "Kết quả"])
    for at in range(8):
        row = at + 4
        sheet.append(
            [
                f"HS{at + 1:03d}",
                UNITS[at % 4],
                DUE[at],
                DONE[at],
                15000.0 * (at + 1),
                f'=IF(D{row}<=C{row},"Đúng hạn","Trễ hạn")',
            ]
        )
        for column in "CD":
            sheet[f"{column}{row}"].number_format = "dd/mm/yyyy"
        sheet[f"E{row}"].number_format = '#,##0\\ "₫"'
    new: Any = rules  # the library's functions have no types
    sheet.auto_filter.ref = "A3:F11"
    sheet.auto_filter.add_filter_column(1, UNITS[:2])
    for at in range(8):
        sheet.row_dimensions[at + 4].hidden = at % 4 > 1
    red = PatternFill("solid", bgColor="FFFFC7CE", fgColor="FFFFC7CE")
    sheet.conditional_formatting.add("F4:F11", new.CellIsRule(operator="equal", formula=['"Trễ hạn"'], fill=red))
    sheet.conditional_formatting.add("A4:A11", new.FormulaRule(formula=["$D4>$C4"], fill=red))
    sheet.conditional_formatting.add("E4:E11", new.DataBarRule("min", None, "max", None, color="FF638EC6"))
    sheet.conditional_formatting.add(
        "C4:C11", new.ColorScaleRule("min", None, "FFF8696B", None, None, None, "max", None, "FF63BE7B")
    )
    sheet.conditional_formatting.add("D4:D11", new.IconSetRule("3TrafficLights1", "percent", [0, 33, 67]))
    chosen = DataValidation("list", formula1="DanhMuc!$A$2:$A$5", showErrorMessage=True, showInputMessage=True)
    chosen.error, chosen.errorTitle, chosen.prompt = "Chỉ chọn trong danh sách", "Sai đơn vị", "Chọn đơn vị"
    chosen.add("B4:B11")
    least = DataValidation("decimal", operator="greaterThanOrEqual", formula1="0")
    least.add("E4:E11")
    for one in (chosen, least):
        sheet.add_data_validation(one)


def _lookup_sheet(book: Any) -> None:
    sheet = book.create_sheet("DanhMuc")
    sheet.append(["Tên đơn vị", "Mã"])
    for at, name in enumerate(UNITS):
        sheet.append([name, f"DV{at + 1}"])
    sheet.append([])
    sheet.append(["Đơn vị không trùng"])
    for name in UNITS:
        sheet.append([name])
    sheet["D1"], sheet["E1"] = "Mã hồ sơ", "Đơn vị"
    for at, number in enumerate((1, 5)):
        sheet.cell(at + 2, 4, f"HS{number:03d}")
        sheet.cell(at + 2, 5, UNITS[0])
    table = Table(displayName="BangDonVi", ref="A1:B5")
    sheet.add_table(table)
    sheet["G1"], sheet["G2"], sheet["G3"], sheet["G4"] = "Nhóm", 10.0, 20.0, "=SUBTOTAL(9,G2:G3)"
    sheet.row_dimensions[2].outlineLevel = sheet.row_dimensions[3].outlineLevel = 1
    sheet.sheet_state = "hidden"


def _summary_sheet(book: Any) -> None:
    sheet = book.active
    sheet.title = "TongHop"
    title = Font(name="Times New Roman", size=14, bold=True)
    sheet["A1"] = "BẢNG TỔNG HỢP GIẢI QUYẾT HỒ SƠ"
    sheet["A1"].font, sheet["A1"].alignment = title, Alignment(horizontal="center", vertical="center", wrap_text=True)
    sheet.merge_cells("A1:D1")
    sheet.append([])
    sheet.append(["Đơn vị", "Số hồ sơ", "Mã", "Đúng hạn"])
    thin = Side(style="thin")
    for at, name in enumerate(UNITS):
        row = at + 4
        sheet.append([name, f"=COUNTIFS(HoSo!$B$4:$B$11,A{row})", f"=VLOOKUP(A{row},DanhMuc!$A$2:$B$5,2,FALSE)",
                      f'=COUNTIFS(HoSo!$B$4:$B$11,A{row},HoSo!$F$4:$F$11,"Đúng hạn")'])  # fmt: skip
    for row in sheet["A3:D7"]:
        for cell in row:
            cell.border = Border(thin, thin, thin, thin)
    for cell in sheet[3]:
        cell.fill = PatternFill("solid", fgColor="FFDDEBF7")
    sheet["A9"], sheet["B9"] = "Tỷ lệ đúng hạn:", '=COUNTIF(HoSo!$F$4:$F$11,"Đúng hạn")/COUNTA(HoSo!$A$4:$A$11)'
    sheet["B9"].number_format = "0.0%"
    sheet["A10"], sheet["B10"] = "Mức tối thiểu", 0.9
    sheet["A10"].comment = Comment("Theo quyết định của Chủ tịch", "An")
    sheet["A11"], sheet["B11"] = "Trang chủ", "Cổng dịch vụ công"
    sheet["B11"].hyperlink = "https://dichvucong.gov.vn/"
    sheet["A12"] = "Đạt"
    sheet["B12"] = "=IF(B9>=NguongToiThieu,1,0)"
    sheet["B10"].protection = Protection(locked=False)
    good = NamedStyle("Tot dep")
    good.font = Font(color="FF006100")
    book.add_named_style(good)
    sheet["A12"].style = "Tot dep"
    sheet.column_dimensions["A"].width, sheet.row_dimensions[1].height = 32, 30
    sheet.freeze_panes, sheet.sheet_properties.tabColor = "B4", "FFFF0000"
    sheet.sheet_view.showGridLines = False
    _print(sheet)
    chart = BarChart()
    chart.type, chart.title = "col", "Số hồ sơ theo đơn vị"
    chart.add_data(Reference(sheet, min_col=2, min_row=3, max_row=7), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=4, max_row=7))
    chart.x_axis.title, chart.y_axis.title, chart.legend.position = "Đơn vị", "Hồ sơ", "b"
    sheet.add_chart(chart, "F3")
    sheet.protection.sheet = True


def _print(sheet: Any) -> None:
    sheet.print_area, sheet.print_title_rows = "A1:D12", "3:3"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.page_margins.left = sheet.page_margins.right = 20 / 25.4
    sheet.print_options.horizontalCentered = True
    sheet.oddHeader.center.text, sheet.oddFooter.right.text = "Ủy ban nhân dân", "Trang &P/&N"
    sheet.row_breaks.append(Break(id=8))


VALUES: Mapping[str, Mapping[str, float | str]] = {
    "HoSo": {f"F{at + 4}": "Đúng hạn" if DONE[at] <= DUE[at] else "Trễ hạn" for at in range(8)},
    "TongHop": {
        **{f"B{row}": 2.0 for row in range(4, 8)}, **{f"C{row}": f"DV{row - 3}" for row in range(4, 8)},
        "D4": 1.0, "D5": 1.0, "D6": 2.0, "D7": 1.0, "B9": 0.625, "B12": 0.0,
    },
    "DanhMuc": {"G4": 30.0},
}  # fmt: skip


def with_caches(data: bytes, values: Mapping[str, Mapping[str, float | str]]) -> bytes:
    """The values a program would have kept for formulas: openpyxl keeps none."""
    edited = Edited.open(data)
    for name, cells in values.items():
        for address, value in cells.items():
            where = place(address)
            assert where is not None
            cell = edited.cell(name, *where)
            assert cell is not None
            for old in elements(cell, "v"):
                cell.removeChild(old)
            cell.setAttribute("t", "str" if isinstance(value, str) else "n")
            put_text(add_element(cell, "v"), str(value))
    return edited.saved()


def saved(book: Any) -> bytes:
    """A workbook of openpyxl as bytes."""
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


PIVOT = (Path(__file__).parent / "pivot_parts.json").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def solution() -> bytes:
    """The workbook in which every check finds what it asks for."""
    book = openpyxl.Workbook()
    _summary_sheet(book)
    _list_sheet(book)
    _lookup_sheet(book)
    book.defined_names["NguongToiThieu"] = DefinedName("NguongToiThieu", attr_text="TongHop!$B$10")
    book.security = WorkbookProtection(lockStructure=True)
    data = with_caches(saved(book), VALUES)
    parts: dict[str, str] = json.loads(PIVOT)
    made = package_parts(data)
    for name, text in parts.items():
        if name.endswith("+"):  # what is added to a part that is there
            part, _, mark = name[:-1].partition("|")
            assert mark in made[part].decode(), name
            made[part] = made[part].decode().replace(mark, text + mark, 1).encode()
        else:
            made[name] = text.encode()
    return with_parts(data, made)


@pytest.fixture(scope="session")
def empty() -> bytes:
    """A workbook with one empty sheet."""
    return saved(openpyxl.Workbook())


def asked(fields: Any, said: Mapping[str, Any]) -> Any:
    """Fields read as a rubric's are."""
    report = Report("test")
    tree = nodes.parse(json.dumps({"it": said} if said else {}, ensure_ascii=False))
    assert isinstance(tree, nodes.Table)
    found = read_fields(tree, "it", fields, report)
    assert report.problems == []
    return found


@pytest.fixture(scope="session")
def request_of() -> Callable[..., Request]:
    """`request_of(type, select, expect, recalculated=None)`: a request as marking makes it from a rubric."""

    def make(name: str, select: Any, expect: Any, recalculated: Mapping[str, bytes] | None = None) -> Request:
        kind = check_type(name)
        assert kind is not None, name
        return Request(asked(kind.select, select), asked(kind.expect, expect), None, recalculated)

    return make


@pytest.fixture(scope="session")
def judge(request_of: Callable[..., Request]) -> Callable[..., Outcome]:
    """`judge(type, select, expect, data, recalculated=None)`: what a check says of a file."""

    def run(
        name: str, select: Any, expect: Any, data: bytes, recalculated: Mapping[str, bytes] | None = None
    ) -> Outcome:
        kind = check_type(name)
        assert kind is not None, name
        outcome = kind.run(open_model("xlsx", data), request_of(name, select, expect, recalculated))
        assert isinstance(outcome, Outcome)
        return outcome

    return run


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Mapping[str, bytes], str], dict[str, bytes]]:
    """`office(files, kind)`: files saved by LibreOffice as another kind, everything calculated anew; one start for all."""
    if PROGRAM is None:
        pytest.skip("soffice is not installed")
    program = PROGRAM

    def convert(files: Mapping[str, bytes], kind: str) -> dict[str, bytes]:
        folder = tmp_path_factory.mktemp("office")
        for name, data in files.items():
            (folder / name).write_bytes(data)
        profile = folder / "profile" / "user"
        profile.mkdir(parents=True)
        (profile / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
        words: list[str | Path] = [
            program,
            f"-env:UserInstallation=file://{folder}/profile",
            "--headless",
            "--convert-to",
            kind,
            "--outdir",
            folder / "out",
        ]
        for _ in range(2):  # the first start with a new profile may end at once, with status 81
            subprocess.run([*words, *(folder / name for name in files)], check=False, capture_output=True, timeout=120)
            made = {name: folder / "out" / f"{Path(name).stem}.{kind}" for name in files}
            if all(path.is_file() for path in made.values()):
                break
        return {name: path.read_bytes() for name, path in made.items()}

    return convert


_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="ODFRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
