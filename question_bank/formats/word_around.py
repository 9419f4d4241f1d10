"""What a Word file holds beside its text: what stands above and below every page, comments, macros. Nothing of it is run or shown."""

from __future__ import annotations

from dataclasses import dataclass

from question_bank.formats.office_package import OfficePackage
from question_bank.formats.xml_tree import Node

_MOST_MARGINS = 12  # headers and footers that are read: first page, odd and even ones, of some sections
_MARGINS = ("header", "footer")


@dataclass(frozen=True, slots=True)
class Around:
    """`margins` is the text of headers and footers, each once; `comments` the words of each."""

    margins: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    macros: bool = False
    embedded: bool = False  # text in another format (altChunk), which only Word can bring in


def around(package: OfficePackage) -> Around:
    """Raises UnreadableFileError for parts that are damaged."""
    part = package.main_part()
    named = [one.target for one in package.relations(part).values() if one.kind in _MARGINS and not one.outside]
    margins: dict[str, None] = {}
    for name in named[:_MOST_MARGINS]:
        top = package.xml(name)
        text = " ".join(_text(top).split())[:600] if top else ""
        if any(one.isalpha() for one in text):
            margins[text] = None
    remarks = package.xml(package.related(part, "comments"))
    comments = tuple(" ".join(_text(one).split())[:300] for one in remarks.all("w:comment")) if remarks else ()
    macros = any(name.lower().endswith("vbaproject.bin") for name in package.parts.names)
    embedded = any(one.kind == "aFChunk" for one in package.relations(part).values())
    return Around(tuple(margins), comments, macros, embedded)


def _text(top: Node) -> str:
    """The words, a space between paragraphs."""
    return " ".join(
        "".join(node.text for node in one.walk() if node.name == "w:t") for one in top.walk() if one.name == "w:p"
    )
