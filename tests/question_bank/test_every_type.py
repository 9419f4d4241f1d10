"""What holds for every item type alike: read and written, placed without a trace of the key, answered, marked."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.canonical import JSON, encode
from question_bank.draw import Draw
from question_bank.formats.authoring import read_items, write_items
from question_bank.ids import FreshIds
from question_bank.items import item_type, response_problem, rules, types
from question_bank.items.model import Item
from question_bank.items.ordering import Ordering
from question_bank.marking_scheme import MarkingItem, MarkingSection, Marks, NeedsMarker, Response, parse_section
from question_bank.order import ItemOutline, SectionOutline, attempt_order
from question_bank.problems import Fault
from question_bank.scoring import Mark, score
from question_bank.showing import MediumFile, shown
from question_bank.studio.preview import preview

VECTOR = Path(__file__).resolve().parent.parent / "vectors" / "items" / "good_types.yaml"
MEDIA = {"van-ban.png": MediumFile("ab" * 32, "image/png", 1000, 800, 600)}
FILE = read_items(VECTOR.read_bytes(), "good_types.yaml")
ITEMS = [found.item for found in FILE.items if found.item is not None]
BY_TYPE = {item.NAME: item for item in ITEMS}
# Marked by people, or never.
NO_RULE = {"essay", "file_task", "prediction"}

every_item = pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.NAME)
seeds = st.binary(min_size=32, max_size=32)


def placed(
    item: Item, seed: bytes = bytes(32), rule: str = "", max_mark: int = 100
) -> tuple[dict[str, JSON], ItemOutline, MarkingItem]:
    """What candidates see, its outline, its marking."""
    draw = Draw(seed, "x")
    made = item.place(draw, FreshIds(draw), lambda text: shown(text, MEDIA, {}))
    stem = shown(item.common.stem, MEDIA, made.gaps)
    view: dict[str, JSON] = {"stem": stem, **made.view}
    marking = MarkingItem(
        "iaaaaaaa", rule or next(iter(item.RULES)), made.key, Marks(max_mark), item.id, "00" * 32, "nhan_biet", "chu-de"
    )
    own = {name: value for name, value in view.items() if name != "stem"}
    return view, type(item).outline("iaaaaaaa", own), marking


def marked(item: Item, marking: MarkingItem, response: Response | None) -> int:
    mark = score(marking, response)
    assert isinstance(mark, Mark)
    return mark.marks


def test_there_is_an_item_of_every_type() -> None:
    assert FILE.problems == ()
    assert set(BY_TYPE) == set(types())


def test_items_read_back_as_they_were_written() -> None:
    text = write_items(FILE.topic, FILE.title, ITEMS, [one.stimulus for one in FILE.stimuli if one.stimulus])
    again = read_items(text.encode(), "again.yaml")
    assert again.problems == ()
    assert [found.item for found in again.items] == ITEMS
    assert [found.stimulus for found in again.stimuli] == [found.stimulus for found in FILE.stimuli]


@every_item
def test_the_right_response_earns_everything_and_the_wrong_one_nothing(item: Item) -> None:
    for rule in item.RULES:
        _, outline, marking = placed(item, rule=rule)
        right = item.right_response(outline, marking)
        wrong = item.wrong_response(outline, marking, Draw(bytes(32), "wrong"))
        if item.NAME in NO_RULE:
            assert right is None
            continue
        assert right is not None
        assert wrong is not None
        assert response_problem(outline, right) is None
        assert response_problem(outline, wrong) is None
        assert (marked(item, marking, right), marked(item, marking, wrong)) == (100, 0), rule
        assert item.answered(outline, right) == "whole"


@every_item
def test_what_a_wrong_response_costs_is_taken_off_and_no_response_costs_nothing(item: Item) -> None:
    if item.NAME in NO_RULE:
        return
    _, outline, marking = placed(item)
    wrong = item.wrong_response(outline, marking, Draw(bytes(32), "wrong"))
    assert marked(item, replace(marking, penalty=Marks(25), floor=Marks(-25)), wrong) == -25
    assert marked(item, replace(marking, penalty=Marks(25), floor=Marks(-10)), wrong) == -10
    assert marked(item, replace(marking, penalty=Marks(25), floor=Marks(-25)), None) == 0


@every_item
def test_a_document_of_the_marking_reads_back(item: Item) -> None:
    _, _, marking = placed(item)
    section = MarkingSection("saaaaa", "faaaaaaa", (marking,))
    assert parse_section(section.document()) == section


@given(seeds)
def test_candidates_see_the_same_whatever_the_key(seed: bytes) -> None:
    for other in rekeyed():
        item = BY_TYPE[other.NAME]
        assert item != other
        (before, first, old), (after, second, new) = placed(item, seed), placed(other, seed)
        assert encode(before) == encode(after), item.NAME
        assert first == second
        assert old.key != new.key, item.NAME


def rekeyed() -> list[Item]:
    """Items of the vector with another key and nothing else changed."""
    text = VECTOR.read_text(encoding="utf-8")
    for old, new in {
        "    key: A\n": "    key: C\n",
        "key: [A, B]": "key: [C, D]",
        "weights: {A: 50, B: 50, C: -50, D: -50}": "weights: {A: -50, B: -50, C: 40, D: 60}",
        "key: đúng": "key: sai",
        "key: [a, b, d]": "key: []",
        "pairs: {1: B, 2: A, 3: C}": "pairs: {1: A, 2: D, 3: C}",
        "{value: 3, tolerance: \"0,1\"}": "{value: 30, tolerance: 5}",
        "{unit: phút, factor: 60}": "{unit: phút, factor: 61}",
        "answers: [Hòa Bình, ": "answers: [Kinh Bắc xưa và nay, Bắc Ninh, ",
        "answers: [30], weight: 2": "answers: [31, 32], weight: 5",
        "answers: [văn thư]": "answers: [lưu trữ quốc gia]",
        "        key: B": "        key: A",
        "{rectangle: 5500 1000 9500 1500}": "{polygon: 0 0 10 0 10 10}",
        "gaps: {mot: 1, hai: 2}": "gaps: {mot: 3, hai: 1}",
        "Nêu đúng thực trạng, percent: 40": "Nêu sai thực trạng, percent: 40",
    }.items():  # fmt: skip
        assert old in text, old
        text = text.replace(old, new)
    found = read_items(text.encode(), "rekeyed.yaml")
    assert [problem for problem in found.problems if not problem.is_warning] == []
    return [one.item for one in found.items if one.item is not None and one.item != BY_TYPE[one.item.NAME]]


def test_every_type_with_a_key_is_rekeyed_above() -> None:
    # An order is its key: other entries first is another item.
    assert {item.NAME for item in rekeyed()} == set(types()) - {"prediction", "file_task", "ordering"}


@given(seeds)
def test_ids_of_an_order_tell_nothing_of_it(seed: bytes) -> None:
    """An order is its key: entries written the other way round get the same ids at the same places."""
    item = BY_TYPE["ordering"]
    assert isinstance(item, Ordering)
    (shown_first, _, first), (shown_second, _, second) = (
        placed(one, seed) for one in (item, replace(item, entries=item.entries[::-1]))
    )
    ids = [
        [str(one["option_id"]) for one in view["entries"] if isinstance(one, dict)]
        for view in (shown_first, shown_second)
        if isinstance(view["entries"], list)
    ]
    assert ids[0] == ids[1]
    assert isinstance(first.key, list)
    assert first.key == second.key, "the same places are the right ones"
    assert sorted(map(str, first.key)) == sorted(ids[0])


def test_entries_stand_in_every_order_as_often_and_not_in_the_right_one_first() -> None:
    item = BY_TYPE["ordering"]
    orders: Counter[tuple[int, ...]] = Counter()
    ranks: Counter[tuple[int, ...]] = Counter()
    for number in range(720):
        view, outline, marking = placed(item, number.to_bytes(32))
        assert isinstance(marking.key, list)
        orders[tuple(marking.key.index(one) for one in outline.option_ids)] += 1
        ranks[tuple(marking.key.index(one) for one in sorted(outline.option_ids))] += 1
        entries = view["entries"]
        assert isinstance(entries, list)
        assert [one["option_id"] for one in entries if isinstance(one, dict)] == [*outline.option_ids]
    for found in (orders, ranks):  # as they stand, and by their ids
        assert len(found) == 24, "four entries have so many orders"
        assert all(10 <= times <= 60 for times in found.values()), "thirty times each, more or less"


def option_texts(view: JSON) -> list[JSON]:
    """The texts of everything that has an option's id, as they stand."""
    if isinstance(view, list):
        return [text for one in view for text in option_texts(one)]
    if not isinstance(view, dict):
        return []
    own = [view["text"]] if "option_id" in view else []
    return own + [text for one in view.values() for text in option_texts(one)]


