"""Making a second server of a room: the room's identity as a file under ten words, and a folder made from it.

The words are said, not written on the stick: the file alone opens nothing (docs/standby.md, decision 137).
"""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path

import pyrage
from shamir_mnemonic.wordlist import WORDLIST

from question_bank import canonical
from question_bank.disk import lasting_folder, sync_folder, write_new
from question_bank.phrase import phrase
from server import certificates
from server.errors import ConfigError
from server.identity import (
    CA_FILE,
    CA_KEY_FILE,
    KEY_FILE,
    LEAF_FILE,
    LEAF_KEY_FILE,
    ROOM_FILE,
    RoomIdentity,
    load_identity,
)
from server.role import Role, Standing, new_server_id, write_standing

FORMAT = "exam-standby-kit/1"
WORDS = 10  # of 1024: 100 bits, and the passphrase is stretched besides (age, scrypt)
MAX_KIT_BYTES = 256 * 1024
_FILES = (ROOM_FILE, KEY_FILE, CA_FILE, CA_KEY_FILE)


def new_words() -> str:
    """Ten words to be said to whoever sets the second server up."""
    return " ".join(secrets.choice(WORDLIST) for _ in range(WORDS))


def make_kit(directory: Path, words: str) -> bytes:
    """The room's identity under these words. Raises IdentityError, ConfigError."""
    identity = load_identity(directory)
    try:
        files: dict[str, canonical.JSON] = {name: (directory / name).read_text(encoding="utf-8") for name in _FILES}
    except OSError as error:
        raise ConfigError(
            phrase("the room's identity cannot be read [%(error)s]", error=error.strerror or str(error)),
            hint=phrase("Run this as the user of the server."),
        ) from error
    content = canonical.encode({"format": FORMAT, "room_id": identity.room_id, "files": files})
    return bytes(pyrage.passphrase.encrypt(content, words))


def set_up(directory: Path, kit: bytes, words: str, primary: str) -> RoomIdentity:
    """A standby's folder from a kit; whole or not at all. `primary`: `host:port`. Raises ConfigError, IdentityError."""
    if directory.exists() and any(directory.iterdir()):
        raise ConfigError(
            phrase("%(folder)s is not empty", folder=str(directory)), hint=phrase("Give the name of a new folder.")
        )
    room_id, files = _opened(kit, " ".join(words.split()).lower())
    lasting_folder(directory.parent)
    draft = directory.with_name(f".{directory.name}.{os.getpid()}")
    draft.mkdir(mode=0o700)
    try:
        for name, text in files.items():
            write_new(draft / name, text.encode(), 0o644 if name in (ROOM_FILE, CA_FILE) else 0o600)
        leaf = certificates.further_leaf(room_id, files[CA_FILE].encode(), files[CA_KEY_FILE].encode())
        write_new(draft / LEAF_FILE, leaf.pem, 0o644)
        write_new(draft / LEAF_KEY_FILE, leaf.key_pem, 0o600)
        write_standing(draft, Standing(new_server_id(), Role.STANDBY, 0, primary))
        load_identity(draft)
        if directory.exists():
            directory.rmdir()
        draft.replace(directory)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    sync_folder(directory.parent)
    return load_identity(directory)


def _opened(kit: bytes, words: str) -> tuple[str, dict[str, str]]:
    try:
        content = bytes(pyrage.passphrase.decrypt(kit, words))
    except pyrage.DecryptError as error:
        raise ConfigError(
            phrase("the kit does not open with these words"),
            hint=phrase("Have them read out again, all ten, in their order; or make a new kit."),
        ) from error
    try:
        value = canonical.decode(content, MAX_KIT_BYTES)
    except canonical.CanonicalError as error:
        raise _no_kit() from error
    match value:
        case {"format": "exam-standby-kit/1", "room_id": str(room_id), "files": dict() as files}:
            found = {name: text for name in _FILES if isinstance(text := files.get(name), str)}
            if len(found) == len(_FILES):
                return room_id, found
    raise _no_kit()


def _no_kit() -> ConfigError:
    return ConfigError(
        phrase("this is no kit for a standby"), hint=phrase("Make one with `examroom-server standby-kit`.")
    )
