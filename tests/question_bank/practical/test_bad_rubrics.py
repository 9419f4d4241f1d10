"""Every rule about rubrics has a file that breaks it: the reader names the rule, and the line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.practical.rubric import MOST_CHECKS, MOST_FILES
from question_bank.practical.rubric_reading import read_rubric
from question_bank.practical.values import MOST_PARAMETERS

VECTORS = Path(__file__).resolve().parents[2] / "vectors" / "rubrics"
EXPECT = re.compile(rb"^# expect: (\d+) (\w+)$", re.MULTILINE)
SEED = bytes(range(32))
# Codes of what is too large to keep as a file; tested below.
ELSEWHERE = {"too_many"}
BASE = (VECTORS / "sum.yaml").read_text(encoding="utf-8").replace("points: 3", "points: 2")

pytestmark = pytest.mark.usefixtures("probes")


def expected(path: Path) -> list[tuple[int, str]]:
    return sorted((int(line), code.decode()) for line, code in EXPECT.findall(path.read_bytes()))


@pytest.mark.parametrize("path", sorted(VECTORS.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_bad_rubric_gives_exactly_its_problems_with_their_lines(path: Path) -> None:
    reading = read_rubric(path.read_bytes(), path.name, SEED)
    assert sorted((one.line, one.code) for one in reading.problems) == expected(path)
    assert (reading.rubric is None) == bool(expected(path))
    assert all(one.message for one in reading.problems)


def test_every_code_in_the_sources_has_a_bad_rubric(repository: Path) -> None:
    practical = repository / "question_bank" / "practical"
    names = ("arguments", "rubric_agreement", "rubric_checks", "rubric_fields", "rubric_reading", "values")
    source = "\n".join((practical / f"{name}.py").read_text(encoding="utf-8") for name in names)
    named = set(re.findall(r"""report\.add\((?:[^"]|"\w+"\))*?, "(\w+)",""", source))
    named |= set(re.findall(r"""_twice\("(\w+)\"""", source))
    assert len(named) > 15
    shown = {code for path in VECTORS.glob("*.yaml") for _, code in expected(path)}
    assert named - shown == ELSEWHERE


def test_every_code_of_a_bad_rubric_is_in_the_specification(repository: Path) -> None:
    page = (repository / "docs/practical.md").read_text(encoding="utf-8")
    shown = {code for path in VECTORS.glob("*.yaml") for _, code in expected(path)}
    assert {*shown, *ELSEWHERE} - set(re.findall(r"`(\w+)`", page)) == set()


def codes(text: str) -> set[str]:
    return {one.code for one in read_rubric(text.encode(), "r.yaml", SEED).problems}


def with_checks(number: int) -> str:
    lines = "".join(f"      - {{id: c{n}, type: docx.probe, points: 1}}\n" for n in range(number - 2))
    return BASE.replace("points: 2", f"points: {number}") + lines


def test_there_are_at_most_so_many_checks_files_and_parameters() -> None:
    assert codes(with_checks(MOST_CHECKS)) == set()
    assert codes(with_checks(MOST_CHECKS + 1)) == {"too_many"}
    first = "  - {name: A.docx, accept: [docx, odt]}\n"
    files = [f"  - {{name: F{n}.docx, accept: docx}}\n" for n in range(MOST_FILES)]
    assert codes(BASE.replace(first, first + "".join(files[1:]))) == set()
    assert codes(BASE.replace(first, first + "".join(files))) == {"too_many"}
    names = [f"  p{n}: {{choose: a}}\n" for n in range(MOST_PARAMETERS + 1)]
    assert codes(BASE + "parameters:\n" + "".join(names[1:])) == set()
    assert codes(BASE + "parameters:\n" + "".join(names)) == {"wrong_shape"}


def test_checks_within_checks_count_too() -> None:
    nested = ", ".join(["{type: docx.probe}"] * MOST_CHECKS)
    text = BASE.replace(
        "{id: hai, type: docx.probe, points: 1}", f"{{id: hai, type: all_of, points: 1, checks: [{nested}]}}"
    )
    assert codes(text) == {"too_many"}


@given(st.binary(max_size=300))
def test_whatever_the_bytes_are_reading_ends_with_problems(data: bytes) -> None:
    reading = read_rubric(data, "r.yaml", SEED)
    assert reading.rubric is None
    assert reading.problems


LINES = BASE.splitlines(keepends=True)


@given(
    st.integers(0, len(LINES) - 1),
    st.sampled_from(["", "x", "- x\n", "  a: b\n", "[]\n", "{}\n", "~\n"]),
    st.booleans(),
)
def test_a_rubric_with_a_line_changed_is_read_or_told_and_never_raises(at: int, line: str, keep: bool) -> None:
    changed = [*LINES[:at], *([LINES[at]] if keep else []), line, *LINES[at + 1 :]]
    reading = read_rubric("".join(changed).encode(), "r.yaml", SEED)
    assert (reading.rubric is None) == bool(reading.problems)
