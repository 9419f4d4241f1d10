"""One submission from bytes to verdicts, by processes in sandboxes: this process never looks into a candidate's file.

The worker is asked for the verdicts; where it wants conversions or recalculations LibreOffice makes them in a second sandbox, and it is asked
again. What fails is tried once more, and then every check goes to a person.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from question_bank.canonical import JSON, encode
from question_bank.phrase import Phrase, phrase
from question_bank.practical import interpreter, office
from question_bank.practical.answer import Answered, Malformed, Wanted, Workbook, read_answer
from question_bank.practical.catalogue import homes
from question_bank.practical.marking import Opened, mark
from question_bank.practical.prescan import MOST_BYTES, ODF_KINDS
from question_bank.practical.rubric import Rubric
from question_bank.practical.rubric_reading import read_rubric
from question_bank.practical.sandbox.port import MIB, Limits, Missing, Ran, Stopped, prepared, read_made, run
from question_bank.practical.work import Notice, inputs_document, work_document
from question_bank.problems import Problem

LIMITS = Limits(wall_s=20, cpu_s=20, memory_bytes=1 << 30, made_bytes=128 * MIB)
_ROUNDS = 3  # conversion, recalculation, and recalculation of what the first one made reachable
_TRIES = 2


@dataclass(frozen=True, slots=True)
class WorkDocument:
    """The answer `exam-work/1` and what the engine's log should have: exceptions of checks, and why a worker was stopped."""

    document: Mapping[str, JSON]
    log: str = ""

    def encoded(self) -> bytes:
        """The canonical bytes: the same rubric, values and files give the same."""
        return encode(self.document)


