"""How cells look: letters, fill, borders, alignment, named styles."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from xml.dom.minidom import Element

from question_bank.phrase import Phrase, phrase
from question_bank.practical.arguments import Field, choice, choices, colour, span, text, texts, truth, whole
from question_bank.practical.catalogue import Request, check
from question_bank.practical.findings import Finding, Outcome, Words, quoted
from question_bank.practical.mutants import add_element, attribute, elements, put_attribute
from question_bank.practical.sheet.anchors import CELLS, Target, each
from question_bank.practical.sheet.aspects import aspect
from question_bank.practical.sheet.cells import Cell, RichText
from question_bank.practical.sheet.colours import near
from question_bank.practical.sheet.edits import add_style_part
from question_bank.practical.sheet.spoiling import spoil_look, with_child, with_part
from question_bank.practical.sheet.styles import Font, Look
from question_bank.practical.sheet.texts import canon
from question_bank.practical.sheet.words import NOTHING, joined, truth_words
from question_bank.practical.sheet.workbook import Workbook

FONT = texts("font", phrase("name of the font, or one of several"))
SIZE = span("size_pt", phrase("size of the letters"), unit="pt")
BOLD = truth("bold", phrase("bold"))
ITALIC = truth("italic", phrase("italic"))
UNDERLINE = truth("underline", phrase("underlined"))
STRIKE = truth("strike", phrase("struck through"))
COLOUR = colour("colour", phrase("colour"))
ANY = truth("any", phrase("any colour"))
_HORIZONTAL = {
    "left": phrase("to the left"), "center": phrase("centred"), "right": phrase("to the right"), "justify": phrase("justified"),
    "centerContinuous": phrase("centred across cells"), "fill": phrase("filled"), "general": phrase("general"),
    "distributed": phrase("distributed"),
}  # fmt: skip
_VERTICAL = {"top": phrase("at the top"), "center": phrase("in the middle"), "bottom": phrase("at the bottom")}
HORIZONTAL = choices("horizontal", phrase("alignment across"), _HORIZONTAL)
VERTICAL = choice("vertical", phrase("alignment up and down"), _VERTICAL)
WRAP = truth("wrap", phrase("long texts are wrapped"))
ROTATION = span("rotation", phrase("turned by"), unit="°")
INDENT = whole("indent", phrase("indent"))
SHRINK = truth("shrink", phrase("shrunk to fit"))
_LINES = {
    "thin": phrase("thin line"), "medium": phrase("medium line"), "thick": phrase("thick line"), "double": phrase("double line"),
    "dashed": phrase("dashed line"), "dotted": phrase("dotted line"), "hair": phrase("hair line"),
}  # fmt: skip
OUTER = choices("outer", phrase("lines around"), {"any": phrase("any line"), "none": NOTHING, **_LINES})
INNER = choices("inner", phrase("lines between cells"), {"any": phrase("any line"), "none": NOTHING, **_LINES})
STYLE = text("style", phrase("name of the cell style"), required=True)


def _font_of(look: Look, cell: Cell) -> Font:
    """The letters most of the cell is written in: a text may have runs of its own."""
    if isinstance(cell.value, RichText) and sum(n for n, _ in cell.value.fonts) * 2 > len(cell.value):
        return max(cell.value.fonts, key=lambda one: one[0])[1]
    return look.font


@check(
    "xlsx.font", phrase("Letters of cells"), "IU04", select=CELLS,
    expect=(FONT, SIZE, BOLD, ITALIC, UNDERLINE, STRIKE, COLOUR),
    mutation=lambda data, request: spoil_look(data, request, with_part("fonts", "fontId", "applyFont", _other_font(request))),
)  # fmt: skip
def font(book: Workbook, request: Request) -> Outcome:
    """A finding for each property that the rubric names, over the filled cells."""
    expect = request.expect

    def judge(target: Target) -> Iterator[Finding]:
        cells = target.filled()

        def of(cell: Cell) -> Font:
            return _font_of(target.sheet.look(cell), cell)

        if names := expect[FONT]:
            wanted = {canon(one) for one in names}
            yield aspect(target, cells, phrase("font"), joined(names), lambda cell: canon(of(cell).name) in wanted, lambda cell: of(cell).name or NOTHING)  # fmt: skip
        if (size := expect[SIZE]) is not None:
            yield aspect(target, cells, phrase("size of letters"), f"{size.words()} pt", lambda cell: size.holds(of(cell).size), lambda cell: f"{of(cell).size or 0:g} pt")  # fmt: skip
        switches: tuple[tuple[Field[bool | None], Phrase, Callable[[Font], bool]], ...] = (
            (BOLD, phrase("bold"), lambda one: bool(one.bold)),
            (ITALIC, phrase("italic"), lambda one: bool(one.italic)),
            (UNDERLINE, phrase("underlined"), lambda one: one.underline not in (None, "none")),
            (STRIKE, phrase("struck through"), lambda one: bool(one.strike)),
        )
        for field, item, has in switches:
            yield from _switch(target, cells, expect[field], item, lambda cell, has=has: has(of(cell)))  # type: ignore[misc]
        if (wanted_colour := expect[COLOUR]) is not None:
            yield aspect(target, cells, phrase("colour of letters"), wanted_colour, lambda cell: near(of(cell).colour or "000000", wanted_colour), lambda cell: of(cell).colour or "000000")  # fmt: skip

    return each(book, request, judge)


def _switch(target: Target, cells: list[Cell], wanted: bool | None, item: Phrase, has: Callable[[Cell], bool]) -> Iterator[Finding]:  # fmt: skip
    if wanted is not None:
        yield aspect(target, cells, item, truth_words(wanted), lambda cell: has(cell) == wanted, lambda cell: truth_words(has(cell)))  # fmt: skip


def _other_font(request: Request) -> dict[str, dict[str, str]]:
    """Wrong in everything that is asked for, and only where it is."""
    expect = request.expect
    children: dict[str, dict[str, str]] = {}
    for field, name in ((BOLD, "b"), (ITALIC, "i"), (STRIKE, "strike")):
        if expect[field] is False:
            children[name] = {}
    if expect[UNDERLINE] is False:
        children["u"] = {}
    children["sz"] = {"val": "7"}
    children["color"] = {"rgb": "FF12AB34"}
    children["name"] = {"val": "Courier New"}
    return children


@check(
    "xlsx.fill", phrase("Cells are filled with a colour"), "IU04", select=CELLS, expect=(COLOUR, ANY),
    mutation=lambda data, request: spoil_look(data, request, _other_fill),
)  # fmt: skip
def fill(book: Workbook, request: Request) -> Outcome:
    """Near enough to the colour given; without one, any colour but white (`any: false`: none)."""
    wanted, some = request.expect[COLOUR], request.expect[ANY]
    expected: Words = wanted or (NOTHING if some is False else phrase("any colour"))

    def judge(target: Target) -> Iterator[Finding]:
        def right(cell: Cell) -> bool:
            found = target.sheet.look(cell).fill
            if wanted is not None:
                return near(found, wanted)
            return (found in ("", "FFFFFF")) == (some is False)

        cells = list(target.cells())
        yield aspect(
            target, cells, phrase("fill"), expected, right, lambda cell: target.sheet.look(cell).fill or NOTHING
        )

    return each(book, request, judge)


def _other_fill(top: Element, own: Element) -> None:
    number = "0"
    if (attribute(own, "fillId") or "0") == "0":
        number = str(add_style_part(top, "fills", None, {}))
        made = list(elements(next(elements(top, "fills")), "fill"))[-1]
        add_element(add_element(made, "patternFill", {"patternType": "solid"}), "fgColor", {"rgb": "FF12AB34"})
    put_attribute(own, "fillId", number)
    put_attribute(own, "applyFill", "1")


def _side(target: Target, cell: Cell, side: str) -> str:
    """The line on one side of a cell; the neighbour's line counts as well, and so does that of what is merged."""
    sheet = target.sheet
    merged = sheet.merged(cell.row, cell.column)
    row, column, across, down, back = {
        "left": (merged.top, merged.left, -1, 0, "right"), "right": (merged.top, merged.right, 1, 0, "left"),
        "top": (merged.top, merged.left, 0, -1, "bottom"), "bottom": (merged.bottom, merged.left, 0, 1, "top"),
    }[side]  # fmt: skip
    own = sheet.look(sheet.cell(row, column)).borders.side(side)
    if own or row + down < 1 or column + across < 1:
        return own
    return sheet.look(sheet.cell(row + down, column + across)).borders.side(back)


