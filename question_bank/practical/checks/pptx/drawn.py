"""Checks of drawn shapes: what they are, how they look, groups, order, alignment, SmartArt, WordArt."""

from __future__ import annotations

import itertools

from question_bank.formats.xml_tree import Node
from question_bank.phrase import phrase
from question_bank.practical.arguments import choice, colour, number, span, text, texts
from question_bank.practical.catalogue import Request, check
from question_bank.practical.checks.pptx.pictures import move
from question_bank.practical.findings import Finding, Outcome, Words, judged, quoted
from question_bank.practical.slides.judging import MILLIMETRE, listed, of_slides, outcome
from question_bank.practical.slides.looks import FILLS
from question_bank.practical.slides.model import Box, Presentation, Shape
from question_bank.practical.slides.nodes import EMU_PER_POINT, first
from question_bank.practical.slides.palette import near
from question_bank.practical.slides.places import SHAPES, SLIDES, Place, form, says, shapes_of
from question_bank.practical.slides.spoiling import child, drop, put, spoils, whole_slides

A_SLIDE, A_SHAPE = phrase("a slide that fits"), phrase("a shape that fits")
GEOMETRY = texts(
    "geometry",
    phrase("the shape by its name in the format, like `rightArrow`; several are equally right"),
    required=True,
)
COUNT = span("count", phrase("how many; left out: at least one"))
INSIDE = text("text", phrase("what is written in it"))
FILL, LINE = colour("fill", phrase("colour of its face")), colour("line", phrase("colour of its outline"))
FACES = {
    "solid": phrase("one colour"), "gradient": phrase("a gradient"), "picture": phrase("a picture"), "pattern": phrase("a pattern"), "none": phrase("none"),
}  # fmt: skip
FACE = choice("fill_kind", phrase("what fills its face"), FACES)
WIDTH = span("line_pt", phrase("width of its outline"), unit="pt")
EFFECTS = {
    "shadow": phrase("shadow"), "glow": phrase("glow"), "reflection": phrase("reflection"), "soft_edges": phrase("soft edges"), "bevel": phrase("bevel"),
    "any": phrase("any"),
}  # fmt: skip
EFFECT = choice("effect", phrase("its effect"), EFFECTS)
_EFFECTS = {
    "shadow": ("outerShdw", "innerShdw", "prstShdw"), "glow": ("glow",), "reflection": ("reflection",), "soft_edges": ("softEdge",), "bevel": ("bevel", "3d"),
}  # fmt: skip
MEMBERS = texts("members", phrase("words, names or descriptions of the shapes in the group"))
SIZE = span("size", phrase("how many shapes are in it"))
EDGES = {
    "left": phrase("left edges"), "center": phrase("middles, one below the other"), "right": phrase("right edges"), "top": phrase("upper edges"),
    "middle": phrase("middles, side by side"), "bottom": phrase("lower edges"),
}  # fmt: skip
EDGE = choice("edge", phrase("what lies on one line"), EDGES, required=True)
AXES = {"horizontal": phrase("side by side"), "vertical": phrase("one below the other")}
AXIS = choice("axis", phrase("in which direction"), AXES, default="horizontal")
TOLERANCE = number("tolerance_mm", phrase("tolerance"), unit="mm", default="1")
FRONT, BACK = text("front", phrase("words, name or description of the one in front"), required=True), text("back", phrase("of the one behind"), required=True)  # fmt: skip
ONE_IS_ENOUGH = phrase("at least one")


def _drawn(shape: Shape, request: Request) -> bool:
    inside = request.expect[INSIDE]
    return (
        shape.geometry in request.expect[GEOMETRY]
        and not shape.placeholder
        and (inside is None or says(shape.text, inside))
    )


def _with_shape(deck: Presentation, request: Request) -> list[Place]:
    return [one for one in whole_slides(deck, request) if any(_drawn(shape, request) for shape in one.slide.shapes)]


