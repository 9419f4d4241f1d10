"""Headers and footers: what they say, page numbers, different ones for the first page and even pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.dom.minidom import Element

from question_bank.phrase import Phrase, phrase
from question_bank.practical import arguments
from question_bank.practical.catalogue import Request, check
from question_bank.practical.findings import Finding, Outcome, Words, judged, quoted
from question_bank.practical.mutants import add_element, edit_trees, elements, put_text
from question_bank.practical.word.canon import canon
from question_bank.practical.word.content import Field
from question_bank.practical.word.document import Margin, WordFile, open_model
from question_bank.practical.word.paged import (
    SECTION,
    put_in_section,
    section_where,
    sections_of,
    spoil_section,
    spoil_setting,
)
from question_bank.practical.word.paragraph_traits import ALIGN, ALIGNMENTS
from question_bank.practical.word.sections import Section
from question_bank.practical.word.selecting import whole
from question_bank.practical.word.spoiling import put_paragraph_properties, reword_all, unlike

_MARGINS = {"header": phrase("header"), "footer": phrase("footer")}
_PAGES = {"default": phrase("all pages"), "first": phrase("first page"), "even": phrase("even pages")}
_FORMS = {
    "decimal": phrase("1, 2, 3"), "lower_roman": phrase("i, ii, iii"), "upper_roman": phrase("I, II, III"),
    "lower_letter": phrase("a, b, c"), "upper_letter": phrase("A, B, C"),
}  # fmt: skip
_FILE_FORMS = {
    "decimal": "decimal", "numberInDash": "decimal", "lowerRoman": "lower_roman", "upperRoman": "upper_roman",
    "lowerLetter": "lower_letter", "upperLetter": "upper_letter", "roman": "lower_roman", "ROMAN": "upper_roman",
    "Arabic": "decimal", "alphabetic": "lower_letter", "ALPHABETIC": "upper_letter",
}  # fmt: skip

WHICH = arguments.choice("margin", phrase("header or footer"), _MARGINS, required=True)
PAGES = arguments.choice("pages", phrase("of which pages"), _PAGES, default="default")
SAYS = arguments.texts("says", phrase("texts that stand in it"))
EMPTY = arguments.truth("empty", phrase("whether nothing stands in it"))
PLACE = arguments.choice("margin", phrase("header or footer"), _MARGINS)
TOTAL = arguments.truth("total", phrase("with the number of all pages"))
START = arguments.whole("start", phrase("first page number"))
FORM = arguments.choice("form", phrase("how pages are counted"), _FORMS)
FIRST = arguments.truth("on_first_page", phrase("whether the first page shows it"))
DIFFERENT_FIRST = arguments.truth("first", phrase("different first page"))
DIFFERENT_EVEN = arguments.truth("even", phrase("different odd and even pages"))


def _words_of(file: WordFile, margin: Margin | None) -> str:
    return file.words_of(margin.paragraphs).strip() if margin else ""


@check(
    "docx.header_footer", phrase("Header or footer"), "IU03", select=(SECTION, WHICH, PAGES), expect=(SAYS, EMPTY, ALIGN.field),
    mutation=lambda data, request: _other_words(data, request),
)  # fmt: skip
def header_footer(file: WordFile, request: Request) -> Outcome:
    """What the header or footer of some pages says, in every section that is looked at; taken over from the section before or its own."""
    sections = sections_of(file, request)
    if not sections:
        return Outcome.nothing(phrase("a section of this number"))
    which, pages = request.select[WHICH] or "header", request.select[PAGES] or "default"
    findings: list[Finding] = []
    targets: list[object] = []
    for section in sections:
        margin = file.margin(section, which, pages)
        findings += _margin(
            file, request, section, margin, phrase("%(margin)s, %(pages)s", margin=_MARGINS[which], pages=_PAGES[pages])
        )
        targets += [whole(one) for one in file.between(margin.paragraphs) if not one.empty] if margin else []
    return Outcome.of(findings, targets, matched=bool(targets) or bool(request.expect[EMPTY]))


def _margin(
    file: WordFile, request: Request, section: Section, margin: Margin | None, item: Phrase
) -> Iterator[Finding]:
    where = section_where(section)
    said = _words_of(file, margin)
    shown: Words = quoted(said) if said else phrase("nothing stands in it")
    for one in request.expect[SAYS]:
        yield judged(item, canon(one) in canon(said), quoted(one), shown, where)
    if (empty := request.expect[EMPTY]) is not None:
        wanted = phrase("nothing stands in it") if empty else phrase("something stands in it")
        yield judged(item, (not said) == empty, wanted, shown, where)
    if (align := request.expect[ALIGN.field]) is not None:
        lines = [one for one in file.between(margin.paragraphs) if not one.empty] if margin else []
        right = bool(lines) and all(one.format.align == align for one in lines)
        found = ALIGNMENTS[lines[0].format.align] if lines else shown
        yield judged(phrase("alignment"), right, ALIGNMENTS[align], found, where)


def _other_words(data: bytes, request: Request) -> bytes | None:
    """The headers or footers that are looked at say something else, or are aligned in another way."""
    file, which = open_model(data), request.select[WHICH] or "header"
    found = (file.margin(one, which, request.select[PAGES] or "default") for one in sections_of(file, request))
    parts = "|".join(sorted({re.escape(one.part) for one in found if one is not None}))
    if not parts:
        return None
    if (asked := request.expect[ALIGN.field]) is not None:
        other = "right" if asked != "right" else "left"
        return edit_trees(data, parts, lambda top: _aligned(top, other))
    if request.expect[EMPTY]:
        return edit_trees(data, parts, _filled)
    says = request.expect[SAYS]
    return edit_trees(data, parts, lambda top: reword_all(top, unlike("".join(says))))


def _filled(top: Element) -> bool:
    put_text(add_element(add_element(add_element(top, "p"), "r"), "t"), "x")
    return True


def _aligned(top: Element, other: str) -> list[bool]:
    return [put_paragraph_properties(one, {"jc": {"val": other}}) for one in elements(top, "p")]


@check(
    "docx.page_number", phrase("Page numbers"), "IU03", select=(SECTION, PLACE),
    expect=(ALIGN.field, TOTAL, START, FORM, FIRST), mutation=lambda data, request: _no_numbers(data, request.select[PLACE]),
)  # fmt: skip
def page_number(file: WordFile, request: Request) -> Outcome:
    """A field that counts pages, in a header or footer (or frame there), where it stands and how it counts."""
    found = [one for section in sections_of(file, request) for one in _numbers(file, section, request)]
    if not found:
        return Outcome.nothing(phrase("a page number made by the program"))
    section, margin, field = found[0]
    findings = list(_number(file, request, section, margin, field))
    paragraph = file.paragraph(field.range.start.paragraph)
    return Outcome.of(findings, [whole(paragraph)] if paragraph else [])


def _numbers(file: WordFile, section: Section, request: Request) -> Iterator[tuple[Section, Margin, Field]]:
    """Page numbers that pages of a section show, those of ordinary pages first."""
    place = request.select[PLACE]
    places = [place] if place else list(_MARGINS)
    for kind in ("default", "even", "first"):
        for which in places:
            margin = file.margin(section, which, kind)
            for field in _fields(file, margin, "PAGE"):
                assert margin is not None
                yield section, margin, field


def _fields(file: WordFile, margin: Margin | None, name: str) -> list[Field]:
    if margin is None:
        return []
    first, end = margin.paragraphs
    return [one for one in file.fields if one.name == name and first <= one.range.start.paragraph < end]


def _number(file: WordFile, request: Request, section: Section, margin: Margin, field: Field) -> Iterator[Finding]:
    expect, where = request.expect, section_where(section)
    there = phrase("a page number made by the program")
    yield judged(phrase("page number"), True, there, _MARGINS[margin.margin], where)
    paragraph = file.paragraph(field.range.start.paragraph)
    if (align := expect[ALIGN.field]) is not None and paragraph is not None:
        found = _alignment(file, field)
        yield judged(phrase("alignment"), found == align, ALIGNMENTS[align], ALIGNMENTS[found], where)
    if (total := expect[TOTAL]) is not None:
        has = bool(_fields(file, margin, "NUMPAGES") or _fields(file, margin, "SECTIONPAGES"))
        words = {True: phrase("with the number of all pages"), False: phrase("without the number of all pages")}
        yield judged(phrase("number of all pages"), has == total, words[total], words[has], where)
    if (start := expect[START]) is not None:
        begun = section.pages.start if section.pages.start is not None else 1
        yield judged(START.title, begun == start, str(start), str(begun), where)
    if (form := expect[FORM]) is not None:
        kind = _FILE_FORMS.get(field.instruction.switches.get("*", ""), "") or _FILE_FORMS.get(
            section.pages.form, "decimal"
        )
        yield judged(FORM.title, kind == form, _FORMS[form], _FORMS[kind], where)
    if (first := expect[FIRST]) is not None:
        shown = any(_fields(file, file.margin(section, which, "first"), "PAGE") for which in _MARGINS)
        words = {True: phrase("the first page shows it"), False: phrase("the first page does not show it")}
        yield judged(phrase("first page"), shown == first, words[first], words[shown], where)


def _alignment(file: WordFile, field: Field) -> str:
    """Where the number stands: by the paragraph, by the tab before it, or by the frame or text box it is in."""
    paragraph = file.paragraph(field.range.start.paragraph)
    if paragraph is None:
        return "left"
    if paragraph.place.box:
        box = next((one for one in file.drawings if one.paragraphs[0] <= paragraph.number < one.paragraphs[1]), None)
        if box is not None and box.align.get("h") in ALIGNMENTS:
            return box.align["h"]
    frame = paragraph.node.path("w:pPr", "w:framePr")
    if frame is not None and frame.get("w:xAlign") in ALIGNMENTS:
        return frame.get("w:xAlign")
    tabs = paragraph.text[: field.range.start.character].count("\t")
    stops = [one for one in paragraph.format.tabs if one.align != "bar"]
    if tabs and len(stops) >= tabs and stops[tabs - 1].align in ALIGNMENTS:
        return stops[tabs - 1].align
    return paragraph.format.align


def _no_numbers(data: bytes, place: str | None) -> bytes | None:
    """Page numbers of headers, footers or both become plain text."""

    def edit(top: Element) -> bool:
        changed = False
        for name in ("instrText", "fldSimple"):
            for one in elements(top, name):
                changed = True
                if name == "instrText":
                    put_text(one, " QUOTE ")
                else:
                    one.setAttribute(f"{one.prefix}:instr", "QUOTE")
        return changed

    return edit_trees(data, rf"word/({place or 'header|footer'})[0-9]*\.xml", edit)


@check(
    "docx.different_headers", phrase("Different headers and footers"), "IU03", select=(SECTION,),
    expect=(DIFFERENT_FIRST, DIFFERENT_EVEN), mutation=lambda data, request: _alike(data, request),
)  # fmt: skip
def different_headers(file: WordFile, request: Request) -> Outcome:
    """Whether the first page, and even pages, have headers and footers of their own; the first section where none is named."""
    sections = sections_of(file, request)[: None if request.select.has(SECTION) else 1]
    if not sections:
        return Outcome.nothing(phrase("a section of this number"))
    words = {True: phrase("different"), False: phrase("the same")}
    findings = [
        judged(
            DIFFERENT_FIRST.title,
            one.different_first == first,
            words[first],
            words[one.different_first],
            section_where(one),
        )
        for one in sections
        if (first := request.expect[DIFFERENT_FIRST]) is not None
    ]
    if (even := request.expect[DIFFERENT_EVEN]) is not None:
        has = file.settings.even_and_odd
        findings.append(judged(DIFFERENT_EVEN.title, has == even, words[even], words[has], phrase("the whole file")))
    return Outcome.of(findings)


def _alike(data: bytes, request: Request) -> bytes | None:
    if (first := request.expect[DIFFERENT_FIRST]) is not None:
        return spoil_section(data, request, lambda one: put_in_section(one, "titlePg", {"val": "0" if first else "1"}))
    return spoil_setting(data, "evenAndOddHeaders", {"val": "0" if request.expect[DIFFERENT_EVEN] else "1"})
