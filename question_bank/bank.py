"""The bank: every item that may go into a paper, by topic and level.

Pure; `formats.folder` reads one from a folder of authoring files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self

from question_bank.bilingual import Bilingual
from question_bank.canonical import JSON, digest
from question_bank.ids import StimulusId, TopicCode
from question_bank.items.model import Item, Level, Stimulus
from question_bank.showing import MediumFile


@dataclass(frozen=True, slots=True)
class Count:
    """How many items of one topic, level and type there are."""

    topic: TopicCode
    level: Level
    type: str
    items: int


@dataclass(frozen=True, slots=True)
class Bank:
    """Items in ascending order of id, ids distinct; topics with their titles, in the order they were met.

    `stimuli` and `media` hold whatever the items name, by the names their authors gave.
    """

    topics: Mapping[TopicCode, Bilingual]
    items: tuple[Item, ...]
    stimuli: Mapping[StimulusId, Stimulus] = field(default_factory=dict)
    media: Mapping[str, MediumFile] = field(default_factory=dict)

    @classmethod
    def of(
        cls, topics: Mapping[TopicCode, Bilingual], items: Iterable[Item],
        stimuli: Iterable[Stimulus] = (), media: Mapping[str, MediumFile] | None = None,
    ) -> Self:  # fmt: skip
        """A bank of these items; the order they come in makes no difference. Raises ValueError on a repeated id."""
        ordered = tuple(sorted(items, key=lambda item: item.id))
        if len({item.id for item in ordered}) != len(ordered):
            raise ValueError("two items of a bank have the same id")
        return cls(topics, ordered, {one.id: one for one in stimuli}, media or {})

    def cell(self, topic: TopicCode, level: Level) -> tuple[Item, ...]:
        """The items of one topic and level, in ascending order of id."""
        return tuple(item for item in self.items if item.common.topic == topic and item.common.level is level)

    def counts(self) -> tuple[Count, ...]:
        """How many items there are of each topic, level and type that has any, in that order."""
        found = Counter((item.common.topic, item.common.level, item.NAME) for item in self.items)
        topics = list(self.topics)
        levels = list(Level)
        ordered = sorted(found.items(), key=lambda row: (topics.index(row[0][0]), levels.index(row[0][1]), row[0][2]))
        return tuple(Count(topic, level, name, items) for (topic, level, name), items in ordered)

    def sha256(self) -> str:
        """Hex digest of the canonical form: items and stimuli in ascending order of id, files by name and digest."""
        files: dict[str, JSON] = {name: file.sha256 for name, file in self.media.items()}
        stimuli: list[JSON] = [self.stimuli[one].document() for one in sorted(self.stimuli)]
        items: list[JSON] = [item.document() for item in self.items]
        return digest({"items": items, "stimuli": stimuli, "media": files}).hex()
