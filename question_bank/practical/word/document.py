"""The model of a .docx file: its texts as one flat sequence of paragraphs with effective formats, and everything that stands in them.

    file = open_model(data)
    for paragraph in file.paragraphs: paragraph.place, paragraph.text, paragraph.format.align, paragraph.prevailing(lambda look: look.bold)

What it takes to know every part is read when the file is opened, so that nothing but UnreadableFileError, and only `open_model`,
ever tells of a damaged file. Formats are worked out when they are asked for.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256

from question_bank.formats.office_package import OfficePackage
from question_bank.formats.word_numbering import Numbering
from question_bank.formats.word_paragraphs import Paragraphs
from question_bank.formats.word_styles import Styles
from question_bank.formats.xml_tree import Node
from question_bank.formats.zips import UnreadableFileError
from question_bank.phrase import phrase
from question_bank.practical.word.around import Properties, Settings, read_comments, read_properties, read_settings
from question_bank.practical.word.canon import canon
from question_bank.practical.word.content import (
    Bookmark,
    Break,
    Change,
    Comment,
    Control,
    Drawing,
    Field,
    Link,
    NoteMark,
    Range,
)
from question_bank.practical.word.looks import Looks
from question_bank.practical.word.paragraphs import Context, Paragraph
from question_bank.practical.word.places import Part, Place
from question_bank.practical.word.reading import Reader
from question_bank.practical.word.sections import Section, read_sections
from question_bank.practical.word.tables import Table, made_table

_NOTES = (("footnote", Part.FOOTNOTE), ("endnote", Part.ENDNOTE))
_SEPARATORS = ("separator", "continuationSeparator", "continuationNotice")  # notes that are no words of anybody
MOST_PARAGRAPHS = 60_000  # 1,500 pages; each costs 2 kB while the file is marked


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote or endnote: its sign in the text (None where nothing leads to it), and its own paragraphs, from … to before."""

    endnote: bool
    mark: NoteMark | None
    paragraphs: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Margin:
    """A header or footer by its part: `header` or `footer`, its paragraphs by number, and where it is `default`, `first` or `even`."""

    margin: str
    part: str
    paragraphs: tuple[int, int]
    uses: tuple[tuple[int, str], ...]  # number of the section, kind


@dataclass(frozen=True, eq=False)
class WordFile:
    """One opened file. Paragraphs, tables and sections are numbered from 1 in the order of the file: the body, then headers and footers,
    footnotes, endnotes. `tops` are the trees of the parts that hold texts, by name. Compared as itself."""

    package: OfficePackage = field(repr=False)
    context: Context = field(repr=False)
    paragraphs: tuple[Paragraph, ...]
    tables: tuple[Table, ...]
    sections: tuple[Section, ...]
    margins: Mapping[str, Margin]
    fields: tuple[Field, ...]
    links: tuple[Link, ...]
    bookmarks: tuple[Bookmark, ...]
    notes: tuple[Note, ...]
    changes: tuple[Change, ...]
    comments: tuple[Comment, ...]
    controls: tuple[Control, ...]
    breaks: tuple[Break, ...]
    drawings: tuple[Drawing, ...]
    settings: Settings
    properties: Properties
    tops: Mapping[str, Node] = field(repr=False)

    @property
    def styles(self) -> Styles:
        """The file's styles."""
        return self.context.styles

    @cached_property
    def body(self) -> tuple[Paragraph, ...]:
        """The paragraphs of the body, with its tables and text boxes."""
        return tuple(one for one in self.paragraphs if one.place.part is Part.BODY)

    def paragraph(self, number: int) -> Paragraph | None:
        """A paragraph by its number."""
        return self.paragraphs[number - 1] if 0 < number <= len(self.paragraphs) else None

    def between(self, numbers: tuple[int, int]) -> tuple[Paragraph, ...]:
        """Paragraphs by their numbers, from … to before."""
        return self.paragraphs[max(numbers[0] - 1, 0) : max(numbers[1] - 1, 0)]

    def text_of(self, place: Range) -> str:
        """The shown text of a part of the file, its paragraphs on lines."""
        (first, start), (last, end) = place
        if first == last:
            one = self.paragraph(first)
            return one.text[start:end] if one else ""
        inner = [one.text for one in self.between((first + 1, last))]
        head, tail = self.paragraph(first), self.paragraph(last)
        ends = [head.text[start:] if head else "", *inner, *([tail.text[:end]] if tail and end else [])]
        return "\n".join(ends)

    def words_of(self, numbers: tuple[int, int]) -> str:
        """The text of paragraphs by their numbers, on lines."""
        return "\n".join(one.text for one in self.between(numbers))

    def margin(self, section: Section, margin: str, kind: str) -> Margin | None:
        """The header or footer that pages of a kind of this section show: that of its own, of a section before, or none.

        A kind that the file does not tell apart (first page, even pages) is the default one.
        """
        if (kind == "first" and not section.different_first) or (kind == "even" and not self.settings.even_and_odd):
            kind = "default"
        return self.margins.get(section.margins.get((margin, kind), ""))

    @cached_property
    def first_page_end(self) -> int:
        """The number of the first paragraph of the body that is not on the first page: behind the first break that somebody set or
        a program noted; one beyond the last where there is none."""
        ends = [
            number if character == 0 else number + 1
            for kind, (number, character) in ((one.kind, one.at) for one in self.breaks)
            if kind != "column" and (found := self.paragraph(number)) and found.place.part is Part.BODY
        ]
        ends = [end if end > 1 else 2 for end in ends]
        last = self.body[-1].number + 1 if self.body else 1
        for one in self.body:
            if ends and one.number >= min(ends):
                break
            if one.number > 1 and (one.format.page_break_before or self._begins_page(one)):
                ends.append(one.number)
                break
        return min([*ends, last])

    def _begins_page(self, paragraph: Paragraph) -> bool:
        before = self.paragraph(paragraph.number - 1)
        section = paragraph.place.section
        if before is None or before.place.section == section or not 0 < section <= len(self.sections):
            return False
        return self.sections[section - 1].kind != "continuous"

    @cached_property
    def style_uses(self) -> Counter[str]:
        """How many characters (paragraphs, for styles of paragraphs without text) each style of paragraphs and characters has, by id."""
        uses: Counter[str] = Counter()
        for one in self.paragraphs:
            if one.style is not None:
                uses[one.style.id] += max(len(one.text), 1)
            for run in one.runs:
                named = run.properties.child("w:rStyle") if run.properties else None
                if named is not None:
                    uses[named.get("w:val")] += len(run.text)
        for table in self.tables:
            if table.style is not None:
                uses[table.style.id] += 1
        return uses

    def bookmark(self, name: str) -> Bookmark | None:
        """A bookmark by its name in any case."""
        wanted = canon(name)
        return next((one for one in self.bookmarks if canon(one.name) == wanted), None)

    def digest(self, part: str) -> str:
        """SHA-256 of a part's bytes in hex, empty for one that is not there or is damaged."""
        try:
            data = self.package.parts.read(part)
        except UnreadableFileError:
            return ""
        return sha256(data).hexdigest() if data is not None else ""


