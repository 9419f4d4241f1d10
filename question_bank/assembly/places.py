"""The order of a section's items in a form: blocks in a drawn order, items with a place of their own in that place. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from question_bank.draw import Draw
from question_bank.ids import BankItemId
from question_bank.items.model import Item

Block = tuple[Item, ...]


def arranged(items: Sequence[Item], places: Mapping[BankItemId, int], draw: Draw) -> tuple[Item, ...] | None:
    """The items in the form's order, those of one stimulus together and by id; `places` count from 1.

    None when the blocks do not fit between the places.
    """
    blocks: dict[str, list[Item]] = {}
    for item in items:
        blocks.setdefault(item.common.stimulus or item.id, []).append(item)
    ordered = [tuple(sorted(block, key=lambda item: item.id)) for block in draw.shuffled(list(blocks.values()))]
    anchored: dict[int, Block] = {}
    for block in ordered:
        starts = {places[item.id] - 1 - at for at, item in enumerate(block) if item.id in places}
        if len(starts) > 1:
            return None
        anchored |= dict.fromkeys(starts, block)
    if not anchored:
        return tuple(item for block in ordered for item in block)
    if not _apart(anchored, len(items)):
        return None
    rest = [block for block in ordered if not any(item.id in places for item in block)]
    gaps = _gaps(anchored, len(items))
    # Large blocks first: what fits nowhere is found out at once, and single items fill what is left.
    large = sorted((block for block in rest if len(block) > 1), key=len, reverse=True)
    made: list[list[Block]] = [[] for _ in gaps]
    if not _fit(large, [size for _, size in gaps], made, draw):
        return None
    singles = iter([block for block in rest if len(block) == 1])
    found: list[Item] = list(items)
    for (start, size), inner in zip(gaps, made, strict=True):
        free = size - sum(map(len, inner))
        here = draw.shuffled([*inner, *(next(singles) for _ in range(free))])
        found[start : start + size] = [item for block in here for item in block]
    for start, block in anchored.items():
        found[start : start + len(block)] = block
    return tuple(found)


def _apart(anchored: Mapping[int, Block], size: int) -> bool:
    end = 0
    for start in sorted(anchored):
        if start < end:
            return False
        end = start + len(anchored[start])
    return end <= size


def _gaps(anchored: Mapping[int, Block], size: int) -> list[tuple[int, int]]:
    """Start and length of what is left between the anchored blocks."""
    gaps, at = [], 0
    for start in sorted(anchored):
        gaps.append((at, start - at))
        at = start + len(anchored[start])
    return [*gaps, (at, size - at)]


def _fit(blocks: Sequence[Block], free: list[int], made: list[list[Block]], draw: Draw) -> bool:
    """Put every block into a gap that has room, trying all ways; a section has a few blocks and fewer places."""
    if not blocks:
        return True
    tried: set[int] = set()
    for gap in draw.shuffled(range(len(free))):
        if free[gap] >= len(blocks[0]) and free[gap] not in tried:
            tried.add(free[gap])  # a gap of the same room is the same
            free[gap] -= len(blocks[0])
            made[gap].append(blocks[0])
            if _fit(blocks[1:], free, made, draw):
                return True
            made[gap].pop()
            free[gap] += len(blocks[0])
    return False
