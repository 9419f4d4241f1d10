"""Checks of what the speaker and reviewers see: notes and comments."""

from __future__ import annotations

from question_bank.phrase import phrase
from question_bank.practical.arguments import span, text, texts, whole
from question_bank.practical.catalogue import Request, check
from question_bank.practical.findings import Finding, Outcome, Words, judged, quoted
from question_bank.practical.slides.judging import of_slides
from question_bank.practical.slides.model import Presentation, Slide
from question_bank.practical.slides.places import SLIDES, Place, form, says
from question_bank.practical.slides.shows import Comment
from question_bank.practical.slides.spoiling import drop_all, spoils_related

A_SLIDE = phrase("a slide that fits")
CONTAINS = texts("contains", phrase("texts that must stand in them"))
WORDS = whole("words", phrase("the fewest words"), default=1)
SAID = text("contains", phrase("what a comment contains"))
AUTHOR = text("author", phrase("who wrote it"))
COUNT = span("count", phrase("how many; left out: at least one"))


@check(
    "pptx.notes",
    phrase("Notes of a slide"),
    "IU05",
    select=SLIDES,
    expect=(CONTAINS, WORDS),
    mutation=spoils_related("notesSlide", lambda top: drop_all(top, "a:p")),
)
def notes(deck: Presentation, request: Request) -> Outcome:
    """The speaker's notes contain texts, and so many words."""
    least = request.expect[WORDS] or 1

    def judge(place: Place) -> list[Finding]:
        said = place.slide.notes
        shown: Words = quoted(said) if said else phrase("no notes")
        found = [
            judged(phrase("notes"), says(said, one), quoted(one), shown, place.where)
            for one in request.expect[CONTAINS]
        ]
        count = len(said.split())
        if not found or request.expect.has(WORDS):
            expected = phrase("at least %(least)s words", least=least)
            found.append(
                judged(phrase("notes"), count >= least, expected, shown if not found else str(count), place.where)
            )
        return found

    return of_slides(deck, request, judge, A_SLIDE)


def _fitting(slide: Slide, request: Request) -> list[Comment]:
    wanted, author = request.expect[SAID], request.expect[AUTHOR]
    return [
        one for one in slide.comments if (wanted is None or says(one.text, wanted)) and (author is None or form(one.author) == form(author))
    ]  # fmt: skip


@check(
    "pptx.comment",
    phrase("Comment on a slide"),
    "IU09",
    select=SLIDES,
    expect=(SAID, AUTHOR, COUNT),
    mutation=spoils_related("comments", lambda top: drop_all(top, "p:cm", "p188:cm")),
)
def comment(deck: Presentation, request: Request) -> Outcome:
    """Remarks on a slide, by their words and their author; 0 where they had to be deleted."""
    count, wanted = request.expect[COUNT], request.expect[SAID]

    def judge(place: Place) -> list[Finding]:
        held = _fitting(place.slide, request)
        right = count.holds(len(held)) if count else bool(held)
        expected: Words = count.words() if count else quoted(wanted) if wanted else phrase("at least one")
        said = quoted(place.slide.comments[0].text) if place.slide.comments else phrase("no comment")
        return [judged(phrase("comments"), right, expected, str(len(held)) if count else said, place.where)]

    return of_slides(deck, request, judge, A_SLIDE)
