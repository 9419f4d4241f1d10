"""Checks of whether text can be read: contrast with what lies behind it, and whether it fits into its shape."""

from __future__ import annotations

import math

from question_bank.formats.xml_tree import Node
from question_bank.phrase import phrase
from question_bank.practical.arguments import number
from question_bank.practical.catalogue import Request, check
from question_bank.practical.checks.pptx.looks import LEAST, ground_of, paint_text
from question_bank.practical.findings import Finding, Outcome, Words, judged
from question_bank.practical.slides.judging import lines, outcome
from question_bank.practical.slides.model import Box, Look, Paragraph, Presentation, Run, TextBody
from question_bank.practical.slides.nodes import EMU_PER_POINT
from question_bank.practical.slides.palette import contrast
from question_bank.practical.slides.places import SHAPES, Place, words_of
from question_bank.practical.slides.spoiling import child, drop, spoils

LARGE, LARGE_BOLD = 1800, 1400  # hundredths of a point from which text is large (WCAG 2.2, “large scale”)
_LEAST, _LEAST_LARGE = 4.5, 3.0
MOST = number("most", phrase("how full a shape may be; left out: 115"), unit="%")
_USUAL_MOST = 115  # percent: the widths below are right to about a tenth
# Width of characters in parts of the size: narrow, wide, capital, other; of families by the first letters of their names.
_WIDTHS = {
    "times": 0.44,
    "calibri": 0.48,
    "arial narrow": 0.42,
    "verdana": 0.58,
    "tahoma": 0.52,
    "courier": 0.6,
    "cambria": 0.49,
}
_USUAL_WIDTH = 0.51  # Arial and what is like it
_NARROW, _WIDE = frozenset("iíìỉĩịIÍÌjltf.,:;'!|()[]- "), frozenset("mwMW—…@%")
_LINE = 1.2  # of the size, single


def _invisible(place: Place, _: Request) -> bool:
    behind = ground_of(place)
    return bool(behind) and paint_text(place, behind[0])


@check(
    "pptx.contrast",
    phrase("Text stands out from what is behind it"),
    "IU05",
    select=SHAPES,
    expect=(LEAST,),
    mutation=spoils(words_of, _invisible),
)
def text_contrast(deck: Presentation, request: Request) -> Outcome:
    """The contrast ratio of WCAG 2.2 (1.4.3) with the fill of the shape, of what lies under it, or of the slide; of gradients the worst end.

    On a picture, and in a table whose style the file only names, nothing can be measured: such text is told and not held against anybody.
    """

    def judge(place: Place) -> list[Finding]:
        behind = _grounds(place)
        held = [
            (behind[id(body)], run.look) for body, one in lines(place, request) for run in one.runs if run.text.strip()
        ]
        found = [(_ratio(look, ground), look) for ground, look in held]
        measured = [(ratio, look) for ratio, look in found if ratio is not None]
        item = phrase("contrast of %(place)s", place=place.item)
        if not measured:
            return [
                judged(
                    item,
                    True,
                    phrase("contrast"),
                    phrase("not measured: what is behind it cannot be told"),
                    place.where,
                )
            ]
        ratio, look = min(measured, key=lambda pair: pair[0] / _needed(pair[1], request))
        least = _needed(look, request)
        return [
            judged(item, ratio >= least, phrase("at least %(least)s", least=f"{least:g}"), f"{ratio:.2f}", place.where)
        ]

    return outcome(request, words_of(deck, request), judge, phrase("text"))


def _grounds(place: Place) -> dict[int, tuple[str, ...]]:
    """The colours behind each text of a shape: of a table behind each cell, nothing where the file does not say what its style looks like."""
    shape = place.shape
    if shape is None:
        return {}
    ground = ground_of(place)
    if shape.table is None:
        return {id(body): ground for body in shape.bodies()}
    found: dict[int, tuple[str, ...]] = {}
    for row in shape.table.rows:
        for cell in row:
            filled = cell.fill.kind not in ("", "none")
            found[id(cell.body)] = cell.fill.colours if filled else ground if shape.table.known else ()
    return found


