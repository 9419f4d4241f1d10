"""Keys and levels in brackets that stand with a question: “… là gì? (Đáp án: B)”, “… [B]”, “Câu 3 [B] …”, “… (NB)”. Pure.

A letter alone in brackets may be anything (a column's name, a group of difficulty): it is a key only where the whole file writes
its keys so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from question_bank.formats.docx_answers import truths_in
from question_bank.formats.docx_found import FoundQuestion, KeyNote, Source
from question_bank.formats.docx_marks import LETTERS, bracket_marks, end_marks
from question_bank.formats.word_text import Rich
from question_bank.items.model import Level

_SAID = re.compile(
    r"\s*(?:[(\[]\s*(?:đáp án(?: đúng)?(?: là)?|đ/?a|answer|ans|key)\s*[:.=\-–]?\s*(?P<value>[^()\[\]\n]{1,60}?)\s*[)\]]"
    r"|(?<=[\s?.!:])(?:đáp án(?: đúng)?|đ/?a)\s*:\s*(?P<bare>[A-J]))\s*[.;:]?\s*$",
    re.IGNORECASE,
)
_SAID_FIRST = re.compile(
    r"\s*[(\[]\s*(?:đáp án(?: đúng)?(?: là)?|đ/?a|answer|ans|key)\s*[:.=\-–]?\s*(?P<value>[A-J](?:\s*[,;]\s*[A-J])*)\s*[)\]]\s*[.:]?\s*",
    re.IGNORECASE,
)
_ALONE = re.compile(r"\s*[(\[]\s*(?P<value>[A-J](?:\s*[,;]\s*[A-J])*)\s*[)\]]\s*[.;:]?\s*$")
_ALONE_FIRST = re.compile(r"\s*[(\[]\s*(?P<value>[A-J](?:\s*[,;]\s*[A-J])*)\s*[)\]]\s*[.:]?\s*")
_NAMES = re.compile(r"[A-J](?:\s*(?:[,;&+/]|và)\s*[A-J])*\.?")
_NUMBER = re.compile(r"[-−–]?\s?\d[\d\s.,/]{0,30}%?")
_FEWEST = 3  # questions: one or two may have such brackets by chance
_FEWEST_ALONE = 8  # of a paper's keys; a shorter one need not have every letter
_END = 120  # characters at the end of a stem that are looked at


def take_behind(questions: Sequence[FoundQuestion]) -> None:
    """Note what stands behind the questions and take it out of their texts."""
    _take_marks(questions)
    for question in questions:
        _take_said(question)
    if not _take_alone(questions, _alone_first):
        _take_alone(questions, _alone_behind)
    _take_marks(questions)  # those that stood before the keys


def _ending(question: FoundQuestion) -> tuple[int, str]:
    """The place and the end of the last line of the stem that says something; -1 for none."""
    for at in range(len(question.stem) - 1, -1, -1):
        if question.stem[at].text.strip():
            return at, question.stem[at].text[-_END:]
    return -1, ""


def _without_end(line: Rich, size: int) -> Rich:
    return line.cut(0, len(line.text) - size).strip()


def _take_said(question: FoundQuestion) -> None:
    """“(Đáp án: B)”: the words say what it is."""
    first = _SAID_FIRST.match(question.stem[0].text) if question.stem else None
    if first is not None and _named(question, first["value"]) and question.stem[0].cut(first.end()).text:
        question.stem[0] = question.stem[0].cut(first.end())
        question.keys.append(KeyNote(Source.BEHIND, first["value"].upper()))
    at, text = _ending(question)
    found = _SAID.search(text)
    if found is None:
        return
    value = found["value"] or found["bare"]
    rest = _without_end(question.stem[at], len(text) - found.start())
    if rest.text and _answers(question, value):
        question.stem[at] = rest
        question.keys.append(KeyNote(Source.BEHIND, value))


def _answers(question: FoundQuestion, value: str) -> bool:
    """Whether a value can be an answer to this question, and no remark about answers."""
    if truths_in(value) is not None:
        return question.lower()
    if question.options:
        return _NAMES.fullmatch(value) is not None and _named(question, value)
    return _NUMBER.fullmatch(value) is not None


def _named(question: FoundQuestion, value: str) -> bool:
    letters = {option.letter.upper() for option in question.options}
    return {one for one in value if one in LETTERS} <= letters


@dataclass(frozen=True, slots=True)
class _Alone:
    """A letter in brackets: the line of the stem it stands on, the line without it, the level that stood beside it."""

    at: int
    rest: Rich
    value: str
    level: Level | None = None


def answer_shown(question: FoundQuestion, places: frozenset[int]) -> bool:
    """Whether the text still holds a letter in brackets that names just the right options: it may be their key."""
    letters = {question.options[place].letter.upper() for place in places if place < len(question.options)}
    found = [one for one in (_alone_first(question), _alone_behind(question)) if one is not None]
    return bool(letters) and any({sign for sign in one.value if sign in LETTERS} == letters for one in found)


def _alone_behind(question: FoundQuestion) -> _Alone | None:
    """“… là gì? [B]”."""
    at, text = _ending(question)
    match = _ALONE.search(text)
    if match is None:
        return None
    return _Alone(at, _without_end(question.stem[at], len(text) - match.start()), match["value"])


def _alone_first(question: FoundQuestion) -> _Alone | None:
    """“Câu 3 [B] …”."""
    match = _ALONE_FIRST.match(question.stem[0].text) if question.stem else None
    if match is None:
        return None
    rest = question.stem[0].cut(match.end())
    marks = bracket_marks(rest.text)
    return _Alone(0, rest.cut(marks.size).strip(), match["value"], marks.level)


def _take_alone(questions: Sequence[FoundQuestion], find: Callable[[FoundQuestion], _Alone | None]) -> bool:
    """“[B]”, where nearly all questions have it and every letter comes, in no order: groups of questions do not look so."""
    asked = [question for question in questions if len(question.options) >= 2 and not question.lower()]
    found = [
        (question, one)
        for question in asked
        if (one := find(question)) and one.rest.text and _named(question, one.value)
    ]
    said = [note.value for question in asked for note in question.keys if note.source is Source.BEHIND]
    most = max((len(question.options) for question in asked), default=0)
    letters = said + [one.value for _, one in found]
    if not found or 5 * len(letters) < 4 * len(asked) or not _mixed(letters, min(most, 4)):
        return False
    for question, one in found:
        question.stem[one.at] = one.rest
        question.keys.append(KeyNote(Source.BEHIND, one.value))
        question.level = one.level or question.level
    return True


def _mixed(letters: Sequence[str], options: int) -> bool:
    """Whether letters come as those of keys do: each of them, none of them mostly, changing from one to the next both ways."""
    counts = Counter(letters)
    if len(letters) < _FEWEST_ALONE or len(counts) < max(options, 3) or 5 * max(counts.values()) > 3 * len(letters):
        return False
    pairs = list(pairwise(letters))
    return any(one > other for one, other in pairs) and 2 * sum(one != other for one, other in pairs) > len(pairs)


def _take_marks(questions: Sequence[FoundQuestion]) -> None:
    """Levels behind the text, as they stand before it elsewhere; only where several questions have one."""
    found = []
    for question in questions:
        at, text = _ending(question)
        marks = end_marks(text)
        if marks.level is not None and _without_end(question.stem[at], marks.size).text:
            found.append((question, at, marks))
    if len(found) < _FEWEST:
        return
    for question, at, marks in found:
        question.stem[at] = _without_end(question.stem[at], marks.size)
        question.level = marks.level or question.level
