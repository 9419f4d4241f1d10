"""A submission from bytes to `exam-work/1`: sandbox, worker, LibreOffice and back."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest

from question_bank.phrase import english
from question_bank.practical import office
from question_bank.practical.catalogue import catalogue, homes
from question_bank.practical.job import WorkDocument, WrongRubric, mark_submission
from question_bank.practical.sandbox.port import Missing
from question_bank.practical.stamp import stamped
from scripts import office_files, trial_checks
from scripts.hostile_files import STOPPED
from scripts.office_files import docx, listed, ods, odt, packed, xlsx

pytestmark = [
    pytest.mark.usefixtures("trials"),
    pytest.mark.skipif(sys.platform != "linux", reason="the sandbox of Linux"),
]

SEED = bytes(32)
TEXT = ("docx.trial_text", "Kế hoạch")
TWICE = ("xlsx.trial_twice", "")
MOST_MEMORY_MB = 300
Rubric = Callable[..., bytes]


def marked(rubric: bytes, files: dict[str, bytes]) -> dict[str, Any]:
    done = mark_submission(rubric, SEED, files)
    assert isinstance(done, WorkDocument), done
    return dict(done.document)


def verdicts(document: dict[str, Any]) -> list[str]:
    return [one["verdict"] for one in document["checks"]]


def codes(document: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["code"], one["file"]) for one in document["notices"]]


def test_a_file_is_marked_in_both_languages_and_again_to_the_same_bytes(trial_rubric: Rubric) -> None:
    rubric = trial_rubric(TEXT, ("docx.trial_text", "nothing of the kind"))
    first, second = (mark_submission(rubric, SEED, {"a.docx": packed(docx())}) for _ in range(2))
    assert isinstance(first, WorkDocument)
    assert isinstance(second, WorkDocument)
    assert first.encoded() == second.encoded()
    document: Any = first.document
    assert verdicts(document) == ["pass", "fail"]
    assert document["points"] == 100
    assert document["checks"][0]["message"] == {"vi": "đúng", "en": "right"}


def test_a_worker_loads_the_checks_of_its_rubric_and_marks_by_them(
    trial_rubric: Rubric, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()  # the real checks, and the worker as it is
    assert len(catalogue()) > 100
    assert homes(["docx.margins", "docx.page_size"]) == ("question_bank.practical.checks.docx.pages",)
    assert homes(["docx.margins", "docx.no_such_check"]) == ()
    rubric = trial_rubric(("docx.margins", "")).replace(
        b"type: docx.margins", b"type: docx.margins, expect: {left_mm: 30}"
    )
    done = mark_submission(rubric, SEED, {"a.docx": packed(docx())})
    assert isinstance(done, WorkDocument)
    assert verdicts(dict(done.document)) == ["fail"], done.log
    assert done.log == ""


def test_what_the_answer_is_of_is_in_it(trial_rubric: Rubric) -> None:
    rubric = trial_rubric(TEXT)
    inputs = [
        marked(rubric, {"a.docx": packed(docx())})["inputs"],
        marked(rubric, {"a.docx": packed(docx("<w:p/>"))})["inputs"],
        marked(rubric + b"# another\n", {"a.docx": packed(docx())})["inputs"],
    ]
    assert inputs[0]["files"] != inputs[1]["files"]
    assert inputs[0]["rubric"] == inputs[1]["rubric"] != inputs[2]["rubric"]


def test_a_file_that_was_not_handed_in_fails_and_is_no_error(trial_rubric: Rubric) -> None:
    assert verdicts(marked(trial_rubric(TEXT), {})) == ["fail"]


@pytest.mark.parametrize(
    "trick", ["20 million empty paragraphs", "entity bomb", "password", "truncated", "upload of 21 MiB"]
)
def test_a_file_that_is_stopped_is_an_error_under_its_code(trial_rubric: Rubric, trick: str) -> None:
    code, make = STOPPED[trick]
    document = marked(trial_rubric(TEXT), {"a.docx": make()})
    assert verdicts(document) == ["error"]
    assert document["pending"] == 100
    assert codes(document) == [(code, "a.docx")]


def test_a_kind_of_another_program_is_not_accepted_and_macros_are_told(trial_rubric: Rubric) -> None:
    document = marked(trial_rubric(TEXT, accept="docx"), {"a.docx": packed(xlsx())})
    assert (verdicts(document), codes(document)) == (["error"], [("not_accepted", "a.docx")])
    document = marked(trial_rubric(TEXT), {"a.docx": packed({**docx(), "word/vbaProject.bin": b"x"})})
    assert (verdicts(document), codes(document)) == (["pass"], [("macros", "a.docx")])


def test_an_opendocument_text_is_converted_and_keeps_its_own_name(trial_rubric: Rubric) -> None:
    parts = {**odt(), "Scripts/python/a.py": b"x"}
    document = marked(trial_rubric(TEXT), {"a.odt": packed(listed(parts))})
    assert verdicts(document) == ["pass"]
    assert codes(document) == [("macros", "a.odt")]
    assert list(document["inputs"]["files"]) == ["a.docx"]


@pytest.mark.parametrize(("name", "make"), [("a.xlsx", xlsx), ("a.ods", ods)])
def test_a_workbook_is_recalculated_whatever_values_it_kept(
    trial_rubric: Rubric, name: str, make: Callable[[], Any]
) -> None:
    rubric = trial_rubric(("xlsx.trial_twice", ""), name="a.xlsx", accept="xlsx, ods")
    document = marked(rubric, {name: packed(make())})
    assert [one["found"]["en"] for one in document["checks"]] == ["2" if name == "a.xlsx" else ""]
    assert verdicts(document) == ["pass" if name == "a.xlsx" else "fail"]  # B1, not A2, in the OpenDocument file


def test_more_than_is_recalculated_for_anybody_goes_to_a_person(trial_rubric: Rubric) -> None:
    document = marked(trial_rubric(("xlsx.trial_greedy", ""), name="a.xlsx", accept="xlsx"), {"a.xlsx": packed(xlsx())})
    assert (verdicts(document), codes(document)) == (["error"], [("not_marked", "a.xlsx")])


def test_what_libreoffice_cannot_make_goes_to_a_person(trial_rubric: Rubric, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "convert", lambda files, _source, _target: dict.fromkeys(files))
    document = marked(trial_rubric(TEXT), {"a.odt": packed(odt())})
    assert (verdicts(document), codes(document)) == (["error"], [("not_converted", "a.odt")])
    rubric = trial_rubric(TWICE, name="a.xlsx", accept="xlsx")
    document = marked(rubric, {"a.xlsx": packed(xlsx())})
    assert (verdicts(document), codes(document)) == (["error"], [("not_recalculated", "a.xlsx")])


def test_without_libreoffice_what_needs_it_is_not_marked_and_the_packages_are_named(
    trial_rubric: Rubric, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office, "_program", lambda: None)
    assert verdicts(marked(trial_rubric(TEXT), {"a.docx": packed(docx())})) == ["pass"]
    found = mark_submission(trial_rubric(TEXT), SEED, {"a.odt": packed(odt())})
    assert isinstance(found, Missing)
    assert "libreoffice-writer" in english(found.hint)


def test_an_exception_is_one_checks_error_and_its_place_is_in_the_log(trial_rubric: Rubric) -> None:
    done = mark_submission(trial_rubric(("docx.trial_harm", "raise x"), TEXT), SEED, {"a.docx": packed(docx())})
    assert isinstance(done, WorkDocument)
    assert verdicts(dict(done.document)) == ["error", "pass"]
    assert done.log.startswith("c0: ")
    assert len(done.log) < 3000


def test_a_wrong_rubric_and_a_file_of_none_are_refused(trial_rubric: Rubric) -> None:
    wrong = mark_submission(b"format: exam-rubric/1\n", SEED, {})
    assert isinstance(wrong, WrongRubric)
    assert wrong.problems
    other = mark_submission(trial_rubric(TEXT), SEED, {"a.docx": packed(docx()), "b.pptx": packed(office_files.pptx())})
    assert other == WrongRubric(unknown=("b.pptx",))


TWO_FILES = """files:
  - {name: Thu.docx, accept: [docx, odt]}
  - {name: Bang.xlsx, accept: [xlsx, ods]}
