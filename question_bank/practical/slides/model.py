"""What a presentation is to the checks: slides with shapes whose format, place and links are worked out already.

Lengths are EMU (914,400 to the inch), counted from the slide's upper left corner; colours six hex digits in capitals.
`node` is the XML it was read from: checks do not look at it, mutations change it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from question_bank.formats.xml_tree import Node
from question_bank.practical.slides.palette import Theme
from question_bank.practical.slides.shows import Comment, Effect, ShowSettings, Transition


@dataclass(frozen=True, slots=True)
class Box:
    """Where something stands, groups worked in; `turn` in degrees clockwise."""

    x: int
    y: int
    width: int
    height: int
    turn: float = 0.0


@dataclass(frozen=True, slots=True)
class Action:
    """What a click does: `url`, `slide` (number), `jump` (first, last, next, previous, back, end), `show`, `program`, `file`, `media`, `other`."""

    kind: str
    target: str = ""
    slide: int = 0


@dataclass(frozen=True, slots=True)
class Look:
    """How characters look after every level of inheritance. `size` in hundredths of a point, before shrinking to fit."""

    font: str = ""
    size: int = 1800
    bold: bool = False
    italic: bool = False
    underline: bool = False
    strike: bool = False
    caps: str = ""
    baseline: int = 0
    colour: str | None = None
    highlight: str | None = None
    effects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one look; `field` for a field that fills itself in (`slidenum`, `datetime1`)."""

    text: str
    look: Look
    link: Action | None = None
    field: str = ""
    node: Node | None = None


@dataclass(frozen=True, slots=True)
class Spacing:
    """Room around lines: `line` in percent or, with `exact`, in hundredths of a point; before and after in hundredths of a point."""

    line: float = 100.0
    exact: bool = False
    before: float = 0.0
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph: `bullet` is none, character, number or picture, `sign` the character or the numbering scheme; lengths in EMU."""

    runs: tuple[Run, ...]
    level: int
    align: str
    bullet: str
    sign: str
    start: int
    spacing: Spacing
    left: int
    first: int
    end: Look
    node: Node

    @property
    def text(self) -> str:
        """All its characters; a line break within it is a new line."""
        return "".join(one.text for one in self.runs)


@dataclass(frozen=True, slots=True)
class TextBody:
    """The text of a shape. `fit` is none, shrink or resize; `scale` and `tighter` are what the program shrank it by, in percent;
    `look_at` how a level looks that says nothing itself."""

    paragraphs: tuple[Paragraph, ...]
    fit: str
    scale: float
    tighter: float
    columns: int
    anchor: str
    insets: tuple[int, int, int, int]
    wraps: bool
    warp: str
    look_at: Callable[[int], Look]
    node: Node

    @property
    def text(self) -> str:
        """Its paragraphs, a line each."""
        return "\n".join(one.text for one in self.paragraphs)


@dataclass(frozen=True, slots=True)
class Paint:
    """What fills a face or a line: none, solid, gradient, picture, pattern, or empty where nothing says; `colours` of all its stops."""

    kind: str = ""
    colours: tuple[str, ...] = ()
    digest: str = ""
    node: Node | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: the SHA-256 of its bytes, its ending, what is cut off on each side in thousandths of a percent (left, top, right, bottom)."""

    digest: str
    ending: str
    crop: tuple[int, int, int, int]
    outside: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table; `spans` are columns and rows it covers, `covered` whether another covers it."""

    body: TextBody | None
    spans: tuple[int, int]
    covered: bool
    fill: Paint
    node: Node

    @property
    def text(self) -> str:
        """Its words."""
        return self.body.text if self.body else ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a slide. `flags` are the ticked parts of its style (`firstRow`, `bandRow` …); `known` whether the file says what its style looks like."""

    rows: tuple[tuple[Cell, ...], ...]
    columns: int
    style: str
    flags: frozenset[str]
    known: bool
    node: Node


