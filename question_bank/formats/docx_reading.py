"""The lines of a paper as questions: one pass, line by line. Nothing is decided about keys here. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from question_bank.formats.docx_ahead import answers_below, behind_number, is_own_key, options_come, stem_goes_on
from question_bank.formats.docx_answer_tables import is_answer_table
from question_bank.formats.docx_answers import is_answer_list, list_behind_head, short_answers_in
from question_bank.formats.docx_found import AnswerLine, FoundQuestion, Reading
from question_bank.formats.docx_lines import Line
from question_bank.formats.docx_marks import (
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
from question_bank.formats.docx_options import begins_inside, options_on
from question_bank.formats.docx_papers import named_papers
from question_bank.formats.docx_records import record_questions
from question_bank.formats.docx_shared import SharedTexts
from question_bank.formats.docx_statements import statement_rows
from question_bank.formats.docx_taking import Taking
from question_bank.formats.exchange import MAX_QUESTIONS
from question_bank.formats.word_body import Table
from question_bank.formats.word_runs import OWN_TAG
from question_bank.formats.word_text import Rich, TableThing
from question_bank.items.model import Level

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
        self._taking = Taking(self._add_following, mode.unnumbered)
        self._mode = mode
        self._lines = lines
        self._open: FoundQuestion | None = None
        self._shared = SharedTexts(self.found.shared)
        self._part: PartHead | None = None
        self._level: Level | None = None
        self._tail = False
        self._paper = ""  # the code that was named last
        self._run = 0
        self._last = 0
        self._before: list[Rich] = []  # lines that belong to nothing yet: the stem of a question without a number

    def line(self, at: int, line: Line) -> None:
        """One more line."""
        if line.table is not None:
            self._table(line, line.table)
            return
        rest = line
        while not rest.empty:
            start = self._mode.start(rest)
            end = begins_inside(rest.rich, start.number if start else self._last) if self._mode.words else 0
            self._take_line(at, replace(rest, rich=rest.rich.cut(0, end or None)))
            rest = replace(rest, rich=rest.rich.cut(end) if end else Rich())
        self._hidden(line)

    def _take_line(self, at: int, line: Line) -> None:
        self._leave_rules(at, line)
        if self._marks_place(at, line) or self._begins(line):
            return
        if self._shared.lines is not None and self._open is None:
            self._taking.append(self._shared.lines, line, line.rich)
        elif self._open is not None:
            self._taking.goes_on(self._open, line)
        elif not self._begins_unnumbered(line):
            self._beside(line)

    def _leave_rules(self, at: int, line: Line) -> None:
        """Rules for candidates numbered 1, 2, 3 above the first question: they are none where 1 comes again, and then options."""
        question, start = self._open, self._mode.start(line)
        if question is None or start is None or start.word or start.number != 1 or len(self.found.questions) != 1:
            return
        if question.number != 1 or question.options or question.keys or not options_come(self._lines[at + 1 :]):
            return
        said = [one.plain().strip() for one in question.stem if one.plain().strip()]
        self.found.left_out += [(question.at, text[:300]) for text in said]
        self.found.questions.clear()
        self._finish()
        self._last = 0

    def close(self) -> None:
        """The document ends."""
        self._finish()

    # --- what is not part of a question ---

    def _marks_place(self, at: int, line: Line) -> bool:
        """Ends, headings of answers and of parts, page numbers, levels for what follows."""
        text = line.text.strip()
        if not list_behind_head(text)[0] and (papers := named_papers(text, alone=self._open is not None)):
            self._paper = papers[0] if len(papers) == 1 else ""
            self.found.papers |= set() if self._tail or is_answer_head(text) else set(papers)
        ends = is_end(text) and not (self._asks_now() and stem_goes_on(self._lines[at + 1 :], self._mode))
        if ends or SEPARATOR.match(text):
            self._finish()
            self._tail = self._tail or ends
            return True
        if is_left_out(text) and not (self._open is not None and text.count("\t")):
            return True
        if self._is_list_of_answers(line):
            return True
        if is_answer_head(text) and not is_answer_list(text) and self._answers_follow(at):
            self._finish()
            self._tail = True
            if self._mode.words or self._mode.bare:
                self._run, self._last, self._part = self._run + 1, 0, None
            return True
        return self._part_begins(line) or self._shared_begins(line)

    def _is_list_of_answers(self, line: Line) -> bool:
        """A line of answers behind the end, or behind a heading of its own, which ends the paper."""
        text = line.text.strip()
        is_list = is_answer_list(text) or len(short_answers_in(text)) > 1
        if self._tail and is_list and not (self._open is not None and self._open.options):
            self._part = part_head(text) or self._part
            begin = 0
        else:
            begin, numbers = list_behind_head(line.text)
            if not begin or (self._open is not None and not (self._open.options and self._open.number in numbers)):
                return False
        self._finish()
        self._tail = self._tail or bool(self.found.questions)
        self._paper = next(iter(named_papers(text if not begin else line.text[:begin].rstrip(" :.-–"))), self._paper)
        self._answer(line.rich.cut(begin), None)
        return True

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
            self._shared.close()
            return True
        if numbers is None or self._tail or self._asks_now() or (not numbers and self._mode.start(line)):
            return False
        self._finish()
        self._shared.begin(numbers, self._run, line.rich.strip())
        return True

    def _asks_now(self) -> bool:
        """Whether a question is open that still waits for its options."""
        return self._open is not None and not self._open.options and not self._open.explaining

    def _answers_follow(self, at: int) -> bool:
        """Whether a line that says “đáp án” or “lời giải” is the heading of all answers, and not of one question's."""
        if self._open is not None and is_own_key(self._lines[at : at + 8], self._mode, self._open.number):
            return False
        following = answers_below(self._lines[at + 1 : at + 8], self._mode, self._open.number if self._open else 0)
        return self._tail if following is None else following

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
        else:
            self.found.left_out.append((line.paragraph.at, line.rich.plain().strip()[:300]))
        self._before.append(line.rich.strip())

    def _answer(self, rich: Rich, table: Table | None) -> None:
        self.found.answers.append(AnswerLine(rich.strip(), table, self._part, self._run, self._paper))

    def _hidden(self, line: Line) -> None:
        """Hidden text belongs to the question its paragraph is of; our own export's is no text."""
        if not line.first or not line.paragraph.hidden:
            return
        if self._open is not None:
            self._open.hidden += OWN_TAG.sub("", line.paragraph.hidden) + "\n"

    # --- questions ---

    def _begins(self, line: Line) -> bool:
        start = self._mode.start(line)
        if start is None or not self._may_begin(start, line):
            return False
        above = self._before
        self._finish()
        self._run += self._begins_anew(start)
        self._last = start.number
        question = FoundQuestion(start.number, self._part, self._run, line.paragraph.at, start.word)
        question.tail, question.paper = self._tail, self._paper
        question.level, question.above = self._level, above
        self._add(question)
        rich = behind_number(line, start)
        marks = bracket_marks(rich.text)
        question.level = marks.level or question.level
        question.tags += marks.tags
        rich = rich.cut(marks.size).strip()
        question.notes |= set(line.paragraph.notes)
        if rich.text:
            self._taking.first_line(question, rich, line)
        return True

    def _begins_anew(self, start: Start) -> bool:
        """Whether numbers begin again: lower than the last, or the same and not just a number typed twice."""
        before = self.found.questions[-1] if self.found.questions else None
        twice = start.number > 1 and before is not None and before.part is self._part and before.tail == self._tail
        return start.number < self._last or (start.number == self._last and not twice)

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
        self._taking.take(question, pieces)
        return True

    def _add(self, question: FoundQuestion) -> None:
        self._shared.give(question)
        self._before = []
        self._open = question
        self.found.questions.append(question)

    def _add_following(self, question: FoundQuestion) -> None:
        """A question that begins where the letters of the one before begin anew."""
        question.level = self._level
        self._add(question)

    def _finish(self) -> None:
        self._open = None
        self._before = []

    def _table(self, line: Line, table: Table) -> None:
        thing = line.rich.things.get(0)
        records = record_questions(table)
        if records:
            self._finish()
            self._run += bool(records[0].number <= self._last)
            for record in records:
                record.part, record.run, record.tail, record.paper = self._part, self._run, self._tail, self._paper
                record.level = record.level or self._level
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
        elif self._shared.lines is not None:
            self._shared.lines.append(line.rich)
        elif self.found.questions:
            self.found.left_out.append((line.paragraph.at, line.rich.plain()[:300]))
