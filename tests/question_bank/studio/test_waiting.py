"""What waits for whom, and the way through it: nobody is offered what the rule of two people forbids."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from question_bank.ids import NO_STIMULUS, BankItemId
from question_bank.items.model import Item
from question_bank.studio.waiting import Task, Waiting
from question_bank.vault.people import Person
from question_bank.vault.states import Act, State

if TYPE_CHECKING:
    from tests.question_bank.studio.conftest import Studio

AN, BINH, CHI = Person("An Nguyễn"), Person("Bình Trần"), Person("Chi Lê")
GIFT = "::hai:: Câu này không có đáp án? {~a ~b}\n"


@pytest.fixture(autouse=True)
def sound(signed: Studio) -> None:
    """The bank's two items need nothing that is not there."""
    items = signed.desk.vault.items
    for name, text in zip(sorted(items.ids()), ("Phím nào lưu tệp?", "Ghép mỗi lệnh với phím của nó."), strict=True):
        item = items.item(name)
        assert item is not None
        items.write(replace(item, common=replace(item.common, stem=text, stimulus=NO_STIMULUS, excludes=())), AN)
    assert not [fault for name in items.ids() for fault in items.faults(name)]


def queue(studio: Studio, person: Person) -> dict[Task, list[str]]:
    found = Waiting(studio.desk).queues(person).items
    return {task: [one.entry.id for one in waits] for task, waits in found.items() if waits}


def seen(studio: Studio, name: str) -> str:
    held = studio.desk.vault.items.get(BankItemId(name))
    return str(held.entry.revision) if held else ""


def act(studio: Studio, name: str, what: Act, by: Person, why: str = "") -> None:
    studio.desk.vault.items.act(BankItemId(name), what, by, why)


def test_a_draft_waits_for_review_and_then_for_everybody_else_to_approve(signed: Studio) -> None:
    first, second = sorted(signed.desk.vault.items.ids())
    assert queue(signed, BINH) == {Task.REVIEW: [first, second]}
    act(signed, first, Act.REVIEW, BINH)
    assert queue(signed, Person("  bình TRẦN ")) == {Task.REVIEW: [second]}
    assert queue(signed, AN) == {Task.APPROVE: [first], Task.REVIEW: [second]}
    act(signed, first, Act.APPROVE, AN)
    assert queue(signed, CHI) == {Task.REVIEW: [second]}


def test_what_was_sent_back_waits_for_its_writer_until_it_is_changed(signed: Studio) -> None:
    name = min(signed.desk.vault.items.ids())
    act(signed, name, Act.REVIEW, BINH)
    act(signed, name, Act.SEND_BACK, CHI, "Phương án B cũng đúng")
    assert name not in str(queue(signed, BINH))
    [waits] = Waiting(signed.desk).queues(AN).items[Task.MEND]
    assert (waits.entry.id, waits.by, waits.why) == (name, CHI, "Phương án B cũng đúng")
    page = signed.get(f"/waiting/mend?at={name}").text
    assert "Phương án B cũng đúng" in page
    item = signed.desk.vault.items.item(BankItemId(name))
    assert item is not None
    signed.desk.vault.items.write(replace(item, common=replace(item.common, source="Nguồn khác")), AN)
    assert name in queue(signed, BINH)[Task.REVIEW]


def test_a_draft_with_errors_waits_for_its_writer_and_ones_own_come_last(signed: Studio) -> None:
    first, second = sorted(signed.desk.vault.items.ids())
    item = signed.desk.vault.items.item(BankItemId(first))
    assert item is not None
    signed.desk.vault.items.write(replace(item, common=replace(item.common, stem="")), BINH)
    assert queue(signed, BINH) == {Task.MEND: [first], Task.REVIEW: [second]}
    signed.desk.vault.items.write(item, BINH)
    assert queue(signed, BINH)[Task.REVIEW] == [second, first]


