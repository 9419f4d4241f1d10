"""What nested checks come to together: `any_of`, `all_of`, `none_of`, `at_least` (docs/practical.md §3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import chain

from question_bank.phrase import phrase
from question_bank.practical.findings import FULL, NONE, Finding, Outcome
from question_bank.practical.rubric import CheckPlan, Combine, Partial


def combined_share(plan: CheckPlan, shares: Sequence[Fraction]) -> Fraction:
    """The share of the whole, 0 … 1, from that of each nested check; there is at least one."""
    if plan.combine is Combine.ANY:
        return max(_worth(plan, shares))
    if plan.combine is Combine.NONE:
        return NONE if any(shares) else FULL
    wanted = plan.count if plan.combine is Combine.SOME else len(shares)
    full = sum(one == FULL for one in shares)
    match plan.partial:
        case Partial.PER_ITEM:
            return min(FULL, Fraction(full, wanted))
        case Partial.RATIO:
            return sum(sorted(shares)[-wanted:], NONE) / wanted
        case _:
            return FULL if full >= wanted else NONE


def combined_outcome(plan: CheckPlan, shares: Sequence[Fraction], outcomes: Sequence[Outcome]) -> Outcome:
    """What shows it: of `any_of` the best nested check, else all of them. Its targets are those of the first that found any."""
    if plan.combine is Combine.NONE:
        return Outcome.of(_unwanted(shares, outcomes), _targets(outcomes), matched=any(one.matched for one in outcomes))
    shown = list(outcomes)
    if plan.combine is Combine.ANY:
        worth = _worth(plan, shares)
        shown = [outcomes[worth.index(max(worth))]]
    findings = chain.from_iterable(one.findings for one in shown)
    return Outcome.of(findings, _targets([*shown, *outcomes]), matched=any(one.matched for one in outcomes))


def _worth(plan: CheckPlan, shares: Sequence[Fraction]) -> list[Fraction]:
    return [share * one.credit for share, one in zip(shares, plan.nested, strict=True)]


def _targets(outcomes: Sequence[Outcome]) -> tuple[object, ...]:
    return next((one.targets for one in outcomes if one.matched), ())


def _unwanted(shares: Sequence[Fraction], outcomes: Sequence[Outcome]) -> Iterator[Finding]:
    """Of each nested check that gives something what it found: that must not be there."""
    expected = phrase("nothing of the kind")
    for share, outcome in zip(shares, outcomes, strict=True):
        for one in outcome.findings:
            if share and one.credit:
                yield Finding(one.item, NONE, expected, one.found, one.where)
    if not any(shares):
        yield Finding(phrase("place"), FULL, expected, expected, phrase("the whole file"))
