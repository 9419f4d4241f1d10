"""From a journal back to the state it tells: what a server does when it starts, and what `verify` does to check."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import TypeVar

from question_bank.phrase import phrase
from server.domain.chain import Head
from server.domain.event import EpochBegan, Kinds, RequestConflict, read_event
from server.errors import JournalError
from server.protocol.sequence import Stream
from server.protocol.shape import Malformed
from server.store.batch import Committed, Entry, Rules
from server.store.journal import JournalPort, pages
from server.store.record import Record

S = TypeVar("S")

_HINT = phrase("Run `examroom-server verify journal` on this room's folder, and restore the last good copy.")


def replay(journal: JournalPort, rules: Rules[S], onto: Committed[S] | None = None) -> Committed[S]:
    """What the journal's records after `onto` (all of them when None) have made.

    Every link of the chain is checked. Raises JournalError, naming the record, when one cannot be trusted or read.
    """
    found = onto or Committed(rules.initial)
    for page in pages(journal, found.head.seq):
        found = evolved(entries(page, rules.kinds, found.head), rules, found)
    return found


def evolved(added: Iterable[Entry], rules: Rules[S], onto: Committed[S]) -> Committed[S]:
    """`onto` with these entries, which follow its head."""
    state, head, at_ms, epoch = onto.state, onto.head, onto.at_ms, onto.epoch
    streams = dict(onto.streams)
    for record, event in added:
        state = rules.evolve(state, event, record.at_ms, record.seq)
        head, at_ms = record.head, record.at_ms
        if isinstance(event, EpochBegan):
            epoch = event.epoch
        if not isinstance(event, RequestConflict):
            streams[record.source] = Stream(record.source_seq, record.request_sha256)
    return Committed(state, head, streams, at_ms, epoch)


def entries(records: Iterable[Record], kinds: Kinds, head: Head) -> Iterator[Entry]:
    """The records with their events, each checked to follow the one before, from `head` on. Raises JournalError."""
    for record in records:
        if record.seq != head.seq + 1 or record.prev_hash != head.hash or not record.linked():
            raise JournalError(
                phrase("record %(seq)s does not follow record %(before)s", seq=record.seq, before=head.seq), hint=_HINT
            )
        head = record.head
        if record.body is None:
            hint = phrase("A sitting past its retention is read, never run again.")
            raise JournalError(phrase("the content of record %(seq)s was erased", seq=record.seq), hint=hint)
        if hashlib.sha256(record.body.encode()).digest() != record.body_sha256:
            raise JournalError(phrase("the content of record %(seq)s was changed", seq=record.seq), hint=_HINT)
        event = read_event(kinds, record.kind, record.body)
        if isinstance(event, Malformed):
            why = f"{event.where}: {event.why}"
            raise JournalError(
                phrase("record %(seq)s cannot be read [%(error)s]", seq=record.seq, error=why), hint=_HINT
            )
        yield Entry(record, event)
