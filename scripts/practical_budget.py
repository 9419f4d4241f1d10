"""The sample task `du-toan-chi`: what an office plans to spend. What candidates get, and how it must be in the end."""

from __future__ import annotations

from typing import Any

from openpyxl.comments import Comment
from openpyxl.formatting import rule as rules
from openpyxl.styles import Alignment, Font, Protection
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties

from scripts.workbook_parts import FONT, all_cells, formats, head, lines, new_book, saved, write_rows

HEADS = ("Nội dung chi", "Nhóm", "Đơn giá", "Số lượng", "Thành tiền", "Thuế GTGT", "Cộng")
GROUPS = ("Hội nghị", "Thiết bị", "Văn phòng phẩm")
ITEMS: tuple[tuple[str, int, object, object], ...] = (
    ("Thuê hội trường", 0, 3500000, 2), ("In tài liệu", 0, 42000, 150), ("Nước uống", 0, 9000, "${dai-bieu}"),
    ("Máy in", 1, 4850000, 3), ("Máy quét tài liệu", 1, "${may-quet}", 2), ("Bộ lưu điện", 1, 1290000, 5),
    ("Giấy A4", 2, 72000, 60), ("Mực in", 2, 385000, 12), ("Bìa hồ sơ", 2, 4500, 400),
)  # fmt: skip
TOP = 7  # row of the headings
FIRST = TOP + 1


def _given() -> Any:
    book = new_book("DuToan")
    sheet = book.active
    write_rows(
        sheet,
        1,
        [
            ("DỰ TOÁN CHI QUÝ II NĂM 2026",),
            ("Đơn vị: ${don-vi}",),
            ("Thuế suất (%)", "${thue}"),
            ("Tỷ lệ tiết kiệm (%)", "${tiet-kiem}"),
        ],
    )
    shuffled = [ITEMS[at * 4 % len(ITEMS)] for at in range(len(ITEMS))]
    write_rows(sheet, TOP, [HEADS, *((name, GROUPS[group], price, count) for name, group, price, count in shuffled)])
    end = FIRST + len(ITEMS)
    write_rows(sheet, end + 1, [("Tổng dự toán",), ("Tiết kiệm",), ("Kinh phí được sử dụng",)])
    all_cells(sheet)
    sheet.column_dimensions["A"].width = 20
    return book


def budget_start() -> bytes:
    """The file candidates begin with."""
    return saved(_given())


def budget_solution() -> bytes:
    """The file in which everything that the task asks for is done."""
    book = new_book("DuToan")
    sheet = book.active
    write_rows(
        sheet,
        1,
        [
            ("DỰ TOÁN CHI QUÝ II NĂM 2026",),
            ("Đơn vị: ${don-vi}",),
            ("Thuế suất (%)", "${thue}"),
            ("Tỷ lệ tiết kiệm (%)", "${tiet-kiem}"),
        ],
    )
    write_rows(sheet, TOP, [HEADS])
    row = FIRST
    for number, group in enumerate(GROUPS):
        first = row
        for name, of, price, count in sorted(ITEMS, key=lambda one: one[0]):
            if of == number:
                write_rows(
                    sheet, row, [(name, group, price, count, f"=C{row}*D{row}", f"=E{row}*$B$3/100", f"=E{row}+F{row}")]
                )
                sheet.row_dimensions[row].outlineLevel = 2
                row += 1
        write_rows(
            sheet,
            row,
            [(f"Cộng {group}", None, None, None, *(f"=SUBTOTAL(9,{one}{first}:{one}{row - 1})" for one in "EFG"))],
        )
        sheet.row_dimensions[row].outlineLevel = 1
        row += 1
    last = row - 1
    write_rows(sheet, row + 1, [("Tổng dự toán", f"=SUBTOTAL(9,G{FIRST}:G{last})"), ("Tiết kiệm", f"=B{row + 1}*B4/100"),
                                ("Kinh phí được sử dụng", f"=B{row + 1}-B{row + 2}")])  # fmt: skip
    _looks(sheet, last, row + 1)
    _rules(sheet, last)
    _printed(sheet, row + 3)
    book.defined_names["KinhPhi"] = DefinedName("KinhPhi", attr_text=f"DuToan!$B${row + 3}")
    return saved(book)


def _looks(sheet: Any, last: int, totals: int) -> None:
    all_cells(sheet)
    head(sheet[TOP][: len(HEADS)])
    lines(sheet[f"A{TOP}:G{last}"])
    formats(sheet[f"C{FIRST}:C{last}"], "#,##0")
    formats(sheet[f"E{FIRST}:G{last}"], "#,##0")
    formats(sheet[f"B{totals}:B{totals + 2}"], '#,##0\\ "₫"')
    sheet["A1"].font, sheet["A1"].alignment = (
        Font(name=FONT, size=14, bold=True),
        Alignment(horizontal="center", vertical="center"),
    )
    sheet.merge_cells("A1:G1")
    for at in range(FIRST, last + 1):
        if str(sheet[f"A{at}"].value).startswith("Cộng "):
            for cell in sheet[at][: len(HEADS)]:
                cell.font = Font(name=FONT, size=12, bold=True)
    for column, width in zip("ABCDEFG", (25, 18, 13, 11, 15, 15, 15), strict=True):
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = f"B{FIRST}"


def _rules(sheet: Any, last: int) -> None:
    new: Any = rules  # the library's functions have no types
    sheet.conditional_formatting.add(f"G{FIRST}:G{last}", new.DataBarRule("min", None, "max", None, color="FF638EC6"))
    groups = DataValidation("list", formula1=f'"{",".join(GROUPS)}"', showErrorMessage=True)
    groups.add(f"B{FIRST}:B{last}")
    share = DataValidation("decimal", operator="between", formula1="0", formula2="100", showErrorMessage=True)
    share.error, share.errorTitle = "Thuế suất từ 0 đến 100", "Sai thuế suất"
    share.add("B3:B4")
    for one in (groups, share):
        sheet.add_data_validation(one)
    sheet["A3"].comment = Comment("Theo Luật Thuế giá trị gia tăng", "")
    for address in ("B3", "B4"):
        sheet[address].protection = Protection(locked=False)
    sheet.protection.sheet = True


def _printed(sheet: Any, end: int) -> None:
    sheet.print_area, sheet.print_title_rows = f"A1:G{end}", f"{TOP}:{TOP}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "portrait", 9
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.oddHeader.right.text, sheet.oddFooter.center.text = "${don-vi}", "Trang &P"
