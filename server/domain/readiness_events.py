"""Event kinds of readiness: what a start was checked against, and which machines an official let start all the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from server.domain.event import Event
from server.protocol.records import PartIndex
from server.protocol.shape import Count, Digest, Id, Items, Label, Line, Shaped, Text, Whole

Code = Annotated[str, Text(1, 32)]
Codes = Annotated[tuple[Code, ...], Items(32)]
MAX_OVERRIDDEN = 2_000  # machines in one check: more than the largest hall


@dataclass(frozen=True, slots=True)
class CheckedPackage(Shaped):
    """A sealed package every machine was to hold."""

    package_id: Id
    sha256: Digest


@dataclass(frozen=True, slots=True)
class OverriddenSeat(Shaped):
    """A machine that started in spite of what was found."""

    kiosk_id: Id
    seat_label: Label
    lacks: Codes


@dataclass(frozen=True, slots=True)
class ReadinessChecked(Event):
    """A start was checked: so many machines, these of them by an override. `facts_sha256` is on the printed sheet."""

    kind: ClassVar[str] = "readiness_checked/1"
    part: PartIndex
    build: Annotated[str, Text(0, 100)]
    packages: Annotated[tuple[CheckedPackage, ...], Items(8)]
    seats: Count
    overridden: Annotated[tuple[OverriddenSeat, ...], Items(MAX_OVERRIDDEN)]
    facts_sha256: Digest
    head_seq: Annotated[int, Whole(0)]
    head_hash: Digest
    officer_id: Id


@dataclass(frozen=True, slots=True)
class ReadinessOverridden(Event):
    """An official lets one machine start in spite of these findings; nothing else is covered."""

    kind: ClassVar[str] = "readiness_overridden/1"
    kiosk_id: Id
    seat_label: Label
    lacks: Codes
    reason: Line
    officer_id: Id


@dataclass(frozen=True, slots=True)
class ReadinessOverrideWithdrawn(Event):
    """The override does not hold any more."""

    kind: ClassVar[str] = "readiness_override_withdrawn/1"
    kiosk_id: Id
    officer_id: Id


EVENTS: tuple[type[Event], ...] = (ReadinessChecked, ReadinessOverridden, ReadinessOverrideWithdrawn)
