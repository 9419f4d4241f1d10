"""Blueprints in the studio: what is typed is on the disk, what is kept is what assembling reads, what is short is said at its cell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from question_bank.assembling import ground, kept_blueprint
from question_bank.blueprint import SetName
from question_bank.canonical import JSON, encode
from question_bank.form import assemble_sets
from question_bank.formats.blueprint import read_blueprint, read_blueprint_file
from question_bank.ids import BankItemId
from question_bank.vault.people import Person
from question_bank.vault.states import Act, State
from question_bank.vault.uses import How

if TYPE_CHECKING:
    from tests.question_bank.studio.conftest import Studio

SAMPLES = Path(__file__).parents[3] / "question_bank/samples/blueprints"
BINH = Person("Bình Trần")
NAME = "tinh-2026-chung-ket"


def document(**changed: JSON) -> dict[str, Any]:
    """One item of any type, of the topic that the samples' single choice has."""
    section = {
        "code": "phan-1", "title": {"vi": "Phần 1", "en": "Part 1"}, "duration_s": 2700, "mark_per_item": 25,
        "cells": [{"topic": "t", "nhan_biet": 1}],
    }  # fmt: skip
    return {
        "format": "exam-blueprint/1", "contest_id": "tinh-2026", "round_id": "chung-ket",
        "title": {"vi": "Đề thi", "en": "Paper"}, "sections": [section],
    } | changed  # fmt: skip


def cells(*rows: JSON, **changed: JSON) -> dict[str, Any]:
    found = document(**changed)
    found["sections"][0]["cells"] = [*rows]
    return found


def begin(studio: Studio) -> None:
    answer = studio.post("/blueprints", vi="Đề thi", en="", contest="tinh-2026", round="chung-ket")
    assert answer.location == f"/blueprints/{NAME}"


def typed(studio: Studio, content: JSON, seen: int = 0) -> Any:
    return studio.call(f"/blueprints/{NAME}/rough", {"document": content, "seen": seen}).get_json()


def kept(studio: Studio, content: JSON, seen: int = 0) -> Any:
    return studio.call(f"/blueprints/{NAME}/keep", {"document": content, "seen": seen}).get_json()


def checked(studio: Studio, content: JSON) -> Any:
    return studio.call("/blueprints/check", {"document": content}).get_json()


def approve(studio: Studio) -> list[tuple[str, str, str]]:
    """Every item approved that may be; their ids, topics and levels."""
    items = studio.desk.vault.items
    for entry in items.entries():
        for act, by in ((Act.REVIEW, Person("Chi")), (Act.APPROVE, BINH)):
            items.act(entry.id, act, by)
    approved = [entry for entry in items.entries() if entry.state is State.APPROVED]
    assert approved
    return [(entry.id, entry.topic, entry.level.value) for entry in approved]


def test_what_is_typed_is_on_the_disk_and_offered_again(signed: Studio) -> None:
    begin(signed)
    assert typed(signed, cells({"topic": "t", "nhan_biet": 7}))["ok"] is True
    with signed.on_disk() as found:
        [rough] = found.roughs.all()
        assert rough.name == f"paper:blueprint:{NAME}"
        assert '"nhan_biet": 7' in json.dumps(rough.content)
        assert found.papers.names() == ()
    assert '"nhan_biet": 7' in signed.get(f"/blueprints/{NAME}").text
    assert NAME in signed.get("/blueprints").text


def test_what_is_kept_is_what_assembling_reads(signed: Studio) -> None:
    begin(signed)
    answer = kept(signed, cells({"topic": "t", "nhan_biet": 2, "type": "essay", "mark_per_item": 100}))
    assert (answer["ok"], answer["seen"]) == (True, 1)
    with signed.on_disk() as found:
        reading = kept_blueprint(found, NAME)
        assert reading is not None
        assert reading.blueprint is not None
        assert reading.blueprint.item_count == 2
        assert found.roughs.all() == ()


def test_a_revision_that_was_not_seen_is_not_written_over(signed: Studio) -> None:
    begin(signed)
    kept(signed, document())
    again = kept(signed, cells({"topic": "t", "nhan_biet": 5}))
    assert again["ok"] is False
    assert "phiên bản khác" in str(again["text"])
    revision = signed.desk.vault.papers.get(f"blueprint:{NAME}")
    assert revision is not None
    assert revision.number == 1


def test_a_field_that_cannot_be_read_is_said_there_and_what_was_typed_stays(signed: Studio) -> None:
    begin(signed)
    content = cells({"topic": "t", "nhan_biet": "nhiều"}, contest_id="Tỉnh")
    said = typed(signed, content)["faults"]
    assert {one["path"] for one in said} == {"contest_id", "sections/0/cells/0/nhan_biet"}
    answer = kept(signed, content)
    assert answer["ok"] is False
    assert "nhiều" in signed.get(f"/blueprints/{NAME}").text
    assert signed.desk.vault.papers.names() == ()


