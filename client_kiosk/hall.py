"""What a page shows of the hall: the switch of papers, messages, the hand, a lock, the next word, corrections. Pure."""

from __future__ import annotations

from client_kiosk.hall_desk import HallDesk
from client_kiosk.papers import ShownPaper
from question_bank.canonical import JSON
from server.protocol.hall import ErratumView, HallView, MessageView, Seen

_DAY_MS, _ROOM_OFFSET_MS = 86_400_000, 7 * 3_600_000  # UTC+7, no summer time


def hall(desk: HallDesk, paper: ShownPaper | None, now_ms: int) -> dict[str, JSON]:
    """Everything of the hall at room time `now_ms`."""
    told = desk.view()
    word, lock, hand = told.next_word, told.lock, told.hand
    return {
        "switch": _switch(told),
        "messages": [_message(one, desk) for one in told.messages if not _is_done(one, desk)],
        "hand": None if hand is None else {"category": hand.category.value, "since": _clock(hand.since_at_ms)},
        "lock": None if lock is None else {"sentence": lock.sentence, "stands": lock.clock_stands},
        "next_word": None if word is None else {
            "text": word.text, "at": _clock(word.due_at_ms), "in_ms": word.due_at_ms - now_ms,
        },
        "errata": _errata(told, desk, paper),
    }  # fmt: skip


def _switch(told: HallView) -> JSON:
    switch = told.switch
    if switch is None:
        return None
    rule = {"clock": switch.clock.value, "least_ms": switch.least_ms}
    return {"reason": switch.reason, "opened": switch.opened, **rule}


def _is_done(one: MessageView, desk: HallDesk) -> bool:
    """Whether the candidate has put a message away; where nobody asked for a word, that is all it takes."""
    return one.confirmed or desk.has_seen(one.message_id, Seen.CONFIRMED)


def _message(one: MessageView, desk: HallDesk) -> JSON:
    shown = one.shown or desk.has_seen(one.message_id, Seen.SHOWN)
    return {
        "id": one.message_id, "text": one.text, "at": _clock(one.at_ms), "confirm": one.confirm, "shown": shown,
    }  # fmt: skip


def _errata(told: HallView, desk: HallDesk, paper: ShownPaper | None) -> JSON:
    """By the item's place on this candidate's paper; one of an item that is not on it is none of their business."""
    places = {} if paper is None else {item.item_id: number for number, item in enumerate(paper.items, 1)}
    return [_erratum(one, places[one.item_id], desk) for one in told.errata if one.item_id in places]


def _erratum(one: ErratumView, number: int, desk: HallDesk) -> JSON:
    seen = one.seen or desk.has_seen(one.erratum_id, Seen.SHOWN)
    return {
        "id": one.erratum_id, "number": number, "text": dict(one.text), "at": _clock(one.at_ms), "seen": seen,
        "withdrawn": one.withdrawn,
    }  # fmt: skip


def _clock(at_ms: int) -> str:
    minutes = (at_ms + _ROOM_OFFSET_MS) % _DAY_MS // 60_000
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
