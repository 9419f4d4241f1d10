"""What stands on a sheet beside its cells, as the file says it: columns, rows, views, page, rules, filters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from question_bank.formats.office_package import whole
from question_bank.formats.xml_tree import Node
from question_bank.practical.sheet.address import MOST_COLUMN, Area, area
from question_bank.practical.sheet.colours import colour
from question_bank.practical.sheet.filters import AutoFilter, read_filter
from question_bank.practical.sheet.rules import Rule, Validation, read_rules, read_validations
from question_bank.practical.sheet.styles import Styles

_MOST_MERGED = 50_000
MOST_LISTED = 5000  # rules, links, breaks of one sheet


@dataclass(frozen=True, slots=True)
class Line:
    """A row or a run of columns: `size` in points or characters where it was set."""

    size: float | None = None
    hidden: bool = False
    level: int = 0
    style: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """How a sheet is printed. Margins in millimetres; `fit` is pages across and down, 0 for as many as it takes."""

    orientation: str = ""
    paper: int = 0
    scale: int = 100
    fit: tuple[int, int] | None = None
    margins: tuple[tuple[str, float], ...] = ()
    centred_across: bool = False
    centred_down: bool = False
    gridlines: bool = False
    headings: bool = False
    header: tuple[tuple[str, str], ...] = ()  # oddHeader, oddFooter, evenHeader … -> code
    row_breaks: tuple[int, ...] = ()
    column_breaks: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """How a sheet is shown; `frozen` is how many rows and columns stay."""

    frozen: tuple[int, int] = (0, 0)
    gridlines: bool = True
    zoom: int = 100


@dataclass(frozen=True, slots=True)
class Link:
    """A hyperlink: outside (`target`) or within the workbook (`location`)."""

    area: Area
    target: str
    location: str
    tip: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named set of inputs."""

    name: str
    inputs: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class SheetParts:
    """Everything of a sheet but its cells."""

    rows: dict[int, Line] = field(default_factory=dict)
    columns: list[tuple[int, int, Line]] = field(default_factory=list)
    merged: tuple[Area, ...] = ()
    view: View = field(default_factory=View)
    page: Page = field(default_factory=Page)
    tab_colour: str = ""
    rules: tuple[Rule, ...] = ()
    validations: tuple[Validation, ...] = ()
    autofilter: AutoFilter | None = None
    links: tuple[Link, ...] = ()
    protected: bool = False
    protection: dict[str, str] = field(default_factory=dict)
    sparklines: tuple[tuple[str, str, str], ...] = ()  # kind, data, place
    scenarios: tuple[Scenario, ...] = ()
    _merged_at: dict[tuple[int, int], Area] = field(default_factory=dict)

    def column(self, at: int) -> Line:
        """What is said of a column."""
        return next((line for first, last, line in self.columns if first <= at <= last), Line())

    def style_of(self, row: int, column: int) -> int:
        """The style of a cell that the file does not write."""
        line = self.rows.get(row)
        if line is not None and line.style is not None:
            return line.style
        return self.column(column).style or 0

    def merged_at(self, row: int, column: int) -> Area | None:
        """The merged area a cell belongs to."""
        if self.merged and not self._merged_at:
            for one in self.merged:
                small = one if one.size <= 100_000 else Area(one.top, one.left, one.top, one.left)
                self._merged_at.update(dict.fromkeys(small.places(), one))
        return self._merged_at.get((row, column))


def read_parts(top: Node, styles: Styles, rows: dict[int, Line], targets: dict[str, str]) -> SheetParts:
    """The parts of a sheet's tree, its cells left out; `targets` are the addresses of hyperlinks by relation."""
    properties = top.child("x:sheetPr")
    guard = top.child("x:sheetProtection")
    return SheetParts(
        rows=rows,
        columns=list(_columns(top.child("x:cols"))),
        merged=tuple(_areas(top.child("x:mergeCells"), "x:mergeCell")),
        view=_view(top.path("x:sheetViews", "x:sheetView")),
        page=_page(top, properties),
        tab_colour=colour(properties.child("x:tabColor") if properties else None, styles.theme),
        rules=read_rules(top, styles),
        validations=read_validations(top),
        autofilter=read_filter(top.child("x:autoFilter"), top.child("x:sortState")),
        links=tuple(_links(top.child("x:hyperlinks"), targets)),
        protected=guard is not None and guard.get("sheet") in ("1", "true"),
        protection=dict(guard.attributes) if guard else {},
        sparklines=tuple(_sparklines(top)),
        scenarios=tuple(_scenarios(top.child("x:scenarios"))),
    )


