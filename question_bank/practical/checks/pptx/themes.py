"""Checks of what holds on every slide: theme, master, background."""

from __future__ import annotations

from fractions import Fraction

from question_bank.formats.xml_tree import Node
from question_bank.phrase import Phrase, phrase
from question_bank.practical.arguments import choice, colour, span, text, texts, truth, whole
from question_bank.practical.catalogue import Request, check
from question_bank.practical.findings import Finding, Outcome, Words, judged, quoted
from question_bank.practical.slides.judging import listed, of_slides, told
from question_bank.practical.slides.model import Look, Presentation, Shape, Slide, TextBody
from question_bank.practical.slides.nodes import every, first
from question_bank.practical.slides.palette import SLOTS, near
from question_bank.practical.slides.places import SLIDES, Place, form
from question_bank.practical.slides.spoiling import child, drop, put, spoils, spoils_part, whole_slides, worded

A_SLIDE = phrase("a slide that fits")
EVERYWHERE = phrase("the whole file")
MAJOR, MINOR = texts("headings", phrase("the font of headings")), texts("body", phrase("the font of text"))
SLOT = choice("slot", phrase("which colour of the theme"), {
    one: phrase("%(slot)s", slot=one) for one in SLOTS
}, required=True)  # fmt: skip
COLOUR = colour("colour", phrase("colour"), required=True)
PART_WORDS = {"title": phrase("titles"), "body": phrase("text")}
PART = choice("part", phrase("which text of the master"), PART_WORDS, default="title")
LEVEL = whole("level", phrase("its level, 1 is the outermost"), default=1)
FONT = texts("font", phrase("font"))
SIZE = span("size_pt", phrase("size"), unit="pt")
INK = colour("colour", phrase("colour"))
BOLD = truth("bold", phrase("bold"))
ALT = text("alt", phrase("what its description contains"))
DIGEST = text("sha256", phrase("SHA-256 of the picture's bytes"))
GROUNDS = {
    "solid": phrase("one colour"), "gradient": phrase("a gradient"), "picture": phrase("a picture"), "pattern": phrase("a pattern"),
}  # fmt: skip
GROUND = choice("kind", phrase("what the background is"), GROUNDS)
SAID = text("text", phrase("what it contains"))


def _other_fonts(deck: Presentation, request: Request) -> str:
    for master in deck.masters:
        fonts = first(master.theme.node, "a:themeElements", "a:fontScheme")
        for field, kind in ((MAJOR, "a:majorFont"), (MINOR, "a:minorFont")):
            latin = first(fonts, kind, "a:latin")
            if request.expect[field] and latin is not None and put(latin, typeface="Courier New"):
                return master.theme.part
    return ""


@check(
    "pptx.theme_fonts", phrase("Fonts of the theme"), "IU05", expect=(MAJOR, MINOR), mutation=spoils_part(_other_fonts)
)
def theme_fonts(deck: Presentation, request: Request) -> Outcome:
    """The two fonts of the theme of a master that slides use; programs may write one master as several. LibreOffice keeps only what slides show."""
    found: list[Finding] = []
    for field, item, of in ((MAJOR, phrase("font of headings"), "major"), (MINOR, phrase("font of text"), "minor")):
        wanted = request.expect[field]
        if wanted:
            names = dict.fromkeys(str(getattr(one.theme, of)) for one in deck.masters)
            if deck.of_libreoffice and (
                fonts := {one.font for one in _seen(deck, "title" if of == "major" else "body")}
            ):
                names = dict.fromkeys(sorted(fonts))
            known = {name.casefold() for name in wanted}
            fitting = [one for one in names if one.casefold() in known]
            right = fitting == [*names] if deck.of_libreoffice else bool(fitting)
            found.append(judged(item, right, ", ".join(wanted), ", ".join(names), EVERYWHERE))
    return Outcome.of(found)


def _other_slot(deck: Presentation, request: Request) -> str:
    for master in deck.masters:
        slot = first(master.theme.node, "a:themeElements", "a:clrScheme", f"a:{request.expect[SLOT]}")
        if slot is not None:
            other = "7F0055" if not near("7F0055", request.expect[COLOUR] or "000000", 60) else "00AA55"
            slot.children = [Node("a:srgbClr", {"val": other})]
            return master.theme.part
    return ""


