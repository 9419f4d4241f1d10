"""The form of each action: its fields and what they may be. Everything a page can send is one of these, and nothing else is read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeAlias

from question_bank.canonical import JSON
from question_bank.simulators.webmail.state.model import FORWARD, HIGH, LOW, NEW, NORMAL, REPLY, REPLY_ALL
from question_bank.simulators.webmail.state.placing import MARKS

MOST_BODY = 6000  # characters: with recipients and subject a letter of Vietnamese fits into one action (16 KiB)
MOST_LINE = 300  # characters of a subject, a name, an address
MOST_IDS = 200  # letters of one action: a page full of them
MOST_RECIPIENTS = 50
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Test: TypeAlias = Callable[[JSON], bool]


def _text(most: int, *, lines: bool = False) -> Test:
    def test(value: JSON) -> bool:
        return isinstance(value, str) and len(value) <= most and _can_be_seen(value, lines)

    return test


def _can_be_seen(text: str, lines: bool) -> bool:
    return all(unicodedata.category(one)[0] != "C" or (lines and one in "\n\t") for one in text)


def _one_of(*known: str) -> Test:
    return lambda value: isinstance(value, str) and value in known


def _list(test: Test, least: int, most: int) -> Test:
    return lambda value: isinstance(value, list) and least <= len(value) <= most and all(test(one) for one in value)


def _is_truth(value: JSON) -> bool:
    return isinstance(value, bool)


def _is_place(value: JSON) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < MOST_IDS


def _is_day(value: JSON) -> bool:
    """YYYY-MM-DD, or nothing."""
    if value == "":
        return True
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return False
    try:
        return date.fromisoformat(value) is not None
    except ValueError:
        return False


LINE, BODY, ID = _text(MOST_LINE), _text(MOST_BODY, lines=True), _text(40)
IDS, ENTRIES = _list(ID, 1, MOST_IDS), _list(LINE, 0, MOST_RECIPIENTS)
_KIND, _PRIORITY = _one_of(NEW, REPLY, REPLY_ALL, FORWARD), _one_of(HIGH, NORMAL, LOW)
_DRAFT: Mapping[str, Test] = {
    "draft": ID, "to": ENTRIES, "cc": ENTRIES, "bcc": ENTRIES, "subject": LINE, "body": BODY, "priority": _PRIORITY,
}  # fmt: skip
_MESSAGES: Mapping[str, Test] = {"messages": IDS}
_MESSAGE: Mapping[str, Test] = {"message": ID}

SHAPES: Mapping[str, Mapping[str, Test]] = {
    "refresh": {},
    "open": _MESSAGE,
    "headers": _MESSAGE,
    "link": {**_MESSAGE, "link": _is_place},
    "attachment": {**_MESSAGE, "attachment": _is_place},
    "compose": {"kind": _KIND, "of": ID},
    "save": _DRAFT,
    "send": _DRAFT,
    "attach": {"draft": ID, "file": ID},
    "detach": {"draft": ID, "attachment": _is_place},
    "discard": {"draft": ID},
    "undo_send": _MESSAGE,
    "mark": {**_MESSAGES, "as": _one_of(*MARKS)},
    "label": {**_MESSAGES, "label": LINE, "on": _is_truth},
    "move": {**_MESSAGES, "to": ID},
    "delete": _MESSAGES,
    "restore": _MESSAGES,
    "spam": _MESSAGES,
    "report_phishing": _MESSAGE,
    "search": {"text": LINE},
    "folder": {"id": ID, "name": LINE},
    "delete_folder": {"folder": ID},
    "contact": {"id": ID, "name": LINE, "address": LINE, "note": LINE},
    "delete_contact": {"contact": ID},
    "group": {"id": ID, "name": LINE, "members": _list(ID, 0, MOST_IDS)},
    "delete_group": {"group": ID},
    "rule": {
        "id": ID, "name": LINE, "sender": LINE, "to": LINE, "subject": LINE, "words": LINE, "move_to": ID,
        "label": LINE, "read": _is_truth, "star": _is_truth, "apply": _is_truth,
    },
    "delete_rule": {"rule": ID},
    "signature": {"text": _text(1000, lines=True), "on_new": _is_truth, "on_replies": _is_truth},
    "away": {
        "on": _is_truth, "first": _is_day, "last": _is_day, "subject": LINE, "text": _text(2000, lines=True),
        "contacts_only": _is_truth,
    },
}  # fmt: skip


def well_formed(action: Mapping[str, JSON]) -> bool:
    """Whether it is one of these, with all its fields and no other."""
    do = action.get("do")
    shape = SHAPES.get(do) if isinstance(do, str) else None
    if shape is None or set(action) != {"do", *shape}:
        return False
    return all(test(action[name]) for name, test in shape.items())
