"""How administrative documents look: components with their rules, families of documents, kinds and their abbreviations."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from question_bank.bilingual import Bilingual
from question_bank.formats.authoring import read_title
from question_bank.formats.blueprint_fields import code_in, list_in
from question_bank.formats.nodes import Table
from question_bank.formats.report import Report
from question_bank.phrase import phrase
from question_bank.practical.profiles.head import HEAD, Head, each, named, once, read_head, words
from question_bank.practical.profiles.rules import Component, Source, pattern_in, read_component, read_source, value

DOCUMENT_FIELDS = (*HEAD, "components", "families", "types", "authorities")
ABBREVIATION = "{abbreviation}"  # in a family's pattern: the abbreviation of the kind


@dataclass(frozen=True, slots=True)
class Family:
    """Kinds of documents that have the same components. `number` is the pattern of number and symbol."""

    id: str
    title: Bilingual
    source: Source
    number: str
    required: tuple[str, ...]
    optional: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """One kind of document; `abbreviation` is empty where the law gives none."""

    id: str
    name: str
    abbreviation: str
    family: str


@dataclass(frozen=True, slots=True)
class DocumentProfile:
    """The form of administrative documents under one law."""

    head: Head
    components: Mapping[str, Component]
    families: Mapping[str, Family]
    kinds: Mapping[str, DocumentKind]
    authorities: Mapping[str, str]

    def family(self, kind: str) -> Family:
        """The family of a kind. Raises KeyError for an unknown one."""
        return self.families[self.kinds[kind].family]

    def number(self, kind: str) -> re.Pattern[str]:
        """What number and symbol of a kind look like."""
        abbreviation = re.escape(self.kinds[kind].abbreviation)
        return re.compile(self.family(kind).number.replace(ABBREVIATION, abbreviation))


def read_documents(tree: Table, report: Report) -> DocumentProfile:
    """A profile of kind `documents`, as far as it can be read."""
    head = read_head(tree, report)
    listed = tuple(
        found for node in list_in(tree, "components", report)
        if (found := read_component(node, head.codes, report)) is not None
    )  # fmt: skip
    components = {one.id: one for one in listed}
    once(tree, "components", tuple(one.id for one in listed), report)
    families = each(
        tree, "families", ("id", "title", "source", "number", "required"),
        lambda node: _family(node, head, tuple(components), report), report, ("optional", "unverified"),
    )  # fmt: skip
    once(tree, "families", tuple(one.id for one in families), report)
    kinds = each(
        tree, "types", ("id", "name", "family"), lambda node: _kind(node, families, report), report, ("abbreviation",)
    )
    once(tree, "types", tuple(one.id for one in kinds), report)
    once(tree, "types", tuple(one.abbreviation for one in kinds), report)
    authorities = each(tree, "authorities", ("id", "says"), lambda node: (words(node, "id", report), words(node, "says", report)), report)  # fmt: skip
    return DocumentProfile(
        head, components, {one.id: one for one in families}, {one.id: one for one in kinds}, dict(authorities)
    )


def _family(node: Table, head: Head, components: tuple[str, ...], report: Report) -> Family:
    number = node.get("number")
    if number is not None:
        value(number, "number", pattern_in, report)
    family = Family(
        code_in(node, "id", report), read_title(node.get("title"), "title", report), read_source(node, head.codes, report),
        words(node, "number", report), named(node, "required", components, report), named(node, "optional", components, report),
    )  # fmt: skip
    for both in sorted(set(family.required) & set(family.optional)):
        said = phrase("“%(id)s” cannot be required and optional", id=both)
        report.add(node.place, "contradiction", said)
    return family


def _kind(node: Table, families: tuple[Family, ...], report: Report) -> DocumentKind:
    family = named(node, "family", tuple(one.id for one in families), report)
    abbreviation = words(node, "abbreviation", report)
    wanted = next((ABBREVIATION in one.number for one in families if family and one.id == family[0]), False)
    if wanted and not abbreviation:
        report.add(node.place, "missing_field", phrase("“%(field)s” is missing", field="abbreviation"))
    return DocumentKind(code_in(node, "id", report), words(node, "name", report), abbreviation, family[0] if family else "")  # fmt: skip