def _other_shape(place: Place, request: Request) -> bool:
    changed = False
    for one in place.slide.shapes:
        if _drawn(one, request) and (said := first(one.node, "p:spPr", "a:prstGeom")) is not None:
            changed = put(said, prst="lightningBolt" if "lightningBolt" not in request.expect[GEOMETRY] else "moon")
    return changed


@check(
    "pptx.shape",
    phrase("Drawn shape"),
    "IU05",
    select=SLIDES,
    expect=(GEOMETRY, COUNT, INSIDE),
    mutation=spoils(_with_shape, _other_shape),
)
def shape(deck: Presentation, request: Request) -> Outcome:
    """Shapes of a sort stand on the slide, with certain words in them where that is asked for."""
    wanted, names = request.expect[COUNT], request.expect[GEOMETRY]

    def judge(place: Place) -> list[Finding]:
        held = [one for one in place.slide.shapes if _drawn(one, request)]
        right = wanted.holds(len(held)) if wanted else bool(held)
        expected: Words = wanted.words() if wanted else ONE_IS_ENOUGH
        return [judged(quoted(", ".join(names)), right, expected, str(len(held)), place.where)]

    found = of_slides(deck, request, judge, A_SLIDE)
    places = [one for one in found.targets if isinstance(one, Place)]
    targets = [Place(place.slide, one) for place in places for one in place.slide.shapes if _drawn(one, request)]
    return Outcome(found.findings, found.matched, tuple(targets or found.targets))


def _shapes(deck: Presentation, request: Request) -> list[Place]:
    return shapes_of(deck, request, ("shape", "text", "line", "picture"))


def _other_look(place: Place, request: Request) -> bool:
    asked = request.expect
    if place.shape is None:
        return False
    said = child(place.shape.node, "p:spPr", 1)
    if asked[FILL] is not None or asked[FACE] is not None:
        drop(said, *FILLS)
        fill = Node("a:pattFill" if asked[FACE] == "solid" or asked[FILL] else "a:solidFill", {})
        fill.add(Node("a:srgbClr", {"val": "7F0055"}))
        at = next((at for at, one in enumerate(said.children) if one.name in ("a:prstGeom", "a:custGeom")), -1) + 1
        said.children = [*said.children[:at], fill, *said.children[at:]]
    if asked[LINE] is not None or asked[WIDTH] is not None:
        edge = child(said, "a:ln", len(said.children))
        drop(edge, *FILLS)
        edge.children = [Node("a:noFill", {}), *edge.children]
        put(edge, w="1" if asked[WIDTH] is not None else edge.get("w") or "9525")
    if asked[EFFECT] is not None:
        drop(said, "a:sp3d")
        child(said, "a:effectLst", len(said.children)).children = []
    return True


@check(
    "pptx.shape_look",
    phrase("Fill, outline and effect of a shape"),
    "IU05",
    select=SHAPES,
    expect=(FILL, FACE, LINE, WIDTH, EFFECT),
    mutation=spoils(_shapes, _other_look),
)
def shape_look(deck: Presentation, request: Request) -> Outcome:
    """How a shape is filled and drawn, the theme's styles worked out; of a gradient one colour must fit."""

    def judge(place: Place) -> list[Finding]:
        return _looks(place, request)

    return outcome(request, _shapes(deck, request), judge, A_SHAPE)


