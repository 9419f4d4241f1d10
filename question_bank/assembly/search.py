"""Which units that hang together go where: a search with proof, drawn so that nothing is preferred. Pure.

Every step puts one unit into a section of a form, or leaves it out, and goes on only while the rest of each pool can
still be filled (Hall's conditions, with undecided units counted as if they stood alone: necessary before the last
step, sufficient after it). States that were found hopeless are remembered; forms that are in the same state are
interchangeable. So the search ends with places for all, with the proof that there are none, or at its bound: of steps,
or of the time that whoever asks has for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import islice
from typing import TypeAlias

from question_bank.assembly.problem import Pool, Problem, Unit, kinds_of, supply
from question_bank.draw import Draw
from question_bank.items.model import Item

Places: TypeAlias = tuple[tuple[int, ...], ...]  # for each tied unit the slots of its items; none when it is left out
Late: TypeAlias = Callable[[], bool]  # whether the time for searching is up; once it is, it stays so
_SCALE = 1 << 20  # likelihoods as whole numbers: the same on every machine
_MOST_OPTIONS = (
    10_000  # ways of placing one unit: a stimulus of 15 items of five types in six kinds of rows has millions
)


def never() -> bool:
    """`Late` for who waits as long as the bound of steps lets a search go on."""
    return False


class Ended(Enum):
    """How a search ended that found nothing."""

    IMPOSSIBLE = "impossible"
    AT_ITS_BOUND = "at_its_bound"


@dataclass(slots=True)
class _Frame:
    """A step: what is left to try, and what is tried now."""

    options: list[tuple[int, ...]]
    key: tuple[object, ...]
    now: tuple[int, ...] | None = None


class Search:
    """One search over a problem; `most_steps` and `late` bound it. Use each search once.

    With `looks_ahead` each step also counts what exclusions leave to each form, which is slow and prunes far more: for proofs.
    """

    def __init__(
        self, found: Problem, units: tuple[Unit, ...], draw: Draw, most_steps: int, *, looks_ahead: bool = False,
        late: Late = never,
    ) -> None:  # fmt: skip
        self._problem, self._units, self._draw = found, units, draw
        self.steps, self._most_steps, self._late = 0, most_steps, late
        self._cut = False  # whether ways of placing a unit were left out, so that nothing is proven any more
        self._need = [slot.cell.count for slot in found.slots]
        self._supply = supply(found)
        kinds = {pool: kinds_of(found.slots, pool) for pool in found.tests}
        self._kind = [kinds[slot.pool].index(slot.types) for slot in found.slots]
        self._kind_need: dict[Pool, list[int]] = {pool: [0] * len(known) for pool, known in kinds.items()}
        for at, slot in enumerate(found.slots):
            self._kind_need[slot.pool][self._kind[at]] += slot.cell.count
        # Of each form the limits that count something in it: with dense exclusions few of very many.
        self._counts: list[Counter[int]] = [Counter() for _ in found.forms]
        self._slots_of: dict[tuple[int, int], list[int]] = {}
        for at, slot in enumerate(found.slots):
            self._slots_of.setdefault((slot.form, slot.section), []).append(at)
        self._last = {limit: place for place, unit in enumerate(units) for limit, _ in unit.limits}
        self._hopeless: set[tuple[object, ...]] = set()
        self._later: dict[Pool, list[tuple[int, Unit]]] = {}
        self._pools_of: list[set[Pool]] = [set() for _ in found.limits]
        for place, unit in enumerate(units if looks_ahead else ()):
            for pool in _pools(unit):
                self._later.setdefault(pool, []).append((place, unit))
            for limit, _ in unit.limits:
                self._pools_of[limit] |= _pools(unit)

    def run(self) -> Places | Ended:
        """Slots for the items of each unit, in the order of the units; or how it ended."""
        if not all(self._fillable(pool) for pool in self._problem.tests):
            return Ended.IMPOSSIBLE
        frames: list[_Frame] = []
        while len(frames) < len(self._units):
            frames.append(self._frame(len(frames)))
            while not self._advance(frames):
                if self.steps >= self._most_steps or self._late():
                    return Ended.AT_ITS_BOUND
                self._hopeless.add(frames.pop().key)
                self._change_supply(self._units[len(frames)], 1)
                if not frames:
                    return Ended.AT_ITS_BOUND if self._cut else Ended.IMPOSSIBLE
                self._undo(frames)
        return tuple(frame.now or () for frame in frames)

    def _frame(self, place: int) -> _Frame:
        """Open the decision about one unit."""
        unit = self._units[place]
        key = self._state(place)
        self._change_supply(unit, -1)
        return _Frame([] if key in self._hopeless else self._drawn(unit), key)

    def _advance(self, frames: list[_Frame]) -> bool:
        """Try what is left of the last decision until something may stand; False when nothing may."""
        frame, unit = frames[-1], self._units[len(frames) - 1]
        while frame.options and self.steps < self._most_steps and not self._late():
            self.steps += 1
            frame.now = frame.options.pop()
            self._place(unit, frame.now, 1)
            if all(self._fillable(pool) for pool in _pools(unit) if pool in self._problem.tests) and (
                not self._later or self._leaves_enough(len(frames), unit)
            ):
                return True
            self._place(unit, frame.now, -1)
        return False

    def _undo(self, frames: list[_Frame]) -> None:
        """Take back what the last decision did, so that it can be made otherwise."""
        self._place(self._units[len(frames) - 1], frames[-1].now or (), -1)

    def _change_supply(self, unit: Unit, by: int) -> None:
        for item in unit.items:
            pool = (item.common.topic, item.common.level)
            if pool in self._supply:
                self._supply[pool][item.NAME] += by

    def _place(self, unit: Unit, slots: tuple[int, ...], by: int) -> None:
        """Put a unit into its slots, or take it out again (`by` -1)."""
        for at in slots:
            self._need[at] -= by
            self._kind_need[self._problem.slots[at].pool][self._kind[at]] -= by
        if slots:
            counts = self._counts[self._problem.slots[slots[0]].form]
            for limit, members in unit.limits:
                counts[limit] += by * members
                if not counts[limit]:
                    del counts[limit]

    def _fillable(self, pool: Pool) -> bool:
        """Hall's conditions: every union of kinds finds as many items as it needs."""
        there, needs = self._supply[pool], self._kind_need[pool]
        return all(
            sum(needs[kind] for kind in kinds) <= (sum(there[name] for name in takes) if takes else there.total())
            for kinds, takes in self._problem.tests[pool]
        )

    def _leaves_enough(self, place: int, placed: Unit) -> bool:
        """Whether every form can still get what it needs of each pool from units that nothing in it excludes.

        Of two that exclude each other a form gets one: such couples are counted once. Looked at are the pools of the unit just
        decided and of those that it excludes.
        """
        touched = _pools(placed).union(*(self._pools_of[limit] for limit, _ in placed.limits))
        return all(
            self._needs(pool, form) <= self._left(pool, form, place)
            for pool in touched & self._problem.tests.keys()
            for form in range(len(self._problem.forms))
        )

    def _needs(self, pool: Pool, form: int) -> int:
        return sum(self._need[at] for at in self._of_form(form) if self._problem.slots[at].pool == pool)

    def _left(self, pool: Pool, form: int, place: int) -> int:
        """At most so many items of a pool can still come into a form."""
        count = len(self._problem.free.get(pool, ()))
        alone: dict[int, int] = {}  # an exclusion of one, and the unit that waits there for another to pair off with
        for at, unit in self._later.get(pool, ()):
            if at < place or self._excluded(unit, form):
                continue
            count += sum((item.common.topic, item.common.level) == pool for item in unit.items)
            single = [limit for limit, _ in unit.limits if self._problem.limits[limit] == 1 and len(unit.items) == 1]
            partner = next((limit for limit in single if limit in alone), None)
            if partner is not None:
                count -= 1
                gone = alone[partner]
                alone = {limit: other for limit, other in alone.items() if other != gone}
            else:
                alone.update(dict.fromkeys(single, at))
        return count

    def _excluded(self, unit: Unit, form: int) -> bool:
        """Whether what is in a form already keeps the unit out of it."""
        counts = self._counts[form]
        return any(counts[limit] + members > self._problem.limits[limit] for limit, members in unit.limits)

    def _state(self, place: int) -> tuple[object, ...]:
        """What the rest of the search depends on. Which form is which makes no difference once fixed items are placed."""
        per_form = [
            (
                tuple(self._need[at] for at in self._of_form(form)),
                tuple(sorted((limit, count) for limit, count in counts.items() if self._last[limit] >= place)),
            )
            for form, counts in enumerate(self._counts)
        ]
        return (place, *(per_form if self._units[place].home else sorted(per_form)))

    def _of_form(self, form: int) -> range:
        size = len(self._problem.slots) // len(self._problem.forms)
        return range(form * size, (form + 1) * size)

    def _drawn(self, unit: Unit) -> list[tuple[int, ...]]:
        """All that may be tried, the last first; what comes first is drawn with the likelihood it would have if nothing bound.

        That is the likelihood of drawing an item for a slot that needs r of the n there are, r/n: taking one item after the
        other so gives every choice with the same likelihood (Fan, Muller and Rezucha 1962).
        """
        options = list(islice(self._options(unit), _MOST_OPTIONS))
        self._cut |= len(options) == _MOST_OPTIONS
        if unit.forced:
            return list(self._draw.shuffled(options))
        aim = self._draw.below(_SCALE)
        first: tuple[int, ...] = ()
        for option in options:
            aim -= sum(self._likelihood(at, unit) for at in option) // len(option)
            if aim < 0:
                first = option
                break
        rest = [option for option in ((), *self._draw.shuffled(options)) if option != first]
        return [*rest, first]

    def _likelihood(self, at: int, unit: Unit) -> int:
        slot = self._problem.slots[at]
        there = self._supply[slot.pool]
        among = sum(there[name] for name in slot.types) if slot.types else there.total()
        # The unit's own items were taken out of the supply when the decision was opened.
        return self._need[at] * _SCALE // (among + len(unit.items))

    def _options(self, unit: Unit) -> Iterator[tuple[int, ...]]:
        """Every way of putting the unit into a section of a form that has room for all its items."""
        for (form, section), slots in self._slots_of.items():
            if unit.home not in (None, (form, section)):
                continue
            if not self._excluded(unit, form):
                yield from self._fits(unit, slots, ())

    def _fits(self, unit: Unit, slots: list[int], made: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        """Every way of giving each item a slot, when the first `made` have theirs.

        Two items of one kind in each other's slots are no other way: the later one gets no earlier slot.
        """
        if self._late():
            return
        if len(made) == len(unit.items):
            yield made
            return
        item, used = unit.items[len(made)], Counter(made)
        alike = [at for other, at in zip(unit.items, made, strict=False) if _kind(other) == _kind(item)]
        for at in slots:
            if at >= max(alike, default=at) and self._need[at] > used[at] and self._problem.slots[at].takes(item):
                yield from self._fits(unit, slots, (*made, at))


def _kind(item: Item) -> tuple[Pool, str]:
    """What a slot looks at."""
    return (item.common.topic, item.common.level), item.NAME


def _pools(unit: Unit) -> set[Pool]:
    return {(item.common.topic, item.common.level) for item in unit.items}
