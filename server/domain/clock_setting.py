"""What becomes of a sitting's state when room time is set back: nothing is later than now. Pure.

It is set back where no candidate's clock depends on it yet, and once after a restart, when the kiosks say that the
computer came back with a date too far ahead. Instants of after the mistake become the instant it was put right.
"""

from __future__ import annotations

from dataclasses import replace

from server.domain.state import Attempt, PartAttempt, SittingState
from server.domain.time_state import TimeState
from server.domain.timing import TimeLedger


def set_back(state: SittingState, at_ms: int) -> SittingState:
    """The state once room time is `at_ms`; one that holds no later instant is as it was."""
    return replace(
        state,
        began_at_ms=min(state.began_at_ms, at_ms),
        silent={kiosk: min(since, at_ms) for kiosk, since in state.silent.items()},
        time=_time(state.time, at_ms),
        attempts={attempt_id: _attempt(attempt, at_ms) for attempt_id, attempt in state.attempts.items()},
    )


def _time(time: TimeState, at_ms: int) -> TimeState:
    losses = {
        attempt_id: tuple(replace(one, from_ms=min(one.from_ms, at_ms), to_ms=min(one.to_ms, at_ms)) for one in found)
        for attempt_id, found in time.losses.items()
    }
    heard = {kiosk_id: min(heard_ms, at_ms) for kiosk_id, heard_ms in time.heard_ms.items()}
    return replace(time, losses=losses, heard_ms=heard)


def _attempt(attempt: Attempt, at_ms: int) -> Attempt:
    return replace(
        attempt,
        seatings=tuple(replace(seating, at_ms=min(seating.at_ms, at_ms)) for seating in attempt.seatings),
        parts={index: _part(part, at_ms) for index, part in attempt.parts.items()},
        last_at_ms=min(attempt.last_at_ms, at_ms),
        made_at_ms={generation: min(made, at_ms) for generation, made in attempt.made_at_ms.items()},
    )


def _part(part: PartAttempt, at_ms: int) -> PartAttempt:
    return replace(part, ledger=_ledger(part.ledger, at_ms)) if part.finish is None else part


def _ledger(ledger: TimeLedger, at_ms: int) -> TimeLedger:
    pauses = tuple(
        replace(one, from_ms=min(one.from_ms, at_ms), to_ms=None if one.to_ms is None else min(one.to_ms, at_ms))
        for one in ledger.pauses
    )
    return replace(ledger, opened_at_ms=min(ledger.opened_at_ms, at_ms), pauses=pauses)
