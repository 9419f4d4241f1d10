"""The words of a sitting: closed sets of values that commands, events and states share."""

from __future__ import annotations

from enum import StrEnum


class SetName(StrEnum):
    """Which of a sitting's two sealed sets."""

    PRIMARY = "primary"
    RESERVE = "reserve"


class Opening(StrEnum):
    """How the contest chooses between its sets: the primary, or by lot."""

    PRIMARY = "primary"
    DRAW = "draw"


class HowChosen(StrEnum):
    """Why a set was taken: the contest's rule, a lot drawn, or the reserve when it was needed."""

    RULE = "rule"
    DRAW = "draw"
    RESERVE = "reserve"


class ShowResult(StrEnum):
    """When a candidate sees their own result."""

    AT_ONCE = "at_once"
    LATER = "later"


class MarkingOpens(StrEnum):
    """When the sealed marking part may be opened."""

    AT_START = "at_start"
    AFTER_CLOSE = "after_close"


class Attendance(StrEnum):
    """What the check-in table saw of a candidate."""

    EXPECTED = "expected"
    PRESENT = "present"
    LATE = "late"
    ABSENT = "absent"
    WRONG_ROOM = "wrong_room"


class RosterChange(StrEnum):
    """How a roster entry changed after the import."""

    ADDED = "added"
    CORRECTED = "corrected"
    SUBSTITUTED = "substituted"


class Cause(StrEnum):
    """Whose doing a pause or an extension is; equipment and hall are made good in the time taken."""

    EQUIPMENT = "equipment"
    HALL = "hall"
    CANDIDATE = "candidate"
    ARRANGEMENT = "arrangement"  # granted beforehand


class CloseCause(StrEnum):
    """What ended a part that the candidate did not submit."""

    DEADLINE = "deadline"
    OFFICER = "officer"


class LateWhy(StrEnum):
    """Why a record did not count when it came, and waits for an official's decision."""

    MADE_AFTER_DEADLINE = "made_after_deadline"
    RECEIVED_AFTER_GRACE = "received_after_grace"
    AFTER_CLOSING = "after_closing"
    AFTER_SUBMISSION = "after_submission"
    SUPERSEDED = "superseded"
    PAUSED = "paused"
    OTHER_BRANCH = "other_branch"
    REPLACED = "replaced"  # an answer to the paper that another one was put in place of: it waits for nobody


class LateRule(StrEnum):
    """What becomes of late records that would matter: each is decided before results are published, or none counts."""

    DECIDE = "decide"
    NEVER = "never"


class IncidentCategory(StrEnum):
    """What an incident is about; the first two are noticed by the server itself."""

    DIGEST_DIFFERS = "digest_differs"
    TWO_MACHINES = "two_machines"
    EQUIPMENT = "equipment"
    NETWORK = "network"
    POWER = "power"
    HEALTH = "health"
    DISTURBANCE = "disturbance"
    MISCONDUCT = "misconduct"
    PAPER = "paper"
    OTHER = "other"


class SittingStage(StrEnum):
    """How far a sitting is: absent → prepared → chosen → unsealed → closed; parts open and close within unsealed."""

    ABSENT = "absent"
    PREPARED = "prepared"
    CHOSEN = "chosen"
    UNSEALED = "unsealed"
    CLOSED = "closed"


class PartStage(StrEnum):
    """How far one part of the sitting is, for the room as a whole."""

    WAITING = "waiting"
    OPEN = "open"
    CLOSED = "closed"


class StandbyWhy(StrEnum):
    """Why the room goes on with one copy: nothing heard of the standby for 2 s, every answer of it slow for 5 s, or it
    said that its disk is full.
    """

    GONE = "gone"
    SLOW = "slow"
    DISK = "disk"


class BranchDecision(StrEnum):
    """What an officer did with an order that only a lost branch has."""

    APPLIED = "applied"
    LET_BE = "let_be"
