"""Where a paragraph stands, in words that a candidate understands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from question_bank.phrase import Phrase, phrase


class Part(Enum):
    """Which text of the file it belongs to."""

    BODY = "body"
    HEADER = "header"
    FOOTER = "footer"
    FOOTNOTE = "footnote"
    ENDNOTE = "endnote"


_PARTS = {
    Part.FOOTNOTE: phrase("footnote"),
    Part.ENDNOTE: phrase("endnote"),
}
_MARGINS = {
    (Part.HEADER, "default"): phrase("header"),
    (Part.HEADER, "first"): phrase("header of the first page"),
    (Part.HEADER, "even"): phrase("header of even pages"),
    (Part.FOOTER, "default"): phrase("footer"),
    (Part.FOOTER, "first"): phrase("footer of the first page"),
    (Part.FOOTER, "even"): phrase("footer of even pages"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell by the numbers of its table in the file, its row and its place in the row, from 1."""

    table: int
    row: int
    cell: int


@dataclass(frozen=True, slots=True)
class Place:
    """A text of the file, and where in it. `kind` is of headers and footers: `default`, `first`, `even`; `section` counts from 1;
    `cell` is the innermost."""

    part: Part = Part.BODY
    kind: str = ""
    section: int = 1
    cell: Cell | None = None
    box: bool = False

    def words(self, number: int = 0) -> Phrase:
        """The place for people; `number` is that of the paragraph."""
        if self.box:
            return phrase("text box")
        if self.cell is not None:
            return phrase(
                "table %(table)s, row %(row)s, cell %(cell)s",
                table=self.cell.table, row=self.cell.row, cell=self.cell.cell,
            )  # fmt: skip
        if self.part in (Part.HEADER, Part.FOOTER):
            margin = _MARGINS.get((self.part, self.kind), _MARGINS[self.part, "default"])
            return phrase("%(margin)s, section %(section)s", margin=margin, section=self.section)
        if self.part is not Part.BODY:
            return _PARTS[self.part]
        return phrase("paragraph %(number)s", number=number)
