"""Marks from a rubric and opened files: each check once, in the order of the rubric. Nothing here touches a disk or a clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from typing import Any

from question_bank.marking_scheme import Marks
from question_bank.phrase import Phrase, phrase
from question_bank.practical.catalogue import Request
from question_bank.practical.findings import FULL, NONE, Finding, Outcome
from question_bank.practical.rubric import CheckPlan, Combine, Partial, Rubric


class Verdict(Enum):
    """What became of a check (docs/practical.md §3)."""

    PASSED = "pass"
    PARTIAL = "partial"
    FAIL = "fail"
    NOT_REACHED = "not_reached"
    ERROR = "error"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class Opened:
    """One file that was handed in: its model, or why there is none. `missing` was not handed in at all."""

    model: Any = None
    missing: bool = False
    trouble: Phrase | None = None
    recalculated: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)  # check id -> key -> workbook


@dataclass(frozen=True, slots=True)
class Judged:
    """One check with its share of the points, 0 … 1, and what shows it."""

    plan: CheckPlan
    verdict: Verdict
    share: Fraction
    findings: tuple[Finding, ...] = ()
    matched: bool = False
    targets: tuple[object, ...] = ()
    why: Phrase | None = None

    @property
    def points(self) -> Marks:
        """Its points, to a hundredth, half up (away from 0 for a penalty)."""
        exact = abs(self.plan.points) * self.share
        whole = int(exact + Fraction(1, 2))
        return Marks(-whole if self.plan.points < 0 else whole)

    def step(self, name: str) -> bool:
        """Whether a step of it is there and right."""
        found = [one for one in self.findings if one.step == name]
        return bool(found) and all(one.right for one in found)


@dataclass(frozen=True, slots=True)
class Marked:
    """All checks of a rubric; `points` is rounded and never below the floor, `pending` waits for a person."""

    rubric: Rubric
    checks: tuple[Judged, ...]

    @property
    def pending(self) -> Marks:
        """Points that only a person can give."""
        unsure = sum(one.plan.points for one in self.checks if one.verdict is Verdict.ERROR and one.plan.points > 0)
        return Marks(unsure + sum(one.points for one in self.rubric.manual))

    @property
    def points(self) -> Marks:
        """What the checks come to."""
        exact = max(sum(one.points for one in self.checks), self.rubric.floor)
        step = self.rubric.rounding
        return Marks((2 * exact + step) // (2 * step) * step)


OnError = Callable[[str, Exception], None]


def mark(rubric: Rubric, opened: Mapping[str, Opened], on_error: OnError) -> Marked:
    """Every check of the rubric on these files, by the rubric's names. An exception in a check is told to `on_error`."""
    done: dict[str, Judged] = {}
    for file, plan in rubric.checks():
        done[plan.id] = _judge(plan, opened.get(file, Opened(missing=True)), done, on_error)
    return Marked(rubric, tuple(done.values()))


def _judge(plan: CheckPlan, file: Opened, done: Mapping[str, Judged], on_error: OnError) -> Judged:
    unmet = next(
        (need for need in plan.requires if not _met(done[need.check], need.found, need.share, need.step)), None
    )
    if unmet is not None:
        if done[unmet.check].verdict is Verdict.ERROR:
            why = phrase("“%(check)s” must be marked by a person first", check=unmet.check)
            return Judged(plan, Verdict.ERROR, NONE, why=why)
        return Judged(plan, Verdict.NOT_REACHED, NONE, why=phrase("“%(check)s” is not met", check=unmet.check))
    if file.trouble is not None:
        return Judged(plan, Verdict.ERROR, NONE, why=file.trouble)
    if file.missing:
        absent = Finding(phrase("file"), NONE, phrase("a file that was handed in"), phrase("no file"), "")
        # A penalty is for what was done: where nothing was handed in, nothing was.
        return Judged(plan, Verdict.FAIL, NONE, (absent,))
    return _run(plan, file, done, on_error)


