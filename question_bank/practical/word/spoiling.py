"""Spoiling one place of a .docx file, for the mutants of its checks (docs/practical.md §7). Files of authors only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias
from xml.dom.minidom import Element

from question_bank.formats.xml_tree import Node
from question_bank.practical.catalogue import Request
from question_bank.practical.mutants import add_element, edit_tree, elements, put_attribute, put_text, take_out
from question_bank.practical.word.document import WordFile, open_model
from question_bank.practical.word.paragraphs import Paragraph
from question_bank.practical.word.selecting import Passage, passages

Properties: TypeAlias = Mapping[str, Mapping[str, str]]  # name of a property -> its attributes, without prefixes


def edit_node(data: bytes, file: WordFile, part: str, node: Node, edit: Callable[[Element], object]) -> bytes | None:
    """The file with the element that a node of the model was read from changed; None when there was nothing to change."""
    local = node.name.rpartition(":")[2]
    top = file.tops.get(part)
    alike = [one for one in top.walk() if one.name.rpartition(":")[2] == local] if top else []
    place = next((at for at, one in enumerate(alike) if one is node), -1)
    if place < 0:
        return None

    def change(tree: Element) -> object:
        found = list(elements(tree, local))
        return edit(found[place]) if place < len(found) else False

    return edit_tree(data, part, change)


def edit_paragraph(data: bytes, file: WordFile, one: Paragraph, edit: Callable[[Element], object]) -> bytes | None:
    """The file with one paragraph changed."""
    return edit_node(data, file, one.part, one.node, edit)


def edit_passage(data: bytes, request: Request, edit: Callable[[Element], object]) -> bytes | None:
    """The file with the paragraph of the first passage that a check looks at changed."""
    file = open_model(data)
    found = passages(file, request)
    return edit_paragraph(data, file, found[0].paragraph, edit) if found else None


def first_passage(data: bytes, request: Request) -> Passage | None:
    """The first passage that a check looks at."""
    return next(iter(passages(open_model(data), request)), None)


def put_run_properties(paragraph: Element, properties: Properties) -> bool:
    """Every run of a paragraph, and its end, get these properties."""
    runs = list(elements(paragraph, "r"))
    for run in runs:
        put_properties(run, "rPr", properties)
    return bool(runs)


def put_paragraph_properties(paragraph: Element, properties: Properties) -> bool:
    """A paragraph gets these properties."""
    put_properties(paragraph, "pPr", properties)
    return True


def put_properties(owner: Element, holder: str, properties: Properties) -> None:
    """An element gets these properties in its `rPr`, `pPr`, `tblPr` …; what they do not speak of stays."""
    inside = child(owner, holder) or add_element(owner, holder, first=True)
    for name, attributes in properties.items():
        one = child(inside, name)
        if one is not None and name == "rFonts":  # a font of the theme comes before a name beside it
            take_out(one)
            one = None
        one = one or add_element(inside, name)
        if "firstLine" in attributes:
            put_attribute(one, "hanging", None)
        for key, value in attributes.items():
            put_attribute(one, key, value)


def child(owner: Element, name: str) -> Element | None:
    """The first child of this name, whatever its prefix."""
    return next((one for one in owner.childNodes if isinstance(one, Element) and one.localName == name), None)


def empty_paragraph(paragraph: Element) -> bool:
    """Everything in a paragraph but its properties goes."""
    inner = [one for one in paragraph.childNodes if isinstance(one, Element) and one.localName != "pPr"]
    for one in inner:
        take_out(one)
    return bool(inner)


def unlike(text: str) -> str:
    """Words that are not these."""
    return "xyz" if text.strip().lower() != "xyz" else "zyx"


def refill(owner: Element, holder: str, name: str, inner: list[tuple[str, Mapping[str, str]]]) -> bool:
    """An element gets a property with these elements inside, and no others."""
    inside = child(owner, holder) or add_element(owner, holder, first=True)
    if (old := child(inside, name)) is not None:
        take_out(old)
    made = add_element(inside, name)
    for one, attributes in inner:
        add_element(made, one, {f"{made.prefix}:{key}": value for key, value in attributes.items()})
    return True


def remove_all(top: Element, *names: str) -> bool:
    """Every element of these names goes."""
    found = [one for name in names for one in elements(top, name)]
    for one in found:
        take_out(one)
    return bool(found)


def reword_all(top: Element, text: str) -> bool:
    """Every run of text says this."""
    found = list(elements(top, "t"))
    for one in found:
        put_text(one, text)
    return bool(found)


def unwrap(element: Element) -> None:
    """What an element holds stands in its place."""
    parent = element.parentNode
    assert isinstance(parent, Element)
    for one in list(element.childNodes):
        parent.insertBefore(one, element)
    parent.removeChild(element)


def wrapped_copy(element: Element, name: str) -> Element:
    """A new element of this name with a copy of an element in it, right before it."""
    parent = element.parentNode
    assert isinstance(parent, Element)
    made = add_element(parent, name)
    parent.insertBefore(made, element)
    copy = element.cloneNode(True)
    assert isinstance(copy, Element)
    made.appendChild(copy)
    return made
