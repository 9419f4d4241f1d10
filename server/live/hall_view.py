"""What each kiosk is told of the hall, from the sitting's state at one instant. Pure views."""

from __future__ import annotations

from server.domain.hall_state import Message
from server.domain.state import Attempt, SittingState
from server.domain.values import SittingStage
from server.protocol.hall import (
    MAX_TOLD,
    QUIET,
    ErratumView,
    HallView,
    HandView,
    LockView,
    MessageView,
    NextWordView,
    SwitchView,
)


def hall_view(state: SittingState, attempt: Attempt | None) -> HallView:
    """The hall for the kiosk that carries this attempt, or for one where nobody sits; nothing once the sitting is closed."""
    if state.stage is SittingStage.CLOSED:
        return QUIET
    word = state.hall.next_word
    return HallView(
        switch=_switch(state, attempt),
        messages=_messages(state, attempt),
        hand=_hand(state, attempt),
        lock=_lock(state, attempt),
        errata=_errata(state, attempt),
        next_word=None if word is None else NextWordView(word.text, word.due_at_ms),
    )


def _switch(state: SittingState, attempt: Attempt | None) -> SwitchView | None:
    """The switch, for whoever has been started in the part that it stopped."""
    switch = state.hall.switch
    if switch is None or switch.given or attempt is None or switch.part not in attempt.parts:
        return None
    return SwitchView(switch.at_ms, switch.reason, switch.clock, switch.least_ms, state.paper is not None)


def _messages(state: SittingState, attempt: Attempt | None) -> tuple[MessageView, ...]:
    if attempt is None:
        return ()
    mine = [one for one in state.hall.messages.values() if not one.withdrawn and one.is_for(attempt.attempt_id)]
    came_ms = attempt.seatings[0].at_ms  # what was said before somebody came was not said to them
    told = [one for one in mine if one.who is not None or one.at_ms >= came_ms]
    return tuple(_message(one, attempt.attempt_id) for one in told[-MAX_TOLD:])


def _message(one: Message, attempt_id: str) -> MessageView:
    shown, confirmed = attempt_id in one.shown, attempt_id in one.confirmed
    return MessageView(one.message_id, one.text, one.at_ms, one.confirm, shown, confirmed)


def _errata(state: SittingState, attempt: Attempt | None) -> tuple[ErratumView, ...]:
    """Of the paper in front of them: an item of another one is none of theirs."""
    part = None if attempt is None else attempt.running
    if attempt is None or part is None or not state.hall.errata:
        return ()
    mine = set(part.item_ids)
    return tuple(
        ErratumView(
            one.erratum_id, one.item_id, {} if one.withdraws else dict(one.text), one.at_ms,
            attempt.attempt_id in one.seen, one.withdraws is not None,
        )
        for one in state.hall.errata.values()
        if one.item_id in mine and one.is_for(attempt.attempt_id, state.hall.errata)
    )  # fmt: skip


def _hand(state: SittingState, attempt: Attempt | None) -> HandView | None:
    hand = None if attempt is None else state.hall.hands.get(attempt.attempt_id)
    return None if hand is None else HandView(hand.category, hand.since_ms)


def _lock(state: SittingState, attempt: Attempt | None) -> LockView | None:
    lock = None if attempt is None else state.hall.locks.get(attempt.attempt_id)
    return None if lock is None else LockView(lock.sentence, lock.at_ms, lock.clock_stands)
