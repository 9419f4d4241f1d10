"""Decisions about the paper and the start: taking a sitting in, choosing its set, unsealing, starting a part."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from question_bank.items import types as item_types
from question_bank.order import SectionOutline, attempt_order
from server.domain import commands, events, time_acts
from server.domain.event import Event
from server.domain.plan import SectionPlan
from server.domain.readiness_acts import start_checked
from server.domain.reasons import Reason, Refused
from server.domain.state import Attempt, Plan, SittingState
from server.domain.values import HowChosen, Opening, PartStage, SetName

BODIES_NEEDED = 2  # shares come from at least two bodies of the contest

_ORDER_TAG = b"examroom attempt order v1\0"


def prepare(state: SittingState, command: commands.PrepareSitting, now_ms: int) -> tuple[Event, ...] | Refused:
    """Take a sitting's definition into the room, once."""
    if state.plan is not None:
        return Refused(Reason.ALREADY_PREPARED, state.plan.sitting_id)
    if not command.parts or any(part.index != place for place, part in enumerate(command.parts)):
        return Refused(Reason.NO_PARTS)
    return (
        events.SittingPrepared(
            command.sitting_id, command.contest_id, command.round_id, command.parts, command.rules, command.packages,
            command.officer_id,
        ),
    )  # fmt: skip


def choose_set(state: SittingState, command: commands.ChooseSet, now_ms: int) -> tuple[Event, ...] | Refused:
    """Decide which set is opened: by the contest's rule, or the reserve when it is needed and nobody has begun."""
    if state.plan is None:
        return Refused(Reason.NOT_PREPARED)
    if command.set is SetName.RESERVE and state.plan.packages.reserve is None:
        return Refused(Reason.NO_RESERVE)
    by_reserve = command.how is HowChosen.RESERVE
    refused = _reserve_needed(state, command) if by_reserve else _by_the_rule(state, state.plan, command)
    if refused is not None:
        return refused
    return (
        events.SetChosen(
            command.set, command.how, command.draw_seed, command.reason, command.officer_id, command.second_officer_id
        ),
    )


def _reserve_needed(state: SittingState, command: commands.ChooseSet) -> Refused | None:
    if command.set is not SetName.RESERVE:
        return Refused(Reason.NOT_BY_THE_RULE)
    if not command.reason.strip():
        return Refused(Reason.REASON_NEEDED)
    if command.second_officer_id in (None, command.officer_id):
        return Refused(Reason.SECOND_OFFICER_NEEDED)
    begun = any(stage is not PartStage.WAITING for stage in state.parts)
    return Refused(Reason.SET_ALREADY_CHOSEN) if begun or state.chosen is SetName.RESERVE else None


def _by_the_rule(state: SittingState, plan: Plan, command: commands.ChooseSet) -> Refused | None:
    if state.chosen is not None:
        return Refused(Reason.SET_ALREADY_CHOSEN, state.chosen)
    rule = plan.rules.opening
    if rule is Opening.PRIMARY:
        fits = command.how is HowChosen.RULE and command.set is SetName.PRIMARY
    else:
        drawn = drawn_set(command.draw_seed)
        fits = command.how is HowChosen.DRAW and drawn is not None and command.set is drawn
    return None if fits else Refused(Reason.NOT_BY_THE_RULE, f"{rule}: {command.how} {command.set}")


def drawn_set(draw_seed: str | None) -> SetName | None:
    """The set a lot has drawn: the first bit of the seed (32 bytes in hex); None for no seed."""
    try:
        octets = bytes.fromhex(draw_seed or "")
    except ValueError:
        return None
    if len(octets) != 32:
        return None
    return SetName.RESERVE if octets[0] & 0x80 else SetName.PRIMARY


