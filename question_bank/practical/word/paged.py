"""Sections as checks select them, and how they are spoilt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from xml.dom.minidom import Element

from question_bank.phrase import Phrase, phrase
from question_bank.practical import arguments
from question_bank.practical.catalogue import Request
from question_bank.practical.mutants import add_element, edit_tree, put_attribute
from question_bank.practical.word.document import WordFile, open_model
from question_bank.practical.word.sections import Section
from question_bank.practical.word.spoiling import child, edit_node

SECTION = arguments.whole("section", phrase("number of the section; all without it"))


def sections_of(file: WordFile, request: Request) -> list[Section]:
    """The section that is asked for, or all."""
    number = request.select[SECTION]
    return [one for one in file.sections if number in (None, one.number)]


def section_where(section: Section) -> Phrase:
    """A section for people."""
    return phrase("section %(number)s", number=section.number)


def spoil_section(data: bytes, request: Request, edit: Callable[[Element], object]) -> bytes | None:
    """The file with every section changed that a check looks at: a check may look at any one of them."""
    file, changed = open_model(data), False
    for section in sections_of(file, request):
        made = edit_node(data, file, section.part, section.node, edit)
        data, changed = made or data, changed or made is not None
    return data if changed else None


def put_in_section(section: Element, name: str, attributes: Mapping[str, str]) -> bool:
    """A section's `sectPr` gets an element with these attributes, beside those that the element has."""
    one = child(section, name) or add_element(section, name)
    for key, value in attributes.items():
        put_attribute(one, key, value)
    return True


def spoil_setting(data: bytes, name: str, attributes: Mapping[str, str]) -> bytes | None:
    """The file with a setting of the whole document changed."""
    file = open_model(data)
    part = file.package.related(file.package.main_part(), "settings")
    return edit_tree(data, part, lambda top: put_in_section(top, name, attributes)) if part else None


def more_sections(data: bytes, count: int) -> bytes | None:
    """The file with so many more sections before its text."""
    file = open_model(data)
    part = file.package.main_part()
    body = file.tops[part].child("w:body")

    def edit(tree: Element) -> bool:
        for _ in range(count):
            paragraph = add_element(tree, "p", first=True)
            add_element(add_element(paragraph, "pPr"), "sectPr")
        return True

    return edit_node(data, file, part, body, edit) if body else None
