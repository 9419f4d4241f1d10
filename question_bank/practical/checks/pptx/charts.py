"""Checks of charts on slides, from the numbers that the slide keeps of them."""

from __future__ import annotations

import posixpath

from question_bank.formats.xml_tree import Node
from question_bank.phrase import phrase
from question_bank.practical.arguments import choice, choices, figure, number, text, texts, truth
from question_bank.practical.catalogue import Request, check
from question_bank.practical.findings import Finding, Outcome, Words, judged, quoted
from question_bank.practical.mutants import with_parts
from question_bank.practical.slides.judging import listed, outcome, told
from question_bank.practical.slides.model import Chart, Presentation, Series
from question_bank.practical.slides.nodes import every, first
from question_bank.practical.slides.places import SHAPES, Place, form, says, shapes_of
from question_bank.practical.slides.presentation import open_model
from question_bank.practical.slides.spoiling import chart_part, drop, put, spoils, take_out, worded

A_CHART = phrase("a chart")
KINDS = {
    "column": phrase("columns"), "bar": phrase("bars"), "line": phrase("lines"), "pie": phrase("pie"), "doughnut": phrase("doughnut"),
    "area": phrase("area"), "scatter": phrase("points"), "radar": phrase("radar"), "bubble": phrase("bubbles"),
}  # fmt: skip
KIND = choices("chart", phrase("what sort of chart; several are equally right"), KINDS, required=True)
NAME = text("series", phrase("the series' name; left out: any"))
CATEGORIES = texts("categories", phrase("its categories, in order"))
VALUES = texts("values", phrase("its numbers, in order, with a point"))
TOLERANCE = number("tolerance", phrase("by how much numbers may differ"), default="0.01")
SAYS, CONTAINS = text("text", phrase("what it says")), text("contains", phrase("what it contains"))
SIDES = {
    "right": phrase("on the right"), "left": phrase("on the left"), "top": phrase("above"), "bottom": phrase("below"), "corner": phrase("upper right"),
    "none": phrase("none"), "any": phrase("anywhere"),
}  # fmt: skip
SIDE = choice("position", phrase("where the legend stands"), SIDES, default="any")
LABELS = {
    "value": phrase("numbers"), "percent": phrase("percentages"), "category": phrase("categories"), "series": phrase("names of series"),
}  # fmt: skip
LABEL = choices("labels", phrase("what stands at its points"), LABELS, required=True)
AXES = texts("axes", phrase("titles of its axes"), required=True)
HAS = truth("workbook", phrase("whether its numbers can be edited"), default=True)


def _charts(deck: Presentation, request: Request) -> list[Place]:
    return [one for one in shapes_of(deck, request, ("chart",)) if one.shape and one.shape.chart]


def _chart(place: Place) -> Chart:
    assert place.shape is not None
    assert place.shape.chart is not None
    return place.shape.chart


def _other_kind(place: Place, request: Request) -> bool:
    area = first(_chart(place).node, "c:chart", "c:plotArea")
    name = "c:areaChart" if "area" not in request.expect[KIND] else "c:radarChart"
    changed = False
    for one in area.children if area else ():
        if one.name.endswith("Chart"):
            one.name = name
            changed = True
    return changed


@check(
    "pptx.chart_type",
    phrase("Kind of a chart"),
    "IU09",
    select=SHAPES,
    expect=(KIND,),
    mutation=spoils(_charts, _other_kind, chart_part),
)
def chart_type(deck: Presentation, request: Request) -> Outcome:
    """Columns, bars, lines, a pie; of a combined chart one of its kinds must fit."""
    wanted = request.expect[KIND]

    def judge(place: Place) -> list[Finding]:
        kinds = _chart(place).kinds
        right = any(one in wanted for one in kinds)
        said: Words = KINDS.get(kinds[0], kinds[0]) if kinds else phrase("none")
        return [judged(phrase("chart"), right, KINDS[wanted[0]], said, place.where)]

    return outcome(request, _charts(deck, request), judge, A_CHART)


