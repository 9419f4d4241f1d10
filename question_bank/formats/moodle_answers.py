"""What Moodle's answers mean in our types, whether they come as GIFT or as XML: fractions, wildcards, tolerances, pairs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from question_bank.canonical import JSON
from question_bank.comparing import Compare, canonical_text
from question_bank.formats.carried import Carried, compared_by
from question_bank.formats.drafts import Draft
from question_bank.items._choice import LABELS
from question_bank.items._numbers import MAX_EXPONENT, as_decimal, read_number
from question_bank.items._typed import MOST_ANSWERS, NumberAnswer, TextAnswer
from question_bank.items.matching import RIGHT
from question_bank.items.text import LIMITS, folded
from question_bank.phrase import Phrase, phrase

_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,30}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})(?:[eE][+-]?[0-9]{1,3})?")
NEARLY = Fraction(1, 100)  # Moodle writes thirds and sevenths with five decimals
_WILD = re.compile(r"(?<!\\)\*")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its text as our types hold it, what it earns in percent, what is said to who chose it."""

    text: str
    percent: Fraction
    feedback: str = ""
    tolerance: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """The type and its own fields."""

    type: str
    fields: dict[str, JSON]


# The words for true and false that files of other languages have.
TRUE_WORDS = frozenset(["true", "đúng", "richtig", "vrai", "verdadero", "wahr", "waar", "correct"])
FALSE_WORDS = frozenset(["false", "sai", "falsch", "faux", "falso", "onwaar", "incorrect"])


class UnusableError(Exception):
    """No item of ours can come of the answers, for this reason."""

    def __init__(self, code: str, message: Phrase) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


def too_many_options(options: int, most: int) -> UnusableError:
    """More to choose from than a type takes."""
    return UnusableError(
        "too_many_options", phrase("%(options)s options; at most %(most)s", options=options, most=most)
    )


def no_counterpart(kind: str) -> UnusableError:
    """A type of the format, by the name it has there, that no type of ours is like."""
    return UnusableError(
        "unsupported", phrase("the format has a type “%(type)s” that has no counterpart here", type=kind[:60])
    )


def percent_of(text: str) -> Fraction | None:
    """A fraction as Moodle writes it, in percent; None when it is no number."""
    text = text.strip().removesuffix("%").replace(",", ".")
    return Fraction(text) if _NUMBER.fullmatch(text) and "e" not in text.lower() else None


def number_of(text: str, draft: Draft) -> Fraction | None:
    """A number as programs write it: the point is decimal. A comma is read as Vietnamese write it, and looked at."""
    text = "".join(text.split()).replace("−", "-")
    if _NUMBER.fullmatch(text):
        _, _, exponent = text.lower().partition("e")
        return Fraction(text) if abs(int(exponent or 0)) <= MAX_EXPONENT else None
    value = read_number(text) if "," in text or "/" in text else None
    if value is not None:
        message = phrase("“%(number)s” was read as %(value)s", number=text[:40], value=as_decimal(value))
        draft.doubt("number_read", message)
    return value


def choice(answers: Sequence[Answer], single: bool, draft: Draft) -> Made:
    """Single or multiple choice, the key from the fractions."""
    if len(answers) > len(LABELS):
        raise too_many_options(len(answers), len(LABELS))
    options: dict[str, JSON] = {label: one.text for label, one in zip(LABELS, answers, strict=False)}
    percents = {label: one.percent for label, one in zip(LABELS, answers, strict=False)}
    if single:
        right = [label for label, percent in percents.items() if percent >= 100 - NEARLY]
        _say_single(percents, right, draft)
        return Made("single_choice", {"options": options, "key": [*right]})
    right = [label for label, percent in percents.items() if percent > 0]
    if right:
        draft.evidence.append(phrase("%(labels)s: a positive fraction", labels=", ".join(right)))
    weights: dict[str, JSON] = {label: as_decimal(max(percent, Fraction(-100))) for label, percent in percents.items()}
    return Made("multiple_choice", {"options": options, "key": [*right], "weights": weights if right else {}})


def _say_single(percents: dict[str, Fraction], right: list[str], draft: Draft) -> None:
    if right:
        draft.evidence.append(phrase("%(labels)s: 100 %%", labels=", ".join(right)))
    else:
        draft.doubt("no_key", phrase("no option earns 100 %: the key is missing"))
    if any(0 < percent < 100 - NEARLY for percent in percents.values()):
        draft.doubt("partial_lost", phrase("an option earns a part of the marks, which a single choice cannot give"))
    if any(percent < 0 for percent in percents.values()):
        draft.note(
            "penalty_lost", phrase("wrong options cost marks in the file; here the blueprint says what they cost")
        )


def short_text(answers: Iterable[Answer], exact_case: bool, draft: Draft) -> Made:
    """Accepted texts; Moodle takes the first that fits, and an asterisk is any text."""
    compare = Compare(case=exact_case)
    found: dict[str, JSON] = {}
    for one in answers:
        if one.percent < 0 or _WILD.search(one.text):
            _not_taken(one, draft)
            continue
        text = one.text.replace("\\*", "*")
        form = canonical_text(text, compare)
        if form in found:
            draft.note(
                "same_answer",
                phrase("an answer that says the same as another was left out: %(answer)s", answer=text[:60]),
            )
            continue
        found[form] = TextAnswer(text, one.percent).document()
    fields: dict[str, JSON] = {"answers": _bounded([*found.values()], draft)}
    return Made("short_text", fields | ({"compare": {"case": "exact"}} if exact_case else {}))


