"""Sealed packages in the room: taken in whole or not at all, and handed to every kiosk long before the start."""

from __future__ import annotations

import hashlib
import os
import secrets
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import BinaryIO

from flask import Blueprint, Response, abort, request, send_file
from werkzeug.exceptions import HTTPException

from question_bank.disk import lasting_folder, sync_folder
from question_bank.phrase import Phrase, phrase
from question_bank.sealed import Package, SealError, SealFault
from question_bank.sealed_manifest import Manifest
from question_bank.sealed_zip import MAX_PACKAGE_BYTES
from server.live.definition import SittingDefinition
from server.live.presence import Presence
from server.live.runs import RunFiles
from server.store.async_port import Offload
from server.store.packages import PackageRow, PackageStore

CHUNK_BYTES = 256 * 1024
MAX_DOWNLOADS = 64  # at once: a lab on one switch gains nothing from more, and each holds a thread and a file
RETRY_AFTER_S = 1


class ImportFault(StrEnum):
    """Why a package was not taken in, beside the faults of the package itself (`SealFault`)."""

    NOT_NAMED = "not_named"  # no sitting of this room names it
    WRONG_SET = "wrong_set"
    WRONG_CONTEST = "wrong_contest"
    SECTIONS_DO_NOT_FIT = "sections_do_not_fit"
    FOREIGN_BODY = "foreign_body"  # custodians of a body that the contest has not, or of one body only
    PINNED = "pinned"  # another file of this id is already part of a prepared sitting


@dataclass(frozen=True, slots=True)
class ImportRefused:
    """A package the room does not take in; nothing of it is kept. `evidence` is for the technician."""

    fault: ImportFault | SealFault
    evidence: Phrase | str


class StagingDesk:
    """Imports packages and finds them again."""

    def __init__(
        self, directory: Path, store: PackageStore, room_version: str, now_ms: Callable[[], int], offload: Offload,
        definitions: Callable[[], Iterable[SittingDefinition]], is_pinned: Callable[[str], bool],
    ) -> None:  # fmt: skip
        self._directory = directory
        self._store = store
        self._room_version = room_version
        self._now_ms = now_ms
        self._offload = offload
        self._definitions = definitions
        self._is_pinned = is_pinned

    def import_file(self, content: BinaryIO, imported_by: str) -> PackageRow | ImportRefused:
        """Take in a package: signature, every digest, and that it is one a sitting of this room names.

        Written beside its place, synced, then renamed: after a power cut there is the whole file or none.
        """
        temporary = self._directory / f".{secrets.token_hex(8)}.part"
        try:
            lasting_folder(self._directory, 0o700)
            size, sha256 = self._offload(partial(_copy, content, temporary))
            found = self._offload(partial(_checked, temporary, tuple(self._definitions()), self._room_version))
            if isinstance(found, ImportRefused):
                return found
            row = PackageRow(
                package_id=found.manifest.package_id,
                set_name=found.manifest.set_name,
                size_bytes=size,
                sha256=sha256,
                manifest_sha256=bytes.fromhex(found.manifest_sha256),
                imported_at_ms=self._now_ms(),
                imported_by=imported_by,
            )
            known = self._store.by_id(row.package_id)
            if known is not None and known.sha256 != sha256 and self._is_pinned(row.package_id):
                return ImportRefused(ImportFault.PINNED, row.package_id)
            temporary.replace(self.path(row.package_id))
            sync_folder(self._directory)
            self._store.put(row)
        except SealError as error:
            return ImportRefused(error.code, error.detail)
        except OSError as error:
            return ImportRefused(SealFault.UNREADABLE, error.strerror or "")
        finally:
            temporary.unlink(missing_ok=True)
        return row

    def row(self, package_id: str) -> PackageRow | None:
        """What is known of an imported package."""
        return self._store.by_id(package_id)

    def path(self, package_id: str) -> Path:
        """Where an imported package lies."""
        return self._directory / f"{package_id}.exam"

    def open(self, package_id: str, signer: bytes) -> Package:
        """The imported package, container and signature checked again, every member's digest too. Raises SealError."""
        row = self._store.by_id(package_id)
        package = self._offload(partial(_verified, self.path(package_id), signer, self._room_version))
        if row is None or row.manifest_sha256.hex() != package.manifest_sha256:
            raise SealError(SealFault.WRONG_DIGEST, phrase("the manifest is not the one that was imported"))
        return package


