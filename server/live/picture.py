"""What the console shows of the room, as docs/console-protocol.md defines it. Pure views; no mark, key or response.

`Row` and its kin are the JSON of the wire, compared field by field to send only what changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from question_bank.canonical import JSON
from server.domain import compensation, late_bucket, timing
from server.domain.roster import Entry
from server.domain.state import Attempt, PartAttempt, SittingState
from server.domain.values import Attendance, PartStage
from server.live.definition import SittingDefinition
from server.live.disks import DiskStanding
from server.live.hall_picture import hall_of_seat, hall_row
from server.live.presence import KioskPresence
from server.live.sheet_waiting import WaitingSheets
from server.live.situations import awaited_part, phase_of
from server.protocol.situation import PartPhase

_UNHEARD = frozenset({"disk_free_bytes", "uncertainty_ms"})  # told along, never a reason to send

Object = dict[str, JSON]


@dataclass(frozen=True, slots=True)
class SeatFacts:
    """One machine, what is known of it now, and the attempt it carries.

    `earlier`: the other machines this attempt was at, whose disks hold what was answered there.
    """

    kiosk_id: str
    seat_label: str
    kiosk: KioskPresence | None
    attempt: Attempt | None
    entry: Entry | None
    ack_ms: int | None = None
    earlier: Sequence[KioskPresence | None] = ()
    filling: bool = False  # its disk will be full within the hour, as it was seen to fill


@dataclass(frozen=True, slots=True)
class Facts:
    """What every row is seen by. `copies` of `copies_required` servers hold what is acknowledged;
    `fault_since_ms`: one of the room's own loops failed; `backup_fault`: what is wrong with the backups, since when.
    `fault_since_ms`: one of the room's own loops failed; `alone_since_ms`: the standby has not everything;
    `turned_since_ms`: machines wait for the standby and do not come back.
    """

    now_ms: int
    state: SittingState
    definition: SittingDefinition | None
    packages: Sequence[str]
    two_machines: frozenset[str]
    copies: int
    copies_required: int
    stored: bool
    fault_since_ms: int | None = None
    backup_fault: tuple[str, int] | None = None
    alone_since_ms: int | None = None
    disk: DiskStanding | None = None
    lacks: Callable[[str], Sequence[str]] = lambda kiosk_id: ()  # what holds a machine's start up
    turned_since_ms: int | None = None
    standby_disk: DiskStanding | None = None
    standby_full: bool = False  # the standby has said that its disk takes nothing
    sheets_waiting: WaitingSheets | None = None


# --- one seat -------------------------------------------------------------------------------------------------------


def seat_row(facts: Facts, seat: SeatFacts) -> Object:
    """One seat as the page knows it."""
    kiosk = seat.kiosk
    return {
        "id": seat.kiosk_id,
        "seat": seat.seat_label,
        "connected": kiosk is not None and kiosk.connected,
        "since_ms": None if kiosk is None else kiosk.changed_at_ms,
        "ack_ms": seat.ack_ms,
        "screen": "" if kiosk is None else kiosk.screen,
        "pending": 0 if kiosk is None else kiosk.pending,
        "pending_since_ms": None if kiosk is None else kiosk.pending_since_ms,
        "disk_free_bytes": None if kiosk is None else kiosk.disk_free_bytes,
        "uncertainty_ms": None if kiosk is None else kiosk.uncertainty_ms,
        "ready": ready(facts.packages, kiosk),
        "lacks": list(facts.lacks(seat.kiosk_id)) if _waits(seat.attempt) else [],
        "safe": None if seat.attempt is None else is_safe(facts, kiosk, seat.attempt),
        "copies": None if seat.attempt is None else copies_of(facts.copies, seat.kiosk, seat.earlier).document(),
        "attempt": None if seat.attempt is None else _attempt(facts, seat.attempt, seat.entry),
    }


def _waits(attempt: Attempt | None) -> bool:
    """Whether somebody has signed in whose clock does not run: a start would be theirs."""
    return attempt is not None and attempt.running is None


class Held(StrEnum):
    """Where the copies of a candidate's work are known to be."""

    EVERYWHERE = "everywhere"  # on the machine and on every server: nothing waits
    MACHINE = "machine"  # records wait on the machine: of these it holds the only copy
    SERVERS = "servers"  # a machine of theirs cannot be heard: what its disk holds, nobody can know


