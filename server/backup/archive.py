"""One backup of a room as one file: a manifest and every file of the room's folder, gzipped tar inside age (docs/backup.md).

SQLite files are copied by SQLite's own backup in one step: one consistent state each, and nobody who writes is held up.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import shutil
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Annotated, BinaryIO, Final, Literal

import pyrage

from question_bank import canonical
from question_bank.phrase import phrase
from server.errors import DatabaseError, RoomError
from server.protocol.shape import Digest, Id, Instant, Items, Malformed, Name, Seq, Shaped, Text, Whole
from server.store.journal import Journal
from server.store.room import FILE_NAME as ROOM_DATABASE

FORMAT: Final = "exam-backup/1"
SUFFIX: Final = ".exambackup"
STAGING = ".backup-"  # and the process: in the room's folder, the copies while they are packed
MANIFEST = "manifest.json"

MAX_FILES = 5_000
MAX_BYTES = 64 << 30  # of all files of a backup together
MAX_MANIFEST_BYTES = 4 << 20
_CHUNK = 1 << 20
_FOLDERS_LEFT_OUT = frozenset({"packages", "views", "logs", "results"})
_FILES_LEFT_OUT = frozenset({"server.lock", "running.json", "role.json"})
_SQLITE = ".sqlite"
_LOGS = ("-wal", "-shm", "-journal")


class BackupError(RoomError):
    """A backup cannot be made, read or put back."""


@dataclass(frozen=True, slots=True)
class SavedFile(Shaped):
    """A file of the room's folder: its path in it, with slashes."""

    path: Annotated[str, Text(1, 255)]
    bytes: Annotated[int, Whole(0, MAX_BYTES)]
    sha256: Digest


@dataclass(frozen=True, slots=True)
class SavedJournal(Shaped):
    """How far a journal goes."""

    path: Annotated[str, Text(1, 255)]
    seq: Annotated[int, Whole()]
    hash: Digest


@dataclass(frozen=True, slots=True)
class BackupManifest(Shaped):
    """What a backup holds; `made_at_ms` is room time, `number` counts the backups on the stick."""

    format: Literal["exam-backup/1"]
    room_id: Id
    room_name: Name
    number: Seq
    made_at_ms: Instant
    files: Annotated[tuple[SavedFile, ...], Items(MAX_FILES)]
    journals: Annotated[tuple[SavedJournal, ...], Items(MAX_FILES)]
    packages: Annotated[tuple[SavedFile, ...], Items(1_000)]


def room_files(directory: Path) -> Iterator[Path]:
    """Every file of a room's folder that a backup holds; sealed packages lie beside it.

    The room's own database comes last: what a journal says was opened, it then holds the identity of.
    """
    last: list[Path] = []
    for folder, folders, names in os.walk(directory):
        here = Path(folder)
        top = here == directory
        folders[:] = sorted(
            name for name in folders if not (top and (name in _FOLDERS_LEFT_OUT or name.startswith(".")))
        )
        for name in sorted(names):
            path = here / name
            left_out = name.endswith(_LOGS) or name.startswith(".") or (top and name in _FILES_LEFT_OUT)
            if left_out or path.is_symlink() or not path.is_file():
                continue
            if top and name == ROOM_DATABASE:
                last.append(path)
            else:
                yield path
    yield from last


def size_of(directory: Path) -> int:
    """About how many bytes a backup packs; files that go away meanwhile count nothing."""
    return sum(path.stat().st_size for path in room_files(directory) if path.exists())


def packages_of(directory: Path) -> tuple[SavedFile, ...]:
    """The sealed packages of a room, with their digests. Raises OSError."""
    return tuple(_saved(path, f"packages/{path.name}") for path in sorted((directory / "packages").glob("*.exam")))


def pack(
    directory: Path, staging: Path, room: tuple[str, str], number: int, made_at_ms: int, packages: tuple[SavedFile, ...]
) -> tuple[Path, BackupManifest]:
    """Copy and pack the room (id, name) in this folder: the packed file, not encrypted yet, in `staging`, which is new.

    The caller removes the staging folder. Raises OSError, DatabaseError.
    """
    staging.mkdir(mode=0o700)
    files, journals, places = [], [], []
    for count, path in enumerate(room_files(directory)):
        name = path.relative_to(directory).as_posix()
        copy = staging / f"{count}"
        if path.suffix == _SQLITE:
            _copy_database(path, copy)
        else:
            shutil.copyfile(path, copy)
        files.append(_saved(copy, name))
        places.append(copy)
        if name.endswith(".journal.sqlite"):
            journals.append(_journal(copy, name))
    manifest = BackupManifest(FORMAT, *room, number, made_at_ms, tuple(files), tuple(journals), packages)
    packed = staging / "packed"
    with packed.open("wb") as out:
        _write_tar(out, manifest, places)
    return packed, manifest


def encrypt(packed: Path, recipient: str, out: BinaryIO) -> None:
    """Write the packed file, encrypted. Raises OSError as the target gives it, BackupError for a bad recipient."""
    sink = _Sink(out)
    try:
        to = pyrage.x25519.Recipient.from_str(recipient)
    except pyrage.RecipientError as error:
        raise BackupError(
            phrase("the room's recovery code is damaged"), hint=phrase("Make another one: examroom-server backup-key.")
        ) from error
    with packed.open("rb") as source:
        try:
            pyrage.encrypt_io(source, sink, [to])
        except (OSError, pyrage.EncryptError) as error:
            if sink.error is not None:
                raise sink.error from error
            raise BackupError(phrase("the backup could not be encrypted [%(error)s]", error=str(error))) from error


