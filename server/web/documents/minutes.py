"""Minutes of a sitting (biên bản ca thi), written from its journal and from nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from question_bank.canonical import JSON
from question_bank.phrase import Phrase, phrase, phrases
from server.domain import events as e
from server.domain.chain import Head
from server.domain.event import Event
from server.domain.hall_duty_events import ShiftHandedOver
from server.domain.readiness_events import ReadinessChecked, ReadinessOverridden, ReadinessOverrideWithdrawn
from server.domain.rescue_events import AnswersRescued, SeatMoved
from server.domain.roster import Entry
from server.domain.sheet_events import SeatRestored
from server.domain.values import Attendance, Cause
from server.live.definition import SittingDefinition
from server.web import times
from server.web.documents.changes import change_in_words
from server.web.documents.chronicle import Chronicle, Happening
from server.web.documents.hall_sections import hall_act, hall_note, switches
from server.web.documents.letterhead import Letterhead, signer
from server.web.documents.parts import section as section
from server.web.documents.parts import table as table
from server.web.documents.parts import titled
from server.web.documents.render import in_words, render_pdf
from server.web.documents.result_sections import copies, receipts, restored
from server.web.documents.time_sheet import Clocks, time_sections
from server.web.sheet_wording import in_minutes
from server.web.wording import CAUSES, CHANGES, INCIDENTS, SETS


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything minutes are made of. `entries` by candidate id, `officers` by id: (full name, role in words).

    `changes`: by candidate id and digest of the new entry, the entry before (None: added) and the new one. `ca_sha256`,
    `key_sha256`: fingerprints of the room's authority and of its signing key.
    """

    room_name: str
    definition: SittingDefinition
    chronicle: Chronicle
    head: Head
    entries: Mapping[str, Entry]
    officers: Mapping[str, tuple[str, str]]
    changes: Mapping[tuple[str, str], tuple[Entry | None, Entry]]
    clocks: Clocks | None = None  # for the annex of the candidates' time
    ca_sha256: str = ""
    key_sha256: str = ""

    def officer(self, officer_id: str | None) -> str:
        """An officer's name; the system's, where nobody did it."""
        if officer_id is None:
            return in_words(phrase("the system"))
        return self.officers.get(officer_id, (officer_id, ""))[0]

    def candidate(self, candidate_id: str) -> str:
        """A candidate as the minutes name one."""
        entry = self.entries.get(candidate_id)
        return f"{entry.sbd} {entry.full_name}" if entry is not None else candidate_id


def minutes(facts: Facts, head: Letterhead) -> bytes:
    """The PDF. Raises DocumentError. Slow."""
    draft = facts.chronicle.closed_at_ms is None
    closing = phrase(
        "These minutes were made from the electronic journal of the sitting and read to those present, who agree and sign."
    )
    data: dict[str, JSON] = {
        "office": head.data(),
        "kind": in_words(phrase("Official minutes (draft, the sitting is not closed)") if draft else phrase("Official minutes")),
        "subject": in_words(phrase("Sitting: %(title)s", title=titled(facts.definition.title))),
        "words": {"foot": f"{facts.definition.sitting_id} · {facts.head.hash.hex()[:16]}"},
        "sections": [
            _when_and_where(facts), _people(facts), _papers(facts), _candidates(facts), _course(facts), _end(facts),
            _journal(facts),
            *(time_sections(facts.clocks) if facts.clocks is not None else ()),
            *receipts(facts.chronicle, facts.entries),
        ],
        "closing": in_words(closing),
        "people": [
            signer(in_words(phrase("For the Proctors"))),
            signer(in_words(phrase("Secretary"))),
            signer(in_words(phrase("For the Organising Committee"))),
        ],
    }  # fmt: skip
    return render_pdf("minutes", data)


def _when_and_where(facts: Facts) -> JSON:
    chronicle = facts.chronicle
    parts = [
        in_words(
            phrase(
                "Part %(number)s (%(title)s, %(minutes)s minutes): started %(start)s, closed %(end)s.",
                number=index + 1,
                title=titled(part.title),
                minutes=part.duration_s // 60,
                start=_clock(chronicle.parts_opened.get(index)),
                end=_clock(chronicle.parts_closed.get(index)),
            )
        )
        for index, part in enumerate(facts.definition.parts)
    ]
    first = chronicle.prepared_at_ms
    place = phrase(
        "Place: %(room)s. Day: %(day)s. All times are of the room's clock.",
        room=facts.room_name, day=times.day(first) if first is not None else "……",
    )  # fmt: skip
    return section(in_words(phrase("I. Time and place")), [in_words(place), *parts])


def _people(facts: Facts) -> JSON:
    rows = [
        [str(number), name, role]
        for number, (name, role) in enumerate(sorted(facts.officers.values(), key=lambda one: (one[1], one[0])), 1)
    ]
    titles = (phrase("Serial number"), phrase("Full name"), phrase("Role"))
    return section(in_words(phrase("II. Officers of the room")), [], table(titles, rows, (1, 6, 6), (0,)))


