"""A form as its page has it: every item with a response that earns everything, where its type has one."""

from __future__ import annotations

import shutil
from pathlib import Path

from question_bank.bilingual import Bilingual
from question_bank.blueprint import Blueprint, Cell, SectionPlan
from question_bank.form import SetName, assemble_sets
from question_bank.formats.folder import read_bank
from question_bank.items import types
from question_bank.marking_scheme import Marks
from question_bank.studio.form_views import paper

VECTORS = Path(__file__).parents[2] / "vectors/items"
BY_MARKERS = {"essay", "file_task", "prediction"}  # nothing typed beforehand is the right response


def test_a_form_shows_the_right_response_of_every_type_that_has_one(tmp_path: Path) -> None:
    shutil.copy(VECTORS / "good_types.yaml", tmp_path)
    shutil.copytree(VECTORS / "media", tmp_path / "media")
    bank = read_bank(tmp_path).bank
    cells = tuple(Cell(one.topic, one.level, one.items, (one.type,)) for one in bank.counts())
    plan = SectionPlan("p", Bilingual("Mọi kiểu câu", "Every type"), 2700, Marks(25), {}, cells)
    blueprint = Blueprint("hoi-thi", "r", Bilingual("Hội thi mẫu", "Sample contest"), (plan,))
    forms = assemble_sets(bank, blueprint, bytes(32), (SetName.PRIMARY,))
    assert isinstance(forms, tuple)
    shown = [one["preview"] for one in paper(forms[0]) if isinstance(one, dict)]
    assert len(shown) == len(bank.items)
    right = {one["item"]["type"]: one["right"] for one in shown}  # type: ignore[index,call-overload]
    assert set(right) == set(types())
    assert {name for name, response in right.items() if response is None} == BY_MARKERS
