"""What the pages see of a kiosk: one JSON object. Pure but for the kiosk's own lock.

Ids of attempts, packages and streams stay in the agent; those of options and gaps, which are drawn by lot, are the
paper's own and go to the page with it.
"""

from __future__ import annotations

from typing import cast

from client_kiosk import agent
from client_kiosk.agent import Notice, Screen, State
from client_kiosk.errors import evidence
from client_kiosk.kiosk import Kiosk
from client_kiosk.media import File
from client_kiosk.outbox import FIRST_SEQ
from client_kiosk.papers import ShownPaper
from question_bank.canonical import JSON
from question_bank.items import item_type
from question_bank.sealed import SealError
from server.protocol.situation import AttemptView, PartPhase, PartView, Situation

_MARK = 100  # hundredths in a mark
_DAY_MS = 86_400_000
_MINUTE_MS = 60_000
_ROOM_OFFSET_MS = 7 * 3_600_000  # Vietnam has one time zone and no summer time: UTC+7 (Quyết định 134/2002/QĐ-TTg)


def view(kiosk: Kiosk) -> dict[str, JSON]:
    """Everything a page shows, now."""
    with kiosk.lock:
        state, now = kiosk.state, kiosk.room_at_ms()
        shown = agent.screen(state, now)
        attempt = agent.attempt_here(state)
        situation = state.situation
        found: dict[str, JSON] = {
            "screen": shown.value,
            "room_name": _room_name(kiosk, situation),
            "seat_label": _seat_label(kiosk, situation),
            "connected": state.online,
            "sitting": _sitting(situation),
            "staging": _staging(kiosk, situation),
            "candidate": _candidate(attempt) if attempt is not None else None,
            "saved": _saved(kiosk),
            "notice": _notice(state),
            "stopped": state.stopped,
            "kept": _kept(kiosk),
            "paper_no": kiosk.paper_no,
        }
        found.update(_part(attempt.part, attempt, now) if attempt is not None else _NO_PART)
        found.update(_work(state, kiosk.paper, shown))
        return found


_PAPER_SCREENS = (Screen.EXAM, Screen.PAUSED, Screen.TIME_UP, Screen.SUBMITTING)


def paper(kiosk: Kiosk) -> dict[str, JSON] | None:
    """The opened paper as it is shown, or None while no open part's paper is in memory."""
    with kiosk.lock:
        opened = kiosk.paper
        if opened is None or kiosk.screen() not in _PAPER_SCREENS:
            return None
        return page_paper(opened)


def page_paper(opened: ShownPaper) -> dict[str, JSON]:
    """What a page gets of a paper: items by their places, without their ids."""
    items: list[JSON] = [
        {
            "number": number,
            "type": item.type,
            "stimulus": item.stimulus_id or None,
            "stem": item.stem,
            "view": dict(item.view),
            "max_marks": marks(item.max_mark) if item.max_mark else None,
            "plays": item.plays,
        }
        for number, item in enumerate(opened.items, 1)
    ]
    stimuli: dict[str, JSON] = {one.stimulus_id: {"title": one.title, "text": one.text} for one in opened.stimuli}
    return {"title": dict(opened.title), "items": items, "stimuli": stimuli}


def medium(kiosk: Kiosk, sha256: str) -> File | None:
    """A file of the opened paper, while a page may show it; None also when the staged copy turns out to be damaged."""
    with kiosk.lock:
        opened = kiosk.paper if kiosk.screen() in _PAPER_SCREENS else None
    try:
        return opened.media.read(sha256) if opened is not None else None
    except SealError as error:
        kiosk.warn(Notice("paper_fault", evidence(error)))
        return None


def marks(hundredths: int) -> str:
    """Marks as people write them: no more decimals than needed, a comma is the page's business."""
    whole, rest = divmod(hundredths, _MARK)
    return f"{whole}.{rest:02d}".rstrip("0") if rest else str(whole)


def clock_text(at_ms: int) -> str:
    """The room's time of day, HH:MM:SS."""
    seconds = (at_ms + _ROOM_OFFSET_MS) % _DAY_MS // 1000
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


_NO_PART: dict[str, JSON] = {
    "part": None, "clock": None, "pause": None, "rest": None, "extensions_ms": 0, "submitted": None, "result": None,
}  # fmt: skip


def _notice(state: State) -> JSON:
    """What is beside the screen; outboxes that cannot go on are told only before somebody works here."""
    if state.notice is not None:
        return {"code": state.notice.code, "detail": state.notice.detail}
    if state.sheet_waits:
        return {"code": "sheet_waits", "detail": ""}
    if state.held_back and agent.attempt_here(state) is None:
        return {"code": "outbox_held_back", "detail": ", ".join(sorted(source[:8] for source in state.held_back))}
    return None


def _kept(kiosk: Kiosk) -> JSON:
    """For the technician: what is on no server and nobody is about to fetch; None when there is nothing."""
    state = kiosk.state
    idle = state.resting | state.held_back
    over = state.situation.sitting if agent.is_over(state) and state.situation is not None else None
    waiting: dict[str, int] = {}
    for source, outbox in kiosk.outboxes.items():
        sitting_id, count = outbox.stream.sitting_id, outbox.unsettled()
        if count and (source in idle or state.stopped is not None or (over and over.sitting_id == sitting_id)):
            waiting[sitting_id] = waiting.get(sitting_id, 0) + count
    if not waiting:
        return None
    return {
        "records": sum(waiting.values()),
        "sittings": list[JSON](sorted(waiting)),
        "folder": str(kiosk.folder.outboxes),
    }


