"""What authors write for simulators, `exam-scenario/1`: the head that all of them share, and reading tables of fields.

A scenario stays a tree until a candidate's values are known: `for_candidate` fills them in, the simulator's own `scenario` module
makes of it what a machine gets and what only checks know. Nothing here is ever on a kiosk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from question_bank.fields import DocumentError
from question_bank.formats.blueprint_fields import code_in
from question_bank.formats.nodes import Node, Series, Table, Text
from question_bank.formats.report import Report, read_document
from question_bank.phrase import phrase
from question_bank.practical.arguments import Asked, Field, read_fields
from question_bank.practical.values import filled
from question_bank.problems import Problem

SCENARIO_FORMAT = "exam-scenario/1"
HEAD = ("simulator", "id")
MOST_ENTRIES = 300  # of one list: a mailbox of a busy week


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario as it was written, with `${name}` where a candidate's value will stand."""

    id: str
    simulator: str
    tree: Table


@dataclass(frozen=True, slots=True)
class ScenarioReading:
    """The scenario when nothing is wrong with it, else None and every problem."""

    scenario: Scenario | None
    problems: tuple[Problem, ...]


def read_scenario(
    data: bytes,
    file: str,
    values: Mapping[str, str],
    simulator: str,
    fields: tuple[tuple[str, ...], tuple[str, ...]],
    check: Callable[[Table, Report], object],
) -> ScenarioReading:
    """Read a scenario of this simulator, tried with one candidate's values. Never raises: everything wrong is a problem.

    `fields` are those that must be there besides the head, and those that may; `check` reports what is wrong with the filled tree.
    """
    report = Report(file)
    required, optional = fields
    tree = read_document(data, report, SCENARIO_FORMAT, (*HEAD, *required), optional)
    if tree is None:
        return ScenarioReading(None, tuple(report.problems))
    named = tree.get("simulator")
    if named is not None and (not isinstance(named, Text) or named.text != simulator):
        report.add(named.place, "bad_value", phrase("this is no scenario of “%(name)s”", name=simulator))
    scenario = Scenario(code_in(tree, "id", report), simulator, tree)
    check(_filled(tree, values, report), report)
    wrong = any(not problem.is_warning for problem in report.problems)
    return ScenarioReading(None if wrong else scenario, tuple(sorted(report.problems)))


def for_candidate(scenario: Scenario, values: Mapping[str, str], check: Callable[[Table, Report], Any]) -> Any:
    """What `check` makes of the scenario with this candidate's values. Raises DocumentError when these make it wrong."""
    report = Report(scenario.id)
    made = check(_filled(scenario.tree, values, report), report)
    wrong = [one for one in report.problems if not one.is_warning]
    if wrong:
        raise DocumentError(f"{scenario.id}: line {wrong[0].line}: {wrong[0].message}")
    return made


def asked(node: Node, fields: tuple[Field[Any], ...], report: Report) -> Asked:
    """The fields of one table; unknown, missing and wrong ones are reported."""
    return read_fields(Table(((Text("", False, node.place), node),), node.place), "", fields, report)


def each(tree: Table, name: str, report: Report) -> Iterator[Table]:
    """The tables of a list; nothing where it is not there. What is no table is reported."""
    found = tree.get(name)
    if found is None:
        return
    if not isinstance(found, Series) or len(found.items) > MOST_ENTRIES:
        message = phrase("“%(field)s” is a list of at most %(most)s entries", field=name, most=MOST_ENTRIES)
        report.add(found.place, "wrong_shape", message)
        return
    for one in found.items:
        if isinstance(one, Table):
            yield one
        else:
            report.add(one.place, "wrong_shape", phrase("this must be fields with values"))


class Names:
    """The names an author gives to things of a scenario, and the opaque ids that kiosks get instead of them."""

    __slots__ = ("ids",)

    def __init__(self) -> None:
        self.ids: dict[str, str] = {}

    def give(self, table: Table, opaque: str, report: Report) -> str:
        """The opaque id for the name under `id`, which nothing else may have."""
        name = code_in(table, "id", report)
        if name and name in self.ids:
            message = phrase("“%(name)s” is there twice", name=name)
            report.add((table.get("id") or table).place, "repeated_name", message)
        elif name:
            self.ids[name] = opaque
        return opaque

    def of(self, table: Table, field: str, name: str, report: Report) -> str:
        """The opaque id of a name that is used in a field; reported where nothing has it."""
        if name not in self.ids:
            message = phrase("nothing here is called “%(name)s”", name=name[:60])
            report.add((table.get(field) or table).place, "unknown_name", message)
        return self.ids.get(name, "")


def _filled(tree: Table, values: Mapping[str, str], report: Report) -> Table:
    made = filled(tree, values, report)
    assert isinstance(made, Table)
    return made
