"""How long each candidate took, worked out twice without the room's own arithmetic. For the checker.

Exactly, from the journal's raw records: own start, pauses, extensions, and the submission or the deadline. And roughly, from
what others saw: the kiosk's own word of when it submitted (within its uncertainty and `SLACK_MS`), and the watch of the
script that played candidates and officers, which knows two instants between which each thing happened.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from ruamel.yaml import YAML

# Between clocks of one machine; what a thread waits for the processor is in the instants themselves.
SLACK_MS = 250
COMPENSATING = ("equipment", "hall")  # causes of an extension that are taken off the time taken

Key: TypeAlias = tuple[str, int]  # attempt id and part


@dataclass(frozen=True, slots=True)
class Rules:
    """What the sitting file says: the unit of time taken, and how long each part lasts, ms."""

    unit_ms: int
    durations_ms: tuple[int, ...]

    @classmethod
    def read(cls, path: Path) -> Rules:
        """Read a sitting file. Raises OSError and KeyError."""
        found: Any = YAML(typ="safe").load(path)
        return cls(found["rules"]["time_unit_ms"], tuple(part["duration_s"] * 1000 for part in found["parts"]))


@dataclass(slots=True)
class Course:
    """One candidate's part in the journal: instants of room time and spans, ms. `finished_ms` is bounded by the deadline."""

    opened_ms: int
    duration_ms: int
    pauses: list[list[int]] = field(default_factory=list)  # from, and once it has ended, to
    extended_ms: int = 0
    compensation_ms: int = 0
    finished_ms: int | None = None
    told_ms: int | None = None  # the time taken as the room wrote it

    @property
    def deadline_ms(self) -> int | None:
        """When the time ends; None while the clock stands."""
        if self.pauses and len(self.pauses[-1]) == 1:
            return None
        stood = sum(to_ms - from_ms for from_ms, to_ms in self.pauses)
        return self.opened_ms + self.duration_ms + self.extended_ms + stood

    def finish(self, at_ms: int | None) -> None:
        """The part ended at this instant, at the latest at its deadline; None: at its deadline."""
        deadline = self.deadline_ms
        self.finished_ms = min(one for one in (at_ms, deadline) if one is not None)

    def taken_ms(self, unit_ms: int) -> int:
        """From the start to the end without pauses and compensation, in whole units; -1: it never ended."""
        if self.finished_ms is None:
            return -1
        spans = [(one[0], one[1] if len(one) > 1 else self.finished_ms) for one in self.pauses]
        stood = sum(max(0, min(to_ms, self.finished_ms) - from_ms) for from_ms, to_ms in spans)
        used = self.finished_ms - self.opened_ms - stood - self.compensation_ms
        return max(0, used - used % unit_ms)


def courses(journal: sqlite3.Connection) -> dict[Key, Course]:
    """Every part that was opened, by attempt and part."""
    found: dict[Key, Course] = {}
    for kind, at_ms, text in journal.execute("SELECT kind, at_ms, body FROM journal ORDER BY seq"):
        body = json.loads(text)
        if kind == "attempt_opened/1":
            found[body["attempt_id"], body["part"]] = Course(body["opened_at_ms"], body["duration_ms"])
        elif kind in _STEPS:
            _STEPS[kind](found[body["attempt_id"], body["part"]], at_ms, body)
        elif kind == "seat_restored/1":
            for clock in body["clocks"]:
                _restored(found[body["attempt_id"], clock["part"]], clock)
    return found


def _restored(course: Course, clock: Mapping[str, Any]) -> None:
    """What a seat sheet brought back of one clock; a pause that is known already is told for its end."""
    for one in clock["extensions"]:
        _extended(course, one["at_ms"], one)
    for one in clock["pauses"]:
        course.pauses = [known for known in course.pauses if known[0] != one["from_ms"]]
        course.pauses.append([one["from_ms"]] if one["to_ms"] is None else [one["from_ms"], one["to_ms"]])
    course.pauses.sort()


def _paused(course: Course, at_ms: int, body: Mapping[str, Any]) -> None:
    course.pauses.append([at_ms])


def _resumed(course: Course, at_ms: int, body: Mapping[str, Any]) -> None:
    course.pauses[-1].append(at_ms)