def _met(judged: Judged, found: bool, share: Fraction, step: str) -> bool:
    if found and not judged.matched:
        return False
    if step and not judged.step(step):
        return False
    return judged.share >= share and judged.verdict is not Verdict.ERROR


def _run(plan: CheckPlan, file: Opened, done: Mapping[str, Judged], on_error: OnError) -> Judged:
    """A check of the catalogue, or what nested ones come to."""
    if plan.combine is not None:
        return _combined(plan, [_run(one, file, done, on_error) for one in plan.nested])
    assert plan.type is not None
    refs = done[plan.ref].targets if plan.ref else None
    if plan.ref and not done[plan.ref].matched:
        return _verdict(plan, Outcome.nothing(phrase("what “%(check)s” looks for", check=plan.ref)))
    request = Request(plan.select, plan.expect, refs, file.recalculated.get(plan.id))
    try:
        outcome = plan.type.run(file.model, request)
    except Exception as error:  # noqa: BLE001 - one for each check: what it did not expect is for a person
        on_error(plan.id, error)
        why = phrase("the engine could not tell (%(error)s)", error=type(error).__name__)
        return Judged(plan, Verdict.ERROR, NONE, why=why)
    return _verdict(plan, outcome)


def _verdict(plan: CheckPlan, outcome: Outcome) -> Judged:
    share = _share(plan, outcome.findings)
    return Judged(plan, _name(share), share, outcome.findings, outcome.matched, outcome.targets)


def _name(share: Fraction) -> Verdict:
    return Verdict.PASSED if share == FULL else Verdict.PARTIAL if share > 0 else Verdict.FAIL


def _share(plan: CheckPlan, findings: tuple[Finding, ...]) -> Fraction:
    """How much of its points a check has earned. No finding at all earns nothing."""
    if not findings:
        return NONE
    match plan.partial:
        case Partial.ALL_OR_NOTHING:
            return FULL if all(one.right for one in findings) else NONE
        case Partial.PER_ITEM:
            return Fraction(sum(one.right for one in findings), len(findings))
        case Partial.RATIO:
            return sum((one.credit for one in findings), NONE) / len(findings)
        case Partial.STEPS:
            return sum((weight * _mean(findings, name) for name, weight in plan.steps.items()), NONE)


def _mean(findings: tuple[Finding, ...], step: str) -> Fraction:
    found = [one.credit for one in findings if one.step == step]
    return sum(found, NONE) / len(found) if found else NONE


def _combined(plan: CheckPlan, parts: list[Judged]) -> Judged:
    """Nested checks together. One that could not be judged leaves the whole undecided unless the others decide it."""
    shares = [min(one.share, one.plan.credit) for one in parts]
    unsure = next((one for one in parts if one.verdict is Verdict.ERROR), None)
    match plan.combine:
        case Combine.ANY:
            share, decided = max(shares, default=NONE), max(shares, default=NONE) == FULL
        case Combine.ALL:
            share, decided = sum(shares, NONE) / max(1, len(shares)), False
        case Combine.NONE:
            share = NONE if any(shares) else FULL
            decided = share == NONE
        case _:
            right = sum(one == FULL for one in shares)
            share, decided = min(FULL, Fraction(right, plan.count)), right >= plan.count
    if unsure is not None and not decided:
        return Judged(plan, Verdict.ERROR, NONE, why=unsure.why)
    if plan.partial is Partial.ALL_OR_NOTHING and plan.combine is not Combine.ANY and share != FULL:
        share = NONE
    best = [one for one, earned in zip(parts, shares, strict=True) if earned == max(shares)]
    shown = best[:1] if plan.combine is Combine.ANY else parts
    findings = tuple(finding for one in shown for finding in one.findings)
    matched = [one for one in parts if one.matched]
    targets = matched[0].targets if matched else ()
    return Judged(plan, _name(share), share, findings, bool(matched), targets)
