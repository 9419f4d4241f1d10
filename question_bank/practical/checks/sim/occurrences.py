"""What was done, what was not, in what order: for the actions of any simulator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from question_bank.canonical import JSON
from question_bank.formats.nodes import Node, Series, Table
from question_bank.phrase import phrase
from question_bank.practical.arguments import Asked, Field, WrongValueError, choice, span, text, text_in
from question_bank.practical.catalogue import Request, check
from question_bank.practical.findings import Finding, Outcome, Words, judged, quoted
from question_bank.practical.played import Played, said, same
from question_bank.simulators.model import Taken

_MOST_EARLIER = 20
_FIELDS = ("event", "role", "object", "where")
_MISSING = {
    "deny": phrase("wrong when it was never done"),
    "allow": phrase("right when it was never done"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Actions of one kind; what is empty does not matter."""

    event: str
    role: str = ""
    object: str = ""
    where: tuple[tuple[str, str], ...] = ()

    def words(self) -> str:
        """As people read it: `send · vanthu · to = …`."""
        pairs = (f"{name} = {value}" for name, value in self.where)
        return " · ".join(part for part in (self.event, self.role, self.object, *pairs) if part)

    def fits(self, played: Played, action: Mapping[str, JSON]) -> bool:
        """Whether an action is one of these."""
        if action.get("do") != self.event or (self.role and action.get("role") != self.role):
            return False
        if self.object and not any(_is(value, played.id_of(self.object)) for value in action.values()):
            return False
        return all(
            _is(action.get(name), value) or _is(action.get(name), played.id_of(value)) for name, value in self.where
        )


def where_in(node: Node) -> tuple[tuple[str, str], ...]:
    """`{field: value, …}`. Raises WrongValueError."""
    if not isinstance(node, Table):
        raise WrongValueError(phrase("write {field: value}"), node)
    return tuple((key.text, text_in(value)) for key, value in node.entries)


def wanted_in(node: Node) -> Wanted:
    """`{event: …, object: …, …}`. Raises WrongValueError."""
    if not isinstance(node, Table) or node.get("event") is None:
        raise WrongValueError(phrase("write {event: …, object: …}"), node)
    for key, _ in node.entries:
        if key.text not in _FIELDS:
            raise WrongValueError(phrase("known here: %(names)s", names=", ".join(_FIELDS)), key)
    words = {name: text_in(inner) for name in _FIELDS[:3] if (inner := node.get(name)) is not None}
    where = node.get("where")
    return Wanted(**words, where=where_in(where) if where is not None else ())


def _earlier_in(node: Node) -> tuple[Wanted, ...]:
    nodes = node.items if isinstance(node, Series) else (node,)
    if not 0 < len(nodes) <= _MOST_EARLIER:
        raise WrongValueError(phrase("at most %(most)s checks", most=_MOST_EARLIER), node)
    return tuple(wanted_in(one) for one in nodes)


_TABLE: dict[str, JSON] = {"type": "object", "additionalProperties": {"type": "string"}}
EVENT = text("event", phrase("what is done"), required=True)
ROLE = text("role", phrase("by whom"))
OBJECT = text("object", phrase("to what: its name in the scenario"))
WHERE: Field[tuple[tuple[str, str], ...]] = Field("where", phrase("fields of the action"), _TABLE, where_in, ())
COUNT = span("count", phrase("how often"))
AFTER: Field[tuple[Wanted, ...]] = Field(
    "after", phrase("what must have been done before"), {"type": "array", "items": {"type": "object"}}, _earlier_in, ()
)
AFTER_MISSING = choice("after_missing", phrase("when that was never done"), _MISSING, default="deny")
BEFORE: Field[Wanted | None] = Field("before", phrase("only until this is done"), {"type": "object"}, wanted_in)
WHAT: tuple[Field[Any], ...] = (EVENT, ROLE, OBJECT, WHERE)


def wanted(request: Asked) -> Wanted:
    """The kind of action a check asks for."""
    return Wanted(request[EVENT] or "", request[ROLE] or "", request[OBJECT] or "", request[WHERE])


def found_actions(played: Played, kind: Wanted) -> list[Taken]:
    """Every action of a kind, in order."""
    return [one for one in played.actions if kind.fits(played, one.action)]


def order_findings(
    played: Played, done: Sequence[Taken], earlier: tuple[Wanted, ...], missing: str | None
) -> list[Finding]:
    """For each kind that must come before: whether the first of `done` comes after its first."""
    first = done[0].n if done else 0
    findings = []
    for one in earlier:
        before = found_actions(played, one)
        right = bool(done) and (before[0].n < first if before else missing == "allow")
        told: Words = _place(before[0]) if before else phrase("never done")
        findings.append(
            judged(one.words(), right, phrase("done before"), told, _place(done[0]) if done else "", "order")
        )
    return findings


def _place(one: Taken) -> Words:
    return phrase("action %(n)s", n=one.n)


@check(
    "sim.event",
    phrase("Something was done"),
    "IU06",
    expect=(*WHAT, COUNT, AFTER, AFTER_MISSING),
    steps=("done", "order"),
)
def event(played: Played, request: Request) -> Outcome:
    """Whether actions of a kind are there, so many of them, and after others."""
    kind, asked = wanted(request.expect), request.expect[COUNT]
    done = found_actions(played, kind)
    right = asked.holds(Fraction(len(done))) if asked else bool(done)
    expected: Words = phrase("%(span)s times", span=asked.words()) if asked else phrase("done")
    where: Words = _place(done[0]) if done else ""
    findings = [judged(kind.words(), right, expected, phrase("%(n)s times", n=len(done)), where, "done")]
    findings += order_findings(played, done, request.expect[AFTER], request.expect[AFTER_MISSING])
    return Outcome.of(findings, done, matched=bool(done))


@check("sim.no_event", phrase("Something was not done"), "IU06", expect=(*WHAT, BEFORE))
def no_event(played: Played, request: Request) -> Outcome:
    """Whether actions of a kind are not there, or not before another. Alone it is right for whoever does nothing: let it require what was done."""
    kind, until = wanted(request.expect), request.expect[BEFORE]
    ends = found_actions(played, until) if until else []
    done = [one for one in found_actions(played, kind) if not ends or one.n < ends[0].n]
    expected = phrase("not done")
    if not done:
        return Outcome.of([judged(kind.words(), True, expected, expected, "")])
    return Outcome.of(judged(kind.words(), False, expected, quoted(_words(one.action)), _place(one)) for one in done)


def _words(action: Mapping[str, JSON]) -> str:
    return ", ".join(f"{name}: {said(value)}" for name, value in action.items())


def _is(value: JSON, text_wanted: str) -> bool:
    """Whether a value of an action is this text, or a list that holds it."""
    if isinstance(value, list):
        return any(_is(one, text_wanted) for one in value)
    return not isinstance(value, dict) and same(said(value), text_wanted)
