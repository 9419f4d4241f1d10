"""MathType's and Equation Editor's own bytes as a tree (MTEF 3 and 5, as MathType's SDK describes them). Pure.

Sizes, colours, fonts, nudges and rulers are read over: they only say how it looks.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

_MOST_RECORDS = 20_000
_DEPTH = 40
_END, _LINE, _CHAR, _TEMPLATE, _PILE, _MATRIX, _EMBELLISHMENT, _RULER = range(8)


class DamagedError(ValueError):
    """The bytes are not what the format allows."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One character: its code, its typeface (1 text, 2 function, 3 variable, 7 vector …), marks on it by number."""

    code: int
    face: int
    marks: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Slot:
    """A line of things; `null` is a place that is not there."""

    things: tuple[Part, ...]
    null: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """A fraction, root, fence …, by the number of version 5; its parts are slots and signs."""

    selector: int
    variation: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """Lines one below the other, or the cells of a matrix with so many columns."""

    columns: int
    slots: tuple[Part, ...]


Part: TypeAlias = "Sign | Slot | Template | Rows"


def read_records(data: bytes) -> tuple[Part, ...]:
    """What an equation holds. Raises DamagedError."""
    try:
        return _Reader(data).equation()
    except (IndexError, struct.error) as error:
        raise DamagedError("the equation ends too early") from error