@pytest.mark.parametrize(
    "name", ["single_choice", "multiple_choice", "true_false_4", "matching", "drag_words", "cloze"]
)
def test_options_that_are_not_to_be_mixed_stand_as_their_author_wrote_them_for_everybody(name: str) -> None:
    item = BY_TYPE[name]
    shown_item = preview(item, None, MEDIA)["item"]
    assert isinstance(shown_item, dict)
    written = option_texts(shown_item["view"])
    assert len(written) > 1
    kept = replace(item, common=replace(item.common, shuffle=False))
    mixed: set[bytes] = set()
    for number in range(20):
        seed = number.to_bytes(32)
        view, outline, _ = placed(kept, seed)
        assert option_texts(view) == written
        section = SectionOutline("saaaaa", "faaaaaaa", (outline,))
        assert attempt_order(section, seed).option_ids[outline.item_id] == outline.option_ids
        mixed.add(encode(option_texts(placed(item, seed)[0])))
    assert len(mixed) > 1, "without that they are mixed"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["oaaaaa", "12,5"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=10,
)
FIELDS = ("options", "truth", "truths", "pairs", "order", "number", "unit", "text", "gaps", "points")


@given(st.sampled_from(ITEMS), st.dictionaries(st.sampled_from(FIELDS), json_values, max_size=2))
def test_no_response_whatever_it_is_breaks_a_type(item: Item, response: dict[str, JSON]) -> None:
    for rule in item.RULES:
        _, outline, marking = placed(item, rule=rule)
        problem = response_problem(outline, response)
        assert problem is None or problem.isidentifier()
        if problem is None:
            assert item.answered(outline, response) in ("whole", "partly")
        mark = score(marking, response)
        assert isinstance(mark, NeedsMarker) or 0 <= mark.marks <= 100