def _other_numbers(place: Place, _: Request) -> bool:
    changed = False
    for points in (
        *every(_chart(place).node, "c:val"),
        *every(_chart(place).node, "c:yVal"),
        *every(_chart(place).node, "c:cat"),
    ):
        for one in every(points, "c:pt"):
            one.children = [worded("c:v", "-987654")]
            changed = True
    return changed


@check(
    "pptx.chart_data",
    phrase("Numbers of a chart"),
    "IU09",
    select=SHAPES,
    expect=(NAME, CATEGORIES, VALUES, TOLERANCE),
    mutation=spoils(_charts, _other_numbers, chart_part),
)
def chart_data(deck: Presentation, request: Request) -> Outcome:
    """One series has these categories and numbers."""
    name, tolerance = request.expect[NAME], float(request.expect[TOLERANCE] or 0)
    categories, written_values = request.expect[CATEGORIES], request.expect[VALUES]
    values = [_number(one) for one in written_values]

    def judge(place: Place) -> list[Finding]:
        series = _chart(place).series
        fits = [one for one in series if name is None or form(one.name) == form(name)]
        expected: Words = quoted(name) if name else phrase("at least one")
        found = [
            judged(
                phrase("series"),
                bool(fits),
                expected,
                listed(one.name for one in series) or phrase("none"),
                place.where,
            )
        ]
        best = max(fits, key=lambda one: _close(one, values, tolerance), default=None)
        if categories:
            held = best.categories if best else ()
            right = [form(one) for one in held] == [form(one) for one in categories]
            found.append(judged(phrase("categories"), right, listed(categories), listed(held), place.where))
        if values:
            numbers = best.values if best else ()
            right = best is not None and _close(best, values, tolerance) == len(values) == len(numbers)
            said = ", ".join("—" if one is None else figure(one) for one in numbers)
            found.append(judged(phrase("numbers"), right, ", ".join(written_values), said, place.where))
        return found

    return outcome(request, _charts(deck, request), judge, A_CHART)


def _number(said: str) -> float | None:
    """A number as an author writes it, with a point or a comma."""
    try:
        return float(said.replace(",", "."))
    except ValueError:
        return None


def _close(series: Series, values: list[float | None], tolerance: float) -> int:
    pairs = zip(series.values, values, strict=False)
    return sum(one is not None and other is not None and abs(one - other) <= tolerance for one, other in pairs)


def _top(place: Place) -> Node:
    node = _chart(place).node
    return first(node, "c:chart") or first(node, "cx:chart") or node


@check(
    "pptx.chart_title",
    phrase("Title of a chart"),
    "IU09",
    select=SHAPES,
    expect=(SAYS, CONTAINS),
    mutation=spoils(_charts, lambda place, _: drop(_top(place), "c:title", "cx:title"), chart_part),
)
def chart_title(deck: Presentation, request: Request) -> Outcome:
    """What stands above a chart; that there is anything, where the rubric says no words."""
    exact, part = request.expect[SAYS], request.expect[CONTAINS]

    def judge(place: Place) -> list[Finding]:
        said = _chart(place).title
        right = (
            bool(said.strip()) and (exact is None or form(said) == form(exact)) and (part is None or says(said, part))
        )
        wanted = exact or part
        expected: Words = quoted(wanted) if wanted else phrase("a title")
        return [
            judged(
                phrase("title of the chart"), right, expected, quoted(said) if said else phrase("no title"), place.where
            )
        ]

    return outcome(request, _charts(deck, request), judge, A_CHART)


