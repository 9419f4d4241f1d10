"""The lines of a paper as questions: one pass, line by line. Nothing is decided about keys here. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from question_bank.formats.docx_answers import is_answer_list, is_answer_table
from question_bank.formats.docx_found import AnswerLine, FoundOption, FoundQuestion, FoundShared, KeyNote, Reading, Source
from question_bank.formats.docx_lines import Line
from question_bank.formats.docx_marks import (
    CHOSEN,
    EXPLANATION,
    KEY_LINE,
    KEY_TAG,
    SEPARATOR,
    Kind,
    PartHead,
    Start,
    bracket_marks,
    is_answer_head,
    is_end,
    is_left_out,
    kind_of,
    level_line,
    part_head,
    shared_numbers,
)
from question_bank.formats.docx_mode import Mode, is_auto, mode_of
from question_bank.formats.docx_options import Piece, options_inside, options_on
from question_bank.formats.docx_records import record_questions
from question_bank.formats.docx_statements import statement_rows
from question_bank.formats.exchange import MAX_QUESTIONS
from question_bank.formats.word_body import Table
from question_bank.formats.word_runs import OWN_TAG
from question_bank.formats.word_text import Entry, Rich, TableThing, join, of_thing, typed
from question_bank.items.text import folded

_LETTERS_ONLY = re.compile(r"\s*[A-J](?:\s*(?:[,;&+/]|và|and)\s*[A-J])*\s*[.;)]?(?:\s+\S.*)?$|\s*[A-J]{2,4}\s*$")
_DOTS = re.compile(r"[\s._…·-]*")
_GROUP_TAG = re.compile(r"\[\s*<\s*(/?)\s*(sg|egc)\s*>\s*\]", re.IGNORECASE)


def read_lines(lines: Sequence[Line]) -> Reading:
    """All questions, shared texts and answers of a document."""
    reader = _Reader(mode_of(lines), lines)
    for at, line in enumerate(lines):
        reader.line(at, line)
        if len(reader.found.questions) > MAX_QUESTIONS:
            break
    reader.close()
    return reader.found


class _Reader:
    """Where the reading stands: the open question, the open shared text, the part, and whether the paper has ended."""

    def __init__(self, mode: Mode, lines: Sequence[Line]) -> None:
        self.found = Reading()
        self._mode = mode
        self._lines = lines
        self._open: FoundQuestion | None = None
        self._shared: FoundShared | None = None
        self._part: PartHead | None = None
        self._level = None
        self._tail = False
        self._run = 0
        self._last = 0
        self._appended = (0, 0)  # the list and the paragraph of the last line put somewhere
        self._before: list[Rich] = []  # lines that belong to nothing yet: the stem of a question without a number

    def line(self, at: int, line: Line) -> None:
        """One more line."""
        if line.table is not None:
            self._table(line, line.table)
            return
        if not line.empty:
            self._take_line(at, line)
        self._hidden(line)

    def _take_line(self, at: int, line: Line) -> None:
        if self._marks_place(at, line) or self._begins(line):
            return
        if self._shared is not None and self._open is None:
            self._append(self._shared.lines, line, line.rich)
        elif self._open is not None:
            self._goes_on(self._open, line)
        elif not self._begins_unnumbered(line):
            self._beside(line)

    def close(self) -> None:
        """The document ends."""
        self._finish()

    # --- what is not part of a question ---

    def _marks_place(self, at: int, line: Line) -> bool:
        """Ends, headings of answers and of parts, page numbers, levels for what follows."""
        text = line.text.strip()
        if is_end(text) or SEPARATOR.match(text):
            self._finish()
            self._tail = self._tail or is_end(text)
            return True
        if is_left_out(text) and not (self._open is not None and text.count("\t")):
            return True
        if self._tail and is_answer_list(text) and not self._has_open_choice():
            self._finish()
            self._answer(line.rich, None)
            return True
        if is_answer_head(text) and self._answers_follow(at):
            self._finish()
            self._tail = True
            if self._mode.words or self._mode.bare:
                self._run, self._last, self._part = self._run + 1, 0, None
            return True
        return self._part_begins(line) or self._shared_begins(line)

    def _has_open_choice(self) -> bool:
        return self._open is not None and bool(self._open.options)

    def _part_begins(self, line: Line) -> bool:
        text = line.text.strip()
        head = part_head(text) if line.first else None
        bare = self._open is not None and not self._open.options and not self._open.keys and not self._tail
        if head is None or (bare and head.kind is Kind.ANY and not text[:4].isupper()):
            return False
        self._finish()
        self._part = head
        if self._tail:
            self._answer(line.rich, None)
        self._level = None
        return True

    def _shared_begins(self, line: Line) -> bool:
        text = line.text.strip()
        tag = _GROUP_TAG.match(text)
        numbers = () if tag and not tag[1] and tag[2].lower() == "sg" else shared_numbers(text)
        if tag and numbers is None:
            self._finish()
            self._shared = None
            return True
        if numbers is None or self._tail or self._asks_now() or (not numbers and self._mode.start(line)):
            return False
        self._finish()
        self._shared = FoundShared(numbers, self._run)
        self.found.shared.append(self._shared)
        self._shared.lines.append(line.rich.strip())
        return True

    def _asks_now(self) -> bool:
        """Whether a question is open that still waits for its options."""
        return self._open is not None and not self._open.options and not self._open.explaining

    def _answers_follow(self, at: int) -> bool:
        """Whether a line that says “đáp án” or “lời giải” is the heading of all answers, and not of one question's."""
        following = [line for line in self._lines[at + 1 : at + 8] if not line.empty][:3]
        for line in following:
            text = line.text.strip()
            if line.table is not None:
                return is_answer_table(line.table)
            if is_answer_list(text):
                return True
            start = self._mode.start(line)
            if start is not None:
                return self._open is None or start.number <= max(self._open.number, 1) or start.number == 1
            if part_head(text) is None and not is_answer_head(text):
                return False
        return self._tail

    def _beside(self, line: Line) -> None:
        """A line outside every question: the paper's head, a part's instruction, a chapter."""
        if self._part is not None and self._part.kind is Kind.ANY:
            kind = kind_of(line.text)
            if kind is not Kind.ANY:
                self._part = PartHead(self._part.name, self._part.number, kind)
        level = level_line(line.text)
        if level is not None:
            self._level = level
        elif self._tail:
            self._answer(line.rich, None)
        elif self.found.questions:
            self.found.left_out.append((line.paragraph.at, line.rich.plain().strip()[:300]))
        self._before.append(line.rich.strip())

    def _answer(self, rich: Rich, table: Table | None) -> None:
        self.found.answers.append(AnswerLine(rich.strip(), table, self._part, self._run))

    def _hidden(self, line: Line) -> None:
        """Hidden text belongs to the question its paragraph is of; our own export's is no text."""
        if not line.first or not line.paragraph.hidden:
            return
        carried = OWN_TAG.findall(line.paragraph.hidden)
        if self._open is not None:
            self._open.carried += carried
            self._open.hidden += OWN_TAG.sub("", line.paragraph.hidden) + "\n"
        elif self._shared is not None:
            self._shared.carried += carried

    def _append(self, lines: list[Rich], line: Line, rich: Rich) -> None:
        """A line to others: one of the same paragraph goes on in it, an entry of a list stays one."""
        rich = rich.strip()
        if line.paragraph.bullet and rich.text and not isinstance(rich.things.get(0), Entry):
            rich = of_thing(Entry(False, rich))
        if lines and not line.first and (id(lines), line.paragraph.at) == self._appended:
            lines[-1] = join([lines[-1], rich], "\n")
        else:
            lines.append(rich)
        self._appended = (id(lines), line.paragraph.at)

    # --- questions ---

    def _begins(self, line: Line) -> bool:
        start = self._mode.start(line)
        if start is None or not self._may_begin(start, line):
            return False
        self._finish()
        if start.number <= self._last:
            self._run += 1
        self._last = start.number
        question = FoundQuestion(start.number, self._part, self._run, line.paragraph.at, start.word)
        question.tail = self._tail
        question.level = self._level
        self._add(question)
        rich = line.rich.cut(start.size)
        for text in (start.notes, rich.text):
            marks = bracket_marks(text)
            question.level = marks.level or question.level
            question.tags += marks.tags
        rich = rich.cut(bracket_marks(rich.text).size).strip()
        if rich.text[:1] in (".", ":") and start.notes:
            rich = rich.cut(1).strip()
        question.notes |= set(line.paragraph.notes)
        if rich.text:
            self._first_line(question, rich, line)
        return True

    def _first_line(self, question: FoundQuestion, rich: Rich, line: Line) -> None:
        self._key_tags(question, rich.text)
        rich = _without(rich, KEY_TAG)
        if question.kind is Kind.ESSAY:
            self._append(question.stem, line, rich)
            return
        pieces = options_on(rich, 0)
        stem = rich
        if pieces and pieces[0].place == 0 and len(pieces) > 1:
            stem = Rich()
        else:
            stem, pieces = options_inside(rich)
        if stem.text:
            self._append(question.stem, line, stem)
        self._take(question, pieces)

    def _may_begin(self, start: Start, line: Line) -> bool:
        """Whether this number is the next question's and no number in a text."""
        if not start.word:
            return self._bare_may_begin(start, line)
        if start.sure or start.number == self._last + 1:
            return True
        return start.number == 1 and (self._open is None or bool(self._open.options))

    def _bare_may_begin(self, start: Start, line: Line) -> bool:
        question = self._open
        if question is None or is_auto(line):
            return True
        following = start.number == self._last + 1
        if question.explaining:
            return following
        if len(question.options) >= 2:
            return following or start.number == 1 or not line.rich.look(0).auto
        return following and (bool(question.keys) or question.kind in (Kind.SHORT, Kind.ESSAY, Kind.TRUE_FALSE))

    def _begins_unnumbered(self, line: Line) -> bool:
        """An option A that no open question waits for: what stands before it is the question."""
        pieces = options_on(line.rich, 0)
        if not pieces or pieces[0].place or not self._before or self._tail or not self._mode.unnumbered:
            return False
        question = FoundQuestion(0, self._part, self._run, line.paragraph.at, "")
        question.level = self._level
        marks = bracket_marks(self._before[-1].text)
        question.level = marks.level or question.level
        question.tags += marks.tags
        question.stem = [self._before[-1].cut(marks.size)]
        question.notes |= set(line.paragraph.notes)
        self._add(question)
        self._take(question, pieces)
        return True

    def _add(self, question: FoundQuestion) -> None:
        if self._shared is not None:
            numbers = self._shared.numbers
            if (numbers and question.number in numbers) or (not numbers and not _taken(self._shared, self.found)):
                question.shared = len(self.found.shared) - 1
            if not numbers or question.number >= max(numbers):
                self._shared = None
        elif any(question.number in shared.numbers for shared in self.found.shared if shared.run == question.run):
            question.shared = max(
                at for at, shared in enumerate(self.found.shared) if question.number in shared.numbers and shared.run == question.run
            )
        self._before = []
        self._open = question
        self.found.questions.append(question)

    def _finish(self) -> None:
        self._open = None
        self._before = []

    def _goes_on(self, question: FoundQuestion, line: Line) -> None:
        """A line of the open question."""
        question.notes |= set(line.paragraph.notes) if line.first else set()
        self._key_tags(question, line.text)
        rich = _without(line.rich, KEY_TAG).strip()
        if not rich.text:
            return
        if self._is_note(question, rich, line):
            return
        if question.explaining:
            self._explain(question, rich, line)
            return
        if question.kind is Kind.ESSAY:
            self._append(question.stem, line, rich)
            return
        pieces = self._options(question, rich)
        if pieces:
            self._take(question, pieces)
        elif question.options:
            self._append(question.after, line, rich)
        else:
            stem, pieces = options_inside(rich)
            if stem.text:
                self._append(question.stem, line, stem)
            self._take(question, pieces)

    def _options(self, question: FoundQuestion, rich: Rich) -> list[Piece]:
        pieces = options_on(rich, len(question.options))
        if not pieces:
            return []
        small = pieces[0].letter.islower()
        if question.kind is Kind.SHORT and small:
            return []
        if not question.options:
            return pieces if pieces[0].place == 0 or pieces[0].look.auto else []
        if small and not question.lower():
            return []  # a) b) inside an option
        if pieces[0].place == 0 and len(question.options) >= 1:
            return self._anew(question, pieces)
        return pieces

    def _anew(self, question: FoundQuestion, pieces: list[Piece]) -> list[Piece]:
        """The letters begin again: what looked like options was a list in the question, or a question lost its number."""
        if question.lower() and pieces[0].letter.isupper():
            question.stem += [_as_line(option) for option in question.options] + question.after
            question.options, question.after = [], []
            return pieces
        if len(question.options) < 2 or not question.after:
            question.notes.add("letters_again")
            return []
        following = FoundQuestion(0, self._part, self._run, question.at, "")
        following.level, following.stem, question.after = self._level, question.after, []
        if not self._mode.unnumbered:
            following.notes.add("number_missing")
        self._add(following)
        self._take(following, pieces)
        return []

    def _take(self, question: FoundQuestion, pieces: list[Piece]) -> None:
        for piece in pieces:
            if question.options:
                question.options[-1].lines += question.after
                question.after = []
            if not piece.look.auto and piece.place != len(question.options):
                question.notes.add("letters_wrong")
            if not piece.sure:
                question.notes.add("options_unsure")
            question.options.append(FoundOption.of(piece))

    def _is_note(self, question: FoundQuestion, rich: Rich, line: Line) -> bool:
        """A line that gives the key, begins the explanation, or says the level."""
        text = rich.text
        head = EXPLANATION.match(text)
        ready = bool(question.options or question.keys or question.kind is not Kind.ANY or question.tail)
        if head is not None and ready and (head["sign"] or question.options):
            question.explaining = True
            if rest := rich.cut(head.end()).strip():
                self._explain(question, rest, line)
            return True
        level = level_line(text)
        if level is not None:
            question.level = level
            return True
        key = KEY_LINE.match(text)
        if key is None or (question.explaining and question.keys):
            return False
        value = key["value"].strip()
        if _DOTS.fullmatch(value):
            return not question.options or not value
        if question.options and not _LETTERS_ONLY.match(value) and not question.lower():
            return _is_place(value, question) and self._kept(question, value)
        return self._kept(question, value)

    def _kept(self, question: FoundQuestion, value: str) -> bool:
        question.keys.append(KeyNote(Source.LINE, value[:300]))
        return True

    def _explain(self, question: FoundQuestion, rich: Rich, line: Line) -> None:
        if not rich.text:
            return
        self._append(question.explanation, line, rich)
        found = CHOSEN.search(rich.text)
        if found is not None and found["value"].isupper():
            question.keys.append(KeyNote(Source.EXPLANATION, found["value"]))

    def _key_tags(self, question: FoundQuestion, text: str) -> None:
        question.keys += [KeyNote(Source.TAG, found["value"].strip()) for found in KEY_TAG.finditer(text)]

    def _table(self, line: Line, table: Table) -> None:
        thing = line.rich.things.get(0)
        records = record_questions(table)
        if records:
            self._finish()
            self._run += bool(records[0].number <= self._last)
            for record in records:
                record.part, record.run, record.level, record.tail = self._part, self._run, record.level or self._level, self._tail
            self.found.questions += records
            self._last = records[-1].number
            return
        if is_answer_table(table) and (self._tail or self._open is None or bool(self._open.options)):
            self._finish()
            self._answer(line.rich, table)
            return
        question = self._open
        if question is not None and isinstance(thing, TableThing):
            rows = statement_rows(table) if not question.options else []
            if rows:
                question.options = rows
            elif question.options and not question.explaining:
                question.after.append(line.rich)
            elif question.explaining:
                question.explanation.append(line.rich)
            else:
                question.stem.append(line.rich)
                question.tables.append(table)
        elif self._shared is not None:
            self._shared.lines.append(line.rich)
        elif self.found.questions:
            self.found.left_out.append((line.paragraph.at, line.rich.plain()[:300]))


def _taken(shared: FoundShared, found: Reading) -> bool:
    """Whether a shared text that names no numbers has a question already."""
    at = len(found.shared) - 1
    return any(question.shared == at for question in found.questions)


def _is_place(value: str, question: FoundQuestion) -> bool:
    """“Correct: 2”, or an option's text again."""
    whole = folded(value)
    same = [option for option in question.options if folded(" ".join(line.plain() for line in option.lines)) == whole]
    return len(same) == 1 or (value in "123456789" and int(value) <= len(question.options))


def _as_line(option: FoundOption) -> Rich:
    """An option as it stood in the text."""


    return join([typed(f"{option.letter}) "), *option.lines])


def _without(rich: Rich, pattern: re.Pattern[str]) -> Rich:
    """The text without what the pattern finds."""


    if "<" not in rich.text:
        return rich
    parts: list[Rich] = []
    at = 0
    for found in pattern.finditer(rich.text):
        parts.append(rich.cut(at, found.start()))
        at = found.end()
    return join([*parts, rich.cut(at)]) if parts else rich
