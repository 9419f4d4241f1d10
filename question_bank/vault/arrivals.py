"""What an import brings into a vault: drafts, their reasons to review, and where each came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from question_bank.canonical import JSON, encode
from question_bank.exchange_folder import renamed
from question_bank.formats.exchange import Imported, Outcome, Question
from question_bank.ids import BankItemId
from question_bank.items.model import Item
from question_bank.vault.items import Items
from question_bank.vault.people import Person
from question_bank.vault.sentences import kept
from question_bank.vault.states import Refused
from question_bank.vault.store import Kind, Store


@dataclass(frozen=True, slots=True)
class Arrived:
    """What came in, under the ids it has now (None for a rejected question), in the order of the file."""

    ids: tuple[BankItemId | None, ...]
    media_refused: Mapping[str, Refused]


class Arrivals:
    """Imports; everything a file brings comes in at one stroke."""

    def __init__(self, store: Store, items: Items) -> None:
        self._store = store
        self._items = items

    def add(self, imported: Imported, file: str, by: Person) -> Arrived:
        """Add what an import read; `file` is its name, for the history. Ids that are taken become new ones."""
        with self._store.doing():
            made = renamed(imported, self._items.taken(), file)
            numbers: dict[str, JSON] = {outcome.value: made.count(outcome) for outcome in Outcome}
            rejected: list[JSON] = [
                {"where": one.where, "code": notice.code} for one in made.questions if one.item is None for notice in one.review
            ]  # fmt: skip
            self._store.change(by, "imported", Kind.BANK, "", file, {**numbers, "rejections": rejected})
            refused = self._bring_media(made, file, by)
            for code, title in made.topics.items():
                self._items.shared.have_topic(code, by, title)
            for stimulus in made.stimuli:
                self._items.shared.write_stimulus(stimulus, by, file)
            for question in made.questions:
                if question.item is not None:
                    self._bring(question, question.item, file, by)
        return Arrived(tuple(one.item.id if one.item else None for one in made.questions), refused)

    def _bring_media(self, imported: Imported, file: str, by: Person) -> dict[str, Refused]:
        refused = {}
        for name, data in imported.media.items():
            found = self._items.shared.add_medium(name, data, by, file)
            if isinstance(found, Refused):
                refused[name] = found
        return refused

    def _bring(self, question: Question, item: Item, file: str, by: Person) -> None:
        change = self._items.bring(item, by, file, {"where": question.where})
        for notice in question.review:
            self._store.run(
                "INSERT INTO reason (item, change, code, place, message) VALUES (?, ?, ?, ?, ?)",
                (item.id, change, notice.code, notice.where, encode(kept(notice.message)).decode()),
            )
        evidence = encode([kept(one) for one in question.evidence]).decode()
        self._store.run(
            "INSERT INTO origin (item, change, place, evidence, source) VALUES (?, ?, ?, ?, ?)",
            (item.id, change, question.where, evidence, question.source_text),
        )
