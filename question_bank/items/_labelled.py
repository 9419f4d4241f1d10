"""Reading what authors write into a type's own fields: labelled texts, labels of them, numbers, choices. Everything wrong is added."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from question_bank.canonical import JSON
from question_bank.content import Holds
from question_bank.items._numbers import read_number
from question_bank.items.text import LIMITS, content_faults, folded
from question_bank.phrase import phrase
from question_bank.problems import Fault

_NUMBER = re.compile(r"-?[0-9]{1,9}")
_YES, _NO = ("true", "đúng", "yes"), ("false", "sai", "no")


@dataclass(frozen=True, slots=True)
class Labelled:
    """One of several texts as its author wrote it; the label (A, B, … or 1, 2, …) is only for the author."""

    label: str
    text: str


def read_labelled(field: str, value: JSON, labels: Sequence[str], faults: list[Fault]) -> tuple[Labelled, ...]:
    """A mapping of label to text; the labels must be the first of `labels`, in order."""
    if value is None:
        return ()  # missing or empty, which the reader has said
    if not isinstance(value, dict):
        hint = phrase("write one to a line, “%(first)s: …”, “%(second)s: …”", first=labels[0], second=labels[1])
        message = phrase("“%(field)s” are labels with their texts", field=field)
        faults.append(Fault("wrong_shape", (field,), message, hint))
        return ()
    found: list[Labelled] = []
    for place, (label, text) in enumerate(value.items()):
        path = (field, label)
        if place >= len(labels) or label != labels[place]:
            expected = labels[place] if place < len(labels) else "–"
            message = phrase("“%(label)s” where “%(expected)s” was expected", label=label[:40], expected=expected)
            hint = phrase("labels are %(first)s, %(second)s … without gaps, at most %(most)s", first=labels[0],
                          second=labels[1], most=labels[-1])  # fmt: skip
            faults.append(Fault("bad_label", path, message, hint))
        if text is not None and not isinstance(text, str):
            faults.append(Fault("wrong_shape", path, phrase("“%(field)s” must be a text", field=label[:40])))
            text = None
        found.append(Labelled(label, text or ""))
    return tuple(found)


def read_labels(field: str, value: JSON, known: Sequence[str], faults: list[Fault]) -> tuple[str, ...]:
    """One label or a list of them, in the order of `known`; unknown ones are kept at the end, for `label_faults`."""
    if value is None:
        return ()
    labels = value if isinstance(value, list) else [value]
    texts = [label for label in labels if isinstance(label, str)]
    if len(texts) != len(labels):
        hint = phrase("write “%(field)s: A” or “%(field)s: [A, C]”", field=field)
        faults.append(Fault("wrong_shape", (field,), phrase("“%(field)s” is a letter or a list of letters", field=field),
                            hint))  # fmt: skip
    if len(set(texts)) != len(texts):
        faults.append(Fault("repeated_label", (field,), phrase("“%(field)s” names a letter twice", field=field)))
    order = {label: place for place, label in enumerate(known)}
    return tuple(sorted(dict.fromkeys(texts), key=lambda label: order.get(label, len(order))))


def label_faults(field: str, labels: Collection[str], known: Collection[str]) -> list[Fault]:
    """Labels that name nothing; when nothing could be read there is nothing to compare with."""
    if not known:
        return []
    return [
        Fault(f"{field}_not_an_option", (field,), phrase("there is no option “%(label)s”", label=label[:40]))
        for label in labels
        if label not in known
    ]


def texts_faults(field: str, texts: Sequence[Labelled], may_hold: Holds, limit: int = LIMITS["option"]) -> list[Fault]:
    """What is wrong with each text, and texts that say the same."""
    faults: list[Fault] = []
    first: dict[str, str] = {}
    for one in texts:
        path = (field, one.label)
        faults += content_faults(path, one.text, limit, may_hold)
        same = first.setdefault(folded(one.text), one.label)
        if same != one.label and one.text.strip():
            message = phrase("options %(first)s and %(second)s say the same", first=same, second=one.label)
            faults.append(Fault("duplicate_option", path, message))
    return faults


def read_list(field: str, value: JSON, faults: list[Fault], most: int = 0) -> list[JSON]:
    """A list; one value alone is a list of one. What goes beyond `most` (0: no bound) is a fault, and is left out."""
    if value is None:
        return []
    found: list[JSON] = value if isinstance(value, list) else [value]
    if most and len(found) > most:
        faults.append(too_many((field,), most))
        return found[:most]
    return found


def too_many(path: tuple[str | int, ...], most: int) -> Fault:
    """More than a type takes."""
    return Fault("too_many_options", path, phrase("more than %(most)s entries", most=most))


def too_few(path: tuple[str | int, ...]) -> Fault:
    """Nothing to choose among."""
    return Fault("too_few_options", path, phrase("an item needs at least two options"))


def read_mapping(
    path: tuple[str | int, ...], value: JSON, known: Collection[str], faults: list[Fault]
) -> Mapping[str, JSON]:
    """An object with fields of `known` only."""
    if not isinstance(value, dict):
        if value is not None:
            hint = phrase("write {%(fields)s: …}", fields=": …, ".join(known))
            faults.append(Fault("wrong_shape", path, phrase("fields with their values were expected"), hint))
        return {}
    for name in value:
        if name not in known:
            hint = phrase("known fields: %(fields)s", fields=", ".join(known))
            faults.append(
                Fault("unknown_key", (*path, name), phrase("unknown field “%(field)s”", field=name[:40]), hint)
            )
    return value


def read_text(path: tuple[str | int, ...], value: JSON, faults: list[Fault]) -> str:
    """A text; empty for none."""
    if value is None or isinstance(value, str):
        return (value or "").strip()
    faults.append(Fault("wrong_shape", path, phrase("“%(field)s” must be a text", field=str(path[-1]))))
    return ""


def read_whole(
    path: tuple[str | int, ...], value: JSON, default: int, bounds: tuple[int, int], faults: list[Fault]
) -> int:
    """A whole number between the bounds."""
    if value is None:
        return default
    least, most = bounds
    if isinstance(value, str) and _NUMBER.fullmatch(value) and least <= int(value) <= most:
        return int(value)
    message = phrase(
        "“%(field)s” is a whole number from %(least)s to %(most)s", field=str(path[-1]), least=least, most=most
    )
    faults.append(Fault("bad_number", path, message))
    return default


def read_percent(path: tuple[str | int, ...], value: JSON, default: int, least: int, faults: list[Fault]) -> Fraction:
    """A percentage from `least` to 100, decimals allowed (Moodle writes 33.33333)."""
    if value is None:
        return Fraction(default)
    number = read_number(value.removesuffix("%")) if isinstance(value, str) else None
    if number is not None and least <= number <= 100:
        return number
    message = phrase("“%(field)s” is a percentage from %(least)s to 100", field=str(path[-1]), least=least)
    faults.append(Fault("bad_percentage", path, message))
    return Fraction(default)


def whole_percent(total: Fraction) -> bool:
    """Whether percentages add up to 100, give or take what thirds and sevenths lose in five decimals."""
    return abs(total - 100) < Fraction(1, 100)


def read_truth(path: tuple[str | int, ...], value: JSON, default: bool, faults: list[Fault]) -> bool:
    """True or false, in English or Vietnamese."""
    if value is None:
        return default
    word = value.casefold() if isinstance(value, str) else ""
    if word in _YES + _NO:
        return word in _YES
    hint = phrase("write true (đúng) or false (sai)")
    faults.append(Fault("wrong_shape", path, phrase("“%(field)s” is true or false", field=str(path[-1])), hint))
    return default


def read_name(path: tuple[str | int, ...], value: JSON, known: Sequence[str], faults: list[Fault]) -> str:
    """One of the known words; the first for none."""
    if value is None:
        return known[0]
    if isinstance(value, str) and value in known:
        return value
    hint = phrase("known here: %(names)s", names=", ".join(known))
    faults.append(Fault("unknown_word", path, phrase("“%(field)s” has no such value", field=str(path[-1])), hint))
    return known[0]
