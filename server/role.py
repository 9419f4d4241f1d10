"""What a room's folder is to its room: primary or standby, since which epoch, and where the other server was last seen."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from question_bank import canonical
from question_bank.disk import replace_private
from question_bank.phrase import phrase
from server.errors import ConfigError

FILE_NAME = "role.json"
_FORMAT = "exam-role/1"
_MAX_BYTES = 4096


class Role(StrEnum):
    """Which of the two servers this is."""

    PRIMARY = "primary"
    STANDBY = "standby"


@dataclass(frozen=True, slots=True)
class Standing:
    """A folder's role. `epoch`: the lowest this server may begin. `next_epoch`: of a standby, what a promotion would begin.

    `peer`: `host:port` of the other server, None while none is known.
    """

    server_id: str
    role: Role
    epoch: int = 0
    peer: str | None = None
    next_epoch: int = 0

    def at(self, peer: str) -> Standing:
        """The same, with the other server seen there."""
        return replace(self, peer=peer)


ALONE = Standing("0" * 16, Role.PRIMARY)
"""A primary nobody wrote down: of rooms that live for a test or a rehearsal."""


def new_server_id() -> str:
    """A random name for one folder."""
    return secrets.token_hex(8)


def read_standing(directory: Path) -> Standing:
    """The folder's role; a primary with nobody beside it, written down, when it has none yet. Raises ConfigError."""
    path = directory / FILE_NAME
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        alone = Standing(new_server_id(), Role.PRIMARY)
        write_standing(directory, alone)
        return alone
    except OSError as error:
        raise _unusable(path, error.strerror or str(error)) from error
    try:
        value = canonical.decode(data, _MAX_BYTES)
    except canonical.CanonicalError as error:
        raise _unusable(path, str(error)) from error
    match value:
        case {
            "format": "exam-role/1", "server_id": str(server_id), "role": ("primary" | "standby") as role,
            "epoch": int(epoch), "peer": str() | None as peer, "next_epoch": int(next_epoch),
        }:  # fmt: skip
            return Standing(server_id, Role(role), epoch, peer, next_epoch)
    raise _unusable(path, "format")


def write_standing(directory: Path, standing: Standing) -> None:
    """Have it on the disk. Raises ConfigError."""
    value: dict[str, canonical.JSON] = {
        "format": _FORMAT, "server_id": standing.server_id, "role": standing.role.value, "epoch": standing.epoch,
        "peer": standing.peer, "next_epoch": standing.next_epoch,
    }  # fmt: skip
    try:
        replace_private(directory / FILE_NAME, canonical.encode(value))
    except OSError as error:
        raise _unusable(directory / FILE_NAME, error.strerror or str(error)) from error


def _unusable(path: Path, why: str) -> ConfigError:
    return ConfigError(
        phrase("%(file)s cannot be used [%(error)s]", file=str(path), error=why),
        hint=phrase("Is this a room's folder? Restore the file, or make the standby anew."),
    )
