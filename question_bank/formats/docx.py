"""Word files (.docx) as Vietnamese teachers write them: read into items with the evidence for every key (docs/formats.md)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from question_bank.bank import Bank
from question_bank.formats.attachments import Attachments
from question_bank.formats.carried import Ids
from question_bank.formats.docx_behind import take_behind
from question_bank.formats.docx_columns import settle_columns
from question_bank.formats.docx_content import Writer
from question_bank.formats.docx_evidence import names_several
from question_bank.formats.docx_found import FoundQuestion, Reading
from question_bank.formats.docx_instructions import take_instructions
from question_bank.formats.docx_items import Items
from question_bank.formats.docx_lines import lines_of
from question_bank.formats.docx_looks import body_colour, habits_of, usual_emphasis
from question_bank.formats.docx_matching import matched
from question_bank.formats.docx_own import is_own, read_own
from question_bank.formats.docx_own_items import own_imported
from question_bank.formats.docx_reading import read_lines
from question_bank.formats.docx_solutions import settle_tails
from question_bank.formats.docx_write import write_docx
from question_bank.formats.exchange import (
    MAX_QUESTIONS,
    Defaults,
    Exported,
    Imported,
    Notice,
    NotThisFormat,
    Question,
)
from question_bank.formats.office_package import OfficePackage
from question_bank.formats.other_files import other_file
from question_bank.formats.plain_file import refused, too_large, too_many
from question_bank.formats.word_around import Around, around
from question_bank.formats.word_body import Body
from question_bank.formats.zips import UnreadableFileError
from question_bank.items.model import Item
from question_bank.phrase import Phrase, phrase
from question_bank.wording import gettext

_EMBEDDED = phrase(
    "text of the file is embedded in another format, as web pages export it: open it in Word and save it again"
)
_MOST_LEFT_OUT = 40  # notices of lines outside questions


class Docx:
    """The format."""

    NAME = "docx"
    ENDINGS: tuple[str, ...] = (".docx", ".docm", ".dotx")

    def looks_like(self, data: bytes, name: str) -> bool:
        """A ZIP with a Word document in it."""
        return data[:2] == b"PK" and b"word/" in data

    def read(self, data: bytes, name: str, defaults: Defaults) -> Imported | NotThisFormat:
        """Every question of the document, in its order."""
        if (large := too_large(data)) is not None:
            return large
        if (other := other_file(data)) is not None:
            return refused("other_format", other)
        try:
            package = OfficePackage.open(data)
            beside = around(package)
            blocks = Body.open(package).read()
            if is_own(blocks):
                own = read_own(blocks)
                if len(own.questions) > MAX_QUESTIONS:
                    return too_many()
                return own_imported(own, package, Attachments(len(data)), Ids(name), defaults)
            reading = read_lines(lines_of(blocks))
            return _imported(reading, package, beside, Attachments(len(data)), Ids(name), defaults)
        except UnreadableFileError as error:
            return refused("unreadable", error.reason)

    def write(self, bank: Bank, items: Sequence[Item], media: Mapping[str, bytes]) -> Exported:
        """A document to print and to edit, the key in a table at the end."""
        return write_docx(bank, items, media)


def _imported(
    reading: Reading, package: OfficePackage, beside: Around, attachments: Attachments, ids: Ids, defaults: Defaults
) -> Imported | NotThisFormat:
    main = settle_tails(reading)
    if len(main) > MAX_QUESTIONS:
        return too_many()
    if not main and beside.embedded:
        return refused("no_questions", _EMBEDDED)
    if not main:
        return refused("no_questions", phrase("no questions were found: they begin with “Câu 1.”, options with “A.”"))
    settle_columns(main)
    take_behind(main)
    taken = take_instructions(main)
    reading.left_out = [one for one in reading.left_out if one[1] not in taken]
    answers = matched(reading, main, beside.margins)
    body = body_colour(main)
    writer = Writer(attachments, package.parts.read, usual=usual_emphasis(main))
    habits = habits_of(main, body)
    habits.several = sum(
        any(
            names_several(value)
            for value in (*(note.value for note in one.keys), *(said.value for said in answers.answers.get(at, ())))
        )
        for at, one in enumerate(main)
    )
    items = Items(writer, defaults, ids, habits, body)
    names = _names(main)
    questions: list[Question] = [
        items.question(found, answers.answers.get(at, ()), reading.shared, names[at]) for at, found in enumerate(main)
    ]
    notices = _notices(reading, answers.loose, beside)
    return Imported(tuple(questions), tuple(items.stimuli), attachments.media, notices)


def _notices(reading: Reading, loose: Sequence[Phrase], beside: Around) -> tuple[Notice, ...]:
    """What is to be known of the file as a whole."""
    found = [Notice("answer_loose", gettext("answers at the end"), said) for said in dict.fromkeys(loose)]
    for at, text in reading.left_out[:_MOST_LEFT_OUT]:
        message = phrase("not part of a question: “%(text)s”", text=text[:120])
        found.append(Notice("left_out", gettext("paragraph %(at)s", at=at), message))
    for text in beside.margins:
        message = phrase("what stands above or below every page was left out: “%(text)s”", text=text[:120])
        found.append(Notice("margin_left_out", gettext("header or footer"), message))
    for text in beside.comments[:_MOST_LEFT_OUT]:
        message = phrase("a comment was left out: “%(text)s”", text=text[:120])
        found.append(Notice("comments_left_out", "", message))
    if len(beside.comments) > _MOST_LEFT_OUT:
        message = phrase("%(count)s comments were left out", count=len(beside.comments))
        found.append(Notice("comments_left_out", "", message))
    if beside.embedded:
        found.append(Notice("embedded_left_out", "", _EMBEDDED))
    if beside.macros:
        found.append(
            Notice(
                "macros_left_out", "", phrase("the file holds macros: they were left out and nothing of them was run")
            )
        )
    return tuple(found)


def _names(questions: Sequence[FoundQuestion]) -> list[str]:
    """What each question is called: its number, with its part where numbers are there twice."""
    numbers = Counter(question.number for question in questions)
    again = any(times > 1 for number, times in numbers.items() if number)
    found: list[str] = []
    seen: Counter[int] = Counter()
    for question in questions:
        seen[question.number] += 1
        if not question.number:
            found.append(gettext("paragraph %(at)s", at=question.at))
            continue
        word = {"câu": "Câu", "bài": "Bài", "question": "Question"}.get(question.word, "Câu")
        name = f"{word} {question.number}"
        if again and question.part:
            name = f"Phần {question.part.name}, {name}"
        elif numbers[question.number] > 1:
            name = f"{name} ({seen[question.number]})"
        found.append(name)
    return found


FORMAT = Docx()
