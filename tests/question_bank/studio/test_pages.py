"""What the pages do is in the bank's file when they answer, under the right name, or they say why not."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from question_bank.canonical import JSON
from question_bank.ids import BankItemId, TopicCode
from question_bank.items.model import Item
from question_bank.studio.desk import Desk
from question_bank.vault.errors import VaultError, VaultFault
from question_bank.vault.keys import Key
from question_bank.vault.people import Person
from question_bank.vault.states import State
from question_bank.vault.vault import Vault

if TYPE_CHECKING:
    from pathlib import Path

    from tests.question_bank.studio.conftest import Studio

GIFT = "::một:: Một cộng một? {=2 ~3 ~4}\n\n::hai:: Câu này không có đáp án? {~a ~b}\n"


def fields_of(studio: Studio, name: str) -> dict[str, JSON]:
    held = studio.desk.vault.items.get(BankItemId(name))
    assert held is not None
    return {**held.content}


def test_what_is_typed_is_on_the_disk_when_the_page_says_saved(signed: Studio) -> None:
    entry = signed.desk.vault.items.entries()[0]
    fields = fields_of(signed, entry.id) | {"stem": "Chữ vừa gõ?"}
    answer = signed.call(f"/api/rough/{entry.id}", {"fields": fields, "seen": 1}).get_json()
    assert answer["ok"] is True
    assert answer["preview"]["item"]["stem"] == "Chữ vừa gõ?"
    with signed.on_disk() as found:
        [rough] = found.roughs.all()
        assert "Chữ vừa gõ?" in str(rough.content)
        assert found.items.entries() == signed.desk.vault.items.entries()
    assert "Chữ vừa gõ?" in signed.get(f"/edit/{entry.id}").text


def test_keeping_makes_a_revision_and_ends_the_rough_copy(signed: Studio) -> None:
    entry = signed.desk.vault.items.entries()[0]
    body: dict[str, JSON] = {"fields": fields_of(signed, entry.id) | {"stem": "Câu mới?"}, "seen": 1}
    signed.call(f"/api/rough/{entry.id}", body)
    assert signed.call(f"/api/keep/{entry.id}", body).get_json()["ok"] is True
    with signed.on_disk() as found:
        held = found.items.get(entry.id)
        assert held is not None
        assert (held.entry.revision, held.content["stem"]) == (2, "Câu mới?")
        assert found.roughs.all() == ()
    again = signed.call(f"/api/keep/{entry.id}", body).get_json()  # a page that has not seen the second
    assert again["ok"] is False


def test_a_field_that_cannot_be_read_is_said_and_what_was_typed_stays(signed: Studio) -> None:
    name = signed.desk.vault.items.entries()[0].id
    fields = fields_of(signed, name) | {"plays": "nhiều"}
    signed.call(f"/api/rough/{name}", {"fields": fields, "seen": 1})
    answer = signed.call(f"/api/keep/{name}", {"fields": fields, "seen": 1}).get_json()
    assert (answer["ok"], [one["path"] for one in answer["faults"]]) == (False, ["plays"])
    assert "nhiều" in signed.get(f"/edit/{name}").text


def test_a_new_item_gets_a_number_that_nobody_types_at(signed: Studio) -> None:
    def number() -> str:
        return signed.get("/new/essay").text.partition('"id": "')[2].partition('"')[0]

    first = number()
    assert first
    signed.call(f"/api/rough/{first}", {"fields": {"id": first, "type": "essay", "topic": "t"}, "seen": 0})
    assert number() != first


def test_two_people_review_and_approve_and_one_cannot(signed: Studio) -> None:
    name = signed.desk.vault.items.entries()[0].id
    assert signed.post(f"/items/{name}/review", seen="1").status_code == 302
    refused = signed.post(f"/items/{name}/approve", seen="1")
    assert refused.status_code == 200
    assert 'role="alert"' in refused.text
    signed.post("/sign-out")
    signed.sign_in("Bình Trần")
    assert signed.post(f"/items/{name}/approve", seen="1").status_code == 302
    with signed.on_disk() as found:
        held = found.items.get(name)
        assert held is not None
        assert held.entry.state is State.APPROVED
        assert (held.entry.reviewer, held.entry.approver) == ("An Nguyễn", "Bình Trần")


def test_nothing_of_a_file_is_in_the_bank_before_it_is_taken(signed: Studio) -> None:
    before = signed.desk.vault.items.ids()
    assert signed.call("/api/import", GIFT.encode(), **{"X-File-Name": "th%E1%BB%AD.gift"}).get_json()["ok"] is True
    page = signed.get("/import").text
    assert "thử.gift" in page
    assert "Một cộng một?" in page
    assert signed.desk.vault.items.ids() == before
    signed.post("/import/take", turn="1", which="ready")
    with signed.on_disk() as found:
        new = found.items.ids() - before
        assert len(new) == 1
    signed.post("/import/take", turn="1", place="1")
    with signed.on_disk() as found:
        assert len(found.items.ids() - before) == 2
        assert sum(one.open_reasons > 0 for one in found.items.entries()) == 1
    signed.post("/import/take", turn="1", place="1")  # a second click brings nothing twice
    assert len(signed.desk.vault.items.ids() - before) == 2


def test_a_page_of_one_file_takes_nothing_of_another_that_was_opened_since(signed: Studio) -> None:
    before = signed.desk.vault.items.ids()
    signed.call("/api/import", GIFT.encode(), **{"X-File-Name": "a.gift"})
    assert signed.get("/import").text.count('name="turn" value="1"') == 3  # all that are certain, and each of two
    signed.call("/api/import", GIFT.replace("một", "hai").encode(), **{"X-File-Name": "a.gift"})
    for data in ({"turn": "1", "which": "ready"}, {"turn": "1", "place": "0"}, {"place": "0"}):
        assert 'role="alert"' in signed.post("/import/take", **data).text
    assert signed.desk.vault.items.ids() == before
    signed.post("/import/take", turn="2", which="ready")
    assert len(signed.desk.vault.items.ids() - before) == 1


class Meanwhile:
    """The bank's lock; whoever takes it first has waited for somebody who did something else."""

    def __init__(self, lock: threading.RLock, act: Callable[[], None]) -> None:
        self.lock, self.acts = lock, [act]

    def __enter__(self) -> None:
        self.lock.acquire()
        while self.acts:
            self.acts.pop()()

    def __exit__(self, *_: object) -> None:
        self.lock.release()


