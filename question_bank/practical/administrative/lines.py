"""An administrative document as lines: what stands beside what, in cells of a table without rules, between tabs, or by indents."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from question_bank.practical.word.canon import canon
from question_bank.practical.word.document import WordFile
from question_bank.practical.word.looks import RunLook
from question_bank.practical.word.paragraphs import Paragraph, Piece, prevailing
from question_bank.practical.word.sections import Section
from question_bank.practical.word.tables import Table, TableCell

LEFT, RIGHT, FULL = "left", "right", "middle"
_CUT = re.compile(r"[\t\n]")
_MOST_CUTS = (
    100  # a paragraph with more tabs and line breaks is no head of a document, and each piece costs a look at all
)
_RULE = re.compile(r"[-_=—–*.]{3,}")  # typed signs that are meant as a line


@dataclass(frozen=True, eq=False)
class Line:
    """Words of one paragraph between tabs and line breaks. `column` is `left`, `right` or `middle`; `beside` names what stands on one
    height: the row of a table, or the paragraph."""

    paragraph: Paragraph
    start: int
    end: int
    column: str
    align: str
    beside: tuple[str, int, int]
    cell: TableCell | None

    @cached_property
    def typed(self) -> str:
        """The words as typed, the label of a list before them."""
        label = self.paragraph.label.text if self.paragraph.label and not self.start else ""
        return f"{label.strip()} {self.paragraph.text[self.start : self.end].strip()}".strip()

    @cached_property
    def words(self) -> str:
        """The words in canonical form, capitals as they are shown."""
        return canon(self.typed.upper() if self.capitals else self.typed, case=True)

    @cached_property
    def plain(self) -> str:
        """The words in canonical form, in small letters."""
        return canon(self.typed)

    @cached_property
    def capitals(self) -> bool:
        """Whether it shows capitals only, typed or made."""
        letters = [one for one in self.typed if one.isalpha()]
        return bool(letters) and (self.says(lambda look: look.caps) or all(one == one.upper() for one in letters))

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """The looks of its characters."""
        return self.paragraph.pieces_of(self.start, self.end)

    def says(self, ask: Callable[[RunLook], bool]) -> bool:
        """What most of its characters say."""
        return prevailing(self.pieces, ask)

    @property
    def size_pt(self) -> float:
        """The size of most of its characters."""
        return prevailing(self.pieces, lambda look: look.size_pt)

    @property
    def bold(self) -> bool:
        """Whether most of it is bold."""
        return self.says(lambda look: look.bold)


def lines_of(file: WordFile) -> tuple[Line, ...]:
    """All lines of the body that say something, in the order of the file: a row's left cell before its right one."""
    cells = {number: (table, cell) for table in file.tables for cell in table.cells for number in _numbers(cell)}
    found: list[Line] = []
    for paragraph in file.body:
        if not paragraph.empty:
            found += _lines(file, paragraph, cells.get(paragraph.number) if paragraph.place.cell else None)
    return tuple(found)


def is_rule(line: Line) -> bool:
    """Whether it is signs that somebody typed to look like a line."""
    return _RULE.fullmatch(line.plain.replace(" ", "")) is not None


def joined(lines: Sequence[Line]) -> str:
    """The words of several lines as one text."""
    return " ".join(one.typed for one in lines)


def text_width(section: Section) -> int:
    """What a page has for text, in twips."""
    return max(section.width - section.left - section.right - section.gutter, 1)


def section_of(file: WordFile, paragraph: Paragraph) -> Section:
    """The section that a paragraph of the body stands in."""
    return file.sections[min(max(paragraph.place.section, 1), len(file.sections)) - 1]


def _numbers(cell: TableCell) -> Iterator[int]:
    yield from range(*cell.paragraphs)
    yield from range(*cell.more)


def _lines(file: WordFile, paragraph: Paragraph, where: tuple[Table, TableCell] | None) -> Iterator[Line]:
    for start, end in _spans(paragraph.text):
        if not paragraph.text[start:end].strip():
            continue
        column, align = _column(file, paragraph, start, where)
        beside = ("table", where[0].number, where[1].row) if where else ("paragraph", paragraph.number, paragraph.text.count("\n", 0, start))  # fmt: skip
        yield Line(paragraph, start, end, column, align, beside, where[1] if where else None)


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """From … to before, between tabs and line breaks."""
    if len(_CUT.findall(text)) > _MOST_CUTS:
        yield 0, len(text)
        return
    start = 0
    for cut in _CUT.finditer(text):
        yield start, cut.start()
        start = cut.end()
    yield start, len(text)


def _column(file: WordFile, paragraph: Paragraph, start: int, where: tuple[Table, TableCell] | None) -> tuple[str, str]:
    """The column of what begins at a character, and its alignment."""
    form = paragraph.format
    if where is not None:
        return _of_cell(*where), form.align
    width = text_width(section_of(file, paragraph))
    line_start = paragraph.text.rfind("\n", 0, start) + 1
    tabs = paragraph.text.count("\t", line_start, start)
    others = "\t" in paragraph.text[start:].partition("\n")[0].strip()
    if not tabs:
        aside = RIGHT if form.left > width / 2 else LEFT if others or form.right > width / 2 else FULL
        return aside, form.align
    stop, align = _stop(file, paragraph, tabs)
    if align == LEFT and stop <= width / 2 and not others and not paragraph.text[line_start:start].strip():
        return FULL, form.align  # a tab in place of an indent
    return (RIGHT if stop > width / 2 else LEFT), align


def _stop(file: WordFile, paragraph: Paragraph, tabs: int) -> tuple[int, str]:
    """The stop that so many tabs lead to, in twips, and how it sets what follows."""
    own = [one for one in paragraph.format.tabs if one.align != "bar"]
    if tabs <= len(own):
        return own[tabs - 1].position, own[tabs - 1].align
    last = own[-1].position if own else 0
    return last + (tabs - len(own)) * file.settings.tab_stop, LEFT


def _of_cell(table: Table, cell: TableCell) -> str:
    """Which half of the table the middle of a cell is in; a cell as wide as its table is in neither."""
    if cell.columns >= table.columns:
        return FULL
    widths: tuple[int, ...] = (
        table.grid if len(table.grid) >= table.columns and any(table.grid) else (1,) * table.columns
    )
    before, own = sum(widths[: cell.column - 1]), sum(widths[cell.column - 1 : cell.column - 1 + cell.columns])
    return LEFT if before + own / 2 < sum(widths) / 2 else RIGHT
