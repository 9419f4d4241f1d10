"""An answer is read by its schema and its rubric: what an exploited worker might say instead is no answer."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from question_bank.canonical import encode
from question_bank.phrase import phrase
from question_bank.practical.answer import MOST_WANTED, Answered, Malformed, Wanted, Workbook, read_answer
from question_bank.practical.marking import Opened, mark
from question_bank.practical.rubric import Rubric
from question_bank.practical.rubric_reading import read_rubric
from question_bank.practical.work import MOST_BYTES, Notice, inputs_document, work_document
from scripts.office_files import docx, packed

MANUAL = 'manual:\n  - {id: idea, points: 2, scale: [0, 1, 2], title: {vi: "Ý", en: "I"}}\n'
PENALTY = "penalties:\n  - {id: minus, type: docx.trial_text, points: -1, expect: {what: none of it}}\n"
Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def rubric(trials: None, trial_rubric: Callable[..., bytes]) -> Rubric:
    """Two checks, a penalty and a criterion for people."""
    data = trial_rubric(("docx.trial_text", "hoạch"), ("docx.trial_text", "none"))
    data = data.replace(b"points: 2\n", b"points: 4\n") + PENALTY.encode() + MANUAL.encode()
    found = read_rubric(data, "rubric.yaml", bytes(32))
    assert found.rubric is not None, found.problems
    return found.rubric


INPUTS = inputs_document(b"rubric", {}, {"a.docx": b"x"})


@pytest.fixture
def document(rubric: Rubric) -> dict[str, Any]:
    """An honest answer: one check right, one wrong."""
    marked = mark(rubric, {"a.docx": Opened(model=packed(docx()))}, lambda _check, error: pytest.fail(str(error)))
    return work_document(marked, [Notice("macros", "a.docx", phrase("right"))], copy.deepcopy(INPUTS))


def test_an_honest_answer_is_read_as_it_is(rubric: Rubric, document: dict[str, Any]) -> None:
    assert read_answer(encode(document), rubric, INPUTS) == Answered(document)
    assert (document["points"], document["pending"]) == (100, 200)


def set_check(number: int, **values: Any) -> Change:
    return lambda document: document["checks"][number].update(values)


CHANGES: dict[str, Change] = {
    "more points than there are": lambda document: document.update(points=400),
    "more points for a check than it is worth": set_check(0, points=200),
    "points for a check that fails": set_check(1, points=100),
    "points below nothing": set_check(0, points=-100),
    "a penalty that gives": set_check(2, points=100),
    "full points for what a person judges": set_check(3, points=200, verdict="pass"),
    "a check left to a person that none judges": set_check(0, verdict="manual", points=0),
    "nothing pending": lambda document: document.update(pending=0),
    "another most": set_check(0, max=1000),
    "another check": set_check(0, id="c9"),
    "one check more": lambda document: document["checks"].append(document["checks"][0]),
    "one check less": lambda document: document["checks"].pop(),
    "checks in another order": lambda document: document["checks"].reverse(),
    "an unknown verdict": set_check(0, verdict="great"),
    "another rubric": lambda document: document.update(rubric="other"),
    "another version": lambda document: document.update(version=2),
    "another engine": lambda document: document.update(engine="0"),
    "another file": lambda document: document["inputs"]["files"].update({"a.docx": "0" * 64}),
    "a sentence without end": set_check(0, message={"vi": "x" * 30_000, "en": ""}),
    "a sentence with signs for terminals": set_check(0, message={"vi": "\x1b[2J", "en": ""}),
    "a sentence in one language": set_check(0, message={"vi": "x"}),
    "a credit that is none": lambda document: document["checks"][0]["findings"][0].update(credit="1/0"),
    "a notice without end": lambda document: document["notices"][0].update(code="x" * 300),
    "notices without end": lambda document: document.update(notices=document["notices"] * 1001),
    "findings without end": lambda document: document["checks"][0].update(findings=document["checks"][0]["findings"] * 1001),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_an_answer_that_does_not_fit_its_rubric_is_none(rubric: Rubric, document: dict[str, Any], change: str) -> None:
    CHANGES[change](document)
    assert isinstance(read_answer(encode(document), rubric, INPUTS), Malformed)


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every object within."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from objects(inner)


def test_every_field_must_be_there_of_its_type_and_no_other(rubric: Rubric, document: dict[str, Any]) -> None:
    places = [(at, name) for at, one in enumerate(objects(document)) for name in one]
    for at, name in places:
        for change in ("drop", "type", "more"):
            changed = copy.deepcopy(document)
            one = list(objects(changed))[at]
            if change == "drop":
                del one[name]
            elif change == "type":
                one[name] = [] if not isinstance(one[name], list) else 0
            else:
                one["unknown"] = "x"
            assert isinstance(read_answer(encode(changed), rubric, INPUTS), Malformed), (name, change)


def test_bytes_that_are_no_document_are_no_answer(rubric: Rubric, document: dict[str, Any]) -> None:
    whole = encode(document)
    for data in (
        b"",
        b"null",
        b"[]",
        b"\xff",
        whole[:-1],
        whole + b" ",
        whole.replace(b":", b": ", 1),
        bytes(MOST_BYTES + 1),
        b"[" * 100_000,
    ):
        assert isinstance(read_answer(data, rubric, INPUTS), Malformed)


def test_what_is_wanted_is_read_strictly_too(rubric: Rubric) -> None:
    book = {"file": "a.xlsx", "check": "c0", "key": "k", "part": "w0"}

    def read(conversions: list[Any], workbooks: list[Any]) -> object:
        return read_answer(encode({"wanted": {"conversions": conversions, "workbooks": workbooks}}), rubric, INPUTS)

    assert read([{"file": "a.docx", "kind": "odt"}], [book]) == Wanted(
        (("a.docx", "odt"),), (Workbook("a.xlsx", "c0", "k", "w0"),)
    )
    many = [{**book, "part": f"w{number}"} for number in range(MOST_WANTED + 1)]
    for conversions, workbooks in (
        ([], []), ([{"file": "a"}], []), ([], [{**book, "part": "../../etc/passwd"}]), ([], [{**book, "part": "w1000"}]),
        ([], [{**book, "key": "x" * 300}]), ([], many),
    ):  # fmt: skip
        assert isinstance(read(conversions, workbooks), Malformed)
