"""Write tests/vectors/formats/table: .csv and .xlsx files as people send them.

    python -m scripts.table_files

The workbook is put together by hand, with the ways in which Excel keeps a value; it is the same on every run.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path
from xml.sax.saxutils import escape

from scripts.docx_parts import office_file
from scripts.docx_questions import CHOICES

FOLDER = Path(__file__).resolve().parent.parent / "tests/vectors/formats/table"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_HEADS = (
    "STT",
    "Nội dung câu hỏi",
    "Phương án A",
    "Phương án B",
    "Phương án C",
    "Phương án D",
    "Đáp án đúng",
    "Mức độ",
    "Chủ đề",
)
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_LEVELS = ("NB", "TH", "VD", "VDC")


def rows() -> list[list[str]]:
    """Headings and twelve choices; the key as letter, number or text."""
    found = [list(_HEADS)]
    for number, one in enumerate(CHOICES, 1):
        key = (one.letter, str(one.right + 1), one.options[one.right])[number % 3]
        found.append([str(number), one.stem, *one.options, key, _LEVELS[number % 4], "Tin học cơ bản"])
    return found


def csv_of(separator: str) -> str:
    """The table with quotes where they are needed."""

    def field(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if set(text) & {separator, '"', "\n"} else text

    return "\r\n".join(separator.join(field(text) for text in row) for row in rows()) + "\r\n"


def windows_1258(text: str) -> bytes:
    """As programs of Windows write it: letters with their hats, tone marks behind them."""
    parts = unicodedata.normalize("NFD", text)
    hats = unicodedata.normalize("NFC", "".join(one if one not in _TONES else f"\0{one}" for one in _tones_last(parts)))
    return hats.replace("\0", "").encode("cp1258")


def _tones_last(text: str) -> str:
    """Tone marks behind hats and horns: “ộ” is o, hat, dot here, while Unicode puts the dot before the hat."""
    found = ""
    for character in text:
        if found and found[-1] in _TONES and unicodedata.combining(character) and character not in _TONES:
            found = found[:-1] + character + found[-1]
        else:
            found += character
    return found


def workbook() -> bytes:
    """Shared texts with powers, numbers, dates, formulas with and without a result, merged cells, a hidden sheet, a row above the headings."""
    shared = ["".join(f"<t>{escape(text)}</t>") for text in ("10 mũ 2 viết là", "NGÂN HÀNG CÂU HỎI")]
    shared.append('<r><t xml:space="preserve">10</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>2</t></r>')
    inner = "".join(f"<si>{one}</si>" for one in shared)
    body = _sheet_rows()
    sheet = f'<worksheet xmlns="{_MAIN}"><sheetData>{"".join(body)}</sheetData><mergeCells count="1"><mergeCell ref="I4:I7"/></mergeCells></worksheet>'
    other = f'<worksheet xmlns="{_MAIN}"><sheetData><row r="1">{_text("A1", "Ghi chú nội bộ")}</row></sheetData></worksheet>'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/></Types>',
        "_rels/.rels": _relations(("r1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="Câu hỏi" sheetId="1" r:id="r1"/>'
        '<sheet name="Ghi chú" sheetId="2" state="hidden" r:id="r2"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relations(
            ("r1", "worksheet", "worksheets/sheet1.xml"), ("r2", "worksheet", "worksheets/sheet2.xml"),
            ("r3", "sharedStrings", "sharedStrings.xml"), ("r4", "styles", "styles.xml"),
        ),
        "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}">{inner}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
        "xl/worksheets/sheet1.xml": sheet,
        "xl/worksheets/sheet2.xml": other,
    }  # fmt: skip
    return office_file({name: words.encode() for name, words in parts.items()})


def _text(place: str, words: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(words)}</t></is></c>'


def _sheet_rows() -> list[str]:
    body = ['<row r="1"><c r="A1" t="s"><v>1</v></c></row>']
    body.append(
        '<row r="3">' + "".join(_text(f"{'ABCDEFGHI'[at]}3", words) for at, words in enumerate(_HEADS)) + "</row>"
    )
    for number, one in enumerate(CHOICES[:4], 4):
        cells = [f'<c r="A{number}"><v>{number - 3}</v></c>', _text(f"B{number}", one.stem)]
        cells += [_text(f"{'CDEF'[at]}{number}", words) for at, words in enumerate(one.options)]
        key = (
            f'<c r="G{number}" t="str"><f>CHAR({65 + one.right})</f><v>{one.letter}</v></c>'
            if number == 5
            else _text(f"G{number}", one.letter)
        )
        cells += [key, _text(f"H{number}", _LEVELS[number % 4])]
        cells += [_text("I4", "Tin học cơ bản")] if number == 4 else []
        body.append(f'<row r="{number}">{"".join(cells)}</row>')
    odd = ('<c r="B8" t="s"><v>0</v></c><c r="C8" t="s"><v>2</v></c><c r="D8"><v>102</v></c><c r="E8"><v>1.5</v></c>'
           '<c r="F8" s="1"><v>45293</v></c>' + _text("G8", "A"))  # fmt: skip
    body.append(f'<row r="8">{odd}</row>')
    body.append(
        f'<row r="9">{_text("B9", "Kết quả của công thức?")}<c r="C9"><f>1+1</f></c>{_text("D9", "3")}{_text("G9", "B")}</row>'
    )
    return body


def _relations(*found: tuple[str, str, str]) -> str:
    inner = "".join(
        f'<Relationship Id="{key}" Type="{_OFFICE}/{kind}" Target="{target}"/>' for key, kind, target in found
    )
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inner}</Relationships>'
    )


def main() -> None:
    """All of them."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    files = {
        "semicolons.csv": csv_of(";").encode("utf-8-sig"),
        "commas.csv": csv_of(",").encode(),
        "tabs_utf16.csv": csv_of("\t").encode("utf-16"),
        "windows_1258.csv": windows_1258(csv_of(";")),
        "excel.xlsx": workbook(),
    }
    for name, data in files.items():
        (FOLDER / name).write_bytes(data)


if __name__ == "__main__":
    main()
