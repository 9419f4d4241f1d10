"""Marks of candidates by item, as shares of each item's maximum; exact, so that what does not vary is seen not to. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Self, TypeAlias

Share: TypeAlias = int | None


@dataclass(frozen=True, slots=True)
class Matrix:
    """A row for each candidate, a column for each item; `scale` is the share 1, None a mark that is not known.

    A response that was not given is a mark of 0. None is for an item that was not in the candidate's form, or is not marked yet.
    """

    items: tuple[str, ...]
    candidates: tuple[str, ...]
    rows: tuple[tuple[Share, ...], ...]
    scale: int

    @classmethod
    def of(
        cls, items: Sequence[str], candidates: Sequence[str], rows: Sequence[Sequence[Fraction | None]]
    ) -> Self:  # fmt: skip
        """A matrix of these shares. Raises ValueError unless there is a row for each candidate and a share for each item."""
        if len(rows) != len(candidates) or any(len(row) != len(items) for row in rows):
            raise ValueError("a matrix has a row for each candidate and a share for each item")
        different = {share for row in rows for share in row if share is not None}
        scale = lcm(*(share.denominator for share in different))
        whole: dict[Fraction | None, Share] = {share: int(share * scale) for share in different}
        whole[None] = None
        return cls(tuple(items), tuple(candidates), tuple(tuple(whole[share] for share in row) for row in rows), scale)


@dataclass(frozen=True, slots=True)
class Pairs:
    """For one item: each candidate's share of it, and of the rest of the test, for all who have both.

    `scale` and `rest_scale` are the share 1 of each; `at` are the candidates' rows.
    """

    at: tuple[int, ...]
    shares: tuple[int, ...]
    rests: tuple[int, ...]
    scale: int
    rest_scale: int


def pairs(matrix: Matrix) -> tuple[Pairs, ...]:
    """Each item against the rest of the test.

    The rest is what a candidate earned on the other items whose marks are known, as a share of what they could give; where
    nothing is missing this is the total without the item, up to a factor, and correlations are the same.
    """
    totals = [sum(share for share in row if share is not None) for row in matrix.rows]
    others = [sum(share is not None for share in row) - 1 for row in matrix.rows]
    common = lcm(*(count for count in others if count > 0))
    weight = [common // count if count > 0 else 0 for count in others]
    found = []
    for item in range(len(matrix.items)):
        at = tuple(place for place, row in enumerate(matrix.rows) if row[item] is not None and others[place] > 0)
        shares = tuple(matrix.rows[place][item] or 0 for place in at)
        rests = tuple((totals[place] - share) * weight[place] for place, share in zip(at, shares, strict=True))
        found.append(Pairs(at, shares, rests, matrix.scale, matrix.scale * common))
    return tuple(found)