@given(st.sampled_from(sorted(set(types()) - NO_RULE)), st.integers(1, 10**5))
def test_full_marks_are_the_maximum_however_odd_it_is(name: str, max_mark: int) -> None:
    item = BY_TYPE[name]
    for rule in item.RULES:
        _, outline, marking = placed(item, rule=rule, max_mark=max_mark)
        assert marked(item, marking, item.right_response(outline, marking)) == max_mark


def choose(marking: MarkingItem, *labels: str) -> Response:
    """The named options of the multiple-choice vector; its ids were drawn, so they are found by their weight."""
    assert isinstance(marking.key, dict)
    right, every = marking.key["right"], marking.key["options"]
    assert isinstance(right, list)
    assert isinstance(every, list)
    wrong = sorted(str(one) for one in every if one not in right)
    named = dict(zip("AB", sorted(map(str, right)), strict=True)) | dict(zip("CD", wrong, strict=True))
    return {"options": sorted(named[label] for label in labels)}


@pytest.mark.parametrize(
    ("rule", "labels", "expected"),
    [
        ("all_or_nothing", "AB", 100), ("all_or_nothing", "A", 0), ("all_or_nothing", "ABC", 0),
        ("sum_clipped", "A", 50), ("sum_clipped", "AC", 0), ("sum_clipped", "ABC", 50), ("sum_clipped", "CD", 0),
        ("net_correct", "A", 50), ("net_correct", "ABC", 50), ("net_correct", "ABCD", 0), ("net_correct", "C", 0),
        ("each_decision", "AB", 100), ("each_decision", "A", 75), ("each_decision", "AC", 50),
        ("each_decision", "ABCD", 50), ("each_decision", "CD", 0),
    ],
)  # fmt: skip
def test_partial_credit_of_multiple_choice(rule: str, labels: str, expected: int) -> None:
    item = BY_TYPE["multiple_choice"]
    _, _, marking = placed(item, rule=rule)
    assert marked(item, marking, choose(marking, *labels)) == expected


