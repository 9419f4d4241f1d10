"""Pictures, shapes, lines, text boxes."""

from __future__ import annotations

from collections.abc import Iterator
from xml.dom.minidom import Element

from question_bank.phrase import Phrase, phrase
from question_bank.practical import arguments
from question_bank.practical.catalogue import Request, check
from question_bank.practical.findings import Finding, Outcome, Words, judged, quoted
from question_bank.practical.mutants import edit_trees, elements, take_out
from question_bank.practical.word.canon import canon
from question_bank.practical.word.content import Drawing
from question_bank.practical.word.document import WordFile, open_model
from question_bank.practical.word.paragraphs import Paragraph
from question_bank.practical.word.places import Part
from question_bank.practical.word.selecting import IN, PARAGRAPHS, in_places, passages, sought
from question_bank.practical.word.spoiling import edit_paragraph, refill, remove_all
from question_bank.practical.word.traits import of_span, within

_TEXTS = r"word/(document|header[0-9]*|footer[0-9]*)\.xml"
_WRAPS = {
    "inline": phrase("in line with the text"),
    "square": phrase("text around its square"),
    "tight": phrase("text close around it"),
    "through": phrase("text through it"),
    "top_bottom": phrase("text above and below"),
    "behind": phrase("behind the text"),
    "front": phrase("in front of the text"),
}
_KINDS = {
    "line": phrase("a line"),
    "shape": phrase("a shape"),
    "text_box": phrase("a text box"),
    "word_art": phrase("decorated text"),
    "chart": phrase("a chart"),
    "diagram": phrase("a diagram"),
}
_RULES = {
    "drawn": phrase("a drawn line"),
    "border": phrase("a line of the paragraph's border"),
}
_NO_LINES = (("top", {"val": "none"}), ("bottom", {"val": "none"}))
_NEAR = 2  # paragraphs around the text that a drawn line may hang on

DIGEST = arguments.texts("sha256", phrase("the picture itself, by its SHA-256"))
WIDTH = arguments.span("width_mm", phrase("width"), unit="mm")
HEIGHT = arguments.span("height_mm", phrase("height"), unit="mm")
TOLERANCE = arguments.number("tolerance_mm", phrase("how much a length may be off"), unit="mm", default="1")
WRAP = arguments.choices("wrap", phrase("how text runs around it"), _WRAPS)
ALT = arguments.text("alt", phrase("description for people who do not see it"))
DESCRIBED = arguments.truth("described", phrase("whether it has a description"))
COUNT = arguments.span("count", phrase("how many"))
KIND = arguments.choices("kind", phrase("kind of drawing"), _KINDS)
SHAPE = arguments.texts("shape", phrase("the file's word for the shape, like rect, ellipse, star5"))
TEXT = arguments.text("text", phrase("text in it"))
FILL = arguments.colour("fill", phrase("colour inside"))
LINE_COLOUR = arguments.colour("line_colour", phrase("colour of the line"))
ACCEPT = arguments.choices("accept", phrase("what counts as a line"), _RULES)
SHARE = arguments.span("share_percent", phrase("length of the line in percent of the text's"), unit="%")
# What a text is wide is reckoned from the number of its letters, so that a third is still a third.
SHARE_TOLERANCE = arguments.number(
    "tolerance_percent", phrase("how much the length may be off"), unit="%", default="20"
)


def _drawings(file: WordFile, request: Request) -> list[Drawing]:
    """The drawings of the places that are looked at; of passages that another check found, those that hang on them."""
    if request.refs is not None:
        numbers = {one.paragraph.number for one in passages(file, request)}
        return [one for one in file.drawings if one.at.paragraph in numbers]
    places = request.select[IN]
    return [
        one for one in file.drawings if (paragraph := _anchor(file, one)) is None or in_places(file, paragraph, places)
    ]


def _anchor(file: WordFile, one: Drawing) -> Paragraph | None:
    return file.paragraph(one.at.paragraph)


def _where(file: WordFile, one: Drawing) -> Phrase:
    return one.place.words(one.at.paragraph)


def _sizes(file: WordFile, one: Drawing, request: Request) -> Iterator[Finding]:
    expect, where = request.expect, _where(file, one)
    for field, length in ((WIDTH, one.width_mm), (HEIGHT, one.height_mm)):
        if (span := expect[field]) is not None:
            right = within(span, length, expect[TOLERANCE])
            yield judged(field.title, right, of_span(span, "mm"), f"{length:g} mm", where)
    if wraps := expect[WRAP]:
        known = _WRAPS.get(one.wrap, _WRAPS["inline"])
        yield judged(WRAP.title, one.wrap in wraps, _WRAPS[wraps[0]], known, where)
    if (alt := expect[ALT]) is not None:
        yield judged(phrase("description"), canon(alt) in canon(one.alt), quoted(alt), quoted(one.alt), where)
    if (described := expect[DESCRIBED]) is not None:
        words = {True: phrase("a description"), False: phrase("no description")}
        yield judged(phrase("description"), bool(one.alt) == described, words[described], words[bool(one.alt)], where)


