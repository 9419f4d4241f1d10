"""Hotspot: point at places of a picture. Response: `{"points": [[x, y], …]}` in ten-thousandths of its width and height."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from question_bank.canonical import JSON
from question_bank.content import Medium, parse
from question_bank.draw import Draw
from question_bank.fields import Fields
from question_bank.ids import FreshIds
from question_bank.items import _schema as schema
from question_bank.items._labelled import read_list, read_text, read_whole
from question_bank.items._regions import SCALE, Region, inside, read_region
from question_bank.items.model import Answered, Common, Item, Placed, Show
from question_bank.items.text import LIMITS
from question_bank.marking_scheme import MarkingItem, Marks, Response, Rule, share
from question_bank.order import ItemOutline
from question_bank.phrase import Phrase, phrase
from question_bank.problems import Fault, Path
from question_bank.view_shape import Kind, ViewShape

MOST_REGIONS = 10


def all_regions(marking: MarkingItem, response: Response | None) -> Marks:
    """All marks when every region is hit and no point lies outside all of them."""
    hit, missed = _hits(marking, response)
    return marking.max_mark if _regions(marking) and hit == len(_regions(marking)) and not missed else Marks(0)


def each_region(marking: MarkingItem, response: Response | None) -> Marks:
    """Shares for each region hit, less one for each point outside all of them."""
    hit, missed = _hits(marking, response)
    return share(marking, hit - missed, len(_regions(marking)))


@dataclass(frozen=True, slots=True)
class Hotspot(Item):
    """A picture, its right places, and how many points may be set (0: one for each region)."""

    picture: str
    regions: tuple[Region, ...]
    most: int

    NAME: ClassVar[str] = "hotspot"
    LABEL: ClassVar[Phrase] = phrase("places on a picture")
    RULES: ClassVar[Mapping[str, Rule]] = {"all_regions": all_regions, "each_region": each_region}
    REQUIRED: ClassVar[tuple[str, ...]] = ("picture", "regions")
    OPTIONAL: ClassVar[tuple[str, ...]] = ("most",)
    SCHEMA: ClassVar[Mapping[str, JSON]] = {
        "picture": schema.text(LIMITS["stem"], "{{picture:ten.png|hình cho thấy gì}}"),
        "regions": schema.entries({"oneOf": [schema.fields({shape: schema.text()}, shape) for shape in ("ellipse", "rectangle", "polygon")]}, MOST_REGIONS),
        "most": schema.whole(1, MOST_REGIONS, "Số điểm được đánh dấu nhiều nhất"),
    }  # fmt: skip
    WORDS: ClassVar[Mapping[str, Phrase]] = {
        "how": phrase("mark the right place"),
        "how_several": phrase("mark the right places, at most {most}"),
        "enough": phrase("You may set at most {most} points. Remove one first."),
        "set": phrase("{count} of {most} points set"),
        "remove": phrase("Remove point {number}"),
        "keys": phrase(
            "Click on the picture; or move the cursor with the arrow keys (with Shift in large steps) and press Enter."
        ),
        "at": phrase("{x} percent across, {y} percent down"),
    }
    EDITOR_WORDS: ClassVar[Mapping[str, Phrase]] = {
        "board": phrase("The picture with its right places"),
        "no_picture": phrase("Choose the picture first; then places are drawn on it."),
        "choose": phrase("Choose the picture"),
        "describe": phrase("what it shows"),
        "draws": phrase("Draw:"),
        "rectangle": phrase("rectangle"),
        "ellipse": phrase("ellipse"),
        "polygon": phrase("polygon"),
        "middle": phrase("Put one in the middle"),
        "help": phrase(
            "Drag on the picture to draw a place; drag a place or its corners. By keyboard: Tab to a place or corner, arrow keys move it by one pixel of the picture (with Shift by ten), Delete removes it."
        ),
        "help_polygon": phrase(
            "Click the corners one after the other; a click on the first one, or Enter, closes the polygon, Backspace takes the last corner away, Esc all. By keyboard: put one in the middle, then Tab to its corners: arrow keys move, Insert adds one, Delete removes one."
        ),
        "place": phrase("Place {number}: {shape}, {numbers}"),
        "corner": phrase("Place {number}, corner {corner}"),
    }
    VIEW: ClassVar[ViewShape] = {"picture": Kind.TEXT, "most": Kind.WHOLE}

    @classmethod
    def read(cls, common: Common, fields: Mapping[str, JSON], faults: list[Fault]) -> Self:
        """The picture is one construct, `{{picture:name|what it shows}}`; regions are {ellipse}, {rectangle} or {polygon}."""
        written = read_list("regions", fields.get("regions"), faults, MOST_REGIONS)
        regions = [read_region(("regions", n), one, faults) for n, one in enumerate(written)]
        return cls(
            common,
            read_text(("picture",), fields.get("picture"), faults),
            tuple(region for region in regions if region is not None),
            read_whole(("most",), fields.get("most"), 0, (1, MOST_REGIONS), faults),
        )

    def own_fields(self) -> dict[str, JSON]:
        """As they are read."""
        fields: dict[str, JSON] = {"picture": self.picture, "regions": [region.fields() for region in self.regions]}
        return fields | ({"most": str(self.most)} if self.most else {})

    def own_texts(self) -> list[tuple[Path, str]]:
        """The picture."""
        return [(("picture",), self.picture)]

    def own_problems(self) -> list[Fault]:
        """One picture; regions on it; points enough for them."""
        faults: list[Fault] = []
        flaws = parse(self.picture)[1]
        faults += [Fault(flaw.code, ("picture",), flaw.message) for flaw in flaws]
        if not self._has_picture() and not flaws:
            hint = phrase("write {{picture:name.png|what it shows}}")
            faults.append(Fault("no_picture", ("picture",), phrase("this is not one picture"), hint))
        if not self.regions:
            faults.append(Fault("empty_field", ("regions",), phrase("“%(field)s” is empty", field="regions")))
        if self.most and self.most < len(self.regions):
            message = phrase("%(regions)s places are right, but only %(most)s points may be set", regions=len(self.regions),
                             most=self.most)  # fmt: skip
            faults.append(Fault("too_few_points", ("most",), message))
        return faults

    def _has_picture(self) -> bool:
        content, flaws = parse(self.picture)
        return not flaws and len(content) == 1 and isinstance(content[0], Medium) and content[0].kind == "picture"

    def place(self, draw: Draw, ids: FreshIds, show: Show) -> Placed:
        """The picture as any other; regions stay in the key. Raises LookupError for what was only begun: there is nothing to point at."""
        if not self._has_picture():
            raise LookupError("picture")
        most = self.most or len(self.regions)
        return Placed({"picture": show(self.picture), "most": most}, {"regions": [one.key() for one in self.regions]})

    @classmethod
    def outline(cls, item_id: str, view: Mapping[str, JSON]) -> ItemOutline:
        """How many points may be set."""
        return ItemOutline(item_id, cls.NAME, (), {"most": Fields(dict(view), item_id).integer("most", 1)})

    @classmethod
    def response_problem(cls, item: ItemOutline, response: Mapping[str, object]) -> str | None:
        """Codes: `unknown_field`, `not_a_list`, `not_a_point`, `too_many_chosen`, `nothing_chosen`."""
        if set(response) != {"points"}:
            return "unknown_field"
        points, most = response["points"], item.shape.get("most")
        if not isinstance(points, list):
            return "not_a_list"
        if not all(_is_point(point) for point in points):
            return "not_a_point"
        if isinstance(most, int) and len(points) > most:
            return "too_many_chosen"
        return None if points else "nothing_chosen"

    @classmethod
    def answered(cls, item: ItemOutline, response: Mapping[str, object]) -> Answered:
        """Wholly when all points are set."""
        points = response.get("points")
        return "whole" if isinstance(points, list) and len(points) == item.shape.get("most") else "partly"

    @classmethod
    def right_response(cls, item: ItemOutline, marking: MarkingItem) -> Response | None:
        """A point inside each region; None where regions overlap so that one is not found."""
        points: list[JSON] = []
        for region in _regions(marking):
            at = region.get("at") if isinstance(region, dict) else None
            points.append(at)
        response: Response = {"points": points}
        return response if all_regions(marking, response) == marking.max_mark else None

    @classmethod
    def wrong_response(cls, item: ItemOutline, marking: MarkingItem, draw: Draw) -> Response | None:
        """A drawn point outside every region."""
        for _ in range(50):
            response: Response = {"points": [[draw.below(SCALE + 1), draw.below(SCALE + 1)]]}
            if _hits(marking, response) == (0, 1):
                return response
        return None


def _regions(marking: MarkingItem) -> list[JSON]:
    regions = marking.key.get("regions") if isinstance(marking.key, dict) else None
    return regions if isinstance(regions, list) else []


def _hits(marking: MarkingItem, response: Response | None) -> tuple[int, int]:
    """How many regions are hit, and how many points lie outside all of them."""
    points = response.get("points") if response else None
    made = [point for point in points if _is_point(point)] if isinstance(points, (list, tuple)) else []
    regions = _regions(marking)
    hit = sum(any(inside(region, point) for point in made) for region in regions)
    return hit, sum(not any(inside(region, point) for region in regions) for point in made)


def _is_point(point: object) -> bool:
    return (
        isinstance(point, (list, tuple))
        and len(point) == 2
        and all(isinstance(at, int) and not isinstance(at, bool) and 0 <= at <= SCALE for at in point)
    )


TYPE = Hotspot
