"""Automatic filters and the order rows were sorted in, as a file keeps them."""

from __future__ import annotations

from dataclasses import dataclass

from question_bank.formats.office_package import whole
from question_bank.formats.xml_tree import Node
from question_bank.practical.sheet.address import Area, area

_MOST = 2000  # values that one column is filtered by


@dataclass(frozen=True, slots=True)
class ColumnFilter:
    """What one column is filtered by: values that are shown, or comparisons (`custom`: operator, value)."""

    column: int  # from 0, within the filter's area
    values: tuple[str, ...] = ()
    blanks: bool = False
    custom: tuple[tuple[str, str], ...] = ()
    both: bool = False
    other: str = ""  # top10, dynamicFilter, colorFilter …


@dataclass(frozen=True, slots=True)
class AutoFilter:
    """The area that is filtered, by column, and what it was sorted by: area and whether falling."""

    area: Area
    columns: tuple[ColumnFilter, ...] = ()
    sorts: tuple[tuple[Area, bool], ...] = ()


def read_filter(node: Node | None, sorting: Node | None = None) -> AutoFilter | None:
    """The filter of a sheet or a table; None where there is none."""
    where = area(node.get("ref")) if node else None
    if node is None or where is None:
        return None
    state = node.child("x:sortState") or sorting
    sorts = (
        (found, one.get("descending") in ("1", "true"))
        for one in (state.all("x:sortCondition") if state else ())
        if (found := area(one.get("ref"))) is not None
    )
    return AutoFilter(where, tuple(_column(one) for one in node.all("x:filterColumn")), tuple(sorts))


def _column(node: Node) -> ColumnFilter:
    at = whole(node.get("colId"), -1)
    inner = next(iter(node.children), None)
    if inner is None:
        return ColumnFilter(at)
    if inner.name == "x:filters":
        values = tuple(_value(one) for one in list(inner.children)[:_MOST])
        return ColumnFilter(at, values, inner.get("blank") in ("1", "true"))
    if inner.name == "x:customFilters":
        custom = tuple((one.get("operator", "equal"), one.get("val")) for one in inner.all("x:customFilter"))
        return ColumnFilter(at, custom=custom, both=inner.get("and") in ("1", "true"))
    return ColumnFilter(at, other=inner.name.removeprefix("x:"))


def _value(node: Node) -> str:
    """A value, or a day that is shown (`dateGroupItem`) as year-month-day as far as it goes."""
    if node.name != "x:dateGroupItem":
        return node.get("val")
    return "-".join(node.get(name).zfill(2) for name in ("year", "month", "day") if node.get(name))
