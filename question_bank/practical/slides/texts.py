"""The text of a shape or a cell: paragraphs and runs with the look they come to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from question_bank.formats.xml_tree import Node
from question_bank.practical.slides.looks import FILLS, MOST_LEVEL, Cascade
from question_bank.practical.slides.model import Action, Paragraph, Run, Spacing, TextBody
from question_bank.practical.slides.nodes import chosen, first, integer, percent

ReadAction = Callable[[Node], Action]
_ALIGNED = {"": "left", "l": "left", "ctr": "center", "r": "right", "just": "justify", "justLow": "justify", "dist": "distribute", "thaiDist": "distribute"}  # fmt: skip
_BULLETS = {"a:buChar": "character", "a:buAutoNum": "number", "a:buBlip": "picture"}
_FITS = {"a:normAutofit": "shrink", "a:spAutoFit": "resize"}
_INSETS = (
    ("lIns", 91_440),
    ("tIns", 45_720),
    ("rIns", 91_440),
    ("bIns", 45_720),
)  # EMU, where nothing is said (21.1.2.1.1)


def read_body(node: Node, above: tuple[Node | None, ...], cascade: Cascade, action: ReadAction) -> TextBody:
    """A `txBody`. `above` are the `bodyPr` of the placeholders it inherits from, the nearest first."""
    frames = tuple(one for one in (first(node, "a:bodyPr"), *above) if one is not None)

    def told(name: str) -> str:
        return next((one.get(name) for one in frames if name in one.attributes), "")

    fit = next((one for frame in frames for one in frame.children if one.name in (*_FITS, "a:noAutofit")), None)
    warp = next((one for frame in frames for one in frame.children if one.name == "a:prstTxWarp"), None)
    read = partial(_paragraph, cascade=cascade, action=action)
    return TextBody(
        paragraphs=tuple(read(one) for one in chosen(node) if one.name == "a:p"),
        fit=_FITS.get(fit.name, "none") if fit else "none",
        scale=percent(fit.get("fontScale")) / 1000 if fit else 100.0,
        tighter=percent(fit.get("lnSpcReduction"), 0) / 1000 if fit else 0.0,
        columns=max(1, min(16, integer(told("numCol"), 1))),
        anchor={"t": "top", "ctr": "middle", "b": "bottom"}.get(told("anchor"), "top"),
        insets=_insets(told),
        wraps=told("wrap") != "none",
        warp=warp.get("prst") if warp else "",
        look_at=cascade.base,
        node=node,
    )


def _insets(told: Callable[[str], str]) -> tuple[int, int, int, int]:
    left, top, right, bottom = (integer(told(name), usual) for name, usual in _INSETS)
    return left, top, right, bottom


def _paragraph(node: Node, cascade: Cascade, action: ReadAction) -> Paragraph:
    own = first(node, "a:pPr")
    level = max(0, min(MOST_LEVEL, integer(own.get("lvl") if own else "")))
    base = cascade.base(level)
    runs: list[Run] = []
    for one in chosen(node):
        if one.name not in ("a:r", "a:fld", "a:br"):
            continue
        said = first(one, "a:rPr")
        look = cascade.over(base, said)
        click = first(said, "a:hlinkClick")
        text = first(one, "a:t")
        link = action(click) if click else None
        if link and said and not any(inner.name in FILLS for inner in said.children):
            look = replace(look, colour=cascade.palette.slot("hlink") or look.colour)
        words = "\n" if one.name == "a:br" else text.text if text else ""
        runs.append(Run(words, look, link, one.get("type") if one.name == "a:fld" else "", one))
    bullet = cascade.bullet(own, level)
    return Paragraph(
        runs=tuple(runs),
        level=level,
        align=_ALIGNED.get(cascade.told(own, level, "algn"), "left"),
        bullet=_BULLETS.get(bullet.name, "none") if bullet else "none",
        sign=(bullet.get("char") or bullet.get("type")) if bullet else "",
        start=integer(bullet.get("startAt"), 1) if bullet else 1,
        spacing=_spacing(own, level, cascade),
        left=integer(cascade.told(own, level, "marL")),
        first=integer(cascade.told(own, level, "indent")),
        end=cascade.over(base, first(node, "a:endParaRPr")),
        node=node,
    )


def _spacing(own: Node | None, level: int, cascade: Cascade) -> Spacing:
    """Room around lines; a share of the line (`spcPct`) before and after is told as hundredths of a point of a line of 1.2."""
    size = cascade.base(level).size
    line, exact = 100.0, False
    found = cascade.inner(own, level, "a:lnSpc")
    if points := first(found, "a:spcPts"):
        line, exact = float(integer(points.get("val"))), True
    elif share := first(found, "a:spcPct"):
        line = percent(share.get("val")) / 1000
    around: list[float] = []
    for name in ("a:spcBef", "a:spcAft"):
        found = cascade.inner(own, level, name)
        if points := first(found, "a:spcPts"):
            around.append(float(integer(points.get("val"))))
        else:
            share = first(found, "a:spcPct")
            around.append(percent(share.get("val"), 0) / 100_000 * size * 1.2 if share else 0.0)
    return Spacing(line, exact, around[0], around[1])