def numeric(answers: Iterable[Answer], draft: Draft) -> Made:
    """Values with their tolerances."""
    found: list[JSON] = []
    for one in answers:
        if one.percent < 0 or one.text.strip() in ("", "*"):
            _not_taken(one, draft)
            continue
        value, tolerance = number_of(one.text, draft), number_of(one.tolerance or "0", draft)
        if value is None or tolerance is None:
            what = f"{one.text}:{one.tolerance}" if one.tolerance else one.text
            raise UnusableError("bad_number", phrase("“%(number)s” is not a number", number=what[:60]))
        found.append(NumberAnswer(value, abs(tolerance), one.percent).document())
    return Made("numeric", {"answers": _bounded(found, draft)})


def _not_taken(one: Answer, draft: Draft) -> None:
    if one.percent > 0:
        draft.doubt(
            "wildcard",
            phrase("an asterisk stands for any text, which is not marked here: %(answer)s", answer=one.text[:60]),
        )
    else:
        draft.note(
            "wrong_answer_dropped",
            phrase("an answer that earns nothing was left out: %(answer)s", answer=one.text[:60]),
        )


def _bounded(answers: list[JSON], draft: Draft) -> list[JSON]:
    if len(answers) > MOST_ANSWERS:
        draft.doubt("too_many_answers", phrase("more than %(most)s answers: the rest was left out", most=MOST_ANSWERS))
    return answers[:MOST_ANSWERS]


def matching(pairs: Iterable[tuple[str, str]], draft: Draft) -> Made:
    """Pairs of left and right; a right side without a left one is one to choose wrongly."""
    left: dict[str, JSON] = {}
    right: dict[str, str] = {}
    made: dict[str, JSON] = {}
    labels: dict[str, str] = {}
    for one, mate in pairs:
        if not mate.strip():
            raise UnusableError("no_pair", phrase("“%(label)s” has no pair", label=one[:40]))
        if folded(mate) not in labels and len(right) == len(RIGHT):
            raise UnusableError("too_many_options", phrase("more than %(most)s pairs", most=len(RIGHT)))
        label = labels.setdefault(folded(mate), RIGHT[min(len(right), len(RIGHT) - 1)])
        right.setdefault(label, mate)
        if one.strip():
            if len(left) == len(RIGHT):
                raise UnusableError("too_many_options", phrase("more than %(most)s pairs", most=len(RIGHT)))
            number = str(len(left) + 1)
            left[number], made[number] = one, label
    shared = len(set(map(str, made.values()))) < len(made)
    draft.evidence.append(phrase("the pairs stand together in the file"))
    fields: dict[str, JSON] = {"left": left, "right": {**right}, "pairs": made}
    return Made("matching", fields | ({"reuse": "true"} if shared else {}))


def carried_fields(made: Made, carried: Carried) -> Made:
    """What a file of ours says of the type's own fields, where it does not contradict what stands there."""
    fields = dict(made.fields)
    if made.type in ("single_choice", "multiple_choice") and carried.words("fixed"):
        fields["fixed"] = [*carried.words("fixed")]
    if made.type == "multiple_choice":
        fields = without_equal_weights(fields) if carried.get("weights") == "equal" else fields
        if carried.get("most"):
            fields["most"] = carried.get("most")
    if made.type == "short_text":
        compare = compared_by(carried.words("compare"))
        fields |= {"compare": compare} if compare else {}
    if made.type == "matching":
        fields = _reordered(fields, carried.words("right"))
        fields |= {"reuse": "true"} if carried.get("reuse") else {}
    if made.type == "essay":
        fields |= {name: carried.get(name) for name in ("least_words", "most_words") if carried.get(name)}
        criteria = [line.partition(" ")[::2] for line in carried.get("criteria").splitlines()]
        fields |= {"criteria": [{"percent": percent, "text": text} for percent, text in criteria]} if criteria else {}
    return Made(made.type, fields)


def _reordered(fields: dict[str, JSON], order: Sequence[str]) -> dict[str, JSON]:
    """A matching's right side in the order that the tag gives: for each place, which one was met there (from 1)."""
    right, pairs = fields.get("right"), fields.get("pairs")
    if (
        not isinstance(right, dict)
        or not isinstance(pairs, dict)
        or sorted(order) != sorted(str(n) for n in range(1, len(right) + 1))
    ):
        return fields
    met = list(right)
    labels = {met[int(place) - 1]: RIGHT[at] for at, place in enumerate(order)}
    made: dict[str, JSON] = {label: right[old] for old, label in labels.items()}
    return fields | {"right": made, "pairs": {one: labels[str(mate)] for one, mate in pairs.items()}}


def explanation(general: str, said: Iterable[tuple[str, str]], draft: Draft) -> str:
    """The explanation: what is said to everybody, and below it what is said to who chose this or that."""
    lines = [f"{label}: {feedback}" for label, feedback in said if feedback]
    whole = "\n".join([*([general] if general else []), *lines])
    if lines and len(whole) > LIMITS["explanation"]:
        draft.note("feedback_dropped", phrase("what is said to single answers was left out: it is too long"))
        return general
    return whole


def labelled(answers: Sequence[Answer]) -> list[tuple[str, str]]:
    """What is said to who chose each option, by its letter."""
    return [(label, one.feedback) for label, one in zip(LABELS, answers, strict=False)]


def without_equal_weights(fields: dict[str, JSON]) -> dict[str, JSON]:
    """The fields without weights when they say no more than the key; for files that say there were none."""
    weights, key = fields.get("weights"), fields.get("key")
    if not isinstance(weights, dict) or not isinstance(key, list) or not key:
        return fields
    wrong = len(weights) - len(key)
    for label, weight in weights.items():
        share = Fraction(100, len(key)) if label in key else -Fraction(100, wrong)
        if abs(Fraction(str(weight)) - share) > NEARLY:
            return fields
    return {name: value for name, value in fields.items() if name != "weights"}
