"""The commands that prepare a room from the command line: sittings, packages, lists, kits.

They work on the room's folder while no server runs on it (a running server keeps its state in memory and has pages for
all of this); only making a kit may happen beside one. What they do is recorded as done by "cli".
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from question_bank.phrase import Phrase, phrase
from server.errors import ConfigError
from server.protocol.service import DEFAULT_PORT
from server.wording import gettext, ngettext, render

if TYPE_CHECKING:
    from server.live.room import Room

BY = "cli"
REFUSED = 3
DEFAULT_KIT_USES = 64
DEFAULT_KIT_HOURS = 12
HOUR_MS = 3_600_000
MAX_LIST_BYTES = 64 * 1024 * 1024  # read whole: a wrong file given by mistake must not fill the memory


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this module's commands to the program's."""
    sitting = _group(commands, "sitting", gettext("the sittings of a room"))
    add = sitting.add_parser("add", help=gettext("take in a sitting file"))
    _room_and_file(add, gettext("the sitting file (YAML)"))
    add.set_defaults(act=_add_sitting)

    package = _group(commands, "package", gettext("the sealed packages of a room"))
    add = package.add_parser("add", help=gettext("check a sealed package and take it in"))
    _room_and_file(add, gettext("the sealed package (.exam)"))
    add.set_defaults(act=_add_package)

    roster = _group(commands, "roster", gettext("the candidates of the active sitting"))
    add = roster.add_parser(
        "import", help=gettext("replace the roster by a list, or say everything that is wrong with it")
    )
    _room_and_file(add, gettext("the list (.xlsx or .csv)"))
    add.add_argument("--division", action="append", default=[], help=gettext("a division there is; may be repeated"))
    add.add_argument("--room", action="append", default=[], help=gettext("a room there is; may be repeated"))
    add.add_argument("--min-age", type=int, help=gettext("the least age in years on the day of the sitting"))
    add.set_defaults(act=_import_roster)

    officers = _group(commands, "officers", gettext("the officers of a room"))
    add = officers.add_parser("import", help=gettext("add a list of officers and print their first passwords"))
    _room_and_file(add, gettext("the list (.xlsx or .csv)"))
    add.add_argument("--slips", type=Path, required=True, help=gettext("the PDF to write the first passwords to"))
    add.set_defaults(act=_import_officers)

    kit = commands.add_parser("kit", help=gettext("make a kit: a file that pairs machines with this room"))
    _room_and_file(kit, gettext("the kit file to write, for instance on a USB stick"))
    kit.add_argument("--uses", type=int, default=DEFAULT_KIT_USES, help=gettext("how many machines it may pair"))
    kit.add_argument("--hours", type=int, default=DEFAULT_KIT_HOURS, help=gettext("how long it is good for"))
    kit.add_argument("--port", type=int, help=gettext("the server's port, when it is not the usual one"))
    kit.set_defaults(act=_make_kit)


def _group(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, about: str
) -> argparse._SubParsersAction[argparse.ArgumentParser]:
    return commands.add_parser(name, help=about).add_subparsers(required=True, metavar=gettext("COMMAND"))


def _room_and_file(parser: argparse.ArgumentParser, about: str) -> None:
    parser.add_argument("dir", type=Path, help=gettext("the room's folder"))
    parser.add_argument("file", type=Path, help=about)


@contextmanager
def room_at_rest(directory: Path) -> Iterator[Room]:
    """The room in this folder, opened by this process alone. Raises ConfigError while a server runs on it."""
    from server.composition import open_room
    from server.logs import RoomLog
    from server.running import RoomLock
    from server.store.async_port import THREADS

    with RoomLock(directory):
        log = RoomLog(directory / "logs")
        try:
            with open_room(directory, THREADS, log) as room:
                yield room
        finally:
            log.close()


def _add_sitting(given: argparse.Namespace) -> int:
    from server.domain.reasons import Refused
    from server.web.wording import REASONS

    try:
        text = _bytes(given.file).decode("utf-8-sig")
    except UnicodeDecodeError:
        return _refused([gettext("The sitting file is not UTF-8 text.")])
    with room_at_rest(given.dir) as room:
        found = room.add_sitting(text, BY)
    if isinstance(found, list):
        return _refused(_at(given.file.name, problem.line, problem.field, problem.message) for problem in found)
    if isinstance(found, Refused):
        return _refused([render(REASONS[found.reason])])
    print(gettext("The sitting %(sitting_id)s was taken in.", sitting_id=found.sitting_id))
    return 0


def _add_package(given: argparse.Namespace) -> int:
    from server.live.staging import ImportRefused
    from server.web.package_wording import package_problem

    try:
        file = given.file.open("rb")
    except OSError as error:
        raise _unreadable(given.file, error) from error
    with file, room_at_rest(given.dir) as room:
        found = room.import_package(file, BY)
    if isinstance(found, ImportRefused):
        return _refused([f"{render(package_problem(found))} [{render(found.evidence)}]"])
    print(gettext("The package %(package_id)s was checked and taken in.", package_id=found.package_id))
    return 0