def test_problems_are_in_the_pages_units_and_words(signed: Studio) -> None:
    begin(signed)
    content = cells({"topic": "t", "nhan_biet": 1})
    section = content["sections"][0]
    section |= {"duration_s": "lâu", "mark_per_item": "0,333", "rule": {"essay": "single"}}
    said = {str(one["path"]): one for one in typed(signed, content)["faults"]}
    assert "số phút" in str(said["sections/0/duration_s"]["message"])
    assert "hai chữ số thập phân" in str(said["sections/0/mark_per_item"]["message"])
    assert str(said["sections/0/rule/essay"]["where"]).startswith("Phần 1")
    assert not [one for one in said.values() if "duration_s" in str(one["message"])]


def test_what_is_short_is_said_exactly_and_at_its_cell(signed: Studio) -> None:
    (_, topic, level), *_ = approve(signed)
    answer = checked(signed, cells({"topic": "khac", "van_dung": 1}, {"topic": topic, level: 4}))
    assert answer["state"] == "short"
    first, second = answer["short"]
    assert first == {
        "code": "short", "message": "chủ đề khac, vận dụng: cần 2 câu, ngân hàng có 0", "brief": "cần 2, có 0",
        "cells": ["sections/0/cells/0/van_dung"],
    }  # fmt: skip
    assert "cần 8 câu, ngân hàng có 1" in second["message"]
    assert second["cells"] == [f"sections/0/cells/1/{level}"]
    assert checked(signed, cells({"topic": topic, level: 1}, sets="may_share"))["state"] == "feasible"


def test_only_approved_items_count_and_an_approval_is_seen_at_once(signed: Studio) -> None:
    entry = next(one for one in signed.desk.vault.items.entries() if one.type == "matching")
    content = cells({"topic": entry.topic, entry.level.value: 1, "type": entry.type}, sets="may_share")
    before = checked(signed, content)
    assert before["state"] == "short"
    approve(signed)
    after = checked(signed, content)
    assert after["state"] == "feasible"
    [one] = [row for row in after["stock"]["rows"] if row[2] == entry.type]
    assert one[3:] == [1, 0]
    assert before["stock"]["version"] != after["stock"]["version"]


def test_items_used_before_are_short_where_the_blueprint_limits_exposure(signed: Studio) -> None:
    (_, topic, level), *_ = approve(signed)
    content = cells({"topic": topic, level: 1}, sets="may_share", exposure={"rounds": 1})
    assert checked(signed, content)["state"] == "feasible"
    blueprint = read_blueprint(encode(content | {"round_id": "vong-1"}), "").blueprint
    assert blueprint is not None
    vault = signed.desk.vault
    forms = assemble_sets(ground(vault).bank, blueprint, bytes(32), tuple(SetName))
    assert not isinstance(forms, list)
    vault.uses.record(forms, How.SEALED, BINH)
    answer = checked(signed, content)
    assert answer["state"] == "short"
    assert "dùng" in answer["short"][0]["message"]


@pytest.mark.parametrize("name", ["nhieu-dang.yaml", "tien-giang.yaml"])
def test_a_file_taken_and_given_back_asks_for_the_same(signed: Studio, tmp_path: Path, name: str) -> None:
    file = SAMPLES / name
    answer = signed.call("/blueprints/take", file.read_bytes(), **{"X-File-Name": name}).get_json()
    assert answer["ok"] is True
    given = signed.get(answer["to"] + "/yaml")
    assert given.headers["Content-Disposition"].endswith('.yaml"')
    back = tmp_path / "back.yaml"
    back.write_bytes(given.data)
    first, second = read_blueprint_file(file).blueprint, read_blueprint_file(back).blueprint
    assert first is not None
    assert second is not None
    assert first.sha256() == second.sha256()
    assert signed.desk.vault.papers.names() == ()  # until somebody keeps it


def test_a_file_that_is_no_blueprint_is_refused_with_its_lines(signed: Studio) -> None:
    bad = "format: exam-blueprint/1\ncontest_id: Tỉnh\n".encode()
    answer = signed.call("/blueprints/take", bad, **{"X-File-Name": "a.yaml"}).get_json()
    assert answer["ok"] is False
    assert any(one.startswith("a.yaml:2:") for one in answer["problems"])
    assert signed.desk.vault.roughs.all() == ()


