"""A form and the bank it was drawn from go apart: what a form does not have any more is said before it is sealed."""

from __future__ import annotations

import base64
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from question_bank.bilingual import Bilingual
from question_bank.canonical import JSON
from question_bank.form_document import Form, parse_form
from question_bank.ids import BankItemId, StimulusId, TopicCode
from question_bank.items.model import Stimulus
from question_bank.items.single_choice import SingleChoice
from question_bank.vault.people import Person
from question_bank.vault.states import Act, State

if TYPE_CHECKING:
    from tests.question_bank.studio.conftest import Studio

AN, BINH = Person("An Nguyễn"), Person("Bình Trần")
PRIMARY, RESERVE = "nho.primary", "nho.reserve"
APART = "không đề nào có câu của đề phải tách riêng"
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def assemble(studio: Studio, sets: str = "both", seed: str = "5e") -> None:
    answer = studio.call("/api/forms/assemble", {"blueprint": "nho", "sets": sets, "seed": seed * 32}).get_json()
    assert answer["ok"], answer
    for thread in threading.enumerate():
        if thread.name == "studio-assembling":
            thread.join()
    assert studio.get("/api/forms/work").get_json()["stage"] == "done"


def drawn(studio: Studio, name: str) -> Form:
    found = studio.desk.vault.papers.get(f"form:{name}")
    assert found is not None
    return parse_form(found.content)


def approve_all(studio: Studio) -> None:
    items = studio.desk.vault.items
    for entry in items.entries():
        if entry.state is State.DRAFT:
            items.act(entry.id, Act.REVIEW, AN)
            items.act(entry.id, Act.APPROVE, BINH)
    assert {one.state for one in items.entries()} == {State.APPROVED}


def edit_all(studio: Studio, stem: str = "", stimulus: str = "") -> None:
    """Every item of the bank gets these words before its own, and this shared text."""
    items = studio.desk.vault.items
    for item in items.all().values():
        common = replace(item.common, stem=stem + item.common.stem, stimulus=StimulusId(stimulus))
        items.write(replace(item, common=common), AN)
    approve_all(studio)


def blueprint(studio: Studio, **more: JSON) -> None:
    papers = studio.desk.vault.papers
    kept = papers.get("blueprint:nho")
    assert kept is not None
    assert isinstance(kept.content, dict)
    papers.write("blueprint:nho", {**kept.content, **more}, AN)


def test_a_shared_text_that_was_edited_and_approved_again_is_said_and_taken_in(stocked: Studio) -> None:
    shared = stocked.desk.vault.shared
    shared.write_stimulus(Stimulus(StimulusId("NL-001"), "Ngữ liệu", "Thời hạn là 5 ngày."), AN)
    edit_all(stocked, stimulus="NL-001")
    blueprint(stocked, stimuli="parts")
    assemble(stocked)
    assert "data-changed" not in stocked.get(f"/forms/{PRIMARY}").text
    shared.write_stimulus(Stimulus(StimulusId("NL-001"), "Ngữ liệu", "Thời hạn là 7 ngày."), AN)
    approve_all(stocked)
    assert "data-changed" in stocked.get(f"/forms/{PRIMARY}").text
    name = next(iter(drawn(stocked, PRIMARY).bank_items))
    assert name in stocked.get(f"/seal?form={PRIMARY}").text
    body: JSON = {"old": "", "new": "", "why": "sửa ngữ liệu", "revision": 1}
    assert stocked.call(f"/api/forms/{PRIMARY}/swap", body).get_json()["ok"] is True
    assert "7 ngày" in str(drawn(stocked, PRIMARY).sections[0].candidate)
    assert "data-changed" not in stocked.get(f"/forms/{PRIMARY}").text


@pytest.mark.parametrize("what", ["stem", "key"])
def test_an_item_that_was_edited_and_approved_again_is_said_before_the_form_is_sealed(
    stocked: Studio, what: str
) -> None:
    assemble(stocked)
    items = stocked.desk.vault.items
    form = drawn(stocked, PRIMARY)
    name = next(one for one in sorted(form.bank_items) if isinstance(items.item(one), SingleChoice))
    item = items.item(name)
    assert isinstance(item, SingleChoice)
    assert "data-changed" not in stocked.get(f"/forms/{PRIMARY}").text
    assert name not in stocked.get(f"/seal?form={PRIMARY}").text
    other = next(one.label for one in item.options if one.label not in item.key)
    edited = replace(item, key=(other,))
    if what == "stem":
        edited = replace(item, common=replace(item.common, stem=f"{item.common.stem} (sửa)"))
    items.write(edited, AN)
    approve_all(stocked)
    assert "data-changed" in stocked.get(f"/forms/{PRIMARY}").text
    assert name in stocked.get(f"/seal?form={PRIMARY}").text
    assert "data-changed" not in stocked.get(f"/forms/{RESERVE}").text


