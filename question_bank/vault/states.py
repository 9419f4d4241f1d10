"""Where an item stands on its way from draft to approved, and what may happen to it next. Pure.

        edit
  ┌───────┬──────────┐
  ▼       │          │
DRAFT → REVIEWED → APPROVED       reviewed by one person, approved by another
  ▲ └───────┴──────────┴→ WITHDRAWN
  └────── restore ──────────┘
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from question_bank.phrase import Phrase, phrase
from question_bank.vault.people import Person, same_person


class State(Enum):
    """How far an item has come."""

    DRAFT = "draft"
    REVIEWED = "reviewed"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> Phrase:
        """As people read it."""
        return _LABELS[self]


_LABELS = {
    State.DRAFT: phrase("draft"),
    State.REVIEWED: phrase("reviewed"),
    State.APPROVED: phrase("approved"),
    State.WITHDRAWN: phrase("withdrawn"),
}


class Act(Enum):
    """What somebody does to an item's state; EDIT is any change of what candidates would see or how it is marked."""

    EDIT = "edit"
    REVIEW = "review"
    APPROVE = "approve"
    SEND_BACK = "send_back"
    WITHDRAW = "withdraw"
    RESTORE = "restore"


class No(Enum):
    """Why an act is refused."""

    NO_ITEM = "no_item"
    WRONG_STATE = "wrong_state"
    OPEN_REASONS = "open_reasons"
    HAS_ERRORS = "has_errors"
    SAME_PERSON = "same_person"
    NO_REASON_GIVEN = "no_reason_given"
    MOVED_ON = "moved_on"
    NOTHING_TO_UNDO = "nothing_to_undo"
    BAD_CONTENT = "bad_content"


@dataclass(frozen=True, slots=True)
class Refused:
    """The domain says no, and why."""

    reason: No
    message: Phrase


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides: the state with its signatures, reasons to review still open, errors in the content."""

    state: State
    reviewer: Person | None = None
    approver: Person | None = None
    open_reasons: int = 0
    errors: int = 0


# From where each act leads to where; what is not here is refused.
_WAYS: dict[Act, dict[State, State]] = {
    Act.EDIT: {State.DRAFT: State.DRAFT, State.REVIEWED: State.DRAFT, State.APPROVED: State.DRAFT},
    Act.REVIEW: {State.DRAFT: State.REVIEWED},
    Act.APPROVE: {State.REVIEWED: State.APPROVED},
    Act.SEND_BACK: {State.REVIEWED: State.DRAFT, State.APPROVED: State.DRAFT},
    Act.WITHDRAW: {State.DRAFT: State.WITHDRAWN, State.REVIEWED: State.WITHDRAWN, State.APPROVED: State.WITHDRAWN},
    Act.RESTORE: {State.WITHDRAWN: State.DRAFT},
}
_NEEDS_WHY = frozenset({Act.SEND_BACK, Act.WITHDRAW})


def decide(standing: Standing, act: Act, by: Person, why: str = "") -> Standing | Refused:
    """Where the item stands after the act, or why it may not be."""
    to = _WAYS[act].get(standing.state)
    if to is None:
        return Refused(No.WRONG_STATE, phrase("the item is “%(state)s” now", state=standing.state.label))
    if act in _NEEDS_WHY and not why.strip():
        return Refused(No.NO_REASON_GIVEN, phrase("say why: it stays in the item's history"))
    if act in (Act.REVIEW, Act.APPROVE) and (no := _not_fit(standing)):
        return no
    if act is Act.REVIEW:
        return replace(standing, state=to, reviewer=by, approver=None)
    if act is Act.APPROVE:
        if standing.reviewer is None or same_person(standing.reviewer, by):
            message = phrase("who reviewed an item (%(name)s) cannot approve it too", name=standing.reviewer or by)
            return Refused(No.SAME_PERSON, message)
        return replace(standing, state=to, approver=by)
    return replace(standing, state=to, reviewer=None, approver=None)


def _not_fit(standing: Standing) -> Refused | None:
    """Why the item cannot be signed by anybody yet."""
    if standing.open_reasons:
        message = phrase("reasons to review that nobody has dealt with: %(count)s", count=standing.open_reasons)
        return Refused(No.OPEN_REASONS, message)
    if standing.errors:
        return Refused(No.HAS_ERRORS, phrase("the item has errors: %(count)s", count=standing.errors))
    return None