def _papers(facts: Facts) -> JSON:
    chronicle = facts.chronicle
    said = [_chosen(facts, at_ms, event) for at_ms, event in chronicle.chosen]
    said += [_opened(facts, at_ms, event) for at_ms, event in chronicle.unsealed]
    said += switches(chronicle, facts.officer)
    digests = [
        (
            in_words(phrase("%(set)s, package %(package)s, fingerprint of the manifest (SHA-256)",
                            set=SETS[event.set], package=event.package_id)),
            event.manifest_sha256,
        )
        for _, event in chronicle.unsealed
    ]  # fmt: skip
    if not chronicle.unsealed:
        said.append(in_words(phrase("The paper has not been opened.")))
    return section(in_words(phrase("III. The exam paper")), said, None, digests)


def _chosen(facts: Facts, at_ms: int, event: e.SetChosen) -> str:
    how = {
        "rule": phrase("by the contest's rule"),
        "draw": phrase("by lot (seed %(seed)s…)", seed=(event.draw_seed or "")[:16]),
        "reserve": phrase("the reserve was needed: %(reason)s", reason=event.reason),
    }[event.how.value]
    who = ", ".join(facts.officer(one) for one in (event.officer_id, event.second_officer_id) if one)
    sentence = phrase(
        "%(time)s: %(set)s chosen, %(how)s (%(who)s).", time=times.clock(at_ms), set=SETS[event.set], how=how, who=who
    )
    return in_words(sentence)


def _opened(facts: Facts, at_ms: int, event: e.PackageUnsealed) -> str:
    sentence = phrase(
        "%(time)s: the paper was opened with the shares of %(bodies)s, in the presence of %(officers)s.",
        time=times.clock(at_ms), bodies=", ".join(event.bodies),
        officers=", ".join(facts.officer(one) for one in event.officers),
    )  # fmt: skip
    early = in_words(phrase("Opened before its time, because: %(why)s.", why=event.override)) if event.override else ""
    return f"{in_words(sentence)} {early}".strip()


def _candidates(facts: Facts) -> JSON:
    chronicle = facts.chronicle
    counts = {state: len(chronicle.with_attendance(state)) for state in Attendance}
    unnoted = len(facts.entries) - sum(counts[state] for state in Attendance if state is not Attendance.EXPECTED)
    sentence = phrase(
        "On the roster: %(all)s. Present: %(present)s. Late: %(late)s. Absent: %(absent)s. Wrong room or sitting: "
        "%(wrong)s. Not noted: %(unnoted)s. Signed in at a machine: %(seated)s.",
        all=len(facts.entries), present=counts[Attendance.PRESENT], late=counts[Attendance.LATE],
        absent=counts[Attendance.ABSENT], wrong=counts[Attendance.WRONG_ROOM], unnoted=unnoted,
        seated=len(chronicle.seated),
    )  # fmt: skip
    absent = [facts.entries[one] for one in chronicle.with_attendance(Attendance.ABSENT) if one in facts.entries]
    rows = [[one.sbd, one.full_name, one.unit] for one in sorted(absent, key=lambda one: one.sbd)]
    listed = [in_words(phrase("Absent:"))] if rows else []
    titles = (phrase("SBD"), phrase("Full name"), phrase("Unit"))
    return section(
        in_words(phrase("IV. Candidates")), [in_words(sentence), *listed], table(titles, rows, (2, 5, 7), (0,))
    )


def _course(facts: Facts) -> JSON:
    rows = [
        [times.clock(one.at_ms), _what(one), _whom(facts, one), _why(one), _who(facts, one.event)]
        for one in facts.chronicle.happenings
    ]
    titles = (phrase("Time"), phrase("What"), phrase("Candidates"), phrase("Reason, note"), phrase("Officer"))
    said = [] if rows else [in_words(phrase("Nothing out of the ordinary was recorded."))]
    return section(in_words(phrase("V. The course of the sitting")), said, table(titles, rows, (3, 4, 5, 6, 4), (0,)))


def _what(one: Happening) -> str:
    match one.event:
        case e.SeatPaused():
            found = phrase("Paused")
        case e.SeatResumed():
            found = phrase("Resumed")
        case e.TimeExtended(ms=ms):
            found = phrase("Time extended by %(span)s", span=times.span(ms))
        case e.SeatClosed():
            found = phrase("Ended by an officer")
        case e.IncidentRecorded(category=category):
            found = phrase("Incident: %(what)s", what=INCIDENTS[category])
        case e.AccessCodeReissued():
            found = phrase("New access code")
        case e.RosterChanged(change=change):
            found = phrase("Roster: %(what)s", what=CHANGES[change])
        case e.CandidateSeated(seat_label=seat):
            found = phrase("Signed in again, at machine %(seat)s", seat=seat)
        case e.EpochBegan(silent_ms=int(ms)):
            found = phrase("The server was started again after %(span)s away", span=times.span(ms))
        case e.EpochBegan():
            found = phrase("The server was started again")
        case e.ClockAnchored():
            found = phrase("The room's clock was set")
        case _:
            found = restored(one.event) or hall_act(one.event) or _readiness(one.event) or _seats_and_rescues(one.event)
    return in_words(found)


