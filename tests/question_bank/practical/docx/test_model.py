"""The model of a .docx file: effective formats, places, fields, what is shown and what is not."""

from __future__ import annotations

from fractions import Fraction

from question_bank.practical.word.content import At
from question_bank.practical.word.document import WordFile, open_model
from question_bank.practical.word.looks import RunLook
from question_bank.practical.word.paragraphs import Paragraph
from question_bank.practical.word.places import Part
from question_bank.wording import render
from tests.question_bank.practical.docx.word_builder import (
    PAGE,
    STYLES,
    cell,
    docx,
    drawing,
    field,
    listed,
    para,
    para_of,
    row,
    run,
    shape,
    table,
)

THEME = (
    '<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:themeElements>'
    '<a:clrScheme><a:accent1><a:srgbClr val="4472C4"/></a:accent1></a:clrScheme>'
    '<a:fontScheme><a:majorFont><a:latin typeface="Cambria"/></a:majorFont><a:minorFont><a:latin typeface="Calibri"/></a:minorFont></a:fontScheme>'
    "</a:themeElements></a:theme>"
)


def only(data: bytes) -> Paragraph:
    """The one paragraph of a file."""
    (found,) = open_model(data).paragraphs
    return found


def look(data: bytes) -> RunLook:
    """What the one paragraph of a file looks like."""
    (piece,) = only(data).pieces
    return piece.look


def styled(*styles: str) -> str:
    """The usual styles and these."""
    return STYLES + "".join(styles)


def style(
    name: str, run_properties: str = "", properties: str = "", *, kind: str = "paragraph", based_on: str = "Normal"
) -> str:
    return (
        f'<w:style w:type="{kind}" w:styleId="{name}"><w:name w:val="{name}"/><w:basedOn w:val="{based_on}"/>'
        f"<w:pPr>{properties}</w:pPr><w:rPr>{run_properties}</w:rPr></w:style>"
    )


# --- what a run looks like ---


def test_what_the_run_does_not_say_its_styles_and_the_defaults_do() -> None:
    styles = styled(
        style("A", '<w:color w:val="FF0000"/><w:i/>'), style("B", '<w:color w:val="00FF00"/>', based_on="A")
    )
    found = look(docx(para("x", "", "<w:b/>", "B"), styles=styles))
    assert (found.font, found.size_pt, found.bold, found.italic, found.colour) == (
        "Times New Roman",
        13,
        True,
        True,
        "00FF00",
    )


def test_a_switch_of_two_styles_turns_itself_off_again_but_the_run_has_the_last_word() -> None:
    styles = styled(style("P", "<w:b/>"), style("C", "<w:b/>", kind="character", based_on=""))
    assert not look(docx(para("x", "", '<w:rStyle w:val="C"/>', "P"), styles=styles)).bold
    assert look(docx(para("x", "", '<w:rStyle w:val="C"/>'), styles=styles)).bold
    assert look(docx(para("x", "", '<w:rStyle w:val="C"/><w:b/>', "P"), styles=styles)).bold
    assert not look(docx(para("x", "", '<w:b w:val="false"/>', "P"), styles=styles)).bold


def test_each_of_the_fonts_of_a_run_is_inherited_alone() -> None:
    styles = styled(style("A", '<w:rFonts w:ascii="Arial" w:hAnsi="Arial"/>'))
    found = look(docx(para("x", "", '<w:rFonts w:hAnsi="Georgia" w:hint="eastAsia"/>', "A"), styles=styles))
    assert (found.font, found.far_font) == ("Arial", "Georgia")


def test_vietnamese_letters_are_judged_by_the_font_they_have() -> None:
    half = '<w:rFonts w:ascii="Arial" w:hAnsi="Times New Roman"/>'
    assert only(docx(para("abc ệ", "", half))).font == "Arial"
    assert only(docx(para("a ệậữ", "", half))).font == "Times New Roman"


