"""What a sitting came to, counted from its journal: the figures that its minutes tell and its bundle carries. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from question_bank.canonical import JSON
from server.domain import events as e
from server.domain.event import Event
from server.domain.state import SittingState

FORMAT = "exam-minutes-facts/1"


@dataclass(slots=True)
class ResultFacts:
    """Counts of a journal that is walked through once; bounded by candidates and kinds, never by records."""

    kinds: Counter[str] = field(default_factory=Counter)
    incidents: Counter[str] = field(default_factory=Counter)
    attendance: dict[str, str] = field(default_factory=dict)  # candidate id → state
    opened: dict[int, int] = field(default_factory=dict)
    closed: dict[int, int] = field(default_factory=dict)
    outages_ms: list[int] = field(default_factory=list)
    entries: dict[str, str] = field(default_factory=dict)  # candidate id → the last digest of a changed entry
    ended_by: dict[tuple[str, int], str] = field(default_factory=dict)  # (attempt id, part) → who ended it
    closing: tuple[int, e.SittingClosed] | None = None

    def take(self, event: Event, at_ms: int) -> None:
        """Count one event."""
        self.kinds[event.kind] += 1
        match event:
            case e.IncidentRecorded():
                self.incidents[event.category.value] += 1
            case e.AttendanceRecorded():
                self.attendance[event.candidate_id] = event.state.value
            case e.SittingOpened():
                self.opened.setdefault(event.part, at_ms)
            case e.PartClosed():
                self.closed[event.part] = at_ms
            case e.EpochBegan(silent_ms=int(silent_ms)):
                self.outages_ms.append(silent_ms)
            case e.RosterChanged():
                self.entries[event.candidate_id] = event.entry_sha256
            case e.SeatSubmitted():
                self.ended_by[event.attempt_id, event.part] = "candidate"
            case e.SeatClosed():
                self.ended_by[event.attempt_id, event.part] = event.cause.value
            case e.SittingClosed():
                self.closing = (at_ms, event)

    def document(self) -> dict[str, JSON]:
        """`exam-minutes-facts/1` (docs/result.md §3)."""
        closing: JSON = None
        if self.closing is not None:
            closing = {"at_ms": self.closing[0], **self.closing[1].wire()}
        parts: list[JSON] = [
            {"part": part, "opened_at_ms": self.opened[part], "closed_at_ms": self.closed.get(part)}
            for part in sorted(self.opened)
        ]
        return {
            "format": FORMAT,
            "records": dict(self.kinds),
            "attendance": dict(Counter(self.attendance.values())),
            "incidents": dict(self.incidents),
            "parts": parts,
            "outages_ms": list(self.outages_ms),
            "closing": closing,
        }


@dataclass(frozen=True, slots=True)
class RosterLine:
    """A candidate as the bundle names one: a number, a division, and a salted digest of all the rest."""

    candidate_id: str
    sbd: str
    division: str
    entry_sha256: str

    def document(self) -> dict[str, JSON]:
        """The line's value."""
        return {
            "candidate_id": self.candidate_id, "sbd": self.sbd, "division": self.division,
            "entry_sha256": self.entry_sha256,
        }  # fmt: skip


def receipt_lines(state: SittingState, facts: ResultFacts, numbers: dict[str, str]) -> Iterator[dict[str, JSON]]:
    """A line for every part that ended, by part and candidate number. `numbers`: candidate id → number."""
    ended = [
        (part.part, numbers.get(attempt.candidate_id, ""), attempt, part.finish)
        for attempt in state.attempts.values()
        for part in attempt.parts.values()
        if part.finish is not None
    ]
    for part, sbd, attempt, finish in sorted(ended, key=lambda one: (one[0], one[1], one[2].attempt_id)):
        yield {
            "sbd": sbd,
            "candidate_id": attempt.candidate_id,
            "attempt_id": attempt.attempt_id,
            "part": part,
            "receipt": finish.receipt,
            "responses_sha256": finish.responses_sha256,
            "answered": finish.answered,
            "of": finish.of,
            "finished_at_ms": finish.finished_at_ms,
            "time_taken_ms": finish.time_taken_ms,
            "ended_by": facts.ended_by[attempt.attempt_id, part],
            "disputed": finish.disputed,
        }
