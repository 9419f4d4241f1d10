"""A whole workbook as checks read it: sheets, names, tables, charts, pivot tables, notes. Opened only in the sandbox.

Our own reader on the parts of the file: openpyxl alone takes 150 ms to import, keeps no formulas beside values, and leaves out what
it does not know (decision 0243).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from question_bank.formats.office_package import OfficePackage
from question_bank.formats.xml_tree import Node
from question_bank.formats.zips import UnreadableFileError
from question_bank.phrase import phrase
from question_bank.practical.sheet.address import Area, apart, area
from question_bank.practical.sheet.cells import EPOCH_1900, EPOCH_1904, Sheet
from question_bank.practical.sheet.charts import Chart, read_charts
from question_bank.practical.sheet.filters import AutoFilter, read_filter
from question_bank.practical.sheet.parts import read_parts
from question_bank.practical.sheet.pivots import Pivot, read_pivots
from question_bank.practical.sheet.reading import MOST_SHEET, Budget, SharedTexts, SheetCells
from question_bank.practical.sheet.styles import Styles, read_styles
from question_bank.practical.sheet.texts import canon, loose

MOST_SHEETS = 255
MOST_NAMES = 5000  # defined names, tables or notes of a workbook
_PRINTED = {"_xlnm.Print_Area": "print_area", "_xlnm.Print_Titles": "print_titles"}


@dataclass(frozen=True, slots=True)
class DefinedName:
    """One name; `sheet` is empty for one of the whole workbook."""

    name: str
    formula: str
    sheet: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class TableObject:
    """An Excel table with its columns' names."""

    name: str
    sheet: str
    area: Area
    columns: tuple[str, ...]
    header: bool
    totals: bool
    style: str
    autofilter: AutoFilter | None


@dataclass(frozen=True, slots=True)
class Comment:
    """A note on a cell."""

    area: Area
    author: str
    text: str


@dataclass(slots=True)
class Workbook:
    """Everything of one file. Sheets stand in the order of their tabs."""

    sheets: list[Sheet] = field(default_factory=list)
    names: list[DefinedName] = field(default_factory=list)
    tables: list[TableObject] = field(default_factory=list)
    charts: dict[str, tuple[Chart, ...]] = field(default_factory=dict)  # by sheet
    pivots: dict[str, tuple[Pivot, ...]] = field(default_factory=dict)
    comments: dict[str, tuple[Comment, ...]] = field(default_factory=dict)
    slicers: tuple[str, ...] = ()  # the fields that slicers filter by
    external: tuple[str, ...] = ()  # what links to other files name
    structure_locked: bool = False

    def sheet(self, name: str) -> Sheet | None:
        """A sheet by its name: canonical text, else letters and digits alone, else none."""
        wanted = canon(name)
        for one in self.sheets:
            if canon(one.name) == wanted:
                return one
        near = [one for one in self.sheets if loose(one.name) == loose(name)]
        return near[0] if len(near) == 1 and loose(name) else None

    def defined(self, name: str, sheet: str = "") -> DefinedName | None:
        """A defined name; the sheet's own before the workbook's."""
        wanted = canon(name)
        found = [one for one in self.names if canon(one.name) == wanted]
        return next((one for one in found if one.sheet and one.sheet == sheet), found[0] if found else None)

    def table(self, name: str) -> TableObject | None:
        """A table by its name."""
        wanted = canon(name)
        return next((one for one in self.tables if canon(one.name) == wanted), None)

    def resolve(self, reference: str, sheet: str = "") -> tuple[Sheet, Area] | None:
        """What a reference names: an address with or without a sheet, a defined name, a table."""
        for _ in range(5):  # a name may name a name
            said, cells = apart(reference)
            where = area(cells)
            if where is not None:
                owner = self.sheet(said or sheet) if said or sheet else next(iter(self.sheets), None)
                return (owner, where) if owner is not None else None
            table = self.table(cells)
            if table is not None and (owner := self.sheet(table.sheet)) is not None:
                return owner, body(table)
            name = self.defined(cells, sheet)
            if name is None:
                return None
            reference = name.formula
        return None

    def printed(self, sheet: Sheet, what: str) -> tuple[Area, ...]:
        """The areas of `print_area`, or the rows and columns of `print_titles`."""
        for one in self.names:
            if one.sheet == sheet.name and _PRINTED.get(one.name) == what:
                return tuple(found for part in _parts(one.formula) if (found := area(apart(part)[1])) is not None)
        return ()

    def visible(self) -> Iterator[Sheet]:
        """The sheets a reader sees."""
        return (one for one in self.sheets if one.state == "visible")


def body(table: TableObject) -> Area:
    """The rows of a table's data."""
    top = table.area.top + (1 if table.header else 0)
    bottom = table.area.bottom - (1 if table.totals else 0)
    return Area(min(top, bottom), table.area.left, max(top, bottom), table.area.right)


def _parts(formula: str) -> Iterator[str]:
    """A list of references apart by commas outside of quotes."""
    quoted, start = False, 0
    for at, one in enumerate(formula):
        if one == "'":
            quoted = not quoted
        elif one == "," and not quoted:
            yield formula[start:at]
            start = at + 1
    yield formula[start:]


def open_model(data: bytes) -> Workbook:
    """The workbook in a file's bytes. Raises UnreadableFileError."""
    return _Opening(OfficePackage.open(data)).workbook()


