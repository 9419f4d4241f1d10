"""Items as an .xlsx file: a column for what people fill in, the rest of an item as JSON in the last one.

Written by hand and always the same bytes for the same items: no time, no user's name. Every cell is a text (`inlineStr`), so
nothing in it is ever a formula; texts that begin like one carry Excel's mark for text (`quotePrefix`) besides.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

from question_bank.bank import Bank
from question_bank.canonical import JSON
from question_bank.formats.exchange import Loss
from question_bank.formats.office_package import zipped_office
from question_bank.formats.table_fields import write_fields
from question_bank.formats.table_headers import OWN_COLUMN
from question_bank.formats.table_rows import column_letters
from question_bank.formats.xml_tree import writable
from question_bank.items._choice import LABELS
from question_bank.items.model import Item, Stimulus, optional_fields
from question_bank.phrase import phrase

MAX_CELL = 32_767  # characters of a cell of Excel
HEADS = (
    "STT",
    "Mã",
    "Loại",
    "Chủ đề",
    "Mức độ",
    "Câu hỏi",
    *LABELS,
    "Đáp án đúng",
    "Giải thích",
    "Nguồn",
    "Nhãn",
    "Ngữ liệu",
    OWN_COLUMN,
)
STIMULI, TOPICS = "Ngữ liệu", "Chủ đề"
STIMULUS_HEADS, TOPIC_HEADS = ("Mã", "Tên", "Nội dung"), ("Mã", "Tên", "Tên tiếng Anh")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WIDE = {"Câu hỏi": 60, "Giải thích": 50, "Nguồn": 30, OWN_COLUMN: 20, "Nội dung": 90, "Tên": 50, "Tên tiếng Anh": 50}


def write_table(bank: Bank, items: Sequence[Item]) -> tuple[bytes, list[Loss]]:
    """The file, and what of the items it does not hold."""
    losses: list[Loss] = []
    rows = [list(HEADS), *(_row(number, item, losses) for number, item in enumerate(items, 1))]
    named = [bank.stimuli[one] for one in dict.fromkeys(item.common.stimulus for item in items) if one in bank.stimuli]
    sheets = {"Câu hỏi": rows}
    if named:
        sheets[STIMULI] = [list(STIMULUS_HEADS), *(_stimulus_row(one) for one in named)]
    topics = dict.fromkeys(item.common.topic for item in items)
    sheets[TOPICS] = [
        list(TOPIC_HEADS),
        *([code, bank.topics[code].vi, bank.topics[code].en] for code in topics if code in bank.topics),
    ]
    return _workbook(sheets), losses


def _stimulus_row(stimulus: Stimulus) -> list[str]:
    return [stimulus.id, stimulus.title, stimulus.text]


def _row(number: int, item: Item, losses: list[Loss]) -> list[str]:
    """The cells of one item."""
    fields = item.own_fields()
    options, key, used = _columns(item.NAME, fields)
    rest = {name: value for name, value in fields.items() if name not in used and value not in ([], {})}
    common = optional_fields(item.common)
    for name in ("stimulus", "tags"):
        common.pop(name, None)
    extra = {**rest, **{name: _plain(value) for name, value in common.items()}}
    tags = ", ".join(item.common.tags)
    if any("," in tag or ";" in tag for tag in item.common.tags):
        extra["tags"], tags = list(item.common.tags), ""
    written = write_fields(extra)
    cells = [
        str(number), item.id, item.NAME, item.common.topic, item.common.level.value, item.common.stem,
        *options, *[""] * (len(LABELS) - len(options)), key, item.common.explanation, item.common.source, tags,
        item.common.stimulus, written,
    ]  # fmt: skip
    _lost(item, cells, losses)
    return [cell[:MAX_CELL] for cell in cells]


def _plain(value: JSON) -> JSON:
    """Truths and numbers as authors write them."""
    return value if isinstance(value, list) else str(value).lower()


def _lost(item: Item, cells: Iterable[str], losses: list[Loss]) -> None:
    if any(len(cell) > MAX_CELL for cell in cells):
        losses.append(
            Loss(
                item.id,
                "cell_cut",
                phrase("a text is longer than a cell of Excel (%(most)s characters) and was cut", most=MAX_CELL),
            )
        )
    if (
        any(f"{{{{{kind}:" in text for _, text in item.texts() for kind in ("picture", "audio", "video"))
        or "picture" in item.own_fields()
    ):
        losses.append(
            Loss(
                item.id,
                "files_left_out",
                phrase("a table holds no pictures and recordings: only their names are in it"),
            )
        )


def _columns(name: str, fields: dict[str, JSON]) -> tuple[list[str], str, set[str]]:
    """What of a type's fields stands in columns of its own: options, the key, and the names of these fields."""
    if name in ("single_choice", "multiple_choice"):
        return _texts(fields["options"]), ", ".join(_words(fields["key"])), {"options", "key"}
    if name == "true_false_4":
        return _texts(fields["statements"]), ", ".join(_words(fields["key"])) or "–", {"statements", "key"}
    if name == "true_false":
        return [], "Đúng" if fields["key"] == "true" else "Sai", {"key"}
    if name == "ordering":
        return (
            (_words(fields["entries"]), "", {"entries"})
            if len(_words(fields["entries"])) <= len(LABELS)
            else ([], "", set())
        )
    answers = fields.get("answers")
    if name in ("numeric", "short_text") and isinstance(answers, list):
        part = "value" if name == "numeric" else "text"
        plain = [one[part] for one in answers if isinstance(one, dict) and set(one) == {part}]
        texts = [one for one in plain if isinstance(one, str)]
        if len(texts) == len(answers) and _comes_back(texts):
            return [], " | ".join(texts), {"answers"}
    return [], "", set()


