"""Moodle's XML as a small tree that knows its lines: no DTD, no entities, no network, bounded in depth and size.

Moodle writes HTML as character data; where somebody wrote it as elements instead, `inner` gives it back as HTML.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat  # hardened below: declarations of types and entities are refused, nothing is fetched

from question_bank.phrase import Phrase, phrase

MAX_DEPTH = 100
MAX_ELEMENTS = 1_000_000  # of 5,000 questions, two hundred each
_CONTROLS = bytes(one for one in range(32) if one not in (9, 10, 13))


@dataclass(slots=True)
class Node:
    """An element, the line it begins in (from 1), and its texts and elements in order."""

    name: str
    attributes: Mapping[str, str]
    line: int
    children: list[Node | str] = field(default_factory=list)

    def all(self, name: str) -> Iterator[Node]:
        """The elements of this name in it."""
        return (one for one in self.children if isinstance(one, Node) and one.name == name)

    def child(self, name: str) -> Node | None:
        """The first element of this name."""
        return next(self.all(name), None)

    def inner(self) -> str:
        """All that is in it: text, and elements as HTML."""
        if all(isinstance(one, str) for one in self.children):
            return "".join(one for one in self.children if isinstance(one, str))
        return "".join(html.escape(one, quote=False) if isinstance(one, str) else one.outer() for one in self.children)

    def outer(self) -> str:
        """The element itself as HTML."""
        attributes = "".join(f' {name}="{html.escape(value)}"' for name, value in self.attributes.items())
        return f"<{self.name}{attributes}>{self.inner()}</{self.name}>"

    def text(self, name: str) -> str:
        """The text of an element in it, which may stand in a `<text>` of its own; empty for none."""
        found = self.child(name)
        inside = found.child("text") if found else None
        return (inside or found).inner().strip() if found else ""


@dataclass(frozen=True, slots=True)
class Damaged:
    """Why the file is no such tree, and the line where that showed."""

    message: Phrase
    line: int


class _RefusedError(Exception):
    def __init__(self, message: Phrase) -> None:
        super().__init__(message.message)
        self.message = message


def read_tree(data: bytes) -> tuple[Node, bool] | Damaged:
    """The root of a document, and whether control characters, which XML forbids, had to be taken out of it."""
    builder = _Builder()
    cleaned = (
        data if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data[:64] else data.translate(None, _CONTROLS)
    )
    try:
        builder.parser.Parse(cleaned, True)
    except _RefusedError as refused:
        return Damaged(refused.message, builder.parser.CurrentLineNumber)
    except (expat.ExpatError, ValueError, LookupError) as error:
        detail = str(error).partition(":")[0]
        return Damaged(phrase("this is not XML: %(detail)s", detail=detail), builder.parser.CurrentLineNumber)
    root = next((one for one in builder.open[0].children if isinstance(one, Node)), None)
    return (root, len(cleaned) != len(data)) if root else Damaged(phrase("the file is empty"), 1)


class _Builder:
    """Receives expat's events; raises _RefusedError out of them."""

    def __init__(self) -> None:
        self.open = [Node("", {}, 0)]
        self.count = 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text
        self.parser.StartDoctypeDeclHandler = self.refuse
        self.parser.EntityDeclHandler = self.refuse
        self.parser.ExternalEntityRefHandler = self.refuse
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if self.count > MAX_ELEMENTS:
            raise _RefusedError(phrase("the file holds more than %(most)s values", most=MAX_ELEMENTS))
        if len(self.open) > MAX_DEPTH:
            raise _RefusedError(phrase("nested deeper than %(most)s levels", most=MAX_DEPTH))
        node = Node(name, attributes, self.parser.CurrentLineNumber)
        self.open[-1].children.append(node)
        self.open.append(node)

    def end(self, _name: str) -> None:
        self.open.pop()

    def text(self, text: str) -> None:
        self.open[-1].children.append(text)

    def refuse(self, *_: object) -> NoReturn:
        raise _RefusedError(phrase("the file declares a document type or entities, which is not allowed"))
