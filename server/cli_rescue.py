"""`examroom-server rescue …`: answers that were carried by hand come into the room.

A running server merges for us, since its journals are its own: the file is laid into its inbox, and its answer printed.
While none runs, the room is opened here and the file taken in at once.
"""

from __future__ import annotations

import argparse
import json
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from question_bank.phrase import phrase
from server.errors import ConfigError
from server.wording import gettext, render

if TYPE_CHECKING:
    from server.live.rescue_report import Line, Report, RescueFault

BY = "cli"
REFUSED = 3
WAIT_S = 120.0  # for a running server: the largest file is merged in less
_LOOK_S = 0.2


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this module's commands to the program's."""
    group = commands.add_parser("rescue", help=gettext("answers that were carried by hand from kiosks"))
    acts = group.add_subparsers(required=True, metavar=gettext("COMMAND"))
    take = acts.add_parser("import", help=gettext("merge files that kiosks wrote; may be repeated without harm"))
    take.add_argument("dir", type=Path, help=gettext("the room's folder"))
    take.add_argument("file", type=Path, nargs="+", help=gettext("files of kiosks, or folders that hold some"))
    take.add_argument("--json", action="store_true", help=gettext("print one JSON object"))
    take.set_defaults(act=_import)
    show = acts.add_parser("show", help=gettext("print what a kiosk's file holds, for a decision on an appeal"))
    show.add_argument("dir", type=Path, help=gettext("the room's folder"))
    show.add_argument("file", type=Path, help=gettext("a kiosk's file, or one that the room keeps"))
    show.set_defaults(act=_show)
    told = acts.add_parser("recipient", help=gettext("print to whom kiosks of this room encrypt what is carried"))
    told.add_argument("dir", type=Path, help=gettext("the room's folder"))
    told.set_defaults(act=_recipient)


def _recipient(given: argparse.Namespace) -> int:
    from server.identity import load_identity

    print(load_identity(given.dir).rescue_recipient)
    return 0


def _show(given: argparse.Namespace) -> int:
    """One JSON object; reads only, also beside a running server."""
    from server.identity import load_identity
    from server.live.rescue_opening import Opened, opened
    from server.store.room import RoomStore
    from server.web.rescue_wording import FAULTS

    identity = load_identity(given.dir)
    with RoomStore.open(given.dir) as store:
        machines = {machine.public_key: machine for machine in store.machines.everyone()}
    found = opened(_content(given.file), identity.rescue_identity, machines.get)
    if not isinstance(found, Opened):
        raise ConfigError(FAULTS[found].what, hint=FAULTS[found].act)
    header, records = found.rescued.header, found.rescued.records
    streams = [
        {**stream.wire(), "records": [text.decode("utf-8", "replace") for text in texts]}
        for stream, texts in zip(header.streams, records, strict=True)
    ]
    signed_by = [{"kiosk_id": one.machine_id, "seat": one.seat_label} for one in found.machines]
    told = {"what": "rescue", **header.wire(), "sha256": found.sha256, "signed_by": signed_by, "streams": streams}
    print(json.dumps(told, ensure_ascii=False, indent=1))
    return 0


def _import(given: argparse.Namespace) -> int:
    from server.live.rescue_report import Report

    paths = _files(given.file)
    found: list[tuple[Path, Report | RescueFault]] = []
    with _taking(given.dir) as take_in:
        for path in paths:
            found.append((path, take_in(_content(path))))
            if not given.json:
                _print(*found[-1])
    if given.json:
        print(json.dumps({"what": "rescue import", "files": [_told(*one) for one in found]}, ensure_ascii=False))
    whole = all(isinstance(one, Report) and one.is_complete for _, one in found)
    return 0 if whole else REFUSED


def _files(given: list[Path]) -> list[Path]:
    """The files named, and those in the folders named. Raises ConfigError when there is none."""
    from server.protocol.rescue import SUFFIX

    found = [one for path in given for one in (sorted(path.glob(f"*{SUFFIX}")) if path.is_dir() else [path])]
    if not found:
        raise ConfigError(
            phrase("no file of a kiosk is there"), hint=phrase("Their names end in %(ending)s.", ending=SUFFIX)
        )
    return found


@contextmanager
def _taking(directory: Path) -> Iterator[Callable[[bytes], Report | RescueFault]]:
    """Who takes files in: the server that runs on this folder, else this process. Raises ConfigError."""
    from server.cli_room import room_at_rest
    from server.domain.rescue_events import Carrier
    from server.running import running

    if running(directory) is not None:
        yield lambda data: _by_server(directory, data)
        return
    with room_at_rest(directory) as room:
        yield lambda data: room.rescue.take_in(data, Carrier.CLI, BY)


def _by_server(directory: Path, data: bytes) -> Report | RescueFault:
    """Lay the file into the inbox of the running server and wait for its answer. Raises ConfigError."""
    from server.live.rescue import read_report
    from server.live.rescue_inbox import answer_to, lay
    from server.live.rescue_report import RescueFault

    try:
        path = lay(directory, secrets.token_hex(16), data)
    except OSError as error:
        told = phrase("the room's folder does not take the file [%(error)s]", error=error.strerror or str(error))
        raise ConfigError(told, hint=phrase("Make space on the server's disk.")) from error
    for _ in range(int(WAIT_S / _LOOK_S)):
        answer = answer_to(path)
        if answer is not None:
            report = read_report(directory, answer.file_sha256) if answer.file_sha256 is not None else None
            return report or answer.fault or RescueFault.DISK
        time.sleep(_LOOK_S)
    raise ConfigError(
        phrase("the server has not taken the file in yet"),
        hint=phrase("It lies in the room's folder, and is taken in as soon as a server runs."),
    )


def _content(path: Path) -> bytes:
    from server.protocol.rescue import MAX_FILE_BYTES

    try:
        with path.open("rb") as file:
            return file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        told = phrase("%(file)s cannot be read [%(error)s]", file=str(path), error=error.strerror or str(error))
        raise ConfigError(told, hint=phrase("Look at the file's name again.")) from error


def _print(path: Path, found: Report | RescueFault) -> None:
    from server.live.rescue_report import Report
    from server.web.rescue_wording import FAULTS, HEADS

    if not isinstance(found, Report):
        print(f"{path}: {render(FAULTS[found].what)}", file=sys.stderr)
        print(f"  → {render(FAULTS[found].act)}", file=sys.stderr)
        return
    print(
        gettext(
            "%(file)s: machine %(seat)s, sitting %(sitting)s",
            file=path,
            seat=found.seat_label,
            sitting=found.sitting_id,
        )
    )
    for line in found.lines:
        _print_line(line)
    if (said := HEADS.get(found.head)) is not None:
        print(f"  ! {render(said)}", file=sys.stderr)


def _print_line(line: Line) -> None:
    from server.web.rescue_wording import KEPT

    print(
        gettext(
            "  attempt %(attempt)s, sign-in %(generation)s: %(new)s new, %(known)s known, %(late)s late, %(refused)s refused,"
            " %(kept)s kept in the file; answers that are different now: %(changed)s",
            attempt=line.attempt_id, generation=line.generation, new=line.new, known=line.known, late=line.late,
            refused=line.refused + line.conflict, kept=line.kept, changed=line.changed,
        )
    )  # fmt: skip
    if line.why is not None:
        print(f"  ! {render(KEPT[line.why].what)} → {render(KEPT[line.why].act)}", file=sys.stderr)


def _told(path: Path, found: Report | RescueFault) -> dict[str, object]:
    from server.live.rescue_report import Report

    if isinstance(found, Report):
        return {"file": str(path), "fault": None, "report": found.wire()}
    return {"file": str(path), "fault": found.value, "report": None}
