"""The choice of items as a problem of numbers: slots to fill, items that stand alone, units that hang together. Pure.

Forms of one problem share no item but the fixed ones. What stands alone is a flow between slots and types; what hangs
together (a stimulus, an exclusion, a fixed place) is searched.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from enum import Enum
from itertools import combinations

from question_bank.bank import Bank
from question_bank.blueprint import Blueprint, Cell, SectionPlan, SetName
from question_bank.ids import NO_STIMULUS, BankItemId, StimulusId, TopicCode
from question_bank.items.model import Item, Level

Pool = tuple[TopicCode, Level]
ANY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class FormKey:
    """One of the forms: its set and its number in it, from 0."""

    set_name: SetName
    number: int


@dataclass(frozen=True, slots=True)
class Slot:
    """One row and level of one section of one form: so many items of a pool, of these types (any when empty)."""

    form: int
    section: int
    pool: Pool
    types: frozenset[str]
    cell: Cell
    plan: SectionPlan

    def takes(self, item: Item) -> bool:
        """Whether an item counts for it."""
        of_type = not self.types or item.NAME in self.types
        return of_type and self.cell.takes(item.common.topic, item.common.level, item.NAME)


class RuleKind(Enum):
    """The rules that can make a form impossible although every row finds enough items."""

    EXCLUDE = "exclude"
    STIMULUS = "stimulus"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class HardRule:
    """One such rule: at most `most` of the items; all items of the stimulus or none; an item in every form."""

    kind: RuleKind
    items: tuple[BankItemId, ...]
    most: int = 0
    stimulus: StimulusId = NO_STIMULUS


@dataclass(frozen=True, slots=True)
class Unit:
    """Items that go into one section of one form together, or not at all; only into their `home` (form, section) if any.

    A `forced` one must go there: it is fixed. `limits` are the exclusions it counts for, each with how many of its items do.
    """

    items: tuple[Item, ...]
    limits: tuple[tuple[int, int], ...] = ()
    home: tuple[int, int] | None = None
    forced: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything a search needs. `limits` are the `most` of each exclusion; `free` are items in ascending order of id."""

    forms: tuple[FormKey, ...]
    slots: tuple[Slot, ...]
    tied: tuple[Unit, ...]
    free: Mapping[Pool, tuple[Item, ...]]
    limits: tuple[int, ...]
    tests: Mapping[Pool, tuple[tuple[tuple[int, ...], frozenset[str]], ...]] = field(default_factory=dict)


def hard_rules(bank: Bank, blueprint: Blueprint, ids: Set[BankItemId], sets: Iterable[SetName]) -> tuple[HardRule, ...]:
    """The rules that bind among the items that can be taken, each once, in a fixed order."""
    groups = {(frozenset(group.items), group.most): None for group in blueprint.exclude}
    for item in bank.items:
        groups |= {(frozenset((item.id, other)), 1): None for other in item.common.excludes}
    found = []
    for members, most in groups:
        there = tuple(sorted(members & ids))
        if len(there) > most:
            found.append(HardRule(RuleKind.EXCLUDE, there, most))
    if not blueprint.split_stimuli:
        shared: defaultdict[StimulusId, list[BankItemId]] = defaultdict(list)
        for item in bank.items:
            if item.common.stimulus and item.id in ids:
                shared[item.common.stimulus].append(item.id)
        found += [
            HardRule(RuleKind.STIMULUS, tuple(items), stimulus=stimulus)
            for stimulus, items in shared.items()
            if len(items) > 1
        ]
    fixed = dict.fromkeys(one.item for set_name in sets for one in blueprint.fixed_in(set_name))
    return (*found, *(HardRule(RuleKind.FIXED, (item,)) for item in fixed))