class _Reader:
    """One pass; `at` is the next byte."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self._left = _MOST_RECORDS
        self._version = data[0]
        self._skips: dict[int, Callable[[int], object]] = {
            _RULER: lambda _: self._ruler(), 9: lambda _: self._size(), **dict.fromkeys(range(10, 15), lambda _: None),
        }  # fmt: skip
        if self._version == 5:
            self._skips |= {
                8: lambda _: self._font_style(), 15: lambda _: self._count(), 16: self._colour, 17: lambda _: self._font(),
                18: lambda _: self._preferences(), 19: lambda _: self._name(),
            }  # fmt: skip
        else:
            self._skips[8] = lambda _: self._old_font()

    def equation(self) -> tuple[Part, ...]:
        """Everything behind the header."""
        if self._version not in (3, 5):
            raise DamagedError("another version of the format")
        self._at = 5
        if self._version == 5:
            self._name()
            self._at += 1
        return self._list(0)

    def _list(self, depth: int) -> tuple[Part, ...]:
        """Records up to the end of the list, or of the data."""
        if depth > _DEPTH:
            raise DamagedError("nested too deeply")
        found: list[Part] = []
        while self._at < len(self._data):
            self._left -= 1
            if self._left < 0:
                raise DamagedError("too many records")
            kind, options = self._tag()
            if kind == _END:
                break
            part = self._record(kind, options, depth)
            if part is not None:
                found.append(part)
        return tuple(found)

    def _tag(self) -> tuple[int, int]:
        """The kind of a record, and its options where they are in the tag."""
        tag = self._byte()
        return (tag & 0x0F, tag >> 4) if self._version == 3 else (tag, -1)

    def _record(self, kind: int, options: int, depth: int) -> Part | None:
        if self._version == 5 and kind >= 100:
            self._at += self._count()  # of a later version, which says how long it is
            return None
        skip = self._skips.get(kind)
        if skip is not None:
            skip(options)
            return None
        options = self._byte() if options < 0 else options
        if options & 0x08:
            self._nudge()
        if kind == _LINE:
            return self._line(options, depth)
        if kind == _CHAR:
            return self._char(options, depth)
        if kind == _TEMPLATE:
            return self._template(depth)
        if kind == _PILE:
            self._at += 2
            if options & 0x02:
                self._ruler_record()
            return Rows(1, self._list(depth + 1))
        if kind == _MATRIX:
            return self._matrix(depth)
        if kind == _EMBELLISHMENT:
            return Sign(-self._byte(), 0)
        raise DamagedError("an unknown record")

    def _line(self, options: int, depth: int) -> Slot:
        if options & 0x04:
            self._at += 2
        if options & 0x02:
            self._ruler_record()
        return Slot((), True) if options & 0x01 else Slot(self._list(depth + 1))

    def _char(self, options: int, depth: int) -> Sign:
        face = self._byte() - 128
        if self._version == 3:
            return Sign(self._word(), face, self._marks(depth) if options & 0x02 else ())
        code = 0 if options & 0x20 else self._word()
        position = self._byte() if options & 0x04 else self._word() if options & 0x10 else 0
        return Sign(code or position, face, self._marks(depth) if options & 0x01 else ())

    def _marks(self, depth: int) -> tuple[int, ...]:
        return tuple(-one.code for one in self._list(depth + 1) if isinstance(one, Sign) and one.code < 0)

    def _template(self, depth: int) -> Template:
        selector, variation = self._byte(), self._byte()
        if self._version == 5 and variation & 0x80:
            variation = (variation & 0x7F) | (self._byte() << 8)
        self._at += 1
        parts = self._list(depth + 1)
        if self._version == 3:
            selector, variation = as_version_5(selector, variation)
        return Template(selector, variation, parts)

    def _matrix(self, depth: int) -> Rows:
        self._at += 3
        rows, columns = self._byte(), self._byte()
        self._at += (2 * (rows + 1) + 7) // 8 + (2 * (columns + 1) + 7) // 8
        return Rows(max(columns, 1), self._list(depth + 1))

    # --- what is read over ---

    def _byte(self) -> int:
        self._at += 1
        return self._data[self._at - 1]

    def _word(self) -> int:
        self._at += 2
        return int(struct.unpack_from("<H", self._data, self._at - 2)[0])

    def _count(self) -> int:
        found = self._byte()
        return self._word() if found == 255 else found

    def _name(self) -> None:
        end = self._data.find(b"\0", self._at)
        if end < 0:
            raise DamagedError("a name without end")
        self._at = end + 1

    def _nudge(self) -> None:
        if (self._byte(), self._byte()) == (128, 128):
            self._at += 4

    def _ruler_record(self) -> None:
        if self._byte() & 0x0F != _RULER:
            raise DamagedError("a ruler was expected")
        self._ruler()

    def _ruler(self) -> None:
        self._at += 3 * self._byte()

    def _size(self) -> None:
        first = self._byte()
        self._at += 2 if first == 101 else 3 if first == 100 else 1

    def _font_style(self) -> None:
        self._count()
        self._at += 1

    def _font(self) -> None:
        self._count()
        self._name()

    def _old_font(self) -> None:
        self._at += 2
        self._name()

    def _colour(self, _options: int) -> None:
        options = self._byte()
        self._at += 8 if options & 0x01 else 6
        if options & 0x04:
            self._name()

    def _preferences(self) -> None:
        self._at += 1
        for _ in range(2):
            self._dimensions(self._byte())
        for _ in range(self._byte()):
            if self._byte():
                self._at += 1

    def _dimensions(self, count: int) -> None:
        """Numbers written digit by digit in half bytes, each ended by F; the last is filled up to a byte."""
        half = 0
        while count:
            byte = self._data[self._at + half // 2]
            digit = byte >> 4 if half % 2 == 0 else byte & 0x0F
            count -= digit == 0x0F
            half += 1
        self._at += (half + 1) // 2


_LIMITS = {0: 0x50, 1: 0x70, 2: 0x40}
_OLD_INTEGRALS = {21: 1, 22: 2, 23: 3, 24: 1, 25: 2, 26: 3}
_OLD_BIG = {29: 16, 30: 16, 31: 17, 32: 17, 33: 18, 34: 18, 35: 19, 36: 19, 37: 20, 38: 20}
_OLD_INTERVALS = {8: 0x22, 9: 0x33, 10: 0x23, 11: 0x12, 12: 0x30}
_OLD_ONE = {16: 12, 17: 13, 40: 26, 45: 30}


def as_version_5(selector: int, variation: int) -> tuple[int, int]:
    """A template of version 3 by the numbers of version 5."""
    if selector <= 7:
        return selector, {0: 3, 1: 1, 2: 2}.get(variation, 3)
    if selector in _OLD_INTERVALS:
        return 9, _OLD_INTERVALS[selector]
    if selector in (15, 44):
        return {0: 28, 1: 27}.get(variation, 29), 1 if selector == 44 else 0
    if selector in _OLD_INTEGRALS:
        limits = {0: 0, 1: 0x10, 2: 0x30, 3: 0, 4: 0x10} if selector < 24 else {0: 0x70, 1: 0x50, 2: 0x50}
        return 15, _OLD_INTEGRALS[selector] | limits.get(variation, 0x30)
    if selector in _OLD_BIG:
        return _OLD_BIG[selector], _LIMITS.get(variation, 0x70) & (0x70 if selector % 2 else 0x30)
    if selector in (18, 19, 20):
        return 14, (0x04 if variation == 0 else 0x08) | {18: 0x10, 19: 0x20, 20: 0x30}[selector]
    single = {
        13: (10, variation),
        14: (11, 0),
        27: (24, 1),
        28: (24, 0),
        39: (23, 0x70),
        41: (11, 2),
        46: (31, 2),
        47: (31, 6),
    }
    return single[selector] if selector in single else (_OLD_ONE.get(selector, 99), variation)