def _edges(target: Target, outer: bool) -> list[tuple[Cell, str]]:
    """The sides of cells that are the outline of the area, or that are inside."""
    sheet, where = target.sheet, target.area
    found: list[tuple[Cell, str]] = []
    for cell in target.cells():
        merged = sheet.merged(cell.row, cell.column)
        at_edge = {
            "left": merged.left <= where.left, "right": merged.right >= where.right,
            "top": merged.top <= where.top, "bottom": merged.bottom >= where.bottom,
        }  # fmt: skip
        found += [
            (cell, side) for side, edge in at_edge.items() if edge == outer and (outer or side in ("right", "bottom"))
        ]
    return found


@check(
    "xlsx.borders", phrase("Lines around and between cells"), "IU04", select=CELLS, expect=(OUTER, INNER),
    mutation=lambda data, request: spoil_look(data, request, with_part("borders", "borderId", "applyBorder", _other_borders(request))),
)  # fmt: skip
def borders(book: Workbook, request: Request) -> Outcome:
    """Outline and inner lines, each as the share of the sides that have the line asked for."""

    def judge(target: Target) -> Iterator[Finding]:
        for field, outer, item in (
            (OUTER, True, phrase("lines around")),
            (INNER, False, phrase("lines between cells")),
        ):
            wanted = request.expect[field]
            if not wanted:
                continue
            listed = _edges(target, outer)
            wrong = {id(cell) for cell, side in listed if not _line_right(_side(target, cell, side), wanted)}
            lines = {
                id(cell): _side(target, cell, side) for cell, side in reversed(listed) if not wrong or id(cell) in wrong
            }
            cells = list({id(cell): cell for cell, _ in listed}.values())
            expected = _LINES.get(wanted[0], NOTHING if wanted[0] == "none" else phrase("any line"))
            yield aspect(
                target, cells, item, expected, lambda cell, wrong=wrong: id(cell) not in wrong,  # type: ignore[misc]
                lambda cell, lines=lines: _LINES.get(lines.get(id(cell), ""), NOTHING),  # type: ignore[misc]
            )  # fmt: skip

    return each(book, request, judge)


