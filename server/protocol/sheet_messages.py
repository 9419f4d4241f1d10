"""How a seat sheet travels between the room and a kiosk, and what of it is signed. docs/seat-sheet.md."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated

from server.protocol.shape import Hex, Shaped, Text

MAX_TEXT = 56 * 1024  # characters of a sheet
MAX_WIRE_BYTES = 60_000  # of it as it stands quoted in the message that brings it back, of which 65,536 are read
_TAG = b"examroom seat sheet v1\0"


@dataclass(frozen=True, slots=True)
class SignedSheet(Shaped):
    """A sheet as it travels and is kept: its text, and the room's signature over `signed_text`."""

    text: Annotated[str, Text(2, MAX_TEXT)]
    signature: Annotated[str, Hex(64)]


def signed_text(text: str) -> bytes:
    """What the room's key signs: nothing else it signs begins so."""
    return _TAG + text.encode()


def fits(text: str) -> bool:
    """Whether a kiosk can bring this text back in one message."""
    return len(text) <= MAX_TEXT and len(json.dumps(text)) <= MAX_WIRE_BYTES
