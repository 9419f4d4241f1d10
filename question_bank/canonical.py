"""The one byte encoding (canonical JSON, RFC 8785) and digest (SHA-256), for signing and hashing.

Only the values the project uses: strings, integers within ±(2^53 - 1), booleans, null, lists and objects.
A fraction never appears (marks are hundredths, durations are whole units), so the number formatting of
RFC 8785 §3.2.2.3 reduces to decimal integers and two writers cannot disagree about it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from typing import TypeAlias, cast

from question_bank.errors import ExamRoomError

JSON: TypeAlias = "bool | int | str | list[JSON] | dict[str, JSON] | None"

MAX_INTEGER = 2**53 - 1  # the largest integer that every JSON reader holds exactly (RFC 8785 appendix B)
MAX_DEPTH = 64  # levels; our deepest document has nine, and a hostile one must not exhaust the stack

_ASTRAL = "\U00010000"  # at and above this, code-point order and UTF-16 order of keys differ
_ASTRAL_BYTES = re.compile(rb"[\xf0-\xf7]")
_MAX_DIGITS = 17  # characters of an integer with its sign; longer ones are not even converted
_dumps = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, check_circular=False, sort_keys=True, separators=(",", ":")
).encode
_dumps_as_is = json.JSONEncoder(ensure_ascii=False, allow_nan=False, check_circular=False, separators=(",", ":")).encode


class CanonicalError(ExamRoomError):
    """A value has no canonical encoding, or bytes are not the encoding of a value."""


def encode(value: object) -> bytes:
    """The canonical bytes of a value; equal values give equal bytes, whatever the order of their keys.

    Tuples are written as lists. Raises CanonicalError for a fraction, an integer beyond ±(2^53 - 1), a key
    that is not a string, a lone surrogate, any other type, or nesting deeper than MAX_DEPTH.
    """
    text = _dumps_as_is(_reordered(value)) if _needs_reordering(value, 0) else _dumps(value)
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise CanonicalError("a string holds a lone surrogate") from error


def digest(value: object) -> bytes:
    """SHA-256, 32 bytes: of the bytes themselves when given bytes, else of the canonical encoding."""
    return hashlib.sha256(value if isinstance(value, bytes) else encode(value)).digest()


def decode(data: bytes, max_bytes: int, *, canonical: bool = False) -> JSON:
    """The value written in `data` (UTF-8 JSON), strictly.

    Refuses more than `max_bytes`, another encoding, a repeated key, NaN, Infinity, fractions and everything
    `encode` refuses; with `canonical`, also every byte sequence other than the canonical one.
    Raises CanonicalError.
    """
    if len(data) > max_bytes:
        raise CanonicalError(f"{len(data)} bytes of JSON, more than the {max_bytes} allowed here")
    try:
        # A repeated key vanishes in the value, so where the bytes are compared it needs no looking for.
        value = cast(JSON, (_plain_decoder if canonical else _decoder).decode(data.decode("utf-8")))
    except UnicodeDecodeError as error:
        raise CanonicalError("the text is not UTF-8") from error
    except json.JSONDecodeError as error:
        raise CanonicalError(f"the text is not JSON: {error}") from error
    except RecursionError as error:
        raise CanonicalError("the JSON is nested too deeply") from error
    if (_as_decoded(value) if canonical and _is_plain(data) else encode(value)) != data and canonical:
        raise CanonicalError("the JSON is not in its canonical form")
    return value


def _is_plain(data: bytes) -> bool:
    """Whether nothing in these bytes can be nested too deeply or need UTF-16 order: the short way is safe.

    Characters beyond the Basic Multilingual Plane, and only they, take bytes from 0xF0 on in UTF-8.
    """
    return data.count(b"[") + data.count(b"{") <= MAX_DEPTH and _ASTRAL_BYTES.search(data) is None


def _as_decoded(value: JSON) -> bytes:
    """The canonical bytes of what the decoder gave, whose numbers and types it has checked already."""
    try:
        return _dumps(value).encode("utf-8")
    except UnicodeEncodeError as error:
        raise CanonicalError("a string holds a lone surrogate") from error


def _needs_reordering(value: object, depth: int) -> bool:
    """Check every part of a value; True when a key needs UTF-16 order, which the C encoder does not know.

    Leaves are looked at where they stand: this runs for every record that travels, and a call costs more than the look.
    """
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return False
    if kind is not list and kind is not dict and not isinstance(value, (list, tuple, dict)):
        return _leaf(value)
    if depth >= MAX_DEPTH:
        raise CanonicalError("the value is nested too deeply")
    astral = False
    if isinstance(value, dict):
        astral = _any_astral(value)
        value = value.values()
    for part in value:  # type: ignore[attr-defined]  # a list, a tuple, or the values of a dict
        kind = type(part)
        if kind is str or kind is bool or part is None:
            continue
        if kind is int:
            if not -MAX_INTEGER <= part <= MAX_INTEGER:
                raise CanonicalError(f"{part} is outside ±(2^53 - 1)")
        elif _needs_reordering(part, depth + 1):
            astral = True
    return astral


def _any_astral(keys: Iterable[object]) -> bool:
    """Whether a key holds a character beyond the Basic Multilingual Plane; every key is checked to be a string."""
    astral = False
    for key in keys:
        if type(key) is not str and not isinstance(key, str):
            raise CanonicalError(f"the key {key!r} is not a string")
        if not key.isascii() and max(key) >= _ASTRAL:
            astral = True
    return astral


def _leaf(value: object) -> bool:
    if isinstance(value, int):
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise CanonicalError(f"{value} is outside ±(2^53 - 1)")
    elif not isinstance(value, str):
        raise CanonicalError(f"a {type(value).__name__} has no canonical encoding")
    return False


def _reordered(value: object) -> object:
    if isinstance(value, dict):
        # RFC 8785 §3.2.3: keys are compared as arrays of UTF-16 code units; surrogatepass leaves the
        # refusal of lone surrogates to the one place that makes it.
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return {key: _reordered(value[key]) for key in keys}
    if isinstance(value, (list, tuple)):
        return [_reordered(part) for part in value]
    return value


def _object(pairs: list[tuple[str, JSON]]) -> dict[str, JSON]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        again = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise CanonicalError(f"the key {again!r} appears twice")
    return found


def _integer(text: str) -> int:
    if len(text) > _MAX_DIGITS:
        raise CanonicalError("an integer is outside ±(2^53 - 1)")
    number = int(text)
    if not -MAX_INTEGER <= number <= MAX_INTEGER:
        raise CanonicalError(f"{number} is outside ±(2^53 - 1)")
    return number


def _refuse_number(text: str) -> JSON:
    raise CanonicalError(f"{text} is not an integer")


_decoder = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_refuse_number, parse_int=_integer, parse_constant=_refuse_number
)
_plain_decoder = json.JSONDecoder(parse_float=_refuse_number, parse_int=_integer, parse_constant=_refuse_number)
