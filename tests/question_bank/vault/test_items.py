"""Items in a vault: every edit a revision, every signature a person, every change on record."""

from __future__ import annotations

import base64
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.bilingual import Bilingual
from question_bank.formats.folder import read_bank
from question_bank.ids import BankItemId, StimulusId, TopicCode
from question_bank.items._choice import Choice
from question_bank.items.model import Item, Level, Stimulus
from question_bank.phrase import Phrase, phrase, phrases
from question_bank.showing import MediumFile
from question_bank.vault.content import read_item
from question_bank.vault.entries import Wanted, Written
from question_bank.vault.finding import query
from question_bank.vault.people import Person
from question_bank.vault.sentences import kept, said
from question_bank.vault.states import Act, No, Refused, Standing, State
from question_bank.vault.vault import APPROVED, Vault

SAMPLES = Path(__file__).resolve().parents[3] / "question_bank/samples/bank"
AN, BINH = Person("An Nguyễn"), Person("Bình Trần")
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAEklEQVR4nGP8z4APMOGVHbHSAEEsAROxCnMTAAAAAElFTkSuQmCC"
)
Make = Callable[..., Choice]
Approve = Callable[[Vault, Item], None]


def stem(item: Choice, text: str) -> Choice:
    return replace(item, common=replace(item.common, stem=text))


def state(vault: Vault, name: str) -> State:
    held = vault.items.get(BankItemId(name))
    assert held
    return held.entry.state


def reason(found: object) -> No:
    assert isinstance(found, Refused)
    return found.reason


def test_every_item_of_the_sample_bank_comes_back_as_it_was_written(vault: Vault) -> None:
    bank = read_bank(SAMPLES).bank
    with vault.store.doing():
        for code, title in bank.topics.items():
            vault.shared.name_topic(code, title, AN)
        for stimulus in bank.stimuli.values():
            vault.shared.write_stimulus(stimulus, AN)
        for item in bank.items:
            assert vault.items.write(item, AN) == Written(item.id, 1, True)
    assert vault.bank(frozenset({State.DRAFT})).items == bank.items
    assert vault.bank(APPROVED).items == ()
    assert vault.shared.topics() == dict(bank.topics)
    assert vault.shared.stimuli() == dict(bank.stimuli)
    assert all(read_item(item.document()) == item for item in bank.items)


def test_an_edit_adds_a_revision_and_sends_the_item_back_to_draft(
    vault: Vault, make_item: Make, approve: Approve
) -> None:
    item = make_item("A-1")
    approve(vault, item)
    assert state(vault, "A-1") is State.APPROVED
    assert vault.items.write(item, BINH) == Written(item.id, 1, False)  # nothing is different
    assert state(vault, "A-1") is State.APPROVED
    assert vault.items.write(stem(item, "Hỏi khác?"), AN, "câu cũ mơ hồ") == Written(item.id, 2, True)
    assert state(vault, "A-1") is State.DRAFT
    assert [(one.revision, one.by, one.why) for one in vault.items.past(item.id)] == [
        (2, AN, "câu cũ mơ hồ"),
        (1, AN, ""),
    ]
    assert [one.act for one in vault.item_history(item.id)] == ["written", "approved", "reviewed", "written"]


def test_history_cannot_be_changed(vault: Vault, make_item: Make, approve: Approve) -> None:
    approve(vault, make_item("A-1"))
    for table in ("change", "revision"):
        for statement in (
            f"DELETE FROM {table}",
            f"UPDATE {table} SET change = 99",
            f"REPLACE INTO {table} SELECT * FROM {table}",
        ):
            with pytest.raises(sqlite3.IntegrityError, match="never changed"), vault.store.doing():
                vault.store.run(statement)


def test_undo_and_redo_are_revisions_and_edits(vault: Vault, make_item: Make, approve: Approve) -> None:
    first = make_item("A-1")
    second = stem(first, "Hỏi khác?")
    vault.items.write(first, AN)
    assert reason(vault.items.undo(first.id, AN)) is No.NOTHING_TO_UNDO
    approve(vault, second)
    assert vault.items.undo(first.id, BINH) == Written(first.id, 3, True)
    assert (vault.items.item(first.id), state(vault, "A-1")) == (first, State.DRAFT)
    assert vault.items.redo(first.id, BINH) == Written(first.id, 4, True)
    assert vault.items.item(first.id) == second
    vault.items.undo(first.id, AN)
    vault.items.write(stem(first, "Hỏi lần ba?"), AN)
    assert reason(vault.items.redo(first.id, AN)) is No.NOTHING_TO_UNDO