@pytest.mark.parametrize(("right", "expected"), [(0, 0), (1, 10), (2, 25), (3, 50), (4, 100)])
def test_four_statements_are_marked_by_their_table(right: int, expected: int) -> None:
    item = BY_TYPE["true_false_4"]
    _, outline, marking = placed(item)
    assert isinstance(marking.key, dict)
    truths = {one: (truth if at < right else not truth) for at, (one, truth) in enumerate(sorted(marking.key.items()))}
    assert marked(item, marking, {"truths": truths}) == expected
    only = {one: truth for at, (one, truth) in enumerate(sorted(marking.key.items())) if at < right}
    assert marked(item, marking, {"truths": only} if only else None) == expected, "a statement not judged is not right"
    assert item.answered(outline, {"truths": only}) == ("whole" if right == 4 else "partly")


@pytest.mark.parametrize(
    ("number", "unit", "expected"),
    [
        ("3", "giây", 100), ("3,1", "giây", 100), ("2.9", "giây", 100), ("3,11", "giây", 0), ("24", "giây", 25),
        ("0,05", "phút", 100), ("1/20", "phút", 100), ("3", "phút", 0), ("3", None, 0),
    ],
)  # fmt: skip
def test_numbers_count_within_their_tolerance_and_in_their_unit(number: str, unit: str | None, expected: int) -> None:
    item = BY_TYPE["numeric"]
    view, outline, marking = placed(item)
    units = view["units"]
    assert isinstance(units, list)
    ids = {str(one["text"]): str(one["option_id"]) for one in units if isinstance(one, dict)}
    response: Response = {"number": number, "unit": ids.get(unit or "")}
    assert response_problem(outline, response) is None
    assert marked(item, marking, response) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hòa Bình", 100), ("hoà bình", 100), ("  HOA   BINH. ", 100), ("tp. hòa bình", 50), ("TP-Hoa Binh", 50),
        ("Hòa Bình 2", 0), ("Hoabinh", 0),
    ],
)  # fmt: skip
def test_a_text_is_accepted_in_every_spelling_that_is_the_same(text: str, expected: int) -> None:
    item = BY_TYPE["short_text"]
    _, _, marking = placed(item)
    assert marked(item, marking, {"text": text}) == expected


def test_the_gaps_of_a_cloze_count_by_weight() -> None:
    item = BY_TYPE["cloze"]
    _, outline, marking = placed(item)
    right = item.right_response(outline, marking)
    assert right is not None
    gaps = right["gaps"]
    assert isinstance(gaps, dict)
    first, *others = gaps
    assert marked(item, marking, {"gaps": {first: gaps[first]}}) == 50  # its weight is 2 of 4
    assert marked(item, marking, {"gaps": {gap: gaps[gap] for gap in others}}) == 50
    assert item.answered(outline, {"gaps": {first: gaps[first]}}) == "partly"


def test_places_on_a_picture_are_hit_or_missed_and_a_miss_costs() -> None:
    item = BY_TYPE["hotspot"]
    _, _, marking = placed(item, rule="each_region")
    assert marked(item, marking, {"points": [[5500, 1000]]}) == 50  # the edge is inside
    assert marked(item, marking, {"points": [[5499, 1000]]}) == 0
    assert marked(item, marking, {"points": [[6000, 1200], [2000, 1500]]}) == 100
    assert marked(item, marking, {"points": [[6000, 1200], [9, 9]]}) == 0


def test_an_order_counts_by_neighbours_and_by_places() -> None:
    item = BY_TYPE["ordering"]
    _, _, marking = placed(item)
    key = marking.key
    assert isinstance(key, list)
    a, b, c, d = key
    for order, whole, neighbours, places in (
        ([a, b, c, d], 100, 100, 100), ([b, c, d, a], 0, 67, 0), ([a, c, b, d], 0, 0, 50), ([d, c, b, a], 0, 0, 0),
    ):  # fmt: skip
        for rule, expected in (("whole_order", whole), ("neighbours", neighbours), ("places", places)):
            assert marked(item, replace(marking, rule=rule), {"order": order}) == expected


