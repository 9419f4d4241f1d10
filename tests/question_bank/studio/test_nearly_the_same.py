"""What the bank has already, or nearly, is named while an item is typed and beside the questions of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from question_bank.canonical import JSON
from question_bank.ids import BankItemId
from question_bank.vault.people import Person
from question_bank.vault.states import Act

if TYPE_CHECKING:
    from tests.question_bank.studio.conftest import Studio

GIFT = "::một:: Một cộng một bằng mấy? {=2 ~3 ~4}\n"


def test_an_item_that_says_nearly_the_same_is_named_while_it_is_typed(signed: Studio) -> None:
    entry = next(one for one in signed.desk.vault.items.entries() if one.type == "single_choice")
    held = signed.desk.vault.items.get(BankItemId(entry.id))
    assert held is not None
    fields: dict[str, JSON] = {**held.content}
    stem = str(fields["stem"])
    alike: dict[str, JSON] = {**fields, "id": "MOI-001", "stem": f"{stem} Hãy chọn."}
    [near] = signed.call("/api/look", {"fields": alike, "seen": 0}).get_json()["near"]
    assert near["id"] == entry.id
    assert 50 <= near["percent"] < 100
    other: dict[str, JSON] = {**fields, "id": "MOI-001", "stem": "Hoàn toàn khác?", "options": {"A": "xa", "B": "gần"}}
    assert signed.call("/api/look", {"fields": other, "seen": 0}).get_json()["near"] == []


@pytest.mark.parametrize("withdrawn", [False, True])
def test_a_question_of_a_file_that_the_bank_has_already_is_named_beside_it(signed: Studio, withdrawn: bool) -> None:
    """A withdrawn one too: somebody had a reason to take it out."""
    signed.call("/api/import", GIFT.encode(), **{"X-File-Name": "a.gift"})
    signed.post("/import/take", turn="1", place="0")
    [name] = [one.id for one in signed.desk.vault.items.entries() if "Một cộng một" in one.line]
    if withdrawn:
        signed.desk.vault.items.act(name, Act.WITHDRAW, Person("Bình Trần"), "đã lộ")
    signed.call("/api/import", GIFT.encode(), **{"X-File-Name": "b.gift"})
    page = signed.get("/import").text
    assert page.count(f'<a href="/items/{name}">') == 1
    assert "(100 %)" in page
