"""Checks of any simulator's run: what was done, what was not, in what order, and what stands there at the end."""

from __future__ import annotations

from typing import Any

import pytest

from question_bank.formats.nodes import Table, parse
from question_bank.formats.report import Report
from question_bank.practical.arguments import read_fields
from question_bank.practical.catalogue import Request, check_type


def credit(mailbox: Any, type_name: str, said: str) -> list[int]:
    """Whether each finding is right, for a check written as in a rubric."""
    kind, tree, report = check_type(type_name), parse(said), Report("x")
    assert kind is not None
    assert isinstance(tree, Table)
    select, expect = (read_fields(tree, name, getattr(kind, name), report) for name in ("select", "expect"))
    assert report.problems == []
    return [int(one.credit) for one in kind.run(mailbox.played(), Request(select, expect)).findings]


@pytest.fixture
def worked(mailbox: Any) -> Any:
    """Looked where the false letter comes from, reported it, then read and answered the other."""
    mailbox.do("headers", message=mailbox.name("khoa-hop-thu"))
    mailbox.do("report_phishing", message=mailbox.name("khoa-hop-thu"))
    mailbox.open("moi-hop")
    mailbox.send(mailbox.compose("reply", "moi-hop"), body="Nhất trí.")
    return mailbox


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ("{expect: {event: report_phishing, object: khoa-hop-thu}}", [1]),
        ("{expect: {event: report_phishing, object: moi-hop}}", [0]),
        ("{expect: {event: compose, where: {kind: reply, of: moi-hop}}}", [1]),
        ("{expect: {event: compose, where: {kind: forward}}}", [0]),
        ("{expect: {event: open, count: 1}}", [1]),
        ("{expect: {event: open, count: [2, 3]}}", [0]),
        ("{expect: {event: undo_send, count: 0}}", [1]),
        ("{expect: {event: send, after: [{event: open, object: moi-hop}, {event: headers}]}}", [1, 1, 1]),
        ("{expect: {event: headers, after: {event: send}}}", [1, 0]),
        ("{expect: {event: send, after: {event: search}}}", [1, 0]),
        ("{expect: {event: send, after: {event: search}, after_missing: deny}}", [1, 0]),
        ("{expect: {event: send, after: {event: search}, after_missing: allow}}", [1, 1]),
        ("{expect: {event: search, after: {event: send}, after_missing: allow}}", [0, 0]),
    ],
)
def test_what_was_done_and_in_what_order(worked: Any, said: str, right: list[int]) -> None:
    assert credit(worked, "sim.event", said) == right


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ("{expect: {event: link}}", [1]),
        ("{expect: {event: open}}", [0]),
        ("{expect: {event: open, before: {event: report_phishing}}}", [1]),
        ("{expect: {event: headers, before: {event: report_phishing}}}", [0]),
    ],
)
def test_what_was_not_done(worked: Any, said: str, right: list[int]) -> None:
    assert credit(worked, "sim.no_event", said) == right


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ('{select: {path: "letters[id=khoa-hop-thu].folder"}, expect: {is: spam}}', [1]),
        ('{select: {path: "letters[id=moi-hop].folder"}, expect: {is: [archive, inbox]}}', [1]),
        ('{select: {path: "letters[id=moi-hop].read"}, expect: {is: "true"}}', [1]),
        ('{select: {path: "letters[id=moi-hop].subject"}, expect: {has: ["GIAO BAN", "tuần 51"]}}', [1, 0]),
        ('{select: {path: "letters[folder=sent].id"}, expect: {count: 1}}', [1]),
        ('{select: {path: "away.on"}, expect: {is: "true"}}', [0]),
        ('{select: {path: "nothing.there"}, expect: {is: "1"}}', [0]),
    ],
)
def test_what_stands_there_at_the_end(worked: Any, said: str, right: list[int]) -> None:
    assert credit(worked, "sim.state", said) == right


def test_an_answer_to_a_trap_is_found_however_it_was_sent(mailbox: Any) -> None:
    said = "{expect: {ways: reply}}"
    assert credit(mailbox, "sim.mail.touched", said) == [0]
    mailbox.send(mailbox.compose("new"), to=["khoiphuc@hotro.example"])
    assert credit(mailbox, "sim.mail.touched", said) == [1]
    mailbox.do("undo_send", message=mailbox.state.last.id)
    assert credit(mailbox, "sim.mail.touched", said) == [0]
