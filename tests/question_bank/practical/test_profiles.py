"""Legal profiles: what comes with the engine is whole and agrees with itself, and every mistake in one is told at its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from question_bank.practical.catalogue import check_type
from question_bank.practical.profiles.documents import DocumentProfile
from question_bank.practical.profiles.reading import (
    ProfileError,
    document_profile,
    one_stop_profile,
    profile,
    profile_ids,
    read_profile,
    unverified,
)

SMALL = """format: exam-legal-profile/1
id: thu
kind: documents
title: {vi: "Thử", en: "Trial"}
in_force: {from: 2020-03-05}
laws: [{code: nd30, name: "Nghị định"}]
components:
  - id: motto
    source: "nd30: Mục II.1"
    rule: {text: "Độc lập", size_pt: [13, 14], bold: true}
families:
  - {id: named, title: {vi: "Tên", en: "Named"}, source: "nd30: Mục II", number: "^Số: [0-9]+/{abbreviation}-A$", required: [motto]}
types:
  - {id: ke-hoach, name: "Kế hoạch", abbreviation: KH, family: named}
authorities:
  - {id: KT., says: "ký thay"}
"""


def problems(text: str) -> list[tuple[int, str]]:
    return [(one.line, one.code) for one in read_profile(text.encode(), "thu.yaml").problems]


def test_a_small_profile_is_read_whole() -> None:
    found = read_profile(SMALL.encode(), "thu.yaml").profile
    assert isinstance(found, DocumentProfile)
    assert found.components["motto"].rule.bold is True
    assert found.family("ke-hoach").required == ("motto",)


@pytest.mark.parametrize(
    ("was", "becomes", "line", "code"),
    [
        ("kind: documents", "kind: papers", 3, "bad_value"),
        ("2020-03-05", "05/3/2020", 5, "bad_value"),
        ("nd30: Mục II.1", "nd61: Mục II.1", 9, "bad_source"),
        ("nd30: Mục II.1", "nd30", 9, "bad_source"),
        ("[13, 14]", "[14, 13]", 10, "bad_value"),
        ("bold: true", "bold: very", 10, "bad_value"),
        ("bold: true", "bald: true", 10, "unknown_key"),
        ("required: [motto]", "required: [moto]", 12, "unknown_name"),
        ("required: [motto]", "required: [motto], optional: [motto]", 12, "contradiction"),
        ("[0-9]+/{abb", "[0-9+/{abb", 12, "bad_value"),
        ("abbreviation: KH, ", "", 14, "missing_field"),
        ("family: named", "family: nameless", 14, "unknown_name"),
        ('id: ke-hoach, name: "Kế hoạch"', 'id: Kế hoạch, name: "Kế hoạch"', 14, "bad_id"),
    ],
)
def test_a_mistake_in_a_profile_is_told_at_its_line(was: str, becomes: str, line: int, code: str) -> None:
    assert was in SMALL
    assert (line, code) in problems(SMALL.replace(was, becomes))


def test_a_name_given_twice_is_told() -> None:
    twice = SMALL.replace("types:\n", "types:\n  - {id: ke-hoach, name: X, abbreviation: KH, family: named}\n")
    assert [code for _, code in problems(twice)].count("duplicate_id") == 2  # the id, and the abbreviation


def test_the_profiles_that_come_with_the_engine_are_read_without_a_problem() -> None:
    assert profile_ids() == ("nd118-2025", "nd30-2020", "nd61-2018")
    assert all(profile(name).head.id == name for name in profile_ids())


def test_an_unknown_profile_and_one_of_another_kind_are_refused_by_name() -> None:
    with pytest.raises(ProfileError, match="nd30-2030"):
        profile("nd30-2030")
    with pytest.raises(ProfileError, match="nd118-2025"):
        document_profile("nd118-2025")


def test_every_rule_says_where_in_the_law_it_stands() -> None:
    for name in profile_ids():
        found = profile(name)
        listed = (
            (found.components, found.families)
            if isinstance(found, DocumentProfile)
            else (found.levels, found.centres, found.departments, found.roles, found.forms, found.deadlines)
        )
        assert all(
            one.source.place and one.source.law in found.head.codes for table in listed for one in table.values()
        )


def test_the_decree_has_its_29_kinds_and_two_of_them_have_no_abbreviation() -> None:
    kinds = document_profile("nd30-2020").kinds
    assert len(kinds) == 29
    assert [one.id for one in kinds.values() if not one.abbreviation] == ["cong-van", "thu-cong"]
    assert (kinds["quy-dinh"].abbreviation, kinds["quyet-dinh"].abbreviation) == ("QyĐ", "QĐ")


@pytest.mark.parametrize(
    ("kind", "number", "right"),
    [
        ("ke-hoach", "Số: 05/KH-SNV", True),
        ("ke-hoach", "Số: 5/KH-SNV", False),
        ("ke-hoach", "Số: 05/KH - SNV", False),
        ("ke-hoach", "Số: 15/QĐ-SNV", False),
        ("ke-hoach", "Số: 15/kh-snv", False),
        ("quy-dinh", "Số: 15/QyĐ-UBND", True),
        ("quy-dinh", "Số: 15/QĐ-UBND", False),
        ("cong-van", "Số: 123/SNV-VP", True),
        ("cong-van", "Số: 123/CV-SNV", False),
        ("cong-van", "Số: 123/SNV", False),
        ("to-trinh", "Số: 10/TTr-STTTT", True),
    ],
)
def test_number_and_symbol_follow_the_kind(kind: str, number: str, right: bool) -> None:
    assert bool(document_profile("nd30-2020").number(kind).match(number)) is right


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("Huế, ngày 05 tháng 02 năm 2026", True),
        ("Huế, ngày 5 tháng 02 năm 2026", False),
        ("Huế, ngày 05 tháng 2 năm 2026", False),
        ("Huế, ngày 05 tháng 03 năm 2026", False),
        ("Huế, ngày 05 tháng 12 năm 2026", True),
        ("Huế ngày 05 tháng 12 năm 2026", False),
        ("Huế, ngày 32 tháng 12 năm 2026", False),
    ],
)
def test_a_day_is_written_as_the_decree_writes_it(text: str, right: bool) -> None:
    pattern = document_profile("nd30-2020").components["place-date"].rule.pattern
    assert pattern is not None
    assert bool(pattern.match(text)) is right


def test_between_the_two_one_stop_profiles_the_districts_are_gone_and_a_form_is_new() -> None:
    old, new = one_stop_profile("nd61-2018"), one_stop_profile("nd118-2025")
    assert (list(old.levels), list(new.levels)) == (["tinh", "huyen", "xa"], ["tinh", "xa"])
    assert (len(old.forms), len(new.forms)) == (6, 7)
    assert old.statuses == new.statuses
    assert list(new.statuses) == [str(n) for n in range(1, 11)]
    assert old.head.until == date(2025, 6, 30)
    assert new.head.since == date(2025, 7, 1)


def test_what_is_to_be_proof_read_is_told_in_the_page_of_profiles(repository: Path) -> None:
    page = (repository / "docs/legal-profiles.md").read_text(encoding="utf-8")
    for name in profile_ids():
        section = page.partition(f"### {name}\n")[2].partition("\n### ")[0]
        told = {line.removeprefix("- ") for line in section.splitlines() if line.startswith("- ")}
        assert told == set(unverified(profile(name))), name


def test_the_steps_of_the_composite_check_are_the_components_of_the_profile() -> None:
    found = check_type("docx.administrative_document")
    assert found is not None
    assert set(found.steps) == set(document_profile("nd30-2020").components)