@dataclass(frozen=True, slots=True)
class Copies:
    """In how many places the work that lies in the fewest is known to be, and where."""

    n: int
    where: Held

    def document(self) -> JSON:
        """As the wire carries it."""
        return {"n": self.n, "where": self.where.value}


def copies_of(servers: int, kiosk: KioskPresence | None, earlier: Sequence[KioskPresence | None] = ()) -> Copies:
    """The copies of one candidate's work; `servers` hold what is acknowledged."""
    machines = (kiosk, *earlier)
    if any(one is not None and one.connected and not one.mute and one.pending > 0 for one in machines):
        return Copies(1, Held.MACHINE)
    if all(one is not None and one.connected and not one.mute for one in machines):
        return Copies(servers + 1, Held.EVERYWHERE)
    return Copies(servers, Held.SERVERS)


def is_safe(facts: Facts, kiosk: KioskPresence | None, attempt: Attempt) -> bool:
    """Whether all the candidate's work is in two places at least, as far as anyone can know: machine and server.

    A kiosk that cannot be heard may hold answers nobody else has, unless the candidate has handed in: a submission
    is only taken when everything before it is here. A missing standby is the room's trouble and told as such.
    """
    if not facts.stored:
        return False
    current = attempt.current
    if current is None or (current.finish is not None and not current.finish.forced):
        return kiosk is None or kiosk.pending == 0
    return kiosk is not None and kiosk.connected and kiosk.pending == 0


def ready(packages: Sequence[str], kiosk: KioskPresence | None) -> str:
    """How far a kiosk is with the sealed packages: ready, fetching, fault or unknown."""
    staged = {} if kiosk is None or kiosk.staged is None else kiosk.staged
    held = [staged.get(package_id) for package_id in packages]
    if any(one is not None and one.fault for one in held):
        return "fault"
    if packages and all(one is not None and one.verified for one in held):
        return "ready"
    return "unknown" if not staged else "fetching"


