"""What stands between the braces of a GIFT question, as an item's type and fields.

The type is told by the signs, as in Moodle: nothing is an essay, `#` first a number, `>` first an order, `~` a choice, `=` with
`->` pairs, `T` or `F` alone a statement, anything else a short text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from question_bank.formats.drafts import Draft
from question_bank.formats.gift_text import plain
from question_bank.formats.moodle_answers import (
    Answer,
    Made,
    UnusableError,
    choice,
    labelled,
    matching,
    numeric,
    percent_of,
    short_text,
    too_many_options,
)
from question_bank.items._numbers import as_decimal
from question_bank.phrase import phrase

MOST_WORKED = 200  # answers of one question; of more none is looked at
_WEIGHT = re.compile(r"%(-*[0-9]{1,3}\.?[0-9]{0,10})%")
_SIGN = re.compile(r"[=~]")
_TRUTHS = {"T": True, "TRUE": True, "F": False, "FALSE": False}
# What Moodle's ordering type writes behind `>` and the number of entries: which are shown, how, how they are marked and numbered.
_ORDER = frozenset({
    "ALL", "EXACT", "RANDOM", "REL", "CONTIGUOUS", "CONTIG", "HORIZONTAL", "HORI", "H", "VERTICAL", "VERT", "V",
    "ALL_OR_NOTHING", "ABSOLUTE_POSITION", "ABSOLUTE", "ABS", "RELATIVE_NEXT_EXCLUDE_LAST",
    "RELATIVE_NEXT_INCLUDE_LAST", "RELATIVE_ONE_PREVIOUS_AND_NEXT", "RELATIVE_ALL_PREVIOUS_AND_NEXT", "RELATIVE",
    "RELATIVE_TO_CORRECT", "LONGEST_ORDERED_SUBSET", "LONGEST_CONTIGUOUS_SUBSET", "SHOW", "HIDE", "TRUE", "FALSE",
    "YES", "NO", "NONE", "ABC", "ABCD", "III", "IIII"
})  # fmt: skip
_SOME = frozenset(["RANDOM", "REL", "CONTIGUOUS", "CONTIG"])
_OPEN_TAG = re.compile(r"<[a-zA-Z][^<>]{0,200}$")


class Texts(Protocol):
    """How the texts of a question become fields of ours."""

    def option(self, text: str) -> str:
        """A coded text in its format."""

    def typed(self, text: str) -> str:
        """A coded text that candidates type: plain, whatever the question's format."""

    def chosen(self, text: str) -> str:
        """A coded text of a list to choose from: plain too, but with constructs of ours escaped."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The type and fields, and what is said to who gives each answer."""

    made: Made
    feedback: list[tuple[str, str]]


def read_answers(answers: str, text: Texts, draft: Draft, wanted: str = "") -> Answered:
    """The answers of a question; `wanted` is the type that a file of ours names. Raises UnusableError."""
    if not answers:
        return Answered(Made("essay", {}), [])
    if answers.startswith("#"):
        return _numeric(answers[1:], text, draft)
    if answers.startswith(">"):
        return _ordering(answers[1:], text, draft)
    if "~" in answers:
        return _choice(answers, text, draft, wanted == "single_choice")
    if "=" in answers and "->" in answers and wanted != "short_text":
        return _matching(answers, text, draft)
    truth = answers.partition("#")[0].strip()
    if truth.upper() in _TRUTHS and not answers.startswith("="):
        return _truth(answers, text, draft)
    return _short(answers, text, draft)


def is_answer(inside: str) -> bool:
    """Whether what stands between two braces looks like answers and not like a formula or a listing."""
    inside = inside.strip()
    return not inside or inside[0] in "=~#>" or inside.partition("#")[0].strip().upper() in _TRUTHS


def _choice(answers: str, text: Texts, draft: Draft, single: bool) -> Answered:
    """Every `=` and `~` begins an option; without any `=` several may be right."""
    found: list[Answer] = []
    single = single or "=" in answers
    for sign, piece in _pieces(answers, "=~"):
        if _OPEN_TAG.search(piece):
            draft.doubt("equals_sign", phrase("an “=” inside a tag begins an option for GIFT; write “\\=”"))
        weight, rest = _weighted(piece)
        if sign == "=" and weight is not None and weight != 100:
            draft.doubt(
                "weight_read",
                phrase("“=” and a weight of %(weight)s %% contradict each other", weight=as_decimal(weight)),
            )
        percent = weight if weight is not None else Fraction(100 if sign == "=" else 0)
        found.append(_answer(rest, percent, text))
    if len(found) < 2:
        raise UnusableError("too_few_options", phrase("an item needs at least two options"))
    return Answered(choice(found, single, draft), labelled(found))


