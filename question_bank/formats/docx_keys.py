"""The key of a question from all that speaks for it, or why there is none. Never a guess: what disagrees is for a person. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from question_bank.formats.docx_answers import Answer
from question_bank.formats.docx_evidence import (
    Evidence,
    letters_of,
    look_evidence,
    look_truths,
    starred,
    typed_evidence,
    typed_truths,
    written_evidence,
    written_truths,
)
from question_bank.formats.docx_found import FoundQuestion
from question_bank.formats.docx_looks import Feature, Habits
from question_bank.phrase import Phrase, phrase

_ASKS_SEVERAL = re.compile(
    r"chọn (?:nhiều|các|những|hai|ba|bốn|[2-5]|tất cả)|(?:những|các) (?:phương án|đáp án|câu|ý|phát biểu|nhận định)\s[^?]{0,60}(?:nào|đúng)"
    r"|có thể chọn nhiều|select (?:all|two|three)|choose (?:all|two|three)|which of the following are",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A reason for a person to look, with its code."""

    code: str
    message: Phrase


@dataclass(slots=True)
class Decision:
    """The right options by place (none when it is not certain), what speaks for it, why it is not certain, what was overlooked.

    `features` are the looks that marked the key: they must not be seen in the options any more.
    """

    places: frozenset[int] = frozenset()
    several: bool = False
    evidence: list[Phrase] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    notes: list[Doubt] = field(default_factory=list)
    features: frozenset[Feature] = frozenset()


def choice_key(question: FoundQuestion, answers: Sequence[Answer], habits: Habits, body: str) -> Decision:
    """The key of a question with options."""
    typed = typed_evidence(question, habits)
    looks = [one for one in look_evidence(question, habits, body) if one.strong or len(one.places) == 1]
    written, unread = written_evidence(question, answers)
    decision = Decision(features=frozenset(one.feature for one in looks if one.feature is not None))
    for sentence in unread:
        decision.doubts.append(Doubt("key_unreadable", phrase("%(said)s, which is none of the options", said=sentence)))
    sure = [one for one in (*typed, *written, *looks) if one.trusted]
    others = [one for one in (*typed, *looks) if not one.trusted]
    decision.evidence = [one.sentence for one in (*sure, *others)]
    named = {one.places for one in sure}
    against = [one for one in others if named and one.places not in named]
    if len(named) > 1 or any(one.strong for one in against):
        decision.doubts.append(_conflict([*sure, *(one for one in against if one.strong)]))
    elif not named:
        decision.doubts.append(_missing(others, question))
    else:
        decision.places = next(iter(named))
        decision.notes += [
            Doubt("look_overlooked", phrase("not taken as the key: %(said)s", said=one.sentence)) for one in against
        ]
        _several(question, decision, sure, habits)
    return decision


def _several(question: FoundQuestion, decision: Decision, sure: Sequence[Evidence], habits: Habits) -> None:
    """Several right options are certain where the question asks for several, or where a document writes them often."""
    if len(decision.places) < 2:
        return
    decision.several = True
    if len(decision.places) == len(question.options):
        decision.doubts.append(Doubt("several_marked", phrase("every option is said to be right")))
        return
    stem = " ".join(line.text for line in question.stem)
    if not (any(one.several for one in sure) and habits.writes_several()) and not _ASKS_SEVERAL.search(stem):
        message = phrase("several options are marked: %(labels)s", labels=letters_of(question, decision.places))
        decision.doubts.append(Doubt("several_marked", message))


def _conflict(against: Sequence[Evidence]) -> Doubt:
    """What disagrees, in full."""
    first = against[0]
    other = next((one for one in against[1:] if one.places != first.places), first)
    return Doubt("key_conflict", phrase("%(one)s, but %(other)s", one=first.sentence, other=other.sentence))


def _missing(others: Sequence[Evidence], question: FoundQuestion) -> Doubt:
    if others:
        return Doubt("key_doubtful", phrase("only this speaks for a key, and hardly any other question of the file has it: %(said)s",
                                            said=others[0].sentence))  # fmt: skip
    if len(question.options) < 2:
        return Doubt("key_missing", phrase("nothing says which answer is right"))
    return Doubt(
        "key_missing",
        phrase("nothing says which option is right: no label or option looks different, and no answer is written"),
    )


def truth_key(question: FoundQuestion, answers: Sequence[Answer], habits: Habits, body: str) -> Decision:
    """Which of the statements are true."""
    decision = Decision()
    every = frozenset(range(len(question.options)))
    sure: list[Evidence] = []
    typed = typed_truths(question)
    said = [(typed, phrase("“Đ” or “S” stands beside each statement"))] if typed else []
    for truths, sentence in (*said, *written_truths(question, answers)):
        if set(truths) == every:
            sure.append(Evidence(frozenset(at for at, truth in truths.items() if truth), sentence))
        else:
            message = phrase("%(said)s, but not of every statement", said=sentence)
            decision.doubts.append(Doubt("key_incomplete", message))
            decision.evidence.append(sentence)
    looks = look_truths(question, habits, body)
    sure += [*starred(question), *(one for one in looks if one.strong or not sure)]
    decision.features = frozenset(one.feature for one in looks if one.feature is not None)
    decision.evidence += [one.sentence for one in sure]
    named = {one.places for one in sure}
    if len(named) > 1:
        decision.doubts.append(_conflict(sure))
    elif sure and not any(one.trusted for one in sure):
        decision.doubts.append(_missing(sure, question))
    elif named:
        decision.places = next(iter(named))
    elif not decision.doubts:
        message = phrase("nothing says which statements are true; none may be, but it must be said")
        decision.doubts.append(Doubt("key_missing", message))
    return decision
