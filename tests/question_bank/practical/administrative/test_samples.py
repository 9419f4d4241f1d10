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
from question_bank.practical.gate import prove
from question_bank.practical.marking import Marked, Opened, mark
from question_bank.practical.models import open_model
from question_bank.practical.rubric import Rubric
from question_bank.practical.rubric_reading import read_rubric
from question_bank.practical.task_folder import read_task
from question_bank.practical.template import fill
from question_bank.practical.values import filled_text

TASKS = ("ke-hoach", "cong-van")


@dataclass(frozen=True)
class Candidate:
    """One candidate's rubric with the files that go with it."""

    rubric: Rubric
    solution: bytes

    def marked(self, data: bytes) -> Marked:
        raised: list[Exception] = []
        found = mark(self.rubric, {self.rubric.files[0].name: Opened(open_model("docx", data))}, lambda _, error: raised.append(error))  # fmt: skip
        assert raised == []
        return found


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
    return Candidate(reading.rubric, filled((folder / file.solution).read_bytes(), reading.values))


def test_the_files_are_what_the_script_writes(repository: Path, samples: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "scripts.make_practical_documents", tmp_path], cwd=repository, check=True)
    made = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*.docx"))
    assert len(made) == 4
    assert [name for name in made if (tmp_path / name).read_bytes() != (samples / name).read_bytes()] == []


@pytest.mark.parametrize("task", TASKS)
def test_the_gate_lets_the_task_through(task: str, samples: Path) -> None:
    found = read_task(samples / task / "rubric.yaml")
    assert found.problems == ()
    assert found.task is not None
    assert prove(found.task).faults == ()


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
