"""Four statements in a table with columns for true and false: the statement, a cross under “Đúng” or “Sai”. Pure."""

from __future__ import annotations

import re

from question_bank.formats.docx_found import FoundOption
from question_bank.formats.docx_lines import cell_lines
from question_bank.formats.docx_marks import OPTION
from question_bank.formats.word_body import Table
from question_bank.formats.word_text import PLAIN, Rich, join

_TRUE, _FALSE = re.compile(r"\W*(?:đúng|đ|true)\W*", re.IGNORECASE), re.compile(r"\W*(?:sai|s|false)\W*", re.IGNORECASE)
_TICK = re.compile(r"\s*(?:x|×|✓|✔|√|☑|☒|đ|s|đúng|sai)\s*", re.IGNORECASE)


def statement_rows(table: Table) -> list[FoundOption]:
    """The statements of such a table, each with the sign `Đ` or `S` where one is ticked; none for another table."""
    if len(table.rows) < 3 or any(len(row) != len(table.rows[0]) for row in table.rows):
        return []
    heads = [" ".join(line.text for line in cell_lines(cell)) for cell in table.rows[0]]
    true = [at for at, text in enumerate(heads) if _TRUE.fullmatch(text)]
    false = [at for at, text in enumerate(heads) if _FALSE.fullmatch(text)]
    if len(true) != 1 or len(false) != 1 or min(true[0], false[0]) == 0:
        return []
    found: list[FoundOption] = []
    for row in table.rows[1:]:
        ticks = [" ".join(line.text for line in cell_lines(row[at])) for at in (true[0], false[0])]
        said = [bool(_TICK.fullmatch(tick)) for tick in ticks]
        mark = {(True, False): "Đ", (False, True): "S"}.get((said[0], said[1]), "")
        text = join([line for at in range(min(true[0], false[0])) for line in cell_lines(row[at])], " ")
        found.append(_statement(text, mark, len(found)))
    return found if len(found) <= 10 else []


def _statement(text: Rich, mark: str, place: int) -> FoundOption:
    letter = "abcdefghij"[min(place, 9)]
    label = OPTION.match(text.text)
    look = text.look(label.start("label")) if label else PLAIN
    rest = text.cut(label.end()).strip() if label else re_number(text)
    return FoundOption(letter, look, mark, [rest])


def re_number(text: Rich) -> Rich:
    """The text without a number before it."""
    number = re.match(r"\s*\d{1,2}\s*[.)]?\s+", text.text)
    return text.cut(number.end()).strip() if number else text.strip()