def test_who_has_not_seen_the_last_revision_writes_nothing_over(vault: Vault, make_item: Make) -> None:
    item = make_item("A-1")
    assert isinstance(vault.items.write(item, AN, seen=0), Written)
    assert reason(vault.items.write(item, BINH, seen=0)) is No.MOVED_ON
    vault.items.write(stem(item, "Hai?"), AN, seen=1)
    assert reason(vault.items.write(stem(item, "Ba?"), BINH, seen=1)) is No.MOVED_ON
    assert reason(vault.items.act(item.id, Act.REVIEW, BINH, seen=1)) is No.MOVED_ON
    assert reason(vault.items.undo(item.id, BINH, seen=1)) is No.MOVED_ON
    assert reason(vault.items.act(BankItemId("none"), Act.REVIEW, BINH)) is No.NO_ITEM


@pytest.mark.parametrize("name", ["", "có dấu", "a b", "x" * 41, "../x"])
def test_an_id_is_one_or_nothing_is_written(vault: Vault, make_item: Make, name: str) -> None:
    assert reason(vault.items.write(make_item(name), AN)) is No.BAD_CONTENT
    assert not vault.items.ids()


def test_an_item_with_errors_is_a_draft_that_nobody_can_sign(vault: Vault, make_item: Make) -> None:
    item = replace(make_item("A-1"), key=())
    vault.items.write(item, AN)
    assert reason(vault.items.act(item.id, Act.REVIEW, BINH)) is No.HAS_ERRORS
    vault.items.write(stem(make_item("A-2"), "Xem {{picture:khong-co.png|hình}}"), AN)
    assert reason(vault.items.act(BankItemId("A-2"), Act.REVIEW, BINH)) is No.HAS_ERRORS
    assert vault.sound(frozenset({State.DRAFT})).items == ()


def test_a_new_revision_of_a_stimulus_sends_its_items_back(vault: Vault, make_item: Make, approve: Approve) -> None:
    stimulus = Stimulus(StimulusId("VB-1"), "Văn bản", "Đọc đoạn sau.")
    shared = make_item("A-1")
    shared = replace(shared, common=replace(shared.common, stimulus=stimulus.id))
    assert vault.shared.write_stimulus(stimulus, AN) is None
    for item in (shared, make_item("A-2")):
        approve(vault, item)
    vault.shared.write_stimulus(stimulus, BINH)  # the same
    assert state(vault, "A-1") is State.APPROVED
    vault.shared.write_stimulus(replace(stimulus, text="Đọc đoạn khác."), BINH)
    assert (state(vault, "A-1"), state(vault, "A-2")) == (State.DRAFT, State.APPROVED)
    last = vault.item_history(shared.id)[0]
    assert (last.person, last.act, last.body) == (BINH, "sent_back", {"because": "stimulus", "of": "VB-1"})
    vault.shared.write_stimulus(replace(stimulus, text=""), BINH)
    assert reason(vault.items.act(shared.id, Act.REVIEW, AN)) is No.HAS_ERRORS


def test_another_picture_under_the_same_name_sends_the_items_back_that_show_it(
    vault: Vault, make_item: Make, approve: Approve
) -> None:
    file = vault.shared.add_medium("so-do.png", PICTURE, AN)
    assert isinstance(file, MediumFile)
    stimulus = Stimulus(StimulusId("VB-1"), "Sơ đồ", "{{picture:so-do.png|sơ đồ}}")
    vault.shared.write_stimulus(stimulus, AN)
    below = make_item("A-2")
    for item in (stem(make_item("A-1"), "Xem {{picture:so-do.png|sơ đồ}}"),
                 replace(below, common=replace(below.common, stimulus=stimulus.id)), make_item("A-3")):  # fmt: skip
        approve(vault, item)
    vault.shared.add_medium("so-do.png", PICTURE, BINH)
    assert state(vault, "A-1") is State.APPROVED
    gif = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
    assert isinstance(vault.shared.add_medium("so-do.png", gif, BINH), MediumFile)
    assert [state(vault, name) for name in ("A-1", "A-2", "A-3")] == [State.DRAFT, State.DRAFT, State.APPROVED]
    assert vault.shared.medium("so-do.png") == gif
    assert vault.shared.blob(file.sha256) == PICTURE  # what was used stays
    assert reason(vault.shared.add_medium("x.png", b"MZ", AN)) is No.BAD_CONTENT
    assert reason(vault.shared.add_medium("../x.png", PICTURE, AN)) is No.BAD_CONTENT


