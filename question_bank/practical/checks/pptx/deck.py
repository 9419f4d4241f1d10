"""Checks of the whole presentation: its size, its slides and their order, sections, shows, properties."""

from __future__ import annotations

from fractions import Fraction

from question_bank.formats.xml_tree import Node
from question_bank.phrase import phrase
from question_bank.practical.arguments import choice, span, text, texts, truth
from question_bank.practical.catalogue import Request, check
from question_bank.practical.findings import Finding, Outcome, judged, quoted
from question_bank.practical.slides.judging import MILLIMETRE, listed, millimetres, of_slides, told
from question_bank.practical.slides.model import Presentation
from question_bank.practical.slides.nodes import every, first
from question_bank.practical.slides.places import SLIDES, Place, form, says
from question_bank.practical.slides.spoiling import child, put, spoils, spoils_part, whole_slides, worded

_RATIOS = {"16:9": 16 / 9, "4:3": 4 / 3, "16:10": 1.6}
_NEAR = 0.01  # of a ratio: programs round slides to whole millimetres
_MOST_COPIES = 40

RATIO = choice("ratio", phrase("width to height"), {name: phrase("%(ratio)s", ratio=name) for name in _RATIOS})
WIDTH = span("width_mm", phrase("width"), unit="mm")
HEIGHT = span("height_mm", phrase("height"), unit="mm")
COUNT = span("count", phrase("how many"), required=True)
TITLES = texts("titles", phrase("titles in this order"), required=True)
HIDDEN = truth("hidden", phrase("whether it is hidden"), default=True)
NAME = text("name", phrase("name"), required=True)
STARTS = text("first_title", phrase("the title of its first slide"))
LOOP = truth("loop", phrase("goes on from the start until stopped"))
SHOWS = {
    "presented": phrase("by a speaker"), "browsed": phrase("in a window"), "kiosk": phrase("by itself, as at a counter"),
}  # fmt: skip
SHOWN = choice("kind", phrase("how the show is given"), SHOWS)
TIMINGS = truth("timings", phrase("uses the times of the slides"))
PROPERTY = choice("property", phrase("which property"), {
    "title": phrase("title"), "subject": phrase("subject"), "creator": phrase("author"), "keywords": phrase("keywords"), "category": phrase("category"),
    "description": phrase("comments"), "Company": phrase("company"), "Manager": phrase("manager"),
}, required=True)  # fmt: skip
VALUE = text("value", phrase("what it says"))
CONTAINS = text("contains", phrase("what it contains"))


def _square(deck: Presentation, _: Request) -> str:
    size = first(deck.trees[deck.part], "p:sldSz")
    return deck.part if size is not None and put(size, cx=str(deck.height), cy=str(deck.height)) else ""


@check("pptx.slide_size", phrase("Slide size"), "IU05", expect=(RATIO, WIDTH, HEIGHT), mutation=spoils_part(_square))
def slide_size(deck: Presentation, request: Request) -> Outcome:
    """Width, height, or their ratio; a slide on its side has another ratio."""
    found: list[Finding] = []
    everywhere = phrase("the whole file")
    asked = request.expect
    if ratio := asked[RATIO]:
        exact = deck.width / max(1, deck.height)
        right = abs(exact / _RATIOS[ratio] - 1) <= _NEAR
        found.append(judged(phrase("width to height"), right, ratio, f"{exact:.3f}:1", everywhere))
    for item, wanted, length in (
        (phrase("width"), asked[WIDTH], deck.width),
        (phrase("height"), asked[HEIGHT], deck.height),
    ):
        if wanted is not None:
            right = wanted.holds(length / MILLIMETRE, Fraction(1))
            found.append(judged(item, right, f"{wanted.words()} mm", f"{millimetres(length)} mm", everywhere))
    return Outcome.of(found)


def _more(deck: Presentation, request: Request) -> str:
    wanted = request.expect[COUNT]
    rows = first(deck.trees[deck.part], "p:sldIdLst")
    missing = int(wanted.high) + 1 - len(deck.slides) if wanted else 0
    if rows is None or not rows.children or not 0 < missing <= _MOST_COPIES:
        return ""
    rows.children = [*rows.children, *[rows.children[-1]] * missing]
    return deck.part


