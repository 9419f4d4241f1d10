"""Blueprints: everything wrong is said with its line, and what a bank is short of is said before exam day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from question_bank.bank import Bank
from question_bank.assembly.drawing import check
from question_bank.assembly.shortages import Shortfall
from question_bank.assembly.usable import Circumstances
from question_bank.blueprint import Blueprint, Cell, RulePlan
from question_bank.formats.blueprint import BlueprintFileError, read_blueprint, read_blueprint_file
from question_bank.formats.folder import read_bank
from question_bank.ids import BankItemId, TopicCode
from question_bank.items.model import Level
from question_bank.wording import render, use_language

SAMPLES = Path(__file__).resolve().parent.parent.parent / "question_bank" / "samples"

GOOD = """format: exam-blueprint/1
contest_id: thu-nghiem
round_id: vong-1
title: {vi: Đề thử, en: A trial paper}
sections:
  - code: ly-thuyet
    title: {vi: Trắc nghiệm, en: Multiple choice}
    duration_s: 2700
    mark_per_item: 100
    rule: {multiple_choice: all_or_nothing}
    cells:
      - {topic: dich-vu-cong, nhan_biet: 4, van_dung: 3}
      - {topic: chinh-quyen-so, thong_hieu: 2, van_dung_cao: 0}