def _best(found: list[list[Finding]]) -> list[Finding]:
    """The findings of the drawing that comes nearest."""
    return max(found, key=lambda one: sum(finding.right for finding in one) - sum(not finding.right for finding in one))


@check(
    "docx.picture", phrase("A picture"), "IU03", select=(IN,), expect=(DIGEST, WIDTH, HEIGHT, TOLERANCE, WRAP, ALT, DESCRIBED, COUNT),
    mutation=lambda data, _: edit_trees(data, _TEXTS, lambda top: _undrawn(top, ("picture",))),
)  # fmt: skip
def picture(file: WordFile, request: Request) -> Outcome:
    """A picture, this very one where its digest is given; its size, the text around it, its description."""
    pictures = [one for one in _drawings(file, request) if one.kind == "picture"]
    digests = {one.strip().lower() for one in request.expect[DIGEST]}
    there = [one for one in pictures if not digests or file.digest(one.part) in digests]
    if not there:
        wanted = phrase("this very picture") if pictures else phrase("a picture")
        return Outcome.nothing(wanted)
    findings = _best([[_there(file, one, phrase("picture")), *_sizes(file, one, request)] for one in there])
    if (count := request.expect[COUNT]) is not None:
        findings.append(
            judged(
                phrase("pictures"),
                count.holds(len(pictures)),
                count.words(),
                str(len(pictures)),
                phrase("the whole file"),
            )
        )
    return Outcome.of(findings, there)


def _there(file: WordFile, one: Drawing, item: Phrase) -> Finding:
    return judged(item, True, phrase("it is there"), phrase("it is there"), _where(file, one))


@check(
    "docx.shape", phrase("A shape, line or text box"), "IU03", select=(IN,),
    expect=(KIND, SHAPE, TEXT, FILL, LINE_COLOUR, WIDTH, HEIGHT, TOLERANCE, WRAP, ALT, DESCRIBED, COUNT),
    mutation=lambda data, request: edit_trees(data, _TEXTS, lambda top: _undrawn(top, request.expect[KIND])),
)  # fmt: skip
def shape(file: WordFile, request: Request) -> Outcome:
    """A drawing of a kind, with its text, colours and size. What a program writes twice, for old and new readers, counts once."""
    expect = request.expect
    kinds, text = expect[KIND], expect[TEXT]
    there = [
        one for one in _drawings(file, request)
        if one.kind not in ("picture", "object") and (not kinds or one.kind in kinds)
    ]  # fmt: skip
    if not there:
        return Outcome.nothing(_KINDS[kinds[0]] if kinds else phrase("a drawing"))
    findings = _best([list(_shape(file, one, request, text)) for one in there])
    if (count := expect[COUNT]) is not None:
        findings.append(
            judged(
                phrase("drawings"), count.holds(len(there)), count.words(), str(len(there)), phrase("the whole file")
            )
        )
    return Outcome.of(findings, there)


_SIGNS = {"picture": ("pic", "imagedata"), "chart": ("chart",), "diagram": ("relIds",), "text_box": ("txbxContent",)}
_SIGNS |= {
    "word_art": ("textpath", "prstTxWarp"),
    "line": ("line", "prstGeom"),
    "shape": ("prstGeom", "rect", "shape", "oval"),
}


def _undrawn(top: Element, kinds: tuple[str, ...]) -> bool:
    """Drawings of these kinds go; where none is named, all that are no pictures."""
    names = {name for kind in kinds or tuple(_KINDS) for name in _SIGNS[kind]}
    found = [
        one for one in [*elements(top, "drawing"), *elements(top, "pict")]
        if any(next(elements(one, name), None) is not None for name in names)
        and ("picture" in kinds or not any(next(elements(one, name), None) is not None for name in _SIGNS["picture"]))
        and ("text_box" in kinds or not kinds or next(elements(one, "txbxContent"), None) is None)
    ]  # fmt: skip
    for one in found:
        take_out(one)
    return bool(found)


