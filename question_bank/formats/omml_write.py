"""LaTeX as Word's own equations: over MathML, whose few elements have one counterpart each. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from xml.sax.saxutils import escape, quoteattr

from question_bank.canonical import JSON
from question_bank.formats.office_package import PREFIXES
from question_bank.formats.omml import read_omml
from question_bank.formats.xml_tree import parse_xml
from question_bank.formats.zips import UnreadableFileError
from question_bank.mathematics import NotMath, mathml

NAMESPACE = "http://schemas.openxmlformats.org/officeDocument/2006/math"
_BIG = frozenset("∑∏∐∫∬∭∮⋃⋂⋁⋀")
_ACCENTS = {"^": "\u0302", "ˆ": "\u0302", "~": "\u0303", "˜": "\u0303", "→": "\u20d7", "⃗": "\u20d7", "˙": "\u0307", "¨": "\u0308",
            "ˇ": "\u030c", "˘": "\u0306", "´": "\u0301", "`": "\u0300", "←": "\u20d6", "↔": "\u20e1"}  # fmt: skip
_BARS = frozenset("¯‾―_\u0332\u0305\u00af\u2015")
_BRACES = {"⏞": "top", "⏟": "bot"}


@lru_cache(maxsize=2048)
def omml_of(tex: str, display: bool) -> str | None:
    """`m:oMath` for a formula; None for one that has an element Word has no place for."""
    made = mathml(tex, display)
    if isinstance(made, NotMath):
        return None
    try:
        return f"<m:oMath>{_children(made)}</m:oMath>"
    except _UnknownElementError:
        return None


@lru_cache(maxsize=2048)
def read_back(tex: str, display: bool) -> str | None:
    """How our own reader spells the formula in a file that we wrote; None when it was not written as an equation."""
    made = omml_of(tex, display)
    if made is None:
        return None
    try:
        node = parse_xml(made.replace("<m:oMath>", f'<m:oMath xmlns:m="{NAMESPACE}">', 1).encode(), PREFIXES)
    except UnreadableFileError:
        return None
    return read_omml(node, display).tex


class _UnknownElementError(ValueError):
    """An element without a counterpart."""


def _parts(node: JSON) -> tuple[str, Mapping[str, JSON], Sequence[JSON]]:
    """Name, attributes and children of a MathML node."""
    if not isinstance(node, list) or len(node) < 2 or not isinstance(node[0], str) or not isinstance(node[1], dict):
        raise _UnknownElementError
    return node[0], node[1], node[2:]


def _children(node: JSON) -> str:
    """What is in a node, big operators with what stands behind them, fences with what they hold."""
    return "".join(_one(child) for child in _parts(node)[2])


def _one(node: JSON) -> str:
    if isinstance(node, str):
        return _run(node)
    name, attributes, inner = _parts(node)
    if name in ("mi", "mn", "mo", "ms"):
        return _run(_text(inner), str(attributes.get("mathvariant", "")))
    if name == "mtext":
        return f'<m:r><m:rPr><m:nor/></m:rPr><m:t xml:space="preserve">{escape(_text(inner))}</m:t></m:r>'
    if name in ("math", "mrow", "mstyle", "mpadded"):
        return _row(inner)
    if name in _MAKERS:
        return _MAKERS[name](attributes, inner)
    if name in ("mspace", "none"):
        return _run(" ") if name == "mspace" else ""
    raise _UnknownElementError


def _text(inner: Sequence[JSON]) -> str:
    return "".join(one for one in inner if isinstance(one, str))


def _run(text: str, variant: str = "") -> str:
    if not text:
        return ""
    style = {"normal": "p", "bold": "b", "bold-italic": "bi", "italic": "i"}.get(variant, "")
    script = {"double-struck": '<m:scr m:val="double-struck"/>'}.get(variant, "")
    form = f"<m:rPr>{script}{f'<m:sty m:val={quoteattr(style)}/>' if style else ''}</m:rPr>" if style or script else ""
    return f'<m:r>{form}<m:t xml:space="preserve">{escape(text)}</m:t></m:r>'


def _row(inner: Sequence[JSON]) -> str:
    """A row; one that begins and ends with fences is a bracket that grows."""
    if (
        len(inner) >= 2
        and (left := _fence(inner[0], "prefix")) is not None
        and (right := _fence(inner[-1], "postfix")) is not None
    ):
        form = f"<m:dPr><m:begChr m:val={quoteattr(left)}/><m:endChr m:val={quoteattr(right)}/></m:dPr>"
        return f"<m:d>{form}<m:e>{''.join(_one(one) for one in inner[1:-1])}</m:e></m:d>"
    return "".join(_one(one) for one in inner)


def _fence(node: JSON, form: str) -> str | None:
    """The sign of a fence, empty for an invisible one; None for anything else."""
    if not isinstance(node, list) or node[0] != "mo":
        return None
    _, attributes, inner = _parts(node)
    return _text(inner) if attributes.get("fence") == "true" and attributes.get("form") == form else None


def _part(name: str, inner: Sequence[JSON], at: int) -> str:
    return f"<m:{name}>{_one(inner[at]) if at < len(inner) else ''}</m:{name}>"


def _fraction(attributes: Mapping[str, JSON], inner: Sequence[JSON]) -> str:
    bar = '<m:fPr><m:type m:val="noBar"/></m:fPr>' if str(attributes.get("linethickness", "")).startswith("0") else ""
    return f"<m:f>{bar}{_part('num', inner, 0)}{_part('den', inner, 1)}</m:f>"


def _square(_attributes: Mapping[str, JSON], inner: Sequence[JSON]) -> str:
    return f'<m:rad><m:radPr><m:degHide m:val="1"/></m:radPr><m:deg/><m:e>{_row(inner)}</m:e></m:rad>'


def _nth(_attributes: Mapping[str, JSON], inner: Sequence[JSON]) -> str:
    return f"<m:rad>{_part('deg', inner, 1)}{_part('e', inner, 0)}</m:rad>"


def _big(inner: Sequence[JSON]) -> str:
    """A big operator's sign, empty for another base."""
    if inner and isinstance(inner[0], list) and inner[0][:1] == ["mo"]:
        text = _text(_parts(inner[0])[2])
        return text if text in _BIG else ""
    return ""