def _attempt(facts: Facts, attempt: Attempt, entry: Entry | None) -> Object:
    part = attempt.current
    shown: Object = {
        "attempt_id": attempt.attempt_id,
        "candidate_id": attempt.candidate_id,
        "sbd": "" if entry is None else entry.sbd,
        "name": "" if entry is None else entry.full_name,
        "unit": "" if entry is None else entry.unit,
        "confirmed": attempt.confirmed,
        "generation": attempt.generation,
        **hall_of_seat(facts.state, attempt.attempt_id),
    }
    if part is None:
        index = awaited_part(facts.state)
        planned = facts.definition.parts[index].duration_s * 1000 if facts.definition is not None else 0
        waiting: Object = {
            "part": index, "phase": PartPhase.WAITING.value, "answered": 0, "of": 0, "deadline_ms": None,
            "remaining_ms": planned, "pause": None, "extended_ms": 0, "finish": None, "late": 0,
            "lost_ms": 0,
        }  # fmt: skip
        return {**shown, **waiting}
    lost_ms = sum(one.ms for one in compensation.proposals_of(facts.state, attempt, facts.now_ms))
    late = len(late_bucket.mattering_in(facts.state, attempt, part))
    return {**shown, **_part(facts, part), "late": late, "lost_ms": lost_ms // 1000 * 1000}


def _part(facts: Facts, part: PartAttempt) -> Object:
    ledger, finish = part.ledger, part.finish
    pause = ledger.running_pause if finish is None else None
    paused: Object | None = None if pause is None else {"reason": pause.reason, "since_ms": pause.from_ms}
    ended: Object | None = None
    if finish is not None:
        ended = {
            "at_ms": finish.finished_at_ms, "receipt": finish.receipt, "forced": finish.forced,
            "disputed": finish.disputed, "cause": None if finish.cause is None else finish.cause.value,
        }  # fmt: skip
    deadline_ms = timing.deadline_at_ms(ledger) if finish is None else None
    return {
        "part": part.part,
        "phase": phase_of(part, facts.now_ms, facts.state).value,
        "answered": part.answered if finish is None else finish.answered,
        "of": len(part.item_ids),
        "deadline_ms": deadline_ms,
        # A running clock needs no news: the page counts down to the deadline.
        "remaining_ms": timing.remaining_ms(ledger, facts.now_ms) if finish is None and deadline_ms is None else 0,
        "pause": paused,
        "extended_ms": sum(extension.ms for extension in ledger.extensions),
        "finish": ended,
    }


# --- the room -------------------------------------------------------------------------------------------------------


def sitting_view(facts: Facts, sitting_id: str, candidates: int) -> Object:
    """The sitting as the page's head shows it."""
    state, definition = facts.state, facts.definition
    assert definition is not None
    stages = state.parts or tuple(PartStage.WAITING for _ in definition.parts)
    parts: list[JSON] = [
        {
            "index": index,
            "title": dict(part.title.document()),
            "duration_ms": part.duration_s * 1000,
            "stage": stages[index].value,
        }
        for index, part in enumerate(definition.parts)
    ]
    pinned = None
    if state.plan is not None and state.chosen is not None:
        packages = state.plan.packages
        pinned = packages.reserve if state.chosen.value == "reserve" else packages.primary
    noted = Counter(one.state for one in state.attendance.values())
    return {
        "sitting_id": sitting_id,
        "title": dict(definition.title.document()),
        "stage": state.stage.value,
        "parts": parts,
        "set": None if state.chosen is None else state.chosen.value,
        "digest": None if pinned is None else pinned.manifest_sha256,
        "copies": facts.copies,
        "copies_required": facts.copies_required,
        "stored": facts.stored,
        "candidates": candidates,
        "absent": noted[Attendance.ABSENT],
        "late": noted[Attendance.LATE],
        "hall": hall_row(state),
    }


def totals(rows: Iterable[Mapping[str, JSON]]) -> Object:
    """The counters above the map."""
    names = ("seats", "connected", "seated", "confirmed", "open", "paused", "submitted", "closed", "safe", "answered")
    found: dict[str, JSON] = dict.fromkeys(names, 0)

    def count(name: str, by: int = 1) -> None:
        before = found[name]
        assert isinstance(before, int)
        found[name] = before + by

    for row in rows:
        count("seats")
        attempt = row["attempt"]
        if row["connected"]:
            count("connected")
        if not isinstance(attempt, dict):
            continue
        count("seated")
        if attempt["confirmed"]:
            count("confirmed")
        if row["safe"]:
            count("safe")
        phase = "open" if attempt["phase"] == PartPhase.GRACE.value else str(attempt["phase"])
        if phase in found:
            count(phase)
        answered = attempt["answered"]
        count("answered", answered if isinstance(answered, int) else 0)
    return found


# --- only what changed ----------------------------------------------------------------------------------------------


def difference(before: Mapping[str, JSON] | None, after: Object) -> Object | None:
    """The fields of a row that a page which knows `before` needs; None when there is nothing to tell."""
    if before is None:
        return after
    changed = {name: value for name, value in after.items() if before.get(name) != value}
    if not changed.keys() - _UNHEARD:
        return None
    return {"id": after["id"], **changed}


# --- who may see it -------------------------------------------------------------------------------------------------


def without_names(told: Object) -> Object:
    """A picture, or changes of one, for officers who may see the room and not the roster: numbers stay, names go."""
    seats = told.get("seats")
    if not isinstance(seats, list):
        return told
    return {**told, "seats": [_nameless(seat) for seat in seats]}


def problems_alone(told: Object) -> Object | None:
    """A picture, or changes of one, for a page that shows how much needs somebody, and nothing else; None: no news for it."""
    return {"now_ms": told["now_ms"], "problems": told["problems"]} if "problems" in told else None


def _nameless(seat: JSON) -> JSON:
    attempt = seat.get("attempt") if isinstance(seat, dict) else None
    if not isinstance(seat, dict) or not isinstance(attempt, dict):
        return seat
    return {**seat, "attempt": {**attempt, "name": "", "unit": ""}}
