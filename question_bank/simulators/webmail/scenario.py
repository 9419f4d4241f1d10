"""Mailboxes as authors write them (docs/webmail.md): what a machine gets, and what only checks know. Never on a kiosk."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

from question_bank.canonical import JSON
from question_bank.formats.nodes import Table
from question_bank.formats.report import Report
from question_bank.practical.scenarios import Scenario, ScenarioReading, for_candidate, read_scenario
from question_bank.simulators.webmail.scenario_letters import Mailbox

NAME = "webmail"
REQUIRED = ("me", "start", "letters")
OPTIONAL = ("undo_seconds", "people", "labels", "folders", "contacts", "groups", "files", "coming", "inside", "secrets")


def read(data: bytes, file: str, values: Mapping[str, str]) -> ScenarioReading:
    """Read a scenario, tried with one candidate's values. Never raises: everything wrong is a problem."""
    return read_scenario(data, file, values, NAME, (REQUIRED, OPTIONAL), _mailbox)


def world(scenario: Scenario, values: Mapping[str, str]) -> JSON:
    """What a candidate's machine gets. Raises DocumentError when these values make the scenario wrong."""
    return _made(scenario, values).world()


def hidden(scenario: Scenario, values: Mapping[str, str]) -> JSON:
    """What only checks know: ids by the author's names, which letters are phishing, who is inside, what is secret."""
    return _made(scenario, values).hidden()


def hidden_words(scenario: Scenario, values: Mapping[str, str]) -> frozenset[str]:
    """The author's names of phishing letters: they stand nowhere on a kiosk."""
    mailbox = _made(scenario, values)
    return frozenset(name for name, opaque in mailbox.names.ids.items() if opaque in mailbox.phishing)


def sample() -> tuple[Scenario, Mapping[str, str]]:
    """A small mailbox to try the page with."""
    data = files("question_bank.simulators.webmail").joinpath("sample.yaml").read_bytes()
    reading = read(data, "sample.yaml", {})
    if reading.scenario is None:
        raise AssertionError(reading.problems)
    return reading.scenario, {}


def sample_actions() -> tuple[Mapping[str, JSON], ...]:
    """Actions in the sample, none of which is refused."""
    draft: dict[str, JSON] = {"to": [], "cc": [], "bcc": [], "subject": "", "body": "", "priority": "normal"}
    return (
        {"do": "refresh"},
        {"do": "open", "message": "i1"},
        {"do": "headers", "message": "i2"},
        {"do": "compose", "kind": "reply_all", "of": "i1"},
        {"do": "attach", "draft": "m4", "file": "d1"},
        {"do": "detach", "draft": "m4", "attachment": 0},
        {"do": "attach", "draft": "m4", "file": "d1"},
        {"do": "save", **draft, "draft": "m4", "body": "Đang soạn"},
        {"do": "send", **draft, "draft": "m4", "to": ["Phòng Hành chính"], "subject": "Re: Họp", "body": "Nhất trí."},
        {"do": "undo_send", "message": "m4"},
        {"do": "discard", "draft": "m4"},
        {"do": "report_phishing", "message": "i2"},
        {"do": "restore", "messages": ["i2"]},
        {"do": "link", "message": "i2", "link": 0},
        {"do": "attachment", "message": "i1", "attachment": 0},
        {"do": "spam", "messages": ["i2"]},
        {"do": "mark", "messages": ["i1"], "as": "starred"},
        {"do": "label", "messages": ["i1"], "label": "Gấp", "on": True},
        {"do": "folder", "id": "", "name": "Họp"},
        {"do": "move", "messages": ["i1"], "to": "f19"},
        {"do": "delete", "messages": ["i1"]},
        {"do": "delete_folder", "folder": "f19"},
        {"do": "search", "text": "họp"},
        {"do": "contact", "id": "", "name": "Tổ Một cửa", "address": "motcua@tamhoa.example", "note": ""},
        {"do": "group", "id": "", "name": "Các tổ", "members": ["c24", "k1"]},
        {"do": "delete_group", "group": "g25"},
        {"do": "delete_contact", "contact": "c24"},
        {
            "do": "rule", "id": "", "name": "Họp", "sender": "", "to": "", "subject": "họp", "words": "",
            "move_to": "archive", "label": "", "read": False, "star": False, "apply": True,
        },
        {"do": "delete_rule", "rule": "r28"},
        {"do": "signature", "text": "Văn thư xã", "on_new": True, "on_replies": False},
        {
            "do": "away", "on": True, "first": "2026-12-14", "last": "2026-12-18", "subject": "Đi công tác",
            "text": "Tôi đi công tác.", "contacts_only": True,
        },
    )  # fmt: skip


def _mailbox(tree: Table, report: Report) -> Mailbox:
    return Mailbox.read(tree, report)


def _made(scenario: Scenario, values: Mapping[str, str]) -> Mailbox:
    made = for_candidate(scenario, values, _mailbox)
    assert isinstance(made, Mailbox)
    return made