def problem(
    bank: Bank, blueprint: Blueprint, forms: Sequence[FormKey], ids: Set[BankItemId], rules: Sequence[HardRule]
) -> Problem:
    """The problem under these of the hard rules."""
    unscored = frozenset(item.NAME for item in bank.items if not item.SCORED)
    slots = _scored_only(_slots(blueprint, forms), bank, unscored)
    pools = {slot.pool for slot in slots}
    asked = {(slot.pool, name) for slot in slots for name in slot.types & unscored}
    fixed_ids = {one.item for one in blueprint.fixed}
    must = {rule.items[0] for rule in rules if rule.kind is RuleKind.FIXED}
    items = [item for item in bank.items if item.id in ids and (
        (item.common.topic, item.common.level) in pools or item.common.stimulus) and (
        item.SCORED or item.common.stimulus or item.id in fixed_ids or ((item.common.topic, item.common.level), item.NAME) in asked)]  # fmt: skip
    limits_of: defaultdict[BankItemId, list[int]] = defaultdict(list)
    limits = [rule for rule in rules if rule.kind is RuleKind.EXCLUDE]
    for number, rule in enumerate(limits):
        for one in rule.items:
            limits_of[one].append(number)
    whole = {one: rule.stimulus for rule in rules if rule.kind is RuleKind.STIMULUS for one in rule.items}
    blocks: dict[str, list[Item]] = {}
    for item in items:
        blocks.setdefault(whole.get(item.id) or f" {item.id}", []).append(item)
    fixed = _homes(blueprint, forms)
    tied: list[Unit] = []
    free: defaultdict[Pool, list[Item]] = defaultdict(list)
    for block in blocks.values():
        touched = tuple(sorted(Counter(limit for item in block for limit in limits_of[item.id]).items()))
        homes = list(dict.fromkeys(home for item in block for home in fixed.get(item.id, ())))
        if homes:
            # A fixed item is in several forms: without its rule it may still be in each, or the rule would add room.
            forced = any(item.id in must for item in block)
            tied += [Unit(tuple(block), touched, home, forced) for home in homes]
        elif len(block) > 1 or touched:
            tied.append(Unit(tuple(block), touched))
        else:
            free[block[0].common.topic, block[0].common.level].append(block[0])
    tests = {pool: _tests([slot.types for slot in slots if slot.pool == pool]) for pool in pools}
    return Problem(tuple(forms), slots, tuple(tied), {pool: tuple(found) for pool, found in free.items()},
                   tuple(rule.most for rule in limits), tests)  # fmt: skip


def _slots(blueprint: Blueprint, forms: Sequence[FormKey]) -> tuple[Slot, ...]:
    return tuple(
        Slot(form, section, (cell.topic, cell.level), frozenset(cell.types), cell, plan)
        for form in range(len(forms))
        for section, plan in enumerate(blueprint.sections)
        for cell in plan.cells
    )


def _scored_only(slots: tuple[Slot, ...], bank: Bank, unscored: frozenset[str]) -> tuple[Slot, ...]:
    """Rows without types take no item that is worth nothing, or forms would be worth more and less.

    Such items are left out of pools where no row asks for them; where one does, the other rows name the types they take.
    """
    asked = {slot.pool for slot in slots if slot.types & unscored}
    scored: dict[Pool, frozenset[str]] = {
        pool: frozenset(one.NAME for one in bank.items if one.SCORED and (one.common.topic, one.common.level) == pool)
        for pool in asked
    }
    return tuple(
        replace(slot, types=scored[slot.pool]) if slot.pool in asked and not slot.types and scored[slot.pool] else slot
        for slot in slots
    )


def _homes(blueprint: Blueprint, forms: Sequence[FormKey]) -> dict[BankItemId, list[tuple[int, int]]]:
    """In which section of which forms each fixed item belongs."""
    codes = {plan.code: place for place, plan in enumerate(blueprint.sections)}
    found: dict[BankItemId, list[tuple[int, int]]] = {}
    for form, key in enumerate(forms):
        for one in blueprint.fixed_in(key.set_name):
            if one.section in codes:
                found.setdefault(one.item, []).append((form, codes[one.section]))
    return found


def _tests(kinds: Sequence[frozenset[str]]) -> tuple[tuple[tuple[int, ...], frozenset[str]], ...]:
    """Hall's conditions of a pool: the slots of every union of kinds, and the types they take (none: any).

    Slots that take the same types are one kind; the reader of blueprints bounds how many kinds there are.
    """
    distinct = sorted(set(kinds), key=lambda kind: (len(kind) == 0, sorted(kind)))
    found = []
    for size in range(1, len(distinct) + 1):
        for some in combinations(distinct, size):
            takes = ANY if ANY in some else frozenset[str]().union(*some)
            found.append((tuple(place for place, kind in enumerate(distinct) if kind in some), takes))
    return tuple(found)


def kinds_of(slots: Iterable[Slot], pool: Pool) -> list[frozenset[str]]:
    """The kinds of a pool in the order that its tests number them."""
    return sorted({slot.types for slot in slots if slot.pool == pool}, key=lambda kind: (len(kind) == 0, sorted(kind)))


def supply(found: Problem) -> dict[Pool, Counter[str]]:
    """How many items of each type every pool has, tied ones too; a fixed item counts once for each form that must have it."""
    counts: dict[Pool, Counter[str]] = {pool: Counter() for pool in found.tests}
    for pool, items in found.free.items():
        if pool in counts:
            counts[pool].update(item.NAME for item in items)
    for unit in found.tied:
        for item in unit.items:
            pool = (item.common.topic, item.common.level)
            if pool in counts:
                counts[pool][item.NAME] += 1
    return counts
