"""Did a drill lose or double anything, was every time right, and did the known answers get their marks? Believes nobody.

Uses nothing of the product but `check_logs` and `check_journal`, which use nothing of it either. It reads, in one folder:

    clicks.jsonl      each answer as its candidate gave it: {"sbd", "source", "seq", "item", "options", "at_ms"}; the record it
                      became on that machine's disk is named; options null: taken back
    acks.jsonl        each durable verdict as a kiosk heard it: {"sbd", "source", "seq", "verdict", "epoch", "hash", "message",
                      "at_ms", "made_ms"}
    course.jsonl      what the drill did and saw, by its own watch: {"what": "start", "from_ms", "to_ms", "duration_ms"}; {"what":
                      "paper", "sbd", "at_ms"}; {"what": "offered", "at_ms"} (the standby offered itself); {"what": "promoted", "at_ms"}; {"what":
                      "filled", "free_bytes"} (a disk); {"what": "phase", "fault", "loses_server", "from_ms", "mended_ms", "settled_ms"};
                      {"what": "back", "sbd", "at_ms"} (connected again, and told that everything is held); {"what": "remaining",
                      "sbd", "said_ms", "at_ms"}; {"what": "unsettled", "sbd", "pending", "connected", "paper"} (patience ended)
    keys.json         the right options by item, from the authors' forms
    canaries.json     how many right answers the candidates with known answers must get, by number
    journal.sqlite    the closed sitting's journal, as a plain SQLite file
    branches.jsonl    what a server that went on alone had and the journal has not, as it was set aside; often empty
    results.json      the results as the room exported them

Instants are ms of one monotonic clock. `docs/drill.md` says what each figure is.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from server.drill.check_journal import missing, not_counting, other_records
from server.drill.check_logs import KINDS, Ack, Ref, Rows, lines, read_acks, read_branches, read_rows

SHOWN: Final = 50  # problems in the report; one fault in a chain of records can make hundreds
TOLERATED_MS: Final = 1_000  # of a candidate's remaining time
FILES: Final = (
    "clicks.jsonl", "acks.jsonl", "course.jsonl", "keys.json", "canaries.json", "journal.sqlite", "branches.jsonl",
    "results.json",
)  # fmt: skip
CALM: Final = "calm"


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of the drill, until the next one begins: one fault (or two), or the calm before the first."""

    fault: str
    loses_server: bool
    from_ms: int
    mended_ms: int
    settled_ms: int | None  # None: never, within the drill's patience


@dataclass(frozen=True, slots=True)
class Heard:
    """An ack and when: `at_ms` it came, `made_ms` its answer was given."""

    ack: Ack
    at_ms: int
    made_ms: int


@dataclass(frozen=True, slots=True)
class Told:
    """Everything read."""

    clicks: Sequence[Mapping[str, Any]]
    heard: Sequence[Heard]
    course: Sequence[Mapping[str, Any]]
    phases: Sequence[Phase]
    keys: Mapping[str, Sequence[str]]
    canaries: Mapping[str, int]
    results: Sequence[Mapping[str, Any]]

    @classmethod
    def read(cls, folder: Path) -> Told:
        """Raises OSError, ValueError and KeyError when a file is not what it should be."""
        raw: Sequence[Mapping[str, Any]] = lines(folder / "acks.jsonl")
        acks = read_acks([folder / "acks.jsonl"])
        heard = [Heard(ack, int(one["at_ms"]), int(one["made_ms"])) for ack, one in zip(acks, raw, strict=True)]
        course: Sequence[Mapping[str, Any]] = lines(folder / "course.jsonl")
        phases = [
            Phase(*(one[name] for name in ("fault", "loses_server", "from_ms", "mended_ms", "settled_ms")))
            for one in course if one["what"] == "phase"
        ]  # fmt: skip
        keys, canaries = (json.loads((folder / name).read_bytes()) for name in ("keys.json", "canaries.json"))
        rows = json.loads((folder / "results.json").read_bytes())["rows"]
        return cls(lines(folder / "clicks.jsonl"), heard, course, phases, keys, canaries, rows)

    def seen(self, what: str, place: int) -> list[Mapping[str, Any]]:
        """What was seen of this kind in a phase: the lines between its own and that of the phase before."""
        found: list[Mapping[str, Any]] = []
        passed = 0
        for one in self.course:
            passed += one["what"] == "phase"
            if one["what"] == what and passed == place:
                found.append(one)
        return found

    def phase_at(self, at_ms: int) -> int:
        """The place of the phase in which an instant lies; the first also for what was before it."""
        return max((place for place, phase in enumerate(self.phases) if phase.from_ms <= at_ms), default=0)


