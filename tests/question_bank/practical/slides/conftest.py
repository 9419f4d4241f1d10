"""The trial presentation, and requests written as a rubric has them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from question_bank.formats.nodes import Table, parse
from question_bank.formats.report import Report
from question_bank.practical.arguments import read_fields
from question_bank.practical.catalogue import CheckType, Request, check_type
from question_bank.practical.findings import Outcome
from question_bank.practical.slides.model import Presentation
from question_bank.practical.slides.presentation import open_model
from scripts.presentation_trial import trial

Ask = Callable[..., tuple[CheckType, Request]]


@pytest.fixture(scope="session")
def trial_bytes() -> bytes:
    return trial()


@pytest.fixture(scope="session")
def trial_deck(trial_bytes: bytes) -> Presentation:
    return open_model(trial_bytes)


@pytest.fixture(scope="session")
def ask() -> Ask:
    """`ask(name, select, expect)`: a check and what a rubric asks of it; both as YAML in one line."""

    def make(name: str, select: str = "", expect: str = "") -> tuple[CheckType, Request]:
        found = check_type(name)
        assert found is not None, name
        report = Report("test")
        tree = parse("{" + f"select: {{{select}}}, expect: {{{expect}}}" + "}")
        assert isinstance(tree, Table), tree
        asked = [
            read_fields(tree, where, fields, report)
            for where, fields in (("select", found.select), ("expect", found.expect))
        ]
        assert report.problems == []
        return found, Request(asked[0], asked[1])

    return make


@pytest.fixture(scope="session")
def answer(ask: Ask) -> Callable[..., Outcome]:
    """`answer(model, name, select, expect)`: what a check finds."""

    def make(deck: Presentation, name: str, select: str = "", expect: str = "") -> Outcome:
        found, request = ask(name, select, expect)
        return found.run(deck, request)

    return make


@pytest.fixture(scope="session")
def right(answer: Callable[..., Outcome]) -> Callable[..., bool]:
    """`right(model, name, select, expect)`: whether a check found something, and nothing wrong."""

    def make(deck: Presentation, name: str, select: str = "", expect: str = "") -> bool:
        outcome = answer(deck, name, select, expect)
        return outcome.matched and bool(outcome.findings) and all(one.right for one in outcome.findings)

    return make
