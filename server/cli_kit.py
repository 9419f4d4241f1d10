"""The commands of the backup kit: `backup-kit make`, `check` and `rehearse` (docs/readiness.md §5)."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from server.wording import gettext, render

REFUSED = 3


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this module's commands to the program's."""
    about = gettext("every sealed set on a stick, signed; checked on any machine without keys")
    what = commands.add_parser("backup-kit", help=about).add_subparsers(required=True, metavar=gettext("COMMAND"))
    make = what.add_parser("make", help=gettext("put every sealed set of the room on a stick; also beside its server"))
    make.add_argument("dir", type=Path, help=gettext("the room's folder"))
    make.add_argument("folder", type=Path, metavar="FOLDER", help=gettext("the stick's folder"))
    make.add_argument("--label", default="", help=gettext("what is written on the stick itself"))
    make.add_argument("--json", action="store_true", help=gettext("print one JSON object instead of text"))
    make.set_defaults(act=_make)
    check = what.add_parser("check", help=gettext("check a stick: signatures and every digest, without server or keys"))
    check.add_argument("folder", type=Path, metavar="FOLDER", help=gettext("the stick's folder"))
    check.add_argument("--json", action="store_true", help=gettext("print one JSON object instead of text"))
    check.set_defaults(act=_check)
    rehearse = what.add_parser("rehearse", help=gettext("go from the primary set to the reserve with a dummy pair"))
    rehearse.add_argument("--json", action="store_true", help=gettext("print one JSON object instead of text"))
    rehearse.set_defaults(act=_rehearse)


def _make(given: argparse.Namespace) -> int:
    from server.backup_kit.making import make
    from server.composition import room_version
    from server.heartbeat import wall_ms

    label = "".join(sign for sign in given.label if sign.isprintable())[:64]
    make(given.dir, given.folder, label, room_version(), wall_ms)
    return _check(given)


def _check(given: argparse.Namespace) -> int:
    from server.backup_kit.stick import check
    from server.identity import room_fingerprint

    report = check(given.folder)
    if given.json:
        print(json.dumps(report.document(render), ensure_ascii=False, indent=2))
        return 0 if report.ok else REFUSED
    if report.kit is not None:
        fingerprint = room_fingerprint(report.kit.room_key)
        print(gettext("Kit of “%(room)s”, fingerprint %(code)s", room=report.kit.room_name, code=fingerprint))
        for one in report.kit.packages:
            print(f"  {one.sitting_id} {one.set}: {one.sha256}")
    for finding in report.problems:
        print(f"  {render(finding.where)}: {finding.code}: {render(finding.message)}")
    print(gettext("in order") if report.ok else gettext("WRONG"))
    for sentence in report.not_checked:
        print("  " + gettext("not checked: %(what)s", what=render(sentence)))
    return 0 if report.ok else REFUSED


def _rehearse(given: argparse.Namespace) -> int:
    from server.backup_kit.rehearsal import Step, rehearse

    steps: list[Step] = []

    def told(step: Step) -> None:
        steps.append(step)
        if not given.json:
            print(f"✓ {render(step.what)} ({step.took_ms} ms)", flush=True)

    rehearse(told)
    if given.json:
        found = [{"step": render(one.what), "took_ms": one.took_ms} for one in steps]
        print(json.dumps({"what": "rehearsal", "ok": True, "steps": found}, ensure_ascii=False))
    return 0