def test_fonts_and_colours_of_the_theme_are_named() -> None:
    styles = '<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:asciiTheme="minorHAnsi" w:hAnsiTheme="minorHAnsi"/></w:rPr></w:rPrDefault></w:docDefaults>'
    data = docx(para("x", "", '<w:color w:themeColor="accent1"/>'), styles=styles, theme=THEME)
    assert (look(data).font, look(data).colour) == ("Calibri", "4472C4")
    direct = docx(para("x", "", '<w:rFonts w:ascii="Arial" w:hAnsi="Arial"/>'), styles=styles, theme=THEME)
    assert look(direct).font == "Arial"


def test_a_style_that_is_based_on_itself_ends() -> None:
    styles = styled(style("A", "<w:b/>", based_on="B"), style("B", "<w:i/>", based_on="A"))
    found = look(docx(para("x", "", "", "A"), styles=styles))
    assert found.bold
    assert found.italic


def test_a_table_s_style_speaks_before_that_of_the_paragraph() -> None:
    head = (
        '<w:style w:type="table" w:styleId="T"><w:name w:val="T"/><w:pPr><w:spacing w:after="0"/></w:pPr>'
        '<w:tblStylePr w:type="firstRow"><w:rPr><w:b/></w:rPr><w:tcPr><w:shd w:val="clear" w:fill="FFFF00"/></w:tcPr></w:tblStylePr></w:style>'
    )
    styles = (
        STYLES.replace("<w:pPrDefault/>", '<w:pPrDefault><w:pPr><w:spacing w:after="160"/></w:pPr></w:pPrDefault>')
        + head
    )
    look_of = '<w:tblStyle w:val="T"/><w:tblLook w:firstRow="1" w:noHBand="1" w:noVBand="1"/>'
    file = open_model(docx(para("x") + table(row("a", "b"), row("c", "d"), properties=look_of), styles=styles))
    outside, first, _, third, *_ = file.paragraphs
    assert (outside.format.after, first.format.after) == (160, 0)
    assert [one.prevailing(lambda look: look.bold) for one in (first, third)] == [True, False]
    assert [one.shade for one in file.tables[0].cells] == ["FFFF00", "FFFF00", "", ""]


# --- what a paragraph looks like ---


def test_a_list_indents_unless_the_paragraph_says_otherwise() -> None:
    assert (only(docx(listed("x", 1))).format.left, only(docx(listed("x", 1))).format.first) == (720, -360)
    own = para("x", '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr><w:ind w:left="0" w:firstLine="284"/>')
    assert (only(docx(own)).format.left, only(docx(own)).format.first) == (0, 284)


def test_a_list_of_a_style_gives_way_to_the_style_s_own_indent_and_can_be_left() -> None:
    numbered = '<w:numPr><w:numId w:val="1"/></w:numPr>'
    styles = styled(style("L", "", numbered), style("M", "", numbered + '<w:ind w:left="100" w:hanging="50"/>'))
    file = open_model(
        docx(
            para("a", "", "", "L")
            + para("b", "", "", "M")
            + para("c", '<w:numPr><w:numId w:val="0"/></w:numPr>', "", "L"),
            styles=styles,
        )
    )
    assert [(one.format.left, one.format.first) for one in file.paragraphs] == [(720, -360), (100, -50), (0, 0)]
    assert [one.label.text.strip() if one.label else "" for one in file.paragraphs] == ["1.", "2.", ""]


def test_tab_stops_come_together_and_can_be_cleared() -> None:
    styles = styled(
        style("T", "", '<w:tabs><w:tab w:val="left" w:pos="100"/><w:tab w:val="center" w:pos="200"/></w:tabs>')
    )
    own = '<w:tabs><w:tab w:val="clear" w:pos="100"/><w:tab w:val="right" w:leader="dot" w:pos="300"/></w:tabs>'
    stops = only(docx(para("x", own, "", "T"), styles=styles)).format.tabs
    assert [(one.position, one.align, one.leader) for one in stops] == [(200, "center", "none"), (300, "right", "dot")]


def test_lengths_may_have_units_and_the_names_of_either_edition() -> None:
    form = only(docx(para("x", '<w:ind w:start="1cm" w:end="20mm" w:firstLine="0.5in"/><w:jc w:val="end"/>'))).format
    assert (form.left, form.right, form.first, form.align) == (567, 1134, 720, "right")


