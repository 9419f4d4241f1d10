"""Checks of how text looks after inheritance: font, size, colour, contrast, emphasis, alignment, spacing, room."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from question_bank.formats.xml_tree import Node
from question_bank.phrase import Phrase, phrase
from question_bank.practical.arguments import choice, colour, figure, number, span, texts, truth, whole
from question_bank.practical.catalogue import Request, check
from question_bank.practical.findings import Finding, Outcome, Words, judged
from question_bank.practical.slides.judging import Trait, by_paragraphs, by_runs, outcome, told
from question_bank.practical.slides.looks import FILLS
from question_bank.practical.slides.model import Look, Paragraph, Presentation, Shape
from question_bank.practical.slides.palette import near
from question_bank.practical.slides.places import SHAPES, Place, words_of
from question_bank.practical.slides.spoiling import child, drop, paragraphs_of, put, runs_of, spoils

_SLACK = Fraction(1, 2)  # points, of a size that was worked out from what a frame shrinks
_NEAR = Fraction(2)  # percent of a line

FONTS = texts("font", phrase("font"), required=True)
SIZE = span("size_pt", phrase("size"), unit="pt", required=True)
COLOUR = colour("colour", phrase("colour"), required=True)
BOLD, ITALIC = truth("bold", phrase("bold")), truth("italic", phrase("italic"))
UNDERLINE, STRIKE = truth("underline", phrase("underlined")), truth("strike", phrase("struck out"))
ALIGNED = {
    "left": phrase("left-aligned"), "center": phrase("centred"), "right": phrase("right-aligned"), "justify": phrase("justified"),
}  # fmt: skip
ALIGN = choice("align", phrase("alignment"), ALIGNED, required=True)
LINE = span("line", phrase("room between lines, 1 is single"))
BEFORE = span("before_pt", phrase("room before"), unit="pt")
AFTER = span("after_pt", phrase("room after"), unit="pt")
FITTED = {
    "none": phrase("nothing"), "shrink": phrase("the text shrinks"), "resize": phrase("the shape grows"),
}  # fmt: skip
FIT = choice("fit", phrase("what happens to text that is too long"), FITTED, required=True)
COLUMNS = whole("columns", phrase("columns"), required=True)
ANCHORED = {
    "top": phrase("at the top"), "middle": phrase("in the middle"), "bottom": phrase("at the bottom"),
}  # fmt: skip
ANCHOR = choice("anchor", phrase("where the text stands in its shape"), ANCHORED, required=True)
LEAST = number("least", phrase("the least ratio; left out: 4.5, of large text 3"))


def _other_font(place: Place, request: Request) -> bool:
    other = "Courier New" if "Courier New" not in request.expect[FONTS] else "Verdana"
    for node in runs_of(place):
        drop(node, "a:latin")
        node.children = [*node.children, Node("a:latin", {"typeface": other})]
    return True


@check(
    "pptx.font", phrase("Font of text"), "IU05", select=SHAPES, expect=(FONTS,), mutation=spoils(words_of, _other_font)
)
def font(deck: Presentation, request: Request) -> Outcome:
    """The font, fonts of the theme by their real name."""
    wanted = request.expect[FONTS]
    known = {one.casefold() for one in wanted}

    def right(look: Look, _: float) -> bool:
        return look.font.partition(";")[0].strip().casefold() in known

    trait = Trait(phrase("font"), ", ".join(wanted), right, lambda look, _: look.font or phrase("none"))
    return by_runs(deck, request, [trait])


def _other_size(place: Place, request: Request) -> bool:
    wanted = request.expect[SIZE]
    tiny = wanted is None or wanted.low > 8
    return all(put(node, sz="400" if tiny else "9600") for node in runs_of(place))


@check(
    "pptx.size", phrase("Size of text"), "IU05", select=SHAPES, expect=(SIZE,), mutation=spoils(words_of, _other_size)
)
def size(deck: Presentation, request: Request) -> Outcome:
    """The size. Where a frame shrinks its text, the size that was chosen and the one that is shown are both right: programs show one or the other."""
    wanted = request.expect[SIZE]
    assert wanted is not None

    def right(look: Look, scale: float) -> bool:
        shown = Fraction(look.size) * Fraction(scale) / 10_000
        return wanted.holds(Fraction(look.size, 100)) or (scale != 100 and wanted.holds(shown, _SLACK))

    trait = Trait(
        phrase("size"), f"{wanted.words()} pt", right, lambda look, _: f"{figure(Fraction(look.size, 100))} pt"
    )
    return by_runs(deck, request, [trait])


def paint_text(place: Place, other: str) -> bool:
    """Give all characters of a shape another colour."""
    for node in runs_of(place):
        drop(node, *FILLS)
        fill = Node("a:solidFill", {})
        fill.add(Node("a:srgbClr", {"val": other}))
        node.children = [fill, *node.children]
    return True


def _other_colour(place: Place, request: Request) -> bool:
    return paint_text(place, "7F0055" if not near("7F0055", request.expect[COLOUR] or "000000", 60) else "00AA55")


@check(
    "pptx.colour",
    phrase("Colour of text"),
    "IU05",
    select=SHAPES,
    expect=(COLOUR,),
    mutation=spoils(words_of, _other_colour),
)
def text_colour(deck: Presentation, request: Request) -> Outcome:
    """The colour, those of the theme worked out; a few steps of 255 do not count."""
    wanted = request.expect[COLOUR] or "000000"
    trait = Trait(
        phrase("colour"),
        wanted,
        lambda look, _: near(look.colour, wanted),
        lambda look, _: look.colour or phrase("none"),
    )
    return by_runs(deck, request, [trait])


def _plain(place: Place, request: Request) -> bool:
    asked = request.expect
    for node in runs_of(place):
        for field, name, yes, no in ((BOLD, "b", "1", "0"), (ITALIC, "i", "1", "0"), (UNDERLINE, "u", "sng", "none"), (STRIKE, "strike", "sngStrike", "noStrike")):  # fmt: skip
            if asked[field] is not None:
                put(node, **{name: no if asked[field] else yes})
    return True


@check(
    "pptx.emphasis",
    phrase("Bold, italic, underlined"),
    "IU05",
    select=SHAPES,
    expect=(BOLD, ITALIC, UNDERLINE, STRIKE),
    mutation=spoils(words_of, _plain),
)
def emphasis(deck: Presentation, request: Request) -> Outcome:
    """Each of these on or off."""
    traits = [
        _switch(item, wanted, name) for field, name, item in (
            (BOLD, "bold", phrase("bold")), (ITALIC, "italic", phrase("italic")), (UNDERLINE, "underline", phrase("underlined")),
            (STRIKE, "strike", phrase("struck out")),
        ) if (wanted := request.expect[field]) is not None
    ]  # fmt: skip
    return by_runs(deck, request, traits)


def _switch(item: Phrase, wanted: bool, name: str) -> Trait:
    return Trait(
        item, told(wanted), lambda look, _: getattr(look, name) == wanted, lambda look, _: told(getattr(look, name))
    )


def _other_side(place: Place, request: Request) -> bool:
    return all(put(node, algn="r" if request.expect[ALIGN] != "right" else "ctr") for node in paragraphs_of(place))


@check(
    "pptx.align",
    phrase("Alignment of text"),
    "IU05",
    select=SHAPES,
    expect=(ALIGN,),
    mutation=spoils(words_of, _other_side),
)
def align(deck: Presentation, request: Request) -> Outcome:
    """Left, centred, right or justified."""
    wanted = request.expect[ALIGN] or "left"
    return by_paragraphs(
        deck,
        request,
        phrase("alignment"),
        ALIGNED[wanted],
        lambda one: one.align == wanted,
        lambda one: ALIGNED.get(one.align, one.align),
    )


def _other_spacing(place: Place, request: Request) -> bool:
    for node in paragraphs_of(place):
        for field, name, kind, low in ((LINE, "a:lnSpc", "a:spcPct", "100000"), (BEFORE, "a:spcBef", "a:spcPts", "0"), (AFTER, "a:spcAft", "a:spcPts", "0")):  # fmt: skip
            wanted = request.expect[field]
            if wanted is None:
                continue
            plain = wanted.holds(1) if field is LINE else wanted.holds(0)
            drop(node, name)
            spot = child(node, name)
            spot.children = [Node(kind, {"val": ("300000" if field is LINE else "9900") if plain else low})]
    return True


@check(
    "pptx.spacing",
    phrase("Room between lines and paragraphs"),
    "IU05",
    select=SHAPES,
    expect=(LINE, BEFORE, AFTER),
    mutation=spoils(words_of, _other_spacing),
)
def spacing(deck: Presentation, request: Request) -> Outcome:
    """Room between lines as a multiple of a line, and before and after paragraphs in points."""
    asked = request.expect

    def line(one: Paragraph) -> Fraction:
        base = next((run.look.size for run in one.runs), 1800)
        share = one.spacing.line / (base * 1.2) if one.spacing.exact else one.spacing.line / 100
        return Fraction(round(share * 100), 100)

    def right(one: Paragraph) -> bool:
        around = ((asked[BEFORE], one.spacing.before), (asked[AFTER], one.spacing.after))
        between = asked[LINE]
        lined = between is None or between.holds(line(one), _NEAR / 100)
        return lined and all(wanted is None or wanted.holds(Fraction(said) / 100, _SLACK) for wanted, said in around)

    def said(one: Paragraph) -> Words:
        return phrase(
            "%(line)s lines, %(before)s pt before, %(after)s pt after", line=figure(line(one)), before=figure(one.spacing.before / 100),
            after=figure(one.spacing.after / 100),
        )  # fmt: skip

    open_ended = (one.words() if (one := asked[field]) else "…" for field in (LINE, BEFORE, AFTER))
    between, before, after = open_ended
    expected = phrase(
        "%(line)s lines, %(before)s pt before, %(after)s pt after", line=between, before=before, after=after
    )
    return by_paragraphs(deck, request, phrase("spacing"), expected, right, said)


def _frame(place: Place) -> Node:
    assert place.shape is not None
    assert place.shape.body is not None
    return child(place.shape.body.node, "a:bodyPr")


def _framed(deck: Presentation, request: Request) -> list[Place]:
    return [one for one in words_of(deck, request) if one.shape and one.shape.body]


def _of_shapes(
    deck: Presentation, request: Request, item: Phrase, known: Mapping[str, Phrase], of: str, wanted: object
) -> Outcome:
    def judge(place: Place) -> list[Finding]:
        body = place.shape.body if place.shape else None
        said = getattr(body, of)
        what = phrase("%(what)s of %(place)s", what=item, place=place.item)
        expected, found = (known.get(one, one) for one in (str(wanted), str(said)))
        return [judged(what, said == wanted, expected, found, place.where)]

    return outcome(request, _framed(deck, request), judge, phrase("text"))


def _other_fit(place: Place, request: Request) -> bool:
    node = _frame(place)
    drop(node, "a:normAutofit", "a:spAutoFit", "a:noAutofit")
    node.children = [*node.children, Node("a:noAutofit" if request.expect[FIT] != "none" else "a:spAutoFit", {})]
    return True


@check(
    "pptx.autofit",
    phrase("What happens to text that is too long"),
    "IU05",
    select=SHAPES,
    expect=(FIT,),
    mutation=spoils(_framed, _other_fit),
)
def autofit(deck: Presentation, request: Request) -> Outcome:
    """Whether text shrinks or its shape grows."""
    wanted = request.expect[FIT] or "none"
    return _of_shapes(deck, request, phrase("fitting"), FITTED, "fit", wanted)


def _other_columns(place: Place, request: Request) -> bool:
    return put(_frame(place), numCol="1" if request.expect[COLUMNS] != 1 else "3")


@check(
    "pptx.columns",
    phrase("Columns of text"),
    "IU05",
    select=SHAPES,
    expect=(COLUMNS,),
    mutation=spoils(_framed, _other_columns),
)
def columns(deck: Presentation, request: Request) -> Outcome:
    """In how many columns a shape's text runs."""
    wanted = request.expect[COLUMNS]
    return _of_shapes(deck, request, phrase("columns"), {}, "columns", wanted)


