"""Checks that find what a test tells them to, and rubrics of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from question_bank.phrase import phrase
from question_bank.practical import catalogue, interpreter, models
from question_bank.practical.arguments import choice, choices, colour, pattern, span, text, truth, whole
from question_bank.practical.catalogue import CheckType, Request
from question_bank.practical.findings import Outcome
from scripts import trial_checks

Script = Mapping[str, "Outcome | Exception"]

WORDS = text("words", phrase("text"))
SIDES = {"left": phrase("text"), "right": phrase("text")}
EXPECT = (
    span("size_pt", phrase("text"), unit="pt"), truth("bold", phrase("text")), choice("align", phrase("text"), SIDES),
    choices("sides", phrase("text"), SIDES), pattern("like", phrase("text")), colour("colour", phrase("text")),
    whole("count", phrase("text")),
)  # fmt: skip


def scripted(script: Script, request: Request) -> Outcome:
    """What the model, a table of outcomes by words, says of the words that are selected."""
    found = script[request.select[WORDS] or ""]
    if isinstance(found, Exception):
        raise found
    return Outcome.of(
        found.findings, request.refs if request.refs is not None else found.targets, matched=found.matched
    )


def probe(name: str) -> CheckType:
    """A check that finds what its model says."""
    return CheckType(name, phrase("text"), "IU03", (WORDS,), EXPECT, scripted, ("value", "formula"))


@pytest.fixture
def probes(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], CheckType]:
    """`docx.probe`, `xlsx.probe`, `sim.probe`, and `docx.strict` with a field that must be given, in the catalogue for one test."""
    known = dict(catalogue.catalogue())  # loads every module first: what it enters must stay
    strict = CheckType(
        "docx.strict", phrase("text"), "IU03", (), (text("words", phrase("text"), required=True),), scripted
    )
    made = {one.name: one for one in (probe("docx.probe"), probe("xlsx.probe"), probe("sim.probe"), strict)}
    monkeypatch.setattr(catalogue, "_ALL", {**known, **made})
    return made.__getitem__


# --- rubrics of checks that do harm, marked in the sandbox ------------------------------------------------------------------


@pytest.fixture
def trials(monkeypatch: pytest.MonkeyPatch) -> None:
    """The checks of scripts/trial_checks.py, here and in the worker, for one test."""
    monkeypatch.setattr(catalogue, "_ALL", dict(catalogue.catalogue()))
    monkeypatch.setattr(models, "_READERS", dict(models._READERS))
    monkeypatch.setattr(interpreter, "worker_command", trial_checks.command)
    trial_checks.enter()


@pytest.fixture(scope="session")
def trial_rubric() -> Callable[..., bytes]:
    """`trial_rubric(("docx.trial_text", "hoạch"), …, name="a.docx", accept="docx, odt")`: a point for each check, c0, c1, …"""

    def make(*checks: tuple[str, str], name: str = "a.docx", accept: str = "docx, odt") -> bytes:
        listed = "".join(
            f"      - {{id: c{number}, type: {kind}, points: 1{', expect: {what: ' + repr(what) + '}' if what else ''}}}\n"
            for number, (kind, what) in enumerate(checks)
        )
        head = f'format: exam-rubric/1\nid: trial\nversion: 1\ntitle: {{vi: "T", en: "T"}}\nfiles:\n  - {{name: {name}, accept: [{accept}]}}\n'
        group = f'groups:\n  - id: g\n    title: {{vi: "G", en: "G"}}\n    checks:\n{listed}'
        return f"{head}points: {len(checks)}\n{group}".encode()

    return make
