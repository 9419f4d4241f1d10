"""Put a room back from a stick: the newest backup that is whole, beside whatever is there, never over it."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from question_bank.disk import sync_folder
from question_bank.phrase import Phrase, phrase
from server.backup.archive import BackupError, BackupManifest, SavedFile, packages_of, unpack
from server.backup.stick import FOLDER, Generation, generations
from server.domain.event import EpochBegan, Event
from server.domain.events import SittingClosed
from server.domain.result_events import RoomRestored
from server.errors import ConfigError, ExamRoomError
from server.identity import load_identity
from server.protocol.epoch import MAX_TERMS, TERM_BITS, next_term
from server.role import Role, Standing, new_server_id, write_standing
from server.running import LOCK_FILE, running
from server.store.journal import Appended, Journal
from server.store.record import Record, Request, record
from server.store.verify import verify_file

MAX_GENERATIONS = 1_000  # looked at; a stick keeps ten
TERMS_APART = 1 << 16  # one in so many pairs of restores shares a term; of 2^33 terms that leaves 130,000 restores


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back: which backup, where the old folder is now, and what is not there."""

    manifest: BackupManifest
    source: Path
    set_aside: Path | None
    skipped: tuple[tuple[Path, Phrase | str], ...]  # newer backups that were not whole, and why
    missing_packages: tuple[str, ...]


def restore(
    source: Path, identity: str, target: Path, *, replace: bool = False, number: int | None = None,
    apart: Callable[[int], int] = secrets.randbelow,
) -> Restored:  # fmt: skip
    """Put the newest whole backup (or this number) of a stick, or this one file, in place of `target`.

    A folder that is there is set aside under another name; one that holds more than the backup, or another room, only
    when `replace` says so. `apart` draws by how many terms this copy is above another one of the same backup. Raises ConfigError,
    BackupError; `target` is then as it was.
    """
    if (target / LOCK_FILE).exists() and running(target) is not None:
        raise ConfigError(phrase("a server runs on %(folder)s", folder=str(target)), hint=phrase("Stop it first."))
    target = target.absolute()
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.restore")
    skipped: list[tuple[Path, Phrase | str]] = []
    with ExitStack() as undo:
        undo.callback(shutil.rmtree, draft, ignore_errors=True)
        for one in _candidates(source, number):
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir(mode=0o700)
            try:
                manifest = _laid_out(one, identity, draft)
                break
            except (ExamRoomError, OSError) as error:
                skipped.append((one.path, error.said if isinstance(error, ExamRoomError) else str(error)))
        else:
            raise _none(source, skipped)
        if not replace and (why := _newer(target, manifest)) is not None:
            raise ConfigError(
                phrase("%(folder)s is not replaced: %(why)s", folder=str(target), why=why),
                hint=phrase("Give another folder, or say --replace: the old one is set aside, not deleted."),
            )
        missing = _packages(one.path.parent, manifest.packages, draft)
        epoch = _begin_anew(draft, manifest, apart(TERMS_APART))
        write_standing(draft, Standing(new_server_id(), Role.PRIMARY, epoch))
        set_aside = _in_place(draft, target)
    return Restored(manifest, one.path, set_aside, tuple(skipped), missing)


def _candidates(source: Path, number: int | None) -> list[Generation]:
    """The backups to try, the newest first."""
    if source.is_file():
        return [Generation(0, source)]
    try:
        folders = [source, *sorted((source / FOLDER).glob("*")), *sorted(source.glob("r*"))]
        with_backups = [found for folder in folders if folder.is_dir() and (found := generations(folder))]
    except OSError as error:
        told = phrase("%(file)s cannot be read [%(error)s]", file=str(source), error=error.strerror or str(error))
        raise ConfigError(told, hint=phrase("Is the stick in?")) from error
    if len(with_backups) > 1:
        names = ", ".join(str(found[0].path.parent) for found in with_backups)
        told = phrase("the stick holds several rooms: %(folders)s", folders=names)
        raise ConfigError(told, hint=phrase("Give the folder of one of them."))
    chosen = [one for found in with_backups for one in found if number in (None, one.number)]
    if not chosen:
        told = phrase("there is no backup in %(folder)s", folder=str(source))
        raise ConfigError(told, hint=phrase("Give the stick's folder, or one .exambackup file."))
    return chosen[:MAX_GENERATIONS]


