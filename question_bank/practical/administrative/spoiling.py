"""A solution with one component spoilt, for the gate of rubrics (docs/practical.md §7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from xml.dom.minidom import Element

from question_bank.practical.administrative.body import NUMBERED, body_of
from question_bank.practical.administrative.parts import Parts, parts_of
from question_bank.practical.mutants import add_element, edit_tree, elements, put_attribute, text_of
from question_bank.practical.profiles.documents import DocumentProfile
from question_bank.practical.word.canon import canon
from question_bank.practical.word.document import open_model

_DOCUMENT = "word/document.xml"
_TINY = "10"  # half points: 5 pt is the size of no component
_LENGTHS = {"margins": ("pgMar", "top"), "paper": ("pgSz", "w")}


def spoil(
    solution: bytes, profile: DocumentProfile, kind: str, wanted: Sequence[str], said: Mapping[str, str]
) -> bytes | None:
    """The file with the last component that can be spoilt alone: its words tiny, or a length of the page of nothing."""
    parts = parts_of(open_model(solution), profile, kind, said)
    for name in reversed(wanted):
        texts = _texts(parts, profile, name)
        spoilt = edit_tree(solution, _DOCUMENT, partial(_spoilt, texts=texts, name=name))
        if spoilt is not None:
            return spoilt
    return None


def _texts(parts: Parts, profile: DocumentProfile, name: str) -> set[str]:
    """What the paragraphs of a component say, in canonical form."""
    found = body_of(parts, profile)
    if name == "body":
        return {one.plain for one in found.plain[:1]}
    lines = found.numbered[name][:1] if name in NUMBERED else parts.get(name)
    return {one.paragraph.plain for one in lines}


def _spoilt(top: Element, texts: set[str], name: str) -> bool:
    return _tiny(top, texts) or _short(top, name)


def _tiny(top: Element, texts: set[str]) -> bool:
    """Give the words of these paragraphs another size; whether there were any."""
    changed = False
    for paragraph in elements(top, "p"):
        said = canon("".join(text_of(one) for one in elements(paragraph, "t")))
        if not said or said not in texts:
            continue
        for run in elements(paragraph, "r"):
            changed = _size(run) or changed
    return changed


def _size(run: Element) -> bool:
    if next(elements(run, "t"), None) is None:
        return False
    form = next(elements(run, "rPr"), None) or add_element(run, "rPr", first=True)
    for size in list(elements(form, "sz")) or [add_element(form, "sz")]:
        put_attribute(size, "val", _TINY)
    return True


def _short(top: Element, name: str) -> bool:
    node, side = _LENGTHS.get(name, ("", ""))
    found = list(elements(top, node)) if node else []
    for one in found:
        put_attribute(one, side, "1")
    return bool(found)
