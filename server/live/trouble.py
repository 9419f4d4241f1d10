"""Who in the room needs somebody: each seat's worst trouble, sorted by harm, with the one act that most often helps. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from question_bank.canonical import JSON
from server.domain.state import Attempt
from server.live.picture import Facts, Object, SeatFacts, ready
from server.live.situations import phase_of
from server.protocol.situation import PartPhase

NOT_STORED, ROOM_FAULT = "not_stored", "room_fault"  # the room's own, whatever the seats are like
UNSENT_MS = 10_000  # answers on a kiosk's disk not acknowledged for this long: somebody should look
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
    for seat in seats:
        for trouble in _TROUBLES:
            since_ms = trouble.since(facts, seat)
            if since_ms is not None:
                act = trouble.act(facts, seat.attempt) if trouble.act is not None and seat.attempt is not None else None
                found.append(_problem(trouble.code, trouble.harm, seat, since_ms, act))
                break
    found.sort(key=lambda one: (-_number(one["harm"]), _number(one["since_ms"])))
    return list(found)


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
    if part is None or phase_of(part, facts.now_ms, facts.state) is PartPhase.PAUSED:
        return None
    return _lost_since(facts, seat)


def _disputed(facts: Facts, seat: SeatFacts) -> int | None:
    part = None if seat.attempt is None else seat.attempt.current
    return part.finish.at_ms if part is not None and part.finish is not None and part.finish.disputed else None


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
    return part.late[0].believed_at_ms if part is not None and part.late else None


def _not_staged(facts: Facts, seat: SeatFacts) -> int | None:
    waiting = seat.attempt is None or seat.attempt.current is None
    here = seat.kiosk is not None and seat.kiosk.connected
    return _since(seat) if waiting and here and ready(facts.packages, seat.kiosk) in ("fetching", "unknown") else None


def _disk_low(facts: Facts, seat: SeatFacts) -> int | None:
    return _since(seat) if seat.kiosk is not None and seat.kiosk.disk_is_low else None


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


def _incident(category: str) -> Callable[[Facts, Attempt], Object]:
    return lambda facts, attempt: {"kind": "incident", "args": {"attempt_id": attempt.attempt_id, "category": category}}


_TROUBLES = (
    _Trouble("lost_in_exam", 90, _lost_in_exam, _pause),
    _Trouble("disputed", 80, _disputed, _incident("digest_differs")),
    _Trouble("two_machines", 75, _two_machines, _incident("two_machines")),
    _Trouble("unsent", 70, _unsent),
    _Trouble("package_fault", 65, _package_fault),
    _Trouble("not_started", 60, _not_started, _start),
    _Trouble("not_confirmed", 55, _not_confirmed),
    _Trouble("late_answers", 45, _late_answers),
    _Trouble("not_staged", 40, _not_staged),
    _Trouble("disk_low", 35, _disk_low),
    _Trouble("lost", 30, _lost),
    _Trouble("paused_long", 20, _paused_long, _resume),
)
