"""A type of items from another distribution, one folder: written, checked, sealed, shown, answered, marked; nothing here knows it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from client_kiosk.papers import open_paper
from client_kiosk.view import page_paper
from question_bank import items
from question_bank.bilingual import Bilingual
from question_bank.blueprint import Blueprint, Cell, SectionPlan
from question_bank.custody import SecretKind, combine
from question_bank.form import Form, SetName, assemble
from question_bank.formats.folder import read_bank
from question_bank.ids import TopicCode
from question_bank.items import response_problem
from question_bank.items.model import Level
from question_bank.marking_scheme import Marks
from question_bank.outline import outline
from question_bank.scoring import canary_faults, score_section
from question_bank.sealed import Package
from question_bank.sealed_keys import SigningKey
from question_bank.sealed_write import seal
from scripts.every_type_paper import EveryType
from scripts.vector_tools import NOT_BEFORE_MS, NOW_MS, sample_plan
from server.domain.plan import section_outline, section_plan
from server.protocol.situation import Order, Paper

TYPE = '''
"""Scale: how far does one agree? Response: {"step": 3}."""

from dataclasses import dataclass
from typing import ClassVar

from question_bank.fields import Fields
from question_bank.items.model import Item, Placed
from question_bank.marking_scheme import Marks, share
from question_bank.order import ItemOutline
from question_bank.phrase import phrase
from question_bank.problems import Fault
from question_bank.view_shape import Kind


def near(marking, response):
    """Everything for the step itself, half for its neighbours."""
    step = response.get("step") if response else None
    away = abs(step - marking.key) if isinstance(step, int) else 9
    return share(marking, max(0, 2 - away), 2)


@dataclass(frozen=True, slots=True)
class Scale(Item):
    steps: int
    key: int

    NAME: ClassVar = "scale"
    LABEL: ClassVar = phrase("a scale")
    RULES: ClassVar = {"near": near}
    REQUIRED: ClassVar = ("steps", "key")
    SCHEMA: ClassVar = {"steps": {"type": "integer"}, "key": {"type": "integer"}}
    WORDS: ClassVar = {"how": phrase("chọn một mức"), "step": phrase("Mức {step}")}
    VIEW: ClassVar = {"steps": Kind.WHOLE}

    @classmethod
    def read(cls, common, fields, faults):
        return cls(common, int(fields.get("steps") or 0), int(fields.get("key") or 0))

    def own_fields(self):
        return {"steps": str(self.steps), "key": str(self.key)}

    def own_problems(self):
        if 1 <= self.key <= self.steps <= 9:
            return []
        return [Fault("off_the_scale", ("key",), phrase("the key is not on the scale"))]

    def place(self, draw, ids, show):
        return Placed({"steps": self.steps}, self.key)

    @classmethod
    def outline(cls, item_id, view):
        return ItemOutline(item_id, cls.NAME, (), {"steps": Fields(dict(view), item_id).integer("steps", 1)})

    @classmethod
    def response_problem(cls, item, response):
        step = response.get("step")
        return None if set(response) == {"step"} and type(step) is int and 1 <= step <= item.shape["steps"] else "no_step"

    @classmethod
    def right_response(cls, item, marking):
        return {"step": marking.key}

    @classmethod
    def wrong_response(cls, item, marking, draw):
        far = [step for step in range(1, item.shape["steps"] + 1) if abs(step - marking.key) > 1]
        return {"step": draw.sample(far, 1)[0]} if far else None


TYPE = Scale
'''
WIDGET = """
import { button, make } from "../../front/paper/widget.js";

export default function widget(item, tools) {
  const steps = [...Array(item.view.steps).keys()].map((at) => button(tools.word("step", { step: at + 1 }),
    () => void tools.save({ step: at + 1 }), { class: "scale-step" }));
  return {
    how: tools.word("how"),
    element: make("div", { role: "group" }, ...steps),
    paint(response) { steps.forEach((step, at) => step.setAttribute("aria-pressed", String(response?.step === at + 1))); },
  };
}
"""
STYLE = '.scale-step[aria-pressed="true"] { border-style: double; }'
ITEMS = """format: exam-items/1
topic: muc-do
topic_title: {vi: Mức độ, en: Degrees}
items:
  - {id: M-1, type: scale, level: nhan_biet, stem: Dễ đến mức nào?, steps: 5, key: 4, explanation: Vì thế., source: Sách}
  - {id: M-2, type: scale, level: nhan_biet, stem: Khó đến mức nào?, steps: 7, key: 1, explanation: Vì thế., source: Sách}
