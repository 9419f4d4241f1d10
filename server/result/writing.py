"""Make the bundle of a closed sitting (docs/result.md): read what is on disk, write one file, check it, put it in place."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from question_bank.canonical import CanonicalError, encode
from question_bank.phrase import phrase
from question_bank.sealed import SealError, signed_manifest
from server import certificates
from server.domain.event import ClockAnchored, EpochBegan
from server.domain.marking import ResultsPublished
from server.domain.result_facts import ResultFacts, receipt_lines
from server.domain.state import SittingState
from server.domain.values import SittingStage
from server.identity import CA_KEY_FILE, RoomIdentity
from server.result.container import (
    FORMAT,
    TAG,
    Body,
    BundleHead,
    BundleRoom,
    BundleSitting,
    BundleTitle,
    Manifest,
    put_together,
    room_key_message,
)
from server.result.reading import ResultReport, verify_bundle
from server.result.sources import ResultError, Sources
from server.store.backup import replacing
from server.store.journal import Journal, pages
from server.store.lines import line_of
from server.store.record import Record
from server.store.verify import SITTING, Walk

_OURS = (EpochBegan.kind, ClockAnchored.kind)  # of a contest's journal: what speaks of no sitting


@dataclass(frozen=True, slots=True)
class _Sitting:
    """A closed sitting, replayed."""

    state: SittingState
    facts: ResultFacts
    head: BundleHead
    closed_at_ms: int


def write_bundle(found: Sources, target: Path) -> ResultReport:
    """Write the bundle and verify it; the report is of the file that is now at `target`.

    Raises ResultError, and leaves `target` as it was, when the sitting is not closed, the disk is full, or what was
    written does not verify: then the journals themselves are wrong, and `export` copies them as they are. Slow: reads
    and judges every record. Memory is bounded by the state of a sitting.
    """
    sitting = _replayed(found)
    try:
        with replacing(target) as beside:
            _write(found, sitting, beside)
            report = verify_bundle(beside, str(target))
            if not report.ok:
                raise ResultError(
                    phrase("the bundle does not verify: %(first)s", first=report.problems[0].message),
                    hint=phrase("Copy the journals with `export`, and run `verify journal` on the room's folder."),
                )
    except (OSError, CanonicalError) as error:
        told = phrase("%(file)s could not be written [%(error)s]", file=target.name, error=str(error))
        raise ResultError(told, hint=phrase("Make space on the disk, or choose another place.")) from error
    return report


def _replayed(found: Sources) -> _Sitting:
    walk, facts = Walk(SITTING), ResultFacts()
    if not found.journal.exists():
        raise _not_closed()
    with Journal.open_to_read(found.journal) as journal:
        for page in pages(journal):
            for record in page:
                walk.take(record)
                if walk.event is not None:
                    facts.take(walk.event, record.at_ms)
    if walk.state.stage is not SittingStage.CLOSED or facts.closing is None:
        raise _not_closed()
    return _Sitting(walk.state, facts, BundleHead(walk.head.seq, walk.head.hash.hex()), facts.closing[0])


def _not_closed() -> ResultError:
    return ResultError(phrase("the sitting is not closed"), hint=phrase("Close its journal on the room map first."))


def _write(found: Sources, sitting: _Sitting, target: Path) -> None:
    numbers = {one.candidate_id: one.sbd for one in found.roster}
    inner = target.with_name(f"{target.name}.body")
    with ExitStack() as undo:
        undo.callback(inner.unlink, missing_ok=True)
        with inner.open("wb") as file:
            body = Body(file)
            body.section("packages", _packages(found))
            body.section("roster", (encode(one.document()) for one in sorted(found.roster, key=lambda one: one.sbd)))
            body.section("receipts", map(encode, receipt_lines(sitting.state, sitting.facts, numbers)))
            body.section("minutes", iter((encode(sitting.facts.document()),)))
            if (published := _published(found)) is not None:
                body.section("marks", _marks(found, published))
            for number, path in enumerate(found.branches, start=1):
                body.section(f"branch-{number}", _file_lines(path))
            body.section("records", _records(found.journal))
        manifest = Manifest(
            FORMAT, _room(found.identity), _of(found), sitting.head, sitting.closed_at_ms, tuple(body.sections)
        )
        with target.open("wb") as whole:
            put_together(whole, manifest, found.identity.signing_key.sign(TAG + manifest.line()), inner)


def _room(identity: RoomIdentity) -> BundleRoom:
    message = room_key_message(identity.room_id, identity.server_key)
    try:
        signature = certificates.sign_as_authority((identity.directory / CA_KEY_FILE).read_bytes(), message)
    except ValueError as error:
        told = phrase("the key of the room's authority is damaged [%(file)s]", file=CA_KEY_FILE)
        raise ResultError(told, hint=phrase("Restore the room's folder.")) from error
    return BundleRoom(
        identity.room_id, identity.room_name, identity.server_key.hex(), identity.ca_pem, identity.ca_sha256.hex(),
        signature.hex(),
    )  # fmt: skip


def _of(found: Sources) -> BundleSitting:
    one = found.definition
    title = BundleTitle(one.title.vi, one.title.en)
    return BundleSitting(one.sitting_id, one.contest_id, one.round_id, title, one.committee.line().strip())


def _packages(found: Sources) -> Iterator[bytes]:
    for set_name, path in found.packages:
        if not path.exists():
            continue  # the reserve of a room that was tidied; verification asks for what was opened
        try:
            manifest, signature = signed_manifest(path)
        except SealError as error:
            raise ResultError(error.said, hint=phrase("Take the package in again.")) from error
        yield encode({"set": set_name, "manifest": manifest.decode(), "signature": signature.hex()})


def _records(path: Path, keep: Callable[[Record], Record | None] = lambda record: record) -> Iterator[bytes]:
    """The lines of a journal's records; `keep` may take a body away, and ends the run with None."""
    with Journal.open_to_read(path) as journal:
        for page in pages(journal):
            for record in page:
                kept = keep(record)
                if kept is None:
                    return
                yield line_of(kept)


def _published(found: Sources) -> int | None:
    """The number of the record that published this sitting's results; None before that."""
    if not found.contest.exists():
        return None
    with Journal.open_to_read(found.contest) as journal:
        for page in pages(journal):
            for record in page:
                if record.kind == ResultsPublished.kind and _speaks_of(record, found.definition.sitting_id):
                    return record.seq
    return None


def _marks(found: Sources, published: int) -> Iterator[bytes]:
    sitting_id = found.definition.sitting_id

    def keep(record: Record) -> Record | None:
        if record.seq > published:
            return None
        ours = record.kind in _OURS or _speaks_of(record, sitting_id)
        return record if ours else record._replace(body=None)

    return _records(found.contest, keep)


def _speaks_of(record: Record, sitting_id: str) -> bool:
    """Whether a record of a contest's journal is about this sitting."""
    if record.body is None:
        return False
    try:
        body = json.loads(record.body)
    except ValueError:
        return False
    return isinstance(body, dict) and body.get("sitting_id") == sitting_id


def _file_lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        for line in file:
            yield line.removesuffix(b"\n")
