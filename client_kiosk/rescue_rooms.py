"""The rooms this machine was in, and to whom each wants rescued answers encrypted: kept after it has left a room.

A file of its own beside the membership (`rescue.json`, canonical JSON): who was paired before there was such a thing, or
has left its room, is served as well. It holds public keys only.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal

from question_bank import canonical
from question_bank.disk import replace_private
from server.protocol.rescue import Recipient
from server.protocol.shape import Id, Items, Label, Malformed, Name, Shaped

MAX_ROOMS: Final = 50  # a machine's years, as many as heads are kept of
FORMAT: Final = "exam-rescue-rooms/1"
_FILE = "rescue.json"
_MAX_FILE_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class RescueRoom(Shaped):
    """One pairing: the room, what it calls this machine, and its age recipient."""

    room_id: Id
    room_name: Name
    kiosk_id: Id
    seat_label: Label
    recipient: Recipient


@dataclass(frozen=True, slots=True)
class _Kept(Shaped):
    format: Literal["exam-rescue-rooms/1"]
    rooms: Annotated[tuple[RescueRoom, ...], Items(MAX_ROOMS)]


def rooms_of(folder: Path) -> tuple[RescueRoom, ...]:
    """The rooms remembered in a kiosk's folder, newest first; none when the file is not there or cannot be read."""
    try:
        kept = _Kept.parse(canonical.decode((folder / _FILE).read_bytes(), _MAX_FILE_BYTES))
    except (OSError, canonical.CanonicalError):
        return ()
    return () if isinstance(kept, Malformed) else kept.rooms


def remember(folder: Path, room: RescueRoom) -> None:
    """Remember a room's word, said over a line that was checked against the pinned authority. Raises OSError."""
    known = rooms_of(folder)
    if known[:1] == (room,):
        return
    others = [one for one in known if (one.room_id, one.kiosk_id) != (room.room_id, room.kiosk_id)]
    kept = _Kept(FORMAT, (room, *others)[:MAX_ROOMS])
    replace_private(folder / _FILE, canonical.encode(kept.wire()))