@dataclass(frozen=True, slots=True)
class WrongRubric:
    """The rubric is wrong, or a file is none of those it names: nothing was marked."""

    problems: tuple[Problem, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Failed:
    """No verdicts, for people and for the log."""

    why: Phrase
    log: str


@dataclass(slots=True)
class _Task:
    """A submission on its way: what has been made for it so far. `given` is by the rubric's names: the file's own name, and its bytes."""

    rubric_bytes: bytes
    seed: bytes
    rubric: Rubric
    inputs: dict[str, JSON]
    given: Mapping[str, tuple[str, bytes]]
    stamps: Mapping[str, str]
    converted: dict[str, bytes | None] = field(default_factory=dict)
    recalculated: dict[tuple[str, str, str], bytes | None] = field(default_factory=dict)


def mark_submission(
    rubric: bytes, seed: bytes, files: Mapping[str, bytes], stamps: Mapping[str, str] = MappingProxyType({})
) -> WorkDocument | WrongRubric | Missing:
    """Mark what one candidate handed in. `seed` is 32 bytes; `files` are by their own names, which the rubric's names are found by; `stamps`
    are those of this attempt's start files, by the rubric's names: a file with another, or none, is told to the jury.

    A function of its arguments and the engine. Takes at most a few minutes, whatever the files are; never raises for what they hold.
    """
    reading = read_rubric(rubric, "rubric.yaml", seed)
    if reading.rubric is None:
        return WrongRubric(reading.problems)
    given, unknown = _matched(reading.rubric, files)
    if unknown:
        return WrongRubric(unknown=unknown)
    inputs = inputs_document(rubric, reading.values, {name: data for name, (_, data) in given.items()}, stamps)
    task = _Task(rubric, seed, reading.rubric, inputs, given, stamps)
    found = _verdicts(task)
    if isinstance(found, _Failed):
        return WorkDocument(_for_a_person(task, found.why), found.log)
    return found


def _matched(rubric: Rubric, files: Mapping[str, bytes]) -> tuple[dict[str, tuple[str, bytes]], tuple[str, ...]]:
    """Each file under the rubric's name: by its whole name, by its name without the ending, or as the only one of its kind that is left."""
    found: dict[str, tuple[str, bytes]] = {}
    rest = dict(files)
    rules = (
        lambda wanted, name: wanted.name.casefold() == name.casefold(),
        lambda wanted, name: _stem(wanted.name) == _stem(name),
        lambda wanted, name: name.rpartition(".")[2].lower() in wanted.accept,
    )
    for rule in rules:
        left = [one for one in rubric.files if one.name not in found]
        pairs = {name: [one.name for one in left if rule(one, name)] for name in rest}
        for name, fits in pairs.items():
            if len(fits) == 1 and sum(fits[0] in others for others in pairs.values()) == 1:
                found[fits[0]] = (name, rest.pop(name))
    return {one.name: found[one.name] for one in rubric.files if one.name in found}, tuple(sorted(rest))


def _stem(name: str) -> str:
    return name.rpartition(".")[0].casefold()


def _verdicts(task: _Task) -> WorkDocument | Missing | _Failed:
    """Ask the worker, and do what it wants first, at most `_ROUNDS` times."""
    for number in range(_ROUNDS + 1):
        found = _asked(task, last=number == _ROUNDS)
        if not isinstance(found, tuple):
            return found
        wanted, workbooks = found
        missing = _converted(task, wanted.conversions) or _recalculated(task, wanted.workbooks, workbooks)
        if missing is not None:
            return missing
    raise AssertionError("the last round wants nothing")


def _asked(task: _Task, last: bool) -> tuple[Wanted, Mapping[str, bytes]] | WorkDocument | Missing | _Failed:
    """One answer of the worker, with the workbooks it made; a second try where there was none."""
    log: list[str] = []
    why = phrase("the engine gave no answer")
    for _ in range(_TRIES):
        with tempfile.TemporaryDirectory(prefix="examroom-mark-") as name:
            folder = Path(name)
            prepared(folder, _parts(task, last))
            done = run(folder, interpreter.worker_command(), LIMITS)
            match done:
                case Missing():
                    return done
                case Stopped():
                    why = phrase("the engine was stopped: %(why)s", why=done.said())
                    log.append(f"{done.reason.value}: {done.detail}")
                    continue
                case Ran():
                    answer = read_answer(done.printed, task.rubric, task.inputs)
            if isinstance(answer, Answered):
                return WorkDocument(answer.document, done.complaint.decode("utf-8", "replace"))
            if isinstance(answer, Wanted) and not last:
                return answer, _made(folder, answer.workbooks)
            log.append(answer.detail if isinstance(answer, Malformed) else "wants more than is done")
    return _Failed(why, "\n".join(log))


def _made(folder: Path, workbooks: Iterable[Workbook]) -> Mapping[str, bytes]:
    found = {one.part: read_made(folder, one.part, office.MOST_MADE) for one in workbooks}
    return {part: data for part, data in found.items() if data is not None}


def _parts(task: _Task, last: bool) -> Mapping[str, bytes]:
    """What is laid before the worker. A file beyond the largest is cut: the prescan says that it is too large."""
    parts: dict[str, bytes] = {}

    def part(data: bytes | None) -> str:
        if data is None:
            return ""
        parts[f"p{len(parts)}"] = data
        return f"p{len(parts) - 1}"

    types = {one.type.name for _, plan in task.rubric.checks() for one in plan.parts() if one.type is not None}
    job: dict[str, JSON] = {
        "modules": list(homes(types)),
        "rubric": part(task.rubric_bytes),
        "seed": task.seed.hex(),
        "inputs": task.inputs,
        "stamps": dict(task.stamps),
        "last": last,
        "files": [
            {"file": name, "called": called, "part": part(data[: MOST_BYTES + 1])}
            for name, (called, data) in task.given.items()
        ],
        "converted": [{"file": name, "part": part(data)} for name, data in task.converted.items()],
        "recalculated": [
            {"file": file, "check": check, "key": key, "part": part(data)}
            for (file, check, key), data in task.recalculated.items()
        ],
    }
    return {"job.json": encode(job), **parts}


def _converted(task: _Task, wanted: Iterable[tuple[str, str]]) -> Missing | None:
    """Files to convert, one start of LibreOffice for each kind."""
    kinds: dict[str, dict[str, bytes]] = {}
    for name, kind in wanted:
        if name in task.given and kind in ODF_KINDS:
            kinds.setdefault(kind, {})[name] = task.given[name][1]
    for kind, files in kinds.items():
        made = office.convert(files, kind, ODF_KINDS[kind])
        if isinstance(made, Missing):
            return made
        task.converted.update(made)
    return None


def _recalculated(task: _Task, wanted: tuple[Workbook, ...], workbooks: Mapping[str, bytes]) -> Missing | None:
    if not wanted:
        return None
    made = office.recalculate(workbooks) if workbooks else {}
    if isinstance(made, Missing):
        return made
    task.recalculated.update({(one.file, one.check, one.key): made.get(one.part) for one in wanted})
    return None


def _for_a_person(task: _Task, why: Phrase) -> Mapping[str, JSON]:
    """Every check of what was handed in as an error."""
    opened = {
        one.name: Opened(trouble=why) if one.name in task.given else Opened(missing=True) for one in task.rubric.files
    }
    notices = [Notice("not_marked", called, why, stops=True) for called, _ in task.given.values()]
    return work_document(mark(task.rubric, opened, lambda _check, _error: None), notices, task.inputs)
