"""Checks of links, jumps, buttons, sound and film."""

from __future__ import annotations

from collections.abc import Iterator

from question_bank.phrase import Phrase, phrase
from question_bank.practical.arguments import choice, text, truth
from question_bank.practical.catalogue import Request, check
from question_bank.practical.findings import Finding, Outcome, Words, judged, quoted
from question_bank.practical.slides.judging import of_slides
from question_bank.practical.slides.model import Action, Presentation, Shape
from question_bank.practical.slides.nodes import every
from question_bank.practical.slides.places import SHAPES, SLIDES, Place, form, shapes_of, where
from question_bank.practical.slides.spoiling import drop, spoils, take_out, whole_slides

A_SLIDE, A_SHAPE = phrase("a slide that fits"), phrase("a shape that fits")
URL = text("url", phrase("the address; a missing “https://” or last “/” does not count"), required=True)
TO_TITLE = text("to", phrase("the title of the slide it leads to"))
JUMPS = {
    "first": phrase("the first slide"), "last": phrase("the last slide"), "next": phrase("the next slide"), "previous": phrase("the slide before"),
    "end": phrase("the end of the show"), "back": phrase("the slide seen before"),
}  # fmt: skip
JUMP = choice("jump", phrase("where it leads"), JUMPS)
BUTTON = truth("button", phrase("must be drawn as an action button"), default=True)
MEDIA = {"audio": phrase("sound"), "video": phrase("film")}
MEDIUM = choice("media", phrase("sound or film"), MEDIA, required=True)
INSIDE = truth("embedded", phrase("lies in the file itself"))
DIGEST = text("sha256", phrase("SHA-256 of its bytes"))
_SCHEMES = ("https://", "http://", "mailto:")


def actions(shape: Shape) -> Iterator[Action]:
    """What clicks on a shape or its words do."""
    if shape.click:
        yield shape.click
    for body in shape.bodies():
        for one in body.paragraphs:
            yield from (run.link for run in one.runs if run.link)


def _address(said: str) -> str:
    bare = said.strip().casefold()
    for scheme in _SCHEMES:
        bare = bare.removeprefix(scheme)
    return bare.rstrip("/")


def _linked(deck: Presentation, request: Request) -> list[Place]:
    return [one for one in shapes_of(deck, request) if one.shape and any(actions(one.shape))]


def _unlink(place: Place, _: Request) -> bool:
    changed = False
    for name in ("p:cNvPr", "a:rPr"):
        for node in every(place.shape.node, name) if place.shape else ():
            changed = drop(node, "a:hlinkClick") or changed
    return changed


def _one_of(
    deck: Presentation, request: Request, expected: Words, fits: list[Place], held: list[Place], said: Words
) -> Outcome:
    """One of the selected shapes must have the link."""
    if not shapes_of(deck, request):
        return Outcome.nothing(A_SHAPE)
    place = (fits or held)[:1]
    found = judged(
        phrase("link"),
        bool(fits),
        expected,
        said,
        place[0].where if place else phrase("the slides that were looked at"),
    )
    return Outcome.of([found], fits or held)


def _to_address(deck: Presentation, request: Request) -> list[Place]:
    """The selected shapes that lead to the address."""
    wanted = _address(request.expect[URL] or "")
    return [
        place for place in _linked(deck, request) if place.shape
        and any(one.kind in ("url", "file", "other") and _address(one.target) == wanted for one in actions(place.shape))
    ]  # fmt: skip


@check(
    "pptx.link",
    phrase("Link to an address"),
    "IU09",
    select=SHAPES,
    expect=(URL,),
    mutation=spoils(_to_address, _unlink, everywhere=True),
)
def link(deck: Presentation, request: Request) -> Outcome:
    """A shape or words in it lead to an address."""
    wanted = request.expect[URL] or ""
    held, fits = _linked(deck, request), _to_address(deck, request)
    shown = [action.target for one in fits or held if one.shape for action in actions(one.shape) if action.target]
    return _one_of(deck, request, quoted(wanted), fits, held, quoted(shown[0]) if shown else phrase("no link"))