"""


def test_a_blueprint_is_read_as_written() -> None:
    reading = read_blueprint(GOOD.encode(), "x.yaml")
    assert reading.problems == ()
    assert reading.blueprint is not None
    section = reading.blueprint.sections[0]
    assert (section.duration_s, section.mark_per_item, section.item_count) == (2700, 100, 9)
    assert section.rules == {"multiple_choice": RulePlan("all_or_nothing")}
    assert section.cells == (
        Cell(TopicCode("dich-vu-cong"), Level.NHAN_BIET, 4),
        Cell(TopicCode("dich-vu-cong"), Level.VAN_DUNG, 3),
        Cell(TopicCode("chinh-quyen-so"), Level.THONG_HIEU, 2),
    )


@pytest.mark.parametrize(
    ("old", "new", "line", "code"),
    [
        ("exam-blueprint/1", "exam-items/1", 1, "unknown_format"),
        ("contest_id: thu-nghiem\n", "", 1, "missing_field"),
        ("thu-nghiem", "Thử nghiệm", 2, "bad_id"),
        (", en: A trial paper", "", 4, "missing_field"),
        ("sections:", "parts: x\nsections:", 5, "unknown_key"),
        ("code: ly-thuyet", "code: [a]", 6, "bad_id"),
        ("    duration_s: 2700\n", "", 6, "missing_field"),
        ("2700", "45 phút", 8, "bad_number"),
        ("2700", "0", 8, "bad_number"),
        ("2700", "-5", 8, "bad_number"),
        ("2700", "99999999999", 8, "bad_number"),
        ("mark_per_item: 100", "mark_per_item: 0.25", 9, "bad_number"),
        ("all_or_nothing", "any", 10, "unknown_rule"),
        ("{multiple_choice:", "{riddle:", 10, "unknown_type"),
        ("rule: {multiple_choice: all_or_nothing}", "rule: single", 10, "wrong_shape"),
        ("    cells:\n", "    cells: []\n    row:\n", 11, "empty_field"),
        ("nhan_biet: 4", "nhan_biet: bốn", 12, "bad_number"),
        ("nhan_biet: 4", "nhanbiet: 4", 12, "unknown_key"),
        ("topic: dich-vu-cong, ", "", 12, "missing_field"),
        ("thong_hieu: 2", "thong_hieu: 0", 13, "empty_field"),
        ("chinh-quyen-so, thong_hieu", "dich-vu-cong, nhan_biet", 6, "duplicate_row"),
        (
            "      - {topic: chinh-quyen-so, thong_hieu: 2, van_dung_cao: 0}",
            "      - chinh-quyen-so",
            13,
            "wrong_shape",
        ),
    ],
)
def test_each_mistake_is_said_with_its_line(old: str, new: str, line: int, code: str) -> None:
    assert old in GOOD
    reading = read_blueprint(GOOD.replace(old, new, 1).encode(), "x.yaml")
    assert reading.blueprint is None
    assert (line, code) in [(problem.line, problem.code) for problem in reading.problems]


def test_two_sections_of_one_code_are_refused() -> None:
    text = GOOD + GOOD[GOOD.index("  - code") :]
    assert [problem.code for problem in read_blueprint(text.encode(), "x.yaml").problems] == ["duplicate_section"]


def test_several_mistakes_are_all_said() -> None:
    text = GOOD.replace("2700", "x").replace("100\n", "y\n").replace("4,", "z,")
    assert [problem.line for problem in read_blueprint(text.encode(), "x.yaml").problems] == [8, 9, 12]


def test_a_blueprint_that_cannot_be_read_is_an_error_with_a_hint(tmp_path: Path) -> None:
    with pytest.raises(BlueprintFileError) as caught:
        read_blueprint_file(tmp_path / "none.yaml")
    assert caught.value.hint


def test_notes_and_order_of_fields_do_not_change_the_digest() -> None:
    noted = GOOD.replace("mark_per_item: 100", "mark_per_item: 100  # một điểm").replace(
        "van_dung_cao: 0", "van_dung: 0"
    )
    one, other = read_blueprint(GOOD.encode(), "x").blueprint, read_blueprint(noted.encode(), "x").blueprint
    assert one is not None
    assert other is not None
    assert one.sha256() == other.sha256()
    assert replace(one, round_id="vong-2").sha256() != one.sha256()


def test_what_a_bank_is_short_of_is_said_exactly(
    make_bank: Callable[..., Bank], make_blueprint: Callable[..., Blueprint]
) -> None:
    use_language("en")
    bank, blueprint = make_bank(each=3), make_blueprint(count=4)
    short = check(blueprint, bank)
    assert len(short) == 8
    assert short[2] == Shortfall(TopicCode("dich-vu-cong"), Level.VAN_DUNG, need=4, have=3)
    assert render(short[2].sentence()) == "topic dich-vu-cong, vận dụng: need 4, bank has 3"
    assert check(blueprint, make_bank(each=4)) == []


def test_what_another_set_took_is_said_too(
    make_bank: Callable[..., Bank], make_blueprint: Callable[..., Blueprint]
) -> None:
    use_language("en")
    bank = make_bank(each=4)
    short = check(make_blueprint(count=2), bank, Circumstances({BankItemId(f"X-{n:04d}") for n in range(3)}))
    assert [render(one.sentence()) for one in short] == [
        "topic dich-vu-cong, nhận biết: need 2, bank has 1 left and 3 in another set"
    ]


def test_what_several_sections_ask_is_added_up(
    make_bank: Callable[..., Bank], make_blueprint: Callable[..., Blueprint]
) -> None:
    short = check(make_blueprint(count=2, sections=2), make_bank(each=3))
    assert {(one.need, one.have) for one in short} == {(4, 3)}
    assert len(short) == 8


def test_a_topic_the_bank_does_not_know_is_a_shortfall(make_bank: Callable[..., Bank]) -> None:
    blueprint = read_blueprint(GOOD.encode(), "x").blueprint
    assert blueprint is not None
    assert Shortfall(TopicCode("chinh-quyen-so"), Level.THONG_HIEU, 2, 0) in check(blueprint, make_bank())


def test_the_sample_blueprint_can_be_filled_twice_from_the_sample_bank() -> None:
    blueprint = read_blueprint_file(SAMPLES / "blueprints" / "tien-giang.yaml").blueprint
    assert blueprint is not None
    assert blueprint.item_count == 60
    doubled = tuple(
        replace(section, cells=tuple(replace(cell, count=2 * cell.count) for cell in section.cells))
        for section in blueprint.sections
    )
    assert check(replace(blueprint, sections=doubled), read_bank(SAMPLES / "bank" / "trac-nghiem").bank) == []


def test_what_a_wrong_response_costs_is_a_part_of_the_plan_and_reads_back() -> None:
    text = GOOD.replace("{multiple_choice: all_or_nothing}", "{single_choice: {name: single, penalty: 25, floor: 10}}")
    reading = read_blueprint(text.replace("    cells:", "    keep_order: đúng\n    cells:").encode(), "x.yaml")
    assert reading.problems == ()
    assert reading.blueprint is not None
    section = reading.blueprint.sections[0]
    assert section.rules == {"single_choice": RulePlan("single", 25, -10)}
    assert section.keep_order
    assert section.document()["rules"] == {"single_choice": {"name": "single", "penalty": 25, "floor": -10}}
