"""Blueprints: everything wrong is said with its line, and what a bank is short of is said before exam day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from question_bank.assembly.drawing import check
from question_bank.assembly.shortages import Shortfall
from question_bank.assembly.usable import Circumstances
from question_bank.bank import Bank
from question_bank.blueprint import (
    Blueprint,
    Cell,
    ExposureLimit,
    FormItems,
    FormsPlan,
    RulePlan,
    SetName,
)
from question_bank.formats.blueprint import (
    MOST_ITEMS,
    MOST_SECTIONS,
    BlueprintFileError,
    read_blueprint,
    read_blueprint_file,
)
from question_bank.formats.folder import read_bank
from question_bank.ids import BankItemId, TopicCode
from question_bank.items.model import Level
from question_bank.sealed_manifest import MAX_SECTIONS
from question_bank.wording import render, use_language
from server.protocol.situation import MAX_ITEMS

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
    assert render(short[2].sentence()) == "topic dich-vu-cong, application: need 4, bank has 3"
    assert check(blueprint, make_bank(each=4)) == []


def test_what_another_set_took_is_said_too(
    make_bank: Callable[..., Bank], make_blueprint: Callable[..., Blueprint]
) -> None:
    use_language("en")
    bank = make_bank(each=4)
    short = check(make_blueprint(count=2), bank, Circumstances({BankItemId(f"X-{n:04d}") for n in range(3)}))
    assert [render(one.sentence()) for one in short] == [
        "topic dich-vu-cong, recognition: need 2, bank has 1 left and 3 in another set"
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


RULES = GOOD.replace("sections:", """forms: {count: 2, items: same, codes: [101, 102], reserve_codes: [201, 202]}
sets: may_share
stimuli: parts
exclude:
  - [A-1, A-2]
  - {items: [B-1, B-2, B-3], most: 2}
exposure: {rounds: 2, uses: 3, days: 365}
fixed:
  - {item: C-1, section: ly-thuyet, place: 3, set: primary}
  - {item: C-2, section: ly-thuyet}
