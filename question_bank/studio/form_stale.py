"""Whether an item in a form is still what the bank has: its own words and key, its shared text, its pictures and recordings. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from question_bank.canonical import JSON
from question_bank.content import Medium, parse, walk
from question_bank.form_document import FormSection
from question_bank.items._paper import objects
from question_bank.items.model import Item, Stimulus
from question_bank.marking_scheme import MarkingItem
from question_bank.showing import MediumFile, shown

Label = tuple[str, str]
"""What a file shows as its author says, and its digest."""


def is_stale(
    section: FormSection, marked: MarkingItem, item: Item, stimulus: Stimulus | None, media: Mapping[str, MediumFile]
) -> bool:
    """Whether drawing the item now would give candidates or markers something else.

    An item's digest has the names of its shared text and files, not what those say: they are looked at by themselves.
    """
    if item.sha256() != marked.item_sha256:
        return True
    views = {str(one.get("item_id")): one for one in objects(section.candidate.get("items"))}
    view = views[marked.item_id]
    texts = [text for path, text in item.texts() if path != ("explanation",)]  # no candidate gets that one
    if Counter(_files_of(view)) - Counter(_files_named(texts, media)):
        return True
    return _another_stimulus(section, str(view.get("stimulus_id") or ""), stimulus, media)


def _another_stimulus(
    section: FormSection, identity: str, stimulus: Stimulus | None, media: Mapping[str, MediumFile]
) -> bool:
    if not identity:
        return False  # that the item has one now would be in its digest
    known = {str(one.get("stimulus_id")): one for one in objects(section.candidate.get("stimuli"))}
    try:
        now = [shown(text, media, {}) for text in (stimulus.title, stimulus.text)] if stimulus else []
    except KeyError:  # a file or gap that the bank does not have
        return True
    return now != [known[identity].get("title"), known[identity].get("text")]


def _files_of(value: JSON | Mapping[str, JSON]) -> Iterator[Label]:
    """Every file in what a candidate gets."""
    if isinstance(value, Mapping):
        if isinstance(sha256 := value.get("sha256"), str):
            yield str(value.get("label")), sha256
        for inner in value.values():
            yield from _files_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _files_of(inner)


def _files_named(texts: Iterable[str], media: Mapping[str, MediumFile]) -> Iterator[Label]:
    """Every file that the texts name, as the bank has it now."""
    for text in texts:
        for node in walk(parse(text)[0]) if "{{" in text else ():
            if isinstance(node, Medium) and node.name in media:
                yield node.label, media[node.name].sha256
