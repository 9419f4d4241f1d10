"""Why there is no form: rows that find too few items, fixed items that cannot be used, the least set of rules that clash. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from question_bank.assembly.choosing import place_units
from question_bank.assembly.problem import (
    FormKey,
    HardRule,
    Pool,
    Problem,
    RuleKind,
    hard_rules,
    kinds_of,
    problem,
    supply,
)
from question_bank.assembly.search import Ended, Late, never
from question_bank.assembly.shortages import Clash, FixedNotUsable, Shortage, Shortfall, Unusable
from question_bank.assembly.usable import Usable
from question_bank.bank import Bank
from question_bank.blueprint import Blueprint, SetName
from question_bank.draw import SEED_BYTES, Draw
from question_bank.ids import BankItemId

_SEED = bytes(SEED_BYTES)  # what is short does not hang on the form's seed
_SEARCHES = 30  # after these the least set is no longer made smaller
_STEPS = 800  # for each of the tens of searches that find the least set; what they cannot prove stays in it


def shortfalls(bank: Bank, blueprint: Blueprint, forms: Sequence[FormKey], there: Usable) -> list[Shortfall]:
    """Every row that finds too few items, in the blueprint's order, whatever hangs together.

    Rows of several forms and sections that take the same items are added up; of rows that overlap, the least set that
    cannot be filled is named.
    """
    fixed = [rule for rule in hard_rules(bank, blueprint, there.ids, _sets(forms)) if rule.kind is RuleKind.FIXED]
    loose = problem(bank, blueprint, forms, there.ids, fixed)
    counts = supply(loose)
    found: list[Shortfall] = []
    for pool in dict.fromkeys(slot.pool for slot in loose.slots):
        kinds = kinds_of(loose.slots, pool)
        short: list[frozenset[int]] = []
        for some, takes in loose.tests[pool]:  # smaller sets first
            slots = [slot for slot in loose.slots if slot.pool == pool and kinds.index(slot.types) in some]
            need = sum(slot.cell.count for slot in slots)
            have = sum(counts[pool][name] for name in takes) if takes else counts[pool].total()
            if have < need and not any(smaller <= frozenset(some) for smaller in short):
                short.append(frozenset(some))
                taken, exposed = (_lost(bank, pool, takes, ids) for ids in (there.taken, there.exposed))
                found.append(Shortfall(*pool, need, have, taken, exposed, tuple(sorted(takes))))
    return found


def _lost(bank: Bank, pool: Pool, takes: frozenset[str], ids: frozenset[BankItemId]) -> int:
    return sum(
        item.id in ids and (item.common.topic, item.common.level) == pool and (not takes or item.NAME in takes)
        for item in bank.items
    )


def fixed_faults(bank: Bank, blueprint: Blueprint, forms: Sequence[FormKey], there: Usable) -> list[FixedNotUsable]:
    """Fixed items that cannot be used, whatever else is in the forms."""
    items = {item.id: item for item in bank.items}
    sections = {plan.code: plan for plan in blueprint.sections}
    homes: dict[str, str] = {}
    found: dict[BankItemId, Unusable] = {}
    for one in (one for set_name in _sets(forms) for one in blueprint.fixed_in(set_name)):
        item, plan = items.get(one.item), sections.get(one.section)
        if item is None:
            found[one.item] = Unusable.UNKNOWN
        elif one.item in there.taken:
            found[one.item] = Unusable.TAKEN
        elif one.item in there.exposed:
            found[one.item] = Unusable.EXPOSED
        elif plan is None:
            found[one.item] = Unusable.NO_SECTION
        elif not any(cell.takes(item.common.topic, item.common.level, item.NAME) for cell in plan.cells):
            found[one.item] = Unusable.NO_ROW
        elif homes.setdefault(item.common.stimulus or item.id, one.section) != one.section:
            found[one.item] = Unusable.TWO_SECTIONS
    return [FixedNotUsable(item, reason) for item, reason in found.items()]


def fixed_in_both(blueprint: Blueprint, forms: Sequence[FormKey]) -> list[FixedNotUsable]:
    """Items fixed in both sets although the sets share none."""
    if blueprint.sets_share or len(_sets(forms)) < 2:
        return []
    both = {one.item for one in blueprint.fixed_in(SetName.PRIMARY)} & {
        one.item for one in blueprint.fixed_in(SetName.RESERVE)
    }
    return [FixedNotUsable(item, Unusable.TAKEN) for item in sorted(both)]


def why_impossible(
    bank: Bank, blueprint: Blueprint, forms: Sequence[FormKey], there: Usable, late: Late = never
) -> Shortage:
    """A set of rules under which no form is possible, when every row by itself finds enough.

    It is the least such set as far as short searches can prove, in the time there is.
    """
    rules = hard_rules(bank, blueprint, there.ids, _sets(forms))

    searches = 0

    def impossible(some: Sequence[HardRule]) -> bool:
        nonlocal searches
        searches += 1
        if searches > _SEARCHES or late():
            return False
        loose = problem(bank, blueprint, forms, there.ids, some)
        return place_units(loose, _draws, _STEPS, 1, late) is Ended.IMPOSSIBLE

    core = _least(impossible, rules)
    return _clash(bank, blueprint, forms, there, core, late)


def _least(fails: Callable[[Sequence[HardRule]], bool], rules: Sequence[HardRule]) -> list[HardRule]:
    """A least set of the rules that still fails: without any one of them it does not (Junker 2004, QuickXplain)."""

    def explain(background: list[HardRule], added: bool, some: list[HardRule]) -> list[HardRule]:
        if added and fails(background):
            return []
        if len(some) == 1:
            return some
        half = len(some) // 2
        first, second = some[:half], some[half:]
        of_second = explain([*background, *first], bool(first), second)
        of_first = explain([*background, *of_second], bool(of_second), first)
        return [*of_first, *of_second]

    return explain([], False, list(rules)) if rules else []


def _clash(
    bank: Bank, blueprint: Blueprint, forms: Sequence[FormKey], there: Usable, core: Sequence[HardRule], late: Late
) -> Clash:
    items = {item.id: item for item in bank.items}
    pools = {(items[one].common.topic, items[one].common.level) for rule in core for one in rule.items}
    clash = Clash(
        groups=tuple((rule.items, rule.most) for rule in core if rule.kind is RuleKind.EXCLUDE),
        stimuli=tuple((rule.stimulus, rule.items) for rule in core if rule.kind is RuleKind.STIMULUS),
        fixed=tuple(rule.items[0] for rule in core if rule.kind is RuleKind.FIXED),
    )
    if len(pools) != 1:
        return clash
    [pool] = pools
    found = problem(bank, blueprint, forms, there.ids, core)
    need = sum(slot.cell.count for slot in found.slots if slot.pool == pool)
    for fewer in range(1, need + 1):
        if late():
            break
        if not isinstance(place_units(_asking_less(found, pool, fewer), _draws, _STEPS, 1, late), Ended):
            return Clash(clash.groups, clash.stimuli, clash.fixed, *pool, need, need - fewer)
    return clash


def _asking_less(found: Problem, pool: Pool, fewer: int) -> Problem:
    """The same with so many fewer items of a pool, taken from its last rows."""
    slots = list(found.slots)
    for at in reversed(range(len(slots))):
        if slots[at].pool == pool and fewer:
            cut = min(fewer, slots[at].cell.count)
            fewer -= cut
            slots[at] = replace(slots[at], cell=replace(slots[at].cell, count=slots[at].cell.count - cut))
    return replace(found, slots=tuple(slots))


def _sets(forms: Sequence[FormKey]) -> tuple[SetName, ...]:
    return tuple(dict.fromkeys(key.set_name for key in forms))


def _draws(purpose: str) -> Draw:
    return Draw(_SEED, f"why {purpose}")
