"""XML as a small tree that knows its lines and keeps its texts between its elements: what Moodle's files and QTI's are read into.

Each format says in a builder of its own what elements are called and how many there may be.
"""

from __future__ import annotations

import html
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat  # only for its errors: the parser is `closed_parser`

from question_bank.formats.xml_tree import DECLARES, closed_parser
from question_bank.phrase import Phrase, phrase

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

    def flag(self, name: str, default: bool = False) -> bool:
        """An attribute that is a truth of XML."""
        return self.attributes.get(name, "true" if default else "false") in ("true", "1")

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


class RefusedError(Exception):
    """A builder's no, out of the parser's events; `read_lined` makes a `Damaged` of it."""

    def __init__(self, message: Phrase) -> None:
        super().__init__(message.message)
        self.message = message


class TreeBuilder(ABC):
    """Receives the parser's events for one document. With a `separator`, names come as `namespace` + `separator` + `local`."""

    def __init__(self, separator: str | None = None) -> None:
        self.open = [Node("", {}, 0)]
        self.parser = closed_parser(self, separator)

    @abstractmethod
    def admit(self, depth: int) -> None:
        """Whether there may be one more element, so deep (the root is 1). Raises RefusedError."""

    def named(self, name: str, attributes: Mapping[str, str]) -> tuple[str, Mapping[str, str]]:
        """What an element and its attributes are called here."""
        return name, attributes

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self.admit(len(self.open))
        node = Node(*self.named(name, attributes), self.parser.CurrentLineNumber)
        self.open[-1].children.append(node)
        self.open.append(node)

    def end(self, _name: str) -> None:
        """The innermost element ends."""
        self.open.pop()

    def text(self, text: str) -> None:
        """Character data of the innermost element."""
        self.open[-1].children.append(text)

    def refuse(self, *_: object) -> NoReturn:
        """A declaration that is not allowed."""
        raise RefusedError(DECLARES)


def without_controls(data: bytes) -> bytes:
    """A document without the control characters that XML forbids; in UTF-16, which has zeros everywhere, they stay."""
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data[:64]
    return data if wide else data.translate(None, _CONTROLS)


def read_lined(builder: TreeBuilder, data: bytes) -> Node | Damaged:
    """The root of a document, or why it has none. A builder serves once."""
    try:
        builder.parser.Parse(data, True)
    except RefusedError as refused:
        return Damaged(refused.message, builder.parser.CurrentLineNumber)
    except (expat.ExpatError, ValueError, LookupError) as error:
        detail = str(error).partition(":")[0]
        return Damaged(phrase("this is not XML: %(detail)s", detail=detail), builder.parser.CurrentLineNumber)
    root = next((one for one in builder.open[0].children if isinstance(one, Node)), None)
    return root or Damaged(phrase("the file is empty"), 1)
