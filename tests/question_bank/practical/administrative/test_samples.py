"""The two sample tasks with documents: their files are what the script writes, and their rubrics hold for every candidate."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from question_bank.content import Holds
from question_bank.items.text import LIMITS, content_faults
from question_bank.practical.catalogue import Request
from question_bank.practical.marking import Marked, Opened, mark
from question_bank.practical.models import open_model
from question_bank.practical.rubric import Rubric
from question_bank.practical.rubric_reading import read_rubric
from question_bank.practical.template import fill
from question_bank.practical.values import filled_text

TASKS = ("ke-hoach", "cong-van")


@dataclass(frozen=True)
class Candidate:
    """One candidate's rubric with the files that go with it."""

    rubric: Rubric
    start: bytes
    solution: bytes

    def marked(self, data: bytes) -> Marked:
        raised: list[Exception] = []
        found = mark(self.rubric, {self.rubric.files[0].name: Opened(open_model("docx", data))}, lambda _, error: raised.append(error))  # fmt: skip
        assert raised == []
        return found

    def lost(self, data: bytes) -> set[str]:
        return {one.plan.id for one in self.marked(data).checks if one.share != 1}


def filled(data: bytes, values: Mapping[str, str]) -> bytes:
    found = fill(data, values)
    assert found.unknown == (), "a name that the rubric does not give"
    return found.data


def candidate(folder: Path, number: int) -> Candidate:
    reading = read_rubric(
        (folder / "rubric.yaml").read_bytes(), "rubric.yaml", hashlib.sha256(bytes([number])).digest()
    )
    assert reading.problems == ()
    assert reading.rubric is not None
    file = reading.rubric.files[0]
    start, solution = ((folder / name).read_bytes() for name in (file.start, file.solution))
    return Candidate(reading.rubric, filled(start, reading.values), filled(solution, reading.values))


def test_the_files_are_what_the_script_writes(repository: Path, samples: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "scripts.make_practical_documents", tmp_path], cwd=repository, check=True)
    made = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*.docx"))
    assert len(made) == 4
    assert [name for name in made if (tmp_path / name).read_bytes() != (samples / name).read_bytes()] == []


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("number", range(20))
def test_a_start_file_earns_nothing_and_a_solution_everything_for_each_candidate(
    task: str, number: int, samples: Path
) -> None:
    one = candidate(samples / task, number)
    assert one.marked(one.start).points == 0
    assert one.lost(one.solution) == set()


@pytest.mark.parametrize("task", TASKS)
def test_each_check_has_a_mutant_that_fails_it_alone(task: str, samples: Path) -> None:
    one = candidate(samples / task, 0)
    for _, plan in one.rubric.checks():
        assert plan.type is not None
        assert plan.type.mutation is not None
        spoilt = plan.type.mutation(one.solution, Request(plan.select, plan.expect))
        assert spoilt is not None, plan.id
        assert one.lost(spoilt) == {plan.id}


@pytest.mark.parametrize("task", TASKS)
def test_other_programs_and_other_ways_to_type_cost_no_points(
    task: str, samples: Path, office: Callable[..., bytes], edit: Callable[..., bytes]
) -> None:
    one = candidate(samples / task, 1)
    full = one.rubric.points
    apart = edit(one.solution, lambda text: unicodedata.normalize("NFD", text))
    before = edit(one.solution, lambda text: text.replace("HÒA", "HOÀ").replace("hóa", "hoá"))
    saved = (office(one.solution, "docx"), office(one.solution, "odt", "docx"))
    assert [one.marked(data).points for data in (one.solution, *saved, apart, before)] == [full] * 5


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_words_for_the_candidate_are_a_stem_and_name_only_what_the_rubric_gives(
    task: str, language: str, samples: Path
) -> None:
    folder = samples / task
    values = read_rubric((folder / "rubric.yaml").read_bytes(), "rubric.yaml", bytes(32)).values
    missing: list[str] = []
    words = filled_text((folder / f"stem.{language}.txt").read_text(encoding="utf-8"), values, missing.append)
    assert missing == []
    assert "${" not in words
    assert content_faults((), words, LIMITS["stem"], Holds.STEM) == []
