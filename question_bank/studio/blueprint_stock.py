"""What the bank has for blueprints: counted once for each state of the bank, and kept until somebody changes it."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from question_bank.assembling import Ground, ground
from question_bank.canonical import JSON
from question_bank.ids import BankItemId
from question_bank.vault.entries import Wanted
from question_bank.vault.states import State
from question_bank.vault.vault import Vault
from question_bank.wording import render

ON_THE_WAY = frozenset({State.DRAFT, State.REVIEWED})
MOST_FOUND = 20  # items that a search shows: who sees more types another word


@dataclass(frozen=True, slots=True)
class Stock:
    """The ground of drawing, and for topic, level and type how many items may be drawn and how many are not approved yet.

    `version` is another after every change of the bank.
    """

    version: int
    ground: Ground
    counts: Mapping[tuple[str, str, str], tuple[int, int]]

    def document(self) -> JSON:
        """As the page has it."""
        rows: list[JSON] = [[*place, *numbers] for place, numbers in self.counts.items()]
        return {"version": self.version, "rows": rows}


class Stocktaking:
    """The stock of one vault."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._latest: Stock | None = None

    def now(self, vault: Vault) -> Stock:
        """The same object for as long as the bank is the same; what is written of papers changes nothing in it."""
        with self._lock, vault.store.lock:
            [(version,)] = vault.store.rows("SELECT max(change) FROM change WHERE kind <> 'paper'")
            if self._latest is None or self._latest.version != version:
                self._latest = _taken(vault, int(version))
            return self._latest


def found(vault: Vault, words: str) -> list[JSON]:
    """Items for who looks for one to name, the best first: by words, or by the beginning of the id."""
    typed = " ".join(words.split())[:200]
    begin = typed.casefold()
    entries = [one for one in vault.items.entries() if begin and one.id.casefold().startswith(begin)][:MOST_FOUND]
    known = {one.id for one in entries}
    entries += [one for one in vault.items.entries(Wanted(words=typed)) if one.id not in known] if typed else []
    alive = [one for one in entries if one.state is not State.WITHDRAWN]
    return [
        {"id": one.id, "line": one.line, "topic": one.topic, "level": render(one.level.label), "approved": one.state is State.APPROVED}
        for one in alive[:MOST_FOUND]
    ]  # fmt: skip


def lines(vault: Vault, ids: list[str]) -> dict[str, JSON]:
    """The beginning of each item that the bank has, by id."""
    entries = ((name, vault.items.get(BankItemId(name))) for name in ids)
    return {name: held.entry.line for name, held in entries if held is not None}


def _taken(vault: Vault, version: int) -> Stock:
    made = ground(vault)
    approved = Counter((item.common.topic, item.common.level.value, item.NAME) for item in made.bank.items)
    entries = vault.items.entries(Wanted(states=ON_THE_WAY))
    others = Counter((one.topic, one.level.value, one.type) for one in entries)
    counts = {place: (approved[place], others[place]) for place in sorted(approved | others)}
    return Stock(version, made, {(str(topic), level, kind): both for (topic, level, kind), both in counts.items()})
