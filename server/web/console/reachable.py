"""Where machines reach this room: the server's addresses and port, for typing by hand and for kits."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

import ifaddr

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
    found: list[IPv4Address | IPv6Address] = []
    for adapter in ifaddr.get_adapters():
        for ip in adapter.ips:
            found.append(ip_address(ip.ip if isinstance(ip.ip, str) else ip.ip[0]))
    usable = [one for one in found if not one.is_loopback and not (one.version == 6 and one.is_link_local)]
    likely = sorted(set(usable), key=lambda one: (one.is_link_local, one.version, int(one)))
    return [str(one) for one in likely] or ["127.0.0.1"]


def typed() -> list[str]:
    """The addresses as a technician types them, `192.168.1.10:8443`."""
    chosen = port()
    return [f"[{one}]:{chosen}" if ":" in one else f"{one}:{chosen}" for one in addresses()]


def fingerprint() -> str:
    """The first digits of the room's authority, as kiosks show them beside the room's name."""
    digits = room().identity.ca_sha256.hex()[:_DIGITS].upper()
    return " ".join(digits[at : at + _GROUP] for at in range(0, _DIGITS, _GROUP))
