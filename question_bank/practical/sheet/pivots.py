"""Pivot tables: where they stand, what they are made of, and what they show (ISO/IEC 29500-1 §18.10)."""

from __future__ import annotations

from dataclasses import dataclass

from question_bank.formats.office_package import OfficePackage, whole
from question_bank.formats.xml_tree import Node
from question_bank.practical.sheet.address import Area, area

MOST_PIVOTS = 100  # of a sheet


@dataclass(frozen=True, slots=True)
class DataField:
    """One column of results: the field it sums up, how (`sum`, `count`, `average` …), and its caption."""

    field: str
    how: str
    caption: str


@dataclass(frozen=True, slots=True)
class Pivot:
    """One pivot table, fields by the names of the source's columns. `source` is a reference or a name."""

    name: str
    area: Area | None
    source_sheet: str
    source: str
    fields: tuple[str, ...]
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    filters: tuple[str, ...]
    data: tuple[DataField, ...]
    sliced: tuple[str, ...] = ()


def read_pivots(package: OfficePackage, sheet_part: str) -> tuple[Pivot, ...]:
    """The pivot tables of one sheet. Raises UnreadableFileError."""
    found: list[Pivot] = []
    for relation in package.relations(sheet_part).values():
        if relation.kind == "pivotTable" and not relation.outside and len(found) < MOST_PIVOTS:
            top = package.xml(relation.target)
            cache = package.xml(package.related(relation.target, "pivotCacheDefinition"))
            if top is not None:
                found.append(_pivot(top, cache))
    return tuple(found)


def _pivot(top: Node, cache: Node | None) -> Pivot:
    source = cache.path("x:cacheSource", "x:worksheetSource") if cache else None
    listed = cache.child("x:cacheFields") if cache else None
    names = tuple(node.get("name") for node in listed.all("x:cacheField")) if listed else ()
    place = top.child("x:location")
    data = top.child("x:dataFields")
    return Pivot(
        top.get("name"),
        area(place.get("ref")) if place else None,
        source.get("sheet") if source else "",
        (source.get("ref") or source.get("name")) if source else "",
        names,
        _fields(top.child("x:rowFields"), "x", names),
        _fields(top.child("x:colFields"), "x", names),
        _fields(top.child("x:pageFields"), "fld", names),
        tuple(
            DataField(_named(names, one.get("fld")), one.get("subtotal", "sum"), one.get("name"))
            for one in (data.all("x:dataField") if data else ())
        ),
    )


def _fields(owner: Node | None, key: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """The fields on one side; the sign for “values” (-2) is none."""
    found = (_named(names, node.get(key)) for node in owner.children) if owner else iter(())
    return tuple(name for name in found if name)


def _named(names: tuple[str, ...], at: str) -> str:
    number = whole(at, -1)
    return names[number] if 0 <= number < len(names) else ""
