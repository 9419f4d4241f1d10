"""A solution with one component spoilt, for the gate of rubrics (docs/practical.md §7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from xml.dom.minidom import Element

from question_bank.practical.administrative.body import NUMBERED, body_of
from question_bank.practical.administrative.parts import Parts, parts_of
from question_bank.practical.administrative.whole import UNDER
from question_bank.practical.mutants import (
    add_element,
    edit_tree,
    edit_trees,
    elements,
    put_attribute,
    take_out,
    text_of,
)
from question_bank.practical.profiles.documents import DocumentProfile
from question_bank.practical.word.canon import canon
from question_bank.practical.word.document import open_model

_DOCUMENT, _HEADERS = "word/document.xml", r"word/header[0-9]*\.xml"
_TINY = "10"  # half points: 5 pt is the size of no component


def spoil(
    solution: bytes, profile: DocumentProfile, kind: str, wanted: Sequence[str], said: Mapping[str, str]
) -> bytes | None:
    """The file with the last component spoilt that can be: its words tiny, or what it is about taken away; None where none can."""
    parts = parts_of(open_model(solution), profile, kind, said)
    for name in reversed(wanted):
        if name == "page-number":
            spoilt = edit_trees(solution, _HEADERS, _aside)
        elif name in _PAGE:
            spoilt = edit_tree(solution, _DOCUMENT, _PAGE[name])
        else:
            change = _PARAGRAPH.get(name, _tiny)
            spoilt = edit_tree(solution, _DOCUMENT, partial(_each, texts=_texts(parts, profile, name), change=change))
        if spoilt is not None:
            return spoilt
    return None


def _texts(parts: Parts, profile: DocumentProfile, name: str) -> set[str]:
    """What the paragraphs of a component say, in canonical form; of the body its first."""
    found = body_of(parts, profile)
    if name in _OF_BODY:
        return {one.plain for one in found.plain[:2]}
    lines = found.numbered[name][:1] if name in NUMBERED else parts.get(UNDER.get(name, name))
    return {one.paragraph.plain for one in lines}


def _each(top: Element, texts: set[str], change: Callable[[Element], bool]) -> bool:
    """Change the paragraphs that say one of these; whether there were any."""
    there = [one for one in elements(top, "p") if (said := canon("".join(text_of(t) for t in elements(one, "t")))) and said in texts]  # fmt: skip
    return sum(change(one) for one in there) > 0


def _runs(paragraph: Element) -> list[Element]:
    """The formats of the runs that say something, made where there were none."""
    speaking = [one for one in elements(paragraph, "r") if next(elements(one, "t"), None) is not None]
    return [next(elements(one, "rPr"), None) or add_element(one, "rPr", first=True) for one in speaking]


def _tiny(paragraph: Element) -> bool:
    return _put(_runs(paragraph), "sz", {"val": _TINY})


def _red(paragraph: Element) -> bool:
    return _put(_runs(paragraph), "color", {"val": "FF0000"})


def _other_font(paragraph: Element) -> bool:
    return _put(_runs(paragraph), "rFonts", {"ascii": "Arial", "hAnsi": "Arial"})


def _put(forms: Sequence[Element], name: str, values: Mapping[str, str]) -> bool:
    for form in forms:
        for one in list(elements(form, name)) or [add_element(form, name, first=name == "rFonts")]:
            for key, value in values.items():
                put_attribute(one, key, value)
    return bool(forms)


def _form(paragraph: Element, name: str, values: Mapping[str, str]) -> bool:
    """Other values of a property of the paragraph that it has."""
    found = [one for form in elements(paragraph, "pPr") for one in elements(form, name)]
    for one in found:
        for key, value in values.items():
            put_attribute(one, key, value)
    return bool(found)


def _without_line(paragraph: Element) -> bool:
    found = [one for name in ("AlternateContent", "drawing", "pict", "pBdr") for one in elements(paragraph, name)]
    for one in found:
        take_out(one)
    return bool(found)


def _aside(header: Element) -> bool:
    return sum(_form(one, "jc", {"val": "left"}) for one in elements(header, "p")) > 0


def _length(top: Element, name: str, side: str) -> bool:
    found = list(elements(top, name))
    for one in found:
        put_attribute(one, side, "1")
    return bool(found)


def _same_first_page(top: Element) -> bool:
    found = list(elements(top, "titlePg"))
    for one in found:
        take_out(one)
    return bool(found)


_PAGE: Mapping[str, Callable[[Element], bool]] = {
    "margins": lambda top: _length(top, "pgMar", "top"),
    "paper": lambda top: _length(top, "pgSz", "w"),
    "first-page": _same_first_page,
}
_OF_BODY = ("body", "font", "colour", "indent", "paragraph-gap", "line-spacing")
_PARAGRAPH: Mapping[str, Callable[[Element], bool]] = {
    **dict.fromkeys(UNDER, _without_line),
    "font": _other_font,
    "colour": _red,
    "indent": lambda one: _form(one, "ind", {"firstLine": "0"}),
    "paragraph-gap": lambda one: _form(one, "spacing", {"before": "0", "after": "0"}),
    "line-spacing": lambda one: _form(one, "spacing", {"line": "720", "lineRule": "auto"}),
}
