"""`examroom-kiosk rescue`: this machine's answers as files that only the room can read."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from client_kiosk import sticks
from client_kiosk.errors import KioskError
from client_kiosk.rescue import Rescue, RescueFile, rescue
from client_kiosk.wording import gettext, ngettext
from question_bank.phrase import phrase

REFUSED = 3


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser], folder: Path) -> None:
    """Add the command to the kiosk's; `folder` is where a kiosk lives unless told."""
    carried = commands.add_parser(
        "rescue", help=gettext("write what this machine holds into files that only the room can read; changes nothing")
    )
    carried.add_argument("--dir", type=Path, default=folder, help=gettext("this machine's own folder, or a copy of it"))
    carried.add_argument("--out", type=Path, required=True, help=gettext("the folder to write to, such as a USB stick"))
    carried.add_argument("--recipient", help=gettext("the room's recipient, for a machine that never heard it"))
    carried.add_argument("--json", action="store_true", help=gettext("print one JSON object"))
    carried.set_defaults(act=_rescue)


def _rescue(given: argparse.Namespace) -> int:
    from client_kiosk.running import build

    if not given.out.is_dir():
        raise KioskError(
            phrase("there is no folder %(folder)s", folder=str(given.out)),
            hint=phrase("Look at the folder's name again."),
        )
    found = rescue(given.dir, build(), given.recipient)
    for one in found.files:
        sticks.put(given.out, one.name, one.data)
    if given.json:
        print(json.dumps(_told(found, given.out), ensure_ascii=False))
    else:
        print("\n".join(_line(one, given.out) for one in found.files) or gettext("This machine holds no answers."))
    if found.damaged:
        files = ", ".join(found.damaged)
        print(gettext("damaged, and rescued as far as it reads: %(files)s", files=files), file=sys.stderr)
        advice = gettext("Copy the whole folder of this kiosk, and keep the copy.")
        print(f"  → {advice}", file=sys.stderr)
    return REFUSED if found.damaged else 0


def _line(one: RescueFile, out: Path) -> str:
    records = ngettext("%(num)d record", "%(num)d records", one.records)
    return gettext(
        "%(file)s: sitting %(sitting)s, %(records)s, of which %(unsettled)s are not known to be on the server",
        file=out / one.name, sitting=one.sitting_id, records=records, unsettled=one.unsettled,
    )  # fmt: skip


def _told(found: Rescue, out: Path) -> dict[str, object]:
    files = [
        {
            "file": str(out / one.name), "bytes": len(one.data), "sitting": one.sitting_id, "room": one.room_name,
            "outboxes": one.outboxes, "records": one.records, "unsettled": one.unsettled,
        }
        for one in found.files
    ]  # fmt: skip
    return {"what": "rescue", "files": files, "damaged": list(found.damaged)}
