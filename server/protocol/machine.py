"""What a machine tells about itself before an exam (docs/readiness.md); the same shape for kiosks and servers.

A fact that cannot be found is None, empty or `unknown`, never guessed. Nothing here names a person or holds an answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from server.protocol.shape import Count, Digest, Id, Instant, Items, Shaped, Signed, Span, Text, Whole

Short = Annotated[str, Text(0, 64)]
Long = Annotated[str, Text(0, 100)]
Octets = Annotated[int, Whole()]
Pixels = Annotated[int, Whole(0, 65_536)]
Many = Annotated[tuple[Short, ...], Items(16)]


class Power(StrEnum):
    """Where the electricity comes from."""

    MAINS = "mains"
    BATTERY = "battery"
    UNKNOWN = "unknown"


class Internet(StrEnum):
    """Whether a public address answered; `unknown`: this machine was told not to look."""

    ABSENT = "absent"
    REACHABLE = "reachable"
    UNKNOWN = "unknown"


class DiskState(StrEnum):
    """How a server's disk stands: `low` is below 512 MB, `soon` full within the hour, `full` below 8 MB or not yet recovered."""

    OK = "ok"
    LOW = "low"
    SOON = "soon"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Display(Shaped):
    """What the page measured. `vietnamese`: every letter is drawn, and as itself; `extended`: a second screen, if known."""

    width_px: Pixels
    height_px: Pixels
    extended: bool | None
    vietnamese: bool


@dataclass(frozen=True, slots=True)
class Program(Shaped):
    """An office program; `version` is "" where its files do not tell."""

    name: Short
    version: Short


@dataclass(frozen=True, slots=True)
class Reach(Shaped):
    """An address of the room, and whether it takes a connection from here."""

    address: Long
    reachable: bool


@dataclass(frozen=True, slots=True)
class HeldPackage(Shaped):
    """A sealed package on this disk; `verified`: digest and signature are right."""

    package_id: Id
    sha256: Digest
    verified: bool


@dataclass(frozen=True, slots=True)
class MachineFacts(Shaped):
    """Everything a machine says about itself. `lines`: connections opened since its program began."""

    build: Long
    system: Long
    packages: Annotated[tuple[HeldPackage, ...], Items(8)]
    estimate_at_ms: Instant | None
    uncertainty_ms: Span | None
    wall_off_ms: Signed | None
    disk_free_bytes: Octets
    disk_total_bytes: Octets
    reserved_bytes: Octets
    memory_free_bytes: Octets | None
    memory_total_bytes: Octets | None
    screens: Count | None
    display: Display | None
    fonts: Many
    input_methods: Many
    typed: bool
    programs: Annotated[tuple[Program, ...], Items(16)]
    internet: Internet
    internet_by: Annotated[tuple[Long, ...], Items(8)]
    adapters: Many
    power: Power
    battery_percent: Annotated[int, Whole(0, 100)] | None
    servers: Annotated[tuple[Reach, ...], Items(8)]
    round_trip_ms: Span | None
    lines: Count


@dataclass(frozen=True, slots=True)
class Inspect(Shaped):
    """The room asks a machine to look at itself again and tell."""
