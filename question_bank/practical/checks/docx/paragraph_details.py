"""Tab stops, lines around paragraphs, drop caps."""

from __future__ import annotations

from collections.abc import Iterator

from question_bank.formats.word_measures import millimetres
from question_bank.formats.word_paragraphs import Border, ParagraphFormat, Tab
from question_bank.phrase import Phrase, phrase
from question_bank.practical import arguments
from question_bank.practical.catalogue import Request, check
from question_bank.practical.findings import Finding, Outcome, Words, judged
from question_bank.practical.word.canon import canon
from question_bank.practical.word.document import WordFile, open_model
from question_bank.practical.word.paragraphs import Paragraph
from question_bank.practical.word.selecting import CONTAINS, PARAGRAPHS, passages, sought, whole
from question_bank.practical.word.spoiling import (
    edit_paragraph,
    edit_passage,
    first_passage,
    put_paragraph_properties,
    refill,
)
from question_bank.practical.word.traits import TOLERANCE_MM, of_span, within

_STOPS = {
    "left": phrase("a left tab stop"),
    "center": phrase("a centred tab stop"),
    "right": phrase("a right tab stop"),
    "decimal": phrase("a decimal tab stop"),
}
_LEADERS = {
    "none": phrase("no leader"),
    "dot": phrase("a dotted leader"),
    "hyphen": phrase("a dashed leader"),
    "underscore": phrase("a solid leader"),
}
_LEADER_KINDS = {"middleDot": "dot", "heavy": "underscore"}
_SIDES = {
    "top": phrase("above"),
    "bottom": phrase("below"),
    "left": phrase("on the left"),
    "right": phrase("on the right"),
}
_CAPS = {"drop": phrase("in the text"), "margin": phrase("in the margin")}

POSITION = arguments.span("position_mm", phrase("position of the tab stop"), unit="mm", required=True)
STOP = arguments.choice("align", phrase("alignment at the tab stop"), _STOPS)
LEADER = arguments.choice("leader", phrase("leader of the tab stop"), _LEADERS)
USED = arguments.truth("used", phrase("whether the text has a tab in it"))
SIDES = arguments.choices("sides", phrase("on which sides"), _SIDES)
LINE = arguments.choice(
    "line", phrase("kind of line"),
    {"any": phrase("a line"), "single": phrase("a single line"), "double": phrase("a double line"),
     "thick": phrase("a thick line"), "dashed": phrase("a dashed line"), "none": phrase("no line")}, default="any",
)  # fmt: skip
WIDTH = arguments.span("width_pt", phrase("width of the line"), unit="pt")
COLOUR = arguments.colour("colour", phrase("colour of the line"))
CAP = arguments.choice("kind", phrase("where the drop cap stands"), _CAPS, default="drop")
CAP_LINES = arguments.span("lines", phrase("height of the drop cap in lines"))


@check(
    "docx.tab_stop", phrase("Tab stops"), "IU03",
    select=PARAGRAPHS, expect=(POSITION, STOP, LEADER, USED, TOLERANCE_MM),
    mutation=lambda data, request: _cleared(data, request),
)  # fmt: skip
def tab_stop(file: WordFile, request: Request) -> Outcome:
    """A tab stop of the paragraph at a place, with its alignment and leader."""
    found = passages(file, request)
    if not found:
        return Outcome.nothing(sought(request))
    findings: list[Finding] = []
    for passage in found:
        stops = passage.paragraph.format.tabs
        right = any(_is_stop(one, request) for one in stops)
        findings.append(judged(phrase("tab stop"), right, _stop_wanted(request), _stops_found(stops), passage.where))
        if (used := request.expect[USED]) is not None:
            has = "\t" in passage.paragraph.text
            words = {True: phrase("a tab in the text"), False: phrase("no tab in the text")}
            findings.append(judged(phrase("tab"), has == used, words[used], words[has], passage.where))
    return Outcome.of(findings, found)


def _cleared(data: bytes, request: Request) -> bytes | None:
    """Every tab stop of the first paragraph goes, also those of its style."""
    first = first_passage(data, request)
    stops = first.paragraph.format.tabs if first else ()
    clear = [("tab", {"val": "clear", "pos": str(one.position)}) for one in stops]
    return edit_passage(data, request, lambda one: bool(clear) and refill(one, "pPr", "tabs", list(clear)))


def _is_stop(tab: Tab, request: Request) -> bool:
    expect = request.expect
    position = expect[POSITION]
    leader = _LEADER_KINDS.get(tab.leader, tab.leader)
    return (
        position is not None
        and within(position, millimetres(tab.position), expect[TOLERANCE_MM])
        and expect[STOP] in (None, tab.align)
        and expect[LEADER] in (None, leader)
    )


def _stop_wanted(request: Request) -> Phrase:
    expect = request.expect
    position = expect[POSITION]
    kind = _STOPS.get(expect[STOP] or "", phrase("a tab stop"))
    said = phrase("%(stop)s at %(place)s", stop=kind, place=of_span(position, "mm") if position else "")
    leader = expect[LEADER]
    return phrase("%(stop)s, %(leader)s", stop=said, leader=_LEADERS[leader]) if leader else said


