"""Which seats are not ready for the start, and what helps: lines of a table and groups of seats. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from question_bank.phrase import Phrase, phrase
from server.domain.readiness import Lack, worst_first
from server.domain.readiness_state import Override, ReadinessState
from server.domain.state import Attempt
from server.live.presence import KioskPresence
from server.live.readiness_desk import SeatReport
from server.web.console.readiness_words import remedy, title, what


class Standing(StrEnum):
    """How a seat stands. Only `locked` holds a start up, and only where somebody sits."""

    LOCKED = "locked"
    OVERRIDDEN = "overridden"
    WARNED = "warned"
    READY = "ready"
    FREE = "free"


STANDINGS: Mapping[Standing, Phrase] = {
    Standing.LOCKED: phrase("not ready"),
    Standing.OVERRIDDEN: phrase("overridden"),
    Standing.WARNED: phrase("look at it"),
    Standing.READY: phrase("ready"),
    Standing.FREE: phrase("free"),
}


@dataclass(frozen=True, slots=True)
class SeatLine:
    """One seat: what is wrong with it, who sits there, how much of the packages is there (0 to 100)."""

    report: SeatReport
    attempt: Attempt | None
    staged_percent: int
    override: Override | None
    open_lacks: tuple[str, ...]  # what blocks and is not overridden

    @property
    def seat_label(self) -> str:
        """The seat's name."""
        return self.report.facts.seat_label

    @property
    def machine_id(self) -> str:
        """The machine on it."""
        return self.report.facts.kiosk_id

    @property
    def standing(self) -> Standing:
        """How it stands."""
        if self.open_lacks:
            return Standing.LOCKED
        if self.report.blocked:
            return Standing.OVERRIDDEN
        if self.report.findings:
            return Standing.WARNED
        return Standing.FREE if self.attempt is None else Standing.READY

    @property
    def locks(self) -> bool:
        """Whether the start waits for this seat."""
        return self.attempt is not None and bool(self.open_lacks)

    @property
    def said(self) -> list[tuple[Phrase, Phrase, bool]]:
        """Every finding: what is wrong, what helps, whether it blocks."""
        return [(what(one), remedy(one.lack), one.blocks) for one in self.report.findings]


@dataclass(frozen=True, slots=True)
class Group:
    """Seats whose gravest finding is the same, and which the same helps."""

    lack: Lack
    what: Phrase
    remedy: Phrase
    blocks: bool
    seats: list[SeatLine]


def lines(
    reports: Iterable[SeatReport], attempts: Mapping[str, Attempt], readiness: ReadinessState, sizes: Mapping[str, int]
) -> list[SeatLine]:
    """Every seat, the gravest first; those with nothing wrong by name at the end. `attempts` are by machine."""
    found = {
        one.facts.kiosk_id: SeatLine(
            one, attempts.get(one.facts.kiosk_id), percent(one, sizes), readiness.overridden.get(one.facts.kiosk_id),
            readiness.open_lacks(one.facts.kiosk_id, one.blocked),
        )
        for one in sorted(reports, key=lambda one: one.facts.seat_label)
    }  # fmt: skip
    order = worst_first({kiosk_id: line.report.findings for kiosk_id, line in found.items()})
    return sorted((found[one] for one in order), key=lambda line: not line.locks)


def percent(report: SeatReport, sizes: Mapping[str, int]) -> int:
    """How much of the packages is on the machine's disk; 100 only when all are checked."""
    staged, total = report.facts.staged, sum(sizes.values())
    if not total:
        return 0
    if all(one in staged and staged[one].verified for one in sizes):
        return 100
    held = sum(min(staged[one].held_bytes, size) for one, size in sizes.items() if one in staged)
    return min(99, held * 100 // total)


def grouped(found: Iterable[SeatLine]) -> list[Group]:
    """Seats by their gravest finding, the gravest first."""
    groups: dict[tuple[Lack, Phrase], Group] = {}
    for line in found:
        if line.report.findings:
            worst = line.report.findings[0]
            group = groups.setdefault(
                (worst.lack, title(worst)), Group(worst.lack, title(worst), remedy(worst.lack), worst.blocks, [])
            )
            group.seats.append(line)
    order = list(Lack)
    return sorted(groups.values(), key=lambda group: (order.index(group.lack), -len(group.seats)))


def holding(package_id: str, presence: Iterable[KioskPresence]) -> int:
    """How many machines on the line hold this package, its digest and signature checked."""
    return sum(
        1 for one in presence
        if one.connected and one.staged is not None and package_id in one.staged and one.staged[package_id].verified
    )  # fmt: skip


def counted(found: Sequence[SeatLine]) -> dict[Standing, int]:
    """How many seats stand how."""
    return {standing: sum(one.standing is standing for one in found) for standing in Standing}
