"""What web pages put beside the words of a text, taken out of its tree before it is read.

KaTeX and MathJax draw a formula with hundreds of small elements and keep the formula itself beside them; a page hides words;
a text may hold itself in several languages. Formulas are kept, hidden words are left out and said, languages only said.
"""

from __future__ import annotations

import re

from question_bank.formats.drafts import Draft
from question_bank.formats.html_tree import Element
from question_bank.phrase import Phrase, phrase

_HIDES = re.compile(r"(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*hidden)")
_DRAWN = ("MathJax", "MathJax_Display", "MathJax_SVG", "MathJax_CHTML", "MathJax_SVG_Display", "MathJax_Preview")
_NO_FORMULA: Phrase = phrase("a formula that a web page had drawn could not be read; its letters are left")
_LANGUAGES = re.compile(r"\{mlang\b")


def tidied(root: Element, draft: Draft) -> None:
    """Changes the tree in place."""
    if _worth_it(root):
        sourced = any(_is_source(one) for one in root.walk())
        _tidy(root, draft, sourced)


def _worth_it(root: Element) -> bool:
    """Whether anything in the tree could need it; most texts have nothing."""
    return any(one.attributes or one.name == "tex" for one in root.walk()) or any(
        _LANGUAGES.search(text) for text in root.texts()
    )


def _tidy(element: Element, draft: Draft, sourced: bool) -> None:
    kept: list[Element | str] = []
    for child in element.children:
        if isinstance(child, str):
            if _LANGUAGES.search(child):
                _several_languages(draft)
            kept.append(child)
            continue
        kept += _kept(child, element, draft, sourced)
    element.children = kept


def _kept(child: Element, parent: Element, draft: Draft, sourced: bool) -> list[Element | str]:
    """What stands for an element: itself, the formula it draws, or nothing."""
    classes = child.attributes.get("class", "").split()
    if _is_source(child):
        return [Element("tex", {"display": "block" if "display" in child.attributes["type"] else ""}, child.children)]
    if child.name.startswith("mjx-") or any(one in _DRAWN for one in classes):
        return _formula(child, draft, sourced)
    if "katex-html" in classes and any("katex-mathml" in one.attributes.get("class", "") for one in parent.elements()):
        return []
    if "hidden" in child.attributes or _HIDES.search(child.attributes.get("style", "").lower()):
        words = " ".join("".join(child.texts()).split())
        if words or any(one.name in ("img", "audio", "video") for one in (child, *child.walk())):
            draft.doubt("hidden_text", phrase("words that the page hides were left out: %(text)s", text=words[:80]))
        return []
    if "multilang" in classes:
        _several_languages(draft)
    _tidy(child, draft, sourced)
    return [child]


def _formula(drawn: Element, draft: Draft, sourced: bool) -> list[Element | str]:
    """The MathML inside what MathJax drew; nothing where the formula's source stands beside it."""
    inside = next((one for one in drawn.walk() if one.name == "math"), None)
    if sourced:
        return []
    if inside is not None:
        return [inside]
    words = "".join(drawn.texts())
    if words.strip():
        draft.doubt("bad_formula", _NO_FORMULA)
    return [words]


def _is_source(element: Element) -> bool:
    """What MathJax keeps of a formula: a script of TeX, which is none that runs."""
    return element.name == "script" and element.attributes.get("type", "").strip().lower().startswith("math/tex")


def _several_languages(draft: Draft) -> None:
    draft.doubt(
        "several_languages",
        phrase("the text holds itself in several languages: leave the one that candidates are to read"),
    )
