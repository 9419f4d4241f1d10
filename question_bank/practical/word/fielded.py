"""Fields as checks look for them, and how they are spoilt."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from xml.dom.minidom import Element

from question_bank.formats.word_fields import Instruction, instruction
from question_bank.phrase import Phrase, phrase
from question_bank.practical.mutants import attribute, edit_trees, elements, put_attribute, put_text, text_of
from question_bank.practical.word.content import Field
from question_bank.practical.word.document import WordFile

_TEXTS = r"word/(document|header[0-9]*|footer[0-9]*|footnotes|endnotes)\.xml"


def fields_named(file: WordFile, *names: str) -> list[Field]:
    """The fields of these names, in the order of the file."""
    found = [one for one in file.fields if one.name in names]
    return sorted(found, key=lambda one: one.range)


def where_of(file: WordFile, field: Field) -> Phrase:
    """A field's place for people."""
    paragraph = file.paragraph(field.range.start.paragraph)
    return paragraph.where if paragraph else phrase("the whole file")


def no_field(data: bytes, spoilt: Callable[[Instruction], bool]) -> bytes | None:
    """The file with these fields made plain text: their instruction says `QUOTE`."""
    return edit_trees(data, _TEXTS, lambda top: _unfielded(top, spoilt))


def _unfielded(top: Element, spoilt: Callable[[Instruction], bool]) -> bool:
    changed = False
    for one in elements(top, "fldSimple"):
        if spoilt(instruction(attribute(one, "instr") or "")):
            put_attribute(one, "instr", "QUOTE")
            changed = True
    for texts in _complex(top):
        if spoilt(instruction("".join(text_of(one) for one in texts))):
            for one in texts:
                put_text(one, "")
            put_text(texts[0], " QUOTE ")
            changed = True
    return changed


def _complex(top: Element) -> Iterator[list[Element]]:
    """The pieces of instruction of each field that begins and ends with signs of its own."""
    signs = {id(one) for one in elements(top, "fldChar")}
    pieces = {id(one) for one in elements(top, "instrText")}
    open_fields: list[list[Element]] = []
    for run in elements(top, "r"):
        for one in run.childNodes:
            if id(one) in pieces and open_fields and isinstance(one, Element):
                open_fields[-1].append(one)
            elif id(one) in signs and isinstance(one, Element):
                kind = attribute(one, "fldCharType")
                if kind == "begin":
                    open_fields.append([])
                elif kind == "end" and open_fields and (texts := open_fields.pop()):
                    yield texts
