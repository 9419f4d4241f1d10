"""QTI's interactions on a picture: places to point at, and places to be named, which get letters painted beside them."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from PIL import Image, ImageDraw, ImageFont

from question_bank.canonical import JSON
from question_bank.content import Medium, write
from question_bank.formats import qti_judge as judge
from question_bank.formats.exchange import Question
from question_bank.formats.lined_tree import Node
from question_bank.formats.moodle_answers import Made, UnusableError
from question_bank.formats.qti_asked import Asked
from question_bank.formats.qti_pairs import matched, ordered, pairs_as_options
from question_bank.formats.qti_tree import elements, walk
from question_bank.formats.qti_types import most_of, probe_of, prompted, shuffled
from question_bank.formats.qti_values import Area, Bag, Point, UnknownRuleError, coords, number
from question_bank.formats.region_texts import exact_regions, region_numbers
from question_bank.items._regions import MOST_CORNERS, SCALE
from question_bank.items.hotspot import MOST_REGIONS
from question_bank.items.matching import RIGHT
from question_bank.phrase import phrase

MOST_PAINTED = (
    4_000_000  # pixels of a picture that letters are painted on, and of all of a file's together: half a second
)
_NOWHERE = Fraction(-1_000_000)


@dataclass(frozen=True, slots=True)
class _Picture:
    """The picture of an interaction and the size that its coordinates are in; `medium` is None when the file is not there."""

    medium: Medium | None
    width: Fraction
    height: Fraction

    @property
    def text(self) -> str:
        """As a field of ours."""
        return write((self.medium,)) if self.medium else ""


def _picture(asked: Asked, interaction: Node) -> _Picture:
    """Raises UnusableError for a picture whose size nobody knows."""
    node = next((one for one in elements(interaction) if one.name in ("object", "img", "picture")), None)
    if node is not None and node.name == "picture":
        node = node.child("img") or node
    medium = asked.picture(node, asked.carried.get("label"))
    said = [number(node.attributes.get(name, "")) for name in ("width", "height")] if node else [None, None]
    real = [Fraction(one) for one in (asked.around.size(medium.name) if medium else (0, 0))]
    if said[0] and not said[1] and all(real):
        said[1] = real[1] * said[0] / real[0]
    elif said[1] and not said[0] and all(real):
        said[0] = real[0] * said[1] / real[1]
    sides = [one if one and one > 0 else other for one, other in zip(said, real, strict=True)]
    if not all(sides):
        raise UnusableError("no_size", phrase("the size of the picture is not known"))
    return _Picture(medium, sides[0], sides[1])


def _region(shape: str, numbers: Sequence[Fraction], picture: _Picture) -> dict[str, JSON]:
    """A shape in ten-thousandths of the picture. Raises UnusableError."""
    x, y = (Fraction(SCALE) / side for side in (picture.width, picture.height))
    if shape == "default":
        return {"rectangle": f"0 0 {SCALE} {SCALE}"}
    if shape == "circle" and len(numbers) == 3:
        return {"ellipse": region_numbers(numbers[0] * x, numbers[1] * y, numbers[2] * x, numbers[2] * y)}
    if shape == "ellipse" and len(numbers) == 4:
        return {"ellipse": region_numbers(numbers[0] * x, numbers[1] * y, numbers[2] * x, numbers[3] * y)}
    if shape == "rect" and len(numbers) == 4:
        across, down = sorted((numbers[0] * x, numbers[2] * x)), sorted((numbers[1] * y, numbers[3] * y))
        return {"rectangle": region_numbers(across[0], down[0], across[1], down[1])}
    corners = list(zip(numbers[::2], numbers[1::2], strict=False))
    corners = corners[:-1] if len(corners) > 3 and corners[0] == corners[-1] else corners
    if shape == "poly" and len(numbers) % 2 == 0 and 3 <= len(corners) <= MOST_CORNERS:
        return {"polygon": region_numbers(*(at for corner in corners for at in (corner[0] * x, corner[1] * y)))}
    raise UnusableError("bad_region", phrase("this is not a region of the picture"))


def _made(asked: Asked, picture: _Picture, regions: Sequence[dict[str, JSON]], most: int) -> Question:
    if len(regions) > MOST_REGIONS:
        raise UnusableError("too_many_options", phrase("more than %(most)s places", most=MOST_REGIONS))
    said = exact_regions(asked.carried, regions, int(min(picture.width, picture.height)), circles=False)
    most = min(most or len(regions), MOST_REGIONS)
    fields: dict[str, JSON] = {"picture": picture.text, "regions": [*said]}
    if asked.carried.ours:
        fields |= {"most": asked.carried.get("most")} if asked.carried.get("most") else {}
    elif regions:
        fields["most"] = str(max(most, len(regions)))
    return asked.question(Made("hotspot", fields), asked.stem())


def hotspot(asked: Asked, interaction: Node) -> Question:
    """Places to be chosen: the right ones are regions to point at."""
    nodes = {one.attributes.get("identifier", ""): one for one in interaction.all("hotspotChoice")}
    prompted(asked, interaction)
    picture = _picture(asked, interaction)
    probe = probe_of(asked, interaction)
    known = {one: one for one in nodes}
    most = most_of(interaction)
    right = (
        judge.ticked(probe, known, most).right
        if probe.declared.several and most != 1
        else tuple(judge.single(probe, known))
    )
    if len(right) > 1 and not (probe.declared.several and most != 1):
        asked.draft.doubt("several_right", phrase("several responses earn all marks"))
    regions = [
        _region(nodes[one].attributes.get("shape", ""), coords(nodes[one].attributes.get("coords", "")), picture)
        for one in right
    ]
    return _made(asked, picture, regions, most or len(nodes))


def select_point(asked: Asked, interaction: Node) -> Question:
    """Points to be set: the areas that earn marks are the regions."""
    prompted(asked, interaction)
    return _points(asked, interaction, interaction)


def position_object(asked: Asked, interaction: Node) -> Question:
    """One thing to be put in its places on a picture: it is a point here."""
    stage = next(
        (one for one in walk(asked.body) if one.name == "positionObjectStage" and interaction in elements(one)), None
    )
    if stage is None:
        raise UnusableError("no_picture", phrase("there is no picture to put something on"))
    asked.markup.swap[id(stage)] = ""
    asked.draft.note("object_as_point", phrase("a thing to be put on the picture is a point here"))
    return _points(asked, interaction, stage)


def _points(asked: Asked, interaction: Node, holder: Node) -> Question:
    picture = _picture(asked, holder)
    probe = probe_of(asked, interaction)
    areas = list(probe.declared.areas.areas) if probe.declared.areas else []
    areas += [
        Area(one.attributes.get("shape", ""), coords(one.attributes.get("coords", "")), Fraction(1))
        for one in asked.scorer.constants()
        if one.name == "inside"
    ]
    best = max((one.earns for one in areas), default=Fraction(0))
    right = [one for one in areas if one.earns == best > 0]
    if not right:
        raise UnusableError("no_region", phrase("the file does not say how far from the right point is still right"))
    if any(0 < one.earns < best for one in areas):
        asked.draft.doubt("partial_lost", phrase("places earn different marks in the file, which is not kept"))
    most = most_of(interaction)
    if probe.declared.several and most != 1:
        middles = tuple(_middle(one) for one in right)
        judge.confirmed(probe, Bag(middles), [Bag(((_NOWHERE, _NOWHERE),))], f"{len(right)} ×")
    else:
        right = [one for one in right if _earning(asked, interaction, one)] or right
        judge.confirmed(
            probe,
            probe.declared.value([_middle(right[0])]),
            [probe.declared.value([(_NOWHERE, _NOWHERE)])],
            right[0].shape,
        )
        if len(right) > 1:
            asked.draft.doubt("several_right", phrase("several responses earn all marks"))
    return _made(asked, picture, [_region(one.shape, one.numbers, picture) for one in right], most)


def _earning(asked: Asked, interaction: Node, area: Area) -> bool:
    probe = probe_of(asked, interaction)
    try:
        return probe(probe.declared.value([_middle(area)])) > 0
    except UnknownRuleError:
        return True


def _middle(area: Area) -> Point:
    """A point inside an area."""
    numbers = area.numbers
    if area.shape == "rect" and len(numbers) == 4:
        return (numbers[0] + numbers[2]) / 2, (numbers[1] + numbers[3]) / 2
    if area.shape == "poly" and len(numbers) >= 6:
        corners = list(zip(numbers[::2], numbers[1::2], strict=False))
        middle = (
            sum((x for x, _ in corners), Fraction(0)) / len(corners),
            sum((y for _, y in corners), Fraction(0)) / len(corners),
        )
        return middle if area.holds(middle) else corners[0]
    return (numbers[0], numbers[1]) if len(numbers) > 1 else (Fraction(0), Fraction(0))


def graphic_order(asked: Asked, interaction: Node) -> Question:
    """Places to be put in order, by their letters on the picture."""
    nodes = list(interaction.all("hotspotChoice"))
    prompted(asked, interaction)
    labels = _lettered(asked, interaction, nodes)
    return ordered(asked, interaction, labels)


def graphic_gap_match(asked: Asked, interaction: Node) -> Question:
    """Labels for places: the places, by their letters on the picture, on the left; the labels on the right."""
    nodes = list(interaction.all("associableHotspot"))
    things = {
        one.attributes.get("identifier", ""): one for one in elements(interaction) if one.name in ("gapImg", "gapText")
    }
    prompted(asked, interaction)
    shuffled(asked, interaction)
    asked.keep_order = False
    labels = _lettered(asked, interaction, nodes)
    texts = {one: asked.option(node)[0] or node.attributes.get("objectLabel", "") for one, node in things.items()}
    return matched(asked, interaction, [labels, texts])


def graphic_associate(asked: Asked, interaction: Node) -> Question:
    """Lines between places: each line there can be is an option to tick, by the letters of its ends."""
    nodes = {one.attributes.get("identifier", ""): one for one in interaction.all("associableHotspot")}
    prompted(asked, interaction)
    labels = _lettered(asked, interaction, list(nodes.values()))
    return pairs_as_options(
        asked, interaction, {(a, b): f"{labels[a]} – {labels[b]}" for a, b in combinations(labels, 2)}
    )


def _lettered(asked: Asked, interaction: Node, nodes: Sequence[Node]) -> dict[str, str]:
    """The places' names by identifier: their own labels, else letters painted on the picture, which joins the stem."""
    identifiers = [one.attributes.get("identifier", "") for one in nodes]
    if not nodes or len(nodes) > len(RIGHT) or len(set(identifiers)) < len(identifiers):
        raise UnusableError("too_many_options", phrase("more than %(most)s places", most=len(RIGHT)))
    media = asked.around.attachments.media
    before = set(media)
    picture = _picture(asked, interaction)
    data = asked.around.attachments.media.get(picture.medium.name) if picture.medium else None
    if picture.medium is None or data is None:
        raise UnusableError("no_file", phrase("the picture is not in what was handed in"))
    corners = [
        _corner(_region(one.attributes.get("shape", ""), coords(one.attributes.get("coords", "")), picture))
        for one in nodes
    ]
    width, height = asked.around.size(picture.medium.name)
    asked.around.paintable -= width * height
    medium: Medium | None = None
    if 0 < width * height <= MOST_PAINTED and asked.around.paintable >= 0:
        painted = paint(data, dict(zip(RIGHT, corners, strict=False)))
        medium = asked.around.attachments.keep(painted, "picture", picture.medium.label, asked.draft)
    if medium is None:
        raise UnusableError(
            "not_painted", phrase("letters cannot be painted on the picture: it is a drawing (SVG) or too large")
        )
    if picture.medium.name not in before:
        media.pop(picture.medium.name, None)  # the one without letters is shown nowhere
    asked.draft.note("painted", phrase("letters were painted on the picture beside its places"))
    prompt = interaction.child("prompt")
    asked.markup.swap[id(interaction)] = (
        f"<div>{asked.markup.inner(prompt)}</div>" if prompt else ""
    ) + f'<div><img src="data:{medium.name}" alt=""></div>'
    asked.ready[f"data:{medium.name}"] = medium
    return dict(zip(identifiers, RIGHT, strict=False))


