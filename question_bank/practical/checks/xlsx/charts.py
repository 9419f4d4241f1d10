"""Charts and sparklines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from xml.dom.minidom import Element

from question_bank.phrase import phrase
from question_bank.practical.arguments import Field, choice, choices, span, text, texts, truth
from question_bank.practical.catalogue import Request, check
from question_bank.practical.findings import Finding, Outcome, Words, judged, quoted
from question_bank.practical.mutants import elements, put_text, take_out
from question_bank.practical.sheet.address import Area, apart, area
from question_bank.practical.sheet.anchors import SHEETS, sheets_of
from question_bank.practical.sheet.blocks import column_below
from question_bank.practical.sheet.cells import Sheet
from question_bank.practical.sheet.charts import Chart
from question_bank.practical.sheet.edits import Edited, drop
from question_bank.practical.sheet.texts import canon
from question_bank.practical.sheet.words import NOTHING, joined, sheet_words, truth_words
from question_bank.practical.sheet.workbook import Workbook

_KINDS = {
    "column": phrase("columns"), "bar": phrase("bars"), "line": phrase("lines"), "pie": phrase("pie"), "doughnut": phrase("ring"),
    "area": phrase("areas"), "scatter": phrase("points"), "bubble": phrase("bubbles"), "radar": phrase("radar"), "stock": phrase("stock"),
    "surface": phrase("surface"),
}  # fmt: skip
_GROUPINGS = {"clustered": phrase("side by side"), "stacked": phrase("stacked"), "percentStacked": phrase("stacked to 100 percent"), "standard": phrase("standard")}  # fmt: skip
_LEGENDS = {"r": phrase("on the right"), "l": phrase("on the left"), "t": phrase("at the top"), "b": phrase("at the bottom"), "tr": phrase("in the top right corner"), "none": NOTHING}  # fmt: skip
CHART_TITLE = text("titled", phrase("the chart whose title has these words"))
LOOK: tuple[Field[Any], ...] = (*SHEETS, CHART_TITLE)
KIND = choices("kind", phrase("kind of chart"), _KINDS)
GROUPING = choice("grouping", phrase("how series stand together"), _GROUPINGS)
COUNT = span("count", phrase("number of charts"))
VALUES = texts("values", phrase("cells of the values, one for each series"))
VALUES_BELOW = texts("values_below", phrase("headings of the columns of the values"))
CATEGORIES = text("categories", phrase("cells of the categories"))
CATEGORIES_BELOW = text("categories_below", phrase("heading of the column of the categories"))
UNTIL = text("until", phrase("where the rows below a heading end: the row that says this"))
SERIES = span("series", phrase("number of series"))
TITLE = text("title", phrase("words of the title; any title without"))
ACROSS = text("horizontal", phrase("words of the title of the horizontal axis"))
UPRIGHT = text("vertical", phrase("words of the title of the vertical axis"))
LEGEND = choices("legend", phrase("where the legend stands"), {**_LEGENDS, "any": phrase("anywhere")})
LABELS = truth("labels", phrase("values are written at the chart"))
PLACE = text("inside", phrase("the cells the chart must lie within"))
CLEAR = truth("clear", phrase("the chart covers no cells with anything in them"))
OWN_SHEET = truth("own_sheet", phrase("on a sheet of its own"))


@dataclass(frozen=True, slots=True)
class ChartOn:
    """A chart and its sheet: what `ref` takes from a check of charts."""

    sheet: Sheet
    chart: Chart


def _charts(book: Workbook, request: Request) -> list[ChartOn]:
    if request.refs is not None:
        return [one for one in request.refs if isinstance(one, ChartOn)]
    found = [
        ChartOn(sheet, one) for sheet in sheets_of(book, request.select)[0] for one in book.charts.get(sheet.name, ())
    ]
    words = request.select[CHART_TITLE]
    return [one for one in found if words is None or canon(words) in canon(_title(book, one))]


def _title(book: Workbook, one: ChartOn) -> str:
    """A title's words; one that is a reference, what the cell says."""
    title = one.chart.title
    place = book.resolve(title, one.sheet.name) if "!" in title else None
    return place[0].cell(place[1].top, place[1].left).text if place else title


def _best(book: Workbook, request: Request, judge: Callable[[ChartOn], list[Finding]]) -> Outcome:
    """The chart that fits best."""
    listed = _charts(book, request)
    if not listed:
        return Outcome.nothing(phrase("a chart"))
    chosen = max(listed, key=lambda one: sum(found.credit for found in judge(one)))
    return Outcome.of(judge(chosen), (chosen,))


def _where(one: ChartOn) -> Words:
    return phrase(
        "sheet %(sheet)s, chart %(chart)s", sheet=one.sheet.name, chart=quoted(one.chart.title or one.chart.name)
    )


