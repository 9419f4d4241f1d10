"""What single elements say: how their words look, the rows of a table, the lines of a listing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from question_bank.content import Content, Node, Words
from question_bank.formats.html_tree import Element

_SPANS = {
    "b": "b", "strong": "b", "i": "i", "em": "i", "dfn": "i", "var": "i", "cite": "i", "u": "u", "ins": "u", "s": "s", "strike": "s",
    "del": "s", "sub": "sub", "sup": "sup", "code": "code", "kbd": "code", "samp": "code", "tt": "code",
}  # fmt: skip
_STYLES = (
    (re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)"), "b"),
    (re.compile(r"font-style\s*:\s*(?:italic|oblique)"), "i"),
    (re.compile(r"text-decoration(?:-line)?\s*:[^;]*underline"), "u"),
    (re.compile(r"text-decoration(?:-line)?\s*:[^;]*line-through"), "s"),
    (re.compile(r"vertical-align\s*:\s*sub\b"), "sub"),
    (re.compile(r"vertical-align\s*:\s*super\b"), "sup"),
)
_LOOKS = re.compile(r"(?:^|[;\s])(?:color|background(?:-color)?|font-size|font-family|font)\s*:")


def looks(element: Element) -> tuple[list[str], bool]:
    """The constructs that the element and its style stand for, and whether it has looks that none stands for."""
    kinds = [_SPANS[element.name]] if element.name in _SPANS else []
    style = element.attributes.get("style", "").lower()
    if style:
        kinds += [kind for pattern, kind in _STYLES if pattern.search(style) and kind not in kinds]
    if element.name in ("h1", "h2", "h3", "h4", "h5", "h6") and not kinds:
        kinds = ["b"]
    return kinds, element.name in ("font", "mark", "big", "small") or (style != "" and _LOOKS.search(style) is not None)


def rows(table: Element) -> Iterator[Element]:
    """Rows and captions of a table, not those of tables inside."""
    for child in table.elements():
        if child.name in ("tr", "caption"):
            yield child
        elif child.name in ("tbody", "thead", "tfoot"):
            yield from rows(child)


def listing(element: Element) -> str:
    """The lines of a listing as typed, tabs as four spaces."""
    lines = "".join(_with_breaks(element)).replace("\r\n", "\n").replace("\r", "\n").expandtabs(4).strip("\n")
    return "\n".join(line.rstrip() for line in lines.replace("\u00a0", " ").split("\n"))


def _with_breaks(element: Element) -> Iterator[str]:
    for child in element.children:
        if isinstance(child, str):
            yield child
        elif child.name == "br":
            yield "\n"
        else:
            yield from _with_breaks(child)


def in_a_row(cells: Iterable[Content]) -> Content:
    """The cells of a row as one line."""
    found: list[Node] = []
    for cell in cells:
        found += [*cell] if not found else [Words(" | "), *cell]
    return tuple(found)
