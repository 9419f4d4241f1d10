"""What a console may ask of the hall: one shape for each kind, docs/console-protocol.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from server.domain import hall_commands
from server.domain.hall_acts import MAX_NEXT_WORD_MS
from server.domain.hall_commands import HallCommand
from server.domain.hall_events import Who
from server.domain.values import Cause
from server.protocol.hall import MAX_MESSAGE
from server.protocol.shape import Id, Line, Shaped, Text, Whole


class HallOrder(Shaped):
    """An order of the hall: it knows the command that it asks for."""

    __slots__ = ()

    def command(self, officer_id: str, token: bytes) -> HallCommand:
        """The sitting's command, by this officer; `token`: 32 random bytes, for ids and orders."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class GiveReserve(HallOrder):
    """Put the reserve's paper in place of the other and let the clocks run."""

    who: Who | None

    def command(self, officer_id: str, token: bytes) -> HallCommand:
        """By this officer."""
        return hall_commands.GiveReserve(self.who, token, officer_id)


@dataclass(frozen=True, slots=True)
class Message(HallOrder):
    """Tell candidates something; the id is the page's, which takes the message back by it."""

    message_id: Id
    who: Who | None
    text: Annotated[str, Text(1, MAX_MESSAGE)]
    confirm: bool

    def command(self, officer_id: str, token: bytes) -> HallCommand:
        """By this officer."""
        return hall_commands.SendMessage(self.message_id, self.who, self.text, self.confirm, officer_id)


@dataclass(frozen=True, slots=True)
class WithdrawMessage(HallOrder):
    """Take a message off the screens."""

    message_id: Id

    def command(self, officer_id: str, token: bytes) -> HallCommand:
        """By this officer."""
        return hall_commands.WithdrawMessage(self.message_id, officer_id)


@dataclass(frozen=True, slots=True)
class AnswerHand(HallOrder):
    """Somebody has been there."""

    who: Who
    note: Line

    def command(self, officer_id: str, token: bytes) -> HallCommand:
        """By this officer."""
        return hall_commands.AnswerHand(self.who, self.note, officer_id)


@dataclass(frozen=True, slots=True)
class NextWord(HallOrder):
    """Say when the hall hears more, so many ms from now; null takes it away."""

    text: Line
    in_ms: Annotated[int, Whole(1, MAX_NEXT_WORD_MS)] | None

    def command(self, officer_id: str, token: bytes) -> HallCommand:
        """By this officer."""
        return hall_commands.SetNextWord(self.text, self.in_ms, officer_id)


@dataclass(frozen=True, slots=True)
class Lock(HallOrder):
    """Cover screens with a sentence."""

    who: Who
    sentence: Line
    stands: bool
    cause: Cause

    def command(self, officer_id: str, token: bytes) -> HallCommand:
        """By this officer."""
        return hall_commands.LockSeat(self.who, self.sentence, self.stands, self.cause, officer_id)


@dataclass(frozen=True, slots=True)
class Unlock(HallOrder):
    """Give screens back."""

    who: Who

    def command(self, officer_id: str, token: bytes) -> HallCommand:
        """By this officer."""
        return hall_commands.UnlockSeat(self.who, officer_id)


KINDS: Mapping[str, type[Shaped]] = {
    "give_reserve": GiveReserve,
    "message": Message,
    "withdraw_message": WithdrawMessage,
    "answer_hand": AnswerHand,
    "next_word": NextWord,
    "lock": Lock,
    "unlock": Unlock,
}
