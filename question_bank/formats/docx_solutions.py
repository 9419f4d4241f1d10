"""Solutions behind a paper: which question each is of, and which of them are questions of their own. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from question_bank.formats.docx_found import FoundQuestion, KeyNote, Reading, Source
from question_bank.formats.docx_taking import chosen_in
from question_bank.items.text import folded
from question_bank.phrase import Phrase, phrase

_KEY_ALONE = re.compile(
    r"\s*(?:(?:đáp án|đ/?a|chọn|answer|key)\s*(?:đúng|là)?\s*[:.]?\s*)?\(?([A-J](?:\s*[,;]\s*[A-J])*)\)?\s*[.;]?\s*",
    re.IGNORECASE,
)
_KNOWN_AGAIN = 15  # characters of a question that is repeated with its solution
_MOST_OF_A_NUMBER = 20  # questions of one number that are compared: a paper has as many parts at most


# “C. Vì …”: not “A. Sai vì …”, which speaks of an option.
_KEY_WITH_REASON = re.compile(r"\s*\(?([A-J])\)?\s*[.:)\-–]\s*(?=(?:[Vv]ì|[Dd]o|[Bb]ởi|[Tt]heo|[Gg]iải thích)\b)")


def explain(tail: list[FoundQuestion], runs: list[list[FoundQuestion]]) -> list[Phrase]:
    """Questions behind the paper, each with its number or its text again: keys and explanations of those in it.

    What could not be put to one is given back in words.
    """
    loose: list[Phrase] = []
    run = _tail_run(tail, runs)
    if run is None:
        loose.append(phrase("explanations %(first)s to %(last)s at the end could not be put to one part of the paper",
                                   first=tail[0].number, last=tail[-1].number))  # fmt: skip
        return loose
    by_number = {question.number: question for question in run}
    by_text = _by_text(run)
    for extra in tail:
        question = by_text.get(_text_of(extra)) or by_number.get(extra.number)
        if question is None:
            loose.append(
                phrase("there is an explanation for question %(number)s, but no such question", number=extra.number)
            )
            continue
        _merge(question, extra)
    return loose


def _text_of(question: FoundQuestion) -> str:
    """The first line of a question, for comparing; empty where it is too short to be known again."""
    text = folded(question.stem[0].plain()) if question.stem else ""
    return text if len(text) >= _KNOWN_AGAIN else ""


def _by_text(questions: Iterable[FoundQuestion]) -> dict[str, FoundQuestion]:
    """The questions whose first line no other has."""
    found: dict[str, list[FoundQuestion]] = {}
    for question in questions:
        found.setdefault(_text_of(question), []).append(question)
    return {text: same[0] for text, same in found.items() if text and len(same) == 1}


def _tail_run(tail: Sequence[FoundQuestion], runs: list[list[FoundQuestion]]) -> list[FoundQuestion] | None:
    if len(runs) == 1:
        return runs[0]
    part = tail[0].part
    same = [run for run in runs if part is not None and run[0].part is not None and run[0].part.number == part.number]
    if len(same) == 1:
        return same[0]
    numbers = {question.number for question in tail}
    holding = [run for run in runs if numbers <= {question.number for question in run}]
    return holding[0] if len(holding) == 1 else None


def _merge(question: FoundQuestion, extra: FoundQuestion) -> None:
    """What the repeated question says of its key and why."""
    lines = list(extra.stem)
    question.keys += [note for note in extra.keys if note not in question.keys]
    alone = _KEY_ALONE.fullmatch(lines[0].text) if lines else None
    reasoned = _KEY_WITH_REASON.match(lines[0].text) if len(lines) == 1 and not extra.options else None
    if alone is None and reasoned is not None and question.options:
        question.keys.append(KeyNote(Source.EXPLANATION, reasoned[1]))
    if alone is not None and question.options:
        question.keys.append(KeyNote(Source.EXPLANATION, alone[1].upper()))
        lines = lines[1:]
    elif len(lines) == 1 and not question.options and not extra.explanation and _may_answer(lines[0].text):
        question.keys.append(KeyNote(Source.EXPLANATION, lines[0].text.strip()))
        lines = []
    if not extra.options:
        for line in lines:
            if question.options:
                question.keys += chosen_in(line.text)
        question.explanation += lines
    question.explanation += extra.explanation + extra.after


def _may_answer(text: str) -> bool:
    """Whether a line may be the answer to one question: short, and no other question in it."""
    return len(text) <= 60 and re.search(r"câu\s*\d", text, re.IGNORECASE) is None


def settle_tails(reading: Reading) -> list[FoundQuestion]:
    """The questions of the paper: those behind its end only when they are new ones with options of their own."""
    main = [question for question in reading.questions if not question.tail]
    known: dict[int, list[FoundQuestion]] = {}
    for question in main:
        known.setdefault(question.number, []).append(question)
    by_text = _by_text(main)
    for question in reading.questions:
        if question.tail and len(question.options) >= 2:
            same = by_text.get(_text_of(question))
            alike = [*known.get(question.number, ())[:_MOST_OF_A_NUMBER], *([same] if same is not None else [])]
            if any(_repeats(one, question) for one in alike):
                continue
            question.tail = False
            main.append(question)
            known.setdefault(question.number, []).append(question)
    return main


def _repeats(question: FoundQuestion, extra: FoundQuestion) -> bool:
    """Whether a question behind the paper is one of the paper again, for its solution: the same text or the same options."""
    one, other = (folded(" ".join(line.plain() for line in found.stem)) for found in (question, extra))
    ours, theirs = _option_words(question), _option_words(extra)
    if ours != theirs and sorted(ours) == sorted(theirs):
        return False  # options in another order: another paper's letters say nothing about ours
    if one and (one == other or one[:60] == other[:60]):
        return True
    shared = set(one.split()) & set(other.split())
    return ours == theirs and (not other or 2 * len(shared) >= min(len(set(one.split())), len(set(other.split()))))


def _option_words(found: FoundQuestion) -> list[str]:
    return [folded(" ".join(line.plain() for line in option.lines)) for option in found.options]
