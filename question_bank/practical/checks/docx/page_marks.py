"""What is drawn on pages: borders, numbers beside lines, watermarks."""

from __future__ import annotations

from collections.abc import Iterator

from question_bank.phrase import Phrase, phrase
from question_bank.practical import arguments
from question_bank.practical.catalogue import Request, check
from question_bank.practical.checks.docx.paragraph_details import COLOUR, LINE, WIDTH, is_line, line_words
from question_bank.practical.findings import Finding, Outcome, judged, quoted
from question_bank.practical.mutants import edit_trees
from question_bank.practical.word.canon import canon
from question_bank.practical.word.content import Drawing
from question_bank.practical.word.document import WordFile
from question_bank.practical.word.paged import SECTION, put_in_section, section_where, sections_of, spoil_section
from question_bank.practical.word.places import Part
from question_bank.practical.word.sections import Section
from question_bank.practical.word.spoiling import remove_all

_RESTARTS = {
    "page": phrase("anew on each page"),
    "section": phrase("anew in each section"),
    "continuous": phrase("through the whole file"),
}
_RESTART_WORDS = {"newPage": "page", "newSection": "section", "continuous": "continuous"}
_SIDES = ("top", "left", "bottom", "right")

EVERY = arguments.span("every", phrase("lines from number to number"))
START = arguments.span("start", phrase("first number"))
RESTART = arguments.choice("restart", phrase("where the numbers begin anew"), _RESTARTS)
MARK = arguments.texts("text", phrase("text of the watermark"))
PICTURE = arguments.truth("picture", phrase("whether a picture will do as well"), default=False)


@check(
    "docx.page_border", phrase("Page border"), "IU03", select=(SECTION,), expect=(LINE, WIDTH, COLOUR),
    mutation=lambda data, request: spoil_section(data, request, lambda one: remove_all(one, "pgBorders")),
)  # fmt: skip
def page_border(file: WordFile, request: Request) -> Outcome:
    """A line on all four sides of the page, of the first section where none is named."""
    sections = sections_of(file, request)[: None if request.select.has(SECTION) else 1]
    if not sections:
        return Outcome.nothing(phrase("a section of this number"))
    return Outcome.of(one for section in sections for one in _border(section, request))


def _border(section: Section, request: Request) -> Iterator[Finding]:
    right = [is_line(section.borders.get(side), request) for side in _SIDES]
    wrong = next((side for side, good in zip(_SIDES, right, strict=True) if not good), "top")
    found = line_words(section.borders.get(wrong))
    yield judged(phrase("page border"), all(right), phrase("a border on all four sides"), found, section_where(section))


@check(
    "docx.line_numbers", phrase("Line numbers"), "IU03", select=(SECTION,), expect=(EVERY, START, RESTART),
    mutation=lambda data, request: spoil_section(data, request, lambda one: put_in_section(one, "lnNumType", {"countBy": "0"})),
)  # fmt: skip
def line_numbers(file: WordFile, request: Request) -> Outcome:
    """Numbers beside lines, of the first section that has them where none is named."""
    sections = [one for one in sections_of(file, request) if one.lines is not None]
    if not sections:
        return Outcome.nothing(phrase("numbers beside the lines"))
    return Outcome.of(_numbers(sections[0], request), [])


def _numbers(section: Section, request: Request) -> Iterator[Finding]:
    lines, where = section.lines, section_where(section)
    assert lines is not None
    there = phrase("numbers beside the lines")
    yield judged(phrase("line numbers"), True, there, there, where)
    for span, item, found in (
        (request.expect[EVERY], EVERY.title, lines.every),
        (request.expect[START], START.title, lines.start),
    ):
        if span is not None:
            yield judged(item, span.holds(found), span.words(), str(found), where)
    if (restart := request.expect[RESTART]) is not None:
        known = _RESTART_WORDS.get(lines.restart, "page")
        yield judged(RESTART.title, known == restart, _RESTARTS[restart], _RESTARTS[known], where)


@check(
    "docx.watermark", phrase("Watermark"), "IU03", expect=(MARK, PICTURE), mutation=lambda data, _: edit_trees(
        data, r"word/header[0-9]*\.xml", lambda top: remove_all(top, "pict", "drawing")
    ),
)  # fmt: skip
def watermark(file: WordFile, request: Request) -> Outcome:
    """A text, or a picture, behind the text of pages: programs hang it in headers."""
    found = [one for one in file.drawings if _is_watermark(one, bool(request.expect[PICTURE]))]
    if not found:
        return Outcome.nothing(phrase("a watermark"), phrase("in headers"))
    marks = request.expect[MARK]
    wanted = {canon(one) for one in marks}
    best = next((one for one in found if canon(one.text) in wanted), found[0])
    right = not wanted or canon(best.text) in wanted
    said: Phrase | str = quoted(best.text) if best.text else phrase("a picture")
    expected: Phrase | str = ", ".join(quoted(one) for one in marks) or phrase("a watermark")
    return Outcome.of([judged(phrase("watermark"), right, expected, said, best.place.words())], found)


def _is_watermark(one: Drawing, pictures: bool) -> bool:
    if one.place.part is not Part.HEADER:
        return False
    text = one.kind == "word_art" or (one.kind in ("shape", "text_box") and one.behind and bool(one.text.strip()))
    return text or (pictures and one.kind == "picture" and one.behind)
