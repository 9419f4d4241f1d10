"""Where machines reach this room: the server's addresses and port, for typing by hand and for kits."""

from __future__ import annotations

from server.addresses import LOOPBACK, own
from server.addresses import typed as typed_with
from server.running import running
from server.web.context import room

DEFAULT_PORT = 8443  # what `serve` takes unless told
_GROUP, _DIGITS = 4, 16  # of the fingerprint as kiosks show it: enough that nobody makes a second room with it


def port() -> int:
    """The port machines connect to."""
    found = running(room().directory)
    return DEFAULT_PORT if found is None else found.port


def addresses() -> list[str]:
    """This computer's addresses as others may reach it, the likeliest first; loopback alone where there is no network."""
    return own() or [LOOPBACK]


def typed() -> list[str]:
    """The addresses as a technician types them, `192.168.1.10:8443`."""
    return typed_with(port())


def fingerprint() -> str:
    """The first digits of the room's authority, as kiosks show them beside the room's name."""
    digits = room().identity.ca_sha256.hex()[:_DIGITS].upper()
    return " ".join(digits[at : at + _GROUP] for at in range(0, _DIGITS, _GROUP))