def _looks(place: Place, request: Request) -> list[Finding]:
    one, asked, found = place.shape, request.expect, list[Finding]()
    assert one is not None

    def add(item: Words, right: bool, expected: Words, said: Words) -> None:
        what = phrase("%(what)s of %(place)s", what=item, place=place.item)
        found.append(judged(what, right, expected, said or phrase("none"), place.where))

    if (fill := asked[FILL]) is not None:
        right = one.fill.kind in ("solid", "gradient") and any(near(c, fill) for c in one.fill.colours)
        add(phrase("fill"), right, fill, ", ".join(one.fill.colours))
    if (face := asked[FACE]) is not None:
        add(phrase("fill"), (one.fill.kind or "none") == face, FACES[face], FACES.get(one.fill.kind, phrase("none")))
    if (line := asked[LINE]) is not None:
        add(phrase("outline"), any(near(c, line) for c in one.line.colours), line, ", ".join(one.line.colours))
    if (width := asked[WIDTH]) is not None:
        points = one.line_width / EMU_PER_POINT
        add(
            phrase("outline"),
            one.line.kind != "none" and width.holds(round(points, 1)),
            f"{width.words()} pt",
            f"{points:g} pt",
        )
    if (effect := asked[EFFECT]) is not None:
        right = bool(one.effects) if effect == "any" else bool({*_EFFECTS[effect]} & {*one.effects})
        known = [EFFECTS[name] for name, names in _EFFECTS.items() if {*names} & {*one.effects}]
        add(phrase("effect"), right, EFFECTS[effect], known[0] if known else "")
    return found


def named(one: Shape, wanted: str) -> bool:
    """Whether a shape is meant: by its words, its description or its name."""
    return says(one.text, wanted) or says(one.alt, wanted) or form(one.name) == form(wanted)


def _groups(place: Place) -> dict[str, list[Shape]]:
    """The outermost groups of a slide with what they hold."""
    found: dict[str, list[Shape]] = {}
    for one in place.slide.shapes:
        if one.groups:
            found.setdefault(one.groups[0], []).append(one)
    return found


def _ungroup(place: Place, _: Request) -> bool:
    tree = first(place.slide.sheet.node, "p:cSld", "p:spTree")
    if tree is None or not any(one.name == "p:grpSp" for one in tree.children):
        return False
    loose: list[Node] = []
    for one in tree.children:
        inner = [part for part in one.children if part.name not in ("p:nvGrpSpPr", "p:grpSpPr")]
        loose += inner if one.name == "p:grpSp" else [one]
    tree.children = loose
    return True


@check(
    "pptx.grouped",
    phrase("Shapes are grouped"),
    "IU05",
    select=SLIDES,
    expect=(MEMBERS, SIZE),
    mutation=spoils(whole_slides, _ungroup),
)
def grouped(deck: Presentation, request: Request) -> Outcome:
    """One group of the slide holds all these shapes, or so many."""
    members, size = request.expect[MEMBERS], request.expect[SIZE]

    def judge(place: Place) -> list[Finding]:
        groups = _groups(place)
        fits = [
            held for held in groups.values() if all(any(named(one, wanted) for one in held) for wanted in members)
            and (size is None or size.holds(len(held)))
        ]  # fmt: skip
        expected: Words = (
            listed(members) if members else phrase("a group of %(size)s", size=size.words() if size else "2")
        )
        said: Words = "; ".join(listed(one.text or one.name for one in held) for held in groups.values()) or phrase(
            "no group"
        )
        return [judged(phrase("group"), bool(fits), expected, said, place.where)]

    return of_slides(deck, request, judge, A_SLIDE)


def _edge(box: Box, edge: str) -> float:
    match edge:
        case "left":
            return box.x
        case "center":
            return box.x + box.width / 2
        case "right":
            return box.x + box.width
        case "top":
            return box.y
        case "middle":
            return box.y + box.height / 2
    return box.y + box.height


def _standing(deck: Presentation, request: Request) -> list[tuple[Place, list[tuple[Shape, Box]]]]:
    """The selected shapes with their boxes, slide by slide."""
    found: dict[int, tuple[Place, list[tuple[Shape, Box]]]] = {}
    for one in shapes_of(deck, request, ("shape", "text", "picture", "table", "chart", "diagram", "media")):
        if one.shape and one.shape.box and (request.refs is not None or not one.shape.placeholder):
            found.setdefault(one.slide.number, (Place(one.slide), []))[1].append((one.shape, one.shape.box))
    return list(found.values())


def _shifted(deck: Presentation, request: Request) -> list[Place]:
    return [Place(place.slide, held[-1][0]) for place, held in _standing(deck, request) if len(held) > 1]


