"""Statistics of forms from what a room knows: the forms, and everybody's responses. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from question_bank.canonical import JSON, encode
from question_bank.form_document import Form
from question_bank.item_stats.distractors import Choices
from question_bank.item_stats.matrix import Matrix
from question_bank.items._choice import given, right_options
from question_bank.marking_scheme import MarkingItem, NeedsMarker, Response
from question_bank.scoring import score

LETTERS = "ABCDEFGHIJ"


@dataclass(frozen=True, slots=True)
class KnownItem:
    """An item of a form: its marking, and what its options say, by id; nothing for types without options to choose."""

    marking: MarkingItem
    options: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class KnownForm:
    """A form as statistics need it."""

    items: tuple[KnownItem, ...]


@dataclass(frozen=True, slots=True)
class Sat:
    """What one candidate did: the form they had, and their responses by item id."""

    candidate: str
    form: KnownForm
    responses: Mapping[str, Response]


def known_form(form: Form) -> KnownForm:
    """A form with its options told apart by what they say: their ids and places differ from form to form."""
    found = []
    for section in form.sections:
        views = section.candidate["items"]
        for view, marking in zip(views if isinstance(views, list) else [], section.marking.items, strict=True):
            if marking.max_mark > 0:
                found.append(KnownItem(marking, _options(view)))
    return KnownForm(tuple(found))


def from_results(sat: Sequence[Sat]) -> tuple[Matrix, Choices]:
    """Marks and choices by bank item, so that candidates of different forms are beside each other.

    Items that earn nothing (predictions) are left out; one that waits for a marker is not known. Options are lettered as in the
    first form that has the item.
    """
    columns: dict[str, KnownItem] = {}
    for one in sat:
        for item in one.form.items:
            columns.setdefault(item.marking.bank_item, item)
    letters = {
        name: dict(zip(item.options.values(), LETTERS, strict=False))
        for name, item in columns.items()
        if item.options and right_options(item.marking)
    }
    rows: list[list[Fraction | None]] = []
    made: list[tuple[frozenset[str] | None, ...]] = []
    for one in sat:
        held = {item.marking.bank_item: item for item in one.form.items}
        rows.append([_share(held[name].marking, one.responses) if name in held else None for name in columns])
        made.append(tuple(_chosen(held.get(name), letters.get(name), one.responses) for name in columns))
    options = {name: tuple(known.values()) for name, known in letters.items()}
    keys = {name: _named(columns[name], known, right_options(columns[name].marking)) for name, known in letters.items()}
    return Matrix.of([*columns], [one.candidate for one in sat], rows), Choices(options, keys, tuple(made))


def _options(view: JSON) -> dict[str, bytes]:
    options = view.get("options") if isinstance(view, dict) else None
    found: dict[str, bytes] = {}
    for option in options if isinstance(options, list) else []:
        if isinstance(option, dict) and isinstance(name := option.get("option_id"), str):
            found[name] = encode(option.get("text"))
    return found


def _share(item: MarkingItem, responses: Mapping[str, Response]) -> Fraction | None:
    mark = score(item, responses.get(item.item_id))
    return None if isinstance(mark, NeedsMarker) else Fraction(mark.marks, item.max_mark)


def _chosen(
    item: KnownItem | None, letters: Mapping[bytes, str] | None, responses: Mapping[str, Response]
) -> frozenset[str] | None:
    if item is None or letters is None:
        return None
    return _named(item, letters, given(responses.get(item.marking.item_id)))


def _named(item: KnownItem, letters: Mapping[bytes, str], ids: frozenset[str]) -> frozenset[str]:
    """Letters of options by their ids in this form."""
    return frozenset(letters[item.options[one]] for one in ids if one in item.options and item.options[one] in letters)
