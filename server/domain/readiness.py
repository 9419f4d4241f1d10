"""What is wrong with a machine before an exam, the gravest first: facts and rules in, findings out (docs/readiness.md §2).

Pure. A finding has a code and values; its sentence and its remedy are the page's business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from server.protocol.machine import Internet, MachineFacts, Power

DAY_MS = 24 * 3_600_000


class Lack(StrEnum):
    """What may be wrong; the order is that of gravity, and those in BLOCKING hold a start up."""

    OFF_LINE = "off_line"
    BUILD_DIFFERS = "build_differs"
    PACKAGE_FAULT = "package_fault"
    DIGEST_DIFFERS = "digest_differs"
    PACKAGE_MISSING = "package_missing"
    NO_FACTS = "no_facts"
    CLOCK_OFF = "clock_off"
    CLOCK_UNSURE = "clock_unsure"
    INTERNET = "internet"
    DISK_LOW = "disk_low"
    DISK_SOON = "disk_soon"
    LETTERS = "letters"
    BATTERY = "battery"
    SERVER_UNREACHABLE = "server_unreachable"
    LINE_LOST = "line_lost"
    SLOW_LINE = "slow_line"
    NO_RESERVE = "no_reserve"
    INPUT_METHOD = "input_method"
    SCREENS_MANY = "screens_many"
    SCREEN_SMALL = "screen_small"
    ADAPTERS = "adapters"
    MEMORY_LOW = "memory_low"
    WALL_CLOCK = "wall_clock"
    INTERNET_UNKNOWN = "internet_unknown"
    IDENTITY = "identity"


BLOCKING = frozenset(
    {
        Lack.OFF_LINE, Lack.BUILD_DIFFERS, Lack.PACKAGE_FAULT, Lack.DIGEST_DIFFERS, Lack.PACKAGE_MISSING,
        Lack.NO_FACTS, Lack.CLOCK_OFF, Lack.CLOCK_UNSURE,
    }
)  # fmt: skip
_GRAVITY = {lack: place for place, lack in enumerate(Lack)}


@dataclass(frozen=True, slots=True)
class Held:
    """A sealed package as a machine holds it: bytes on its disk, whether they were checked, a fault's code or None."""

    held_bytes: int
    verified: bool
    fault: str | None


@dataclass(frozen=True, slots=True)
class SeatFacts:
    """What is known of one machine now. `clock_off_ms`: its estimate of room time minus room time, as last heard."""

    kiosk_id: str
    seat_label: str
    on_line: bool
    build: str
    staged: Mapping[str, Held]
    uncertainty_ms: int | None
    clock_off_ms: int | None
    disk_free_bytes: int | None
    disk_full_in_ms: int | None = None
    machine: MachineFacts | None = None
    unconfirmed: bool = False  # somebody has signed in here and not confirmed who they are


@dataclass(frozen=True, slots=True)
class Rules:
    """What a machine must be like. `packages`: SHA-256 in hex by id, of every sealed set of the sitting that is here."""

    build: str
    packages: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    uncertainty_ms: int = 500  # a machine less sure of room time stamps answers too roughly for a ranking by seconds
    clock_off_ms: int = 500
    disk_bytes: int = 200 * 2**20  # an outbox grows by a few MB a sitting; the system under it needs the rest
    disk_full_in_ms: int = 3_600_000
    memory_bytes: int = 300 * 2**20  # a browser and the kiosk; below it Windows begins to write memory to the disk
    screen_px: tuple[int, int] = (1024, 700)  # the candidate's page without scrolling sideways
    round_trip_ms: int = 100  # a cable has 1; more means Wi-Fi, or a switch in trouble
    lines_lost: int = 3
    wall_off_ms: int = DAY_MS


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. `value`: a number or a name that the sentence tells; its unit is the code's."""

    lack: Lack
    value: str | int = ""

    @property
    def blocks(self) -> bool:
        """Whether it holds a start up."""
        return self.lack in BLOCKING


