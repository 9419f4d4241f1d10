"""What the ceremony's page shows, made ready for its template: the two sets, the steps, whose share is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from question_bank.phrase import Phrase, phrase
from server.domain import compensation
from server.domain.reserve_acts import has_begun
from server.domain.rights import Right
from server.domain.values import HowChosen, Opening, SetName
from server.live.ceremony import CeremonyStatus, PackageStatus, SecretStatus
from server.live.sitting_service import Sitting
from server.web.console.wording import package_fault
from server.web.hall_wording import switch_rule
from server.web.language import say
from server.web.wording import SETS

RULES: Mapping[Opening, Phrase] = {
    Opening.PRIMARY: phrase(
        "By the contest's rule the primary set is opened; the reserve set is for when it is needed."
    ),
    Opening.DRAW: phrase("By the contest's rule a lot decides between the two sets. Its seed is recorded."),
}
HOW: Mapping[HowChosen, Phrase] = {
    HowChosen.RULE: phrase("by the contest's rule"),
    HowChosen.DRAW: phrase("by lot"),
    HowChosen.RESERVE: phrase("the reserve was needed"),
}


@dataclass(frozen=True, slots=True)
class SetView:
    """One of the two sets."""

    title: Phrase
    package: PackageStatus
    fault: Phrase | None


@dataclass(frozen=True, slots=True)
class SecretView:
    """One of the two secrets: `name` is `paper` or `marking`, `right` what entering and opening it asks for."""

    name: str
    right: str
    status: SecretStatus | None
    may_enter: bool
    may_open: bool
    left_ms: int


@dataclass(frozen=True, slots=True)
class View:
    """The whole page. `clock_confirmed_ms`: when an officer last confirmed the room's time."""

    status: CeremonyStatus
    sets: tuple[SetView, ...]
    rule: Phrase
    by_lot: bool
    chosen: Phrase | None
    how: Phrase | None
    clock_confirmed_ms: int | None
    paper: SecretView
    marking: SecretView
    marking_after_close: bool
    opened_at_ms: int | None
    begun: bool
    concerned: int  # candidates who were started in the open part; of them `concerned_done` have ended it
    concerned_done: int
    undecided: int  # proposals to give lost time back, which are gone once another paper is given out
    switch_words: str

    @property
    def version(self) -> str:
        """Names what decides the page's layout: another one, and the page is laid out anew."""
        marking = self.marking.status is not None and self.marking.status.opened
        enter = self.marking.may_enter or self.marking.may_open
        switch = "call_off_switch" in self.status.next_steps
        return f"{switch:d}{self.begun:d}-{self.status.chosen}-{self.clock_confirmed_ms}-{self.opened_at_ms}-{marking:d}-{enter:d}"


def status_view(status: CeremonyStatus, sitting: Sitting) -> View:
    """The page for this status."""
    steps, state = set(status.next_steps), sitting.state
    part = -1 if state.open_part is None else state.open_part
    concerned = [one.parts[part] for one in state.attempts.values() if part in one.parts]
    chosen = None if status.chosen is None else SetName(status.chosen)
    return View(
        status=status,
        sets=tuple(_set(one) for one in status.packages),
        rule=RULES[Opening(status.rule)],
        by_lot=Opening(status.rule) is Opening.DRAW,
        chosen=None if chosen is None else SETS[chosen],
        how=None if status.how_chosen is None else HOW[HowChosen(status.how_chosen)],
        clock_confirmed_ms=state.confirmed_at_ms,
        paper=_secret("paper", Right.OPEN_PAPER, status.paper, steps, status.now_ms),
        marking=_secret("marking", Right.OPEN_MARKING, status.marking, steps, status.now_ms),
        marking_after_close=sitting.definition.rules.marking_opens.value == "after_close",
        opened_at_ms=None if state.paper is None else state.paper.at_ms,
        begun=has_begun(state),
        concerned=len(concerned),
        concerned_done=sum(one.finish is not None for one in concerned),
        undecided=sum(1 for _ in compensation.proposals(state, status.now_ms)),
        switch_words="" if state.hall.switch is None else say(switch_rule(state.hall.switch)),
    )


def _set(package: PackageStatus) -> SetView:
    fault = None if package.fault is None else package_fault(package.fault)
    return SetView(SETS[SetName(package.set_name)], package, fault)


def _secret(name: str, right: Right, status: SecretStatus | None, steps: set[str], now_ms: int) -> SecretView:
    wiped = None if status is None else status.wiped_at_ms
    return SecretView(
        name=name,
        right=right.value,
        status=status,
        may_enter=f"enter_{name}_share" in steps,
        may_open=f"open_{name}" in steps,
        left_ms=0 if wiped is None else max(0, wiped - now_ms),
    )
