"""Access codes: eight signs that a candidate types once to sign in. Pure: chance and keys are passed in."""

from __future__ import annotations

import hmac
from collections.abc import Callable

# No vowels, no D and no W: a Vietnamese keyboard left on Telex or VNI turns AA into Â, DD into Đ, W into Ư, and a tone
# key needs a vowel. No B G I L O S Z and no 0 1, which are taken for 8 6 1 1 0 5 2 on paper. What is left makes no words.
ALPHABET = "23456789CFHJKMNPQRTVX"
LENGTH = 8  # 21^8 is 35 bits: with a pause after every few wrong tries, enough for a code that lives a day


def new_code(below: Callable[[int], int]) -> str:
    """A fresh code; `below(n)` gives a uniformly random number from 0 to n - 1."""
    return "".join(ALPHABET[below(len(ALPHABET))] for _ in range(LENGTH))


def shown(code: str) -> str:
    """A code as it is printed: two groups of four."""
    return f"{code[:4]} {code[4:]}"


def read(text: str) -> str | None:
    """The code someone typed, whatever its case, spaces and hyphens; None for what cannot be one."""
    signs = [sign for sign in text.upper() if not (sign.isspace() or sign in "-‐‑–.")]
    if len(signs) != LENGTH or any(sign not in ALPHABET for sign in signs):
        return None
    return "".join(signs)


def keyed_hash(key: bytes, sitting_id: str, candidate_id: str, code: str) -> bytes:
    """What is stored of a code, 32 bytes: HMAC-SHA256 under the room's key, bound to sitting and candidate.

    Fast on purpose: three hundred candidates sign in within a minute, and the key is not in the database.
    """
    text = b"examroom/access-code/1\0" + b"\0".join(part.encode() for part in (sitting_id, candidate_id, code))
    return hmac.digest(key, text, "sha256")
