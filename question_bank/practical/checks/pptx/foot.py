"""Checks of what stands at the foot of slides: footer, slide number, date.

A slide shows them where it has the place itself, or where a layout or master has them as plain text.
"""

from __future__ import annotations

from question_bank.formats.xml_tree import Node
from question_bank.phrase import phrase
from question_bank.practical.arguments import choice, choices, text
from question_bank.practical.catalogue import Request, check
from question_bank.practical.checks.pptx.themes import A_SLIDE, above
from question_bank.practical.checks.pptx.words import first_tree
from question_bank.practical.findings import Finding, Outcome, Words, judged, quoted
from question_bank.practical.slides.judging import of_slides
from question_bank.practical.slides.model import Presentation, Shape, Slide
from question_bank.practical.slides.places import SLIDES, WHICH, Place, says
from question_bank.practical.slides.spoiling import spoils, take_out, whole_slides, worded

WORDS = text("text", phrase("what it contains"), required=True)
DATES = {"auto": phrase("today's, by itself"), "fixed": phrase("a fixed one"), "any": phrase("either")}
DATE = choice("kind", phrase("what sort of date"), DATES, default="any")
DATE_WORDS = text("text", phrase("what it contains"))
FEET = {"footer": phrase("footer"), "date": phrase("date"), "number": phrase("slide number")}
NOT = choices("parts", phrase("what must not be there"), FEET, required=True)
_SORTS = {"footer": "ftr", "date": "dt", "number": "sldNum"}


def _fields(shape: Shape, kind: str) -> bool:
    """Whether a field of a kind stands in a shape."""
    return any(run.field.startswith(kind) for body in shape.bodies() for one in body.paragraphs for run in one.runs)


def feet(slide: Slide, kind: str) -> list[Shape]:
    """The shapes that show a slide's footer, number or date."""
    field = {"number": "slidenum", "date": "datetime"}.get(kind, "")
    own = [
        one for one in slide.shapes if (one.placeholder == kind and one.text.strip()) or (field and _fields(one, field))
    ]
    return own + [one for one in above(slide) if field and _fields(one, field)]


def _without(kind: str, place: Place) -> bool:
    gone = False
    for one in feet(place.slide, kind):
        gone = take_out(place.slide.sheet.node, one.node) or gone
    return gone


def _without_footer(place: Place, request: Request) -> bool:
    wanted = request.expect[WORDS] or ""
    shapes = [one for one in place.slide.shapes if says(one.text, wanted)]
    return any(take_out(place.slide.sheet.node, one.node) for one in shapes)


@check(
    "pptx.footer",
    phrase("Footer"),
    "IU05",
    select=SLIDES,
    expect=(WORDS,),
    mutation=spoils(whole_slides, _without_footer),
)
def footer(deck: Presentation, request: Request) -> Outcome:
    """The footer contains words; text at the foot that every slide has from its master counts too."""
    wanted = request.expect[WORDS] or ""

    def judge(place: Place) -> list[Finding]:
        own = feet(place.slide, "footer")
        fixed = [one for one in above(place.slide) if one.body and says(one.text, wanted)]
        right = any(says(one.text, wanted) for one in own) or bool(fixed)
        said = [*own, *fixed]
        found: Words = quoted(said[0].text) if said else phrase("no footer")
        return [judged(phrase("footer"), right, quoted(wanted), found, place.where)]

    return of_slides(deck, request, judge, A_SLIDE)


@check(
    "pptx.slide_number",
    phrase("Slide number"),
    "IU05",
    select=SLIDES,
    mutation=spoils(whole_slides, lambda place, _: _without("number", place)),
)
def slide_number(deck: Presentation, request: Request) -> Outcome:
    """The slide shows its number by a field, not by typed digits."""

    def judge(place: Place) -> list[Finding]:
        right = any(_fields(one, "slidenum") for one in feet(place.slide, "number"))
        found = phrase("there") if right else phrase("no slide number")
        return [judged(phrase("slide number"), right, phrase("there"), found, place.where)]

    return of_slides(deck, request, judge, A_SLIDE)


@check(
    "pptx.date",
    phrase("Date"),
    "IU05",
    select=SLIDES,
    expect=(DATE, DATE_WORDS),
    mutation=spoils(whole_slides, lambda place, _: _without("date", place)),
)
def date(deck: Presentation, request: Request) -> Outcome:
    """The slide shows a date: one that follows the calendar, or fixed words."""
    kind, wanted = request.expect[DATE] or "any", request.expect[DATE_WORDS]

    def judge(place: Place) -> list[Finding]:
        held = feet(place.slide, "date")
        by_itself = any(_fields(one, "datetime") for one in held)
        said = held[0].text if held else ""
        right = (
            bool(held) and (kind == "any" or by_itself == (kind == "auto")) and (wanted is None or says(said, wanted))
        )
        found: Words = phrase("no date") if not held else DATES["auto"] if by_itself else quoted(said)
        return [judged(phrase("date"), right, quoted(wanted) if wanted else DATES[kind], found, place.where)]

    return of_slides(deck, request, judge, A_SLIDE)


def _with_foot(place: Place, request: Request) -> bool:
    kind = request.expect[NOT][0]
    frame, inner = Node("p:nvSpPr", {}), Node("p:nvPr", {})
    inner.add(Node("p:ph", {"type": _SORTS[kind], "idx": "98"}))
    for one in (Node("p:cNvPr", {"id": "9902", "name": kind}), Node("p:cNvSpPr", {}), inner):
        frame.add(one)
    body, line = Node("p:txBody", {}), Node("a:p", {})
    field = {"number": "slidenum", "date": "datetime1"}.get(kind)
    run = Node("a:fld", {"type": field}) if field else Node("a:r", {})
    run.add(worded("a:t", "x"))
    line.add(run)
    body.add(line)
    shape = Node("p:sp", {})
    for one in (frame, Node("p:spPr", {}), body):
        shape.add(one)
    first_tree(place).add(shape)
    return True


def _first(deck: Presentation, request: Request) -> list[Place]:
    return whole_slides(deck, request) if _said(request) else [Place(one) for one in deck.slides[:1]]


def _said(request: Request) -> bool:
    return request.refs is not None or any(request.select.has(one) for one in (*SLIDES, WHICH))


@check(
    "pptx.no_foot",
    phrase("Nothing at the foot of the title slide"),
    "IU05",
    select=SLIDES,
    expect=(NOT,),
    mutation=spoils(_first, _with_foot),
)
def no_foot(deck: Presentation, request: Request) -> Outcome:
    """Footer, date or number are left out: of the first slide, where the rubric names no other."""

    def judge(place: Place) -> list[Finding]:
        return [
            judged(FEET[kind], not feet(place.slide, kind), phrase("none"), _found(place.slide, kind), place.where)
            for kind in request.expect[NOT]
        ]

    if _said(request):
        return of_slides(deck, request, judge, A_SLIDE)
    places = _first(deck, request)
    return (
        Outcome.of([finding for place in places for finding in judge(place)], places)
        if places
        else Outcome.nothing(A_SLIDE)
    )


def _found(slide: Slide, kind: str) -> Words:
    held = feet(slide, kind)
    return quoted(held[0].text) if held else phrase("none")
