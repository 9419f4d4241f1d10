"""All components of a document, judged by a profile: which are asked for, and what is found of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from question_bank.phrase import phrase
from question_bank.practical.administrative import body as of_body
from question_bank.practical.administrative import page as of_page
from question_bank.practical.administrative.body import NUMBERED, Body, body_of
from question_bank.practical.administrative.drawn import under
from question_bank.practical.administrative.judging import (
    Property,
    absent,
    component,
    marked,
    patterned,
    settled,
    wording,
)
from question_bank.practical.administrative.lines import LEFT, RIGHT, Line
from question_bank.practical.administrative.names import COMPONENTS
from question_bank.practical.administrative.parts import Parts, parts_of
from question_bank.practical.findings import Finding, judged
from question_bank.practical.profiles.documents import DocumentProfile
from question_bank.practical.profiles.rules import Rule
from question_bank.practical.word.canon import canon
from question_bank.practical.word.document import WordFile

BELOW = phrase("a drawn line or a border below")
UNDER = {"motto-line": "motto", "agency-line": "agency", "subject-line": "subject"}
_MUST = {
    **dict.fromkeys(UNDER, BELOW),
    "page-number": phrase("a page number in the top margin, centred"),
    "first-page": phrase("pages with a number, the first without"),
}
_EXACT = ("number",)  # whose capitals count where the task gives the text


def judge(
    file: WordFile, profile: DocumentProfile, kind: str, asked: Sequence[str], said: Mapping[str, str]
) -> Iterator[Finding]:
    """A finding for each component: those asked for, else what the kind must have and what else is there.

    `said` are the task's own texts by component.
    """
    parts = parts_of(file, profile, kind, said)
    judging = _Judging(parts, body_of(parts, profile), profile, kind, said)
    family = profile.family(kind)
    for name in asked or (*family.required, *family.optional):
        found = judging.found(name)
        if name in asked or name in family.required:
            yield found if found is not None else absent(name, profile.components[name].rule, _MUST.get(name, ""))
        elif found is not None:
            yield found


class _Judging:
    """One document, component by component; None is one that is not there."""

    def __init__(self, parts: Parts, body: Body, profile: DocumentProfile, kind: str, said: Mapping[str, str]) -> None:
        self._parts = parts
        self._file = parts.file
        self._body = body
        self._profile = profile
        self._kind = kind
        self._said = said
        self._special: Mapping[str, Callable[[Rule], Finding | None]] = {
            "paper": lambda rule: of_page.paper(self._file, rule),
            "margins": lambda rule: of_page.margins(self._file, rule),
            "font": lambda rule: of_page.font(self._file, rule),
            "colour": lambda rule: of_page.colour(self._file, rule),
            "page-number": lambda rule: of_page.page_number(self._file, rule),
            "first-page": lambda _: of_page.first_page(self._file),
            "address": lambda _: of_page.address(self._file, profile),
            "header-columns": lambda _: self._columns(),
            "body": lambda rule: of_body.text(body, rule),
            "indent": lambda rule: of_body.indent(body, rule),
            "paragraph-gap": lambda rule: of_body.gap(body, rule),
            "line-spacing": lambda rule: of_body.spacing(body, rule),
            "letter-subject-gap": self._letter_gap,
            "drafter": self._drafter,
        }

    def found(self, name: str) -> Finding | None:
        """What a component is, None where it is not there."""
        rule = self._profile.components[name].rule
        if name in self._special:
            return self._special[name](rule)
        if name in UNDER:
            return self._line(name, rule)
        if name in NUMBERED:
            return of_body.numbered(self._body, name, rule) if self._body.numbered[name] else None
        lines = self._parts.get(name)
        return component(name, lines, rule, list(self._more(name, lines, rule))) if lines else None

    def _more(self, name: str, lines: Sequence[Line], rule: Rule) -> Iterator[Property]:
        """What is asked of a component beside its look."""
        if name in self._said:
            yield wording(lines, self._said[name], case=name in _EXACT)
        match name:
            case "number":
                fits = self._profile.number(self._kind).search(canon(lines[0].typed, case=True)) is not None
                yield Property(fits, phrase("number and symbol as the kind has them"), lines[0].typed)
            case "place-date" | "letter-subject" | "annex" | "annex-note" | "file-copy":
                yield patterned(rule, lines[:1], phrase("written as the decree writes it"))
            case "kind":
                yield wording(lines, self._profile.kinds[self._kind].name)
            case "grounds":
                yield from marked(rule, lines)
            case "addressee":
                yield patterned(rule, lines[:1], phrase("“Kính gửi:” first"))
                yield from marked(rule, [one for one in lines if one.plain.startswith("-")][: len(lines)])
            case "recipients":
                yield patterned(rule, lines, phrase("“- ” before each"))
                yield from marked(rule, lines)
            case "signer-name":
                wrong = bool(rule.never and rule.never.search(canon(lines[0].typed, case=True)))
                yield Property(not wrong, phrase("the name alone"), lines[0].typed)

    def _columns(self) -> Finding:
        """Agency and national title stand side by side."""
        left = self._parts.get("agency") or self._parts.get("number")
        right = self._parts.get("national-title") or self._parts.get("motto")
        expected = phrase("agency on the left, national title on the right, side by side")
        if not left or not right:
            return judged(COMPONENTS["header-columns"], False, expected, phrase("one of them is not there"), phrase("page 1"), "header-columns")  # fmt: skip
        beside = left[0].column == LEFT and right[0].column == RIGHT and left[0].beside[:2] == right[0].beside[:2]
        beside = beside or (left[0].column, right[0].column, left[0].beside[0]) == (LEFT, RIGHT, "paragraph")
        found = expected if beside else phrase("one below the other")
        return judged(COMPONENTS["header-columns"], beside, expected, found, left[0].paragraph.where, "header-columns")

    def _line(self, name: str, rule: Rule) -> Finding | None:
        """The line under a text; nothing to judge where the text is missing."""
        above = self._parts.get(UNDER[name])
        if not above:
            return None
        capitals = bool(self._profile.components[UNDER[name]].rule.capitals)
        drawn = under(self._file, self._parts.lines, above, capitals=capitals)
        properties = [Property(drawn.there, BELOW, phrase("typed signs") if drawn.typed else phrase("no line"))]
        if drawn.underlined:
            properties.append(Property(False, phrase("no underlining"), phrase("underlined")))
        if drawn.share is not None and rule.length is not None:
            fits = rule.length.holds(drawn.share)
            words = phrase("%(share)s of the text’s length", share=rule.length.words())
            properties.append(Property(fits, words, phrase("%(share)s of the text’s length", share=f"{drawn.share:.2f}")))  # fmt: skip
        return settled(name, properties, above)

    def _letter_gap(self, rule: Rule) -> Finding | None:
        number, subject = self._parts.get("number"), self._parts.get("letter-subject")
        if not number or not subject or subject[0].paragraph is number[0].paragraph:
            return None
        between = (subject[0].paragraph.format.before + number[0].paragraph.format.after) / 20
        fits = rule.space_pt is not None and between >= rule.space_pt
        words = phrase("at least %(size)s pt", size=str(rule.space_pt))
        return settled("letter-subject-gap", [Property(fits, words, phrase("%(size)s pt", size=f"{between:g}"))], subject)  # fmt: skip

    def _drafter(self, rule: Rule) -> Finding | None:
        copy = self._parts.get("file-copy")
        return settled("drafter", [patterned(rule, copy, phrase("unit, drafter and number of copies"))], copy) if copy else None  # fmt: skip
