"""Aiken: a question, options `A)` or `A.` line by line, and `ANSWER: A`. Plain text, read only; `aiken_lines` knows the lines.

Lines count as in Moodle, whose four complaints are ours: too few answers, not started (twice), not completed before the next.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from question_bank.canonical import JSON
from question_bank.content import literal
from question_bank.formats.aiken_lines import answer_of, explained, named, option_of, without_number
from question_bank.formats.carried import Carried, Ids, common_of
from question_bank.formats.drafts import Draft
from question_bank.formats.exchange import MAX_QUESTIONS, Defaults, Imported, Notice, NotThisFormat, Question
from question_bank.formats.html_text import visible
from question_bank.formats.literal_markup import as_code, look_at_stem
from question_bank.formats.plain_file import line_name, plain_file, refused, too_many
from question_bank.formats.stimuli import no_question
from question_bank.items._choice import LABELS
from question_bank.phrase import phrase

_LOOKS = re.compile(r"^[ \t]*(?:ANSWER|ĐÁP ÁN)[ \t]*:[ \t]*[A-Z]\b", re.MULTILINE | re.IGNORECASE)
_LOOKS_OPTION = re.compile(r"^[ \t]*\(?[AaBb][).:/]", re.MULTILINE)


class Aiken:
    """The format, for reading."""

    NAME = "aiken"
    ENDINGS: tuple[str, ...] = (".txt", ".aiken")

    def looks_like(self, data: bytes, name: str) -> bool:
        """A line `ANSWER: X` and a line of an option near the beginning."""
        found = plain_file(data[: 64 * 1024].rsplit(b"\n", 1)[0] if len(data) > 64 * 1024 else data)
        if isinstance(found, NotThisFormat):
            return False
        text = unicodedata.normalize("NFC", found.text)
        return _LOOKS.search(text) is not None and _LOOKS_OPTION.search(text) is not None

    def read(self, data: bytes, name: str, defaults: Defaults) -> Imported | NotThisFormat:
        """Every line belongs to a question, or is said to belong to none."""
        found = plain_file(data)
        if isinstance(found, NotThisFormat):
            return found
        reader = _Reader(defaults, Ids(name))
        for number, line in enumerate(unicodedata.normalize("NFC", found.text).split("\n"), 1):
            reader.take(number, line.strip().strip("\ufeff\u200b"))
            if len(reader.questions) > MAX_QUESTIONS:
                return too_many(number)
        reader.end()
        if not reader.answers:
            return refused("no_questions", phrase("the file holds no question of this format"))
        return Imported(tuple(reader.questions), notices=(*found.notices, *reader.notices))


@dataclass(slots=True)
class _Open:
    """A question begun. `tail` are lines behind the last option that may go on with it."""

    line: int
    stem: list[str]
    letters: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)  # the options as they stood
    tail: list[str] = field(default_factory=list)
    tail_line: int = 0
    blank: bool = False
    answer: str = ""
    explanation: list[str] = field(default_factory=list)

    @property
    def next_letter(self) -> str:
        """The letter of the option that comes next."""
        return chr(ord("A") + min(25, len(self.letters)))

    @property
    def source(self) -> str:
        """As it stood in the file, but for empty lines."""
        return "\n".join([*self.stem, *self.lines, *self.tail])

    def wrapped(self, draft: Draft) -> None:
        """The lines behind the last option are its own."""
        if self.tail:
            draft.note("wrapped", phrase("an option stands on several lines; they were joined"))
            self.lines += self.tail
            self.texts[-1] = " ".join([self.texts[-1], *self.tail])
            self.tail = []


@dataclass(slots=True)
class _Reader:
    defaults: Defaults
    ids: Ids
    questions: list[Question] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    open: _Open | None = None
    answered: _Open | None = None  # waits for what explains it
    draft: Draft = field(default_factory=lambda: Draft(""))
    answers: int = 0
    number: int = 0

    def take(self, number: int, line: str) -> None:
        """One line."""
        self.number = number
        if not line:
            if self.open:
                self.open.blank = True
            elif self.answered and self.answered.explanation:
                self._ask()
            return
        if self.answered:
            if (words := explained(line)) is not None or (self.answered.explanation and option_of(line, "") is None):
                self.answered.explanation.append(line if words is None else words)
                return
            self._ask()
        if option := option_of(line, self.open.next_letter if self.open else ""):
            self._option(*option, line)
        elif (answer := answer_of(line, bool(self.open and self.open.letters))) is not None:
            self.answers += 1
            self._answer(answer, line)
        else:
            self._words(line)

    def end(self) -> None:
        """A question that has no answer when the next begins, or the file ends."""
        if self.answered:
            self._ask()
        if self.open:
            self._not_completed(self.open, self.number)

    def _words(self, line: str) -> None:
        """A line of a question, or one that goes on with an option."""
        here = self.open
        if here and not here.letters and here.blank and without_number([line], len(self.questions) + 1)[1]:
            self.notices.append(no_question(" ".join(here.stem), line_name(here.line)))
            self._begin(self.number, [line])
        elif here and not here.letters:
            if here.blank:
                self.draft.doubt(
                    "several_paragraphs",
                    phrase("an empty line before the options: all above it was taken for the question"),
                )
            here.stem += (
                ["", line] if here.blank else [line]
            )  # Moodle takes a question to be one line, and would lose the first
            here.blank = False
        elif here and here.letters and not here.blank:
            here.tail_line = here.tail_line if here.tail else self.number
            here.tail.append(line)
        else:
            self.end()
            self._begin(self.number, [line])

    def _begin(self, line: int, stem: list[str]) -> None:
        self.open = _Open(line, stem)
        self.draft = Draft(line_name(line))

    def _option(self, letter: str, text: str, line: str) -> None:
        here = self.open
        if here is None:
            self._not_started(line)
            return
        if letter == "A" and here.letters and not here.blank and all(one.islower() for one in here.letters):
            self._begin(here.line, [*here.stem, *here.lines, *here.tail])  # “a) … b) …” was part of the question
        elif letter.upper() == "A" and here.letters and here.tail and not here.blank:
            tail, here.tail = here.tail, []
            self._not_completed(here, here.tail_line)
            self._begin(here.tail_line, tail)
        here = self.open
        assert here is not None
        here.wrapped(self.draft)
        here.blank = False
        here.letters.append(letter)
        here.texts.append(text)
        here.lines.append(line)

    def _not_started(self, line: str) -> None:
        message = phrase("an option or answer, but no question has begun")
        self.questions.append(Draft(line_name(self.number)).rejected("not_started", message, line))

    def _not_completed(self, here: _Open, line: int) -> None:
        message = phrase("the question of %(line)s is not completed before the next", line=line_name(here.line))
        self.questions.append(Draft(line_name(line)).rejected("not_completed", message, here.source))
        self.open = None

    def _answer(self, answer: str, line: str) -> None:
        here, self.open = self.open, None
        if here is None:
            self._not_started(line)
            return
        if len(here.letters) < 2:
            message = phrase("an item needs at least two options")
            self.questions.append(Draft(line_name(self.number)).rejected("too_few_options", message, here.source))
            return
        if len(here.letters) > len(LABELS):
            message = phrase("%(options)s options; at most %(most)s", options=len(here.letters), most=len(LABELS))
            self.questions.append(self.draft.rejected("too_many_options", message, here.source))
            return
        if here.tail:
            self.draft.doubt(
                "wrapped_last",
                phrase("between the last option and its answer stand lines that may be a question of their own"),
            )
            here.wrapped(self.draft)
        here.answer = answer
        self.answered = here

    def _ask(self) -> None:
        here, self.answered = self.answered, None
        if here:
            self.questions.append(self._question(here, self.draft))

    def _question(self, here: _Open, draft: Draft) -> Question:
        lines, number = without_number(here.stem, len(self.questions) + 1)
        if number:
            draft.note(
                "number_dropped", phrase("the number before the question was left out: %(number)s", number=number[:20])
            )
        options: dict[str, JSON] = dict(zip(LABELS, (_text(one, draft) for one in here.texts), strict=False))
        if [one.upper() for one in here.letters] != list(LABELS[: len(here.letters)]):
            draft.doubt(
                "letters",
                phrase(
                    "the options are lettered %(letters)s; the key may mean another", letters=", ".join(here.letters)
                ),
            )
        found = named(here.answer, here.letters, here.texts)
        if len(found.places) > 1:
            draft.doubt(
                "several_keys",
                phrase("ANSWER names several options, which Aiken does not know: %(answer)s", answer=here.answer[:40]),
            )
        if found.contradicts:
            draft.doubt(
                "key_conflict",
                phrase(
                    "ANSWER names an option, but with other words than the option's: %(answer)s",
                    answer=here.answer[:80],
                ),
            )
        if not found.places:
            draft.doubt("no_key", phrase("ANSWER names no option: %(answer)s", answer=here.answer[:40]))
        else:
            draft.evidence.append(phrase("ANSWER: %(answer)s", answer=here.answer[:40]))
        key: list[JSON] = [LABELS[place] for place in found.places]
        texts = _text("\n".join(lines), draft), _text("\n".join(here.explanation), draft)
        look_at_stem(texts[0], draft)
        common = common_of(Carried(), self.defaults, self.ids.take(""), texts, draft)
        kind = "multiple_choice" if len(key) > 1 else "single_choice"
        return draft.question(kind, common, {"options": options, "key": key}, f"{here.source}\nANSWER: {here.answer}")


def _text(words: str, draft: Draft) -> str:
    return as_code(literal(visible(words, draft)).replace("\t", " "), draft)


FORMAT = Aiken()
