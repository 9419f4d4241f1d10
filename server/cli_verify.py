"""The commands that look at what a room recorded: `verify journal`, and `export`, which copies it out with that report.

Neither needs a server, a network or a key; both may run beside a server.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from question_bank.canonical import JSON
from question_bank.phrase import phrase
from question_bank.verification import Finding, Verification
from server import cli_drill, cli_result
from server.errors import ConfigError
from server.wording import gettext, ngettext, render

if TYPE_CHECKING:
    from server.protocol.kept_head import KeptHead
    from server.store.verify import JournalReport

REFUSED = 3
FOLDERS = ("sittings", "contests")  # of a room, and of what `export` made of it
BRANCHES = "branches"  # what servers had that lost a failover (docs/standby.md)
RESCUED = ".exam-rescue"  # answers carried by hand (docs/rescue.md)
REPORT_FILE = "verification.json"


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this module's commands to the program's."""
    about = gettext("check what a room recorded, without a server, network or keys")
    what = commands.add_parser("verify", help=about).add_subparsers(required=True, metavar=gettext("COMMAND"))
    about = gettext("every record of every sitting and contest: chain, order, digests, meaning")
    journal = what.add_parser("journal", help=about)
    journal.add_argument(
        "path", type=Path, metavar="DIR", help=gettext("a room's folder, what was exported of one, or one journal file")
    )
    journal.add_argument("--json", action="store_true", help=gettext("print one JSON object instead of text"))
    cli_result.add_heads(journal)
    journal.set_defaults(act=_verify_journal)
    cli_result.add_verification(what)
    cli_drill.add_verification(what)

    export = commands.add_parser("export", help=gettext("copy the journals out, with the report of their verification"))
    export.add_argument("dir", type=Path, help=gettext("the room's folder"))
    export.add_argument("file", type=Path, metavar="FOLDER", help=gettext("the new folder to write to"))
    export.set_defaults(act=_export)


