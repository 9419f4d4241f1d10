"""Checks of pictures and of where things stand: size, place, cut, description, within the slide."""

from __future__ import annotations

import re

from question_bank.formats.xml_tree import Node
from question_bank.phrase import phrase
from question_bank.practical.arguments import Span, choice, span, text, whole
from question_bank.practical.catalogue import Request, check
from question_bank.practical.findings import Finding, Outcome, Words, judged, quoted
from question_bank.practical.slides.judging import MILLIMETRE, millimetres, of_slides, outcome
from question_bank.practical.slides.model import Box, Presentation, Shape
from question_bank.practical.slides.places import SHAPES, SLIDES, Place, form, says, shapes_of
from question_bank.practical.slides.spoiling import child, drop, put, spoils, take_out, whole_slides

A_SLIDE = phrase("a slide that fits")
COUNT = span("count", phrase("how many; left out: at least one"))
WIDTH, HEIGHT = span("width_mm", phrase("width"), unit="mm"), span("height_mm", phrase("height"), unit="mm")
LEFT, TOP = (
    span("left_mm", phrase("from the left edge"), unit="mm"),
    span("top_mm", phrase("from the upper edge"), unit="mm"),
)
DIGEST = text("sha256", phrase("SHA-256 of the picture's bytes"))
CONTAINS = text("contains", phrase("what it contains"))
LEAST = whole("least", phrase("the fewest characters"), default=5)
AREAS = {
    "top_left": phrase("upper left"), "top": phrase("upper middle"), "top_right": phrase("upper right"), "left": phrase("middle left"), "middle": phrase("middle"),
    "right": phrase("middle right"), "bottom_left": phrase("lower left"), "bottom": phrase("lower middle"), "bottom_right": phrase("lower right"),
}  # fmt: skip
AREA = choice("area", phrase("which ninth of the slide its middle lies in"), AREAS)
CUTS = {name: span(name, phrase("cut off there"), unit="%") for name in ("left", "top", "right", "bottom")}
SIDES = {
    "left": phrase("on the left"),
    "top": phrase("above"),
    "right": phrase("on the right"),
    "bottom": phrase("below"),
}
_SLACK = 1  # mm: programs round to tenths, hands to less
_FILE = re.compile(
    r"(?i)[^ ]*\.(png|jpe?g|gif|bmp|svg|emf|wmf|tiff?)|(picture|image|hình ảnh|ảnh|chart|biểu đồ|graphic|content placeholder) ?\d*"
)
_DESCRIBED = ("picture", "chart", "diagram", "media")


def _pictures(deck: Presentation, request: Request) -> list[Place]:
    return shapes_of(deck, request, ("picture",))


def _without_picture(place: Place, request: Request) -> bool:
    for one in reversed(place.slide.shapes):
        if one.kind == "picture" and _right_picture(one, request):
            return take_out(place.slide.sheet.node, one.node)
    return False


def _right_picture(shape: Shape, request: Request) -> bool:
    digest = request.expect[DIGEST]
    return shape.picture is not None and (digest is None or shape.picture.digest == digest.lower())


def _many(deck: Presentation, request: Request) -> list[Place]:
    return [one for one in whole_slides(deck, request) if any(shape.kind == "picture" for shape in one.slide.shapes)]


@check(
    "pptx.picture",
    phrase("Picture on a slide"),
    "IU05",
    select=SLIDES,
    expect=(COUNT, DIGEST),
    mutation=spoils(_many, _without_picture),
)
def picture(deck: Presentation, request: Request) -> Outcome:
    """How many pictures a slide has itself; one of a certain file, where that is asked for."""
    wanted = request.expect[COUNT]

    def judge(place: Place) -> list[Finding]:
        held = [one for one in place.slide.shapes if _right_picture(one, request)]
        right = wanted.holds(len(held)) if wanted else bool(held)
        expected: Words = wanted.words() if wanted else phrase("at least one")
        return [judged(phrase("pictures"), right, expected, str(len(held)), place.where)]

    found = of_slides(deck, request, judge, A_SLIDE)
    targets = [
        Place(place.slide, one) for place in found.targets if isinstance(place, Place)
        for one in place.slide.shapes if _right_picture(one, request)
    ]  # fmt: skip
    return Outcome(found.findings, found.matched, tuple(targets or found.targets))


