"""The commands about practical tasks: `rubric check`, `rubric prove`, `mark`."""

from __future__ import annotations

import argparse
import json
import sys
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from question_bank.aligned import aligned
from question_bank.command_line import add_language
from question_bank.phrase import phrase
from question_bank.practical.gate import Fault, NoSandboxError, Proof, prove
from question_bank.practical.job import WorkDocument, WrongRubric, mark_submission
from question_bank.practical.prescan import MOST_BYTES
from question_bank.practical.rubric_fields import said_points
from question_bank.practical.sandbox.port import Missing
from question_bank.practical.task_folder import TaskReading, read_bytes, read_task, seed_of
from question_bank.practical.work import in_language
from question_bank.problems import Problem
from question_bank.wording import gettext, language, ngettext, render

OK = 0
WRONG_RUBRIC = 2
FOR_A_PERSON = 3
CONTENT = 3

Commands = argparse._SubParsersAction  # argparse has no public name for it


def add_commands(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the commands; each sets `run`, a function of the parsed arguments that gives the exit status."""
    rubric = commands.add_parser("rubric", help=gettext("rubrics of practical tasks: check one, prove one"))
    inner = rubric.add_subparsers(dest="rubric_command", required=True, metavar=gettext("COMMAND"))
    parser = _command(inner, "check", gettext("say everything that is wrong with a rubric, with its line"))
    parser.add_argument("rubric", type=Path, help=gettext("the rubric, a .yaml file"))
    parser.set_defaults(run=run_check)

    parser = _command(inner, "prove", gettext("try a rubric on its start files, solutions and mutants"))
    parser.add_argument("rubric", type=Path, help=gettext("the rubric, a .yaml file"))
    parser.set_defaults(run=run_prove)

    parser = _command(commands, "mark", gettext("mark the files that one candidate handed in"))
    parser.add_argument("rubric", type=Path, help=gettext("the rubric, a .yaml file"))
    parser.add_argument(
        "files", type=Path, nargs="+", metavar="FILE", help=gettext("what was handed in, for each file of the rubric")
    )
    parser.add_argument(
        "--seed", default="", help=gettext("draws the candidate's values: any text, or 64 hexadecimal digits")
    )
    parser.set_defaults(run=run_mark)


def _command(commands: Commands[argparse.ArgumentParser], name: str, said: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=said)
    parser.add_argument("--json", action="store_true", help=gettext("print one JSON object instead of text"))
    add_language(parser)
    return parser


def run_check(arguments: argparse.Namespace) -> int:
    """Print every problem of a rubric and of what lies beside it. Exit status 0, or 3 when there are errors."""
    found = read_task(arguments.rubric)
    if arguments.json:
        print_json({"ok": found.task is not None, "problems": [one.document() for one in found.problems]})
    else:
        _print_problems(found.problems)
        print(_summary(len(found.problems), found.task is not None))
    return OK if found.task is not None else CONTENT


def run_prove(arguments: argparse.Namespace) -> int:
    """Prove a rubric by its own files, and print what fails with its evidence. Exit status 0, or 3 when it is not proven."""
    found = read_task(arguments.rubric)
    proof = prove(found.task) if found.task is not None else Proof((), 0, 0, 0)
    if arguments.json:
        print_json(proof_document(found, proof))
    else:
        _print_problems(found.problems)
        for line in (line for one in proof.faults for line in _fault_lines(one)):
            print(line)
        print(_proven(proof) if found.task is not None else _summary(len(found.problems), False))
    return OK if found.task is not None and proof.holds else CONTENT


def proof_document(found: TaskReading, proof: Proof) -> Any:
    """What `rubric prove --json` prints."""
    return {
        "ok": found.task is not None and proof.holds,
        "problems": [one.document() for one in found.problems],
        "faults": [one.document() for one in proof.faults],
        "draws": proof.draws, "checks": proof.checks, "mutants": proof.mutants, "skipped": list(proof.skipped),
    }  # fmt: skip


def _fault_lines(one: Fault) -> Iterable[str]:
    draws = gettext(" (draw %(numbers)s)", numbers=", ".join(map(str, one.draws))) if one.draws else ""
    yield f"{one.check or one.file}: {one.code}: {render(one.message)}{draws}"
    if one.expected or one.found:
        line = phrase("expected %(expected)s, found %(found)s", expected=one.expected, found=one.found)
        yield f"    {render(line)}" + (f" [{one.where}]" if one.where else "")


def _proven(proof: Proof) -> str:
    if proof.holds:
        checks, mutants, draws = proof.checks, proof.mutants, proof.draws
        said = gettext("proven: %(checks)s checks, %(mutants)s mutants, %(draws)s draws of values", checks=checks, mutants=mutants, draws=draws)  # fmt: skip
        skipped = ", ".join(proof.skipped)
        return said + ("; " + gettext("not tried here: %(names)s", names=skipped) if skipped else "")
    return gettext("not proven") + ": " + ngettext("%(n)s problem", "%(n)s problems", len(proof.faults))


def run_mark(arguments: argparse.Namespace) -> int:
    """Mark one candidate's files. Exit status 0; 3 when something went to a person; 2 when the rubric or a file's name is wrong."""
    rubric = read_bytes(arguments.rubric, MOST_BYTES)
    # The bytes alone, and one more than may be: what is in them is for the sandbox.
    files = {unicodedata.normalize("NFC", path.name): read_bytes(path, MOST_BYTES + 1) for path in arguments.files}
    if len(files) < len(arguments.files):
        print(gettext("two of the files have the same name"), file=sys.stderr)
        return WRONG_RUBRIC
    done = mark_submission(rubric, seed_of(arguments.seed), files)
    if isinstance(done, Missing):
        raise NoSandboxError(done.message, hint=done.hint)
    if isinstance(done, WrongRubric):
        _print_problems(done.problems, sys.stderr)
        for name in done.unknown:
            print(gettext("“%(name)s” is none of the files that the rubric names", name=name), file=sys.stderr)
        return WRONG_RUBRIC
    if done.log:
        print(done.log, file=sys.stderr)
    return _show(done, as_json=arguments.json)


def _show(done: WorkDocument, *, as_json: bool) -> int:
    document: Any = in_language(dict(done.document), language())
    if as_json:
        print_json(marks_document(document))
    else:
        for line in _lines(document):
            print(line)
    return FOR_A_PERSON if document["pending"] else OK


def marks_document(document: Any) -> Any:
    """An answer in one language with its points as people write them, 14.5: what `mark --json` prints."""
    points = {name: _decimal(document[name]) for name in ("points", "max", "pending")}
    checks = [{**one, "points": _decimal(one["points"]), "max": _decimal(one["max"])} for one in document["checks"]]
    return {**document, **points, "checks": checks}


def _decimal(hundredths: int) -> Any:
    return hundredths // 100 if hundredths % 100 == 0 else hundredths / 100


def _lines(document: Any) -> Iterable[str]:
    rows = [[gettext("check"), gettext("verdict"), gettext("points")]]
    for one in document["checks"]:
        points = f"{said_points(one['points'])}/{said_points(one['max'])}"
        rows.append([one["id"], verdict_said(one["verdict"]), points])
    said = ["", "", *(one["message"] for one in document["checks"])]  # heading and rule say nothing
    for line, message in zip(aligned(rows, text_columns=2).splitlines(), said, strict=True):
        yield f"{line}  {message}".rstrip()
    for one in document["notices"]:
        yield f"{one['file']}: {one['code']}: {one['message']}"
    yield ""
    points, most, pending = (said_points(document[name]) for name in ("points", "max", "pending"))
    yield gettext(
        "%(points)s of %(max)s points; %(pending)s wait for a person", points=points, max=most, pending=pending
    )


def verdict_said(name: str) -> str:
    """A verdict in the current language."""
    return {
        "pass": gettext("right"),
        "partial": gettext("in part"),
        "fail": gettext("wrong"),
        "not_reached": gettext("not reached"),
        "error": gettext("for a person"),
        "manual": gettext("for a person"),
    }[name]


def _print_problems(problems: Iterable[Problem], stream: Any = None) -> None:
    for problem in problems:
        print(problem, file=stream or sys.stdout)


def _summary(problems: int, good: bool) -> str:
    if good and not problems:
        return gettext("nothing is wrong with the rubric")
    return ngettext("%(n)s problem", "%(n)s problems", problems)


def print_json(document: Any) -> None:
    """One object, as `--json` prints it."""
    print(json.dumps(document, ensure_ascii=False, indent=2))
