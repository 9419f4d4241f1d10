"""Each check of presentations: right, wrong, nothing to look at, and its own mutant."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from question_bank.practical.catalogue import CheckType, Request, catalogue
from question_bank.practical.findings import Outcome
from question_bank.practical.slides.model import Presentation
from question_bank.practical.slides.presentation import open_model
from question_bank.wording import render, use_language
from tests.question_bank.practical.slides.cases import CASES, IDS

Right = Callable[..., bool]
NOWHERE = "title: Không có"


def test_every_check_of_presentations_is_tried() -> None:
    there = {one.name for one in catalogue().values() if one.kind == "pptx"}
    assert there == {f"pptx.{name}" for name, *_ in CASES}
    assert len(there) >= 45


@pytest.mark.parametrize(("name", "select", "good", "bad"), CASES, ids=IDS)
def test_what_is_so_is_found_right_and_what_is_not_is_told(
    trial_deck: Presentation,
    right: Right,
    answer: Callable[..., Outcome],
    name: str,
    select: str,
    good: str,
    bad: str | None,
) -> None:
    assert right(trial_deck, f"pptx.{name}", select, good)
    if bad is not None:
        outcome = answer(trial_deck, f"pptx.{name}", select, bad)
        wrong = [one for one in outcome.findings if not one.right]
        assert wrong
        for one in wrong:
            assert all(render(said) for said in (one.item, one.expected, one.where))


@pytest.mark.parametrize(("name", "good"), sorted({name: good for name, _, good, _ in CASES}.items()))
def test_a_select_that_fits_nothing_earns_nothing(
    trial_deck: Presentation, ask: Callable[..., tuple[CheckType, Request]], name: str, good: str
) -> None:
    found, _ = ask(f"pptx.{name}", "", good)
    if not found.select:
        return
    found, request = ask(f"pptx.{name}", NOWHERE, good)
    outcome = found.run(trial_deck, request)
    assert not (outcome.matched and all(one.right for one in outcome.findings))


@pytest.mark.parametrize(("name", "select", "good", "bad"), CASES, ids=IDS)
def test_its_mutant_is_noticed(
    trial_bytes: bytes,
    ask: Callable[..., tuple[CheckType, Request]],
    name: str,
    select: str,
    good: str,
    bad: str | None,
) -> None:
    found, request = ask(f"pptx.{name}", select, good)
    assert found.mutation is not None
    mutant = found.mutation(trial_bytes, request)
    if name == "notes_master" and not good:
        assert mutant is None, "that there is a master at all cannot be spoilt in one part"
        return
    assert mutant is not None
    outcome = found.run(open_model(mutant), request)
    assert any(not one.right for one in outcome.findings), [render(one.found) for one in outcome.findings]


@pytest.mark.parametrize(("name", "select", "good", "bad"), CASES, ids=IDS)
def test_findings_are_sentences_in_both_languages(
    trial_deck: Presentation, answer: Callable[..., Outcome], name: str, select: str, good: str, bad: str | None
) -> None:
    for language in ("vi", "en"):
        use_language(language)
        for expect in (good, bad or good):
            for one in answer(trial_deck, f"pptx.{name}", select, expect).findings:
                assert "%(" not in "".join(render(said) for said in (one.item, one.expected, one.found, one.where))