def test_a_file_that_comes_while_another_is_being_taken_is_not_taken(
    signed: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, pending = signed.desk.vault.items.ids(), signed.desk.pending
    signed.call("/api/import", GIFT.replace("một", "hai").encode(), **{"X-File-Name": "b.gift"})
    other = pending.imported
    assert other is not None
    signed.call("/api/import", GIFT.encode(), **{"X-File-Name": "a.gift"})
    form, turn, store = signed.form(), str(pending.turn), signed.desk.vault.store
    monkeypatch.setattr(store, "lock", Meanwhile(store.lock, lambda: pending.hold("b.gift", other)))
    page = signed.post("/import/take", form, turn=turn, which="ready").text
    assert 'role="alert"' in page
    assert "b.gift" in page
    assert signed.desk.vault.items.ids() == before


def test_a_name_typed_otherwise_is_the_same_person_with_what_they_were_typing(signed: Studio) -> None:
    entry = signed.desk.vault.items.entries()[0]
    signed.post("/sign-out")
    signed.sign_in("Chi Lê")  # who never did anything but type
    fields = fields_of(signed, entry.id) | {"stem": "Chữ của Chi?"}
    signed.call(f"/api/rough/{entry.id}", {"fields": fields, "seen": 1})
    signed.post("/sign-out")
    signed.sign_in("  chi   LÊ ")
    assert "Chữ của Chi?" in signed.get(f"/edit/{entry.id}").text
    assert "Chi Lê" in signed.get("/items").text
    signed.post("/sign-out")
    signed.sign_in("an nguyễn")
    signed.post(f"/items/{entry.id}/review", seen="1")
    assert signed.desk.vault.items.entries()[0].reviewer == "An Nguyễn"


def test_a_failure_says_its_type_and_place_and_nothing_of_what_was_asked(
    signed: Studio, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise LookupError("Câu mật?")

    monkeypatch.setattr(signed.desk.vault.items, "get", fail)
    assert signed.get("/items/DVC-MAT?q=matkhau").status_code == 500
    said = capsys.readouterr().err
    assert said.startswith("LookupError ")
    assert "item_pages.py:" in said
    assert not any(word in said for word in ("mật", "MAT", "matkhau"))


@pytest.mark.parametrize(
    ("typed", "code", "title"),
    [
        ("", "tin-hoc-co-ban", "Tin học cơ bản"),
        ("  Chủ đề 1.  Mạng ", "chu-de-1-mang", "Chủ đề 1. Mạng"),
        ("\u202e", "tin-hoc-co-ban", "Tin học cơ bản"),
        ("DỊCH vụ công", "dich-vu-cong", "Dịch vụ công"),
    ],
)
def test_a_new_topic_is_called_as_typed_or_as_the_file_and_comes_with_what_is_taken(
    signed: Studio, typed: str, code: str, title: str
) -> None:
    signed.post("/topics", vi="Dịch vụ công", en="", code="dich-vu-cong")
    headers = {"X-File-Name": quote("Tin học_cơ bản.gift"), "X-New-Topic": quote(typed)}
    before = signed.desk.vault.shared.topics()
    assert signed.call("/api/import", GIFT.encode(), **headers).get_json()["ok"] is True
    assert signed.desk.vault.shared.topics() == before
    signed.post("/import/take", turn="1", which="ready")
    with signed.on_disk() as found:
        assert found.shared.topics()[TopicCode(code)].vi == title
        assert len([one for one in found.items.entries() if one.topic == code]) == 1


def test_a_file_that_is_of_no_format_is_refused_and_said(signed: Studio) -> None:
    answer = signed.call("/api/import", b"\x00\x01\x02", **{"X-File-Name": "x.bin"}).get_json()
    assert answer["ok"] is False
    assert answer["text"]


def test_a_reason_to_review_is_dealt_with_by_name(signed: Studio) -> None:
    signed.call("/api/import", GIFT.encode(), **{"X-File-Name": "a.gift"})
    signed.post("/import/take", turn="1", place="1")
    [entry] = [one for one in signed.desk.vault.items.entries() if one.open_reasons]
    held = signed.desk.vault.items.get(entry.id)
    assert held is not None
    assert "“Đáp án” còn để trống" in signed.get(f"/items/{entry.id}").text
    for reason in held.reasons:
        signed.post(f"/items/{entry.id}/settle", seen="1", reason=str(reason.number), why="đã chọn đáp án")
    with signed.on_disk() as found:
        again = found.items.get(entry.id)
        assert again is not None
        assert {(one.settled_by, one.how) for one in again.reasons} == {("An Nguyễn", "đã chọn đáp án")}


def test_words_are_found_without_marks_and_filters_narrow(signed: Studio, samples: Callable[[str], Item]) -> None:
    item = samples("matching")
    assert f">{item.id}<" in signed.get("/items?type=matching").text
    assert f">{item.id}<" not in signed.get("/items?type=single_choice").text
    assert signed.get("/items?q=zzzzzz&page=9&level=none").status_code == 200


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{b:<b>}}"])
def test_an_authors_text_is_never_markup(signed: Studio, text: str) -> None:
    entry = signed.desk.vault.items.entries()[0]
    body: dict[str, JSON] = {"fields": fields_of(signed, entry.id) | {"stem": text, "source": text}, "seen": 1}
    signed.call(f"/api/keep/{entry.id}", body)
    for path in ("/items", f"/items/{entry.id}", f"/edit/{entry.id}"):
        page = signed.get(path).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<b>}}" not in page


