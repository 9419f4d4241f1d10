"""The gate (docs/practical.md §7): a rubric is worth sealing when its own files prove it.

Every start file earns nothing, every solution everything, and of every check one mutant costs that check alone. All files go through the sandbox.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from question_bank.canonical import JSON
from question_bank.errors import ExamRoomError
from question_bank.formats.zips import UnreadableFileError
from question_bank.phrase import Phrase, phrase
from question_bank.practical.gate_mutants import Spoiler
from question_bank.practical.job import WorkDocument, WrongRubric, mark_submission
from question_bank.practical.rubric import FILELESS, CheckPlan, Rubric
from question_bank.practical.rubric_fields import said_points
from question_bank.practical.rubric_reading import read_rubric
from question_bank.practical.sandbox.port import Missing
from question_bank.practical.task_folder import Task, draws
from question_bank.practical.template import fill
from question_bank.practical.work import in_language
from question_bank.wording import language, render

MOST_WORKERS = 4  # submissions at once: each may need 3 GiB while LibreOffice runs

Marker = Callable[[bytes, bytes, Mapping[str, bytes]], WorkDocument | WrongRubric | Missing]
Given = TypeVar("Given")


class NoSandboxError(ExamRoomError):
    """Nothing is marked on this machine: what must stand between it and a candidate's file is not there."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a rubric is not proven. `check` or `file` say where, `draws` (from 1) for which values; the rest is the verdict's own evidence."""

    code: str
    message: Phrase
    check: str = ""
    file: str = ""
    draws: tuple[int, ...] = ()
    expected: str = ""
    found: str = ""
    where: str = ""

    def document(self) -> dict[str, JSON]:
        """As `--json` prints it, in the current language."""
        return {
            "code": self.code, "check": self.check, "file": self.file, "draws": list(self.draws), "message": render(self.message),
            "expected": self.expected, "found": self.found, "where": self.where,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Proof:
    """What was tried, and everything that is wrong; `skipped` are checks that read no file, whose proof is their scenario's."""

    faults: tuple[Fault, ...]
    draws: int
    checks: int
    mutants: int
    skipped: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the rubric is proven."""
        return not self.faults


@dataclass(frozen=True, slots=True)
class _Draw:
    """One candidate's rubric and files."""

    number: int
    seed: bytes
    rubric: Rubric
    starts: Mapping[str, bytes]
    solutions: Mapping[str, bytes]
    values: Mapping[str, str]


def prove(task: Task, marker: Marker = mark_submission) -> Proof:
    """Try a task that `read_task` found nothing wrong with. Takes a second for each check. Raises NoSandboxError."""
    faults: list[Fault] = []
    tried = _draws(task, faults)
    if faults:
        return Proof(tuple(faults), len(tried), 0, 0)
    plans = _plans(tried[0].rubric)
    skipped = tuple(plan.id for source, plan in tried[0].rubric.checks() if source in FILELESS)
    done = 0
    for some in (
        tried[:1],
        tried[1:],
    ):  # what is wrong for the first draw mostly is for all: it is told before the others are tried
        faults += _wrong_files(task, some, marker)
        done += len(some)
        if faults:  # a mutant of a solution that is wrong itself proves nothing
            return Proof(_folded(faults), done, len(plans), 0, skipped)
    mutants = _mutants(task, tried[0], plans, faults)
    spoilt = _each([*mutants.values()], lambda files: _work(task, tried[0], files, marker))
    for name, work in zip(mutants, spoilt, strict=True):
        faults += _wrong_mutant(tried[0], name, work)
    return Proof(tuple(faults), len(tried), len(plans), len(mutants), skipped)


def _wrong_files(task: Task, some: Sequence[_Draw], marker: Marker) -> list[Fault]:
    """What start files and solutions of these draws come to that they should not."""
    jobs = [(one, files) for one in some for files in (one.starts, one.solutions)]
    works = _each(jobs, lambda job: _work(task, job[0], job[1], marker))
    found: list[Fault] = []
    for one, start, solution in zip(some, works[::2], works[1::2], strict=True):
        found += [*_wrong_start(one, start), *_wrong_solution(one, solution)]
    return found


def _folded(faults: Sequence[Fault]) -> tuple[Fault, ...]:
    """The same of several draws as one."""
    found: dict[Fault, tuple[int, ...]] = {}
    for one in faults:
        key = replace(one, draws=())
        found[key] = (*found.get(key, ()), *one.draws)
    return tuple(replace(one, draws=draws) for one, draws in found.items())


def _plans(rubric: Rubric) -> list[tuple[str, CheckPlan]]:
    """The checks that read files, with the file of each."""
    return [(source, plan) for source, plan in rubric.checks() if source not in FILELESS]


def _each(given: Sequence[Given], do: Callable[[Given], Any]) -> list[Any]:
    """The results in order; the work is done by processes of the sandbox, the threads wait for them."""
    with ThreadPoolExecutor(min(MOST_WORKERS, os.cpu_count() or 1)) as pool:
        return list(pool.map(do, given))


