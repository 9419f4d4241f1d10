"""Regions of a picture, exactly: whole numbers in ten-thousandths of its width (x) and height (y)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from question_bank.canonical import JSON
from question_bank.items._labelled import read_mapping
from question_bank.phrase import phrase
from question_bank.problems import Fault, Path

SCALE = 10_000

MOST_CORNERS = 20
Exact = TypeVar("Exact", int, Fraction)
_NUMBERS = re.compile(r"[0-9]{1,5}(?:[ ,;]+[0-9]{1,5})*")


@dataclass(frozen=True, slots=True)
class Region:
    """`ellipse` x, y, half width, half height; `rectangle` left, top, right, bottom; `polygon` x, y of each corner.

    A circle of the picture is an ellipse here, since width and height are measured each for itself.
    """

    shape: str
    numbers: tuple[int, ...]

    def fields(self) -> dict[str, JSON]:
        """As its author writes it."""
        return {self.shape: " ".join(map(str, self.numbers))}

    def key(self) -> dict[str, JSON]:
        """As it is marked, with a point inside it."""
        return {"shape": self.shape, "numbers": [*self.numbers], "at": [*self._inner()]}

    def _inner(self) -> tuple[int, int]:
        if self.shape == "ellipse":
            return self.numbers[0], self.numbers[1]
        if self.shape == "rectangle":
            left, top, right, bottom = self.numbers
            return (left + right) // 2, (top + bottom) // 2
        return _inside_polygon(self.numbers)


def read_region(path: Path, value: JSON, faults: list[Fault]) -> Region | None:
    """A region from `{ellipse: x y rx ry}`, `{rectangle: left top right bottom}` or `{polygon: x y x y x y …}`."""
    written = read_mapping(path, value, ("ellipse", "rectangle", "polygon"), faults)
    for shape, numbers in written.items():
        found = _read_numbers(numbers)
        region = Region(shape, found)
        if _well_formed(region):
            return region
        hint = phrase(
            "numbers from 0 to 10000: {ellipse: x y rx ry}, {rectangle: left top right bottom}, {polygon: x y x y x y}"
        )
        faults.append(Fault("bad_region", (*path, shape), phrase("this is not a region of the picture"), hint))
        return None
    return None


def inside(region: JSON, point: Sequence[int]) -> bool:
    """Whether a point lies in a region of a key, its edge included."""
    if not isinstance(region, dict):
        return False
    shape, found = region.get("shape"), region.get("numbers")
    numbers = [one for one in found if isinstance(one, int)] if isinstance(found, list) else []
    return isinstance(shape, str) and within(shape, numbers, point)


def within(shape: str, numbers: Sequence[Exact], point: Sequence[Exact]) -> bool:
    """Whether a point lies in a shape of `Region`, its edge included; in nothing that is no such shape."""
    x, y = point
    if shape == "ellipse" and len(numbers) == 4:
        dx, dy = x - numbers[0], y - numbers[1]
        return (dx * numbers[3]) ** 2 + (dy * numbers[2]) ** 2 <= (numbers[2] * numbers[3]) ** 2
    if shape == "rectangle" and len(numbers) == 4:
        return numbers[0] <= x <= numbers[2] and numbers[1] <= y <= numbers[3]
    return shape == "polygon" and len(numbers) >= 6 and _in_polygon(numbers, x, y)


def _read_numbers(value: JSON) -> tuple[int, ...]:
    text = " ".join(str(one) for one in value) if isinstance(value, list) else value
    if not isinstance(text, str) or not _NUMBERS.fullmatch(text.strip()):
        return ()
    return tuple(int(one) for one in re.findall(r"[0-9]+", text))


def _well_formed(region: Region) -> bool:
    numbers = region.numbers
    if not all(number <= SCALE for number in numbers):
        return False
    if region.shape == "ellipse":
        return len(numbers) == 4 and numbers[2] > 0 and numbers[3] > 0
    if region.shape == "rectangle":
        return len(numbers) == 4 and numbers[0] < numbers[2] and numbers[1] < numbers[3]
    return len(numbers) % 2 == 0 and 6 <= len(numbers) <= 2 * MOST_CORNERS and _area(numbers) != 0


def _area(numbers: Sequence[int]) -> int:
    """Twice the signed area of a polygon."""
    corners = _corners(numbers)
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(corners, corners[1:] + corners[:1], strict=True))


def _corners(numbers: Sequence[Exact]) -> list[tuple[Exact, Exact]]:
    return list(zip(numbers[::2], numbers[1::2], strict=False))


def _in_polygon(numbers: Sequence[Exact], x: Exact, y: Exact) -> bool:
    """Even-odd rule, exactly; a point on an edge is inside."""
    corners, odd = _corners(numbers), False
    for (ax, ay), (bx, by) in zip(corners, corners[1:] + corners[:1], strict=True):
        cross = (bx - ax) * (y - ay) - (by - ay) * (x - ax)
        if cross == 0 and min(ax, bx) <= x <= max(ax, bx) and min(ay, by) <= y <= max(ay, by):
            return True
        if (ay > y) != (by > y) and (cross > 0) == (by > ay):
            odd = not odd
    return odd


def _inside_polygon(numbers: Sequence[int]) -> tuple[int, int]:
    """A point well inside: of the middles between corners the first that the polygon holds, else a corner."""
    corners = _corners(numbers)
    middle = (sum(x for x, _ in corners) // len(corners), sum(y for _, y in corners) // len(corners))
    between = [((a[0] + b[0]) // 2, (a[1] + b[1]) // 2) for a in corners for b in corners if a < b]
    return next((at for at in (middle, *between) if _in_polygon(numbers, *at)), corners[0])
