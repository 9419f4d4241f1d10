"""One-stop procedures and who takes part in them: tiers, offices, titles, forms, statuses, rules of deadlines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from question_bank.bilingual import Bilingual
from question_bank.formats.authoring import read_title
from question_bank.formats.blueprint_fields import code_in, number_in
from question_bank.formats.nodes import Table
from question_bank.formats.report import Report
from question_bank.practical.profiles.head import HEAD, Head, each, named, once, read_head, words
from question_bank.practical.profiles.rules import Source, read_source

ONE_STOP_FIELDS = (*HEAD, "levels", "centres", "departments", "roles", "forms", "statuses", "channels", "deadlines")
_LAST_HOUR = 23


@dataclass(frozen=True, slots=True)
class Named:
    """A status or a channel by its number in the national list."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Office:
    """A tier, a one-stop centre, a department or office; `level` is the tier it belongs to, its own id for a tier."""

    id: str
    level: str
    name: str
    source: Source


@dataclass(frozen=True, slots=True)
class Role:
    """What somebody in a seat is called in a tier; one role may have another title in another tier."""

    id: str
    level: str
    title: str
    source: Source


@dataclass(frozen=True, slots=True)
class Form:
    """A form of the circular; `status` is the one a dossier gets with it, empty where it changes none."""

    id: str
    name: str
    status: str
    source: Source


@dataclass(frozen=True, slots=True)
class DeadlineRule:
    """A rule of time limits. `hour` is a time of day, `stopped_by` and `done_by` are statuses, `most` how often `form` may be used."""

    id: str
    title: Bilingual
    source: Source
    hour: int | None = None
    stopped_by: tuple[str, ...] = ()
    done_by: tuple[str, ...] = ()
    form: str = ""
    most: int | None = None


@dataclass(frozen=True, slots=True)
class OneStopProfile:
    """One-stop procedures under one law."""

    head: Head
    levels: Mapping[str, Office]
    centres: Mapping[str, Office]
    departments: Mapping[str, Office]
    roles: Mapping[tuple[str, str], Role]
    forms: Mapping[str, Form]
    statuses: Mapping[str, str]
    channels: Mapping[str, str]
    deadlines: Mapping[str, DeadlineRule]


def read_one_stop(tree: Table, report: Report) -> OneStopProfile:
    """A profile of kind `one-stop`, as far as it can be read."""
    head = read_head(tree, report)
    statuses = _names(tree, "statuses", report)
    levels = _offices(tree, "levels", head, None, report)
    tiers = tuple(levels)
    roles = each(tree, "roles", ("id", "level", "title", "source"), lambda node: _role(node, head, tiers, report), report, ("unverified",))  # fmt: skip
    forms = each(tree, "forms", ("id", "name", "source"), lambda node: _form(node, head, tuple(statuses), report), report, ("status", "unverified"))  # fmt: skip
    once(tree, "roles", tuple(f"{one.id}, {one.level}" for one in roles), report)
    once(tree, "forms", tuple(one.id for one in forms), report)
    rules = each(
        tree, "deadlines", ("id", "title", "source"),
        lambda node: _rule(node, head, tuple(statuses), tuple(one.id for one in forms), report), report,
        ("unverified", "hour", "stopped_by", "done_by", "form", "most"),
    )  # fmt: skip
    once(tree, "deadlines", tuple(one.id for one in rules), report)
    return OneStopProfile(
        head, levels, _offices(tree, "centres", head, tiers, report), _offices(tree, "departments", head, tiers, report),
        {(one.id, one.level): one for one in roles}, {one.id: one for one in forms}, statuses, _names(tree, "channels", report),
        {one.id: one for one in rules},
    )  # fmt: skip


def _names(tree: Table, name: str, report: Report) -> Mapping[str, str]:
    listed = each(tree, name, ("id", "name"), lambda node: Named(words(node, "id", report), words(node, "name", report)), report)  # fmt: skip
    once(tree, name, tuple(one.id for one in listed), report)
    return {one.id: one.name for one in listed}


def _offices(tree: Table, name: str, head: Head, tiers: tuple[str, ...] | None, report: Report) -> Mapping[str, Office]:
    """Tiers when none are known yet, else what belongs to one of them."""

    def read(node: Table) -> Office:
        own = code_in(node, "id", report)
        return Office(own, own if tiers is None else _one(node, "level", tiers, report), words(node, "name", report), read_source(node, head.codes, report))  # fmt: skip

    fields = ("id", "name", "source") if tiers is None else ("id", "level", "name", "source")
    listed = each(tree, name, fields, read, report, ("unverified",))
    once(tree, name, tuple(one.id for one in listed), report)
    return {one.id: one for one in listed}


def _role(node: Table, head: Head, tiers: tuple[str, ...], report: Report) -> Role:
    return Role(code_in(node, "id", report), _one(node, "level", tiers, report), words(node, "title", report), read_source(node, head.codes, report))  # fmt: skip


def _form(node: Table, head: Head, statuses: tuple[str, ...], report: Report) -> Form:
    return Form(words(node, "id", report), words(node, "name", report), _one(node, "status", statuses, report), read_source(node, head.codes, report))  # fmt: skip


def _rule(node: Table, head: Head, statuses: tuple[str, ...], forms: tuple[str, ...], report: Report) -> DeadlineRule:
    return DeadlineRule(
        code_in(node, "id", report), read_title(node.get("title"), "title", report), read_source(node, head.codes, report),
        number_in(node, "hour", 0, _LAST_HOUR, report) if node.get("hour") else None,
        named(node, "stopped_by", statuses, report), named(node, "done_by", statuses, report), _one(node, "form", forms, report),
        number_in(node, "most", 0, 100, report) if node.get("most") else None,
    )  # fmt: skip


def _one(node: Table, name: str, known: tuple[str, ...], report: Report) -> str:
    return next(iter(named(node, name, known, report)), "")
