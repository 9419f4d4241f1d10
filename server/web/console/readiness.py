"""Which seats are not ready for the start, and what helps. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from question_bank.phrase import Phrase, phrase
from question_bank.sealed_faults import TEXTS, SealFault
from server.domain.state import Attempt
from server.live.presence import KioskPresence
from server.store.machines import Machine

CLOCK_MS = 500  # a kiosk less sure of room time than this stamps answers too roughly for a ranking by seconds


class Want(IntEnum):
    """What a seat lacks, the gravest first: the order people mend it in."""

    LINE = 1
    PACKAGE_FAULT = 2
    STAGING = 3
    DISK = 4
    CLOCK = 5
    IDENTITY = 6
    CANDIDATE = 7
    NOTHING = 8


@dataclass(frozen=True, slots=True)
class SeatReadiness:
    """One seat: the gravest thing it lacks, what to do, how much of the packages is there (0 to 100), who sits there."""

    seat_label: str
    machine_id: str
    want: Want
    what: Phrase
    remedy: Phrase
    staged_percent: int
    attempt: Attempt | None


@dataclass(frozen=True, slots=True)
class Group:
    """Seats that lack the same and are helped by the same."""

    want: Want
    what: Phrase
    remedy: Phrase
    seats: list[SeatReadiness]


@dataclass(frozen=True, slots=True)
class Sizes:
    """The sealed packages every machine must hold: bytes by package id."""

    of: Mapping[str, int]

    @property
    def total(self) -> int:
        """All of them together."""
        return sum(self.of.values())


def readiness(
    machines: Iterable[Machine], presence: Mapping[str, KioskPresence], attempts: Mapping[str, Attempt], sizes: Sizes
) -> list[SeatReadiness]:
    """Every seat, the least ready first. `attempts` are by machine."""
    found = [
        _seat(machine, presence.get(machine.machine_id), attempts.get(machine.machine_id), sizes)
        for machine in machines
    ]
    return sorted(found, key=lambda one: (one.want, one.seat_label))


def _seat(machine: Machine, kiosk: KioskPresence | None, attempt: Attempt | None, sizes: Sizes) -> SeatReadiness:
    want, what, remedy = _want(kiosk, attempt, sizes)
    percent = _percent(kiosk, sizes)
    return SeatReadiness(machine.seat_label, machine.machine_id, want, what, remedy, percent, attempt)


def _want(kiosk: KioskPresence | None, attempt: Attempt | None, sizes: Sizes) -> tuple[Want, Phrase, Phrase]:
    if kiosk is None or not kiosk.connected:
        remedy = phrase("Switch the machine on and look at its cable; what its screen says tells more.")
        return Want.LINE, phrase("no connection to the server"), remedy
    staged = kiosk.staged or {}
    faults = [staged[one].fault for one in sizes.of if one in staged and staged[one].fault]
    if faults:
        what = phrase("the sealed paper is refused: %(fault)s", fault=_fault(str(faults[0])))
        return Want.PACKAGE_FAULT, what, phrase("It is fetched again by itself. If this stays, use a spare machine.")
    if not all(one in staged and staged[one].verified for one in sizes.of):
        remedy = phrase("Nothing to do: the machine is fetching them.")
        return Want.STAGING, phrase("the sealed papers are not all there"), remedy
    if kiosk.disk_is_low:
        return Want.DISK, phrase("little space on its disk"), phrase("Make space, or use a spare machine.")
    if kiosk.uncertainty_ms is None or kiosk.uncertainty_ms > CLOCK_MS:
        remedy = phrase("The machine keeps asking for the time. If this stays, look at its cable.")
        return Want.CLOCK, phrase("not sure of the room's time"), remedy
    return _candidate(attempt)


def _fault(code: str) -> Phrase:
    """What a kiosk says is wrong with a package; a code of another version is told as it is."""
    known = code in {fault.value for fault in SealFault}
    return TEXTS[SealFault(code)][0] if known else phrase("%(code)s", code=code)


def _candidate(attempt: Attempt | None) -> tuple[Want, Phrase, Phrase]:
    if attempt is None:
        return (
            Want.CANDIDATE,
            phrase("nobody has signed in"),
            phrase("Free: a spare machine, or its candidate is late."),
        )
    if not attempt.confirmed:
        remedy = phrase("Ask the candidate to read the name on the screen and confirm.")
        return Want.IDENTITY, phrase("identity not confirmed"), remedy
    return Want.NOTHING, phrase("ready"), phrase("Nothing to do.")


def _percent(kiosk: KioskPresence | None, sizes: Sizes) -> int:
    """How much of the packages is on the machine's disk; 100 only when all are checked."""
    if kiosk is None or kiosk.staged is None or not sizes.total:
        return 0
    staged = kiosk.staged
    if all(one in staged and staged[one].verified for one in sizes.of):
        return 100
    held = sum(min(staged[one].held_bytes, size) for one, size in sizes.of.items() if one in staged)
    return min(99, held * 100 // sizes.total)


def holding(package_id: str, presence: Iterable[KioskPresence]) -> int:
    """How many machines on the line hold this package, its digest and signature checked."""
    return sum(
        1 for one in presence
        if one.connected and one.staged is not None and package_id in one.staged and one.staged[package_id].verified
    )  # fmt: skip


def grouped(found: Iterable[SeatReadiness]) -> list[Group]:
    """Seats that lack the same together, the gravest first; machines nobody sits at and ready seats are left out."""
    groups: dict[tuple[Want, Phrase], Group] = {}
    for one in found:
        if one.want not in (Want.NOTHING, Want.CANDIDATE):
            group = groups.setdefault((one.want, one.what), Group(one.want, one.what, one.remedy, []))
            group.seats.append(one)
    return list(groups.values())


def counted(found: Sequence[SeatReadiness]) -> dict[Want, int]:
    """How many seats lack what."""
    return {want: sum(one.want is want for one in found) for want in Want}
