"""Spare blocks: of K blocks and P spares made from them any K bring the K back. Pure arithmetic, GF(2⁸).

A systematic Reed-Solomon code with a Cauchy matrix (Blömer et al., "An XOR-Based Erasure-Resilient Coding Scheme",
1995): spare j is Σ block_i / (x_j + y_i) with all x_j and y_i different. Every square part of a Cauchy matrix has an
inverse, which is why any K of the K + P blocks are enough.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

MAX_BLOCKS = 256  # blocks and spares together: each is one element of the field
_POLYNOMIAL = 0x11D  # x⁸ + x⁴ + x³ + x² + 1, for which 2 generates the field


def _tables() -> tuple[list[int], list[int]]:
    powers, logs = [0] * 510, [0] * 256
    value = 1
    for exponent in range(255):
        powers[exponent] = powers[exponent + 255] = value
        logs[value] = exponent
        value <<= 1
        if value & 0x100:
            value ^= _POLYNOMIAL
    return powers, logs


_POWERS, _LOGS = _tables()


def _times(a: int, b: int) -> int:
    return _POWERS[_LOGS[a] + _LOGS[b]] if a and b else 0


def _inverse(a: int) -> int:
    return _POWERS[255 - _LOGS[a]]


@cache
def _row(factor: int) -> bytes:
    """The 256 products with one factor: multiplying a block is then one `bytes.translate`. Bound: 256 tables."""
    return bytes(_times(factor, value) for value in range(256))


def _scaled(block: bytes, factor: int) -> int:
    return int.from_bytes(block.translate(_row(factor)), "big")


def _coefficient(spare: int, block: int) -> int:
    """Of block number `block` (from 0) in the spare with number `spare` (from K): 1 / (spare + block)."""
    return _inverse(spare ^ block)


def spare(blocks: Sequence[bytes], number: int) -> bytes:
    """The spare with this number (K to MAX_BLOCKS − 1) of K blocks of equal length."""
    if not len(blocks) <= number < MAX_BLOCKS:
        raise ValueError("a spare is numbered after the blocks")
    total = 0
    for place, block in enumerate(blocks):
        total ^= _scaled(block, _coefficient(number, place))
    return total.to_bytes(len(blocks[0]), "big")


def restored(held: Mapping[int, bytes], count: int) -> list[bytes] | None:
    """The `count` blocks in order, from any `count` of blocks and spares by number, all of one length; None with fewer."""
    missing = [place for place in range(count) if place not in held]
    spares = [number for number in sorted(held) if number >= count][: len(missing)]
    if len(spares) < len(missing):
        return None
    size = len(next(iter(held.values())))
    sums = [_without_known(held, count, number) for number in spares]
    rows = [[_coefficient(number, place) for place in missing] for number in spares]
    found = dict(zip(missing, _solved(rows, sums, size), strict=True))
    return [held[place] if place in held else found[place] for place in range(count)]


def _without_known(held: Mapping[int, bytes], count: int, number: int) -> int:
    """What a spare says of the missing blocks alone."""
    total = int.from_bytes(held[number], "big")
    for place in range(count):
        if place in held:
            total ^= _scaled(held[place], _coefficient(number, place))
    return total


def _solved(rows: list[list[int]], sums: list[int], size: int) -> list[bytes]:
    """Gauss-Jordan; a part of a Cauchy matrix has an inverse, so there is always a pivot."""
    for place in range(len(rows)):
        pivot = next(row for row in range(place, len(rows)) if rows[row][place])
        rows[place], rows[pivot], sums[place], sums[pivot] = rows[pivot], rows[place], sums[pivot], sums[place]
        factor = _inverse(rows[place][place])
        rows[place] = [_times(factor, value) for value in rows[place]]
        sums[place] = _scaled(sums[place].to_bytes(size, "big"), factor)
        for row in range(len(rows)):
            factor = rows[row][place]
            if row != place and factor:
                rows[row] = [value ^ _times(factor, own) for value, own in zip(rows[row], rows[place], strict=True)]
                sums[row] ^= _scaled(sums[place].to_bytes(size, "big"), factor)
    return [value.to_bytes(size, "big") for value in sums]
