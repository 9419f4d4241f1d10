"""The sample bank: every type is there, and neither the length, the place nor the letter of an answer says that it is right."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path

import pytest

from question_bank.bank import Bank
from question_bank.content import media_names, parse, plain_words
from question_bank.form import SetName, assemble_sets
from question_bank.formats.blueprint import read_blueprint_file
from question_bank.formats.folder import read_bank
from question_bank.items import types
from question_bank.items._choice import Choice
from question_bank.items.cloze import Cloze
from question_bank.items.drag_words import DragWords
from question_bank.items.hotspot import Hotspot
from question_bank.items.matching import Matching
from question_bank.items.model import Item, Level
from question_bank.items.multiple_choice import MultipleChoice
from question_bank.items.single_choice import SingleChoice
from question_bank.items.true_false import TrueFalse
from question_bank.items.true_false_4 import TrueFalse4
from scripts import sample_pictures

SAMPLES = Path(__file__).resolve().parent.parent.parent / "question_bank" / "samples"
CHI2_P20 = {3: 4.642, 4: 5.989}  # upper 20 % points of chi-square: below them an even spread is not in doubt
MOST_FOR_ONE_RULE = 0.30  # of the marks by always choosing one length; guessing earns 0.25
MOST_IN_A_TOPIC = 0.35  # the same within one topic's 33 items, where one item is 3 %
EXTREME_KEYS = 0.20  # of multiple-choice items may have exactly the longest (or shortest) options as key; chance: 0.10
LONG_OPTION = 40  # characters; below that, names and numbers have the lengths they have
MOST_SPREAD = 1.6  # longest over shortest option of an item with a long option
LEAST_OF_A_TYPE = 2  # items of each type, so that both sets of a round can have one
MOST_FIRST = 0.5  # of the gaps and pairs whose right one is written first: chance gives a third to a quarter
LEAST_REGION, MOST_REGION = 0.003, 0.2  # of a picture: large enough for a hand, too small to be hit by chance
MOST_ALIKE = 0.6  # of the words of two items that are the same; above it they are one item written twice


@pytest.fixture(scope="module")
def bank() -> Bank:
    """The whole sample bank."""
    return read_bank(SAMPLES / "bank").bank


@pytest.fixture(scope="module")
def items(bank: Bank) -> list[Choice]:
    """The choices of the sample bank whose options are words."""
    choices = [item for item in bank.items if isinstance(item, Choice)]
    return [item for item in choices if not any("{{" in option.text for option in item.options)]


def single(items: Iterable[Choice]) -> list[Choice]:
    """The single-choice items with four options, which the counts below are about."""
    return [item for item in items if isinstance(item, SingleChoice) and len(item.options) == 4]


def lengths(item: Choice) -> dict[str, int]:
    """Characters of each option, by the label its author gave it."""
    return {option.label: len(option.text) for option in item.options}


def places_of_keys(items: Iterable[Choice]) -> list[float]:
    """How many keys are the shortest, second, third and longest of four; a tie counts in equal parts."""
    places = [0.0] * 4
    for item in items:
        length, (key,) = lengths(item), item.key
        shorter = sum(other < length[key] for other in length.values())
        same = sum(other == length[key] for other in length.values())
        for place in range(shorter, shorter + same):
            places[place] += 1 / same
    return places


def chi_square(counts: Iterable[float]) -> float:
    """Distance of the counts from an even spread."""
    seen = list(counts)
    even = sum(seen) / len(seen)
    return sum((count - even) ** 2 / even for count in seen)


def by_topic(items: Iterable[Choice]) -> Mapping[str, list[Choice]]:
    """The items of each topic."""
    topics: dict[str, list[Choice]] = defaultdict(list)
    for item in items:
        topics[item.common.topic].append(item)
    return topics


def test_the_length_of_an_option_does_not_say_that_it_is_right(items: list[Choice]) -> None:
    places = places_of_keys(single(items))
    assert chi_square(places) < CHI2_P20[3], places
    assert max(places) / sum(places) <= MOST_FOR_ONE_RULE, places


def test_the_length_of_an_option_says_nothing_within_a_topic_either(items: list[Choice]) -> None:
    for topic, own in by_topic(single(items)).items():
        places = places_of_keys(own)
        assert chi_square(places) < CHI2_P20[3], (topic, places)
        assert max(places) / sum(places) <= MOST_IN_A_TOPIC, (topic, places)


def test_the_letters_of_single_choice_keys_are_spread_evenly(items: list[Choice]) -> None:
    for own in (single(items), *by_topic(single(items)).values()):
        letters = Counter(item.key[0] for item in own)
        assert chi_square([letters[letter] for letter in "ABCD"]) < CHI2_P20[3], letters


def test_the_letters_of_multiple_choice_keys_are_spread_evenly(items: list[Choice]) -> None:
    letters = Counter(label for item in items if isinstance(item, MultipleChoice) for label in item.key)
    assert chi_square([letters[letter] for letter in "ABCDE"]) < CHI2_P20[4], letters


def test_multiple_choice_keys_are_not_the_longest_or_the_shortest_options(items: list[Choice]) -> None:
    several = [item for item in items if isinstance(item, MultipleChoice)]
    extremes, places = Counter[str](), list[float]()
    for item in several:
        length, key = lengths(item), set(item.key)
        keyed = [length[label] for label in length if label in key]
        others = [length[label] for label in length if label not in key]
        extremes["longest"] += min(keyed) > max(others)
        extremes["shortest"] += max(keyed) < min(others)
        wins = sum((mine > other) + (mine == other) / 2 for mine in keyed for other in others)
        places.append(wins / (len(keyed) * len(others)))
    assert max(extremes.values()) <= EXTREME_KEYS * len(several), extremes
    assert 0.4 <= sum(places) / len(places) <= 0.6  # how often a right option is longer than a wrong one


def test_the_options_of_an_item_have_comparable_lengths(items: list[Choice]) -> None:
    uneven = {
        item.id: sorted(lengths(item).values())
        for item in single(items)
        if max(lengths(item).values()) >= LONG_OPTION
        and max(lengths(item).values()) > MOST_SPREAD * min(lengths(item).values())
    }
    assert uneven == {}


def of(bank: Bank, kind: type[Item]) -> list[Item]:
    """The items of a type; there are some."""
    found = [item for item in bank.items if isinstance(item, kind)]
    assert found
    return found


def test_the_sample_bank_has_items_of_every_type_topic_and_level(bank: Bank) -> None:
    counted = Counter(item.NAME for item in bank.items)
    assert {name: counted[name] for name in types() if counted[name] < LEAST_OF_A_TYPE} == {}
    cells = Counter((item.common.topic, item.common.level) for item in bank.items)
    assert len(cells) == 5 * len(Level)
    assert min(cells.values()) >= 5
    assert len(bank.items) >= 320


def test_more_is_applied_than_recognised(bank: Bank) -> None:
    counted = Counter(item.common.level for item in bank.items)
    applied = counted[Level.VAN_DUNG] + counted[Level.VAN_DUNG_CAO]
    assert counted[Level.NHAN_BIET] < counted[Level.VAN_DUNG]
    assert applied >= 0.4 * len(bank.items)


def test_true_and_false_are_equally_often_right(bank: Bank) -> None:
    truths = [item.key for item in bank.items if isinstance(item, TrueFalse)]
    assert 0.35 <= sum(truths) / len(truths) <= 0.65
    judged = [
        (one.label, one.label in item.key)
        for item in bank.items
        if isinstance(item, TrueFalse4)
        for one in item.statements
    ]
    assert 0.4 <= sum(truth for _, truth in judged) / len(judged) <= 0.6
    for label in "abcd":
        own = [truth for one, truth in judged if one == label]
        assert 0.25 <= sum(own) / len(own) <= 0.8, label


def test_a_true_statement_is_not_the_longest_or_the_shortest_one(bank: Bank) -> None:
    wins = [
        (len(true.text) > len(false.text)) + (len(true.text) == len(false.text)) / 2
        for item in bank.items
        if isinstance(item, TrueFalse4)
        for true in item.statements
        for false in item.statements
        if true.label in item.key and false.label not in item.key
    ]
    assert 0.35 <= sum(wins) / len(wins) <= 0.65, sum(wins) / len(wins)


def test_the_right_option_of_a_gap_is_not_mostly_the_first(bank: Bank) -> None:
    chosen = [
        gap for item in bank.items if isinstance(item, Cloze) for gap in item.gaps.values() if gap.kind == "choice"
    ]
    first = sum(gap.key == gap.options[0].label for gap in chosen)
    assert first / len(chosen) <= MOST_FIRST, (first, len(chosen))


def test_pairs_do_not_stand_beside_each_other_and_something_is_left_over(bank: Bank) -> None:
    for item in bank.items:
        if isinstance(item, Matching):
            beside = sum("ABCDEFGHIJKL"[int(left) - 1] == right for left, right in item.pairs.items())
            assert item.reuse or beside <= 1, item.id
            assert item.reuse or len(item.right) > len(item.left), item.id
        if isinstance(item, DragWords):
            assert len(item.choices) > len(item.gaps), item.id


def test_regions_of_pictures_can_be_hit_but_not_by_chance(bank: Bank) -> None:
    for item in of(bank, Hotspot):
        assert isinstance(item, Hotspot)
        for region in item.regions:
            xs, ys = region.numbers[::2], region.numbers[1::2]
            area = (max(xs) - min(xs)) * (max(ys) - min(ys)) / 10_000**2
            assert LEAST_REGION <= area <= MOST_REGION, (item.id, area)


def test_no_two_items_say_nearly_the_same(bank: Bank) -> None:
    words = {item.id: frozenset(plain_words(parse(" ".join(item.words()))[0]).split()) for item in bank.items}
    ids = sorted(words)
    alike = {
        (one, other): round(len(words[one] & words[other]) / len(words[one] | words[other]), 2)
        for at, one in enumerate(ids)
        for other in ids[at + 1 :]
        if len(words[one] & words[other]) > MOST_ALIKE * len(words[one] | words[other])
    }
    assert alike == {}


def test_every_picture_and_sound_is_shown_somewhere_and_is_what_the_script_draws(bank: Bank) -> None:
    texts = [text for item in bank.items for _, text in item.texts()] + [one.text for one in bank.stimuli.values()]
    named = frozenset(name for text in texts for name in media_names(text))
    assert named == frozenset(bank.media)
    drawn = dict(sample_pictures.files())
    assert {name for name in named if (SAMPLES / "bank" / "media" / name).read_bytes() != drawn.get(name)} == set()


def test_items_that_share_a_stimulus_stand_together(bank: Bank) -> None:
    shared = [item.common.stimulus for item in bank.items]
    runs = [new for old, new in pairwise(["", *shared]) if new and new != old]
    assert runs
    assert len(runs) == len(set(runs))
    assert min(Counter(one for one in shared if one).values()) >= 2


@pytest.mark.parametrize("name", ["tien-giang", "nhieu-dang"])
def test_both_sets_of_each_sample_blueprint_can_be_drawn_from_the_whole_bank(bank: Bank, name: str) -> None:
    blueprint = read_blueprint_file(SAMPLES / "blueprints" / f"{name}.yaml").blueprint
    assert blueprint is not None
    forms = assemble_sets(bank, blueprint, bytes(32), tuple(SetName))
    assert isinstance(forms, tuple), forms
    assert [len(form.bank_items) for form in forms] == [blueprint.item_count] * 2
    assert not forms[0].bank_items & forms[1].bank_items


def test_the_blueprint_of_many_types_uses_them_and_the_multiple_choice_one_does_not(bank: Bank) -> None:
    used = {}
    for name in ("tien-giang", "nhieu-dang"):
        blueprint = read_blueprint_file(SAMPLES / "blueprints" / f"{name}.yaml").blueprint
        assert blueprint is not None
        forms = assemble_sets(bank, blueprint, bytes(32), tuple(SetName))
        assert isinstance(forms, tuple)
        kinds = {item.id: item.NAME for item in bank.items}
        used[name] = {kinds[one] for form in forms for one in form.bank_items}
    assert used["tien-giang"] == {"single_choice", "multiple_choice"}
    assert len(used["nhieu-dang"]) >= 12
