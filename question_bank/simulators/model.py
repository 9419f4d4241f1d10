"""What every simulator is: a pure state machine over JSON actions (docs/simulators.md §1).

A kiosk holds this module too: nothing here knows of scenarios or checks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from question_bank.canonical import JSON
from question_bank.phrase import Phrase

WORLD_FORMAT = "exam-world/1"
MOST_ACTIONS = 3000  # of one run: one every second for fifty minutes
MOST_ACTION_BYTES = 16 * 1024  # of one action's canonical JSON: a long e-mail
MOST_VIEW_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Refused:
    """The system does not let this person do that, in words for the person."""

    reason: Phrase


@dataclass(frozen=True, slots=True)
class Taken:
    """One action as it was taken. `n` counts from 1 within its run; `at_ms` is room time."""

    n: int
    action: Mapping[str, JSON]
    at_ms: int


S = TypeVar("S")


class Machine(Protocol, Generic[S]):
    """What `state`, `actions` and `pages` of one simulator come to."""

    NAME: str
    TITLE: Phrase

    def initial(self, world: JSON) -> S:
        """The state at the start. Raises DocumentError when the world is not of this simulator."""

    def decide(self, state: S, action: Mapping[str, JSON]) -> Refused | None:
        """Why this action cannot be taken now, malformed ones too; None when it can. Pure."""

    def evolve(self, state: S, action: Mapping[str, JSON], n: int, at_ms: int) -> S:
        """The state after an action that was not refused. Pure and total."""

    def view(self, state: S) -> JSON:
        """What the page shows."""


@dataclass(frozen=True, slots=True)
class Run(Generic[S]):
    """A world's actions played from the start: the state after each that was taken, and those that were refused."""

    initial: S
    taken: tuple[tuple[Taken, S], ...]
    refused: tuple[tuple[Taken, Refused], ...]

    @property
    def final(self) -> S:
        """The state at the end."""
        return self.taken[-1][1] if self.taken else self.initial


def replay(machine: Machine[S], world: JSON, actions: Iterable[Taken]) -> Run[S]:
    """Play actions in the order of their numbers; at most `MOST_ACTIONS` count. Raises DocumentError for a world that is none."""
    state = start = machine.initial(world)
    taken: list[tuple[Taken, S]] = []
    refused: list[tuple[Taken, Refused]] = []
    for one in sorted(actions, key=lambda one: one.n)[:MOST_ACTIONS]:
        if (why := machine.decide(state, one.action)) is not None:
            refused.append((one, why))
            continue
        state = machine.evolve(state, one.action, one.n, one.at_ms)
        taken.append((one, state))
    return Run(start, tuple(taken), tuple(refused))