@dataclass(frozen=True, slots=True)
class Series:
    """One row of numbers of a chart; numbers that could not be read are None."""

    name: str
    categories: tuple[str, ...]
    values: tuple[float | None, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: `kinds` of its plots (column, bar, line, pie …), `legend` its side or empty; `labels` what stands at its points."""

    part: str
    kinds: tuple[str, ...]
    series: tuple[Series, ...]
    title: str
    legend: str
    labels: frozenset[str]
    axis_titles: tuple[str, ...]
    workbook: bool
    node: Node


@dataclass(frozen=True, slots=True)
class Diagram:
    """SmartArt: the last word of its layout's name, and its texts."""

    layout: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Media:
    """A sound or a film: in the file (`digest`) or outside it."""

    kind: str
    digest: str = ""
    outside: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """One thing on a slide. `kind` is text, shape, line, picture, table, chart, diagram, media, object or other.

    `placeholder` is title, subtitle, body, content, picture, chart, table, media, diagram, footer, date, number, or empty; `groups` are the ids of the
    groups around it, outermost first; `order` counts from the back.
    """

    id: str
    name: str
    kind: str
    placeholder: str
    index: int
    box: Box | None
    geometry: str
    body: TextBody | None
    fill: Paint
    line: Paint
    line_width: int
    effects: tuple[str, ...]
    alt: str
    decorative: bool
    hidden: bool
    groups: tuple[str, ...]
    order: int
    node: Node
    click: Action | None = None
    picture: Picture | None = None
    table: Table | None = None
    chart: Chart | None = None
    diagram: Diagram | None = None
    media: Media | None = None

    @property
    def text(self) -> str:
        """All its words, those of tables and diagrams too."""
        if self.table:
            return "\n".join(cell.text for row in self.table.rows for cell in row)
        if self.diagram:
            return "\n".join(self.diagram.texts)
        return self.body.text if self.body else ""

    def bodies(self) -> Iterator[TextBody]:
        """Every text body of it: its own, or those of its cells."""
        if self.body:
            yield self.body
        for row in self.table.rows if self.table else ():
            yield from (cell.body for cell in row if cell.body)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What slides, layouts and masters have alike."""

    part: str
    shapes: tuple[Shape, ...]
    groups: Mapping[str, str]
    background: Paint
    node: Node


@dataclass(frozen=True, slots=True)
class Master:
    """A slide master: `theme` its fonts and colours."""

    sheet: Sheet
    theme: Theme


@dataclass(frozen=True, slots=True)
class Layout:
    """A layout: its name, and its kind as the file says it (`title`, `obj`, `twoObj` …), which not every program writes."""

    sheet: Sheet
    name: str
    kind: str
    master: Master
    shows_master: bool


@dataclass(frozen=True, slots=True)
class Slide:
    """One slide; `number` counts from 1 in the order of the show, hidden ones too. `background` is the one that is seen."""

    number: int
    sheet: Sheet
    layout: Layout
    hidden: bool
    shows_master: bool
    background: Paint
    notes: str
    comments: tuple[Comment, ...]
    transition: Transition | None
    effects: tuple[Effect, ...]

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """Everything on the slide itself, from back to front."""
        return self.sheet.shapes

    @property
    def title(self) -> str:
        """The words of its title placeholder; empty where there is none or it is empty."""
        return next((one.text for one in self.shapes if one.placeholder == "title" and one.text.strip()), "")

    @property
    def heading(self) -> str:
        """Its title, or where it has no title placeholder the uppermost text on it."""
        if self.title or any(one.placeholder == "title" for one in self.shapes):
            return self.title
        texts = [one for one in self.shapes if one.body and one.box and one.text.strip()]
        return min(texts, key=lambda one: one.box.y if one.box else 0).text if texts else ""


@dataclass(frozen=True, slots=True)
class Presentation:
    """A whole presentation. `trees` are the parts that were read, by name; mutations write them back into `data`."""

    slides: tuple[Slide, ...]
    width: int
    height: int
    sections: tuple[tuple[str, tuple[int, ...]], ...]
    shows: tuple[tuple[str, tuple[int, ...]], ...]
    settings: ShowSettings
    properties: Mapping[str, str]
    notes_master: Sheet | None
    handout_master: Sheet | None
    part: str
    data: bytes = field(repr=False)
    trees: Mapping[str, Node] = field(repr=False)

    @property
    def of_libreoffice(self) -> bool:
        """Whether LibreOffice wrote the file, which has no name for some of what it keeps."""
        return self.properties.get("Application", "").startswith("LibreOffice")

    @property
    def masters(self) -> tuple[Master, ...]:
        """The masters that slides use, each once."""
        return tuple({one.layout.master.sheet.part: one.layout.master for one in self.slides}.values())
