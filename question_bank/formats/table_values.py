"""The cells of one row of a table of questions by what they hold. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from question_bank.formats.drafts import Draft
from question_bank.formats.table_headers import RIGHT_ONES, Column, Head
from question_bank.formats.table_rows import Cell, column_letters
from question_bank.phrase import phrase
from question_bank.wording import gettext

_LABEL_TYPED = re.compile(r"\s*\(?([A-Ja-j])\s?[.):]\s*(?=\S)")


@dataclass(frozen=True, slots=True)
class Values:
    """The cells of one row by what they hold."""

    number: int
    cells: dict[Head, tuple[int, Cell]]
    own: bool
    right_first: bool = False  # the first option is the key's own cell, the others are wrong

    @classmethod
    def of(cls, number: int, cells: dict[Head, tuple[int, Cell]], own: bool) -> Values:
        """The cells of a row; several cells for right options become one, columns of wrong options join the right one."""
        right = sorted(
            (head.place, found)
            for head, found in cells.items()
            if head.column is Column.KEY and head.place > RIGHT_ONES
        )
        said = [(at, cell) for _, (at, cell) in right if cell.text.strip()]
        if said:
            cells[Head(Column.KEY)] = (said[0][0], Cell(", ".join(cell.text.strip() for _, cell in said), ""))
        wrong = sorted(
            (head.place, found)
            for head, found in cells.items()
            if head.column is Column.WRONG and found[1].text.strip()
        )
        if not wrong or any(head.column is Column.OPTION for head in cells):
            return cls(number, cells, own)
        key = cells.get(Head(Column.KEY))
        first = [key] if key is not None and key[1].text.strip() else []
        for place, found in enumerate([*first, *(found for _, found in wrong)]):
            cells[Head(Column.OPTION, place)] = found
        return cls(number, cells, own, right_first=bool(first))

    def text(self, column: Column, place: int = 0) -> str:
        """What a person sees, on one line; of our own export exactly."""
        found = self.cells.get(Head(column, place))
        if found is None:
            return ""
        return found[1].text if self.own else " ".join(found[1].text.split())

    def content(self, column: Column) -> str:
        """As an author's text: our own export holds such, others' braces are braces."""
        found = self.cells.get(Head(column))
        if found is None:
            return ""
        return found[1].text if self.own else _tidy(found[1].content)

    def place(self, column: Column, place: int = 0) -> str:
        """`D7`, or the row where there is no such cell."""
        found = self.cells.get(Head(column, place))
        return f"{column_letters(found[0])}{self.number}" if found else gettext("row %(row)s", row=self.number)

    def options(self, draft: Draft) -> list[str]:
        """The options in the order of their letters; one left out between others makes their letters doubtful."""
        found = sorted(
            (head.place, cell)
            for head, (_, cell) in self.cells.items()
            if head.column is Column.OPTION and cell.text.strip()
        )
        if [place for place, _ in found] != list(range(len(found))):
            draft.doubt("options_gap", phrase("an option between others is empty"))
        return [self._option(place, cell) for place, cell in found]

    def option_places(self) -> list[int]:
        """Which of the options are there, 0 for A."""
        return sorted(
            head.place for head, (_, cell) in self.cells.items() if head.column is Column.OPTION and cell.text.strip()
        )

    def _option(self, place: int, cell: Cell) -> str:
        """An option without a label that was typed into its cell."""
        if self.own:
            return cell.text
        text = _tidy(cell.content)
        label = _LABEL_TYPED.match(text)
        return text[label.end() :] if label is not None and ord(label[1].upper()) - ord("A") == place else text


def _tidy(text: str) -> str:
    """Without spaces that cannot be seen and lines that are empty."""
    lines = [
        " ".join(line.replace("\u00a0", " ").replace("\u200b", "").split())
        for line in text.replace("\r", "").split("\n")
    ]
    return "\n".join(line for line in lines if line)