"""


@pytest.mark.parametrize(
    "names", [("Thu.docx", "Bang.xlsx"), ("THU.DOCX", "bang.xlsx"), ("x.docx", "y.xlsx"), ("Bai.docx", "Bang.xlsx")]
)
def test_files_are_found_by_name_in_any_case_or_as_the_only_one_of_their_kind(
    trial_rubric: Rubric, names: tuple[str, str]
) -> None:
    rubric = trial_rubric(TEXT).replace(b"files:\n  - {name: a.docx, accept: [docx, odt]}\n", TWO_FILES.encode())
    document = marked(rubric, dict(zip(names, (packed(docx()), packed(xlsx())), strict=True)))
    assert verdicts(document) == ["pass"]
    assert list(document["inputs"]["files"]) == ["Bang.xlsx", "Thu.docx"]


@pytest.mark.parametrize("forged", ["", "{}", "[]", '{"wanted": {}}', '{"format":"exam-work/1"}', "x" * 1000])
def test_an_answer_that_is_none_goes_to_a_person(trial_rubric: Rubric, forged: str) -> None:
    rubric = trial_rubric(("docx.trial_harm", f"forge {forged}"))
    done = mark_submission(rubric, SEED, {"a.docx": packed(docx())})
    assert isinstance(done, WorkDocument)
    assert verdicts(dict(done.document)) == ["error"]
    assert len(done.log.splitlines()) == 2, "asked twice"


def test_a_link_in_place_of_a_workbook_is_not_followed(trial_rubric: Rubric) -> None:
    document = marked(trial_rubric(("docx.trial_harm", "link")), {"a.docx": packed(docx())})
    assert verdicts(document) == ["error"]


@pytest.mark.parametrize("trick", STOPPED)
def test_the_worker_needs_little_memory_whatever_the_file(trial_rubric: Rubric, trick: str) -> None:
    code, make = STOPPED[trick]
    done = mark_submission(trial_rubric(TEXT, accept="docx"), SEED, {"a.docx": make()})
    assert isinstance(done, WorkDocument)
    assert verdicts(dict(done.document)) == (["error"] if code or "sheet" in trick else ["pass"])
    used = trial_checks.MEASURED.search(done.log)
    assert used is not None
    assert int(used[1]) < MOST_MEMORY_MB


MINE, OTHER = "k3v9m2x7q4w8z1p6", "a" * 20


@pytest.mark.parametrize(
    ("watermark", "stamp", "told"),
    [
        ("flag", MINE, []),
        ("flag", OTHER, ["the file has the stamp of another attempt"]),
        ("flag", "", ["the file was not made from the start file: it has no stamp"]),
        ("none", OTHER, []),
    ],
)
def test_a_file_of_another_attempt_is_told_and_marked_all_the_same(
    trial_rubric: Rubric, watermark: str, stamp: str, told: list[str]
) -> None:
    rubric = trial_rubric(TEXT).replace(b"odt]", f"odt], watermark: {watermark}".encode())
    plain = packed(docx())
    done = mark_submission(rubric, SEED, {"a.docx": stamped(plain, stamp) if stamp else plain}, {"a.docx": MINE})
    assert isinstance(done, WorkDocument), done
    document: Any = done.document
    assert [one["message"]["en"] for one in document["notices"]] == told
    assert {one["code"] for one in document["notices"]} <= {"foreign_file"}
    assert verdicts(document) == ["pass"]
    assert MINE.encode() not in done.encoded()