def _ratio(look: Look, behind: tuple[str, ...]) -> float | None:
    if look.colour is None or not behind:
        return None
    return min(contrast(look.colour, one) for one in behind)


def _needed(look: Look, request: Request) -> float:
    if (said := request.expect[LEAST]) is not None:
        return float(said)
    return _LEAST_LARGE if look.size >= LARGE or (look.bold and look.size >= LARGE_BOLD) else _LEAST


def _stuffed(place: Place, _: Request) -> bool:
    body = place.shape.body if place.shape else None
    if body is None or not body.paragraphs:
        return False
    node = child(body.node, "a:bodyPr")
    drop(node, "a:normAutofit", "a:spAutoFit", "a:noAutofit")
    node.children = [*node.children, Node("a:noAutofit", {})]
    held = [one for one in body.paragraphs if one.text.strip()]
    body.node.children = [*body.node.children, *[held[-1].node] * 60]
    return True


def _framed(deck: Presentation, request: Request) -> list[Place]:
    return [one for one in words_of(deck, request) if one.shape and one.shape.body and one.shape.box]


@check(
    "pptx.fits",
    phrase("Text fits into its shape"),
    "IU05",
    select=SHAPES,
    expect=(MOST,),
    mutation=spoils(_framed, _stuffed),
)
def fits(deck: Presentation, request: Request) -> Outcome:
    """An estimate from the mean width of characters: it knows no single letter's width, no kerning, no hyphens, and not which font a machine puts in place of
    one that it does not have; so 115 % of the shape are let through. Text that the program has shrunk counts as shrunk. A shape that grows with its text is
    right as long as it stays on the slide.
    """
    most = float(request.expect[MOST] or _USUAL_MOST)

    def judge(place: Place) -> list[Finding]:
        shape = place.shape
        assert shape is not None
        assert shape.body is not None
        assert shape.box is not None
        room = max(1.0, (shape.box.height - shape.body.insets[1] - shape.body.insets[3]) / EMU_PER_POINT)
        need = height(shape.body, shape.box)
        full = need / room * 100
        if shape.body.fit == "resize":
            below = deck.height - shape.box.y
            full = need * EMU_PER_POINT / max(1, below) * 100
        item: Words = phrase("text of %(place)s", place=place.item)
        return [
            judged(
                item,
                full <= most,
                phrase("at most %(most)s %% of the shape", most=f"{most:g}"),
                phrase("about %(full)s %%", full=round(full)),
                place.where,
            )
        ]

    return outcome(request, _framed(deck, request), judge, phrase("text"))


def height(body: TextBody, box: Box) -> float:
    """About how high a text is, in points."""
    wide = max(1.0, (box.width - body.insets[0] - body.insets[2]) / EMU_PER_POINT / body.columns)
    total = sum(_paragraph_height(one, body, wide) for one in body.paragraphs)
    return total / body.columns


def _paragraph_height(one: Paragraph, body: TextBody, wide: float) -> float:
    scale = body.scale / 100
    size = max((run.look.size for run in one.runs), default=one.end.size) / 100 * scale
    room = max(size, wide - max(0, one.left) / EMU_PER_POINT)
    rows = 0
    length = 0.0
    for run in (*one.runs, Run("\n", one.end)):
        for piece in run.text.splitlines(keepends=True):
            length += _width(piece, run.look) * scale
            if piece.endswith("\n"):
                rows += max(1, math.ceil(length / room)) if body.wraps else 1
                length = 0.0
    line = one.spacing.line / 100 if one.spacing.exact else size * _LINE * (one.spacing.line - body.tighter) / 100
    return rows * line + (one.spacing.before + one.spacing.after) / 100 * scale


def _width(text: str, look: Look) -> float:
    family = look.font.casefold()
    mean = next((share for name, share in _WIDTHS.items() if family.startswith(name)), _USUAL_WIDTH)
    total = 0.0
    for one in text:
        factor = 0.6 if one in _NARROW else 1.6 if one in _WIDE else 1.3 if one.isupper() else 1.03
        total += factor * mean
    return total * look.size / 100 * (1.06 if look.bold else 1.0)
