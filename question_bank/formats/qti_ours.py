"""What a file of ours says exactly beside what QTI can: answers with their tolerances, weights of options, units.

It is taken where it does not contradict the rules that stand in the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from question_bank.canonical import JSON
from question_bank.formats.carried import Carried
from question_bank.formats.qti_judge import Probe
from question_bank.formats.qti_values import UnknownRuleError
from question_bank.items._numbers import as_decimal, read_number

_NEARLY = Fraction(1, 1_000_000)


@dataclass(frozen=True, slots=True)
class _Answer:
    percent: Fraction
    tolerance: Fraction
    text: str


def exact_answers(carried: Carried, gap: str, probe: Probe, numbers: bool) -> list[JSON]:
    """The answers of a gap (or of an item, whose gap has no name) as fields; empty where the file says none or others."""
    found = list(_lines(carried.get("answers").split("\n"), gap))
    full = next((one for one in found if one.percent == 100), None)
    if full is None:
        return []
    try:
        least = probe(None)
        whole = probe(_value(full, numbers)) - least
        if whole <= 0 or any(
            abs((probe(_value(one, numbers)) - least) / whole - _expected(one, found, numbers) / 100) > _NEARLY
            for one in found
        ):
            return []
    except (UnknownRuleError, _NoNumberError):
        return []
    return [_written(one, numbers) for one in found]


class _NoNumberError(Exception):
    """An answer of a tag is no number."""


def _lines(lines: Iterable[str], gap: str) -> Iterator[_Answer]:
    for line in lines:
        parts = line.split("|", 3)
        if len(parts) == 4 and parts[0] == gap:
            percent, tolerance = read_number(parts[1]), read_number(parts[2] or "0")
            if percent is not None and tolerance is not None:
                yield _Answer(percent, tolerance, parts[3])


def _value(one: _Answer, numbers: bool) -> str | Fraction:
    if not numbers:
        return " ".join(one.text.split())
    found = read_number(one.text)
    if found is None:
        raise _NoNumberError(one.text)
    return found


def _expected(one: _Answer, found: list[_Answer], numbers: bool) -> Fraction:
    """What an answer earns: the most of those that take it."""
    if not numbers:
        return one.percent
    value = _value(one, True)
    return max(
        other.percent for other in found if abs(Fraction(value) - Fraction(_value(other, True))) <= other.tolerance
    )


def _written(one: _Answer, numbers: bool) -> JSON:
    fields: dict[str, JSON] = {"value" if numbers else "text": one.text}
    if numbers and one.tolerance:
        fields["tolerance"] = as_decimal(one.tolerance)
    return fields | ({} if one.percent == 100 else {"percent": as_decimal(one.percent)})


def exact_weights(carried: Carried, key: JSON) -> dict[str, JSON]:
    """What options earn, where those that earn something are the key."""
    found = dict(pair.partition(":")[::2] for pair in carried.words("earns"))
    values = {label: read_number(value) for label, value in found.items()}
    right = sorted(label for label, value in values.items() if value is not None and value > 0)
    return {**found} if found and right == key and None not in values.values() else {}


def units(carried: Carried) -> dict[str, JSON]:
    """The units to choose from."""
    found = [line.partition(" ") for line in carried.get("units").split("\n") if line]
    if not found:
        return {}
    made: list[JSON] = [{"unit": unit, "factor": factor} for factor, _, unit in found]
    return {"units": made, **({"unit_required": "true"} if carried.get("unit_required") == "true" else {})}