def unpack(source: BinaryIO, identity: str, folder: Path) -> BackupManifest:
    """Decrypt a backup and lay its files out in an empty folder, each checked against the manifest.

    Raises BackupError when it is damaged, not for this code, or more than its manifest says; OSError for the disk.
    """
    packed = folder.with_name(f"{folder.name}.packed")
    try:
        with packed.open("wb") as out:
            try:
                pyrage.decrypt_io(source, out, [pyrage.x25519.Identity.from_str(identity)])
            except pyrage.DecryptError as error:
                raise BackupError(
                    phrase("the backup does not open [%(error)s]", error=str(error)),
                    hint=phrase("Is it the code of this room, and both halves in their order?"),
                ) from error
        with packed.open("rb") as file, gzip.open(file) as plain, tarfile.open(fileobj=plain, mode="r|") as tar:
            return _lay_out(tar, folder)
    except (tarfile.TarError, EOFError, gzip.BadGzipFile) as error:
        raise BackupError(
            phrase("the backup is damaged [%(error)s]", error=str(error)), hint=phrase("Take an older one.")
        ) from error
    finally:
        packed.unlink(missing_ok=True)


class _Sink:
    """A target that remembers its own error, which the library tells only in words."""

    def __init__(self, out: BinaryIO) -> None:
        self.error: OSError | None = None
        self._out = out

    def write(self, data: bytes) -> int:
        try:
            return self._out.write(data)
        except OSError as error:
            self.error = error
            raise

    def flush(self) -> None:
        self._out.flush()


def _copy_database(path: Path, copy: Path) -> None:
    try:
        source = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        with closing(source), closing(sqlite3.connect(copy)) as target:
            source.backup(target)  # in one step: between steps a busy writer would make it begin again, for ever
            target.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        raise DatabaseError(
            phrase("%(file)s could not be copied [%(error)s]", file=path.name, error=str(error)),
            hint=phrase("Look at the disk."),
        ) from error


def _journal(copy: Path, name: str) -> SavedJournal:
    with Journal.open_to_read(copy, at_rest=True) as journal:
        head = journal.head()
    return SavedJournal(name, head.seq, head.hash.hex())


def _saved(path: Path, name: str) -> SavedFile:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return SavedFile(name, size, digest.hexdigest())


def _write_tar(out: BinaryIO, manifest: BackupManifest, places: list[Path]) -> None:
    text = canonical.encode(manifest.wire())
    with (
        gzip.GzipFile("", "wb", compresslevel=1, fileobj=out, mtime=0) as packing,
        tarfile.open(fileobj=packing, mode="w|") as tar,
    ):
        tar.addfile(_member(MANIFEST, len(text)), io.BytesIO(text))
        for saved, place in zip(manifest.files, places, strict=True):
            with place.open("rb") as file:
                tar.addfile(_member(saved.path, saved.bytes), file)
            place.unlink()


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member


def _lay_out(tar: tarfile.TarFile, folder: Path) -> BackupManifest:
    first = tar.next()
    manifest = _read_manifest(tar, first)
    if sum(one.bytes for one in manifest.files) > shutil.disk_usage(folder).free:
        raise BackupError(phrase("the disk is too small for this backup"), hint=phrase("Make space on the disk."))
    for saved in manifest.files:
        member = tar.next()
        if member is None or (member.name, member.size) != (saved.path, saved.bytes) or not member.isreg():
            raise _other_than_said(saved.path)
        target = folder / _inside(saved.path)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        content = tar.extractfile(member)
        assert content is not None  # a regular file has content
        with content, target.open("xb") as out:
            target.chmod(0o600)
            digest = hashlib.sha256()
            while chunk := content.read(_CHUNK):
                digest.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        if digest.hexdigest() != saved.sha256:
            raise _other_than_said(saved.path)
    if tar.next() is not None:
        raise _other_than_said("")
    return manifest


def _read_manifest(tar: tarfile.TarFile, member: tarfile.TarInfo | None) -> BackupManifest:
    if member is None or member.name != MANIFEST or not member.isreg() or member.size > MAX_MANIFEST_BYTES:
        raise _other_than_said(MANIFEST)
    content = tar.extractfile(member)
    assert content is not None
    with content:
        try:
            found = BackupManifest.parse(canonical.decode(content.read(), MAX_MANIFEST_BYTES, canonical=True))
        except canonical.CanonicalError as error:
            raise _other_than_said(MANIFEST) from error
    if isinstance(found, Malformed):
        raise _other_than_said(f"{MANIFEST}: {found.where}: {found.why}")
    return found


def _inside(name: str) -> PurePosixPath:
    """A path that stays in the folder it is put in. Raises BackupError for any other."""
    path = PurePosixPath(name)
    strange = path.is_absolute() or "\\" in name or ":" in name or ".." in path.parts or str(path) != name
    if strange or any(part.startswith(".") for part in path.parts):
        raise _other_than_said(name)
    return path


def _other_than_said(what: str) -> BackupError:
    told = phrase("the backup is damaged [%(error)s]", error=what or "something follows its last file")
    return BackupError(told, hint=phrase("Take an older one."))
