"""What the right result is: a formula worked out in the same changed workbook, or one of our own functions on its cells.

An oracle's formula names cells as a reader would, so that inserted rows do not matter:
`{HoSo[Ngày trả]}` the cells below that heading, `{HoSo[Ngày trả]@}` the one in the row of the result, `{HoSo[Kỳ báo cáo]>}` the cell
right of that label, `{HoSo[Kỳ báo cáo]v}` the one below it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from statistics import median

from question_bank.phrase import phrase
from question_bank.practical.arguments import Asked
from question_bank.practical.sheet.address import cell_area
from question_bank.practical.sheet.anchors import COLUMN, LABEL, OFFSET, SHEET, UNTIL, Offset, Target, located
from question_bank.practical.sheet.cells import Cell, Value
from question_bank.practical.sheet.texts import canon
from question_bank.practical.sheet.workbook import Workbook

_PLACE = re.compile(r"\{([^{}\[\]]{0,60})\[([^{}\[\]]{1,120})\]([@>v]?)\}")
_OFFSETS = {">": Offset(0, 1), "v": Offset(1, 0)}


class NoOracleError(Exception):
    """An oracle names what the workbook does not have; the check's verdict is an error, for a person."""


def written(book: Workbook, formula: str, row: int, until: str) -> str:
    """The formula with addresses in place of what it names. Raises NoOracleError."""

    def address(found: re.Match[str]) -> str:
        target = _target(book, found[1], found[2], found[3], until)
        where = target.area
        if found[3] == "@":
            where = cell_area(row, where.left)
        return target.sheet.where(where)

    return _PLACE.sub(address, formula.strip().removeprefix("="))


def _target(book: Workbook, sheet: str, said: str, sign: str, until: str) -> Target:
    asked: dict[str, object] = {SHEET.name: (sheet,)} if sheet else {}
    if sign in _OFFSETS:
        asked |= {LABEL.name: (said,), OFFSET.name: _OFFSETS[sign]}
    else:
        asked |= {COLUMN.name: (said,)}
        if until:
            asked[UNTIL.name] = until
    found = located(book, Asked(asked)).targets
    if not found:
        raise NoOracleError(f"{sheet}[{said}]")
    return found[0]


def cells_of(book: Workbook, said: str, until: str) -> list[Cell]:
    """The cells of one argument of a function: `{Sheet[Heading]}`, or a reference. Raises NoOracleError."""
    match = _PLACE.fullmatch(said.strip())
    if match is not None:
        target = _target(book, match[1], match[2], match[3], until)
        return list(target.sheet.within(target.area))
    place = book.resolve(said)
    if place is None:
        raise NoOracleError(said)
    return list(place[0].within(place[1]))


def _numbers(cells: Sequence[Cell]) -> list[float]:
    return [cell.value for cell in cells if isinstance(cell.value, float)]


def _fits(cell: Cell, wanted: str) -> bool:
    """As COUNTIF compares: a sign with a number, or the text in any case."""
    found = re.fullmatch(r"(<=|>=|<>|<|>|=)?\s*(-?\d+(?:\.\d+)?)", wanted.strip())
    if found is None:
        return canon(cell.text) == canon(wanted.removeprefix("="))
    if not isinstance(cell.value, float):
        return found[1] == "<>" and not cell.is_empty
    number = float(found[2])
    signs: Mapping[str, bool] = {
        "<=": cell.value <= number, ">=": cell.value >= number, "<>": cell.value != number, "<": cell.value < number,
        ">": cell.value > number,
    }  # fmt: skip
    return signs.get(found[1] or "=", cell.value == number)


def _on_time(given: Sequence[Sequence[Cell]], _wanted: str) -> Value:
    """Of the rows that are finished (second range), the share finished on the due day (first range) or before."""
    pairs = [
        (due.value, done.value) for due, done in zip(given[0], given[1], strict=False) if isinstance(done.value, float)
    ]
    right = [1 for due, done in pairs if isinstance(due, float) and done <= due]
    return len(right) / len(pairs) if pairs else 0.0


def _sum_if(given: Sequence[Sequence[Cell]], wanted: str) -> Value:
    return float(
        sum(
            cell.value
            for by, cell in zip(given[0], given[1], strict=False)
            if _fits(by, wanted) and isinstance(cell.value, float)
        )
    )


def _average_if(given: Sequence[Sequence[Cell]], wanted: str) -> Value:
    found = [
        cell.value
        for by, cell in zip(given[0], given[1], strict=False)
        if _fits(by, wanted) and isinstance(cell.value, float)
    ]
    return sum(found) / len(found) if found else None


def _lookup(given: Sequence[Sequence[Cell]], wanted: str) -> Value:
    return next((cell.value for by, cell in zip(given[0], given[1], strict=False) if _fits(by, wanted)), None)


def _mean(given: Sequence[Sequence[Cell]], _wanted: str) -> Value:
    found = _numbers(given[0])
    return sum(found) / len(found) if found else None


Function = Callable[[Sequence[Sequence[Cell]], str], Value]
FUNCTIONS: Mapping[str, tuple[int, Function]] = {
    "sum": (1, lambda given, _: float(sum(_numbers(given[0])))),
    "average": (1, _mean),
    "median": (1, lambda given, _: median(found) if (found := _numbers(given[0])) else None),
    "largest": (1, lambda given, _: max(_numbers(given[0]), default=None)),
    "smallest": (1, lambda given, _: min(_numbers(given[0]), default=None)),
    "count": (1, lambda given, _: float(sum(not cell.is_empty for cell in given[0]))),
    "count_if": (1, lambda given, wanted: float(sum(_fits(cell, wanted) for cell in given[0]))),
    "sum_if": (2, _sum_if),
    "average_if": (2, _average_if),
    "lookup": (2, _lookup),
    "share_on_time": (2, _on_time),
}
TITLES = {
    "sum": phrase("sum of numbers"), "average": phrase("average of numbers"), "median": phrase("the number in the middle"),
    "largest": phrase("the largest number"), "smallest": phrase("the smallest number"), "count": phrase("how many are filled"),
    "count_if": phrase("how many fit"), "sum_if": phrase("sum of those that fit"), "average_if": phrase("average of those that fit"),
    "lookup": phrase("the value beside the first that fits"), "share_on_time": phrase("the share that is done in time"),
}  # fmt: skip


def computed(book: Workbook, name: str, ranges: Sequence[str], wanted: str, until: str) -> Value:
    """The result of one of our functions on a recalculated workbook. Raises NoOracleError."""
    takes, function = FUNCTIONS[name]
    if len(ranges) != takes:
        raise NoOracleError(f"{name}: {len(ranges)}")
    return function([cells_of(book, one, until) for one in ranges], wanted)
