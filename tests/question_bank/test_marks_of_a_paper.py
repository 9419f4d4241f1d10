"""What a paper's marking part makes of answers: the blueprint's rules, parts of marks, predictions, two spellings of a tone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from question_bank.bank import Bank
from question_bank.bilingual import Bilingual
from question_bank.blueprint import Blueprint, Cell, RulePlan, SectionPlan
from question_bank.draw import Draw
from question_bank.form import Form, SetName, assemble
from question_bank.ids import BankItemId, FreshIds, TopicCode
from question_bank.items import types
from question_bank.items._choice import Choice, right_options
from question_bank.items.model import Common, Item, Level
from question_bank.marking_scheme import MarkingItem, Marks, key_part
from question_bank.outline import outline
from question_bank.problems import Fault
from question_bank.scoring import Mark, SectionScore, score, score_section

TOPIC = TopicCode("dich-vu-cong")
Items = Callable[..., Choice]


def paper(item: Item, worth: int = 50, **rules: RulePlan) -> Form:
    """A paper of this one item, marked by these rules."""
    cells = (Cell(TOPIC, item.common.level, 1, (item.NAME,)),)
    plan = SectionPlan("p1", Bilingual("Phần", "Part"), 600, Marks(worth), rules, cells)
    bank = Bank.of({TOPIC: Bilingual("Chủ đề", "Topic")}, [item])
    made = assemble(bank, Blueprint("c", "r", Bilingual("Đề", "Paper"), (plan,)), bytes(32), SetName.PRIMARY)
    assert isinstance(made, Form)
    return made


def own(type_name: str, **fields: object) -> Item:
    faults: list[Fault] = []
    common = Common(BankItemId("X-1"), TOPIC, Level.NHAN_BIET, "Hỏi gì?", "Vì thế.", "Sách")
    made = types()[type_name].read(common, fields, faults)  # type: ignore[arg-type]
    assert faults == []
    return made


@pytest.mark.parametrize(("penalty", "floor", "marks"), [(50, -100, -25), (50, -20, -10), (0, -100, 0)])
def test_a_wrong_answer_costs_what_the_blueprint_says(make_item: Items, penalty: int, floor: int, marks: int) -> None:
    section = paper(make_item("X-1", "B"), single_choice=RulePlan("single", penalty, floor)).sections[0].marking
    [item] = section.items
    wrong = {"options": ["ozzzzz"]}
    assert score(item, wrong) == Mark(Marks(marks), Marks(50), right=False)
    assert score_section(section, {item.item_id: wrong}) == SectionScore(Marks(marks), Marks(50), right=0, of=1)
    assert score_section(section, {}).marks == 0


@pytest.mark.parametrize(("rule", "marks"), [("all_or_nothing", 0), ("net_correct", 25), ("each_decision", 38)])
def test_items_are_marked_by_the_rule_that_the_blueprint_names(make_item: Items, rule: str, marks: int) -> None:
    """One of two right options among four."""
    section = paper(make_item("X-1", "AC"), multiple_choice=RulePlan(rule)).sections[0].marking
    [item] = section.items
    half = {"options": sorted(right_options(item))[:1]}
    assert score(item, half) == Mark(Marks(marks), Marks(50), right=False)
    assert score_section(section, {item.item_id: half}).right == 0


def test_without_weights_a_wrong_option_takes_away_its_part(make_item: Items) -> None:
    section = paper(make_item("X-1", "AC"), 100, multiple_choice=RulePlan("sum_clipped")).sections[0].marking
    [item] = section.items
    right, every = sorted(right_options(item)), key_part(item, "options")
    assert isinstance(every, list)
    wrong = [str(one) for one in every if one not in right]
    for made, marks in ((right, 100), ([*right, wrong[0]], 50), ([right[0], wrong[0]], 0), (wrong, 0)):
        found = score(item, {"options": sorted(made)})
        assert isinstance(found, Mark)
        assert found.marks == marks


def test_a_prediction_is_worth_nothing_whatever_was_predicted() -> None:
    form = paper(own("prediction", least="1", most="5000"))
    [section] = form.sections
    [seen] = outline(section.candidate).items
    views = section.candidate["items"]
    assert isinstance(views, list)
    [view] = views
    assert isinstance(view, dict)
    assert (seen.type, view["max_mark"]) == ("prediction", 0)
    [item] = section.marking.items
    for number in ("1", "123", "5000"):
        assert score_section(section.marking, {item.item_id: {"number": number}}) == SectionScore(
            Marks(0), Marks(0), right=0, of=0
        )
    worth = replace(item, max_mark=Marks(100))  # a marking part from elsewhere that gives it marks
    assert score(worth, {"number": "123"}) == Mark(Marks(0), Marks(100), right=False)


@pytest.mark.parametrize(
    ("accepted", "typed", "same"),
    [
        ("Hòa Bình", "hoà bình", True), ("hoà", "hòa", True), ("HÓA ĐƠN", "hoá đơn", True), ("khoẻ", "khỏe", True),
        ("Thuý", "thúy", True), ("thủy lợi", "Thuỷ lợi", True), ("lũy kế", "luỹ kế", True), ("hòa", "ho\u00e0", True),
        ("hòa", "hoa", False), ("hóa", "hỏa", False), ("thúy", "thuy", False), ("quý", "qúy", False), ("toán", "tóan", False),
    ],
)  # fmt: skip
def test_both_spellings_of_a_tone_are_one_word_and_another_tone_is_another(
    accepted: str, typed: str, same: bool
) -> None:
    item = own("short_text", answers=[accepted])
    placed = item.place(Draw(bytes(32), "x"), FreshIds(Draw(bytes(32), "x")), lambda text: text)
    marking = MarkingItem("i1", "accepted_text", placed.key, Marks(100), "X-1", "00" * 32, "nhan_biet", TOPIC)
    assert score(marking, {"text": typed}) == Mark(Marks(100 * same), Marks(100), right=same)
