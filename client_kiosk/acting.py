"""The runs of simulators on one paper: what was taken, where each stands, and whether the room holds more of it. Pure.

A run is one item's (docs/simulators.md §3). Its actions come from what the room gives and from this machine's own outbox.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from question_bank.canonical import JSON
from question_bank.phrase import Phrase
from question_bank.simulators import Simulator
from question_bank.simulators.model import Standing, Taken, replay
from server.protocol.receipt import action_sha256, actions_response


class Done(NamedTuple):
    """One action that counts here; `at_ms` is when it was made, as its record says."""

    n: int
    generation: int
    action: Mapping[str, object]
    at_ms: int
    sha256: bytes


RunActions: TypeAlias = Mapping[int, Done]
"""One item's actions by their numbers."""


def done(n: int, generation: int, action: Mapping[str, object], at_ms: int) -> Done:
    """An action with its digest."""
    return Done(n, generation, action, at_ms, action_sha256(n, action, at_ms))


def read_done(body: Mapping[str, object]) -> Done | None:
    """The action in the body of an `act/1` of this machine's own outbox; None for another record."""
    match body:
        case {
            "kind": "act/1",
            "n": int() as n,
            "generation": int() as generation,
            "made_at_ms": int() as at_ms,
            **rest,
        }:
            action = rest.get("action")
            return done(n, generation, action, at_ms) if isinstance(action, Mapping) else None
    return None


def with_done(run: RunActions, one: Done) -> RunActions:
    """The run with one more action of the newest sign-in: what an older one did from there on is no more."""
    kept = {n: old for n, old in run.items() if n < one.n or old.generation >= one.generation}
    return {**kept, one.n: one}


def response_of(run: RunActions) -> Mapping[str, object]:
    """What stands for a run among the responses."""
    return actions_response({n: one.sha256 for n, one in run.items()})


def is_held(run: RunActions, told: Mapping[str, object]) -> bool:
    """Whether all that the room spoke of is here: its run is the beginning of this one."""
    count = told.get("actions")
    first = sorted(run)[: count if isinstance(count, int) else 0]
    return response_of({n: run[n] for n in first}) == told


def standing(simulator: Simulator, world: JSON, run: RunActions, said: int) -> Standing[Any]:
    """Where a run stands; the next action is numbered after `said`, the highest number that was ever used. Raises DocumentError."""
    taken = (Taken(one.n, one.action, one.at_ms) for one in run.values())  # type: ignore[arg-type]  # JSON by its record
    return Standing(simulator, replay(simulator, world, taken).final, max(said, *run, 0) if run else said)


@dataclass(frozen=True, slots=True)
class ShownRun:
    """One run as its page gets it: the simulator, the number of the last action, the view, what is being typed."""

    simulator: Simulator
    n: int
    view: JSON
    drafts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Acted:
    """What became of one action. Not taken: `refused` is the system's own word, `reason` this machine's code."""

    n: int = 0
    view: JSON = None
    refused: Phrase | None = None
    reason: str | None = None

    @property
    def ok(self) -> bool:
        """Whether it was taken, and is on the disk."""
        return self.refused is None and self.reason is None
