"""What the room knows of its machines before a start, and what it makes of that (docs/readiness.md)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from question_bank.canonical import encode
from server.domain.commands import OfficerCommand, StartPart
from server.domain.pairing import MachineKind
from server.domain.readiness import Finding, Held, Rules, SeatFacts, blocking, machine_findings, seat_findings
from server.domain.readiness_commands import OverrideReadiness, StartCheck
from server.domain.readiness_events import CheckedPackage
from server.domain.standby_readiness import SecondFacts, standby_findings
from server.live.definition import SittingDefinition
from server.live.disks import DiskDesk
from server.live.own_facts import own_facts
from server.live.presence import KioskPresence
from server.protocol.machine import MachineFacts

if TYPE_CHECKING:
    from server.live.room import Room
    from server.live.sitting_service import Sitting


@dataclass(frozen=True, slots=True)
class StandbyFacts:
    """What the standby says of itself. `in_step`: it holds everything this server holds; `heard_at_ms`: room time."""

    machine: MachineFacts
    in_step: bool
    heard_at_ms: int
    clock_off_ms: int | None = None


@dataclass(frozen=True, slots=True)
class ServerLine:
    """One of the room's servers as page and sheet list it. `machine`: None where it has told nothing."""

    second: bool
    machine: MachineFacts | None
    findings: tuple[Finding, ...]
    clock_off_ms: int | None = None


@dataclass(frozen=True, slots=True)
class SeatReport:
    """One seat: what is known of it, and what is wrong with it, the gravest first."""

    facts: SeatFacts
    findings: tuple[Finding, ...]

    @property
    def blocked(self) -> tuple[str, ...]:
        """The codes of what holds a start up here, overridden or not."""
        return tuple(one.value for one in blocking(self.findings))


