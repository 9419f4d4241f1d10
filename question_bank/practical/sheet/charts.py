"""Charts on a sheet: their kinds, what their series and categories refer to, and their words (ISO/IEC 29500-1 §21.2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from question_bank.formats.office_package import OfficePackage, truth, value, whole
from question_bank.formats.xml_tree import Node
from question_bank.practical.sheet.address import Area

MOST_CHARTS = 200  # of a workbook
_MOST_SERIES = 255  # Excel's own bound
_KINDS = {
    "barChart": "column", "bar3DChart": "column", "lineChart": "line", "line3DChart": "line", "pieChart": "pie", "pie3DChart": "pie",
    "ofPieChart": "pie", "doughnutChart": "doughnut", "areaChart": "area", "area3DChart": "area", "scatterChart": "scatter",
    "bubbleChart": "bubble", "radarChart": "radar", "stockChart": "stock", "surfaceChart": "surface", "surface3DChart": "surface",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Series:
    """One series: references of its name, categories and values as the file writes them."""

    name: str
    categories: str
    values: str
    labels: bool = False
    trend: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart. `kinds` are all it combines; `place` the cells it covers, None where it says so in another way."""

    name: str
    kinds: tuple[str, ...]
    grouping: str
    series: tuple[Series, ...]
    title: str
    has_title: bool
    axis_titles: tuple[tuple[str, str], ...]  # horizontal or vertical, words
    legend: str  # r, l, t, b, tr; empty for none
    labels: bool
    place: Area | None
    sheet_of_its_own: bool = False


def read_charts(package: OfficePackage, sheet_part: str, sheet: Node | None) -> tuple[Chart, ...]:
    """The charts that the tree of one sheet names. Raises UnreadableFileError."""
    named = sheet.child("x:drawing") if sheet else None
    relation_of = package.relations(sheet_part).get(named.get("r:id")) if named else None
    drawing = relation_of.target if relation_of and not relation_of.outside else ""
    top = package.xml(drawing)
    if top is None:
        return ()
    relations = package.relations(drawing)
    found: list[Chart] = []
    for anchor in top.children:
        for node in anchor.walk():
            if node.name == "c:chart" and (relation := relations.get(node.get("r:id"))) and len(found) < MOST_CHARTS:
                tree = package.xml(relation.target) if not relation.outside else None
                if tree is not None:
                    found.append(_chart(tree, _place(anchor), _name(anchor), anchor.name == "xdr:absoluteAnchor"))
    return tuple(found)


def _name(anchor: Node) -> str:
    found = next((node for node in anchor.walk() if node.name == "xdr:cNvPr"), None)
    return found.get("name") if found else ""


def _place(anchor: Node) -> Area | None:
    corners: list[int] = []
    for name in ("xdr:from", "xdr:to"):
        corner = anchor.child(name)
        for inner in ("xdr:row", "xdr:col"):
            said = corner.child(inner) if corner else None
            corners.append(whole(said.text.strip(), -2) + 1 if said else -1)
    top, left, bottom, right = corners
    if top < 1 or left < 1:
        return None
    return Area(top, left, max(top, bottom), max(left, right))


def _chart(top: Node, place: Area | None, name: str, alone: bool) -> Chart:
    chart = top.child("c:chart")
    plot = chart.child("c:plotArea") if chart else None
    groups = [node for node in plot.children if node.name.removeprefix("c:") in _KINDS] if plot else []
    kinds = tuple(dict.fromkeys(_kind(node) for node in groups))
    series = tuple(_series(node) for group in groups for node in list(group.all("c:ser"))[:_MOST_SERIES])
    title = chart.child("c:title") if chart else None
    legend = chart.child("c:legend") if chart else None
    words = _words(title)
    hidden = (
        chart is not None and chart.child("c:autoTitleDeleted") is not None and truth(chart.child("c:autoTitleDeleted"))
    )
    if title is not None and not words and len(series) == 1 and not hidden:
        words = series[0].name  # a title without words of its own shows the one series' name
    return Chart(
        name,
        kinds,
        value(groups[0].child("c:grouping"), "standard") if groups else "",
        series,
        words,
        title is not None,
        tuple(_axis_titles(plot, groups)),
        value(legend.child("c:legendPos"), "r") if legend else "",
        any(_labelled(group) for group in groups) or any(one.labels for one in series),
        place,
        alone,
    )


def _kind(node: Node) -> str:
    kind = _KINDS[node.name.removeprefix("c:")]
    if kind == "column" and value(node.child("c:barDir"), "col") == "bar":
        return "bar"
    return kind


def _series(node: Node) -> Series:
    return Series(
        _reference(node.child("c:tx")),
        _reference(node.child("c:cat") or node.child("c:xVal")),
        _reference(node.child("c:val") or node.child("c:yVal")),
        _labelled(node),
        node.child("c:trendline") is not None,
    )


def _reference(node: Node | None) -> str:
    """The reference of a series' part; its words where it is typed."""
    if node is None:
        return ""
    found = next((one for one in node.walk() if one.name == "c:f" and one.text.strip()), None)
    if found is not None:
        return found.text.strip()
    return " ".join(one.text for one in node.walk() if one.name == "c:v")


def _labelled(node: Node) -> bool:
    labels = node.child("c:dLbls")
    if labels is None or truth(labels.child("c:delete")):
        return False
    shown = ("showVal", "showPercent", "showCatName", "showSerName")
    return any(truth(one.child(f"c:{name}")) for one in (labels, *labels.all("c:dLbl")) for name in shown)


def _words(node: Node | None) -> str:
    """The words of a title: written, or kept from the cell it refers to."""
    if node is None:
        return ""
    written = "".join(one.text for one in node.walk() if one.name == "a:t")
    return written or " ".join(one.text for one in node.walk() if one.name == "c:v")


def _axis_titles(plot: Node | None, groups: list[Node]) -> Iterator[tuple[str, str]]:
    """Where a chart has categories, they are horizontal, but in bars; programs do not agree on what they write as the axis' place."""
    axes = [node for node in plot.children if node.name in ("c:catAx", "c:valAx", "c:dateAx")] if plot else []
    with_categories = any(node.name != "c:valAx" for node in axes)
    lying = any(_kind(node) == "bar" for node in groups)
    for at, node in enumerate(axes):
        words = _words(node.child("c:title"))
        if not words or truth(node.child("c:delete")):
            continue
        if with_categories:
            flat = (node.name != "c:valAx") != lying
        else:
            places = [value(one.child("c:axPos")) in ("b", "t") for one in axes]
            flat = places[at] if len(set(places)) > 1 else at == 0
        yield "horizontal" if flat else "vertical", words