def test_a_heading_is_one_by_its_level_whatever_its_style_is_called() -> None:
    styles = styled(style("Muc", "", '<w:outlineLvl w:val="2"/>'))
    assert only(docx(para("x", "", "", "Muc"), styles=styles)).outline == 3
    assert only(docx(para("x", '<w:outlineLvl w:val="9"/>', "", "Muc"), styles=styles)).outline == 0


# --- which texts there are ---


def every_place() -> WordFile:
    box = drawing(shape("rect", text="hộp"), anchored=True)
    note = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    return open_model(
        docx(
            para("đầu") + para_of(run("neo") + box + note) + table(row("ô một", cell(table(row("lồng"), columns=1)))) + para("cuối"),
            section=f'<w:headerReference w:type="first" r:id="header1"/><w:footerReference w:type="default" r:id="footer1"/>{PAGE}<w:titlePg/>',
            header1=para("trên"), footer1=para("dưới"),
            footnotes=f'<w:footnote w:type="separator" w:id="0">{para("---")}</w:footnote><w:footnote w:id="2">{para("ghi chú")}</w:footnote>',
        )
    )  # fmt: skip


def test_all_texts_are_one_sequence_with_their_places() -> None:
    places = [(one.text, render(one.where)) for one in every_place().paragraphs if not one.empty]
    assert places == [
        ("đầu", "paragraph 1"), ("neo", "paragraph 2"), ("hộp", "text box"), ("ô một", "table 1, row 1, cell 1"),
        ("lồng", "table 2, row 1, cell 1"), ("cuối", "paragraph 8"), ("trên", "header of the first page, section 1"),
        ("dưới", "footer, section 1"), ("ghi chú", "footnote"),
    ]  # fmt: skip


def test_a_section_shows_the_headers_of_the_one_before_where_it_has_none() -> None:
    first = f'<w:sectPr><w:headerReference w:type="default" r:id="header1"/>{PAGE}</w:sectPr>'
    file = open_model(docx(para_of(run("một"), first) + para("hai"), header1=para("trên")))
    shown = [file.margin(section, "header", "first") for section in file.sections]
    assert [file.words_of(one.paragraphs) if one else "" for one in shown] == ["trên", "trên"]
    assert [one.place.section for one in file.body] == [1, 2]


def test_what_two_readers_are_written_for_is_read_once() -> None:
    line = shape("line")
    twice = (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline>{line}</wp:inline></w:drawing></mc:Choice>'
        '<mc:Fallback><w:pict><v:line from="0,0" to="100pt,0"/></w:pict></mc:Fallback></mc:AlternateContent></w:r>'
    )
    assert [one.kind for one in open_model(docx(para_of(twice))).drawings] == ["line"]


def test_tracked_changes_are_read_as_accepted() -> None:
    changed = (
        run("Sở ") + f'<w:ins w:author="Lan">{run("Nội vụ")}</w:ins>'
        '<w:del w:author="Lan"><w:r><w:delText>Tài chính</w:delText></w:r></w:del>'
    )
    file = open_model(docx(para_of(changed)))
    assert file.paragraphs[0].text == "Sở Nội vụ"
    assert [(one.kind, one.text, one.author) for one in file.changes] == [
        ("insert", "Nội vụ", "Lan"),
        ("delete", "Tài chính", "Lan"),
    ]


def test_a_paragraph_whose_end_was_deleted_goes_on_in_the_next() -> None:
    gone = '<w:p><w:pPr><w:rPr><w:del w:author="Lan"/></w:rPr></w:pPr>' + run("Ủy ban ") + "</w:p>"
    assert [one.text for one in open_model(docx(gone + para("nhân dân"))).paragraphs] == ["Ủy ban nhân dân"]
    assert [one.text for one in open_model(docx(para("một") + gone)).paragraphs] == ["một", "Ủy ban "]


def test_hidden_text_and_instructions_of_fields_are_not_shown() -> None:
    styles = styled('<w:style w:type="character" w:styleId="H"><w:name w:val="H"/><w:rPr><w:vanish/></w:rPr></w:style>')
    content = run("một ") + run("ẩn", "<w:vanish/>") + run("ẩn", '<w:rStyle w:val="H"/>') + field("DATE", "hai")
    assert only(docx(para_of(content), styles=styles)).text == "một hai"