def _edit_charts(data: bytes, request: Request, edit: Callable[[Element], bool]) -> bytes | None:
    """Change all charts of the workbook in the same way."""
    edited = Edited.open(data)
    changed = False
    for part in [name for name in edited.parts if "/charts/chart" in name and name.endswith(".xml")]:
        top = edited.tree(part)
        changed = (top is not None and edit(top)) or changed
    return edited.saved() if changed else None


def _no_chart(data: bytes, request: Request) -> bytes | None:
    edited = Edited.open(data)
    changed = False
    for part in edited.sheets.values():
        changed = drop(edited.tree(part), "drawing") or changed
    return edited.saved() if changed else None


@check(
    "xlsx.chart",
    phrase("A chart: kind and number"),
    "IU04",
    select=LOOK,
    expect=(KIND, GROUPING, COUNT),
    mutation=_no_chart,
)
def chart(book: Workbook, request: Request) -> Outcome:
    """All kinds of a combined chart must be asked for."""
    expect = request.expect
    listed = _charts(book, request)

    def judge(one: ChartOn) -> list[Finding]:
        found = joined(one.chart.kinds) or NOTHING
        wanted = expect[KIND]
        right = set(one.chart.kinds) <= set(wanted) if wanted else True
        shown: Words = _KINDS.get(one.chart.kinds[0], found) if len(one.chart.kinds) == 1 else found
        findings = [
            judged(
                phrase("kind of chart"), right, _KINDS[wanted[0]] if wanted else phrase("a chart"), shown, _where(one)
            )
        ]
        if (grouping := expect[GROUPING]) is not None:
            there = one.chart.grouping
            findings.append(judged(phrase("how series stand together"), there == grouping, _GROUPINGS[grouping], _GROUPINGS.get(there, there), _where(one)))  # fmt: skip
        if (count := expect[COUNT]) is not None:
            findings.append(judged(phrase("number of charts"), count.holds(len(listed)), count.words(), str(len(listed)), sheet_words(one.sheet)))  # fmt: skip
        return findings

    return _best(book, request, judge)


def _other_data(top: Element) -> bool:
    found = [one for name in ("ser",) for one in elements(top, name)]
    for one in found:
        take_out(one)
    return bool(found)


@check(
    "xlsx.chart_data", phrase("What a chart is drawn from"), "IU04", select=LOOK,
    expect=(VALUES, VALUES_BELOW, CATEGORIES, CATEGORIES_BELOW, UNTIL, SERIES),
    mutation=lambda data, request: _edit_charts(data, request, _other_data),
)  # fmt: skip
def chart_data(book: Workbook, request: Request) -> Outcome:
    """Each series' values, and the categories of the series. The heading may be taken along."""
    expect = request.expect

    def judge(one: ChartOn) -> list[Finding]:
        series = one.chart.series
        findings: list[Finding] = []
        drawn = [one_series.values for one_series in series]
        for said, place in _wanted(book, request, one.sheet, VALUES, VALUES_BELOW):
            right = any(_same(book, one.sheet, found, place) for found in drawn)
            findings.append(judged(phrase("values of the chart"), right, said, joined(drawn) or NOTHING, _where(one)))
        named = [one_series.categories for one_series in series]
        for said, place in _wanted(book, request, one.sheet, CATEGORIES, CATEGORIES_BELOW):
            right = bool(named) and any(_same(book, one.sheet, found, place) for found in named)
            findings.append(
                judged(
                    phrase("categories of the chart"), right, said, joined(dict.fromkeys(named)) or NOTHING, _where(one)
                )
            )
        if (count := expect[SERIES]) is not None:
            findings.append(
                judged(
                    phrase("number of series"), count.holds(len(series)), count.words(), str(len(series)), _where(one)
                )
            )
        return findings or [
            judged(phrase("values of the chart"), bool(series), phrase("a series"), str(len(series)), _where(one))
        ]

    return _best(book, request, judge)


def _wanted(book: Workbook, request: Request, sheet: Sheet, given: Field[Any], below: Field[Any]) -> Iterator[tuple[str, tuple[Sheet, Area] | None]]:  # fmt: skip
    """The places asked for: by reference, or below a heading of any sheet, the chart's own first."""
    said = request.expect[given]
    for reference in (said,) if isinstance(said, str) else said or ():
        yield reference, book.resolve(reference, sheet.name)
    said = request.expect[below]
    for heading in (said,) if isinstance(said, str) else said or ():
        yield heading, _below(book, request, sheet, heading)


def _below(book: Workbook, request: Request, sheet: Sheet, heading: str) -> tuple[Sheet, Area] | None:
    for owner in [sheet, *(one for one in book.sheets if one is not sheet)]:
        for cell in owner.find(heading):
            where = column_below(book, owner, cell, request.expect[UNTIL] or "")
            if where is not None:
                return owner, where
    return None


def _same(book: Workbook, sheet: Sheet, found: str, wanted: tuple[Sheet, Area] | None) -> bool:
    place = book.resolve(found.strip("()"), sheet.name)
    if place is None or wanted is None or place[0] is not wanted[0]:
        return False
    one, other = place[1], wanted[1]
    return one == other or (one.covers(other) and one.size == other.size + 1 and one.top == other.top - 1)


