"""Checks of what slides say: titles, texts, outline, bullets, how much there is."""

from __future__ import annotations

import re
from collections import Counter

from question_bank.comparing import Compare, canonical_text
from question_bank.formats.xml_tree import Node
from question_bank.phrase import phrase
from question_bank.practical.arguments import choice, pattern, span, text, texts, whole
from question_bank.practical.catalogue import Request, check
from question_bank.practical.findings import Finding, Outcome, Words, judged, quoted
from question_bank.practical.slides.judging import by_paragraphs, of_slides
from question_bank.practical.slides.model import Paragraph, Presentation
from question_bank.practical.slides.places import (
    SHAPES,
    SLIDES,
    Place,
    form,
    says,
    shapes_of,
    slides_of,
    words_of,
)
from question_bank.practical.slides.spoiling import (
    child,
    drop,
    paragraphs_of,
    put,
    say,
    spoils,
    spoils_part,
    take_out,
    whole_slides,
)

_WITH_CASE = Compare(case=True)
A_SLIDE = phrase("a slide that fits")
SAYS = text("text", phrase("what it says"))
CONTAINS = text("contains", phrase("what it contains"))
FITS = pattern("regex", phrase("a regular expression that it fits"))
WANTED = texts("texts", phrase("texts that must be there"))
ABSENT = texts("absent", phrase("texts that must not be there"))
OLD = text("old", phrase("what was replaced"), required=True)
NEW = text("new", phrase("what stands there now"), required=True)
TIMES = span("times", phrase("how often"))
ITEMS = texts("texts", phrase("paragraphs"), required=True)
LEVEL = whole("level", phrase("their level, 1 is the outermost"), required=True)
BULLETS = {
    "character": phrase("a sign"), "number": phrase("numbers"), "picture": phrase("a picture"), "none": phrase("nothing"), "any": phrase("anything"),
}  # fmt: skip
BULLET = choice("bullet", phrase("what stands before paragraphs"), BULLETS)
SIGN = texts("sign", phrase("the sign, or the numbering scheme of the format"))


def _title_node(place: Place) -> Node | None:
    shapes = [one for one in place.slide.shapes if one.body and one.text.strip()]
    held = [one for one in shapes if one.placeholder == "title"] or [
        one for one in shapes if form(one.text) == form(place.slide.heading)
    ]
    paragraphs = held[0].body.paragraphs if held and held[0].body else ()
    return paragraphs[0].node if paragraphs else None


def _other_title(place: Place, _: Request) -> bool:
    node = _title_node(place)
    return node is not None and say(node, "—")


@check(
    "pptx.title",
    phrase("Title of a slide"),
    "IU05",
    select=SLIDES,
    expect=(SAYS, CONTAINS, FITS),
    mutation=spoils(whole_slides, _other_title),
)
def title(deck: Presentation, request: Request) -> Outcome:
    """What the title says. Where a slide has no place for a title, the uppermost text counts as one."""
    asked = request.expect

    def judge(place: Place) -> list[Finding]:
        said, found = place.slide.heading, []
        item = phrase("title")
        if (exact := asked[SAYS]) is not None:
            found.append(judged(item, form(said) == form(exact), quoted(exact), quoted(said), place.where))
        if (part := asked[CONTAINS]) is not None:
            found.append(judged(item, says(said, part), quoted(part), quoted(said), place.where))
        if (fits := asked[FITS]) is not None:
            right = bool(fits.search(form(said)))
            found.append(
                judged(item, right, phrase("fits “%(pattern)s”", pattern=fits.pattern), quoted(said), place.where)
            )
        return found

    return of_slides(deck, request, judge, A_SLIDE)


def _no_title(place: Place, _: Request) -> bool:
    for one in place.slide.shapes:
        if one.placeholder == "title":
            return take_out(place.slide.sheet.node, one.node)
    return False


@check(
    "pptx.titled", phrase("Every slide has a title"), "IU05", select=SLIDES, mutation=spoils(whole_slides, _no_title)
)
def titled(deck: Presentation, request: Request) -> Outcome:
    """Slides have words in the place for a title: readers of the screen and lists of slides show these alone."""

    def judge(place: Place) -> list[Finding]:
        said = place.slide.title
        return [
            judged(
                phrase("title"),
                bool(said),
                phrase("a title"),
                quoted(said) if said else phrase("no title"),
                place.where,
            )
        ]

    return of_slides(deck, request, judge, A_SLIDE)