def _room_name(kiosk: Kiosk, situation: Situation | None) -> JSON:
    if situation is not None:
        return situation.room_name
    return kiosk.membership.room_name if kiosk.membership is not None else None


def _seat_label(kiosk: Kiosk, situation: Situation | None) -> JSON:
    if situation is not None:
        return situation.seat_label
    return kiosk.membership.seat_label if kiosk.membership is not None else None


def _sitting(situation: Situation | None) -> JSON:
    if situation is None or situation.sitting is None:
        return None
    sitting = situation.sitting
    return {"title": dict(sitting.title), "state": sitting.state.value, "show_result": sitting.show_result}


def _staging(kiosk: Kiosk, situation: Situation | None) -> JSON:
    offers = situation.stage.packages if situation is not None else ()
    known = [kiosk.staging.get(offer.package_id, "pending") for offer in offers]
    faults = [fault for fault in known if fault not in (None, "pending")]
    return {"ready": known.count(None), "total": len(offers), "fault": faults[0] if faults else None}


def _candidate(attempt: AttemptView) -> JSON:
    return {
        "sbd": attempt.sbd,
        "full_name": attempt.full_name,
        "birth_date": attempt.birth_date,
        "unit": attempt.unit,
    }


def _part(part: PartView, attempt: AttemptView, now: int) -> dict[str, JSON]:
    left = agent.remaining_ms(attempt, now)
    running = part.phase is PartPhase.OPEN and part.deadline_at_ms is not None
    ends = clock_text(part.deadline_at_ms)[:5] if part.deadline_at_ms is not None else None
    return {
        "part": {
            "number": part.index + 1,
            "count": part.count,
            "title": dict(part.title),
            "duration_ms": part.duration_s * 1000,
        },
        "clock": {"remaining_ms": left, "running": running, "ends_at": ends},
        "pause": _pause(part),
        "rest": _rest(part),
        "extensions_ms": sum(extension.ms for extension in part.extensions),
        "submitted": _submitted(part),
        "result": _result(part),
    }


def _pause(part: PartView) -> JSON:
    if part.pause is None:
        return None
    return {"reason": part.pause.reason, "since": clock_text(part.pause.since_at_ms)[:5]}


def _rest(part: PartView) -> JSON:
    """Breaks granted beforehand, in whole minutes as people count them: what has begun counts."""
    if part.rest is None:
        return None
    ends = part.rest.ends_at_ms
    return {"minutes": -(-part.rest.left_ms // _MINUTE_MS), "ends_at": None if ends is None else clock_text(ends)[:5]}


def _submitted(part: PartView) -> JSON:
    done = part.submitted
    if done is None:
        return None
    return {
        "at": clock_text(done.at_ms),
        "receipt": done.receipt,
        "forced": done.forced,
        "answered": done.answered,
        "of": done.of,
    }


def _result(part: PartView) -> JSON:
    if part.result is None:
        return None
    result = part.result
    return {
        "right": result.right,
        "of": result.of,
        "marks": marks(result.marks),
        "max_marks": marks(result.max_marks),
        "time_taken_s": result.time_taken_s,
        "jury": result.jury,
    }


def _saved(kiosk: Kiosk) -> JSON:
    """Where the answers are: by what there is, not by what this program has seen since it was started."""
    pending, work = kiosk.pending(), kiosk.state.work
    attempt = agent.attempt_here(kiosk.state)
    outbox = kiosk.outboxes.get(attempt.source) if attempt is not None else None
    begun = bool(work.responses) or (outbox is not None and outbox.last_seq > FIRST_SEQ)  # the first says who it is
    if not begun and not (pending and attempt is None):
        return {"state": "idle", "pending": pending, "at": None}
    at = clock_text(kiosk.last_saved_ms) if kiosk.last_saved_ms is not None else None
    return {"state": "machine" if pending else "server", "pending": pending, "at": at}


def _work(state: State, opened: ShownPaper | None, shown: Screen) -> dict[str, JSON]:
    if opened is None or shown in (Screen.SUBMITTED, Screen.CLOSED):
        return {"answered": 0, "of": 0, "flagged": [], "responses": {}, "partly": [], "waiting": {}}
    responses: dict[str, JSON] = {}
    waiting: dict[str, JSON] = {}
    flagged: list[JSON] = []
    partly: list[JSON] = []
    for number, item in enumerate(opened.items, 1):
        response = state.work.responses.get(item.item_id)
        if response is not None:
            responses[str(number)] = cast(JSON, response)
            if item_type(item.type).answered(item.outline, response) == "partly":
                partly.append(number)
        late = state.work.waiting.get(item.item_id)
        if late is not None:
            waiting[str(number)] = cast(JSON, dict(late))
        if item.item_id in state.work.flagged:
            flagged.append(number)
    counts: dict[str, JSON] = {"answered": len(responses), "of": len(opened.items)}
    return {**counts, "flagged": flagged, "responses": responses, "partly": partly, "waiting": waiting}