def test_an_item_that_is_not_approved_any_more_is_said_before_the_form_is_sealed(stocked: Studio) -> None:
    assemble(stocked)
    name = min(drawn(stocked, PRIMARY).bank_items)
    stocked.desk.vault.items.act(name, Act.SEND_BACK, AN, "đáp án đã lộ")
    assert "data-changed" in stocked.get(f"/forms/{PRIMARY}").text
    assert name in stocked.get(f"/seal?form={PRIMARY}").text
    assert "data-changed" not in stocked.get(f"/forms/{RESERVE}").text


def test_a_picture_that_was_replaced_and_approved_again_is_said(stocked: Studio) -> None:
    shared, first = stocked.desk.vault.shared, base64.b64decode(PIXEL)
    shared.add_medium("hinh.png", first, AN)
    edit_all(stocked, stem="{{picture:hinh.png|biểu mẫu}} ")
    assemble(stocked)
    assert "data-changed" not in stocked.get(f"/forms/{PRIMARY}").text
    shared.add_medium("hinh.png", first + b"\0", AN)
    approve_all(stocked)
    assert "data-changed" in stocked.get(f"/forms/{PRIMARY}").text


def test_the_other_set_is_kept_apart_also_when_the_blueprint_has_another_revision(stocked: Studio) -> None:
    assemble(stocked)
    blueprint(stocked, title={"vi": "Hội thi đổi tên", "en": "Renamed"})
    assemble(stocked, "primary", "6f")
    primary, reserve = drawn(stocked, PRIMARY), drawn(stocked, RESERVE)
    assert primary.blueprint_sha256 != reserve.blueprint_sha256
    for item in sorted(primary.bank_items):
        offered = stocked.get(f"/api/forms/{PRIMARY}/offers/{item}").get_json()["offers"]
        assert offered
        assert not {BankItemId(one["id"]) for one in offered} & reserve.bank_items


def test_sets_of_two_revisions_of_a_blueprint_that_have_an_item_in_common_are_said(stocked: Studio) -> None:
    assemble(stocked)
    before = drawn(stocked, RESERVE)
    blueprint(stocked, title={"vi": "Hội thi đổi tên", "en": "Renamed"})
    for number in range(10, 60):  # the same seeds give the same forms: one of them has an item of the earlier reserve
        assemble(stocked, seed=str(number))
        if drawn(stocked, PRIMARY).bank_items & before.bank_items:
            break
    assert APART not in stocked.get(f"/seal?form={PRIMARY}").text  # its own reserve has none of its items
    stocked.desk.vault.papers.write(f"form:{RESERVE}", before.document(), AN)
    assert APART in stocked.get(f"/seal?form={PRIMARY}").text


def test_a_topic_named_anew_changes_no_form(stocked: Studio) -> None:
    assemble(stocked)
    stocked.desk.vault.shared.name_topic(TopicCode("dich-vu-cong"), Bilingual("Tên khác", "Other"), AN)
    assert "data-changed" not in stocked.get(f"/forms/{PRIMARY}").text


@pytest.mark.parametrize("name", [PRIMARY, RESERVE])
def test_a_form_drawn_again_from_an_earlier_seed_is_what_counts_as_used(stocked: Studio, name: str) -> None:
    for seed in ("5e", "6f", "5e"):
        assemble(stocked, seed=seed)
    form = drawn(stocked, name)
    counted = stocked.desk.vault.uses.all()
    assert {
        item for item, uses in counted.items() if any(use.package == form.package_id for use in uses)
    } == form.bank_items
    assert {use.package for uses in counted.values() for use in uses} == {
        drawn(stocked, one).package_id for one in (PRIMARY, RESERVE)
    }


def test_items_that_one_person_signed_and_nobody_approved_are_not_drawn(stocked: Studio) -> None:
    items = stocked.desk.vault.items
    for entry in items.entries():
        items.act(entry.id, Act.SEND_BACK, AN, "xem lại")
        items.act(entry.id, Act.REVIEW, AN)
    assert {one.state for one in items.entries()} == {State.REVIEWED}
    body: JSON = {"blueprint": "nho", "sets": "both", "seed": "5e" * 32}
    assert stocked.call("/api/forms/assemble", body).get_json()["ok"]
    for thread in threading.enumerate():
        if thread.name == "studio-assembling":
            thread.join()
    assert stocked.get("/api/forms/work").get_json()["stage"] == "short"
    assert stocked.desk.vault.papers.names("form") == ()