def _import_roster(given: argparse.Namespace) -> int:
    from server.domain.roster import RosterRules
    from server.domain.roster_reading import read_roster
    from server.web.roster_import import has_begun
    from server.web.roster_wording import file_problem_text, problem_text
    from server.web.spreadsheet import FileProblem, read_table

    table = read_table(_bytes(given.file))
    if isinstance(table, FileProblem):
        return _refused([render(file_problem_text(table))])
    with room_at_rest(given.dir) as room:
        sitting = room.sitting
        if sitting is None:
            return _refused([gettext("The room has no sitting yet. Add its file first.")])
        if has_begun(sitting):
            return _refused([gettext("Candidates have been checked in or have signed in: the roster is not replaced.")])
        on = datetime.fromtimestamp(room.clock.now_ms() / 1000, UTC) + timedelta(hours=7)
        rules = RosterRules(on.date(), given.min_age, tuple(given.division), tuple(given.room))
        roster = read_roster(table, rules)
        if isinstance(roster, list):
            return _refused(_at(given.file.name, one.row, one.column, problem_text(one)) for one in roster)
        room.store.candidates.replace_all(
            sitting.sitting_id, roster.entries, BY, room.clock.now_ms(), secrets.token_bytes
        )
    count = len(roster.entries)
    print(ngettext("%(n)s candidate was taken in.", "%(n)s candidates were taken in.", count))
    return 0


def _import_officers(given: argparse.Namespace) -> int:
    from server.domain.officer_list import read_officers
    from server.web import accounts, officer_wording
    from server.web.documents.slips import password_slips
    from server.web.roster_wording import file_problem_text
    from server.web.spreadsheet import FileProblem, read_table

    table = read_table(_bytes(given.file))
    if isinstance(table, FileProblem):
        return _refused([render(file_problem_text(table))])
    with room_at_rest(given.dir) as room:
        taken = [officer.user_name for officer in room.store.officers.everyone()]
        rows = read_officers(table, taken)
        if isinstance(rows, list):
            found = (_at(given.file.name, one.row, one.column, officer_wording.problem_text(one)) for one in rows)
            return _refused(found)
        officers, made = accounts.new_officers(rows, BY, room.clock.now_ms())
        write_private(given.slips, password_slips(room.identity.room_name, made))
        room.store.officers.add(officers)
    print(ngettext("%(n)s officer was added.", "%(n)s officers were added.", len(officers)))
    print(gettext("The first passwords are in %(file)s and nowhere else.", file=given.slips))
    return 0


def _make_kit(given: argparse.Namespace) -> int:
    from server.announce import own_addresses
    from server.heartbeat import Heartbeat
    from server.identity import load_identity
    from server.live.kit import KitDesk
    from server.running import running
    from server.store.room import RoomStore

    if given.uses < 1 or given.hours < 1:
        raise ConfigError(phrase("a kit needs at least one use and one hour"))
    found = running(given.dir)
    port = given.port or (found.port if found is not None else DEFAULT_PORT)
    identity = load_identity(given.dir)
    heartbeat = Heartbeat(given.dir)  # room time as the running server last wrote it, or as it will go on
    heartbeat.close()
    with RoomStore.open(given.dir) as store:
        desk = KitDesk(identity, store.machines, heartbeat.room_ms)
        kit = desk.make(BY, given.uses, given.hours * HOUR_MS, own_addresses(()), port)
    write_private(given.file, kit.to_bytes())
    print(
        gettext(
            "%(file)s pairs up to %(uses)s machines within %(hours)s hours.",
            file=given.file,
            uses=kit.uses,
            hours=given.hours,
        )
    )
    print(gettext("Whoever holds this file can join the room. Delete it from the stick afterwards."))
    return 0


# --- inside -----------------------------------------------------------------------------------------------------------


def _at(name: str, row: int, column: str, sentence: Phrase) -> str:
    """A problem with its place: `list.xlsx:12:D: sentence`."""
    place = ":".join(part for part in (name, str(row) if row else "", column) if part)
    return f"{place}: {render(sentence)}"


def _refused(problems: Iterable[str]) -> int:
    for problem in problems:
        print(problem, file=sys.stderr)
    return REFUSED


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_LIST_BYTES)
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> ConfigError:
    reason = error.strerror or str(error)
    told = phrase("%(file)s cannot be read [%(error)s]", file=str(path), error=reason)
    return ConfigError(told, hint=phrase("Look at the file's name again."))


def write_private(path: Path, data: bytes) -> None:
    """A new file for its owner alone. Raises ConfigError when there is one already."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    except OSError as error:
        reason = error.strerror or str(error)
        told = phrase("%(file)s cannot be written [%(error)s]", file=str(path), error=reason)
        raise ConfigError(told, hint=phrase("Give the name of a new file.")) from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
