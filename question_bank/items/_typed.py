"""Answers that are typed: numbers with tolerance and units, texts in their accepted forms. Shared with the gaps of a cloze."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from question_bank.canonical import JSON
from question_bank.comparing import Compare, canonical_text
from question_bank.items._labelled import read_list, read_mapping, read_name, read_percent, read_text, too_many
from question_bank.items._numbers import MAX_LENGTH as MAX_NUMBER
from question_bank.items._numbers import as_decimal, read_number
from question_bank.items.text import LIMITS, forbidden, is_markup, text_faults
from question_bank.phrase import phrase
from question_bank.problems import Fault, Path

MOST_ANSWERS = 20
COMPARED = ("case", "accents", "punctuation", "spaces")
MAX_TEXT = LIMITS["answer"]  # characters a candidate may type


@dataclass(frozen=True, slots=True)
class NumberAnswer:
    """A value, how far from it is still right, and what it earns in percent."""

    value: Fraction
    tolerance: Fraction
    percent: Fraction

    def document(self) -> dict[str, JSON]:
        """Numbers as exact texts."""
        found = {"value": as_decimal(self.value)}
        if self.tolerance:
            found["tolerance"] = as_decimal(self.tolerance)
        if self.percent != 100:
            found["percent"] = as_decimal(self.percent)
        return {**found}


@dataclass(frozen=True, slots=True)
class TextAnswer:
    """An accepted text and what it earns in percent."""

    text: str
    percent: Fraction

    def document(self) -> dict[str, JSON]:
        """The percentage only when it is not 100."""
        return {"text": self.text, **({} if self.percent == 100 else {"percent": as_decimal(self.percent)})}


def read_number_answers(path: Path, value: JSON, faults: list[Fault]) -> tuple[NumberAnswer, ...]:
    """Numbers, or mappings {value, tolerance, percent}."""
    found: list[NumberAnswer] = []
    for place, written in enumerate(_bounded(path, value, faults)):
        here = (*path, place)
        fields: Mapping[str, JSON] = {"value": written}
        if not isinstance(written, str):
            fields = read_mapping(here, written, ("value", "tolerance", "percent"), faults)
        number = _number((*here, "value"), fields.get("value"), faults)
        tolerance = _number((*here, "tolerance"), fields.get("tolerance", "0"), faults)
        percent = read_percent((*here, "percent"), fields.get("percent"), 100, 0, faults)
        if number is not None and tolerance is not None:
            found.append(NumberAnswer(number, abs(tolerance), percent))
    return tuple(found)


def read_text_answers(path: Path, value: JSON, faults: list[Fault]) -> tuple[TextAnswer, ...]:
    """Texts, or mappings {text, percent}."""
    found: list[TextAnswer] = []
    for place, written in enumerate(_bounded(path, value, faults)):
        here = (*path, place)
        fields: Mapping[str, JSON] = {"text": written}
        if not isinstance(written, str):
            fields = read_mapping(here, written, ("text", "percent"), faults)
        percent = read_percent((*here, "percent"), fields.get("percent"), 100, 0, faults)
        found.append(TextAnswer(read_text((*here, "text"), fields.get("text"), faults), percent))
    return tuple(found)


def _bounded(path: Path, value: JSON, faults: list[Fault]) -> list[JSON]:
    found = read_list(str(path[-1]), value, faults)
    if len(found) > MOST_ANSWERS:
        faults.append(too_many(path, MOST_ANSWERS))
    return found[:MOST_ANSWERS]


def read_compare(path: Path, value: JSON, faults: list[Fault]) -> Compare:
    """`{case: ignore, accents: exact, punctuation: exact, spaces: exact}`, each of which may be left out."""
    fields = read_mapping(path, value, COMPARED, faults)
    kept = {
        name: read_name((*path, name), fields.get(name), known, faults) == "exact"
        for name, known in {
            "case": ("ignore", "exact"), "accents": ("exact", "ignore"), "punctuation": ("exact", "ignore"),
            "spaces": ("exact", "ignore"),
        }.items()
    }  # fmt: skip
    return Compare(**kept)


def compare_fields(compare: Compare) -> dict[str, JSON]:
    """The inverse of `read_compare`, without what is the default."""
    default, said = Compare().document(), compare.document()
    return {name: "exact" if kept else "ignore" for name, kept in said.items() if kept is not default[name]}


def number_faults(path: Path, answers: Sequence[NumberAnswer]) -> list[Fault]:
    """At least one answer, and one that earns everything."""
    return _full(path, [answer.percent for answer in answers])


def answer_faults(path: Path, answers: Sequence[TextAnswer], compare: Compare) -> list[Fault]:
    """At least one answer, one that earns everything, none twice. A tag alone (“<br>”) is an answer, words between tags a page's."""
    faults = _full(path, [answer.percent for answer in answers])
    seen: set[str] = set()
    for place, answer in enumerate(answers):
        found = text_faults((*path, place), answer.text, MAX_TEXT)
        faults += [fault for fault in found if fault.code != "markup" or not is_markup(answer.text)]
        form = canonical_text(answer.text, compare)
        if form in seen:
            faults.append(Fault("duplicate_option", (*path, place), phrase("this answer is there already")))
        seen.add(form)
    return faults


