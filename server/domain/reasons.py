"""Why the domain says no. Each reason has a sentence for people in the web's catalogue and in docs/protocol.md."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a command was refused; the value travels on the wire and stands in the journal."""

    ALREADY_PREPARED = "already_prepared"
    NOT_PREPARED = "not_prepared"
    NO_PARTS = "no_parts"
    NO_RESERVE = "no_reserve"
    SET_ALREADY_CHOSEN = "set_already_chosen"
    SET_NOT_CHOSEN = "set_not_chosen"
    NOT_BY_THE_RULE = "not_by_the_rule"
    SECOND_OFFICER_NEEDED = "second_officer_needed"
    REASON_NEEDED = "reason_needed"
    WRONG_PACKAGE = "wrong_package"
    TOO_FEW_BODIES = "too_few_bodies"
    ALREADY_UNSEALED = "already_unsealed"
    NOT_UNSEALED = "not_unsealed"
    SECTIONS_DO_NOT_FIT = "sections_do_not_fit"
    SITTING_CLOSED = "sitting_closed"
    UNKNOWN_PART = "unknown_part"
    PREVIOUS_PART_OPEN = "previous_part_open"
    PART_NOT_OPEN = "part_not_open"
    PART_CLOSED = "part_closed"
    PART_STILL_OPEN = "part_still_open"
    NOBODY_READY = "nobody_ready"
    NOTHING_TO_DO = "nothing_to_do"
    UNKNOWN_ATTEMPT = "unknown_attempt"
    UNKNOWN_CANDIDATE = "unknown_candidate"
    ATTEMPT_ID_TAKEN = "attempt_id_taken"
    OUTBOX_TAKEN = "outbox_taken"
    FOREIGN_OUTBOX = "foreign_outbox"
    NOT_STARTED = "not_started"
    ALREADY_STARTED = "already_started"
    PART_SUBMITTED = "part_submitted"
    ALREADY_PAUSED = "already_paused"
    NOT_PAUSED = "not_paused"
    TIME_IS_UP = "time_is_up"
    UNKNOWN_ITEM = "unknown_item"
    NOT_A_RESPONSE = "not_a_response"
    TIME_IN_USE = "time_in_use"
    TOO_MANY_LATE = "too_many_late"
    WRONG_LAST_SEQ = "wrong_last_seq"
    NOT_ALLOWED = "not_allowed"
    NOT_RECORDABLE = "not_recordable"
    JOURNAL_ENDED = "journal_ended"
    MARKING_NOT_OPEN = "marking_not_open"
    MARKING_ALREADY_OPEN = "marking_already_open"
    ALREADY_MARKED = "already_marked"
    WRONG_CANARY = "wrong_canary"
    NOT_ALL_MARKED = "not_all_marked"
    ALREADY_PUBLISHED = "already_published"


@dataclass(frozen=True, slots=True)
class Refused:
    """The domain's no; `detail` is evidence in plain words or ids, for the log and the seat's history."""

    reason: Reason
    detail: str = ""
