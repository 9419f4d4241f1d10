"""The items of each slot: what hangs together by search, what stands alone by lot. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from question_bank.assembly.problem import FormKey, Pool, Problem, Slot, Unit, kinds_of
from question_bank.assembly.search import Ended, Late, Places, Search, never
from question_bank.draw import Draw
from question_bank.items.model import Item

Chosen: TypeAlias = tuple[tuple[Item, ...], ...]  # for each slot of the problem its items
Draws: TypeAlias = Callable[[str], Draw]  # a stream for a purpose

SHORT_TRIES = 8  # drawn anew each: one unlucky beginning costs little
SHORT_STEPS = 20  # for each unit that hangs together
LONG_STEPS = 20_000  # the search that proves: seconds, of dense exclusions minutes where nobody says when it is late


@dataclass(frozen=True, slots=True)
class Choice:
    """The items of every slot, and those of them that exchanging must leave alone."""

    items: Chosen
    tied: frozenset[str]


def choose(found: Problem, draws: Draws, late: Late = never) -> Choice | Ended:
    """Items for every slot, or how the search ended."""
    placed = place_units(found, draws, late=late)
    if isinstance(placed, Ended):
        return placed
    units, places = placed
    taken: list[list[Item]] = [[] for _ in found.slots]
    for unit, slots in zip(units, places, strict=True):
        for item, at in zip(unit.items, slots, strict=False):
            taken[at].append(item)
    tied = frozenset(item.id for items in taken for item in items)
    return Choice(_filled(found, taken, draws), tied)


def place_units(
    found: Problem, draws: Draws, most_steps: int = LONG_STEPS, tries: int = SHORT_TRIES, late: Late = never
) -> tuple[tuple[Unit, ...], Places] | Ended:
    """Where the units that hang together go: short searches in drawn orders, then one that ends with a proof."""
    for number in range(tries):
        units = _drawn_order(found, draws(f"units {number}"))
        made = Search(found, units, draws(f"places {number}"), SHORT_STEPS * (len(units) + 10), late=late).run()
        if not isinstance(made, Ended):
            return units, made
        if made is Ended.IMPOSSIBLE or late():
            return made
    units = _order_for_proof(found)
    made = Search(found, units, draws("places of the proof"), most_steps, looks_ahead=True, late=late).run()
    return made if isinstance(made, Ended) else (units, made)


def name_of(key: FormKey) -> str:
    """How the streams of a form begin: the first form of a set has its name alone."""
    return key.set_name.value if key.number == 0 else f"{key.set_name.value} {key.number + 1}"


def _drawn_order(found: Problem, draw: Draw) -> tuple[Unit, ...]:
    at_home = [unit for unit in found.tied if unit.home]
    return (*at_home, *draw.shuffled([unit for unit in found.tied if not unit.home]))


def _order_for_proof(found: Problem) -> tuple[Unit, ...]:
    """Fixed items first, then those that exclude each other side by side, then stimuli, alike ones side by side.

    What was decided long ago then no longer matters, and the search meets the same states again.
    """
    at_home = [unit for unit in found.tied if unit.home]
    rest = [place for place, unit in enumerate(found.tied) if not unit.home]
    by_limit: defaultdict[int, list[int]] = defaultdict(list)
    for place in rest:
        for limit, _ in found.tied[place].limits:
            by_limit[limit].append(place)
    order: list[int] = []
    seen: set[int] = set()
    for start in sorted(rest, key=lambda place: (not found.tied[place].limits, _looks(found.tied[place]), place)):
        queue = [start] if start not in seen else []
        seen.update(queue)
        while queue:
            here = queue.pop(0)
            order.append(here)
            near = {other for limit, _ in found.tied[here].limits for other in by_limit[limit]} - seen
            queue += sorted(near)
            seen |= near
    return (*at_home, *(found.tied[place] for place in order))


def _looks(unit: Unit) -> tuple[int, list[tuple[str, str, str]]]:
    """Larger units first, alike ones together."""
    return -len(unit.items), sorted(
        (item.common.topic, item.common.level.value, item.NAME) for item in unit.items
    )  # fmt: skip


def _filled(found: Problem, taken: list[list[Item]], draws: Draws) -> Chosen:
    """What is still missing in each slot, drawn from what stands alone. Each slot has its own stream."""
    left = {pool: list(items) for pool, items in found.free.items()}
    needs = [slot.cell.count - len(items) for slot, items in zip(found.slots, taken, strict=True)]
    several = {pool for pool in found.tests if len(kinds_of(found.slots, pool)) > 1}
    for at, slot in enumerate(found.slots):
        there = left.get(slot.pool, [])
        draw = draws(f"{name_of(found.forms[slot.form])} choose {_name(slot)}")
        if slot.pool in several:
            drawn = _carefully(found, at, there, needs, draw)
        else:
            drawn = list(draw.sample([item for item in there if slot.takes(item)], needs[at]))
        taken[at] += drawn
        needs[at] = 0
        chosen = {item.id for item in drawn}
        left[slot.pool] = [item for item in there if item.id not in chosen]
    return tuple(tuple(items) for items in taken)


def _carefully(found: Problem, at: int, there: list[Item], needs: list[int], draw: Draw) -> list[Item]:
    """Items one by one, passing over those whose type other rows cannot do without."""
    slot = found.slots[at]
    pool_slots = [place for place, other in enumerate(found.slots) if other.pool == slot.pool]
    kinds = kinds_of(found.slots, slot.pool)
    needed = Counter({place: needs[place] for place in pool_slots})
    counts = Counter(item.NAME for item in there)
    order = [item for item in draw.shuffled(there) if slot.takes(item)]
    drawn: list[Item] = []
    for item in order:
        if not needed[at]:
            break
        counts[item.NAME] -= 1
        needed[at] -= 1
        if _can_be_filled(found, slot.pool, kinds, needed, counts):
            drawn.append(item)
        else:
            counts[item.NAME] += 1
            needed[at] += 1
    return drawn


def _can_be_filled(
    found: Problem, pool: Pool, kinds: list[frozenset[str]], needed: Counter[int], counts: Counter[str]
) -> bool:
    wants = Counter[int]()
    for place, need in needed.items():
        wants[kinds.index(found.slots[place].types)] += need
    return all(
        sum(wants[kind] for kind in some) <= (sum(counts[name] for name in takes) if takes else counts.total())
        for some, takes in found.tests[pool]
    )


def _name(slot: Slot) -> str:
    """A slot as its stream is called: a row without types and marks of its own as ever."""
    parts = [slot.plan.code, slot.cell.topic, slot.cell.level.value, *slot.cell.types]
    return " ".join(parts if slot.cell.mark is None else [*parts, str(slot.cell.mark)])
