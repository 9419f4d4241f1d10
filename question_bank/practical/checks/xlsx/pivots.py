"""Pivot tables, and what they filter by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from xml.dom.minidom import Element

from question_bank.phrase import Phrase, phrase
from question_bank.practical.arguments import choice, number, text, texts
from question_bank.practical.catalogue import Request, check
from question_bank.practical.findings import NONE, Finding, Outcome, Words, judged, quoted
from question_bank.practical.mutants import edit_trees, elements, put_attribute
from question_bank.practical.sheet.anchors import SHEETS, sheets_of
from question_bank.practical.sheet.cells import Cell, Sheet
from question_bank.practical.sheet.edits import Edited, drop, put_value
from question_bank.practical.sheet.pivots import Pivot
from question_bank.practical.sheet.spoiling import SPOILT
from question_bank.practical.sheet.texts import canon
from question_bank.practical.sheet.words import NOTHING, joined, place_words, sheet_words
from question_bank.practical.sheet.workbook import Workbook, open_model

_HOW = {
    "sum": phrase("sum"), "count": phrase("count"), "average": phrase("average"), "max": phrase("largest"), "min": phrase("smallest"),
    "countNums": phrase("count of numbers"), "product": phrase("product"), "stdDev": phrase("standard deviation"), "var": phrase("variance"),
}  # fmt: skip
SOURCE = text("source", phrase("the cells the pivot table is made of"))
ROWS = texts("rows", phrase("fields in rows"))
COLUMNS = texts("columns", phrase("fields in columns"))
FILTERS = texts("filters", phrase("fields that filter"))
DATA = texts("data", phrase("fields that are summed up"))
HOW = choice("how", phrase("how they are summed up"), _HOW)
TOLERANCE = number("tolerance", phrase("how far a number may be off"), default="0.005")
FIELD = text("field", phrase("the field that is filtered"), required=True)
_COMPUTED: dict[str, Callable[[Sequence[float]], float]] = {
    "sum": sum, "average": lambda numbers: sum(numbers) / len(numbers), "max": max, "min": min,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PivotOn:
    """A pivot table and its sheet: what `ref` takes from a check of pivot tables."""

    sheet: Sheet
    pivot: Pivot


def _pivots(book: Workbook, request: Request) -> list[PivotOn]:
    if request.refs is not None:
        return [one for one in request.refs if isinstance(one, PivotOn)]
    return [
        PivotOn(sheet, one) for sheet in sheets_of(book, request.select)[0] for one in book.pivots.get(sheet.name, ())
    ]


def _where(one: PivotOn) -> Words:
    return place_words(one.sheet.name, one.pivot.area) if one.pivot.area else sheet_words(one.sheet)


def _no_pivot(data: bytes, request: Request) -> bytes | None:
    def edit(top: Element) -> bool:
        return drop(top, "rowFields", "colFields", "pageFields", "dataFields")

    return edit_trees(data, r"xl/pivotTables/[^/]+\.xml", edit)


@check(
    "xlsx.pivot", phrase("A pivot table: source and fields"), "IU08", select=SHEETS,
    expect=(SOURCE, ROWS, COLUMNS, FILTERS, DATA, HOW), mutation=_no_pivot,
)  # fmt: skip
def pivot(book: Workbook, request: Request) -> Outcome:
    """The pivot table that fits best; the fields of a side in their order."""
    listed = _pivots(book, request)
    if not listed:
        return Outcome.nothing(phrase("a pivot table"))
    chosen = max(listed, key=lambda one: sum(found.credit for found in _judged(book, one, request)))
    return Outcome.of(_judged(book, chosen, request), (chosen,))


def _judged(book: Workbook, one: PivotOn, request: Request) -> Iterator[Finding]:
    expect, there, where = request.expect, one.pivot, _where(one)
    yield judged(phrase("pivot table"), True, phrase("a pivot table"), quoted(there.name), where)
    if (source := expect[SOURCE]) is not None:
        place, wanted = book.resolve(there.source, there.source_sheet), book.resolve(source, one.sheet.name)
        right = place is not None and wanted is not None and place[0] is wanted[0] and place[1].covers(wanted[1])
        yield judged(
            phrase("source of the pivot table"),
            right,
            source,
            f"{there.source_sheet} {there.source}".strip() or NOTHING,
            where,
        )
    sides: tuple[tuple[Phrase, tuple[str, ...], tuple[str, ...]], ...] = (
        (phrase("fields in rows"), expect[ROWS], there.rows),
        (phrase("fields in columns"), expect[COLUMNS], there.columns),
        (phrase("fields that filter"), expect[FILTERS], there.filters),
        (phrase("fields that are summed up"), expect[DATA], tuple(field.field for field in there.data)),
    )
    for item, wanted_fields, found in sides:
        if wanted_fields:
            right = [canon(name) for name in wanted_fields] == [canon(name) for name in found]
            yield judged(item, right, joined(wanted_fields), joined(found) or NOTHING, where)
    if (how := expect[HOW]) is not None:
        hows = [field.how for field in there.data]
        yield judged(phrase("how they are summed up"), bool(hows) and all(one_how == how for one_how in hows), _HOW[how], joined(hows) or NOTHING, where)  # fmt: skip


def _number(value: object) -> float | None:
    return value if isinstance(value, float) else None


def _groups(book: Workbook, one: Pivot) -> dict[str, float]:
    """What each value of the first row field comes to, from the source itself."""
    place = book.resolve(one.source, one.source_sheet)
    used = place[0].used(place[1]) if place else None
    if place is None or used is None or not one.rows or not one.data:
        return {}
    heads = [canon(place[0].cell(used.top, column).text) for column in range(used.left, used.right + 1)]
    by, what = canon(one.rows[0]), canon(one.data[0].field)
    if by not in heads or what not in heads:
        return {}
    grouped: defaultdict[str, list[Cell]] = defaultdict(list)
    for row in range(used.top + 1, used.bottom + 1):
        label = place[0].cell(row, used.left + heads.index(by))
        grouped[canon(label.text)].append(place[0].cell(row, used.left + heads.index(what)))
    how = one.data[0].how
    found: dict[str, float] = {}
    for label_text, cells in grouped.items():
        numbers = [number for cell in cells if (number := _number(cell.value)) is not None]
        if how in ("count", "countNums"):
            found[label_text] = float(
                len([cell for cell in cells if not cell.is_empty]) if how == "count" else len(numbers)
            )
        elif how in _COMPUTED and numbers:
            found[label_text] = _COMPUTED[how](numbers)
    return found


def _off(data: bytes, request: Request) -> bytes | None:
    edited = Edited.open(data)
    for one in _pivots(open_model(data), request):
        for cell in one.sheet.within(one.pivot.area) if one.pivot.area else ():
            element = edited.cell(one.sheet.name, cell.row, cell.column) if isinstance(cell.value, float) else None
            if element is not None and isinstance(cell.value, float):
                put_value(element, cell.value + SPOILT)
    return edited.saved()


@check(
    "xlsx.pivot_values",
    phrase("The numbers of a pivot table"),
    "IU08",
    select=SHEETS,
    expect=(TOLERANCE,),
    mutation=_off,
)
def pivot_values(book: Workbook, request: Request) -> Outcome:
    """For each value of the first field in rows: its row shows what the source comes to now. A table that was not refreshed is wrong."""
    listed = _pivots(book, request)
    if not listed:
        return Outcome.nothing(phrase("a pivot table"))
    tolerance = float(request.expect[TOLERANCE] or 0)
    findings: list[Finding] = []
    for one in listed:
        wanted = _groups(book, one.pivot)
        rows: defaultdict[str, list[float]] = defaultdict(list)
        for cell in one.sheet.within(one.pivot.area) if one.pivot.area else ():
            label = one.sheet.cell(cell.row, one.pivot.area.left).text if one.pivot.area else ""
            if isinstance(cell.value, float):
                rows[canon(label)].append(cell.value)
        wrong = [
            name for name, value in wanted.items() if not any(abs(value - shown) <= tolerance for shown in rows[name])
        ]
        share = Fraction(len(wanted) - len(wrong), len(wanted)) if wanted else NONE
        expected = f"{wrong[0]}: {wanted[wrong[0]]:.15g}" if wrong else str(len(wanted))
        found = joined(f"{shown:.15g}" for shown in rows[wrong[0]][:3]) or NOTHING if wrong else str(len(wanted))
        findings.append(Finding(phrase("numbers of the pivot table"), share, expected, found, _where(one)))
    return Outcome.of(findings, listed)


def _no_slicer(data: bytes, request: Request) -> bytes | None:
    def edit(top: Element) -> bool:
        for one in elements(top, "slicerCacheDefinition"):
            put_attribute(one, "sourceName", "?")
        return True

    return edit_trees(data, r"xl/slicerCaches/[^/]+\.xml", edit)


@check("xlsx.slicer", phrase("A slicer"), "IU08", expect=(FIELD,), mutation=_no_slicer)
def slicer(book: Workbook, request: Request) -> Outcome:
    """A slicer for a field of a pivot table or a table."""
    wanted = request.expect[FIELD] or ""
    right = canon(wanted) in map(canon, book.slicers)
    return Outcome.of(
        [judged(phrase("slicer"), right, quoted(wanted), joined(book.slicers) or NOTHING, phrase("the whole file"))]
    )
