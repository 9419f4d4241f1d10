"""Word files as different programs write them: Word with its traces of editing, WPS Office, Google Docs, with keys marked as teachers do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from xml.sax.saxutils import escape

from scripts.docx_kinds import Expected, Made, expected, heading
from scripts.docx_parts import NAMESPACES, WordFile, lists, para, properties, run, table
from scripts.docx_questions import CHOICES

_PROOF = '<w:proofErr w:type="spellStart"/>', '<w:proofErr w:type="spellEnd"/>'


def _pieces(text: str, sizes: Sequence[int], looks: str = "") -> str:
    """A text in runs of these sizes, with the numbers of editing sessions and the marks of the spelling checker between."""
    found, at, number = "", 0, 0
    while at < len(text):
        size = sizes[number % len(sizes)]
        part = escape(text[at : at + size])
        found += _PROOF[number % 2]
        found += f'<w:r w:rsidRPr="00A7{number:04X}" w:rsidR="00C1{number:04X}">{looks}<w:t xml:space="preserve">{part}</w:t></w:r>'
        at, number = at + size, number + 1
    return found


def word_365() -> Made:
    """Runs cut in the middle of words and labels, page breaks where the page was last broken, tabs to a position; red bold letters."""
    file = WordFile()
    heading(file)
    red = properties(b=True, color="EE0000")
    for number, one in enumerate(CHOICES, 1):
        mark = '<w:bookmarkStart w:id="1" w:name="_GoBack"/><w:bookmarkEnd w:id="1"/>' if number == 3 else ""
        page = "<w:r><w:lastRenderedPageBreak/></w:r>" if number % 4 == 0 else ""
        file.add(para(_pieces(f"Câu {number}", (2, 3), properties(b=True)), mark, _pieces(f". {one.stem}", (7, 1, 12))))
        cells = []
        for at, text in enumerate(one.options):
            gap = '<w:r><w:ptab w:relativeTo="margin" w:alignment="center" w:leader="none"/></w:r>' if at % 2 else ""
            label = _pieces("ABCD"[at], (1,), red if at == one.right else "")
            place = f'<w:smartTag w:uri="urn:x" w:element="place">{_pieces(text, (4, 9))}</w:smartTag>'
            cells.append(gap + (page if at == 1 else "") + label + _pieces(". ", (1,)) + place)
        file.add(para(cells[0], cells[1]), para(cells[2], cells[3]))
    return file.build(), [expected(number, one) for number, one in enumerate(CHOICES, 1)]


def wps_office() -> Made:
    """Full-width signs, hints for East Asian fonts, the right option red from label to end, its label with a full-width point."""
    file = WordFile()
    hint = '<w:rPr><w:rFonts w:hint="eastAsia" w:ascii="Times New Roman"/>{}<w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr>'
    for number, one in enumerate(CHOICES, 1):
        stem = f"<w:r>{hint.format('<w:b/><w:bCs/>')}<w:t>Câu {number}：</w:t></w:r>"
        file.add(para(stem, f"<w:r>{hint.format('')}<w:t>{escape(one.stem)}</w:t></w:r>"))
        for at, text in enumerate(one.options):
            colour = '<w:color w:val="FF0000"/>' if at == one.right else '<w:color w:val="auto"/>'
            file.add(para(f"<w:r>{hint.format(colour)}<w:t>{'ABCD'[at]}．{escape(text)}</w:t></w:r>"))
    return file.build(), [expected(number, one) for number, one in enumerate(CHOICES, 1)]


def google_docs() -> Made:
    """Every switch written out, lists of two levels, small hex digits, the right option with a yellow ground of its runs."""
    levels = [("decimal", "%1."), ("upperLetter", "%2."), ("lowerRoman", "%3.")]
    file = WordFile(numbering=lists(levels, labels='<w:rPr><w:u w:val="none"/></w:rPr>'))

    def gdocs(text: str, more: str = "") -> str:
        switches = (
            '<w:b w:val="0"/><w:i w:val="0"/><w:smallCaps w:val="0"/><w:strike w:val="0"/><w:color w:val="000000"/>'
        )
        return f'<w:r><w:rPr>{switches}<w:u w:val="none"/>{more}<w:vertAlign w:val="baseline"/><w:rtl w:val="0"/></w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'

    for one in CHOICES:
        file.add(para(gdocs(one.stem), num=(1, 0)))
        for at, text in enumerate(one.options):
            fill = (
                '<w:shd w:fill="ffff00" w:val="clear"/>' if at == one.right else '<w:shd w:fill="auto" w:val="clear"/>'
            )
            file.add(para(gdocs(text, fill), num=(1, 1)))
    return file.build(), [expected(number, one) for number, one in enumerate(CHOICES, 1)]


def soft_breaks() -> Made:
    """Each question one paragraph with soft line breaks, hard spaces behind labels, the right letter underlined."""
    file = WordFile()
    heading(file)
    for number, one in enumerate(CHOICES, 1):
        pieces = [run(f"Câu\u00a0{number}.", b=True), run(f"\u00a0{one.stem}")]
        for at, text in enumerate(one.options):
            pieces += [run("\n" if at % 2 == 0 else "\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0")]
            pieces += [run("ABCD"[at], b=True, u="single" if at == one.right else ""), run(f".\u00a0{text}")]
        file.add(para(*pieces))
    return file.build(), [expected(number, one) for number, one in enumerate(CHOICES, 1)]


def ticks_of_wingdings() -> Made:
    """A tick of Wingdings (`w:sym`) behind the right option, boxes to tick as content controls before the others' texts."""
    file = WordFile()
    tick = '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>'
    for number, one in enumerate(CHOICES, 1):
        file.add(para(run(f"Câu {number}. {one.stem}")))
        for at, text in enumerate(one.options):
            file.add(para(run(f"{'ABCD'[at]}. {text} "), tick if at == one.right else ""))
    return file.build(), [expected(number, one) for number, one in enumerate(CHOICES, 1)]


