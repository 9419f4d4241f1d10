"""What every profile begins with: whose law it is, since when, and where its words were read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from question_bank.bilingual import Bilingual
from question_bank.formats.authoring import read_title
from question_bank.formats.blueprint_fields import code_in, list_in
from question_bank.formats.nodes import Node, Table, Text
from question_bank.formats.report import Report
from question_bank.phrase import phrase
from question_bank.practical.arguments import WrongValueError, text_in
from question_bank.practical.profiles.rules import value

PROFILE_FORMAT = "exam-legal-profile/1"
HEAD = ("id", "kind", "title", "in_force", "laws")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Law:
    """A law with its full name in Vietnamese; `code` is what sources of the profile call it."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where words of the law were read, and which."""

    url: str
    says: str


@dataclass(frozen=True, slots=True)
class Head:
    """Which law it is; `until` None is still in force. `codes` are what sources may call laws."""

    id: str
    title: Bilingual
    since: date
    until: date | None
    laws: tuple[Law, ...]
    evidence: tuple[Evidence, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of its laws."""
        return tuple(one.code for one in self.laws)


def read_head(tree: Table, report: Report) -> Head:
    """The beginning of a profile, as far as it can be read."""
    force = tree.get("in_force")
    since, until = None, None
    if isinstance(force, Table):
        report.unknown_keys(force, ("from", "until"))
        report.missing(force, ("from",))
        since, until = _day(force, "from", report), _day(force, "until", report)
    laws = each(tree, "laws", ("code", "name"), lambda node: Law(code_in(node, "code", report), words(node, "name", report)), report)  # fmt: skip
    evidence = each(tree, "evidence", ("url", "says"), lambda node: Evidence(words(node, "url", report), words(node, "says", report)), report)  # fmt: skip
    title = read_title(tree.get("title"), "title", report)
    return Head(code_in(tree, "id", report), title, since or date.min, until, laws, evidence)


def each(
    tree: Table, name: str, fields: tuple[str, ...], read: Callable[[Table], T], report: Report, optional: tuple[str, ...] = ()
) -> tuple[T, ...]:  # fmt: skip
    """A list of tables with these fields; other entries are reported."""
    found = []
    for node in list_in(tree, name, report):
        if not isinstance(node, Table):
            message = phrase("the entries of “%(field)s” are fields with values", field=name)
            report.add(node.place, "wrong_shape", message)
            continue
        report.unknown_keys(node, (*fields, *optional))
        report.missing(node, fields)
        found.append(read(node))
    return tuple(found)


def words(node: Table, name: str, report: Report) -> str:
    """A text; empty, reported where it is there and none, for nothing."""
    found = node.get(name)
    return "" if found is None else value(found, name, text_in, report) or ""


def named(node: Table, name: str, known: tuple[str, ...], report: Report) -> tuple[str, ...]:
    """Words of a list, or one word, that the profile has under this name; others are reported."""
    found = node.get(name)
    nodes: tuple[Node, ...] = (
        () if found is None else (found,) if isinstance(found, Text) else list_in(node, name, report)
    )
    listed = []
    for one in nodes:
        if isinstance(one, Text) and one.text in known:
            listed.append(one.text)
        else:
            said = phrase("“%(field)s” names nothing that this profile has", field=name)
            report.add(one.place, "unknown_name", said, phrase("known here: %(names)s", names=", ".join(known)))
    return tuple(listed)


def once(tree: Table, name: str, ids: tuple[str, ...], report: Report) -> None:
    """Report the names that a list has twice."""
    for one in sorted({one for one in ids if one and ids.count(one) > 1}):
        said = phrase("“%(field)s” has “%(id)s” twice", field=name, id=one)
        report.add((tree.get(name) or tree).place, "duplicate_id", said)


def _day(node: Table, name: str, report: Report) -> date | None:
    found = node.get(name)
    return None if found is None else value(found, name, _date_in, report)


def _date_in(node: Node) -> date:
    try:
        return date.fromisoformat(node.text if isinstance(node, Text) else "")
    except ValueError as error:
        raise WrongValueError(phrase("a day is written YYYY-MM-DD"), node) from error
