"""What a rule says of the body: its text, first lines, gaps, and the numbering of its parts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from question_bank.phrase import Phrase, phrase
from question_bank.practical.administrative.judging import ALIGNED, Property, absent, component, phrases_of, shared
from question_bank.practical.administrative.lines import Line
from question_bank.practical.administrative.page import TWIPS_OF_MM, millimetres
from question_bank.practical.administrative.parts import Parts
from question_bank.practical.arguments import figure
from question_bank.practical.findings import Finding
from question_bank.practical.profiles.documents import DocumentProfile
from question_bank.practical.profiles.rules import Rule
from question_bank.practical.word.paragraphs import Paragraph, prevailing

NUMBERED = ("chapters", "sections", "headings", "articles", "clauses", "points")
_TITLES = ("chapters", "sections", "headings")
_LINE_OF_TYPE = 1.15  # a single line of Times New Roman, of its size: what an exact height is compared with
_CLOSE = 0.05  # lines: programs round heights to a twentieth of a point
_ROMAN = {"I": 1, "V": 5, "X": 10}


@dataclass(frozen=True, slots=True)
class Body:
    """The body's lines by what they are; `plain` are paragraphs of text, the numbered ones without a title among them."""

    numbered: Mapping[str, tuple[Line, ...]]
    plain: tuple[Paragraph, ...]
    above: Mapping[Paragraph, Paragraph]  # what stands before each paragraph of the body


def body_of(parts: Parts, profile: DocumentProfile) -> Body:
    """Headings and numbered parts by their patterns; what is centred is a title and no text."""
    numbered: dict[str, list[Line]] = {name: [] for name in NUMBERED}
    plain: dict[Paragraph, None] = {}
    for one in parts.body:
        kind = _kind(one, profile)
        if kind:
            numbered[kind].append(one)
        titled = kind in _TITLES or one.align == "center" or (kind in ("articles", "clauses", "") and one.bold)
        if not titled:
            plain[one.paragraph] = None
    every = list(dict.fromkeys(one.paragraph for one in parts.body))
    above = dict(zip(every[1:], every, strict=False))
    return Body({name: tuple(found) for name, found in numbered.items()}, tuple(plain), above)


def text(body: Body, rule: Rule) -> Finding:
    """Size, slant, weight and alignment of its paragraphs."""

    def looks(one: Paragraph) -> Iterator[Property]:
        size = prevailing(one.pieces, lambda look: look.size_pt)
        if rule.size_pt is not None:
            yield Property(rule.size_pt.holds(size), phrase("size %(size)s", size=rule.size_pt.words()), phrase("size %(size)s", size=figure(size)))  # fmt: skip
        for wanted, is_, yes, no in (
            (rule.bold, prevailing(one.pieces, lambda look: look.bold), phrase("bold"), phrase("not bold")),
            (rule.italic, prevailing(one.pieces, lambda look: look.italic), phrase("italic"), phrase("upright")),
        ):
            if wanted is not None:
                yield Property(is_ is wanted, yes if wanted else no, yes if is_ else no)
        if rule.align:
            yield Property(one.format.align == rule.align, ALIGNED[rule.align], ALIGNED[one.format.align])

    return _shared("body", body.plain, looks)


def indent(body: Body, rule: Rule) -> Finding:
    """Where its first lines begin: set, not typed with spaces or tabs."""
    words = phrase("first line %(sizes)s mm, set as an indent", sizes=" / ".join(figure(one) for one in rule.indent_mm))

    def begins(one: Paragraph) -> Iterator[Property]:
        typed = one.text[:1].isspace()
        found = phrase("first line moved with spaces or tabs") if typed else phrase("first line %(size)s mm", size=figure(millimetres(one.format.first + one.format.left)))  # fmt: skip
        yield Property(not typed and _indented(one, rule), words, found)

    return _shared("indent", body.plain, begins)


