"""The big parts of a workbook, read as they stream by: the cells of a sheet and the texts they share.

A tree of two million cells would be gigabytes; here a cell is one small object, and only what stands beside the cells is a tree.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NoReturn

from question_bank.formats.office_package import PREFIXES
from question_bank.formats.xml_tree import DECLARES, Node, NodeBuilder, closed_parser, feed, pieces
from question_bank.formats.zips import UnreadableFileError
from question_bank.phrase import phrase
from question_bank.practical.sheet.address import MOST_COLUMN, MOST_ROW, area, place
from question_bank.practical.sheet.cells import Cell, ErrorValue, RichText, Shared, Sheet, Value, serial
from question_bank.practical.sheet.formula import MOST_FORMULA
from question_bank.practical.sheet.parts import line
from question_bank.practical.sheet.styles import Styles, read_font

MOST_CELLS = 2_000_000  # of a workbook: about 600 MB (docs/practical.md §4)
MOST_SHEET = 64 * 1024 * 1024  # bytes of one part
_MOST_ARRAY = 10_000  # cells of one array formula that are written
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class _Streamed:
    """Events of one part: what is not streamed goes to a tree."""

    def __init__(self) -> None:
        self.tree = NodeBuilder(PREFIXES)
        self.parser = closed_parser(self, "}")
        self.text_of: list[str] | None = None

    def read(self, data: bytes) -> Node:
        """Parse the part; its tree without what was streamed. Raises UnreadableFileError."""
        feed(self.parser, pieces(data))
        if self.tree.top is None:
            raise UnreadableFileError(phrase("the file's XML is damaged"))
        return self.tree.top

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self.tree.start(name, attributes)

    def end(self, name: str) -> None:
        """The innermost element ends."""
        self.tree.end(name)

    def text(self, text: str) -> None:
        """Character data."""
        if self.text_of is not None:
            self.text_of.append(text)
        elif self.tree.open:
            self.tree.text(text)

    def refuse(self, *_: object) -> NoReturn:
        """A declaration that is not allowed."""
        raise UnreadableFileError(DECLARES)


class SharedTexts(_Streamed):
    """The texts that cells name by number (ISO/IEC 29500-1 §18.4)."""

    def __init__(self, theme: Sequence[str]) -> None:
        super().__init__()
        self.found: list[str] = []
        self._theme = theme
        self._item: NodeBuilder | None = None
        self._depth = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Each `si` is a tree of its own, dropped when it ends."""
        if self._item is None and name.endswith("}si") and len(self.tree.open) == 1:
            self._item = NodeBuilder(PREFIXES)
        if self._item is None:
            self.tree.start(name, attributes)
        else:
            self._item.start(name, attributes)

    def end(self, name: str) -> None:
        """An `si` that ends is one text."""
        if self._item is None:
            self.tree.end(name)
            return
        self._item.end(name)
        if not self._item.open:
            top = self._item.top
            assert top is not None
            self._item = None
            self.found.append(rich_text(top, self._theme))
            if len(self.found) > MOST_CELLS:
                raise UnreadableFileError(phrase("the workbook has more than %(most)s cells", most=MOST_CELLS))

    def text(self, text: str) -> None:
        """Character data of a text."""
        if self._item is not None:
            self._item.text(text)


def rich_text(node: Node, theme: Sequence[str]) -> str:
    """The text of `si` or `is`; phonetic hints are left out."""
    plain: list[str] = []
    fonts = []
    for child in node.children:
        if child.name == "x:t":
            plain.append(child.text)
        elif child.name == "x:r":
            text = "".join(one.text for one in child.all("x:t"))
            form = child.child("x:rPr")
            plain.append(text)
            if form is not None:
                fonts.append((len(text), read_font(form, theme)))
    if not fonts:
        return unescaped("".join(plain))
    made = RichText(unescaped("".join(plain)))
    made.fonts = tuple(fonts)
    return made


