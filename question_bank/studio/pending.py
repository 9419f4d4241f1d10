"""A file that was read and is being looked at: in memory alone, and nothing of it in the bank before it is taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from question_bank.content import media_names
from question_bank.formats.exchange import Imported, Outcome
from question_bank.ids import BankItemId, StimulusId
from question_bank.items.model import Stimulus
from question_bank.media import read_medium
from question_bank.phrase import Phrase
from question_bank.showing import MediumFile

if TYPE_CHECKING:
    from question_bank.studio.desk import Desk


@dataclass(slots=True)
class Pending:
    """At most one file at a time: another takes its place. `taken` has the ids that places of the file got in the bank.

    `turn` tells files apart, those of one name too: a page that shows another one takes nothing.
    """

    file: str = ""
    turn: int = 0
    imported: Imported | None = None
    media: Mapping[str, MediumFile] = field(default_factory=dict)
    taken: dict[int, BankItemId] = field(default_factory=dict)
    _bytes: Mapping[str, bytes] = field(default_factory=dict)

    def hold(self, file: str, imported: Imported) -> None:
        """Look at this file now."""
        known = {
            name: made for name, data in imported.media.items() if not isinstance(made := read_medium(data), Phrase)
        }
        self.file, self.imported, self.media, self.taken = file, imported, known, {}
        self.turn += 1
        self._bytes = {made.sha256: imported.media[name] for name, made in known.items()}

    def drop(self) -> None:
        """Look at it no longer."""
        self.file, self.imported, self.media, self.taken, self._bytes = "", None, {}, {}, {}

    def medium(self, sha256: str) -> bytes | None:
        """A file that the file brought."""
        return self._bytes.get(sha256)

    def stimulus(self, identity: StimulusId) -> Stimulus | None:
        """A stimulus that the file brought."""
        stimuli = self.imported.stimuli if self.imported else ()
        return next((one for one in stimuli if one.id == identity), None)

    def ready(self) -> list[int]:
        """Places whose key is certain and that are not taken yet."""
        questions = self.imported.questions if self.imported else ()
        return [n for n, one in enumerate(questions) if one.outcome is Outcome.READY and n not in self.taken]

    def left(self) -> list[int]:
        """Places that can be taken and are not yet."""
        questions = self.imported.questions if self.imported else ()
        return [n for n, one in enumerate(questions) if one.item is not None and n not in self.taken]

    def with_mates(self, wanted: Iterable[int]) -> list[int]:
        """These places and those that share a stimulus with one of them: a stimulus comes in once, with all its items."""
        if self.imported is None:
            return []
        chosen = {n for n in wanted if 0 <= n < len(self.imported.questions) and n not in self.taken}
        questions = self.imported.questions
        shared = {one.common.stimulus for n in chosen if (one := questions[n].item) and one.common.stimulus}
        mates = {
            n
            for n, one in enumerate(questions)
            if one.item and one.item.common.stimulus in shared and n not in self.taken
        }
        return sorted(n for n in chosen | mates if questions[n].item is not None)

    def part(self, places: list[int]) -> Imported:
        """These questions, with the stimuli and files that they name and nothing else."""
        assert self.imported is not None
        whole = self.imported
        questions = tuple(whole.questions[n] for n in places)
        items = [one.item for one in questions if one.item]
        stimuli = tuple(one for one in whole.stimuli if one.id in {item.common.stimulus for item in items})
        texts = [text for item in items for _, text in item.texts()] + [one.text for one in stimuli]
        named = {name for text in texts for name in media_names(text)}
        topics = {item.common.topic for item in items}
        return replace(
            whole, questions=questions, stimuli=stimuli, media={name: data for name, data in whole.media.items() if name in named},
            notices=(), topics={code: title for code, title in whole.topics.items() if code in topics},
        )  # fmt: skip


def pending(desk: Desk) -> Pending:
    """What is being looked at on this desk."""
    return desk.pending
