"""The item types: what a response may be, what is wrong with an item, and how a new type comes in."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from question_bank import items
from question_bank.comparing import EXACT
from question_bank.draw import Draw
from question_bank.formats.authoring import read_items
from question_bank.front.widgets import type_file
from question_bank.ids import FreshIds
from question_bank.items import ItemTypeError, response_problem
from question_bank.items._choice import Choice
from question_bank.items._typed import TextAnswer, answer_faults, text_percent
from question_bank.items.text import folded, text_faults
from question_bank.order import Group, ItemOutline

OPTIONS = ("oaaaaa", "obbbbb", "occccc")


@pytest.mark.parametrize(
    ("type_name", "response", "problem"),
    [
        ("single_choice", {"options": ["obbbbb"]}, None),
        ("single_choice", {"options": []}, "nothing_chosen"),
        ("single_choice", {"options": ["oaaaaa", "obbbbb"]}, "several_chosen"),
        ("single_choice", {"options": ["ozzzzz"]}, "unknown_option"),
        ("single_choice", {"options": [7]}, "unknown_option"),
        ("single_choice", {"options": [["oaaaaa"]]}, "unknown_option"),
        ("single_choice", {"options": "oaaaaa"}, "not_a_list"),
        ("single_choice", {"options": ["oaaaaa"], "x": 1}, "unknown_field"),
        ("single_choice", {}, "unknown_field"),
        ("single_choice", ["oaaaaa"], "not_an_object"),
        ("single_choice", None, "not_an_object"),
        ("multiple_choice", {"options": ["oaaaaa"]}, None),
        ("multiple_choice", {"options": ["oaaaaa", "obbbbb", "occccc"]}, None),
        ("multiple_choice", {"options": ["obbbbb", "oaaaaa"]}, "not_sorted"),
        ("multiple_choice", {"options": ["oaaaaa", "oaaaaa"]}, "not_sorted"),
        ("multiple_choice", {"options": []}, "nothing_chosen"),
        ("multiple_choice", {"options": ["oaaaaa", "ozzzzz"]}, "unknown_option"),
    ],
)
def test_a_response_that_cannot_be_one_is_named(type_name: str, response: object, problem: str | None) -> None:
    assert response_problem(ItemOutline("iaaaaaaa", type_name, (Group(OPTIONS),), {"most": 3}), response) == problem


def test_an_item_of_an_unknown_type_is_an_error_with_a_hint() -> None:
    with pytest.raises(ItemTypeError) as caught:
        response_problem(ItemOutline("iaaaaaaa", "telepathy"), {})
    assert caught.value.hint


def test_placing_an_item_gives_its_key_in_the_forms_ids(make_item: Callable[..., Choice]) -> None:
    draw = Draw(bytes(32), "x")
    item = make_item("X-1", key="AC", fixed="D")
    placed = item.place(draw, FreshIds(draw), lambda text: text)
    options = placed.view["options"]
    assert isinstance(options, list)
    texts = {option["option_id"]: option["text"] for option in options if isinstance(option, dict)}
    assert isinstance(placed.key, dict)
    right = placed.key["right"]
    assert isinstance(right, list)
    assert {texts[option] for option in right} == {"Ý A của X-1", "Ý C của X-1"}
    assert right == sorted(right, key=str)
    assert "key" not in str(options)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Tất cả văn bản trên hệ thống", []),
        ("Tất cả các phương án trên", ["not_fixed"]),
        ("Cả 3 đáp án trên", ["not_fixed"]),
        ("Tất cả đều đúng", ["not_fixed"]),
        ("Cả ba nội dung nêu trên đều đúng.", ["not_fixed"]),
        ("Không có đáp án nào ở trên đúng", ["not_fixed"]),
        ("Không phương án nào đúng", ["not_fixed"]),
        ("Không có văn bản nào", []),
        ("All of the above", ["not_fixed"]),
        ("Cả A và B", ["refers_to_labels"]),
        ("A, B và C đều đúng", ["refers_to_labels"]),
        ("Chỉ A và C", ["refers_to_labels"]),
        ("Đáp án A và C", ["refers_to_labels"]),
        ("Khổ giấy A4 và A5", []),
        ("Hộ chiếu loại A và loại B", []),
        ("Cả nhà cùng làm", []),
    ],
)
def test_an_option_that_speaks_of_other_options_is_noticed(
    make_item: Callable[..., Choice], text: str, codes: list[str]
) -> None:
    from dataclasses import replace

    item = make_item("X-1")
    item = replace(item, options=(*item.options[:3], replace(item.options[3], text=text)))
    assert [fault.code for fault in item.problems()] == codes


def test_ordinary_texts_of_a_paper_on_computing_are_not_markup() -> None:
    for text in ('=IF(A1<B1,"x",C1)', "a < b > c", "Q&A; R&D", "nhấn <Ctrl> + <S>", "5 < 6 và 7 > 6", "<tên>@<miền>"):
        assert text_faults(("stem",), text, 100) == [], text
    for text in ("<b>x</b>", "x<br/>y", "<IMG SRC=x>", "a&nbsp;b", "&#8211;", "<!-- x -->", "<p style='x'>"):
        assert [fault.code for fault in text_faults(("stem",), text, 100)] == ["markup"], text


@pytest.mark.parametrize(
    ("answer", "codes"), [("<br>", []), ('<a href="x">', []), ("&nbsp;", []), ("<p>Hà Nội</p>", ["markup"])]
)
def test_a_tag_alone_is_an_answer_and_words_between_tags_are_of_a_page(answer: str, codes: list[str]) -> None:
    found = answer_faults(("answers",), [TextAnswer(answer, Fraction(100))], EXACT)
    assert [fault.code for fault in found] == codes
    assert text_percent([{"text": answer}], EXACT.document(), answer.upper()) == 100


def test_two_texts_are_the_same_whatever_their_form_case_and_spaces() -> None:
    assert folded("Hòa  BÌNH\u00a0") == folded("Ho\u0300a bi\u0300nh")
    assert folded("hoa bình") != folded("hòa bình")


@pytest.fixture
def fresh_types() -> Iterator[None]:
    """Types are looked for once in a process: forget them before and after."""
    items.types.cache_clear()
    items.rules.cache_clear()
    yield
    items.types.cache_clear()
    items.rules.cache_clear()


PLUGIN = """
from dataclasses import dataclass
from typing import ClassVar
from question_bank.items.model import Item, Placed
from question_bank.marking_scheme import Marks
from question_bank.order import ItemOutline
from question_bank.phrase import phrase
from question_bank.problems import Fault


