"""Charts of slides (ISO/IEC 29500-1, 21.2) from the numbers they keep themselves; their workbook is never opened."""

from __future__ import annotations

import math
from collections.abc import Iterator

from question_bank.formats.office_package import OfficePackage
from question_bank.formats.xml_tree import Node
from question_bank.practical.slides.model import Chart, Series
from question_bank.practical.slides.nodes import chosen, every, first, integer, on

_MOST_POINTS = 5000  # of one series: a chart of a slide has some dozens
_KINDS = {
    "c:lineChart": "line", "c:line3DChart": "line", "c:pieChart": "pie", "c:pie3DChart": "pie", "c:ofPieChart": "pie", "c:doughnutChart": "doughnut",
    "c:areaChart": "area", "c:area3DChart": "area", "c:scatterChart": "scatter", "c:bubbleChart": "bubble", "c:radarChart": "radar", "c:stockChart": "stock",
    "c:surfaceChart": "surface", "c:surface3DChart": "surface",
}  # fmt: skip
_BARS = ("c:barChart", "c:bar3DChart")
_LEGENDS = {"": "right", "r": "right", "l": "left", "t": "top", "b": "bottom", "tr": "corner"}
_LABELS = {"c:showVal": "value", "c:showPercent": "percent", "c:showCatName": "category", "c:showSerName": "series"}
_EXTENDED = "cx:plotArea"


def read_chart(package: OfficePackage, part: str, node: Node) -> Chart:
    """A chart part (`c:chartSpace`, or the newer `cx:chartSpace`)."""
    chart = first(node, "c:chart") or first(node, "cx:chart")
    area = first(chart, "c:plotArea")
    plots = [one for one in chosen(area) if one.name in _KINDS or one.name in _BARS]
    series = tuple(_series(one, _kind(plot)) for plot in plots for one in plot.all("c:ser"))
    kinds = [_kind(plot) for plot in plots]
    if not plots:
        found = (one.get("layoutId") for one in every(first(chart, _EXTENDED), "cx:series"))
        kinds = [{"clusteredColumn": "histogram"}.get(one, one) for one in found]
    legend = first(chart, "c:legend")
    position = first(legend, "c:legendPos")
    newer = first(chart, "cx:legend")
    side = _LEGENDS.get(position.get("val") if position else "", "right") if legend else ""
    return Chart(
        part=part,
        kinds=tuple(dict.fromkeys(kinds)),
        series=series,
        title=_title(chart, series),
        legend=side or (_LEGENDS.get(newer.get("pos"), "right") if newer else ""),
        labels=frozenset(_labels(plots)),
        axis_titles=tuple(
            _words(title) for axis in chosen(area) if axis.name.endswith("Ax") for title in axis.all("c:title")
        ),
        workbook=any(one.kind == "package" and not one.outside for one in package.relations(part).values()),
        node=node,
    )


def _kind(plot: Node) -> str:
    if plot.name not in _BARS:
        return _KINDS[plot.name]
    direction = first(plot, "c:barDir")
    return "bar" if direction is not None and direction.get("val") == "bar" else "column"


def _title(chart: Node | None, series: tuple[Series, ...]) -> str:
    """What stands above it; the series' name where the file says that there is a title and leaves the words to the program."""
    title = first(chart, "c:title") or first(chart, "cx:title")
    said = _words(title)
    if said or title is None:
        return said
    return series[0].name if len(series) == 1 else ""


def _words(node: Node | None) -> str:
    if node is None:
        return ""
    said = "".join(one.text for one in every(node, "a:t"))
    return said or "".join(one.text for one in every(node, "c:v"))


def _series(node: Node, kind: str) -> Series:
    name = "".join(one.text for one in every(first(node, "c:tx"), "c:v"))
    categories = _points(first(node, "c:cat") or first(node, "c:xVal"))
    values = _points(first(node, "c:val") or first(node, "c:yVal"))
    return Series(name, tuple(categories), tuple(_number(one) for one in values), kind)


def _points(node: Node | None) -> list[str]:
    """The kept points in the order of their numbers; of many levels the innermost."""
    source = next((one for one in every(node, "c:lvl")), node)
    found = {integer(one.get("idx"), -1): "".join(v.text for v in one.all("c:v")) for one in every(source, "c:pt")}
    last = max((at for at in found if at < _MOST_POINTS), default=-1)
    return [found.get(at, "") for at in range(last + 1)]


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _labels(plots: list[Node]) -> Iterator[str]:
    """What stands at the points of any series."""
    for plot in plots:
        for group in every(plot, "c:dLbls"):
            for node in chosen(group):
                if node.name in _LABELS and on(node.get("val"), True):
                    yield _LABELS[node.name]
