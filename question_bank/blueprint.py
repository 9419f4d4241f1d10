"""The blueprint: how many items of each topic and level a paper has, and whether a bank can give them.

Pure; `formats.blueprint` reads one from YAML.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass

from question_bank.bank import Bank
from question_bank.bilingual import Bilingual
from question_bank.canonical import JSON, digest
from question_bank.ids import BankItemId, TopicCode
from question_bank.items.model import Level
from question_bank.marking_scheme import Marks
from question_bank.phrase import Phrase, phrase

BLUEPRINT_FORMAT = "exam-blueprint/1"


@dataclass(frozen=True, slots=True)
class Cell:
    """So many items of one topic and level."""

    topic: TopicCode
    level: Level
    count: int


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

    def document(self) -> dict[str, JSON]:
        """The section as it is digested."""
        rules: dict[str, JSON] = {name: rule.document() for name, rule in self.rules.items()}
        cells: list[JSON] = [
            {"topic": cell.topic, "level": cell.level.value, "count": cell.count} for cell in self.cells
        ]
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
class Blueprint:
    """What a paper of one round of a contest is made of, sections in order."""

    contest_id: str
    round_id: str
    title: Bilingual
    sections: tuple[SectionPlan, ...]

    @property
    def item_count(self) -> int:
        """How many items the whole paper has."""
        return sum(section.item_count for section in self.sections)

    def document(self) -> dict[str, JSON]:
        """The blueprint as it is digested: two files that ask for the same have the same document."""
        return {
            "format": BLUEPRINT_FORMAT,
            "contest_id": self.contest_id,
            "round_id": self.round_id,
            "title": self.title.document(),
            "sections": [section.document() for section in self.sections],
        }

    def sha256(self) -> str:
        """Hex digest of the canonical form."""
        return digest(self.document()).hex()


@dataclass(frozen=True, slots=True)
class Shortfall:
    """The bank cannot fill a cell: `need` items are asked for, `have` can be taken, `excluded` more are in another set."""

    topic: TopicCode
    level: Level
    need: int
    have: int
    excluded: int = 0

    def sentence(self) -> Phrase:
        """What is short, for the person who must write more items."""
        if self.excluded:
            return phrase(
                "topic %(topic)s, %(level)s: need %(need)s, bank has %(have)s left and %(excluded)s in another set",
                topic=self.topic, level=self.level.label, need=self.need, have=self.have, excluded=self.excluded,
            )  # fmt: skip
        return phrase(
            "topic %(topic)s, %(level)s: need %(need)s, bank has %(have)s",
            topic=self.topic, level=self.level.label, need=self.need, have=self.have,
        )  # fmt: skip

    def document(self) -> dict[str, JSON]:
        """As `--json` prints it."""
        return {
            "topic": self.topic,
            "level": self.level.value,
            "need": self.need,
            "have": self.have,
            "excluded": self.excluded,
        }


def check(blueprint: Blueprint, bank: Bank, exclude: Set[BankItemId] = frozenset()) -> list[Shortfall]:
    """Every cell the bank cannot fill, in the blueprint's order; empty when the paper can be assembled.

    No item is used twice in a paper, so what several sections ask of one topic and level is added up.
    `exclude` names bank items already in another set.
    """
    needs: Counter[tuple[TopicCode, Level]] = Counter()
    for section in blueprint.sections:
        for cell in section.cells:
            needs[cell.topic, cell.level] += cell.count
    short: list[Shortfall] = []
    for (topic, level), need in needs.items():
        ids = {item.id for item in bank.cell(topic, level)}
        have = len(ids - exclude)
        if have < need:
            short.append(Shortfall(topic, level, need, have, len(ids) - have))
    return short