def test_a_copy_has_a_name_of_its_own_and_leaves_the_first_alone(signed: Studio) -> None:
    begin(signed)
    kept(signed, document())
    assert signed.post(f"/blueprints/{NAME}/copy").location == f"/blueprints/{NAME}-2"
    assert signed.post(f"/blueprints/{NAME}-2/copy").location == f"/blueprints/{NAME}-3"
    begin_again = signed.post("/blueprints", vi="Khác", contest="tinh-2026", round="chung-ket")
    assert begin_again.location == f"/blueprints/{NAME}-4"


def test_what_was_before_is_taken_up_again_and_a_rough_copy_thrown_away(signed: Studio) -> None:
    begin(signed)
    kept(signed, cells({"topic": "t", "nhan_biet": 3}))
    kept(signed, cells({"topic": "t", "nhan_biet": 9}), 1)
    assert signed.post(f"/blueprints/{NAME}/back", revision="1").status_code == 302
    assert '"nhan_biet": 3' in signed.get(f"/blueprints/{NAME}").text
    signed.post(f"/blueprints/{NAME}/forget")
    assert '"nhan_biet": 9' in signed.get(f"/blueprints/{NAME}").text
    assert signed.post(f"/blueprints/{NAME}/back", revision="7").status_code == 404


def test_typing_back_to_what_is_kept_leaves_no_rough_copy(signed: Studio) -> None:
    begin(signed)
    kept(signed, document())
    typed(signed, cells({"topic": "t", "nhan_biet": 3}), 1)
    assert signed.desk.vault.roughs.all()
    typed(signed, document(), 1)
    assert signed.desk.vault.roughs.all() == ()


def test_items_are_found_by_words_without_marks_and_by_number(signed: Studio) -> None:
    entry = signed.desk.vault.items.entries()[0]

    assert signed.get(f"/api/blueprint-items?q={entry.id[:4].lower()}").get_json()["items"][0]["id"] == entry.id
    assert signed.get("/api/blueprint-items?q=").get_json() == {"items": []}
    word = max(entry.line.split(), key=len)
    listed = signed.get(f"/api/blueprint-items?q={word}").get_json()["items"]
    assert BankItemId(entry.id) in [one["id"] for one in listed]


HOSTILE: list[Any] = [
    None, [], "x", {}, {"document": 1, "seen": 0}, {"document": {}, "seen": "0"},
    {"document": {"sections": {}}, "seen": 0}, {"document": {"sections": [{}] * 21}, "seen": 0},
    {"document": {"sections": [{"cells": [{}] * 1001}]}, "seen": 0},
    {"document": {"title": "x" * 1_100_000}, "seen": 0}, {"document": document(), "seen": True},
    {"document": {"title": 0.5}, "seen": 0},
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_hostile_bodies_are_refused_and_leave_nothing(signed: Studio, number: int) -> None:
    body = HOSTILE[number]
    for path in (f"/blueprints/{NAME}/rough", f"/blueprints/{NAME}/keep"):
        assert signed.call(path, body).status_code in (400, 413)
    answer = signed.call("/blueprints/check", body)
    assert answer.status_code == 400 or answer.get_json().get("state", "unreadable") in ("unreadable", "short")
    assert signed.desk.vault.roughs.all() == ()
    assert signed.desk.vault.papers.names() == ()


@pytest.mark.parametrize("name", ["..", "a%2Fb", "-x", "x" * 120, "a b"])
def test_names_that_are_none_make_nothing(signed: Studio, name: str) -> None:
    answer = signed.call(f"/blueprints/{name}/rough", {"document": document(), "seen": 0})
    assert answer.status_code in (400, 404)
    assert signed.get(f"/blueprints/{name}").status_code == 404
    assert signed.desk.vault.roughs.all() == ()


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "</script><img src=x>", "{{ 7*7 }}"])
def test_what_is_typed_is_never_markup(signed: Studio, text: str) -> None:
    begin(signed)
    typed(signed, document(title={"vi": text, "en": text}))
    for path in ("/blueprints", f"/blueprints/{NAME}"):
        page = signed.get(path).text
        assert text not in page or "<" not in text
        assert "49" not in page.partition("<main")[2].partition("</h1>")[0]


def test_an_item_fixed_in_both_sets_that_share_none_is_said_in_plain_words(signed: Studio) -> None:
    (name, topic, level), *_ = approve(signed)
    content = cells({"topic": topic, level: 1}, fixed=[{"item": name, "section": "phan-1"}])
    [fixed] = [one for one in checked(signed, content)["short"] if one["code"] == "fixed_not_usable"]
    assert (fixed["item"], fixed["message"].startswith(f"câu {name} được cố định ở cả hai bộ")) == (name, True)
