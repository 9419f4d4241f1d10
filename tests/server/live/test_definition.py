"""The sitting file: read whole, or refused with everything that is wrong with it, each thing at its line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.values import LateRule, MarkingOpens, Opening, ShowResult
from server.drill.prepared_room import Rules, SealedContest, sitting_file
from server.live.definition import SittingDefinition, prepare_command, read_definition

GOOD = """\
format: exam-sitting/1
sitting_id: tg2020-ca-1
title: {vi: Ca một, en: First sitting}
contest_id: tien-giang-2020
round_id: chung-ket
bodies: [Ban Đề thi, Ban Tổ chức]
parts:
  - {section_code: ly-thuyet, title: {vi: Trắc nghiệm, en: Multiple choice}, duration_s: 2700}
rules:
  opening: primary
  show_result: at_once
  time_unit_ms: 1000
  grace_s: 30
  marking_opens: at_start
sources: {show_result: "Kế hoạch, mục II.3"}
committee_key: "exam-committee hKXm5SStKlCBAxWCNutZBETQ5rBnNI6DmOwhM5KvmcY= Ban Đề thi"
packages: {primary: pfq4oh4uzew54, reserve: p5fydfm35ub73}
starts_hint: "08:00"
"""


def problems(text: str) -> list[tuple[int, str]]:
    found = read_definition(text)
    assert isinstance(found, list), found
    return [(problem.line, problem.field) for problem in found]


def test_a_whole_file_is_read_as_it_stands(contest: SealedContest) -> None:
    found = read_definition(GOOD)
    assert isinstance(found, SittingDefinition)
    assert found.rules.opening is Opening.PRIMARY
    assert found.rules.show_result is ShowResult.AT_ONCE
    assert found.rules.marking_opens is MarkingOpens.AT_START
    assert found.parts[0].title.vi == "Trắc nghiệm"
    assert found.committee.name == "Ban Đề thi"
    assert (found.package_of("primary"), found.package_of("reserve")) == found.package_ids
    assert found.text == GOOD
    command = prepare_command(found, b"\1" * 32, b"\2" * 32, "o1")
    assert command.packages.primary.manifest_sha256 == "01" * 32
    assert isinstance(read_definition(sitting_file(contest, Rules())), SittingDefinition)


@pytest.mark.parametrize(
    ("old", "new", "line", "field"),
    [
        ("exam-sitting/1", "exam-sitting/2", 1, "format"),
        ("tg2020-ca-1", "TG 2020", 2, "sitting_id"),
        ("vi: Ca một, en: First sitting", "vi: Ca một", 3, "title.en"),
        ("tien-giang-2020", "''", 4, "contest_id"),
        ("[Ban Đề thi, Ban Tổ chức]", "[Ban Đề thi]", 6, "bodies"),
        ("[Ban Đề thi, Ban Tổ chức]", "[Ban Đề thi, Ban Đề thi]", 6, "bodies"),
        ("duration_s: 2700", "duration_s: 45 phút", 8, "parts[0].duration_s"),
        ("duration_s: 2700", "duration_s: 5", 8, "parts[0].duration_s"),
        ("opening: primary", "opening: reserve", 10, "rules.opening"),
        ("marking_opens: at_start", "marking_opens: after_close", 14, "rules.marking_opens"),
        ("time_unit_ms: 1000", "time_unit_ms: 100", 12, "rules.time_unit_ms"),
        ("time_unit_ms: 1000", "time_unit_ms: 1500", 12, "rules.time_unit_ms"),
        ("time_unit_ms: 1000", "time_unit_ms: 61000", 12, "rules.time_unit_ms"),
        ("grace_s: 30", "grace_s: true", 13, "rules.grace_s"),
        ("hKXm5SStKlCBAxWCNutZBETQ5rBnNI6DmOwhM5KvmcY=", "hKXm5SStKlCBAxWC", 16, "committee_key"),
        ("reserve: p5fydfm35ub73", "reserve: pfq4oh4uzew54", 17, "packages.reserve"),
        ("primary: pfq4oh4uzew54", "primary: de-1.exam", 17, "packages.primary"),
        ("starts_hint", "start_hint", 18, "start_hint"),
    ],
)
def test_each_mistake_is_found_at_its_line(old: str, new: str, line: int, field: str) -> None:
    assert old in GOOD
    assert problems(GOOD.replace(old, new)) == [(line, field)]


def test_every_mistake_is_listed_at_once() -> None:
    text = GOOD.replace("tg2020-ca-1", "X").replace("grace_s: 30", "grace_s: -1").replace("reserve:", "second:")
    assert problems(text) == [
        (2, "sitting_id"), (13, "rules.grace_s"), (17, "packages.reserve"), (17, "packages.second"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["", "- a", "format: [", "a: 1\na: 2", "x" * 70_000, "&a [*a]", "\0"], ids=lambda text: repr(text[:8])
)
def test_what_is_no_sitting_file_is_refused_and_never_raises(text: str) -> None:
    assert problems(text)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    assert isinstance(read_definition(text), list)


@given(st.integers(0, len(GOOD) - 1), st.characters(codec="utf-8"))
def test_any_changed_character_is_read_or_refused(place: int, sign: str) -> None:
    found = read_definition(GOOD[:place] + sign + GOOD[place + 1 :])
    assert isinstance(found, (list, SittingDefinition))


def test_a_plan_may_say_that_no_late_answer_counts() -> None:
    told = read_definition(GOOD.replace("grace_s: 30", "grace_s: 30\n  late_records: never"))
    unsaid = read_definition(GOOD)
    assert not isinstance(told, list)
    assert not isinstance(unsaid, list)
    assert (told.rules.late_records, unsaid.rules.late_records) == (LateRule.NEVER, LateRule.DECIDE)
    wrong = read_definition(GOOD.replace("grace_s: 30", "grace_s: 30\n  late_records: perhaps"))
    assert isinstance(wrong, list)
    assert [problem.field for problem in wrong] == ["rules.late_records"]