class ReadinessDesk:
    """One per room."""

    def __init__(self, room: Room, definitions: Callable[[], Sequence[SittingDefinition]]) -> None:
        self._room = room
        self.disks = DiskDesk(room, definitions)
        self.inspect_all: Callable[[], None] = lambda: None
        """Asks every kiosk on the line to look at itself again; the kiosks' channel sets it."""
        self.check_start: Callable[[Sitting], StartCheck | None] = self.start_check
        """What a start is checked against; a room without machines checks nothing."""

    def own(self) -> MachineFacts:
        """What this server is like: the same facts a kiosk tells, looked up now. Blocking for a few milliseconds."""
        return own_facts(self._room)

    def standby(self) -> StandbyFacts | None:
        """What the standby last said of itself; None while the room has none, or it has said nothing."""
        link = self._room.standby.link.view()
        if link.told is None:
            return None
        return StandbyFacts(link.told.said.machine, link.both, link.told.at_ms, link.told.clock_off_ms)

    def servers(self) -> list[ServerLine]:
        """This server, and the standby where the room has one, each with what is wrong with it. Blocking, a little."""
        room, own, rules = self._room, self.own(), self.rules()
        lines = [ServerLine(False, own, machine_findings(own, rules))]
        link, told = room.standby.link.view(), self.standby()
        if room.standby.standing.peer is not None or link.other_build is not None:
            machine = None if told is None else told.machine
            off_ms = None if told is None else told.clock_off_ms
            left_ms = None if link.told is None else link.told.said.disk_full_in_ms
            second = SecondFacts(link.connected, machine, link.other_build, off_ms, left_ms)
            lines.append(ServerLine(True, machine, standby_findings(second, rules), off_ms))
        return lines

    def rules(self) -> Rules:
        """What every machine must agree on: this program's version, and the sealed sets that are here."""
        offers = self._room.stage().packages
        return Rules(self._room.version, {one.package_id: one.sha256 for one in offers})

    def reports(self) -> list[SeatReport]:
        """Every paired kiosk, and every machine that carries an attempt without being paired any more."""
        rules = self.rules()
        return [SeatReport(one, seat_findings(one, rules)) for one in self._seats()]

    def report(self, kiosk_id: str, label: str = "") -> SeatReport:
        """One machine, whether it is known or not. Quick: the map asks for each seat that changed."""
        facts = self._facts(kiosk_id, label, self._room.presence.kiosk(kiosk_id), False)
        return SeatReport(facts, seat_findings(facts, self.rules()))

    def open_lacks(self, kiosk_id: str) -> tuple[str, ...]:
        """The codes of what holds a start up at this machine and is not overridden."""
        sitting = self._room.sitting
        blocked = self.report(kiosk_id).blocked
        return blocked if sitting is None else sitting.state.readiness.open_lacks(kiosk_id, blocked)

    def start_check(self, sitting: Sitting) -> StartCheck:
        """What a start is decided by: every machine that carries an attempt, as it is known now."""
        reports, rules = self.reports(), self.rules()
        carrying = {one.seat.kiosk_id for one in sitting.state.attempts.values()}
        head = sitting.head
        return StartCheck(
            build=rules.build,
            packages=tuple(CheckedPackage(name, sha256) for name, sha256 in sorted(rules.packages.items())),
            blocked={one.facts.kiosk_id: one.blocked for one in reports if one.facts.kiosk_id in carrying},
            facts_sha256=digest_of(rules, reports),
            head_seq=head.seq,
            head_hash=head.hash.hex(),
        )

    def informed(self, sitting: Sitting, command: OfficerCommand) -> OfficerCommand:
        """The command with what the room knows of the machines, which is no part of what was asked."""
        match command:
            case StartPart():
                return replace(command, check=self.check_start(sitting))
            case OverrideReadiness(kiosk_id):
                machine = self._room.pairing.machine(kiosk_id)
                label = "" if machine is None else machine.seat_label
                return replace(command, seat_label=label, lacks=self.report(kiosk_id).blocked if label else ())
        return command

    def _seats(self) -> list[SeatFacts]:
        room, sitting = self._room, self._room.sitting
        labels = {one.machine_id: one.seat_label for one in room.pairing.machines() if one.kind is MachineKind.KIOSK}
        unconfirmed: set[str] = set()
        if sitting is not None:
            for attempt in sitting.state.attempts.values():
                labels.setdefault(attempt.seat.kiosk_id, attempt.seat.seat_label)
                if not attempt.confirmed:
                    unconfirmed.add(attempt.seat.kiosk_id)
        known = {one.kiosk_id: one for one in room.presence.everyone()}
        return [
            self._facts(kiosk_id, label, known.get(kiosk_id), kiosk_id in unconfirmed)
            for kiosk_id, label in labels.items()
        ]

    def _facts(self, kiosk_id: str, label: str, kiosk: KioskPresence | None, unconfirmed: bool) -> SeatFacts:
        if kiosk is None:
            return SeatFacts(kiosk_id, label, False, "", {}, None, None, None, unconfirmed=unconfirmed)
        staged: Mapping[str, Held] = {
            name: Held(one.held_bytes, one.verified, one.fault) for name, one in (kiosk.staged or {}).items()
        }
        return SeatFacts(
            kiosk_id=kiosk_id, seat_label=label, on_line=kiosk.connected and not kiosk.mute, build=kiosk.build,
            staged=staged, uncertainty_ms=kiosk.uncertainty_ms, clock_off_ms=kiosk.clock_off_ms,
            disk_free_bytes=kiosk.disk_free_bytes, disk_full_in_ms=self.disks.kiosk_full_in_ms(kiosk_id), machine=kiosk.machine,
            unconfirmed=unconfirmed,
        )  # fmt: skip


def digest_of(rules: Rules, reports: list[SeatReport]) -> str:
    """SHA-256, in hex, of what was agreed on and of the findings of every machine, by their codes."""
    found = {
        "build": rules.build,
        "packages": dict(rules.packages),
        "machines": {one.facts.kiosk_id: sorted({finding.lack.value for finding in one.findings}) for one in reports},
    }
    return hashlib.sha256(encode(found)).hexdigest()
