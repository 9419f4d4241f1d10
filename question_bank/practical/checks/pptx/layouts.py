"""The check of a slide's layout: by what the file calls it, and by the places for contents, which programs keep when they rename it."""

from __future__ import annotations

from question_bank.formats.xml_tree import Node
from question_bank.phrase import phrase
from question_bank.practical.arguments import choice
from question_bank.practical.catalogue import Request, check
from question_bank.practical.checks.pptx.words import A_SLIDE, first_tree
from question_bank.practical.findings import Finding, Outcome, Words, judged, quoted
from question_bank.practical.slides.judging import of_slides
from question_bank.practical.slides.model import Presentation, Slide
from question_bank.practical.slides.places import FOOT, SLIDES, Place
from question_bank.practical.slides.spoiling import spoils, whole_slides

LAYOUTS = {
    "title": phrase("title slide"), "content": phrase("title and contents"), "two_content": phrase("two contents"), "section": phrase("section header"),
    "comparison": phrase("comparison"), "title_only": phrase("title only"), "blank": phrase("blank"), "picture": phrase("picture with caption"),
}  # fmt: skip
LAYOUT = choice("layout", phrase("which layout"), LAYOUTS, required=True)
# What `p:sldLayout/@type` says (ISO/IEC 29500-1, 19.7.15), as far as it means one of these.
_TYPES = {
    "title": ("title",), "content": ("obj", "tx", "objTx", "txAndObj", "chart", "tbl", "dgm"), "two_content": ("twoObj", "twoColTx", "twoTxTwoObj"),
    "section": ("secHead",), "comparison": ("twoTxTwoObj",), "title_only": ("titleOnly",), "blank": ("blank",), "picture": ("picTx",),
}  # fmt: skip
_MOST_PLACES = 5  # a title and four contents: no layout of these has more
_CONTENTS = ("body", "content", "picture", "chart", "table", "media", "diagram")
_THINGS = ("picture", "chart", "table", "media", "diagram")


def _fits(slide: Slide, layout: str, freed: bool) -> bool:
    """Whether the places on a slide are those of a layout; with `freed`, things that stand in no place count as contents that were freed from theirs."""
    held = [one for one in slide.shapes if one.placeholder and one.placeholder not in FOOT]
    title = any(one.placeholder == "title" for one in held)
    subtitle = any(one.placeholder == "subtitle" for one in held)
    contents = sum(one.placeholder in _CONTENTS for one in held)
    things = sum(freed and not one.placeholder and one.kind in _THINGS for one in slide.shapes)
    match layout:
        case "title":
            return title and subtitle and not contents
        case "content" | "section":
            return title and not subtitle and (contents == 1 or (contents == 0 and things > 0))
        case "two_content":
            return title and contents <= 2 <= contents + things
        case "comparison":
            return title and contents <= 4 <= contents + things
        case "picture":
            return title and contents <= 2 <= contents + things and any(one.kind == "picture" for one in slide.shapes)
        case "title_only":
            return title and not contents and not subtitle
    return not held


def _more_places(place: Place, _: Request) -> bool:
    """Three places more than any of these layouts has, on a slide whose layout then says nothing."""
    for number in range(5):
        frame, inner, body = Node("p:nvSpPr", {}), Node("p:nvPr", {}), Node("p:txBody", {})
        inner.add(Node("p:ph", {"type": "body", "idx": str(80 + number)}))
        for one in (
            Node("p:cNvPr", {"id": str(9910 + number), "name": f"Place {number}"}),
            Node("p:cNvSpPr", {}),
            inner,
        ):
            frame.add(one)
        shape = Node("p:sp", {})
        for one in (frame, Node("p:spPr", {}), body):
            shape.add(one)
        first_tree(place).add(shape)
    return True


@check(
    "pptx.layout",
    phrase("Layout of a slide"),
    "IU05",
    select=SLIDES,
    expect=(LAYOUT,),
    mutation=spoils(whole_slides, _more_places),
)
def layout(deck: Presentation, request: Request) -> Outcome:
    """The layout by the places on the slide, or by its kind in the file where the slide has no more places than that kind. Its name says nothing: LibreOffice
    calls “Title and Content” “Blank Slide”, and takes pictures, tables and charts out of their places: there they count as contents."""
    wanted = request.expect[LAYOUT] or "content"
    freed = deck.of_libreoffice

    def judge(place: Place) -> list[Finding]:
        slide = place.slide
        places = sum(bool(one.placeholder) and one.placeholder not in FOOT for one in slide.shapes)
        known = slide.layout.kind in _TYPES[wanted] and places <= _MOST_PLACES
        said: Words = quoted(slide.layout.name)
        return [judged(phrase("layout"), known or _fits(slide, wanted, freed), LAYOUTS[wanted], said, place.where)]

    return of_slides(deck, request, judge, A_SLIDE)