@dataclass(frozen=True, slots=True)
class FolderReport(Verification):
    """A whole folder: what is wrong with it as such, and a report for each journal in it."""

    reports: tuple[JournalReport, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing was found wrong, in the folder or in a journal."""
        return not self.problems and all(report.ok for report in self.reports)

    def facts(self) -> dict[str, JSON]:
        """The reports of the journals."""
        return {"reports": [report.document(render) for report in self.reports]}


def journals(folder: Path) -> list[Path]:
    """The journals of a room: its sittings', then its contests'."""
    return [path for name in FOLDERS for path in sorted((folder / name).glob("*.journal.sqlite"))]


def kept_files(folder: Path) -> list[Path]:
    """What lies beside a room's journals and belongs to them: branches, and files carried by hand with their reports."""
    carried = [*(folder / "rescue").glob(f"*{RESCUED}"), *(folder / "rescue").glob("*.json")]
    return sorted([*(folder / BRANCHES).glob("*.branch"), *carried])


def folder_report(folder: Path, found: Sequence[Path], kept: Sequence[KeptHead] = ()) -> FolderReport:
    """Verify these journals of a folder, against what kiosks kept; their reports name them as they lie in it."""
    from server.store.verify import verify_file

    reports = tuple(verify_file(path, path.relative_to(folder).as_posix(), kept) for path in found)
    nothing = () if reports else (Finding("no_journal", "", phrase("There is no journal here.")),)
    return FolderReport(
        "folder",
        str(folder),
        (phrase("every journal of a sitting and of a contest that is in this folder"),),
        (
            phrase("whether a journal is missing as a whole: compare with the room's list of sittings"),
            phrase("sealed packages, roster and officers: they are in no journal"),
        ),
        nothing,
        reports,
    )


def _verify_journal(given: argparse.Namespace) -> int:
    from server.store.verify import verify_file

    kept = cli_result.heads_given(given)
    report: Verification
    if given.path.is_file():
        report = verify_file(given.path, kept=kept)
    else:
        report = folder_report(given.path, journals(given.path), kept)
    if given.json:
        print(_text(report.document(render)))
    elif isinstance(report, FolderReport) and report.problems:
        print("\n".join(render(problem.message) for problem in report.problems), file=sys.stderr)
    else:
        print("\n".join(_lines(report)))
    return 0 if report.ok else REFUSED


def _lines(report: Verification) -> list[str]:
    """A report for people."""
    lines: list[str] = []
    if isinstance(report, FolderReport):
        lines = [line for one in report.reports for line in _lines(one)]
        lines.append(report.file)
    else:
        lines.append(_headline(report))
    lines += [f"  {_told(problem)}" for problem in report.problems]
    lines += [f"  {told}" for told in _beside(report)]
    lines += ["  " + gettext("not checked: %(what)s", what=render(sentence)) for sentence in report.not_checked]
    return lines


def _told(problem: Finding) -> str:
    return ": ".join(part for part in (render(problem.where), problem.code, render(problem.message)) if part)


def _headline(report: Verification) -> str:
    from server.store.verify import JournalOf, JournalReport

    if not isinstance(report, JournalReport):
        return report.file
    return gettext(
        "%(file)s: %(of)s, %(verdict)s, %(records)s records, head %(head)s",
        file=report.file,
        of=gettext("journal of a sitting") if report.of is JournalOf.SITTING else gettext("journal of a contest"),
        verdict=gettext("in order") if report.ok else gettext("WRONG"),
        records=report.records,
        head=report.head.hash.hex(),
    )


def _beside(report: Verification) -> Iterator[str]:
    """What was held against a journal: its branches, and heads that kiosks kept, those in a branch told apart."""
    branches, heads = getattr(report, "branches", 0), getattr(report, "heads", None)
    if branches:
        yield ngettext(
            "%(n)s branch was followed: what a server had that lost a failover",
            "%(n)s branches were followed: what servers had that lost a failover", branches,
        )  # fmt: skip
    match heads:
        case {"compared": int(compared), "in_branches": int(in_branches)}:
            yield ngettext(
                "%(n)s head kept by a kiosk was compared", "%(n)s heads kept by kiosks were compared", compared
            )
            if in_branches:
                yield ngettext(
                    "%(n)s of them is in a branch, not in this journal",
                    "%(n)s of them are in branches, not in this journal", in_branches,
                )  # fmt: skip


def _export(given: argparse.Namespace) -> int:
    """Journals and their verification, branches, and what was carried by hand; no keys, no passwords, no packages."""
    from server.store.backup import copy_database

    sources, beside = journals(given.dir), kept_files(given.dir)
    if not sources:
        print(gettext("The room has recorded nothing yet."), file=sys.stderr)
        return REFUSED
    targets = [given.file / source.relative_to(given.dir) for source in sources]
    try:
        given.file.mkdir(parents=True)
        for target in (*targets, *(given.file / path.relative_to(given.dir) for path in beside)):
            target.parent.mkdir(exist_ok=True)
        for path in beside:
            shutil.copyfile(path, given.file / path.relative_to(given.dir))
    except OSError as error:
        told = phrase(
            "%(file)s cannot be written [%(error)s]", file=str(given.file), error=error.strerror or str(error)
        )
        raise ConfigError(told, hint=phrase("Give the name of a new folder.")) from error
    for source, target in zip(sources, targets, strict=True):
        with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as live:
            copy_database(live, target)
    report = folder_report(given.file, targets)
    (given.file / REPORT_FILE).write_text(_text(report.document(render)) + "\n", encoding="utf-8")
    for one in report.reports:
        if not one.ok:
            print(
                gettext("%(file)s does not verify: see %(report)s", file=one.file, report=REPORT_FILE), file=sys.stderr
            )
    print(ngettext("%(n)s journal was copied.", "%(n)s journals were copied.", len(targets)))
    carried = sum(path.suffix == RESCUED for path in beside)
    if carried:
        print(
            ngettext(
                "%(n)s file carried by hand was copied, encrypted as it came.",
                "%(n)s files carried by hand were copied, encrypted as they came.", carried,
            )
        )  # fmt: skip
    return 0 if report.ok else REFUSED


def _text(document: JSON) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2)