@check("pptx.slide_count", phrase("Number of slides"), "IU05", expect=(COUNT,), mutation=spoils_part(_more))
def slide_count(deck: Presentation, request: Request) -> Outcome:
    """How many slides there are, hidden ones too."""
    wanted = request.expect[COUNT]
    count = len(deck.slides)
    right = wanted is not None and wanted.holds(count)
    found = judged(phrase("slides"), right, wanted.words() if wanted else "", str(count), phrase("the whole file"))
    return Outcome.of([found])


def _swap(deck: Presentation, request: Request) -> str:
    rows = first(deck.trees[deck.part], "p:sldIdLst")
    places = [at for one in request.expect[TITLES] if (at := _at(deck, one)) is not None]
    if rows is None or len(places) < 2:
        return ""
    one, other = places[-2:]
    listed_rows = list(rows.children)
    listed_rows[one], listed_rows[other] = listed_rows[other], listed_rows[one]
    rows.children = listed_rows
    return deck.part


def _at(deck: Presentation, title: str) -> int | None:
    return next((at for at, one in enumerate(deck.slides) if form(one.heading) == form(title)), None)


@check("pptx.slide_order", phrase("Order of the slides"), "IU05", expect=(TITLES,), mutation=spoils_part(_swap))
def slide_order(deck: Presentation, request: Request) -> Outcome:
    """Slides with these titles come in this order; others may stand between them."""
    found: list[Finding] = []
    last = -1
    for title in request.expect[TITLES]:
        places = [at for at, one in enumerate(deck.slides) if form(one.heading) == form(title)]
        here = next((at for at in places if at > last), None)
        said = phrase("slide %(number)s", number=places[0] + 1) if places else phrase("no such slide")
        expected = phrase("after slide %(number)s", number=last + 1) if last >= 0 else phrase("there")
        found.append(judged(quoted(title), here is not None, expected, said, phrase("the whole file")))
        last = last if here is None else here
    return Outcome.of(found)


def _show(place: Place, request: Request) -> bool:
    return put(place.slide.sheet.node, show="1" if request.expect[HIDDEN] else "0")


@check(
    "pptx.hidden", phrase("Hidden slide"), "IU05", select=SLIDES, expect=(HIDDEN,), mutation=spoils(whole_slides, _show)
)
def hidden(deck: Presentation, request: Request) -> Outcome:
    """Whether slides are left out of the show."""
    wanted = bool(request.expect[HIDDEN])

    def judge(place: Place) -> list[Finding]:
        right = place.slide.hidden == wanted
        return [judged(phrase("hidden"), right, told(wanted), told(place.slide.hidden), place.where)]

    return of_slides(deck, request, judge, phrase("a slide that fits"))


def _rename_section(deck: Presentation, request: Request) -> str:
    wanted = form(request.expect[NAME] or "")
    named = [one for one in every(deck.trees[deck.part], "p14:section") if form(one.get("name")) == wanted]
    return deck.part if [put(one, name=one.get("name") + " x") for one in named] else ""


@check(
    "pptx.section", phrase("Section of slides"), "IU05", expect=(NAME, STARTS), mutation=spoils_part(_rename_section)
)
def section(deck: Presentation, request: Request) -> Outcome:
    """A section of this name, and the slide it begins with. LibreOffice keeps no sections."""
    name, title = request.expect[NAME] or "", request.expect[STARTS]
    names = listed(one for one, _ in deck.sections)
    held = next((slides for one, slides in deck.sections if form(one) == form(name)), None)
    everywhere = phrase("the whole file")
    found = [judged(phrase("section"), held is not None, quoted(name), names or phrase("no sections"), everywhere)]
    if title is not None:
        begins = deck.slides[held[0] - 1].heading if held else ""
        right = form(begins) == form(title)
        found.append(judged(phrase("first slide"), right, quoted(title), quoted(begins), everywhere))
    return Outcome.of(found)


def _rename_show(deck: Presentation, request: Request) -> str:
    wanted = form(request.expect[NAME] or "")
    named = [one for one in every(deck.trees[deck.part], "p:custShow") if form(one.get("name")) == wanted]
    return deck.part if [put(one, name=one.get("name") + " x") for one in named] else ""


SHOW_TITLES = texts("titles", phrase("titles of its slides, in order"))