def check(folder: Path) -> dict[str, Any]:
    """The report on a drill's folder: everything that docs/drill.md names and that is in the files. Raises as `Told.read`."""
    told, branches = Told.read(folder), read_branches(folder / "branches.jsonl")
    with closing(sqlite3.connect(f"file:{folder / 'journal.sqlite'}?mode=ro", uri=True)) as journal:
        lost, doubled = _lost(told, journal, branches), _doubled(told, journal)
        wrong = _broken_chain(journal) + _conflicts(journal)
        wrong += other_records([one.ack for one in told.heard], read_rows(journal), branches)
    wrong += _odd_verdicts(told) + _wrong_times(told) + _wrong_results(told)
    wrong += _unsettled(told)
    faults = [_figures(told, place, lost, doubled) for place in range(len(told.phases))]
    canaries = _wrong_canaries(told)
    return {
        "ok": not (lost or doubled or wrong or canaries),
        "seats": len({one["sbd"] for one in told.course if one["what"] == "paper"}),
        "acked": sum(fault["acked"] for fault in faults),
        "lost": len(lost),
        "duplicated": sum(doubled.values()),
        "late": sum(fault["late"] for fault in faults),
        "failover_s": _most(fault["failover_s"] for fault in faults),
        "reconcile_s": _most(fault["reconcile_s"] for fault in faults if fault["fault"] != CALM),
        "start_spread_ms": _start_spread_ms(told),
        "ack_p99_ms": next((fault["ack_p99_ms"] for fault in faults if fault["fault"] == CALM), None),
        "time_off_ms": _most(fault["time_off_ms"] for fault in faults),
        "canaries": len(told.canaries),
        "canaries_wrong": len(canaries),
        "faults": faults,
        "problems": [*lost.values(), *(f"record {seq} of {source.hex()[:8]} is held {n + 1} times" for (source, seq), n in doubled.items()),
                     *canaries, *wrong][:SHOWN],
    }  # fmt: skip


def _most(values: Iterable[Any]) -> Any:
    return max((value for value in values if value is not None), default=None)


# --- answers ----------------------------------------------------------------------------------------------------------


def _ref(click: Mapping[str, Any]) -> Ref:
    return bytes.fromhex(click["source"]), int(click["seq"])


def _lost(told: Told, journal: sqlite3.Connection, branches: Sequence[Rows]) -> dict[Ref, str]:
    """Records that are gone, do not count though they are their item's last, or were never acknowledged; in words."""
    acks = [one.ack for one in told.heard]
    found = {**not_counting(acks, journal), **missing(acks, read_rows(journal), branches)}
    acked = {ack.ref: ack.body for ack in acks if ack.is_answer and ack.verdict in KINDS}
    for click in told.clicks:
        body, ref = acked.get(_ref(click)), _ref(click)
        if body is None:
            found[ref] = f"SBD {click['sbd']}: record {ref[1]} of {click['source'][:8]} was never acknowledged"
        elif (body["item_id"], _options(body.get("response"))) != (click["item"], click["options"]):
            found[ref] = (
                f"SBD {click['sbd']}: record {ref[1]} of {click['source'][:8]} was acknowledged as another answer"
            )
    return found


def _options(response: object) -> object:
    return response.get("options") if isinstance(response, Mapping) else None


