"""The sample tasks on presentations prove themselves: nothing for the start file, everything for the solution, and a mutant for each check."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from unicodedata import normalize

import pytest

from question_bank.content import Holds
from question_bank.items.text import LIMITS, content_faults
from question_bank.practical.catalogue import Request
from question_bank.practical.marking import Marked, Opened, Verdict, mark
from question_bank.practical.mutants import package_parts, with_parts
from question_bank.practical.rubric import Rubric
from question_bank.practical.slides.presentation import open_model
from question_bank.practical.values import filled_text
from scripts.make_practical_presentations import FILES, SAMPLES
from tests.question_bank.practical.slides.tasks import SEEDS, TASKS, filled, rubric_of


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
@pytest.mark.parametrize("path", [("pptx",), ("odp", "pptx")], ids=["pptx", "odp"])
def test_what_libreoffice_saves_earns_the_same(task: str, path: tuple[str, ...], office: Callable[..., bytes]) -> None:
    rubric, values = rubric_of(task, SEEDS[1])
    for name, points in ((rubric.files[0].start, 0), (rubric.files[0].solution, rubric.points)):
        saved = office(filled((SAMPLES / task / name).read_bytes(), values), *path)
        assert marked(rubric, saved).points == points


@pytest.mark.parametrize("task", TASKS)
def test_letters_typed_apart_and_tones_placed_the_old_way_cost_no_points(task: str) -> None:
    rubric, values = rubric_of(task, SEEDS[0])
    solution = filled((SAMPLES / task / rubric.files[0].solution).read_bytes(), values)
    for spelt in (lambda text: normalize("NFD", text), lambda text: text.replace("Hòa", "Hoà").replace("hóa", "hoá")):
        changes: dict[str, bytes | None] = {
            name: spelt(part.decode()).encode()
            for name, part in package_parts(solution).items()
            if name.startswith(("ppt/slides/slide", "ppt/notes", "ppt/charts/chart"))
        }
        assert marked(rubric, with_parts(solution, changes)).points == rubric.points


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_words_for_the_candidate_are_a_stem_and_name_only_what_the_rubric_gives(task: str, language: str) -> None:
    _, values = rubric_of(task, SEEDS[0])
    missing: list[str] = []
    words = filled_text((SAMPLES / task / f"stem.{language}.txt").read_text(encoding="utf-8"), values, missing.append)
    assert missing == []
    assert "${" not in words
    assert content_faults((), words, LIMITS["stem"], Holds.STEM) == []


def test_every_task_lies_in_a_folder_of_its_own() -> None:
    assert {Path(name).parts[0] for name in FILES} == set(TASKS)
