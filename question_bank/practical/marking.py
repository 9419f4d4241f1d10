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
from question_bank.practical.combining import combined_outcome, combined_share
from question_bank.practical.findings import FULL, NONE, UNSEEN, Finding, Outcome
from question_bank.practical.rubric import CheckPlan, Partial, Requirement, Rubric


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
    """One file that was handed in: its model, or why there is none. `missing` was not handed in at all.

    `ask` is told, by the check's id, which workbooks made of `data` must be recalculated before the check can be judged; without it a check
    that wants some is run with what there is.
    """

    model: Any = None
    missing: bool = False
    trouble: Phrase | None = None
    recalculated: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)  # check id -> key -> workbook
    data: bytes = b""
    ask: Callable[[str, Mapping[str, bytes]], None] | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """One check with its share of the points, 0 … 1, and what shows it."""

    plan: CheckPlan
    verdict: Verdict
    share: Fraction
    outcome: Outcome = UNSEEN
    why: Phrase | None = None

    @property
    def points(self) -> Marks:
        """Its points, to a hundredth, half up (away from 0 for a penalty)."""
        exact = abs(self.plan.points) * self.share
        whole = int(exact + Fraction(1, 2))
        return Marks(-whole if self.plan.points < 0 else whole)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was looked at."""
        return self.outcome.findings

    def step(self, name: str) -> bool:
        """Whether a step of it is there and right."""
        tally = self.outcome.tally(name)
        return tally.items > 0 and tally.right == tally.items


@dataclass(frozen=True, slots=True)
class Marked:
    """All checks of a rubric; `points` is rounded and never below the floor, `pending` waits for a person."""

    rubric: Rubric
    checks: tuple[Judged, ...]

    @property
    def pending(self) -> Marks:
        """Points that only a person can give, or take off by a penalty that could not be judged."""
        unsure = sum(abs(one.plan.points) for one in self.checks if one.verdict is Verdict.ERROR)
        return Marks(unsure + sum(one.points for one in self.rubric.manual))

    @property
    def points(self) -> Marks:
        """What the checks come to."""
        return self.rubric.total(sum(one.points for one in self.checks))


OnError = Callable[[str, Exception], None]


def mark(rubric: Rubric, opened: Mapping[str, Opened], on_error: OnError) -> Marked:
    """Every check of the rubric on what `Rubric.checks` says it reads. An exception in a check is told to `on_error` with its id."""
    done: dict[str, Judged] = {}
    for file, plan in rubric.checks():
        done[plan.id] = _judge(plan, opened.get(file, Opened(missing=True)), done, on_error)
    return Marked(rubric, tuple(done.values()))


def _judge(plan: CheckPlan, file: Opened, done: Mapping[str, Judged], on_error: OnError) -> Judged:
    unmet = [need.check for need in plan.requires if not _met(done[need.check], need)]
    if unmet:
        # One that is certainly unmet decides, whatever a person will say of the others.
        certain = (one for one in unmet if done[one].verdict is not Verdict.ERROR)
        return _after(plan, done[next(certain, unmet[0])])
    if file.trouble is not None:
        return Judged(plan, Verdict.ERROR, NONE, why=file.trouble)
    if file.missing:
        absent = Finding(phrase("file"), NONE, phrase("a file that was handed in"), phrase("no file"), "")
        # A penalty is for what was done: where nothing was handed in, nothing was.
        return Judged(plan, Verdict.FAIL, NONE, Outcome.of([absent], matched=False))
    return _run(plan, file, done, on_error)


def _met(judged: Judged, need: Requirement) -> bool:
    if judged.verdict is Verdict.ERROR or (need.found and not judged.outcome.matched):
        return False
    if need.step and not judged.step(need.step):
        return False
    return judged.share >= need.share


def _after(plan: CheckPlan, earlier: Judged) -> Judged:
    """A check that cannot be judged, or is worth nothing, because of what an earlier one came to."""
    name = earlier.plan.id
    if earlier.verdict is Verdict.ERROR:
        return Judged(plan, Verdict.ERROR, NONE, why=phrase("“%(check)s” must be marked by a person first", check=name))
    return Judged(plan, Verdict.NOT_REACHED, NONE, why=phrase("“%(check)s” is not met", check=name))


def _run(plan: CheckPlan, file: Opened, done: Mapping[str, Judged], on_error: OnError) -> Judged:
    """A check of the catalogue, or what nested ones come to."""
    if plan.combine is not None:
        return _combined(plan, [_run(one, file, done, on_error) for one in plan.nested])
    assert plan.type is not None
    taken = done[plan.ref] if plan.ref else None
    if taken is not None and taken.verdict in (Verdict.ERROR, Verdict.NOT_REACHED):
        return _after(plan, taken)
    if taken is not None and not taken.outcome.matched:
        return _verdict(plan, Outcome.nothing(phrase("what “%(check)s” looks for", check=plan.ref)))
    refs = taken.outcome.targets if taken is not None else None
    request = Request(plan.select, plan.expect, refs, file.recalculated.get(plan.id))
    try:
        if file.ask is not None and _asks(plan, file, request, file.ask):
            return Judged(plan, Verdict.ERROR, NONE, why=phrase("LibreOffice must recalculate the workbook first"))
        outcome = plan.type.run(file.model, request)
    except Exception as error:  # noqa: BLE001 - one for each check: what it did not expect is for a person
        on_error(plan.id, error)
        why = phrase("the engine could not tell (%(error)s)", error=type(error).__name__)
        return Judged(plan, Verdict.ERROR, NONE, why=why)
    return _verdict(plan, outcome)


def _asks(plan: CheckPlan, file: Opened, request: Request, ask: Callable[[str, Mapping[str, bytes]], None]) -> bool:
    """Whether the check must wait for workbooks, which have been asked for."""
    if plan.type is None or plan.type.wants is None or plan.id in file.recalculated:
        return False
    wanted = plan.type.wants(file.model, request, file.data)
    if wanted:
        ask(plan.id, wanted)
    return bool(wanted)


def _verdict(plan: CheckPlan, outcome: Outcome) -> Judged:
    share = _share(plan, outcome)
    return Judged(plan, _name(share), share, outcome)


def _name(share: Fraction) -> Verdict:
    return Verdict.PASSED if share == FULL else Verdict.PARTIAL if share > 0 else Verdict.FAIL


def _share(plan: CheckPlan, outcome: Outcome) -> Fraction:
    """How much of its points a check has earned. No finding at all earns nothing."""
    every = outcome.tally()
    if not every.items:
        return NONE
    match plan.partial:
        case Partial.ALL_OR_NOTHING:
            return FULL if every.right == every.items else NONE
        case Partial.PER_ITEM:
            return Fraction(every.right, every.items)
        case Partial.RATIO:
            return every.credit / every.items
        case Partial.STEPS:
            tallies = [(weight, outcome.tally(name)) for name, weight in plan.steps.items()]
            return sum((weight * one.credit / one.items for weight, one in tallies if one.items), NONE)


def _combined(plan: CheckPlan, parts: list[Judged]) -> Judged:
    """Nested checks together. One that could not be judged leaves the whole undecided unless it can make no difference."""
    shares = [one.share for one in parts]
    share = combined_share(plan, shares)
    unsure = next((one for one in parts if one.verdict is Verdict.ERROR), None)
    if unsure is not None:
        # The whole rises (or, of `none_of`, falls) with each part: where both ends are the same, so is all between.
        best = [FULL if one.verdict is Verdict.ERROR else one.share for one in parts]
        found = any(one.outcome.matched for one in parts)  # else others that require it to be found would hang on it
        if not found or combined_share(plan, best) != share:
            return Judged(plan, Verdict.ERROR, NONE, why=unsure.why)
    return Judged(plan, _name(share), share, combined_outcome(plan, shares, [one.outcome for one in parts]))
