"""Text of a Word file as the constructs of a bank: emphasis that says something, powers, formulas, pictures, tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from question_bank.content import (
    MAX_CELLS,
    MAX_TEX,
    Content,
    Entries,
    Grid,
    Listing,
    Math,
    Node,
    Span,
    Words,
    joined,
    trim,
    write,
)
from question_bank.formats.attachments import Attachments
from question_bank.formats.docx_looks import Feature
from question_bank.formats.docx_pictures import MAX_PART, fit_picture, is_metafile
from question_bank.formats.drafts import Draft
from question_bank.formats.html_math import Budget
from question_bank.formats.literal_markup import with_code
from question_bank.formats.mathtype import read_mathtype
from question_bank.formats.word_text import (
    THING,
    Entry,
    Equation,
    Formula,
    Look,
    Missing,
    Picture,
    Rich,
    TableThing,
    Thing,
    Verbatim,
)
from question_bank.mathematics import NotMath, mathml
from question_bank.phrase import Phrase, phrase

_DROPPED_BY = {Feature.BOLD: "b", Feature.ITALIC: "i", Feature.UNDERLINE: "u"}
_DROPPABLE = ("b", "i", "u", "s")
_BLANK = re.compile(r"[\s]*\t[\s]*|\s{3,}")
_MISSING: dict[str, Phrase] = {
    "large_table": phrase("a table is too large to be taken over"),
    "chart": phrase("a chart could not be taken over: save it as a picture"),
    "drawing": phrase("a drawing of shapes could not be taken over: save it as a picture"),
    "object": phrase("an embedded object could not be taken over"),
    "linked_picture": phrase("a picture is only linked, and not in the file"),
    "equation_field": phrase("an equation field (EQ) could not be read"),
}


@dataclass(slots=True)
class Writer:
    """Makes the texts of one file's items. `part` gives the bytes of a part of the file, None when it is not there."""

    attachments: Attachments
    part: Callable[[str, int], bytes | None]
    budget: Budget = field(default_factory=Budget)
    usual: frozenset[str] = frozenset()  # emphasis that most of the document has, which is none
    exact: bool = False  # a file of ours: all emphasis and every space is meant

    def text(self, lines: Sequence[Rich], draft: Draft, dropped: frozenset[str] = frozenset()) -> str:
        """Lines as one text. Emphasis that all of it has says nothing and is left out, and so is `dropped`."""
        plain = frozenset[str]() if self.exact else dropped | uniform(lines) | self.usual
        content: list[Node] = []
        for line in lines:
            entry = line.things.get(0) if line.text == THING else None
            if isinstance(entry, Entry):
                self._entry(entry, content, draft, plain)
            elif part := trim(self._content(line, draft, plain)):
                content += [Words("\n" if _blocky(content) or _blocky(part) else "\n\n"), *part] if content else part
        found = trim(joined(content))
        return write(found if self.exact else with_code(found, draft))

    def _entry(self, entry: Entry, content: list[Node], draft: Draft, plain: frozenset[str]) -> None:
        """An entry joins the list before it."""
        inner = trim(self._content(entry.rich, draft, plain, in_table=True))
        if not inner:
            return
        last = content[-1] if content else None
        if isinstance(last, Entries) and last.numbered is entry.numbered:
            content[-1] = Entries(entry.numbered, (*last.entries, inner))
        else:
            content += (
                [Words("\n"), Entries(entry.numbered, (inner,))] if content else [Entries(entry.numbered, (inner,))]
            )

    def _content(self, line: Rich, draft: Draft, plain: frozenset[str], in_table: bool = False) -> Content:
        nodes: list[Node] = []
        at = 0
        while at < len(line.text):
            if line.text[at] == THING:
                thing = line.things.get(at)
                nodes += self._thing(thing, draft, in_table) if thing is not None else []
                at += 1
                continue
            end = at + 1
            spans = spans_of(line.looks[at], plain)
            while end < len(line.text) and line.text[end] != THING and spans_of(line.looks[end], plain) == spans:
                end += 1
            nodes += _words(line.text[at:end], spans) if not self.exact else _spanned(line.text[at:end], spans)
            at = end
        return joined(nodes if self.exact else _respaced(nodes))

    def _thing(self, thing: Thing, draft: Draft, in_table: bool) -> list[Node]:
        match thing:
            case Formula():
                return self._formula(thing, draft)
            case Equation():
                return self._equation(thing, draft)
            case Picture():
                return self._picture(thing, draft)
            case TableThing(rows=rows):
                return self._table(rows, draft) if not in_table else [Words(" ")]
            case Verbatim(text=text):
                return [Listing(text)]
            case Entry(rich=rich):
                return [*self._content(rich, draft, frozenset(), in_table), Words(" ")]
            case Missing(what=what):
                draft.doubt("not_taken_over", _MISSING[what])
                return []

    def _formula(self, formula: Formula, draft: Draft) -> list[Node]:
        tex = formula.tex
        if not tex:
            return []
        if formula.lost:
            draft.doubt(
                "formula_changed", phrase("a formula lost a sign: %(signs)s", signs=" ".join(formula.lost)[:40])
            )
        if len(tex) > MAX_TEX:
            draft.doubt("bad_formula", phrase("a formula is too long"))
            return [Words(tex[:MAX_TEX])]
        self.budget.left -= 1
        if self.budget.left >= 0 and isinstance(built := mathml(tex, formula.display), NotMath):
            draft.doubt("bad_formula", built.message)
        return [Math(tex, formula.display)]

    def _equation(self, thing: Equation, draft: Draft) -> list[Node]:
        """MathType's own bytes as LaTeX; else the picture that Word shows instead of it."""
        data = self.part(thing.part, MAX_PART) if thing.part else None
        formula = read_mathtype(data) if data else None
        if formula is not None and formula.tex and not isinstance(mathml(formula.tex, False), NotMath):
            draft.note("mathtype", phrase("an equation of %(program)s was read as mathematics", program=thing.program))
            return self._formula(formula, draft)
        picture = self.part(thing.preview, MAX_PART) if thing.preview else None
        fitted = fit_picture(picture, (0, 0, 0, 0)) if picture else None
        medium = self.attachments.keep(fitted, "picture", "", draft) if fitted else None
        if medium is not None:
            draft.doubt(
                "formula_as_picture", phrase("an equation of %(program)s became a picture", program=thing.program)
            )
            return [medium]
        draft.doubt("formula_lost", phrase("an equation of %(program)s could not be read", program=thing.program))
        return [Words("[?]")]

    def _picture(self, thing: Picture, draft: Draft) -> list[Node]:
        data = self.part(thing.part, MAX_PART)
        fitted = fit_picture(data, thing.crop) if data else None
        if data is None or fitted is None:
            draft.doubt("picture_lost", _why_lost(data))
            return [Words("[?]")]
        medium = self.attachments.keep(fitted, "picture", thing.alt, draft)
        if thing.floating:
            draft.note("floating_picture", phrase("a picture floats on the page: it stands where it is anchored"))
        return [medium] if medium is not None else [Words("[?]")]

    def _table(self, rows: tuple[tuple[tuple[Rich, ...], ...], ...], draft: Draft) -> list[Node]:
        kept = [row for row in rows if any(any(line.text.strip() for line in cell) for cell in row)]
        if sum(map(len, kept)) > MAX_CELLS:
            draft.doubt("table_too_large", phrase("a table has more than %(most)s cells", most=MAX_CELLS))
            return []
        cells = tuple(tuple(self._cell(cell, draft) for cell in row) for row in kept)
        return [Grid(cells)] if cells and cells[0] else []

    def _cell(self, lines: Iterable[Rich], draft: Draft) -> Content:
        """The lines of a cell side by side: a cell holds one line."""
        found: list[Node] = []
        for line in lines:
            content = trim(self._content(line, draft, frozenset() if self.exact else uniform([line]), in_table=True))
            found += [Words(" "), *content] if found else content
        return joined(found)


