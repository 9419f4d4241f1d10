"""How rooms and kiosks are named on the network: DNS-SD types, TXT keys, fingerprints. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

ROOM_SERVICE = "_examroom._tcp.local."
KIOSK_SERVICE = "_examkiosk._tcp.local."
VERSION = "1"
DEFAULT_PORT = 8443
MAX_TXT_BYTES = 255  # of one `key=value` (RFC 6763 §6.1)
MAX_NAME_BYTES = 200  # of a room's or machine's name in TXT


@dataclass(frozen=True, slots=True)
class RoomNotice:
    """What a room announces; unauthenticated, so only a hint of where to ask. `ca_sha256` is lower-case hex."""

    room_id: str
    room_name: str
    ca_sha256: str
    port: int

    def txt(self) -> dict[str, str]:
        """The TXT record."""
        return {
            "v": VERSION,
            "room": self.room_id,
            "name": _cut(self.room_name),
            "ca": self.ca_sha256,
            "port": str(self.port),
        }


@dataclass(frozen=True, slots=True)
class KioskNotice:
    """What a kiosk announces so that the console can list machines without a room; equally unauthenticated."""

    label: str
    paired: bool
    room_id: str

    def txt(self) -> dict[str, str]:
        """The TXT record."""
        state = "paired" if self.paired else "unpaired"
        return {"v": VERSION, "label": _cut(self.label), "state": state, "room": self.room_id}


def read_room(txt: Mapping[str, str]) -> RoomNotice | None:
    """The room in a TXT record, or None when it is of another version or not one of ours."""
    port = txt.get("port", "")
    known = txt.get("v") == VERSION and len(txt.get("ca", "")) == 64 and port.isascii() and port.isdigit()
    if not known or not 0 < len(txt.get("room", "")) <= 64 or not 0 < int(port[:6]) < 65_536:
        return None
    return RoomNotice(txt["room"], _cut(txt.get("name", "")), txt["ca"], int(port))


def read_kiosk(txt: Mapping[str, str]) -> KioskNotice | None:
    """The kiosk in a TXT record, or None when it is of another version or not one of ours."""
    if txt.get("v") != VERSION or txt.get("state") not in ("paired", "unpaired"):
        return None
    return KioskNotice(_cut(txt.get("label", "")), txt["state"] == "paired", txt.get("room", "")[:64])


def fingerprint(der: bytes) -> str:
    """SHA-256 of a certificate's DER bytes, lower-case hex."""
    return hashlib.sha256(der).hexdigest()


def _cut(text: str) -> str:
    """The text, shortened at a character so that it fits a TXT string."""
    return text.encode("utf-8")[:MAX_NAME_BYTES].decode("utf-8", "ignore")
