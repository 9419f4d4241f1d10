"""Expressions of response processing, worked out exactly for one response. What is not known here raises UnknownRuleError.

The work of one file is bounded by a budget of steps: a rule that takes longer counts as not understood.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from question_bank.formats.lined_tree import Node
from question_bank.formats.qti_tree import elements, words
from question_bank.formats.qti_values import (
    MOST_VALUES,
    Bag,
    Declared,
    Scalar,
    UnknownRuleError,
    Value,
    as_point,
    coords,
    inside,
    number,
    read_value,
)

MOST_STEPS = 300_000  # expressions of one file that are worked out (half a second), and one more for each
BYTES_PER_STEP = 3  # bytes of the file: an item takes a few hundred steps and as many packed bytes
MOST_STEPS_ITEM = 60_000  # and of one item: a choice of ten options is tried in 1,024 ways
MOST_DIGITS = 400  # of a numerator or denominator


@dataclass(slots=True)
class Steps:
    """How many expressions of a file may still be worked out."""

    left: int = MOST_STEPS


@dataclass(slots=True)
class Evaluation:
    """Variables with their values while the responses of one candidate are processed. A variable named in `tainted` has a
    value that is not known here."""

    declared: Mapping[str, Declared]
    values: dict[str, Value]
    steps: Steps
    tainted: set[str] = field(default_factory=set)

    def value(self, node: Node) -> Value:
        """The value of an expression."""
        self.steps.left -= 1
        if self.steps.left < 0:
            raise UnknownRuleError("steps")
        known = _OPERATORS.get(node.name)
        if known is None:
            raise UnknownRuleError(node.name)
        found = known(self, node)
        if isinstance(found, Fraction) and (
            found.numerator.bit_length() > 4 * MOST_DIGITS or found.denominator.bit_length() > 4 * MOST_DIGITS
        ):
            raise UnknownRuleError("digits")
        return found

    def operands(self, node: Node) -> list[Value]:
        """The values of the expressions inside."""
        return [self.value(one) for one in elements(node)]

    def two(self, node: Node) -> tuple[Value, Value]:
        """The values of two expressions."""
        found = self.operands(node)
        if len(found) != 2:
            raise UnknownRuleError(node.name)
        return found[0], found[1]

    def truth(self, node: Node) -> bool:
        """Whether a condition holds; NULL does not."""
        found = self.value(node)
        if found is not None and not isinstance(found, bool):
            raise UnknownRuleError(node.name)
        return found is True


def _numbers(evaluation: Evaluation, node: Node) -> list[Fraction] | None:
    """The numbers of all operands, containers taken apart; None when one is NULL."""
    found: list[Fraction] = []
    for operand in evaluation.operands(node):
        for one in operand.items if isinstance(operand, Bag) else (operand,):
            if one is None:
                return None
            if not isinstance(one, Fraction):
                raise UnknownRuleError(node.name)
            found.append(one)
    return found


def _arithmetic(work: Callable[[list[Fraction]], Fraction | None]) -> Callable[[Evaluation, Node], Value]:
    def operator(evaluation: Evaluation, node: Node) -> Value:
        found = _numbers(evaluation, node)
        return None if found is None else work(found)

    return operator


def _compared(work: Callable[[Fraction, Fraction], bool]) -> Callable[[Evaluation, Node], Value]:
    def operator(evaluation: Evaluation, node: Node) -> Value:
        found = _numbers(evaluation, node)
        if found is None:
            return None
        if len(found) != 2:
            raise UnknownRuleError(node.name)
        return work(found[0], found[1])

    return operator


def _pairwise(work: Callable[[Value, Value, Node], Value]) -> Callable[[Evaluation, Node], Value]:
    def operator(evaluation: Evaluation, node: Node) -> Value:
        one, other = evaluation.two(node)
        return None if one is None or other is None else work(one, other, node)

    return operator


def _variable(evaluation: Evaluation, node: Node) -> Value:
    name = node.attributes.get("identifier", "")
    if name in evaluation.tainted or name not in evaluation.values:
        raise UnknownRuleError(name)
    return evaluation.values[name]


def _of(evaluation: Evaluation, node: Node) -> Declared:
    found = evaluation.declared.get(node.attributes.get("identifier", ""))
    if found is None:
        raise UnknownRuleError(node.name)
    return found


def _correct(evaluation: Evaluation, node: Node) -> Value:
    found = _of(evaluation, node)
    return found.value(found.correct)


def _map_response(evaluation: Evaluation, node: Node) -> Value:
    found = _of(evaluation, node)
    if found.mapping is None:
        raise UnknownRuleError(node.name)
    return found.mapping.earned(_variable(evaluation, node))


def _map_point(evaluation: Evaluation, node: Node) -> Value:
    found = _of(evaluation, node)
    if found.areas is None:
        raise UnknownRuleError(node.name)
    return found.areas.earned(_variable(evaluation, node))


def _base_value(_: Evaluation, node: Node) -> Value:
    return read_value(words(node), node.attributes.get("baseType", "identifier"))


def _container(evaluation: Evaluation, node: Node) -> Value:
    found: list[Scalar] = []
    for one in evaluation.operands(node):
        found += one.items if isinstance(one, Bag) else [] if one is None else [one]
    if len(found) > MOST_VALUES:
        raise UnknownRuleError(node.name)
    return Bag(tuple(found), node.name == "ordered") if found else None


def same(one: Value, other: Value, _: Node | None = None) -> bool:
    """Whether two values match; of containers the order counts only where it is theirs."""
    if isinstance(one, Bag) and isinstance(other, Bag) and not (one.ordered and other.ordered):
        return sorted(map(repr, one.items)) == sorted(map(repr, other.items))
    return one == other


def _string_match(one: Value, other: Value, node: Node) -> Value:
    if not isinstance(one, str) or not isinstance(other, str):
        raise UnknownRuleError(node.name)
    exact = node.flag("caseSensitive", True)
    here, there = (one, other) if exact else (one.casefold(), other.casefold())
    return here in there if node.name == "substring" or node.flag("substring") else here == there


def _equal(one: Value, other: Value, node: Node) -> Value:
    if not isinstance(one, Fraction) or not isinstance(other, Fraction):
        raise UnknownRuleError(node.name)
    mode = node.attributes.get("toleranceMode", "exact")
    if mode == "exact":
        return one == other
    below, above = tolerances(node)
    if mode == "relative":
        below, above = abs(one) * below / 100, abs(one) * above / 100
    least, most = one - below, one + above
    low = other >= least if node.flag("includeLowerBound", True) else other > least
    high = other <= most if node.flag("includeUpperBound", True) else other < most
    return low and high


def tolerances(node: Node) -> tuple[Fraction, Fraction]:
    """How far below and above a number an `equal` goes; the second is the first where only one stands there."""
    found = [number(one) for one in node.attributes.get("tolerance", "").split()]
    if not found or len(found) > 2 or any(one is None for one in found):
        raise UnknownRuleError("tolerance")
    kept = [one for one in found if one is not None]
    return kept[0], kept[-1]


def _equal_rounded(one: Value, other: Value, node: Node) -> Value:
    if not isinstance(one, Fraction) or not isinstance(other, Fraction):
        raise UnknownRuleError(node.name)
    figures = node.attributes.get("figures", "")
    if not figures.isascii() or not figures.isdigit() or int(figures) > 20:
        raise UnknownRuleError(node.name)
    mode = node.attributes.get("roundingMode", "significantFigures")
    return rounded(one, int(figures), mode) == rounded(other, int(figures), mode)


def rounded(value: Fraction, figures: int, mode: str) -> Fraction:
    """A number rounded half up to decimal places or significant figures."""
    places = figures - 1 - _magnitude(abs(value)) if mode == "significantFigures" and value else figures
    scale = Fraction(10) ** places
    return Fraction(math.floor(value * scale + Fraction(1, 2))) / scale


def _magnitude(size: Fraction) -> int:
    """The power of ten that a positive number begins with; numbers are bounded, and so are the steps."""
    found = 0
    while size >= 10:
        size, found = size / 10, found + 1
    while size < 1:
        size, found = size * 10, found - 1
    return found


def _inside(evaluation: Evaluation, node: Node) -> Value:
    found = evaluation.operands(node)
    shape, numbers = node.attributes.get("shape", ""), coords(node.attributes.get("coords", ""))
    for one in found:
        for at in one.items if isinstance(one, Bag) else () if one is None else (one,):
            if inside(shape, numbers, as_point(at)):
                return True
    return None if found == [None] else False


def _member(one: Value, other: Value, node: Node) -> Value:
    if isinstance(one, Bag) or not isinstance(other, Bag):
        raise UnknownRuleError(node.name)
    return one in other.items


def _contains(one: Value, other: Value, node: Node) -> Value:
    """Whether the first container holds the second; of ordered ones as a row of neighbours."""
    if not isinstance(one, Bag) or not isinstance(other, Bag):
        raise UnknownRuleError(node.name)
    if one.ordered and other.ordered:
        width = len(other.items)
        return any(one.items[at : at + width] == other.items for at in range(len(one.items) - width + 1))
    left = list(one.items)
    for item in other.items:
        if item not in left:
            return False
        left.remove(item)
    return True


def _delete(one: Value, other: Value, node: Node) -> Value:
    if isinstance(one, Bag) or not isinstance(other, Bag):
        raise UnknownRuleError(node.name)
    kept = tuple(item for item in other.items if item != one)
    return Bag(kept, other.ordered) if kept else None


def _index(evaluation: Evaluation, node: Node) -> Value:
    [found] = evaluation.operands(node) or [None]
    at = node.attributes.get("n", "")
    if found is None:
        return None
    if not isinstance(found, Bag) or not at.isascii() or not at.isdigit() or len(at) > 4:
        raise UnknownRuleError(node.name)
    return found.items[int(at) - 1] if 0 < int(at) <= len(found.items) else None


def _and(evaluation: Evaluation, node: Node) -> Value:
    found = evaluation.operands(node)
    return False if False in found else None if None in found else True


def _or(evaluation: Evaluation, node: Node) -> Value:
    found = evaluation.operands(node)
    return True if True in found else None if None in found else False


def _not(evaluation: Evaluation, node: Node) -> Value:
    [found] = evaluation.operands(node) or [None]
    return None if found is None else not found


def _any_n(evaluation: Evaluation, node: Node) -> Value:
    found = evaluation.operands(node)
    bounds = [number(node.attributes.get(name, "")) for name in ("min", "max")]
    if bounds[0] is None or bounds[1] is None:
        raise UnknownRuleError(node.name)
    return bounds[0] <= found.count(True) <= bounds[1]


def _is_null(evaluation: Evaluation, node: Node) -> Value:
    return evaluation.operands(node) == [None]


def _size(evaluation: Evaluation, node: Node) -> Value:
    [found] = evaluation.operands(node) or [None]
    return Fraction(len(found.items)) if isinstance(found, Bag) else Fraction(0 if found is None else 1)


def _product(found: list[Fraction]) -> Fraction:
    total = Fraction(1)
    for one in found:
        total *= one
        if total.numerator.bit_length() > 4 * MOST_DIGITS:
            raise UnknownRuleError("product")
    return total


def _two(found: list[Fraction]) -> tuple[Fraction, Fraction]:
    if len(found) != 2:
        raise UnknownRuleError("operands")
    return found[0], found[1]


def _divide(found: list[Fraction]) -> Fraction | None:
    one, other = _two(found)
    return one / other if other else None


def _first(found: list[Fraction]) -> Fraction:
    if len(found) != 1:
        raise UnknownRuleError("operands")
    return found[0]


_OPERATORS: Mapping[str, Callable[[Evaluation, Node], Value]] = {
    "variable": _variable, "default": lambda evaluation, node: _of(evaluation, node).value(_of(evaluation, node).correct), "correct": _correct,
    "baseValue": _base_value, "null": lambda *_: None, "mapResponse": _map_response, "mapResponsePoint": _map_point,
    "multiple": _container, "ordered": _container, "containerSize": _size, "isNull": _is_null, "index": _index,
    "member": _pairwise(_member), "contains": _pairwise(_contains), "delete": _pairwise(_delete),
    "and": _and, "or": _or, "not": _not, "anyN": _any_n, "match": _pairwise(same),
    "stringMatch": _pairwise(_string_match), "substring": _pairwise(_string_match), "equal": _pairwise(_equal),
    "equalRounded": _pairwise(_equal_rounded), "inside": _inside,
    "lt": _compared(lambda a, b: a < b), "gt": _compared(lambda a, b: a > b),
    "lte": _compared(lambda a, b: a <= b), "gte": _compared(lambda a, b: a >= b),
    "sum": _arithmetic(lambda found: sum(found, Fraction(0))), "product": _arithmetic(_product),
    "subtract": _arithmetic(lambda found: _two(found)[0] - _two(found)[1]), "divide": _arithmetic(_divide),
    "min": _arithmetic(lambda found: min(found, default=None)), "max": _arithmetic(lambda found: max(found, default=None)),
    "round": _arithmetic(lambda found: Fraction(math.floor(_first(found) + Fraction(1, 2)))),
    "truncate": _arithmetic(lambda found: Fraction(math.trunc(_first(found)))),
    "integerToFloat": _arithmetic(_first),
    "integerDivide": _arithmetic(lambda found: Fraction(math.floor(_two(found)[0] / _two(found)[1])) if found[1] else None),
    "integerModulus": _arithmetic(lambda found: _two(found)[0] - _two(found)[1] * math.floor(_two(found)[0] / _two(found)[1]) if found[1] else None),
}  # fmt: skip
