"""The same component made in different ways, and components that only some documents have."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import pytest

from question_bank.practical.findings import Finding
from question_bank.practical.mutants import package_parts, with_parts
from question_bank.wording import render
from scripts.administrative_parts import Page, Set, Type, columns, document, line, old_line, paragraph

Lost = Callable[..., set[str]]
Judged = Callable[..., dict[str, Finding]]

MIDDLE, BOLD, TEXT = Set("center"), Type(14, bold=True), Set("justify", 12.7, 6, lines=1.2)
TITLE = paragraph("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", Type(12, bold=True), MIDDLE)
HEAD = ("national-title", "motto", "motto-line", "agency", "agency-line", "header-columns", "number", "place-date")


def motto(extra: str = "", set_: Set = MIDDLE) -> str:
    return paragraph("Độc lập - Tự do - Hạnh phúc", Type(13, bold=True), set_, extra)


def agency(extra: str = "", set_: Set = MIDDLE) -> str:
    return paragraph("SỞ NỘI VỤ", Type(13, bold=True), set_, extra)


def numbers() -> list[str]:
    day = "Huế, ngày 15 tháng 01 năm 2027"
    return [paragraph("Số: 08/KH-SNV", Type(13), MIDDLE), paragraph(day, Type(14, italic=True), MIDDLE)]


def made(*blocks: str, page: Page | None = None) -> bytes:
    return document(blocks, page or Page(), Type(14))


def head(left: str, right: str) -> bytes:
    return made(columns([[left, TITLE + right], numbers()], (64, 96)), paragraph("KẾ HOẠCH", BOLD, MIDDLE))


def ruled(table: str, cell: int) -> str:
    """The table with a line under one cell of its first row."""
    places = [one.end() for one in re.finditer(r"<w:tcPr><w:tcW [^>]*/>", table)]
    border = '<w:tcBorders><w:bottom w:val="single" w:sz="6" w:space="0" w:color="auto"/></w:tcBorders>'
    return table[: places[cell]] + border + table[places[cell] :]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (agency(line(1, 12)), motto(line(2, 57))),
        (agency(old_line(1, 12)), motto(old_line(2, 57))),
        (agency(set_=Set("center", border=True)), motto(set_=Set("center", border=True))),
        (agency() + paragraph("", Type(4), MIDDLE, line(1, 12)), motto() + paragraph("", Type(4), MIDDLE, line(2, 57))),
        (agency() + paragraph("", Type(4), Set("center", border=True)), motto() + paragraph("", Type(4), Set("center", border=True))),
    ],
    ids=["DrawingML", "VML", "borders of the paragraphs", "drawn in an empty paragraph", "borders of an empty paragraph"],
)  # fmt: skip
def test_a_line_may_be_drawn_in_any_way(left: str, right: str, lost: Lost) -> None:
    assert lost(head(left, right), "ke-hoach", HEAD) == set()


def test_a_line_may_hang_on_the_paragraph_above_or_below(lost: Lost) -> None:
    left = paragraph("ỦY BAN NHÂN DÂN TỈNH HUẾ", Type(12), MIDDLE, line(1, 12, 10)) + agency()
    day = paragraph("Huế, ngày 15 tháng 01 năm 2027", Type(14, italic=True), MIDDLE, line(2, 57, -1))
    table = columns([[left, TITLE + motto()], [numbers()[0], day]], (64, 96))
    assert lost(made(table, paragraph("KẾ HOẠCH", BOLD, MIDDLE)), "ke-hoach", HEAD) == set()


def test_a_line_may_be_the_border_of_a_cell(lost: Lost) -> None:
    table = columns([[agency(), TITLE + motto()], numbers()], (64, 96))
    end = paragraph("KẾ HOẠCH", BOLD, MIDDLE)
    assert lost(made(ruled(ruled(table, 0), 1), end), "ke-hoach", HEAD) == set()
    assert lost(made(ruled(table, 1), end), "ke-hoach", HEAD) == {"agency-line"}


def test_typed_signs_and_underlining_are_no_line(lost: Lost, judged: Judged) -> None:
    dashes = paragraph("-----------", Type(13), MIDDLE)
    data = head(agency() + dashes, motto() + dashes)
    assert lost(data, "ke-hoach", HEAD) == {"motto-line", "agency-line"}
    assert "typed signs" in render(judged(data, "ke-hoach", HEAD)["motto-line"].found)


def test_head_and_end_may_be_set_with_tabs(lost: Lost) -> None:
    tabs = Set(tabs=(("center", 30), ("center", 112)))
    bold, plain = Type(13, bold=True), Type(13)
    blocks = [
        paragraph("\tSỞ NỘI VỤ\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold, tabs),
        paragraph("\t\tĐộc lập - Tự do - Hạnh phúc", bold, tabs),
        paragraph("\tSố: 08/KH-SNV", plain, tabs),
        paragraph("KẾ HOẠCH", BOLD, MIDDLE),
        paragraph("Tập huấn kỹ năng số", BOLD, MIDDLE),
        paragraph("Sở Nội vụ tổ chức tập huấn kỹ năng số cho công chức.", Type(14), TEXT),
        paragraph("Nơi nhận:", Type(12, bold=True, italic=True)),
        paragraph("- Như trên;", Type(11)),
        paragraph("- Lưu: VT, VP.", Type(11)),
        paragraph("\t\tGIÁM ĐỐC", BOLD, tabs),
        paragraph("\t\tNguyễn Văn A", BOLD, tabs),
    ]
    wanted = ("national-title", "motto", "agency", "number", "header-columns", "signer-title", "signer-name", "file-copy", "body")  # fmt: skip
    assert lost(made(*blocks), "ke-hoach", wanted) == set()


def test_a_head_in_one_column_is_told(judged: Judged) -> None:
    blocks = [agency(), TITLE, motto(), *numbers(), paragraph("KẾ HOẠCH", BOLD, MIDDLE)]
    found = judged(made(*blocks), "ke-hoach", HEAD)
    assert render(found["header-columns"].found) == "one below the other"
    assert "over the whole width" in render(found["motto"].found)


def test_names_may_stand_on_lines_of_one_paragraph(lost: Lost) -> None:
    left = paragraph("ỦY BAN NHÂN DÂN TỈNH HUẾ", Type(12), MIDDLE) + agency(line(1, 12))
    right = paragraph("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc", Type(13, bold=True), MIDDLE, line(2, 57))  # fmt: skip
    data = made(columns([[left, right], numbers()], (64, 96)), paragraph("KẾ HOẠCH", BOLD, MIDDLE))
    assert lost(data, "ke-hoach", (*HEAD, "parent-agency")) == set()


def decision(articles: Sequence[str], *, annex: Sequence[str] = ()) -> bytes:
    left = paragraph("ỦY BAN NHÂN DÂN TỈNH HUẾ", Type(12), MIDDLE) + agency(line(1, 12))
    day = paragraph("Huế, ngày 09 tháng 10 năm 2026", Type(13, italic=True), MIDDLE)
    rows = [[left, TITLE + motto(line(2, 57))], [paragraph("Số: 120/QĐ-SNV", Type(13), MIDDLE), day]]
    grounds = ("Căn cứ Nghị định số 30/2020/NĐ-CP;", "Theo đề nghị của Chánh Văn phòng Sở.")
    end = columns(
        [[
            paragraph("Nơi nhận:", Type(12, bold=True, italic=True)) + paragraph("- Như Điều 3;", Type(11)) + paragraph("- Lưu: VT, VP.", Type(11)),
            paragraph("KT. GIÁM ĐỐC", BOLD, MIDDLE) + paragraph("PHÓ GIÁM ĐỐC", BOLD, MIDDLE) + paragraph("Nguyễn Văn A", BOLD, MIDDLE),
        ]], (80, 80),
    )  # fmt: skip
    return made(
        columns(rows, (64, 96)), paragraph("QUYẾT ĐỊNH", BOLD, MIDDLE),
        paragraph("Về việc thành lập Tổ giúp việc", BOLD, MIDDLE, line(3, 28)), paragraph("GIÁM ĐỐC SỞ NỘI VỤ", BOLD, MIDDLE),
        *(paragraph(one, Type(14, italic=True), TEXT) for one in grounds), paragraph("QUYẾT ĐỊNH:", BOLD, MIDDLE),
        *(paragraph(one, Type(14, bold=one.startswith("Điều")), TEXT) for one in articles), end, *annex,
    )  # fmt: skip


ARTICLES = ("Điều 1. Thành lập Tổ giúp việc", "Tổ giúp việc có năm người.", "Điều 2. Nhiệm vụ", "Điều 3. Hiệu lực")


def test_a_decision_is_right_with_its_articles_and_grounds(lost: Lost, judged: Judged) -> None:
    assert lost(decision(ARTICLES), "quyet-dinh") == set()
    assert judged(decision(ARTICLES), "quyet-dinh")["articles"].right


def test_articles_follow_each_other(lost: Lost) -> None:
    assert lost(decision((*ARTICLES[:2], "Điều 4. Nhiệm vụ")), "quyet-dinh") == {"articles"}


def test_an_annex_is_judged_where_there_is_one_and_missed_where_it_is_asked_for(lost: Lost, judged: Judged) -> None:
    annex = [
        paragraph("Phụ lục", Type(14, bold=True), Set("center", page=True)), paragraph("DANH SÁCH TỔ GIÚP VIỆC", BOLD, MIDDLE),
        paragraph("(Kèm theo Quyết định số 120/QĐ-SNV ngày 09 tháng 10 năm 2026 của Sở Nội vụ)", Type(14, italic=True), MIDDLE),
        paragraph("Danh sách gồm năm người.", Type(14), TEXT),
    ]  # fmt: skip
    assert lost(decision(ARTICLES, annex=annex), "quyet-dinh") == set()
    assert {"annex", "annex-title", "annex-note"} < set(judged(decision(ARTICLES, annex=annex), "quyet-dinh"))
    wrong = [annex[0].replace("Phụ lục", "PHỤ LỤC 1"), *annex[1:]]
    assert lost(decision(ARTICLES, annex=wrong), "quyet-dinh") == {"annex"}
    assert lost(decision(ARTICLES), "quyet-dinh", ("annex", "articles")) == {"annex"}


def test_a_mark_of_urgency_is_found_in_the_head(lost: Lost, judged: Judged) -> None:
    left = agency(line(1, 12)) + paragraph("HOẢ TỐC", Type(13, bold=True), MIDDLE)
    data = head(left, motto(line(2, 57)))
    assert judged(data, "ke-hoach", ("urgency", "agency"))["urgency"].right
    assert lost(head(agency(line(1, 12)), motto(line(2, 57))), "ke-hoach", ("urgency", "agency")) == {"urgency"}


def test_texts_that_the_task_gives_are_asked_for(lost: Lost) -> None:
    data = decision(ARTICLES)
    given = {"agency": "Sở Nội vụ", "number": "Số: 120/QĐ-SNV", "subject": "Về việc thành lập Tổ giúp việc", "signer-title": "KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC"}  # fmt: skip
    assert lost(data, "quyet-dinh", texts=given) == set()
    assert lost(data, "quyet-dinh", texts={**given, "number": "Số: 121/QĐ-SNV"}) == {"number"}
    assert lost(data, "quyet-dinh", texts={**given, "agency": "Sở Nội vụ tỉnh Huế"}) == {"agency"}


def test_numbers_and_dashes_of_automatic_lists_count_as_typed(
    lost: Lost, plan: bytes, edit: Callable[..., bytes]
) -> None:
    bullet = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'

    def listed(text: str) -> str:
        at = text.index(">- Các đơn vị trực thuộc;<")
        start = text.rindex("<w:pPr>", 0, at) + len("<w:pPr>")
        return text[:start] + bullet + text[start:at] + text[at:].replace("- Các đơn vị", "Các đơn vị", 1)

    numbering = (
        '<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0">'
        '<w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="-"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )
    data = edit(plan, listed)
    relations = package_parts(data)["word/_rels/document.xml.rels"].decode()
    relation = '<Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/numbering" Target="numbering.xml"/>'
    data = with_parts(data, {"word/numbering.xml": numbering.encode(), "word/_rels/document.xml.rels": relations.replace("</Relationships>", f"{relation}</Relationships>").encode()})  # fmt: skip
    assert lost(data, "ke-hoach") == set()


def test_a_page_number_at_the_foot_is_told_as_that(judged: Judged, plan: bytes, edit: Callable[..., bytes]) -> None:
    moved = edit(plan, lambda text: text.replace("w:headerReference", "w:footerReference"))
    found = judged(moved, "ke-hoach")
    assert render(found["page-number"].found) == "in the bottom margin"
    assert found["first-page"].right


def test_an_empty_document_loses_everything_that_must_be_there_and_nothing_raises(judged: Judged) -> None:
    data = document([paragraph("")], Page(100, 100, 5, 5, 5, 5, numbered=False), Type(14, font="Arial"))
    found = judged(data, "ke-hoach")
    assert not any(one.right for one in found.values())
    assert {"paper", "motto", "body", "file-copy"} < set(found)


def test_the_head_may_have_a_row_for_each_line(lost: Lost) -> None:
    first = [paragraph("ỦY BAN NHÂN DÂN TỈNH HUẾ", Type(12), MIDDLE), TITLE]
    data = made(
        columns([first, [agency(line(1, 12)), motto(line(2, 57))], numbers()], (64, 96)),
        paragraph("KẾ HOẠCH", BOLD, MIDDLE),
    )
    assert lost(data, "ke-hoach", (*HEAD, "parent-agency")) == set()


def test_a_page_on_its_side_for_tables_is_allowed_behind_the_first_section(plan: bytes, edit: Callable[..., bytes], lost: Lost) -> None:  # fmt: skip
    wide = '<w:p><w:pPr><w:sectPr><w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/><w:pgMar w:top="850" w:right="850" w:bottom="850" w:left="850"/></w:sectPr></w:pPr></w:p>'
    behind = re.compile(r"<w:sectPr>(?:(?!</w:sectPr>).)*</w:sectPr></w:body>")

    def first_then_wide(text: str) -> str:
        upright = behind.search(text)
        assert upright is not None
        own = upright[0].removesuffix("</w:body>")
        return text.replace(upright[0], f"<w:p><w:pPr>{own}</w:pPr></w:p>{wide.removeprefix('<w:p><w:pPr>').removesuffix('</w:pPr></w:p>')}</w:body>")  # fmt: skip

    assert lost(edit(plan, first_then_wide), "ke-hoach") == set()
    across = edit(plan, lambda text: text.replace('w:w="11906" w:h="16838"', 'w:w="16838" w:h="11906"'))
    assert "paper" in lost(across, "ke-hoach")


def test_a_letter_of_one_page_needs_no_page_number_and_one_that_it_has_is_judged(
    letter: bytes, edit: Callable[..., bytes], lost: Lost, judged: Judged
) -> None:
    without = edit(letter, lambda text: text.replace(" PAGE ", " DATE "), "word/header1.xml")
    assert lost(without, "cong-van") == set()
    assert "page-number" not in judged(without, "cong-van")
    small = edit(letter, lambda text: text.replace('w:sz w:val="26"', 'w:sz w:val="20"'), "word/header1.xml")
    assert lost(small, "cong-van") == {"page-number"}


def test_a_paragraph_of_endless_tabs_and_breaks_is_looked_at_as_one(judged: Judged) -> None:
    long = paragraph("\t".join(str(n) for n in range(500)) + "\n" * 500, Type(14))
    assert not judged(made(TITLE, long), "ke-hoach", ("motto",))["motto"].right