def seat_findings(seat: SeatFacts, rules: Rules) -> tuple[Finding, ...]:
    """Everything that is wrong with one machine, the gravest first."""
    if not seat.on_line:
        return (Finding(Lack.OFF_LINE), *_identity(seat))
    found = [*_program(seat, rules), *_packages(seat, rules), *_clock(seat, rules), *_disk(seat, rules)]
    if seat.machine is None:
        found.append(Finding(Lack.NO_FACTS))
    else:
        for look in _LOOKS:
            found += look(seat.machine, rules)
    found += _identity(seat)
    return gravest_first(found)


def machine_findings(machine: MachineFacts, rules: Rules) -> tuple[Finding, ...]:
    """What is wrong with a server: as for a seat, but that nobody sits there and it asks nobody for the time."""
    found = [finding for look in (_internet, _power, _memory) for finding in look(machine, rules)]
    if machine.build != rules.build:
        found.append(Finding(Lack.BUILD_DIFFERS, machine.build))
    held = {one.package_id: one for one in machine.packages if one.verified}
    found += [Finding(Lack.PACKAGE_MISSING, one) for one in rules.packages if one not in held]
    found += [Finding(Lack.DIGEST_DIFFERS, one) for one, sha in rules.packages.items() if _other(held.get(one), sha)]
    if machine.disk_free_bytes < rules.disk_bytes:
        found.append(Finding(Lack.DISK_LOW, machine.disk_free_bytes))
    if not machine.reserved_bytes:
        found.append(Finding(Lack.NO_RESERVE))
    return gravest_first(found)


