"""Draws by lot from a seed: the one source of chance for forms, orders and opaque ids.

Pure, and the same on every machine and in every version: the stream is SHA-256 in counter mode over
`TAG ‖ seed ‖ purpose`, so that a form or an order can be drawn again, years later, from what was printed.
Two purposes under one seed give independent streams. The seed is the secret: whoever knows it knows the lot.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

SEED_BYTES = 32

_TAG = b"examroom draw v1\0"
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"  # base32 (RFC 4648) in lower case: no 0/o and 1/l pairs

T = TypeVar("T")


class Draw:
    """A stream of draws; the n-th call always gives the same result for the same seed, purpose and calls before.

    `seed` is exactly 32 bytes; `purpose` is any text. Raises ValueError on a seed of another length.
    """

    __slots__ = ("_at", "_block", "_counter", "_key")

    def __init__(self, seed: bytes, purpose: str) -> None:
        if len(seed) != SEED_BYTES:
            raise ValueError(f"a seed has {SEED_BYTES} bytes, not {len(seed)}")
        # The seed has a fixed length and the purpose comes last: two pairs never give the same input.
        self._key = hashlib.sha256(_TAG + seed + purpose.encode("utf-8")).digest()
        self._counter = 0
        self._block = b""
        self._at = 0  # how much of the block is used up

    def below(self, n: int) -> int:
        """A whole number from 0 to n - 1, each equally likely. Raises ValueError when n < 1."""
        if n < 1:
            raise ValueError(f"nothing can be drawn below {n}")
        if n == 1:
            return 0
        bits = (n - 1).bit_length()
        if bits <= 8:  # the same as below for one byte; a form and 300 orders are thousands of these
            shift = 8 - bits
            while True:
                if self._at == len(self._block):
                    self._more()
                number = self._block[self._at] >> shift
                self._at += 1
                if number < n:
                    return number
        while True:  # rejection keeps it exactly uniform; half the candidates or more are kept
            number = int.from_bytes(self._take((bits + 7) // 8)) >> (-bits % 8)
            if number < n:
                return number

    def shuffled(self, values: Sequence[T]) -> tuple[T, ...]:
        """All the values in a drawn order (Fisher and Yates); every order is equally likely."""
        return self.sample(values, len(values))

    def sample(self, values: Sequence[T], k: int) -> tuple[T, ...]:
        """k of the values in a drawn order, without repetition. Raises ValueError unless 0 <= k <= len(values)."""
        if not 0 <= k <= len(values):
            raise ValueError(f"{k} of {len(values)} cannot be drawn")
        pool = list(values)
        for place in range(k):
            chosen = place + self.below(len(pool) - place)
            pool[place], pool[chosen] = pool[chosen], pool[place]
        return tuple(pool[:k])

    def token(self, prefix: str, n: int) -> str:
        """An opaque id: the prefix and n drawn characters of a-z2-7. Uniqueness is the caller's business."""
        return prefix + "".join(_ALPHABET[self.below(len(_ALPHABET))] for _ in range(n))

    def octets(self, n: int) -> bytes:
        """The next n bytes of the stream, for a seed drawn from a seed."""
        return self._take(n)

    def _take(self, n: int) -> bytes:
        while len(self._block) - self._at < n:
            self._more()
        self._at += n
        return self._block[self._at - n : self._at]

    def _more(self) -> None:
        """Put the next 32 bytes of the stream behind what is left."""
        next_bytes = hashlib.sha256(self._key + self._counter.to_bytes(8)).digest()
        self._block, self._at = self._block[self._at :] + next_bytes, 0
        self._counter += 1