def _other_legend(place: Place, request: Request) -> bool:
    top, wanted = _top(place), request.expect[SIDE] or "any"
    legends = [one for one in top.children if one.name in ("c:legend", "cx:legend")]
    if wanted == "none":
        top.add(Node("c:legend", {}))
        return True
    if wanted == "any":
        return drop(top, "c:legend", "cx:legend")
    for one in legends:
        one.children = [Node("c:legendPos", {"val": "b" if wanted != "bottom" else "t"})]
        put(one, pos="b" if wanted != "bottom" else "t")
    return bool(legends)


@check(
    "pptx.chart_legend",
    phrase("Legend of a chart"),
    "IU09",
    select=SHAPES,
    expect=(SIDE,),
    mutation=spoils(_charts, _other_legend, chart_part),
)
def chart_legend(deck: Presentation, request: Request) -> Outcome:
    """Where the legend stands, or that there is none."""
    wanted = request.expect[SIDE] or "any"

    def judge(place: Place) -> list[Finding]:
        side = _chart(place).legend or "none"
        right = side != "none" if wanted == "any" else side == wanted
        return [judged(phrase("legend"), right, SIDES[wanted], SIDES[side], place.where)]

    return outcome(request, _charts(deck, request), judge, A_CHART)


def _no_labels(place: Place, _: Request) -> bool:
    node = _chart(place).node
    groups = list(every(node, "c:dLbls"))
    return sum(take_out(node, one) for one in groups) > 0


@check(
    "pptx.chart_labels",
    phrase("Labels of a chart's points"),
    "IU09",
    select=SHAPES,
    expect=(LABEL,),
    mutation=spoils(_charts, _no_labels, chart_part),
)
def chart_labels(deck: Presentation, request: Request) -> Outcome:
    """Numbers, percentages or names at the points of any of its series."""

    def judge(place: Place) -> list[Finding]:
        held = _chart(place).labels
        here = phrase("there")
        return [
            judged(LABELS[one], one in held, here, here if one in held else phrase("not there"), place.where)
            for one in request.expect[LABEL]
        ]

    return outcome(request, _charts(deck, request), judge, A_CHART)


def _no_axis_titles(place: Place, _: Request) -> bool:
    area = first(_top(place), "c:plotArea")
    return sum(drop(one, "c:title") for one in (area.children if area else ()) if one.name.endswith("Ax")) > 0


@check(
    "pptx.chart_axes",
    phrase("Titles of a chart's axes"),
    "IU09",
    select=SHAPES,
    expect=(AXES,),
    mutation=spoils(_charts, _no_axis_titles, chart_part),
)
def chart_axes(deck: Presentation, request: Request) -> Outcome:
    """Axes have these titles, whichever axis it is."""

    def judge(place: Place) -> list[Finding]:
        held = _chart(place).axis_titles
        said: Words = listed(held) if held else phrase("none")
        return [
            judged(
                phrase("title of an axis"), any(says(one, wanted) for one in held), quoted(wanted), said, place.where
            )
            for wanted in request.expect[AXES]
        ]

    return outcome(request, _charts(deck, request), judge, A_CHART)


def _without_workbook(data: bytes, request: Request) -> bytes | None:
    places = _charts(open_model(data), request)
    names = [posixpath.split(chart_part(one)) for one in places]
    return with_parts(data, {f"{folder}/_rels/{name}.rels": None for folder, name in names}) if names else None


@check(
    "pptx.chart_workbook",
    phrase("Numbers of a chart can be edited"),
    "IU09",
    select=SHAPES,
    expect=(HAS,),
    mutation=_without_workbook,
)
def chart_workbook(deck: Presentation, request: Request) -> Outcome:
    """Whether the chart carries the workbook of its numbers, which is never opened. LibreOffice edits the numbers
    that the slide keeps, and writes no workbook."""
    wanted = bool(request.expect[HAS])

    def judge(place: Place) -> list[Finding]:
        here = _chart(place).workbook or deck.of_libreoffice
        return [judged(phrase("workbook of the chart"), here == wanted, told(wanted), told(here), place.where)]

    return outcome(request, _charts(deck, request), judge, A_CHART)
