"""Regions of a picture on their way through formats that count in its pixels: ours are exact, in ten-thousandths, and go along in a tag."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from question_bank.canonical import JSON
from question_bank.formats.carried import Carried
from question_bank.items._regions import SCALE, Region


def region_numbers(*values: Fraction) -> str:
    """The numbers of a region as an author writes them, none beyond the picture."""
    return " ".join(str(min(SCALE, max(0, round(value)))) for value in values)


def region_lines(regions: Sequence[Region]) -> str:
    """Regions for the tag `regions`, one a line."""
    return "\n".join(f"{one.shape} {' '.join(map(str, one.numbers))}" for one in regions)


def exact_regions(
    carried: Carried, regions: Sequence[dict[str, JSON]], side: int, circles: bool
) -> Sequence[dict[str, JSON]]:
    """The regions that a file of ours gives, where they are those of its pixels; `side` is the picture's shorter one.

    With `circles` the format has no ellipses: their height is not compared.
    """
    said = [line.partition(" ")[::2] for line in carried.get("regions").splitlines()]
    slack = 2 * SCALE // max(1, side) + 2
    if len(said) != len(regions):
        return regions
    for (shape, numbers), region in zip(said, regions, strict=True):
        here, exact = str(region.get(shape, "")).split(), numbers.split()
        if len(here) != len(exact) or not all(one.isascii() and one.isdigit() and len(one) < 6 for one in exact):
            return regions
        compared = list(zip(here, exact, strict=True))[: 3 if circles and shape == "ellipse" else None]
        if any(abs(int(one) - int(other)) > slack for one, other in compared):
            return regions
    return [{shape: numbers} for shape, numbers in said]
