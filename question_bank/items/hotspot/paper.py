"""Places on a picture on paper: the picture under a grid, whose squares are written down. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from question_bank.canonical import JSON
from question_bank.items._paper import LETTERS, Field, OnPaper, Written, alternatives, objects
from question_bank.items._regions import inside
from question_bank.phrase import phrase

COLUMNS, ROWS = 12, 10  # squares large enough to hit with a pencil, small enough to tell places apart
FINENESS = 5  # points looked at along each side of a square


def printed(view: Mapping[str, JSON], key: JSON) -> OnPaper:
    """A square counts for a region when half of it lies inside, or else the square with most of it."""
    most = view.get("most")
    count = most if isinstance(most, int) else 1
    regions = objects(key.get("regions")) if isinstance(key, dict) else []
    said: Written = "; ".join(str(alternatives(_squares({**region}))) for region in regions)
    hint = phrase("write the square in which the right place lies") if count == 1 else phrase(
        "write the squares in which the right places lie, at most %(most)s", most=count
    )  # fmt: skip
    ask: dict[str, JSON] = {"kind": "picture", "picture": view.get("picture"), "columns": COLUMNS, "rows": ROWS}
    return OnPaper((Field("write"),), (said,), (ask,), hint)


def _squares(region: JSON) -> list[str]:
    held: dict[str, int] = {}
    for column in range(COLUMNS):
        for row in range(ROWS):
            held[f"{LETTERS[column]}{row + 1}"] = sum(
                inside(region, (_at(column, x, COLUMNS), _at(row, y, ROWS)))
                for x in range(FINENESS)
                for y in range(FINENESS)
            )
    half = [name for name, points in held.items() if 2 * points >= FINENESS * FINENESS]
    return half or [max(held, key=lambda name: held[name])]


def _at(square: int, point: int, squares: int) -> int:
    """Ten-thousandths of the picture's side."""
    return 10_000 * (2 * (square * FINENESS + point) + 1) // (2 * squares * FINENESS)