def test_open_reasons_and_rough_copies_are_counted(signed: Studio) -> None:
    signed.call("/api/import", GIFT.encode(), **{"X-File-Name": "a.gift"})
    signed.post("/import/take", turn="1", place="0")
    [name] = queue(signed, BINH)[Task.LOOK]
    mine = min(signed.desk.vault.items.ids() - {BankItemId(name)})
    before = Waiting(signed.desk).queues(AN).count
    signed.call(f"/api/rough/{mine}", {"fields": {"id": mine, "type": "essay"}, "seen": 1})
    queues = Waiting(signed.desk).queues(AN)
    assert [one.name for one in queues.roughs] == [f"item:{mine}"]
    assert queues.count == before  # it waits once: as what I am writing, not for my review too
    assert f"/edit/{mine}" in signed.get("/waiting").text


def test_an_act_leads_to_the_next_one_and_is_on_the_disk(signed: Studio) -> None:
    first, second = sorted(signed.desk.vault.items.ids())
    answer = signed.post(f"/waiting/review/{first}/review", seen=seen(signed, first))
    assert answer.status_code == 302
    assert f"at={second}" in answer.location
    with signed.on_disk() as found:
        held = found.items.get(BankItemId(first))
        assert held is not None
        assert (held.entry.state, held.entry.reviewer) == (State.REVIEWED, AN)
    page = signed.get(answer.location).text
    assert f'action="/waiting/review/{second}/review"' in page
    answer = signed.post(f"/waiting/review/{second}/review", seen=seen(signed, second))
    assert 'data-key="r"' not in signed.get(answer.location).text  # nothing is left, and nothing to sign


def test_what_is_refused_is_said_on_the_page_and_nothing_is_signed(signed: Studio) -> None:
    name = min(signed.desk.vault.items.ids())
    signed.post(f"/waiting/review/{name}/review", seen=seen(signed, name))
    refused = signed.post(f"/waiting/approve/{name}/approve", seen=seen(signed, name))
    assert refused.status_code == 200
    assert 'role="alert"' in refused.text
    held = signed.desk.vault.items.get(name)
    assert held is not None
    assert held.entry.state is State.REVIEWED


@pytest.mark.parametrize(
    "path", ["/waiting/review/X/withdraw", "/waiting/review/X/review", "/waiting/nothing/X/review"]
)
def test_there_are_no_other_acts_items_or_queues(signed: Studio, path: str) -> None:
    assert signed.post(path, seen="1").status_code == 404


def test_signing_in_leads_to_what_waits_and_to_the_list_when_nothing_does(
    signed: Studio, samples: Callable[[str], Item]
) -> None:
    assert signed.get("/").location == "/waiting"
    for name in signed.desk.vault.items.ids():
        act(signed, name, Act.REVIEW, BINH)
        act(signed, name, Act.APPROVE, CHI)
    assert signed.get("/").location == "/items"
    assert 'class="count' not in signed.get("/items").text


def test_what_an_imported_question_lacks_is_written_beside_it_and_the_next_comes_with_the_same_source(
    signed: Studio,
) -> None:
    name = {"X-File-Name": "tin.gift"}
    assert signed.call("/api/import", b"::1:: Mot? {=a ~b}\n\n::2:: Hai? {=c ~d}\n", **name).get_json()["ok"]
    signed.post("/import/take", turn="1", which="ready")
    first = signed.get("/waiting/mend").text.partition("/waiting/mend/")[2].partition("/complete")[0]
    refused = signed.post(f"/waiting/mend/{first}/complete", seen="9", explanation="Vì thế.", source="Sách")
    assert 'role="alert"' in refused.text
    done = signed.post(f"/waiting/mend/{first}/complete", seen="1", explanation=" Vì thế. ", source="Luật 2023")
    assert done.status_code == 302
    assert f"{first}" in done.location
    page = signed.get(done.location).text
    assert 'value="Luật 2023"' in page
    assert f"/waiting/mend/{first}/complete" not in page
    with signed.on_disk() as found:
        held = found.items.get(BankItemId(first))
        assert held is not None
        assert (held.content["explanation"], held.content["source"]) == ("Vì thế.", "Luật 2023")
        assert held.entry.state is State.DRAFT
    assert signed.post(f"/items/{first}/review", seen="2").status_code == 302
    assert signed.post("/waiting/mend/KHONG-CO/complete", seen="1").status_code == 404
