"""What the model makes of parts that programs write: inheritance, alternatives, groups, colours, links, old and new comments."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from question_bank.practical.mutants import package_parts, with_parts
from question_bank.practical.slides.model import Presentation, Run, Shape
from question_bank.practical.slides.palette import contrast, near
from question_bank.practical.slides.presentation import open_model
from scripts.presentation_motion import Play, timing
from scripts.presentation_parts import placeholder
from scripts.presentations import Deck, Page, body, paragraph, relations, shape, title, write


def deck_of(*pages: Page, **more: object) -> Presentation:
    return open_model(write(Deck(pages, **more)))  # type: ignore[arg-type]


def edited(data: bytes, part: str, old: str, new: str) -> Presentation:
    text = package_parts(data)[part].decode()
    assert old in text
    return open_model(with_parts(data, {part: text.replace(old, new).encode()}))


def runs(one: Shape) -> list[Run]:
    return [run for held in one.bodies() for line in held.paragraphs for run in line.runs]


def of(deck: Presentation, kind: str, slide: int = 1) -> Shape:
    return next(one for one in deck.slides[slide - 1].shapes if one.placeholder == kind)


# --- how text looks ---------------------------------------------------------------------------------------------------


def test_what_a_run_says_is_stronger_than_its_paragraphs_level_and_that_than_the_master() -> None:
    lines = paragraph("Một", 0, run='sz="1100"') + paragraph("Hai") + paragraph("Ba", 1)
    held = placeholder(3, "Content", "", "", lines, 1).replace(
        "<a:lstStyle/>", '<a:lstStyle><a:lvl1pPr><a:defRPr sz="2200" i="1"/></a:lvl1pPr></a:lstStyle>'
    )
    sizes = [(run.look.size, run.look.italic) for run in runs(of(deck_of(Page("content", held)), "body"))]
    assert sizes == [(1100, True), (2200, True), (2400, False)]


def test_a_place_inherits_from_the_layout_by_its_number_and_from_the_master_by_its_sort() -> None:
    data = write(Deck([Page("content", title("Một") + body("Hai"))]))
    size = '<a:lstStyle><a:lvl1pPr><a:defRPr sz="5000" b="1"/></a:lvl1pPr></a:lstStyle>'
    deck = edited(
        data,
        "ppt/slideLayouts/slideLayout2.xml",
        '<p:ph idx="1"/></p:nvPr></p:nvSpPr><p:spPr></p:spPr><p:txBody><a:bodyPr/><a:lstStyle/>',
        f'<p:ph idx="1"/></p:nvPr></p:nvSpPr><p:spPr></p:spPr><p:txBody><a:bodyPr/>{size}',
    )
    look = runs(of(deck, "body"))[0].look
    assert (look.size, look.bold) == (5000, True)
    box = of(deck, "title").box
    assert box is not None
    assert (box.x, box.y) == (720_000, 288_000), "the place of the title stands on the master alone"


def test_a_text_box_takes_the_presentations_defaults_and_not_the_masters() -> None:
    deck = deck_of(Page("blank", shape(4, "Ô", (10, 10, 50, 20), "Chữ", boxed=True)), fonts=("Verdana", "Tahoma"))
    look = runs(deck.slides[0].shapes[0])[0].look
    assert (look.font, look.size, look.colour) == ("Tahoma", 1800, "000000")


def test_the_fonts_of_the_theme_come_by_their_names() -> None:
    deck = deck_of(Page("content", title("Một") + body("Hai")), fonts=("Verdana", "Tahoma"))
    assert runs(of(deck, "title"))[0].look.font == "Verdana"
    assert runs(of(deck, "body"))[0].look.font == "Tahoma"


@pytest.mark.parametrize(
    ("change", "colour"),
    [
        ("", "5B9BD5"), ('<a:lumMod val="75000"/>', "2E75B6"), ('<a:lumMod val="50000"/>', "1F4E79"), ('<a:lumMod val="40000"/><a:lumOff val="60000"/>', "BDD7EE"),
        ('<a:lumMod val="20000"/><a:lumOff val="80000"/>', "DEEBF7"), ('<a:shade val="0"/>', "000000"), ('<a:tint val="0"/>', "FFFFFF"), ("<a:inv/>", "A4642A"),
        ('<a:lumMod val="75%"/>', "2E75B6"),
    ],
)  # fmt: skip
def test_a_colour_of_the_theme_is_worked_out_as_programs_show_it(change: str, colour: str) -> None:
    """The darker and lighter kinds of the blue that Office 2013 to 2022 calls Accent 1, as its palette shows them."""
    text = paragraph("Màu", run=f'|<a:solidFill><a:schemeClr val="accent5">{change}</a:schemeClr></a:solidFill>')
    look = runs(deck_of(Page("blank", shape(4, "Ô", (10, 10, 50, 20), text))).slides[0].shapes[0])[0].look
    assert near(look.colour, colour), look.colour


def test_a_sheet_may_give_the_colours_other_names() -> None:
    data = write(Deck([Page("content", title("Một"))]))
    dark = '<p:clrMapOvr><a:overrideClrMapping bg1="dk1" tx1="lt1" bg2="dk2" tx2="lt2"/></p:clrMapOvr>'
    deck = edited(data, "ppt/slides/slide1.xml", "<p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr>", dark)
    assert runs(of(deck, "title"))[0].look.colour == "FFFFFF"


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("000000", "FFFFFF", 21.0), ("777777", "FFFFFF", 4.48), ("FF0000", "FFFFFF", 4.0), ("0000FF", "FFFFFF", 8.59)],
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.005)


# --- what stands where ------------------------------------------------------------------------------------------------


def test_of_alternatives_one_counts() -> None:
    twice = f'<mc:AlternateContent><mc:Choice Requires="p14">{shape(4, "Mới", (0, 0, 9, 9), "Mới")}</mc:Choice><mc:Fallback>{shape(4, "Cũ", (0, 0, 9, 9), "Cũ")}</mc:Fallback></mc:AlternateContent>'
    empty = f'<mc:AlternateContent><mc:Choice Requires="x"/><mc:Fallback>{shape(5, "Thay", (0, 0, 9, 9), "Thay")}</mc:Fallback></mc:AlternateContent>'
    assert [one.name for one in deck_of(Page("blank", twice + empty)).slides[0].shapes] == ["Mới", "Thay"]


def test_groups_inside_groups_are_worked_into_the_slide() -> None:
    def group(number: int, inner: str, outer: tuple[int, int, int, int], inside: tuple[int, int, int, int]) -> str:
        at = f'<a:off x="{outer[0]}" y="{outer[1]}"/><a:ext cx="{outer[2]}" cy="{outer[3]}"/><a:chOff x="{inside[0]}" y="{inside[1]}"/><a:chExt cx="{inside[2]}" cy="{inside[3]}"/>'
        return f'<p:grpSp><p:nvGrpSpPr><p:cNvPr id="{number}" name="Nhóm {number}"/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm>{at}</a:xfrm></p:grpSpPr>{inner}</p:grpSp>'

    nested = group(
        8,
        group(9, shape(4, "Ô", (10, 10, 10, 10)), (360_000, 360_000, 720_000, 720_000), (0, 0, 720_000, 720_000)),
        (0, 0, 2_880_000, 1_440_000),
        (0, 0, 1_440_000, 1_440_000),
    )
    one = deck_of(Page("blank", nested)).slides[0].shapes[0]
    assert one.box is not None
    assert (one.box.x, one.box.y, one.box.width, one.box.height) == (1_440_000, 720_000, 720_000, 360_000)
    assert one.groups == ("8", "9")


def test_a_slide_without_a_place_for_its_title_is_known_by_its_uppermost_words() -> None:
    page = Page("blank", shape(4, "Dưới", (10, 90, 50, 20), "Nội dung") + shape(5, "Trên", (10, 5, 50, 20), "Kết quả"))
    slide = deck_of(page).slides[0]
    assert (slide.title, slide.heading) == ("", "Kết quả")


# --- show, links, remarks ---------------------------------------------------------------------------------------------


def test_an_empty_transition_is_none_and_a_newer_one_is_read_from_its_alternative() -> None:
    newer = '<mc:AlternateContent><mc:Choice Requires="p14"><p:transition spd="slow" p14:dur="2000"><p14:vortex dir="r"/></p:transition></mc:Choice><mc:Fallback><p:transition spd="slow"><p:fade/></p:transition></mc:Fallback></mc:AlternateContent>'
    deck = deck_of(
        Page("blank", transition="<p:transition/>"),
        Page("blank", transition=newer),
        Page("blank", transition='<p:transition advTm="3000"/>'),
    )
    first, second, third = (one.transition for one in deck.slides)
    assert first is None
    assert second is not None
    assert (second.kind, second.duration_ms) == ("vortex", 2000)
    assert third is not None
    assert (third.kind, third.after_ms) == ("", 3000)


def test_animations_come_in_their_order_with_what_starts_them() -> None:
    plays = [Play(3, duration=750), Play(4, "exit", 2, "with", delay=250), Play(5, "emphasis", 8, "after", 1000)]
    effects = deck_of(Page("blank", timing=timing(plays))).slides[0].effects
    assert [(one.shape, one.family, one.trigger, one.duration_ms, one.delay_ms) for one in effects] == [
        ("3", "entrance", "click", 750, 0), ("4", "exit", "with", 500, 250), ("5", "emphasis", "after", 1000, 0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("action", "relation", "found"),
    [
        ("ppaction://hlinksldjump", "rId7", ("slide", 2)), ("ppaction://hlinkshowjump?jump=nextslide", "", ("jump", 0)),
        ("ppaction://customshow?id=3", "", ("show", 0)), ("", "rId8", ("url", 0)), ("", "rId9", ("slide", 2)), ("", "rId404", ("other", 0)),
    ],
)  # fmt: skip
def test_what_a_click_does(action: str, relation: str, found: tuple[str, int]) -> None:
    click = f'<a:hlinkClick r:id="{relation}" action="{action}"/>'
    links = [
        ("rId7", "slide", "slide2.xml"),
        ("rId8", "hyperlink", "https://example.vn"),
        ("rId9", "hyperlink", "#Slide 2"),
    ]
    deck = deck_of(Page("blank", shape(4, "Nút", (0, 0, 9, 9), "Nút", click=click), relations=links), Page("blank"))
    done = deck.slides[0].shapes[0].click
    assert done is not None
    assert (done.kind, done.slide) == found


def test_comments_of_the_newer_kind_are_read_too() -> None:
    name = 'xmlns:p188="http://schemas.microsoft.com/office/powerpoint/2018/8/main" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    kind = "http://schemas.microsoft.com/office/2018/10/relationships"
    data = write(Deck([Page("blank", relations=[("rId9", f"{kind}/comments", "../comments/modern1.xml")])]))
    main = package_parts(data)["ppt/_rels/presentation.xml.rels"].decode()
    author = relations([("rId99", f"{kind}/authors", "authors.xml")])
    row = author[author.index("<Relationship ") : author.index("</Relationships>")]
    deck = open_model(with_parts(data, {
        "ppt/comments/modern1.xml": f'<p188:cmLst {name}><p188:cm authorId="A1"><p188:txBody><a:p><a:r><a:t>Xem lại</a:t></a:r></a:p></p188:txBody></p188:cm></p188:cmLst>'.encode(),
        "ppt/authors.xml": f'<p188:authorLst {name}><p188:author id="A1" name="Người duyệt"/></p188:authorLst>'.encode(),
        "ppt/_rels/presentation.xml.rels": main.replace("</Relationships>", f"{row}</Relationships>").encode(),
    }))  # fmt: skip
    assert [(one.author, one.text) for one in deck.slides[0].comments] == [("Người duyệt", "Xem lại")]


def test_the_strict_form_of_the_format_is_read_like_the_usual_one() -> None:
    data = write(Deck([Page("content", title("Một") + body("Hai"))]))
    changes: dict[str, bytes | None] = {}
    for name, part in package_parts(data).items():
        if name.endswith(".xml") and name.startswith("ppt/"):
            text = part.replace(
                b"http://schemas.openxmlformats.org/presentationml/2006/main",
                b"http://purl.oclc.org/ooxml/presentationml/main",
            )
            changes[name] = text.replace(
                b"http://schemas.openxmlformats.org/drawingml/2006/main", b"http://purl.oclc.org/ooxml/drawingml/main"
            )
    deck = open_model(with_parts(data, changes))
    assert (deck.slides[0].title, runs(of(deck, "body"))[0].look.size) == ("Một", 2800)


# --- what is selected -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def three() -> Presentation:
    pages = [
        Page("content", title(said) + body(line))
        for said, line in (("Hoà giải", "Một"), ("Thủ tục", "Hai"), ("Kết quả", "Ba"))
    ]
    return deck_of(*pages[:2], Page("blank"), pages[2])


@pytest.mark.parametrize(
    ("select", "words"),
    [
        ("title: hòa giải", "Một"), ('title: "Ho\u0061\u0300 giải"', "Một"), ("title_contains: THỦ", "Hai"), ('title_regex: "^kết"', "Ba"), ("number: 2", "Hai"),
        ("nth: 3", "Ba"), ("slides: first", "Một"), ("slides: last", "Ba"), ("slides: but_first", "Ba"), ("slides: any", "Hai"),
    ],
)  # fmt: skip
def test_slides_are_found_by_what_they_say(
    three: Presentation, right: Callable[..., bool], select: str, words: str
) -> None:
    assert right(three, "pptx.text", select, f"texts: [{words}]")


def test_where_one_is_enough_one_is_and_otherwise_none_may_be_wrong(
    three: Presentation, right: Callable[..., bool]
) -> None:
    assert right(three, "pptx.title", "slides: any", "text: Thủ tục")
    assert not right(three, "pptx.title", "slides: all", "text: Thủ tục")
    assert not right(three, "pptx.title", "slides: any", "text: Phụ lục")


def test_no_such_place_on_a_slide_is_taken_from_other_words(right: Callable[..., bool]) -> None:
    """Programs lose the place of contents: its words then stand in a plain shape."""
    deck = deck_of(Page("only", title("Một") + shape(4, "Ô", (20, 60, 200, 50), paragraph("Chữ", run='sz="3000"'))))
    assert right(deck, "pptx.size", "placeholder: body", "size_pt: 30")


# --- what cannot be known ---------------------------------------------------------------------------------------------


def test_words_on_a_picture_are_told_and_not_held_against_anybody(right: Callable[..., bool]) -> None:
    lines = '<p:bg><p:bgPr><a:blipFill><a:blip r:embed="rId404"/></a:blipFill></p:bgPr></p:bg>'
    white = paragraph("Chữ", run='|<a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill>')
    page = Page("blank", shape(4, "Ô", (20, 60, 200, 50), white, boxed=True), background=lines)
    assert right(deck_of(page), "pptx.contrast")
    assert not right(deck_of(Page("blank", page.shapes)), "pptx.contrast")


@pytest.mark.parametrize(
    ("size", "frame", "fits"), [(1800, "", True), (6000, "", False), (6000, "resize", True), (6000, "shrunk", True)]
)
def test_whether_text_fits_is_estimated_with_what_the_program_has_shrunk(
    right: Callable[..., bool], size: int, frame: str, fits: bool
) -> None:
    text = paragraph("Bố trí thêm máy tính cho người dân tại Bộ phận Một cửa của xã", run=f'sz="{size}"')
    marks = {"": "", "resize": "<a:spAutoFit/>", "shrunk": '<a:normAutofit fontScale="25000" lnSpcReduction="20000"/>'}
    one = shape(4, "Ô", (20, 20, 150, 40), text, boxed=True).replace(
        "<a:bodyPr />", f"<a:bodyPr>{marks[frame]}</a:bodyPr>"
    )
    assert marks[frame] in one
    assert right(deck_of(Page("blank", one)), "pptx.fits") == fits


def test_a_size_that_was_chosen_and_the_one_that_is_shown_are_both_right(right: Callable[..., bool]) -> None:
    one = shape(4, "Ô", (20, 20, 150, 40), paragraph("Chữ", run='sz="2800"')).replace(
        "<a:bodyPr />", '<a:bodyPr><a:normAutofit fontScale="90000"/></a:bodyPr>'
    )
    deck = deck_of(Page("blank", one))
    assert right(deck, "pptx.size", "", "size_pt: 28")
    assert right(deck, "pptx.size", "", "size_pt: 25")
    assert not right(deck, "pptx.size", "", "size_pt: 20")


def test_most_characters_decide_how_a_paragraph_looks(right: Callable[..., bool]) -> None:
    mixed = (
        '<a:p><a:r><a:rPr b="1"/><a:t>Phần lớn chữ của đoạn</a:t></a:r><a:r><a:rPr b="0"/><a:t> này</a:t></a:r></a:p>'
    )
    deck = deck_of(Page("blank", shape(4, "Ô", (20, 20, 150, 40), mixed)))
    assert right(deck, "pptx.emphasis", "", "bold: true")
    assert not right(deck, "pptx.emphasis", "", "bold: false")