def _blocky(content: Sequence[Node]) -> bool:
    """Whether what ends or begins here stands on lines of its own."""
    return bool(content) and any(isinstance(node, Grid | Entries | Listing) for node in (content[0], content[-1]))


def uniform(lines: Sequence[Rich]) -> frozenset[str]:
    """The emphasis that all visible characters have: the style of the text and no emphasis."""
    common: set[str] = set(_DROPPABLE)
    seen = False
    for line in lines:
        for character, look in zip(line.text, line.looks, strict=True):
            if character.isspace() or character in THING + ".,:;?!":
                continue
            seen = True
            common &= set(spans_of(look, frozenset()))
            if not common:
                return frozenset()
    return frozenset(common) if seen else frozenset()


def of_key(features: Iterable[Feature]) -> frozenset[str]:
    """The emphasis that marked a key and must not be seen."""
    return frozenset(_DROPPED_BY[feature] for feature in features if feature in _DROPPED_BY)


def spans_of(look: Look, plain: frozenset[str]) -> tuple[str, ...]:
    """The spans of a look, outer first. A link's own underline is none."""
    found = [
        kind
        for kind, on in (
            ("b", look.bold),
            ("i", look.italic),
            ("u", look.underline and not look.link),
            ("s", look.strike),
        )
        if on and kind not in plain
    ]
    if look.mono and "code" not in plain:
        found.append("code")
    return (*found, look.level) if look.level else tuple(found)


def _words(text: str, spans: tuple[str, ...]) -> list[Node]:
    """Text in its spans; underlined white space is a line to write on."""
    if "u" in spans and not text.strip():
        return [Words("____")] if _BLANK.fullmatch(text) else [Words(" ")]
    return _spanned(text, spans) if text.strip() else [Words(text)]


def _spanned(text: str, spans: tuple[str, ...]) -> list[Node]:
    found: Content = (Words(text),)
    for kind in reversed(spans):
        found = (Span(kind, found),)
    return list(found)


def _respaced(nodes: Iterable[Node]) -> list[Node]:
    """One space for tabs and runs of spaces."""
    found: list[Node] = []
    for node in nodes:
        if isinstance(node, Words):
            found.append(Words(re.sub(r"[ \t]+", " ", node.text)))
        elif isinstance(node, Span):
            found.append(Span(node.kind, tuple(_respaced(node.inner))))
        else:
            found.append(node)
    return found


def _why_lost(data: bytes | None) -> Phrase:
    if data is None:
        return phrase("a picture of the file is missing")
    if is_metafile(data):
        return phrase("a picture is a Windows drawing (WMF or EMF), which browsers cannot show: save it as PNG")
    return phrase("a picture could not be read")
