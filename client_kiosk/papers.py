"""The paper as one candidate sees it: the sealed part decrypted in memory, laid out in this candidate's order.

Nothing of it touches the disk. To the browser items and options are numbers as shown; their ids stay in the agent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from client_kiosk.errors import OrderError
from question_bank.canonical import JSON
from question_bank.fields import Fields
from question_bank.phrase import phrase
from question_bank.sealed import Package
from question_bank.sealed_keys import parse_public_key
from server.protocol.situation import Paper


@dataclass(frozen=True, slots=True)
class ShownItem:
    """One item in its place; `option_ids[n]` is what the page calls option n + 1."""

    item_id: str
    type: str
    stem: str
    option_ids: tuple[str, ...]
    options: tuple[str, ...]
    max_mark: int  # hundredths


@dataclass(frozen=True, slots=True)
class ShownPaper:
    """An open section in one candidate's order."""

    attempt_id: str
    part: int
    title: Mapping[str, JSON]
    items: tuple[ShownItem, ...]

    def item(self, number: int) -> ShownItem | None:
        """The item at a 1-based place."""
        return self.items[number - 1] if 1 <= number <= len(self.items) else None

    def options(self, number: int, shown: Sequence[int]) -> list[str] | None:
        """The ids, sorted, behind option numbers as shown; None when one does not exist or comes twice."""
        item = self.item(number)
        if item is None or not all(1 <= option <= len(item.option_ids) for option in shown):
            return None
        ids = sorted({item.option_ids[option - 1] for option in shown})
        return ids if len(ids) == len(shown) else None

    def shown(self, response: Mapping[str, object], item_id: str) -> list[int]:
        """The option numbers of a stored response."""
        item = next(item for item in self.items if item.item_id == item_id)
        chosen = response.get("options")
        return [n + 1 for n, option in enumerate(item.option_ids) if isinstance(chosen, list) and option in chosen]


def open_paper(package_file: Path, signer_line: str, room_version: str, paper: Paper) -> ShownPaper:
    """Decrypt this machine's staged copy with the section's identity, in memory.

    Raises SealError (not the package that was sealed, wrong identity) or OrderError (the order names other items).
    """
    package = Package.open_file(package_file, parse_public_key(signer_line).raw, room_version)
    document = package.candidate(paper.section_id, paper.identity).document
    return _laid_out(document, paper)


def _laid_out(document: Mapping[str, JSON], paper: Paper) -> ShownPaper:
    fields = Fields(dict(document), "candidate")
    items = {item.text("item_id"): item for item in fields.objects("items")}
    if set(items) != set(paper.order.item_ids) or len(items) != len(paper.order.item_ids):
        raise OrderError(phrase("the order of this paper names other items than the paper"))
    title = document["title"]
    return ShownPaper(
        attempt_id=paper.attempt_id,
        part=paper.part,
        title=title if isinstance(title, dict) else {},
        items=tuple(
            _shown(items[item_id], item_id, paper.order.option_ids.get(item_id, ())) for item_id in paper.order.item_ids
        ),
    )


def _shown(item: Fields, item_id: str, order: Sequence[str]) -> ShownItem:
    texts = {option.text("option_id"): option.text("text") for option in item.objects("options")}
    if set(texts) != set(order) or len(texts) != len(order):
        raise OrderError(phrase("the order of an item names other options than the item"))
    return ShownItem(
        item_id=item_id,
        type=item.text("type"),
        stem=item.text("stem"),
        option_ids=tuple(order),
        options=tuple(texts[option] for option in order),
        max_mark=item.integer("max_mark"),
    )
