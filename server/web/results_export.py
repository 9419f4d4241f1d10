"""Results as files: a workbook for offices, canonical JSON for an independent checker."""

from __future__ import annotations

import io
from collections.abc import Mapping

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from question_bank.canonical import JSON
from question_bank.phrase import phrase, phrases
from server.domain.roster import Entry
from server.live.marks import ResultRow
from server.live.sitting_service import Sitting
from server.web.documents.render import in_words

FORMAT = "exam-results-export/1"

_TITLES = (
    phrase("SBD"), phrase("Full name"), phrase("Date of birth"), phrase("Unit"), phrase("Division"), phrase("Position"),
    phrase("Part"), phrase("Answered"), phrase("Items"), phrase("Right"), phrase("Marks"), phrase("Max marks"),
    phrase("Time taken (s)"), phrase("Receipt"), phrase("Ended by"), phrase("Remark"), phrase("Before the jury"),
)  # fmt: skip
_WIDTHS = (10, 30, 12, 34, 9, 22, 6, 10, 8, 8, 9, 10, 14, 12, 14, 24, 40)


def workbook(rows: list[ResultRow], roster: Mapping[str, Entry], language: str) -> bytes:
    """The workbook's bytes; no cell is ever a formula, whatever a name begins with. Slow for thousands of rows."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(in_words(phrase("Results"), language))
    for at, width in enumerate(_WIDTHS):
        sheet.column_dimensions["ABCDEFGHIJKLMNOPQ"[at]].width = width
    sheet.freeze_panes = "C2"
    sheet.append([in_words(title, language) for title in _TITLES])
    for row in rows:
        sheet.append([_text(sheet, one) if isinstance(one, str) else one for one in _cells(row, roster, language)])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _text(sheet: WriteOnlyWorksheet, text: str) -> Cell:
    """A cell that is text to every spreadsheet program, also after it was saved and opened again."""
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"  # openpyxl takes a leading = for a formula
    cell.quotePrefix = True
    return cell


def results_document(sitting: Sitting, rows: list[ResultRow]) -> dict[str, JSON]:
    """`exam-results-export/1`: the head the marks rest on, and one row for each finished part, by part and number.

    `marks`, `max_marks` in hundredths; `right`, `marks` and `max_marks` are null while unmarked. `waiting` is how many
    items need a person to mark them, `marks_so_far` what the others come to (null where nothing waits). `misconduct`: the
    steps that stand beside the mark, which is without their consequence: the jury decides it.
    """
    found: list[JSON] = []
    for row in sorted(rows, key=lambda one: (one.part, one.sbd)):
        attempt = sitting.state.attempt_of(row.candidate_id)
        finish = attempt.parts[row.part].finish if attempt is not None else None
        if attempt is None or finish is None:
            continue
        found.append(
            {
                "sbd": row.sbd, "candidate_id": row.candidate_id, "attempt_id": attempt.attempt_id, "part": row.part,
                "answered": row.answered, "right": row.right, "of": row.of, "marks": row.marks,
                "max_marks": row.max_marks, "time_taken_ms": row.time_taken_ms, "receipt": row.receipt,
                "responses_sha256": finish.responses_sha256, "forced": row.forced, "disputed": row.disputed,
                "waiting": row.waiting, "marks_so_far": row.marks_so_far,
                "misconduct": [{"code": one.code, "deduct_percent": one.deduct_percent} for one in row.steps],
            }
        )  # fmt: skip
    head = sitting.head
    return {
        "format": FORMAT,
        "sitting_id": sitting.sitting_id,
        "journal": {"seq": head.seq, "hash": head.hash.hex()},
        "rows": found,
    }


def _cells(row: ResultRow, roster: Mapping[str, Entry], language: str) -> list[object]:
    entry = roster.get(row.candidate_id)
    remark = in_words(phrase("Disputed: the digests differ"), language) if row.disputed else _waiting(row, language)
    ended = in_words(phrase("the room (clock or officer)") if row.forced else phrase("the candidate"), language)
    return [
        row.sbd, row.full_name, f"{entry.birth_date:%d/%m/%Y}" if entry else "", row.unit, row.division,
        entry.position if entry else "", row.part + 1, row.answered, row.of, row.right, _mark(row.marks),
        _mark(row.max_marks), row.time_taken_ms // 1000, row.receipt, ended, remark, before_jury(row, language),
    ]  # fmt: skip


def before_jury(row: ResultRow, language: str) -> str:
    """Steps against misconduct and what the rules name for each; nothing of it is taken off the mark here."""
    found = (
        phrase(
            "%(step)s (%(percent)s of the mark by the rules; not taken off)",
            step=one.vi if language == "vi" else one.en,
            percent=f"{one.deduct_percent} %",
        )
        for one in row.steps
    )
    return "; ".join(in_words(one, language) for one in found)


def _waiting(row: ResultRow, language: str) -> str:
    if row.marks_so_far is None:
        return ""
    sentence = phrases("%(n)s item waits for a marker", "%(n)s items wait for a marker", row.waiting)
    return in_words(sentence, language)


def _mark(hundredths: int | None) -> float | None:
    # Exact in a spreadsheet's double for every mark there is; the JSON export keeps the integer.
    return None if hundredths is None else hundredths / 100
