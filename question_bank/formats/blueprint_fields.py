"""Fields of a blueprint: codes, whole numbers, truths, lists, ids of items; each wrong one is a problem with its place."""

from __future__ import annotations

import re

from question_bank.formats.authoring import ID_PATTERN
from question_bank.formats.nodes import Node, Series, Table, Text, plain
from question_bank.formats.report import Report
from question_bank.ids import BankItemId, is_code
from question_bank.items._labelled import read_truth
from question_bank.phrase import phrase
from question_bank.problems import Fault

CODE_LENGTH = 40  # characters
_NUMBER = re.compile(r"[0-9]{1,9}")
_ID = re.compile(ID_PATTERN)


def truth_in(node: Table, name: str, report: Report) -> bool:
    """True or false, in English or Vietnamese; false for none."""
    faults: list[Fault] = []
    found = node.get(name)
    truth = read_truth((name,), plain(found) if found else None, False, faults)
    for fault in faults:
        report.fault(node, fault)
    return truth


def list_in(node: Table, name: str, report: Report) -> tuple[Node, ...]:
    """A list that is not empty; nothing when the field is not there."""
    found = node.get(name)
    if found is None:
        return ()
    if not isinstance(found, Series):
        report.add(found.place, "wrong_shape", phrase("“%(field)s” must be a list", field=name))
        return ()
    if not found.items:
        report.add(found.place, "empty_field", phrase("“%(field)s” is empty", field=name))
    return found.items


def code_in(node: Table, name: str, report: Report) -> str:
    """A code of small letters, digits and hyphens."""
    found = node.get(name)
    if found is None:
        return ""
    if isinstance(found, Text) and is_code(found.text):
        return found.text
    hint = phrase("small letters without marks, digits and single hyphens, like “dich-vu-cong”")
    report.add(found.place, "bad_id", phrase("“%(field)s” is not a code", field=name), hint)
    return ""


def number_in(node: Table, name: str, least: int, most: int, report: Report, default: int | None = None) -> int:
    """A whole number within the bounds; the least, or the default, when the field is not there."""
    found = node.get(name)
    if found is None:
        return least if default is None else default
    if isinstance(found, Text) and _NUMBER.fullmatch(found.text) and least <= int(found.text) <= most:
        return int(found.text)
    message = phrase("“%(field)s” is a whole number from %(least)s to %(most)s", field=name, least=least, most=most)
    report.add(found.place, "bad_number", message)
    return least


def word_in(node: Table, name: str, known: tuple[str, ...], report: Report) -> str:
    """One of the known words; the first for none."""
    found = node.get(name)
    if found is None:
        return known[0]
    if isinstance(found, Text) and found.text in known:
        return found.text
    hint = phrase("known here: %(names)s", names=", ".join(known))
    report.add(found.place, "unknown_word", phrase("“%(field)s” has no such value", field=name), hint)
    return known[0]


def item_id(node: Node, report: Report) -> BankItemId | None:
    """The id of an item, which may be one the bank does not have."""
    if isinstance(node, Text) and _ID.fullmatch(node.text):
        return BankItemId(node.text)
    report.add(node.place, "bad_id", phrase("this is not the id of an item"))
    return None
