"""Typed values from JSON and back: the one place where a payload becomes a dataclass.

A message, a record or an event is a frozen dataclass whose annotations *are* its specification: `Annotated` markers
(`Text`, `Whole`, `Hex`, `Items`) give the bounds, and an annotation without a bound is refused when it is compiled,
so that no payload can be written that a hostile peer may grow without limit.
"""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from enum import StrEnum
from operator import attrgetter
from typing import Annotated, Any, Literal, Self, TypeAlias, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from question_bank.canonical import JSON, MAX_INTEGER

Reader: TypeAlias = Callable[[object], object]
Writer: TypeAlias = Callable[[Any], JSON]


@dataclass(frozen=True, slots=True)
class Malformed:
    """A payload that is not what it should be: `where` is a path such as `records[3].seq`, `why` is in English."""

    where: str
    why: str


@dataclass(frozen=True, slots=True)
class Text:
    """Bounds of a string, in characters; a control character other than tab and line feed is refused."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Raw:
    """A string of at most this many characters, to be judged by the layer above: control characters pass."""

    most: int


@dataclass(frozen=True, slots=True)
class Whole:
    """Bounds of an integer, both included."""

    least: int = 0
    most: int = MAX_INTEGER


@dataclass(frozen=True, slots=True)
class Hex:
    """A lower-case hexadecimal string of exactly this many bytes."""

    octets: int


@dataclass(frozen=True, slots=True)
class Items:
    """How many entries a list or an object may hold."""

    most: int


@dataclass(frozen=True, slots=True)
class Members:
    """A JSON object whose members the layer above reads (an item type's response); bounded by the message around it."""


Id = Annotated[str, Text(1, 64)]
Label = Annotated[str, Text(0, 64)]
Name = Annotated[str, Text(0, 200)]
Line = Annotated[str, Text(0, 500)]
Digest = Annotated[str, Hex(32)]
Source = Annotated[str, Hex(16)]
Instant = Annotated[int, Whole()]
Span = Annotated[int, Whole()]
Signed = Annotated[int, Whole(-MAX_INTEGER, MAX_INTEGER)]
Count = Annotated[int, Whole(0, 1_000_000)]
Seq = Annotated[int, Whole(1)]
Response = Annotated[Mapping[str, object], Members()]

T = TypeVar("T", bound="Shaped")


class _BadError(Exception):
    """Inside this module only: what is wrong, with the path so far."""

    def __init__(self, why: str, where: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.where = where


class Shaped:
    """A dataclass that reads itself from JSON and writes itself as JSON."""

    __slots__ = ()

    @classmethod
    def parse(cls, obj: object) -> Self | Malformed:
        """The value in `obj` (what `json.loads` gives), strictly: no field missing, unknown or out of bounds.

        A field with a default may be missing.
        """
        try:
            return cast(Self, _codec(cls).read(obj))
        except _BadError as bad:
            return Malformed(bad.where.lstrip("."), bad.why)

    def wire(self) -> dict[str, JSON]:
        """The JSON object that `parse` reads; shares inner values with this one, so it is not to be changed."""
        return _codec(type(self)).write(self)


@dataclass(frozen=True, slots=True)
class _Codec:
    make: Callable[..., object]
    readers: Mapping[str, Reader]
    optional: frozenset[str]
    names: tuple[str, ...]
    values: Callable[[object], tuple[JSON, ...]]
    writers: tuple[tuple[str, Writer], ...]

    def read(self, obj: object) -> object:
        if not isinstance(obj, dict):
            raise _BadError("an object is needed")
        readers = self.readers
        read: dict[str, object] = {}
        for name, value in obj.items():
            reader = readers.get(name)
            if reader is None:
                raise _BadError("an unknown field", f".{str(name)[:64]}")
            try:
                read[name] = reader(value)
            except _BadError as bad:
                raise _BadError(bad.why, f".{name}{bad.where}") from None
        if len(read) < len(readers) and (missing := readers.keys() - read.keys() - self.optional):
            raise _BadError("a field is missing", f".{min(missing)}")
        return self.make(**read)

    def write(self, value: object) -> dict[str, JSON]:
        written = dict(zip(self.names, self.values(value), strict=True))
        for name, writer in self.writers:
            written[name] = writer(written[name])
        return written


_CODECS: dict[type, _Codec] = {}  # one for each class ever read or written: as many as the source has


def _codec(cls: type) -> _Codec:
    found = _CODECS.get(cls)
    if found is None:
        found = _CODECS[cls] = _compiled(cls)
    return found


def _compiled(cls: type) -> _Codec:
    hints = get_type_hints(cls, include_extras=True)
    own = [field for field in fields(cls) if field.init]
    names = tuple(field.name for field in own)
    optional = frozenset(f.name for f in own if f.default is not MISSING or f.default_factory is not MISSING)
    writers = tuple((name, found) for name in names if (found := _writer(hints[name])) is not None)
    return _Codec(
        make=cls,
        readers={name: _reader(hints[name], f"{cls.__name__}.{name}") for name in names},
        optional=optional,
        names=names,
        values=_values(names),
        writers=writers,
    )


def _values(names: tuple[str, ...]) -> Callable[[object], tuple[JSON, ...]]:
    if not names:
        return lambda value: ()
    if len(names) == 1:
        only = attrgetter(names[0])
        return lambda value: (only(value),)
    return cast("Callable[[object], tuple[JSON, ...]]", attrgetter(*names))


# --- reading --------------------------------------------------------------------------------------------------------


def _reader(hint: Any, what: str) -> Reader:
    if get_origin(hint) is Annotated:
        base, *marks = get_args(hint)
        return _bounded(base, marks[0], what)
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _optional(hint, what)
    if origin is Literal:
        return _one_of(frozenset(get_args(hint)))
    if hint is bool:
        return _boolean
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _member(hint)
    if isinstance(hint, type) and issubclass(hint, Shaped):
        return lambda value: _codec(hint).read(value)
    raise TypeError(f"{what}: {hint!r} has no bound, or is not a type that travels")


def _bounded(base: Any, mark: object, what: str) -> Reader:
    match mark:
        case Text(least, most):
            return _text(least, most)
        case Raw(most):
            return _text(0, most, _SURROGATE)
        case Whole(least, most):
            return _whole(least, most)
        case Hex(octets):
            return _hexadecimal(octets)
        case Members():
            return _members
        case Items(most) if get_origin(base) is tuple:
            return _listed(_reader(get_args(base)[0], what), most)
        case Items(most):
            key, value = get_args(base)
            return _mapped(_reader(key, what), _reader(value, what), most)
    raise TypeError(f"{what}: {mark!r} is not a bound")


def _optional(hint: Any, what: str) -> Reader:
    inner = [part for part in get_args(hint) if part is not types.NoneType]
    if len(inner) != 1:
        raise TypeError(f"{what}: only a union with None travels")
    reader = _reader(inner[0], what)
    return lambda value: None if value is None else reader(value)


_SURROGATE = re.compile("[\ud800-\udfff]")  # alone, which no encoding can write
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_HEX = re.compile(r"[0-9a-f]*\Z")


def _text(least: int, most: int, unwanted: re.Pattern[str] = _UNWANTED) -> Reader:
    def read(value: object) -> object:
        if not isinstance(value, str):
            raise _BadError("a text is needed")
        if not least <= len(value) <= most:
            raise _BadError(f"a text of {least} to {most} characters is needed, not {len(value)}")
        if not value.isprintable() and unwanted.search(value):
            raise _BadError("a control character")
        return value

    return read


def _whole(least: int, most: int) -> Reader:
    def read(value: object) -> object:
        if type(value) is not int:  # a bool is an int to isinstance
            raise _BadError("a whole number is needed")
        if not least <= value <= most:
            raise _BadError(f"a whole number from {least} to {most} is needed")
        return value

    return read


def _hexadecimal(octets: int) -> Reader:
    def read(value: object) -> object:
        if not isinstance(value, str) or len(value) != 2 * octets or not _HEX.match(value):
            raise _BadError(f"{octets} bytes in lower-case hexadecimal are needed")
        return value

    return read


def _boolean(value: object) -> object:
    if not isinstance(value, bool):
        raise _BadError("true or false is needed")
    return value


def _members(value: object) -> object:
    if not isinstance(value, dict):
        raise _BadError("an object is needed")
    return value


def _one_of(allowed: frozenset[object]) -> Reader:
    def read(value: object) -> object:
        if not isinstance(value, (str, int)) or value not in allowed:
            raise _BadError(f"one of {', '.join(sorted(map(str, allowed)))} is needed")
        return value

    return read


def _member(enum: type[StrEnum]) -> Reader:
    members = {member.value: member for member in enum}

    def read(value: object) -> object:
        found = members.get(value) if isinstance(value, str) else None
        if found is None:
            raise _BadError(f"{str(value)[:64]!r} is no {enum.__name__}")
        return found

    return read


def _listed(inner: Reader, most: int) -> Reader:
    def read(value: object) -> object:
        if not isinstance(value, (list, tuple)):
            raise _BadError("a list is needed")
        if len(value) > most:
            raise _BadError(f"at most {most} entries, not {len(value)}")
        found: list[object] = []
        for place, part in enumerate(value):
            try:
                found.append(inner(part))
            except _BadError as bad:
                raise _BadError(bad.why, f"[{place}]{bad.where}") from None
        return tuple(found)

    return read


def _mapped(key: Reader, inner: Reader, most: int) -> Reader:
    def read(value: object) -> object:
        if not isinstance(value, dict):
            raise _BadError("an object is needed")
        if len(value) > most:
            raise _BadError(f"at most {most} members, not {len(value)}")
        found: dict[object, object] = {}
        for name, part in value.items():
            try:
                found[key(name)] = inner(part)
            except _BadError as bad:
                raise _BadError(bad.why, f".{str(name)[:64]}{bad.where}") from None
        return found

    return read


# --- writing --------------------------------------------------------------------------------------------------------


def _writer(hint: Any) -> Writer | None:
    """How a field becomes JSON, or None when its value is JSON as it is (str, int, bool, enum of strings, None)."""
    if get_origin(hint) is Annotated:
        base, *marks = get_args(hint)
        return _many_writer(base) if isinstance(marks[0], Items) else None
    if get_origin(hint) in (Union, types.UnionType):
        inner = next(part for part in get_args(hint) if part is not types.NoneType)
        writer = _writer(inner)
        return None if writer is None else lambda value: None if value is None else writer(value)
    if isinstance(hint, type) and is_dataclass(hint):
        return lambda value: cast(Shaped, value).wire()
    return None


def _many_writer(base: Any) -> Writer:
    inner = _writer(get_args(base)[-1] if get_origin(base) is not tuple else get_args(base)[0])
    if get_origin(base) is tuple:
        return list if inner is None else lambda value: [inner(part) for part in value]
    return dict if inner is None else lambda value: {name: inner(part) for name, part in value.items()}
