"""The records a kiosk keeps in its outbox and sends in order: what a candidate did, as facts with a time.

A record travels as canonical JSON text; its SHA-256 over those bytes is the record's identity for the journal.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar, TypeAlias, cast

from question_bank.canonical import CanonicalError, decode, encode
from server.protocol.hall import HandCategory, Seen
from server.protocol.shape import Digest, Id, Instant, Malformed, Response, Shaped, Span, Text, Whole

MAX_RECORD_BYTES = 57_344  # of one record's text: an essay of 48 KiB, which is 6,000 words in Vietnamese, and room
MAX_PARTS = 16  # of a sitting; the largest contest known has two

MAX_ACTIONS = 3000  # of one run: one every second for fifty minutes (question_bank.simulators.model)

PartIndex = Annotated[int, Whole(0, MAX_PARTS - 1)]


class Record(Shaped):
    """One record; `kind` on the wire says which class."""

    __slots__ = ()
    KIND: ClassVar[str]

    def text(self) -> bytes:
        """The canonical bytes that are stored, sent and hashed."""
        return encode({"kind": self.KIND, **self.wire()})


@dataclass(frozen=True, slots=True)
class SignIn(Record):
    """The first record of a new outbox: a candidate claims an attempt. `code` is their access code, as typed.

    `salt` (random hex) keeps the code from being guessed from the record's digest.
    """

    KIND: ClassVar[str] = "sign_in/1"
    sbd: Annotated[str, Text(1, 32)]
    code: Annotated[str, Text(1, 32)] = field(repr=False)
    salt: Annotated[str, Text(16, 64)]
    made_at_ms: Instant
    uncertainty_ms: Span


@dataclass(frozen=True, slots=True)
class ConfirmIdentity(Record):
    """The candidate confirms that the name and birth date on the screen are theirs."""

    KIND: ClassVar[str] = "confirm_identity/1"
    attempt_id: Id
    generation: Annotated[int, Whole(1, 1_000_000)]
    made_at_ms: Instant
    uncertainty_ms: Span


@dataclass(frozen=True, slots=True)
class SaveResponse(Record):
    """The whole response to one item, as it now stands; never a difference from an earlier one."""

    KIND: ClassVar[str] = "save_response/1"
    attempt_id: Id
    generation: Annotated[int, Whole(1, 1_000_000)]
    part: PartIndex
    item_id: Id
    response: Response
    made_at_ms: Instant
    uncertainty_ms: Span


@dataclass(frozen=True, slots=True)
class ClearResponse(Record):
    """The candidate takes a response back; the item counts as not answered."""

    KIND: ClassVar[str] = "clear_response/1"
    attempt_id: Id
    generation: Annotated[int, Whole(1, 1_000_000)]
    part: PartIndex
    item_id: Id
    made_at_ms: Instant
    uncertainty_ms: Span


@dataclass(frozen=True, slots=True)
class FlagItem(Record):
    """The candidate marks an item to come back to, or takes the mark away."""

    KIND: ClassVar[str] = "flag_item/1"
    attempt_id: Id
    generation: Annotated[int, Whole(1, 1_000_000)]
    part: PartIndex
    item_id: Id
    flagged: bool
    made_at_ms: Instant
    uncertainty_ms: Span


@dataclass(frozen=True, slots=True)
class TakeAction(Record):
    """One action in a simulator, as its agent took it. `n` counts from 1 within the attempt, part and item."""

    KIND: ClassVar[str] = "act/1"
    attempt_id: Id
    generation: Annotated[int, Whole(1, 1_000_000)]
    part: PartIndex
    item_id: Id
    n: Annotated[int, Whole(1, MAX_ACTIONS)]
    action: Response
    made_at_ms: Instant
    uncertainty_ms: Span


@dataclass(frozen=True, slots=True)
class SubmitPart(Record):
    """The candidate ends the part. `last_seq` is this record's own number minus one; the digest is `receipt.py`'s.

    `form_id`: the paper it was made on, so that it never ends a passage on another one.
    """

    KIND: ClassVar[str] = "submit_part/1"
    attempt_id: Id
    generation: Annotated[int, Whole(1, 1_000_000)]
    part: PartIndex
    last_seq: Annotated[int, Whole(0)]
    responses_sha256: Digest
    made_at_ms: Instant
    uncertainty_ms: Span
    form_id: Id | None = None


@dataclass(frozen=True, slots=True)
class ResumeWork(Record):
    """This machine shows its paper again, after a time since `since_ms` in which it could not (docs/time.md)."""

    KIND: ClassVar[str] = "resume_work/1"
    attempt_id: Id
    generation: Annotated[int, Whole(1, 1_000_000)]
    part: PartIndex
    since_ms: Instant
    made_at_ms: Instant
    uncertainty_ms: Span


@dataclass(frozen=True, slots=True)
class RaiseHand(Record):
    """The candidate asks for somebody; once more with another category changes what it is about."""

    KIND: ClassVar[str] = "raise_hand/1"
    attempt_id: Id
    generation: Annotated[int, Whole(1, 1_000_000)]
    category: HandCategory
    made_at_ms: Instant
    uncertainty_ms: Span


@dataclass(frozen=True, slots=True)
class LowerHand(Record):
    """The candidate needs nobody any more."""

    KIND: ClassVar[str] = "lower_hand/1"
    attempt_id: Id
    generation: Annotated[int, Whole(1, 1_000_000)]
    made_at_ms: Instant
    uncertainty_ms: Span


@dataclass(frozen=True, slots=True)
class NoteSeen(Record):
    """A proctor's message is on the candidate's screen, or they have said that they read it."""

    KIND: ClassVar[str] = "message_seen/1"
    attempt_id: Id
    generation: Annotated[int, Whole(1, 1_000_000)]
    message_id: Id
    how: Seen
    made_at_ms: Instant
    uncertainty_ms: Span


@dataclass(frozen=True, slots=True)
class NoteErratum(Record):
    """A correction of an item was on the candidate's screen, at that item."""

    KIND: ClassVar[str] = "erratum_seen/1"
    attempt_id: Id
    generation: Annotated[int, Whole(1, 1_000_000)]
    erratum_id: Id
    made_at_ms: Instant
    uncertainty_ms: Span


HallRecord: TypeAlias = RaiseHand | LowerHand | NoteSeen | NoteErratum
# What is done on a part's paper: judged by when it was made, late where it does not count as it stands.
PaperRecord: TypeAlias = SaveResponse | ClearResponse | FlagItem | TakeAction | SubmitPart
CandidateRecord: TypeAlias = ConfirmIdentity | PaperRecord | ResumeWork | HallRecord

RECORDS: dict[str, type[Record]] = {
    kind.KIND: kind
    for kind in (
        SignIn, ConfirmIdentity, SaveResponse, ClearResponse, FlagItem, TakeAction, SubmitPart, ResumeWork, RaiseHand, LowerHand,
        NoteSeen, NoteErratum,
    )
}  # fmt: skip


def read_record(text: bytes) -> CandidateRecord | SignIn | Malformed:
    """The record in these bytes, or why they are none; never raises."""
    try:
        value = decode(text, MAX_RECORD_BYTES, canonical=True)
    except CanonicalError as error:
        return Malformed("", str(error))
    if not isinstance(value, dict):
        return Malformed("", "an object is needed")
    kind = value.pop("kind", None)
    found = RECORDS.get(kind) if isinstance(kind, str) else None
    if found is None:
        return Malformed("kind", f"{str(kind)[:64]!r} is no kind of record")
    return cast("CandidateRecord | SignIn | Malformed", found.parse(value))