def _draws(task: Task, faults: list[Fault]) -> list[_Draw]:
    """The draws whose values differ, with start files and solutions filled in."""
    found: dict[tuple[tuple[str, str], ...], _Draw] = {}
    for number, seed in enumerate(draws(), 1):
        reading = read_rubric(task.data, "rubric.yaml", seed)
        assert reading.rubric is not None, "the task was read for every draw"
        key = tuple(sorted(reading.values.items()))
        if key not in found:
            starts, solutions = (_filled(one, reading.values, faults) for one in (task.starts, task.solutions))
            found[key] = _Draw(number, seed, reading.rubric, starts, solutions, reading.values)
    for name in dict.fromkeys(source for source, _ in _plans(task.rubric)):
        if name not in task.solutions:
            faults.append(Fault("no_solution", phrase("the file has no solution"), file=name))
    return list(found.values())


def _filled(files: Mapping[str, bytes], values: Mapping[str, str], faults: list[Fault]) -> dict[str, bytes]:
    made: dict[str, bytes] = {}
    for name, data in files.items():
        try:
            filled = fill(data, values)
        except UnreadableFileError:
            made[name] = data  # of another kind, or damaged: the prescan says what is wrong with it
            continue
        made[name] = filled.data
        for place in filled.unknown:
            message = phrase("there is no parameter “%(name)s”", name=place)
            fault = Fault("unknown_parameter", message, file=name)
            if fault not in faults:
                faults.append(fault)
    return made


def _work(task: Task, draw: _Draw, files: Mapping[str, bytes], marker: Marker) -> Mapping[str, Any]:
    """The checks of an answer by id, with sentences in the current language."""
    done = marker(task.data, draw.seed, files)
    if isinstance(done, Missing):
        raise NoSandboxError(done.message, hint=done.hint)
    assert isinstance(done, WorkDocument), "the rubric was read, and the files have its names"
    document: Any = dict(done.document)
    return {one["id"]: one for one in document["checks"]}


def _said(code: str, message: Phrase, draw: _Draw, check: Mapping[str, Any]) -> Fault:
    told: Any = in_language(dict(check), language())
    parts = {name: told[name] for name in ("expected", "found", "where")}
    return Fault(code, message, check["id"], draws=(draw.number,), **parts)


def _wrong_start(draw: _Draw, work: Mapping[str, Any]) -> Iterator[Fault]:
    for _, plan in _plans(draw.rubric):
        one = work[plan.id]
        earned, most = said_points(one["points"]), said_points(one["max"])
        if one["verdict"] == "error":
            yield _said("not_judged", phrase("with the start file the check cannot be judged"), draw, one)
        elif plan.start_full and one["points"] != plan.points:
            message = phrase("“start: full”, and the start file earns %(points)s of %(max)s", points=earned, max=most)
            yield _said("start_loses", message, draw, one)
        elif not plan.start_full and one["points"]:
            message = phrase("the start file earns %(points)s of %(max)s already", points=earned, max=most)
            yield _said("start_earns", message, draw, one)


def _wrong_solution(draw: _Draw, work: Mapping[str, Any]) -> Iterator[Fault]:
    for _, plan in _plans(draw.rubric):
        one = work[plan.id]
        wanted = max(0, plan.points)
        if one["verdict"] == "error":
            yield _said("not_judged", phrase("with the solution the check cannot be judged"), draw, one)
        elif one["points"] != wanted:
            message = phrase(
                "the solution earns %(points)s, not %(max)s", points=said_points(one["points"]), max=said_points(wanted)
            )
            yield _said("not_full", message, draw, one)


def _mutants(
    task: Task, draw: _Draw, plans: Sequence[tuple[str, CheckPlan]], faults: list[Fault]
) -> dict[str, Mapping[str, bytes]]:
    """What would be handed in with each mutant, by the check's id."""
    spoiler = Spoiler(draw.rubric, draw.solutions)
    found: dict[str, Mapping[str, bytes]] = {}
    for file, plan in plans:
        given = task.mutants.get(plan.id)
        mutant = _filled({file: given}, draw.values, faults)[file] if given is not None else None
        if mutant is None and plan.points > 0:  # what a penalty is for only the author can put in
            mutant = spoiler.mutant(file, plan)
            if mutant is None:
                message = phrase("there is no mutant: put a file named like the check into the folder of mutants")
                faults.append(Fault("no_mutant", message, plan.id, file))
        if mutant is not None:
            found[plan.id] = {**draw.solutions, file: mutant}
    return found


def _wrong_mutant(draw: _Draw, name: str, work: Mapping[str, Any]) -> Iterator[Fault]:
    allowed = _lose_with(draw.rubric, name)
    for _, plan in _plans(draw.rubric):
        one = work[plan.id]
        wanted = max(0, plan.points)
        if one["verdict"] == "error" and (plan.id == name or plan.id not in allowed):
            message = phrase("with the mutant of “%(check)s” the check cannot be judged", check=name)
            yield _said("not_judged", message, draw, one)
        elif plan.id == name and one["points"] >= wanted:
            yield _said("mutant_survives", phrase("its mutant loses nothing"), draw, one)
        elif plan.id not in allowed and one["points"] < wanted:
            yield _said("loses_too", phrase("the mutant of “%(check)s” costs this check too", check=name), draw, one)


def _lose_with(rubric: Rubric, name: str) -> set[str]:
    """The check, those that say `also`, and all that need one of these: a check needs none that comes after it."""
    found = {name} | {plan.id for _, plan in rubric.checks() if name in plan.also}
    for _, plan in rubric.checks():
        needed = {need.check for need in plan.requires} | {one.ref for one in plan.parts() if one.ref}
        if needed & found:
            found.add(plan.id)
    return found
