"""Automatic numbering of a Word file: “Câu 1.” and “A.” that Word shows and the text does not hold (ISO/IEC 29500-1, 17.9)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from question_bank.formats.office_package import value, whole
from question_bank.formats.word_styles import Style, Styles
from question_bank.formats.xml_tree import Node

_PLACE = re.compile(r"%([1-9])")
_LEVELS = 9


@dataclass(frozen=True, slots=True)
class Level:
    """How one level counts. `restart` is the level whose next number starts this one anew (0: never)."""

    start: int
    form: str
    text: str
    gap: str
    decimal_only: bool
    restart: int
    style: str
    run: Node | None
    paragraph: Node | None = None


@dataclass(frozen=True, slots=True)
class Numbered:
    """The label of one paragraph: its text with what stands behind it, and the properties of its look.

    `bullet` says that the label is a sign and no number; `form` is how it counts, in the words of 17.18.59.
    """

    text: str
    bullet: bool
    run: Node | None
    list: str
    level: int
    num: str = ""
    form: str = ""


class Numbering:
    """The counters of one document; paragraphs are told to it in their order."""

    def __init__(self, numbering: Node | None, styles: Styles) -> None:
        self._styles = styles
        abstract = {node.get("w:abstractNumId"): node for node in numbering.all("w:abstractNum")} if numbering else {}
        self._nums = {node.get("w:numId"): node for node in numbering.all("w:num")} if numbering else {}
        self._abstract = abstract
        self._levels: dict[str, tuple[str, dict[int, Level]]] = {}
        self._counts: dict[str, list[int | None]] = {}
        self._begun: set[tuple[str, int]] = set()

    def number(self, properties: Node | None, style: Style | None) -> Numbered | None:
        """The label of the next paragraph, None when it has none."""
        num, level = self.place(properties, style)
        if not num or num == "0":
            return None
        name, levels = self._of(num)
        found = levels.get(level)
        if found is None:
            return None
        counts = self._counts.setdefault(name, [None] * _LEVELS)
        self._advance(num, level, levels, counts)
        if found.form == "none" and not found.text:
            return None
        bullet = found.form == "bullet"
        text = found.text if bullet else self._label(found, levels, counts)
        return Numbered(text + found.gap, bullet, found.run, name, level, num, found.form)

    def place(self, properties: Node | None, style: Style | None) -> tuple[str, int]:
        """List and level (`""` or `0`: no list): the paragraph's own word first, then its styles', the nearest first."""
        own = properties.child("w:numPr") if properties else None
        num = value(own.child("w:numId")) if own else ""
        level = whole(value(own.child("w:ilvl")), -1) if own else -1
        for one in self._styles.chain(style):
            if num and level >= 0:
                break
            said = one.paragraph.child("w:numPr") if one.paragraph else None
            if said is None:
                continue
            if not num:
                num = value(said.child("w:numId"))
                linked = self.level_of_style(num, one.id)
                level = linked if level < 0 and linked >= 0 else level
            level = whole(value(said.child("w:ilvl")), -1) if level < 0 else level
        return num, min(max(level, 0), _LEVELS - 1)

    def level(self, num: str, level: int) -> Level | None:
        """One level of a list by the number that paragraphs and styles give."""
        return self._of(num)[1].get(level)

    def level_of_style(self, num: str, style: str) -> int:
        """The level of a list that a style stands for, -1 when it stands for none."""
        if num in ("", "0"):
            return -1
        return next((at for at, level in self._of(num)[1].items() if level.style == style), -1)

    def _of(self, num: str) -> tuple[str, dict[int, Level]]:
        """The list a number belongs to and its levels, with what the number overrides."""
        if num not in self._levels:
            node = self._nums.get(num)
            name = value(node.child("w:abstractNumId")) if node else ""
            levels = dict(self._levels_of(name))
            for change in node.all("w:lvlOverride") if node else ():
                at = whole(change.get("w:ilvl"), 0)
                if (other := change.child("w:lvl")) is not None:
                    levels[at] = _level(other)
                start = change.child("w:startOverride")
                if start is not None and at in levels:
                    levels[at] = replace(levels[at], start=whole(value(start), 1))
            self._levels[num] = (name, levels)
        return self._levels[num]

    def _levels_of(self, name: str) -> dict[int, Level]:
        """A list's levels; a list may only name a style that names the list."""
        node = self._abstract.get(name)
        link = value(node.child("w:numStyleLink")) if node else ""
        style = self._styles.style(link)
        if node is not None and style is not None and style.paragraph is not None and not node.child("w:lvl"):
            linked = self._nums.get(value(style.paragraph.path("w:numPr", "w:numId")))
            node = self._abstract.get(value(linked.child("w:abstractNumId"))) if linked else None
        return {whole(level.get("w:ilvl"), 0): _level(level) for level in node.all("w:lvl")} if node else {}

    def _advance(self, num: str, level: int, levels: dict[int, Level], counts: list[int | None]) -> None:
        node = self._nums.get(num)
        if node is not None and (num, level) not in self._begun:
            self._begun.add((num, level))
            for change in node.all("w:lvlOverride"):
                if whole(change.get("w:ilvl"), 0) == level and change.child("w:startOverride") is not None:
                    counts[level] = None  # the first use of a number that overrides the start begins anew
        before = counts[level]
        counts[level] = levels[level].start if before is None else before + 1
        for deeper in range(level + 1, _LEVELS):
            restart = levels[deeper].restart if deeper in levels else -1
            if restart != 0 and (restart < 0 or level < restart):
                counts[deeper] = None

    def _label(self, level: Level, levels: dict[int, Level], counts: list[int | None]) -> str:
        def put(place: re.Match[str]) -> str:
            at = int(place[1]) - 1
            other = levels.get(at)
            number = counts[at] if counts[at] is not None else (other.start if other else 1)
            form = "decimal" if level.decimal_only or other is None else other.form
            return formatted(number or 0, form)

        return _PLACE.sub(put, level.text)


def _level(node: Node) -> Level:
    gap = value(node.child("w:suff"), "tab")
    restart = node.child("w:lvlRestart")
    return Level(
        start=whole(value(node.child("w:start")), 1),
        form=value(node.child("w:numFmt"), "decimal"),
        text=value(node.child("w:lvlText")),
        gap={"tab": "\t", "space": " "}.get(gap, ""),
        decimal_only=node.child("w:isLgl") is not None,
        restart=whole(value(restart), -1) if restart is not None else -1,
        style=value(node.child("w:pStyle")),
        run=node.child("w:rPr"),
        paragraph=node.child("w:pPr"),
    )


def formatted(number: int, form: str) -> str:
    """A number as a list shows it; forms no Vietnamese paper uses are decimal."""
    make = _FORMS.get(form)
    return make(number) if make and 0 < number < 4000 else str(number)


def _letters(number: int) -> str:
    """A … Z, AA, BB …: Word repeats the letter."""
    times, place = divmod(number - 1, 26)
    return chr(ord("A") + place) * min(times + 1, 10)


def _roman(number: int) -> str:
    found = ""
    for worth, sign in zip((1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
                           ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"), strict=True):  # fmt: skip
        times, number = divmod(number, worth)
        found += sign * times
    return found


_FORMS: dict[str, Callable[[int], str]] = {
    "upperLetter": _letters,
    "lowerLetter": lambda number: _letters(number).lower(),
    "upperRoman": _roman,
    "lowerRoman": lambda number: _roman(number).lower(),
    "decimalZero": lambda number: f"{number:02d}",
    "none": lambda _: "",
}
