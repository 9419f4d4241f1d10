"""Checks of how much stands on slides: too many words, places left empty."""

from __future__ import annotations

from question_bank.formats.xml_tree import Node
from question_bank.phrase import phrase
from question_bank.practical.arguments import whole
from question_bank.practical.catalogue import Request, check
from question_bank.practical.checks.pptx.words import A_SLIDE, first_tree
from question_bank.practical.findings import Finding, Outcome, Words, judged
from question_bank.practical.slides.judging import listed, of_slides
from question_bank.practical.slides.model import Presentation, Slide
from question_bank.practical.slides.places import FOOT, SLIDES, Place
from question_bank.practical.slides.spoiling import say, spoils, whole_slides

MOST_LINES = whole("lines", phrase("the most paragraphs on a slide"))
MOST_WORDS = whole("words", phrase("the most words on a slide"))


def _wordy(place: Place, request: Request) -> bool:
    for one in place.slide.shapes:
        if one.body and one.body.paragraphs and one.placeholder not in ("title", *FOOT):
            many = (request.expect[MOST_LINES] or 0) + 2
            first = one.body.paragraphs[0].node
            say(first, "x " * ((request.expect[MOST_WORDS] or 0) + 2))
            one.body.node.children = [*one.body.node.children, *[first] * many]
            return True
    return False


@check(
    "pptx.text_amount",
    phrase("Not too much text on a slide"),
    "IU09",
    select=SLIDES,
    expect=(MOST_LINES, MOST_WORDS),
    mutation=spoils(whole_slides, _wordy),
)
def text_amount(deck: Presentation, request: Request) -> Outcome:
    """At most so many paragraphs and words on a slide, without its title, its foot and its tables. Single labels are words and no paragraphs."""

    def judge(place: Place) -> list[Finding]:
        texts = _lines(place.slide)
        count_of_lines = sum(len(one) for one in texts if len(one) > 1)
        count_of_words = sum(len(line.split()) for one in texts for line in one)
        counted = (
            (MOST_LINES, phrase("paragraphs"), count_of_lines),
            (MOST_WORDS, phrase("words"), count_of_words),
        )
        return [
            judged(item, count <= most, phrase("at most %(most)s", most=most), str(count), place.where)
            for field, item, count in counted if (most := request.expect[field]) is not None
        ]  # fmt: skip

    return of_slides(deck, request, judge, A_SLIDE)


def _lines(slide: Slide) -> list[list[str]]:
    """The paragraphs of each text."""
    held = [one.body for one in slide.shapes if one.body and one.placeholder not in ("title", *FOOT)]
    return [[one.text for one in body.paragraphs if one.text.strip()] for body in held]


def _empty(place: Place, _: Request) -> bool:
    tree = first_tree(place)
    frame = Node("p:nvSpPr", {})
    name, inner = Node("p:cNvPr", {"id": "9901", "name": "Placeholder"}), Node("p:nvPr", {})
    inner.add(Node("p:ph", {"idx": "97"}))
    for one in (name, Node("p:cNvSpPr", {}), inner):
        frame.add(one)
    shape = Node("p:sp", {})
    for one in (frame, Node("p:spPr", {}), Node("p:txBody", {})):
        shape.add(one)
    tree.add(shape)
    return True


@check(
    "pptx.empty_placeholders",
    phrase("No empty placeholders"),
    "IU09",
    select=SLIDES,
    mutation=spoils(whole_slides, _empty),
)
def empty_placeholders(deck: Presentation, request: Request) -> Outcome:
    """No place of the layout is left empty: its prompt would stand on the slide while it is edited."""

    def judge(place: Place) -> list[Finding]:
        empty = [
            one.name
            for one in place.slide.shapes
            if one.placeholder and one.kind == "text" and one.placeholder not in FOOT and not one.text.strip()
        ]
        found: Words = listed(empty) if empty else phrase("none")
        return [judged(phrase("empty placeholders"), not empty, phrase("none"), found, place.where)]

    return of_slides(deck, request, judge, A_SLIDE)