def test_withdrawn_items_keep_their_id_and_are_not_edited(vault: Vault, make_item: Make, approve: Approve) -> None:
    item = make_item("A-1")
    approve(vault, item)
    assert reason(vault.items.act(item.id, Act.WITHDRAW, AN)) is No.NO_REASON_GIVEN
    assert isinstance(vault.items.act(item.id, Act.WITHDRAW, AN, "luật đã thay đổi"), Standing)
    assert reason(vault.items.write(stem(item, "Hai?"), AN)) is No.WRONG_STATE
    assert reason(vault.items.undo(item.id, AN)) is No.NOTHING_TO_UNDO
    assert vault.bank().items == ()
    assert vault.items.free_id("A") != "A-1"
    assert isinstance(vault.items.act(item.id, Act.RESTORE, AN), Standing)
    assert state(vault, "A-1") is State.DRAFT


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("quyet dinh", {"QD"}),
        ("QUYẾT ĐỊNH", {"QD"}),
        ("quyết địn", {"QD"}),
        ("dien tu", {"DT", "QD"}),
        ('"van ban dien tu"', {"DT"}),
        ("điện", {"DT", "QD"}),
        ("nguon phap luat", {"QD"}),
        ("DT-", {"DT"}),
        ("dt", {"DT"}),
        ("khong co gi ca", set()),
        ('" AND OR NOT * ( ^', set()),
        ("", {"DT", "QD"}),
    ],
)
def test_words_are_found_without_case_and_marks(vault: Vault, make_item: Make, words: str, found: set[str]) -> None:
    decision = make_item("QD")
    source = replace(decision.common, stem="Quyết định số 5 về điện lực, đọc {{b:từ}} đầu", source="Nguồn: pháp luật")
    vault.items.write(replace(decision, common=source), AN)
    vault.items.write(stem(make_item("DT"), "Văn bản điện tử là gì?"), AN)
    assert {entry.id for entry in vault.items.entries(Wanted(words=words))} == found


def test_the_words_as_they_were_typed_come_first(vault: Vault, make_item: Make) -> None:
    for name, text in (("A", "Hoà bình, hoa và hoả"), ("B", "Hoả hoạn hoa hoa hoa"), ("C", "Bó hoa")):
        vault.items.write(stem(make_item(name), text), AN)
    assert next(entry.id for entry in vault.items.entries(Wanted(words="hòa "))) == "A"
    assert [entry.id for entry in vault.items.entries(Wanted(words="hỏa "))][-1] == "C"


def test_an_item_is_found_by_its_stimulus_after_its_own_words(vault: Vault, make_item: Make) -> None:
    shared = Stimulus(StimulusId("NL-1"), "Công văn", "Về việc {{b:số hoá}} hồ sơ lưu trữ")
    item = make_item("A")
    sharing = replace(item, common=replace(item.common, stimulus=shared.id))
    vault.items.write(sharing, AN)  # before the stimulus is there
    vault.items.write(stem(make_item("B"), "Hồ sơ lưu trữ là gì?"), AN)

    def found(words: str) -> list[str]:
        return [entry.id for entry in vault.items.entries(Wanted(words=words))]

    assert found("so hoa") == []
    vault.shared.write_stimulus(shared, AN)
    assert found("so hoa") == ["A"]
    assert found("hỏi số hóa") == ["A"]  # words of both together
    assert found("ho so luu tru") == ["B", "A"]
    vault.shared.write_stimulus(replace(shared, text="Về việc nghỉ lễ"), AN)
    assert (found("so hoa"), found("nghi le")) == ([], ["A"])
    vault.items.write(item, AN)
    assert found("nghi le") == []


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_query(typed: str) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE search USING fts5(words, tokenize = 'unicode61 remove_diacritics 2')")
    if found := query(typed):
        connection.execute("SELECT * FROM search WHERE search MATCH ?", (found,)).fetchall()
    connection.close()


