"""What an import brings, what assembling and sealing record, and what is kept beside items."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from question_bank.bank import Bank
from question_bank.blueprint import Blueprint
from question_bank.form import Form, SetName, assemble
from question_bank.formats.exchange import Defaults, Imported
from question_bank.formats.gift import FORMAT as GIFT
from question_bank.ids import BankItemId, TopicCode
from question_bank.items._choice import Choice
from question_bank.vault.people import Person
from question_bank.vault.states import Act, No, Refused, Standing
from question_bank.vault.uses import How
from question_bank.vault.vault import Vault

AN, BINH = Person("An Nguyễn"), Person("Bình Trần")
PICTURE = (
    r"[html]<img src\="
    r'"data\:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAEklEQVR4nGP8z4APMOGVHbHSAEEsAROxCnMTAAAAAElFTkSuQmCC"'
    r' alt\="Ô"> là gì?{=ô ~tròn}'
)


@pytest.fixture
def imported() -> Imported:
    """One ready, one without a key, one rejected, one with a picture."""
    text = f"// [id:A-1]\nMột {{=a ~b ####Vì a.}}\n\nKhông có đáp án {{~a ~b ####Vì thế.}}\n\nHỏng {{=a\n\n{PICTURE}\n"
    found = GIFT.read(text.encode(), "de.gift", Defaults(TopicCode("van-thu"), source="Giáo trình"))
    assert isinstance(found, Imported)
    return found


def reason(found: object) -> No:
    assert isinstance(found, Refused)
    return found.reason


def test_an_import_brings_drafts_with_their_reasons_evidence_and_pictures(vault: Vault, imported: Imported) -> None:
    arrived = vault.arrivals.add(imported, "de.gift", AN)
    ready, doubtful, none, shown = arrived.ids
    assert (ready, none) == ("A-1", None)
    assert doubtful
    assert shown
    held = vault.items.get(doubtful)
    assert held
    assert [one.code for one in held.reasons] == ["empty_field"]
    assert held.origin
    assert (held.origin.file, "Không có" in held.origin.source_text) == ("de.gift", True)
    assert len(vault.shared.media()) == 1
    assert vault.bank().media == vault.shared.media()
    [brought] = [one for one in vault.history() if one.kind.value == "bank" and one.act == "imported"]
    assert (brought.person, brought.why, brought.body["rejected"]) == (AN, "de.gift", 1)


def test_the_history_says_where_in_the_file_each_rejected_question_stood_and_why(
    vault: Vault, imported: Imported
) -> None:
    vault.arrivals.add(imported, "de.gift", AN)
    [brought] = [one for one in vault.history() if one.kind.value == "bank" and one.act == "imported"]
    assert brought.body["rejections"] == [{"where": "dòng 6", "code": "braces"}]


def test_an_import_takes_no_number_under_which_somebody_is_writing(vault: Vault, imported: Imported) -> None:
    for name in ("item:A-1", "stimulus:DE-001", "paper:DE-002"):
        vault.roughs.put(name, {"fields": {}, "seen": 0}, BINH)
    arrived = vault.arrivals.add(imported, "de.gift", AN)
    assert {one for one in arrived.ids if one} == {"DE-002", "DE-003", "DE-004"}
    assert vault.items.free_id("DE") == "DE-005"


def test_a_reason_is_dealt_with_by_a_named_person_before_anybody_signs(vault: Vault, imported: Imported) -> None:
    doubtful = vault.arrivals.add(imported, "de.gift", AN).ids[1]
    assert doubtful
    item = vault.items.item(doubtful)
    assert isinstance(item, Choice)
    mended = type(item)(item.common, item.options, (item.options[0].label,), item.fixed)
    vault.items.write(mended, BINH)
    assert reason(vault.items.act(doubtful, Act.REVIEW, BINH)) is No.OPEN_REASONS  # an edit does not close it
    held = vault.items.get(doubtful)
    assert held
    [open_reason] = held.reasons
    assert reason(vault.items.settle(doubtful, open_reason.number, BINH, " ")) is No.NO_REASON_GIVEN
    assert reason(vault.items.settle(BankItemId("A-1"), open_reason.number, BINH, "x")) is No.WRONG_STATE
    assert vault.items.settle(doubtful, open_reason.number, BINH, "đã hỏi người ra đề") is None
    assert reason(vault.items.settle(doubtful, open_reason.number, AN, "lần nữa")) is No.WRONG_STATE
    held = vault.items.get(doubtful)
    assert held
    assert [(one.settled_by, one.how) for one in held.reasons] == [(BINH, "đã hỏi người ra đề")]
    assert isinstance(vault.items.act(doubtful, Act.REVIEW, AN), Standing)


def test_the_same_file_twice_brings_other_ids_and_the_near_duplicates_are_named(
    vault: Vault, imported: Imported
) -> None:
    first, second = (vault.arrivals.add(imported, "de.gift", AN).ids for _ in range(2))
    assert not {*first} & {one for one in second if one}
    assert {(one.first, one.second) for one in vault.duplicates()} >= {(first[0], second[0])}


# --- exposure ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def forms(vault: Vault, make_bank: Callable[..., Bank], make_blueprint: Callable[..., Blueprint]) -> Iterable[Form]:
    """Forms of one contest and round, drawn from the vault's items: two tries of the first set, one of the second."""
    bank = make_bank()
    with vault.store.doing():
        for item in bank.items:
            vault.items.write(item, AN)
    made = [assemble(bank, make_blueprint(), bytes([n]) * 32, name)
            for n, name in ((1, SetName.PRIMARY), (2, SetName.PRIMARY), (3, SetName.RESERVE))]  # fmt: skip
    return [form for form in made if isinstance(form, Form)]