def gravest_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The same, in the order of gravity."""
    return tuple(sorted(findings, key=lambda one: _GRAVITY[one.lack]))


def blocking(findings: Iterable[Finding]) -> tuple[Lack, ...]:
    """What of these holds a start up, each once."""
    return tuple(dict.fromkeys(one.lack for one in findings if one.blocks))


def worst_first(seats: Mapping[str, Sequence[Finding]]) -> list[str]:
    """Seats by their gravest finding, then by how many they have; what keys have nothing wrong come last, in their order."""
    return sorted(
        seats, key=lambda one: (_GRAVITY[seats[one][0].lack] if seats[one] else len(_GRAVITY), -len(seats[one]))
    )


# --- what is looked at ------------------------------------------------------------------------------------------------


def _program(seat: SeatFacts, rules: Rules) -> list[Finding]:
    builds = {seat.build} | ({seat.machine.build} if seat.machine is not None else set())
    other = sorted(builds - {rules.build})
    return [Finding(Lack.BUILD_DIFFERS, other[0])] if other else []


def _packages(seat: SeatFacts, rules: Rules) -> list[Finding]:
    told = {one.package_id: one for one in seat.machine.packages} if seat.machine is not None else {}
    for package_id in rules.packages:
        held = seat.staged.get(package_id)
        if held is not None and held.fault:
            return [Finding(Lack.PACKAGE_FAULT, held.fault)]
    for package_id, sha256 in rules.packages.items():
        if _other(told.get(package_id), sha256):
            return [Finding(Lack.DIGEST_DIFFERS, package_id)]
    checked = {one for one, held in seat.staged.items() if held.verified}
    if seat.machine is not None:  # what it leaves out it has not agreed to; who tells nothing at all has no facts
        checked &= {one for one, held in told.items() if held.verified}
    missing = [one for one in rules.packages if one not in checked]
    return [Finding(Lack.PACKAGE_MISSING, len(missing))] if missing else []


def _other(held: object, sha256: str) -> bool:
    return held is not None and getattr(held, "sha256", sha256) != sha256


def _clock(seat: SeatFacts, rules: Rules) -> list[Finding]:
    if seat.uncertainty_ms is None or seat.clock_off_ms is None or seat.uncertainty_ms > rules.uncertainty_ms:
        return [Finding(Lack.CLOCK_UNSURE, seat.uncertainty_ms or 0)]
    off_ms = abs(seat.clock_off_ms) - seat.uncertainty_ms
    return [Finding(Lack.CLOCK_OFF, seat.clock_off_ms)] if off_ms > rules.clock_off_ms else []


def _disk(seat: SeatFacts, rules: Rules) -> list[Finding]:
    if seat.disk_free_bytes is not None and seat.disk_free_bytes < rules.disk_bytes:
        return [Finding(Lack.DISK_LOW, seat.disk_free_bytes)]
    if seat.disk_full_in_ms is not None and seat.disk_full_in_ms <= rules.disk_full_in_ms:
        return [Finding(Lack.DISK_SOON, seat.disk_full_in_ms)]
    return []


def _identity(seat: SeatFacts) -> list[Finding]:
    return [Finding(Lack.IDENTITY)] if seat.unconfirmed else []


def _internet(machine: MachineFacts, rules: Rules) -> list[Finding]:
    if machine.internet is Internet.REACHABLE:
        return [Finding(Lack.INTERNET, ", ".join(machine.internet_by))]
    return [Finding(Lack.INTERNET_UNKNOWN)] if machine.internet is Internet.UNKNOWN else []


def _power(machine: MachineFacts, rules: Rules) -> list[Finding]:
    if machine.power is not Power.BATTERY:
        return []
    return [Finding(Lack.BATTERY, machine.battery_percent if machine.battery_percent is not None else "?")]


def _memory(machine: MachineFacts, rules: Rules) -> list[Finding]:
    free = machine.memory_free_bytes
    return [Finding(Lack.MEMORY_LOW, free)] if free is not None and free < rules.memory_bytes else []


def _reserve(machine: MachineFacts, rules: Rules) -> list[Finding]:
    return [] if machine.reserved_bytes else [Finding(Lack.NO_RESERVE)]


def _typing(machine: MachineFacts, rules: Rules) -> list[Finding]:
    return [] if machine.typed or machine.input_methods else [Finding(Lack.INPUT_METHOD)]


def _screen(machine: MachineFacts, rules: Rules) -> list[Finding]:
    found: list[Finding] = []
    display = machine.display
    if (machine.screens or 0) > 1 or (display is not None and display.extended):
        found.append(Finding(Lack.SCREENS_MANY, max(2, machine.screens or 0)))
    if display is None:
        return found
    width, height = rules.screen_px
    if display.width_px < width or display.height_px < height:
        found.append(Finding(Lack.SCREEN_SMALL, f"{display.width_px} × {display.height_px}"))
    return found if display.vietnamese else [*found, Finding(Lack.LETTERS)]


def _network(machine: MachineFacts, rules: Rules) -> list[Finding]:
    found: list[Finding] = []
    silent = [one.address for one in machine.servers if not one.reachable]
    if silent:
        found.append(Finding(Lack.SERVER_UNREACHABLE, ", ".join(silent)))
    if machine.lines > rules.lines_lost:
        found.append(Finding(Lack.LINE_LOST, machine.lines - 1))
    if machine.round_trip_ms is not None and machine.round_trip_ms > rules.round_trip_ms:
        found.append(Finding(Lack.SLOW_LINE, machine.round_trip_ms))
    if len(machine.adapters) > 1:
        found.append(Finding(Lack.ADAPTERS, ", ".join(machine.adapters)))
    return found


def _wall_clock(machine: MachineFacts, rules: Rules) -> list[Finding]:
    off_ms = machine.wall_off_ms
    return [Finding(Lack.WALL_CLOCK, off_ms)] if off_ms is not None and abs(off_ms) > rules.wall_off_ms else []


_LOOKS: tuple[Callable[[MachineFacts, Rules], list[Finding]], ...] = (
    _internet, _power, _memory, _reserve, _typing, _screen, _network, _wall_clock,
)  # fmt: skip