def _same_title(deck: Presentation, request: Request) -> str:
    """Give the last slide the first one's title."""
    slides = [one for one in slides_of(deck, request) if one.title]
    node = _title_node(Place(slides[-1])) if len(slides) > 1 else None
    return slides[-1].sheet.part if node is not None and say(node, slides[0].title) else ""


@check(
    "pptx.unique_titles",
    phrase("No two slides have the same title"),
    "IU05",
    select=SLIDES,
    mutation=spoils_part(_same_title),
)
def unique_titles(deck: Presentation, request: Request) -> Outcome:
    """Each slide has a title of its own."""
    count = Counter(form(one.title) for one in slides_of(deck, request))

    def judge(place: Place) -> list[Finding]:
        said = place.slide.title
        right = bool(said) and count[form(said)] == 1
        return [judged(phrase("title"), right, phrase("a title of its own"), quoted(said), place.where)]

    return of_slides(deck, request, judge, A_SLIDE)


def _without_text(place: Place, request: Request) -> bool:
    """Take the last text that must be there away, wherever it stands; where none must, write one that must not."""
    lines = [one for body in (place.shape.bodies() if place.shape else ()) for one in body.paragraphs]
    if request.expect[WANTED]:
        wanted = request.expect[WANTED][-1]
        return sum(say(one.node, "—") for one in lines if says(one.text, wanted)) > 0
    unwanted = request.expect[ABSENT]
    return bool(lines and unwanted) and say(lines[0].node, f"{lines[0].text} {unwanted[0]}")


@check(
    "pptx.text",
    phrase("Text on slides"),
    "IU05",
    select=SHAPES,
    expect=(WANTED, ABSENT),
    mutation=spoils(words_of, _without_text, everywhere=True),
)
def text_there(deck: Presentation, request: Request) -> Outcome:
    """Texts stand anywhere in what is selected, and others nowhere in it."""
    places = [one for one in shapes_of(deck, request) if one.shape and one.shape.text.strip()]
    if not places and not slides_of(deck, request):
        return Outcome.nothing(A_SLIDE)
    found: list[Finding] = []
    for wanted in request.expect[WANTED]:
        here = [one for one in places if one.shape and says(one.shape.text, wanted)]
        said: Words = quoted(here[0].shape.text) if here and here[0].shape else phrase("not there")
        found.append(
            judged(phrase("text"), bool(here), quoted(wanted), said, here[0].where if here else _looked(places))
        )
    for unwanted in request.expect[ABSENT]:
        here = [one for one in places if one.shape and says(one.shape.text, unwanted)]
        expected = phrase("no “%(text)s”", text=unwanted)
        said = quoted(here[0].shape.text) if here and here[0].shape else phrase("not there")
        found.append(judged(phrase("text"), not here, expected, said, here[0].where if here else _looked(places)))
    return Outcome.of(found, places)


def _looked(places: list[Place]) -> Words:
    """Where it was looked for: the slide, where it is one alone."""
    numbers = {one.slide.number for one in places}
    return places[0].where if len(numbers) == 1 else phrase("the slides that were looked at")


def _put_back(place: Place, request: Request) -> bool:
    old, new = request.expect[OLD] or "", request.expect[NEW] or ""
    for body in place.shape.bodies() if place.shape else ():
        for one in body.paragraphs:
            if says(one.text, new):
                return say(one.node, re.sub(re.escape(form(new)), lambda _: old, form(one.text)))
    return False


