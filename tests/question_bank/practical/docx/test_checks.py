"""Every check of text documents: right, wrong, missing, spoilt, and saved again by another program."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from question_bank.practical.catalogue import catalogue
from question_bank.practical.findings import Outcome
from question_bank.practical.word.document import open_model
from question_bank.wording import render
from tests.question_bank.practical.docx.cases import CASES, EMPTY, Case

Ask = Callable[..., Outcome]
Full = Callable[[Outcome], bool]
BY_NAME = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
# An empty file is right for these: nothing is what they ask for, or it is so by itself.
RIGHT_WHEN_EMPTY = {"docx.tidy", "docx.length", "docx.page_size", "docx.margins", "docx.tracked_changes accepted"}


def test_every_check_has_a_case() -> None:
    ours = {name for name in catalogue() if name.startswith("docx.")} - {"docx.administrative_document"}
    assert ours <= {case.type for case in CASES}
    assert len({case.name for case in CASES}) == len(CASES)


@BY_NAME
def test_a_right_file_earns_everything(case: Case, ask: Ask, full: Full) -> None:
    outcome = ask(case.type, case.right, case.select, case.expect)
    assert full(outcome), told(outcome)
    assert outcome.matched


@BY_NAME
def test_a_wrong_file_does_not_and_says_why(case: Case, ask: Ask, full: Full) -> None:
    outcome = ask(case.type, case.wrong, case.select, case.expect)
    assert not full(outcome)
    for one in outcome.findings:
        if not one.right:
            assert all(render(words).strip() for words in (one.item, one.expected, one.found, one.where)), told(outcome)
            assert render(one.expected) != render(one.found) or case.type == "docx.numbering"


@BY_NAME
def test_what_is_not_there_earns_nothing(case: Case, ask: Ask, full: Full) -> None:
    outcome = ask(case.type, EMPTY, case.select, case.expect)
    assert full(outcome) == (case.name in RIGHT_WHEN_EMPTY or case.type in RIGHT_WHEN_EMPTY), told(outcome)


@BY_NAME
def test_a_check_can_spoil_what_it_looks_for(
    case: Case, ask: Ask, full: Full, spoilt: Callable[[Case], bytes | None]
) -> None:
    mutant = spoilt(case)
    assert mutant is not None
    assert not full(ask(case.type, mutant, case.select, case.expect))


@pytest.mark.parametrize(
    ("case", "trip"),
    [(case, trip) for case in CASES for trip in case.trips],
    ids=lambda one: one.name if isinstance(one, Case) else one,
)
def test_a_right_file_saved_by_another_program_earns_everything(
    case: Case, trip: str, ask: Ask, full: Full, tripped: dict[tuple[str, str], bytes]
) -> None:
    outcome = ask(case.type, tripped[case.name, trip], case.select, case.expect)
    assert full(outcome), told(outcome)


@BY_NAME
def test_letters_in_another_form_lose_nothing(
    case: Case, ask: Ask, full: Full, apart: Callable[[bytes], bytes]
) -> None:
    outcome = ask(case.type, apart(case.right), case.select, case.expect)
    assert full(outcome), told(outcome)


@BY_NAME
def test_text_split_over_many_runs_changes_nothing(case: Case, ask: Ask, split: Callable[[bytes], bytes]) -> None:
    for data in (case.right, case.wrong):
        before = ask(case.type, data, case.select, case.expect)
        after = ask(case.type, split(data), case.select, case.expect)
        assert [one.credit for one in after.findings] == [one.credit for one in before.findings], told(after)


def test_a_model_is_not_changed_by_being_marked(ask: Ask) -> None:
    for case in CASES:
        model = open_model(case.right)
        first = ask(case.type, model, case.select, case.expect)
        assert told(ask(case.type, model, case.select, case.expect)) == told(first)


def told(outcome: Outcome) -> list[tuple[str, ...]]:
    """All findings in words."""
    return [
        (str(one.credit), *(render(words) for words in (one.item, one.expected, one.found, one.where)))
        for one in outcome.findings
    ]
