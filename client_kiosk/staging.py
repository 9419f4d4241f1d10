"""Sealed packages travel early and wait here: fetched in pieces, resumed where a cut left off, checked by digest.

A package is encrypted; nobody on this machine can read it before the room sends a section's identity. It is given its
final name only when every byte is on the disk and the digest is the announced one.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from client_kiosk.errors import KioskError, LinkError
from client_kiosk.tls import Address, dial
from question_bank.disk import lasting_folder, sync_folder
from question_bank.phrase import Phrase, phrase
from server.protocol.trust import host_name

CHUNK_BYTES = 256 * 1024  # one read; small enough that progress moves on a 10 Mbit/s switch
MAX_PACKAGE_BYTES = 512 * 1024 * 1024  # the sealed package's own bound (docs/sealed-package.md)
RESERVE_BYTES = 16 * 1024 * 1024  # of the disk, for outboxes: a few MB a sitting
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
# Too many fetch at once, or the line the token came with is gone: nothing is wrong with the package or this machine.
_LATER = (http.client.SERVICE_UNAVAILABLE, http.client.UNAUTHORIZED)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A package the room wants waiting here. `sha256` is 64 hex digits of the whole file."""

    package_id: str
    size_bytes: int
    sha256: str
    path: str


class StagingFault(Enum):
    """Why a package is not ready here; shown on the console."""

    DISK_FULL = "disk_full"
    WRONG_DIGEST = "wrong_digest"
    TOO_LARGE = "too_large"
    REFUSED = "refused"


class StagingError(KioskError):
    """The package could not be staged; `fault` says why in one word for the console."""

    def __init__(self, fault: StagingFault, message: Phrase | str, *, hint: Phrase | str = "") -> None:
        super().__init__(message, hint=hint)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Source:
    """Where to fetch from, over the verified channel. `token` dies with the live connection that got it."""

    address: Address
    context: object
    room_id: str
    token: str


def package_file(folder: Path, package_id: str) -> Path:
    """Where a package waits. Raises StagingError for an id that is no plain name: it would lead out of the folder."""
    if not _PLAIN.fullmatch(package_id):
        raise StagingError(StagingFault.REFUSED, phrase("the package's id is no plain name"))
    return folder / f"{package_id}.exam"


def is_ready(folder: Path, wanted: Wanted) -> bool:
    """Whether the whole package waits here with the announced digest (read and hashed again, not remembered)."""
    file = package_file(folder, wanted.package_id)
    return file.is_file() and file.stat().st_size == wanted.size_bytes and _sha256(file) == wanted.sha256


def fetch(folder: Path, wanted: Wanted, source: Source, on_progress: Callable[[int], None]) -> Path:
    """Bring one package here and give its path; nothing to do when it waits already.

    `on_progress` hears how many bytes are on the disk. Raises StagingError, or LinkError when the line is lost, after
    which the next call goes on from the last byte that was kept.
    """
    final = package_file(folder, wanted.package_id)
    if is_ready(folder, wanted):
        return final
    if not 0 < wanted.size_bytes <= MAX_PACKAGE_BYTES:
        told = phrase("no package has %(size)s bytes", size=wanted.size_bytes)
        raise StagingError(StagingFault.TOO_LARGE, told)
    lasting_folder(folder)
    part = final.with_suffix(".part")
    if shutil.disk_usage(folder).free < wanted.size_bytes + RESERVE_BYTES:
        told = phrase("the disk has no space for %(size)s bytes beside the answers", size=wanted.size_bytes)
        raise StagingError(StagingFault.DISK_FULL, told, hint=phrase("Free some disk space."))
    try:
        _download(part, wanted, source, on_progress)
    except OSError as error:
        told = phrase("the disk did not take %(file)s [%(error)s]", file=part.name, error=error.strerror or str(error))
        raise StagingError(StagingFault.DISK_FULL, told, hint=phrase("Free some disk space.")) from error
    if _sha256(part) != wanted.sha256:
        part.unlink()
        told = phrase("the package %(package)s arrived altered; it was thrown away", package=wanted.package_id)
        raise StagingError(StagingFault.WRONG_DIGEST, told)
    part.replace(final)
    sync_folder(folder)
    return final


def discard_others(folder: Path, wanted: tuple[Wanted, ...]) -> None:
    """Delete packages the room no longer names, so that an old contest does not fill an old disk."""
    if not folder.is_dir():
        return
    keep = {f"{package.package_id}{ending}" for package in wanted for ending in (".exam", ".part")}
    for file in folder.iterdir():
        if file.suffix in (".exam", ".part") and file.name not in keep:
            file.unlink()


def _download(part: Path, wanted: Wanted, source: Source, on_progress: Callable[[int], None]) -> None:
    have = part.stat().st_size if part.exists() else 0
    if have > wanted.size_bytes:
        part.unlink()
        have = 0
    if have == wanted.size_bytes:
        return
    connection = http.client.HTTPConnection(host_name(source.room_id), source.address.port)
    connection.sock = dial(source.address, source.context, host_name(source.room_id))  # type: ignore[arg-type]
    try:
        with _ask(connection, wanted, source, have) as response, part.open("ab") as file:
            _check(response, wanted)
            while have < wanted.size_bytes:
                chunk = _read(response, min(CHUNK_BYTES, wanted.size_bytes - have))
                file.write(chunk)
                have += len(chunk)
                on_progress(have)
            file.flush()
            os.fsync(file.fileno())
    finally:
        connection.close()


def _ask(connection: http.client.HTTPConnection, wanted: Wanted, source: Source, have: int) -> http.client.HTTPResponse:
    headers = {"Authorization": f"Bearer {source.token}", "Range": f"bytes={have}-"}
    try:
        connection.request("GET", wanted.path, headers=headers)
        response = connection.getresponse()
    except (OSError, http.client.HTTPException) as error:
        told = phrase(
            "the connection was lost while a package was fetched [%(package)s: %(error)s]",
            package=wanted.package_id,
            error=str(error),
        )
        raise LinkError(told) from error
    return response


def _check(response: http.client.HTTPResponse, wanted: Wanted) -> None:
    if response.status in _LATER:
        raise LinkError(
            phrase(
                "the server gives the package later [%(package)s: %(status)s]",
                package=wanted.package_id,
                status=response.status,
            )
        )
    if response.status != http.client.PARTIAL_CONTENT:
        told = phrase(
            "the server does not give the package [%(package)s: %(status)s]",
            package=wanted.package_id,
            status=response.status,
        )
        raise StagingError(StagingFault.REFUSED, told)


def _read(response: http.client.HTTPResponse, size: int) -> bytes:
    try:
        chunk = response.read(size)
    except (OSError, http.client.HTTPException) as error:
        told = phrase("the connection was lost in the middle of a package [%(error)s]", error=str(error))
        raise LinkError(told) from error
    if not chunk:
        raise LinkError(phrase("the server ended a package early"))
    return chunk


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
