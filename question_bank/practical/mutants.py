"""Spoiling a solution in one place, so that one check must notice (docs/practical.md §7): edits of one part of an Office package.

For files of the author only. Names, prefixes and the order of everything stay as they are, and the same edit of the same file gives the
same bytes. Every function answers None where there was nothing to spoil: a type's `mutation` can return what it gets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from xml.dom.minidom import Element, Node, Text, parseString

from question_bank.formats.xml_tree import parse_xml
from question_bank.formats.zips import unpack, zipped

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# What a reader of XML would make a space or another line end of, beside what would be markup (XML 1.0 §2.11, §3.3.3).
_IN_TEXT = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord("\r"): "&#13;"}
_IN_ATTRIBUTE = _IN_TEXT | {ord('"'): "&quot;", ord("\n"): "&#10;", ord("\t"): "&#9;"}


def package_parts(package: bytes) -> dict[str, bytes]:
    """The parts of a package by name, in its order. Raises UnreadableFileError."""
    unpacked = unpack(package)
    return {name: unpacked.read(name) or b"" for name in unpacked.names}


def with_parts(package: bytes, changes: Mapping[str, bytes | None]) -> bytes:
    """The package with these parts instead; None takes one out, a new name is added at the end. Raises UnreadableFileError."""
    parts: dict[str, bytes | None] = {**package_parts(package), **changes}
    return zipped({name: data for name, data in parts.items() if data is not None})


def edit_text(package: bytes, part: str, edit: Callable[[str], str]) -> bytes | None:
    """The package with the XML text of one part changed; None when the part is not there or stays as it was."""
    data = package_parts(package).get(part)
    if data is None:
        return None
    text = data.decode("utf-8-sig")
    edited = edit(text)
    return None if edited == text else with_parts(package, {part: edited.encode()})


def edit_tree(package: bytes, part: str, edit: Callable[[Element], object]) -> bytes | None:
    """The package with the tree of one part changed in place; None when the part is not there or `edit` answers something false."""
    return edit_trees(package, re.escape(part), edit)


def edit_trees(package: bytes, parts: str, edit: Callable[[Element], object]) -> bytes | None:
    """The same for each part whose whole name fits the regular expression; None when `edit` answers something false for all."""
    changes: dict[str, bytes | None] = {}
    for name, data in package_parts(package).items():
        if re.fullmatch(parts, name):
            tree = parse_tree(data)
            if edit(tree):
                changes[name] = write_tree(tree)
    return with_parts(package, changes) if changes else None


def parse_tree(data: bytes) -> Element:
    """The top element of a part. Raises UnreadableFileError for XML that is damaged, too deep, or declares types or entities."""
    parse_xml(data, {})  # refuses what minidom would follow, and bounds what it would build
    top = parseString(data).documentElement  # noqa: S318 - read before by the parser that refuses
    assert top is not None  # expat refuses a document without an element
    return top


def write_tree(top: Element) -> bytes:
    """The bytes of a part: its prefixes and attributes in their order, every character as it was read."""
    return (_HEAD + "".join(_written(top))).encode()


def elements(top: Element, name: str) -> Iterator[Element]:
    """This element and all inside it that are called so, whatever prefix the file uses; safe against edits of what was given."""
    found = [one for one in _all(top) if one.localName == name]
    return iter(found)


def attribute(element: Element, name: str) -> str | None:
    """The value of an attribute by its name without a prefix."""
    return next((value for key, value in element.attributes.items() if key.rpartition(":")[2] == name), None)


def put_attribute(element: Element, name: str, value: str | None) -> None:
    """Give an attribute another value under the name and prefix it has, or the element's own prefix; None takes it away."""
    keys = [key for key, _ in element.attributes.items() if key.rpartition(":")[2] == name]
    if value is None:
        for key in keys:
            element.removeAttribute(key)
        return
    # DrawingML and SpreadsheetML write attributes without a prefix, WordprocessingML with that of the element.
    prefix = f"{element.prefix}:" if element.prefix == "w" else ""
    element.setAttribute(keys[0] if keys else f"{prefix}{name}", value)


def take_out(element: Element) -> None:
    """Take an element, with all inside it, out of its tree."""
    if element.parentNode is not None:
        element.parentNode.removeChild(element)


def add_element(
    parent: Element, name: str, attributes: Mapping[str, str] | None = None, *, first: bool = False
) -> Element:
    """A new element with the parent's prefix, the last or the first inside it; attributes with the names as given."""
    document = parent.ownerDocument
    assert document is not None
    full = f"{parent.prefix}:{name}" if parent.prefix else name
    made = document.createElementNS(parent.namespaceURI, full)
    for key, value in (attributes or {}).items():
        made.setAttribute(key, value)
    parent.insertBefore(made, parent.firstChild if first else None)
    return made


def text_of(element: Element) -> str:
    """All character data inside an element."""
    return "".join(one.data for one in _nodes(element) if isinstance(one, Text))


def put_text(element: Element, text: str) -> None:
    """Give an element this text instead of all that it holds."""
    while element.firstChild is not None:
        element.removeChild(element.firstChild)
    document = element.ownerDocument
    assert document is not None
    element.appendChild(document.createTextNode(text))
    if text != text.strip() and element.localName == "t":
        element.setAttribute("xml:space", "preserve")


def _all(top: Element) -> Iterator[Element]:
    return (one for one in _nodes(top) if isinstance(one, Element))


def _nodes(top: Element) -> Iterator[Node]:
    todo: list[Node] = [top]
    while todo:
        node = todo.pop()
        yield node
        todo.extend(reversed(node.childNodes))


def _written(node: Node) -> Iterator[str]:
    """Markup of a node; comments and processing instructions are left out."""
    if isinstance(node, Text):
        yield node.data.translate(_IN_TEXT)
    elif isinstance(node, Element):
        inner = "".join(text for child in node.childNodes for text in _written(child))
        said = "".join(f' {key}="{value.translate(_IN_ATTRIBUTE)}"' for key, value in node.attributes.items())
        yield f"<{node.tagName}{said}>{inner}</{node.tagName}>" if inner else f"<{node.tagName}{said}/>"
