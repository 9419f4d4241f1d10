"""What a response to an item of QTI earns: its response processing, worked out; the standard templates by their names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from question_bank.formats.lined_tree import Node
from question_bank.formats.qti_expressions import MOST_STEPS_ITEM, Evaluation, Steps, same
from question_bank.formats.qti_tree import elements, walk
from question_bank.formats.qti_values import (
    NUMBERS,
    AreaMapping,
    Declared,
    Earnings,
    UnknownRuleError,
    Value,
    declarations,
    number,
)

_TEMPLATES = {
    "match_correct": "match", "match_correct_set": "match", "cc2_match": "match", "cc2_match_basic": "match", "cc3_match_basic": "match", "cc3_match": "match",
    "map_response": "map", "cc2_map_response": "map", "cc3_map_response": "map", "map_response_point": "point",
}  # fmt: skip
_BRANCHES = ("responseIf", "responseElseIf", "responseElse")


class _LeftError(Exception):
    """`exitResponse`."""


@dataclass(slots=True)
class Scorer:
    """The rules of one item. `rule` is `match`, `map` or `point` for a standard template, `written` for rules written out,
    `unknown` for a template nobody here knows, and empty when the item says nothing of marking."""

    responses: Mapping[str, Declared]
    outcomes: Mapping[str, Declared]
    processing: Node | None
    steps: Steps
    rule: str = ""
    own: Steps = field(default_factory=lambda: Steps(MOST_STEPS_ITEM))
    _score: str = "SCORE"

    @classmethod
    def of(cls, item: Node, steps: Steps) -> Scorer:
        """The rules of an `assessmentItem`."""
        processing = item.child("responseProcessing")
        made = cls(
            declarations(item, "responseDeclaration"), declarations(item, "outcomeDeclaration"), processing, steps
        )
        if processing is not None:
            made.rule = made._kind(processing)
        return made

    def _kind(self, processing: Node) -> str:
        if elements(processing):
            self._score = self._outcome(processing)
            return "written"
        address = processing.attributes.get("template", "") or processing.attributes.get("templateLocation", "")
        name = address.rstrip("/").rpartition("/")[2].lower().removesuffix(".xml")
        return _TEMPLATES.get(name, "unknown") if address else ""

    def _outcome(self, processing: Node) -> str:
        """The outcome that is the item's score: SCORE, else the only number that the rules set."""
        set_here = {
            one.attributes.get("identifier", "")
            for one in walk(processing)
            if one.name in ("setOutcomeValue", "lookupOutcomeValue")
        }
        if "SCORE" in set_here:
            return "SCORE"
        numbers = [
            name
            for name in set_here
            if name in self.outcomes and self.outcomes[name].base in NUMBERS and not self.outcomes[name].several
        ]
        return numbers[0] if len(numbers) == 1 else ""

    def constants(self) -> Iterator[Node]:
        """The elements of written rules, for who looks for what they compare with."""
        return iter(walk(self.processing)) if self.rule == "written" and self.processing else iter(())

    def score(self, responses: Mapping[str, Value]) -> Fraction:
        """What these responses earn; a response that is not given is NULL. Raises UnknownRuleError."""
        if self.rule == "written":
            return self._written(responses)
        values = {name: responses.get(name) for name in self.responses}
        if self.rule == "match":
            named = {name: one for name, one in self.responses.items() if one.correct}
            if not named:
                raise UnknownRuleError("correct")
            return Fraction(all(same(values[name], one.value(one.correct)) for name, one in named.items()))
        if self.rule in ("map", "point"):
            named = {name: one for name, one in self.responses.items() if self._earnings(one)} or dict(self.responses)
            return sum((self._mapped(one, values[name]) for name, one in named.items()), Fraction(0))
        raise UnknownRuleError("template")

    def _earnings(self, declared: Declared) -> Earnings | AreaMapping | None:
        return declared.areas if self.rule == "point" else declared.mapping

    def _mapped(self, declared: Declared, value: Value) -> Fraction:
        mapping = self._earnings(declared)
        if mapping is None:
            raise UnknownRuleError("mapping")
        return Fraction(0) if value is None else mapping.earned(value)

    def _written(self, responses: Mapping[str, Value]) -> Fraction:
        values: dict[str, Value] = {name: one.value(one.correct) for name, one in self.outcomes.items()}
        values |= {
            name: Fraction(0)
            for name, one in self.outcomes.items()
            if values[name] is None and one.base in NUMBERS and not one.several
        }
        values |= {name: responses.get(name) for name in self.responses}
        values["completionStatus"], values["numAttempts"], values["duration"] = "unknown", Fraction(1), Fraction(0)
        before = self.own.left
        evaluation = Evaluation({**self.outcomes, **self.responses}, values, self.own)
        assert self.processing is not None
        try:
            if self.steps.left < 0:
                raise UnknownRuleError("steps")
            _run(evaluation, elements(self.processing))
        except _LeftError:
            pass
        finally:
            self.steps.left -= before - self.own.left
        found = evaluation.values.get(self._score)
        if self._score in evaluation.tainted or not isinstance(found, Fraction):
            raise UnknownRuleError("score")
        return found


