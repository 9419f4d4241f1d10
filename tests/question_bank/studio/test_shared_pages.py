"""Stimuli, topics and files: written and replaced on pages, which say beforehand whose signatures that takes back."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from question_bank.canonical import JSON
from question_bank.ids import BankItemId, StimulusId, TopicCode
from question_bank.items.model import Item, Level, Stimulus
from question_bank.showing import MediumFile
from question_bank.studio.topics import stocks
from question_bank.studio.uses import file_uses, taken_back
from question_bank.vault.people import Person
from question_bank.vault.states import Act, State
from question_bank.vault.store import Kind

if TYPE_CHECKING:
    from tests.question_bank.studio.conftest import Studio

AN, BINH = Person("An Nguyễn"), Person("Bình Trần")
MEDIA = Path(__file__).parents[3] / "question_bank/samples/bank/media"
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAEklEQVR4nGP8z4APMOGVHbHSAEEsAROxCnMTAAAAAElFTkSuQmCC"
)
SHARED = StimulusId("NL-1")


@pytest.fixture
def item(signed: Studio, samples: Callable[[str], Item]) -> BankItemId:
    """An approved item that shares a stimulus, which shows a picture."""
    vault, made = signed.desk.vault, samples("essay")
    assert isinstance(vault.shared.add_medium("bieu-do.png", PICTURE, AN), MediumFile)
    vault.shared.write_stimulus(Stimulus(SHARED, "Biểu đồ", "{{picture:bieu-do.png|Cột cao dần}}"), AN)
    common = replace(made.common, stem="Nêu nhận xét.", stimulus=SHARED, excludes=())
    vault.items.write(replace(made, common=common), AN)
    for act, by in ((Act.REVIEW, AN), (Act.APPROVE, BINH)):
        vault.items.act(made.id, act, by)
    assert state(signed, made.id) is State.APPROVED
    return made.id


def state(studio: Studio, name: BankItemId) -> State:
    held = studio.desk.vault.items.get(name)
    assert held
    return held.entry.state


def fields(identity: str, title: str = "Bảng", text: str = "Nội dung") -> dict[str, JSON]:
    return {"id": identity, "title": title, "text": text}


def test_a_stimulus_is_saved_while_one_types_and_kept_as_a_revision(signed: Studio) -> None:
    page = signed.get("/stimuli/new").text
    assert '"id": "NL-001"' in page
    body: dict[str, JSON] = {"fields": fields("NL-001"), "seen": 0}
    answer = signed.call("/api/stimulus/rough/NL-001", body).get_json()
    assert (answer["ok"], answer["stimulus"]["text"], answer["faults"]) == (True, "Nội dung", [])
    with signed.on_disk() as found:
        assert [one.name for one in found.roughs.all()] == ["stimulus:NL-001"]
        assert found.shared.stimuli() == {}
    assert "/stimuli/NL-001" in signed.get("/waiting").text
    assert '"id": "NL-002"' in signed.get("/stimuli/new").text  # nobody types at this number yet
    assert signed.call("/api/stimulus/keep/NL-001", body).get_json() == {
        "ok": True,
        "text": "",
        "to": "/stimuli/NL-001",
    }
    with signed.on_disk() as found:
        assert found.shared.stimulus(StimulusId("NL-001")) == Stimulus(StimulusId("NL-001"), "Bảng", "Nội dung")
        assert found.roughs.all() == ()


def test_a_stimulus_with_a_gap_or_a_missing_picture_is_shown_with_what_is_wrong(signed: Studio) -> None:
    text = "{{gap:a}} {{picture:khong-co.png|x}} {{math:\\nope}}"
    answer = signed.call("/api/stimulus/look", {"fields": fields("NL-1", text=text), "seen": 0}).get_json()
    assert len(answer["faults"]) >= 2
    assert signed.call("/api/stimulus/look", {"fields": [], "seen": 0}).status_code == 400


def test_keeping_a_stimulus_says_first_and_then_sends_its_items_back(signed: Studio, item: BankItemId) -> None:
    page = signed.get(f"/stimuli/{SHARED}").text
    assert 'id="taken-back"' in page
    assert f'href="/items/{item}"' in page
    body: dict[str, JSON] = {"fields": fields(SHARED), "seen": 1}
    assert signed.call(f"/api/stimulus/rough/{SHARED}", body).get_json()["ok"] is True
    assert state(signed, item) is State.APPROVED  # typing takes nothing back
    assert signed.call(f"/api/stimulus/keep/{SHARED}", body).get_json()["ok"] is True
    assert state(signed, item) is State.DRAFT
    assert 'id="taken-back"' not in signed.get(f"/stimuli/{SHARED}").text


@pytest.mark.parametrize(("identity", "seen"), [("NL-1", 0), ("NL-1", 7), ("NL-2", 1), ("not an id", 0)])
def test_a_stimulus_is_not_written_over_unseen(signed: Studio, item: BankItemId, identity: str, seen: int) -> None:
    answer = signed.call("/api/stimulus/keep/NL-1", {"fields": fields(identity), "seen": seen}).get_json()
    assert answer["ok"] is False
    assert answer["text"]
    taken = signed.call(f"/api/stimulus/keep/{item}", {"fields": fields(item), "seen": 0}).get_json()
    assert taken["ok"] is False  # it is an item's number
    assert signed.desk.vault.store.version(Kind.STIMULUS) == (1,)
    assert state(signed, item) is State.APPROVED


def test_a_rough_copy_of_a_stimulus_is_thrown_away(signed: Studio, item: BankItemId) -> None:
    signed.call(f"/api/stimulus/rough/{SHARED}", {"fields": fields(SHARED, "Đang gõ dở"), "seen": 1})
    assert "Đang gõ dở" in signed.get(f"/stimuli/{SHARED}").text
    signed.call(f"/api/stimulus/forget/{SHARED}", {})
    assert "Đang gõ dở" not in signed.get(f"/stimuli/{SHARED}").text
    with signed.on_disk() as found:
        assert found.roughs.all() == ()


def test_a_topic_is_named_anew_and_its_items_stay_signed(signed: Studio, item: BankItemId) -> None:
    held = signed.desk.vault.items.get(item)
    assert held
    code = held.entry.topic
    again = signed.post("/topics", code=code, vi="Tên khác", en="Another name")  # not as a new one by mistake
    assert 'role="alert"' in again.text
    signed.post("/topics", code=code, vi="Tên khác", en="Another name", anew="1")
    with signed.on_disk() as found:
        assert found.shared.topics()[code].vi == "Tên khác"
    assert state(signed, item) is State.APPROVED
    assert "Tên khác" in signed.get("/topics").text
    assert signed.post("/topics", code="moi", vi="Mới", en="", to="/new").location == "/new"
    assert 'role="alert"' in signed.post("/topics", code="Có dấu", vi="Mới", en="", to="/new").text


def test_topics_count_by_level_and_state_without_the_withdrawn(signed: Studio, item: BankItemId) -> None:
    vault = signed.desk.vault
    others = [name for name in vault.items.ids() if name != item]
    vault.items.act(others[0], Act.WITHDRAW, AN, "trùng")
    found = stocks(vault.items.entries())
    assert sum(stock.of() for stock in found.values()) == 2
    assert sum(stock.of(None, State.WITHDRAWN) for stock in found.values()) == 1
    held = vault.items.get(item)
    assert held
    stock = found[TopicCode(held.entry.topic)]
    assert stock.of(held.entry.level, State.APPROVED) == 1
    assert sum(stock.of(level) for level in Level) == stock.of()


def test_a_file_is_replaced_after_it_was_said_what_that_takes_back(signed: Studio, item: BankItemId) -> None:
    vault = signed.desk.vault
    uses = file_uses(vault)["bieu-do.png"]
    assert (uses.items, uses.stimuli) == ((), (SHARED,))
    assert [one.id for one in taken_back(vault, uses).approved] == [item]
    assert 'id="taken-back"' in signed.get("/files/bieu-do.png").text
    other = (MEDIA / "bieu-do-tron.svg").read_bytes()
    seen = vault.shared.media()["bieu-do.png"].sha256
    answer = signed.call("/api/files/bieu-do.png", other, **{"X-Seen": seen}).get_json()
    assert answer["ok"] is True
    with signed.on_disk() as found:
        assert found.shared.medium("bieu-do.png") == other
        assert found.shared.blob(seen) == PICTURE  # the old one stays
    assert state(signed, item) is State.DRAFT
    assert signed.get("/media/named/bieu-do.png").data == other
    again = signed.call("/api/files/bieu-do.png", PICTURE, **{"X-Seen": seen}).get_json()
    assert again["ok"] is False  # the page had not seen the new one


@pytest.mark.parametrize("data", [b"", b"text", (MEDIA / "tin-hieu-khoi-dong.wav").read_bytes()], ids=["empty", "text", "sound"])  # fmt: skip
def test_what_is_no_picture_does_not_take_a_pictures_place(signed: Studio, item: BankItemId, data: bytes) -> None:
    seen = signed.desk.vault.shared.media()["bieu-do.png"].sha256
    answer = signed.call("/api/files/bieu-do.png", data, **{"X-Seen": seen}).get_json()
    assert (answer["ok"], bool(answer["text"])) == (False, True)
    assert state(signed, item) is State.APPROVED
    assert signed.call("/api/files/khong-co.png", PICTURE, **{"X-Seen": seen}).status_code == 404


def test_files_are_listed_with_their_uses_and_the_unused_apart(signed: Studio, item: BankItemId) -> None:
    signed.desk.vault.shared.add_medium("thua.wav", (MEDIA / "tin-hieu-khoi-dong.wav").read_bytes(), AN)
    everything, unused = signed.get("/files").text, signed.get("/files?show=unused").text
    assert "bieu-do.png" in everything
    assert f'href="/stimuli/{SHARED}"' in everything
    assert "bieu-do.png" not in unused
    assert "thua.wav" in unused
    assert "bieu-do.png" not in signed.get("/files?show=audio").text
    assert signed.get("/files/khong-co").status_code == 404
    assert signed.get("/media/named/khong-co").status_code == 404
