"""The sheets of an .xlsx file as tables of text, by ISO/IEC 29500: values as Excel shows them, and what Excel may have made of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from question_bank.content import Node as ContentNode
from question_bank.content import Span, Words, joined, literal, write
from question_bank.formats.office_package import OfficePackage, value, whole
from question_bank.formats.table_rows import (
    MOST_CELLS,
    MOST_ROWS,
    Cell,
    Doubt,
    Row,
    Sheet,
    date_doubt,
    error_doubt,
    formula_doubt,
    rounded_doubt,
    scientific_doubt,
)
from question_bank.formats.xml_tree import Node
from question_bank.formats.zips import UnreadableFileError
from question_bank.phrase import phrase

_MOST_SHEETS = 50
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})  # 18.8.30
_SCIENTIFIC = frozenset({11, 48})
_PERCENT = {9: 0, 10: 2}
_DATE_CODE = re.compile(r"(?<![\\\"])[dmyhs]", re.IGNORECASE)
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[Ee][-+]?[0-9]{1,3})?")


@dataclass(frozen=True, slots=True)
class _Shape:
    """How numbers of a style are shown: as a date, with an exponent, in percent with so many places, filled up with zeros."""

    date: bool = False
    scientific: bool = False
    percent: int = -1
    zeros: int = 0


@dataclass(slots=True)
class _Book:
    """What all sheets of a file share."""

    texts: list[Cell] = field(default_factory=list)
    shapes: list[_Shape] = field(default_factory=list)
    epoch: datetime = datetime(1899, 12, 30)  # noqa: DTZ001
    cells: int = 0


def read_xlsx(data: bytes) -> list[Sheet]:
    """All sheets in the order of their tabs. Raises UnreadableFileError."""
    package = OfficePackage.open(data)
    part = package.main_part()
    top = package.xml(part)
    sheets = top.child("x:sheets") if top else None
    if top is None or sheets is None:
        raise UnreadableFileError(phrase("the file is not one of Word or Excel"))
    book = _Book(
        _shared(package.xml(package.related(part, "sharedStrings"))),
        _shapes(package.xml(package.related(part, "styles"))),
    )
    if _is_1904(top):
        book.epoch = datetime(1904, 1, 1)  # noqa: DTZ001
    found: list[Sheet] = []
    relations = package.relations(part)
    for node in list(sheets.all("x:sheet"))[:_MOST_SHEETS]:
        relation = relations.get(node.get("r:id"))
        if relation is None or relation.outside or relation.kind != "worksheet":
            continue
        sheet = Sheet(node.get("name")[:60], hidden=node.get("state") in ("hidden", "veryHidden"))
        tree = package.xml(relation.target)
        if tree is not None:
            sheet.rows = list(_rows(tree, sheet.name, book))
            sheet.merged = list(_merged(tree))
        found.append(sheet)
    return found


def _is_1904(top: Node) -> bool:
    form = top.child("x:workbookPr")
    return form is not None and form.get("date1904") in ("1", "true")


def _shared(top: Node | None) -> list[Cell]:
    """The texts that cells name by number."""
    return [_rich(node) for node in top.all("x:si")] if top else []


def _rich(node: Node) -> Cell:
    """A text of runs; powers and indices stay."""
    found: list[ContentNode] = []
    plain: list[str] = []
    for child in node.children:
        if child.name == "x:t":
            plain.append(child.text)
            found.append(Words(child.text))
        elif child.name == "x:r":
            text = "".join(one.text for one in child.all("x:t"))
            form = child.child("x:rPr")
            level = {"superscript": "sup", "subscript": "sub"}.get(value(form.child("x:vertAlign")) if form else "")
            plain.append(text)
            found.append(Span(level, (Words(text),)) if level and text.strip() else Words(text))
    return Cell(_unescaped("".join(plain)), write(joined(_cleaned(one) for one in found)))


def _cleaned(node: ContentNode) -> ContentNode:
    return Words(_unescaped(node.text)) if isinstance(node, Words) else node


def _unescaped(text: str) -> str:
    """`_x000D_` is how Excel writes a character that XML cannot hold."""
    return re.sub(
        r"_x([0-9A-Fa-f]{4})_",
        lambda one: {"000D": "", "000A": "\n", "0009": "\t", "005F": "_"}.get(one[1].upper(), ""),
        text,
    )


def _shapes(top: Node | None) -> list[_Shape]:
    """How each style of cells shows numbers."""
    codes: dict[int, str] = {}
    formats = top.child("x:numFmts") if top else None
    for node in formats.all("x:numFmt") if formats else ():
        codes[whole(node.get("numFmtId"), -1)] = node.get("formatCode")[:200]
    styles = top.child("x:cellXfs") if top else None
    return [_shape(whole(node.get("numFmtId"), 0), codes) for node in styles.all("x:xf")] if styles else []


def _shape(number: int, codes: Mapping[int, str]) -> _Shape:
    code = codes.get(number)
    if code is None:
        return _Shape(number in _DATES, number in _SCIENTIFIC, _PERCENT.get(number, -1))
    plain = re.sub(r"\"[^\"]*\"|\[[^\]]*\]|\\.", "", code.split(";")[0])
    if re.fullmatch(r"0+", plain):
        return _Shape(zeros=len(plain))
    percent = re.fullmatch(r"[#,]*0(?:\.(0+))?\s*%", plain)
    if percent is not None:
        return _Shape(percent=len(percent[1] or ""))
    return _Shape(
        date=bool(_DATE_CODE.search(plain)) and "general" not in plain.lower(), scientific="e+" in plain.lower()
    )


def _rows(tree: Node, name: str, book: _Book) -> Iterator[Row]:
    data = tree.child("x:sheetData")
    number = 0
    for row in data.all("x:row") if data else ():
        number = whole(row.get("r"), number + 1)
        cells: dict[int, Cell] = {}
        column = -1
        for node in row.all("x:c"):
            place = _PLACE.fullmatch(node.get("r"))
            column = _column(place[1]) if place else column + 1
            book.cells += 1
            cell = _cell(node, f"{name}!{node.get('r')}", book)
            if cell is not None:
                cells[column] = cell
        if cells:
            yield Row(number, cells)
        if number > MOST_ROWS or book.cells > MOST_CELLS:
            raise UnreadableFileError(
                phrase("the table has more than %(rows)s rows or %(cells)s cells", rows=MOST_ROWS, cells=MOST_CELLS)
            )


def _column(letters: str) -> int:
    found = 0
    for letter in letters:
        found = found * 26 + ord(letter) - 64
    return found - 1


def _cell(node: Node, place: str, book: _Book) -> Cell | None:
    """A cell as a person sees it, None for an empty one."""
    kind = node.get("t", "n")
    if kind == "inlineStr":
        inline = node.child("x:is")
        return _rich(inline) if inline else None
    content = node.child("x:v")
    text = (
        content.text.strip() if content is not None and kind != "str" else content.text if content is not None else ""
    )
    formula = node.child("x:f") is not None
    if kind == "s":
        at = whole(text, -1)
        found = book.texts[at] if 0 <= at < len(book.texts) else None
        return found if found is not None and found.text.strip() else None
    if kind == "e":
        return _plain(text, error_doubt(place, text[:20]))
    if kind == "b":
        text = "TRUE" if text == "1" else "FALSE"
    elif kind == "d":
        return _plain(text, date_doubt(place, text[:20]))
    elif kind != "str":
        shape = _shape_of(node, book)
        return (
            _number(text, shape, place, book, formula)
            if text
            else _plain("", formula_doubt(place, ""))
            if formula
            else None
        )
    if formula:
        return _plain(_unescaped(text), formula_doubt(place, text))
    return _plain(_unescaped(text)) if text.strip() else None


def _shape_of(node: Node, book: _Book) -> _Shape:
    at = whole(node.get("s"), 0)
    return book.shapes[at] if 0 <= at < len(book.shapes) else _Shape()


def _number(text: str, shape: _Shape, place: str, book: _Book, formula: bool) -> Cell:
    """A number as it is shown: dates as dates, with the sign of decimals that Vietnamese Excel has."""
    if not _NUMBER.fullmatch(text):
        return _plain(text)
    number = float(text)
    if shape.date:
        shown = _date(number, book.epoch)
        return _plain(shown, date_doubt(place, shown))
    shown = _shown(text, number, shape)
    doubt: Doubt | None = None
    if formula:
        doubt = formula_doubt(place, shown)
    elif shape.scientific or "e" in shown.lower():
        doubt = scientific_doubt(place, shown)
    elif len(re.sub(r"[^0-9]|^0+", "", text)) > 15 and number == int(number):
        doubt = rounded_doubt(place, shown)
    return _plain(shown, doubt)


def _shown(text: str, number: float, shape: _Shape) -> str:
    if shape.percent >= 0:
        return f"{number * 100:.{shape.percent}f}%".replace(".", ",")
    if number == int(number) and abs(number) < 1e15:
        return f"{int(number):0{shape.zeros}d}" if shape.zeros else str(int(number))
    short = repr(number)
    return (text if "e" in short.lower() else short).replace(".", ",")


def _date(number: float, epoch: datetime) -> str:
    """Day, month and year as Vietnamese write them."""
    if not 0 <= number < 2_958_466:
        return str(number)
    return (epoch + timedelta(days=int(number))).strftime("%d/%m/%Y")


def _plain(text: str, doubt: Doubt | None = None) -> Cell:
    return Cell(text, literal(text), doubt)


def _merged(tree: Node) -> Iterator[tuple[int, int, int, int]]:
    areas = tree.child("x:mergeCells")
    for node in list(areas.all("x:mergeCell"))[:5000] if areas else ():
        first, _, last = node.get("ref").partition(":")
        begin, end = _PLACE.fullmatch(first), _PLACE.fullmatch(last or first)
        if begin is not None and end is not None:
            yield int(begin[2]), int(end[2]), _column(begin[1]), _column(end[1])
