"""What a cell with a key says about the options of its row: letters, numbers, or an option's text again. Never a guess. Pure.

“A/B” is no key: it may mean both or either.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from question_bank.items.text import folded

_LETTER = re.compile(r"\(?([A-Ja-j])\)?\s*[.)]?")
_LETTERS = re.compile(r"\(?[A-Ja-j]\)?(?:\s*(?:[,;&+|\s]|và|and)\s*\(?[A-Ja-j]\)?)+\s*\.?", re.IGNORECASE)
_TOGETHER = re.compile(r"[A-J]{2,6}")
_DIGITS = re.compile(r"[0-9](?:\s*(?:[,;&+|\s]|và|and)\s*[0-9])*", re.IGNORECASE)
_NAMED = re.compile(r"(?:đáp án|phương án|lựa chọn|option|answer|câu)\s+(.{1,40})", re.IGNORECASE)
_WITH_TEXT = re.compile(r"([A-Ja-j])\s*[.):]\s*(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class KeyHabits:
    """How the keys of a table are written, over all its rows: whether a 0 is among the numbers, and whether letters are used."""

    zero: bool
    letters: bool
    numbers: bool
    first: int | None = None  # the number of the first option, where the heading says it


def habits_of(keys: Iterable[str], first: int | None = None) -> KeyHabits:
    """Over all keys of a table; `first` is the number of the first option, where the heading says it."""
    known = [key.strip() for key in keys if key.strip()]
    numbers = [key for key in known if _DIGITS.fullmatch(key)]
    letters = [key for key in known if _LETTER.fullmatch(key) or _LETTERS.fullmatch(key)]
    return KeyHabits(
        any("0" in re.findall(r"[0-9]", key) for key in numbers),
        len(letters) * 2 > len(known),
        len(numbers) * 2 > len(known),
        first,
    )


def places(key: str, options: Sequence[str], habits: KeyHabits, own: bool = False) -> set[frozenset[int]]:
    """Every reading of a key as places of options: one is certain, none is unreadable, more are for a person.

    `own`: an export of ours, where letters are letters though an option consists of one.
    """
    text = key.strip()
    named = _NAMED.fullmatch(text)
    text = named[1].strip() if named else text
    whole = folded(text)
    found: set[frozenset[int]] = set()
    same = [at for at, option in enumerate(options) if folded(option) == whole]
    if len(same) == 1:
        found.add(frozenset(same))
    letters = _by_letters(text, len(options))
    if letters and own:
        return {letters}
    if letters:
        found.add(letters)
    if _DIGITS.fullmatch(text):
        numbers = [int(one) for one in re.findall(r"[0-9]", text)]
        if habits.first != 0 and all(1 <= number <= len(options) for number in numbers):
            found.add(frozenset(number - 1 for number in numbers))
        if (habits.first == 0 or (habits.first is None and habits.zero)) and all(
            number < len(options) for number in numbers
        ):
            found.add(frozenset(numbers))
    with_text = _WITH_TEXT.fullmatch(text)
    if not found and with_text is not None:
        place = ord(with_text[1].upper()) - ord("A")
        if place < len(options) and folded(options[place]).rstrip(".") == folded(with_text[2]).rstrip("."):
            found.add(frozenset({place}))
    return found


def _by_letters(text: str, options: int) -> frozenset[int]:
    names = ""
    if match := _LETTER.fullmatch(text):
        names = match[1]
    elif _LETTERS.fullmatch(text):
        names = re.sub(r"và|and", "", text, flags=re.IGNORECASE)
    elif _TOGETHER.fullmatch(text):
        names = text
    named = [ord(letter) - ord("A") for letter in names.upper() if "A" <= letter <= "J"]
    known = all(place < options for place in named)
    return frozenset(named) if known and len(set(named)) == len(named) else frozenset()  # one twice is a slip