def boxes_to_tick() -> Made:
    """Content controls of Word 2010 with a box before each label; the ticked one is right."""
    file = WordFile()
    for number, one in enumerate(CHOICES[:6], 1):
        file.add(para(run(f"Câu {number}. {one.stem}")))
        for at, text in enumerate(one.options):
            sign = "☒" if at == one.right else "☐"
            box = f'<w:sdt><w:sdtPr/><w:sdtContent><w:r><w:rPr><w:rFonts w:ascii="MS Gothic"/></w:rPr><w:t>{sign}</w:t></w:r></w:sdtContent></w:sdt>'
            file.add(para(box, run(f" {'ABCD'[at]}. {text}")))
    return file.build(), [expected(number, one) for number, one in enumerate(CHOICES[:6], 1)]


def by_paragraph_style() -> Made:
    """The right option is a paragraph style of its own, based on that of the others; nothing stands in its runs."""
    styles = (
        '<w:style w:type="paragraph" w:styleId="PhuongAn"><w:name w:val="Phuong an"/><w:basedOn w:val="Normal"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="PhuongAnDo"><w:name w:val="Phuong an do"/><w:basedOn w:val="PhuongAn"/>'
        '<w:rPr><w:b/><w:color w:val="FF0000"/></w:rPr></w:style>'
    )
    file = WordFile(styles=styles)
    for number, one in enumerate(CHOICES, 1):
        file.add(para(f"Câu {number}. {one.stem}"))
        for at, text in enumerate(one.options):
            file.add(para(f"{'ABCD'[at]}. {text}", style="PhuongAnDo" if at == one.right else "PhuongAn"))
    return file.build(), [expected(number, one) for number, one in enumerate(CHOICES, 1)]


def by_table_style() -> Made:
    """Options in one row of a table whose style makes the first column bold and red: only where A is right, else switched off there."""
    bold = '<w:rPr><w:b/><w:color w:val="C00000"/></w:rPr>'
    styles = '<w:style w:type="table" w:styleId="Luoi"><w:name w:val="Luoi"/></w:style>' + "".join(
        f'<w:style w:type="table" w:styleId="Luoi{kind}"><w:name w:val="Luoi {kind}"/><w:basedOn w:val="Luoi"/>'
        f'<w:tblStylePr w:type="{kind}">{bold}</w:tblStylePr></w:style>'
        for kind in ("firstCol", "lastCol")
    )
    file = WordFile(styles=styles)
    kept = [one for one in CHOICES if one.right in (0, 3)]
    for number, one in enumerate(kept, 1):
        file.add(para(f"Câu {number}. {one.stem}"))
        kind = "firstCol" if one.right == 0 else "lastCol"
        look = f'<w:tblLook w:val="0000" w:firstRow="0" w:lastRow="0" w:firstColumn="{int(one.right == 0)}" w:lastColumn="{int(one.right == 3)}" w:noHBand="1" w:noVBand="1"/>'
        made = table([[f"{letter}. {text}" for letter, text in zip("ABCD", one.options, strict=True)]])
        file.add(made.replace("<w:tblPr/>", f'<w:tblPr><w:tblStyle w:val="Luoi{kind}"/>{look}</w:tblPr>'))
    return file.build(), [expected(number, one) for number, one in enumerate(kept, 1)]


