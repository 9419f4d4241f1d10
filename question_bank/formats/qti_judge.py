"""Which response is right: what the file says, held against what its own rules give for it and for others.

A key is certain when the file names a right response and the rules give all marks to it alone, or when only one of the two says
anything. Where they contradict each other, or the rules cannot be worked out, the item is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations

from question_bank.canonical import JSON
from question_bank.formats.drafts import Draft
from question_bank.formats.qti_scoring import Scorer
from question_bank.formats.qti_values import Bag, Declared, Scalar, UnknownRuleError, Value
from question_bank.items._numbers import as_decimal
from question_bank.phrase import phrase

MOST_TICKED = 10  # options whose every combination is tried: 1,024
HUNDRED = Fraction(100)
TOGETHER = phrase("in the file this earns marks only beside other right responses; here it counts by itself")
HANGS = phrase("what a response earns depends on what else is answered, which is not marked here: look at the key")


@dataclass(frozen=True, slots=True)
class Probe:
    """Tries responses to one interaction while the others have theirs."""

    scorer: Scorer
    declared: Declared
    others: Mapping[str, Value]
    draft: Draft
    wrap: Callable[[Value], Value] | None = None  # a part of the response as the whole
    floor: Fraction = Fraction(0)  # what the others earn

    def __call__(self, value: Value) -> Fraction:
        """What the item earns with this response. Raises UnknownRuleError."""
        return (
            self.scorer.score({**self.others, self.declared.identifier: self.wrap(value) if self.wrap else value})
            - self.floor
        )

    def alone(self) -> Probe:
        """The same while nothing else is answered."""
        return replace(self, others={}, floor=Fraction(0))

    def hangs_on_others(self, tried: Iterable[Value]) -> bool:
        """Whether one of these earns something else when nothing else is answered; said to who looks at the item.

        Where nothing at all is earned then, the parts are marked together or one after another, and only that is noted.
        Raises UnknownRuleError.
        """
        if self.scorer.rule != "written" or all(one is None for one in self.others.values()):
            return False
        alone = self.alone()
        beside, bare = self(None), alone(None)
        tried = list(tried)
        gains, own = [self(one) - beside for one in tried], [alone(one) - bare for one in tried]
        if max(own, default=Fraction(0)) > 0 and _shares(gains) != _shares(own):
            self.draft.doubt("hangs_on_others", HANGS)
            return True
        if [max(one, Fraction(0)) for one in gains] != [max(one, Fraction(0)) for one in own]:
            self.draft.note("marked_together", TOGETHER)
        return False

    @property
    def silent(self) -> bool:
        """Whether the item says nothing of marking."""
        return not self.scorer.rule


def _shares(gains: Sequence[Fraction]) -> list[Fraction]:
    """What each earns of what the best earns."""
    best = max(gains)
    return [max(one, Fraction(0)) / best if best > 0 else Fraction(0) for one in gains]


def _said_so(draft: Draft, shown: str) -> None:
    draft.evidence.append(phrase("%(labels)s: the right response that the file names", labels=shown))


def _earns(draft: Draft, shown: str) -> None:
    draft.evidence.append(phrase("%(labels)s: all marks by the file's own rules", labels=shown))


def no_key(draft: Draft) -> None:
    """The file names no right response."""
    draft.doubt("no_key", phrase("the file names no right response: the key is missing"))


def not_understood(draft: Draft, named: object = True) -> None:
    """The rules cannot be worked out here; the key is what the file names, if it does."""
    draft.doubt(
        "rule_unknown",
        phrase("the file's rules for marking cannot be worked out here; the key is the right response that it names"),
    )
    if not named:
        no_key(draft)


def conflict(draft: Draft, named: str, earning: str) -> None:
    """What the file names and what its rules reward are not the same."""
    message = phrase(
        "the file names %(named)s as right, but its rules give all marks to %(earning)s",
        named=named or "–",
        earning=earning or "–",
    )
    draft.doubt("key_conflict", message)


def single(probe: Probe, known: Mapping[str, str], show: Callable[[str], str] = str) -> list[str]:
    """The right one of several identifiers (`known` gives the letter of each); several or none where that is doubtful."""
    draft = probe.draft
    named = [one for one in probe.declared.correct if isinstance(one, str) and one in known]
    labels = ", ".join(known[one] for one in named)
    if probe.silent:
        _named_only(probe, known, labels)
        return named
    try:
        earned = {one: probe(_as(probe.declared, one)) for one in known}
        nothing = probe(None)
        probe.hangs_on_others(_as(probe.declared, one) for one in known)
    except UnknownRuleError:
        not_understood(draft, named)
        return named
    best = max(earned.values(), default=Fraction(0))
    winners = [one for one, earns in earned.items() if earns == best and best > max(nothing, Fraction(0))]
    shown = ", ".join(known[one] for one in winners)
    if not winners and not named:
        no_key(draft)
        return []
    if named and set(named) != set(winners):
        conflict(draft, labels, shown)
        return named
    _earns(draft, shown)
    if any(max(nothing, Fraction(0)) < earns < best for earns in earned.values()):
        draft.doubt("partial_lost", phrase("an option earns a part of the marks, which a single choice cannot give"))
    if any(earns < 0 for earns in earned.values()):
        draft.note(
            "penalty_lost", phrase("wrong options cost marks in the file; here the blueprint says what they cost")
        )
    return winners


def _named_only(probe: Probe, known: Mapping[str, str], labels: str) -> None:
    strange = ", ".join(str(one)[:40] for one in probe.declared.correct[:3] if one not in known)
    if strange:
        said = phrase("%(labels)s: the right response that the file names", labels=strange)
        probe.draft.doubt("key_unreadable", phrase("%(said)s, which is none of the options", said=said))
    if labels:
        _said_so(probe.draft, labels)
    else:
        no_key(probe.draft)


def _as(declared: Declared, one: Scalar) -> Value:
    return declared.value([one])


@dataclass(frozen=True, slots=True)
class Ticked:
    """The right options of a multiple choice by identifier, and what each earns in percent where the file says so."""

    right: tuple[str, ...]
    weights: Mapping[str, Fraction]

    def fields(self, known: Mapping[str, str]) -> dict[str, JSON]:
        """As the type's own fields."""
        weights: dict[str, JSON] = {known[one]: as_decimal(weight) for one, weight in self.weights.items()}
        key: list[JSON] = [*sorted(known[one] for one in self.right)]
        return {"key": key, **({"weights": weights} if weights else {})}


