"""YAML as a tree that remembers where everything stands, read from a hostile file safely.

Only what a person needs to write items: mappings, lists and texts. Every scalar is the text as written (`A: 2020` is
“2020”, `no` is “no”); anchors, aliases, tags and directives are refused, which leaves nothing that could expand, load
or construct anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from yaml import CSafeLoader
from yaml import parse as events_of
from yaml.error import MarkedYAMLError, YAMLError
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from question_bank.canonical import JSON
from question_bank.phrase import Phrase, phrase
from question_bank.problems import Path

MAX_BYTES = 2 * 1024 * 1024  # about 2,000 items in one file
MAX_DEPTH = 12  # levels; our deepest document has five
MAX_NODES = 100_000  # about 5,000 items in one file
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True, slots=True)
class Place:
    """Line and column, counted from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar as written; `nothing` when it is empty or a plain null."""

    text: str
    nothing: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Series:
    """A list."""

    items: tuple[Node, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping, in the order of the file; a repeated key appears twice."""

    entries: tuple[tuple[Text, Node], ...]
    place: Place

    def get(self, name: str) -> Node | None:
        """The first value under a key."""
        return next((value for key, value in self.entries if key.text == name), None)


Node: TypeAlias = Text | Series | Table


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a text is not such a tree, and where that was noticed."""

    code: str
    place: Place
    message: Phrase
    hint: Phrase | None = None


def parse(text: str) -> Node | Unreadable:
    """The one document of a YAML text. Never raises; bounded in depth and size."""
    try:
        return _Builder(events_of(text, CSafeLoader)).document()
    except _RefusedError as refused:
        return refused.unreadable
    except MarkedYAMLError as error:
        return _syntax_error(error)
    except (YAMLError, ValueError) as error:
        message = phrase("this is not YAML: %(detail)s", detail=str(error).splitlines()[0])
        return Unreadable("bad_yaml", Place(1, 1), message)


def plain(node: Node) -> JSON:
    """The tree without places: texts, None for nothing, lists and objects; of a repeated key the first value."""
    match node:
        case Text():
            return None if node.nothing else node.text
        case Series():
            return [plain(item) for item in node.items]
        case Table():
            found: dict[str, JSON] = {}
            for key, value in node.entries:
                found.setdefault(key.text, plain(value))
            return found


def locate(node: Node, path: Path) -> Place:
    """Where the value at `path` stands, or the nearest thing above it that is there."""
    for step in path:
        inner: Node | None = None
        if isinstance(node, Table) and isinstance(step, str):
            inner = node.get(step)
        elif isinstance(node, Series) and isinstance(step, int) and step < len(node.items):
            inner = node.items[step]
        if inner is None:
            break
        node = inner
    return node.place


def repeated_keys(node: Node) -> Iterator[Text]:
    """Every key, at any depth, that its mapping already had."""
    match node:
        case Series():
            for item in node.items:
                yield from repeated_keys(item)
        case Table():
            seen: set[str] = set()
            for key, value in node.entries:
                if key.text in seen:
                    yield key
                seen.add(key.text)
                yield from repeated_keys(value)
        case Text():
            pass


class _RefusedError(Exception):
    def __init__(self, unreadable: Unreadable) -> None:
        super().__init__(unreadable.code)
        self.unreadable = unreadable


class _Builder:
    """Builds the tree from parser events; recursion is bounded by MAX_DEPTH."""

    __slots__ = ("_depth", "_events", "_nodes")

    def __init__(self, events: Iterator[Event]) -> None:
        self._events = events
        self._depth = 0
        self._nodes = 0

    def document(self) -> Node:
        root: Node | None = None
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                if root is not None:
                    raise _refused("several_documents", event, phrase("a second document begins here"),
                                   phrase("put it into a file of its own"))  # fmt: skip
                if event.version or event.tags:
                    raise _refused("not_plain_yaml", event, phrase("YAML directives are not used here"))
                root = self._node(next(self._events))
        if root is None:
            raise _RefusedError(Unreadable("empty_file", Place(1, 1), phrase("the file is empty")))
        return root

    def _node(self, event: Event) -> Node:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise _refused("too_large", event, phrase("the file holds more than %(most)s values", most=MAX_NODES),
                           phrase("divide it into several files"))  # fmt: skip
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None) or getattr(event, "tag", None):
            raise _refused("not_plain_yaml", event, phrase("anchors (&), aliases (*) and tags (!) are not used here"),
                           phrase("put the text between quotation marks"))  # fmt: skip
        if isinstance(event, ScalarEvent):
            nothing = not event.value.strip() or (not event.style and event.value in _NULLS)
            return Text(event.value, nothing, _place(event))
        if self._depth >= MAX_DEPTH:
            raise _refused("too_deep", event, phrase("nested deeper than %(most)s levels", most=MAX_DEPTH))
        self._depth += 1
        node = self._series(event) if isinstance(event, SequenceStartEvent) else self._table(event)
        self._depth -= 1
        return node

    def _series(self, start: Event) -> Series:
        items: list[Node] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            items.append(self._node(event))
        return Series(tuple(items), _place(start))

    def _table(self, start: Event) -> Table:
        assert isinstance(start, MappingStartEvent)
        entries: list[tuple[Text, Node]] = []
        while not isinstance(event := next(self._events), MappingEndEvent):
            key = self._node(event)
            if not isinstance(key, Text):
                raise _refused("not_plain_yaml", event, phrase("the name of a field must be a word"),
                               phrase("put the text between quotation marks"))  # fmt: skip
            value = self._node(next(self._events))
            if isinstance(value, Text) and not value.text:
                value = Text("", True, key.place)  # the parser says where the next thing begins
            entries.append((key, value))
        return Table(tuple(entries), _place(start))


def _place(event: Event) -> Place:
    mark = event.start_mark
    return Place(mark.line + 1, mark.column + 1)


def _refused(code: str, event: Event, message: Phrase, hint: Phrase | None = None) -> _RefusedError:
    return _RefusedError(Unreadable(code, _place(event), message, hint))


def _syntax_error(error: MarkedYAMLError) -> Unreadable:
    if "quoted scalar" in str(error.context) and error.context_mark:
        place = Place(error.context_mark.line + 1, error.context_mark.column + 1)
        return Unreadable("bad_yaml", place, phrase("the quotation mark that opens here is not closed"))
    mark = error.problem_mark or error.context_mark
    place = Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)
    detail = " ".join(str(part) for part in (error.context, error.problem) if part)
    hint = phrase("a text with “: ” or “#” in it, or that begins with a sign, needs quotation marks")
    return Unreadable("bad_yaml", place, phrase("this is not YAML: %(detail)s", detail=detail), hint)
