"""LaTeX mathematics as MathML that a page may build: elements and attributes on a fixed list, nested lists, no text to parse.

Pure. MathML Core (W3C) is drawn by every browser a kiosk can have (Chromium 109, the last for Windows 7, is the first).
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from functools import lru_cache
from xml.etree.ElementTree import Element

from latex2mathml.converter import convert_to_element
from latex2mathml.exceptions import (
    DenominatorNotFoundError,
    DoubleSubscriptsError,
    DoubleSuperscriptsError,
    ExtraLeftOrMissingRightError,
    InvalidAlignmentError,
    InvalidStyleForGenfracError,
    InvalidWidthError,
    LimitsMustFollowMathOperatorError,
    MissingEndError,
    MissingSuperScriptOrSubscriptError,
    NoAvailableTokensError,
    NumeratorNotFoundError,
)

from question_bank.canonical import JSON
from question_bank.phrase import Phrase, phrase

MAX_ELEMENTS = 2000  # of one formula: a thousand characters make a few hundred
MAX_DEPTH = 40  # the page builds it recursively

ELEMENTS = frozenset(
    [
        "math",
        "mrow",
        "mi",
        "mn",
        "mo",
        "mtext",
        "mspace",
        "ms",
        "mfrac",
        "msqrt",
        "mroot",
        "mstyle",
        "merror",
        "mpadded",
        "mphantom",
        "msub",
        "msup",
        "msubsup",
        "munder",
        "mover",
        "munderover",
        "mmultiscripts",
        "mprescripts",
        "mtable",
        "mtr",
        "mtd",
        "none",
    ]
)
ATTRIBUTES = frozenset(
    [
        "display",
        "mathvariant",
        "stretchy",
        "accent",
        "accentunder",
        "fence",
        "separator",
        "form",
        "largeop",
        "movablelimits",
        "minsize",
        "maxsize",
        "lspace",
        "rspace",
        "width",
        "height",
        "depth",
        "linethickness",
        "scriptlevel",
        "displaystyle",
        "columnalign",
        "rowspacing",
        "columnspacing",
        "columnlines",
        "rowlines",
        "symmetric",
    ]
)
_LIBRARY_ERRORS = (
    DenominatorNotFoundError, DoubleSubscriptsError, DoubleSuperscriptsError, ExtraLeftOrMissingRightError,
    InvalidAlignmentError, InvalidStyleForGenfracError, InvalidWidthError, LimitsMustFollowMathOperatorError,
    MissingEndError, MissingSuperScriptOrSubscriptError, NoAvailableTokensError, NumeratorNotFoundError,
    # What the library's tokeniser and tables let through on nonsense; each was met by the fuzz test.
    IndexError, KeyError, ValueError, TypeError, AttributeError, RecursionError, StopIteration, RuntimeError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NotMath:
    """Why a text is not mathematics we can draw."""

    message: Phrase


@lru_cache(maxsize=4096)
def mathml(tex: str, display: bool) -> JSON | NotMath:
    """`["math", {attributes}, child, …]`: children are such lists or strings. Never raises."""
    try:
        element = convert_to_element(tex, display="block" if display else "inline")
    except _LIBRARY_ERRORS as error:
        detail = " ".join(str(error).split())[:80] or type(error).__name__
        return NotMath(phrase("this is not LaTeX mathematics: %(detail)s", detail=detail))
    left = [MAX_ELEMENTS]
    return _node(element, 0, left)


def _node(element: Element, depth: int, left: list[int]) -> JSON | NotMath:
    left[0] -= 1
    if left[0] < 0 or depth > MAX_DEPTH:
        return NotMath(phrase("the formula is too large"))
    name = element.tag.rpartition("}")[2]
    if name not in ELEMENTS or not set(element.attrib) <= ATTRIBUTES | {"xmlns"}:
        return NotMath(phrase("the formula holds something that pages do not show: %(what)s", what=name[:40]))
    text = html.unescape(element.text or "")
    if name in ("mi", "mo", "mtext") and text.startswith("\\") and len(text) > 1:
        return NotMath(phrase("the command “%(command)s” is not known", command=text[:40]))
    attributes: dict[str, JSON] = {key: value for key, value in sorted(element.attrib.items()) if key != "xmlns"}
    children: list[JSON] = [text] if text else []
    for child in element:
        node = _node(child, depth + 1, left)
        if isinstance(node, NotMath):
            return node
        children.append(node)
    return [name, attributes, *children]
