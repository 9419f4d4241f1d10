"""What a console may ask about time that was lost (docs/console-protocol.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from server.domain.time_commands import DecideCompensation
from server.domain.values import Cause
from server.protocol.shape import Id, Items, Line, Seq, Shaped, Span

MAX_CHOICES = 4_000  # losses named in one command: two of everybody in the largest hall


@dataclass(frozen=True, slots=True)
class Choice(Shaped):
    """One loss of one candidate."""

    attempt_id: Id
    loss: Seq


@dataclass(frozen=True, slots=True)
class Compensate(Shaped):
    """Accept proposed compensations, all of them (`choices` null) or these, or refuse them."""

    choices: Annotated[tuple[Choice, ...], Items(MAX_CHOICES)] | None
    accept: bool
    ms: Span | None
    cause: Cause
    reason: Line

    def command(self, officer_id: str) -> DecideCompensation:
        """As the sitting takes it."""
        choices = None if self.choices is None else tuple((one.attempt_id, one.loss) for one in self.choices)
        return DecideCompensation(choices, self.accept, self.ms, self.cause, self.reason, officer_id)