def _nary(character: str, place: str, below: str, above: str) -> str:
    hidden = ("" if below else '<m:subHide m:val="1"/>') + ("" if above else '<m:supHide m:val="1"/>')
    form = f'<m:naryPr><m:chr m:val={quoteattr(character)}/><m:limLoc m:val="{place}"/>{hidden}</m:naryPr>'
    return f"<m:nary>{form}<m:sub>{below}</m:sub><m:sup>{above}</m:sup><m:e/></m:nary>"


def _sub(_attributes: Mapping[str, JSON], inner: Sequence[JSON]) -> str:
    if sign := _big(inner):
        return _nary(sign, "subSup", _one(inner[1]), "")
    return f"<m:sSub>{_part('e', inner, 0)}{_part('sub', inner, 1)}</m:sSub>"


def _sup(_attributes: Mapping[str, JSON], inner: Sequence[JSON]) -> str:
    if sign := _big(inner):
        return _nary(sign, "subSup", "", _one(inner[1]))
    return f"<m:sSup>{_part('e', inner, 0)}{_part('sup', inner, 1)}</m:sSup>"


def _sub_sup(_attributes: Mapping[str, JSON], inner: Sequence[JSON]) -> str:
    if sign := _big(inner):
        return _nary(sign, "subSup", _one(inner[1]), _one(inner[2]))
    return f"<m:sSubSup>{_part('e', inner, 0)}{_part('sub', inner, 1)}{_part('sup', inner, 2)}</m:sSubSup>"


def _under(_attributes: Mapping[str, JSON], inner: Sequence[JSON]) -> str:
    if sign := _big(inner):
        return _nary(sign, "undOvr", _one(inner[1]), "")
    mark = _mark(inner)
    if mark in _BARS:
        return f'<m:bar><m:barPr><m:pos m:val="bot"/></m:barPr>{_part("e", inner, 0)}</m:bar>'
    if mark in _BRACES:
        return _brace(mark, inner)
    return f"<m:limLow>{_part('e', inner, 0)}{_part('lim', inner, 1)}</m:limLow>"


def _over(_attributes: Mapping[str, JSON], inner: Sequence[JSON]) -> str:
    if sign := _big(inner):
        return _nary(sign, "undOvr", "", _one(inner[1]))
    mark = _mark(inner)
    if mark in _BARS:
        return f'<m:bar><m:barPr><m:pos m:val="top"/></m:barPr>{_part("e", inner, 0)}</m:bar>'
    if mark in _BRACES:
        return _brace(mark, inner)
    if mark in _ACCENTS:
        return f"<m:acc><m:accPr><m:chr m:val={quoteattr(_ACCENTS[mark])}/></m:accPr>{_part('e', inner, 0)}</m:acc>"
    return f"<m:limUpp>{_part('e', inner, 0)}{_part('lim', inner, 1)}</m:limUpp>"


def _brace(mark: str, inner: Sequence[JSON]) -> str:
    place = _BRACES[mark]
    form = f'<m:groupChrPr><m:chr m:val="{mark}"/><m:pos m:val="{place}"/></m:groupChrPr>'
    return f"<m:groupChr>{form}{_part('e', inner, 0)}</m:groupChr>"


def _mark(inner: Sequence[JSON]) -> str:
    """The sign above or below, when it is one."""
    if len(inner) == 2 and isinstance(inner[1], list) and inner[1][:1] == ["mo"]:
        return _text(_parts(inner[1])[2])
    return ""


def _under_over(_attributes: Mapping[str, JSON], inner: Sequence[JSON]) -> str:
    if sign := _big(inner):
        return _nary(sign, "undOvr", _one(inner[1]), _one(inner[2]))
    low = f"<m:limLow>{_part('e', inner, 0)}{_part('lim', inner, 1)}</m:limLow>"
    return f"<m:limUpp><m:e>{low}</m:e>{_part('lim', inner, 2)}</m:limUpp>"


def _table(_attributes: Mapping[str, JSON], inner: Sequence[JSON]) -> str:
    rows = ""
    for row in inner:
        name, _, cells = _parts(row)
        if name != "mtr":
            raise _UnknownElementError
        rows += f"<m:mr>{''.join(f'<m:e>{_row(_parts(cell)[2])}</m:e>' for cell in cells)}</m:mr>"
    return f"<m:m>{rows}</m:m>"


def _phantom(_attributes: Mapping[str, JSON], inner: Sequence[JSON]) -> str:
    return f'<m:phant><m:phantPr><m:show m:val="0"/></m:phantPr><m:e>{_row(inner)}</m:e></m:phant>'


_MAKERS = {
    "mfrac": _fraction, "msqrt": _square, "mroot": _nth, "msub": _sub, "msup": _sup, "msubsup": _sub_sup, "munder": _under,
    "mover": _over, "munderover": _under_over, "mtable": _table, "mphantom": _phantom,
}  # fmt: skip