def test_fields_stand_in_each_other_and_over_several_paragraphs() -> None:
    begin, shows, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))
    code = '<w:r><w:instrText xml:space="preserve">{}</w:instrText></w:r>'
    outer = begin + code.format("IF ") + field("PAGE", "1") + code.format(' = 1 "a" "b" ') + shows + run("một")
    file = open_model(docx(para_of(outer) + para_of(run("hai") + end)))
    assert [(one.name, one.depth) for one in file.fields] == [("PAGE", 1), ("IF", 0)]
    assert file.text_of(file.fields[1].range) == "một\nhai"
    assert [one.text for one in file.paragraphs] == ["một", "hai"]


def test_a_table_is_a_grid_whatever_is_merged() -> None:
    across, down, goes_on = '<w:gridSpan w:val="2"/>', '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    rows = (row(cell("a", across), "b"), row(cell("c", down), "d", "e"), row(cell("", goes_on), "f", "g"))
    (found,) = open_model(docx(table(*rows, columns=3))).tables
    assert found.columns == 3
    assert [(one.row, one.column, one.rows, one.columns) for one in found.cells] == [
        (1, 1, 1, 2), (1, 3, 1, 1), (2, 1, 2, 1), (2, 2, 1, 1), (2, 3, 1, 1), (3, 2, 1, 1), (3, 3, 1, 1),
    ]  # fmt: skip
    below = found.cell(3, 1)
    assert below is not None
    assert (below.row, below.rows) == (2, 2)


def test_the_first_page_ends_at_the_first_break() -> None:
    page = '<w:r><w:br w:type="page"/></w:r>'
    for body, first in (
        (para("a") + para("b"), 2),
        (para("a") + para_of(page) + para("b"), 1),
        (para("a") + para("b", "<w:pageBreakBefore/>"), 1),
        (para_of(run("a"), f"<w:sectPr>{PAGE}</w:sectPr>") + para("b"), 1),
        (para("a") + para_of("<w:r><w:lastRenderedPageBreak/></w:r>" + run("b")), 1),
    ):
        file = open_model(docx(body))
        assert [one.text for one in file.body if one.number < file.first_page_end and not one.empty] == ["a", "b"][
            :first
        ]


def test_places_in_the_text_lead_back_to_what_was_typed() -> None:
    typed = "Vì  hoà bi\u0300nh…"
    (found,) = only(docx(para(typed))).canonical().find("hòa bình")
    assert typed[slice(*found)] == "hoà bi\u0300nh"


def test_a_mixed_paragraph_is_what_most_of_its_letters_are() -> None:
    mixed = para_of(run("Độc lập ", "<w:b/>") + run("          ", "<w:i/>") + run("nhé"))
    assert only(docx(mixed)).prevailing(lambda look: (look.bold, look.italic)) == (True, False)


def test_sections_say_what_their_pages_are() -> None:
    (section,) = open_model(docx(para("x"))).sections
    assert (section.width, section.height, section.landscape, section.left) == (11906, 16838, False, 1701)
    assert Fraction(section.columns) == 1
    assert section.number == 1


def test_a_file_knows_where_its_bookmarks_and_links_are() -> None:
    marked = '<w:bookmarkStart w:id="1" w:name="Moc"/>' + run("một hai") + '<w:bookmarkEnd w:id="1"/>'
    linked = f'<w:hyperlink w:anchor="moc">{run("về")}</w:hyperlink>' + field('HYPERLINK "http://a.vn/"', "cổng")
    file = open_model(docx(para_of(marked) + para_of(linked)))
    found = file.bookmark("moc")
    assert found is not None
    assert (file.text_of(found.range), found.range.start) == ("một hai", At(1, 0))
    assert [(one.address, one.anchor, file.text_of(one.range)) for one in file.links] == [
        ("", "moc", "về"),
        ("http://a.vn/", "", "cổng"),
    ]
    assert all(one.place.part is Part.BODY for one in file.paragraphs)