def _laid_out(one: Generation, identity: str, draft: Path) -> BackupManifest:
    """Unpack a backup and check all of it. Raises ExamRoomError, OSError."""
    with one.path.open("rb") as file:
        manifest = unpack(file, identity, draft)
    if load_identity(draft).room_id != manifest.room_id:
        raise BackupError(phrase("the backup is of another room than it says"))
    for journal in manifest.journals:
        report = verify_file(draft / journal.path, journal.path)
        if not report.ok:
            raise BackupError(
                phrase("%(file)s in it does not verify: %(first)s", file=journal.path, first=report.problems[0].message)
            )
    return manifest


def _none(source: Path, skipped: list[tuple[Path, Phrase | str]]) -> BackupError:
    path, why = skipped[0]
    told = phrase("no backup could be put back; %(file)s: %(why)s", file=path.name, why=why)
    return BackupError(
        told, hint=phrase("Is it the code of this room, and both halves in their order? Try another stick.")
    )


def _newer(target: Path, manifest: BackupManifest) -> Phrase | None:
    """Why the folder that is there must not be set aside unasked; None when the backup holds as much."""
    if not target.exists() or not any(target.iterdir()):
        return None
    try:
        here = load_identity(target)
    except ExamRoomError:
        return phrase("it holds something else")
    if here.room_id != manifest.room_id:
        return phrase("it is another room")
    saved = {one.path: one.seq for one in manifest.journals}
    for path in sorted(target.glob("*/*.journal.sqlite")):
        name = path.relative_to(target).as_posix()
        try:
            with Journal.open_to_read(path) as journal:
                seq = journal.head().seq
        except ExamRoomError:
            return phrase("%(file)s in it cannot be read", file=name)
        if seq > saved.get(name, 0):
            return phrase(
                "%(file)s in it has %(here)s records, the backup %(saved)s",
                file=name,
                here=seq,
                saved=saved.get(name, 0),
            )
    return None


def _packages(folder: Path, packages: tuple[SavedFile, ...], draft: Path) -> tuple[str, ...]:
    """Bring the sealed packages from beside the backup: the names of those that are not there whole."""
    target, missing = draft / "packages", []
    target.mkdir(mode=0o700, exist_ok=True)
    for saved in packages:
        found = folder / saved.path
        if found.is_file():
            shutil.copyfile(found, draft / saved.path)
    here = {one.path: one for one in packages_of(draft)}
    for saved in packages:
        if here.get(saved.path) != saved:
            (draft / saved.path).unlink(missing_ok=True)
            missing.append(saved.path.removeprefix("packages/"))
    return tuple(missing)


def _begin_anew(draft: Path, manifest: BackupManifest, apart: int) -> int:
    """Every journal that goes on begins this epoch: above all that a server of the room may have begun after the backup.

    Above every promise too that a machine may have given a standby meanwhile, so that none of them stays away.
    """
    epoch = _beyond(max((_last_epoch(draft / saved.path, saved.seq) for saved in manifest.journals), default=0), apart)
    for saved in manifest.journals:
        of_sitting = saved.path.startswith("sittings/")
        with Journal.open(draft / saved.path) as journal:
            last = journal.read(saved.seq - 1)
            if not last or last[-1].kind == SittingClosed.kind:
                continue
            head = last[-1].head
            added: list[Event] = [EpochBegan(epoch, head.seq, head.hash.hex())]
            if of_sitting:
                added.append(RoomRestored(manifest.made_at_ms, manifest.number))
            request = Request(epoch, secrets.token_bytes(16), 1, last[-1].at_ms, secrets.token_bytes(32))
            records: list[Record] = []
            for part, event in enumerate(added):
                records.append(record(records[-1].head if records else head, request, part, event))
            if not isinstance(journal.append(head, records), Appended):
                raise BackupError(phrase("%(file)s in it does not verify: %(first)s", file=saved.path, first=""))
    return epoch


def _last_epoch(path: Path, seq: int) -> int:
    with Journal.open_to_read(path, at_rest=True) as journal:
        last = journal.read(seq - 1)
    return last[-1].epoch if last else 0


def _beyond(epoch: int, apart: int) -> int:
    """An epoch no promise reaches: a standby asks for at most MAX_TERMS terms beyond what was served."""
    return next_term(epoch + (MAX_TERMS + apart << TERM_BITS))


def _in_place(draft: Path, target: Path) -> Path | None:
    """Put the draft where the room is to be: where the folder that was there is now. Raises OSError."""
    set_aside: Path | None = None
    if target.exists():
        if any(target.iterdir()):
            set_aside = target.with_name(f"{target.name}.before-restore-{secrets.token_hex(4)}")
            target.rename(set_aside)
        else:
            target.rmdir()
    os.replace(draft, target)
    sync_folder(target.parent)
    return set_aside
