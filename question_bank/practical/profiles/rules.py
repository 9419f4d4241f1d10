"""A rule of a profile: what must be so, and where the law says it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from question_bank.formats.blueprint_fields import code_in
from question_bank.formats.nodes import Node, Series, Table, Text
from question_bank.formats.report import Report
from question_bank.phrase import phrase
from question_bank.practical.arguments import (
    Span,
    WrongValueError,
    colour_in,
    number_in,
    span_in,
    text_in,
    texts_in,
    truth_in,
    whole_in,
)

ALIGNMENTS = ("left", "center", "right", "justify")
PLACES = ("left", "right", "middle", "top-margin", "bottom-margin")


@dataclass(frozen=True, slots=True)
class Source:
    """Where the law says it: a law by its code within the profile, and the place in it.

    `unverified` was not found in any copy of the law that could be read: to be proof-read before it decides anything that counts.
    """

    law: str
    place: str
    unverified: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """What one component of a document must be; what is None or empty is not asked.

    Lengths end in their unit. `length` is that of a line, as a share of the text above it. `order` are the letters of an enumeration,
    `ends` and `last` the marks at the end of its lines. Patterns hold for canonical text, capitals and small letters apart.
    """

    text: tuple[str, ...] = ()
    pattern: re.Pattern[str] | None = None
    never: re.Pattern[str] | None = None
    font: tuple[str, ...] = ()
    colour: str = ""
    share: Fraction = Fraction(1)
    size_pt: Span | None = None
    bold: bool | None = None
    italic: bool | None = None
    capitals: bool | None = None
    align: str = ""
    place: str = ""
    length: Span | None = None
    indent_mm: tuple[Fraction, ...] = ()
    tolerance_mm: Fraction = Fraction(0)
    space_pt: Fraction | None = None
    lines: Span | None = None
    top_mm: Span | None = None
    bottom_mm: Span | None = None
    left_mm: Span | None = None
    right_mm: Span | None = None
    width_mm: Fraction | None = None
    height_mm: Fraction | None = None
    start: int | None = None
    ends: str = ""
    last: str = ""
    order: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Component:
    """One component of a document with its rule; what it is called, the check that looks for it knows."""

    id: str
    source: Source
    rule: Rule


def pattern_in(node: Node) -> re.Pattern[str]:
    """A regular expression that tells capitals from small letters. Raises WrongValueError."""
    text = text_in(node)
    try:
        return re.compile(text)
    except re.error as error:
        raise WrongValueError(
            phrase("this is not a regular expression: %(detail)s", detail=str(error)), node
        ) from error


def numbers_in(node: Node) -> tuple[Fraction, ...]:
    """One number, or several. Raises WrongValueError."""
    return tuple(number_in(one) for one in (node.items if isinstance(node, Series) else (node,)))


def one_of(*known: str) -> Callable[[Node], str]:
    """A reader for one of these words."""

    def read(node: Node) -> str:
        if not isinstance(node, Text) or node.text not in known:
            raise WrongValueError(phrase("known here: %(names)s", names=", ".join(known)), node)
        return node.text

    return read


_READERS: Mapping[str, Callable[[Node], Any]] = {
    **dict.fromkeys(("text", "font"), texts_in),
    **dict.fromkeys(("pattern", "never"), pattern_in),
    **dict.fromkeys(("bold", "italic", "capitals"), truth_in),
    **dict.fromkeys(("size_pt", "length", "lines", "top_mm", "bottom_mm", "left_mm", "right_mm"), span_in),
    **dict.fromkeys(("share", "tolerance_mm", "space_pt", "width_mm", "height_mm"), number_in),
    **dict.fromkeys(("ends", "last"), text_in),
    "colour": colour_in,
    "align": one_of(*ALIGNMENTS),
    "place": one_of(*PLACES),
    "indent_mm": numbers_in,
    "start": whole_in,
    "order": lambda node: tuple(text_in(node).split()),
}


def read_component(node: Node, laws: tuple[str, ...], report: Report) -> Component | None:
    """A component; None, reported, when it is none."""
    if not isinstance(node, Table):
        report.add(node.place, "wrong_shape", phrase("this is not a component"), phrase("begin each with “- id: …”"))
        return None
    report.unknown_keys(node, ("id", "source", "unverified", "rule"))
    report.missing(node, ("id", "source", "rule"))
    return Component(code_in(node, "id", report), read_source(node, laws, report), _rule(node, report))


def read_source(node: Table, laws: tuple[str, ...], report: Report) -> Source:
    """`source: "code of the law: place"` with `unverified`; a law that the profile does not name is reported."""
    found = node.get("source")
    said = found.text if isinstance(found, Text) else ""
    law, _, place = said.partition(": ")
    if found is not None and (law not in laws or not place.strip()):
        message = phrase("a source is “code of a law: place”")
        report.add(found.place, "bad_source", message, phrase("known here: %(names)s", names=", ".join(laws)))
    return Source(law, place, flag(node, "unverified", report))


def flag(node: Table, name: str, report: Report) -> bool:
    """True or false; false for none."""
    found = node.get(name)
    return found is not None and bool(value(found, name, truth_in, report))


def value(node: Node, name: str, read: Callable[[Node], Any], report: Report) -> Any:
    """What a reader makes of a value; None, reported at its line, when it is not of its kind."""
    try:
        return read(node)
    except WrongValueError as wrong:
        message = phrase("“%(field)s”: %(why)s", field=name, why=wrong.message)
        report.add((wrong.node or node).place, "bad_value", message)
        return None


def _rule(node: Table, report: Report) -> Rule:
    said = node.get("rule")
    if said is None:
        return Rule()
    if not isinstance(said, Table):
        report.add(said.place, "wrong_shape", phrase("“%(field)s” must be fields with values", field="rule"))
        return Rule()
    report.unknown_keys(said, tuple(_READERS))
    found = {key.text: value(inner, key.text, _READERS[key.text], report)
             for key, inner in said.entries if key.text in _READERS}  # fmt: skip
    return Rule(**{name: one for name, one in found.items() if one is not None})