def leads_to(action: Action, place: Place, deck: Presentation, title: str | None, jump: str | None) -> bool:
    """Whether a click goes to the slide of a title, or jumps there. A jump and a link to the same slide are one."""
    here, last = place.slide.number, len(deck.slides)
    numbers = {"first": 1, "last": last, "next": here + 1, "previous": here - 1}
    number = numbers.get(action.target, 0) if action.kind == "jump" else action.slide if action.kind == "slide" else 0
    if title is not None:
        return 0 < number <= last and form(deck.slides[number - 1].heading) == form(title)
    if jump is None:
        return action.kind in ("jump", "slide")
    return (action.kind == "jump" and action.target == jump) or (number > 0 and number == numbers.get(jump))


def _described(action: Action, place: Place, deck: Presentation) -> Words:
    if action.kind == "slide" and 0 < action.slide <= len(deck.slides):
        return where(deck.slides[action.slide - 1])
    return JUMPS.get(action.target, action.target) if action.kind == "jump" else quoted(action.target or action.kind)


def _that_lead(deck: Presentation, request: Request, held: list[Place]) -> list[Place]:
    """Those of the shapes that lead to the slide."""
    title, jump = request.expect[TO_TITLE], request.expect[JUMP]
    return [
        one for one in held if one.shape and any(leads_to(action, one, deck, title, jump) for action in actions(one.shape))
    ]  # fmt: skip


def _jumps(deck: Presentation, request: Request, held: list[Place]) -> Outcome:
    title, jump = request.expect[TO_TITLE], request.expect[JUMP]
    fits = _that_lead(deck, request, held)
    shown = [_described(action, one, deck) for one in fits or held if one.shape for action in actions(one.shape)]
    expected: Words = quoted(title) if title else JUMPS[jump] if jump else phrase("another slide")
    return _one_of(deck, request, expected, fits, held, shown[0] if shown else phrase("no link"))


@check(
    "pptx.slide_link",
    phrase("Link to a slide"),
    "IU09",
    select=SHAPES,
    expect=(TO_TITLE, JUMP),
    mutation=spoils(lambda deck, request: _that_lead(deck, request, _linked(deck, request)), _unlink, everywhere=True),
)
def slide_link(deck: Presentation, request: Request) -> Outcome:
    """A shape or words in it lead to another slide, by its title or as a jump."""
    return _jumps(deck, request, _linked(deck, request))


def _buttons(deck: Presentation, request: Request) -> list[Place]:
    drawn = bool(request.expect[BUTTON])
    return [
        one
        for one in _linked(deck, request)
        if one.shape and (not drawn or one.shape.geometry.startswith("actionButton"))
    ]


@check(
    "pptx.action_button",
    phrase("Action button"),
    "IU09",
    select=SHAPES,
    expect=(TO_TITLE, JUMP, BUTTON),
    mutation=spoils(lambda deck, request: _that_lead(deck, request, _buttons(deck, request)), _unlink, everywhere=True),
)
def action_button(deck: Presentation, request: Request) -> Outcome:
    """An action button leads to a slide. What looks like one, where the rubric leaves that open."""
    return _jumps(deck, request, _buttons(deck, request))


def _media(place: Place, request: Request) -> list[Shape]:
    return [one for one in place.slide.shapes if one.media and one.media.kind == request.expect[MEDIUM]]


def _silent(place: Place, request: Request) -> bool:
    return any(take_out(place.slide.sheet.node, one.node) for one in _media(place, request))


@check(
    "pptx.media",
    phrase("Sound or film"),
    "IU09",
    select=SLIDES,
    expect=(MEDIUM, INSIDE, DIGEST),
    mutation=spoils(whole_slides, _silent),
)
def media(deck: Presentation, request: Request) -> Outcome:
    """A slide has a sound or a film; whether it lies in the file, and which one it is, where that is asked for."""
    kind, inside, digest = request.expect[MEDIUM] or "audio", request.expect[INSIDE], request.expect[DIGEST]

    def judge(place: Place) -> list[Finding]:
        held = [one.media for one in _media(place, request) if one.media]
        fits = [
            one for one in held if (inside is None or bool(one.digest) == inside) and (digest is None or one.digest == digest.lower())
        ]  # fmt: skip
        said: Phrase | str = (
            MEDIA[kind] if fits else quoted(held[0].outside or held[0].digest) if held else phrase("none")
        )
        return [judged(MEDIA[kind], bool(fits), phrase("there"), said, place.where)]

    return of_slides(deck, request, judge, A_SLIDE)
