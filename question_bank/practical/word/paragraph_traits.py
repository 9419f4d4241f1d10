"""Traits of paragraphs: alignment, indents, spacing, what keeps together (checks W19 to W23), style and level."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from question_bank.formats.word_measures import millimetres
from question_bank.formats.word_paragraphs import ParagraphFormat
from question_bank.phrase import Phrase, phrase
from question_bank.practical import arguments
from question_bank.practical.arguments import Asked, Field, Span
from question_bank.practical.findings import Words, quoted
from question_bank.practical.word.selecting import Passage, has_style
from question_bank.practical.word.spoiling import Properties
from question_bank.practical.word.traits import (
    TOLERANCE_MM,
    TOLERANCE_PT,
    Judgement,
    Trait,
    of_span,
    paragraph_trait,
    within,
)

ALIGNMENTS: dict[str, Phrase] = {
    "left": phrase("aligned left"),
    "center": phrase("centred"),
    "right": phrase("aligned right"),
    "justify": phrase("justified"),
    "distribute": phrase("spread over the line"),
}
_TYPED_INDENT = re.compile(r"^(?:\t| {2,}|\u00a0{2,})")
_TWIPS_OF_MM = 56.7
_LINE = 240


def _of_format(
    field: Field[Any],
    said: Callable[[ParagraphFormat], float],
    unit: str,
    tolerance: Field[Any],
    spoil: Callable[[Any], Properties],
) -> Trait:
    """A length of the paragraph's format."""

    def judge(passage: Passage, asked: Span, expect: Asked) -> Judgement:
        found = said(passage.paragraph.format)
        return Judgement(within(asked, found, expect[tolerance]), of_span(asked, unit), f"{found:g} {unit}")

    return paragraph_trait(field, judge, spoil)


def _align(passage: Passage, asked: str, _: Asked) -> Judgement:
    found = passage.paragraph.format.align
    return Judgement(found == asked, ALIGNMENTS[asked], ALIGNMENTS[found])


def _first_line(passage: Passage, asked: Span, expect: Asked) -> Judgement:
    """Tabs and spaces that were typed to look like an indent are wrong, whatever the format says."""
    found = millimetres(passage.paragraph.format.first)
    if _TYPED_INDENT.match(passage.paragraph.text):
        return Judgement(False, of_span(asked, "mm"), phrase("spaces or a tab that were typed"))
    return Judgement(within(asked, found, expect[TOLERANCE_MM]), of_span(asked, "mm"), f"{found:g} mm")


def spacing_words(form: ParagraphFormat) -> Words:
    """The distance of lines, for people."""
    if form.line_rule == "auto":
        return phrase("%(number)s lines", number=f"{form.line / _LINE:.2f}".rstrip("0").rstrip("."))
    points = f"{form.line / 20:g} pt"
    return (
        phrase("exactly %(length)s", length=points)
        if form.line_rule == "exact"
        else phrase("at least %(length)s", length=points)
    )


def _lines(
    rule: str, unit: float, tolerance: float, words: Callable[[Span], Words]
) -> Callable[[Passage, Any, Asked], Judgement]:
    def judge(passage: Passage, asked: Span, _: Asked) -> Judgement:
        form = passage.paragraph.format
        right = (
            form.line_rule == rule and float(asked.low) - tolerance <= form.line / unit <= float(asked.high) + tolerance
        )
        return Judgement(right, words(asked), spacing_words(form))

    return judge


def _switch(
    field: Field[bool | None], said: Callable[[ParagraphFormat], bool], on: Phrase, off: Phrase, name: str
) -> Trait:
    def judge(passage: Passage, asked: bool, _: Asked) -> Judgement:
        found = said(passage.paragraph.format)
        return Judgement(found == asked, on if asked else off, on if found else off)

    return paragraph_trait(field, judge, lambda asked: {name: {"val": "0" if asked else "1"}})


def _page_before(passage: Passage, asked: bool, _: Asked) -> Judgement:
    words = {True: phrase("begins on a new page"), False: phrase("begins on no new page")}
    found = passage.paragraph.begins_page
    return Judgement(found == asked, words[asked], words[found])


def _style(passage: Passage, asked: tuple[str, ...], _: Asked) -> Judgement:
    style = passage.paragraph.style
    right = any(has_style(passage.paragraph, one) for one in asked)
    return Judgement(right, ", ".join(asked), quoted(style.name) if style else phrase("no style"))


def level_words(level: int) -> Phrase:
    """A level of headings, for people."""
    return phrase("a heading of level %(level)s", level=level) if level else phrase("no heading")


def _outline(passage: Passage, asked: int, _: Asked) -> Judgement:
    found = passage.paragraph.outline
    return Judgement(found == asked, level_words(asked), level_words(found))


def _shading(passage: Passage, asked: str, _: Asked) -> Judgement:
    found = passage.paragraph.format.shade
    return Judgement(found == asked, asked, found or phrase("no colour behind it"))


def _twips(span: Span, more: int = 12) -> str:
    return str(int((float(span.high) + more) * _TWIPS_OF_MM))


