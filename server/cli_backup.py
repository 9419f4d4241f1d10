"""The commands about backups: `backup-key`, `backup` and `restore` (docs/backup.md)."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from question_bank.phrase import phrase
from server.errors import ConfigError
from server.wording import gettext, render

REFUSED = 3
MAX_CODE_BYTES = 1_000


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this module's commands to the program's."""
    key = commands.add_parser(
        "backup-key", help=gettext("make the recovery code of a room's backups: two halves on paper, for two officers")
    )
    key.add_argument("dir", type=Path, help=gettext("the room's folder"))
    key.add_argument("file", type=Path, help=gettext("the PDF to write both halves to"))
    key.set_defaults(act=_key)

    backup = commands.add_parser("backup", help=gettext("copy a room to a stick, encrypted; also beside its server"))
    backup.add_argument("dir", type=Path, help=gettext("the room's folder"))
    backup.add_argument("folder", type=Path, metavar="FOLDER", help=gettext("the stick's folder"))
    backup.add_argument("--follow", action="store_true", help=gettext("again and again, until the input ends"))
    backup.add_argument(
        "--every", type=float, default=60.0, metavar="SECONDS", help=gettext("how often, with --follow")
    )
    backup.set_defaults(act=_backup)

    restore = commands.add_parser("restore", help=gettext("put a room back from a stick, to go on with it"))
    restore.add_argument("source", type=Path, metavar="FROM", help=gettext("the stick's folder, or one backup"))
    restore.add_argument("dir", type=Path, help=gettext("the room's folder; one that is there is set aside"))
    restore.add_argument("--code-file", type=Path, help=gettext("read the two halves from this file, one a line"))
    restore.add_argument("--number", type=int, help=gettext("this backup, and not the newest"))
    restore.add_argument(
        "--replace", action="store_true", help=gettext("also when the folder that is there holds more, or another room")
    )
    restore.set_defaults(act=_restore)


def _key(given: argparse.Namespace) -> int:
    from server.backup import code
    from server.cli_room import write_private
    from server.identity import load_identity
    from server.web.documents.slips import recovery_slips

    name = load_identity(given.dir).room_name
    halves = tuple(code.new_half() for _ in range(code.HALVES))
    write_private(given.file, recovery_slips(name, [code.shown(half) for half in halves]))
    try:
        code.keep_recipient(given.dir, halves)
    except OSError as error:
        given.file.unlink(missing_ok=True)
        told = phrase("%(file)s cannot be written [%(error)s]", file=str(given.dir), error=error.strerror or str(error))
        raise ConfigError(told, hint=phrase("Check the room's folder.")) from error
    print(gettext("Both halves of the recovery code are in %(file)s and nowhere else.", file=given.file))
    print(gettext("Print it, cut it, give each half to another officer, and delete the file."))
    return 0


def _backup(given: argparse.Namespace) -> int:
    from server.backup.keeping import Keeper, follow
    from server.live.backups import FAULTS

    if given.every < 1:
        raise ConfigError(phrase("a backup is made once a second at most"), hint=phrase("Give --every 60."))
    if given.follow:
        try:
            follow(given.dir, given.folder, given.every, lambda made: print(made.line(), flush=True), sys.stdin)
        except BrokenPipeError:  # the server was killed: the last backup is made, and nobody asks
            sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - so that ending flushes into nothing
        return 0
    made = Keeper(given.dir, given.folder).once()
    if made.fault:
        wrong, advice = FAULTS[made.fault]
        print(f"{render(wrong)} [{made.evidence}]\n  → {render(advice)}", file=sys.stderr)
        return REFUSED
    print(gettext("Backup %(number)s is on the stick: %(kib)s KiB.", number=made.number, kib=made.bytes // 1024 + 1))
    if not made.another_disk:
        print(gettext("The stick's folder is on the same disk as the room: that survives a mistake, and no dead disk."))
    return 0


def _restore(given: argparse.Namespace) -> int:
    from server.backup.code import identity
    from server.backup.restoring import restore
    from server.web.times import day_and_clock

    found = restore(
        given.source, identity(_halves(given.code_file)), given.dir, replace=given.replace, number=given.number
    )
    for path, why in found.skipped:
        print(gettext("%(file)s was passed over: %(why)s", file=path.name, why=render(why)), file=sys.stderr)
    manifest = found.manifest
    print(
        gettext(
            "The room “%(name)s” is in %(folder)s as it was at %(when)s (backup %(number)s).",
            name=manifest.room_name, folder=given.dir, when=day_and_clock(manifest.made_at_ms), number=manifest.number,
        )
    )  # fmt: skip
    if found.set_aside is not None:
        print(gettext("What was there before is in %(folder)s now.", folder=found.set_aside))
    for name in found.missing_packages:
        print(gettext("The package %(file)s is not on the stick: take it in again.", file=name), file=sys.stderr)
    print(gettext("Start it with: examroom-server serve %(folder)s", folder=given.dir))
    print(
        gettext("Machines find it by themselves and bring back what they still hold. Never start the old server again.")
    )
    return 0


def _halves(file: Path | None) -> tuple[str, ...]:
    from server.backup.code import HALVES, read_half

    if file is None:
        typed = [input(gettext("Half %(number)s of the recovery code: ", number=place + 1)) for place in range(HALVES)]
    else:
        try:
            with file.open(encoding="utf-8") as source:
                typed = source.read(MAX_CODE_BYTES).split("\n")[:HALVES]
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else None
            told = phrase("%(file)s cannot be read [%(error)s]", file=str(file), error=why or str(error))
            raise ConfigError(told, hint=phrase("Look at the file's name again.")) from error
    halves = []
    for place, text in enumerate(typed, start=1):
        half = read_half(text)
        if half is None:
            told = phrase("half %(number)s of the code is not right", number=place)
            raise ConfigError(told, hint=phrase("It has five groups of four signs: compare them one by one."))
        halves.append(half)
    if len(halves) != HALVES:
        raise ConfigError(phrase("both halves are needed"), hint=phrase("Give the second one in the second line."))
    return tuple(halves)
