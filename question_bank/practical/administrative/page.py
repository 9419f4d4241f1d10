"""What a rule says of the page: paper, margins, font and colour of everything, the number in the top margin."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

from question_bank.phrase import Phrase, phrase
from question_bank.practical.administrative.judging import ALIGNED, Property, phrases_of, sized
from question_bank.practical.administrative.names import COMPONENTS
from question_bank.practical.arguments import figure
from question_bank.practical.findings import Finding, judged
from question_bank.practical.profiles.documents import DocumentProfile
from question_bank.practical.profiles.rules import Rule
from question_bank.practical.word.content import Field
from question_bank.practical.word.document import WordFile
from question_bank.practical.word.paragraphs import Paragraph, prevailing
from question_bank.practical.word.places import Part
from question_bank.practical.word.sections import Section

TWIPS_OF_MM = 1440 / 25.4
_SIDES = {
    "top": phrase("top margin"),
    "bottom": phrase("bottom margin"),
    "left": phrase("left margin"),
    "right": phrase("right margin"),
}


def millimetres(twips: int) -> float:
    """A length of the file in millimetres, to a tenth."""
    return round(twips / TWIPS_OF_MM, 1)


def paper(file: WordFile, rule: Rule) -> Finding:
    """Each section on this paper; it may lie on its side only behind the first."""
    wide, high = float(rule.width_mm or 0), float(rule.height_mm or 0)
    expected = phrase("%(width)s × %(height)s mm, upright", width=figure(wide), height=figure(high))
    for one in file.sections:
        sides = sorted((millimetres(one.width), millimetres(one.height)))
        fits = all(abs(is_ - must) <= float(rule.tolerance_mm) for is_, must in zip(sides, sorted((wide, high)), strict=True))  # fmt: skip
        if not fits or (one.landscape and one.number == 1):
            found = phrase("%(width)s × %(height)s mm", width=figure(millimetres(one.width)), height=figure(millimetres(one.height)))  # fmt: skip
            return judged(COMPONENTS["paper"], False, expected, found, _section(one), "paper")
    return judged(COMPONENTS["paper"], True, expected, expected, phrase("all pages"), "paper")


def margins(file: WordFile, rule: Rule) -> Finding:
    """The margins of each section that stands upright; what is bound belongs to the left one."""
    spans = {"top": rule.top_mm, "bottom": rule.bottom_mm, "left": rule.left_mm, "right": rule.right_mm}
    wanted = [phrase("%(side)s %(size)s mm", side=_SIDES[side], size=span.words()) for side, span in spans.items() if span]  # fmt: skip
    expected = phrases_of(wanted)
    for one in file.sections:
        if one.landscape and one.number > 1:
            continue
        are = {"top": one.top, "bottom": one.bottom, "left": one.left + one.gutter, "right": one.right}
        wrong = [
            phrase("%(side)s %(size)s mm", side=_SIDES[side], size=figure(millimetres(are[side])))
            for side, span in spans.items() if span and not span.holds(Fraction(are[side] / TWIPS_OF_MM), rule.tolerance_mm)
        ]  # fmt: skip
        if wrong:
            return judged(COMPONENTS["margins"], False, expected, phrases_of(wrong), _section(one), "margins")
    return judged(COMPONENTS["margins"], True, expected, expected, phrase("all pages"), "margins")


def font(file: WordFile, rule: Rule) -> Finding:
    """The font of all words."""
    wanted = {one.casefold() for one in rule.font}

    def fonts(paragraph: Paragraph) -> Iterator[tuple[str, int]]:
        for piece in paragraph.pieces:
            yield piece.look.font, piece.near
            yield piece.look.far_font, piece.far

    return _letters(file, "font", ", ".join(rule.font), lambda one: one.casefold() in wanted, fonts, rule.share)


def colour(file: WordFile, rule: Rule) -> Finding:
    """The colour of all words."""

    def colours(paragraph: Paragraph) -> Iterator[tuple[str, int]]:
        return ((piece.look.colour, piece.near + piece.far) for piece in paragraph.pieces)

    return _letters(file, "colour", rule.colour, lambda one: one == rule.colour, colours, rule.share)


def page_number(file: WordFile, rule: Rule) -> Finding | None:
    """A field with the page's number in the top margin; None where pages have no number."""
    expected = phrase("in the top margin, centred, size %(size)s, upright", size=rule.size_pt.words() if rule.size_pt else "")  # fmt: skip
    numbers = [one for one in file.fields if one.name == "PAGE"]
    if not numbers:
        return None
    found = next((one for one in numbers if one.place.part is Part.HEADER and one.place.kind == "default"), None)
    if found is None:
        elsewhere = phrase("in the bottom margin") if any(one.place.part is Part.FOOTER for one in numbers) else phrase("no page number in the top margin")  # fmt: skip
        return judged(COMPONENTS["page-number"], False, expected, elsewhere, phrase("the whole file"), "page-number")
    paragraph = file.paragraph(found.range.start.paragraph)
    assert paragraph is not None  # a field stands in a paragraph
    wrong = [one.found for one in _numbered(file, found, paragraph, rule) if not one.right]
    said = phrases_of(wrong) if wrong else expected
    return judged(COMPONENTS["page-number"], not wrong, expected, said, paragraph.where, "page-number")


