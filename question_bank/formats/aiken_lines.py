"""The lines of an Aiken file: what is an option, an answer, an explanation, and what the answer names.

Moodle knows `A)` or `A.` and `ANSWER: A`. People also write small letters, brackets, colons, `Đáp án`, whole answers; such a form counts
where it is what comes next, so that “a)” inside a question stays part of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from question_bank.items.text import folded

_OPTION = re.compile(r"([A-Z])[).][ \t]?(.*)")
_LOOSE = re.compile(r"\(?([A-Za-z])(?:[ \t]?[).:/]|[ \t]+[-–])[ \t]*(.*)")
_ANSWER = re.compile(
    r"(?:(?:correct )?answer|ans|đáp án(?: đúng)?|đ/?a)(?:[ \t]*[:=][ \t]*(.*)|[ \t]+(\(?[A-Za-z]\)?\.?))", re.IGNORECASE
)  # fmt: skip
_EXPLAINED = re.compile(
    r"(?:feedback|explanation|rationale|giải thích|lời giải|hướng dẫn(?: giải)?)[ \t]*:[ \t]*(.*)", re.IGNORECASE
)
_NUMBERED = re.compile(r"(?:câu(?: hỏi)?|question|bài)[ \t]*([0-9]{1,4})[ \t]*(?:[.:)/–-][ \t]*|$)", re.IGNORECASE)
_BARE_NUMBER = re.compile(r"([0-9]{1,4})[.)][ \t]+")
_LETTER = re.compile(r"\(?([A-Za-z])\)?(?:[.:)\s]+(.*))?")
_LETTERS = re.compile(r"[A-Za-z](?:\s*(?:[,;/&+]|và|and)\s*[A-Za-z]){1,9}\.?|[A-Z]{2,10}\.?")
_SINGLE = re.compile(r"\b[A-Za-z]\b")


@dataclass(frozen=True, slots=True)
class Named:
    """What an answer names: places of options (from 0), how it was told, and whether its words contradict that."""

    places: tuple[int, ...]
    contradicts: bool = False


def option_of(line: str, next_letter: str) -> tuple[str, str] | None:
    """(letter, text) of an option; `next_letter` is the one that comes next in an open question, empty for none."""
    if found := _OPTION.fullmatch(line):
        return found[1], found[2].strip()
    found = _LOOSE.fullmatch(line)
    return (found[1], found[2].strip()) if found and next_letter and found[1].upper() == next_letter else None


def answer_of(line: str, has_options: bool) -> str | None:
    """What stands behind “ANSWER:”. Without options before it only a letter does, since questions begin with such words too."""
    found = _ANSWER.fullmatch(line)
    if found is None:
        return None
    said = (found[1] if found[1] is not None else found[2]).strip()
    return said if has_options or _LETTER.fullmatch(said) or line.startswith("ANSWER:") else None


def explained(line: str) -> str | None:
    """What stands behind “FEEDBACK:” and the like."""
    found = _EXPLAINED.fullmatch(line)
    return found[1].strip() if found else None


def without_number(stem: Sequence[str], place: int) -> tuple[list[str], str]:
    """The lines of a question without its number, and the number as it stood; a bare number counts when it is this one's."""
    found = _NUMBERED.match(stem[0])
    if found is None:
        found = _BARE_NUMBER.match(stem[0])
        if found is None or int(found[1]) != place:
            return list(stem), ""
    rest = [stem[0][found.end() :].strip(), *stem[1:]]
    kept = rest if rest[0] else rest[1:]
    return (kept, found[0].strip()) if kept else (list(stem), "")


def named(answer: str, letters: Sequence[str], texts: Sequence[str]) -> Named:
    """The options that an answer names, by letter or by their whole text; none when that is not certain."""
    known = [letter.upper() for letter in letters]
    whole = [place for place, text in enumerate(texts) if folded(text) == folded(answer)]
    if len(whole) == 1 and not _LETTER.fullmatch(answer):
        return Named((whole[0],))
    if _LETTERS.fullmatch(answer):
        wanted = (
            list(answer.rstrip("."))
            if answer.rstrip(".").isalpha() and "và" not in answer and "and" not in answer
            else _SINGLE.findall(answer)
        )
        wanted = list(dict.fromkeys(one.upper() for one in wanted))
        return Named(tuple(known.index(one) for one in wanted) if all(known.count(one) == 1 for one in wanted) else ())
    found = _LETTER.fullmatch(answer)
    if found is None or known.count(found[1].upper()) != 1:
        return Named(())
    place = known.index(found[1].upper())
    said = folded((found[2] or "").strip())
    return Named((place,), bool(said) and said != folded(texts[place]))
