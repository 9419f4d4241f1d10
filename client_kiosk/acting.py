"""The runs of simulators on one paper: what was taken, where each stands, and whether an action can be taken now.

Pure but for the simulators it is given. A run is one item's (docs/simulators.md §3); actions come from what the server
holds and from this machine's own outbox.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from question_bank.canonical import JSON
from question_bank.phrase import Phrase
from question_bank.simulators import Simulator
from question_bank.simulators.model import Standing, Taken, replay


@dataclass(frozen=True, slots=True)
class ShownRun:
    """One run as its page gets it: the simulator, how many actions were taken, the view, what is being typed."""

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


def standing(simulator: Simulator, world: JSON, actions: Mapping[int, Taken]) -> Standing[Any]:
    """Where a run stands after these actions, by their numbers. Raises DocumentError.

    Numbers count what was taken, so the next one follows the highest, also after a hole that the room has not filled yet.
    """
    played = replay(simulator, world, actions.values())
    return Standing(simulator, played.final, max(actions, default=0))