def _seats_and_rescues(event: Event) -> Phrase:
    match event:
        case SeatMoved(from_seat=left, to_seat=to):
            return phrase("Sent from machine %(seat)s to %(to)s", seat=left, to=to or "…")
        case AnswersRescued(seat_label=seat, new=new, late=late, kept=kept):
            return phrase(
                "Answers of machine %(seat)s brought in by hand: %(new)s new, %(late)s late, %(kept)s not merged",
                seat=seat, new=new, late=late, kept=kept,
            )  # fmt: skip
        case SeatRestored():
            return in_minutes(event)
    return phrase("Recorded")


def _readiness(event: object) -> Phrase | None:
    match event:
        case ReadinessChecked(seats=n, overridden=overridden):
            labels = ", ".join(one.seat_label for one in overridden) or "–"
            return phrases(
                "Start checked: %(n)s machine agrees on program, papers and time; overridden: %(seats)s",
                "Start checked: %(n)s machines agree on program, papers and time; overridden: %(seats)s",
                n - len(overridden),
                seats=labels,
            )
        case ReadinessOverridden(seat_label=seat):
            return phrase("Seat %(seat)s may start though its machine is not ready", seat=seat)
        case ReadinessOverrideWithdrawn():
            return phrase("The override was taken back")
    return None


def _whom(facts: Facts, one: Happening) -> str:
    seated = [facts.chronicle.seated[attempt] for attempt in one.attempts if attempt in facts.chronicle.seated]
    if len(seated) > 3:
        return in_words(phrases("%(n)s candidate", "%(n)s candidates", len(seated)))
    if seated:
        return ", ".join(f"{facts.candidate(seat.candidate_id)} ({seat.seat_label})" for seat in seated)
    if isinstance(one.event, e.RosterChanged):
        changed = facts.changes.get((one.event.candidate_id, one.event.entry_sha256))
        if changed is not None:
            return change_in_words(*changed)
    candidate_id = getattr(one.event, "candidate_id", None)
    return facts.candidate(candidate_id) if isinstance(candidate_id, str) else ""


def _why(one: Happening) -> str:
    text = hall_note(one.event) or str(getattr(one.event, "reason", "") or getattr(one.event, "note", ""))
    cause = getattr(one.event, "cause", None)
    named = in_words(CAUSES[cause]) if isinstance(cause, Cause) else ""
    return f"{named}: {text}" if named and text else named or text


def _who(facts: Facts, event: object) -> str:
    both = getattr(event, "officers", None)
    if isinstance(both, tuple):
        return ", ".join(facts.officer(one) for one in both)
    if isinstance(event, ShiftHandedOver):
        return f"{facts.officer(event.outgoing_id)} → {facts.officer(event.incoming_id)}"
    return facts.officer(getattr(event, "officer_id", None))


def _end(facts: Facts) -> JSON:
    chronicle = facts.chronicle
    sentence = phrase(
        "Submitted by the candidates: %(submitted)s. Ended by the clock: %(deadline)s. Records that came late and wait for "
        "a decision: %(late)s. Times a machine lost its connection: %(lost)s.",
        submitted=chronicle.submitted, deadline=chronicle.closed_by_deadline, late=chronicle.late,
        lost=chronicle.lost_connections,
    )  # fmt: skip
    closed = phrase("The sitting was closed at %(time)s.", time=_clock(chronicle.closed_at_ms))
    said, missing = copies(chronicle, facts.entries, facts.officer)
    return section(in_words(phrase("VI. The end")), [in_words(sentence), in_words(closed), *said], missing)


def _journal(facts: Facts) -> JSON:
    chronicle = facts.chronicle
    sentence = phrase(
        "The journal holds %(seq)s records; each link was checked when these minutes were made. Refused: %(refused)s, "
        "unreadable: %(unreadable)s, conflicting: %(conflicts)s. Starts of the server: %(starts)s.",
        seq=facts.head.seq, refused=chronicle.refused, unreadable=chronicle.unreadable, conflicts=chronicle.conflicts,
        starts=chronicle.starts,
    )  # fmt: skip
    digests = [(in_words(phrase("Hash of the last record (head of the journal)")), facts.head.hash.hex())]
    if facts.ca_sha256:
        digests.append((in_words(phrase("Fingerprint of the room's authority (SHA-256)")), facts.ca_sha256))
        digests.append(
            (in_words(phrase("Fingerprint of the key that signs the result file (SHA-256)")), facts.key_sha256)
        )
    return section(in_words(phrase("VII. The electronic journal")), [in_words(sentence)], None, digests)


def _clock(at_ms: int | None) -> str:
    return times.clock(at_ms) if at_ms is not None else "……"
