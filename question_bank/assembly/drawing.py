"""From bank and blueprint to the items of every form, in the form's order; or everything that is short. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from question_bank.assembly.choosing import LONG_STEPS, Draws, choose, name_of
from question_bank.assembly.diagnosis import fixed_faults, fixed_in_both, shortfalls, why_impossible
from question_bank.assembly.difficulty import levelled
from question_bank.assembly.places import arranged
from question_bank.assembly.problem import FormKey, Problem, hard_rules, problem
from question_bank.assembly.search import Ended, Late, never
from question_bank.assembly.shortages import Shortage, Shortfall, Undecided
from question_bank.assembly.usable import Circumstances, usable
from question_bank.bank import Bank
from question_bank.blueprint import Blueprint, FormItems, SetName
from question_bank.draw import SEED_BYTES, Draw
from question_bank.ids import BankItemId
from question_bank.items.model import Item
from question_bank.marking_scheme import Marks

ARRANGEMENTS = 12  # other items, when those drawn do not fit between fixed places


@dataclass(frozen=True, slots=True)
class ChosenItem:
    """An item of a form and what it is worth in it."""

    item: Item
    mark: Marks


Sections: TypeAlias = tuple[tuple[ChosenItem, ...], ...]
Drawn: TypeAlias = dict[FormKey, Sections]


def check(
    blueprint: Blueprint, bank: Bank, circumstances: Circumstances | None = None,
    sets: Sequence[SetName] = (SetName.PRIMARY,),
) -> list[Shortfall]:  # fmt: skip
    """Every row the bank cannot fill, in the blueprint's order. At once, and blind to what hangs together: `feasible` is not."""
    there = usable(bank, blueprint, circumstances or Circumstances())
    return [one for forms in _joint(blueprint, sets) for one in shortfalls(bank, blueprint, forms, there)]


def feasible(
    blueprint: Blueprint, bank: Bank, circumstances: Circumstances | None = None,
    sets: Sequence[SetName] = (SetName.PRIMARY,), late: Late = never,
) -> list[Shortage]:  # fmt: skip
    """Everything that keeps the forms from being drawn; empty when they can be, whatever the seed."""
    drawn = draw_forms(bank, blueprint, bytes(SEED_BYTES), sets, circumstances or Circumstances(), late)
    return [] if isinstance(drawn, dict) else drawn


def draw_forms(
    bank: Bank, blueprint: Blueprint, seed: bytes, sets: Sequence[SetName], circumstances: Circumstances,
    late: Late = never,
) -> Drawn | list[Shortage]:  # fmt: skip
    """The items of every form of these sets; undecided where it got `late`. Raises ValueError on a seed that has not 32 bytes."""
    drawn: Drawn = {}
    short: list[Shortage] = []
    for forms in _joint(blueprint, sets):
        found = _together(bank, blueprint, seed, forms, circumstances, late)
        if isinstance(found, dict):
            drawn |= found
        else:
            short += found
    if short:
        return list(dict.fromkeys(short))
    return _further(bank, blueprint, seed, sets, circumstances, drawn, late)


def _joint(blueprint: Blueprint, sets: Sequence[SetName]) -> list[tuple[FormKey, ...]]:
    """The forms that share no item, so must be drawn together."""
    numbers = range(blueprint.forms.count if blueprint.forms.items is FormItems.DIFFERENT else 1)
    by_set = [tuple(FormKey(set_name, number) for number in numbers) for set_name in sets]
    return by_set if blueprint.sets_share else [tuple(key for keys in by_set for key in keys)]


def _further(
    bank: Bank, blueprint: Blueprint, seed: bytes, sets: Sequence[SetName], circumstances: Circumstances, drawn: Drawn,
    late: Late,
) -> Drawn | list[Shortage]:  # fmt: skip
    """The other forms of a set, when they share items: all of the first's in another order, or drawn each for itself."""
    if blueprint.forms.items is FormItems.DIFFERENT:
        return drawn
    for set_name in sets:
        for number in range(1, blueprint.forms.count):
            key = FormKey(set_name, number)
            if blueprint.forms.items is FormItems.SAME:
                made: Drawn | list[Shortage] = _reordered(blueprint, seed, key, drawn[FormKey(set_name, 0)])
            else:
                # The first form of the set avoids the other set, and is there to be drawn again: there always is one.
                others = _of_other_sets(blueprint, set_name, drawn)
                apart = Circumstances(circumstances.taken | others, circumstances.exposure, circumstances.now_ms,
                                      circumstances.facility)  # fmt: skip
                made = _together(bank, blueprint, seed, (key,), apart, late)
            if not isinstance(made, dict):
                return made
            drawn |= made
    return {key: drawn[key] for set_name in sets for key in drawn if key.set_name is set_name}


