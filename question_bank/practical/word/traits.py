"""What a passage can be asked to look like: each trait with its field, how it is judged, the words of its evidence, and how it is spoilt.

A passage's look is that of more than half of its characters, white space apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from question_bank.phrase import Phrase, phrase
from question_bank.practical import arguments
from question_bank.practical.arguments import Asked, Field, Span
from question_bank.practical.catalogue import Request
from question_bank.practical.findings import Finding, Outcome, Words, judged
from question_bank.practical.word.document import WordFile
from question_bank.practical.word.looks import RunLook
from question_bank.practical.word.paragraphs import Piece, prevailing
from question_bank.practical.word.selecting import Passage, passages, sought
from question_bank.practical.word.spoiling import (
    Properties,
    edit_passage,
    empty_paragraph,
    put_paragraph_properties,
    put_run_properties,
)

TOLERANCE_MM = arguments.number("tolerance_mm", phrase("how much a length may be off"), unit="mm", default="0.5")
TOLERANCE_PT = arguments.number("tolerance_pt", phrase("how much a distance may be off"), unit="pt", default="0.5")


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether it is so, what was expected, and what there is instead."""

    right: bool
    expected: Words
    found: Words


@dataclass(frozen=True, slots=True)
class Trait:
    """One thing to ask of a passage. `spoil` gives run or paragraph properties (`rPr`, `pPr`) that make the asked value wrong."""

    field: Field[Any]
    judge: Callable[[Passage, Any, Asked], Judgement]
    holder: str
    spoil: Callable[[Any], Properties]

    @property
    def item(self) -> Phrase:
        """What it is called."""
        return self.field.title


def looked_at(file: WordFile, request: Request, traits: Iterable[Trait]) -> Outcome:
    """Every trait that is asked for, of every passage that the select finds. Where none is asked, that it was found."""
    found = passages(file, request)
    if not found:
        return Outcome.nothing(sought(request))
    asked = [one for one in traits if request.expect.has(one.field)]
    return Outcome.of((one for passage in found for one in _findings(passage, asked, request)), found)


def spoilt(traits: Iterable[Trait]) -> Callable[[bytes, Request], bytes | None]:
    """A mutation that makes the first trait wrong that is asked for, in the first passage; without one the passage is emptied."""
    known = tuple(traits)

    def mutation(data: bytes, request: Request) -> bytes | None:
        trait = next((one for one in known if request.expect.has(one.field)), None)
        if trait is None:
            return edit_passage(data, request, empty_paragraph)
        properties = trait.spoil(request.expect[trait.field])
        put = put_run_properties if trait.holder == "rPr" else put_paragraph_properties
        return edit_passage(data, request, lambda paragraph: put(paragraph, properties))

    return mutation


def fields_of(traits: Iterable[Trait], *more: Field[Any]) -> tuple[Field[Any], ...]:
    """The fields of `expect`."""
    return (*(one.field for one in traits), *more)


def most(pieces: tuple[Piece, ...], right: Callable[[RunLook], bool]) -> bool:
    """Whether more than half of the characters look right."""
    weights = [(piece.near + piece.far, right(piece.look)) for piece in pieces]
    return sum(weight for weight, so in weights if so) * 2 > sum(weight for weight, _ in weights)


def of_span(span: Span, unit: str = "") -> str:
    """A range with its unit."""
    return f"{span.words()} {unit}".rstrip()


def within(span: Span, value: float, tolerance: Fraction | None = None) -> bool:
    """Whether a measured length lies in a range, give or take; a length is known to a hundredth at best."""
    return span.holds(Fraction(round(value * 100), 100), tolerance or Fraction(0))


def switch_trait(
    field: Field[bool | None], on: Phrase, off: Phrase, said: Callable[[RunLook], bool], name: str
) -> Trait:
    """A trait that characters have or have not."""

    def judge(passage: Passage, wanted: bool, _: Asked) -> Judgement:
        words = {True: on, False: off}
        right = most(passage.pieces, lambda look: said(look) == wanted)
        return Judgement(right, words[wanted], words[wanted if right else not wanted])

    return Trait(field, judge, "rPr", lambda wanted: {name: {"val": "0" if wanted else "1"}})


def look_trait(
    field: Field[Any],
    said: Callable[[RunLook], Any],
    right: Callable[[Any, Any], bool],
    words: tuple[Callable[[Any], Words], Callable[[Any], Words]],
    spoil: Callable[[Any], Properties],
) -> Trait:
    """A trait of characters with a value: `right(asked, found)`, words for what is asked and what is found."""

    def judge(passage: Passage, asked: Any, _: Asked) -> Judgement:
        found = prevailing(passage.pieces, said)
        so = most(passage.pieces, lambda look: right(asked, said(look)))
        return Judgement(so, words[0](asked), words[1](found))

    return Trait(field, judge, "rPr", spoil)


def paragraph_trait(
    field: Field[Any],
    judge: Callable[[Passage, Any, Asked], Judgement],
    spoil: Callable[[Any], Properties],
) -> Trait:
    """A trait of whole paragraphs."""
    return Trait(field, judge, "pPr", spoil)


def _findings(passage: Passage, asked: list[Trait], request: Request) -> list[Finding]:
    if not asked:
        return [judged(phrase("place"), True, sought(request), phrase("it is there"), passage.where)]
    found: list[Finding] = []
    for trait in asked:
        judgement = trait.judge(passage, request.expect[trait.field], request.expect)
        found.append(judged(trait.item, judgement.right, judgement.expected, judgement.found, passage.where))
    return found
