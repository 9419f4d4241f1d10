"""Who in the room needs somebody: each seat's worst trouble, sorted by harm, with the one act that most often helps. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from question_bank.canonical import JSON
from server.domain import compensation, late_bucket
from server.domain.state import Attempt
from server.domain.values import Cause
from server.live.disks import DiskStanding
from server.live.hall_trouble import of_the_hall
from server.live.picture import Facts, Object, SeatFacts, ready
from server.live.sheet_trouble import of_the_sheets
from server.live.situations import phase_of
from server.protocol.machine import DiskState
from server.protocol.situation import PartPhase

BACKUP_HARM = 50  # nothing is lost yet: below whatever touches a candidate now
# The room's own, whatever the seats are like.
NOT_STORED, ROOM_FAULT, STANDBY_LOST, TURNED_AWAY = "not_stored", "room_fault", "standby_lost", "turned_away"
UNSENT_MS = 10_000  # answers on a kiosk's disk not acknowledged for this long: somebody should look
DISK_FULL, DISK_SOON, DISK_OWN_LOW = "server_disk_full", "server_disk_soon", "server_disk_low"
_DISK = {DiskState.FULL: (DISK_FULL, 97), DiskState.SOON: (DISK_SOON, 66), DiskState.LOW: (DISK_OWN_LOW, 37)}
SECOND_FULL, SECOND_SOON, SECOND_LOW = "standby_disk_full", "standby_disk_soon", "standby_disk_low"
_SECOND = {DiskState.FULL: (SECOND_FULL, 86), DiskState.SOON: (SECOND_SOON, 64), DiskState.LOW: (SECOND_LOW, 36)}
PAUSED_LONG_MS = 10 * 60_000  # a pause nobody seems to remember


@dataclass(frozen=True, slots=True)
class _Trouble:
    """One kind of trouble: its harm, whether a seat has it (since when), and the act that most often helps."""

    code: str
    harm: int
    since: Callable[[Facts, SeatFacts], int | None]
    act: Callable[[Facts, Attempt], Object] | None = None


def problems(facts: Facts, seats: Iterable[SeatFacts]) -> list[JSON]:
    """Everything somebody should look at, worst first; of one seat only the worst."""
    found: list[Object] = []
    if not facts.stored:
        found.append(_problem(NOT_STORED, 100, None, facts.now_ms, None))
    if facts.fault_since_ms is not None:
        found.append(_problem(ROOM_FAULT, 95, None, facts.fault_since_ms, None))
    if facts.backup_fault is not None:
        found.append(_problem(facts.backup_fault[0], BACKUP_HARM, None, facts.backup_fault[1], None))
    if facts.turned_since_ms is not None:
        found.append(_problem(TURNED_AWAY, 98, None, facts.turned_since_ms, None))
    if facts.alone_since_ms is not None and not facts.standby_full:  # else its disk says why, and what to do
        found.append(_problem(STANDBY_LOST, 85, None, facts.alone_since_ms, None))
    seats = tuple(seats)
    found += [_problem(*one) for one in of_the_hall(facts, seats)]
    found += _disk(facts, facts.disk, _DISK) + _disk(facts, facts.standby_disk, _SECOND)
    found += of_the_sheets(facts.state, facts.sheets_waiting, facts.now_ms)
    for seat in seats:
        for trouble in _TROUBLES:
            since_ms = trouble.since(facts, seat)
            if since_ms is not None:
                act = trouble.act(facts, seat.attempt) if trouble.act is not None and seat.attempt is not None else None
                found.append(
                    {**_problem(trouble.code, trouble.harm, seat, since_ms, act), **_where_else(trouble, seat)}
                )
                break
    found.sort(key=lambda one: (-_number(one["harm"]), _number(one["since_ms"])))
    return list(found)


def _where_else(trouble: _Trouble, seat: SeatFacts) -> Object:
    """The seat the candidate was at before, where the trouble is that there are two."""
    if trouble.code != "two_machines" or seat.attempt is None or len(seat.attempt.seatings) < 2:
        return {}
    return {"other": seat.attempt.seatings[-2].seat_label}


def _disk(
    facts: Facts, disk: DiskStanding | None, codes: Mapping[DiskState, tuple[str, int]]
) -> list[Object]:  # fmt: skip
    """A server's disk: full (`need_mb` is to be made free), filling (`until_ms`: full then, to the minute), or low."""
    if disk is None or disk.state is DiskState.OK:
        return []
    code, harm = codes[disk.state]
    found = _problem(code, harm, None, disk.since_ms, None)
    if disk.need_bytes:
        found["need_mb"] = -(-disk.need_bytes // 2**20)
    if disk.state is DiskState.SOON and disk.full_in_ms is not None:
        found["until_ms"] = -(-(facts.now_ms + disk.full_in_ms) // 60_000) * 60_000
    return [found]


def _problem(code: str, harm: int, seat: SeatFacts | None, since_ms: int, act: Object | None) -> Object:
    attempt = None if seat is None else seat.attempt
    return {
        "code": code,
        "harm": harm,
        "id": None if seat is None else seat.kiosk_id,
        "attempt_id": None if attempt is None else attempt.attempt_id,
        "since_ms": since_ms,
        "act": act,
    }


def _number(value: JSON) -> int:
    return value if isinstance(value, int) else 0


def _lost_since(facts: Facts, seat: SeatFacts) -> int | None:
    if seat.kiosk is not None and seat.kiosk.connected and not seat.kiosk.mute:
        return None
    return facts.state.silent.get(seat.kiosk_id)


def _lost_in_exam(facts: Facts, seat: SeatFacts) -> int | None:
    part = None if seat.attempt is None else seat.attempt.running
    if (
        part is None
        or phase_of(part, facts.now_ms, facts.state) is PartPhase.PAUSED
        or _moving(facts, seat) is not None
    ):
        return None
    return _lost_since(facts, seat)


def _disputed(facts: Facts, seat: SeatFacts) -> int | None:
    part = None if seat.attempt is None else seat.attempt.current
    return part.finish.at_ms if part is not None and part.finish is not None and part.finish.disputed else None


def _moving(facts: Facts, seat: SeatFacts) -> int | None:
    attempt = seat.attempt
    order = None if attempt is None else facts.state.rescue.move_of(attempt.attempt_id, attempt.generation)
    return None if order is None else order.at_ms


def _two_machines(facts: Facts, seat: SeatFacts) -> int | None:
    attempt = seat.attempt
    return attempt.seat.at_ms if attempt is not None and attempt.attempt_id in facts.two_machines else None


def _unsent(facts: Facts, seat: SeatFacts) -> int | None:
    since_ms = None if seat.kiosk is None else seat.kiosk.pending_since_ms
    return since_ms if since_ms is not None and facts.now_ms - since_ms >= UNSENT_MS else None


def _package_fault(facts: Facts, seat: SeatFacts) -> int | None:
    return _since(seat) if ready(facts.packages, seat.kiosk) == "fault" else None


def _not_started(facts: Facts, seat: SeatFacts) -> int | None:
    attempt, part = seat.attempt, facts.state.open_part
    if attempt is None or part is None or part in attempt.parts or not attempt.confirmed:
        return None
    return attempt.seat.at_ms


def _not_confirmed(facts: Facts, seat: SeatFacts) -> int | None:
    attempt, part = seat.attempt, facts.state.open_part
    if attempt is None or part is None or part in attempt.parts or attempt.confirmed:
        return None
    return attempt.seat.at_ms


def _late_answers(facts: Facts, seat: SeatFacts) -> int | None:
    part = None if seat.attempt is None else seat.attempt.current
    if seat.attempt is None or part is None:
        return None
    late = late_bucket.mattering_in(facts.state, seat.attempt, part)
    return late[0].record.believed_at_ms if late else None


def _time_lost(facts: Facts, seat: SeatFacts) -> int | None:
    if seat.attempt is None:
        return None
    found = next(compensation.proposals_of(facts.state, seat.attempt, facts.now_ms), None)
    return None if found is None else found.loss.to_ms


def _not_staged(facts: Facts, seat: SeatFacts) -> int | None:
    waiting = seat.attempt is None or seat.attempt.current is None
    here = seat.kiosk is not None and seat.kiosk.connected
    return _since(seat) if waiting and here and ready(facts.packages, seat.kiosk) in ("fetching", "unknown") else None


def _disk_low(facts: Facts, seat: SeatFacts) -> int | None:
    return _since(seat) if seat.kiosk is not None and seat.kiosk.disk_is_low else None


def _disk_filling(facts: Facts, seat: SeatFacts) -> int | None:
    return _since(seat) if seat.filling else None


def _lost(facts: Facts, seat: SeatFacts) -> int | None:
    return _lost_since(facts, seat)


def _paused_long(facts: Facts, seat: SeatFacts) -> int | None:
    part = None if seat.attempt is None else seat.attempt.running
    pause = None if part is None else part.ledger.running_pause
    return pause.from_ms if pause is not None and facts.now_ms - pause.from_ms >= PAUSED_LONG_MS else None


def _since(seat: SeatFacts) -> int:
    return 0 if seat.kiosk is None else seat.kiosk.changed_at_ms


def _pause(facts: Facts, attempt: Attempt) -> Object:
    return {"kind": "pause", "args": {"who": [attempt.attempt_id], "cause": "equipment"}}


def _resume(facts: Facts, attempt: Attempt) -> Object:
    return {"kind": "resume", "args": {"who": [attempt.attempt_id]}}


def _start(facts: Facts, attempt: Attempt) -> Object:
    return {"kind": "start", "args": {"part": facts.state.open_part, "who": [attempt.attempt_id]}}


def _compensate(facts: Facts, attempt: Attempt) -> Object:
    found = compensation.proposals_of(facts.state, attempt, facts.now_ms)
    choices: list[JSON] = [{"attempt_id": attempt.attempt_id, "loss": one.loss.number} for one in found]
    args: Object = {"choices": choices, "accept": True, "ms": None, "cause": Cause.EQUIPMENT.value, "reason": ""}
    return {"kind": "compensate", "args": args}


def _incident(category: str) -> Callable[[Facts, Attempt], Object]:
    return lambda facts, attempt: {"kind": "incident", "args": {"attempt_id": attempt.attempt_id, "category": category}}


_TROUBLES = (
    _Trouble("lost_in_exam", 90, _lost_in_exam, _pause),
    _Trouble("disputed", 80, _disputed, _incident("digest_differs")),
    _Trouble("two_machines", 75, _two_machines, _incident("two_machines")),
    _Trouble("moving", 72, _moving),
    _Trouble("unsent", 70, _unsent),
    _Trouble("package_fault", 65, _package_fault),
    _Trouble("not_started", 60, _not_started, _start),
    _Trouble("not_confirmed", 55, _not_confirmed),
    _Trouble("time_lost", 50, _time_lost, _compensate),
    _Trouble("late_answers", 45, _late_answers),
    _Trouble("not_staged", 40, _not_staged),
    _Trouble("disk_filling", 38, _disk_filling),
    _Trouble("disk_low", 35, _disk_low),
    _Trouble("lost", 30, _lost),
    _Trouble("paused_long", 20, _paused_long, _resume),
)