"""


@pytest.fixture
def scale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Installs the distribution for one test; gives the folder of its package, the only one there is."""
    folder = tmp_path / "installed" / "scale_items"
    folder.mkdir(parents=True)
    for name, content in {"__init__.py": TYPE, "widget.js": WIDGET, "widget.css": STYLE}.items():
        (folder / name).write_text(content, encoding="utf-8")
    information = folder.parent / "scale_items-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: scale-items\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text("[examroom.item_types]\nscale = scale_items:TYPE\n")
    monkeypatch.syspath_prepend(str(folder.parent))
    items.types.cache_clear()
    items.rules.cache_clear()
    yield folder
    sys.modules.pop("scale_items", None)
    items.types.cache_clear()
    items.rules.cache_clear()


def assembled(folder: Path) -> Form:
    """A form of all items in a folder of authoring files."""
    reading = read_bank(folder)
    assert [problem.code for problem in reading.problems] == []
    title = Bilingual("Phần 1", "Part 1")
    cells = (Cell(TopicCode("muc-do"), Level.NHAN_BIET, 2),)
    blueprint = Blueprint("thu", "mot", title, (SectionPlan("phan-1", title, 900, Marks(50), {}, cells),))
    form = assemble(reading.bank, blueprint, bytes(32), SetName.PRIMARY)
    assert isinstance(form, Form)
    return form


def test_a_type_of_another_distribution_goes_all_the_way_from_its_author_to_a_mark(
    scale: Path, tmp_path: Path, machine: Callable[..., Any], eventually: Callable[..., None]
) -> None:
    bank = tmp_path / "bank"
    bank.mkdir()
    (bank / "muc-do.yaml").write_text(ITEMS.replace("key: 4", "key: 6"), encoding="utf-8")
    assert [problem.code for problem in read_bank(bank).problems] == ["off_the_scale"]
    (bank / "muc-do.yaml").write_text(ITEMS, encoding="utf-8")

    form, key = assembled(bank), SigningKey.generate()
    bundle = seal(
        form, key, sample_plan(), tmp_path, created_at_ms=NOT_BEFORE_MS, not_before_ms=None, requires_version="0.1.0"
    )
    package = Package.open_file(bundle.package.path, key.public, "0.1.0")
    shares = {kind: [one.share for one in bundle.shares if one.kind is kind][:2] for kind in SecretKind}
    custody = package.manifest.custody
    identity = package.sections(combine(shares[SecretKind.PAPER], custody.paper.recipient), NOW_MS)[
        form.sections[0].section_id
    ]
    marking = package.marking(combine(shares[SecretKind.MARKING], custody.marking.recipient), NOW_MS)

    # The room: what it knows of the paper goes through its journal, and says what can be a response.
    section = outline(dict(package.candidate(form.sections[0].section_id, identity).document))
    assert section_outline(section_plan(section, 900)) == section
    assert response_problem(section.items[0], {"step": 5}) is None
    assert response_problem(section.items[0], {"step": 8}) == "no_step"
    assert canary_faults(marking.sections, marking.canaries) == []

    # The kiosk: its page has the widget and the style out of the type's own folder.
    order = Order(tuple(item.item_id for item in section.items), {item.item_id: () for item in section.items})
    paper = Paper("a1", 0, package.manifest.package_id, section.section_id, section.form_id, identity, order, {}, ())
    opened = open_paper(bundle.package.path, f"exam-committee {key_line(key)} Ban Đề thi", "0.1.0", paper)
    one = machine(every=EveryType(opened, page_paper(opened), {}, {"scale": 1}))
    page = one.show("exam fresh")
    expect(page.locator("#item-heading")).to_contain_text("chọn một mức")
    stem = page.locator("#stem").inner_text()
    right = 4 if stem.startswith("Dễ") else 1
    page.get_by_role("button", name=f"Mức {right + 1}", exact=True).click()
    eventually(lambda: one.desk.view()["responses"] == {"1": {"step": right + 1}}, what="the answer being saved")
    expect(page.locator(".scale-step[aria-pressed=true]")).to_have_text(f"Mức {right + 1}")
    assert (
        page.locator(".scale-step[aria-pressed=true]").evaluate("one => getComputedStyle(one).borderTopStyle")
        == "double"
    )
    assert opened.problem(1, {"step": right + 1}) is None

    # The mark: a neighbour of the right step is worth half.
    made = score_section(marking.sections[0], {section.items[0].item_id: {"step": right + 1}})
    assert (made.marks, made.max_marks, made.of) == (25, 100, 2)


def key_line(key: SigningKey) -> str:
    """The public key as the room hands it on."""
    import base64

    return base64.b64encode(key.public).decode()


def test_the_package_of_such_a_type_has_one_folder_and_nothing_else_names_it(scale: Path, repository: Path) -> None:
    assert sorted(path.name for path in scale.iterdir() if path.is_file()) == ["__init__.py", "widget.css", "widget.js"]
    for package in ("question_bank", "client_kiosk", "server"):
        named = [
            path for path in (repository / package).rglob("*.py") if "scale_items" in path.read_text(encoding="utf-8")
        ]
        assert named == []
