"""Which column of a list holds what: the headers offices write, and where the header row is. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from server.domain.names import search_key
from server.domain.table import Row, Table, column_letters

# Titles and the two lines of state emblem stand above the header of an office's list; nothing sane needs more rows.
HEADER_WITHIN_ROWS = 20
# A row is the header when this many of its cells are known headers: a title row has one or two cells at most.
HEADER_CELLS = 3


class Field(Enum):
    """What a column can hold. SERIAL and NOTE are recognised and not kept."""

    SBD = "sbd"
    FULL_NAME = "full_name"
    FAMILY_NAME = "family_name"  # with the middle names; goes with GIVEN_NAME
    GIVEN_NAME = "given_name"
    BIRTH_DATE = "birth_date"
    UNIT = "unit"
    DIVISION = "division"
    POSITION = "position"
    ROOM = "room"
    SEAT = "seat"
    EXTRA_TIME = "extra_time"
    BREAKS = "breaks"
    SERIAL = "serial"
    NOTE = "note"


HEADERS: Mapping[Field, tuple[str, ...]] = {
    Field.SBD: ("SBD", "Số báo danh", "Số BD", "Mã dự thi", "Mã thí sinh", "Candidate number", "Candidate no"),
    Field.FULL_NAME: ("Họ và tên", "Họ tên", "Họ, tên", "Họ và tên thí sinh", "Tên thí sinh", "Full name", "Name"),
    Field.FAMILY_NAME: ("Họ", "Họ đệm", "Họ và đệm", "Họ và tên đệm", "Họ và chữ đệm", "Họ và tên lót", "Family name"),
    Field.GIVEN_NAME: ("Tên", "Given name"),
    Field.BIRTH_DATE: (
        "Ngày sinh", "Ngày tháng năm sinh", "Ngày, tháng, năm sinh", "Ngày/tháng/năm sinh", "NTNS",
        "Date of birth", "Birth date", "DOB",
    ),
    Field.UNIT: (
        "Đơn vị", "Đơn vị công tác", "Cơ quan", "Cơ quan, đơn vị", "Cơ quan/đơn vị", "Nơi công tác", "Tên đơn vị",
        "Unit", "Organisation", "Organization",
    ),
    Field.DIVISION: ("Bảng", "Bảng thi", "Bảng dự thi", "Khối", "Khối thi", "Division"),
    Field.POSITION: ("Chức vụ", "Chức danh", "Chức vụ, chức danh", "Chức vụ/chức danh", "Vị trí", "Position", "Title"),
    Field.ROOM: ("Phòng", "Phòng thi", "Phòng máy", "Room"),
    Field.SEAT: ("Chỗ", "Chỗ ngồi", "Số máy", "Máy", "Vị trí ngồi", "Seat"),
    Field.EXTRA_TIME: (
        "Thêm giờ", "Thêm thời gian", "Cộng thêm thời gian", "Thời gian thêm", "Thời gian làm thêm", "Thời gian cộng thêm",
        "Extra time",
    ),
    Field.BREAKS: (
        "Nghỉ", "Nghỉ giữa giờ", "Thời gian nghỉ", "Thời gian nghỉ giữa giờ", "Số phút nghỉ", "Breaks", "Rest breaks",
    ),
    Field.SERIAL: ("STT", "TT", "Số TT", "Số thứ tự", "No", "#"),
    Field.NOTE: ("Ghi chú", "Note", "Notes", "Remarks"),
}  # fmt: skip


def header_key(text: str) -> str:
    """A header as it is compared: no tones, no case, no punctuation but what parts words."""
    flat = search_key(text)
    return " ".join("".join(sign if sign.isalnum() or sign == "#" else " " for sign in flat).split())


_FIELD_OF = {header_key(name): field for field, names in HEADERS.items() for name in names}


@dataclass(frozen=True, slots=True)
class Header:
    """The header row: its number in the file, its place among the rows, and each column's field.

    `twice` and `unknown` are (column, header) pairs; `titles` gives each column's header as written.
    """

    row: int
    index: int
    columns: Mapping[Field, int]
    titles: Mapping[int, str]
    twice: tuple[tuple[int, str], ...]
    unknown: tuple[tuple[int, str], ...]

    def title(self, column: int) -> str:
        """The column as a person finds it: its letters, then its header."""
        return f"{column_letters(column)} ({self.titles[column]})" if column in self.titles else column_letters(column)


def find_header(table: Table) -> Header | None:
    """The first row that reads as a header; None when there is none within the first rows of the sheet."""
    for index, row in enumerate(table.rows[:HEADER_WITHIN_ROWS]):
        known = sum(header_key(cell.text) in _FIELD_OF for cell in row.cells if not cell.blank)
        if known >= HEADER_CELLS:
            return _header(row, index)
    return None


def _header(row: Row, index: int) -> Header:
    columns: dict[Field, int] = {}
    titles: dict[int, str] = {}
    twice: list[tuple[int, str]] = []
    unknown: list[tuple[int, str]] = []
    for column, cell in enumerate(row.cells):
        if cell.blank:
            continue
        title = titles[column] = " ".join(cell.text.split())
        field = _FIELD_OF.get(header_key(title))
        if field is None:
            unknown.append((column, title))
        elif field in columns:
            twice.append((column, title))
        else:
            columns[field] = column
    return Header(row.number, index, columns, titles, tuple(twice), tuple(unknown))
