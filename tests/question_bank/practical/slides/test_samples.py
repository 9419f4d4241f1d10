"""The sample tasks on presentations prove themselves: nothing for the start file, everything for the solution, and a mutant for each check."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from question_bank.draw import SEED_BYTES
from question_bank.practical.catalogue import Request
from question_bank.practical.marking import Marked, Opened, Verdict, mark
from question_bank.practical.mutants import package_parts, with_parts
from question_bank.practical.rubric import Rubric
from question_bank.practical.rubric_reading import read_rubric
from question_bank.practical.slides.presentation import open_model
from scripts.make_practical_presentations import FILES, SAMPLES

TASKS = ("gioi-thieu-dich-vu-cong", "bao-cao-quy")
SEEDS = [bytes([number]) * SEED_BYTES for number in range(20)]


def rubric_of(task: str, seed: bytes) -> tuple[Rubric, Mapping[str, str]]:
    path = SAMPLES / task / "rubric.yaml"
    reading = read_rubric(path.read_bytes(), str(path), seed)
    assert reading.rubric is not None, reading.problems
    return reading.rubric, reading.values


def filled(data: bytes, values: Mapping[str, str]) -> bytes:
    """A file with its values; the files of these tasks have each place in one run."""
    changes: dict[str, bytes | None] = {
        name: re.sub(rb"\$\{([^{}]+)\}", lambda found: values[found[1].decode()].encode(), part)
        for name, part in package_parts(data).items()
        if name.endswith(".xml")
    }
    return with_parts(data, changes)


def marked(rubric: Rubric, data: bytes) -> Marked:
    def on_error(name: str, error: Exception) -> None:
        raise AssertionError(name) from error

    return mark(rubric, {rubric.files[0].name: Opened(open_model(data))}, on_error)


@pytest.mark.parametrize("name", FILES)
def test_the_files_are_what_the_script_makes(name: str) -> None:
    assert package_parts((SAMPLES / name).read_bytes()) == package_parts(FILES[name]())


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("seed", SEEDS[:3], ids=range(3))
def test_the_start_file_earns_nothing(task: str, seed: bytes) -> None:
    rubric, values = rubric_of(task, seed)
    found = marked(rubric, filled((SAMPLES / task / rubric.files[0].start).read_bytes(), values))
    assert {one.plan.id: one.points for one in found.checks if one.points} == {}


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("seed", SEEDS, ids=range(len(SEEDS)))
def test_the_solution_earns_everything_whatever_is_drawn(task: str, seed: bytes) -> None:
    rubric, values = rubric_of(task, seed)
    found = marked(rubric, filled((SAMPLES / task / rubric.files[0].solution).read_bytes(), values))
    assert {one.plan.id: one.findings for one in found.checks if one.verdict is not Verdict.PASSED} == {}
    assert found.points == rubric.points


@pytest.mark.parametrize("task", TASKS)
def test_each_mutant_loses_in_its_own_check_alone(task: str) -> None:
    rubric, values = rubric_of(task, SEEDS[0])
    solution = filled((SAMPLES / task / rubric.files[0].solution).read_bytes(), values)
    for _, plan in rubric.checks():
        assert plan.type is not None
        assert plan.type.mutation is not None
        mutant = plan.type.mutation(solution, Request(plan.select, plan.expect))
        assert mutant is not None, plan.id
        lost = {one.plan.id for one in marked(rubric, mutant).checks if one.verdict is not Verdict.PASSED}
        assert lost - set(plan.also) == {plan.id}


@pytest.mark.parametrize("task", TASKS)
def test_the_task_is_told_in_both_languages_with_the_same_values(task: str) -> None:
    stems = [(SAMPLES / task / f"stem.{language}.txt").read_text(encoding="utf-8") for language in ("vi", "en")]
    places = [set(re.findall(r"\$\{([^{}:]+)", stem)) for stem in stems]
    rubric = (SAMPLES / task / "rubric.yaml").read_text(encoding="utf-8")
    assert places[0] == places[1] == set(re.findall(r"\$\{([^{}:]+)", rubric))


def test_every_task_lies_in_a_folder_of_its_own() -> None:
    assert {Path(name).parts[0] for name in FILES} == set(TASKS)