def _stops_found(stops: tuple[Tab, ...]) -> Words:
    """The first of them; a sentence for each would say too much."""
    if not stops:
        return phrase("no tab stop")
    first = stops[0]
    said = phrase(
        "%(stop)s at %(place)s",
        stop=_STOPS.get(first.align, phrase("a tab stop")),
        place=f"{millimetres(first.position):g} mm",
    )
    leader = _LEADERS.get(_LEADER_KINDS.get(first.leader, first.leader), _LEADERS["none"])
    return phrase("%(stop)s, %(leader)s", stop=said, leader=leader)


def line_kind(word: str) -> str:
    """The kind of a drawn line by the file's word."""
    if word in ("single", "double", "thick"):
        return word
    if "ash" in word or "dot" in word.lower():
        return "dashed"
    return "double" if word.lower().startswith(("double", "thin", "thick", "triple")) else "single"


def line_words(border: Border | None) -> Words:
    """A line for people."""
    if border is None:
        return phrase("no line")
    return phrase("a line of %(width)s pt, %(colour)s", width=f"{border.width_pt:g}", colour=border.colour)


def is_line(border: Border | None, request: Request) -> bool:
    """Whether a line is of the kind, width and colour that are asked for."""
    asked = request.expect[LINE]
    if border is None or asked == "none":
        return border is None and asked == "none"
    width, colour = request.expect[WIDTH], request.expect[COLOUR]
    return (
        asked in (None, "any", line_kind(border.style))
        and (width is None or within(width, border.width_pt))
        and colour in (None, border.colour)
    )


@check(
    "docx.paragraph_border", phrase("Lines around paragraphs"), "IU03",
    select=PARAGRAPHS, expect=(SIDES, LINE, WIDTH, COLOUR), mutation=lambda data, request: _other_border(data, request),
)  # fmt: skip
def paragraph_border(file: WordFile, request: Request) -> Outcome:
    """Lines on sides of a paragraph, all four where none is named."""
    found = passages(file, request)
    if not found:
        return Outcome.nothing(sought(request))
    sides = request.expect[SIDES] or tuple(_SIDES)
    wanted = phrase("no line") if request.expect[LINE] == "none" else _line_wanted(request)
    return Outcome.of(
        (
            judged(
                _SIDES[side],
                is_line(border := _border(one.paragraph.format, side), request),
                wanted,
                line_words(border),
                one.where,
            )
            for one in found
            for side in sides
        ),
        found,
    )


def _border(form: ParagraphFormat, side: str) -> Border | None:
    return form.borders.get(side)


def _line_wanted(request: Request) -> Phrase:
    width, colour = request.expect[WIDTH], request.expect[COLOUR]
    if width is None and colour is None:
        return phrase("a line")
    return phrase("a line of %(width)s pt, %(colour)s", width=width.words() if width else "…", colour=colour or "…")


def _other_border(data: bytes, request: Request) -> bytes | None:
    """Every line goes, or a line comes where there should be none."""
    kind = "single" if request.expect[LINE] == "none" else "none"
    lines = [(side, {"val": kind, "sz": "4", "color": "auto"}) for side in _SIDES]
    return edit_passage(data, request, lambda one: refill(one, "pPr", "pBdr", list(lines)))


@check(
    "docx.drop_cap", phrase("Drop cap"), "IU03",
    select=(CONTAINS,), expect=(CAP, CAP_LINES), mutation=lambda data, _: _no_drop_cap(data),
)  # fmt: skip
def drop_cap(file: WordFile, request: Request) -> Outcome:
    """A large first letter, which programs write as a paragraph of its own before the rest of the text."""
    found = list(_drop_caps(file, request))
    if not found:
        return Outcome.nothing(phrase("a drop cap"))
    findings: list[Finding] = []
    for one in found:
        form = one.format
        kind, lines = request.expect[CAP] or "drop", request.expect[CAP_LINES]
        findings.append(
            judged(
                phrase("drop cap"),
                form.drop_cap == kind,
                _CAPS[kind],
                _CAPS.get(form.drop_cap, form.drop_cap),
                one.where,
            )
        )
        if lines is not None:
            right = within(lines, form.drop_lines)
            findings.append(judged(phrase("lines"), right, lines.words(), str(form.drop_lines), one.where))
    return Outcome.of(findings, [whole(one) for one in found])


def _drop_caps(file: WordFile, request: Request) -> Iterator[Paragraph]:
    said = request.select[CONTAINS]
    for one in file.paragraphs:
        if one.format.drop_cap:
            rest = file.paragraph(one.number + 1)
            if said is None or canon(said) in canon(one.text + (rest.text if rest else "")):
                yield one


def _no_drop_cap(data: bytes) -> bytes | None:
    file = open_model(data)
    for one in file.paragraphs:
        if one.format.drop_cap:
            return edit_paragraph(
                data, file, one, lambda tree: put_paragraph_properties(tree, {"framePr": {"dropCap": "none"}})
            )
    return None
