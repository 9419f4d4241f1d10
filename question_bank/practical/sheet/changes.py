"""What-if: which inputs are changed, and how. The same check of the same rubric changes every candidate's file in the same way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from question_bank.draw import Draw
from question_bank.formats.nodes import Node, Series, Table, Text
from question_bank.phrase import phrase
from question_bank.practical.arguments import Asked, Field, Span, WrongValueError, span_in, texts_in
from question_bank.practical.sheet.anchors import CELLS, Target, located
from question_bank.practical.sheet.cells import Cell, Value
from question_bank.practical.sheet.edits import Edited, put_value
from question_bank.practical.sheet.workbook import Workbook

MOST_CHANGES = 10  # of one check
MOST_CHANGED = 20_000  # cells of one trial
_FINE = 1000  # steps between two whole numbers: a factor has three decimals
HOWS = {
    "shift_days": phrase("days are moved"), "add": phrase("a number is added"), "scale": phrase("numbers are multiplied"),
    "replace": phrase("one of some values is put in"), "shuffle": phrase("values change places"), "clear": phrase("cells are emptied"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One change: which cells, how, by how much (`by`), out of which values (`among`), and whether all get the same (`alike`)."""

    where: Asked
    how: str
    by: Span | None = None
    among: tuple[str, ...] = ()
    alike: bool = False


def _changes_in(node: Node) -> tuple[Change, ...]:
    listed = node.items if isinstance(node, Series) else (node,)
    if not 0 < len(listed) <= MOST_CHANGES:
        raise WrongValueError(phrase("1 to %(most)s changes", most=MOST_CHANGES), node)
    return tuple(_change(one) for one in listed)


def _change(node: Node) -> Change:
    if not isinstance(node, Table):
        raise WrongValueError(phrase("write {range: …, how: …, by: [low, high]}"), node)
    fields: Mapping[str, Field[Any]] = {one.name: one for one in CELLS}
    where: dict[str, object] = {}
    how, by, alike = "", None, False
    among: tuple[str, ...] = ()
    for key, value in node.entries:
        if key.text in fields:
            where[key.text] = fields[key.text].read(value)
        elif key.text == "how" and isinstance(value, Text) and value.text in HOWS:
            how = value.text
        elif key.text == "by":
            by = span_in(value)
        elif key.text == "among":
            among = texts_in(value)
        elif key.text == "alike":
            alike = isinstance(value, Text) and value.text == "true"
        else:
            raise WrongValueError(
                phrase("known here: %(names)s", names=", ".join((*fields, "how", "by", "among", "alike", *HOWS))), key
            )
    wrong = (
        not where
        or not how
        or (how in ("shift_days", "add", "scale") and by is None)
        or (how == "replace" and not among)
    )
    if wrong:
        raise WrongValueError(phrase("a change has a place, “how”, and “by” or “among”"), node)
    return Change(Asked(where), how, by, among, alike)


CHANGE: Field[tuple[Change, ...]] = Field(
    "change", phrase("the inputs that are changed"),
    {"type": "array", "items": {"type": "object"}, "minItems": 1, "maxItems": MOST_CHANGES}, _changes_in, (), True,
)  # fmt: skip


def apply(edited: Edited, book: Workbook, changes: tuple[Change, ...], draw: Draw) -> int:
    """Change the inputs of one trial; how many cells have another value now."""
    done = 0
    for change in changes:
        for target in located(book, change.where).targets:
            cells = [cell for cell in target.filled() if not cell.has_formula][: MOST_CHANGED - done]
            for cell, value in zip(cells, _values(target, cells, change, draw), strict=True):
                element = edited.cell(target.sheet.name, cell.row, cell.column)
                if element is not None and value != cell.value:
                    put_value(element, value)
                    done += 1
    return done


def _values(target: Target, cells: list[Cell], change: Change, draw: Draw) -> list[Value]:
    if change.how == "shuffle":
        return list(draw.shuffled([cell.value for cell in cells]))
    if change.how == "clear":
        return [None] * len(cells)
    make = _maker(change, draw)
    if not change.alike:
        return [make(cell.value) for cell in cells]
    fixed = _maker(change, _Once(draw))
    return [fixed(cell.value) for cell in cells]


class _Once:
    """Draws once, and says it again."""

    def __init__(self, draw: Draw) -> None:
        self._draw = draw
        self._said: dict[int, int] = {}

    def below(self, n: int) -> int:
        """The first answer for this bound, each time."""
        if n not in self._said:
            self._said[n] = self._draw.below(n)
        return self._said[n]


def _maker(change: Change, draw: Draw | _Once) -> Callable[[Value], Value]:
    """What becomes of one value; what is not of the kind that is changed stays."""

    def drawn(fine: int) -> float:
        assert change.by is not None
        low, high = (int(end * fine) for end in (change.by.low, change.by.high))
        return float(Fraction(low + draw.below(max(high - low, 0) + 1), fine))

    def make(value: Value) -> Value:
        if change.how == "replace":
            return _typed(change.among[draw.below(len(change.among))])
        if isinstance(value, bool) or not isinstance(value, float):
            return value
        match change.how:
            case "shift_days":
                return max(1.0, value + drawn(1))
            case "add":
                return value + drawn(1)
            case _:
                return value * drawn(_FINE)

    return make


def _typed(said: str) -> Value:
    """A number where the text is one."""
    try:
        return float(Fraction(said))
    except (ValueError, ZeroDivisionError):
        return said
