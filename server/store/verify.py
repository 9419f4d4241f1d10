"""Full verification of a journal: every row read again, every digest computed again, the whole replayed.

A journal is read by the rules of what it is, a sitting's or a contest's; its own records say which.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Generic, TypeVar

from question_bank.canonical import JSON
from question_bank.phrase import Phrase, phrase, phrases
from question_bank.verification import Finding, Verification
from server.domain import audit, marking, sitting
from server.domain.chain import NO_RECORDS, Head
from server.domain.event import COMMON, ClockAnchored, Event, RequestConflict, is_canonical, read_event
from server.domain.marking import MarkingState
from server.domain.state import SittingState
from server.errors import DatabaseError, JournalError
from server.protocol.kept_head import KeptHead
from server.protocol.shape import Malformed
from server.store.batch import Rules
from server.store.branches_kept import BranchesBeside
from server.store.heads_kept import HeadsKept
from server.store.journal import Journal, pages
from server.store.record import Record

MAX_PROBLEMS = 200  # listed; a file with more is lost, and the first ones tell where it begins

S = TypeVar("S")


class JournalOf(StrEnum):
    """What a journal is of."""

    SITTING = "sitting"
    CONTEST = "contest"


@dataclass(frozen=True, slots=True)
class Subject(Generic[S]):
    """How journals of one kind are verified: their rules, what is asked of each event, and what that does not show."""

    of: JournalOf
    rules: Rules[S]
    object_to: Callable[[S, Event], Phrase | None]
    objection: str  # the code of what `object_to` finds
    replayed: Phrase
    not_checked: tuple[Phrase, ...]


CHECKED = (
    phrase("the file's own structure"),
    phrase("record numbers without a gap"),
    phrase("every link of the hash chain"),
    phrase("the digest of every body that was not erased"),
    phrase("room time that decreases only where an anchor sets it back, and epochs that never do"),
    phrase("every stream numbered without a gap, one verdict for each number"),
    phrase("every kind known, every body readable and in its one encoding"),
)
HEADS_COMPARED = phrase("the heads that kiosks kept and that were given, against its records")
BRANCHES_FOLLOWED = phrase("the branches it names and that are here: by their digests, every link, where they leave it")
SITTING: Subject[SittingState] = Subject(
    JournalOf.SITTING,
    Rules(sitting.decide, sitting.evolve, sitting.EMPTY, sitting.KINDS, sitting.ended),
    audit.objection,
    "wrong_receipt",
    phrase("a replay of all records, and every receipt against the responses held"),
    (
        phrase(
            "whether this head is the one printed in the minutes, and later than what kiosks kept that was not given with --heads"
        ),
        phrase("whether what kiosks still hold is in it"),
        phrase("marks: they are in the contest's journal"),
    ),
)
CONTEST: Subject[MarkingState] = Subject(
    JournalOf.CONTEST,
    Rules(marking.decide, marking.evolve, marking.EMPTY, marking.KINDS),
    audit.mark_objection,
    "wrong_mark",
    phrase("a replay of all records: each mark once and by an opened key, results published only when all may be"),
    (
        phrase("whether this head is the one printed in the minutes: compare the two"),
        phrase("whether each mark is what its key gives for the responses: the key stays in the sealed package"),
        phrase("whether the heads and responses that marks cite are those of the sittings' journals"),
    ),
)


@dataclass(frozen=True, slots=True)
class JournalReport(Verification):
    """What a verification of a journal found. `head` is of the last record that was read.

    `branches`: how many of those it names were here and were followed; `heads`: what became of the heads that were given.
    """

    of: JournalOf
    head: Head
    records: int
    branches: int = 0
    heads: Mapping[str, JSON] | None = None

    def facts(self) -> dict[str, JSON]:
        """What the journal is of, its head, how many records and branches it has, and the heads that were given."""
        head: dict[str, JSON] = {"seq": self.head.seq, "hash": self.head.hash.hex()}
        found: dict[str, JSON] = {
            "of": self.of.value, "head": head, "records": self.records, "branches": self.branches,
        }  # fmt: skip
        return found if self.heads is None else {**found, "heads": dict(self.heads)}


def verify_file(path: Path, name: str = "", kept: Sequence[KeptHead] = ()) -> JournalReport:
    """Verify the journal in this file, which is only read; the report calls it `name`. Never raises for the file.

    `kept`: what kiosks kept of any sittings; a sitting's journal is held against what is of it.
    """
    at_rest = not path.with_name(f"{path.name}-wal").exists()
    name = name or str(path)
    try:
        with Journal.open_to_read(path, at_rest) as journal:
            return verify_journal(journal, name, kept)
    except DatabaseError as error:
        found = Finding("unreadable_file", "", phrase("it cannot be read [%(evidence)s]", evidence=str(error)))
        return JournalReport("journal", name, (), (phrase("all of it"),), (found,), _likely(path), NO_RECORDS, 0)


def verify_journal(journal: Journal, name: str, kept: Sequence[KeptHead] = ()) -> JournalReport:
    """Verify a whole journal by the rules of what it is; changes nothing, never raises for what the file holds."""
    if _kind(journal) is JournalOf.CONTEST:
        return verify_by(CONTEST, journal, name)
    sitting_id = journal.path.name.removesuffix(".journal.sqlite")
    heads, branches = HeadsKept(kept, sitting_id) if kept else None, BranchesBeside(journal.path)
    report, walk = _walked(SITTING, journal, name, heads, branches)
    see = heads.see_in_branch if heads is not None else _pass_over
    for problem in branches.follow(walk.state.standby.branches, see):
        walk.problem(problem.code, problem.where, problem.message)
    for problem in () if heads is None else heads.problems():
        walk.problem(problem.code, problem.where, problem.message)
    compared = () if heads is None else (HEADS_COMPARED,)
    followed = (BRANCHES_FOLLOWED,) if branches.read else ()
    absent = (_absent(branches.missing),) if branches.missing else ()
    return replace(
        report, checked=(*report.checked, *compared, *followed), not_checked=report.not_checked + absent,
        problems=tuple(walk.problems), branches=branches.read, heads=None if heads is None else heads.facts(),
    )  # fmt: skip


def _absent(count: int) -> Phrase:
    return phrases(
        "%(n)s branch that it names: its file is not here",
        "%(n)s branches that it names: their files are not here", count,
    )  # fmt: skip


def _pass_over(record: Record) -> None:
    """Nobody asked about it."""


def verify_by(subject: Subject[S], journal: Journal, name: str) -> JournalReport:
    """Verify a whole journal by these rules, and nothing beside it."""
    return _walked(subject, journal, name, None, None)[0]


def _walked(
    subject: Subject[S], journal: Journal, name: str, heads: HeadsKept | None, branches: BranchesBeside | None
) -> tuple[JournalReport, Walk[S]]:
    walk = Walk(subject)
    try:
        for damage in journal.damage():
            walk.problem("damaged_file", "", phrase("SQLite finds it damaged [%(evidence)s]", evidence=damage))
        for page in pages(journal):
            for record in page:
                walk.take(record)
                if heads is not None:
                    heads.see(record)
                if branches is not None:
                    branches.see(record)
    except JournalError as error:
        after = phrase("after record %(seq)s", seq=walk.head.seq)
        walk.problem("damaged_file", after, phrase("it cannot be read [%(evidence)s]", evidence=str(error)))
    erased = (
        (phrases("the content of %(n)s erased record", "the content of %(n)s erased records", walk.erased),)
        if walk.erased
        else ()
    )
    report = JournalReport(
        "journal", name, (*CHECKED, subject.replayed), subject.not_checked + erased, tuple(walk.problems),
        subject.of, walk.head, walk.records,
    )  # fmt: skip
    return report, walk


def _kind(journal: Journal) -> JournalOf:
    """What a journal is of: what its first record of a kind that only one sort of journal has says; else its folder."""
    try:
        for page in pages(journal):
            for record in page:
                if record.kind not in COMMON and (record.kind in marking.KINDS) != (record.kind in sitting.KINDS):
                    return JournalOf.CONTEST if record.kind in marking.KINDS else JournalOf.SITTING
    except JournalError:
        pass  # the walk comes to the same place, and says so
    return _likely(journal.path)


def _likely(path: Path) -> JournalOf:
    return JournalOf.CONTEST if path.absolute().parent.name == "contests" else JournalOf.SITTING


class Walk(Generic[S]):
    """A walk over all records in order, remembering what the next one must agree with.

    `partial`: bodies that are not there speak of something else, so what is there is judged all the same.
    """

    def __init__(self, subject: Subject[S], partial: bool = False) -> None:
        self.problems: list[Finding] = []
        self.head = NO_RECORDS
        self.records = 0
        self.erased = 0
        self.event: Event | None = None  # of the record taken last, when it could be read
        self._partial = partial
        self._subject = subject
        self._rules = subject.rules
        self.state = subject.rules.initial
        self._at_ms = 0
        self._epoch = 0
        self._request: tuple[bytes, int] = (b"", 0)
        self._streams: dict[bytes, int] = {}
        self._parts: dict[tuple[bytes, int], tuple[int, bytes]] = {}  # → (parts so far, digest); b"" once in conflict

    def problem(self, code: str, where: Phrase | str, message: Phrase) -> None:
        """Note something wrong, as long as few are known."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Finding(code, where, message))

    def take(self, record: Record) -> None:
        """Look at the next record."""
        self.records += 1
        self._chain(record)
        self._time(record)
        self._stream(record)
        self._content(record)
        self.head = record.head

    def _say(self, record: Record, code: str, message: Phrase) -> None:
        self.problem(code, phrase("record %(seq)s", seq=record.seq), message)

    def _chain(self, record: Record) -> None:
        if record.seq != self.head.seq + 1:
            self._say(record, "gap", phrase("it follows record %(seq)s", seq=self.head.seq))
        elif record.prev_hash != self.head.hash:
            self._say(record, "broken_link", phrase("it does not name the hash of the record before it"))
        if not record.linked():
            self._say(record, "wrong_hash", phrase("its hash is not that of its columns"))

    def _time(self, record: Record) -> None:
        if record.at_ms < self._at_ms and not _sets_back(record, self._at_ms):
            before_ms = self._at_ms - record.at_ms
            self._say(record, "time_decreases", phrase("it is %(ms)s ms before the record before it", ms=before_ms))
        if record.epoch < self._epoch:
            told = phrase("epoch %(epoch)s after epoch %(before)s", epoch=record.epoch, before=self._epoch)
            self._say(record, "epoch_decreases", told)
        self._at_ms, self._epoch = record.at_ms, max(self._epoch, record.epoch)

    def _stream(self, record: Record) -> None:
        """One number, one verdict: parts 0, 1 … of one digest side by side, and at most one conflict afterwards."""
        key = (record.source, record.source_seq)
        parts, digest = self._parts.get(key, (0, record.request_sha256))
        if record.part != parts:
            told = phrase("part %(part)s of a request, where part %(due)s belongs", part=record.part, due=parts)
            self._say(record, "part_gap", told)
        if record.kind == RequestConflict.kind:
            if parts == 0 or digest in (b"", record.request_sha256):
                told = phrase("a conflict with nothing, with itself, or told twice")
                self._say(record, "wrong_conflict", told)
            self._parts[key] = (parts + 1, b"")
            return
        if parts and (record.request_sha256 != digest or self._request != key):
            self._say(record, "second_verdict", phrase("a request was judged twice"))
        if parts == 0 and record.source_seq != self._streams.get(record.source, 0) + 1:
            told = phrase("number %(number)s of its stream is out of turn", number=record.source_seq)
            self._say(record, "stream_gap", told)
        self._request = key
        self._streams[record.source] = record.source_seq
        self._parts[key] = (parts + 1, digest)

    def _content(self, record: Record) -> None:
        self.event = None
        if record.body is None:
            self.erased += 1
            return
        if hashlib.sha256(record.body.encode("utf-8", "surrogatepass")).digest() != record.body_sha256:
            self._say(record, "wrong_body_digest", phrase("its content was changed"))
        elif not is_canonical(record.body):
            self._say(record, "not_canonical", phrase("its content is not in its one encoding"))
        event = read_event(self._rules.kinds, record.kind, record.body)
        if isinstance(event, Malformed):
            self._unread(record, event)
            return
        if self._rules.ended(self.state):
            self._say(record, "after_the_end", phrase("%(kind)s after the journal's end", kind=record.kind))
        if (self._partial or not self.erased) and (why := self._subject.object_to(self.state, event)) is not None:
            self._say(record, self._subject.objection, why)
        self.event, self.state = event, self._rules.evolve(self.state, event, record.at_ms, record.seq)

    def _unread(self, record: Record, found: Malformed) -> None:
        if found.where == "kind":
            told = phrase("%(kind)s is a kind that no journal of this sort has", kind=record.kind[:64])
            self._say(record, "unknown_kind", told)
            return
        told = phrase("its content is not that of its kind [%(evidence)s]", evidence=f"{found.where}: {found.why}")
        self._say(record, "unreadable_body", told)


def _sets_back(record: Record, before_ms: int) -> bool:
    """Whether this record is the anchor that set room time back to its own instant."""
    if record.kind != ClockAnchored.kind or record.body is None:
        return False
    event = read_event(COMMON, record.kind, record.body)
    return isinstance(event, ClockAnchored) and event.at_ms == record.at_ms and event.sets_back(before_ms)
