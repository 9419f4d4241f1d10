"""What may be asked about readiness: an override and its taking back; and what a start is checked against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from server.domain.readiness_events import CheckedPackage


@dataclass(frozen=True, slots=True)
class StartCheck:
    """What the room found of the machines that carry attempts, at the instant a start was asked for.

    `blocked`: by machine (kiosk id), the codes of what holds it up; a machine that is ready has an empty tuple, one that
    is not a key was not looked at. `facts_sha256`: of all findings, as the printed sheet shows it.
    """

    build: str
    packages: tuple[CheckedPackage, ...]
    blocked: Mapping[str, tuple[str, ...]]
    facts_sha256: str
    head_seq: int
    head_hash: str


@dataclass(frozen=True, slots=True)
class OverrideReadiness:
    """A named official lets one machine start in spite of these findings (the room fills them in)."""

    kiosk_id: str
    seat_label: str
    lacks: tuple[str, ...]
    reason: str
    officer_id: str


@dataclass(frozen=True, slots=True)
class WithdrawOverride:
    """Take an override back."""

    kiosk_id: str
    officer_id: str