class _Opening:
    """Reads the parts of one file, in the order in which they need each other."""

    def __init__(self, package: OfficePackage) -> None:
        self.package = package
        self.part = package.main_part()
        top = package.xml(self.part)
        if top is None or top.name != "x:workbook":
            raise UnreadableFileError(phrase("the file is not one of Word or Excel"))
        self.top = top
        self.budget = Budget()
        self.texts: list[str] = []
        self.styles = Styles()

    def workbook(self) -> Workbook:
        """Everything."""
        package = self.package
        theme = package.xml(package.related(self.part, "theme"))
        self.styles = read_styles(package.xml(package.related(self.part, "styles")), theme)
        texts = package.parts.read(package.related(self.part, "sharedStrings"), MOST_SHEET)
        if texts is not None:
            reader = SharedTexts(self.styles.theme)
            reader.read(texts)
            self.texts = reader.found
        book = Workbook()
        owner = self.top.child("x:sheets")
        for node in list(owner.all("x:sheet"))[:MOST_SHEETS] if owner else ():
            self._sheet(node, book)
        self._names(book)
        book.slicers = tuple(self._slicers())
        book.external = tuple(self._external())
        guard = self.top.child("x:workbookProtection")
        book.structure_locked = guard is not None and guard.get("lockStructure") in ("1", "true")
        return book

    def _sheet(self, node: Node, book: Workbook) -> None:
        relation = self.package.relations(self.part).get(node.get("r:id"))
        sheet = Sheet(node.get("name"), node.get("state", "visible"), len(book.sheets), styles=self.styles)
        properties = self.top.child("x:workbookPr")
        sheet.epoch = EPOCH_1904 if properties and properties.get("date1904") in ("1", "true") else EPOCH_1900
        book.sheets.append(sheet)
        if relation is None or relation.outside:
            return
        top = (
            self._worksheet(sheet, relation.target, book)
            if relation.kind == "worksheet"
            else self.package.xml(relation.target)
        )
        charts = read_charts(self.package, relation.target, top)
        if charts:
            book.charts[sheet.name] = charts

    def _worksheet(self, sheet: Sheet, part: str, book: Workbook) -> Node | None:
        """The cells and parts of a sheet; its tree without the cells."""
        data = self.package.parts.read(part, MOST_SHEET) if part else None
        if data is None:
            return None
        reader = SheetCells(sheet, self.texts, self.styles, self.budget)
        top = reader.read(data)
        targets = {key: one.target for key, one in self.package.relations(part).items() if one.kind == "hyperlink"}
        sheet.parts = read_parts(top, self.styles, reader.rows, targets)
        self._tables(sheet, part, top, book)
        pivots = read_pivots(self.package, part)
        if pivots:
            book.pivots[sheet.name] = pivots
        comments = tuple(self._comments(part))
        if comments:
            book.comments[sheet.name] = comments
        return top

    def _tables(self, sheet: Sheet, part: str, tree: Node, book: Workbook) -> None:
        owner = tree.child("x:tableParts")
        for node in owner.all("x:tablePart") if owner else ():
            relation = self.package.relations(part).get(node.get("r:id"))
            if relation is None or relation.outside or len(book.tables) >= MOST_NAMES:
                continue
            top = self.package.xml(relation.target)
            where = area(top.get("ref")) if top else None
            if top is None or where is None:
                continue
            columns, style = top.child("x:tableColumns"), top.child("x:tableStyleInfo")
            book.tables.append(
                TableObject(
                    top.get("displayName") or top.get("name"), sheet.name, where,
                    tuple(one.get("name") for one in columns.all("x:tableColumn")) if columns else (),
                    top.get("headerRowCount", "1") != "0", top.get("totalsRowCount", "0") not in ("", "0"),
                    style.get("name") if style else "", read_filter(top.child("x:autoFilter"), top.child("x:sortState")),
                )
            )  # fmt: skip

    def _comments(self, part: str) -> Iterator[Comment]:
        top = self.package.xml(self.package.related(part, "comments"))
        owner, people = (top.child("x:commentList"), top.child("x:authors")) if top else (None, None)
        authors = [one.text for one in people.all("x:author")] if people else []
        for node in list(owner.all("x:comment"))[:MOST_NAMES] if owner else ():
            where, at = area(node.get("ref")), node.get("authorId")
            words = node.child("x:text")
            if where is not None:
                number = int(at) if at.isascii() and at.isdigit() and len(at) < 6 else -1
                author = authors[number] if 0 <= number < len(authors) else ""
                text = "".join(one.text for one in words.walk() if one.name == "x:t") if words else ""
                yield Comment(where, author, text)

    def _names(self, book: Workbook) -> None:
        owner = self.top.child("x:definedNames")
        for node in list(owner.all("x:definedName"))[:MOST_NAMES] if owner else ():
            at = node.get("localSheetId")
            number = int(at) if at.isascii() and at.isdigit() and len(at) < 6 else -1
            sheet = book.sheets[number].name if 0 <= number < len(book.sheets) else ""
            hidden = node.get("hidden") in ("1", "true")
            book.names.append(DefinedName(node.get("name"), node.text.strip(), sheet, hidden))

    def _slicers(self) -> Iterator[str]:
        for relation in self.package.relations(self.part).values():
            if relation.kind == "slicerCache" and not relation.outside:
                top = self.package.xml(relation.target)
                if top is not None:
                    yield top.get("sourceName")

    def _external(self) -> Iterator[str]:
        for relation in self.package.relations(self.part).values():
            if relation.kind == "externalLink" and not relation.outside:
                inner = self.package.relations(relation.target).values()
                yield next((one.target for one in inner if one.outside), relation.target)