@given(st.fractions(min_value=-(10**6), max_value=10**6, max_denominator=10**6))
def test_an_exact_number_is_written_and_read_back(value: Fraction) -> None:
    from question_bank.items._numbers import MAX_LENGTH, as_decimal, read_number

    text = as_decimal(value)
    if len(text) <= MAX_LENGTH and ("." not in text or len(text.partition(".")[2]) != 3):
        assert read_number(text) == value


def test_every_rule_is_of_some_type() -> None:
    assert set(rules()) == {name for item in types().values() for name in item.RULES}
    assert item_type("single_choice") is types()["single_choice"]


@pytest.mark.parametrize(
    ("spaces", "typed", "expected"),
    [
        ("exact", "=SUM(A1; A2)", 0), ("exact", " =sum(A1;A2) ", 100), ("ignore", "=SUM( A1 ; A2 )", 100), ("ignore", "=SUM(A1;A3)", 0),
        ("exact", "nén\u00a0 tệp", 0),
    ],
)  # fmt: skip
def test_spaces_of_a_formula_count_only_where_its_author_says_so(spaces: str, typed: str, expected: int) -> None:
    faults: list[Fault] = []
    item = types()["short_text"].read(
        BY_TYPE["short_text"].common, {"answers": "=SUM(A1;A2)", "compare": {"spaces": spaces}}, faults
    )
    assert faults == []
    assert item.own_fields().get("compare") == ({"spaces": "ignore"} if spaces == "ignore" else None)
    _, _, marking = placed(item)
    assert marked(item, marking, {"text": typed}) == expected


def test_a_marking_part_sealed_before_spaces_could_be_left_out_still_tells_words_apart() -> None:
    _, _, marking = placed(BY_TYPE["short_text"])
    assert isinstance(marking.key, dict)
    compare = marking.key["compare"]
    assert isinstance(compare, dict)
    older = replace(marking, key={**marking.key, "compare": {name: compare[name] for name in ("case", "accents")}})
    assert marked(BY_TYPE["short_text"], older, {"text": "Hòa Bình"}) == 100


@pytest.mark.parametrize(
    ("name", "rule"), [("matching", "all_pairs"), ("cloze", "all_gaps"), ("drag_words", "all_gaps")]
)
def test_all_or_nothing_is_not_reached_by_rounding(name: str, rule: str) -> None:
    """Of an item worth a hundredth of a mark, two thirds would round to all of it."""
    item = BY_TYPE[name]
    _, outline, marking = placed(item, rule=rule, max_mark=1)
    right = item.right_response(outline, marking)
    assert right is not None
    ((field, made),) = right.items()
    assert isinstance(made, dict)
    assert marked(item, marking, right) == 1
    assert marked(item, marking, {field: dict(list(made.items())[:-1])}) == 0


def test_a_right_number_is_found_in_a_unit_in_which_it_can_be_typed() -> None:
    """A third of a very small unit has no text that a candidate could type; the next unit has."""
    faults: list[Fault] = []
    units: JSON = [{"unit": "x", "factor": "7e-30"}, {"unit": "m", "factor": "1"}]
    item = types()["numeric"].read(BY_TYPE["numeric"].common, {"answers": ["10"], "units": units}, faults)
    assert faults == []
    _, outline, marking = placed(item)
    right = item.right_response(outline, marking)
    assert right is not None
    assert response_problem(outline, right) is None
    assert marked(item, marking, right) == 100


@every_item
def test_a_type_says_itself_whether_people_must_mark_it(item: Item) -> None:
    outline, marking = placed(item)[1:]
    response: Response = item.right_response(outline, marking) or {"text": "Bài làm"}
    waits = {isinstance(rule(marking, response), NeedsMarker) for rule in item.RULES.values()}
    assert waits == {item.MARKED_BY_PEOPLE}
