"""Which slides and shapes a check looks at: by what they say and what they are. Fields for `select`, and how a place is named to people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from question_bank.comparing import EXACT, canonical_text
from question_bank.phrase import Phrase, phrase
from question_bank.practical.arguments import choice, pattern, text, whole
from question_bank.practical.catalogue import Request
from question_bank.practical.findings import Words, quoted
from question_bank.practical.slides.model import Presentation, Shape, Slide

TITLE = text("title", phrase("slides with this title"))
TITLE_CONTAINS = text("title_contains", phrase("slides whose title contains this"))
TITLE_REGEX = pattern("title_regex", phrase("slides whose title fits this regular expression"))
NUMBER = whole("number", phrase("the slide with this number"))
NTH = whole("nth", phrase("only this one of the slides that have a title, counted from 1"))
WHICH = choice("slides", phrase("which of the slides that fit"), {
    "all": phrase("all of them must be right"), "any": phrase("one that is right is enough"), "first": phrase("the first"),
    "last": phrase("the last"), "but_first": phrase("all but the first"),
}, default="all")  # fmt: skip
PLACEHOLDER = choice("placeholder", phrase("shapes in this place of the layout"), {
    "title": phrase("title"), "body": phrase("text or contents"), "subtitle": phrase("subtitle"), "picture": phrase("picture"), "chart": phrase("chart"),
    "table": phrase("table"), "footer": phrase("footer"), "date": phrase("date"), "number": phrase("slide number"), "none": phrase("in no place of the layout"),
})  # fmt: skip
TEXT = text("text", phrase("shapes and paragraphs that contain this"))
KIND = choice("kind", phrase("shapes of this kind"), {
    "text": phrase("text"), "shape": phrase("drawn shape"), "line": phrase("line"), "picture": phrase("picture"), "table": phrase("table"),
    "chart": phrase("chart"), "diagram": phrase("SmartArt"), "media": phrase("sound or film"),
})  # fmt: skip
SLIDES = (TITLE, TITLE_CONTAINS, TITLE_REGEX, NUMBER, NTH, WHICH)
SHAPES = (*SLIDES, PLACEHOLDER, TEXT, KIND)
FOOT = ("footer", "date", "number", "header")
_BODY = ("body", "content", "subtitle")


@dataclass(frozen=True, slots=True)
class Place:
    """A slide, or a shape on it: what `ref` leads to."""

    slide: Slide
    shape: Shape | None = None

    @property
    def where(self) -> Phrase:
        """As people find it: slide 3 “Kết quả”."""
        return where(self.slide)

    @property
    def item(self) -> Words:
        """What it is called: the words of the shape, or its name."""
        if self.shape is None:
            return phrase("slide")
        return quoted(self.shape.text[:60]) if self.shape.text.strip() else quoted(self.shape.name)


def where(slide: Slide) -> Phrase:
    """A slide as people find it."""
    if slide.heading.strip():
        return phrase("slide %(number)s %(title)s", number=slide.number, title=quoted(slide.heading[:80]))
    return phrase("slide %(number)s", number=slide.number)


def form(said: str) -> str:
    """A text in the form in which equal texts are equal strings: case, spelling of tones and width of spaces do not count."""
    return canonical_text(said, EXACT)


def says(whole_text: str, part: str) -> bool:
    """Whether a text contains another."""
    return form(part) in form(whole_text)


def slides_of(deck: Presentation, request: Request) -> list[Slide]:
    """The slides a check looks at, in the order of the show."""
    if request.refs is not None:
        numbers = {one.slide.number for one in request.refs if isinstance(one, Place)}
        return [one for one in deck.slides if one.number in numbers]
    asked = request.select
    found = list(deck.slides)
    if (wanted := asked[TITLE]) is not None:
        found = [one for one in found if form(one.heading) == form(wanted)]
    if (inside := asked[TITLE_CONTAINS]) is not None:
        found = [one for one in found if says(one.heading, inside)]
    if (fits := asked[TITLE_REGEX]) is not None:
        found = [one for one in found if fits.search(form(one.heading))]
    if (number := asked[NUMBER]) is not None:
        found = [one for one in found if one.number == number]
    if (nth := asked[NTH]) is not None:
        found = [one for one in found if one.heading.strip()][max(0, nth - 1) : max(0, nth)]
    match asked[WHICH]:
        case "first":
            return found[:1]
        case "last":
            return found[-1:]
        case "but_first":
            return found[1:]
    return found


def any_is_enough(request: Request) -> bool:
    """Whether one right place is enough."""
    return request.refs is None and request.select[WHICH] == "any"


def shapes_of(deck: Presentation, request: Request, kinds: Iterable[str] = ()) -> list[Place]:
    """The shapes a check looks at; where the rubric says no kind those of `kinds`, or all."""
    if request.refs is not None:
        return _referred(deck, request.refs, tuple(kinds))
    asked = request.select
    wanted = asked[TEXT]
    allowed = (asked[KIND],) if asked[KIND] else tuple(kinds)
    found: list[Place] = []
    for slide in slides_of(deck, request):
        held = [
            one
            for one in slide.shapes
            if not allowed or one.kind in allowed or (one.placeholder and "text" in allowed and one.body)
        ]
        held = _in_place(held, asked[PLACEHOLDER]) if asked[PLACEHOLDER] else held
        found += [Place(slide, one) for one in held if wanted is None or says(one.text, wanted)]
    return found


def _in_place(held: list[Shape], wanted: str | None) -> list[Shape]:
    """Shapes in a place of the layout. Not every program keeps the place of contents: where none is marked, all other text counts."""
    if wanted == "none":
        return [one for one in held if not one.placeholder]
    if wanted != "body":
        return [one for one in held if one.placeholder == wanted]
    marked = [one for one in held if one.placeholder in _BODY]
    return marked or [one for one in held if one.body and one.text.strip() and one.placeholder not in ("title", *FOOT)]


def _referred(deck: Presentation, refs: tuple[object, ...], kinds: tuple[str, ...]) -> list[Place]:
    """The same places in this opening of the file: shapes by slide and id, of a whole slide all its shapes."""
    wanted = {(one.slide.number, one.shape.id if one.shape else "") for one in refs if isinstance(one, Place)}
    found = []
    for slide in deck.slides:
        for one in slide.shapes:
            named = (slide.number, one.id) in wanted
            if named or ((slide.number, "") in wanted and (not kinds or one.kind in kinds)):
                found.append(Place(slide, one))
    return found


def textual(places: Iterable[Place]) -> list[Place]:
    """Those that have words, without what stands at the foot of every slide."""
    return [
        one for one in places if one.shape and any(one.shape.bodies()) and one.shape.text.strip()
        and one.shape.placeholder not in FOOT
    ]  # fmt: skip


def words_of(deck: Presentation, request: Request) -> list[Place]:
    """The shapes with words that a check of text looks at: what stands at the foot of slides only where it is asked for."""
    found = shapes_of(deck, request)
    if request.refs is None and request.select[PLACEHOLDER] in FOOT:
        return [one for one in found if one.shape and one.shape.body]
    return textual(found)