def ticked(probe: Probe, known: Mapping[str, str], most: int) -> Ticked:
    """The right ones of several identifiers, any number of which may be chosen (at most `most`; 0: all)."""
    draft = probe.draft
    named = tuple(one for one in known if one in probe.declared.correct)
    labels = ", ".join(known[one] for one in named)
    if probe.silent:
        _named_only(probe, known, labels)
        return Ticked(named, {})
    try:
        earned = _all_sets(probe, list(known), most)
    except UnknownRuleError:
        not_understood(draft, named)
        return Ticked(named, {})
    best = max(earned.values())
    winners = [chosen for chosen, earns in earned.items() if earns == best and best > max(earned[()], Fraction(0))]
    least = [chosen for chosen in winners if all(set(chosen) <= set(other) for other in winners)]
    if not winners and not named:
        no_key(draft)
        return Ticked((), {})
    if named and named not in winners:
        conflict(draft, labels, "; ".join(", ".join(known[one] for one in chosen) for chosen in winners[:3]))
        return Ticked(named, {})
    if not named and not least:
        draft.doubt("several_right", phrase("several responses earn all marks"))
    right = named or (least or winners)[0]
    _earns(draft, ", ".join(known[one] for one in right))
    return Ticked(right, _weights(probe, right, earned, best))


def _all_sets(probe: Probe, known: Sequence[str], most: int) -> dict[tuple[str, ...], Fraction]:
    if len(known) > MOST_TICKED:
        raise UnknownRuleError("options")
    sizes = range(1, min(most or len(known), len(known)) + 1)
    tried = {chosen: probe(Bag(chosen)) for size in sizes for chosen in combinations(known, size)}
    return {(): probe(None), **tried}


def _weights(
    probe: Probe, right: Sequence[str], earned: Mapping[tuple[str, ...], Fraction], best: Fraction
) -> dict[str, Fraction]:
    """What each option earns, where adding it up gives what the rules give for every response; else nothing, which is noted."""
    if all(earns <= 0 for chosen, earns in earned.items() if set(chosen) != set(right)):
        return {}
    mapping = probe.declared.mapping
    keys = {entry.key: entry.earns for entry in mapping.entries} if mapping else {}
    options = dict.fromkeys(one for chosen in earned for one in chosen)
    for weights in (
        {one: keys.get(one, mapping.default if mapping else Fraction(0)) / best * HUNDRED for one in options},
        {one: earned.get((one,), Fraction(0)) / best * HUNDRED for one in options},
    ):
        weights = {one: max(weight, -HUNDRED) for one, weight in weights.items()}
        positive = [one for one, weight in weights.items() if weight > 0]
        whole = sum((weights[one] for one in positive), Fraction(0)) == HUNDRED and set(positive) == set(right)
        if whole and all(
            _clipped(weights, chosen) == max(Fraction(0), earns / best * HUNDRED) for chosen, earns in earned.items()
        ):
            return weights
    probe.draft.note(
        "weights_lost",
        phrase("how the file gives parts of the marks has no counterpart here; the blueprint names a rule"),
    )
    return {}


def _clipped(weights: Mapping[str, Fraction], chosen: Iterable[str]) -> Fraction:
    return min(HUNDRED, max(Fraction(0), sum((weights[one] for one in chosen), Fraction(0))))


def confirmed(probe: Probe, right: Value, others: Iterable[Value], shown: str) -> bool:
    """Whether the rules give all marks to a response and fewer to each of `others`; what is doubtful is said."""
    draft = probe.draft
    if right is None:
        no_key(draft)
        return False
    if probe.silent:
        _said_so(draft, shown)
        return True
    try:
        best, nothing = probe(right), probe(None)
        tried = [probe(one) for one in others]
    except UnknownRuleError:
        not_understood(draft)
        return False
    if best <= max(nothing, Fraction(0)) or any(earns > best for earns in tried):
        conflict(draft, shown, "")
        return False
    if any(earns == best for earns in tried):
        draft.doubt("several_right", phrase("several responses earn all marks"))
        return False
    _earns(draft, shown)
    if any(max(nothing, Fraction(0)) < earns for earns in tried) and len({*tried}) > 1:
        draft.note(
            "weights_lost",
            phrase("how the file gives parts of the marks has no counterpart here; the blueprint names a rule"),
        )
    return True