def _moved(place: Place, request: Request) -> bool:
    shape = place.shape
    if shape is None or shape.box is None or shape.groups:
        return False
    asked, box = request.expect, shape.box
    x, y, wide, high = box.x, box.y, box.width, box.height
    if asked[LEFT] is not None or asked[AREA] is not None:
        x += 60 * MILLIMETRE if x < 100 * MILLIMETRE else -60 * MILLIMETRE
    if asked[TOP] is not None or asked[AREA] is not None:
        y += 60 * MILLIMETRE if y < 60 * MILLIMETRE else -60 * MILLIMETRE
    if asked[WIDTH] is not None:
        wide *= 3
    if asked[HEIGHT] is not None:
        high *= 3
    return move(shape, Box(x, y, wide, high))


def move(shape: Shape, box: Box) -> bool:
    """Put a shape that stands in no group somewhere else."""
    spot = (
        child(shape.node, "p:xfrm", 1)
        if shape.node.name == "p:graphicFrame"
        else child(child(shape.node, "p:spPr", 1), "a:xfrm")
    )
    drop(spot, "a:off", "a:ext")
    off = Node("a:off", {"x": str(box.x), "y": str(box.y)})
    spot.children = [off, Node("a:ext", {"cx": str(box.width), "cy": str(box.height)}), *spot.children]
    return True


def _objects(deck: Presentation, request: Request) -> list[Place]:
    return [one for one in shapes_of(deck, request) if one.shape and one.shape.box]


@check(
    "pptx.place",
    phrase("Size and place"),
    "IU05",
    select=SHAPES,
    expect=(LEFT, TOP, WIDTH, HEIGHT, AREA),
    mutation=spoils(_objects, _moved),
)
def where_it_stands(deck: Presentation, request: Request) -> Outcome:
    """Where a shape stands and how large it is, give or take a millimetre, or which ninth of the slide its middle lies in."""
    asked = request.expect

    def judge(place: Place) -> list[Finding]:
        box = place.shape.box if place.shape else None
        assert box is not None
        found: list[Finding] = []
        for field, item, length in (
            (LEFT, phrase("from the left edge"), box.x), (TOP, phrase("from the upper edge"), box.y), (WIDTH, phrase("width"), box.width),
            (HEIGHT, phrase("height"), box.height),
        ):  # fmt: skip
            if (wanted := asked[field]) is not None:
                what = phrase("%(what)s of %(place)s", what=item, place=place.item)
                right = Span(wanted.low - _SLACK, wanted.high + _SLACK).holds(length / MILLIMETRE)
                found.append(judged(what, right, f"{wanted.words()} mm", f"{millimetres(length)} mm", place.where))
        if area := asked[AREA]:
            here = _area(box, deck)
            found.append(
                judged(
                    phrase("place of %(place)s", place=place.item), here == area, AREAS[area], AREAS[here], place.where
                )
            )
        return found

    return outcome(request, _objects(deck, request), judge, phrase("a shape that fits"))


def _area(box: Box, deck: Presentation) -> str:
    across = min(2, max(0, int(3 * (box.x + box.width / 2) / max(1, deck.width))))
    down = min(2, max(0, int(3 * (box.y + box.height / 2) / max(1, deck.height))))
    return list(AREAS)[3 * down + across]


def _uncut(place: Place, request: Request) -> bool:
    filling = place.shape.node.child("p:blipFill") if place.shape else None
    if filling is None:
        return False
    zero = any(wanted.holds(0) for field in CUTS.values() if (wanted := request.expect[field]) is not None)
    drop(filling, "a:srcRect")
    filling.children = [
        *filling.children[:1],
        Node("a:srcRect", dict.fromkeys("ltrb", "45000" if zero else "0")),
        *filling.children[1:],
    ]
    return True