def _extended(course: Course, at_ms: int, body: Mapping[str, Any]) -> None:
    course.extended_ms += body["ms"]
    course.compensation_ms += body["ms"] if body["cause"] in COMPENSATING else 0


def _submitted(course: Course, at_ms: int, body: Mapping[str, Any]) -> None:
    course.finish(body["believed_at_ms"])
    course.told_ms = body["time_taken_ms"]


def _closed(course: Course, at_ms: int, body: Mapping[str, Any]) -> None:
    course.finish(None if body["cause"] == "deadline" else at_ms)
    course.told_ms = body["time_taken_ms"]


_STEPS = {
    "seat_paused/1": _paused,
    "seat_resumed/1": _resumed,
    "time_extended/1": _extended,
    "seat_submitted/1": _submitted,
    "seat_closed/1": _closed,
}


def wrong_courses(found: Mapping[Key, Course], rules: Rules) -> list[str]:
    """Parts that last otherwise than the sitting file says, or whose time the room reckoned otherwise; in words."""
    wrong = []
    for (attempt_id, part), course in found.items():
        if course.duration_ms != rules.durations_ms[part]:
            wrong.append(
                f"{attempt_id}: {course.duration_ms} ms given, {rules.durations_ms[part]} ms by the sitting file"
            )
        taken_ms = course.taken_ms(rules.unit_ms)
        if course.told_ms != taken_ms:
            wrong.append(f"{attempt_id}: the journal says {course.told_ms} ms were taken, its instants {taken_ms}")
    return wrong


def unlike_the_kiosk(journal: sqlite3.Connection, submissions: Mapping[Key, Mapping[str, object]]) -> list[str]:
    """Submissions that the journal has at another instant than the kiosk's own log, or without its ack; in words.

    `submissions`: the acknowledged `submit_part/1` records.
    """
    wrong = []
    for (text,) in journal.execute("SELECT body FROM journal WHERE kind = 'seat_submitted/1'"):
        body = json.loads(text)
        own = submissions.get((body["attempt_id"], body["part"]))
        if own is None:
            wrong.append(f"{body['attempt_id']}: submitted, says the journal; no kiosk has heard so")
            continue
        apart = abs(body["believed_at_ms"] - int(str(own["made_at_ms"])))
        if apart > int(str(own["uncertainty_ms"])) + SLACK_MS:
            wrong.append(f"{body['attempt_id']}: submitted {apart} ms from when the kiosk says")
    return wrong


Moment: TypeAlias = tuple[int, int]  # not before, not after: ms of the script's watch


@dataclass(frozen=True, slots=True)
class Watched:
    """What the script's watch says of all candidates: the start, the pauses, and each one's exam and submission."""

    start: Moment
    pauses: tuple[tuple[Moment, Moment], ...]
    exams: Mapping[str, Moment]
    submissions: Mapping[str, Moment]

    @classmethod
    def of(cls, moments: Iterable[Mapping[str, object]]) -> Watched:
        """From the lines of moments.jsonl. Raises KeyError when there was no start."""
        by_what: dict[str, list[Moment]] = {}
        for one in moments:
            what = f"{one['what']} {one['sbd'] or ''}".strip()
            by_what.setdefault(what, []).append((int(str(one["from_ms"])), int(str(one["to_ms"]))))

        def of_each(what: str) -> dict[str, Moment]:
            return {key.split()[1]: spans[0] for key, spans in by_what.items() if key.startswith(f"{what} ")}

        pauses = tuple(zip(by_what.get("pause", []), by_what.get("resume", []), strict=True))
        return cls(by_what["start"][0], pauses, of_each("exam"), of_each("submit"))

    def bounds_ms(self, sbd: str) -> Moment:
        """The least and the most time this candidate can have taken. Raises KeyError when they were not watched."""
        submitted = self.submissions[sbd]
        least, most = submitted[0] - self.exams[sbd][1], submitted[1] - self.start[0]
        for paused, resumed in self.pauses:
            if paused[0] < submitted[1]:
                least -= resumed[1] - paused[0]
            if resumed[1] < submitted[0]:
                most -= max(0, resumed[0] - paused[1])
        return max(0, least), most
