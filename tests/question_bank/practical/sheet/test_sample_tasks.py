"""The two sample tasks with workbooks: files made again are the same bytes, the start file earns nothing, the solution everything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from question_bank.practical.marking import Marked, Opened, mark
from question_bank.practical.models import open_model
from question_bank.practical.rubric import Rubric
from question_bank.practical.rubric_reading import read_rubric
from question_bank.practical.task_folder import draws
from question_bank.practical.template import fill
from scripts.practical_budget import budget_solution, budget_start
from scripts.practical_dossiers import dossiers_solution, dossiers_start

Office = Callable[[Mapping[str, bytes], str], dict[str, bytes]]
TASKS = {
    "tong-hop-ho-so": ("TongHopHoSo.xlsx", dossiers_start, dossiers_solution),
    "du-toan-chi": ("DuToanChi.xlsx", budget_start, budget_solution),
}


def raised(check: str, error: Exception) -> None:
    raise AssertionError(check) from error


def wanted_by(rubric: Rubric, data: bytes) -> dict[str, dict[str, bytes]]:
    """The workbooks that checks want recalculated, by check and key."""
    found: dict[str, dict[str, bytes]] = {}

    def ask(check: str, wanted: Mapping[str, bytes]) -> None:
        found[check] = dict(wanted)

    mark(rubric, {rubric.files[0].name: Opened(open_model("xlsx", data), data=data, ask=ask)}, raised)
    return found


@pytest.fixture(scope="module")
def marked(repository: Path, office: Office) -> dict[tuple[str, str], Marked]:
    """Start file and solution of both tasks, for one draw of values; one start of LibreOffice."""
    rubrics: dict[str, Rubric] = {}
    files: dict[tuple[str, str], bytes] = {}
    wanted: dict[tuple[str, str, str, str], bytes] = {}
    for task in TASKS:
        folder = repository / "question_bank/samples/practical" / task
        reading = read_rubric((folder / "rubric.yaml").read_bytes(), "rubric.yaml", draws()[3])
        assert reading.rubric is not None, reading.problems
        rubrics[task], one = reading.rubric, reading.rubric.files[0]
        for what, name in (("start", one.start), ("solution", one.solution)):
            data = fill((folder / name).read_bytes(), reading.values).data
            files[task, what] = data
            for check, keys in wanted_by(reading.rubric, data).items():
                wanted |= {(task, what, check, key): made for key, made in keys.items()}
    names = {f"w{at}.xlsx": place for at, place in enumerate(wanted)}
    made = office({name: wanted[place] for name, place in names.items()}, "xlsx")
    found = {}
    for (task, what), data in files.items():
        given: dict[str, dict[str, bytes]] = {}
        for name, place in names.items():
            if place[:2] == (task, what):
                given.setdefault(place[2], {})[place[3]] = made[name]
        opened = Opened(open_model("xlsx", data), data=data, recalculated=given)
        found[task, what] = mark(rubrics[task], {rubrics[task].files[0].name: opened}, raised)
    return found


@pytest.mark.parametrize("task", TASKS)
def test_the_start_file_earns_nothing_and_the_solution_everything(
    task: str, marked: dict[tuple[str, str], Marked]
) -> None:
    assert {one.plan.id: one.points for one in marked[task, "start"].checks if one.points} == {}
    assert {one.plan.id: one.points for one in marked[task, "solution"].checks if one.points != one.plan.points} == {}
    assert marked[task, "solution"].points == marked[task, "solution"].rubric.points


@pytest.mark.parametrize("task", TASKS)
def test_the_files_are_what_the_script_makes(task: str, repository: Path) -> None:
    name, start, solution = TASKS[task]
    folder = repository / "question_bank/samples/practical" / task
    assert (folder / "start" / name).read_bytes() == start() == start()
    assert (folder / "key" / name).read_bytes() == solution()
