"""What a document says: text that must be there, text that was replaced, how many words, no empty paragraphs and double spaces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.dom.minidom import Element

from question_bank.phrase import phrase, phrases
from question_bank.practical import arguments
from question_bank.practical.catalogue import Request, check
from question_bank.practical.findings import FULL, NONE, Finding, Outcome, judged, quoted
from question_bank.practical.mutants import add_element, elements, put_text
from question_bank.practical.word.canon import canon
from question_bank.practical.word.document import WordFile, open_model
from question_bank.practical.word.paragraphs import Paragraph
from question_bank.practical.word.places import Part
from question_bank.practical.word.selecting import (
    CASE,
    IN,
    OUTLINE,
    STYLE,
    fits,
    in_places,
    passages,
    whole,
)
from question_bank.practical.word.spoiling import edit_node, edit_paragraph, unlike

_SPACES = re.compile(r"[ \u00a0]{2,}")

SAYS = arguments.texts("says", phrase("texts that must be there"), required=True)
OLD = arguments.text("old", phrase("the text that was to be replaced"), required=True)
NEW = arguments.text("new", phrase("the text in its place"), required=True)
TIMES = arguments.span("times", phrase("how often the new text is there"))
WORDS = arguments.span("words", phrase("number of words"))
CHARACTERS = arguments.span("characters", phrase("number of characters"))
EMPTY = arguments.whole("empty_paragraphs", phrase("empty paragraphs at most"), default=0)
DOUBLE = arguments.whole("double_spaces", phrase("double spaces at most"), default=0)

_WHERE = (IN, STYLE, OUTLINE, CASE)


def _texts(file: WordFile, request: Request) -> list[Paragraph]:
    """The paragraphs of the places that are asked for."""
    if request.refs is not None:
        return [one.paragraph for one in passages(file, request)]
    return [one for one in file.paragraphs if in_places(file, one, request.select[IN]) and fits(one, request)]


@check(
    "docx.text", phrase("Text that must be there"), "IU03",
    select=_WHERE, expect=(SAYS,), mutation=lambda data, request: _without(data, request),
)  # fmt: skip
def text(file: WordFile, request: Request) -> Outcome:
    """Each text stands somewhere in a paragraph; how it is formatted, and over how many runs, does not matter."""
    case = bool(request.select[CASE])
    places = _texts(file, request)
    findings: list[Finding] = []
    targets: list[object] = []
    for one in request.expect[SAYS]:
        wanted = canon(one, case)
        found = [paragraph for paragraph in places if wanted in canon(paragraph.text, case)]
        where = found[0].where if found else phrase("the whole file")
        said = quoted(found[0].text) if found else phrase("it is not there")
        findings.append(judged(phrase("text"), bool(found), quoted(one), said, where))
        targets += [whole(paragraph) for paragraph in found]
    return Outcome.of(findings, targets, matched=bool(targets))


def _without(data: bytes, request: Request) -> bytes | None:
    """Every paragraph that has the first of the texts says something else."""
    says = request.expect[SAYS]
    return _reworded(data, request, says[0], unlike(says[0])) if says else None


def _reworded(data: bytes, request: Request, old: str, new: str) -> bytes | None:
    file, changed = open_model(data), False
    case = bool(request.select[CASE])
    for one in _texts(file, request):
        if canon(old, case) in canon(one.text, case):
            made = edit_paragraph(data, file, one, lambda tree: say(tree, new))
            data, changed = made or data, changed or made is not None
    return data if changed else None


def say(paragraph: Element, text: str) -> bool:
    """The first run of a paragraph says this, and all others nothing."""
    texts = list(elements(paragraph, "t"))
    for at, one in enumerate(texts):
        put_text(one, "" if at else text)
    return bool(texts)


@check(
    "docx.replaced", phrase("Replace everywhere"), "IU03",
    select=_WHERE, expect=(OLD, NEW, TIMES), mutation=lambda data, request: _reworded(
        data, request, request.expect[NEW] or "", request.expect[OLD] or ""
    ),
)  # fmt: skip
def replaced(file: WordFile, request: Request) -> Outcome:
    """The old text is nowhere any more, the new one is there, so often where that is asked."""
    case = bool(request.select[CASE])
    old, new = canon(request.expect[OLD] or "", case), canon(request.expect[NEW] or "", case)
    times = request.expect[TIMES]
    before = after = 0
    left: list[Paragraph] = []
    places = _texts(file, request)
    for one in places:
        said = canon(one.text, case)
        # A new text may hold the old one (“UBND tỉnh” for “UBND”): what is left is counted without it.
        after += said.count(new)
        rest = said.replace(new, "\n") if new else said
        if old and (still := rest.count(old)):
            before += still
            left.append(one)
    where = left[0].where if left else phrase("the whole file")
    gone = phrases("%(n)s place", "%(n)s places", before)
    findings = [judged(phrase("old text"), before == 0, phrase("nowhere any more"), gone, where)]
    enough = times.holds(after) if times else after > 0
    wanted = phrase("%(times)s times", times=times.words()) if times else phrase("at least once")
    said_times = phrase("%(times)s times", times=str(after))
    findings.append(judged(phrase("new text"), enough, wanted, said_times, phrase("the whole file")))
    return Outcome.of(findings, matched=after > 0)


@check(
    "docx.length", phrase("Number of words or characters"), "IU03",
    select=_WHERE, expect=(WORDS, CHARACTERS), mutation=lambda data, request: _cut(data, request),
)  # fmt: skip
def length(file: WordFile, request: Request) -> Outcome:
    """Words as Word counts them, and characters with spaces; of the body unless other places are asked for."""
    said = [one.text for one in _texts(file, request) if request.select[IN] or one.place.part is Part.BODY]
    findings: list[Finding] = []
    for span, item, count in (
        (request.expect[WORDS], phrase("number of words"), sum(len(one.split()) for one in said)),
        (request.expect[CHARACTERS], phrase("number of characters"), sum(len(canon(one)) for one in said)),
    ):
        if span is not None:
            findings.append(judged(item, span.holds(count), span.words(), str(count), phrase("the whole file")))
    return Outcome.of(findings, matched=any(one.strip() for one in said))


def _cut(data: bytes, request: Request) -> bytes | None:
    """All text of the places goes but the first words, or comes so often that it is too much."""
    file, changed = open_model(data), False
    spans = [span for span in (request.expect[WORDS], request.expect[CHARACTERS]) if span is not None]
    too_much = all(span.low <= 1 for span in spans)
    for one in _texts(file, request):
        made = edit_paragraph(data, file, one, lambda tree: say(tree, "x " * 60_000 if too_much else ""))
        data, changed = made or data, changed or made is not None
        if too_much and changed:
            break
    return data if changed else None


@check(
    "docx.tidy", phrase("No empty paragraphs and double spaces"), "IU03",
    select=(IN,), expect=(EMPTY, DOUBLE), mutation=lambda data, request: _untidy(data),
)  # fmt: skip
def tidy(file: WordFile, request: Request) -> Outcome:
    """Space is made by format and not by empty paragraphs, tabs and spaces in a row. The one that must follow a table does not count."""
    places = request.select[IN] or ("body",)
    there = [one for one in file.paragraphs if in_places(file, one, places)]
    held = _held(file)
    empty = [one for one in there if one.empty and one.number not in held and not _behind_table(file, one)]
    double = [one for one in there if not one.empty and _SPACES.search(one.text.strip())]
    findings: list[Finding] = []
    for item, wrong, most in (
        (phrase("empty paragraphs"), empty, request.expect[EMPTY] or 0),
        (phrase("double spaces"), double, request.expect[DOUBLE] or 0),
    ):
        right = len(wrong) <= most
        where = wrong[0].where if wrong else phrase("the whole file")
        findings.append(
            judged(item, FULL if right else NONE, phrase("at most %(most)s", most=most), str(len(wrong)), where)
        )
    return Outcome.of(findings, matched=bool(there))


def _behind_table(file: WordFile, one: Paragraph) -> bool:
    """Whether an empty paragraph cannot be left out: it ends a text or a cell that a table would end else."""
    before, after = file.paragraph(one.number - 1), file.paragraph(one.number + 1)
    behind = before is not None and before.place.cell is not None
    return behind and (after is None or after.place.part is not one.place.part or after.place.cell is not None)


def _held(file: WordFile) -> set[int]:
    """Paragraphs that hold something that is no text."""
    return {
        *(one.at.paragraph for one in file.drawings),
        *(one.at.paragraph for one in file.breaks),
        *_sections(file),
    } | {one.range.start.paragraph for one in file.fields}


def _sections(file: WordFile) -> Iterator[int]:
    for before, one in zip(file.paragraphs, file.paragraphs[1:], strict=False):
        if before.place.section != one.place.section:
            yield before.number


def _untidy(data: bytes) -> bytes | None:
    """Three empty paragraphs and a text with two spaces come to the end of the body."""

    def edit(tree: Element) -> bool:
        for said in ("", "", "", "x  y"):
            made = add_element(tree, "p", first=True)
            if said:
                put_text(add_element(add_element(made, "r"), "t"), said)
        return True

    file = open_model(data)
    part = file.package.main_part()
    body = file.tops[part].child("w:body")
    return edit_node(data, file, part, body, edit) if body else None
