"""What is on the pages of a form: items numbered through, what the answer sheet has for each, how the key reads. Pure.

Texts stay the nodes that candidates get; the templates build them and never evaluate a word of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from question_bank.canonical import JSON
from question_bank.form_document import Form, FormSection
from question_bank.items._paper import Field, OnPaper, Written, on_paper
from question_bank.marking_scheme import MarkingItem
from question_bank.phrase import Phrase

Say = Callable[[Phrase | str], str]
"""A phrase in the language of the paper."""

OWN = frozenset(("item_id", "type", "stimulus_id", "stem", "max_mark", "plays"))


@dataclass(frozen=True, slots=True)
class Printed:
    """One item on paper; `shape` is None when its type cannot be there. `played` are the sounds and films it names."""

    number: int
    section: int
    view: Mapping[str, JSON]
    marking: MarkingItem
    shape: OnPaper | None
    played: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """What of an item cannot be on paper."""

    number: int
    bank_item: str
    what: str  # a medium's title, or the name of the type


def printed_items(form: Form) -> tuple[Printed, ...]:
    """All items, numbered from 1 through all sections."""
    found: list[Printed] = []
    for place, section in enumerate(form.sections):
        heard = {
            str(one.get("stimulus_id")): _played(one.get("text")) for one in _objects(section.candidate.get("stimuli"))
        }
        for view, marking in zip(_objects(section.candidate.get("items")), section.marking.items, strict=True):
            own = {name: value for name, value in view.items() if name not in OWN}
            shape = on_paper(str(view.get("type")), own, marking.key)
            played = (*heard.get(str(view.get("stimulus_id")), ()), *_played([*view.values()]))
            found.append(Printed(len(found) + 1, place, view, marking, shape, tuple(dict.fromkeys(played))))
    return tuple(found)


def missing(items: Sequence[Printed]) -> tuple[Missing, ...]:
    """Everything that cannot be on paper, item by item."""
    found = []
    for item in items:
        if item.shape is None:
            found.append(Missing(item.number, item.marking.bank_item, str(item.view.get("type"))))
        found += [Missing(item.number, item.marking.bank_item, title) for title in item.played]
    return tuple(found)


def paper_page(form: Form, items: Sequence[Printed], say: Say, language: str) -> dict[str, JSON]:
    """The sections of the question paper with their items and stimuli."""
    sections: list[JSON] = []
    for place, section in enumerate(form.sections):
        here = [item for item in items if item.section == place]
        sections.append({
            "title": section.title.in_language(language),
            "items": [_item(item, say) for item in here],
            "stimuli": _stimuli(section, here),
            "minutes": section.duration_s // 60,
            "marks": _marks(section.marking.max_marks, language),
            "count": len(here),
        })  # fmt: skip
    return {"sections": sections}


def answers_page(items: Sequence[Printed]) -> list[JSON]:
    """The places of the answer sheet: for each item its number and its fields."""
    return [
        {"number": item.number, "fields": [_field(one) for one in item.shape.fields]} for item in items if item.shape
    ]


def key_page(items: Sequence[Printed], say: Say, language: str) -> list[JSON]:
    """The key, item by item: number, what is right, marks, and the item of the bank."""
    rows: list[JSON] = []
    for item in items:
        said = "–"
        if item.shape is not None:
            parts = [(one.label, _said(key, say)) for one, key in zip(item.shape.fields, item.shape.key, strict=True)]
            said = "; ".join(f"{label} {key}".strip() for label, key in parts)
        simple = len(said) <= 10  # letters: several columns of them fit a page
        rows.append({"number": item.number, "key": said, "marks": _marks(item.marking.max_mark, language),
                     "item": item.marking.bank_item, "simple": simple})  # fmt: skip
    return rows


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a form: its digest, media type and size in pixels."""

    sha256: str
    media_type: str
    width: int
    height: int


def pictures(form: Form) -> tuple[Picture, ...]:
    """All pictures of a form, each once; sound and film are not printed."""
    found: dict[str, Picture] = {}
    for section in form.sections:
        for node in _nodes([section.candidate.get("items"), section.candidate.get("stimuli")]):
            if node.get("k") == "picture":
                width, height = (
                    value if isinstance(value := node.get(side), int) else 0 for side in ("width", "height")
                )
                one = Picture(str(node.get("sha256")), str(node.get("type")), width, height)
                found.setdefault(one.sha256, one)
    return tuple(found.values())


def _item(item: Printed, say: Say) -> JSON:
    shape = item.shape
    return {
        "number": item.number,
        "stem": item.view.get("stem"),
        "stimulus": item.view.get("stimulus_id"),
        "asks": [*shape.asks] if shape else [],
        "hint": say(shape.hint) if shape and shape.hint else "",
        "gaps": dict(shape.gaps) if shape else {},
        "lacks": shape is None,
        "played": [*item.played],
    }


def _stimuli(section: FormSection, items: Sequence[Printed]) -> dict[str, JSON]:
    """Each stimulus with its first and last item."""
    found: dict[str, JSON] = {}
    for one in _objects(section.candidate.get("stimuli")):
        name = str(one.get("stimulus_id"))
        numbers = [item.number for item in items if item.view.get("stimulus_id") == name]
        if numbers:
            found[name] = {"title": one.get("title"), "text": one.get("text"), "first": numbers[0], "last": numbers[-1]}
    return found


def _field(one: Field) -> JSON:
    return {"kind": one.kind, "label": one.label, "labels": [*one.labels], "size": one.size}


def _said(key: Written, say: Say) -> str:
    parts = key if isinstance(key, tuple) else (key,)
    return "".join(say(part) for part in parts)


def _marks(marks: int, language: str) -> str:
    text = f"{marks // 100}.{marks % 100:02d}".rstrip("0").rstrip(".")
    return text.replace(".", ",") if language == "vi" else text


def _objects(value: JSON) -> list[Mapping[str, JSON]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _played(value: JSON) -> tuple[str, ...]:
    """The titles of sounds and films in a text, at any depth."""
    return tuple(str(node.get("label")) for node in _nodes(value) if node.get("k") in ("audio", "video"))


def _nodes(value: JSON) -> Iterator[Mapping[str, JSON]]:
    """Every object at any depth; the depth of a text is bounded where it is read."""
    if isinstance(value, dict):
        yield value
        value = [*value.values()]
    if isinstance(value, list):
        for one in value:
            yield from _nodes(one)