def changed_looks() -> Made:
    """Tracked changes of looks: what was underlined before the change is none, what is now counts; moved paragraphs count once."""
    file = WordFile()
    old = '<w:rPrChange w:id="9" w:author="GV"><w:rPr><w:u w:val="single"/></w:rPr></w:rPrChange>'
    for number, one in enumerate(CHOICES, 1):
        file.add(para(f"Câu {number}. {one.stem}"))
        for at, text in enumerate(one.options):
            wrong = f"<w:r><w:rPr>{old}</w:rPr><w:t>{'ABCD'[at]}.</w:t></w:r>"
            label = run(f"{'ABCD'[at]}.", u="single") if at == one.right else wrong
            file.add(para(label, run(f" {text}")))
        if number == 2:
            moved = f'<w:moveFrom w:id="3" w:author="GV">{run("E. Không có")}</w:moveFrom>'
            file.add(para(moved))
    return file.build(), [expected(number, one) for number, one in enumerate(CHOICES, 1)]


def controls_and_boxes() -> Made:
    """Whole questions in content controls, one in a text box, headers that are no part of the paper; keys red."""
    file = WordFile()
    kept = CHOICES[:4]
    for number, one in enumerate(kept, 1):
        inner = para(run(f"Câu {number}.", b=True), run(f" {one.stem}"))
        for at, text in enumerate(one.options):
            inner += para(run(f"{'ABCD'[at]}.", color="FF0000" if at == one.right else ""), run(f" {text}"))
        if number == 4:
            shape = f"<wps:wsp><wps:txbx><w:txbxContent>{inner}</w:txbxContent></wps:txbx></wps:wsp>"
            graphic = f'<a:graphic><a:graphicData uri="x">{shape}</a:graphicData></a:graphic>'
            drawing = f'<w:drawing><wp:anchor><wp:docPr id="4" name="Text Box 4"/>{graphic}</wp:anchor></w:drawing>'
            old = f"<w:pict><v:shape><v:textbox><w:txbxContent>{inner}</w:txbxContent></v:textbox></v:shape></w:pict>"
            both = f'<mc:AlternateContent><mc:Choice Requires="wps">{drawing}</mc:Choice><mc:Fallback>{old}</mc:Fallback></mc:AlternateContent>'
            inner = para(f"<w:r>{both}</w:r>")
        file.add(f"<w:sdt><w:sdtPr/><w:sdtContent>{inner}</w:sdtContent></w:sdt>")
    margin = para("Trường THPT Mẫu – Mã đề 101")
    file.part("header1.xml", "header", f"<w:hdr {NAMESPACES}>{margin}</w:hdr>".encode())
    return file.build(), [expected(number, one) for number, one in enumerate(kept, 1)]


def english_cloze() -> Made:
    """A passage with gaps and questions that are only their options on one line; then questions with a line of their own."""
    file = WordFile()
    text = "Read the following passage and mark the letter A, B, C, or D to indicate the correct word for each of the blanks from 1 to 3."
    file.add(para(run(text, b=True, i=True)), para("Officials (1) ____ use the portal (2) ____ day (3) ____ work."))
    rows = (("must", "musts", "musting", "to must"), ("every", "all", "most", "many"), ("in", "at", "for", "of"))
    for number, options in enumerate(rows, 1):
        labels = [run(f"{letter}.", b=True, u="single" if at == 1 else "") for at, letter in enumerate("ABCD")]
        line = [one for label, option in zip(labels, options, strict=True) for one in (label, run(f" {option}\t"))]
        file.add(para(run(f"Question {number}.", b=True), run(" "), *line))
    file.add(para(run("Question 4.", b=True), run(" She ____ the form yesterday.")))
    labels = [run(f"{letter}.", b=True, u="single" if at == 2 else "") for at, letter in enumerate("ABCD")]
    options = ("send", "sends", "sent", "sending")
    file.add(
        para(*(one for label, option in zip(labels, options, strict=True) for one in (label, run(f" {option}\t"))))
    )
    found = [
        Expected(f"Question {number}", "single_choice", ["B"], f"({number})", options)
        for number, options in enumerate(rows, 1)
    ]
    return file.build(), [
        *found,
        Expected("Question 4", "single_choice", ["C"], "She ____ the form yesterday.", options),
    ]


PROGRAMS: dict[str, Callable[[], Made]] = {
    make.__name__: make
    for make in (
        word_365, wps_office, google_docs, soft_breaks, ticks_of_wingdings, boxes_to_tick, by_paragraph_style,
        by_table_style, changed_looks, controls_and_boxes, english_cloze,
    )
}  # fmt: skip
