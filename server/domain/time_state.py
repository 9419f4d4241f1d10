"""What candidates lost, what was decided about it, and which records came late: a part of the sitting's state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Span = tuple[int, int]  # room time, closed-open


@dataclass(frozen=True, slots=True)
class Loss:
    """A time in which a candidate could not work; `number` is the journal's record that told of it.

    `moved_from`: they went on at another machine, and this is the generation of the one before; None: the machine came
    back. `said_ms`: since when by the machine's own word.
    """

    number: int
    part: int
    from_ms: int
    to_ms: int
    generation: int
    kiosk_id: str
    moved_from: int | None = None
    said_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of a loss: `ms` were given (0: refused) for the times in `covers`."""

    ms: int
    proposed_ms: int
    covers: tuple[Span, ...]
    reason: str
    officer_id: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class LateMark:
    """A late record's number in the journal, when it came, and what was decided (None: it waits)."""

    number: int
    at_ms: int
    accepted: bool | None = None


@dataclass(frozen=True, slots=True)
class TimeState:
    """`losses` by attempt, `decided` by number of the loss, `late` by attempt and part, in the order of `PartAttempt.late`.

    `heard_ms`: when a machine that fell silent was last heard, by kiosk. `last_beat_ms`: when the server before this one
    was last known to run.
    """

    losses: Mapping[str, tuple[Loss, ...]] = field(default_factory=dict)
    decided: Mapping[int, Decided] = field(default_factory=dict)
    late: Mapping[tuple[str, int], tuple[LateMark, ...]] = field(default_factory=dict)
    heard_ms: Mapping[str, int] = field(default_factory=dict)
    last_beat_ms: int | None = None


NO_TIME = TimeState()