def _doubled(told: Told, journal: sqlite3.Connection) -> dict[Ref, int]:
    """Records that the journal holds more than once, under their number or another: how often too many."""
    given = {_ref(click) for click in told.clicks}
    found: Counter[Ref] = Counter()
    held: set[Ref] = set()
    first: dict[tuple[bytes, bytes], Ref] = {}  # by stream and digest of the text
    kinds = "kind LIKE 'response_saved/%' OR kind LIKE 'response_cleared/%' OR kind LIKE 'late_recorded/%'"
    query = f"SELECT source, source_seq, request_sha256 FROM journal WHERE {kinds} ORDER BY seq"  # noqa: S608 - fixed words
    for source, seq, sha256 in journal.execute(query):
        ref = (source, seq)
        original = first.setdefault((source, sha256), ref)
        if original != ref and ref not in given:
            found[original] += 1
        elif ref in held:
            found[ref] += 1
        held.add(ref)
    return dict(found)


def _unsettled(told: Told) -> list[str]:
    """Who was not back, or had something unacknowledged, when the drill's patience ended; in words."""
    found = [
        f"{phase.fault}: not everything was acknowledged in time" for phase in told.phases if phase.settled_ms is None
    ]
    return found + [
        f"SBD {one['sbd']} after {phase.fault}: {one['pending']} not acknowledged, connected: {one['connected']}, paper: {one['paper']}"
        for place, phase in enumerate(told.phases) for one in told.seen("unsettled", place)
    ]  # fmt: skip


def _odd_verdicts(told: Told) -> list[str]:
    odd = [one.ack for one in told.heard if one.ack.is_answer and one.ack.verdict not in KINDS]
    return [f"SBD {ack.sbd}: record {ack.seq} was answered “{ack.verdict}”" for ack in odd]


def _conflicts(journal: sqlite3.Connection) -> list[str]:
    rows = journal.execute("SELECT seq FROM journal WHERE kind LIKE 'request_conflict/%'")
    return [f"journal record {seq}: one number, two contents" for (seq,) in rows]


def _broken_chain(journal: sqlite3.Connection) -> list[str]:
    """Whether every record names the one before it and is what its hash says (docs/journal.md)."""
    last, wrong = bytes(32), []
    columns = "seq, epoch, source, source_seq, part, at_ms, kind, request_sha256, body, body_sha256, prev_hash, hash"
    for place, row in enumerate(journal.execute(f"SELECT {columns} FROM journal ORDER BY seq"), start=1):  # noqa: S608
        seq, epoch, source, source_seq, part, at_ms, kind, request, body, body_sha256, before, own = row
        name = kind.encode()
        text = b"".join(
            [b"examroom journal v1\0", seq.to_bytes(8), epoch.to_bytes(8), source, source_seq.to_bytes(8), part.to_bytes(4),
             at_ms.to_bytes(8), len(name).to_bytes(2), name, request, body_sha256, before]
        )  # fmt: skip
        whole = body is None or hashlib.sha256(body.encode()).digest() == body_sha256
        if seq != place or before != last or hashlib.sha256(text).digest() != own or not whole:
            wrong.append(f"journal record {seq} is not what its hash says, or does not follow")
        last = own
    return wrong


# --- results ----------------------------------------------------------------------------------------------------------


def _right(told: Told) -> dict[str, int]:
    """How many items each candidate had right after their last click."""
    last = {(str(click["sbd"]), str(click["item"])): click["options"] for click in told.clicks}
    found: Counter[str] = Counter({str(click["sbd"]): 0 for click in told.clicks})
    for (sbd, item), options in last.items():
        found[sbd] += options is not None and set(options) == set(told.keys[item])
    return dict(found)


def _wrong_results(told: Told) -> list[str]:
    published = {str(row["sbd"]): row["right"] for row in told.results}
    deserved = _right(told)
    return [
        f"SBD {sbd}: {published.get(sbd)} right published, {right} deserved"
        for sbd, right in deserved.items() if published.get(sbd) != right
    ] + [f"SBD {sbd} has a result and gave no answer" for sbd, right in published.items() if right and sbd not in deserved]  # fmt: skip