def _line_right(found: str, wanted: tuple[str, ...]) -> bool:
    if "any" in wanted:
        return bool(found)
    return (found or "none") in wanted


def _other_borders(request: Request) -> dict[str, dict[str, str]]:
    absent = "none" in (*request.expect[OUTER], *request.expect[INNER])
    style = {"style": "mediumDashDotDot"} if absent else {}
    return {side: dict(style) for side in ("left", "right", "top", "bottom")}


@check(
    "xlsx.alignment", phrase("Where words stand in cells"), "IU04", select=CELLS,
    expect=(HORIZONTAL, VERTICAL, WRAP, ROTATION, INDENT, SHRINK),
    mutation=lambda data, request: spoil_look(data, request, with_child("alignment", _other_alignment(request))),
)  # fmt: skip
def alignment(book: Workbook, request: Request) -> Outcome:
    """`general` numbers stand right and texts left, as they are seen."""
    expect = request.expect

    def judge(target: Target) -> Iterator[Finding]:
        cells = target.filled() or list(target.cells())

        def across(cell: Cell) -> str:
            found = target.sheet.look(cell).alignment.horizontal
            return ("right" if cell.is_number else "left") if found == "general" else found

        if wanted := expect[HORIZONTAL]:
            yield aspect(target, cells, phrase("alignment across"), _HORIZONTAL[wanted[0]], lambda cell: across(cell) in wanted, lambda cell: _HORIZONTAL.get(across(cell), NOTHING))  # fmt: skip
        if (upright := expect[VERTICAL]) is not None:
            yield aspect(target, cells, phrase("alignment up and down"), _VERTICAL[upright], lambda cell: target.sheet.look(cell).alignment.vertical == upright, lambda cell: _VERTICAL.get(target.sheet.look(cell).alignment.vertical, NOTHING))  # fmt: skip
        yield from _switch(target, cells, expect[WRAP], phrase("long texts wrapped"), lambda cell: target.sheet.look(cell).alignment.wrap)  # fmt: skip
        yield from _switch(target, cells, expect[SHRINK], phrase("shrunk to fit"), lambda cell: target.sheet.look(cell).alignment.shrink)  # fmt: skip
        if (turned := expect[ROTATION]) is not None:
            yield aspect(target, cells, phrase("turned by"), f"{turned.words()}°", lambda cell: turned.holds(target.sheet.look(cell).alignment.rotation), lambda cell: f"{target.sheet.look(cell).alignment.rotation}°")  # fmt: skip
        if (indent := expect[INDENT]) is not None:
            yield aspect(target, cells, phrase("indent"), str(indent), lambda cell: target.sheet.look(cell).alignment.indent == indent, lambda cell: str(target.sheet.look(cell).alignment.indent))  # fmt: skip

    return each(book, request, judge)


def _other_alignment(request: Request) -> dict[str, str]:
    """Wrong in everything that is asked for."""
    expect = request.expect
    return {
        "horizontal": "fill" if "fill" not in expect[HORIZONTAL] else "left",
        "vertical": "distributed",
        "wrapText": "0" if expect[WRAP] else "1",
        "shrinkToFit": "0" if expect[SHRINK] else "1",
        "textRotation": "33",
        "indent": "9",
    }


@check(
    "xlsx.cell_style", phrase("A named cell style"), "IU08", select=CELLS, expect=(STYLE,),
    mutation=lambda data, request: spoil_look(data, request, lambda top, own: put_attribute(own, "xfId", "0")),
)  # fmt: skip
def cell_style(book: Workbook, request: Request) -> Outcome:
    """By its name; cells with the same look but no style are wrong."""
    wanted = request.expect[STYLE] or ""

    def judge(target: Target) -> Iterator[Finding]:
        def of(cell: Cell) -> str:
            return target.sheet.look(cell).style

        yield aspect(target, list(target.cells()), phrase("cell style"), quoted(wanted), lambda cell: canon(of(cell)) == canon(wanted), lambda cell: quoted(of(cell)))  # fmt: skip

    return each(book, request, judge)
