"""Which typed texts and numbers earn marks: everything that the rules compare a response with is tried.

Of a text the answers of the file, and whether case counts. Of a number the places where what is earned changes, exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from question_bank.canonical import JSON
from question_bank.comparing import Compare, canonical_text
from question_bank.formats.lined_tree import Node
from question_bank.formats.qti_expressions import tolerances
from question_bank.formats.qti_judge import HUNDRED, Probe, conflict, no_key, not_understood
from question_bank.formats.qti_tree import words
from question_bank.formats.qti_values import NUMBERS, Scalar, UnknownRuleError, number, read_value
from question_bank.items._numbers import as_decimal
from question_bank.items._typed import MOST_ANSWERS
from question_bank.phrase import phrase

MOST_TRIED = 60  # texts or numbers of one interaction
_FOLDED = Compare()
_STRANGE = "\u25caqz"  # a text that nobody's answer is


@dataclass(frozen=True, slots=True)
class Typed:
    """Answers as the type's own fields, and whether case counts."""

    answers: list[JSON]
    exact_case: bool = False

    def text_fields(self) -> dict[str, JSON]:
        """For a short text or a gap with one."""
        return {"answers": self.answers, **({"compare": {"case": "exact"}} if self.exact_case else {})}


def _candidates(probe: Probe, base: str) -> list[Scalar]:
    """What the rules compare with, the right response first."""
    declared = probe.declared
    found: list[Scalar | None] = (
        [*declared.correct, *(entry.key for entry in declared.mapping.entries)]
        if declared.mapping
        else [*declared.correct]
    )
    for one in probe.scorer.constants():
        if one.name == "baseValue" and (
            one.attributes.get("baseType") == base or (base in NUMBERS and one.attributes.get("baseType") in NUMBERS)
        ):
            found.append(read_value(words(one), base))
    for outcome in probe.scorer.outcomes.values():
        if outcome.base == base == "string":
            found += outcome.correct
    return list(dict.fromkeys(one for one in found if one is not None))[:MOST_TRIED]


def texts(probe: Probe) -> Typed:
    """The accepted texts of an interaction with what each earns."""
    draft, declared = probe.draft, probe.declared
    named = [one for one in declared.correct if isinstance(one, str)]
    if probe.silent:
        return _named(probe, named)
    tried = [one for one in _candidates(probe, "string") if isinstance(one, str)]
    try:
        probe = probe.alone() if probe.hangs_on_others(tried) else probe
        nothing = max(Fraction(0), probe(_STRANGE))
        earned = {one: probe(one) for one in tried}
        best = max(earned.values(), default=Fraction(0))
        good = {one: earns for one, earns in earned.items() if earns > nothing}
        exact = _case_counts(probe, good)
        loose = [
            one for one, earns in good.items() if probe(f"x{one}x") == earns or probe(f"{one} {_STRANGE}") == earns
        ]
    except UnknownRuleError:
        not_understood(draft)
        return _named(probe, named)
    if not good:
        return _nothing_earns(probe, named)
    if named and any(earned[one] < best for one in named[:1]):
        conflict(draft, named[0], ", ".join(one for one, earns in earned.items() if earns == best))
    if any(good[one] == best for one in loose):
        draft.doubt(
            "wildcard", phrase("the file accepts any text that has an answer somewhere in it, which is not marked here")
        )
    elif loose:
        message = phrase(
            "a part of the marks for any text with these words in it is left out: %(words)s",
            words=", ".join(loose)[:80],
        )
        draft.note("wildcard_dropped", message)
        good = {one: earns for one, earns in good.items() if one not in loose}
    draft.evidence.append(phrase("the accepted texts stand in the file"))
    return Typed(_text_answers(good, nothing, best, exact), exact)


def _nothing_earns(probe: Probe, named: Sequence[str]) -> Typed:
    if named:
        conflict(probe.draft, ", ".join(named), "")
    return _named(probe, named)


def _named(probe: Probe, named: Sequence[str]) -> Typed:
    if not named:
        no_key(probe.draft)
    else:
        probe.draft.evidence.append(
            phrase("%(labels)s: the right response that the file names", labels=", ".join(named))
        )
    return Typed([*named[:MOST_ANSWERS]])


def _case_counts(probe: Probe, good: dict[str, Fraction]) -> bool:
    """Whether another case earns less; answers that differ only in case and in what they earn say so too."""
    forms: dict[str, Fraction] = {}
    for one, earns in good.items():
        if forms.setdefault(canonical_text(one, _FOLDED), earns) != earns:
            return True
    return any(
        probe(other) < earns for one, earns in good.items() if (other := one.swapcase()) != one and other not in good
    )


def _text_answers(good: dict[str, Fraction], nothing: Fraction, best: Fraction, exact: bool) -> list[JSON]:
    compare = Compare(case=exact)
    found: dict[str, JSON] = {}
    for one, earns in sorted(good.items(), key=lambda pair: -pair[1]):
        percent = (earns - nothing) / (best - nothing) * HUNDRED
        found.setdefault(
            canonical_text(one, compare),
            {"text": one, **({} if percent == HUNDRED else {"percent": as_decimal(percent)})},
        )
    return [*found.values()][:MOST_ANSWERS]