def _run(evaluation: Evaluation, rules: list[Node]) -> None:
    for rule in rules:
        try:
            _RULES.get(rule.name, _unknown)(evaluation, rule)
        except UnknownRuleError:
            if any(one.name == "exitResponse" for one in walk(rule)):
                raise
            evaluation.tainted |= {
                one.attributes.get("identifier", "")
                for one in walk(rule)
                if one.name in ("setOutcomeValue", "lookupOutcomeValue")
            }
            if rule.name not in _RULES:
                raise


def _unknown(_: Evaluation, rule: Node) -> None:
    raise UnknownRuleError(rule.name)


def _condition(evaluation: Evaluation, rule: Node) -> None:
    for branch in elements(rule):
        inner = elements(branch)
        if branch.name not in _BRANCHES:
            raise UnknownRuleError(branch.name)
        if branch.name == "responseElse":
            return _run(evaluation, inner)
        if not inner:
            raise UnknownRuleError(branch.name)
        if evaluation.truth(inner[0]):
            return _run(evaluation, inner[1:])
    return None


def _set(evaluation: Evaluation, rule: Node) -> None:
    name, inner = rule.attributes.get("identifier", ""), elements(rule)
    if len(inner) != 1:
        raise UnknownRuleError(rule.name)
    evaluation.values[name] = evaluation.value(inner[0])
    evaluation.tainted.discard(name)


def _look_up(evaluation: Evaluation, rule: Node) -> None:
    name, inner = rule.attributes.get("identifier", ""), elements(rule)
    found = evaluation.declared.get(name)
    if found is None or found.table is None or found.table.name != "matchTable" or len(inner) != 1:
        raise UnknownRuleError(rule.name)
    source = evaluation.value(inner[0])
    rows = {
        number(one.attributes.get("sourceValue", "")): number(one.attributes.get("targetValue", ""))
        for one in found.table.all("matchTableEntry")
    }
    default = number(found.table.attributes.get("defaultValue", ""))
    evaluation.values[name] = rows.get(source, default) if isinstance(source, Fraction) else default
    evaluation.tainted.discard(name)


def _leave(_: Evaluation, __: Node) -> None:
    raise _LeftError


def _fragment(evaluation: Evaluation, rule: Node) -> None:
    _run(evaluation, elements(rule))


_RULES: Mapping[str, Callable[[Evaluation, Node], None]] = {
    "responseCondition": _condition, "setOutcomeValue": _set, "lookupOutcomeValue": _look_up, "exitResponse": _leave,
    "responseProcessingFragment": _fragment,
}  # fmt: skip
