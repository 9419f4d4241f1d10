"""From draft to approved: two people, and nobody gets past a doubt."""

from __future__ import annotations

from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.phrase import Phrase
from question_bank.vault.people import Person, person, same_person
from question_bank.vault.states import Act, No, Refused, Standing, State, decide
from question_bank.vault.undoing import Made, steps

PEOPLE = (Person("An"), Person(" AN"), Person("Bình"), Person("Chi"))
Step: TypeAlias = tuple[Act, Person, int, int]


@given(
    st.lists(
        st.tuples(st.sampled_from(list(Act)), st.sampled_from(PEOPLE), st.integers(0, 1), st.integers(0, 1)),
        max_size=30,
    )
)
def test_an_approved_item_was_signed_by_two_people_after_its_last_edit_without_doubts(taken: list[Step]) -> None:
    standing = Standing(State.DRAFT)
    since_edit: list[tuple[Act, Person]] = []
    for act, by, reasons, errors in taken:
        found = decide(
            Standing(standing.state, standing.reviewer, standing.approver, reasons, errors), act, by, "vì thế"
        )
        if isinstance(found, Refused):
            continue
        assert not (act in (Act.REVIEW, Act.APPROVE) and (reasons or errors))
        since_edit = [*since_edit, (act, by)] if act in (Act.REVIEW, Act.APPROVE) else []
        standing = found
        if standing.state is State.APPROVED:
            (first, reviewer), (second, approver) = since_edit
            assert (first, second) == (Act.REVIEW, Act.APPROVE)
            assert not same_person(reviewer, approver)
            assert (standing.reviewer, standing.approver) == (reviewer, approver)
        if standing.state in (State.DRAFT, State.WITHDRAWN):
            assert (standing.reviewer, standing.approver) == (None, None)


@pytest.mark.parametrize(
    ("standing", "act", "why", "reason"),
    [
        (Standing(State.REVIEWED, Person("An Nguyễn")), Act.APPROVE, "", No.SAME_PERSON),
        (Standing(State.DRAFT, open_reasons=1), Act.REVIEW, "", No.OPEN_REASONS),
        (Standing(State.DRAFT, errors=2), Act.REVIEW, "", No.HAS_ERRORS),
        (Standing(State.REVIEWED, Person("B"), errors=1), Act.APPROVE, "", No.HAS_ERRORS),
        (Standing(State.DRAFT), Act.APPROVE, "", No.WRONG_STATE),
        (Standing(State.WITHDRAWN), Act.EDIT, "", No.WRONG_STATE),
        (Standing(State.APPROVED), Act.SEND_BACK, "  ", No.NO_REASON_GIVEN),
        (Standing(State.DRAFT), Act.WITHDRAW, "", No.NO_REASON_GIVEN),
    ],
)
def test_what_may_not_be_is_refused_with_its_reason(standing: Standing, act: Act, why: str, reason: No) -> None:
    found = decide(standing, act, Person("an  nguyễn"), why)
    assert isinstance(found, Refused)
    assert found.reason is reason


@pytest.mark.parametrize("text", ["", "  ", "123", "x" * 81, "An\u200b Nguyễn"])
def test_what_is_no_name_is_not_taken_for_one(text: str) -> None:
    assert isinstance(person(text), Phrase)


def test_one_name_in_two_spellings_is_one_person() -> None:
    composed, apart = person("Nguyễn  Thị Hoà"), person("nguyễn thị hoà")
    assert isinstance(composed, str)
    assert isinstance(apart, str)
    assert same_person(composed, apart)
    assert not same_person(composed, Person("Nguyễn Thị Hoa"))


@given(st.lists(st.sampled_from(list(Made)), max_size=40))
def test_undo_and_redo_walk_the_same_contents_as_an_editor_does(wishes: list[Made]) -> None:
    made, contents = [Made.WRITTEN], ["a"]  # what a bank holds; contents[n-1] is that of revision n
    past, future = ["a"], list[str]()  # what any editor holds
    for n, wish in enumerate(wishes):
        to = steps(made)
        assert bool(to.undo) == (len(past) > 1)
        assert bool(to.redo) == bool(future)
        if wish is Made.UNDONE and to.undo:
            future.append(past.pop())
            contents.append(contents[to.undo - 1])
        elif wish is Made.REDONE and to.redo:
            past.append(future.pop())
            contents.append(contents[to.redo - 1])
        elif wish is Made.WRITTEN:
            past.append(f"text {n}")
            future.clear()
            contents.append(f"text {n}")
        else:
            continue
        made.append(wish)
        assert contents[-1] == past[-1]


@pytest.mark.parametrize(
    "unseen", ["\u3164", "\u2800", "\u115f", "\uffa0", "\ufe0f", "\u034f", "\u17b5", "\U000e0101", "\u200b"]
)
def test_no_name_is_another_persons_by_what_nobody_sees(unseen: str) -> None:
    for name in (f"An{unseen}", f"{unseen}An", f"A{unseen}n", f"An {unseen}"):
        found = person(name)
        assert isinstance(found, Phrase) or same_person(found, Person("An"))


def test_wide_letters_and_ligatures_are_the_letters_they_look_like() -> None:
    assert same_person(Person("Ａｎ Ｎｇｕｙễｎ"), Person("An Nguyễn"))
    assert same_person(Person("Phi ﬁ"), Person("phi FI"))
