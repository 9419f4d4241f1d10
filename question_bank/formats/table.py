"""Tables of questions: .xlsx and .csv as people fill them in, read; .xlsx written (docs/formats.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from question_bank.bank import Bank
from question_bank.bilingual import Bilingual
from question_bank.formats.carried import Ids
from question_bank.formats.exchange import (
    MAX_QUESTIONS,
    Defaults,
    Exported,
    Imported,
    Notice,
    NotThisFormat,
    Question,
)
from question_bank.formats.plain_file import refused, too_large, too_many
from question_bank.formats.table_csv import read_csv
from question_bank.formats.table_headers import OWN_COLUMN, Column, Head, counts_from, heads_of
from question_bank.formats.table_items import Rows
from question_bank.formats.table_keys import habits_of
from question_bank.formats.table_rows import Row, Sheet, column_letters
from question_bank.formats.table_write import STIMULI, STIMULUS_HEADS, TOPIC_HEADS, TOPICS, write_table
from question_bank.formats.table_xlsx import read_xlsx
from question_bank.formats.zips import UnreadableFileError
from question_bank.ids import StimulusId, TopicCode
from question_bank.items.model import Item, Stimulus
from question_bank.phrase import phrase

_HEAD_ROWS = 30  # in which the headings must be
_FILLED_DOWN = (Column.TOPIC, Column.LEVEL, Column.SOURCE, Column.TYPE)  # what one merged cell says of many rows
_MOST_NOTICES = 100


class Table:
    """The format."""

    NAME = "table"
    ENDINGS: tuple[str, ...] = (".xlsx", ".xlsm", ".csv", ".tsv")

    def looks_like(self, data: bytes, name: str) -> bool:
        """A ZIP with a workbook in it, or a file called .csv."""
        return (data[:2] == b"PK" and b"xl/" in data) or name.lower().endswith((".csv", ".tsv"))

    def read(self, data: bytes, name: str, defaults: Defaults) -> Imported | NotThisFormat:
        """Every row of every sheet that has headings."""
        if (large := too_large(data)) is not None:
            return large
        notices: tuple[Notice, ...] = ()
        try:
            if data[:2] == b"PK":
                sheets = read_xlsx(data)
            else:
                found = read_csv(data)
                if isinstance(found, NotThisFormat):
                    return found
                sheets, notices = [found[0]], found[1]
        except UnreadableFileError as error:
            return refused("unreadable", error.reason)
        return _imported(sheets, name, defaults, notices)

    def write(self, bank: Bank, items: Sequence[Item], media: Mapping[str, bytes]) -> Exported:
        """An .xlsx; files are only named in it."""
        data, losses = write_table(bank, items)
        return Exported(data, len(items), tuple(losses))


def _imported(
    sheets: Sequence[Sheet], name: str, defaults: Defaults, before: tuple[Notice, ...]
) -> Imported | NotThisFormat:
    questions: list[Question] = []
    notices = list(before)
    ids = Ids(name)
    known = 0
    own = any(OWN_COLUMN in row.texts() for sheet in sheets for row in sheet.rows[:1])
    stimuli, topics = _named(sheets) if own else ((), {})
    for sheet in sheets:
        if own and sheet.name in (STIMULI, TOPICS):
            continue
        found = _heads(sheet)
        if found is None or sheet.hidden:
            notices += _left_out(sheet)
            continue
        known += 1
        questions += _questions(sheet, found, defaults, ids, own, notices)
        if len(questions) > MAX_QUESTIONS:
            return too_many()
    if not known:
        message = phrase(
            "no row of headings was found: one column must be called “Câu hỏi”, and others “A”, “B” … or “Đáp án đúng”"
        )
        return refused("no_headings", message)
    return Imported(tuple(questions), stimuli, {}, tuple(notices[:_MOST_NOTICES]), topics)


def _left_out(sheet: Sheet) -> list[Notice]:
    if not sheet.rows:
        return []
    message = (
        phrase("this sheet is hidden and was left out")
        if sheet.hidden
        else phrase("this sheet has no row of headings and was left out")
    )
    return [Notice("sheet_left_out", sheet.name, message)]


def _heads(sheet: Sheet) -> tuple[int, dict[int, Head]] | None:
    """Where the headings are, by the place of their row, and the columns they name."""
    for at, row in enumerate(sheet.rows[:_HEAD_ROWS]):
        heads = heads_of(row.texts())
        if heads is not None:
            return at, heads
    return None


def _questions(
    sheet: Sheet, found: tuple[int, dict[int, Head]], defaults: Defaults, ids: Ids, own: bool, notices: list[Notice]
) -> list[Question]:
    first, heads = found
    rows = _filled_down(sheet, sheet.rows[first + 1 :], heads)
    keys = [
        row.cells[at].text
        for row in rows
        for at, head in heads.items()
        if head.column is Column.KEY and at in row.cells
    ]
    for at, text in enumerate(sheet.rows[first].texts()):
        if text and at not in heads:
            where = f"{sheet.name}!{column_letters(at)}{sheet.rows[first].number}" if sheet.name else column_letters(at)
            notices.append(
                Notice(
                    "column_left_out",
                    where,
                    phrase("the column “%(name)s” is not known and was left out", name=text[:40]),
                )
            )
    counts = [counts_from(text) for at, text in enumerate(sheet.rows[first].texts()) if _is_key(heads.get(at))]
    habits = habits_of(keys, next((one for one in counts if one is not None), None))
    reader = Rows(heads, habits, defaults, ids, own, sheet.name)
    questions: list[Question] = []
    for row in rows:
        question = reader.question(row)
        if question is not None:
            questions.append(question)
            if len(questions) > MAX_QUESTIONS:
                break
        elif row.cells and any(cell.text.strip() for cell in row.cells.values()):
            said = " | ".join(cell.text.strip() for cell in row.cells.values())[:120]
            notices.append(
                Notice("row_left_out", reader.where(row.number), phrase("not a question: “%(text)s”", text=said))
            )
    return questions


def _is_key(head: Head | None) -> bool:
    return head is not None and head.column is Column.KEY


def _filled_down(sheet: Sheet, rows: Sequence[Row], heads: Mapping[int, Head]) -> list[Row]:
    """Rows in which a merged cell's topic, level, source or type stands in each row it covers."""
    by_number = {row.number: row for row in rows}
    columns = {at for at, head in heads.items() if head.column in _FILLED_DOWN}
    for first, last, begin, end in sheet.merged:
        for column in columns & set(range(begin, min(end, begin + 200) + 1)):
            top = by_number.get(first)
            if top is None or column not in top.cells:
                continue
            for number in range(first + 1, min(last, first + 5000) + 1):
                if number in by_number:
                    by_number[number].cells.setdefault(column, top.cells[column])
    return list(rows)


def _named(sheets: Sequence[Sheet]) -> tuple[tuple[Stimulus, ...], dict[TopicCode, Bilingual]]:
    """Stimuli and topics of a file that this program wrote."""
    stimuli: list[Stimulus] = []
    topics: dict[TopicCode, Bilingual] = {}
    for sheet in sheets:
        rows = [[row.cells[at].text if at in row.cells else "" for at in range(3)] for row in sheet.rows]
        if sheet.name == STIMULI and rows and tuple(rows[0]) == STIMULUS_HEADS:
            stimuli += [Stimulus(StimulusId(one[:40]), title, text) for one, title, text in rows[1:] if one]
        elif sheet.name == TOPICS and rows and tuple(rows[0]) == TOPIC_HEADS:
            topics |= {TopicCode(code): Bilingual(vi, en) for code, vi, en in rows[1:] if code}
    return tuple(stimuli), topics


FORMAT = Table()
