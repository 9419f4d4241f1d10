"""What the lines of one question become: its text, options, key and explanation. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable

from question_bank.formats.docx_found import FoundOption, FoundQuestion, KeyNote, Source
from question_bank.formats.docx_lines import Line
from question_bank.formats.docx_marks import (
    CHOSEN,
    CHOSEN_LINE,
    EXPLANATION,
    KEY_TAG,
    NOT_CHOSEN,
    Kind,
    key_line,
    level_line,
)
from question_bank.formats.docx_options import Piece, options_inside, options_on
from question_bank.formats.word_text import Entry, Rich, join, of_thing, typed
from question_bank.items.text import folded

_LETTERS_ONLY = re.compile(r"\s*[A-J](?:\s*(?:[,;&+/]|và|and)\s*[A-J])*\s*[.;)]?(?:\s+\S.*)?$|\s*[A-J]{2,4}\s*$")
_MOST_BEFORE = 40  # characters before a choice that may make it another's
_MOST_KEY_LINE = 2000  # characters: a key has a few
# The key behind the last option on its line, parted as a label is.
_KEY_BEHIND = re.compile(
    r"(?:\t|\s{2,}|\s+(?=[(\[]))[(\[]?\s*(?:đáp án(?: đúng)?|đ/?a|answer|key|chọn)\s*[:.]?\s*(?P<value>[A-J])\s*[)\]]?\s*\.?\s*$",
    re.IGNORECASE,
)
_WORDED = re.compile(r"^(?:đáp án|phương án|câu|ý)\s+(?=[A-J]\W*$)", re.IGNORECASE)
_DOTS = re.compile(r"[\s._…·-]*")


class Taking:
    """Puts lines into the open question. `begin` is told of a question whose number was lost."""

    def __init__(self, begin: Callable[[FoundQuestion], None], unnumbered: bool) -> None:
        self._begin = begin
        self._unnumbered = unnumbered
        self._appended = (0, 0)  # the list and the paragraph of the last line put somewhere

    def append(self, lines: list[Rich], line: Line, rich: Rich) -> None:
        """A line to others: one of the same paragraph goes on in it, an entry of a list stays one."""
        rich = rich.strip()
        if line.paragraph.bullet and rich.text and not isinstance(rich.things.get(0), Entry):
            rich = of_thing(Entry(False, rich))
        if lines and not line.first and (id(lines), line.paragraph.at) == self._appended:
            lines[-1] = join([lines[-1], rich], "\n")
        else:
            lines.append(rich)
        self._appended = (id(lines), line.paragraph.at)

    def first_line(self, question: FoundQuestion, rich: Rich, line: Line) -> None:
        """What stands behind the number."""
        self._key_tags(question, rich.text)
        rich = _without(rich, KEY_TAG)
        if question.kind is Kind.ESSAY:
            self.append(question.stem, line, rich)
            return
        pieces = options_on(rich, 0)
        stem = rich
        if pieces and pieces[0].place == 0 and len(pieces) > 1:
            stem = Rich()
        else:
            stem, pieces = options_inside(rich)
        if stem.text:
            self.append(question.stem, line, stem)
        self.take(question, pieces)
        if stem.text and pieces and [_says(piece.rich) for piece in pieces] == [True] * (len(pieces) - 1) + [False]:
            question.notes.add("options_unsure")  # the letters may stand behind their words

    def goes_on(self, question: FoundQuestion, line: Line) -> None:
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
            self.append(question.stem, line, rich)
            return
        pieces = self._options(question, rich, line)
        if pieces is None:
            return
        if pieces:
            self.take(question, pieces)
        elif question.options:
            self.append(question.after, line, rich)
        else:
            stem, pieces = options_inside(rich)
            if stem.text:
                self.append(question.stem, line, stem)
            self.take(question, pieces)

    def _options(self, question: FoundQuestion, rich: Rich, line: Line) -> list[Piece] | None:
        """The options on a line; None when they began a question of their own, which has them already."""
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
            return self._anew(question, pieces, line)
        return pieces

    def _anew(self, question: FoundQuestion, pieces: list[Piece], line: Line) -> list[Piece] | None:
        """The letters begin again: what looked like options was a list in the question, or a question lost its number."""
        if question.lower() and pieces[0].letter.isupper():
            question.stem += [_as_line(option) for option in question.options] + question.after
            question.options, question.after = [], []
            return pieces
        if len(question.options) < 2 or not question.after:
            question.notes.add("letters_again")
            return []
        following = FoundQuestion(0, question.part, question.run, line.paragraph.at, "")
        following.stem, question.after = question.after, []
        if not self._unnumbered:
            following.notes.add("number_missing")
        self._begin(following)
        self.take(following, pieces)
        return None

    def take(self, question: FoundQuestion, pieces: list[Piece]) -> None:
        """Options found on a line."""
        for piece in pieces:
            if question.options:
                question.options[-1].lines += question.after
                question.after = []
            if not piece.look.auto and piece.place != len(question.options):
                question.notes.add("letters_wrong")
            if not piece.sure:
                question.notes.add("options_unsure")
            question.options.append(FoundOption.of(piece))
        if (
            pieces
            and (found := _KEY_BEHIND.search(pieces[-1].rich.text[-80:])) is not None
            and found["value"].isupper()
        ):
            size = len(pieces[-1].rich.text[-80:]) - found.start()
            question.options[-1].lines = [pieces[-1].rich.cut(0, len(pieces[-1].rich.text) - size).strip()]
            self._kept(question, found["value"])

    def _is_note(self, question: FoundQuestion, rich: Rich, line: Line) -> bool:
        """A line that gives the key, begins the explanation, or says the level."""
        text = rich.text
        head = EXPLANATION.match(text)
        ready = bool(question.options or question.keys or question.kind is not Kind.ANY or question.tail)
        if head is not None and ready:
            question.explaining = True
            self._explain(question, rich.cut(head.end()).strip(), line)
            return True
        level = level_line(text)
        if level is not None:
            question.level = level
            return True
        alone = CHOSEN_LINE.fullmatch(text) if len(question.options) >= 2 else None
        if alone is not None and alone["value"].isupper():
            if question.explaining:
                self._explain(question, rich, line)
                return True
            return self._kept(question, alone["value"])
        key = key_line(text) if len(text) <= _MOST_KEY_LINE else None
        if key is None or (question.explaining and question.keys):
            return False
        value = _WORDED.sub("", key)
        if len(value) == 1 and value in "abcdefghij" and question.options and not question.lower():
            value = value.upper()
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
        self.append(question.explanation, line, rich)
        question.keys += chosen_in(rich.text)

    def _key_tags(self, question: FoundQuestion, text: str) -> None:
        question.keys += [KeyNote(Source.TAG, found["value"].strip()) for found in KEY_TAG.finditer(text)]


def chosen_in(text: str) -> list[KeyNote]:
    """What a line of an explanation says of the key; several letters are several notes."""
    found = dict.fromkeys(
        match["value"]
        for match in CHOSEN.finditer(text[:4000])
        if match["value"].isupper()
        and not NOT_CHOSEN.search(text[max(match.start() - _MOST_BEFORE, 0) : match.start()])
    )
    return [KeyNote(Source.EXPLANATION, letter) for letter in found]


def _is_place(value: str, question: FoundQuestion) -> bool:
    """“Correct: 2”, or an option's text again."""
    whole = folded(value)
    same = [option for option in question.options if folded(" ".join(line.plain() for line in option.lines)) == whole]
    return len(same) == 1 or (value in "123456789" and int(value) <= len(question.options))


def _says(rich: Rich) -> bool:
    """Whether there are letters, digits or things, and not only signs."""
    return bool(rich.things) or any(map(str.isalnum, rich.text))


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