def _comes_back(texts: Sequence[str]) -> bool:
    """Whether answers written beside each other are read as the same ones."""
    return all(
        text.strip() == text and "|" not in text and " hoặc " not in text and "\n" not in text and "  " not in text
        for text in texts
    )


def _texts(value: JSON) -> list[str]:
    return [one for one in value.values() if isinstance(one, str)] if isinstance(value, dict) else []


def _words(value: JSON) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


# --- the file ---


def _workbook(sheets: dict[str, list[list[str]]]) -> bytes:
    names = list(sheets)
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        for n in range(1, len(names) + 1)
    )
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    members = {
        "[Content_Types].xml": f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType='
        f'"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/>'
        f"{overrides}</Types>",
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        + "".join(f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(names, 1))
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _relations(
            [*(("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(names) + 1)), ("styles", "styles.xml")]
        ),
        "xl/styles.xml": _STYLES,
        **{f"xl/worksheets/sheet{n}.xml": _sheet(sheets[name]) for n, name in enumerate(names, 1)},
    }
    return zipped_office({name: text.encode() for name, text in members.items()})


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    inner = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inner}</Relationships>'
    )


# Styles 0: text that wraps; 1: the same with Excel's mark for text; 2: a heading.
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFE7EEF7"/></patternFill></fill></fills>'
    "<borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3">'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>'
    '<xf numFmtId="49" fontId="1" fillId="2" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1"/></cellXfs></styleSheet>'
)  # fmt: skip


def _sheet(rows: Sequence[Sequence[str]]) -> str:
    columns = "".join(
        f'<col min="{n}" max="{n}" width="{_WIDE.get(name, 14)}" customWidth="1"/>' for n, name in enumerate(rows[0], 1)
    )
    body = "".join(
        f'<row r="{y}">{"".join(_cell(text, x, y) for x, text in enumerate(row) if text)}</row>'
        for y, row in enumerate(rows, 1)
    )
    view = '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
    return f'<worksheet xmlns="{_MAIN}">{view}<cols>{columns}</cols><sheetData>{body}</sheetData></worksheet>'


def _cell(text: str, x: int, y: int) -> str:
    """A text; one that would look like a formula in a .csv made of it is marked as text."""
    style = 2 if y == 1 else 1 if text[:1] in "=+-@\t\r" else 0
    return f'<c r="{column_letters(x)}{y}" t="inlineStr" s="{style}"><is><t xml:space="preserve">{_escaped(text)}</t></is></c>'


def _escaped(text: str) -> str:
    """XML, and Excel's own escapes for `_x0041_` typed as such."""
    return escape(writable(text).replace("_x", "_x005F_x"))
