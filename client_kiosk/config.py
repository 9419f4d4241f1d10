"""What a kiosk remembers of itself: its key, and the one room it belongs to.

`kiosk.json` (canonical JSON, mode 0600) is written by temp → fsync → rename → fsync of the folder, so that a crash leaves
the old file or the new one.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from client_kiosk.errors import KioskError
from question_bank import canonical
from question_bank.disk import lasting_folder, replace_private, sync_folder
from question_bank.phrase import phrase

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_MAX_FILE_BYTES = 64 * 1024  # a certificate and a dozen addresses; more is not our file
_FORMAT = "exam-kiosk/1"


@dataclass(frozen=True, slots=True)
class Membership:
    """The room a kiosk is paired with. `addresses` are `host:port`, newest first; `ca_pem` is the pinned certificate."""

    room_id: str
    room_name: str
    kiosk_id: str
    seat_label: str
    ca_pem: str
    server_key: str
    addresses: tuple[str, ...]


class KioskFolder:
    """The kiosk's own folder: key, membership, outboxes, sealed packages. Made when it is not there; raises KioskError."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with _usable(path):
            lasting_folder(path, 0o700)

    def claim(self) -> IO[bytes]:
        """Be the one kiosk on this folder until the returned file is closed, or the process ends, however it ends.

        Two programs would number their records alike. Raises KioskError when another one has it.
        """
        with _usable(self.path / "kiosk.lock"):
            file = (self.path / "kiosk.lock").open("ab")
        try:
            if sys.platform == "win32":
                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.close()
            raise KioskError(
                phrase("a kiosk runs on %(folder)s already", folder=str(self.path)),
                hint=phrase("End it, or give another --dir."),
            ) from error
        return file

    @property
    def outboxes(self) -> Path:
        """Where the outbox files live."""
        return self.path / "outbox"

    @property
    def heads(self) -> Path:
        """Where the highest acknowledged record of each sitting is kept."""
        return self.path / "heads"

    @property
    def sheets(self) -> Path:
        """Where the room's signed word about each sign-in here is kept."""
        return self.path / "sheets"

    @property
    def drafts(self) -> Path:
        """Where what is being typed in simulators is kept."""
        return self.path / "drafts"

    @property
    def packages(self) -> Path:
        """Where sealed packages wait."""
        return self.path / "packages"

    def key(self) -> Ed25519PrivateKey:
        """This machine's own key, made on first use. Raises KioskError when its file is damaged or cannot be read."""
        file = self.path / "kiosk.key"
        with _usable(file):
            if not file.exists():
                fresh = Ed25519PrivateKey.generate()
                replace_private(file, fresh.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()))
                return fresh
            kept = file.read_bytes()
        try:
            return Ed25519PrivateKey.from_private_bytes(kept)
        except ValueError as error:
            raise _damaged(file) from error

    def membership(self) -> Membership | None:
        """The room this machine is paired with, or None. Raises KioskError when the file is damaged or cannot be read."""
        file = self.path / "kiosk.json"
        with _usable(file):
            if not file.exists():
                return None
            kept = file.read_bytes()
        try:
            fields = canonical.decode(kept, _MAX_FILE_BYTES)
            if not isinstance(fields, dict) or fields.pop("format", None) != _FORMAT:
                raise _damaged(file)
            addresses = fields.pop("addresses")
            if not isinstance(addresses, list):
                raise _damaged(file)
            texts = {name: str(value) for name, value in fields.items()}
            return Membership(addresses=tuple(str(address) for address in addresses), **texts)
        except (canonical.CanonicalError, KeyError, TypeError) as error:
            raise _damaged(file) from error

    def join(self, membership: Membership) -> None:
        """Remember the room; durable when this returns."""
        fields = {name: getattr(membership, name) for name in Membership.__dataclass_fields__}
        replace_private(self.path / "kiosk.json", canonical.encode({"format": _FORMAT, **fields}))

    def leave(self) -> None:
        """Forget the room, durably; outboxes stay until their server releases them. Raises OSError."""
        (self.path / "kiosk.json").unlink(missing_ok=True)
        sync_folder(self.path)

    def change_key(self, kiosk_id: str) -> None:
        """Set the key aside, under the name it had in the room: the next pairing makes another. Raises OSError."""
        file = self.path / "kiosk.key"
        if file.exists():
            file.replace(self.path / f"kiosk.key.{kiosk_id}")
            sync_folder(self.path)


@contextlib.contextmanager
def _usable(path: Path) -> Iterator[None]:
    """What the disk says no to becomes a KioskError."""
    try:
        yield
    except OSError as error:
        raise KioskError(
            phrase("%(path)s cannot be used [%(error)s]", path=str(path), error=error.strerror or str(error)),
            hint=phrase("Look at the folder's owner and at the disk's space, or give another --dir."),
        ) from error


def _damaged(file: Path) -> KioskError:
    return KioskError(
        phrase("%(file)s is damaged", file=file.name), hint=phrase("Delete it and pair this machine again.")
    )


def public_hex(key: Ed25519PrivateKey) -> str:
    """The public half of a key, 64 hex digits."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
