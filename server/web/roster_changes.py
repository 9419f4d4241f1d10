"""Changing the roster after its import: written down as proposed, journalled by two officers, then made.

In this order a crash loses nothing and invents nothing: what was proposed and is in the journal is made when the room
is next asked, and what is not in the journal never happened.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from question_bank.phrase import Phrase
from server.domain.commands import RecordRosterChange
from server.domain.event import read_event
from server.domain.events import KINDS, RosterChanged
from server.domain.roster import Entry
from server.domain.values import RosterChange
from server.live.sitting_service import Sitting
from server.store.candidates import Candidate, CandidateError, Revision
from server.store.journal import Journal, pages
from server.store.officers import Officer
from server.web import acts, sessions
from server.web.context import now_ms, room
from server.web.language import say, say_error

UNDER_WAY_MS = 30_000  # a change this young may still be on its way to the journal


@dataclass(frozen=True, slots=True)
class Wanted:
    """A change as two officers want it; `candidate` is None for an addition."""

    change: RosterChange
    candidate: Candidate | None
    entry: Entry
    reason: str
    second: Officer


def make_change(sitting: Sitting, wanted: Wanted) -> Candidate | str:
    """Make a change; the candidate as the roster has them now, or a sentence saying why it was not made."""
    old, store, at_ms = wanted.candidate, room().store.candidates, now_ms()
    new = Candidate(
        candidate_id=old.candidate_id if old else "c" + secrets.token_hex(8),
        sitting_id=sitting.sitting_id,
        revision=old.revision + 1 if old else 1,
        entry=wanted.entry,
        salt=secrets.token_bytes(16),
    )
    officers = (sessions.current().officer_id, wanted.second.officer_id)
    try:
        store.propose(new, wanted.change, wanted.reason, officers, at_ms)
    except CandidateError as error:
        return say_error(error)
    command = RecordRosterChange(new.candidate_id, wanted.change, new.entry_sha256.hex(), wanted.reason, officers)
    refused: Phrase | None = acts.order(command, wanted.second)
    revision = Revision(new, wanted.change.value, wanted.reason, *officers, at_ms, "proposed")
    if refused is None or not sitting.stopped:
        store.settle(revision, made=refused is None, now_ms=now_ms())
    if refused is not None:
        return say(refused)
    room().changed()
    return new


def settle_left_over(sitting: Sitting) -> None:
    """Make or drop what a crash left as proposed, as the journal says. Reads it only when there is something left."""
    store, at_ms = room().store.candidates, now_ms()
    left = [
        one for one in store.proposed()
        if one.candidate.sitting_id == sitting.sitting_id and at_ms - one.at_ms > UNDER_WAY_MS
    ]  # fmt: skip
    if not left:
        return
    journalled = room().port.offload(lambda: _journalled(sitting))
    for revision in left:
        made = (revision.candidate.candidate_id, revision.candidate.entry_sha256.hex()) in journalled
        store.settle(revision, made=made, now_ms=at_ms)
    room().changed()


def _journalled(sitting: Sitting) -> frozenset[tuple[str, str]]:
    """Every change the journal holds: (candidate id, digest of the entry)."""
    found = set()
    with Journal.open(sitting.journal_path) as journal:
        for page in pages(journal):
            for record in page:
                if record.kind == RosterChanged.kind and record.body is not None:
                    event = read_event(KINDS, record.kind, record.body)
                    if isinstance(event, RosterChanged):
                        found.add((event.candidate_id, event.entry_sha256))
    return frozenset(found)
