"""An author's text as candidates get it: a string when it is plain, else a list of nodes (docs/items.md, §2).

Pure. Pictures and recordings are named by digest here: a file's name could tell the key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from question_bank.canonical import JSON
from question_bank.content import Content, Entries, Gap, Grid, Listing, Math, Medium, Node, Span, Words, parse
from question_bank.mathematics import NotMath, mathml


@dataclass(frozen=True, slots=True)
class MediumFile:
    """A file that texts may name: its digest (hex), media type, and size in pixels for pictures and films (0: none)."""

    sha256: str
    media_type: str
    bytes: int
    width: int = 0
    height: int = 0


def shown(text: str, media: Mapping[str, MediumFile], gaps: Mapping[str, str]) -> JSON:
    """The text; its files must be in `media` and its gaps in `gaps`, which checking a bank made sure of."""
    content, _ = parse(text)
    if all(isinstance(node, Words) for node in content):
        return "".join(node.text for node in content if isinstance(node, Words))
    return _nodes(content, media, gaps)


def _nodes(content: Content, media: Mapping[str, MediumFile], gaps: Mapping[str, str]) -> list[JSON]:
    return [_node(node, media, gaps) for node in content]


def _node(node: Node, media: Mapping[str, MediumFile], gaps: Mapping[str, str]) -> JSON:
    match node:
        case Words(text=text):
            return text
        case Span(kind=kind, inner=inner):
            return {"k": kind, "c": _nodes(inner, media, gaps)}
        case Math(tex=tex, display=display):
            built = mathml(tex, display)
            # Checked before: only a text that nobody checked shows its source.
            return {"k": "math", "tex": tex, "ml": None if isinstance(built, NotMath) else built}
        case Medium(kind=kind, name=name, label=label):
            file = media[name]
            size: dict[str, JSON] = {"width": file.width, "height": file.height}
            return {"k": kind, "sha256": file.sha256, "type": file.media_type, "label": label, **size}
        case Listing(text=text):
            return {"k": "pre", "c": [text]}
        case Entries(numbered=numbered, entries=entries):
            return {"k": "numbered" if numbered else "list", "rows": [_nodes(entry, media, gaps) for entry in entries]}
        case Grid(rows=rows):
            return {"k": "table", "rows": [[_nodes(cell, media, gaps) for cell in row] for row in rows]}
        case Gap(name=name):
            return {"k": "gap", "gap": gaps[name]}
