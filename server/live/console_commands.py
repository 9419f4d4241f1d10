"""What a console may ask, read into the sitting's commands: one shape for each kind, docs/console-protocol.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from question_bank.canonical import JSON
from server.domain import commands
from server.domain.commands import OfficerCommand
from server.domain.hall_events import Who
from server.domain.values import Cause, IncidentCategory
from server.live.console_move import Move
from server.live.console_time import Compensate
from server.live.hall_orders import KINDS as HALL_KINDS
from server.live.hall_orders import HallOrder
from server.protocol.records import PartIndex
from server.protocol.shape import Id, Line, Malformed, Members, Seq, Shaped, Source, Text, Whole

MAX_EXTENSION_MS = 12 * 3_600_000


@dataclass(frozen=True, slots=True)
class Ask(Shaped):
    """One command of a page: number `seq` of the stream `source`."""

    source: Source
    seq: Seq
    kind: Annotated[str, Text(1, 32)]
    args: Annotated[Mapping[str, JSON], Members()]


@dataclass(frozen=True, slots=True)
class Start(Shaped):
    """Start a part's clock."""

    part: PartIndex
    who: Who | None


@dataclass(frozen=True, slots=True)
class Pause(Shaped):
    """Stop clocks."""

    who: Who | None
    reason: Line
    cause: Cause


@dataclass(frozen=True, slots=True)
class Resume(Shaped):
    """Let clocks run again."""

    who: Who | None
    reason: Line


@dataclass(frozen=True, slots=True)
class Extend(Shaped):
    """Give time."""

    who: Who | None
    ms: Annotated[int, Whole(1, MAX_EXTENSION_MS)]
    reason: Line
    cause: Cause


@dataclass(frozen=True, slots=True)
class CloseSeat(Shaped):
    """End the part for one candidate."""

    attempt_id: Id
    reason: Line


@dataclass(frozen=True, slots=True)
class ClosePart(Shaped):
    """End the part for everybody."""

    part: PartIndex
    reason: Line


@dataclass(frozen=True, slots=True)
class CloseSitting(Shaped):
    """End the sitting and its journal."""

    reason: Line = ""


@dataclass(frozen=True, slots=True)
class Incident(Shaped):
    """Note an incident."""

    attempt_id: Id | None
    category: IncidentCategory
    note: Annotated[str, Text(0, 2000)]


KINDS: Mapping[str, type[Shaped]] = {
    **HALL_KINDS,
    "start": Start,
    "pause": Pause,
    "resume": Resume,
    "extend": Extend,
    "close_seat": CloseSeat,
    "close_part": ClosePart,
    "close_sitting": CloseSitting,
    "incident": Incident,
    "compensate": Compensate,
    "move": Move,
}


def read_command(ask: Ask, officer_id: str, seed: bytes) -> OfficerCommand | Malformed:
    """The sitting's command for what a page asked; `seed` (32 random bytes) is used when a part is started."""
    shape = KINDS.get(ask.kind)
    if shape is None:
        return Malformed("kind", f"{ask.kind[:32]!r} is no command")
    args = shape.parse(dict(ask.args))
    match args:
        case Malformed():
            return Malformed(f"args.{args.where}", args.why)
        case HallOrder():
            return args.command(officer_id, seed)
        case Start(part, who):
            return commands.StartPart(part, who, seed, officer_id)
        case Pause(who, reason, cause):
            return commands.Pause(who, reason, cause, officer_id)
        case Resume(who, reason):
            return commands.Resume(who, reason, officer_id)
        case Extend(who, ms, reason, cause):
            return commands.Extend(who, ms, reason, cause, officer_id)
        case CloseSeat(attempt_id, reason):
            return commands.CloseSeat(attempt_id, reason, officer_id)
        case ClosePart(part, reason):
            return commands.ClosePart(part, reason, officer_id)
        case Incident(attempt_id, category, note):
            return commands.RecordIncident(attempt_id, category, note, officer_id)
        case Compensate() | Move():
            return args.command(officer_id)
        case _:
            assert isinstance(args, CloseSitting)  # the last of the shapes
            return commands.CloseSitting(officer_id, args.reason)