def _shape(file: WordFile, one: Drawing, request: Request, text: str | None) -> Iterator[Finding]:
    expect, where = request.expect, _where(file, one)
    yield _there(file, one, _KINDS.get(one.kind, phrase("drawing")))
    if shapes := expect[SHAPE]:
        yield judged(
            phrase("shape"),
            canon(one.shape) in {canon(name) for name in shapes},
            ", ".join(shapes),
            quoted(one.shape),
            where,
        )
    if text is not None:
        said = one.text or file.words_of(one.paragraphs)
        yield judged(phrase("text"), canon(text) in canon(said), quoted(text), quoted(said), where)
    for field, found in ((FILL, one.fill), (LINE_COLOUR, one.colour)):
        if (colour := expect[field]) is not None:
            shown: Words = found or phrase("no colour")
            yield judged(field.title, found == colour, colour, shown, where)
    yield from _sizes(file, one, request)


@check(
    "docx.rule_below", phrase("A line below a text"), "IU03", select=PARAGRAPHS, expect=(ACCEPT, SHARE, SHARE_TOLERANCE),
    mutation=lambda data, request: _no_rule(data, request),
)  # fmt: skip
def rule_below(file: WordFile, request: Request) -> Outcome:
    """A drawn line near the text, or the line of a paragraph's border; underlined text is none."""
    found = passages(file, request)
    if not found:
        return Outcome.nothing(sought(request))
    findings: list[Finding] = []
    for passage in found:
        accepted = request.expect[ACCEPT] or tuple(_RULES)
        drawn = rules_near(file, passage.paragraph) if "drawn" in accepted else []
        border = "border" in accepted and _has_border(file, passage.paragraph)
        underlined = passage.paragraph.prevailing(lambda look: bool(look.underline))
        shown = (
            _RULES["drawn"] if drawn
            else _RULES["border"] if border
            else phrase("underlined text") if underlined
            else phrase("no line")
        )  # fmt: skip
        findings.append(judged(phrase("line"), bool(drawn) or border, _RULES[accepted[0]], shown, passage.where))
        if (share := request.expect[SHARE]) is not None and drawn:
            percent = round(100 * drawn[0].width_mm / max(text_width_mm(passage.paragraph), 1))
            right = within(share, percent, request.expect[SHARE_TOLERANCE])
            findings.append(
                judged(phrase("length of the line"), right, of_span(share, "%"), f"{percent} %", passage.where)
            )
    return Outcome.of(findings, found)


def rules_near(file: WordFile, paragraph: Paragraph) -> list[Drawing]:
    """Lines that lie flat and hang on this paragraph or on one right beside it in the same text."""
    near = [
        one for one in file.drawings
        if one.kind == "line" and abs(one.at.paragraph - paragraph.number) <= _NEAR and _same_text(file, one, paragraph)
        and one.height_mm <= max(one.width_mm / 10, 1)
    ]  # fmt: skip
    return sorted(near, key=lambda one: (abs(one.at.paragraph - paragraph.number), one.at.paragraph < paragraph.number))


def _same_text(file: WordFile, one: Drawing, paragraph: Paragraph) -> bool:
    anchor = _anchor(file, one)
    if anchor is None or anchor.number == paragraph.number:
        return anchor is not None
    if anchor.place.part is not paragraph.place.part:
        return False
    if anchor.place.cell == paragraph.place.cell:
        between = file.between((min(anchor.number, paragraph.number) + 1, max(anchor.number, paragraph.number)))
        return all(other.empty or other is anchor for other in between)
    return False


def _has_border(file: WordFile, paragraph: Paragraph) -> bool:
    """A line below it, or above what follows it."""
    after = file.paragraph(paragraph.number + 1)
    if "bottom" in paragraph.format.borders:
        return True
    return (
        after is not None
        and after.place.cell == paragraph.place.cell
        and after.place.part is Part.BODY
        and ("top" in after.format.borders or (after.empty and "bottom" in after.format.borders))
    )


def text_width_mm(paragraph: Paragraph) -> float:
    """How wide a line of text is, about: letters are half as wide as high, capitals two thirds."""
    size = paragraph.prevailing(lambda look: look.size_pt)
    wide = sum(0.68 if one.isupper() else 0.25 if one.isspace() else 0.48 for one in paragraph.text.strip())
    return wide * size * 25.4 / 72


def _no_rule(data: bytes, request: Request) -> bytes | None:
    """Lines go from the text and from the paragraphs around it."""
    file, changed = open_model(data), False
    found = passages(file, request)
    for number in range(found[0].paragraph.number - _NEAR, found[0].paragraph.number + _NEAR + 1) if found else ():
        one = file.paragraph(number)
        if one is None or one.place.cell != found[0].paragraph.place.cell:
            continue
        made = edit_paragraph(
            data, file, one,
            lambda tree: remove_all(tree, "AlternateContent", "drawing", "pict") | refill(tree, "pPr", "pBdr", list(_NO_LINES)),
        )  # fmt: skip
        data, changed = made or data, changed or made is not None
        file = open_model(data)
    return data if changed else None