sections:""").replace("    cells:", "    keep_order: true\n    cells:").replace(
    "van_dung: 3}", "van_dung: 3}\n      - {topic: dich-vu-cong, type: [true_false, cloze], nhan_biet: 1, mark_per_item: 50}"
)  # fmt: skip


def test_what_a_blueprint_says_beside_its_sections_is_read_as_written() -> None:
    reading = read_blueprint(RULES.encode(), "x.yaml")
    assert reading.problems == ()
    blueprint = reading.blueprint
    assert blueprint is not None
    assert blueprint.forms == FormsPlan(2, FormItems.SAME, ("101", "102"), ("201", "202"))
    assert (blueprint.sets_share, blueprint.split_stimuli) == (True, True)
    assert [(group.items, group.most) for group in blueprint.exclude] == [
        (("A-1", "A-2"), 1),
        (("B-1", "B-2", "B-3"), 2),
    ]
    assert blueprint.exposure == ExposureLimit(2, 3, 365)
    assert [(one.item, one.place, one.set_name) for one in blueprint.fixed] == [
        ("C-1", 3, SetName.PRIMARY),
        ("C-2", 0, None),
    ]
    assert blueprint.sections[0].cells[2].types == ("cloze", "true_false")
    assert blueprint.sections[0].mark(blueprint.sections[0].cells[2]) == 50
    assert blueprint.sections[0].mark(blueprint.sections[0].cells[0]) == 100
    assert blueprint.sha256() != replace(blueprint, sets_share=False).sha256()


def test_a_blueprint_that_uses_no_new_rule_has_the_digest_it_always_had() -> None:
    """This value is part of the format: forms name their blueprint by it."""
    blueprint = read_blueprint(GOOD.encode(), "x.yaml").blueprint
    assert blueprint is not None
    assert blueprint.sha256().startswith("8ab90e3a70d98c56")


@pytest.mark.parametrize(
    ("old", "new", "line", "code"),
    [
        ("count: 2", "count: 0", 5, "bad_number"),
        ("count: 2", "count: 3", 5, "wrong_count"),
        ("items: same", "items: some", 5, "unknown_word"),
        ("[101, 102]", "[101, 201]", 5, "repeated_code"),
        ("[101, 102]", "[101, A2]", 5, "bad_id"),
        ("forms: {", "forms: {number: 2, ", 5, "unknown_key"),
        ("may_share", "together", 6, "unknown_word"),
        ("stimuli: parts", "stimuli: [parts]", 7, "unknown_word"),
        ("[A-1, A-2]", "[A-1]", 9, "no_exclusion"),
        ("[A-1, A-2]", "A-1", 9, "wrong_shape"),
        ("[A-1, A-2]", "[A-1, số hai]", 9, "bad_id"),
        ("most: 2", "most: 3", 10, "no_exclusion"),
        ("days: 365", "days: -1", 11, "bad_number"),
        ("item: C-1, ", "", 13, "missing_field"),
        ("section: ly-thuyet, place", "section: khac, place", 13, "no_section"),
        ("place: 3", "place: 11", 13, "no_place"),
        ("place: 3", "place: 0", 13, "bad_number"),
        ("set: primary", "set: third", 13, "unknown_word"),
        ("item: C-2", "item: C-1", 14, "repeated_item"),
        ("C-2, section: ly-thuyet", "C-2, section: ly-thuyet, place: 3", 14, "repeated_place"),
        ("    keep_order: true\n", "", 13, "place_not_kept"),
        ("[true_false, cloze]", "[true_false, riddle]", 24, "unknown_type"),
        ("[true_false, cloze]", "[]", 24, "empty_field"),
        ("mark_per_item: 50", "mark_per_item: 0", 24, "bad_number"),
        ("type: [true_false, cloze], nhan_biet: 1, mark_per_item: 50", "nhan_biet: 2", 16, "duplicate_row"),
    ],
)
def test_each_mistake_in_the_rules_is_said_with_its_line(old: str, new: str, line: int, code: str) -> None:
    assert old in RULES
    reading = read_blueprint(RULES.replace(old, new, 1).encode(), "x.yaml")
    assert reading.blueprint is None
    assert (line, code) in [(problem.line, problem.code) for problem in reading.problems]


def test_rows_may_overlap_in_so_many_kinds_only() -> None:
    kinds = ["cloze", "essay", "matching", "numeric", "ordering", "hotspot", "true_false"]
    rows = "".join(f"      - {{topic: t, type: {kind}, nhan_biet: 1}}\n" for kind in kinds)
    assert [problem.code for problem in read_blueprint((GOOD + rows).encode(), "x").problems] == ["too_many_rows"]
    fewer = GOOD + "".join(rows.splitlines(keepends=True)[:6])
    assert read_blueprint(fewer.encode(), "x").blueprint is not None


def test_no_blueprint_asks_for_more_than_a_package_and_a_room_can_hold() -> None:
    """Else the paper would be refused when it is sealed or, worse, when it is opened."""
    assert (MOST_ITEMS, MOST_SECTIONS) == (MAX_ITEMS, MAX_SECTIONS)
    first = (
        "  - code: phan-1\n    title: {vi: Thử, en: Trial}\n    duration_s: 60\n    mark_per_item: 100\n    cells:\n"
    )
    head = GOOD.partition("sections:\n")[0] + "sections:\n"

    def codes(*rows: str, sections: int = 1) -> list[str]:
        section = first + "".join(
            f"      - {{topic: {topic}, nhan_biet: {count}}}\n" for topic, count in map(str.split, rows)
        )
        text = head + "".join(section.replace("phan-1", f"phan-{number}") for number in range(sections))
        return [problem.code for problem in read_blueprint(text.encode(), "x").problems]

    assert codes("a 399", "b 1") == []
    assert codes("a 399", "b 2") == ["too_many_items"]
    assert codes("a 1", sections=16) == []
    assert codes("a 1", sections=17) == ["too_many_sections"]