def said(item, response):
    return item.max_mark if response == {"said": item.key} else Marks(0)


@dataclass(frozen=True, slots=True)
class YesNo(Item):
    truth: str
    NAME: ClassVar = "yes_no"
    LABEL: ClassVar = phrase("yes or no")
    RULES: ClassVar = {"said": said}
    REQUIRED: ClassVar = ("truth",)
    SCHEMA: ClassVar = {"truth": {"enum": ["yes", "no"]}}
    VIEW: ClassVar = {}

    @classmethod
    def read(cls, common, fields, faults):
        return cls(common, str(fields.get("truth") or ""))

    def own_fields(self):
        return {"truth": self.truth}

    def own_problems(self):
        return [] if self.truth in ("yes", "no") else [Fault("not_yes_or_no", ("truth",), phrase("yes or no?"))]

    def place(self, draw, ids, show):
        return Placed({}, self.truth)

    @classmethod
    def outline(cls, item_id, view):
        return ItemOutline(item_id, cls.NAME)

    @classmethod
    def response_problem(cls, item, response):
        return None if response.get("said") in ("yes", "no") else "not_said"

    @classmethod
    def right_response(cls, item, marking):
        return {"said": marking.key}

    @classmethod
    def wrong_response(cls, item, marking, draw):
        return {"said": "no" if marking.key == "yes" else "yes"}
"""


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh_types: None) -> Iterator[Path]:
    """A distribution with one folder that brings one item type and its widget."""
    folder = tmp_path / "yes_no_items"
    folder.mkdir()
    (folder / "__init__.py").write_text(PLUGIN, encoding="utf-8")
    (folder / "widget.js").write_text("export default function widget(item, tools) {}", encoding="utf-8")
    information = tmp_path / "yes_no_items-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: yes-no-items\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text("[examroom.item_types]\nyes_no = yes_no_items:YesNo\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    sys.modules.pop("yes_no_items", None)


ITEM = """format: exam-items/1
topic: chu-de
topic_title: {vi: Chủ đề, en: Topic}
items:
  - {id: X-1, type: yes_no, level: nhan_biet, stem: Có hay không?, truth: TRUTH, explanation: Vì thế, source: Sách}
"""


def test_a_type_from_one_folder_of_another_distribution_is_read_placed_sealed_shown_and_scored(plugin: Path) -> None:
    from question_bank.bank import Bank
    from question_bank.bilingual import Bilingual
    from question_bank.blueprint import Blueprint, Cell, SectionPlan
    from question_bank.form import Form, SetName, assemble
    from question_bank.ids import TopicCode
    from question_bank.items.model import Level
    from question_bank.marking_scheme import Marks
    from question_bank.scoring import canary_faults
    from question_bank.sealed_write import check_candidate_documents
    from scripts.make_schemas import items_schema

    assert "yes_no" in items.types()
    bad = read_items(ITEM.replace("TRUTH", "maybe").encode(), "x.yaml")
    assert [(problem.line, problem.code) for problem in bad.problems] == [(5, "not_yes_or_no")]
    good = read_items(ITEM.replace("TRUTH", "yes").encode(), "x.yaml")
    assert good.problems == ()
    found = [item.item for item in good.items if item.item]
    title, topic = Bilingual("Đề", "Paper"), TopicCode("chu-de")
    plan = SectionPlan("phan", title, 60, Marks(50), {}, (Cell(topic, Level.NHAN_BIET, 1),))
    form = assemble(Bank.of({topic: title}, found), Blueprint("c", "r", title, (plan,)), bytes(32), SetName.PRIMARY)
    assert isinstance(form, Form)
    assert form.sections[0].marking.items[0].rule == "said"
    assert canary_faults([form.sections[0].marking], form.canaries) == []
    check_candidate_documents(form)
    assert b"export default" in (type_file("yes_no", "widget.js") or b"")
    assert type_file("yes_no", "widget.css") is None
    assert '"const": "yes_no"' in json.dumps(items_schema())


def test_two_types_of_one_name_are_refused(plugin: Path) -> None:
    source = (
        (plugin / "yes_no_items" / "__init__.py").read_text(encoding="utf-8").replace('"yes_no"', '"single_choice"')
    )
    (plugin / "yes_no_items" / "__init__.py").write_text(source, encoding="utf-8")
    with pytest.raises(ItemTypeError, match="single_choice"):
        items.types()


def test_what_is_no_item_type_is_refused(plugin: Path) -> None:
    (plugin / "yes_no_items" / "__init__.py").write_text("YesNo = 7\n", encoding="utf-8")
    with pytest.raises(ItemTypeError, match="yes_no_items"):
        items.types()
