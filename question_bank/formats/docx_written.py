"""Questions that are answered without options: a number or a word to type, one statement, pairs, an essay. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from question_bank.canonical import JSON
from question_bank.formats.docx_answers import Answer
from question_bank.formats.docx_evidence import answer_sentence, note_sentence
from question_bank.formats.docx_found import FoundQuestion
from question_bank.formats.docx_keys import Doubt
from question_bank.formats.docx_lines import cell_lines
from question_bank.formats.docx_marks import Kind
from question_bank.formats.typed_keys import is_number, may_be_a_date
from question_bank.formats.word_body import Table
from question_bank.formats.word_text import Rich, join
from question_bank.items._numbers import read_number
from question_bank.items.matching import LEFT, RIGHT
from question_bank.items.text import folded
from question_bank.phrase import Phrase, phrase

_TRUTH = re.compile(r"\(?\s*(đúng|sai|đ|s|true|false|t|f)\s*\)?\s*\.?", re.IGNORECASE)
_WITH_UNIT = re.compile(r"([-−+]?\d[\d.,\s]*(?:/\d+)?)\s*([^\d\s.,;].{0,18})")
_PAIR = re.compile(r"(\d{1,2})\s*[-–—→:=>.]+\s*([A-Za-z])(?![\w])")
_LEFT, _RIGHT = re.compile(r"\s*(\d{1,2})\s*[.):]\s*"), re.compile(r"\s*([A-La-l])\s*[.):]\s*")


@dataclass(slots=True)
class Written:
    """The type and fields of an item, what speaks for its key, and why a person must look."""

    type_name: str
    fields: dict[str, JSON]
    evidence: list[Phrase] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    pairs: tuple[list[Rich], list[Rich]] | None = None  # the two sides, for the writer of texts


def written_item(question: FoundQuestion, answers: Sequence[Answer]) -> Written:
    """What a question without options is."""
    said = [(note.value, note_sentence(note)) for note in question.keys]
    said += [(answer.value, answer_sentence(answer)) for answer in answers]
    if question.tables and (pairs := _matching(question, said)) is not None:
        return pairs
    if question.kind is Kind.ESSAY and not said:
        return Written("essay", {})
    said = [(_without_stop(value), sentence) for value, sentence in said]
    values = list({folded(value): (value, sentence) for value, sentence in said if value.strip()}.values())
    evidence = [sentence for _, sentence in said]
    if not values:
        return _nothing_said(question)
    if len(values) > 1 and not _all_equal([value for value, _ in values]):
        message = phrase("%(one)s, but %(other)s", one=values[0][1], other=values[1][1])
        return Written("short_text", {"answers": []}, evidence, [Doubt("key_conflict", message)])
    value = values[0][0].strip()
    if question.kind in (Kind.TRUE_FALSE, Kind.ANY) and _TRUTH.fullmatch(value):
        return Written("true_false", {"key": "true" if value.strip("( ").lower()[:1] in "đt" else "false"}, evidence)
    return _typed(value, evidence, question)


def _without_stop(value: str) -> str:
    """A full stop behind an answer ends the sentence."""
    text = value.strip()
    return text[:-1].rstrip() if text.endswith(".") and not text.endswith("..") else text


def _nothing_said(question: FoundQuestion) -> Written:
    """No options and no answer: an essay where the part says so, else something that was not understood."""
    truth = _truth_behind(question)
    if truth is not None:
        return truth
    if question.kind is Kind.SHORT:
        doubt = Doubt("key_missing", phrase("nothing says what the answer is"))
        return Written("short_text", {"answers": []}, [], [doubt])
    doubt = Doubt("no_options", phrase("no options and no answer were found: it was read as an essay"))
    return Written("essay", {}, [], [doubt])


def _truth_behind(question: FoundQuestion) -> Written | None:
    """A statement that ends with (Đ) or (S), in a part of true and false."""
    if question.kind is not Kind.TRUE_FALSE or not question.stem:
        return None
    last = question.stem[-1]
    found = re.search(r"\s*[(\[]\s*(đúng|sai|đ|s)\s*[)\]]\s*\.?\s*$", last.text, re.IGNORECASE)
    if found is None:
        return None
    question.stem[-1] = last.cut(0, found.start()).strip()
    sentence = phrase("“%(value)s” stands behind the statement", value=found[1])
    return Written("true_false", {"key": "true" if found[1].lower().startswith("đ") else "false"}, [sentence])


def _all_equal(values: Sequence[str]) -> bool:
    numbers = [read_number(value) for value in values]
    return None not in numbers and len(set(numbers)) == 1


def _typed(value: str, evidence: list[Phrase], question: FoundQuestion) -> Written:
    """A number where it is one, with its unit where it has one; else a text."""
    either = [part.strip() for part in re.split(r"\s+(?:hoặc|or)\s+", value) if part.strip()]
    doubts: list[Doubt] = []
    if re.fullmatch(r"[A-Ja-j]", value) and question.kind is not Kind.SHORT:
        doubts.append(Doubt("no_options", phrase("the answer is a letter, but no options were found")))
    stem = " ".join(line.text for line in question.stem)
    if any(may_be_a_date(stem, part) for part in either):
        doubts.append(Doubt("date_or_fraction", phrase("“%(value)s” may be a date or a fraction", value=value)))
        return Written("short_text", {"answers": [*either]}, evidence, doubts)
    if all(map(is_number, either)):
        return Written("numeric", {"answers": [_decimal(part) for part in either]}, evidence, doubts)
    unit = _WITH_UNIT.fullmatch(value)
    if unit is not None and is_number(unit[1]) and unit[2][:1].isalpha():
        fields: dict[str, JSON] = {"answers": [_decimal(unit[1])], "units": [{"unit": unit[2].strip()}]}
        return Written("numeric", fields, evidence, doubts)
    texts: list[JSON] = [*either]
    return Written("short_text", {"answers": texts}, evidence, doubts)


def _decimal(text: str) -> str:
    return "".join(text.split())


def _matching(question: FoundQuestion, said: Sequence[tuple[str, Phrase]]) -> Written | None:
    """Two columns to be paired, with a key such as “1-c, 2-a, 3-b”; no pairs where two of them name different mates for one."""
    sides = _sides(question.tables[0])
    told = [(pairs, sentence) for value, sentence in said if len(pairs := _pairs_in(value)) >= 2]
    if sides is None or not told:
        return None
    left, right = sides
    names = {str(number): str(place) for place, number in enumerate(left, 1)}
    letters = dict(zip(right, RIGHT, strict=False))
    every = frozenset[tuple[str, str]]().union(*(pairs for pairs, _ in told))
    if not {number for number, _ in every} <= set(names) or not {letter for _, letter in every} <= set(letters):
        return None
    question.stem = [line for line in question.stem if not line.things or line.text.strip() != "\ufffc"]
    written = Written("matching", {"pairs": {}}, [sentence for _, sentence in told])
    written.pairs = (list(left.values()), list(right.values()))
    other = next((one for one in told if one[0] != every), None)
    if other is not None or len(every) > len({number for number, _ in every}):
        message = phrase("%(one)s, but %(other)s", one=told[0][1], other=(other or told[-1])[1])
        written.doubts.append(Doubt("key_conflict", message))
        return written
    written.fields["pairs"] = {names[number]: letters[letter] for number, letter in sorted(every)}
    if len({letter for _, letter in every}) < len(every):
        written.fields["reuse"] = "true"
    return written


def _pairs_in(value: str) -> frozenset[tuple[str, str]]:
    """Numbers with letters, as “1-c, 2-a” names them."""
    return frozenset((number, letter.upper()) for number, letter in _PAIR.findall(value))


def _sides(table: Table) -> tuple[dict[str, Rich], dict[str, Rich]] | None:
    """The left column by number and the right by letter; None for a table of another kind. A line without either goes on in its cell."""
    left: dict[str, Rich] = {}
    right: dict[str, Rich] = {}
    for cell in (cell for row in table.rows for cell in row):
        side, name = left, ""
        for line in cell_lines(cell):
            number, letter = _LEFT.match(line.text), _RIGHT.match(line.text)
            label = number or letter
            if label is not None and label[1].upper() not in (left if number else right):
                side, name = left if number else right, label[1].upper()
                side[name] = line.cut(label.end()).strip()
            elif name:
                side[name] = join([side[name], line.strip()], " ")
    return (left, right) if 2 <= len(left) <= len(LEFT) and 2 <= len(right) <= len(RIGHT) else None
