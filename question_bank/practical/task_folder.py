"""A task's folder: the rubric with its start files, solutions and mutants, as the author keeps them (docs/practical.md §1)."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from question_bank.draw import SEED_BYTES
from question_bank.errors import ExamRoomError
from question_bank.formats.nodes import MAX_BYTES
from question_bank.formats.report import Report
from question_bank.phrase import phrase
from question_bank.practical.rubric import HandedIn, Rubric
from question_bank.practical.rubric_reading import read_rubric
from question_bank.problems import Problem

DRAWS = (
    20  # candidates a rubric is tried for: with two values of a parameter, one is missed once in half a million times
)
MOST_FILE = 20 * 1024 * 1024  # bytes, as of what a candidate hands in
_TAG = b"examroom practical draw\0"


class TaskFolderError(ExamRoomError):
    """A rubric or one of its files cannot be read from the disk."""


@dataclass(frozen=True, slots=True)
class Task:
    """A rubric for the first draw with the files beside it, by the rubric's names; `mutants` by the check's id, with the file's own name."""

    data: bytes
    rubric: Rubric
    starts: Mapping[str, bytes] = field(default_factory=dict)
    solutions: Mapping[str, bytes] = field(default_factory=dict)
    mutants: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TaskReading:
    """The task when nothing is wrong with it, else None and every problem."""

    task: Task | None
    problems: tuple[Problem, ...]


def seed_of(text: str) -> bytes:
    """The seed of a text: itself where it is 64 hexadecimal digits, as a room's is, else its digest."""
    if len(text) == 2 * SEED_BYTES and all(one in "0123456789abcdef" for one in text):
        return bytes.fromhex(text)
    return sha256(_TAG + unicodedata.normalize("NFC", text).encode()).digest()


def draws() -> tuple[bytes, ...]:
    """The seeds of the candidates that a rubric is tried for, the same every time."""
    return tuple(seed_of(f"draw {number}") for number in range(1, DRAWS + 1))


def read_task(path: Path) -> TaskReading:
    """A rubric's file, read for every draw, with the files it names. Raises TaskFolderError."""
    data = read_bytes(path, MAX_BYTES + 1)
    for seed in draws():
        reading = read_rubric(data, str(path), seed)
        if reading.rubric is None:
            return TaskReading(None, reading.problems)
    first = read_rubric(data, str(path), draws()[0])
    assert first.rubric is not None
    report = Report(str(path))
    task = _with_files(path.parent, data, first.rubric, report)
    problems = tuple(sorted([*first.problems, *report.problems]))
    return TaskReading(None if report.problems else task, problems)


def read_bytes(path: Path, most: int) -> bytes:
    """The bytes of a file, at most so many. Raises TaskFolderError."""
    try:
        with path.open("rb") as stream:
            return stream.read(most)
    except OSError as error:
        message = phrase("%(file)s cannot be read: %(detail)s", file=str(path), detail=error.strerror or "")
        raise TaskFolderError(message) from error


def _with_files(folder: Path, data: bytes, rubric: Rubric, report: Report) -> Task:
    starts: dict[str, bytes] = {}
    solutions: dict[str, bytes] = {}
    mutants: dict[str, bytes] = {}
    for one in rubric.files:
        for found, name in ((starts, one.start), (solutions, one.solution)):
            if name and (read := _beside(folder, name, one, report)) is not None:
                found[one.name] = read
        mutants.update(_mutants(folder, one, rubric, report))
    return Task(data, rubric, starts, solutions, mutants)


def _beside(folder: Path, name: str, one: HandedIn, report: Report) -> bytes | None:
    path = folder / name
    if not path.is_file() or path.stat().st_size > MOST_FILE:
        message = phrase("“%(name)s” is not there, or larger than 20 MiB", name=name)
        report.add(one.place, "no_file", message)
        return None
    return read_bytes(path, MOST_FILE)


def _mutants(folder: Path, one: HandedIn, rubric: Rubric, report: Report) -> dict[str, bytes]:
    """The author's own: each is named by the check that it fails."""
    if not one.mutants:
        return {}
    if not (folder / one.mutants).is_dir():
        report.add(one.place, "no_file", phrase("“%(name)s” is no folder", name=one.mutants))
        return {}
    ids = {plan.id for source, plan in rubric.checks() if source == one.name}
    found: dict[str, bytes] = {}
    for path in sorted((folder / one.mutants).iterdir()):
        name = f"{one.mutants}/{path.name}"
        if path.stem not in ids:
            message = phrase("“%(name)s” has the name of no check of this file", name=name)
            report.add(one.place, "unknown_check", message)
        elif (read := _beside(folder, name, one, report)) is not None:
            found[path.stem] = read
    return found