ALIGN = paragraph_trait(
    arguments.choice("align", phrase("alignment"), ALIGNMENTS), _align,
    lambda asked: {"jc": {"val": "right" if asked != "right" else "left"}},
)  # fmt: skip
LEFT = _of_format(
    arguments.span("left_mm", phrase("left indent"), unit="mm"), lambda form: millimetres(form.left), "mm", TOLERANCE_MM,
    lambda asked: {"ind": {"left": _twips(asked)}},
)  # fmt: skip
RIGHT = _of_format(
    arguments.span("right_mm", phrase("right indent"), unit="mm"), lambda form: millimetres(form.right), "mm", TOLERANCE_MM,
    lambda asked: {"ind": {"right": _twips(asked)}},
)  # fmt: skip
FIRST_LINE = paragraph_trait(
    arguments.span("first_line_mm", phrase("indent of the first line"), unit="mm"), _first_line,
    lambda asked: {"ind": {"firstLine": _twips(asked)}},
)  # fmt: skip
HANGING = _of_format(
    arguments.span("hanging_mm", phrase("hanging indent"), unit="mm"), lambda form: millimetres(-form.first), "mm", TOLERANCE_MM,
    lambda asked: {"ind": {"hanging": _twips(asked)}},
)  # fmt: skip
BEFORE = _of_format(
    arguments.span("before_pt", phrase("space before"), unit="pt"), lambda form: form.before / 20, "pt", TOLERANCE_PT,
    lambda asked: {"spacing": {"before": str(int(asked.high * 20) + 400)}},
)  # fmt: skip
AFTER = _of_format(
    arguments.span("after_pt", phrase("space after"), unit="pt"), lambda form: form.after / 20, "pt", TOLERANCE_PT,
    lambda asked: {"spacing": {"after": str(int(asked.high * 20) + 400)}},
)  # fmt: skip
# A twentieth of a point, and a hundredth of a line, are what programs round to.
LINES = paragraph_trait(
    arguments.span("lines", phrase("line spacing in lines")),
    _lines("auto", _LINE, 0.015, lambda asked: phrase("%(number)s lines", number=asked.words())),
    lambda asked: {"spacing": {"line": str(int(asked.high * _LINE) + 240), "lineRule": "auto"}},
)  # fmt: skip
EXACTLY = paragraph_trait(
    arguments.span("exactly_pt", phrase("line spacing exactly"), unit="pt"),
    _lines("exact", 20, 0.1, lambda asked: phrase("exactly %(length)s", length=of_span(asked, "pt"))),
    lambda asked: {"spacing": {"line": str(int(asked.high * 20) + 200), "lineRule": "exact"}},
)  # fmt: skip
AT_LEAST = paragraph_trait(
    arguments.span("at_least_pt", phrase("line spacing at least"), unit="pt"),
    _lines("atLeast", 20, 0.1, lambda asked: phrase("at least %(length)s", length=of_span(asked, "pt"))),
    lambda asked: {"spacing": {"line": str(int(asked.high * 20) + 200), "lineRule": "atLeast"}},
)  # fmt: skip
KEEP_NEXT = _switch(
    arguments.truth("keep_next", phrase("keep with the next paragraph")), lambda form: form.keep_next,
    phrase("kept with the next paragraph"), phrase("not kept with the next paragraph"), "keepNext",
)  # fmt: skip
KEEP_LINES = _switch(
    arguments.truth("keep_lines", phrase("keep lines together")), lambda form: form.keep_lines,
    phrase("lines kept together"), phrase("lines not kept together"), "keepLines",
)  # fmt: skip
WIDOWS = _switch(
    arguments.truth("widow_control", phrase("no single lines")), lambda form: form.widow_control,
    phrase("no single lines"), phrase("single lines allowed"), "widowControl",
)  # fmt: skip
PAGE_BEFORE = paragraph_trait(
    arguments.truth("page_break_before", phrase("page break before")), _page_before,
    lambda asked: {"pageBreakBefore": {"val": "0" if asked else "1"}},
)  # fmt: skip
STYLE = paragraph_trait(
    arguments.texts("style", phrase("style")), _style, lambda asked: {"pStyle": {"val": "ExamroomOther"}}
)
LEVEL = paragraph_trait(
    arguments.whole("outline", phrase("level of the heading (0 for none)")), _outline,
    lambda asked: {"outlineLvl": {"val": "8" if asked != 9 else "9"}},
)  # fmt: skip
SHADING = paragraph_trait(
    arguments.colour("shading", phrase("shading")), _shading,
    lambda asked: {"shd": {"val": "clear", "fill": "00FF00" if asked != "00FF00" else "FF0000"}},
)  # fmt: skip

INDENTS = (LEFT, RIGHT, FIRST_LINE, HANGING)
SPACES = (BEFORE, AFTER)
LINE_SPACING = (LINES, EXACTLY, AT_LEAST)
PAGINATION = (KEEP_NEXT, KEEP_LINES, WIDOWS, PAGE_BEFORE)
PARAGRAPH: tuple[Trait, ...] = (ALIGN, *INDENTS, *SPACES, *LINE_SPACING, *PAGINATION, STYLE, LEVEL, SHADING)
