"""The questions of a Word file of ours as items: what is shown counts, what is hidden tells the rest while both say the same."""

from __future__ import annotations

from dataclasses import dataclass, replace

from question_bank.canonical import JSON
from question_bank.content import parse, write
from question_bank.formats.attachments import Attachments
from question_bank.formats.carried import Ids, common_of, read_carried
from question_bank.formats.docx_content import Writer
from question_bank.formats.docx_messages import NOTES
from question_bank.formats.docx_own import OwnFile, OwnPart, OwnQuestion
from question_bank.formats.docx_shown import VISIBLE, Row, key_cell, key_in, rows_of, with_rows
from question_bank.formats.docx_signature import exact
from question_bank.formats.drafts import Draft
from question_bank.formats.exchange import Defaults, Imported, Notice, Question
from question_bank.formats.office_package import OfficePackage
from question_bank.formats.stimuli import Stimuli
from question_bank.formats.table_fields import read_fields
from question_bank.items import types
from question_bank.items._choice import LABELS
from question_bank.items.true_false_4 import LABELS as STATEMENT_LABELS
from question_bank.phrase import phrase
from question_bank.wording import gettext

_LETTERS = {"options": LABELS, "statements": STATEMENT_LABELS}


def own_imported(
    file: OwnFile, package: OfficePackage, attachments: Attachments, ids: Ids, defaults: Defaults
) -> Imported:
    """All questions of the file in its order."""
    items = _OwnItems(Writer(attachments, package.parts.read, exact=True), ids, defaults)
    known = Stimuli()
    for title, carried in file.topics:
        known.topic(" ".join(title.split()), carried)
    for shared in file.shared:
        tags = read_carried(shared.tags)
        draft = Draft("")
        text = items.text(OwnPart("", shared.title.lines[1:]), tags.get("text"), draft)
        shown = " ".join(line.plain() for line in shared.title.lines[:1])
        kept = tags.get("title")
        title = kept if " ".join(kept.split()) == " ".join(shown.split()) else shown
        known.add(tags.get("stimulus") or ids.take(""), title, text)
    questions = [items.question(one, file.answers.get(one.number, "")) for one in file.questions]
    notices = [
        Notice(
            "left_out",
            gettext("paragraph %(at)s", at=at),
            phrase("not part of a question: “%(text)s”", text=text[:120]),
        )
        for at, text in file.left_out[:40]
    ]
    return Imported(tuple(questions), known.found(), attachments.media, tuple(notices), known.topics)


@dataclass(slots=True)
class _OwnItems:
    """Makes the items of one file."""

    writer: Writer
    ids: Ids
    defaults: Defaults

    def question(self, found: OwnQuestion, cell: str) -> Question:
        """One question."""
        draft = Draft(f"Câu {found.number}" if found.number else gettext("paragraph %(at)s", at=found.at))
        source = found.source_text()
        for code in sorted(found.notes & NOTES.keys()):
            draft.note(code, NOTES[code])
        carried = found.carried
        name = carried.get("type")
        hidden = read_fields(carried.get("fields")) if carried.get("fields") else {}
        if name not in types() or hidden is None:
            return draft.rejected(
                "damaged", phrase("the hidden text of this question was changed: it cannot be read"), source
            )
        fields = self._rows(name, hidden, found, draft)
        fields = self._key(name, fields, cell, draft)
        texts = (
            self.text(found.stem, carried.get("stem"), draft),
            self.text(found.explanation or OwnPart("", []), carried.get("explanation"), draft),
        )
        tags = tuple(tag for tag in carried.get("tags").split("\n") if tag)
        common = common_of(replace(carried, tags=tags), self.defaults, self.ids.take(carried.get("id")), texts, draft)
        return draft.question(name, common, fields, source, settle=False)

    def text(self, part: OwnPart, kept: str, draft: Draft) -> str:
        """A text as shown; exactly as it was where the file still shows that."""
        visible = parse(self.writer.text(part.lines, draft))[0]
        same = exact(visible, parse(kept)[0]) if kept else None
        if same is not None:
            return write(same)
        if kept:
            draft.note("edited", phrase("the text was changed in Word: it was taken as it is there"))
        if len(part.lines) > 1:
            draft.doubt(
                "lines_added", phrase("paragraphs were added or changed in Word: look whether they belong here")
            )
        return write(visible)

    def _rows(self, name: str, hidden: dict[str, JSON], found: OwnQuestion, draft: Draft) -> dict[str, JSON]:
        """The fields with the texts of the rows as they are shown."""
        expected = rows_of(hidden)
        if not expected:
            field = next((one for one in VISIBLE.get(name, ()) if one in _LETTERS), "")
            labels = _LETTERS.get(field, "")
            expected = [Row(field, label, "") for label, _ in zip(labels, found.rows, strict=False)]
        if len(expected) != len(found.rows) and name in VISIBLE and expected:
            labels = _LETTERS.get(expected[0].field, "")  # hidden text may name the fields of another type
            texts = {row.label: row.text for row in expected}
            expected = [
                Row(expected[0].field, label, texts.get(label, ""))
                for label, _ in zip(labels, found.rows, strict=False)
            ]
        if len(expected) != len(found.rows):
            draft.doubt(
                "rows_changed", phrase("rows below the question were added or taken out in Word, or there are too many")
            )
            return hidden
        rows = [
            replace(row, text=self.text(part, row.text, draft)) for row, part in zip(expected, found.rows, strict=True)
        ]
        return with_rows(hidden, rows)

    def _key(self, name: str, fields: dict[str, JSON], cell: str, draft: Draft) -> dict[str, JSON]:
        """The key as the table of answers says; of types whose key fits no cell, whether both still say the same."""
        if not cell:
            draft.doubt("key_missing", phrase("the table of answers has no answer for this question"))
            return fields
        sentence = phrase("the table of answers says “%(value)s”", value=cell[:60])
        draft.evidence.append(sentence)
        if name in VISIBLE:
            key = key_in(name, fields, cell)
            if key is None:
                draft.doubt("key_unreadable", phrase("%(said)s, which is none of the options", said=sentence))
                return fields
            return {**fields, "key": key}
        kept = key_cell(name, fields)
        if kept != " ".join(cell.split()):
            message = phrase("%(said)s, but the question was written with “%(kept)s”", said=sentence, kept=kept[:60])
            draft.doubt("key_conflict", message)
        return fields
