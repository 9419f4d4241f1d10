"""What stands on the page at the end, for any simulator."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from question_bank.canonical import JSON
from question_bank.formats.nodes import Node
from question_bank.phrase import phrase
from question_bank.practical.arguments import Field, WrongValueError, span, text_in, texts
from question_bank.practical.catalogue import Request, check
from question_bank.practical.findings import Outcome, Words, judged, quoted
from question_bank.practical.played import Played, said, same, within

_STEP = re.compile(r"(?P<name>[a-z_0-9]+|\*)(?:\[(?P<key>[a-z_0-9]+)=(?P<value>[^\[\]]+)\])?")

Step = tuple[str, str, str]


def path_in(node: Node) -> tuple[Step, ...]:
    """`letters[id=moi-hop].folder`: names of fields, of a list only entries that have a value. Raises WrongValueError."""
    steps = []
    for part in re.split(r"\.(?![^\[]*\])", text_in(node)):
        if not (found := _STEP.fullmatch(part)):
            raise WrongValueError(phrase("a place is written like letters[id=name].folder"), node)
        steps.append((found["name"], found["key"] or "", found["value"] or ""))
    return tuple(steps)


PATH: Field[tuple[Step, ...]] = Field("path", phrase("which value of the page"), {"type": "string"}, path_in, (), True)
IS = texts("is", phrase("one of these"))
HAS = texts("has", phrase("all of these are in it"))
COUNT = span("count", phrase("how many values there are"))


@check("sim.state", phrase("What stands there at the end"), "IU06", select=(PATH,), expect=(IS, HAS, COUNT))
def state(played: Played, request: Request) -> Outcome:
    """Whether values of the last view are what they should be; a list is its entries."""
    steps = request.select[PATH]
    values = list(_values(played, played.view, steps))
    place = ".".join(name for name, _, _ in steps)
    findings = []
    if (asked := request.expect[COUNT]) is not None:
        right = asked.holds(Fraction(len(values)))
        findings.append(judged(place, right, asked.words(), str(len(values)), phrase("at the end")))
    wanted = [played.id_of(one) for one in request.expect[IS]]
    for value in values:
        told = said(value)
        if wanted:
            right = any(same(told, one) for one in (*wanted, *request.expect[IS]))
            findings.append(judged(place, right, _listed(request.expect[IS]), quoted(told), phrase("at the end")))
        for part in request.expect[HAS]:
            findings.append(judged(place, within(part, told), quoted(part), quoted(told), phrase("at the end")))
    if not findings:
        return Outcome.nothing(phrase("a value at this place"), place)
    return Outcome.of(findings, matched=bool(values))


def _listed(texts_wanted: tuple[str, ...]) -> Words:
    return ", ".join(quoted(one) for one in texts_wanted)


def _values(played: Played, value: JSON, steps: tuple[Step, ...]) -> Iterator[JSON]:
    """Every plain value a path leads to."""
    if isinstance(value, list):
        for one in value:
            yield from _values(played, one, steps)
        return
    if not steps:
        yield from [] if isinstance(value, dict) else [value]
        return
    if not isinstance(value, dict):
        return
    (name, key, wanted), rest = steps[0], steps[1:]
    inner = list(value.values()) if name == "*" else [value[name]] if name in value else []
    for one in inner:
        kept: JSON = [each for each in one if _has(played, each, key, wanted)] if key and isinstance(one, list) else one
        yield from _values(played, kept, rest)


def _has(played: Played, value: JSON, key: str, wanted: str) -> bool:
    found = value.get(key) if isinstance(value, dict) else None
    return found is not None and (same(said(found), wanted) or same(said(found), played.id_of(wanted)))