def _verified(path: Path, signer: bytes, room_version: str) -> Package:
    package = Package.open_file(path, signer, room_version)
    package.verify()
    return package


def _checked(path: Path, definitions: Sequence[SittingDefinition], room_version: str) -> Package | ImportRefused:
    """The package in a file, when a sitting names it and it is what that sitting means. Raises SealError."""
    package_id = Package.open_file(path, None, room_version).manifest.package_id
    named = [one for one in definitions if package_id in one.package_ids]
    if not named:
        return ImportRefused(ImportFault.NOT_NAMED, package_id)
    package = _verified(path, named[0].committee.raw, room_version)
    for definition in named:
        misfit = _misfit(package.manifest, definition)
        if misfit is not None:
            return ImportRefused(
                misfit, phrase("%(package)s in %(sitting)s", package=package_id, sitting=definition.sitting_id)
            )
    return package


def _misfit(manifest: Manifest, definition: SittingDefinition) -> ImportFault | None:
    """Why this package is not the one the sitting means."""
    if definition.package_of(manifest.set_name) != manifest.package_id:
        return ImportFault.WRONG_SET
    if (manifest.contest_id, manifest.round_id) != (definition.contest_id, definition.round_id):
        return ImportFault.WRONG_CONTEST
    if len(manifest.sections) != len(definition.parts):
        return ImportFault.SECTIONS_DO_NOT_FIT
    for custody in (manifest.custody.paper, manifest.custody.marking):
        bodies = set(custody.bodies)
        if len(bodies) < 2 or not bodies <= set(definition.bodies):
            return ImportFault.FOREIGN_BODY
    return None


def _copy(content: BinaryIO, target: Path) -> tuple[int, bytes]:
    """Copy a stream to a new file of mode 0600 and sync it: (bytes, SHA-256). Raises OSError, SealError too_large."""
    digest, size = hashlib.sha256(), 0
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        while chunk := content.read(CHUNK_BYTES):
            size += len(chunk)
            if size > MAX_PACKAGE_BYTES:
                raise SealError(SealFault.TOO_LARGE, phrase("more than %(size)s bytes", size=MAX_PACKAGE_BYTES))
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return size, digest.digest()


class StagedFiles:
    """What kiosks with a live socket may fetch: the packages of the active sitting, and their own candidate's runs."""

    def __init__(
        self,
        presence: Presence,
        staging: StagingDesk,
        active: Callable[[], SittingDefinition | None],
        runs: RunFiles,
    ) -> None:
        self._presence = presence
        self._staging = staging
        self._active = active
        self._runs = runs
        self._places = threading.BoundedSemaphore(MAX_DOWNLOADS)

    def blueprint(self) -> Blueprint:
        """`GET /kiosk/package/<package_id>` with a bearer token; byte ranges are answered (RFC 9110 §14). And runs."""
        pages = Blueprint("staging", __name__)
        self._runs.add_to(pages)
        pages.add_url_rule("/kiosk/package/<package_id>", view_func=self.download, methods=["GET"])
        return pages

    def download(self, package_id: str) -> Response:
        """One package, whole or a range of it."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or self._presence.bearer(token) is None:
            abort(401)
        definition = self._active()
        row = self._staging.row(package_id)
        if definition is None or package_id not in definition.package_ids or row is None:
            abort(404)
        if not self._places.acquire(blocking=False):
            return Response(status=503, headers={"Retry-After": str(RETRY_AFTER_S)})
        try:
            response = send_file(
                self._staging.path(package_id),
                mimetype="application/octet-stream",
                conditional=True,
                etag=row.sha256.hex(),
                max_age=0,
            )
        except (OSError, HTTPException):  # the file is gone, or the range is beyond its end
            self._places.release()
            raise
        response.direct_passthrough = False  # passed through as it is, nobody would hear of its end
        response.call_on_close(self._places.release)
        return response
