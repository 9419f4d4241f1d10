"""The item type of simulators: from an author's text to what candidates and markers get."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from question_bank.bank import Bank
from question_bank.candidate_fields import check_candidate_document
from question_bank.canonical import JSON
from question_bank.draw import Draw
from question_bank.fields import DocumentError
from question_bank.form import Form
from question_bank.formats.folder import read_bank
from question_bank.ids import FreshIds
from question_bank.items import item_type, response_problem
from question_bank.marking_scheme import NeedsMarker
from question_bank.scoring import score
from question_bank.simulators import Simulator
from scripts.simulator_contest import ITEMS, seal_simulation

SCENARIO = json.dumps({"title": "Bảng tin", "outdated": "Lịch trực tháng 10"}, ensure_ascii=False)


@pytest.fixture
def form(tmp_path: Path, noticeboard: Simulator) -> Form:
    return seal_simulation(tmp_path, "noticeboard", SCENARIO).forms["primary"]


def bank_of(folder: Path, simulator: str, scenario: str) -> tuple[Bank, list[str]]:
    text = ITEMS.format(simulator=simulator, scenario=json.dumps(scenario, ensure_ascii=False))
    (folder / "he-thong.yaml").write_text(text, encoding="utf-8")
    reading = read_bank(folder)
    return reading.bank, [problem.code for problem in reading.problems]


def item_in(document: Any) -> dict[str, Any]:
    (found,) = [one for one in document["items"] if one["type"] == "simulation"]
    return dict(found)


def test_candidates_get_a_world_and_markers_what_it_hides(form: Form) -> None:
    (section,) = form.sections
    view = item_in(section.candidate)
    (variant,) = view["variants"]
    assert variant["world"]["format"] == "exam-world/1"
    assert variant["world"]["world"]["title"] == "Bảng tin"
    assert "outdated" not in json.dumps(section.candidate)
    (marking,) = [one for one in section.marking.items if one.item_id == view["item_id"]]
    assert isinstance(marking.key, dict)
    assert marking.key["hidden"] == [{"outdated_notice": "a1"}]
    assert isinstance(score(marking, {"actions": 3, "sha256": "00" * 32}), NeedsMarker)


@pytest.mark.parametrize(
    ("simulator", "scenario", "codes"),
    [
        ("noticeboard", SCENARIO, []),
        ("noticeboard", "không phải kịch bản", ["bad_scenario"]),
        ("bo-cau", SCENARIO, ["bad_value"]),
        ("noticeboard", "x" * 300_000, ["too_long"]),
    ],
)
def test_what_is_wrong_with_a_scenario_is_told_to_its_author(
    tmp_path: Path, noticeboard: Simulator, simulator: str, scenario: str, codes: list[str]
) -> None:
    assert bank_of(tmp_path, simulator, scenario)[1] == codes


def test_a_world_that_tells_what_it_hides_is_not_placed(noticeboard: Simulator, tmp_path: Path) -> None:
    told = json.dumps({"title": "outdated_notice", "outdated": "Lịch"}, ensure_ascii=False)
    bank, _ = bank_of(tmp_path, "noticeboard", told)
    item = next(one for one in bank.items if one.NAME == "simulation")
    draw = Draw(bytes(32), "x")
    with pytest.raises(DocumentError, match="outdated"):
        item.place(draw, FreshIds(draw), lambda text: text)


def test_a_view_with_anything_else_than_a_world_is_not_sealed(form: Form) -> None:
    document: dict[str, JSON] = json.loads(json.dumps(form.sections[0].candidate))
    check_candidate_document(document, "candidate")
    item_in(document)["variants"][0]["world"]["world"]["seed"] = 7
    with pytest.raises(DocumentError):
        check_candidate_document(document, "candidate")


def test_there_is_no_response_to_it(form: Form) -> None:
    found = item_type("simulation")
    outline = found.outline("i1", item_in(form.sections[0].candidate))
    assert response_problem(outline, {"text": "a"}) == "no_response"
    assert found.ACTS
    assert found.MARKED_BY_PEOPLE
