"""The sample task `tong-hop-ho-so`: dossiers of a one-stop office, and how many were done in time. What candidates get, and how it must be in the end."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from openpyxl.chart import BarChart, Reference
from openpyxl.formatting import rule as rules
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.properties import PageSetupProperties

from scripts.workbook_parts import FONT, all_cells, formats, head, lines, new_book, saved, write_rows

UNITS = (
    ("TP", "Tư pháp - Hộ tịch"),
    ("DC", "Địa chính - Xây dựng"),
    ("VH", "Văn hóa - Xã hội"),
    ("KT", "Kinh tế"),
    ("VP", "Văn phòng"),
)
FIRST, DOSSIERS = 4, 30
LAST = FIRST + DOSSIERS - 1
FEES = (8000, 15000, 20000, 50000, 0, 30000, 12000)
HEADS = ("Mã hồ sơ", "Mã lĩnh vực", "Ngày nhận", "Ngày hẹn trả", "Ngày trả", "Lệ phí", "Lĩnh vực", "Kết quả")
SUMMARY = ("Lĩnh vực", "Số hồ sơ", "Đúng hạn", "Trễ hạn", "Tỷ lệ đúng hạn", "Tổng lệ phí")
TOP = 7  # row of the first field in the summary
TOTAL = TOP + len(UNITS)


def _dossiers() -> list[tuple[object, ...]]:
    """Thirty dossiers of March 2026; the first day and the last fee differ from candidate to candidate."""
    found: list[tuple[object, ...]] = []
    for at in range(DOSSIERS):
        taken = date(2026, 3, 2) + timedelta(days=at * 2 // 3)
        due = taken + timedelta(days=5 + at * 7 % 11)
        done = due + timedelta(days=(at * 5 + 3) % 9 - 6)
        fee: object = FEES[at % len(FEES)] * (1 + at % 3)
        found.append(
            (f"HS-{at + 1:03d}", UNITS[at * 3 % len(UNITS)][0] if at % 4 else "DC", taken, due, max(done, taken), fee)
        )
    found[4] = (*found[4][:4], "${ngay-tra}", found[4][5])
    found[7] = (*found[7][:5], "${le-phi}")
    return found


def _given() -> Any:
    book = new_book("TongHop")
    sheet = book.active
    write_rows(
        sheet,
        1,
        [("TỔNG HỢP KẾT QUẢ GIẢI QUYẾT HỒ SƠ",), ("Đơn vị: ${don-vi}",), ("Ngưỡng tối thiểu (%)", "${nguong}")],
    )
    write_rows(sheet, TOP - 1, [SUMMARY, *((name,) for _, name in UNITS), ("Tổng cộng",)])
    listed = book.create_sheet("HoSo")
    write_rows(listed, 1, [("DANH SÁCH HỒ SƠ THÁNG 3 NĂM 2026",)])
    write_rows(listed, FIRST - 1, [HEADS, *_dossiers()])
    names = book.create_sheet("DanhMuc")
    write_rows(names, 1, [("Mã", "Tên lĩnh vực"), *UNITS])
    for one in book:
        all_cells(one)
    formats(listed[f"C{FIRST}:E{LAST}"], "yyyy-mm-dd")
    for column, width in zip("ABCDEF", (13, 13, 13, 13, 13, 11), strict=True):
        listed.column_dimensions[column].width = width
    names.column_dimensions["B"].width = 26
    return book


def dossiers_start() -> bytes:
    """The file candidates begin with."""
    return saved(_given())


def dossiers_solution() -> bytes:
    """The file in which everything that the task asks for is done."""
    book = _given()
    _list(book["HoSo"])
    _summary(book["TongHop"])
    return saved(book)


def _list(sheet: Any) -> None:
    for row in range(FIRST, LAST + 1):
        sheet[f"G{row}"] = f"=VLOOKUP(B{row},DanhMuc!$A$2:$B$6,2,FALSE)"
        sheet[f"H{row}"] = f'=IF(E{row}<=D{row},"Đúng hạn","Trễ hạn")'
    all_cells(sheet)
    formats(sheet[f"C{FIRST}:E{LAST}"], "dd/mm/yyyy")
    formats(sheet[f"F{FIRST}:F{LAST}"], "#,##0")
    head(sheet[FIRST - 1])
    lines(sheet[f"A{FIRST - 1}:H{LAST}"])
    sheet.column_dimensions["G"].width, sheet.column_dimensions["H"].width = 24, 13
    sheet.freeze_panes = f"A{FIRST}"
    sheet.auto_filter.ref = f"A{FIRST - 1}:H{LAST}"
    sheet.print_title_rows = f"{FIRST - 1}:{FIRST - 1}"


def _summary(sheet: Any) -> None:
    unit, result, fee = (f"HoSo!${one}${FIRST}:${one}${LAST}" for one in "GHF")
    for row in range(TOP, TOTAL):
        sheet[f"B{row}"] = f"=COUNTIF({unit},A{row})"
        sheet[f"C{row}"] = f'=COUNTIFS({unit},A{row},{result},"Đúng hạn")'
        sheet[f"D{row}"] = f"=B{row}-C{row}"
        sheet[f"F{row}"] = f"=SUMIF({unit},A{row},{fee})"
    for column in "BCDF":
        sheet[f"{column}{TOTAL}"] = f"=SUM({column}{TOP}:{column}{TOTAL - 1})"
    for row in range(TOP, TOTAL + 1):
        sheet[f"E{row}"] = f"=IF(B{row}=0,0,C{row}/B{row})"
    all_cells(sheet)
    formats(sheet[f"E{TOP}:E{TOTAL}"], "0.0%")
    formats(sheet[f"F{TOP}:F{TOTAL}"], '#,##0\\ "đồng"')
    head(sheet[TOP - 1])
    lines(sheet[f"A{TOP - 1}:F{TOTAL}"])
    sheet["A1"].font, sheet["A1"].alignment = (
        Font(name=FONT, size=14, bold=True),
        Alignment(horizontal="center", vertical="center"),
    )
    sheet.merge_cells("A1:F1")
    new: Any = rules  # the library's functions have no types
    red = PatternFill("solid", bgColor="FFFFC7CE", fgColor="FFFFC7CE")
    sheet.conditional_formatting.add(
        f"E{TOP}:E{TOTAL - 1}", new.CellIsRule(operator="lessThan", formula=["$B$3/100"], fill=red)
    )
    for column, width in zip("ABCDEF", (26, 11, 11, 11, 13, 17), strict=True):
        sheet.column_dimensions[column].width = width
    _chart(sheet)
    _printed(sheet)


def _chart(sheet: Any) -> None:
    chart = BarChart()
    chart.type, chart.grouping, chart.title = "col", "clustered", "Tỷ lệ giải quyết đúng hạn theo lĩnh vực"
    chart.add_data(Reference(sheet, min_col=5, min_row=TOP - 1, max_row=TOTAL - 1), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=TOP, max_row=TOTAL - 1))
    chart.x_axis.title, chart.y_axis.title, chart.legend = "Lĩnh vực", "Tỷ lệ", None
    chart.x_axis.delete = chart.y_axis.delete = False
    sheet.add_chart(chart, f"A{TOTAL + 2}")


def _printed(sheet: Any) -> None:
    sheet.print_area = f"A1:F{TOTAL + 18}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.page_margins.left = sheet.page_margins.right = 20 / 25.4
    sheet.print_options.horizontalCentered = True
    sheet.oddFooter.center.text = "Trang &P/&N"
