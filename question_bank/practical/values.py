"""Values that differ from candidate to candidate: drawn from a seed, and filled into a rubric or a start file.

Pure: the same seed gives the same values, in any version and on any machine (question_bank.draw).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from question_bank.draw import Draw
from question_bank.formats.nodes import Node, Series, Table, Text
from question_bank.formats.report import Report
from question_bank.ids import is_code
from question_bank.phrase import phrase
from question_bank.practical.arguments import WrongValueError, texts_in, whole_in

MOST_PARAMETERS = 40
PLACE = re.compile(r"\$\{([^{}]{1,60})\}")  # where a value stands
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LOOKS: Mapping[str, Callable[[date], str]] = {
    "short": lambda day: f"{day:%d/%m/%Y}",
    "long": lambda day: f"ngày {day.day:02d} tháng {month(day)} năm {day.year}",
    "day": lambda day: f"{day.day:02d}",
    "month": lambda day: month(day),
    "year": lambda day: str(day.year),
}


def month(day: date) -> str:
    """A month as Decree 30/2020 writes it in a date: 01 and 02, then 3 … 12 (Appendix I, II.4.b)."""
    return f"{day.month:02d}" if day.month < 3 else str(day.month)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One name with how its value is drawn: out of `among`, or a day or number from `low` to `high`."""

    name: str
    among: tuple[str, ...] = ()
    low: int = 0
    high: int = 0
    is_date: bool = False

    def value(self, seed: bytes, rubric_id: str) -> str:
        """The value of one candidate; days as YYYY-MM-DD."""
        draw = Draw(seed, f"parameter {rubric_id} {self.name}")
        if self.among:
            return self.among[draw.below(len(self.among))]
        drawn = self.low + draw.below(self.high - self.low + 1)
        return date.fromordinal(drawn).isoformat() if self.is_date else str(drawn)


def read_parameters(node: Node | None, report: Report) -> tuple[Parameter, ...]:
    """`{name: {choose: […]}, name: {date_between: [a, b]}, name: {number_between: [a, b]}}`."""
    if node is None:
        return ()
    if not isinstance(node, Table) or len(node.entries) > MOST_PARAMETERS:
        message = phrase("“%(field)s” are at most %(most)s names with values", field="parameters", most=MOST_PARAMETERS)
        report.add(node.place, "wrong_shape", message)
        return ()
    found: list[Parameter] = []
    for key, value in node.entries:
        if not is_code(key.text):
            report.add(key.place, "bad_id", phrase("“%(field)s” is not a code", field=key.text[:60]))
            continue
        try:
            found.append(_parameter(key.text, value))
        except WrongValueError as wrong:
            report.add((wrong.node or value).place, "bad_value", wrong.message)
    return tuple(found)


def _parameter(name: str, node: Node) -> Parameter:
    kinds = node.entries if isinstance(node, Table) else ()
    if len(kinds) != 1:
        raise WrongValueError(phrase("write {choose: […]}, {date_between: […]} or {number_between: […]}"), node)
    kind, value = kinds[0]
    if kind.text == "choose":
        return Parameter(name, among=texts_in(value))
    ends = value.items if isinstance(value, Series) else ()
    if kind.text not in ("date_between", "number_between") or len(ends) != 2:
        raise WrongValueError(phrase("write {choose: […]}, {date_between: […]} or {number_between: […]}"), node)
    is_date = kind.text == "date_between"
    low, high = (_day(one).toordinal() if is_date else whole_in(one) for one in ends)
    if low > high:
        raise WrongValueError(phrase("a range is [low, high]"), value)
    return Parameter(name, low=low, high=high, is_date=is_date)


def _day(node: Node) -> date:
    wrong = phrase("a day is written YYYY-MM-DD")
    if not isinstance(node, Text) or not _DAY.fullmatch(node.text):
        raise WrongValueError(wrong, node)
    try:
        return date.fromisoformat(node.text)
    except ValueError as error:
        raise WrongValueError(wrong, node) from error


def values(parameters: tuple[Parameter, ...], seed: bytes, rubric_id: str) -> dict[str, str]:
    """One candidate's values by name, a day also as `name:short`, `name:long`, `name:day`, `name:month`, `name:year`.

    `name:pattern` is the value as it stands in a regular expression.
    """
    found: dict[str, str] = {}
    for one in parameters:
        value = one.value(seed, rubric_id)
        found[one.name] = value
        found[f"{one.name}:pattern"] = re.escape(value)
        if one.is_date:
            found.update({f"{one.name}:{look}": write(date.fromisoformat(value)) for look, write in _LOOKS.items()})
    return found


def filled_text(text: str, given: Mapping[str, str], missing: Callable[[str], None]) -> str:
    """The text with each `${name}` replaced; `missing` hears of names that nobody gives, which stay as they are."""

    def value(found: re.Match[str]) -> str:
        if found[1] not in given:
            missing(found[1])
            return found[0]
        return given[found[1]]

    return PLACE.sub(value, text)


def filled(node: Node, given: Mapping[str, str], report: Report) -> Node:
    """A tree with each `${name}` of its values replaced; names that nobody gives are reported at their line."""
    match node:
        case Text():

            def missing(name: str) -> None:
                report.add(node.place, "unknown_parameter", phrase("there is no parameter “%(name)s”", name=name))

            return Text(filled_text(node.text, given, missing), node.nothing, node.place)
        case Series():
            return Series(tuple(filled(one, given, report) for one in node.items), node.place)
        case Table():
            return Table(tuple((key, filled(one, given, report)) for key, one in node.entries), node.place)