def numbers(probe: Probe) -> Typed:
    """The accepted numbers of an interaction: each stretch of numbers that earn the same is an answer with its tolerance."""
    draft, declared = probe.draft, probe.declared
    named = [one for one in declared.correct if isinstance(one, Fraction)]
    if probe.silent:
        if not named:
            no_key(draft)
        return Typed([as_decimal(one) for one in named[:MOST_ANSWERS]])
    tried = [one for one in _candidates(probe, declared.base) if isinstance(one, Fraction)]
    try:
        probe = probe.alone() if probe.hangs_on_others(tried) else probe
        stretches = list(_stretches(probe, sorted(set(_edges(probe, tried)))))
        best = max((earns for _, _, earns in stretches), default=Fraction(0))
        right = probe(named[0]) - max(probe(None), Fraction(0)) if named else best
    except UnknownRuleError:
        not_understood(draft, named)
        return Typed([as_decimal(one) for one in named[:MOST_ANSWERS]])
    if not stretches:
        return Typed([]) if _no_number(probe, named) else Typed([as_decimal(one) for one in named[:MOST_ANSWERS]])
    if right < best:
        conflict(
            draft,
            as_decimal(named[0]),
            "; ".join(f"{as_decimal(low)} … {as_decimal(high)}" for low, high, earns in stretches if earns == best),
        )
    draft.evidence.append(phrase("the accepted numbers stand in the file"))
    return Typed([_number_answer(one, named, best) for one in stretches][:MOST_ANSWERS])


def _no_number(probe: Probe, named: Sequence[Fraction]) -> bool:
    if not named:
        no_key(probe.draft)
        return True
    conflict(probe.draft, as_decimal(named[0]), "")
    return False


def _number_answer(stretch: tuple[Fraction, Fraction, Fraction], named: Sequence[Fraction], best: Fraction) -> JSON:
    low, high, earns = stretch
    value, tolerance = (low + high) / 2, (high - low) / 2
    answer: dict[str, JSON] = {"value": as_decimal(value)}
    if tolerance:
        answer["tolerance"] = as_decimal(tolerance)
    percent = earns / best * HUNDRED
    return answer | ({} if percent == HUNDRED else {"percent": as_decimal(percent)})


def _edges(probe: Probe, tried: Iterable[Fraction]) -> Iterator[Fraction]:
    """Where what is earned can change: each number that is compared with, and as far from it as rules go."""
    spans = list(_spans(probe.scorer.constants()))[:MOST_TRIED]
    for one in tried:
        yield one
        for mode, below, above in spans:
            scale = abs(one) / 100 if mode == "relative" else Fraction(1)
            yield one - below * scale
            yield one + above * scale


def _spans(nodes: Iterable[Node]) -> Iterator[tuple[str, Fraction, Fraction]]:
    for node in nodes:
        if node.name == "equal" and node.attributes.get("toleranceMode", "exact") != "exact":
            yield node.attributes.get("toleranceMode", ""), *tolerances(node)
        elif node.name == "equalRounded" and node.attributes.get("roundingMode") == "decimalPlaces":
            figures = number(node.attributes.get("figures", ""))
            if figures is not None and 0 <= figures <= 20:
                half = Fraction(1, 2 * 10 ** int(figures))
                yield "absolute", half, half


def _stretches(probe: Probe, edges: list[Fraction]) -> Iterator[tuple[Fraction, Fraction, Fraction]]:
    """Stretches of numbers that earn the same and more than nothing. Raises UnknownRuleError for one without an end."""
    if not edges:
        return
    far = 7 * (max(abs(edges[0]), abs(edges[-1])) + 1)
    nothing = max(probe(None), Fraction(0))
    if max(probe(-far), probe(far)) > nothing:
        raise UnknownRuleError("endless")
    found = list(_segments(probe, edges))
    for level in sorted({earns for _, _, earns in found if earns > nothing}, reverse=True):
        for run in _runs(found, level):
            yield run[0][0], run[-1][1], level - nothing


def _runs(
    found: Sequence[tuple[Fraction, Fraction, Fraction]], level: Fraction
) -> Iterator[list[tuple[Fraction, Fraction, Fraction]]]:
    """Stretches in a row that earn a level or more, and somewhere just that: of answers inside each other the best counts."""
    run: list[tuple[Fraction, Fraction, Fraction]] = []
    for one in (*found, None):
        if one is not None and one[2] >= level:
            run.append(one)
            continue
        if any(earns == level for _, _, earns in run):
            yield run
        run = []


def _segments(probe: Probe, edges: Sequence[Fraction]) -> Iterator[tuple[Fraction, Fraction, Fraction]]:
    """Each edge and what is between it and the next: (from, to, what a number there earns)."""
    for at, edge in enumerate(edges):
        yield edge, edge, probe(edge)
        if at + 1 == len(edges):
            return
        low, high = (edge + 1, edges[at + 1] - 1) if probe.declared.base == "integer" else (edge, edges[at + 1])
        if low <= high:
            yield low, high, probe((low + high) / 2 if probe.declared.base == "float" else low)