def unseal(state: SittingState, command: commands.RecordUnsealing, now_ms: int) -> tuple[Event, ...] | Refused:
    """The chosen package was opened: it is the one pinned when the sitting was prepared, and it fits the sitting."""
    if state.plan is None:
        return Refused(Reason.NOT_PREPARED)
    if state.chosen is None:
        return Refused(Reason.SET_NOT_CHOSEN)
    if command.set is not state.chosen or command.set in state.unsealed:
        return Refused(Reason.ALREADY_UNSEALED if command.set in state.unsealed else Reason.WRONG_PACKAGE)
    packages = state.plan.packages
    pinned = packages.primary if command.set is SetName.PRIMARY else packages.reserve
    if pinned != events.PackageRef(command.package_id, command.manifest_sha256):
        return Refused(Reason.WRONG_PACKAGE, command.package_id)
    if len(set(command.bodies)) < BODIES_NEEDED:
        return Refused(Reason.TOO_FEW_BODIES)
    if len(command.sections) != len(state.plan.parts):
        return Refused(Reason.SECTIONS_DO_NOT_FIT, f"{len(command.sections)}, not {len(state.plan.parts)}")
    if _ids(command.sections) & {one for paper in state.unsealed.values() for one in _ids(paper.sections)}:
        return Refused(Reason.SECTIONS_DO_NOT_FIT, "an id of the other set")
    known = item_types()
    for section in command.sections:
        if unknown := [item.type for item in section.items if item.type not in known]:
            return Refused(Reason.SECTIONS_DO_NOT_FIT, unknown[0])
    return (
        events.PackageUnsealed(
            command.package_id, command.manifest_sha256, command.set, command.sections, command.bodies,
            command.officers, command.override,
        ),
    )  # fmt: skip


def _ids(sections: Iterable[SectionPlan | SectionOutline]) -> set[str]:
    """What answers name of a paper: two sets that shared one of these could not be told apart."""
    return {one for section in sections for one in (section.form_id, *(item.item_id for item in section.items))}


def start_part(state: SittingState, command: commands.StartPart, now_ms: int) -> tuple[Event, ...] | Refused:
    """Start the clock of a part, for everybody ready or for these."""
    if not 0 <= command.part < len(state.parts):
        return Refused(Reason.UNKNOWN_PART, str(command.part))
    if state.paper is None or state.plan is None:
        return Refused(Reason.NOT_UNSEALED)
    if state.hall.switching:
        return Refused(Reason.SWITCHING)
    stage = state.parts[command.part]
    if stage is PartStage.CLOSED:
        return Refused(Reason.PART_CLOSED)
    if any(earlier is not PartStage.CLOSED for earlier in state.parts[: command.part]):
        return Refused(Reason.PREVIOUS_PART_OPEN)
    chosen = _starters(state, command)
    if isinstance(chosen, Refused):
        return chosen
    section = state.paper.sections[command.part]
    duration_ms = state.plan.parts[command.part].duration_s * 1000
    opened: list[Event] = []
    if command.check is not None:
        checked = start_checked(state, command.check, chosen, command.part, command.officer_id)
        if isinstance(checked, Refused):
            return checked
        opened.append(checked)
    if stage is PartStage.WAITING:
        opened.append(events.SittingOpened(command.part, command.officer_id))
    for attempt in chosen:
        opened.append(_opened(attempt, section, command, now_ms, duration_ms))
        opened += time_acts.arranged(attempt, command.part, command, duration_ms)
    return tuple(opened)


def _starters(state: SittingState, command: commands.StartPart) -> list[Attempt] | Refused:
    """Who is started: with None everyone confirmed who has not begun this part; a named one need not have confirmed."""
    if command.who is None:
        ready = [
            attempt for attempt in state.attempts.values()
            if attempt.confirmed and attempt.running is None and command.part not in attempt.parts
            and not state.hall.is_suspended(attempt.attempt_id)
        ]  # fmt: skip
        return ready or Refused(Reason.NOBODY_READY)
    found: list[Attempt] = []
    for attempt_id in dict.fromkeys(command.who):
        attempt = state.attempts.get(attempt_id)
        if attempt is None:
            return Refused(Reason.UNKNOWN_ATTEMPT, attempt_id)
        if command.part in attempt.parts or attempt.running is not None:
            return Refused(Reason.ALREADY_STARTED, attempt_id)
        if state.hall.is_suspended(attempt_id):
            return Refused(Reason.SUSPENDED, attempt_id)
        found.append(attempt)
    return found or Refused(Reason.NOBODY_READY)


def _opened(
    attempt: Attempt, section: SectionOutline, command: commands.StartPart, now_ms: int, duration_ms: int
) -> events.AttemptOpened:
    seed = hashlib.sha256(_ORDER_TAG + command.seed + attempt.attempt_id.encode()).digest()
    order = attempt_order(section, seed)
    return events.AttemptOpened(
        attempt_id=attempt.attempt_id,
        part=command.part,
        section_id=section.section_id,
        form_id=section.form_id,
        item_ids=order.item_ids,
        option_ids=order.option_ids,
        opened_at_ms=now_ms,
        duration_ms=duration_ms,
    )
