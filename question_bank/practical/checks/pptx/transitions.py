"""Checks of how slides come and go."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from question_bank.formats.xml_tree import Node
from question_bank.phrase import phrase
from question_bank.practical.arguments import choices, span, truth
from question_bank.practical.catalogue import Request, check
from question_bank.practical.findings import Finding, Outcome, Words, judged
from question_bank.practical.slides.judging import of_slides, told
from question_bank.practical.slides.model import Presentation
from question_bank.practical.slides.places import SLIDES, Place
from question_bank.practical.slides.spoiling import drop, put, spoils, take_out, whole_slides

A_SLIDE, A_SHAPE = phrase("a slide that fits"), phrase("a shape that fits")
# What people choose in PowerPoint's list -> the elements that programs write for it (ISO/IEC 29500-1, 19.5; [MS-PPTX] 2.2).
_COMING: Mapping[str, tuple[str, ...]] = {
    "fade": ("fade",), "push": ("push",), "wipe": ("wipe",), "split": ("split",), "reveal": ("reveal",), "cut": ("cut",), "random_bars": ("randomBar",),
    "shape": ("circle", "diamond", "plus", "zoom"), "uncover": ("pull",), "cover": ("cover",), "flash": ("flash",), "dissolve": ("dissolve",),
    "checkerboard": ("checker",), "blinds": ("blinds",), "clock": ("wheel", "wheelReverse", "wedge"), "comb": ("comb",), "newsflash": ("newsflash",),
    "strips": ("strips",), "random": ("random",), "morph": ("morph",), "zoom": ("zoom", "warp", "flythrough"), "vortex": ("vortex",), "switch": ("switch",),
    "flip": ("flip",), "gallery": ("gallery",), "cube": ("prism",), "doors": ("doors",), "ripple": ("ripple",), "honeycomb": ("honeycomb",),
    "glitter": ("glitter",), "shred": ("shred",), "window": ("window",), "pan": ("pan",), "ferris": ("ferris",), "conveyor": ("conveyor",),
}  # fmt: skip
_COMING_WORDS = {name: phrase("%(name)s", name=name.replace("_", " ")) for name in (*_COMING, "any", "none")}
KIND = choices("transition", phrase("how the slide comes; several are equally right"), _COMING_WORDS)
LASTS = span("seconds", phrase("how long it takes"), unit="s")
SOUND = truth("sound", phrase("with a sound"))
AFTER = span("after_s", phrase("goes on by itself after"), unit="s")
CLICK = truth("by_click", phrase("goes on with a click"))
_SLACK = Fraction(6, 100)  # seconds: programs round to tenths


def _changed(place: Place, request: Request) -> bool:
    """Take the transition away, or give it one where there must be none; where only its time or sound is asked for, change that."""
    asked, slide = request.expect, place.slide
    now = slide.transition.node if slide.transition else None
    if "none" in asked[KIND] or now is None:
        node = Node("p:transition", {})
        node.add(Node("p:newsflash", {}))
        slide.sheet.node.add(node)
        return "none" in asked[KIND]
    if asked[KIND]:
        return take_out(slide.sheet.node, now)
    if asked[LASTS] is not None:
        return put(now, p14__dur="98000")
    if asked[SOUND]:
        return drop(now, "p:sndAc")
    now.add(_sound())
    return asked[SOUND] is not None


def _sound() -> Node:
    node = Node("p:sndAc", {})
    node.add(Node("p:stSnd", {}))
    return node


@check(
    "pptx.transition",
    phrase("Transition of slides"),
    "IU09",
    select=SLIDES,
    expect=(KIND, LASTS, SOUND),
    mutation=spoils(whole_slides, _changed),
)
def transition(deck: Presentation, request: Request) -> Outcome:
    """How slides come: the kind under the name of PowerPoint's list, how long it takes, with a sound. On every slide that is selected."""
    wanted, lasts, sound = request.expect[KIND], request.expect[LASTS], request.expect[SOUND]
    elements = {element for one in wanted for element in _COMING.get(one, ())}

    def judge(place: Place) -> list[Finding]:
        now, found = place.slide.transition, list[Finding]()
        kind = now.kind if now else ""
        if wanted:
            right = kind in elements or ("any" in wanted and bool(kind)) or ("none" in wanted and not kind)
            said: Words = kind or phrase("no transition")
            found.append(judged(phrase("transition"), right, _COMING_WORDS[wanted[0]], said, place.where))
        if lasts is not None:
            seconds = now.duration_ms / 1000 if now and now.duration_ms is not None else None
            right = seconds is not None and lasts.holds(round(seconds, 2))
            found.append(
                judged(
                    phrase("time"),
                    right,
                    f"{lasts.words()} s",
                    f"{seconds:g} s" if seconds else phrase("none"),
                    place.where,
                )
            )
        if sound is not None:
            here = now is not None and now.sound
            found.append(judged(phrase("sound"), here == sound, told(sound), told(here), place.where))
        return found

    return of_slides(deck, request, judge, A_SLIDE)


def _other_advance(place: Place, request: Request) -> bool:
    now = place.slide.transition.node if place.slide.transition else None
    if now is None:
        now = Node("p:transition", {})
        place.slide.sheet.node.add(now)
    after, click = request.expect[AFTER], request.expect[CLICK]
    if after is not None:
        put(now, advTm="987000")
    if click is not None:
        put(now, advClick="0" if click else "1")
    return after is not None or click is not None


@check(
    "pptx.advance",
    phrase("When the next slide comes"),
    "IU09",
    select=SLIDES,
    expect=(AFTER, CLICK),
    mutation=spoils(whole_slides, _other_advance),
)
def advance(deck: Presentation, request: Request) -> Outcome:
    """After how many seconds the show goes on by itself, and whether a click does it."""
    after, click = request.expect[AFTER], request.expect[CLICK]

    def judge(place: Place) -> list[Finding]:
        now, found = place.slide.transition, list[Finding]()
        if after is not None:
            ms = now.after_ms if now else None
            right = ms is not None and after.holds(ms / 1000, _SLACK)
            found.append(
                judged(
                    phrase("by itself"),
                    right,
                    f"{after.words()} s",
                    phrase("no") if ms is None else f"{ms / 1000:g} s",
                    place.where,
                )
            )
        if click is not None:
            # LibreOffice offers either a click or a time, and writes the time alone.
            timed = deck.of_libreoffice and now is not None and now.after_ms is not None
            here = now is None or (now.by_click and not timed)
            found.append(judged(phrase("with a click"), here == click, told(click), told(here), place.where))
        return found

    return of_slides(deck, request, judge, A_SLIDE)
