"""Checks of animations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from question_bank.phrase import phrase
from question_bank.practical.arguments import choice, choices, span, texts
from question_bank.practical.catalogue import Request, check
from question_bank.practical.checks.pptx.drawn import named
from question_bank.practical.findings import Finding, Outcome, Words, judged
from question_bank.practical.slides.judging import listed, of_slides, outcome
from question_bank.practical.slides.model import Presentation, Shape, Slide
from question_bank.practical.slides.nodes import every, first
from question_bank.practical.slides.places import SHAPES, SLIDES, Place, shapes_of
from question_bank.practical.slides.shows import Effect
from question_bank.practical.slides.spoiling import put, spoils, whole_slides

A_SLIDE, A_SHAPE = phrase("a slide that fits"), phrase("a shape that fits")
FAMILIES = {
    "entrance": phrase("entrance"), "emphasis": phrase("emphasis"), "exit": phrase("exit"), "motion": phrase("motion path"), "any": phrase("any"),
}  # fmt: skip
FAMILY = choice("family", phrase("what the animation does"), FAMILIES, default="any")
# Names of PowerPoint's list -> numbers of presets, the older and the newer ones ([MS-OE376] 2.1.1285 ff.).
_PRESETS: Mapping[str, tuple[int, ...]] = {
    "appear": (1,), "fly_in": (2,), "blinds": (3,), "box": (4,), "checkerboard": (5,), "circle": (6,), "shape": (4, 6, 8, 13), "crawl": (7,),
    "dissolve": (9,), "fade": (10,), "peek": (12,), "plus": (13,), "random_bars": (14,), "split": (16,), "stretch": (17,), "strips": (18,),
    "swivel": (19, 45), "wedge": (20,), "wheel": (21,), "wipe": (22,), "zoom": (23, 53), "bounce": (26,), "float": (30, 42, 47), "grow_turn": (31,),
    "rise_up": (37,), "grow_shrink": (6,), "spin": (8,), "transparency": (9,), "pulse": (26,), "teeter": (32,), "blink": (35,),
}  # fmt: skip
PRESET = choices("effect", phrase("which animation; several are equally right"), {
    name: phrase("%(name)s", name=name.replace("_", " ")) for name in _PRESETS
})  # fmt: skip
TRIGGERS = {
    "click": phrase("on a click"), "with": phrase("with the one before"), "after": phrase("after the one before"), "shape": phrase("on a click on a shape"),
}  # fmt: skip
TRIGGER = choice("trigger", phrase("what starts it"), TRIGGERS)
DURATION, DELAY = (
    span("seconds", phrase("how long it takes"), unit="s"),
    span("delay_s", phrase("how long it waits"), unit="s"),
)
ORDER = texts("shapes", phrase("words, names or descriptions of shapes in the order they are animated"), required=True)
_SLACK = Fraction(6, 100)  # seconds: programs round to tenths
_COORDINATE = re.compile(r"-?\d{1,6}(?:\.\d{1,20})?(?:[eE]-?\d{1,2})?")
_MOST_POINTS = 2000


def _moved_by(shape: Shape, effect: Effect) -> bool:
    return effect.shape in (shape.id, *shape.groups)


def _of(place: Place) -> list[Effect]:
    """The animations of a shape, or of all shapes of a slide."""
    return [one for one in place.slide.effects if place.shape is None or _moved_by(place.shape, one)]


def _fits(one: Effect, request: Request, family: str) -> bool:
    presets = {number for name in request.expect[PRESET] for number in _PRESETS[name]}
    trigger = request.expect[TRIGGER]
    return (
        one.family != "media"
        and (family == "any" or one.family == family)
        and (not presets or one.preset in presets)
        and (trigger is None or one.trigger == trigger)
    )


def _animated(deck: Presentation, request: Request) -> list[Place]:
    return [
        one
        for one in shapes_of(deck, request)
        if one.shape and one.shape.placeholder not in ("footer", "date", "number")
    ]


def _no_effect(place: Place, _: Request) -> bool:
    nodes = [one.node for one in _of(place)]
    for node in nodes:
        node.attributes = {name: said for name, said in node.attributes.items() if name != "presetClass"}
    return bool(nodes)


@check(
    "pptx.animation",
    phrase("Animation"),
    "IU09",
    select=SHAPES,
    expect=(FAMILY, PRESET, TRIGGER),
    mutation=spoils(_animated, _no_effect),
)
def animation(deck: Presentation, request: Request) -> Outcome:
    """A shape is animated: in which way, by which effect, started by what. One animation of the shape must fit in all of it."""
    family = request.expect[FAMILY] or "any"

    def judge(place: Place) -> list[Finding]:
        held = _of(place)
        fits = [one for one in held if _fits(one, request, family)]
        item = phrase("animation of %(place)s", place=place.item)
        said: Words = _told(fits or held) if held else phrase("no animation")
        return [judged(item, bool(fits), _expected(request, family), said, place.where)]

    return outcome(request, _animated(deck, request), judge, A_SHAPE)


def _expected(request: Request, family: str) -> Words:
    names, trigger = request.expect[PRESET], request.expect[TRIGGER]
    return phrase(
        "%(family)s: %(effect)s, %(trigger)s", family=FAMILIES[family], effect=", ".join(one.replace("_", " ") for one in names) or "…",
        trigger=TRIGGERS[trigger] if trigger else "…",
    )  # fmt: skip


def _told(held: Sequence[Effect]) -> Words:
    one = held[0]
    name = next((name for name, numbers in _PRESETS.items() if one.preset in numbers), str(one.preset))
    return phrase(
        "%(family)s: %(effect)s, %(trigger)s", family=FAMILIES.get(one.family, one.family), effect=name.replace("_", " "),
        trigger=TRIGGERS.get(one.trigger, one.trigger),
    )  # fmt: skip


def _other_time(place: Place, request: Request) -> bool:
    for one in _of(place):
        if request.expect[DURATION] is not None:
            for behaviour in every(one.node, "p:cBhvr"):
                for timed in behaviour.all("p:cTn"):
                    put(timed, dur="98000")
        if request.expect[DELAY] is not None and (start := first(one.node, "p:stCondLst", "p:cond")) is not None:
            put(start, delay="97000")
    return bool(_of(place))


@check(
    "pptx.animation_time",
    phrase("Times of an animation"),
    "IU09",
    select=SHAPES,
    expect=(DURATION, DELAY),
    mutation=spoils(_animated, _other_time),
)
def animation_time(deck: Presentation, request: Request) -> Outcome:
    """How long an animation takes and waits; one animation of the shape must fit in both."""
    lasts, waits = request.expect[DURATION], request.expect[DELAY]

    def fits(one: Effect) -> bool:
        took = lasts is None or (one.duration_ms is not None and lasts.holds(one.duration_ms / 1000, _SLACK))
        return took and (waits is None or waits.holds(one.delay_ms / 1000, _SLACK))

    def judge(place: Place) -> list[Finding]:
        held = _of(place)
        right = [one for one in held if fits(one)]
        shown = (right or held)[:1]
        said: Words = phrase(
            "%(duration)s s, waits %(delay)s s", duration="—" if shown[0].duration_ms is None else f"{shown[0].duration_ms / 1000:g}",
            delay=f"{shown[0].delay_ms / 1000:g}",
        ) if shown else phrase("no animation")  # fmt: skip
        expected = phrase(
            "%(duration)s s, waits %(delay)s s",
            duration=lasts.words() if lasts else "…",
            delay=waits.words() if waits else "…",
        )
        return [judged(phrase("animation of %(place)s", place=place.item), bool(right), expected, said, place.where)]

    return outcome(request, _animated(deck, request), judge, A_SHAPE)


def _rows(slide: Slide, names: Iterable[str]) -> list[int | None]:
    """The place of the first animation of each named shape; None where it has none."""
    found: list[int | None] = []
    for name in names:
        shapes = [one for one in slide.shapes if named(one, name)]
        spots = [at for at, effect in enumerate(slide.effects) for one in shapes if _moved_by(one, effect)]
        found.append(min(spots) if spots else None)
    return found


def _backwards(place: Place, _: Request) -> bool:
    """Exchange the shapes of the first and the last animation of another shape."""
    nodes = [list(every(one.node, "p:spTgt")) for one in place.slide.effects]
    if len(nodes) < 2 or not nodes[0] or not nodes[-1]:
        return False
    one, other = nodes[0][0].get("spid"), nodes[-1][0].get("spid")
    for targets, said in ((nodes[0], other), (nodes[-1], one)):
        for node in targets:
            put(node, spid=said)
    return one != other


@check(
    "pptx.animation_order",
    phrase("Order of animations"),
    "IU09",
    select=SLIDES,
    expect=(ORDER,),
    mutation=spoils(whole_slides, _backwards),
)
def animation_order(deck: Presentation, request: Request) -> Outcome:
    """Shapes are animated in this order; others may come between them."""
    names = request.expect[ORDER]

    def judge(place: Place) -> list[Finding]:
        rows = _rows(place.slide, names)
        there = [one for one in rows if one is not None]
        right = len(there) == len(rows) and there == sorted(there) and len(set(there)) == len(there)
        order = sorted((at, name) for at, name in zip(rows, names, strict=True) if at is not None)
        said: Words = listed(name for _, name in order) if order else phrase("no animation")
        return [judged(phrase("order of animations"), right, listed(names), said, place.where)]

    return of_slides(deck, request, judge, A_SLIDE)


DIRECTIONS = {
    "right": phrase("to the right"), "left": phrase("to the left"), "up": phrase("upwards"), "down": phrase("downwards"), "any": phrase("anywhere"),
}  # fmt: skip
DIRECTION = choice("direction", phrase("where the shape moves"), DIRECTIONS, default="any")


@check(
    "pptx.motion_path",
    phrase("Motion path"),
    "IU09",
    select=SHAPES,
    expect=(DIRECTION,),
    mutation=spoils(_animated, _no_effect),
)
def motion_path(deck: Presentation, request: Request) -> Outcome:
    """A shape moves along a path; to which side its end lies from its start, where that is asked for."""
    wanted = request.expect[DIRECTION] or "any"

    def judge(place: Place) -> list[Finding]:
        ends = [_direction(one.path) for one in _of(place) if one.family == "motion"]
        right = bool(ends) and (wanted == "any" or wanted in ends)
        said: Words = DIRECTIONS[ends[0]] if ends else phrase("no motion path")
        return [judged(phrase("motion of %(place)s", place=place.item), right, DIRECTIONS[wanted], said, place.where)]

    return outcome(request, _animated(deck, request), judge, A_SHAPE)


def _direction(path: str) -> str:
    """Where a path leads: from its first to its last pair of coordinates, in parts of the slide."""
    numbers = [float(one) for one in _COORDINATE.findall(path)][: 2 * _MOST_POINTS]
    if len(numbers) < 4:
        return "any"
    across, down = numbers[-2] - numbers[0], numbers[-1] - numbers[1]
    if abs(across) >= abs(down):
        return "right" if across > 0 else "left"
    return "down" if down > 0 else "up"
