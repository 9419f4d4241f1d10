"""Finding simulators, and what they travel as."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from question_bank.fields import DocumentError
from question_bank.front.simulators import described, page_file
from question_bank.simulators import Simulator, SimulatorError, read_world, simulator
from question_bank.simulators.model import MOST_ACTIONS, Refused, Standing, Taken, replay
from scripts.simulator_page import sample_world


def test_an_installed_simulator_is_found_by_its_name(noticeboard: Simulator) -> None:
    assert simulator("noticeboard") is noticeboard
    with pytest.raises(SimulatorError):
        simulator("carrier-pigeons")


def test_looking_for_simulators_loads_neither_scenarios_nor_checks(installed: Path) -> None:
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); from question_bank.simulators import simulators; simulators(); "
        "print([name for name in sys.modules if name.endswith(('.scenario', '.checks')) or 'practical' in name])"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, str(installed)], capture_output=True, text=True, check=True, timeout=60
    )
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize("change", [{"version": 2}, {"format": "exam-world/2"}, {"simulator": "pigeons"}])
def test_a_world_of_another_version_is_not_read(noticeboard: Simulator, change: dict[str, str | int]) -> None:
    document = noticeboard.world_document(sample_world(noticeboard))
    with pytest.raises(SimulatorError):
        read_world({**document, **change})
    with pytest.raises(DocumentError):
        read_world({**document, "seed": 1})


def test_what_a_system_refuses_is_listed_and_changes_nothing(noticeboard: Simulator) -> None:
    actions = [Taken(1, {"do": "take_down", "id": "a1"}, 5), Taken(2, {"do": "take_down", "id": "a1"}, 6)]
    run = replay(noticeboard, sample_world(noticeboard), actions)
    assert [one.n for one, _ in run.taken] == [1]
    assert [one.n for one, _ in run.refused] == [2]


def test_a_run_that_is_full_takes_nothing_more(noticeboard: Simulator) -> None:
    state = noticeboard.initial(sample_world(noticeboard))
    assert isinstance(Standing(noticeboard, state, MOST_ACTIONS).after({"do": "take_down", "id": "a1"}, 0), Refused)


def test_a_system_whose_page_would_grow_beyond_its_bound_takes_nothing_more(noticeboard: Simulator) -> None:
    standing = Standing(noticeboard, noticeboard.initial(sample_world(noticeboard)))
    for _ in range(60):
        after = standing.after({"do": "post", "text": "x" * 16_000}, 0)
        assert isinstance(after, Standing)
        standing = after
    for _ in range(6):
        last = standing.after({"do": "post", "text": "x" * 16_000}, 0)
        standing = last if isinstance(last, Standing) else standing
    assert isinstance(last, Refused)
    assert isinstance(standing.after({"do": "take_down", "id": "n1"}, 0), Standing), "making room is taken"


@pytest.mark.parametrize("file", ["scenario.py", "../scenario.py", "words.py", "Page.js", "page.js.map"])
def test_of_a_simulator_pages_get_scripts_and_styles_alone(noticeboard: Simulator, file: str) -> None:
    assert page_file("noticeboard", file) is None
    assert page_file("noticeboard", "page.js") is not None
    assert page_file("carrier-pigeons", "page.js") is None
    assert described(noticeboard)["style"] is True