def _shift(place: Place, _: Request) -> bool:
    one = place.shape
    if one is None or one.box is None or one.groups:
        return False
    return move(one, Box(one.box.x + 9 * MILLIMETRE, one.box.y + 9 * MILLIMETRE, one.box.width, one.box.height))


@check(
    "pptx.aligned",
    phrase("Shapes are aligned"),
    "IU09",
    select=SHAPES,
    expect=(EDGE, TOLERANCE),
    mutation=spoils(_shifted, _shift),
)
def aligned(deck: Presentation, request: Request) -> Outcome:
    """The selected shapes of each slide have one edge or middle on a line; shapes in places of the layout are left out."""
    edge, slack = request.expect[EDGE] or "left", float(request.expect[TOLERANCE] or 1) * MILLIMETRE
    rows = [(place, held) for place, held in _standing(deck, request) if len(held) > 1]
    if not rows:
        return Outcome.nothing(phrase("several shapes"))
    found = []
    for place, held in rows:
        ends = [_edge(box, edge) for _, box in held]
        apart = (max(ends) - min(ends)) / MILLIMETRE
        right = max(ends) - min(ends) <= slack
        found.append(
            judged(
                EDGES[edge],
                right,
                phrase("on one line"),
                phrase("%(length)s mm apart", length=f"{apart:.1f}"),
                place.where,
            )
        )
    return Outcome.of(found, [Place(place.slide, one) for place, held in rows for one, _ in held])


@check(
    "pptx.distributed",
    phrase("Shapes are evenly spaced"),
    "IU09",
    select=SHAPES,
    expect=(AXIS, TOLERANCE),
    mutation=spoils(_shifted, _shift),
)
def distributed(deck: Presentation, request: Request) -> Outcome:
    """Between the selected shapes of each slide, three or more, there is the same room."""
    across, slack = request.expect[AXIS] != "vertical", float(request.expect[TOLERANCE] or 1) * MILLIMETRE
    rows = [(place, held) for place, held in _standing(deck, request) if len(held) > 2]
    if not rows:
        return Outcome.nothing(phrase("several shapes"))
    found = []
    for place, held in rows:
        spans = sorted((box.x, box.x + box.width) if across else (box.y, box.y + box.height) for _, box in held)
        gaps = [after[0] - before[1] for before, after in itertools.pairwise(spans)]
        said = ", ".join(f"{gap / MILLIMETRE:.1f} mm" for gap in gaps)
        apart = all(after[0] - before[0] > slack for before, after in itertools.pairwise(spans))
        right = apart and max(gaps) - min(gaps) <= 2 * slack
        found.append(
            judged(AXES["horizontal" if across else "vertical"], right, phrase("the same room"), said, place.where)
        )
    return Outcome.of(found, [Place(place.slide, one) for place, held in rows for one, _ in held])


def _reverse(place: Place, _: Request) -> bool:
    tree = first(place.slide.sheet.node, "p:cSld", "p:spTree")
    if tree is None:
        return False
    head = [one for one in tree.children if one.name in ("p:nvGrpSpPr", "p:grpSpPr")]
    tree.children = [*head, *reversed([one for one in tree.children if one not in head])]
    return True


@check(
    "pptx.stacking",
    phrase("Which shape lies in front"),
    "IU09",
    select=SLIDES,
    expect=(FRONT, BACK),
    mutation=spoils(whole_slides, _reverse),
)
def stacking(deck: Presentation, request: Request) -> Outcome:
    """One shape of the slide lies in front of another."""
    ahead, behind = request.expect[FRONT] or "", request.expect[BACK] or ""

    def judge(place: Place) -> list[Finding]:
        front = [one.order for one in place.slide.shapes if named(one, ahead)]
        back = [one.order for one in place.slide.shapes if named(one, behind)]
        right = bool(front and back) and max(front) > min(back)
        said = phrase("not there") if not front or not back else phrase("in front") if right else phrase("behind")
        return [judged(quoted(ahead), right, phrase("in front of “%(other)s”", other=behind), said, place.where)]

    return of_slides(deck, request, judge, A_SLIDE)
