"""QTI's XML as a small tree in the words of QTI 2.x, whatever its version: `qti-choice-interaction` is `choiceInteraction`.

Bounded in depth and in the number of elements. Namespaces are folded into names: what is
of QTI, HTML or MathML has its local name, what is included `xi:include`, what is for assistive programs `apip:…`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from question_bank.formats.lined_tree import Damaged, Node, RefusedError, TreeBuilder, read_lined, without_controls
from question_bank.formats.xml_tree import MAX_DEPTH
from question_bank.phrase import phrase

MAX_ELEMENTS = 400_000  # of all documents of a file: a second to read; an item has sixty to some hundreds
_KEBAB = re.compile(r"-([a-z0-9])")


@dataclass(slots=True)
class Room:
    """How many elements the documents of one file may still have together."""

    left: int = MAX_ELEMENTS


def read_document(data: bytes, room: Room | None = None) -> Node | Damaged:
    """The root element of a document, or why it is none."""
    return read_lined(_Builder(room or Room()), without_controls(data))


def elements(node: Node) -> list[Node]:
    """The elements directly inside."""
    return [one for one in node.children if isinstance(one, Node)]


def walk(node: Node) -> list[Node]:
    """The element and all inside it, in the order of the document."""
    found: list[Node] = []
    todo = [node]
    while todo:
        here = todo.pop()
        found.append(here)
        todo += reversed(elements(here))
    return found


def words(node: Node | None) -> str:
    """All the character data inside, in one line."""
    if node is None:
        return ""
    return " ".join("".join(texts(node)).split())


def texts(node: Node) -> list[str]:
    """The character data inside, in order."""
    found: list[str] = []
    todo: list[Node | str] = [node]
    while todo:
        here = todo.pop()
        if isinstance(here, str):
            found.append(here)
        else:
            todo += reversed(here.children)
    return found


@lru_cache(maxsize=4096)
def _name(full: str) -> str:
    namespace, _, local = full.rpartition("}")
    if namespace.endswith("/XInclude"):
        return f"xi:{local}"
    if "apip" in namespace.lower():
        return f"apip:{local}"
    return _camel(local[4:]) if local.startswith("qti-") else local


@lru_cache(maxsize=4096)
def _attribute(full: str, ours: bool) -> str:
    namespace, _, local = full.rpartition("}")
    if namespace:
        return f"xml:{local}" if namespace.endswith("/namespace") else f"?:{local}"
    return _camel(local) if ours and not local.startswith(("data-", "aria-")) else local


def _camel(name: str) -> str:
    return _KEBAB.sub(lambda found: found[1].upper(), name)


class _Builder(TreeBuilder):
    def __init__(self, room: Room) -> None:
        super().__init__(separator="}")
        self.room = room

    def admit(self, depth: int) -> None:
        self.room.left -= 1
        if self.room.left < 0 or depth > MAX_DEPTH:
            raise RefusedError(phrase("the file is too large or nested too deeply"))

    def named(self, name: str, attributes: Mapping[str, str]) -> tuple[str, Mapping[str, str]]:
        ours = name.rpartition("}")[2].startswith("qti-")
        return _name(name), {_attribute(key, ours): value for key, value in attributes.items()}