def _wrong_canaries(told: Told) -> list[str]:
    published = {str(row["sbd"]): row["right"] for row in told.results}
    return [
        f"canary SBD {sbd}: {published.get(sbd)} right published, {right} known"
        for sbd, right in told.canaries.items() if published.get(sbd) != right
    ]  # fmt: skip


# --- times ------------------------------------------------------------------------------------------------------------


def _start(told: Told) -> Mapping[str, Any]:
    return next(one for one in told.course if one["what"] == "start")


def _start_spread_ms(told: Told) -> int | None:
    began = int(_start(told)["from_ms"])
    opened = [int(one["at_ms"]) - began for one in told.course if one["what"] == "paper"]
    return max(opened, default=None)


def _off_ms(told: Told, seen: Mapping[str, Any]) -> int:
    """By how much a kiosk's remaining time was wrong; the start lies somewhere between two instants."""
    start = _start(told)
    gone_ms = int(start["duration_ms"]) - int(seen["said_ms"])
    least_ms, most_ms = int(seen["at_ms"]) - int(start["to_ms"]), int(seen["at_ms"]) - int(start["from_ms"])
    return max(0, least_ms - gone_ms, gone_ms - most_ms)


def _wrong_times(told: Told) -> list[str]:
    return [
        f"SBD {one['sbd']}: remaining time wrong by {off_ms} ms after {phase.fault}"
        for place, phase in enumerate(told.phases)
        for one in told.seen("remaining", place)
        if (off_ms := _off_ms(told, one)) > TOLERATED_MS
    ]


# --- a phase ----------------------------------------------------------------------------------------------------------


def _figures(told: Told, place: int, lost: Mapping[Ref, str], doubled: Mapping[Ref, int]) -> dict[str, Any]:
    phase = told.phases[place]
    first: dict[Ref, Heard] = {}
    for one in told.heard:
        if one.ack.is_answer:
            first.setdefault(one.ack.ref, one)
    given = {_ref(click): int(click["at_ms"]) for click in told.clicks}
    here = [one for one in first.values() if told.phase_at(one.at_ms) == place]
    refs = {one.ack.ref for one in here} | {
        ref for ref, at_ms in given.items() if ref not in first and told.phase_at(at_ms) == place
    }
    waits = sorted(one.at_ms - one.made_ms for one in here)
    return {
        "fault": phase.fault,
        "acked": sum(one.ack.verdict in KINDS for one in here),
        "lost": sum(ref in refs for ref in lost),
        "duplicated": sum(count for ref, count in doubled.items() if ref in refs),
        "late": sum(one.ack.verdict == "late" for one in here),
        "failover_s": _failover_s(told, place) if phase.loses_server else None,
        "offered_s": _since(told, place, "offered", phase.from_ms),
        "reconcile_s": None if phase.settled_ms is None else round((phase.settled_ms - phase.mended_ms) / 1000, 3),
        "ack_p99_ms": waits[min(len(waits) - 1, int(len(waits) * 0.99))] if waits else None,
        "time_off_ms": _most(_off_ms(told, one) for one in told.seen("remaining", place)),
    }


def _failover_s(told: Told, place: int) -> float | None:
    """Until the last kiosk was back at a server that was started, or promoted, after the loss."""
    phase = told.phases[place]
    back = [
        int(one["at_ms"]) for one in told.course if one["what"] == "back" and told.phase_at(int(one["at_ms"])) == place
    ]
    return round((max(back) - phase.from_ms) / 1000, 3) if back else None


def _since(told: Told, place: int, what: str, from_ms: int) -> float | None:
    """Until something was seen in a phase."""
    seen = [int(one["at_ms"]) for one in told.seen(what, place)]
    return round((max(seen) - from_ms) / 1000, 3) if seen else None