def _ordering(answers: str, text: Texts, draft: Draft) -> Answered:
    """Entries in their right order, one a line, below a line that says how they are shown."""
    head, *lines = answers.split("\n")
    words = head.upper().split()
    entries = [text.option(line) for line in lines if line.strip()]
    if any(word not in _ORDER and not (word.isascii() and word.isdigit()) for word in words) or len(entries) < 2:
        raise UnusableError(
            "bad_order", phrase("entries to be put in order stand one a line below the line that begins with “>”")
        )
    if _SOME.intersection(words) and words[0] != str(len(entries)):
        draft.note("all_entries", phrase("the file shows some of the entries; here all are shown"))
    draft.evidence.append(phrase("the right order is the order of the file"))
    return Answered(Made("ordering", {"entries": [*entries]}), [])


def _matching(answers: str, text: Texts, draft: Draft) -> Answered:
    pairs: list[tuple[str, str]] = []
    for _, piece in _pieces(answers, "="):
        left, arrow, right = piece.partition("->")
        if not arrow:
            raise UnusableError("no_pair", phrase("a pair without “->”: %(pair)s", pair=plain(piece).strip()[:60]))
        pairs.append((text.option(left), text.chosen(right.partition("#")[0])))
    if len(pairs) < 2:
        raise UnusableError("too_few_options", phrase("an item needs at least two options"))
    return Answered(matching(pairs, draft), [])


def _truth(answers: str, text: Texts, draft: Draft) -> Answered:
    word, *feedback = answers.split("#", 2)
    if word.strip() not in _TRUTHS:
        draft.doubt(
            "truth_read",
            phrase("“%(word)s” was read as true or false; GIFT knows T, TRUE, F, FALSE", word=word.strip()),
        )
    draft.evidence.append(phrase("the answer is written %(word)s", word=word.strip()))
    said = list(zip(("✗", "✓"), (text.option(one) for one in feedback), strict=False))
    return Answered(Made("true_false", {"key": "true" if _TRUTHS[word.strip().upper()] else "false"}), said)


def _short(answers: str, text: Texts, draft: Draft) -> Answered:
    found = [_typed(piece, text) for _, piece in _pieces(answers, "=")]
    draft.evidence.append(phrase("the accepted texts stand in the file"))
    return Answered(short_text(found, False, draft), [(one.text, one.feedback) for one in found])


def _numeric(answers: str, text: Texts, draft: Draft) -> Answered:
    values, tilde, otherwise = answers.partition("~")
    found = [_ranged(_typed(piece, text), draft) for _, piece in _pieces(values, "=")]
    if not found:
        raise UnusableError("no_key", phrase("a number is asked for, but none is given"))
    draft.evidence.append(phrase("the accepted numbers stand in the file"))
    said = [(one.text, one.feedback) for one in found]
    if tilde and "#" in otherwise:
        said.append(("✗", text.option(otherwise.partition("#")[2])))
    return Answered(numeric(found, draft), said)


def _ranged(one: Answer, draft: Draft) -> Answer:
    """`least..most` and `value:tolerance` as value and tolerance."""
    least, dots, most = one.text.partition("..")
    if dots:
        low, high = percent_of(least), percent_of(most)
        if low is None or high is None or high < low:
            raise UnusableError("bad_number", phrase("“%(number)s” is not a number", number=one.text[:60]))
        return Answer(as_decimal((low + high) / 2), one.percent, one.feedback, as_decimal((high - low) / 2))
    value, _, tolerance = one.text.partition(":")
    return Answer(value.strip(), one.percent, one.feedback, tolerance.strip())


def _typed(piece: str, text: Texts) -> Answer:
    """An answer that is typed: plain, whatever the question's format."""
    weight, rest = _weighted(piece)
    words, sign, feedback = rest.partition("#")
    return Answer(text.typed(words), Fraction(100) if weight is None else weight, text.option(feedback) if sign else "")


def _answer(piece: str, percent: Fraction, text: Texts) -> Answer:
    words, sign, feedback = piece.partition("#")
    return Answer(text.option(words), percent, text.option(feedback) if sign else "")


def _weighted(piece: str) -> tuple[Fraction | None, str]:
    """The weight that an answer begins with, if any, and the answer."""
    piece = piece.strip()
    found = _WEIGHT.match(piece)
    percent = percent_of("-" + found[1].lstrip("-") if found[1].startswith("-") else found[1]) if found else None
    return (percent, piece[found.end() :]) if found and percent is not None else (None, piece)


def _pieces(answers: str, signs: str) -> list[tuple[str, str]]:
    """The answers with the sign each begins with; what stands before the first sign is one without. Raises UnusableError."""
    found: list[tuple[str, str]] = []
    begin, sign = 0, ""
    for one in _SIGN.finditer(answers):
        if one[0] not in signs:
            continue
        if sign or answers[begin : one.start()].strip():
            found.append((sign, answers[begin : one.start()]))
        begin, sign = one.end(), one[0]
    if sign or answers[begin:].strip():
        found.append((sign, answers[begin:]))
    if len(found) > MOST_WORKED:
        raise too_many_options(len(found), MOST_WORKED)
    return found
