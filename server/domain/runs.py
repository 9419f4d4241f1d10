"""What is held of a candidate's run in a simulator: which action counts under each number. Pure.

Within one sign-in numbers only grow. Where a newer sign-in has acted, the older one's actions from that number on were
decided on a state that is no more: they do not count, whenever they come. So what counts does not depend on the order of
arrival. The actions themselves stay in the journal; here are their digests.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from server.protocol.receipt import actions_response


class Act(NamedTuple):
    """One action that counts: whose, its record's number in the journal, and its digest."""

    generation: int
    seq: int
    sha256: bytes


@dataclass(frozen=True, slots=True)
class RunHeld:
    """One item's run. `first`: by sign-in the lowest number that counts of it; `last`: the highest it has said, late or not."""

    acts: Mapping[int, Act] = field(default_factory=lambda: MappingProxyType({}))
    first: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}))
    last: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def response(self) -> dict[str, object] | None:
        """What stands for it among the responses; None while nothing counts."""
        return actions_response({n: act.sha256 for n, act in self.acts.items()}) if self.acts else None

    def counts(self, n: int, generation: int) -> bool:
        """Whether an action of this sign-in under this number counts beside what is held."""
        if n in self.acts and self.acts[n].generation >= generation:
            return False
        return all(first > n for newer, first in self.first.items() if newer > generation)

    def with_act(self, n: int, act: Act) -> RunHeld:
        """Once this action counts; unchanged where it cannot."""
        if not self.counts(n, act.generation):
            return self
        first = self.first.get(act.generation)
        if first is not None and first < n:
            return RunHeld({**self.acts, n: act}, self.first, self.last)
        acts = {m: old for m, old in self.acts.items() if m < n or old.generation >= act.generation}
        kept = {old.generation for old in acts.values()}
        firsts = {generation: low for generation, low in self.first.items() if generation in kept}
        return RunHeld({**acts, n: act}, {**firsts, act.generation: n}, self.last)

    def said(self, generation: int, n: int) -> RunHeld:
        """Once this sign-in has spoken of this number, whatever became of it."""
        return RunHeld(self.acts, self.first, {**self.last, generation: max(n, self.last.get(generation, 0))})