@check(
    "pptx.crop",
    phrase("Picture is cut"),
    "IU09",
    select=SHAPES,
    expect=tuple(CUTS.values()),
    mutation=spoils(_pictures, _uncut),
)
def crop(deck: Presentation, request: Request) -> Outcome:
    """What is cut off a picture on its sides; where the rubric says none, that anything is."""

    def judge(place: Place) -> list[Finding]:
        cut = place.shape.picture.crop if place.shape and place.shape.picture else (0, 0, 0, 0)
        found: list[Finding] = []
        for at, (side, field) in enumerate(CUTS.items()):
            if (wanted := request.expect[field]) is not None:
                right = Span(wanted.low - 2, wanted.high + 2).holds(cut[at] / 1000)
                found.append(
                    judged(
                        phrase("cut off: %(side)s", side=SIDES[side]),
                        right,
                        f"{wanted.words()} %",
                        f"{cut[at] / 1000:g} %",
                        place.where,
                    )
                )
        said: Words = ", ".join(f"{one / 1000:g} %" for one in cut)
        return found or [judged(phrase("cut"), any(cut), phrase("cut off somewhere"), said, place.where)]

    return outcome(request, _pictures(deck, request), judge, phrase("a picture"))


def _described(deck: Presentation, request: Request) -> list[Place]:
    return [one for one in shapes_of(deck, request, _DESCRIBED) if one.shape and (not one.shape.decorative)]


def _undescribed(place: Place, _: Request) -> bool:
    for one in place.shape.node.children if place.shape else ():
        if one.name.startswith("p:nv") and (name := one.child("p:cNvPr")) is not None:
            return put(name, descr="")
    return False


@check(
    "pptx.alt_text",
    phrase("Description of pictures"),
    "IU09",
    select=SHAPES,
    expect=(CONTAINS, LEAST),
    mutation=spoils(_described, _undescribed),
)
def alt_text(deck: Presentation, request: Request) -> Outcome:
    """Pictures, charts and the like have a description that is not merely the name of a file; what is marked as decoration needs none."""
    wanted, least = request.expect[CONTAINS], request.expect[LEAST] or 1

    def judge(place: Place) -> list[Finding]:
        said = place.shape.alt.strip() if place.shape else ""
        right = len(said) >= least and not _FILE.fullmatch(form(said)) and (wanted is None or says(said, wanted))
        expected: Words = quoted(wanted) if wanted else phrase("a description")
        name = quoted(place.shape.name) if place.shape else ""
        return [
            judged(
                phrase("description of %(name)s", name=name),
                right,
                expected,
                quoted(said) if said else phrase("none"),
                place.where,
            )
        ]

    return outcome(request, _described(deck, request), judge, phrase("a picture"))


def _outside(place: Place, _: Request) -> bool:
    shape = place.shape
    if shape is None or shape.box is None or shape.groups:
        return False
    return move(shape, Box(-shape.box.width - 40 * MILLIMETRE, shape.box.y, shape.box.width, shape.box.height))


@check(
    "pptx.inside",
    phrase("Nothing beyond the edge of the slide"),
    "IU05",
    select=SHAPES,
    mutation=spoils(_objects, _outside),
)
def inside(deck: Presentation, request: Request) -> Outcome:
    """Shapes lie on the slide, give or take a millimetre; turned ones are taken as they were before the turn."""
    slack = _SLACK * MILLIMETRE

    def judge(place: Place) -> list[Finding]:
        box = place.shape.box if place.shape else None
        assert box is not None
        over = max(-box.x, -box.y, box.x + box.width - deck.width, box.y + box.height - deck.height)
        found: Words = (
            phrase("%(length)s mm beyond", length=millimetres(over)) if over > slack else phrase("on the slide")
        )
        return [judged(place.item, over <= slack, phrase("on the slide"), found, place.where)]

    return outcome(request, _objects(deck, request), judge, phrase("a shape that fits"))
