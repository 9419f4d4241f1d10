"""XML from outside as a small tree: no DTD, no entities, no network, bounded in size, depth and number of elements.

Names come out as `prefix:local` with the prefixes of the caller's table, whatever the file calls them.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NoReturn, Protocol
from xml.parsers import expat

from question_bank.formats.zips import Fault, UnreadableFileError
from question_bank.phrase import phrase

MAX_DEPTH = 100
MAX_ELEMENTS = 500_000  # about 100 MB of tree, and a second to build
_CHUNK = 1024 * 1024
_MAX_TOKEN = 4 * 1024 * 1024  # bytes between two events: one start tag with its attributes
_TEXTS = frozenset({"w:t", "m:t", "w:delText", "w:instrText", "x:t", "a:t"})  # white space alone counts in these
_NOTHING: Mapping[str, str] = MappingProxyType({})
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # XML 1.0 has no way to write these
DECLARES = phrase("the file declares a document type or entities, which is not allowed")
TOO_DEEP = phrase("the file is too large or nested too deeply")


class Node:
    """An element: `name` and attribute names with a prefix, `text` all its character data, `children` its elements."""

    __slots__ = ("_pieces", "attributes", "children", "name")

    def __init__(self, name: str, attributes: Mapping[str, str]) -> None:
        self.name = name
        self.attributes = attributes
        self.children: Sequence[Node] = ()
        self._pieces: list[str] | None = None

    @property
    def text(self) -> str:
        """The character data directly in this element."""
        return "".join(self._pieces) if self._pieces else ""

    def add(self, node: Node) -> None:
        """One more child."""
        if isinstance(self.children, list):
            self.children.append(node)
        else:
            self.children = [node]

    def add_text(self, text: str) -> None:
        """More character data."""
        if self._pieces is None:
            self._pieces = []
        self._pieces.append(text)

    def get(self, name: str, default: str = "") -> str:
        """An attribute."""
        return self.attributes.get(name, default)

    def child(self, name: str) -> Node | None:
        """The first child of this name."""
        for node in self.children:
            if node.name == name:
                return node
        return None

    def all(self, name: str) -> Iterator[Node]:
        """The children of this name."""
        return (node for node in self.children if node.name == name)

    def walk(self) -> Iterator[Node]:
        """This element and all inside it, in the order of the file."""
        todo = [self]
        while todo:
            node = todo.pop()
            yield node
            todo.extend(reversed(node.children))

    def path(self, *names: str) -> Node | None:
        """The first descendant along these names."""
        node: Node | None = self
        for name in names:
            node = node.child(name) if node else None
        return node

    def all_text(self) -> str:
        """The character data of this element and all inside it."""
        return "".join(node.text for node in self.walk())


class NodeBuilder:
    """Builds a tree: receives expat's events; raises UnreadableFileError out of them."""

    def __init__(
        self, prefixes: Mapping[str, str], keep_text: bool = False, dropped: Container[str] = frozenset()
    ) -> None:
        self.top: Node | None = None
        self.open: list[Node] = []
        self.count = 0
        self._dropped = dropped
        self._prefixes = prefixes
        self._names: dict[str, str] = {}
        self._keep_text = keep_text

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self.count += 1
        if self.count > MAX_ELEMENTS or len(self.open) >= MAX_DEPTH:
            raise UnreadableFileError(TOO_DEEP, Fault.TOO_DEEP)
        known = self._names
        short = known.get(name) or self.name(name)
        said = (
            {known.get(key) or self.name(key): value for key, value in attributes.items()} if attributes else _NOTHING
        )
        node = Node(short, said)
        if not self.open:
            self.top = node
        elif short not in self._dropped:
            self.open[-1].add(node)
        self.open.append(node)

    def end(self, _name: str) -> None:
        """The innermost element ends."""
        self.open.pop()

    def text(self, text: str) -> None:
        """Character data of the innermost element."""
        if self._keep_text or not text.isspace() or self.open[-1].name in _TEXTS:
            self.open[-1].add_text(text)

    def name(self, full: str) -> str:
        """`namespace}local` with its prefix; an unknown namespace becomes `?`."""
        known = self._names.get(full)
        if known is None:
            namespace, brace, local = full.rpartition("}")
            known = f"{self._prefixes.get(namespace, '?')}:{local}" if brace else local
            self._names[full] = known
        return known

    def refuse(self, *_: object) -> NoReturn:
        """A declaration, which nothing from outside may have."""
        raise UnreadableFileError(DECLARES, Fault.DECLARES)


def writable(text: str) -> str:
    """A text for XML that we write: a sign in place of each character that it cannot hold."""
    return _UNWRITABLE.sub("\ufffd", text)


class Events(Protocol):
    """What a parser tells."""

    def start(self, name: str, attributes: dict[str, str], /) -> None:
        """An element begins."""

    def end(self, name: str, /) -> None:
        """The innermost element ends."""

    def text(self, text: str, /) -> None:
        """Character data of the innermost element."""

    def refuse(self, *_: object) -> NoReturn:
        """A declaration that is not allowed: must raise."""


def closed_parser(events: Events, separator: str | None) -> expat.XMLParserType:
    """A parser for what comes from outside: declarations of types and entities are refused, nothing is fetched."""
    parser = expat.ParserCreate(namespace_separator=separator)
    parser.buffer_text = True
    parser.StartElementHandler = events.start
    parser.EndElementHandler = events.end
    parser.CharacterDataHandler = events.text
    parser.StartDoctypeDeclHandler = events.refuse
    parser.EntityDeclHandler = events.refuse
    parser.ExternalEntityRefHandler = events.refuse
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    return parser


def feed(parser: expat.XMLParserType, chunks: Iterable[bytes]) -> None:
    """Parse a whole document, piece by piece. Raises UnreadableFileError when it is not well-formed, or one tag has no end."""
    fed = 0
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
            fed += len(chunk)
            if fed - parser.CurrentByteIndex > _MAX_TOKEN:
                raise UnreadableFileError(TOO_DEEP, Fault.TOO_DEEP)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise UnreadableFileError(phrase("the file's XML is damaged")) from error


def pieces(data: bytes) -> Iterator[bytes]:
    """Data as `feed` takes it."""
    return (data[at : at + _CHUNK] for at in range(0, len(data), _CHUNK))


def parse_xml(
    data: bytes, prefixes: Mapping[str, str], keep_text: bool = False, dropped: Container[str] = frozenset()
) -> Node:
    """The tree of a document. White space between elements is left out unless `keep_text`, and so are elements called as in
    `dropped`, with all inside them. Raises UnreadableFileError."""
    builder = NodeBuilder(prefixes, keep_text, dropped)
    parser = closed_parser(builder, "}")
    feed(parser, pieces(data))
    if builder.top is None:
        raise UnreadableFileError(phrase("the file's XML is damaged"))
    return builder.top
