"""Marks: never below zero or above the maximum, only for what is right, and canaries that notice a broken rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.bank import Bank
from question_bank.blueprint import Blueprint
from question_bank.form import Form, SetName, assemble, outline
from question_bank.items import item_type, response_problem, rules
from question_bank.marking_scheme import (
    Canary,
    MarkingItem,
    MarkingSection,
    Marks,
    NeedsMarker,
    Response,
    parse_canary,
    parse_section,
)
from question_bank.order import ItemOutline
from question_bank.scoring import Mark, SectionScore, UnknownRuleError, canary_faults, score, score_section

OPTIONS = ("oaaaaa", "obbbbb", "occccc", "oddddd")


def marking(rule: str, *key: str, max_mark: int = 100) -> MarkingItem:
    return MarkingItem("iaaaaaaa", rule, key, Marks(max_mark), "X-1", "00" * 32, "nhan_biet", "chu-de")


def marks(item: MarkingItem, *options: str) -> int:
    mark = score(item, {"options": list(options)})
    assert isinstance(mark, Mark)
    assert mark.right == (mark.marks == item.max_mark)
    return mark.marks


def test_single_gives_all_marks_for_the_right_option_alone() -> None:
    item = marking("single", OPTIONS[1], max_mark=25)
    assert marks(item, OPTIONS[1]) == 25
    assert marks(item, OPTIONS[0]) == 0
    assert marks(item, OPTIONS[0], OPTIONS[1]) == 0
    assert marks(item) == 0


def test_all_or_nothing_wants_exactly_the_right_options() -> None:
    item = marking("all_or_nothing", OPTIONS[0], OPTIONS[2])
    assert marks(item, OPTIONS[0], OPTIONS[2]) == 100
    assert marks(item, OPTIONS[0]) == 0
    assert marks(item, OPTIONS[0], OPTIONS[1], OPTIONS[2]) == 0
    assert marks(item, *OPTIONS) == 0
    assert marks(item) == 0


def test_no_response_earns_nothing() -> None:
    for rule in rules():
        assert score(marking(rule, OPTIONS[0]), None) == Mark(Marks(0), Marks(100), right=False)


def test_a_rule_nobody_knows_is_an_error_and_not_a_zero() -> None:
    with pytest.raises(UnknownRuleError) as caught:
        score(marking("best_guess", OPTIONS[0]), None)
    assert "best_guess" in str(caught.value)
    assert caught.value.hint


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(OPTIONS),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["options", "x"]), inner, max_size=2),
    max_leaves=8,
)
responses = st.one_of(
    st.none(),
    st.dictionaries(st.sampled_from(["options", "text"]), json_values, max_size=2),
    st.fixed_dictionaries({"options": st.lists(st.sampled_from(OPTIONS), max_size=5)}),
)


@given(
    st.sampled_from(sorted(rules())), st.lists(st.sampled_from(OPTIONS), unique=True), st.integers(1, 10**6), responses
)
def test_a_mark_is_between_zero_and_the_maximum_whatever_the_response(
    rule: str, key: list[str], max_mark: int, response: Response | None
) -> None:
    mark = score(marking(rule, *sorted(key), max_mark=max_mark), response)
    assert isinstance(mark, Mark)
    assert 0 <= mark.marks <= mark.max_marks == max_mark


@given(
    st.sampled_from(["single_choice", "multiple_choice"]),
    st.lists(st.sampled_from(OPTIONS), min_size=1, unique=True),
    responses,
)
def test_only_a_wellformed_response_with_exactly_the_key_is_right(
    type_name: str, key: list[str], response: Response | None
) -> None:
    key = key[:1] if type_name == "single_choice" else key
    rule = next(iter(item_type(type_name).RULES))
    mark = score(marking(rule, *sorted(key)), response)
    assert isinstance(mark, Mark)
    if response is not None and response_problem(ItemOutline("iaaaaaaa", type_name, OPTIONS, ()), response) is None:
        assert mark.right == (response["options"] == sorted(key))
    elif response is None:
        assert not mark.right


def test_a_section_adds_up_and_ignores_what_is_not_its_own() -> None:
    items = tuple(replace(marking("single", OPTIONS[n]), item_id=f"i{n}") for n in range(4))
    section = MarkingSection("saaaaa", "faaaaaaa", items)
    given_responses = {
        "i0": {"options": [OPTIONS[0]]},
        "i1": {"options": [OPTIONS[0]]},
        "i3": {"options": [OPTIONS[3]]},
        "iother": {"options": [OPTIONS[2]]},
    }
    assert score_section(section, given_responses) == SectionScore(Marks(200), Marks(400), right=2, of=4)
    assert score_section(section, {}) == SectionScore(Marks(0), Marks(400), right=0, of=4)


def test_what_no_rule_can_mark_waits_for_a_marker(monkeypatch: pytest.MonkeyPatch) -> None:
    essay = marking("by_hand")
    known = {**rules(), "by_hand": lambda item, response: NeedsMarker(item.max_mark)}
    monkeypatch.setattr("question_bank.scoring.rules", lambda: known)
    section = MarkingSection("saaaaa", "faaaaaaa", (essay, replace(marking("single", OPTIONS[0]), item_id="i2")))
    found = score_section(section, {"i2": {"options": [OPTIONS[0]]}})
    assert found == SectionScore(Marks(100), Marks(200), right=1, of=2, waiting=1)


@pytest.fixture
def form(make_bank: Callable[..., Bank], make_blueprint: Callable[..., Blueprint]) -> Form:
    made = assemble(make_bank(), make_blueprint(count=4, sections=2), bytes(32), SetName.PRIMARY)
    assert isinstance(made, Form)
    return made


def test_canaries_come_out_as_they_were_made(form: Form) -> None:
    sections = [section.marking for section in form.sections]
    assert canary_faults(sections, form.canaries) == []
    assert len(form.canaries) == 6
    for right, wrong, mixed in (form.canaries[:3], form.canaries[3:]):
        assert (right.expected_right, right.expected_mark) == (32, 3200)
        assert len(right.responses) == len(wrong.responses) == 32
        assert (wrong.expected_right, wrong.expected_mark) == (0, 0)
        assert 0 < mixed.expected_right < len(mixed.responses) < 32


def test_canaries_hold_only_responses_a_candidate_could_give(form: Form) -> None:
    outlines = {item.item_id: item for section in form.sections for item in outline(section.candidate).items}
    for canary in form.canaries:
        for item_id, response in canary.responses.items():
            assert response_problem(outlines[item_id], response) is None


def test_a_canary_notices_a_changed_key_and_a_generous_rule(form: Form, monkeypatch: pytest.MonkeyPatch) -> None:
    first = form.sections[0].marking
    item = first.items[0]
    other = next(option for option in outline(form.sections[0].candidate).items[0].option_ids if option not in item.key)
    spoiled = replace(first, items=(replace(item, key=(other,)), *first.items[1:]))
    faults = canary_faults([spoiled, form.sections[1].marking], form.canaries)
    assert faults[0].canary == 1
    assert (faults[0].expected_right, faults[0].right) == (32, 31)
    generous = {name: lambda item, response: item.max_mark for name in rules()}
    monkeypatch.setattr("question_bank.scoring.rules", lambda: generous)
    assert len(canary_faults([section.marking for section in form.sections], form.canaries)) == 4


def test_a_canary_for_a_section_that_is_not_there_is_a_fault(form: Form) -> None:
    canary = Canary("snowhere", {}, 1, Marks(100))
    assert [fault.section_id for fault in canary_faults([form.sections[0].marking], [canary])] == ["snowhere"]


def test_marking_and_canaries_read_back_from_their_documents(form: Form) -> None:
    for section in form.sections:
        assert parse_section(section.marking.document()) == section.marking
    for canary in form.canaries:
        assert parse_canary(canary.document()) == canary
