"""The rooms a kiosk hears on the network, and what a person may type instead. Pure; the network's word is only a hint.

Anyone on the LAN can announce anything, a copy of a room's own record included. So a room here is what an announcement
*claims* (room id and the fingerprint of its authority); what answers at the address must then show that authority's
certificate, and an unpaired machine joins only after two people compared the pairing code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from types import MappingProxyType

from server.protocol.service import DEFAULT_PORT, RoomNotice, read_room

MAX_ANNOUNCEMENTS = 64  # heard at once; a building has a few rooms, more is somebody's noise
MAX_ADDRESSES = 8  # of one announcement
FINGERPRINT_DIGITS = 16  # of 64 shown to people: enough to tell two rooms apart, short enough to be read out
_GROUP = 4


@dataclass(frozen=True, slots=True)
class Announcement:
    """One record as it was heard: what it claims, and the addresses it came with (IPv6 link-local with its scope)."""

    notice: RoomNotice
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FoundRoom:
    """A room to choose: everything announced under one id and one authority. `addresses` are `host:port`, to be tried in order.

    `same_name`: another room in the list has this name, so a person needs the fingerprint to tell them apart.
    """

    room_id: str
    room_name: str
    ca_sha256: str
    addresses: tuple[str, ...]
    same_name: bool = False

    @property
    def key(self) -> str:
        """What a page calls this room: a copied room id under another authority is another room to choose."""
        return f"{self.room_id}.{self.ca_sha256[:FINGERPRINT_DIGITS]}"

    @property
    def fingerprint(self) -> str:
        """The first digits of the authority's fingerprint, as printed on the technician's sheet."""
        return shown_fingerprint(self.ca_sha256)


@dataclass(frozen=True, slots=True)
class Rooms:
    """Every announcement heard and not withdrawn, by its service name, oldest first."""

    heard: Mapping[str, Announcement] = field(default_factory=lambda: MappingProxyType({}))

    def listed(self) -> tuple[FoundRoom, ...]:
        """The rooms to choose from, by name, then by fingerprint."""
        found: dict[tuple[str, str], FoundRoom] = {}
        for announcement in self.heard.values():
            notice = announcement.notice
            key = (notice.room_id, notice.ca_sha256)
            addresses = tuple(with_port(address, notice.port) for address in announcement.addresses)
            before = found.get(key)
            if before is None:
                found[key] = FoundRoom(notice.room_id, notice.room_name, notice.ca_sha256, addresses)
            else:
                # A copied record adds its address to the room it copies: tried too, and refused by its certificate.
                merged = tuple(dict.fromkeys((*before.addresses, *addresses)))
                found[key] = replace(before, addresses=merged)
        names = [room.room_name for room in found.values()]
        rooms = (replace(room, same_name=names.count(room.room_name) > 1) for room in found.values())
        return tuple(sorted(rooms, key=lambda room: (room.room_name, room.ca_sha256)))

    def addresses_of(self, room_id: str) -> tuple[str, ...]:
        """Where a kiosk of this room may look for its server; whoever answers has to show the pinned certificate."""
        return tuple(address for room in self.listed() if room.room_id == room_id for address in room.addresses)


def heard(rooms: Rooms, service: str, txt: Mapping[str, str], addresses: tuple[str, ...]) -> Rooms:
    """The rooms after one announcement; what is no announcement of ours, or one too many, changes nothing."""
    notice = read_room(txt)
    usable = tuple(address for address in addresses if _is_address(address))[:MAX_ADDRESSES]
    if notice is None or not usable:
        return gone(rooms, service)
    if service not in rooms.heard and len(rooms.heard) >= MAX_ANNOUNCEMENTS:
        return rooms
    ordered = tuple(sorted(usable, key=_reachability))
    return Rooms(MappingProxyType({**rooms.heard, service: Announcement(notice, ordered)}))


def gone(rooms: Rooms, service: str) -> Rooms:
    """The rooms after an announcement was withdrawn."""
    if service not in rooms.heard:
        return rooms
    return Rooms(MappingProxyType({name: one for name, one in rooms.heard.items() if name != service}))


def typed_address(text: str) -> str | None:
    """What a person typed, as `host:port`: an address or a name, with or without a port; None when it is neither.

    IPv6 may be written bare (`fe80::1%eth0`) or in brackets; brackets are needed only before a port.
    """
    given = text.strip()
    if _is_address(given):
        return with_port(given, DEFAULT_PORT)
    host, port = given, str(DEFAULT_PORT)
    if given.startswith("["):
        host, bracket, rest = given[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            return None
        port = rest[1:] or port
    elif given.count(":") == 1:
        host, _, port = given.partition(":")
    if not (port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65_536):
        return None
    known = _is_address(host) or (not given.startswith("[") and _is_name(host))
    return with_port(host, int(port)) if known else None


def with_port(host: str, port: int) -> str:
    """`host:port`, IPv6 in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def shown_fingerprint(ca_sha256: str) -> str:
    """A fingerprint's first digits in groups of four, capital letters."""
    digits = ca_sha256[:FINGERPRINT_DIGITS].upper()
    return " ".join(digits[start : start + _GROUP] for start in range(0, len(digits), _GROUP))


def _reachability(address: str) -> tuple[bool, bool]:
    """Ordinary IPv4 first, then IPv6, then link-local: the order in which they most often work."""
    parsed = ip_address(address.partition("%")[0])
    return parsed.is_link_local, parsed.version == 6


def _is_address(text: str) -> bool:
    try:
        parsed = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return not (parsed.is_multicast or parsed.is_unspecified)


def _is_name(text: str) -> bool:
    labels = text.split(".")
    fine = all(
        label.isascii() and label[:1] != "-" != label[-1:] and label.replace("-", "").isalnum() for label in labels
    )
    return fine and len(text) <= 253 and not labels[-1].isdigit()
