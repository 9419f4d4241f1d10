"""What authors write into a text: plain words, and constructs between `{{` and `}}` (docs/items.md, §2).

Pure. `parse` gives a tree and everything wrong with it, `write` is its inverse; `plain_words` is the text without its looks.
"""

from __future__ import annotations

import re

from question_bank.content_nodes import MEDIA as MEDIA
from question_bank.content_nodes import SPANS as SPANS
from question_bank.content_nodes import Content as Content
from question_bank.content_nodes import Entries as Entries
from question_bank.content_nodes import Flaw as Flaw
from question_bank.content_nodes import Gap as Gap
from question_bank.content_nodes import Grid as Grid
from question_bank.content_nodes import Holds as Holds
from question_bank.content_nodes import Listing as Listing
from question_bank.content_nodes import Math as Math
from question_bank.content_nodes import Medium as Medium
from question_bank.content_nodes import Node as Node
from question_bank.content_nodes import Span as Span
from question_bank.content_nodes import Words as Words
from question_bank.content_nodes import joined as joined
from question_bank.content_nodes import plain_words as plain_words
from question_bank.content_nodes import trim as trim
from question_bank.content_nodes import walk as walk
from question_bank.content_reading import LITERAL, Reader
from question_bank.content_reading import MAX_CELLS as MAX_CELLS
from question_bank.content_reading import MAX_DEPTH as MAX_DEPTH
from question_bank.content_reading import MAX_TEX as MAX_TEX


def parse(text: str) -> tuple[Content, tuple[Flaw, ...]]:
    """The tree of a text and all that is wrong with it; a broken construct stands in the tree as the words it is."""
    reader = Reader(text)
    return reader.content(0), tuple(reader.flaws)


def write(content: Content) -> str:
    """The text that `parse` reads as this tree. Neighbouring words are joined."""
    return "".join(_written(node, 0) for node in joined(content))


def literal(text: str) -> str:
    """A plain text as an author must write it, so that nothing in it is a construct."""
    return text.replace("{{", LITERAL)


def media_names(text: str) -> frozenset[str]:
    """The files a text names."""
    return (
        frozenset(node.name for node in walk(parse(text)[0]) if isinstance(node, Medium))
        if "{{" in text
        else frozenset()
    )


def holds(content: Content) -> Holds:
    """What is in the text beside plain words."""
    found = Holds.NOTHING
    for node in walk(content):
        match node:
            case Span():
                found |= Holds.SPANS
            case Math():
                found |= Holds.MATH
            case Medium():
                found |= Holds.MEDIA
            case Listing() | Entries() | Grid():
                found |= Holds.BLOCKS
            case Gap():
                found |= Holds.GAPS
            case Words():
                pass
    return found


def _escaped(text: str) -> str:
    return re.sub(r"[\\{}|]", r"\\\g<0>", text)


def _written(node: Node, depth: int) -> str:
    match node:
        case Words(text=text):
            return _escaped(text) if depth else literal(text)
        case Span(kind=kind, inner=inner):
            return f"{{{{{kind}:{_all(inner, depth)}}}}}"
        case Math(tex=tex, display=display):
            return f"{{{{{'formula' if display else 'math'}:{tex}}}}}"
        case Medium(kind=kind, name=name, label=label):
            return f"{{{{{kind}:{name}|{_escaped(label)}}}}}"
        case Listing(text=text):
            return f"{{{{pre:\n{_escaped(text)}\n}}}}"
        case Entries(numbered=numbered, entries=entries):
            lines = "".join(f"{_all(entry, depth)}\n" for entry in entries)
            return f"{{{{{'numbered' if numbered else 'list'}:\n{lines}}}}}"
        case Grid(rows=rows):
            lines = "".join(" | ".join(_all(cell, depth) for cell in row) + "\n" for row in rows)
            return f"{{{{table:\n{lines}}}}}"
        case Gap(name=name):
            return f"{{{{gap:{name}}}}}"


def _all(content: Content, depth: int) -> str:
    return "".join(_written(node, depth + 1) for node in joined(content))
