"""examroom-bank feasible and assemble with several forms, both sets, earlier uses and statistics."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from question_bank.assembling import kept_blueprint
from question_bank.canonical import JSON
from question_bank.circumstances_files import CircumstancesError, read_exposure, read_facilities
from question_bank.form_file import read_form
from question_bank.vault.people import Person
from question_bank.vault.vault import Vault

SAMPLES = Path(__file__).resolve().parent.parent.parent / "question_bank" / "samples"
BANK, BLUEPRINT = SAMPLES / "bank" / "trac-nghiem", SAMPLES / "blueprints" / "tien-giang.yaml"
SEED = "5e" * 32

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def plan(tmp_path: Path) -> Callable[[str], Path]:
    """`plan(more)`: the sample blueprint with one item of each cell, and more said about it."""

    def make(more: str) -> Path:
        text = BLUEPRINT.read_text(encoding="utf-8")
        for count in "234":
            text = text.replace(f": {count},", ": 1,").replace(f": {count}}}", ": 1}")
        text = text.replace("sections:", f"{more}\nsections:")
        path = tmp_path / "plan.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return make


def test_both_sets_with_several_forms_are_written_with_their_balance(
    run: Run, plan: Callable[[str], Path], tmp_path: Path
) -> None:
    out, report = tmp_path / "forms", tmp_path / "balance.json"
    status, text, _ = run("--language", "en", "assemble", BANK, "--blueprint", plan("forms: {count: 3}"), "--set", "both", "--seed", SEED,
                          "--out", out, "--balance", report)  # fmt: skip
    assert status == 0
    names = [
        f"{name}-{code}.json"
        for name, first in (("primary", 101), ("reserve", 201))
        for code in range(first, first + 3)
    ]
    assert sorted(path.name for path in out.iterdir()) == names
    forms = [read_form(out / name) for name in names]
    assert [form.code for form in forms] == ["101", "102", "103", "201", "202", "203"]
    assert len(frozenset().union(*(form.bank_items for form in forms))) == 6 * 20
    assert "✓ primary and reserve share no item" in text
    assert "✗" not in text
    found = json.loads(report.read_text(encoding="utf-8"))
    assert (found["holds"], len(found["forms"]), found["overlaps"][0]) == (True, 6, [20, 0, 0, 0, 0, 0])
    assert report.stat().st_mode & 0o777 == 0o600


def test_nothing_is_written_when_one_of_the_files_is_there(
    run: Run, plan: Callable[[str], Path], tmp_path: Path
) -> None:
    (tmp_path / "forms").mkdir()
    (tmp_path / "forms" / "primary-102.json").write_text("mine", encoding="utf-8")
    arguments = [
        "assemble",
        BANK,
        "--blueprint",
        plan("forms: {count: 2}"),
        "--set",
        "primary",
        "--out",
        tmp_path / "forms",
    ]
    status, _, err = run(*arguments)
    assert (status, len(err.splitlines()) >= 2) == (1, True)
    assert [path.name for path in (tmp_path / "forms").iterdir()] == ["primary-102.json"]
    assert run(*arguments, "--replace")[0] == 0


def test_feasible_says_yes_or_what_is_short_and_writes_nothing(run: Run, plan: Callable[[str], Path]) -> None:
    status, out, _ = run("--language", "en", "feasible", BANK, "--blueprint", plan(""))
    assert (status, out) == (0, "The bank can fill the blueprint.\n")
    many = plan("forms: {count: 26}")
    status, out, _ = run("--language", "en", "feasible", BANK, "--blueprint", many)
    assert status == 3
    assert re.search("topic dich-vu-cong, recognition.*: need 52, bank has [0-9]+$", out, re.MULTILINE)
    status, out, _ = run("feasible", BANK, "--blueprint", many, "--json")
    found = json.loads(out)
    assert (status, found["ok"], found["shortfalls"][0]["code"]) == (3, False, "short")


def test_an_exclusion_that_names_no_item_of_the_bank_is_said(run: Run, plan: Callable[[str], Path]) -> None:
    names = ", ".join(f"KHONG-{number:02d}" for number in range(12))
    blueprint = plan(f"exclude: [[DVC-001, {names}], [DVC-002, DVC-003]]")
    status, out, err = run("--language", "en", "feasible", BANK, "--blueprint", blueprint)
    assert (status, out) == (0, "The bank can fill the blueprint.\n")
    [note] = [line for line in err.splitlines() if "exclusions" in line]
    assert note.endswith("to draw from: " + ", ".join(names.split(", ")[:10]) + " …")


def test_a_search_that_takes_longer_than_people_wait_is_undecided(
    run: Run, plan: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("question_bank.assembling.PATIENCE_S", 0.0)
    tangled = plan("exclude: [[DVC-001, DVC-002]]")
    for arguments in (("feasible",), ("assemble", "--set", "both", "--out", tmp_path / "forms")):
        status, out, _ = run(arguments[0], BANK, "--blueprint", tangled, *arguments[1:], "--json")
        assert (status, [one["code"] for one in json.loads(out)["shortfalls"]]) == (3, ["undecided"])
    assert not (tmp_path / "forms").exists()


def test_earlier_uses_and_statistics_come_from_files(run: Run, plan: Callable[[str], Path], tmp_path: Path) -> None:
    first = tmp_path / "first.json"
    assert run("assemble", BANK, "--blueprint", plan(""), "--set", "primary", "--seed", SEED, "--out", first)[0] == 0
    used = read_form(first).bank_items
    (tmp_path / "uses.json").write_text(
        json.dumps({item: [[1_000, "khac", "vong-cu"]] for item in used}), encoding="utf-8"
    )
    facilities = {"items": [{"id": item, "facility": 0.5} for item in used] + [{"id": "x", "facility": None}]}
    (tmp_path / "stats.json").write_text(json.dumps(facilities), encoding="utf-8")
    more = ["--exposure", tmp_path / "uses.json", "--statistics", tmp_path / "stats.json", "--json"]
    again = [
        "assemble",
        BANK,
        "--blueprint",
        plan("exposure: {rounds: 1}"),
        "--set",
        "primary",
        "--seed",
        SEED,
        "--out",
        tmp_path / "b.json",
    ]
    status, out, _ = run(*again, *more)
    assert status == 0
    assert not read_form(tmp_path / "b.json").bank_items & used
    assert json.loads(out)["balance"]["forms"][0]["facility_known"] == 0
    assert read_facilities(tmp_path / "stats.json").keys() == used
    assert {
        item for item, uses in read_exposure(tmp_path / "uses.json").items() if uses[0].contest_id == "khac"
    } == used


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{", '{"A": 1}', '{"A": [[1, "c"]]}', '{"A": [["1", "c", "r"]]}', '{"A": [[-1, "c", "r"]]}', "[" * 9000],
)
def test_uses_that_are_none_are_refused_with_a_hint(content: str, tmp_path: Path) -> None:
    (tmp_path / "uses.json").write_text(content, encoding="utf-8")
    with pytest.raises(CircumstancesError) as caught:
        read_exposure(tmp_path / "uses.json")
    assert caught.value.hint


@pytest.mark.parametrize(
    "content",
    [
        "{}",
        '{"items": 1}',
        '{"items": [{}]}',
        '{"items": [{"id": "A", "facility": 2}]}',
        '{"items": [{"id": "A", "facility": NaN}]}',
    ],
)
def test_statistics_that_are_none_are_refused_with_a_hint(content: str, tmp_path: Path) -> None:
    (tmp_path / "stats.json").write_text(content, encoding="utf-8")
    with pytest.raises(CircumstancesError):
        read_facilities(tmp_path / "stats.json")


def test_a_blueprint_that_the_bank_holds_is_named_without_a_file(run: Run, tmp_path: Path) -> None:
    bank = tmp_path / "bank.vault"
    section: JSON = {
        "code": "mot", "title": {"vi": "Một", "en": "One"}, "duration_s": 600, "mark_per_item": 25,
        "cells": [{"topic": "khong-co", "nhan_biet": 4}],
    }  # fmt: skip
    content: JSON = {
        "format": "exam-blueprint/1", "contest_id": "tinh", "round_id": "mot", "title": {"vi": "Đề", "en": "Paper"},
        "sections": [section],
    }  # fmt: skip
    with Vault.create(bank, None, lambda: 1, Person("An")) as vault:
        vault.papers.write("blueprint:tinh-mot", content, Person("An"))
        vault.save()
        reading = kept_blueprint(vault, "tinh-mot")
        assert reading is not None
        assert reading.blueprint is not None
        assert kept_blueprint(vault, "khac") is None
    status, text, _ = run("--language", "en", "feasible", bank, "--blueprint", "tinh-mot")
    assert status == 3
    assert "topic khong-co, recognition: need 8, bank has 0" in text