def _nameless(top: Element) -> bool:
    return drop(top, "title")


@check(
    "xlsx.chart_titles", phrase("Titles of a chart and its axes"), "IU04", select=LOOK, expect=(TITLE, ACROSS, UPRIGHT),
    mutation=lambda data, request: _edit_charts(data, request, _nameless),
)  # fmt: skip
def chart_titles(book: Workbook, request: Request) -> Outcome:
    """Words that must be in the title; in a chart of bars the categories stand on the vertical axis."""
    expect = request.expect

    def judge(one: ChartOn) -> list[Finding]:
        found = _title(book, one)
        axes = dict(one.chart.axis_titles)
        findings = []
        if expect[TITLE] is not None or not expect.values:
            wanted = expect[TITLE] or ""
            findings.append(judged(phrase("title of the chart"), bool(found) and canon(wanted) in canon(found), quoted(wanted) if wanted else phrase("a title"), quoted(found) if found else NOTHING, _where(one)))  # fmt: skip
        for field, side, item in ((ACROSS, "horizontal", phrase("title of the horizontal axis")), (UPRIGHT, "vertical", phrase("title of the vertical axis"))):  # fmt: skip
            if (words := expect[field]) is not None:
                there = axes.get(side, "")
                findings.append(judged(item, canon(words) in canon(there) and bool(there), quoted(words), quoted(there) if there else NOTHING, _where(one)))  # fmt: skip
        return findings

    return _best(book, request, judge)


def _unlabelled(top: Element, request: Request) -> bool:
    changed = False
    if request.expect[LEGEND]:
        changed = drop(top, "legend")
        if "none" in request.expect[LEGEND]:
            return False
    if request.expect[LABELS]:
        changed = drop(top, "dLbls") or changed
    return changed


@check(
    "xlsx.chart_legend", phrase("Legend and labels of a chart"), "IU04", select=LOOK, expect=(LEGEND, LABELS),
    mutation=lambda data, request: _edit_charts(data, request, lambda top: _unlabelled(top, request)),
)  # fmt: skip
def chart_legend(book: Workbook, request: Request) -> Outcome:
    """`none` wants no legend."""
    legend, labels = request.expect[LEGEND], request.expect[LABELS]

    def judge(one: ChartOn) -> list[Finding]:
        findings = []
        if legend:
            there = one.chart.legend or "none"
            right = there in legend or ("any" in legend and there != "none")
            findings.append(judged(phrase("legend"), right, _LEGENDS.get(legend[0], phrase("anywhere")), _LEGENDS.get(there, there), _where(one)))  # fmt: skip
        if labels is not None:
            findings.append(judged(phrase("values written at the chart"), one.chart.labels == labels, truth_words(labels), truth_words(one.chart.labels), _where(one)))  # fmt: skip
        return findings

    return _best(book, request, judge)


def _moved_away(data: bytes, request: Request) -> bytes | None:
    edited = Edited.open(data)
    changed = False
    for name in [one for one in edited.parts if "/drawings/drawing" in one and one.endswith(".xml")]:
        top = edited.tree(name)
        for corner, at in (("from", "0"), ("to", "3")):
            for one in elements(top, corner) if top is not None else ():
                for place in (*elements(one, "row"), *elements(one, "col")):
                    put_text(place, at if request.expect[CLEAR] else str(900 + int(at)))
                    changed = True
    return edited.saved() if changed else None


@check(
    "xlsx.chart_place",
    phrase("Where a chart stands"),
    "IU04",
    select=LOOK,
    expect=(PLACE, CLEAR, OWN_SHEET),
    mutation=_moved_away,
)
def chart_place(book: Workbook, request: Request) -> Outcome:
    """Within some cells, over no filled ones, or on a sheet of its own."""
    expect = request.expect

    def judge(one: ChartOn) -> list[Finding]:
        place, findings = one.chart.place, []
        shown: Words = place.words() if place else NOTHING
        if (inside := expect[PLACE]) is not None:
            where = area(apart(inside)[1])
            findings.append(judged(phrase("place of the chart"), place is not None and where is not None and where.covers(place), inside, shown, _where(one)))  # fmt: skip
        if expect[CLEAR]:
            covered = [cell for cell in one.sheet.within(place) if not cell.is_empty] if place else []
            findings.append(judged(phrase("cells under the chart"), place is not None and not covered, NOTHING, covered[0].text if covered else shown, _where(one)))  # fmt: skip
        if (alone := expect[OWN_SHEET]) is not None:
            findings.append(judged(phrase("on a sheet of its own"), one.chart.sheet_of_its_own == alone, truth_words(alone), truth_words(one.chart.sheet_of_its_own), _where(one)))  # fmt: skip
        return findings or [judged(phrase("place of the chart"), True, phrase("a chart"), shown, _where(one))]

    return _best(book, request, judge)
