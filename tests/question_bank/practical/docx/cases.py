"""For each check a file that is right, one that is wrong, and what is asked; `trips` are the ways through LibreOffice that it survives."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from hashlib import sha256

from tests.question_bank.practical.docx.word_builder import (
    NUMBERING,
    PAGE,
    STYLES,
    cell,
    docx,
    drawing,
    field,
    listed,
    para,
    para_of,
    picture,
    row,
    run,
    shape,
    simple_field,
    table,
)

BOTH, WORD, NONE = ("docx", "odt"), ("docx",), ()
MOTTO = "Độc lập - Tự do - Hạnh phúc"


@dataclass(frozen=True)
class Case:
    """One check: `select` and `expect` in YAML."""

    type: str
    expect: str
    right: bytes
    wrong: bytes
    select: str = ""
    trips: tuple[str, ...] = BOTH
    also: str = ""

    @property
    def name(self) -> str:
        return f"{self.type}{f' {self.also}' if self.also else ''}"


def _png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 4, 4, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\0" + bytes((200, 20, 20)) * 4 for _ in range(4)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


PNG = _png()
TNR = '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman"/>'
ARIAL = '<w:rFonts w:ascii="Arial" w:hAnsi="Arial"/>'
SAYS = f'{{text: "{MOTTO}"}}'


def looks(type_: str, expect: str, right: str, wrong: str, *, trips: tuple[str, ...] = BOTH, also: str = "") -> Case:
    """A paragraph whose run has these properties."""
    return Case(
        type_,
        expect,
        docx(para("Trước") + para(MOTTO, "", right)),
        docx(para("Trước") + para(MOTTO, "", wrong)),
        SAYS,
        trips,
        also,
    )


def formed(type_: str, expect: str, right: str, wrong: str, *, trips: tuple[str, ...] = BOTH, also: str = "") -> Case:
    """A paragraph with these properties."""
    return Case(
        type_,
        expect,
        docx(para("Trước") + para(MOTTO, right)),
        docx(para("Trước") + para(MOTTO, wrong)),
        SAYS,
        trips,
        also,
    )


def paged(
    type_: str, expect: str, right: str, wrong: str, *, trips: tuple[str, ...] = BOTH, also: str = "", select: str = ""
) -> Case:
    """A page with these properties."""
    return Case(type_, expect, docx(para(MOTTO), section=right), docx(para(MOTTO), section=wrong), select, trips, also)


CHARACTERS = [
    looks("docx.font", "{font: Times New Roman}", TNR, ARIAL),
    looks("docx.font", "{font: [Arial, Times New Roman]}", ARIAL, '<w:rFonts w:ascii="Georgia" w:hAnsi="Georgia"/>', also="of several"),
    looks("docx.font_size", "{size_pt: [13, 14]}", '<w:sz w:val="28"/>', '<w:sz w:val="22"/>'),
    looks("docx.emphasis", "{bold: true, italic: false, underline: none}", "<w:b/>", '<w:b/><w:u w:val="single"/>'),
    looks("docx.emphasis", "{italic: true}", "<w:i/>", '<w:i w:val="0"/>', also="italic"),
    looks("docx.emphasis", "{underline: double, strike: true}", '<w:u w:val="double"/><w:strike/>', '<w:u w:val="single"/>', also="lines"),
    looks("docx.text_colour", '{colour: "FF0000"}', '<w:color w:val="FF0000"/>', ""),
    looks("docx.text_colour", '{colour: "000000"}', '<w:color w:val="auto"/>', '<w:color w:val="0000FF"/>', also="automatic is black"),
    looks("docx.highlight", '{highlight: "FFFF00"}', '<w:highlight w:val="yellow"/>', ""),
    looks("docx.highlight", "{highlight: none}", "", '<w:shd w:val="clear" w:fill="00FF00"/>', also="none"),
    looks("docx.capitals", "{letters: capitals}", "<w:caps/>", "<w:smallCaps/>"),
    looks("docx.capitals", "{letters: small_capitals}", "<w:smallCaps/>", "", also="small"),
    looks("docx.letter_spacing", "{letter_space_pt: [2, 3]}", '<w:spacing w:val="50"/>', ""),
    looks("docx.letter_spacing", "{letter_width_percent: 150}", '<w:w w:val="150"/>', "", also="width"),
    Case(
        "docx.super_subscript", "{vertical: subscript}",
        docx(para_of(run("Nước là H") + run("2", '<w:vertAlign w:val="subscript"/>') + run("O"))), docx(para("Nước là H2O")),
        "{contains: H2O, words: '2'}",
    ),
]  # fmt: skip

PARAGRAPHS = [
    Case(
        "docx.paragraph", "{font: Times New Roman, size_pt: [13, 14], bold: true, align: center}",
        docx(para(MOTTO, '<w:jc w:val="center"/>', TNR + '<w:b/><w:sz w:val="28"/>')), docx(para(MOTTO, "", TNR)), SAYS,
    ),
    Case("docx.paragraph", "{}", docx(para(MOTTO)), docx(para("Khác")), SAYS, also="is there"),
    formed("docx.alignment", "{align: justify}", '<w:jc w:val="both"/>', '<w:jc w:val="right"/>'),
    formed("docx.alignment", "{align: left}", "", '<w:jc w:val="center"/>', also="left is none"),
    formed("docx.indents", "{first_line_mm: [10, 12.7]}", '<w:ind w:firstLine="709"/>', ""),
    formed("docx.indents", "{left_mm: 20, hanging_mm: 10}", '<w:ind w:left="1134" w:hanging="567"/>', '<w:ind w:left="567"/>', also="hanging"),
    formed("docx.spacing", "{before_pt: 6, after_pt: [3, 6]}", '<w:spacing w:before="120" w:after="80"/>', ""),
    formed("docx.line_spacing", "{lines: 1.5}", '<w:spacing w:line="360" w:lineRule="auto"/>', ""),
    formed("docx.line_spacing", "{exactly_pt: [17, 18]}", '<w:spacing w:line="360" w:lineRule="exact"/>', '<w:spacing w:line="360" w:lineRule="atLeast"/>', also="exactly"),
    formed("docx.line_spacing", "{at_least_pt: 18}", '<w:spacing w:line="360" w:lineRule="atLeast"/>', "", also="at least"),
    formed("docx.keep_together", "{keep_next: true, keep_lines: true}", "<w:keepNext/><w:keepLines/>", "<w:keepLines/>"),
    formed("docx.keep_together", "{page_break_before: true}", "<w:pageBreakBefore/>", "", also="page break"),
    formed("docx.keep_together", "{widow_control: false}", '<w:widowControl w:val="0"/>', "", also="single lines"),
    formed(
        "docx.tab_stop", "{position_mm: 100, align: right, leader: dot}",
        '<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="5670"/></w:tabs>', '<w:tabs><w:tab w:val="right" w:pos="5670"/></w:tabs>',
    ),
    formed(
        "docx.paragraph_border", "{sides: [bottom], width_pt: [0.5, 1.5]}",
        '<w:pBdr><w:bottom w:val="single" w:sz="8" w:space="1" w:color="000000"/></w:pBdr>', "",
    ),
    formed(
        "docx.paragraph_border", "{line: none}", "",
        '<w:pBdr><w:top w:val="single" w:sz="8" w:space="1" w:color="000000"/></w:pBdr>', also="none",
    ),
    formed("docx.paragraph", '{shading: "FFFF00"}', '<w:shd w:val="clear" w:color="auto" w:fill="FFFF00"/>', "", also="shading"),
    Case(
        "docx.drop_cap", "{kind: drop, lines: 3}",
        docx(para("Đ", '<w:framePr w:dropCap="drop" w:lines="3" w:wrap="around"/>') + para("ộc lập tự do")), docx(para("Độc lập tự do")),
        "{contains: Độc lập}", trips=NONE,
    ),
    Case(
        "docx.bullets", "{sign: •}", docx(listed("một", 2) + listed("hai", 2)), docx(para("- một") + listed("hai", 2)),
        "{regex: '(một|hai)$'}",
    ),
    Case(
        "docx.numbering", "{form: decimal, labels: ['1.', '2.'], in_order: true}", docx(listed("một", 1) + listed("hai", 1)),
        docx(para("1. một") + para("2. hai")), "{regex: '(một|hai)$'}",
    ),
    Case(
        "docx.numbering", "{form: lower_letter, level: 2}", docx(listed("một", 1) + listed("hai", 1, 1)), docx(listed("một", 1) + listed("hai", 1)),
        "{text: hai}", also="level",
    ),
]  # fmt: skip

TEXTS = [
    Case("docx.text", f'{{says: ["{MOTTO}", "hòa bình"]}}', docx(para(MOTTO) + para("Vì hoà bình")), docx(para(MOTTO))),
    Case("docx.replaced", "{old: UBND, new: Ủy ban nhân dân, times: 2}",
         docx(para("Ủy ban nhân dân tỉnh và Uỷ ban nhân dân xã")), docx(para("Ủy ban nhân dân tỉnh và UBND xã"))),
    Case("docx.length", "{words: [4, 6]}", docx(para("một hai ba bốn năm")), docx(para("một hai"))),
    Case("docx.tidy", "{}", docx(para("một") + para("hai")), docx(para("một") + para() + para("hai  ba"))),
]  # fmt: skip

WIDE = PAGE.replace('w:w="11906" w:h="16838"', 'w:w="16838" w:h="11906" w:orient="landscape"')
FRAME = "".join(
    f'<w:{side} w:val="single" w:sz="8" w:space="24" w:color="000000"/>' for side in ("top", "left", "bottom", "right")
)
HEAD = '<w:headerReference w:type="default" r:id="header1"/>'
PAGES = [
    paged("docx.page_size", "{size: a4}", WIDE, PAGE.replace("11906", "12240").replace("16838", "15840")),
    paged("docx.orientation", "{orientation: landscape}", WIDE, PAGE),
    paged(
        "docx.margins", "{top_mm: [20, 25], bottom_mm: [20, 25], left_mm: [30, 35], right_mm: [15, 20]}", PAGE,
        PAGE.replace('w:left="1701"', 'w:left="1134"'),
    ),
    Case(
        "docx.header_distance", "{header_mm: 20}",
        docx(para(MOTTO), section=HEAD + PAGE.replace('w:header="567"', 'w:header="1134"').replace('w:top="1134"', 'w:top="1701"'), header1=para("Đầu")),
        docx(para(MOTTO), section=HEAD + PAGE, header1=para("Đầu")),
    ),
    paged("docx.gutter", "{gutter_mm: 10}", PAGE.replace('w:gutter="0"', 'w:gutter="567"'), PAGE),
    Case(
        "docx.gutter", "{mirror: true}", docx(para(MOTTO), settings="<w:mirrorMargins/>"), docx(para(MOTTO)), also="mirror"
    ),
    paged("docx.columns", "{columns: 2, gap_mm: 10}", f'{PAGE}<w:cols w:num="2" w:space="567"/>', PAGE),
    Case(
        "docx.sections", "{sections: 2, kind: next_page}",
        docx(para_of(run("một"), f"<w:sectPr>{PAGE}</w:sectPr>") + para("hai"), section=WIDE), docx(para("một")),
    ),
    paged("docx.page_border", "{width_pt: 1}", f'{PAGE}<w:pgBorders w:offsetFrom="page">{FRAME}</w:pgBorders>', PAGE),
    paged("docx.line_numbers", "{every: 5, restart: page}", f'{PAGE}<w:lnNumType w:countBy="5" w:restart="newPage"/>', PAGE),
    Case(
        "docx.watermark", "{text: BẢN NHÁP}",
        docx(para(MOTTO), section=f'<w:headerReference w:type="default" r:id="header1"/>{PAGE}', header1=para_of(
            '<w:r><w:pict><v:shape id="PowerPlusWaterMarkObject1" type="#_x0000_t136" style="position:absolute;width:400pt;height:100pt;z-index:-1">'
            '<v:textpath string="BẢN NHÁP"/></v:shape></w:pict></w:r>'
        )),
        docx(para(MOTTO)),
    ),
    Case(
        "docx.different_headers", "{first: true, even: false}",
        docx(para(MOTTO), section=f'<w:headerReference w:type="first" r:id="header1"/>{PAGE}<w:titlePg/>', header1=para("Đầu")),
        docx(para(MOTTO)),
    ),
    Case(
        "docx.header_footer", "{says: Sở Nội vụ, align: right}",
        docx(para(MOTTO), section=f'<w:footerReference w:type="default" r:id="footer1"/>{PAGE}', footer1=para("Sở Nội vụ", '<w:jc w:val="right"/>')),
        docx(para(MOTTO), section=f'<w:footerReference w:type="default" r:id="footer1"/>{PAGE}', footer1=para("Sở Y tế")),
        "{margin: footer}",
    ),
    Case(
        "docx.page_number", "{align: center, on_first_page: false, total: false}",
        docx(para(MOTTO), section=f'<w:headerReference w:type="default" r:id="header1"/>{PAGE}<w:titlePg/>', header1=para_of(field("PAGE"), '<w:jc w:val="center"/>')),
        docx(para(MOTTO), section=f'<w:headerReference w:type="default" r:id="header1"/>{PAGE}', header1=para("1", '<w:jc w:val="center"/>')),
        "{margin: header}",
    ),
    Case(
        "docx.page_number", "{total: true, start: 3, form: lower_roman}",
        docx(para(MOTTO), section=f'<w:footerReference w:type="default" r:id="footer1"/>{PAGE}<w:pgNumType w:start="3" w:fmt="lowerRoman"/>',
             footer1=para_of(simple_field("PAGE") + run("/") + field("NUMPAGES"))),
        docx(para(MOTTO), section=f'<w:footerReference w:type="default" r:id="footer1"/>{PAGE}', footer1=para_of(field("PAGE"))),
        also="of all",
    ),
]  # fmt: skip

HEADED = para("Chương một", style="Heading1") + para("Mục một", style="Heading2") + para("Lời")
_ENTRIES = (run("Chương một\t1"), run("Mục một\t1"))
TOC = (
    '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> TOC \\z \\o "1-2" \\h </w:instrText></w:r>'
    f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{_ENTRIES[0]}</w:p>'
    f'<w:p>{_ENTRIES[1]}<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
)
OWN = (
    STYLES
    + '<w:style w:type="paragraph" w:styleId="Nhan"><w:name w:val="Nhấn mạnh riêng"/><w:basedOn w:val="Normal"/><w:rPr><w:color w:val="FF0000"/></w:rPr></w:style>'
)
CAPTION = para_of(run("Hình ") + field("SEQ Hình \\* ARABIC") + run(": Sơ đồ"))
MARKED = para_of(
    '<w:bookmarkStart w:id="7" w:name="moc"/>' + run("Chương một") + '<w:bookmarkEnd w:id="7"/>', style="Heading1"
)
STRUCTURE = [
    Case("docx.headings", "{level: 1, texts: [Chương một], only: true}", docx(HEADED), docx(para("Chương một", "", "<w:b/>"))),
    Case(
        "docx.headings", "{level: 1, texts: [Chương một]}", docx(para("Chương một", '<w:outlineLvl w:val="0"/>')), docx(HEADED.replace("Heading1", "Heading2")),
        also="by level",
    ),
    Case(
        "docx.style", "{font: Times New Roman, size_pt: 16, bold: true, keep_next: true}", docx(HEADED),
        docx(HEADED, styles=STYLES.replace('<w:b/><w:sz w:val="32"/>', "")), "{style: Heading 1}",
    ),
    Case(
        "docx.style_used", "{style: Nhấn mạnh riêng, kind: paragraph, uses: 1}", docx(para("một", style="Nhan"), styles=OWN), docx(para("một"), styles=OWN)
    ),
    Case("docx.toc", "{levels: 1-2}", docx(TOC + HEADED), docx(para("Chương một\t1") + HEADED)),
    Case("docx.toc_current", "{}", docx(TOC + HEADED), docx(TOC + HEADED.replace("Chương một", "Chương mới"))),
    Case("docx.caption", "{count: 1}", docx(CAPTION), docx(para("Hình 1: Sơ đồ")), "{label: Hình, text: Sơ đồ}"),
    Case(
        "docx.list_of_figures", "{label: Hình, count: 1}",
        docx(para_of(field('TOC \\h \\z \\c "Hình"', "Hình 1: Sơ đồ\t1")) + CAPTION), docx(CAPTION),
    ),
    Case("docx.index", "{kind: index_entry, entries: [văn thư]}", docx(para_of(run("x") + field('XE "văn thư"', ""))), docx(para("văn thư"))),
    Case("docx.cross_reference", "{to: Chương một}", docx(MARKED + para_of(run("Xem ") + field("REF moc \\h", "Chương một"))), docx(MARKED + para("Xem Chương một"))),
    Case("docx.bookmark", "{name: moc, at: Chương một}", docx(MARKED), docx(para("Chương một"))),
    Case(
        "docx.hyperlink", '{address: "https://tiengiang.gov.vn"}',
        docx(para_of(f'<w:hyperlink r:id="l1">{run("Cổng thông tin")}</w:hyperlink>'), links=(("l1", "https://tiengiang.gov.vn/"),)),
        docx(para("Cổng thông tin")), "{text: Cổng thông tin}",
    ),
    Case(
        "docx.hyperlink", "{place: Chương một}", docx(MARKED + para_of(f'<w:hyperlink w:anchor="moc">{run("về đầu")}</w:hyperlink>')),
        docx(MARKED + para("về đầu")), "{text: về đầu}", also="inside",
    ),
    Case(
        "docx.note", "{says: Theo Nghị định 30}",
        docx(para_of(run(MOTTO) + '<w:r><w:footnoteReference w:id="2"/></w:r>'), footnotes=f'<w:footnote w:id="2">{para("Theo Nghị định 30")}</w:footnote>'),
        docx(para(MOTTO)), SAYS,
    ),
]  # fmt: skip

GRID = '<w:tblStyle w:val="Grid"/><w:tblW w:w="4000" w:type="dxa"/>'
LINES = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:color="000000"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
PEOPLE = table(row("Họ tên", "Tuổi"), row("Nguyễn Văn Ánh", "30"), row("Trần Thị Đào", "25"), properties=GRID)
TURNED = table(row("Họ tên", "Tuổi"), row("Trần Thị Đào", "25"), row("Nguyễn Văn Ánh", "30"), properties=GRID)
AT = "{contains: [Họ tên]}"
SUMMED = table(
    row("Họ tên", "Tuổi"), row("a", "30"), row("b", "25"), row("Cộng", cell(para_of(field("=SUM(ABOVE)", "55"))))
)
TABLES = [
    Case("docx.table", "{rows: 3, columns: 2}", docx(PEOPLE), docx(table(row("Họ tên", "Tuổi"))), AT),
    Case("docx.cell_text", "{says: '25'}", docx(PEOPLE), docx(PEOPLE.replace("25", "26")), "{contains: [Họ tên], column: Tuổi, row: Trần Thị Đào}"),
    Case(
        "docx.merged_cells", "{columns: 2}",
        docx(table(row(cell("Danh sách", '<w:gridSpan w:val="2"/>')), row("a", "b"), properties=GRID)),
        docx(table(row("Danh sách", ""), row("a", "b"), properties=GRID)), "{text: Danh sách}",
    ),
    Case(
        "docx.merged_cells", "{rows: 2}",
        docx(table(row(cell("Nhóm", '<w:vMerge w:val="restart"/>'), "a"), row(cell("", "<w:vMerge/>"), "b"), properties=GRID)),
        docx(table(row("Nhóm", "a"), row("", "b"), properties=GRID)), "{text: Nhóm}", also="down",
    ),
    Case(
        "docx.header_row", "{repeats: 1}", docx(PEOPLE.replace("<w:trPr></w:trPr>", "<w:trPr><w:tblHeader/></w:trPr>", 1)), docx(PEOPLE), AT
    ),
    Case("docx.header_row", "{whole_rows: true}", docx(PEOPLE.replace("<w:trPr></w:trPr>", "<w:trPr><w:cantSplit/></w:trPr>")), docx(PEOPLE), AT, also="whole"),
    Case("docx.table_look", "{style: Table Grid, borders: all}", docx(PEOPLE), docx(PEOPLE.replace(GRID, "")), AT, trips=WORD),
    Case("docx.table_look", "{borders: all}", docx(PEOPLE.replace(GRID, f"<w:tblBorders>{LINES}</w:tblBorders>")), docx(PEOPLE.replace(GRID, "")), AT, also="lines"),
    Case(
        "docx.table_look", '{shading: "D9E2F3"}',
        docx(table(row(cell("Họ tên", '<w:shd w:val="clear" w:color="auto" w:fill="D9E2F3"/>'), cell("Tuổi", '<w:shd w:val="clear" w:color="auto" w:fill="D9E2F3"/>')), row("a", "b"))),
        docx(PEOPLE), "{contains: [Họ tên], row: '1'}", also="shading",
    ),
    Case("docx.table_layout", "{align: center}", docx(PEOPLE.replace(GRID, GRID + '<w:jc w:val="center"/>')), docx(PEOPLE), AT),
    Case("docx.table_layout", "{width_mm: [69, 72], column_mm: [34, 36]}", docx(PEOPLE), docx(PEOPLE.replace("4000", "6000").replace("2000", "3000")), AT, also="width"),
    Case("docx.formula_field", "{function: SUM, over: ABOVE}", docx(SUMMED), docx(SUMMED.replace("SUM(", "MAX(")), AT, trips=WORD),
    Case("docx.formula_field", "{result: 55}", docx(SUMMED), docx(PEOPLE), AT, trips=NONE, also="result"),
    Case("docx.sorted_rows", "{by: Họ tên, as: name}", docx(PEOPLE), docx(TURNED), AT),
    Case("docx.sorted_rows", "{by: Tuổi, as: number, order: descending}", docx(PEOPLE), docx(TURNED), AT, also="numbers"),
]  # fmt: skip

LINE = drawing(shape("line"), anchored=True)
BOX = drawing(shape("rect", text="Ghi chú", fill="FFFF00", height=900_000), anchored=True, height=900_000)
PICTURE = drawing(picture(), width=3_600_000, height=1_800_000, alt="Con dấu")
IMAGE = {"p1": PNG}
DRAWINGS = [
    Case(
        "docx.picture", f"{{width_mm: 100, height_mm: 50, wrap: inline, alt: Con dấu, sha256: {sha256(PNG).hexdigest()}}}",
        docx(para_of(PICTURE), pictures=IMAGE), docx(para("Không có ảnh")),
    ),
    Case("docx.shape", '{kind: text_box, text: Ghi chú}', docx(para_of(BOX)), docx(para("Ghi chú")), trips=BOTH),
    Case("docx.shape", "{kind: line, count: 1}", docx(para_of(run("x") + LINE)), docx(para("x")), also="line"),
    Case(
        "docx.rule_below", "{}", docx(para(MOTTO, '<w:jc w:val="center"/>') + para_of(LINE)), docx(para(MOTTO, "", '<w:u w:val="single"/>')), SAYS
    ),
    Case(
        "docx.rule_below", "{accept: border}",
        docx(para(MOTTO, '<w:pBdr><w:bottom w:val="single" w:sz="8" w:space="1" w:color="000000"/></w:pBdr>')),
        docx(para(MOTTO, "", '<w:u w:val="single"/>')), SAYS, also="border",
    ),
]  # fmt: skip

INSERTED = '<w:ins w:id="9" w:author="Lan" w:date="2026-11-01T08:00:00Z">' + run(" thêm") + "</w:ins>"
REMARK = (
    '<w:commentRangeStart w:id="4"/>'
    + run("Kế hoạch")
    + '<w:commentRangeEnd w:id="4"/><w:r><w:commentReference w:id="4"/></w:r>'
)
CONTROL = (
    '<w:sdt><w:sdtPr><w:alias w:val="Tỉnh"/><w:tag w:val="tinh"/><w:dropDownList><w:listItem w:displayText="Tiền Giang" w:value="1"/>'
    '<w:listItem w:displayText="Đắk Lắk" w:value="2"/></w:dropDownList></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>'
)
WHOLE = [
    Case("docx.merge_fields", "{fields: [Ho_ten, Don_vi]}", docx(para_of(field("MERGEFIELD Ho_ten", "«Ho_ten»") + field("MERGEFIELD Don_vi", "«Don_vi»"))),
         docx(para_of(field("MERGEFIELD Ho_ten", "«Ho_ten»"))), trips=WORD),
    Case("docx.tracked_changes", "{count: 1}", docx(para_of(run("Văn bản") + INSERTED)), docx(para("Văn bản thêm")), "{kind: insert, text: thêm, author: Lan}"),
    Case("docx.tracked_changes", "{count: 0}", docx(para("Văn bản thêm")), docx(para_of(run("Văn bản") + INSERTED)), also="accepted"),
    Case("docx.tracked_changes", "{tracking: true}", docx(para("x"), settings="<w:trackRevisions/>"), docx(para("x")), also="on"),
    Case(
        "docx.comment", "{count: 1}",
        docx(para_of(REMARK), comments=f'<w:comment w:id="4" w:author="Lan" w:date="2026-11-01T08:00:00Z" w:initials="L">{para("Cần bổ sung")}</w:comment>'),
        docx(para("Kế hoạch")), "{says: bổ sung, on: Kế hoạch, author: Lan}",
    ),
    Case("docx.protection", "{kind: read_only}", docx(para("x"), settings='<w:documentProtection w:edit="readOnly" w:enforcement="1"/>'), docx(para("x")), trips=WORD),
    Case(
        "docx.properties", "{title: Kế hoạch, author: Sở Nội vụ, keywords: 'CNTT, thi'}",
        docx(para("x"), core="<dc:title>Kế hoạch</dc:title><dc:creator>Sở Nội vụ</dc:creator><cp:keywords>CNTT, thi</cp:keywords>"), docx(para("x"), core="<dc:title>Khác</dc:title>"),
    ),
    Case("docx.content_control", "{choices: [Tiền Giang, Đắk Lắk]}", docx(para_of(CONTROL.format(run("Tiền Giang")))), docx(para("Tiền Giang")), "{kind: drop_down}"),
    Case("docx.break", "{kind: page, before: Phụ lục}", docx(para("một") + para_of('<w:r><w:br w:type="page"/></w:r>' + run("Phụ lục"))), docx(para("một") + para("Phụ lục"))),
    Case(
        "docx.break", "{kind: section, count: 1}", docx(para_of(run("một"), f"<w:sectPr>{PAGE}</w:sectPr>") + para("hai")), docx(para("một")), also="section"
    ),
]  # fmt: skip

CASES = [*CHARACTERS, *PARAGRAPHS, *TEXTS, *PAGES, *STRUCTURE, *TABLES, *DRAWINGS, *WHOLE]
EMPTY = docx(para("Một văn bản khác hẳn"), styles="", numbering=NUMBERING.replace("•", ""))