def test_of_tries_only_the_last_counts_and_what_was_sealed_for_ever(vault: Vault, forms: list[Form]) -> None:
    first, second, reserve = forms

    def used() -> dict[str, set[str]]:
        packages: dict[str, set[str]] = {}
        for name, uses in vault.uses.all().items():
            for use in uses:
                packages.setdefault(use.package, set()).add(name)
        return packages

    for drawn in (first, second, [reserve]):
        assert vault.uses.record(drawn, How.ASSEMBLED, AN) == len(reserve.bank_items)
    assert used() == {second.package_id: second.bank_items, reserve.package_id: reserve.bank_items}
    vault.uses.record(first, How.SEALED, AN)
    vault.uses.record(first, How.SEALED, AN)
    assert used() == {form.package_id: form.bank_items for form in (first, second, reserve)}
    name = min(first.bank_items)
    assert {use.how for use in vault.uses.of(name) if use.package == first.package_id} == {How.SEALED}
    assert [one.act for one in vault.history(most=4)] == ["sealed", "assembled", "assembled", "assembled"]


def test_forms_that_were_drawn_together_count_together(vault: Vault, forms: list[Form]) -> None:
    first, second, _ = forms  # two forms of one set
    vault.uses.record([first, second], How.ASSEMBLED, AN)
    assert {use.package for uses in vault.uses.all().values() for use in uses} == {first.package_id, second.package_id}
    both = min(first.bank_items & second.bank_items)
    assert {use.package for use in vault.uses.of(both)} == {first.package_id, second.package_id}


# --- papers and rough copies ------------------------------------------------------------------------------------------


def test_documents_of_other_parts_have_revisions(vault: Vault) -> None:
    assert vault.papers.write("blueprint:tinh", {"cells": []}, AN) == 1
    assert vault.papers.write("blueprint:tinh", {"cells": []}, BINH) == 1
    assert vault.papers.write("blueprint:tinh", {"cells": [1]}, BINH, "thêm ô") == 2
    old = vault.papers.get("blueprint:tinh", 1)
    assert old
    assert old.content == {"cells": []}
    assert vault.papers.names("blueprint") == ("blueprint:tinh",)
    assert vault.papers.names("form") == ()
    assert reason(vault.papers.write("../x", {}, AN)) is No.BAD_CONTENT


def test_rough_copies_are_written_over_and_go_when_the_text_is_kept(
    vault: Vault, make_item: Callable[..., Choice]
) -> None:
    for text in ("H", "Hỏ", "Hỏi"):
        assert vault.roughs.put("item:A-1", {"stem": text, "key": None}, AN) is None
    vault.roughs.put("item:A-1", {"stem": "của Bình"}, BINH)
    found = vault.roughs.get("item:A-1", AN)
    assert found
    assert found.content == {"stem": "Hỏi", "key": None}
    vault.items.write(make_item("A-1"), AN)
    assert [one.by for one in vault.roughs.all()] == [BINH]
    vault.roughs.drop("item:A-1", BINH)
    assert vault.roughs.all() == ()
    assert reason(vault.roughs.put("item:A-1", "x" * 5_000_000, AN)) is No.BAD_CONTENT