def test_lists_are_narrowed_by_what_is_wanted(vault: Vault, make_item: Make, approve: Approve) -> None:
    approve(vault, make_item("A-1", topic="mot", level=Level.VAN_DUNG))
    tagged = make_item("A-2", "AB", topic="hai")
    vault.items.write(replace(tagged, common=replace(tagged.common, tags=("luật",))), AN)

    def ids(wanted: Wanted) -> list[str]:
        return [entry.id for entry in vault.items.entries(wanted)]

    assert ids(Wanted(states=frozenset({State.APPROVED}))) == ["A-1"]
    assert ids(Wanted(topic="hai")) == ["A-2"]
    assert ids(Wanted(level=Level.VAN_DUNG)) == ["A-1"]
    assert ids(Wanted(type="multiple_choice")) == ["A-2"]
    assert ids(Wanted(tag="luật")) == ["A-2"]
    assert ids(Wanted(tag="luật", topic="mot")) == []
    assert ids(Wanted(words="hoi gi", topic="mot")) == ["A-1"]


def test_topics_have_titles_and_an_unknown_one_has_its_code(vault: Vault, make_item: Make) -> None:
    vault.items.write(make_item("A-1", topic="van-thu"), AN)
    assert vault.shared.topics() == {"van-thu": Bilingual("van-thu", "van-thu")}
    title = Bilingual("Văn thư", "Records")
    assert vault.shared.name_topic(TopicCode("van-thu"), title, BINH) is None
    assert vault.shared.topics() == {"van-thu": title}
    assert reason(vault.shared.name_topic(TopicCode("Văn thư"), title, BINH)) is No.BAD_CONTENT
    assert reason(vault.shared.name_topic(TopicCode("x"), Bilingual("", ""), BINH)) is No.BAD_CONTENT


def test_near_duplicates_are_named_until_one_is_withdrawn(vault: Vault, make_item: Make) -> None:
    item = stem(make_item("A-1"), "Theo Luật Giao dịch điện tử, chữ ký số có giá trị pháp lý khi nào?")
    copy = replace(item, common=replace(item.common, id=BankItemId("B-1")))
    vault.items.write(item, AN)
    assert vault.like(copy) == [("A-1", 100)]  # before it is written
    vault.items.write(copy, AN)
    assert [(one.first, one.second, one.percent) for one in vault.duplicates()] == [("A-1", "B-1", 100)]
    vault.items.write(stem(copy, "Một câu hỏi không giống gì câu kia, về việc khác"), AN)
    assert vault.duplicates(90) == []
    vault.items.write(copy, AN)
    vault.items.act(item.id, Act.WITHDRAW, AN, "trùng")
    assert vault.duplicates() == []


def test_what_raises_in_the_middle_leaves_nothing(vault: Vault, make_item: Make) -> None:
    def fail() -> None:
        with vault.store.doing():
            vault.items.write(make_item("A-1"), AN)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert not vault.items.ids()
    assert not vault.unsaved


def test_threads_take_turns(vault: Vault, make_item: Make) -> None:
    def write(who: int) -> None:
        for n in range(10):
            vault.items.write(make_item(f"T{who}-{n}"), AN)
            vault.items.entries(Wanted(words="hoi"))

    threads = [threading.Thread(target=write, args=(who,)) for who in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(vault.items.ids()) == 40
    assert [one.number for one in vault.history(most=500)] == list(range(len(vault.history(most=500)), 0, -1))


@pytest.mark.parametrize("sentence", [
    phrase("plain"), "a text", phrase("with %(a)s and %(n)s", a="x", n=5), phrases("one %(n)s", "many %(n)s", 3),
    phrase("in %(inner)s", inner=phrase("deep %(x)s", x=phrase("deeper"))),
])  # fmt: skip
def test_sentences_are_kept_as_they_are(sentence: Phrase | str) -> None:
    assert said(kept(sentence)) == sentence
