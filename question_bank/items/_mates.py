"""What types share that put something to each of several places: mates to the left of a matching, words or fillings into gaps.

Author and response say it alike: an object, places to mates. A response may leave places out, but says something.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sized

from question_bank.canonical import JSON
from question_bank.draw import Draw
from question_bank.fields import Fields
from question_bank.items._labelled import read_mapping
from question_bank.items._views import ids_in, option_group
from question_bank.items.model import Answered
from question_bank.order import ItemOutline
from question_bank.phrase import Phrase, phrase
from question_bank.problems import Fault


def read_mates(
    field: str, written: JSON, places: Collection[str], known: Collection[str], faults: list[Fault]
) -> dict[str, str]:
    """The mate of each place, one of `known`; where nothing could be read to choose among, that has been said."""
    mates: dict[str, str] = {}
    for place, mate in read_mapping((field,), written, places, faults).items():
        if isinstance(mate, str) and mate in known:
            mates[place] = mate
        elif known:
            message = phrase("there is no option “%(label)s”", label=str(mate)[:40])
            faults.append(Fault("pair_not_an_option", (field, place), message))
    return mates


def shared_faults(field: str, mates: Mapping[str, str], reuse: bool, message: Phrase) -> list[Fault]:
    """No mate serves twice unless `reuse` says so."""
    if reuse or len(set(mates.values())) == len(mates):
        return []
    return [Fault("shared_pair", (field,), message, phrase("write “reuse: true” when one may serve several"))]


def mates_outline(
    type_name: str, item_id: str, view: Mapping[str, JSON], places: tuple[str, str], options: str
) -> ItemOutline:
    """One group, the options; the shape has the ids of the places. `places` is their field and that of an id. Raises DocumentError."""
    fields, (name, place_id) = Fields(dict(view), item_id), places
    shape: dict[str, JSON] = {
        name: [*ids_in(fields.values(name), place_id, item_id)], "reuse": fields.truth("reuse"),
    }  # fmt: skip
    return ItemOutline(item_id, type_name, (option_group(fields.values(options), item_id),), shape)


def made_for_places(response: Mapping[str, object], field: str) -> Mapping[str, object] | str:
    """What a response has for each place, or a code: `unknown_field`, `not_an_object`, `nothing_chosen`."""
    if set(response) != {field}:
        return "unknown_field"
    made = response[field]
    if not isinstance(made, Mapping):
        return "not_an_object"
    return made or "nothing_chosen"


def mates_problem(item: ItemOutline, made: Mapping[str, object], places: JSON, unknown_place: str) -> str | None:
    """Why these cannot be mates for some of the places. Codes: `unknown_place` as given, `unknown_option`, `used_twice`."""
    mates, known = list(made.values()), frozenset(item.option_ids)
    if not all(isinstance(places, list) and place in places for place in made):
        return unknown_place
    if not all(isinstance(mate, str) and mate in known for mate in mates):
        return "unknown_option"
    return "used_twice" if item.shape.get("reuse") is not True and len(set(mates)) != len(mates) else None


def answered_places(made: object, places: object) -> Answered:
    """Wholly when every place has something."""
    whole = isinstance(made, Mapping) and isinstance(places, Sized) and len(made) == len(places)
    return "whole" if whole else "partly"


def wrong_mate(mates: Mapping[str, JSON], options: Collection[str], draw: Draw) -> dict[str, str] | None:
    """One drawn place alone with a drawn mate that is not its own; None when there is no other."""
    if not mates:
        return None
    place = draw.sample(sorted(mates), 1)[0]
    others = [mate for mate in sorted(options) if mate != mates[place]]
    return {place: draw.sample(others, 1)[0]} if others else None
