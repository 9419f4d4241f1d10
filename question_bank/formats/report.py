"""Collecting every problem of one file, each at its place and in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from difflib import get_close_matches

from question_bank.formats.nodes import MAX_BYTES, Node, Place, Table, Unreadable, locate, parse, repeated_keys
from question_bank.items.text import code_point
from question_bank.phrase import Phrase, phrase
from question_bank.problems import Fault, Problem, Severity
from question_bank.wording import render

WHOLE_FILE = Place(0, 0)
# YAML 1.2 §5.1 takes other characters; of those it takes, three count as line breaks and would move our line numbers.
_NOT_YAML = re.compile("[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_MOST_CONTROLS = 50  # of these one is as good as a thousand: the file is damaged


class Report:
    """The problems of one file, in the order found."""

    __slots__ = ("file", "problems")

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def add(
        self, place: Place, code: str, message: Phrase, hint: Phrase | None = None, severity: Severity = Severity.ERROR
    ) -> None:
        """Add one problem."""
        words = render(message), render(hint) if hint else ""
        self.problems.append(
            Problem(self.file, place.line, place.column, code, *words, severity is Severity.WARNING)
        )  # fmt: skip

    def fault(self, node: Node, fault: Fault) -> None:
        """Add a fault at the place its path leads to from `node`."""
        self.add(locate(node, fault.path), fault.code, fault.message, fault.hint, fault.severity)

    def unreadable(self, found: Unreadable) -> None:
        """Add why the file is not a tree."""
        self.add(found.place, found.code, found.message, found.hint)

    def unknown_keys(self, table: Table, known: Collection[str]) -> None:
        """Add every key that is not known, with the known one it looks like."""
        for key, _ in table.entries:
            if key.text not in known:
                hint = _nearest(key.text, known)
                self.add(key.place, "unknown_key", phrase("unknown field “%(field)s”", field=key.text[:60]), hint)

    def missing(self, table: Table, required: Iterable[str]) -> None:
        """Add every required field that is not there."""
        for name in required:
            if table.get(name) is None:
                self.add(table.place, "missing_field", phrase("“%(field)s” is missing", field=name))


def read_tree(data: bytes, report: Report) -> Node | None:
    """The YAML tree of a file's bytes; None, with the reason reported, when there is none."""
    text = _decoded(data, report)
    if text is None:
        return None
    tree = parse(text)
    if isinstance(tree, Unreadable):
        report.unreadable(tree)
        return None
    for key in repeated_keys(tree):
        report.add(key.place, "repeated_key", phrase("the field “%(field)s” is there twice", field=key.text[:60]))
    return tree


def read_document(
    data: bytes, report: Report, document_format: str, fields: Collection[str], optional: Collection[str] = ()
) -> Table | None:
    """The tree of a file that must be a mapping with `format: document_format`, all of `fields` and no other but `optional`."""
    tree = read_tree(data, report)
    if tree is None:
        return None
    if not isinstance(tree, Table):
        report.add(tree.place, "wrong_shape", phrase("the file does not begin with “format: %(format)s”",
                                                     format=document_format))  # fmt: skip
        return None
    found = tree.get("format")
    if found is not None and getattr(found, "text", None) != document_format:
        message = phrase("the format is not “%(format)s”", format=document_format)
        report.add(found.place, "unknown_format", message)
    report.unknown_keys(tree, {"format", *fields, *optional})
    report.missing(tree, ["format", *fields])
    return tree


def _decoded(data: bytes, report: Report) -> str | None:
    """UTF-8 text, its control characters reported and replaced by spaces so that the rest is read too."""
    if len(data) > MAX_BYTES:
        message = phrase("the file is larger than %(limit)s bytes", limit=MAX_BYTES)
        report.add(WHOLE_FILE, "too_large", message, phrase("divide it into several files"))
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        hint = phrase("save it again with the encoding UTF-8")
        report.add(Place(line, 1), "not_utf8", phrase("the file is not UTF-8 text"), hint)
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _NOT_YAML.search(text):
        _report_controls(text, report)
        text = _NOT_YAML.sub(" ", text)
    return text


def _report_controls(text: str, report: Report) -> None:
    found = 0
    for number, line in enumerate(text.split("\n"), 1):
        for character in _NOT_YAML.finditer(line):
            message = phrase("a character that cannot be seen: %(code)s", code=code_point(character.group()))
            report.add(Place(number, character.start() + 1), "control_character", message, phrase("delete it"))
            found += 1
            if found == _MOST_CONTROLS:
                return


def _nearest(word: str, known: Collection[str]) -> Phrase | None:
    near = get_close_matches(word[:60], sorted(known), 1, 0.6)
    if near:
        return phrase("did you mean “%(field)s”?", field=near[0])
    return phrase("known fields: %(fields)s", fields=", ".join(sorted(known)))
