"""Findings about places: each must be right, or one that is right is enough. And words of checks that many share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from question_bank.phrase import phrase
from question_bank.practical.catalogue import Request
from question_bank.practical.findings import Finding, Outcome, Words, judged, quoted
from question_bank.practical.slides.model import Look, Paragraph, Presentation, Run, TextBody
from question_bank.practical.slides.places import TEXT, Place, any_is_enough, says, slides_of, words_of

Judge = Callable[[Place], Sequence[Finding]]
MILLIMETRE = 36_000  # EMU


def outcome(request: Request, places: Sequence[Place], judge: Judge, expected: Words) -> Outcome:
    """What places come to. Where one is enough it is the best of them, and those that are right are what `ref` leads to."""
    if not places:
        return Outcome.nothing(expected)
    found = [(place, list(judge(place))) for place in places]
    if any_is_enough(request):
        place, findings = max(found, key=lambda pair: _share(pair[1]))
        right = [one for one, listed in found if listed and all(finding.right for finding in listed)]
        return Outcome.of(findings, right or [place])
    return Outcome.of([one for _, listed in found for one in listed], places)


def _share(findings: list[Finding]) -> Fraction:
    return sum((one.credit for one in findings), Fraction(0)) / len(findings) if findings else Fraction(-1)


def of_slides(deck: Presentation, request: Request, judge: Judge, expected: Words) -> Outcome:
    """The same for whole slides."""
    return outcome(request, [Place(one) for one in slides_of(deck, request)], judge, expected)


@dataclass(frozen=True, slots=True)
class Trait:
    """Something that text must be: `right` is told the look of a run and how far its frame shrinks it, in percent."""

    item: Words
    expected: Words
    right: Callable[[Look, float], bool]
    said: Callable[[Look, float], Words]


Line = tuple[TextBody, Paragraph]


def lines(place: Place, request: Request) -> list[Line]:
    """The paragraphs with words: where the rubric names a text that stands in single ones, those alone."""
    bodies = place.shape.bodies() if place.shape else ()
    held = [(body, one) for body in bodies for one in body.paragraphs if one.text.strip()]
    wanted = request.select[TEXT] if request.refs is None else None
    return [one for one in held if wanted and says(one[1].text, wanted)] or held


def by_runs(deck: Presentation, request: Request, traits: Sequence[Trait]) -> Outcome:
    """Text by its looks: a paragraph is right when most of its characters are, a shape when all its paragraphs are."""

    def judge(place: Place) -> list[Finding]:
        return [_of_runs(place, lines(place, request), one) for one in traits]

    return outcome(request, words_of(deck, request), judge, phrase("text"))


def _of_runs(place: Place, held: list[Line], trait: Trait) -> Finding:
    wrong = [one for one in held if not _most(one, trait)]
    found: list[Words] = [trait.said(_main(paragraph.runs), body.scale) for body, paragraph in wrong or held]
    item = phrase("%(what)s of %(place)s", what=trait.item, place=place.item)
    return judged(item, not wrong, trait.expected, found[0] if found else "", place.where)


def by_paragraphs(
    deck: Presentation, request: Request, item: Words, expected: Words, right: Callable[[Paragraph], bool], said: Callable[[Paragraph], Words],
) -> Outcome:  # fmt: skip
    """Text by its paragraphs: a shape is right when all of them are. Of wrong ones the first is told."""

    def judge(place: Place) -> list[Finding]:
        held = [one for _, one in lines(place, request)]
        wrong = [one for one in held if not right(one)]
        found = said((wrong or held)[0]) if held else ""
        what = phrase("%(what)s of %(place)s", what=item, place=place.item)
        return [judged(what, not wrong, expected, found, place.where)]

    return outcome(request, words_of(deck, request), judge, phrase("text"))


def _weight(run: Run) -> int:
    return len("".join(run.text.split()))


def _most(line: Line, trait: Trait) -> bool:
    body, paragraph = line
    total = sum(map(_weight, paragraph.runs))
    return 2 * sum(_weight(one) for one in paragraph.runs if trait.right(one.look, body.scale)) > total


def _main(runs: Sequence[Run]) -> Look:
    """The look most characters have."""
    found: Counter[Look] = Counter()
    for one in runs:
        found[one.look] += _weight(one)
    return found.most_common(1)[0][0] if found else Look()


def listed(texts: Iterable[str]) -> str:
    """Texts of the file one after the other, each quoted."""
    return ", ".join(quoted(one) for one in texts)


def told(yes: bool) -> Words:
    """A switch as people read it."""
    return phrase("yes") if yes else phrase("no")


def millimetres(length: float) -> str:
    """EMU as people read them."""
    return f"{length / MILLIMETRE:.1f}".removesuffix(".0")