def unescaped(text: str) -> str:
    """`_x000D_` is how Excel writes a character that XML cannot hold (§22.9.2.19)."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda one: {"000D": "", "000A": "\n", "0009": "\t", "005F": "_"}.get(one[1].upper(), ""), text)


class Budget:
    """How many cells a workbook may still have."""

    def __init__(self) -> None:
        self.left = MOST_CELLS

    def take(self) -> None:
        """One more cell. Raises UnreadableFileError."""
        self.left -= 1
        if self.left < 0:
            raise UnreadableFileError(phrase("the workbook has more than %(most)s cells", most=MOST_CELLS))


class SheetCells(_Streamed):
    """The cells of one sheet into `sheet`; `read` answers the tree of all else."""

    def __init__(self, sheet: Sheet, texts: Sequence[str], styles: Styles, budget: Budget) -> None:
        super().__init__()
        self.sheet = sheet
        self.rows: dict[int, Any] = {}
        self._texts = texts
        self._styles = styles
        self._budget = budget
        self._shared: dict[str, tuple[str, int, int]] = {}
        self._row = self._column = 0
        self._inside = ""  # the namespace with its brace, while in sheetData
        self._inline: NodeBuilder | None = None
        self._cell: dict[str, str] | None = None
        self._value = self._formula = ""
        self._formula_says: dict[str, str] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Until the cells begin, a tree."""
        self.tree.start(name, attributes)
        if name.endswith("}sheetData") and len(self.tree.open) == 2:
            self._inside = name[:-9]
            self.parser.StartElementHandler = self._cells_start
            self.parser.EndElementHandler = self._cells_end

    def _cells_start(self, name: str, attributes: dict[str, str]) -> None:
        if self._inline is not None:
            self._inline.start(name, attributes)
            return
        short = name[len(self._inside) :] if name.startswith(self._inside) else ""
        if short in ("v", "f"):
            self.text_of = []
            if short == "f":
                self._formula_says = attributes
        elif short == "c":
            self._begin(attributes)
        elif short == "row":
            self._row_begins(attributes)
        elif short == "is":
            self._inline = NodeBuilder(PREFIXES)
            self._inline.start(name, attributes)

    def text(self, text: str) -> None:
        """Character data of a value, a formula or an inline text."""
        if self._inline is not None:
            self._inline.text(text)
        else:
            super().text(text)

    def _cells_end(self, name: str) -> None:
        if self._inline is not None:
            self._inline.end(name)
            if not self._inline.open:
                top, self._inline = self._inline.top, None
                self._value = rich_text(top, self._styles.theme) if top else ""
            return
        short = name[len(self._inside) :] if name.startswith(self._inside) else ""
        if short in ("v", "f"):
            said, self.text_of = "".join(self.text_of or ()), None
            if short == "v":
                self._value = said
            else:
                self._formula = said
        elif short == "c":
            self._finish()
        elif short == "sheetData":
            self.tree.end(name)
            self.parser.StartElementHandler = self.start
            self.parser.EndElementHandler = self.end

    def _row_begins(self, attributes: dict[str, str]) -> None:
        said = attributes.get("r", "")
        self._row = int(said) if said.isascii() and said.isdigit() and len(said) < 8 else self._row + 1
        self._column = 0
        if not 1 <= self._row <= MOST_ROW:
            raise UnreadableFileError(phrase("the file's XML is damaged"))
        if len(attributes) > 1:
            self._budget.take()
            self.rows[self._row] = line(Node("x:row", attributes))

    def _begin(self, attributes: dict[str, str]) -> None:
        self._cell = attributes
        self._value = self._formula = ""
        self._formula_says = {}
        found = place(attributes.get("r", ""))
        if found is not None:
            self._row, self._column = found
        else:
            self._column += 1
        if self._column > MOST_COLUMN or self._row < 1:
            raise UnreadableFileError(phrase("the file's XML is damaged"))

    def _finish(self) -> None:
        if self._cell is None:
            return
        self._budget.take()
        style = self._cell.get("s", "")
        formula, covered = self._formula_of_cell()
        value = self._read_value(self._cell.get("t", "n"))
        number = int(style) if style.isascii() and style.isdigit() and len(style) < 8 else 0
        self._cell = None
        self.sheet.put(Cell(self._row, self._column, number, value, formula, covered))

    def _formula_of_cell(self) -> tuple[str | Shared, str]:
        """The formula, and the area of an array formula."""
        says, text = self._formula_says, unescaped(self._formula[: MOST_FORMULA + 1]).strip().removeprefix("=")
        kind = says.get("t", "normal")
        if kind == "array":
            covered = area(says.get("ref", ""))
            return text, covered.words() if covered and covered.size <= _MOST_ARRAY else ""
        if kind != "shared":
            return text, ""
        number = says.get("si", "")
        if text:
            self._shared[number] = (text, self._row, self._column)
            return text, ""
        if number not in self._shared:
            return "", ""
        written, row, column = self._shared[number]
        return Shared(written, self._row - row, self._column - column), ""

    def _read_value(self, kind: str) -> Value:
        said = self._value
        match kind:
            case "s":
                at = int(said) if said.isascii() and said.strip().isdigit() and len(said) < 9 else -1
                return self._texts[at] if 0 <= at < len(self._texts) else None
            case "inlineStr":
                return said or None
            case "str":
                return unescaped(said)
            case "b":
                return said.strip() in ("1", "true")
            case "e":
                return ErrorValue(said.strip())
            case "d":
                return self._day(said)
            case _:
                return _number(said)

    def _day(self, said: str) -> Value:
        """Strict files may write a day as ISO 8601 (§18.18.11)."""
        try:
            return serial(datetime.fromisoformat(said.strip().removesuffix("Z")).replace(tzinfo=None), self.sheet.epoch)
        except ValueError:
            return said


def _number(said: str) -> Value:
    if not said:
        return None
    try:
        found = float(said)
    except ValueError:
        return said
    return found if abs(found) < 1e309 else ErrorValue("#NUM!")
