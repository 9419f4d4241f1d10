"""What each field of a roster may hold: one cell in, a value or the code of what is wrong out. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from server.domain import arrangements
from server.domain.names import lookalikes, tidy
from server.domain.pairing import seat_label
from server.domain.roster_columns import Field
from server.domain.table import Cell, CellKind


class Code(Enum):
    """Everything that can be wrong with a roster; each has its sentence for people in server/web/roster_wording.py."""

    NO_HEADER = "no_header"
    COLUMN_MISSING = "column_missing"
    COLUMN_TWICE = "column_twice"
    COLUMN_UNKNOWN = "column_unknown"
    NO_ROWS = "no_rows"
    TOO_MANY_ROWS = "too_many_rows"
    EMPTY_ROW = "empty_row"
    STRAY_TEXT = "stray_text"
    MERGED_CELL = "merged_cell"
    FORMULA = "formula"
    CELL_ERROR = "cell_error"
    WRONG_KIND = "wrong_kind"
    CONTROL_CHARACTER = "control_character"
    LOOKALIKE = "lookalike"
    OLD_FONT = "old_font"
    TOO_LONG = "too_long"
    MISSING = "missing"
    SBD_MALFORMED = "sbd_malformed"
    SBD_LOST_ZEROS = "sbd_lost_zeros"
    SBD_DUPLICATE = "sbd_duplicate"
    NAME_DIGITS = "name_digits"
    NAME_SYMBOLS = "name_symbols"
    NAME_ONE_WORD = "name_one_word"
    BIRTH_UNREADABLE = "birth_unreadable"
    BIRTH_IMPOSSIBLE = "birth_impossible"
    BIRTH_SHORT_YEAR = "birth_short_year"
    BIRTH_YEAR_ONLY = "birth_year_only"
    BIRTH_SERIAL = "birth_serial"
    BIRTH_TIME = "birth_time"
    BIRTH_FUTURE = "birth_future"
    BIRTH_TOO_YOUNG = "birth_too_young"
    BIRTH_TOO_OLD = "birth_too_old"
    DIVISION_UNKNOWN = "division_unknown"
    PERSON_DUPLICATE = "person_duplicate"
    ROOM_UNKNOWN = "room_unknown"
    SEAT_MALFORMED = "seat_malformed"
    SEAT_WITHOUT_ROOM = "seat_without_room"
    SEAT_TAKEN = "seat_taken"
    EXTRA_TIME_MALFORMED = "extra_time_malformed"
    BREAKS_MALFORMED = "breaks_malformed"


@dataclass(frozen=True, slots=True)
class Wrong:
    """A value refused: the code, and what the sentence about it needs besides the value itself."""

    code: Code
    detail: str = ""


# Characters; the longest real values seen in published lists are about half of these.
LIMITS = {
    Field.SBD: 12, Field.FULL_NAME: 80, Field.FAMILY_NAME: 60, Field.GIVEN_NAME: 30, Field.BIRTH_DATE: 30,
    Field.UNIT: 160, Field.DIVISION: 40, Field.POSITION: 120, Field.ROOM: 40, Field.SEAT: 12,
    Field.EXTRA_TIME: 16, Field.BREAKS: 16,
}  # fmt: skip
OLDEST_YEARS = 110  # an earlier birth is a slip of the pen
# Excel counts days from here (its false 29 February 1900 included); 1…99999 covers 1900 to 2173.
EXCEL_EPOCH = date(1899, 12, 30)

# Signs that appear in names only when text of a TCVN3 (ABC) font is read as Unicode: "NguyÔn V¨n B×nh".
_TCVN3 = frozenset([*map(chr, range(0xA1, 0xC0)), "×", "÷"])
_NAME_SIGNS = " -.'’\u02bc"  # the last: the letter apostrophe of Ê Đê names
_SBD = re.compile(r"[A-Z]{0,4}-?[0-9]{1,8}")
_SHARE = re.compile(r"0[.,]([0-9]{1,4})")
_DAY_FIRST = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{1,4})")
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


def text_problem(field: Field, cell: Cell) -> Wrong | None:
    """What is wrong with a cell whatever its meaning: a formula, an error, control characters, foreign letters."""
    if cell.merged:
        return Wrong(Code.MERGED_CELL)
    if cell.kind is CellKind.FORMULA:
        return Wrong(Code.FORMULA)
    if cell.kind is CellKind.ERROR:
        return Wrong(Code.CELL_ERROR)
    if cell.kind is CellKind.BOOLEAN or (cell.kind is CellKind.DATE and field is not Field.BIRTH_DATE):
        return Wrong(Code.WRONG_KIND)
    hidden = [sign for sign in cell.text if _hidden(sign)]
    if hidden:
        return Wrong(Code.CONTROL_CHARACTER, f"U+{ord(hidden[0]):04X}")
    if foreign := lookalikes(cell.text):
        return Wrong(Code.LOOKALIKE, foreign)
    if len(tidy(cell.text)) > LIMITS[field]:
        return Wrong(Code.TOO_LONG, str(LIMITS[field]))
    return None


def sbd(cell: Cell) -> str | Wrong:
    """A candidate number: up to four letters, then up to eight digits ("0147", "TG-0147"); upper case."""
    value = tidy(cell.text).upper()
    return value if _SBD.fullmatch(value) else Wrong(Code.SBD_MALFORMED)


def full_name(cell: Cell) -> str | Wrong:
    """A full name of two words or more, of letters, hyphens and apostrophes (Y Blŏ Niê, H'Hen)."""
    value = tidy(cell.text)
    if any(sign in _TCVN3 for sign in value):
        return Wrong(Code.OLD_FONT)
    if any(sign.isdigit() for sign in value):
        return Wrong(Code.NAME_DIGITS)
    odd = [sign for sign in value if not (sign.isalpha() or unicodedata.combining(sign) or sign in _NAME_SIGNS)]
    if odd:
        return Wrong(Code.NAME_SYMBOLS, "".join(odd))
    if " " not in value:
        return Wrong(Code.NAME_ONE_WORD)
    return value


def birth_date(cell: Cell, on: date, min_age_years: int | None) -> date | Wrong:
    """A date of birth written day/month/year, or a date cell; old enough on the day `on` where a rule says so."""
    if cell.kind is CellKind.NUMBER:
        return _serial(cell.text)
    if cell.kind is CellKind.DATE and "T" in cell.text:
        return Wrong(Code.BIRTH_TIME)
    found = _written(tidy(cell.text))
    if isinstance(found, Wrong):
        return found
    if found > on:
        return Wrong(Code.BIRTH_FUTURE)
    age = on.year - found.year - ((on.month, on.day) < (found.month, found.day))
    if age > OLDEST_YEARS:
        return Wrong(Code.BIRTH_TOO_OLD, str(OLDEST_YEARS))
    if min_age_years is not None and age < min_age_years:
        return Wrong(Code.BIRTH_TOO_YOUNG, str(min_age_years))
    return found


def one_of(value: str, allowed: Sequence[str], code: Code) -> str | Wrong:
    """The allowed spelling of a value, whatever its case; anything goes where nothing is listed."""
    if not allowed or not value:
        return value
    spelling = {name.casefold(): name for name in allowed}
    return spelling.get(value.casefold(), Wrong(code, ", ".join(allowed)))


def seat(cell: Cell) -> str | Wrong:
    """A seat label as machines are named at pairing ("B07")."""
    return seat_label(cell.text) or Wrong(Code.SEAT_MALFORMED)


def extra_time(cell: Cell) -> str | Wrong:
    """Extra time granted beforehand: minutes ("15"), or a share of the part's time ("25%"; also a cell in percent)."""
    text = tidy(cell.text)
    if cell.kind is CellKind.NUMBER and (share := _SHARE.fullmatch(text)) is not None:  # Excel keeps 25 % as 0.25
        text = f"{int((share[1] + '00')[:2])}%" if len(share[1].rstrip("0")) <= 2 else text
    found = arrangements.extra_time(text)
    return found if found is not None else Wrong(Code.EXTRA_TIME_MALFORMED, str(arrangements.MAX_EXTRA_MINUTES))


def breaks(cell: Cell) -> str | Wrong:
    """Rest breaks granted beforehand, in minutes."""
    found = arrangements.breaks(tidy(cell.text))
    return found if found is not None else Wrong(Code.BREAKS_MALFORMED, str(arrangements.MAX_BREAK_MINUTES))


def _hidden(sign: str) -> bool:
    """Characters nobody sees: controls, zero-width signs, direction marks, private use, lone surrogates.

    Tabs and line breaks inside a cell count as spaces, and `tidy` makes them so.
    """
    return sign not in "\t\n\r" and unicodedata.category(sign) in ("Cc", "Cf", "Co", "Cn", "Cs")


def _serial(text: str) -> Wrong:
    if text.isdecimal() and 1900 <= int(text) <= 2100:
        return Wrong(Code.BIRTH_YEAR_ONLY)
    if text.isdecimal() and 0 < int(text) <= 99_999:
        return Wrong(Code.BIRTH_SERIAL, f"{EXCEL_EPOCH + timedelta(days=int(text)):%d/%m/%Y}")
    return Wrong(Code.BIRTH_UNREADABLE)


def _written(text: str) -> date | Wrong:
    if matched := _YEAR_FIRST.fullmatch(text):
        year, month, day = (int(part) for part in matched.groups())
    elif matched := _DAY_FIRST.fullmatch(text):
        if len(matched[3]) != 4:
            return Wrong(Code.BIRTH_SHORT_YEAR)
        day, month, year = (int(part) for part in matched.groups())
    elif text.isdecimal() and len(text) == 4:
        return Wrong(Code.BIRTH_YEAR_ONLY)
    else:
        return Wrong(Code.BIRTH_UNREADABLE)
    try:
        return date(year, month, day)
    except ValueError:
        return Wrong(Code.BIRTH_IMPOSSIBLE)