def test_a_save_that_fails_is_said_and_the_next_one_brings_it_all(
    signed: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = signed.desk.vault.items.entries()[0].id
    body: dict[str, JSON] = {"fields": fields_of(signed, name) | {"stem": "Đầy đĩa?"}, "seen": 1}
    with monkeypatch.context() as broken:

        def full(self: Vault) -> None:
            raise VaultError(VaultFault.NOT_WRITTEN, signed.bank, "no room")

        broken.setattr(Vault, "save", full)
        answer = signed.call(f"/api/rough/{name}", body).get_json()
        assert answer["ok"] is False
        assert answer["text"]
    assert signed.call(f"/api/rough/{name}", body).get_json()["ok"] is True
    with signed.on_disk() as found:
        assert "Đầy đĩa?" in str(found.roughs.all()[0].content)


def test_a_protected_bank_asks_for_its_passphrase_at_each_sign_in(tmp_path: Path) -> None:
    bank = tmp_path / "bank.vault"
    Vault.create_with(bank, Key.new("một mật khẩu dài"), lambda: 1, Person("An")).close()
    desk = Desk(bank, None, lambda: 1)
    try:
        assert (desk.asks, desk.unlocked) == (True, False)
        wrong = desk.unlock("sai")
        assert wrong is not None
        assert wrong.fault is VaultFault.WRONG_PASSPHRASE
        assert desk.unlock("một mật khẩu dài") is None
        again = desk.unlock("sai")
        assert again is not None
        assert again.fault is VaultFault.WRONG_PASSPHRASE
        assert desk.unlock("một mật khẩu dài") is None
    finally:
        desk.close()
