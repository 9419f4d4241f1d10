"""The minute of a step against misconduct (biên bản xử lý vi phạm), and the sheet of handovers (biên bản bàn giao ca)."""

from __future__ import annotations

from question_bank.canonical import JSON
from question_bank.phrase import Phrase, phrase
from server.domain.hall_duty_events import MisconductRecorded, ShiftHandedOver
from server.web import times
from server.web.documents.letterhead import DOTS, Letterhead, day_in_words, signer
from server.web.documents.minutes import Facts
from server.web.documents.parts import section, table
from server.web.documents.render import in_words, render_pdf


def misconduct_pdf(facts: Facts, head: Letterhead, misconduct_id: str) -> bytes | None:
    """The PDF of one step, from the journal; None when there is no such. Raises DocumentError. Slow."""
    found = next((one for one in facts.chronicle.misconduct if one[1].misconduct_id == misconduct_id), None)
    if found is None:
        return None
    at_ms, event = found
    withdrawn = facts.chronicle.withdrawn_misconduct.get(misconduct_id)
    sections = [_what(facts, at_ms, event), _step(facts, event), _statement()]
    if withdrawn is not None:
        back = phrase(
            "%(time)s: the step was taken back, because: %(reason)s.",
            time=times.clock(withdrawn[0]),
            reason=withdrawn[1].reason,
        )
        sections.append(section(in_words(phrase("IV. Taken back")), [in_words(back)]))
    data: dict[str, JSON] = {
        "office": head.data(),
        "kind": in_words(phrase("Official minutes")),
        "subject": in_words(phrase("Breach of the exam rules: %(step)s", step=event.step.vi)),
        "words": {"foot": f"{facts.definition.sitting_id} · {misconduct_id} · {facts.head.hash.hex()[:16]}"},
        "sections": list(sections),
        "closing": in_words(phrase("The minutes were read to those present, who agree and sign. A candidate who refuses to sign has that noted here by two proctors.")),
        "people": [
            signer(in_words(phrase("The candidate"))),
            signer(in_words(phrase("First proctor"))),
            signer(in_words(phrase("Second proctor"))),
        ],
    }  # fmt: skip
    return render_pdf("minutes", data)


def _what(facts: Facts, at_ms: int, event: MisconductRecorded) -> JSON:
    seat = facts.chronicle.seated.get(event.attempt_id)
    entry = None if seat is None else facts.entries.get(seat.candidate_id)
    when = phrase(
        "At %(time)s on %(day)s, in %(room)s, sitting: %(title)s.",
        time=times.clock(at_ms), day=day_in_words(times.moment(at_ms).date()), room=facts.room_name,
        title=facts.definition.title.vi,
    )  # fmt: skip
    who = phrase(
        "Candidate: %(name)s, candidate number %(sbd)s, unit %(unit)s, at machine %(seat)s.",
        name=DOTS if entry is None else entry.full_name, sbd=DOTS if entry is None else entry.sbd,
        unit=DOTS if entry is None else entry.unit, seat=DOTS if seat is None else seat.seat_label,
    )  # fmt: skip
    happened = phrase("What happened: %(note)s", note=event.note)
    return section(in_words(phrase("I. What happened")), [in_words(one) for one in (when, who, happened)])


def _step(facts: Facts, event: MisconductRecorded) -> JSON:
    said = [phrase("Step taken: %(step)s.", step=event.step.vi)]
    if event.step.deduct_percent:
        said.append(
            phrase(
                "Consequence by the contest's rules: %(n)s of the mark. The jury decides about it; the room takes nothing off.",
                n=f"{event.step.deduct_percent} %",
            )
        )
    if event.step.ends_part:
        said.append(phrase("The candidate's part was ended at once; what was held was collected."))
    said.append(phrase("Recorded by: %(officers)s.", officers=", ".join(facts.officer(one) for one in event.officers)))
    return section(in_words(phrase("II. The step")), [in_words(one) for one in said])


def _statement() -> JSON:
    return section(in_words(phrase("III. The candidate's own words")), [DOTS * 40, DOTS * 40])


def handover_sheet_pdf(facts: Facts, head: Letterhead) -> bytes | None:
    """The PDF of every handover; None while there was none. Raises DocumentError. Slow."""
    if not facts.chronicle.handovers:
        return None
    rows = [_handover(facts, at_ms, event) for at_ms, event in facts.chronicle.handovers]
    titles = (
        phrase("Time"),
        phrase("From, to"),
        phrase("Open at that time"),
        phrase("What was passed on"),
        phrase("Signatures"),
    )
    data: dict[str, JSON] = {
        "office": head.data(),
        "kind": in_words(phrase("Official minutes")),
        "subject": in_words(phrase("Handover of the proctors' shift, sitting: %(title)s", title=facts.definition.title.vi)),
        "words": {"foot": f"{facts.definition.sitting_id} · {facts.head.hash.hex()[:16]}"},
        "sections": [section(in_words(phrase("Handovers")), [], table(titles, rows, (3, 6, 6, 6, 5), (0,)))],
        "closing": in_words(phrase("Both have gone through what is open, and sign.")),
        "people": [signer(in_words(phrase("Outgoing"))), signer(in_words(phrase("Incoming")))],
    }  # fmt: skip
    return render_pdf("minutes", data)


def _handover(facts: Facts, at_ms: int, event: ShiftHandedOver) -> list[str]:
    return [
        times.clock(at_ms),
        f"{facts.officer(event.outgoing_id)} → {facts.officer(event.incoming_id)}",
        in_words(open_points(event)),
        event.note,
        "",
    ]


def open_points(event: ShiftHandedOver) -> Phrase:
    """How much was open, in one sentence."""
    return phrase(
        "Calls: %(hands)s; paused: %(pauses)s; locked: %(locks)s; messages not seen: %(unread)s; time to decide: "
        "%(proposals)s; late answers: %(late)s; incidents of the shift: %(incidents)s.",
        hands=event.hands, pauses=event.pauses, locks=event.locks, unread=event.unread, proposals=event.proposals,
        late=event.late, incidents=event.incidents,
    )  # fmt: skip
