"""The paper as one candidate sees it: the sealed part decrypted in memory, laid out in this candidate's order.

Nothing of it touches the disk. Ids in it are drawn by lot and tell nothing of keys, so the page gets them as they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from client_kiosk.agent import Passage
from client_kiosk.errors import OrderError
from client_kiosk.media import PaperMedia
from question_bank.canonical import JSON
from question_bank.fields import Fields
from question_bank.items import item_type, response_problem
from question_bank.order import ItemOutline
from question_bank.outline import item_outline
from question_bank.phrase import phrase
from question_bank.sealed import Package
from question_bank.sealed_keys import parse_public_key
from question_bank.simulators import Simulator, read_world
from server.protocol.situation import Paper

_COMMON = ("item_id", "type", "stimulus_id", "stem", "max_mark", "plays")


@dataclass(frozen=True, slots=True)
class ShownItem:
    """One item in its place. `view` is its type's own part, every list of options in this candidate's order.

    `plays` is how often sound or film may be started (0: no limit).
    """

    item_id: str
    type: str
    stimulus_id: str
    stem: JSON
    view: Mapping[str, JSON]
    max_mark: int  # hundredths
    plays: int
    outline: ItemOutline
    simulator: Simulator | None = None
    world: JSON = None  # of its simulator; pages never get it


@dataclass(frozen=True, slots=True)
class ShownStimulus:
    """What several items ask about."""

    stimulus_id: str
    title: str
    text: JSON


@dataclass(frozen=True, slots=True)
class ShownPaper:
    """An open section in one candidate's order; `media` gives its pictures and recordings."""

    attempt_id: str
    part: int
    form_id: str
    title: Mapping[str, JSON]
    items: tuple[ShownItem, ...]
    stimuli: tuple[ShownStimulus, ...]
    media: PaperMedia

    def item(self, number: int) -> ShownItem | None:
        """The item at a 1-based place."""
        return self.items[number - 1] if 1 <= number <= len(self.items) else None

    @property
    def passage(self) -> Passage:
        """Which records are of this paper."""
        return Passage(self.part, self.form_id, frozenset(item.item_id for item in self.items))

    def problem(self, number: int, response: Mapping[str, object]) -> str | None:
        """Why this cannot be a response to the item at a place (a code), or None."""
        item = self.item(number)
        return "unknown_item" if item is None else response_problem(item.outline, response)


def open_paper(package_file: Path, signer_line: str, room_version: str, paper: Paper) -> ShownPaper:
    """Decrypt this machine's staged copy with the section's identity, in memory.

    Raises SealError (not the package that was sealed, wrong identity) or OrderError (the order names other items).
    """
    package = Package.open_file(package_file, parse_public_key(signer_line).raw, room_version)
    part = package.candidate(paper.section_id, paper.identity)
    return _laid_out(part.document, paper, PaperMedia(package, part, paper.identity))


def _laid_out(document: Mapping[str, JSON], paper: Paper, media: PaperMedia) -> ShownPaper:
    fields = Fields(dict(document), "candidate")
    items = {item.text("item_id"): item.rest() for item in fields.objects("items")}
    if set(items) != set(paper.order.item_ids) or len(items) != len(paper.order.item_ids):
        raise OrderError(phrase("the order of this paper names other items than the paper"))
    stimuli = tuple(
        ShownStimulus(one.text("stimulus_id"), one.text("title"), one.value("text"))
        for one in fields.objects("stimuli")
    )
    title = document["title"]
    return ShownPaper(
        attempt_id=paper.attempt_id,
        part=paper.part,
        form_id=paper.form_id,
        title=title if isinstance(title, dict) else {},
        items=tuple(
            _shown({"item_id": item_id, **items[item_id]}, paper.order.option_ids.get(item_id, ()))
            for item_id in paper.order.item_ids
        ),
        stimuli=stimuli,
        media=media,
    )


def _shown(item: Mapping[str, JSON], order: Sequence[str]) -> ShownItem:
    fields = Fields(dict(item), "item")
    found = ShownItem(
        item_id=str(item["item_id"]),
        type=fields.text("type"),
        stimulus_id=fields.text("stimulus_id"),
        stem=fields.value("stem"),
        view={},
        max_mark=fields.integer("max_mark"),
        plays=fields.integer("plays"),
        outline=item_outline(Fields(dict(item), "item")),
    )
    if sorted(found.outline.option_ids) != sorted(order):
        raise OrderError(phrase("the order of an item names other options than the item"))
    if item_type(found.type).ACTS:
        simulator, world = read_world(_variant(fields))
        simulator.initial(world)
        return replace(found, simulator=simulator, world=world)
    places = {option_id: place for place, option_id in enumerate(order)}
    view = {name: _ordered(value, places) for name, value in item.items() if name not in _COMMON}
    return replace(found, view=view)


def _variant(item: Fields) -> JSON:
    """The world of the one variant there is."""
    variants = item.objects("variants")
    if len(variants) != 1:
        raise OrderError(phrase("the order of this paper names no variant of an item"))
    return variants[0].value("world")


def _ordered(value: JSON, places: Mapping[str, int]) -> JSON:
    """The value with every list of options in this candidate's order."""
    if isinstance(value, dict):
        return {name: _ordered(part, places) for name, part in value.items()}
    if not isinstance(value, list):
        return value
    found = [_ordered(part, places) for part in value]
    return sorted(found, key=lambda part: _place(part, places)) if all(map(_is_option, found)) else found


def _is_option(value: JSON) -> bool:
    return isinstance(value, dict) and isinstance(value.get("option_id"), str)


def _place(option: JSON, places: Mapping[str, int]) -> int:
    assert isinstance(option, dict)
    return places[str(option["option_id"])]
