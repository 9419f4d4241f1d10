"""Pages: paper, orientation, margins, gutter, columns, sections."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from question_bank.formats.word_measures import TWIPS_OF_MM, millimetres
from question_bank.phrase import Phrase, phrase, phrases
from question_bank.practical import arguments
from question_bank.practical.arguments import Field, Span, figure
from question_bank.practical.catalogue import Request, check
from question_bank.practical.findings import Finding, Outcome, judged
from question_bank.practical.word.document import WordFile
from question_bank.practical.word.paged import (
    SECTION,
    more_sections,
    put_in_section,
    section_where,
    sections_of,
    spoil_section,
    spoil_setting,
)
from question_bank.practical.word.sections import Section
from question_bank.practical.word.traits import TOLERANCE_MM, of_span, within

_SIZES = {
    "a3": (297.0, 420.0), "a4": (210.0, 297.0), "a5": (148.0, 210.0), "b5": (176.0, 250.0), "letter": (215.9, 279.4),
    "legal": (215.9, 355.6),
}  # fmt: skip
_ORIENTATIONS = {"portrait": phrase("portrait"), "landscape": phrase("landscape")}
_KINDS = {
    "nextPage": phrase("on the next page"),
    "continuous": phrase("on the same page"),
    "evenPage": phrase("on the next even page"),
    "oddPage": phrase("on the next odd page"),
    "nextColumn": phrase("in the next column"),
}
_KIND_NAMES = {
    "next_page": "nextPage", "continuous": "continuous", "even_page": "evenPage", "odd_page": "oddPage", "next_column": "nextColumn",
}  # fmt: skip

SIZE = arguments.choice("size", phrase("paper"), {name: phrase("a size of paper") for name in _SIZES})
WIDTH = arguments.span("width_mm", phrase("width of the paper"), unit="mm")
HEIGHT = arguments.span("height_mm", phrase("height of the paper"), unit="mm")
PAPER_TOLERANCE = arguments.number("tolerance_mm", phrase("how much a length may be off"), unit="mm", default="1")
ORIENTATION = arguments.choice("orientation", phrase("orientation"), _ORIENTATIONS, required=True)
TOP = arguments.span("top_mm", phrase("top margin"), unit="mm")
BOTTOM = arguments.span("bottom_mm", phrase("bottom margin"), unit="mm")
LEFT = arguments.span("left_mm", phrase("left margin"), unit="mm")
RIGHT = arguments.span("right_mm", phrase("right margin"), unit="mm")
# 0.6 mm: programs round margins to a hundredth of an inch, and both ends of a range are meant to be allowed.
MARGIN_TOLERANCE = arguments.number("tolerance_mm", phrase("how much a length may be off"), unit="mm", default="0.6")
GUTTER = arguments.span("gutter_mm", phrase("gutter"), unit="mm")
MIRROR = arguments.truth("mirror", phrase("mirrored margins"))
HEADER = arguments.span("header_mm", phrase("distance of the header"), unit="mm")
FOOTER = arguments.span("footer_mm", phrase("distance of the footer"), unit="mm")
COLUMNS = arguments.span("columns", phrase("number of columns"))
GAP = arguments.span("gap_mm", phrase("space between columns"), unit="mm")
LINE = arguments.truth("line", phrase("line between columns"))
COUNT = arguments.span("sections", phrase("number of sections"))
KIND = arguments.choice(
    "kind", phrase("how the section begins"), {name: _KINDS[word] for name, word in _KIND_NAMES.items()}
)

_Length = tuple[Field[Any], Callable[[Section], int]]
_MARGINS: tuple[_Length, ...] = (
    (TOP, lambda one: one.top),
    (BOTTOM, lambda one: one.bottom),
    (LEFT, lambda one: one.left),
    (RIGHT, lambda one: one.right),
)
_DISTANCES: tuple[_Length, ...] = ((HEADER, lambda one: one.header), (FOOTER, lambda one: one.footer))


def _lengths(file: WordFile, request: Request, lengths: tuple[_Length, ...], tolerance: Field[Any]) -> Outcome:
    """Lengths of every section that is looked at."""
    sections = sections_of(file, request)
    if not sections:
        return Outcome.nothing(phrase("a section of this number"))
    return Outcome.of(
        judged(
            field.title, within(asked, millimetres(said(one)), request.expect[tolerance]), of_span(asked, "mm"),
            f"{millimetres(said(one)):g} mm", section_where(one),
        )
        for one in sections
        for field, said in lengths
        if (asked := request.expect[field]) is not None
    )  # fmt: skip


def _off(span: Span | None, more: float = 9.0) -> str:
    """A length in twips that is outside of a range."""
    return str(round(((float(span.high) if span else 0.0) + more) * TWIPS_OF_MM))


def _spoil_margin(data: bytes, request: Request) -> bytes | None:
    name = next((one.name.removesuffix("_mm") for one, _ in (*_MARGINS, *_DISTANCES) if request.expect.has(one)), None)
    if name is None:
        return None
    span: Span | None = next(request.expect[one] for one, _ in (*_MARGINS, *_DISTANCES) if request.expect.has(one))
    return spoil_section(data, request, lambda one: put_in_section(one, "pgMar", {name: _off(span)}))


@check(
    "docx.page_size", phrase("Paper size"), "IU03", select=(SECTION,), expect=(SIZE, WIDTH, HEIGHT, PAPER_TOLERANCE),
    mutation=lambda data, request: spoil_section(
        data, request, lambda one: put_in_section(one, "pgSz", {"w": "9000", "h": "15000"})
    ),
)  # fmt: skip
def page_size(file: WordFile, request: Request) -> Outcome:
    """The paper of every section, upright or across."""
    sections = sections_of(file, request)
    if not sections:
        return Outcome.nothing(phrase("a section of this number"))
    return Outcome.of(one for section in sections for one in _paper(section, request))


def _paper(section: Section, request: Request) -> Iterator[Finding]:
    expect = request.expect
    found = sorted((millimetres(section.width), millimetres(section.height)))
    tolerance = float(expect[PAPER_TOLERANCE] or 0)
    words = f"{found[0]:g} × {found[1]:g} mm"
    if (size := expect[SIZE]) is not None:
        wanted = _SIZES[size]
        right = all(abs(one - other) <= tolerance for one, other in zip(found, wanted, strict=True))
        expected = f"{size.upper()}, {wanted[0]:g} × {wanted[1]:g} mm"
        yield judged(phrase("paper"), right, expected, words, section_where(section))
    for field, length in ((WIDTH, section.width), (HEIGHT, section.height)):
        if (span := expect[field]) is not None:
            right = within(span, millimetres(length), expect[PAPER_TOLERANCE])
            yield judged(field.title, right, of_span(span, "mm"), f"{millimetres(length):g} mm", section_where(section))


@check(
    "docx.orientation", phrase("Page orientation"), "IU03", select=(SECTION,), expect=(ORIENTATION,),
    mutation=lambda data, request: spoil_section(
        data, request,
        lambda one: put_in_section(
            one, "pgSz",
            {"w": "16838", "h": "11906", "orient": "landscape"} if request.expect[ORIENTATION] == "portrait"
            else {"w": "11906", "h": "16838", "orient": "portrait"},
        ),
    ),
)  # fmt: skip
def orientation(file: WordFile, request: Request) -> Outcome:
    """Whether pages are wider than high."""
    sections = sections_of(file, request)
    if not sections:
        return Outcome.nothing(phrase("a section of this number"))
    asked = request.expect[ORIENTATION] or "portrait"
    return Outcome.of(
        judged(
            phrase("orientation"), one.landscape == (asked == "landscape"), _ORIENTATIONS[asked],
            _ORIENTATIONS["landscape" if one.landscape else "portrait"], section_where(one),
        )
        for one in sections
    )  # fmt: skip


@check(
    "docx.margins", phrase("Page margins"), "IU03", select=(SECTION,),
    expect=(TOP, BOTTOM, LEFT, RIGHT, MARGIN_TOLERANCE), mutation=_spoil_margin,
)  # fmt: skip
def margins(file: WordFile, request: Request) -> Outcome:
    """The margins of every section."""
    return _lengths(file, request, _MARGINS, MARGIN_TOLERANCE)


@check(
    "docx.header_distance", phrase("Distance of header and footer"), "IU03", select=(SECTION,),
    expect=(HEADER, FOOTER, MARGIN_TOLERANCE), mutation=_spoil_margin,
)  # fmt: skip
def header_distance(file: WordFile, request: Request) -> Outcome:
    """How far header and footer are from the edge of the paper."""
    return _lengths(file, request, _DISTANCES, MARGIN_TOLERANCE)


@check(
    "docx.gutter", phrase("Gutter and mirrored margins"), "IU03", select=(SECTION,), expect=(GUTTER, MIRROR, TOLERANCE_MM),
    mutation=lambda data, request: spoil_setting(data, "mirrorMargins", {"val": "0" if request.expect[MIRROR] else "1"})
    if request.expect.has(MIRROR)
    else spoil_section(data, request, lambda one: put_in_section(one, "pgMar", {"gutter": _off(request.expect[GUTTER])})),
)  # fmt: skip
def gutter(file: WordFile, request: Request) -> Outcome:
    """Room for binding, and margins that change sides on even pages."""
    findings: list[Finding] = []
    if request.expect.has(GUTTER):
        findings += _lengths(file, request, ((GUTTER, lambda one: one.gutter),), TOLERANCE_MM).findings
    if (mirror := request.expect[MIRROR]) is not None:
        words = {True: phrase("mirrored margins"), False: phrase("the same margins on all pages")}
        has = file.settings.mirror_margins
        findings.append(judged(phrase("margins"), has == mirror, words[mirror], words[has], phrase("the whole file")))
    return Outcome.of(findings)


@check(
    "docx.columns", phrase("Columns"), "IU03", select=(SECTION,), expect=(COLUMNS, GAP, LINE, TOLERANCE_MM),
    mutation=lambda data, request: spoil_section(
        data, request, lambda one: put_in_section(one, "cols", {"num": "7", "equalWidth": "1", "space": "2222", "sep": "0"})
    ),
)  # fmt: skip
def columns(file: WordFile, request: Request) -> Outcome:
    """Columns of a section; where no section is named, of the one with most of them."""
    sections = sections_of(file, request)
    if not request.select.has(SECTION) and sections:
        sections = [max(sections, key=lambda one: one.columns)]
    if not sections:
        return Outcome.nothing(phrase("a section of this number"))
    return Outcome.of(one for section in sections for one in _columns(section, request))


def _columns(section: Section, request: Request) -> Iterator[Finding]:
    expect, where = request.expect, section_where(section)
    if (count := expect[COLUMNS]) is not None:
        yield judged(phrase("columns"), count.holds(section.columns), count.words(), str(section.columns), where)
    if (gap := expect[GAP]) is not None:
        found = millimetres(section.column_gap)
        yield judged(GAP.title, within(gap, found, expect[TOLERANCE_MM]), of_span(gap, "mm"), f"{found:g} mm", where)
    if (line := expect[LINE]) is not None:
        words = {True: phrase("a line between them"), False: phrase("no line between them")}
        yield judged(phrase("line"), section.column_line == line, words[line], words[section.column_line], where)


@check(
    "docx.sections", phrase("Sections"), "IU03", select=(SECTION,), expect=(COUNT, KIND),
    mutation=lambda data, request: _other_sections(data, request),
)  # fmt: skip
def sections(file: WordFile, request: Request) -> Outcome:
    """How many sections there are, and how one begins; where none is named, all but the first."""
    findings: list[Finding] = []
    if (count := request.expect[COUNT]) is not None:
        number = len(file.sections)
        found = phrases("%(n)s section", "%(n)s sections", number)
        findings.append(
            judged(phrase("sections"), count.holds(number), figure_words(count), found, phrase("the whole file"))
        )
    if (kind := request.expect[KIND]) is not None:
        looked = [one for one in sections_of(file, request) if request.select.has(SECTION) or one.number > 1]
        for one in looked:
            words = _KINDS.get(one.kind, _KINDS["nextPage"])
            right = one.kind == _KIND_NAMES[kind]
            findings.append(
                judged(phrase("begin of the section"), right, _KINDS[_KIND_NAMES[kind]], words, section_where(one))
            )
        if not looked:
            return Outcome.nothing(phrase("a section of this number"))
    return Outcome.of(findings)


def figure_words(span: Span) -> Phrase | str:
    """A count that is asked for."""
    return span.words() if span.low != span.high else figure(span.low)


def _other_sections(data: bytes, request: Request) -> bytes | None:
    """Sections begin in another way, or there are more of them than may be."""
    if (count := request.expect[COUNT]) is not None:
        return more_sections(data, int(count.high) + 1)
    other = "continuous" if request.expect[KIND] != "continuous" else "oddPage"
    return spoil_section(data, request, lambda one: put_in_section(one, "type", {"val": other}))