def line(node: Node) -> Line:
    """A `row` or `col` element."""
    size = node.get("ht") or node.get("width")
    own = node.get("customHeight", node.get("customWidth", "1")) not in ("0", "false")
    return Line(
        decimal(size) if size and own else None,
        node.get("hidden") in ("1", "true"),
        whole(node.get("outlineLevel"), 0),
        whole(node.get("s") or node.get("style"), 0) if node.get("s") or node.get("style") else None,
    )


def decimal(text: str) -> float | None:
    """A number as files write them; None for anything else, for infinity too."""
    try:
        found = float(text)
    except ValueError:
        return None
    return found if abs(found) < 1e300 else None


def _columns(owner: Node | None) -> Iterator[tuple[int, int, Line]]:
    for node in list(owner.all("x:col"))[:MOST_COLUMN] if owner else ():
        yield whole(node.get("min"), 0), min(whole(node.get("max"), 0), MOST_COLUMN), line(node)


def _areas(owner: Node | None, each: str) -> Iterator[Area]:
    for node in list(owner.all(each))[:_MOST_MERGED] if owner else ():
        if (found := area(node.get("ref"))) is not None:
            yield found


def _view(node: Node | None) -> View:
    if node is None:
        return View()
    pane = node.child("x:pane")
    frozen = (0, 0)
    if pane is not None and pane.get("state") in ("frozen", "frozenSplit"):
        frozen = (int(decimal(pane.get("ySplit")) or 0), int(decimal(pane.get("xSplit")) or 0))
    return View(frozen, node.get("showGridLines", "1") not in ("0", "false"), whole(node.get("zoomScale"), 100))


def _page(top: Node, properties: Node | None) -> Page:
    setup, edges, options = (top.child(f"x:{name}") for name in ("pageSetup", "pageMargins", "printOptions"))
    fitted = properties.child("x:pageSetUpPr") if properties else None
    fit = None
    if fitted is not None and fitted.get("fitToPage") in ("1", "true"):
        fit = tuple(whole(setup.get(name), 1) if setup else 1 for name in ("fitToWidth", "fitToHeight"))
    texts = top.child("x:headerFooter")

    def on(name: str) -> bool:
        return options is not None and options.get(name) in ("1", "true")

    inches = ((name, decimal(text)) for name, text in edges.attributes.items()) if edges else ()
    return Page(
        setup.get("orientation") if setup else "",
        whole(setup.get("paperSize"), 0) if setup else 0,
        whole(setup.get("scale"), 100) if setup else 100,
        (fit[0], fit[1]) if fit else None,
        tuple((name, size * 25.4) for name, size in inches if size is not None),
        on("horizontalCentered"),
        on("verticalCentered"),
        on("gridLines"),
        on("headings"),
        tuple((node.name.removeprefix("x:"), node.text) for node in texts.children) if texts else (),
        tuple(_breaks(top.child("x:rowBreaks"))),
        tuple(_breaks(top.child("x:colBreaks"))),
    )


def _breaks(owner: Node | None) -> Iterator[int]:
    for node in list(owner.all("x:brk"))[:MOST_LISTED] if owner else ():
        yield whole(node.get("id"), 0)


def _links(owner: Node | None, targets: dict[str, str]) -> Iterator[Link]:
    for node in list(owner.all("x:hyperlink"))[:MOST_LISTED] if owner else ():
        if (where := area(node.get("ref"))) is not None:
            target = targets.get(node.get("r:id"), "")
            inside = node.get("location") or (target[1:] if target.startswith("#") else "")
            yield Link(where, "" if target.startswith("#") else target, inside, node.get("tooltip"))


def _sparklines(top: Node) -> Iterator[tuple[str, str, str]]:
    extensions = top.child("x:extLst")
    for group in extensions.walk() if extensions else ():
        if group.name != "x14:sparklineGroup":
            continue
        for one in group.walk():
            if one.name == "x14:sparkline":
                data, at = one.child("xm:f"), one.child("xm:sqref")
                yield group.get("type", "line"), data.text if data else "", at.text if at else ""


def _scenarios(owner: Node | None) -> Iterator[Scenario]:
    for node in list(owner.all("x:scenario"))[:MOST_LISTED] if owner else ():
        inputs = tuple((one.get("r"), one.get("val")) for one in node.all("x:inputCells"))
        yield Scenario(node.get("name"), inputs)