@check(
    "pptx.theme_colour", phrase("Colour of the theme"), "IU05", expect=(SLOT, COLOUR), mutation=spoils_part(_other_slot)
)
def theme_colour(deck: Presentation, request: Request) -> Outcome:
    """One of the twelve colours of the theme (`accent1` …)."""
    slot, wanted = request.expect[SLOT] or "", request.expect[COLOUR] or ""
    names = dict.fromkeys(one.theme.colours.get(slot, "") for one in deck.masters)
    right = any(near(one or None, wanted) for one in names)
    return Outcome.of([judged(phrase("colour %(slot)s", slot=slot), right, wanted, ", ".join(names), EVERYWHERE)])


def _master_text(deck: Presentation, part: str) -> list[Shape]:
    wanted = ("title",) if part == "title" else ("body", "content")
    return [one for master in deck.masters for one in master.sheet.shapes if one.placeholder in wanted and one.body]


def _plain_master(deck: Presentation, request: Request) -> str:
    """Spoil the master's style of this text, and what its own place says of it."""
    part = request.expect[PART] or "title"
    name = f"a:lvl{request.expect[LEVEL] or 1}pPr"
    for master in deck.masters:
        styles = first(master.sheet.node, "p:txStyles", f"p:{part}Style")
        lists = [styles] if styles else []
        lists += [one for shape in _master_text(deck, part) if (one := first(shape.node, "p:txBody", "a:lstStyle"))]
        for one in lists:
            said = child(child(one, name), "a:defRPr")
            _spoil_look(said, request)
        if lists:
            return master.sheet.part
    return ""


def _spoil_look(said: Node, request: Request) -> None:
    asked = request.expect
    if asked[FONT]:
        drop(said, "a:latin")
        said.children = [*said.children, Node("a:latin", {"typeface": "Courier New"})]
    if asked[SIZE] is not None:
        put(said, sz="400")
    if asked[BOLD] is not None:
        put(said, b="0" if asked[BOLD] else "1")
    if asked[INK] is not None:
        drop(said, "a:solidFill")
        fill = Node("a:solidFill", {})
        fill.add(Node("a:srgbClr", {"val": "7F0055"}))
        said.children = [fill, *said.children]


@check(
    "pptx.master_text",
    phrase("Text of the slide master"),
    "IU05",
    expect=(PART, LEVEL, FONT, SIZE, INK, BOLD),
    mutation=spoils_part(_plain_master),
)
def master_text(deck: Presentation, request: Request) -> Outcome:
    """How titles or text look by the master: of one that slides use, as programs may write one master as several. LibreOffice keeps
    only what slides show: there it is right when all of them show it."""
    part, level = request.expect[PART] or "title", max(1, min(9, request.expect[LEVEL] or 1))
    looks = [look for one in _master_text(deck, part) if one.body for look in _levels(one.body, level - 1)]
    tried = [_look_findings(look, request, PART_WORDS[part]) for look in looks]
    if deck.of_libreoffice and level == 1 and (seen := _seen(deck, part)):
        every_look = [_look_findings(look, request, PART_WORDS[part]) for look in seen]
        tried.append(min(every_look, key=_credits))
    if not tried:
        return Outcome.nothing(phrase("a place for it on the master"))
    best: list[Finding] = max(tried, key=_credits)
    return Outcome.of(best)


def _credits(found: list[Finding]) -> Fraction:
    return sum((one.credit for one in found), Fraction(0))


def _levels(body: TextBody, level: int) -> list[Look]:
    """How a level looks by the list styles, and as the sample text of the master is written, which is all that LibreOffice keeps."""
    return [body.look_at(level), *(run.look for one in body.paragraphs if one.level == level for run in one.runs)]


def _seen(deck: Presentation, part: str) -> list[Look]:
    """How that text looks on the slides, its outermost level: LibreOffice writes it there and not on the master."""
    wanted = ("title",) if part == "title" else ("body", "content")
    shapes = [one for slide in deck.slides for one in slide.shapes if one.placeholder in wanted and one.body]
    lines = [line for one in shapes if one.body for line in one.body.paragraphs if line.level == 0]
    return [run.look for line in lines for run in line.runs[:1] if run.text.strip()]


def _look_findings(look: Look, request: Request, part: Phrase) -> list[Finding]:
    asked, found = request.expect, list[Finding]()

    def add(item: Words, right: bool, expected: Words, said: Words) -> None:
        found.append(
            judged(
                phrase("%(what)s of %(place)s", what=item, place=part), right, expected, said, phrase("slide master")
            )
        )

    if fonts := asked[FONT]:
        right = look.font.casefold() in {one.casefold() for one in fonts}
        add(phrase("font"), right, ", ".join(fonts), look.font)
    if (size := asked[SIZE]) is not None:
        add(phrase("size"), size.holds(look.size / 100), f"{size.words()} pt", f"{look.size / 100:g} pt")
    if (ink := asked[INK]) is not None:
        add(phrase("colour"), near(look.colour, ink), ink, look.colour or phrase("none"))
    if (bold := asked[BOLD]) is not None:
        add(phrase("bold"), look.bold == bold, told(bold), told(look.bold))
    return found