def _other_anchor(place: Place, request: Request) -> bool:
    return put(_frame(place), anchor="b" if request.expect[ANCHOR] != "bottom" else "t")


@check(
    "pptx.anchor",
    phrase("Where text stands in its shape"),
    "IU05",
    select=SHAPES,
    expect=(ANCHOR,),
    mutation=spoils(_framed, _other_anchor),
)
def anchor(deck: Presentation, request: Request) -> Outcome:
    """At the top, in the middle or at the bottom."""
    wanted = request.expect[ANCHOR] or "top"
    return _of_shapes(deck, request, phrase("place of the text"), ANCHORED, "anchor", wanted)


def ground_of(place: Place) -> tuple[str, ...]:
    """The colours behind a shape's text: its own fill, else what lies under it, else the slide; empty where that is a picture or cannot be told."""
    shape = place.shape
    if shape is None:
        return ()
    if shape.fill.kind not in ("", "none"):
        return shape.fill.colours
    for one in reversed(place.slide.shapes):
        if (
            one.order < shape.order
            and _covers(one, shape)
            and (one.kind == "picture" or one.fill.kind not in ("", "none"))
        ):
            return () if one.kind == "picture" else one.fill.colours
    ground = place.slide.background
    return ground.colours if ground.kind != "picture" else ()


def _covers(one: Shape, other: Shape) -> bool:
    if one.box is None or other.box is None or one.placeholder == "title":
        return False
    middle = (other.box.x + other.box.width / 2, other.box.y + other.box.height / 2)
    across = one.box.x <= middle[0] <= one.box.x + one.box.width
    return across and one.box.y <= middle[1] <= one.box.y + one.box.height
