"""A custody plan: what is wrong with it is said with its line, all of it at once."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from question_bank.custody_plan import Custodian, CustodyPlan, read_plan

GOOD = """\
format: exam-custody/1
paper:
  threshold: 2
  custodians:
    - {body: Ban Đề thi, title: Trưởng ban}
    - {body: Ban Tổ chức, title: Phó Trưởng ban}
    - {body: Tổ Thư ký, title: Tổ trưởng}
marking:
  threshold: 2
  custodians:
    - {body: Ban Đề thi, title: Phó Trưởng ban}
    - {body: Ban Giám khảo, title: Trưởng ban}
"""


def test_a_plan_is_read() -> None:
    plan = read_plan(GOOD.encode(), "custody.yaml")
    assert isinstance(plan, CustodyPlan)
    assert plan.paper.threshold == 2
    assert plan.paper.custodians[1] == Custodian("Ban Tổ chức", "Phó Trưởng ban")
    assert plan.marking.bodies == ("Ban Đề thi", "Ban Giám khảo")


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("exam-custody/1", "exam-custody/2", "unknown_format", 1),
        ("  threshold: 2\n  custodians:\n    - {body: Ban Đề thi, title: Trưởng", "  custodians:\n    - {body: Ban Đề thi, title: Trưởng",
         "missing_field", 3),
        ("threshold: 2\n  custodians:\n    - {body: Ban Đề thi, title: Trưởng", "threshold: 4\n  custodians:\n    - {body: Ban Đề thi, title: Trưởng",
         "bad_threshold", 3),
        ("threshold: 2\n  custodians:\n    - {body: Ban Đề thi, title: Trưởng", "threshold: 1\n  custodians:\n    - {body: Ban Đề thi, title: Trưởng",
         "bad_threshold", 3),
        ("threshold: 2\n  custodians:\n    - {body: Ban Đề thi, title: Trưởng", "threshold: two\n  custodians:\n    - {body: Ban Đề thi, title: Trưởng",
         "bad_threshold", 3),
        ("{body: Ban Giám khảo,", "{body: Ban Đề thi,", "one_body", 11),
        ("    - {body: Ban Giám khảo, title: Trưởng ban}\n", "", "wrong_number", 11),
        ("{body: Tổ Thư ký, title: Tổ trưởng}", "{body: Tổ Thư ký, title: Tổ trưởng, name: Ai}", "unknown_key", 7),
        ("{body: Tổ Thư ký, title: Tổ trưởng}", "{body: Tổ Thư ký}", "missing_field", 7),
        ("{body: Tổ Thư ký, title: Tổ trưởng}", "Tổ Thư ký", "wrong_shape", 7),
        ("body: Tổ Thư ký", "body: ''", "bad_text", 7),
        ("body: Tổ Thư ký", "body: " + "x" * 201, "bad_text", 7),
        ("marking:", "markings:", "unknown_key", 8),
    ],
)  # fmt: skip
def test_a_wrong_plan_is_refused_with_its_line(old: str, new: str, code: str, line: int) -> None:
    assert old in GOOD
    problems = read_plan(GOOD.replace(old, new, 1).encode(), "custody.yaml")
    assert isinstance(problems, list)
    assert (code, line) in {(problem.code, problem.line) for problem in problems}
    assert all(problem.message and problem.file == "custody.yaml" for problem in problems)


@pytest.mark.parametrize(
    "data", [b"", b"\xff", b"[]", b"format: exam-custody/1\npaper: []\nmarking: x\n", b"a: {", b"x" * 3_000_000]
)
def test_any_bytes_are_a_plan_or_problems(data: bytes) -> None:
    assert isinstance(read_plan(data, "custody.yaml"), list)


def test_names_are_kept_in_nfc() -> None:
    plan = read_plan(unicodedata.normalize("NFD", GOOD).encode(), "custody.yaml")
    assert isinstance(plan, CustodyPlan)
    assert plan.paper.bodies[0] == "Ban Đề thi"


def test_the_sample_plan_is_right(repository: Path) -> None:
    path = repository / "question_bank/samples/custody.yaml"
    assert isinstance(read_plan(path.read_bytes(), str(path)), CustodyPlan)
