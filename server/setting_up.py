"""Making a room: a new folder with its identity, its database, and the first officer, who can sign in and add the rest."""

from __future__ import annotations

import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from question_bank.disk import sync_folder
from question_bank.phrase import phrase
from server.domain.rights import Role
from server.errors import ConfigError
from server.heartbeat import wall_ms
from server.identity import RoomIdentity, write_identity
from server.store.officers import Officer
from server.store.room import RoomStore
from server.web import passwords
from server.web.sign_in import FAULTS as PASSWORD_FAULTS


@dataclass(frozen=True, slots=True)
class FirstOfficer:
    """Who can sign in to a new room: one of the technical team."""

    user_name: str
    full_name: str
    body: str
    password: str


def init(directory: Path, room_name: str, first: FirstOfficer) -> RoomIdentity:
    """Make a room in a folder that is not there yet; whole or not at all. Raises ConfigError or IdentityError."""
    if directory.exists() and any(directory.iterdir()):
        raise ConfigError(
            phrase("%(folder)s is not empty", folder=str(directory)), hint=phrase("Give the name of a new folder.")
        )
    fault = passwords.fault(first.password, first.user_name)
    if fault is not None:
        raise ConfigError(PASSWORD_FAULTS[fault], hint=phrase("Choose another password for the first officer."))
    directory.parent.mkdir(parents=True, exist_ok=True)
    draft = directory.with_name(f".{directory.name}.{os.getpid()}")
    draft.mkdir(mode=0o700)
    try:
        identity = write_identity(draft, room_name)
        with RoomStore.open(draft) as store:
            store.officers.add([_officer(first)])
        if directory.exists():
            directory.rmdir()
        draft.replace(directory)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    sync_folder(directory.parent)
    return identity


def _officer(first: FirstOfficer) -> Officer:
    return Officer(
        officer_id="u" + secrets.token_hex(8),
        user_name=first.user_name,
        full_name=first.full_name,
        role=Role.TECHNICAL,
        body=first.body,
        password_hash=passwords.hash_password(first.password),
        must_change=False,
        added_at_ms=wall_ms(),
        added_by="cli",
    )