def first_page(file: WordFile) -> Finding | None:
    """The first page shows no number, others do; None where pages have no number."""
    if not any(one.name == "PAGE" for one in file.fields):
        return None
    first = file.sections[0]
    shown = {kind: _shows_number(file, first, kind) for kind in ("default", "first")}
    last = _shows_number(file, file.sections[-1], "default")
    found = phrase("pages have no number") if not last else phrase("the first page shows a number") if shown["first"] else phrase("the first page shows no number")  # fmt: skip
    expected = phrase("the first page shows no number")
    return judged(COMPONENTS["first-page"], last and not shown["first"], expected, found, phrase("page 1"), "first-page")  # fmt: skip


def address(file: WordFile, profile: DocumentProfile) -> Finding | None:
    """The address at the foot of the first page; None where there is none."""
    rule = profile.components["address"].rule
    margin = file.margin(file.sections[0], "footer", "first")
    for one in file.between(margin.paragraphs) if margin else ():
        if rule.pattern and rule.pattern.search(one.canonical(case=True).text):
            sizes = list(sized(rule, [prevailing(one.pieces, lambda look: look.size_pt)]))
            wrong = [each.found for each in sizes if not each.right]
            expected = phrases_of([each.expected for each in sizes])
            return judged(COMPONENTS["address"], not wrong, expected, phrases_of(wrong) if wrong else expected, one.where, "address")  # fmt: skip
    return None


def _numbered(file: WordFile, one: Field, paragraph: Paragraph, rule: Rule) -> Iterator[Property]:
    start, end = one.range.start.character, one.range.end.character
    pieces = paragraph.pieces_of(start, end if one.range.end.paragraph == paragraph.number else len(paragraph.text))
    yield from sized(rule, [prevailing(pieces, lambda look: look.size_pt)])
    for wanted, ask, yes, no in (
        (rule.bold, prevailing(pieces, lambda look: look.bold), phrase("bold"), phrase("not bold")),
        (rule.italic, prevailing(pieces, lambda look: look.italic), phrase("italic"), phrase("upright")),
    ):
        if wanted is not None:
            yield Property(ask is wanted, yes if wanted else no, yes if ask else no)
    tabs = paragraph.text.count("\t", 0, start)
    stops = paragraph.format.tabs
    align = stops[min(tabs, len(stops)) - 1].align if tabs and stops else paragraph.format.align
    yield Property(align == rule.align, ALIGNED[rule.align or "center"], ALIGNED.get(align, align))
    first = file.sections[0].pages
    arabic = phrase("Arabic numbers from %(start)s on", start=rule.start or 1)
    yield Property(first.form in ("decimal", "") and first.start in (None, rule.start), arabic, phrase("other numbers"))


def _shows_number(file: WordFile, section: Section, kind: str) -> bool:
    """Whether pages of a kind show their number, above or below."""
    parts = {found.part for margin in ("header", "footer") if (found := file.margin(section, margin, kind))}
    return any(
        one.name == "PAGE" and (paragraph := file.paragraph(one.range.start.paragraph)) and paragraph.part in parts
        for one in file.fields
    )


def _letters(
    file: WordFile, name: str, expected: str, right: Callable[[str], bool], said: Callable[[Paragraph], Iterator[tuple[str, int]]], share: Fraction
) -> Finding:  # fmt: skip
    """How many letters are as they should be, everywhere in the file."""
    counts: Counter[str] = Counter()
    where: dict[str, Paragraph] = {}
    for paragraph in file.paragraphs:
        if paragraph.empty:
            continue
        for word, weight in said(paragraph):
            if weight:
                counts[word] += weight
                where.setdefault(word, paragraph)
    wrong = {one: count for one, count in counts.items() if not right(one)}
    fits = sum(wrong.values()) <= (1 - share) * sum(counts.values())
    return judged(COMPONENTS[name], fits and bool(counts), expected, _told(wrong, expected) if not fits else expected, where[max(wrong, key=lambda one: wrong[one])].where if wrong else phrase("the whole file"), name)  # fmt: skip


def _told(wrong: Mapping[str, int], expected: str) -> str:
    return ", ".join(sorted(wrong, key=lambda one: -wrong[one])[:3]) or expected


def _section(one: Section) -> Phrase:
    return phrase("section %(number)s", number=one.number)