def gap(body: Body, rule: Rule) -> Finding:
    """What is between one paragraph and the next."""
    least = rule.space_pt or Fraction(0)
    words = phrase("at least %(size)s pt between paragraphs", size=figure(least))

    def between(one: Paragraph) -> Iterator[Property]:
        above = body.above.get(one, one)  # the first of all is told by its own
        size = (one.format.before + above.format.after) / 20
        if above is not one and one.format.contextual and above.style is one.style:
            size = 0
        yield Property(size >= least, words, phrase("%(size)s pt", size=figure(size)))

    return _shared("paragraph-gap", body.plain, between)


def spacing(body: Body, rule: Rule) -> Finding:
    """Line spacing, in lines."""
    words = phrase("%(lines)s lines", lines=rule.lines.words() if rule.lines else "")

    def lines(one: Paragraph) -> Iterator[Property]:
        form = one.format
        if form.line_rule == "auto":
            high = form.line / 240
        else:
            high = form.line / 20 / (_LINE_OF_TYPE * prevailing(one.pieces, lambda look: look.size_pt))
        high = max(high, 1.0) if form.line_rule == "atLeast" else high
        right = rule.lines is not None and rule.lines.holds(high, Fraction(_CLOSE))
        yield Property(right, words, phrase("%(lines)s lines", lines=figure(round(high, 2))))

    return _shared("line-spacing", body.plain, lines)


def numbered(body: Body, name: str, rule: Rule) -> Finding:
    """Headings, articles, clauses, points: their look, and their numbers one behind the other."""
    lines = body.numbered[name]
    if not lines:
        return absent(name, rule)
    more = [one for one in (_in_order(name, lines, rule),) if one is not None]
    if rule.indent_mm:
        other = next((one for one in lines if not _indented(one.paragraph, rule)), None)
        words = phrase("first line %(sizes)s mm, set as an indent", sizes=" / ".join(figure(one) for one in rule.indent_mm))  # fmt: skip
        found = phrase("first line %(size)s mm", size=figure(millimetres(other.paragraph.format.first + other.paragraph.format.left))) if other else ""  # fmt: skip
        more.append(Property(other is None, words, found))
    return component(name, lines, rule, more)


def _kind(line: Line, profile: DocumentProfile) -> str:
    for name in NUMBERED:
        rule = profile.components[name].rule
        if rule.pattern and rule.pattern.search(line.words):
            return name
    return ""


def _shared(name: str, paragraphs: Sequence[Paragraph], ask: Callable[[Paragraph], Iterator[Property]]) -> Finding:
    """A finding about all paragraphs at once."""
    wrong: list[Property] = []
    where: Phrase | None = None
    expected: list[Phrase | str] = []
    for one in paragraphs:
        found = list(ask(one))
        expected = expected or [each.expected for each in found]
        bad = [each for each in found if not each.right]
        if bad:
            wrong.append(Property(False, "", phrases_of([each.found for each in bad])))
            where = where or one.where
    return shared(name, wrong, len(paragraphs), phrases_of(expected), where or phrase("the whole body"))


def _indented(one: Paragraph, rule: Rule) -> bool:
    near = float(rule.tolerance_mm) * TWIPS_OF_MM
    form = one.format
    first = form.first + form.left
    fits = any(abs(first - float(size) * TWIPS_OF_MM) <= near for size in rule.indent_mm)
    return fits and (abs(form.left) <= near or one.label is not None)


def _in_order(name: str, lines: Sequence[Line], rule: Rule) -> Property | None:
    """The first number or letter that does not follow the one before; a new list may begin at any place."""
    order = rule.order
    last: int | None = None
    for one in lines:
        said = re.sub(r"^(Phần|Chương|Mục|Tiểu mục|Điều) ", "", one.words)
        label = re.split(r"[.)\s]", said, maxsplit=1)[0]
        if name == "points" and order:
            place = order.index(label) if label in order else -1
        else:
            place = (int(label) if label.isdigit() else _roman(label)) - 1
        again = place == 0 and name != "articles"
        if not again and place != (0 if last is None else last + 1):
            words = phrase("numbers that follow each other")
            return Property(False, words, phrase("“%(label)s” out of order", label=label))
        last = place
    return None


def _roman(text: str) -> int:
    total = 0
    for here, following in zip(text, [*text[1:], ""], strict=True):
        size = _ROMAN.get(here, 0)
        total += -size if size < _ROMAN.get(following, 0) else size
    return total
