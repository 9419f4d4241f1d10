"""What a mailbox does: answers, taking back, letters that come, rules, the bin; in the small sample."""

from __future__ import annotations

from typing import Any

import pytest

from question_bank.simulators.model import Refused
from question_bank.wording import render, use_language


def letters(mailbox: Any, folder: str) -> list[str]:
    return [one.subject for one in mailbox.state.in_folder(folder)]


def test_an_answer_goes_to_reply_to_and_to_all_but_oneself(mailbox: Any) -> None:
    one = mailbox.compose("reply_all", "moi-hop")
    assert mailbox.state.letters[one].typed == (
        ("Phòng Hành chính <hanhchinh@tamhoa.example>",), ("Tổ Tư pháp <tuphap@tamhoa.example>",), (),
    )  # fmt: skip
    other = mailbox.compose("reply", "khoa-hop-thu")
    assert mailbox.state.letters[other].typed[0] == ("khoiphuc@hotro.example",)


def test_a_letter_sent_on_carries_its_files_and_its_words(mailbox: Any) -> None:
    draft = mailbox.compose("forward", "moi-hop")
    sent = mailbox.state.letters[mailbox.send(draft, to=["ai@do.example"])]
    assert [one.name for one in sent.attachments] == ["LichHop.docx"]
    assert sent.subject == "Fwd: Họp giao ban tuần 50"
    assert "8 giờ thứ Ba" in sent.quote.text


def test_answers_to_answers_say_re_once(mailbox: Any) -> None:
    mailbox.send(mailbox.compose("reply", "moi-hop"))
    mailbox.wait(2)
    draft = mailbox.compose("reply", "nhac-hop")
    assert mailbox.state.letters[draft].subject == "Re: Họp giao ban tuần 50"


@pytest.mark.parametrize(
    ("entry", "address"),
    [
        ("hanhchinh@tamhoa.example", "hanhchinh@tamhoa.example"),
        ("Ai đó <ai@do.example>", "ai@do.example"),
        ("phòng hành chính", "hanhchinh@tamhoa.example"),
    ],
)
def test_recipients_are_addresses_or_names_of_the_address_book(mailbox: Any, entry: str, address: str) -> None:
    draft = mailbox.compose("new")
    sent = mailbox.send(draft, to=[entry])
    assert [one.address for one in mailbox.state.letters[sent].to] == [address]


def test_a_letter_to_nobody_or_to_nonsense_stays_a_draft_with_the_reason(mailbox: Any) -> None:
    use_language("vi")
    draft = mailbox.compose("new")
    base = {"draft": draft, "cc": [], "bcc": [], "subject": "", "body": "", "priority": "normal"}
    for to, why in (([], "ít nhất một người nhận"), (["không có ai"], "không phải địa chỉ thư")):
        refused = mailbox.tried("send", **base, to=to)
        assert isinstance(refused, Refused)
        assert why in render(refused.reason)
    assert letters(mailbox, "sent") == []


def test_a_letter_is_taken_back_in_time_only(mailbox: Any) -> None:
    sent = mailbox.send(mailbox.compose("reply", "moi-hop"), body="Nhất trí")
    mailbox.do("undo_send", message=sent)
    assert (letters(mailbox, "sent"), mailbox.state.sent()) == ([], ())
    assert mailbox.state.letters[sent].body == "Nhất trí"
    mailbox.send(sent)
    mailbox.at_ms += 11_000
    mailbox.do("undo_send", message=sent)
    assert mailbox.state.last.do == "too_late"
    assert len(mailbox.state.sent()) == 1


def test_what_waits_for_a_letter_comes_after_it_and_not_when_it_was_taken_back(mailbox: Any) -> None:
    mailbox.wait(90)
    assert mailbox.name("nhac-hop") not in mailbox.state.letters
    sent = mailbox.send(mailbox.compose("reply", "moi-hop"))
    mailbox.do("undo_send", message=sent)
    mailbox.wait(5)
    assert mailbox.name("nhac-hop") not in mailbox.state.letters
    mailbox.send(sent)
    due = mailbox.state.now_ms + 60_000
    mailbox.wait(5)
    assert mailbox.state.letters[mailbox.name("nhac-hop")].at_ms == due


def test_a_rule_is_for_what_arrives_and_on_wish_for_what_is_there(mailbox: Any) -> None:
    folder = mailbox.do("folder", id="", name="Họp")
    rule: dict[str, Any] = {
        "id": "", "name": "", "sender": "hanhchinh@", "to": "", "subject": "HỌP", "words": "", "move_to": folder,
        "label": "Gấp", "read": True, "star": True,
    }  # fmt: skip
    made = mailbox.do("rule", **rule, apply=False)
    assert letters(mailbox, folder) == []
    mailbox.send(mailbox.compose("reply", "moi-hop"))
    mailbox.wait(2)
    assert letters(mailbox, folder) == ["Re: Họp giao ban tuần 50"]
    mailbox.do("rule", **{**rule, "id": made}, apply=True)
    assert len(letters(mailbox, folder)) == 2
    assert all(one.read and one.starred and one.labels == {"Gấp"} for one in mailbox.state.in_folder(folder))


def test_what_is_thrown_away_can_be_put_back_until_it_is_thrown_out_of_the_bin(mailbox: Any) -> None:
    one = mailbox.name("moi-hop")
    mailbox.do("move", messages=[one], to="archive")
    mailbox.do("delete", messages=[one])
    mailbox.do("restore", messages=[one])
    assert mailbox.state.letters[one].folder == "archive"
    mailbox.do("delete", messages=[one])
    mailbox.do("delete", messages=[one])
    assert isinstance(mailbox.tried("restore", messages=[one]), Refused)
    assert isinstance(mailbox.tried("open", message=one), Refused)


def test_the_letters_of_a_folder_that_goes_lie_in_the_bin(mailbox: Any) -> None:
    folder = mailbox.do("folder", id="", name="Họp")
    mailbox.do("move", messages=[mailbox.name("moi-hop")], to=folder)
    mailbox.do("delete_folder", folder=folder)
    mailbox.do("restore", messages=[mailbox.name("moi-hop")])
    assert mailbox.state.letters[mailbox.name("moi-hop")].folder == "inbox"


@pytest.mark.parametrize("text", ["giao ban", "GIAO  BAN tuần", "lichhop.docx", "hanhchinh@tamhoa", "kính gửi văn thư"])
def test_every_word_is_looked_for_in_any_spelling(mailbox: Any, text: str) -> None:
    mailbox.do("search", text=text)
    assert mailbox.state.search.found == (mailbox.name("moi-hop"),)


def test_the_clock_of_the_mailbox_never_goes_back(mailbox: Any) -> None:
    mailbox.wait(10)
    there = mailbox.state.now_ms
    mailbox.at_ms -= 3_600_000
    mailbox.do("refresh")
    assert mailbox.state.now_ms == there
