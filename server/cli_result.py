"""The commands about a closed sitting's bundle: `result export` and `verify result`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from question_bank.phrase import phrase
from server.errors import ConfigError
from server.wording import gettext, ngettext, render

if TYPE_CHECKING:
    from server.protocol.kept_head import KeptHead
    from server.result.reading import ResultReport

REFUSED = 3


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `result` to the program's commands."""
    about = gettext("what a closed sitting leaves behind")
    inner = commands.add_parser("result", help=about).add_subparsers(required=True, metavar=gettext("COMMAND"))
    about = gettext("write a closed sitting as one signed file that can be checked anywhere")
    export = inner.add_parser("export", help=about)
    export.add_argument("dir", type=Path, help=gettext("the room's folder"))
    export.add_argument("file", type=Path, help=gettext("the new file (.result)"))
    export.add_argument("--sitting", help=gettext("which sitting, when it is not the active one"))
    export.set_defaults(act=_export)


def add_verification(what: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `result` to what `verify` checks."""
    about = gettext("a closed sitting's file: signature, records, receipts; without server, network or keys")
    result = what.add_parser("result", help=about)
    result.add_argument("file", type=Path, help=gettext("the file (.result)"))
    result.add_argument(
        "--ca", default="", help=gettext("the fingerprint of the room's authority, from a kiosk or the minutes")
    )
    result.add_argument("--receipt", action="append", default=[], help=gettext("a receipt code to check; with --sbd"))
    result.add_argument("--sbd", action="append", default=[], help=gettext("the candidate number it was given to"))
    add_heads(result)
    result.add_argument("--json", action="store_true", help=gettext("print one JSON object instead of text"))
    result.set_defaults(act=_verify)


def add_heads(parser: argparse.ArgumentParser) -> None:
    """The option for what kiosks kept."""
    about = gettext("what a kiosk kept (examroom-kiosk heads --json > FILE); may be repeated")
    parser.add_argument("--heads", type=Path, action="append", default=[], metavar="FILE", help=about)


def heads_given(given: argparse.Namespace) -> tuple[KeptHead, ...]:
    """The heads in the files that were given. Raises ConfigError."""
    from server.store.heads_kept import read_heads

    return read_heads(given.heads)


def _export(given: argparse.Namespace) -> int:
    from server.identity import load_identity
    from server.result.sources import sources
    from server.result.writing import write_bundle
    from server.store.room import RoomStore

    if given.file.exists():
        told = phrase("%(file)s is there already", file=str(given.file))
        raise ConfigError(told, hint=phrase("Give the name of a new file."))
    with RoomStore.open(given.dir) as store:
        found = sources(given.dir, load_identity(given.dir), store, given.sitting)
    report = write_bundle(found, given.file)
    print(_headline(report))
    return 0


def _verify(given: argparse.Namespace) -> int:
    from server.result.reading import verify_bundle
    from server.result.receipts import Asked

    if len(given.receipt) != len(given.sbd):
        told = phrase("each --receipt needs its --sbd")
        raise ConfigError(told, hint=phrase("Give both, as often as there are receipts."))
    asked = [Asked(code, sbd) for code, sbd in zip(given.receipt, given.sbd, strict=True)]
    report = verify_bundle(given.file, ca=given.ca, asked=asked, kept=heads_given(given))
    if given.json:
        print(json.dumps(report.document(render), ensure_ascii=False, indent=2))
        return 0 if report.ok else REFUSED
    print(_headline(report))
    for problem in report.problems:
        parts = (render(problem.where), problem.code, render(problem.message))
        print("  " + ": ".join(part for part in parts if part), file=sys.stderr)
    for line in _details(report):
        print("  " + line)
    for sentence in report.not_checked:
        print("  " + gettext("not checked: %(what)s", what=render(sentence)))
    return 0 if report.ok else REFUSED


def _headline(report: ResultReport) -> str:
    verdict = gettext("in order") if report.ok else gettext("WRONG")
    match report.told:
        case {"sitting": {"sitting_id": str(sitting)}, "records": int(records), "head": {"hash": str(head)}}:
            return gettext(
                "%(file)s: sitting %(sitting)s, %(verdict)s, %(records)s records, head %(head)s",
                file=report.file, sitting=sitting, verdict=verdict, records=records, head=head,
            )  # fmt: skip
    return f"{report.file}: {verdict}"


def _details(report: ResultReport) -> list[str]:
    lines: list[str] = []
    match report.told.get("room"):
        case {"room_name": str(name), "ca_sha256": str(ca)}:
            lines.append(gettext("room “%(name)s”, authority %(fingerprint)s", name=name, fingerprint=ca[:16].upper()))
    receipts = report.told.get("receipts")
    for one in receipts if isinstance(receipts, list) else []:
        match one:
            case {"sbd": str(sbd), "receipt": str(code), "part": int(part), "answered": int(answered), "of": int(of)}:
                lines.append(
                    gettext(
                        "%(code)s is the receipt of candidate %(sbd)s for part %(part)s: %(answered)s of %(of)s answered",
                        code=code, sbd=sbd, part=part + 1, answered=answered, of=of,
                    )
                )  # fmt: skip
        match one:
            case {"earlier": True}:
                lines.append(
                    gettext("  it was given before what counts was decided anew: late answers, or another paper")
                )
    match report.told.get("heads"):
        case {"compared": int(compared)}:
            lines.append(
                ngettext(
                    "%(n)s head kept by a kiosk was compared", "%(n)s heads kept by kiosks were compared", compared
                )
            )
    return lines
