"""Actions in simulators: what could never be one, what they become, and what they make of a state. Pure.

The room does not play them: it keeps them in order, and whoever marks or looks plays them from the start.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from question_bank.items import item_type
from question_bank.order import ItemOutline
from question_bank.simulators.model import action_problem
from server.domain.event import Event
from server.domain.events import LateRecorded
from server.domain.reasons import Reason, Refused
from server.domain.run_events import ActionTaken
from server.domain.runs import Act, RunHeld
from server.domain.state import PartAttempt, put
from server.domain.values import LateWhy
from server.protocol.receipt import action_sha256
from server.protocol.records import PaperRecord, SaveResponse, TakeAction

_NOTHING = RunHeld()


def nonsense(item: ItemOutline, found: TakeAction) -> Refused | None:
    """What no agent sends: an action of an item that is no simulator, or too large."""
    if not item_type(item.type).ACTS:
        return Refused(Reason.NOT_AN_ACTION, item.type)
    if (problem := action_problem(found.action)) is not None:
        return Refused(Reason.NOT_AN_ACTION, problem)
    return None


def used(part: PartAttempt, found: PaperRecord) -> Refused | None:
    """Why an action cannot have this number: its sign-in has said that one, or a higher one, before. The first one stands.

    A number may be left out: the record that had it was turned away. Records themselves are never missing between two of a stream.
    """
    if not isinstance(found, TakeAction):
        return None
    last = part.runs.get(found.item_id, _NOTHING).last.get(found.generation, 0)
    if found.n <= last:
        return Refused(Reason.WRONG_ACTION_NUMBER, f"{found.n}, after {last}")
    return None


def late_response(found: PaperRecord) -> Mapping[str, object] | None:
    """What a late record keeps of what was given."""
    match found:
        case SaveResponse():
            return found.response
        case TakeAction():
            return {"n": found.n, "action": found.action}
    return None


def taken(found: TakeAction, believed: int) -> Event:
    """An action that counts."""
    return ActionTaken(
        found.attempt_id, found.generation, found.part, found.item_id, found.n, found.action, found.made_at_ms, believed,
        found.uncertainty_ms,
    )  # fmt: skip


def of_late(record: LateRecorded) -> tuple[int, Mapping[str, object]] | None:
    """The number and the action of a late record; None when it is of another kind."""
    if record.what != TakeAction.KIND or record.response is None:
        return None
    n, action = record.response.get("n"), record.response.get("action")
    return (n, action) if isinstance(n, int) and isinstance(action, Mapping) else None


def with_taken(part: PartAttempt, event: ActionTaken, seq: int) -> PartAttempt:
    """The part once this action was taken."""
    run = part.runs.get(event.item_id, _NOTHING)
    act = Act(event.generation, seq, action_sha256(event.n, event.action, event.made_at_ms))
    run = run.with_act(event.n, act).said(event.generation, event.n)
    return replace(part, runs=put(part.runs, event.item_id, run))


def with_late(part: PartAttempt, record: LateRecorded) -> PartAttempt:
    """The part once this late record came: its number is used, though it does not count."""
    found = of_late(record)
    # Another history's sign-in may have the number of this one's, and its numbers are not this one's.
    if found is None or record.item_id is None or record.why is LateWhy.OTHER_BRANCH:
        return part
    run = part.runs.get(record.item_id, _NOTHING).said(record.generation, found[0])
    return replace(part, runs=put(part.runs, record.item_id, run))


def with_accepted(part: PartAttempt, record: LateRecorded, seq: int) -> PartAttempt:
    """The part once this late record counts."""
    found = of_late(record)
    if found is None or record.item_id is None:
        return part
    n, action = found
    act = Act(record.generation, seq, action_sha256(n, action, record.made_at_ms))
    run = part.runs.get(record.item_id, _NOTHING).with_act(n, act)
    return replace(part, runs=put(part.runs, record.item_id, run))


def would_count(part: PartAttempt, record: LateRecorded) -> bool:
    """Whether accepting a late action would change the run."""
    found = of_late(record)
    if found is None or record.item_id is None:
        return False
    return part.runs.get(record.item_id, _NOTHING).counts(found[0], record.generation)