def _corner(region: Mapping[str, JSON]) -> tuple[int, int]:
    """The upper left corner of a region, in ten-thousandths."""
    [(shape, written)] = region.items()
    numbers = [int(one) for one in str(written).split()]
    if shape == "ellipse":
        return numbers[0] - numbers[2], numbers[1] - numbers[3]
    return min(numbers[::2]), min(numbers[1::2])


def paint(data: bytes, letters: Mapping[str, tuple[int, int]]) -> bytes:
    """The picture, which must be one that was decoded before, with letters at these places (in ten-thousandths)."""
    with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "GIF", "WEBP")) as opened:
        picture = opened.convert("RGB")
    draw = ImageDraw.Draw(picture)
    size = max(11, min(picture.size) // 20)
    font = ImageFont.load_default(size)
    for letter, (x, y) in letters.items():
        left, top = (
            max(0, min(side - size - 4, at * side // SCALE)) for at, side in zip((x, y), picture.size, strict=True)
        )
        draw.rectangle((left, top, left + size + 3, top + size + 3), fill="white", outline="black")
        draw.text((left + (size + 3) / 2, top + (size + 3) / 2), letter, fill="black", font=font, anchor="mm")
    made = io.BytesIO()
    picture.save(made, "PNG")
    return made.getvalue()


READERS: Mapping[str, Callable[[Asked, Node], Question]] = {
    "hotspotInteraction": hotspot,
    "selectPointInteraction": select_point,
    "positionObjectInteraction": position_object,
    "graphicOrderInteraction": graphic_order,
    "graphicGapMatchInteraction": graphic_gap_match,
    "graphicAssociateInteraction": graphic_associate,
}
