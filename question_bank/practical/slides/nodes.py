"""Small steps through the XML of a presentation that every reader here needs."""

from __future__ import annotations

from collections.abc import Iterator

from question_bank.formats.xml_tree import Node

EMU_PER_MM = 36_000
EMU_PER_POINT = 12_700
_ALTERNATES = "mc:AlternateContent"
_MOST_DIGITS = 12  # of a whole number that is read: a slide is at most 51,206,400 EMU wide


def chosen(node: Node | None) -> Iterator[Node]:
    """The children, and of alternatives the first choice alone (the fallback where the choice is empty), as one document shows them once."""
    for child in node.children if node else ():
        if child.name == _ALTERNATES:
            branches = [one for one in child.children if one.children]
            yield from chosen(branches[0] if branches else None)
        else:
            yield child


def first(node: Node | None, *names: str) -> Node | None:
    """The descendant along these names, through alternatives."""
    for name in names:
        if node is None:
            return None
        node = _child(node, name)
    return node


def _child(node: Node, name: str) -> Node | None:
    # A plain loop: this is most of the time it takes to open a presentation.
    for one in node.children:
        if one.name == name:
            return one
        if one.name == _ALTERNATES:
            branch = next((choice for choice in one.children if choice.children), None)
            if branch is not None and (found := _child(branch, name)) is not None:
                return found
    return None


def every(node: Node | None, name: str) -> Iterator[Node]:
    """All elements of a name inside this one, through alternatives, in the order of the file."""
    for child in chosen(node):
        if child.name == name:
            yield child
        yield from every(child, name)


def integer(text: str, default: int = 0) -> int:
    """A whole number as attributes have it, the default where there is none; fractions are cut."""
    digits = text.strip().partition(".")[0]
    bare = digits.removeprefix("-").removeprefix("+")
    return int(digits) if bare.isascii() and bare.isdigit() and len(bare) <= _MOST_DIGITS else default


def percent(text: str, default: int = 100_000) -> int:
    """A share in thousandths of a percent: `50000`, or `50%` as the strict form writes it."""
    return integer(text[:-1]) * 1000 if text.endswith("%") else integer(text, default)


def on(text: str, default: bool = False) -> bool:
    """A switch as attributes have it."""
    return default if not text else text.lower() in ("1", "true", "on")
