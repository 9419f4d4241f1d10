"""The sample bank: neither the length nor the letter of an option says which one is right."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from question_bank.formats.folder import read_bank
from question_bank.items._choice import Choice
from question_bank.items.multiple_choice import MultipleChoice
from question_bank.items.single_choice import SingleChoice

SAMPLES = Path(__file__).resolve().parent.parent.parent / "question_bank" / "samples"
CHI2_P20 = {3: 4.642, 4: 5.989}  # upper 20 % points of chi-square: below them an even spread is not in doubt
MOST_FOR_ONE_RULE = 0.30  # of the marks by always choosing one length; guessing earns 0.25
MOST_IN_A_TOPIC = 0.35  # the same within one topic's 33 items, where one item is 3 %
EXTREME_KEYS = 0.20  # of multiple-choice items may have exactly the longest (or shortest) options as key; chance: 0.10
LONG_OPTION = 40  # characters; below that, names and numbers have the lengths they have
MOST_SPREAD = 1.6  # longest over shortest option of an item with a long option


@pytest.fixture(scope="module")
def items() -> list[Choice]:
    """Every item of the sample bank; all of them are choices."""
    found = read_bank(SAMPLES / "bank").bank.items
    choices = [item for item in found if isinstance(item, Choice)]
    assert len(choices) == len(found)
    return choices


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
