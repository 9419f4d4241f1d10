"""The blueprint: what the forms of a round are made of (docs/blueprint.md).

Pure; `formats.blueprint` reads one from YAML, `assembly` says whether a bank can fill it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from question_bank.bilingual import Bilingual
from question_bank.canonical import JSON, digest
from question_bank.ids import BankItemId, TopicCode
from question_bank.items.model import Level
from question_bank.marking_scheme import Marks

BLUEPRINT_FORMAT = "exam-blueprint/1"


class SetName(Enum):
    """Which of a round's two sets a form is; unless the blueprint allows it they share no bank item."""

    PRIMARY = "primary"
    RESERVE = "reserve"


class FormItems(Enum):
    """What the forms of one set have in common."""

    DIFFERENT = "different"
    SAME = "same"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Cell:
    """So many items of one topic and level; of these types only, where any are named.

    `mark` is what each is worth, the section's `mark_per_item` when None.
    """

    topic: TopicCode
    level: Level
    count: int
    types: tuple[str, ...] = ()
    mark: Marks | None = None

    def takes(self, topic: TopicCode, level: Level, type_name: str) -> bool:
        """Whether an item of this topic, level and type counts for it."""
        return topic == self.topic and level is self.level and (not self.types or type_name in self.types)

    def document(self) -> dict[str, JSON]:
        """As it is digested."""
        found: dict[str, JSON] = {"topic": self.topic, "level": self.level.value, "count": self.count}
        if self.types:
            found["types"] = list(self.types)
        if self.mark is not None:
            found["mark"] = self.mark
        return found


@dataclass(frozen=True, slots=True)
class RulePlan:
    """How a type is marked: the rule, what a wrong response costs, and how low an item may go (percent of its maximum)."""

    name: str
    penalty_percent: int = 0
    floor_percent: int = 0

    def document(self) -> JSON:
        """The name alone when nothing else is said."""
        if not (self.penalty_percent or self.floor_percent):
            return self.name
        return {"name": self.name, "penalty": self.penalty_percent, "floor": self.floor_percent}


@dataclass(frozen=True, slots=True)
class SectionPlan:
    """One section: its clock, what each item is worth, how each type is marked, and what it is made of.

    `rules` maps an item type to its rule; a type that is not in it is marked by its first rule, without a penalty.
    """

    code: str
    title: Bilingual
    duration_s: int
    mark_per_item: Marks
    rules: Mapping[str, RulePlan]
    cells: tuple[Cell, ...]
    keep_order: bool = False

    @property
    def item_count(self) -> int:
        """How many items the section has."""
        return sum(cell.count for cell in self.cells)

    def mark(self, cell: Cell) -> Marks:
        """What an item of this cell is worth."""
        return self.mark_per_item if cell.mark is None else cell.mark

    def document(self) -> dict[str, JSON]:
        """The section as it is digested."""
        rules: dict[str, JSON] = {name: rule.document() for name, rule in self.rules.items()}
        cells: list[JSON] = [cell.document() for cell in self.cells]
        return {
            "code": self.code,
            "title": self.title.document(),
            "duration_s": self.duration_s,
            "mark_per_item": self.mark_per_item,
            "rules": rules,
            "cells": cells,
            **({"keep_order": True} if self.keep_order else {}),
        }


@dataclass(frozen=True, slots=True)
class ExclusionGroup:
    """Items of which one form has at most `most`."""

    items: tuple[BankItemId, ...]
    most: int = 1


@dataclass(frozen=True, slots=True)
class ExposureLimit:
    """Which items were used too often or too lately; None and 0 are no limit.

    Not in the last `rounds` rounds, not `uses` times or more already, not within `days` days before now.
    """

    rounds: int = 0
    uses: int = 0
    days: int = 0


@dataclass(frozen=True, slots=True)
class FixedItem:
    """An item that is in every form of the set (None: of both), in this section; `place` counts from 1, 0 is anywhere."""

    item: BankItemId
    section: str
    place: int = 0
    set_name: SetName | None = None


@dataclass(frozen=True, slots=True)
class FormsPlan:
    """How many forms a set has, what they share, and what is printed on each (drawn up by `code` when empty)."""

    count: int = 1
    items: FormItems = FormItems.DIFFERENT
    codes: tuple[str, ...] = ()
    reserve_codes: tuple[str, ...] = ()

    def code(self, set_name: SetName, number: int) -> str:
        """What form `number` (from 0) of a set is called; nothing when a set has one form and nobody named it."""
        codes = self.codes if set_name is SetName.PRIMARY else self.reserve_codes
        if codes:
            return codes[number]
        return "" if self.count == 1 else str((101 if set_name is SetName.PRIMARY else 201) + number)

    def document(self) -> dict[str, JSON]:
        """As it is digested."""
        codes = {"codes": list(self.codes), "reserve_codes": list(self.reserve_codes)}
        return {
            "count": self.count,
            "items": self.items.value,
            **{name: [*found] for name, found in codes.items() if found},
        }


@dataclass(frozen=True, slots=True)
class Blueprint:
    """What the forms of one round of a contest are made of, sections in order."""

    contest_id: str
    round_id: str
    title: Bilingual
    sections: tuple[SectionPlan, ...]
    forms: FormsPlan = field(default_factory=FormsPlan)
    sets_share: bool = False
    split_stimuli: bool = False
    exclude: tuple[ExclusionGroup, ...] = ()
    exposure: ExposureLimit = field(default_factory=ExposureLimit)
    fixed: tuple[FixedItem, ...] = ()

    @property
    def item_count(self) -> int:
        """How many items a whole form has."""
        return sum(section.item_count for section in self.sections)

    def fixed_in(self, set_name: SetName) -> tuple[FixedItem, ...]:
        """The fixed items of one set."""
        return tuple(one for one in self.fixed if one.set_name in (None, set_name))

    def document(self) -> dict[str, JSON]:
        """The blueprint as it is digested: two files that ask for the same have the same document."""
        return {
            "format": BLUEPRINT_FORMAT,
            "contest_id": self.contest_id,
            "round_id": self.round_id,
            "title": self.title.document(),
            "sections": [section.document() for section in self.sections],
            **self._rules(),
        }

    def _rules(self) -> dict[str, JSON]:
        """Only what is not the default."""
        found: dict[str, JSON] = {}
        if self.forms != FormsPlan():
            found["forms"] = self.forms.document()
        if self.sets_share:
            found["sets"] = "may_share"
        if self.split_stimuli:
            found["stimuli"] = "parts"
        if self.exclude:
            found["exclude"] = [{"items": [*group.items], "most": group.most} for group in self.exclude]
        if self.exposure != ExposureLimit():
            limit = self.exposure
            found["exposure"] = {"rounds": limit.rounds, "uses": limit.uses, "days": limit.days}
        if self.fixed:
            found["fixed"] = [
                {"item": one.item, "section": one.section, "place": one.place,
                 "set": one.set_name.value if one.set_name else None}
                for one in self.fixed
            ]  # fmt: skip
        return found

    def sha256(self) -> str:
        """Hex digest of the canonical form."""
        return digest(self.document()).hex()
