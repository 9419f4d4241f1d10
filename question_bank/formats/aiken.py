"""Aiken: a question, options `A)` or `A.` line by line, and `ANSWER: A`. Plain text, one right option, read only.

Lines count as in Moodle, whose four complaints are ours: too few answers, not started (twice), not completed before the next.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from question_bank.canonical import JSON
from question_bank.content import literal
from question_bank.formats.carried import Carried, Ids, common_of
from question_bank.formats.drafts import Draft
from question_bank.formats.exchange import MAX_QUESTIONS, Defaults, Imported, NotThisFormat, Question
from question_bank.formats.html import visible
from question_bank.formats.plain_file import line_name, plain_file, refused
from question_bank.items._choice import LABELS
from question_bank.phrase import phrase

_OPTION = re.compile(r"([A-Z])[).][ \t]?(.*)")
_ANSWER = re.compile(r"(?:ANSWER|Answer|answer|ĐÁP ÁN|Đáp án)[ \t]*:(.*)")
_LETTER = re.compile(r"([A-Z])(?:[).:\s].*)?")
_LETTERS = re.compile(r"[A-Z](?:[ ,;]*[A-Z]){1,9}\.?")
_LOOKS = re.compile(r"^ANSWER:[ \t]*[A-Z]", re.MULTILINE)


class Aiken:
    """The format, for reading."""

    NAME = "aiken"
    ENDINGS: tuple[str, ...] = (".txt", ".aiken")

    def looks_like(self, data: bytes, name: str) -> bool:
        """A line `ANSWER: X` near the beginning."""
        found = plain_file(data[: 64 * 1024].rsplit(b"\n", 1)[0] if len(data) > 64 * 1024 else data)
        return not isinstance(found, NotThisFormat) and _LOOKS.search(found.text) is not None

    def read(self, data: bytes, name: str, defaults: Defaults) -> Imported | NotThisFormat:
        """Every line belongs to a question, or is said to belong to none."""
        found = plain_file(data)
        if isinstance(found, NotThisFormat):
            return found
        reader = _Reader(defaults, Ids(name))
        for number, line in enumerate(found.text.split("\n"), 1):
            reader.take(number, line.strip())
            if len(reader.questions) > MAX_QUESTIONS:
                return refused("too_many", phrase("more than %(most)s questions in one file", most=MAX_QUESTIONS), number)
        reader.end()
        if not reader.answers:
            return refused("no_questions", phrase("the file holds no question of this format"))
        return Imported(tuple(reader.questions), notices=found.notices)


@dataclass(slots=True)
class _Open:
    """A question begun."""

    line: int
    stem: list[str]
    options: list[tuple[str, str]] = field(default_factory=list)
    blank: bool = False

    @property
    def source(self) -> str:
        """As it stood in the file, but for empty lines."""
        return "\n".join([*self.stem, *(f"{letter}. {text}" for letter, text in self.options)])


@dataclass(slots=True)
class _Reader:
    defaults: Defaults
    ids: Ids
    questions: list[Question] = field(default_factory=list)
    open: _Open | None = None
    answers: int = 0
    number: int = 0

    def take(self, number: int, line: str) -> None:
        """One line."""
        self.number = number
        if not line:
            if self.open and not self.open.options:
                self.open.blank = True
        elif option := _OPTION.fullmatch(line):
            self._option(option[1], option[2].strip())
        elif answer := _ANSWER.fullmatch(line):
            self.answers += 1
            self._answer(answer[1].strip(), line)
        elif self.open and not self.open.options and not self.open.blank:
            self.open.stem.append(line)  # Moodle takes a question to be one line, and would lose the first
        else:
            self.end()
            self.open = _Open(number, [line])

    def end(self) -> None:
        """A question that has no answer when the next begins, or the file ends."""
        if self.open:
            message = phrase("the question of %(line)s is not completed before the next", line=line_name(self.open.line))
            self.questions.append(Draft(line_name(self.number)).rejected("not_completed", message, self.open.source))
            self.open = None

    def _option(self, letter: str, text: str) -> None:
        if self.open is None:
            self._not_started(f"{letter}. {text}")
        else:
            self.open.options.append((letter, text))

    def _not_started(self, line: str) -> None:
        message = phrase("an option or answer, but no question has begun")
        self.questions.append(Draft(line_name(self.number)).rejected("not_started", message, line))

    def _answer(self, answer: str, line: str) -> None:
        if self.open is None:
            self._not_started(line)
            return
        question, self.open = self.open, None
        if len(question.options) < 2:
            message = phrase("an item needs at least two options")
            self.questions.append(Draft(line_name(self.number)).rejected("too_few_options", message, question.source))
            return
        draft = Draft(line_name(question.line))
        if len(question.options) > len(LABELS):
            message = phrase("%(options)s options; at most %(most)s", options=len(question.options), most=len(LABELS))
            self.questions.append(draft.rejected("too_many_options", message, question.source))
            return
        self.questions.append(self._question(question, answer, draft))

    def _question(self, question: _Open, answer: str, draft: Draft) -> Question:
        texts = dict(zip(LABELS, (literal(visible(text, draft)).replace("\t", " ") for _, text in question.options), strict=False))
        letters = [letter for letter, _ in question.options]
        options: dict[str, JSON] = {**texts}
        wanted = re.findall(r"[A-Z]", answer) if _LETTERS.fullmatch(answer) else []
        if found := _LETTER.fullmatch(answer):
            wanted = [found[1]]
        if letters != list(LABELS[: len(letters)]):
            draft.doubt("letters", phrase("the options are lettered %(letters)s; the key may mean another", letters=", ".join(letters)))
        if len(wanted) > 1:
            draft.doubt("several_keys", phrase("ANSWER names several options, which Aiken does not know: %(answer)s", answer=answer[:40]))
        key = [LABELS[letters.index(one)] for one in dict.fromkeys(wanted) if one in letters]
        if len(key) != len(set(wanted)) or not wanted:
            draft.doubt("no_key", phrase("ANSWER names no option: %(answer)s", answer=answer[:40]))
        else:
            draft.evidence.append(phrase("ANSWER: %(answer)s", answer=answer[:40]))
        stem = literal(visible("\n".join(question.stem), draft)).replace("\t", " ")
        common = common_of(Carried(), self.defaults, self.ids.take(""), (stem, ""), draft)
        kind = "multiple_choice" if len(key) > 1 else "single_choice"
        return draft.question(kind, common, {"options": options, "key": [*key]}, f"{question.source}\nANSWER: {answer}")


FORMAT = Aiken()
