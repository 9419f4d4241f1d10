"""What every simulator is: a pure state machine over JSON actions (docs/simulators.md §1).

A kiosk holds this module too: nothing here knows of scenarios or checks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from question_bank.canonical import JSON, CanonicalError, encode
from question_bank.phrase import Phrase, phrase

WORLD_FORMAT = "exam-world/1"
MOST_ACTIONS = 3000  # of one run: one every second for fifty minutes
MOST_ACTION_BYTES = 16 * 1024  # of one action's canonical JSON: a long e-mail
MOST_VIEW_BYTES = 1024 * 1024
MOST_WORLD_BYTES = 2 * 1024 * 1024  # of one world's canonical JSON: some hundred documents of one office


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

    @property
    def NAME(self) -> str:  # noqa: N802 (a constant of its module)
        """The name of its folder."""

    @property
    def TITLE(self) -> Phrase:  # noqa: N802
        """What people call it."""

    def initial(self, world: JSON) -> S:
        """The state at the start. Raises DocumentError when the world is not of this simulator."""

    def decide(self, state: S, action: Mapping[str, JSON]) -> Refused | None:
        """Why this action cannot be taken now, malformed ones too; None when it can. Pure."""

    def evolve(self, state: S, action: Mapping[str, JSON], n: int, at_ms: int) -> S:
        """The state after an action that was not refused. Pure and total."""

    def view(self, state: S) -> JSON:
        """What the page shows."""


@dataclass(frozen=True, slots=True)
class Standing(Generic[S]):
    """Where a run is now: its state after `n` actions that were taken."""

    machine: Machine[S]
    state: S
    n: int = 0

    def after(self, action: Mapping[str, JSON], at_ms: int) -> Standing[S] | Refused:
        """Where it is after this action, or why that cannot be taken: for the system, or by the bounds."""
        refused = bounds(action, self.n) or self.machine.decide(self.state, action)
        if refused is not None:
            return refused
        after = Standing(self.machine, self.machine.evolve(self.state, action, self.n + 1, at_ms), self.n + 1)
        grown = after.view_bytes()
        if grown > MOST_VIEW_BYTES and grown > self.view_bytes():  # what makes room is taken even then
            return Refused(phrase("There is no room for this any more. Remove something first."))
        return after

    def view_bytes(self) -> int:
        """How much its page gets."""
        return len(encode(self.machine.view(self.state)))


def action_problem(action: object) -> str | None:
    """Why this cannot be an action of any simulator (a code for the record), or None. Never raises."""
    if not isinstance(action, Mapping):
        return "not_an_object"
    try:
        return "too_large" if len(encode(action)) > MOST_ACTION_BYTES else None
    except CanonicalError:
        return "not_an_object"


def bounds(action: object, n: int) -> Refused | None:
    """Why no action, or not this one, can follow `n` taken ones, whatever the system; None when it can."""
    if n >= MOST_ACTIONS:
        return Refused(phrase("Nothing more can be done here: the most this system keeps has been done."))
    if action_problem(action) is not None:
        return Refused(phrase("This is too much at once. Make it shorter."))
    return None


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