def number_percent(answers: JSON, typed: object, factor: Fraction = Fraction(1)) -> Fraction:
    """What a typed number earns, in percent; `answers` as in the key, `factor` of the unit chosen."""
    number = read_number(typed) if isinstance(typed, str) else None
    if number is None or not isinstance(answers, list):
        return Fraction(0)
    earned = [
        _exact(answer, "percent", 100)
        for answer in answers
        if isinstance(answer, dict)
        and abs(number * factor - _exact(answer, "value", 0)) <= _exact(answer, "tolerance", 0)
    ]
    return max(earned, default=Fraction(0))


def text_percent(answers: JSON, compare: JSON, typed: object) -> Fraction:
    """What a typed text earns, in percent; `answers` and `compare` as in the key."""
    if not isinstance(typed, str) or not isinstance(answers, list):
        return Fraction(0)
    said = compare if isinstance(compare, dict) else {}
    rule = Compare(**{name: said.get(name) is True for name in COMPARED})
    form = canonical_text(typed, rule)
    earned = [
        _exact(answer, "percent", 100)
        for answer in answers
        if isinstance(answer, dict) and canonical_text(str(answer.get("text")), rule) == form
    ]
    return max(earned, default=Fraction(0))


def full_answers(answers: JSON) -> Iterator[Mapping[str, JSON]]:
    """The answers of a key that earn everything."""
    for answer in answers if isinstance(answers, list) else []:
        if isinstance(answer, dict) and answer.get("percent", "100") == "100":
            yield answer


def typed_problem(typed: object, kind: str) -> str | None:
    """Why this cannot be a typed answer of the kind `number` or `text`. Codes: `not_a_text`, `nothing_typed`, `too_long`,
    `not_a_number`, `control_character`. Letters and marks may be stored apart: comparing puts them together."""
    if not isinstance(typed, str):
        return "not_a_text"
    if not typed.strip():
        return "nothing_typed"
    if len(typed) > (MAX_NUMBER if kind == "number" else MAX_TEXT):
        return "too_long"
    if forbidden(typed, several_lines=False):
        return "control_character"
    return "not_a_number" if kind == "number" and read_number(typed) is None else None


def wrong_text(answers: JSON) -> str:
    """A text that no answer accepts."""
    taken = (
        " ".join(str(answer.get("text")) for answer in answers if isinstance(answer, dict))
        if isinstance(answers, list)
        else ""
    )
    return "x" * (len(max(taken.split(), key=len, default="")) + 1)


def wrong_number(answers: JSON) -> str:
    """A number beyond every tolerance."""
    reach = [
        abs(_exact(answer, "value", 0)) + _exact(answer, "tolerance", 0)
        for answer in (answers if isinstance(answers, list) else [])
        if isinstance(answer, dict)
    ]
    return str(int(max(reach, default=Fraction(0))) + 1)


def _number(path: Path, value: JSON, faults: list[Fault]) -> Fraction | None:
    number = read_number(value) if isinstance(value, str) else None
    if number is None:
        hint = phrase("write 12,5 or 12.5 or 3/4")
        faults.append(Fault("bad_number", path, phrase("this is not a number"), hint))
    return number


def _full(path: Path, percents: Sequence[Fraction]) -> list[Fault]:
    if not percents:
        return [Fault("empty_field", path, phrase("“%(field)s” is empty", field=str(path[-1])))]
    if max(percents) != 100:
        return [Fault("no_full_answer", path, phrase("no answer earns 100 %"))]
    return []


def _exact(answer: Mapping[str, JSON], name: str, default: int) -> Fraction:
    written = answer.get(name)
    number = read_number(written) if isinstance(written, str) else None
    return Fraction(default) if number is None else number