@check(
    "pptx.custom_show", phrase("Custom show"), "IU09", expect=(NAME, SHOW_TITLES), mutation=spoils_part(_rename_show)
)
def custom_show(deck: Presentation, request: Request) -> Outcome:
    """A custom show of this name with these slides in this order."""
    name, titles = request.expect[NAME] or "", request.expect[SHOW_TITLES]
    held = next((slides for one, slides in deck.shows if form(one) == form(name)), None)
    everywhere = phrase("the whole file")
    names = listed(one for one, _ in deck.shows)
    found = [
        judged(phrase("custom show"), held is not None, quoted(name), names or phrase("no custom show"), everywhere)
    ]
    if titles:
        headings = [deck.slides[number - 1].heading for number in held or ()]
        right = [form(one) for one in headings] == [form(one) for one in titles]
        found.append(judged(phrase("slides of the show"), right, listed(titles), listed(headings), everywhere))
    return Outcome.of(found)


def _other_show(deck: Presentation, request: Request) -> str:
    name = next((part for part, top in deck.trees.items() if top.name == "p:presentationPr"), "")
    if not name:
        return ""
    said = child(deck.trees[name], "p:showPr")
    asked = request.expect
    if asked[LOOP] is not None or asked[SHOWN] == "kiosk":
        put(said, loop="0" if asked[LOOP] or asked[SHOWN] == "kiosk" else "1")
    if asked[SHOWN] is not None:
        said.children = [one for one in said.children if one.name not in ("p:kiosk", "p:browse", "p:present")]
        said.children = [*([Node("p:browse", {})] if asked[SHOWN] == "presented" else []), *said.children]
    if asked[TIMINGS] is not None:
        put(said, useTimings="0" if asked[TIMINGS] else "1")
    return name


@check(
    "pptx.show_settings",
    phrase("Settings of the show"),
    "IU09",
    expect=(LOOP, SHOWN, TIMINGS),
    mutation=spoils_part(_other_show),
)
def show_settings(deck: Presentation, request: Request) -> Outcome:
    """Loop, kind of show, times. LibreOffice writes a show that runs by itself as one that loops: both are right for `kiosk`."""
    asked, said = request.expect, deck.settings
    everywhere = phrase("the whole file")
    found: list[Finding] = []
    if (loop := asked[LOOP]) is not None:
        looping = said.loop or said.kind == "kiosk"
        found.append(judged(phrase("loop"), looping == loop, told(loop), told(looping), everywhere))
    if kind := asked[SHOWN]:
        right = said.kind == kind or (kind == "kiosk" and said.loop)
        found.append(judged(phrase("kind of show"), right, SHOWS[kind], SHOWS.get(said.kind, said.kind), everywhere))
    if (timings := asked[TIMINGS]) is not None:
        found.append(judged(phrase("times"), said.timings == timings, told(timings), told(said.timings), everywhere))
    return Outcome.of(found)


def _other_property(deck: Presentation, request: Request) -> str:
    wanted = request.expect[PROPERTY] or ""
    for part, top in deck.trees.items():
        for one in top.children if part.startswith("docProps") else ():
            if one.name.rpartition(":")[2] == wanted:
                top.children = [worded(one.name, "x") if inner is one else inner for inner in top.children]
                return part
    return ""


@check(
    "pptx.property",
    phrase("Document property"),
    "IU05",
    expect=(PROPERTY, VALUE, CONTAINS),
    mutation=spoils_part(_other_property),
)
def document_property(deck: Presentation, request: Request) -> Outcome:
    """A property says or contains something; keywords are compared word by word, as programs write other signs between them."""
    name = request.expect[PROPERTY] or ""
    said = deck.properties.get(name, "")
    everywhere = phrase("properties of the file")
    item = phrase("property “%(name)s”", name=name)
    found: list[Finding] = []
    if (value := request.expect[VALUE]) is not None:
        right = _words(said) == _words(value) if name == "keywords" else form(said) == form(value)
        found.append(judged(item, right, quoted(value), quoted(said), everywhere))
    if (part := request.expect[CONTAINS]) is not None:
        right = _words(part) <= _words(said) if name == "keywords" else says(said, part)
        found.append(judged(item, right, quoted(part), quoted(said), everywhere))
    if not found:
        found.append(judged(item, bool(said.strip()), phrase("some words"), quoted(said), everywhere))
    return Outcome.of(found)


def _words(said: str) -> set[str]:
    return set(form(said).replace(",", " ").replace(";", " ").split())