def _without_master(place: Place, _: Request) -> bool:
    return put(place.slide.sheet.node, showMasterSp="0")


def above(slide: Slide) -> list[Shape]:
    """What stands on a slide from its layout and its master."""
    layout = slide.layout
    held = list(layout.sheet.shapes) if slide.shows_master or not layout.shows_master else []
    if slide.shows_master:
        held += layout.master.sheet.shapes
    return [one for one in held if not one.placeholder and not one.hidden]


@check(
    "pptx.master_picture",
    phrase("A picture of the master on every slide"),
    "IU09",
    select=SLIDES,
    expect=(ALT, DIGEST),
    mutation=spoils(whole_slides, _without_master),
)
def master_picture(deck: Presentation, request: Request) -> Outcome:
    """A picture of the layout or the master is seen on each slide."""
    alt, digest = request.expect[ALT], request.expect[DIGEST]

    def judge(place: Place) -> list[Finding]:
        pictures = [one for one in above(place.slide) if one.picture]
        fits = [
            one for one in pictures if one.picture and (alt is None or form(alt) in form(one.alt))
            and (digest is None or one.picture.digest == digest.lower())
        ]  # fmt: skip
        found: Words = listed(one.alt or one.name for one in pictures) if pictures else phrase("no picture")
        return [judged(phrase("picture of the master"), bool(fits), phrase("a picture"), found, place.where)]

    return of_slides(deck, request, judge, A_SLIDE)


def _other_ground(place: Place, request: Request) -> bool:
    scene = child(place.slide.sheet.node, "p:cSld")
    drop(scene, "p:bg")
    ground, inner, fill = Node("p:bg", {}), Node("p:bgPr", {}), Node("a:solidFill", {})
    wanted = request.expect[INK]
    if wanted is None and request.expect[GROUND] == "solid":
        fill = Node("a:pattFill", {"prst": "pct5"})
    else:
        fill.add(Node("a:srgbClr", {"val": "7F0055" if not near("7F0055", wanted or "000000", 60) else "00AA55"}))
    inner.add(fill)
    ground.add(inner)
    scene.children = [ground, *scene.children]
    return True


@check(
    "pptx.background",
    phrase("Background"),
    "IU05",
    select=SLIDES,
    expect=(GROUND, INK),
    mutation=spoils(whole_slides, _other_ground),
)
def background(deck: Presentation, request: Request) -> Outcome:
    """What a slide's background is: its own, of its layout or of its master. Of a gradient one of its colours must fit."""
    kind, ink = request.expect[GROUND], request.expect[INK]

    def judge(place: Place) -> list[Finding]:
        ground, found = place.slide.background, list[Finding]()
        if kind is not None:
            said = GROUNDS.get(ground.kind, phrase("none"))
            found.append(judged(phrase("background"), ground.kind == kind, GROUNDS[kind], said, place.where))
        if ink is not None:
            right = any(near(one, ink) for one in ground.colours)
            found.append(
                judged(
                    phrase("colour of the background"),
                    right,
                    ink,
                    ", ".join(ground.colours) or phrase("none"),
                    place.where,
                )
            )
        return found

    return of_slides(deck, request, judge, A_SLIDE)


def _other_words(deck: Presentation, request: Request) -> str:
    wanted = request.expect[SAID]
    for sheet in (deck.notes_master, deck.handout_master):
        for one in sheet.shapes if sheet else ():
            if sheet and wanted and form(wanted) in form(one.text):
                for node in every(one.node, "a:p"):
                    node.children = [worded("a:r", "")]
                return sheet.part
    return ""


@check(
    "pptx.notes_master",
    phrase("Master of notes or handouts"),
    "IU09",
    expect=(SAID,),
    mutation=spoils_part(_other_words),
)
def notes_master(deck: Presentation, request: Request) -> Outcome:
    """There is a master of notes or of handouts; which words stand on it, where that is asked for."""
    wanted = request.expect[SAID]
    held = [one for one in (deck.notes_master, deck.handout_master) if one is not None]
    said = " ".join(one.text for sheet in held for one in sheet.shapes)
    right = bool(held) and (wanted is None or form(wanted) in form(said))
    return Outcome.of(
        [
            judged(
                phrase("master of notes"),
                right,
                quoted(wanted) if wanted else phrase("there"),
                quoted(said) if held else phrase("none"),
                EVERYWHERE,
            )
        ]
    )
