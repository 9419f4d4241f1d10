"""Where a record is made: whose attempt, and when as far as this machine knows; and the records made there. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from server.protocol.hall import HandCategory, Seen
from server.protocol.receipt import responses_sha256
from server.protocol.records import (
    ClearResponse,
    ConfirmIdentity,
    FlagItem,
    LowerHand,
    NoteErratum,
    NoteSeen,
    RaiseHand,
    ResumeWork,
    SaveResponse,
    SubmitPart,
    TakeAction,
)
from server.protocol.situation import AttemptView


@dataclass(frozen=True, slots=True)
class Place:
    """What a record carries of where it was made; instants and spans in ms of room time."""

    attempt: AttemptView
    made_at_ms: int
    uncertainty_ms: int

    @property
    def _who(self) -> tuple[str, int]:
        return self.attempt.attempt_id, self.attempt.generation

    @property
    def _when(self) -> tuple[int, int]:
        return self.made_at_ms, self.uncertainty_ms

    def confirmed(self) -> ConfirmIdentity:
        """The name on the screen is the candidate's."""
        return ConfirmIdentity(*self._who, *self._when)

    def saved(self, item_id: str, response: Mapping[str, object]) -> SaveResponse:
        """The whole response to an item."""
        return SaveResponse(*self._who, self.attempt.part.index, item_id, response, *self._when)

    def cleared(self, item_id: str) -> ClearResponse:
        """An item is not answered."""
        return ClearResponse(*self._who, self.attempt.part.index, item_id, *self._when)

    def acted(self, item_id: str, n: int, action: Mapping[str, object]) -> TakeAction:
        """One action in an item's simulator."""
        return TakeAction(*self._who, self.attempt.part.index, item_id, n, action, *self._when)

    def flagged(self, item_id: str, flagged: bool) -> FlagItem:
        """The candidate wants to come back to an item, or no longer."""
        return FlagItem(*self._who, self.attempt.part.index, item_id, flagged, *self._when)

    def raised(self, category: HandCategory) -> RaiseHand:
        """Somebody is asked for."""
        return RaiseHand(*self._who, category, *self._when)

    def lowered(self) -> LowerHand:
        """Nobody is needed any more."""
        return LowerHand(*self._who, *self._when)

    def seen(self, message_id: str, how: Seen) -> NoteSeen:
        """A message was on the screen, or was read."""
        return NoteSeen(*self._who, message_id, how, *self._when)

    def corrected(self, erratum_id: str) -> NoteErratum:
        """A correction was on the screen, at its item."""
        return NoteErratum(*self._who, erratum_id, *self._when)

    def resumed(self, since_ms: int) -> ResumeWork:
        """The paper is on the screen again; since then it was not."""
        return ResumeWork(*self._who, self.attempt.part.index, since_ms, *self._when)

    def submitted(self, last_seq: int, responses: Mapping[str, Mapping[str, object]]) -> SubmitPart:
        """The end of the part, after record `last_seq`, with the digest of the responses known here."""
        digest = responses_sha256(self.attempt.attempt_id, self.attempt.part.index, responses).hex()
        return SubmitPart(*self._who, self.attempt.part.index, last_seq, digest, *self._when, self.attempt.part.form_id)