def open_model(data: bytes) -> WordFile:
    """The model of a .docx file. Raises UnreadableFileError."""
    with _nothing_collected():
        return _read(data)


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """No search for garbage while a tree of a hundred thousand nodes grows: there is none, and it would take half of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _read(data: bytes) -> WordFile:
    package = OfficePackage.open(data)
    part = package.main_part()
    styles = Styles(package.xml(package.related(part, "styles")), package.xml(package.related(part, "theme")))
    numbering = Numbering(package.xml(package.related(part, "numbering")), styles)
    context = Context(styles, numbering, Paragraphs(styles, numbering), Looks(styles))
    reader = Reader(package, context)
    top = package.xml(part)
    body = top.child("w:body") if top else None
    if top is None or body is None:
        raise UnreadableFileError(phrase("the file holds no text"))
    reader.tops[part] = top
    reader.read(part, body, Place())
    found = reader.found
    if not found.sections or (found.paragraphs[-1:] and found.paragraphs[-1].place.section > len(found.sections)):
        found.sections.append((Node("w:sectPr", {}), part))
    relations = package.relations(part)
    targets = {number: one.target for number, one in relations.items() if not one.outside}
    sections = read_sections(found.sections, targets, context.formats)
    margins = _margins(package, reader, sections)
    notes = tuple(_notes(package, reader, part))
    if len(found.paragraphs) > MOST_PARAGRAPHS:
        raise UnreadableFileError(phrase("the file is too large or nested too deeply"))
    remarks = package.xml(package.related(part, "comments"))
    extended = package.xml(package.related(part, "commentsExtended"))
    return WordFile(
        package, context, tuple(found.paragraphs),
        tuple(made_table(raw, styles, context.formats) for raw in sorted(found.tables, key=lambda one: one.number)),
        sections, margins, tuple(found.fields), tuple(found.links), tuple(found.bookmarks), notes, tuple(found.changes),
        read_comments(remarks, found.comments, extended), tuple(found.controls), tuple(found.breaks), tuple(found.drawings),
        read_settings(package.xml(package.related(part, "settings"))), read_properties(package),
        reader.tops,
    )  # fmt: skip


def _margins(package: OfficePackage, reader: Reader, sections: tuple[Section, ...]) -> Mapping[str, Margin]:
    """Every header and footer once, read where it is first used."""
    uses: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for section in sections:
        for (margin, kind), part in section.margins.items():
            uses.setdefault((part, margin), []).append((section.number, kind))
    found: dict[str, Margin] = {}
    for (part, margin), where in uses.items():
        top = package.xml(part)
        if top is None or part in found:
            continue
        number, kind = where[0]
        place = Place(Part.HEADER if margin == "header" else Part.FOOTER, kind, number)
        reader.tops[part] = top
        found[part] = Margin(margin, part, reader.read(part, top, place), tuple(where))
    return found


def _notes(package: OfficePackage, reader: Reader, main: str) -> Iterator[Note]:
    marks = {(one.endnote, one.id): one for one in reader.found.notes}
    for kind, place in _NOTES:
        part = package.related(main, f"{kind}s")
        top = package.xml(part)
        if top is None:
            continue
        reader.tops[part] = top
        for node in top.all(f"w:{kind}"):
            if node.get("w:type") not in _SEPARATORS:
                endnote = place is Part.ENDNOTE
                mark = marks.get((endnote, node.get("w:id")))
                yield Note(endnote, mark, reader.read(part, node, Place(place)))
