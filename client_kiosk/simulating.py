"""The simulators of the open paper, running: where each stands, what the room still has to give, what is being typed.

Everything happens under the kiosk's one lock; nothing here waits for the network.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, cast

from client_kiosk.acting import Acted, Done, RunActions, ShownRun, done, is_held, standing
from client_kiosk.agent import Response, Work, judged
from client_kiosk.papers import ShownItem, ShownPaper
from question_bank.canonical import JSON
from question_bank.simulators.model import Refused, Standing
from server.protocol.receipt import actions_response


@dataclass(frozen=True, slots=True)
class Wanted:
    """A run of which the room holds more than is here; `sha256` is what it said of it."""

    attempt_id: str
    part: int
    form_id: str
    item_id: str
    sha256: str


@dataclass(slots=True)
class Simulating:
    """Of one paper. `given` is what the room gave, `told` what it last spoke of."""

    paper: ShownPaper
    told: dict[str, Response] = field(default_factory=dict)
    given: dict[str, RunActions] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)  # item id → which word of the room the fetched run answers
    said: dict[str, int] = field(default_factory=dict)
    wanted: tuple[Wanted, ...] = ()
    _stands: dict[str, tuple[RunActions, Standing[Any]]] = field(default_factory=dict)

    def hear(self, responses: Mapping[str, Response]) -> None:
        """Take in what the room says it holds."""
        acting = {item.item_id for item in self.paper.items if item.simulator is not None}
        self.told = {item: response for item, response in responses.items() if item in acting}

    def laid_over(self, before: Work, records: Sequence[tuple[str | None, Mapping[str, object]]]) -> Work:
        """What the room holds and gave, then the outbox's records. What is not here yet is wanted; the room's word stands for it."""
        work = judged(replace(before, runs=MappingProxyType(dict(self.given))), records, self.paper.passage)
        missing = self._settle(work, (body for _, body in records))
        return replace(work, responses=MappingProxyType({**work.responses, **missing})) if missing else work

    def _settle(self, work: Work, own: Iterable[Mapping[str, object]]) -> dict[str, Response]:
        self.said = {}
        for body in own:
            item, n = body.get("item_id"), body.get("n")
            if body.get("kind") == "act/1" and isinstance(item, str) and isinstance(n, int):
                self.said[item] = max(n, self.said.get(item, 0))
        missing = {
            item: told
            for item, told in self.told.items()
            if self.asked.get(item) != told.get("sha256") and not is_held(work.runs.get(item, {}), told)
        }
        paper = self.paper
        self.wanted = tuple(
            Wanted(paper.attempt_id, paper.part, paper.form_id, item, str(told.get("sha256")))
            for item, told in missing.items()
        )
        return missing

    def give(self, wanted: Wanted, run: RunActions) -> None:
        """The room gave a run."""
        self.given[wanted.item_id] = run
        self.asked[wanted.item_id] = wanted.sha256
        response = actions_response({n: one.sha256 for n, one in run.items()})
        self.told[wanted.item_id] = response
        self.asked[wanted.item_id] = str(response["sha256"])

    def stands(self, item: ShownItem, work: Work) -> Standing[Any] | None:
        """Where an item's run stands; None while the room has more of it, and for an item that is none. Raises DocumentError."""
        if item.simulator is None or any(one.item_id == item.item_id for one in self.wanted):
            return None
        run = work.runs.get(item.item_id, {})
        known = self._stands.get(item.item_id)
        if known is None or known[0] is not run:
            known = run, standing(item.simulator, item.world, run, self.said.get(item.item_id, 0))
            self._stands[item.item_id] = known
        return known[1]

    def shown(self, item: ShownItem, work: Work, drafts: Mapping[str, str]) -> ShownRun | None:
        """A run as its page gets it."""
        found = self.stands(item, work)
        if found is None or item.simulator is None:
            return None
        return ShownRun(item.simulator, found.n, item.simulator.view(found.state), drafts)

    def act(
        self,
        item: ShownItem,
        work: Callable[[], Work],
        action: Mapping[str, JSON],
        at_ms: int,
        record: Callable[[int], str | None],
    ) -> Acted:
        """Decide and evolve; `record(n)` has it on the disk, or says why not. The page sees it only then."""
        before = self.stands(item, work())
        if before is None or item.simulator is None:
            return Acted(reason="not_now")
        after = before.after(action, at_ms)
        if isinstance(after, Refused):
            return Acted(refused=after.reason)
        if (fault := record(after.n)) is not None:
            return Acted(reason=fault)
        self.said[item.item_id] = after.n
        self._stands[item.item_id] = work().runs[item.item_id], after
        return Acted(after.n, item.simulator.view(after.state))


def read_given(rows: Iterable[object]) -> dict[int, Done]:
    """A run as the room gives it. Raises ValueError for anything else."""
    found: dict[int, Done] = {}
    for row in rows:
        match row:
            case {
                "n": int() as n,
                "generation": int() as generation,
                "made_at_ms": int() as at_ms,
                "action": dict() as action,
            }:
                found[n] = done(n, generation, cast(Mapping[str, object], action), at_ms)
            case _:
                raise ValueError("not an action")
    return found