def _of_other_sets(blueprint: Blueprint, set_name: SetName, drawn: Drawn) -> frozenset[BankItemId]:
    if blueprint.sets_share:
        return frozenset()
    return frozenset(
        one.item.id for key, sections in drawn.items() if key.set_name is not set_name for part in sections for one in part
    )  # fmt: skip


def _together(
    bank: Bank, blueprint: Blueprint, seed: bytes, forms: Sequence[FormKey], circumstances: Circumstances, late: Late
) -> Drawn | list[Shortage]:
    """Forms that share no item."""
    there = usable(bank, blueprint, circumstances)
    faults: list[Shortage] = [*fixed_faults(bank, blueprint, forms, there), *fixed_in_both(blueprint, forms)]
    faults += shortfalls(bank, blueprint, forms, there)
    if faults:
        return faults
    sets = tuple(dict.fromkeys(key.set_name for key in forms))
    found = problem(bank, blueprint, forms, there.ids, hard_rules(bank, blueprint, there.ids, sets))
    for again in range(ARRANGEMENTS):
        choice = choose(found, _draws(seed, again), late)
        if choice is Ended.IMPOSSIBLE:
            return [why_impossible(bank, blueprint, forms, there, late)]
        if isinstance(choice, Ended):
            break
        items = levelled(found, choice, circumstances.facility)
        drawn = _arranged(blueprint, found, items, _draws(seed, again))
        if drawn is not None:
            return drawn
    return [Undecided(LONG_STEPS)]


def _arranged(blueprint: Blueprint, found: Problem, items: Sequence[Sequence[Item]], draws: Draws) -> Drawn | None:
    """Every section in its order; None when the blocks do not fit between fixed places."""
    size = len(found.slots) // len(found.forms)
    drawn: Drawn = {}
    for form, key in enumerate(found.forms):
        sections = []
        for place, plan in enumerate(blueprint.sections):
            here = [at for at in range(form * size, (form + 1) * size) if found.slots[at].section == place]
            marks = {item.id: plan.mark(found.slots[at].cell) for at in here for item in items[at]}
            order = _order(blueprint, key, plan.code, [item for at in here for item in items[at]], draws)
            if order is None:
                return None
            sections.append(tuple(ChosenItem(item, marks[item.id]) for item in order))
        drawn[key] = tuple(sections)
    return drawn


def _reordered(blueprint: Blueprint, seed: bytes, key: FormKey, first: Sections) -> Drawn | list[Shortage]:
    """The items of the set's first form in an order of their own."""
    sections = []
    for plan, chosen in zip(blueprint.sections, first, strict=True):
        marks = {one.item.id: one for one in chosen}
        order = next(_orders(blueprint, seed, key, plan.code, [one.item for one in chosen]), None)
        if order is None:
            return [Undecided(LONG_STEPS)]
        sections.append(tuple(marks[item.id] for item in order))
    return {key: tuple(sections)}


def _orders(
    blueprint: Blueprint, seed: bytes, key: FormKey, section: str, items: Sequence[Item]
) -> Iterator[tuple[Item, ...]]:
    for again in range(ARRANGEMENTS):
        order = _order(blueprint, key, section, items, _draws(seed, again))
        if order is not None:
            yield order


def _order(
    blueprint: Blueprint, key: FormKey, section: str, items: Sequence[Item], draws: Draws
) -> tuple[Item, ...] | None:
    fixed = blueprint.fixed_in(key.set_name)
    places = {one.item: one.place for one in fixed if one.place and one.section == section}
    return arranged(items, places, draws(f"{name_of(key)} order {section}"))


def _draws(seed: bytes, again: int) -> Draws:
    """The streams of one try; those of the first have the names that forms have had since version 1."""

    def draw(purpose: str) -> Draw:
        return Draw(seed, f"form/1 {purpose} again {again}" if again else f"form/1 {purpose}")

    return draw
