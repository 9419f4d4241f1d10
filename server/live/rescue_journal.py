"""What a journal that nobody writes now holds of an outbox; and whether a journal is the one a machine remembers."""

from __future__ import annotations

import contextlib
import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from server.domain.events import SittingClosed
from server.domain.state import Attempt
from server.errors import DatabaseError, JournalError
from server.live.rescue_report import HeadFound, Kept, Line
from server.protocol.rescue import RescueHead, RescueStream
from server.store.journal import Journal


@dataclass(frozen=True, slots=True)
class Merged:
    """How the records of one outbox were judged: counts by the names of `Line`; `why` the rest was kept in the file."""

    counts: Mapping[str, int]
    why: Kept | None = None


def line_of(stream: RescueStream, attempt: Attempt | None, merged: Merged, changed: int) -> Line:
    """One line of a report; `attempt` None: nobody known here."""
    counts = merged.counts
    return Line(
        source=stream.source,
        attempt_id=stream.attempt_id,
        candidate_id=None if attempt is None else attempt.candidate_id,
        generation=stream.generation,
        records=stream.records,
        known=counts.get("known", 0),
        new=counts.get("new", 0),
        late=counts.get("late", 0),
        refused=counts.get("refused", 0),
        conflict=counts.get("conflict", 0),
        kept=counts.get("kept", 0),
        changed=changed,
        why=merged.why,
    )


@contextlib.contextmanager
def _read_only(path: Path | None) -> Iterator[Journal | None]:
    """A journal as it lies there; None where there is none, or it cannot be read."""
    try:
        journal = None if path is None else Journal.open_to_read(path)
    except DatabaseError:
        journal = None
    try:
        yield journal
    finally:
        if journal is not None:
            journal.close()


def compared(path: Path | None, pairs: Sequence[tuple[RescueStream, Sequence[bytes]]]) -> list[Line]:
    """What the journal of a sitting that is not served holds of each outbox; nothing is added to it."""
    try:
        with _read_only(path) as journal:
            if journal is not None:
                why = Kept.ENDED if _has_ended(journal) else Kept.OTHER_SITTING
                return [line_of(stream, None, _held(journal, stream, records, why), 0) for stream, records in pairs]
    except JournalError:
        pass  # a damaged journal can be compared with nothing: as if it were not there
    return [line_of(stream, None, Merged({"kept": stream.records}, Kept.NO_SITTING), 0) for stream, _ in pairs]


def _held(journal: Journal, stream: RescueStream, records: Sequence[bytes], why: Kept) -> Merged:
    counts: Counter[str] = Counter()
    source = bytes.fromhex(stream.source)
    for seq, text in enumerate(records, stream.first_seq):
        verdict = journal.verdict_of(source, seq)
        same = verdict is not None and verdict.request_sha256 == hashlib.sha256(text).digest()
        counts["known" if same else "kept"] += 1
    return Merged(counts, why if counts["kept"] else None)


def _has_ended(journal: Journal) -> bool:
    last = journal.read(max(0, journal.head().seq - 1), 1)
    return bool(last) and last[0].kind == SittingClosed.kind


def head_found(path: Path | None, head: RescueHead | None) -> HeadFound:
    """Whether the record this machine remembers is in the journal."""
    try:
        with _read_only(path) as journal:
            if journal is None or head is None:
                return HeadFound.UNKNOWN
            found = journal.read(head.seq - 1, 1)
    except JournalError:
        return HeadFound.UNKNOWN
    if not found or found[0].seq != head.seq:
        return HeadFound.MISSING
    return HeadFound.SAME if found[0].hash.hex() == head.hash else HeadFound.DIFFERS
