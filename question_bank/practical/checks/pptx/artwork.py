"""Checks of SmartArt and WordArt."""

from __future__ import annotations

from question_bank.phrase import phrase
from question_bank.practical.arguments import text, texts
from question_bank.practical.catalogue import Request, check
from question_bank.practical.findings import Finding, Outcome, Words, judged, quoted
from question_bank.practical.slides.judging import listed, of_slides
from question_bank.practical.slides.model import Presentation, Shape
from question_bank.practical.slides.places import SLIDES, Place, says
from question_bank.practical.slides.spoiling import child, drop, spoils, take_out, whole_slides

A_SLIDE, ONE_IS_ENOUGH = phrase("a slide that fits"), phrase("at least one")
INSIDE = text("text", phrase("what is written in it"))
LAYOUT = text("layout", phrase("the name of its layout in the format, like `process1`"))
TEXTS = texts("texts", phrase("words that stand in it"))


def _diagrams(place: Place) -> list[Shape]:
    return [one for one in place.slide.shapes if one.diagram]


def _no_diagram(place: Place, _: Request) -> bool:
    return any(take_out(place.slide.sheet.node, one.node) for one in _diagrams(place))


@check(
    "pptx.smartart",
    phrase("SmartArt"),
    "IU09",
    select=SLIDES,
    expect=(LAYOUT, TEXTS),
    mutation=spoils(whole_slides, _no_diagram),
)
def smartart(deck: Presentation, request: Request) -> Outcome:
    """A SmartArt of a layout with certain words. LibreOffice makes plain shapes of it: do not ask for it where that is used."""
    layout, texts_wanted = request.expect[LAYOUT], request.expect[TEXTS]

    def judge(place: Place) -> list[Finding]:
        held = [one.diagram for one in _diagrams(place) if one.diagram]
        fits = [one for one in held if layout is None or one.layout.casefold() == layout.casefold()]
        names = ", ".join(one.layout for one in held) or phrase("no SmartArt")
        found = [judged(phrase("SmartArt"), bool(fits), layout or ONE_IS_ENOUGH, names, place.where)]
        for wanted in texts_wanted:
            right = any(says(said, wanted) for one in fits for said in one.texts)
            said = listed(text for one in held for text in one.texts)
            found.append(judged(phrase("text"), right, quoted(wanted), said, place.where))
        return found

    return of_slides(deck, request, judge, A_SLIDE)


def _art(one: Shape) -> bool:
    """Words bent by a shape of text, or words that have an effect of their own."""
    bent = one.body is not None and one.body.warp not in ("", "textNoShape")
    return bent or any(run.look.effects for body in one.bodies() for line in body.paragraphs for run in line.runs)


def _plain_words(place: Place, _: Request) -> bool:
    changed = False
    for one in place.slide.shapes:
        if _art(one) and one.body is not None:
            changed = drop(child(one.body.node, "a:bodyPr"), "a:prstTxWarp") or changed
            for line in one.body.paragraphs:
                for run in line.runs:
                    changed = (run.node is not None and drop(child(run.node, "a:rPr"), "a:effectLst")) or changed
    return changed


@check(
    "pptx.wordart",
    phrase("WordArt"),
    "IU05",
    select=SLIDES,
    expect=(INSIDE,),
    mutation=spoils(whole_slides, _plain_words),
)
def wordart(deck: Presentation, request: Request) -> Outcome:
    """Words in a shape of their own or with an effect (shadow, glow, outline bent)."""
    wanted = request.expect[INSIDE]

    def judge(place: Place) -> list[Finding]:
        held = [one for one in place.slide.shapes if _art(one)]
        right = any(wanted is None or says(one.text, wanted) for one in held)
        said: Words = listed(one.text for one in held) or phrase("no WordArt")
        return [judged(phrase("WordArt"), right, quoted(wanted) if wanted else ONE_IS_ENOUGH, said, place.where)]

    return of_slides(deck, request, judge, A_SLIDE)
