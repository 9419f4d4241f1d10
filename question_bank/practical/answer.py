"""What a worker answers, read strictly: it has opened hostile files, so nothing it says is believed beyond its schema."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from question_bank.canonical import JSON, CanonicalError, decode
from question_bank.fields import DocumentError, Fields
from question_bank.practical.marking import Verdict
from question_bank.practical.rubric import CheckPlan, ManualCriterion, Rubric
from question_bank.practical.work import ENGINE, MOST_BYTES, WORK_FORMAT

MOST_WANTED = 200  # workbooks of one submission: forty checks with five trials each
_MOST_TEXT = 20_000  # characters of one sentence: three findings of three pieces of 2,000
_MOST_KEY = 200
_MOST_LISTED = 1000
_PART = re.compile(r"w[0-9]{1,3}")
_CREDIT = re.compile(r"[0-9]{1,9}/[1-9][0-9]{0,8}")
_SENTENCES = ("title", "expected", "found", "where", "message")
_FINDING = ("item", "expected", "found", "where")


@dataclass(frozen=True, slots=True)
class Workbook:
    """A workbook that a check wants recalculated: which file and check it is for, its key there, and where in `out/` it lies."""

    file: str
    check: str
    key: str
    part: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What must be done before the verdicts: files to convert, with their kind, and workbooks to recalculate."""

    conversions: tuple[tuple[str, str], ...]
    workbooks: tuple[Workbook, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """A whole `exam-work/1` that fits its rubric."""

    document: Mapping[str, JSON]


@dataclass(frozen=True, slots=True)
class Malformed:
    """No answer of ours. `detail` is for logs."""

    detail: str


def read_answer(data: bytes, rubric: Rubric, inputs: Mapping[str, JSON]) -> Answered | Wanted | Malformed:
    """Read what a worker printed for this rubric and these inputs. Never raises."""
    try:
        document = decode(data, MOST_BYTES, canonical=True)
        fields = Fields(document, "answer")
        if fields.names() == ("wanted",):
            return _wanted(fields.inner("wanted"))
        _work(fields, rubric, inputs)
        assert isinstance(document, dict)
        return Answered(document)
    except (CanonicalError, DocumentError) as error:
        return Malformed(str(error))


def _wanted(fields: Fields) -> Wanted:
    conversions = tuple((one.text("file"), one.text("kind")) for one in fields.objects("conversions"))
    workbooks = tuple(
        Workbook(one.text("file"), one.text("check"), one.text("key"), one.text("part"))
        for one in fields.objects("workbooks")
    )
    fields.done()
    if not 0 < len(conversions) + len(workbooks) <= MOST_WANTED:
        raise DocumentError("answer.wanted: nothing, or too much")
    for one in workbooks:
        if not _PART.fullmatch(one.part) or len(one.key) > _MOST_KEY:
            raise DocumentError("answer.wanted.workbooks: a part or key of another form")
    return Wanted(conversions, workbooks)


def _work(fields: Fields, rubric: Rubric, inputs: Mapping[str, JSON]) -> None:
    for name, expected in (("format", WORK_FORMAT), ("rubric", rubric.id), ("engine", ENGINE)):
        fields.expect(name, expected)
    if fields.integer("version") != rubric.version or fields.object("inputs") != inputs:
        raise DocumentError("answer: it is of other inputs")
    judged = _checks(fields.objects("checks"), rubric)
    pending = sum(abs(one.points) for one in rubric.manual) + sum(
        abs(plan.points)
        for (_, plan), (_, verdict) in zip(rubric.checks(), judged, strict=True)
        if verdict is Verdict.ERROR
    )
    said = (fields.integer("max"), fields.integer("points", rubric.floor), fields.integer("pending"))
    if said != (rubric.points, rubric.total(sum(points for points, _ in judged)), pending):
        raise DocumentError("answer: its sums are wrong")
    notices = fields.objects("notices")
    if len(notices) > _MOST_LISTED:
        raise DocumentError("answer.notices: too many")
    for one in notices:
        _short(one, "code", "file")
        _sentence(one, "message")
        one.truth("stops")
        one.done()
    fields.done()


def _checks(found: list[Fields], rubric: Rubric) -> list[tuple[int, Verdict]]:
    """Points and verdict of each check; those for people are only looked at."""
    plans = [plan for _, plan in rubric.checks()]
    if len(found) != len(plans) + len(rubric.manual):
        raise DocumentError("answer.checks: not those of the rubric")
    every: list[CheckPlan | ManualCriterion] = [*plans, *rubric.manual]
    judged = [_check(one, plan) for one, plan in zip(found, every, strict=True)]
    return judged[: len(plans)]


def _check(fields: Fields, plan: CheckPlan | ManualCriterion) -> tuple[int, Verdict]:
    fields.expect("id", plan.id)
    try:
        verdict = Verdict(fields.text("verdict"))
    except ValueError as error:
        raise DocumentError(f"{fields.where}.verdict: unknown") from error
    points = fields.integer("points", min(0, plan.points))
    earns = verdict in (Verdict.PASSED, Verdict.PARTIAL)
    if fields.integer("max", min(0, plan.points)) != plan.points or not min(0, plan.points) <= points <= max(
        0, plan.points
    ):
        raise DocumentError(f"{fields.where}.points: beyond what it is worth")
    if (points and not earns) or (verdict is Verdict.MANUAL) != isinstance(plan, ManualCriterion):
        raise DocumentError(f"{fields.where}.verdict: it does not fit")
    for name in _SENTENCES:
        _sentence(fields, name)
    _short(fields, "skill")
    fields.texts("tags")
    listed = fields.objects("findings")
    if len(listed) > _MOST_LISTED:
        raise DocumentError(f"{fields.where}.findings: too many")
    for one in listed:
        _finding(one)
    fields.done()
    return points, verdict


def _finding(fields: Fields) -> None:
    for name in _FINDING:
        _sentence(fields, name)
    _short(fields, "step")
    if not _CREDIT.fullmatch(fields.text("credit")):
        raise DocumentError(f"{fields.where}.credit: no share")
    fields.done()


def _sentence(fields: Fields, name: str) -> None:
    said = fields.bilingual(name)
    for text in (said.vi, said.en):
        if len(text) > _MOST_TEXT or not text.isprintable():
            raise DocumentError(f"{fields.where}.{name}: too long, or signs that do not print")


def _short(fields: Fields, *names: str) -> None:
    for name in names:
        if len(fields.text(name)) > _MOST_KEY:
            raise DocumentError(f"{fields.where}.{name}: too long")
