"""What of the hall stands in the minutes, in sentences and tables."""

from __future__ import annotations

from collections.abc import Callable

from question_bank.phrase import Phrase, phrase, phrases
from server.domain.event import Event
from server.domain.hall_duty_events import (
    ErratumReleased,
    ErratumWithdrawn,
    MisconductRecorded,
    MisconductWithdrawn,
    ShiftHandedOver,
)
from server.domain.hall_events import (
    HandAnswered,
    IncidentAdded,
    MessageSent,
    MessageWithdrawn,
    NextWordSet,
    ReserveSwitchBegan,
    ReserveSwitchCalledOff,
    SeatLocked,
    SeatUnlocked,
)
from server.web import times
from server.web.documents.chronicle import Chronicle
from server.web.documents.render import in_words
from server.web.hall_wording import switch_rule


def switches(chronicle: Chronicle, officer: Callable[[str], str]) -> list[str]:
    """Every switch of the paper in the middle of the sitting: who decided, why, by which rule, and for whom."""
    said = [_switch(at_ms, event, officer) for at_ms, event in chronicle.switches]
    if chronicle.replaced:
        first = min(at_ms for at_ms, _ in chronicle.replaced.values())
        given = phrases(
            "%(time)s: the new paper was given to %(n)s candidate; what they had answered before is kept in the journal.",
            "%(time)s: the new paper was given to %(n)s candidates; what they had answered before is kept in the journal.",
            len(chronicle.replaced), time=times.clock(first),
        )  # fmt: skip
        said.append(in_words(given))
    return said


def _switch(at_ms: int, event: ReserveSwitchBegan | ReserveSwitchCalledOff, officer: Callable[[str], str]) -> str:
    who = ", ".join(officer(one) for one in event.officers)
    if isinstance(event, ReserveSwitchCalledOff):
        off = phrase(
            "%(time)s: the switch was called off, because: %(reason)s (%(who)s).",
            time=times.clock(at_ms), reason=event.reason, who=who,
        )  # fmt: skip
        return in_words(off)
    began = phrase(
        "%(time)s: from part %(part)s on the sitting goes over to the other set, because: %(reason)s (%(who)s). All clocks of "
        "the part stood still. %(rule)s Only what is answered on the new paper counts.",
        time=times.clock(at_ms), part=event.part + 1, reason=event.reason, who=who, rule=in_words(switch_rule(event)),
    )  # fmt: skip
    return in_words(began)


def hall_act(event: Event) -> Phrase | None:  # noqa: C901 - one line for each kind
    """What an event of the hall is called in the table of what happened."""
    match event:
        case MessageSent():
            return phrase("Message to candidates")
        case MessageWithdrawn():
            return phrase("Message taken back")
        case HandAnswered():
            return phrase("A candidate called, and was helped")
        case NextWordSet(due_at_ms=None):
            return phrase("Announcement taken away")
        case NextWordSet(due_at_ms=int(due)):
            return phrase("Next word announced for %(at)s", at=times.clock(due)[:5])
        case SeatLocked(clock_stands=stands):
            return phrase("Screen locked, clock stopped") if stands else phrase("Screen locked, clock running")
        case SeatUnlocked():
            return phrase("Screen unlocked")
        case IncidentAdded(incident_seq=seq):
            return phrase("Further note to the incident of record %(seq)s", seq=seq)
        case MisconductRecorded(step=step):
            return phrase("Misconduct: %(step)s", step=step.vi)
        case MisconductWithdrawn():
            return phrase("Misconduct step taken back")
        case ErratumReleased(item_ref=ref):
            return phrase("Item corrected: %(item)s", item=ref)
        case ErratumWithdrawn():
            return phrase("Correction of an item taken back")
        case ShiftHandedOver():
            return phrase("Shift handed over")
    return None


def hall_note(event: Event) -> str:
    """What was said in it, where that is neither a reason nor a note."""
    match event:
        case MessageSent(text=text) | NextWordSet(text=text):
            return text
        case SeatLocked(sentence=sentence):
            return sentence
        case ErratumReleased(text=text):
            return str(text.get("vi", ""))
        case ShiftHandedOver(note=note):
            return note or "–"
    return ""