@check(
    "pptx.replaced",
    phrase("A text is replaced everywhere"),
    "IU05",
    select=SHAPES,
    expect=(OLD, NEW, TIMES),
    mutation=spoils(shapes_of, _put_back),
)
def replaced(deck: Presentation, request: Request) -> Outcome:
    """The old text stands nowhere, the new one as often as asked for (else at least once). Case counts: that may be what was replaced."""
    old, new, times = request.expect[OLD] or "", request.expect[NEW] or "", request.expect[TIMES]
    places = [one for one in shapes_of(deck, request) if one.shape]
    said = [_exact(one.shape.text) for one in places if one.shape]
    first = next((one for one in places if one.shape and _exact(old) in _exact(one.shape.text)), None)
    left, there = sum(one.count(_exact(old)) for one in said), sum(one.count(_exact(new)) for one in said)
    if _exact(old) in _exact(new):
        left -= there * _exact(new).count(_exact(old))
    everywhere = phrase("the slides that were looked at")
    right = times.holds(there) if times else there > 0
    expected: Words = phrase("%(times)s times", times=times.words()) if times else phrase("at least once")
    return Outcome.of([
        judged(quoted(old), left <= 0, phrase("nowhere"), phrase("%(times)s times", times=left), first.where if first else everywhere),
        judged(quoted(new), right, expected, phrase("%(times)s times", times=there), everywhere),
    ], places)  # fmt: skip


def _exact(said: str) -> str:
    """A text whose case counts."""
    return canonical_text(said, _WITH_CASE)


def _deeper(place: Place, request: Request) -> bool:
    """Put the last of the paragraphs on another level, wherever it stands."""
    wanted = request.expect[ITEMS][-1]
    lines = [one for body in (place.shape.bodies() if place.shape else ()) for one in body.paragraphs]
    fits = [one for one in lines if says(one.text, wanted)]
    return sum(put(child(one.node, "a:pPr"), lvl="0" if one.level else "1") for one in fits) > 0


@check(
    "pptx.outline",
    phrase("Level of paragraphs"),
    "IU05",
    select=SHAPES,
    expect=(ITEMS, LEVEL),
    mutation=spoils(words_of, _deeper, everywhere=True),
)
def outline(deck: Presentation, request: Request) -> Outcome:
    """Paragraphs that contain these texts stand on this level, in whatever text of the slides they are."""
    level = request.expect[LEVEL] or 1
    places = words_of(deck, request)
    if not places:
        return Outcome.nothing(phrase("text"))
    lines = [
        (place, one) for place in places if place.shape for body in place.shape.bodies() for one in body.paragraphs
    ]
    found: list[Finding] = []
    for wanted in request.expect[ITEMS]:
        fits = [pair for pair in lines if form(pair[1].text) == form(wanted)] or [
            pair for pair in lines if says(pair[1].text, wanted)
        ]
        best = next((pair for pair in fits if pair[1].level == level - 1), fits[0] if fits else None)
        said: Words = phrase("level %(level)s", level=best[1].level + 1) if best else phrase("not there")
        right = best is not None and best[1].level == level - 1
        found.append(
            judged(
                quoted(wanted),
                right,
                phrase("level %(level)s", level=level),
                said,
                best[0].where if best else _looked(places),
            )
        )
    return Outcome.of(found, places)


def _other_bullet(place: Place, request: Request) -> bool:
    for node in paragraphs_of(place):
        drop(node, "a:buNone", "a:buChar", "a:buAutoNum", "a:buBlip")
        wanted = request.expect[BULLET]
        node.children = [
            *node.children,
            Node("a:buAutoNum", {"type": "arabicPeriod"}) if wanted == "none" else Node("a:buNone", {}),
        ]
    return True


@check(
    "pptx.bullets",
    phrase("Bullets and numbering"),
    "IU05",
    select=SHAPES,
    expect=(BULLET, SIGN),
    mutation=spoils(words_of, _other_bullet),
)
def bullets(deck: Presentation, request: Request) -> Outcome:
    """What stands before paragraphs: a sign, numbers, a picture, nothing; which sign or scheme, where that is asked for."""
    kind, signs = request.expect[BULLET] or "any", request.expect[SIGN]
    expected: Words = ", ".join(signs) if signs else BULLETS[kind]

    def right(one: Paragraph) -> bool:
        if kind == "any" and not signs:
            return one.bullet != "none"
        return kind in ("any", one.bullet) and (not signs or one.sign in signs)

    def said(one: Paragraph) -> Words:
        return phrase("%(kind)s %(sign)s", kind=BULLETS[one.bullet], sign=one.sign) if one.sign else BULLETS[one.bullet]

    return by_paragraphs(deck, request, phrase("sign"), expected, right, said)


def first_tree(place: Place) -> Node:
    """The tree of shapes of a slide, made where there was none."""
    return child(child(place.slide.sheet.node, "p:cSld"), "p:spTree")
