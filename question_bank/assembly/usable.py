"""Which items of a bank may be taken now: not those of another form, not those used too recently or too often. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from question_bank.bank import Bank
from question_bank.blueprint import Blueprint
from question_bank.ids import BankItemId

DAY_MS = 86_400_000


class Use(NamedTuple):
    """One use of an item: when (ms since 1970 UTC), and in which round of which contest."""

    used_at_ms: int
    contest_id: str
    round_id: str


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known beside bank and blueprint: items of other forms, earlier uses, the instant, expected facilities (0 … 1)."""

    taken: Set[BankItemId] = frozenset()
    exposure: Mapping[BankItemId, Sequence[Use]] = field(default_factory=dict)
    now_ms: int = 0
    facility: Mapping[BankItemId, Fraction] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Usable:
    """The items that may be taken, and why the others may not; a stimulus that must be whole goes with any of its items."""

    ids: frozenset[BankItemId]
    taken: frozenset[BankItemId]
    exposed: frozenset[BankItemId]


def usable(bank: Bank, blueprint: Blueprint, circumstances: Circumstances) -> Usable:
    """Every item of the bank is in exactly one of the three."""
    everything = frozenset(item.id for item in bank.items)
    taken = _with_stimuli(bank, blueprint, everything & circumstances.taken)
    exposed = _with_stimuli(bank, blueprint, everything & overexposed(blueprint, circumstances)) - taken
    return Usable(everything - taken - exposed, taken, exposed)


def overexposed(blueprint: Blueprint, circumstances: Circumstances) -> frozenset[BankItemId]:
    """The items that the blueprint's limit forbids. Uses in this very round do not count: a set may be drawn again."""
    limit = blueprint.exposure
    this = (blueprint.contest_id, blueprint.round_id)
    latest: dict[tuple[str, str], int] = {}
    for uses in circumstances.exposure.values():
        for at_ms, *where in uses:
            place = (where[0], where[1])
            latest[place] = max(at_ms, latest.get(place, at_ms))
    latest.pop(this, None)
    # Two rounds of one instant are told apart by their names, so that the same history always gives the same rounds.
    recent = {place for place, _ in sorted(latest.items(), key=lambda one: (-one[1], one[0]))[: limit.rounds]}
    found: set[BankItemId] = set()
    for item, uses in circumstances.exposure.items():
        places = {(contest, round_id): at_ms for at_ms, contest, round_id in sorted(uses)}
        places.pop(this, None)
        too_often = bool(limit.uses) and len(places) >= limit.uses
        since = circumstances.now_ms - limit.days * DAY_MS
        too_lately = bool(limit.days) and any(at_ms > since for at_ms in places.values())
        if too_often or too_lately or recent & set(places):
            found.add(item)
    return frozenset(found)


def _with_stimuli(bank: Bank, blueprint: Blueprint, ids: frozenset[BankItemId]) -> frozenset[BankItemId]:
    if blueprint.split_stimuli or not ids:
        return ids
    stimuli = {item.common.stimulus for item in bank.items if item.id in ids and item.common.stimulus}
    return ids | {item.id for item in bank.items if item.common.stimulus in stimuli and item.common.stimulus}
