"""QTI's XML as a small tree in the words of QTI 2.x, whatever its version: `qti-choice-interaction` is `choiceInteraction`.

No DTD, no entities, no network; bounded in depth and in the number of elements. Namespaces are folded into names: what is
of QTI, HTML or MathML has its local name, what is included `xi:include`, what is for assistive programs `apip:…`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from xml.parsers import expat  # hardened below: declarations of types and entities are refused, nothing is fetched

from question_bank.formats.moodle_tree import MAX_DEPTH, Damaged, Node
from question_bank.phrase import Phrase, phrase

MAX_ELEMENTS = 400_000  # of all documents of a file: a second to read; an item has sixty to some hundreds
_KEBAB = re.compile(r"-([a-z0-9])")
_CONTROLS = bytes(one for one in range(32) if one not in (9, 10, 13))


class _RefusedError(Exception):
    def __init__(self, message: Phrase) -> None:
        super().__init__(message.message)
        self.message = message


@dataclass(slots=True)
class Room:
    """How many elements the documents of one file may still have together."""

    left: int = MAX_ELEMENTS


def read_document(data: bytes, room: Room | None = None) -> Node | Damaged:
    """The root element of a document, or why it is none."""
    builder = _Builder(room or Room())
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data[:64]
    try:
        builder.parser.Parse(data if wide else data.translate(None, _CONTROLS), True)
    except _RefusedError as refused:
        return Damaged(refused.message, builder.parser.CurrentLineNumber)
    except (expat.ExpatError, ValueError, LookupError) as error:
        detail = str(error).partition(":")[0]
        return Damaged(phrase("this is not XML: %(detail)s", detail=detail), builder.parser.CurrentLineNumber)
    root = next((one for one in builder.open[0].children if isinstance(one, Node)), None)
    return root or Damaged(phrase("the file is empty"), 1)


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


class _Builder:
    """Receives expat's events; raises _RefusedError out of them."""

    def __init__(self, room: Room) -> None:
        self.open = [Node("", {}, 0)]
        self.room = room
        self.parser = expat.ParserCreate(namespace_separator="}")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text
        self.parser.StartDoctypeDeclHandler = self.refuse
        self.parser.EntityDeclHandler = self.refuse
        self.parser.ExternalEntityRefHandler = self.refuse
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.room.left -= 1
        if self.room.left < 0 or len(self.open) > MAX_DEPTH:
            raise _RefusedError(phrase("the file is too large or nested too deeply"))
        ours = name.rpartition("}")[2].startswith("qti-")
        node = Node(
            _name(name),
            {_attribute(key, ours): value for key, value in attributes.items()},
            self.parser.CurrentLineNumber,
        )
        self.open[-1].children.append(node)
        self.open.append(node)

    def end(self, _name: str) -> None:
        self.open.pop()

    def text(self, text: str) -> None:
        self.open[-1].children.append(text)

    def refuse(self, *_: object) -> int:
        raise _RefusedError(phrase("the file declares a document type or entities, which is not allowed"))
