"""Which options of a question look different from the others, and how much that says in this document. Pure.

A bold label is a key in one file and an accident in the next: a look counts by how regularly it singles out one option.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from question_bank.formats.docx_found import FoundOption, FoundQuestion
from question_bank.formats.docx_signs import signed_before, signed_behind
from question_bank.formats.word_text import THING, Look
from question_bank.formats.word_theme import is_body_colour

_RIGHT_STYLE = re.compile(r"đúng|dap ?an|đáp án|correct|right|answer|\bkey\b", re.IGNORECASE)


class Feature(Enum):
    """Something about looks by which teachers mark what is right."""

    UNDERLINE = "underline"
    COLOUR = "colour"
    HIGHLIGHT = "highlight"
    SHADE = "shade"
    BOX = "box"
    STYLE = "style"
    BOLD = "bold"
    ITALIC = "italic"


_ALWAYS = 8  # questions: keys of fewer may all be in one place by chance
WEAK = frozenset({Feature.BOLD, Feature.ITALIC})  # what texts have for other reasons too


@dataclass(frozen=True, slots=True)
class LookMark:
    """The options (by place) that have a feature: on their label, or on their whole text with the label not telling."""

    feature: Feature
    on_label: bool
    places: frozenset[int]
    detail: str  # a colour or a style's name

    @property
    def means(self) -> Means:
        """How it marks: a feature, of colours the hue, of bold and italics whether the label or the text has it."""
        if self.feature in WEAK:
            return (self.feature, "label" if self.on_label else "text")
        return (self.feature, _hue(self.detail))

    @property
    def single(self) -> bool:
        """Whether it points to one option."""
        return len(self.places) == 1


Means: TypeAlias = "tuple[Feature, str]"


def _hue(detail: str) -> str:
    """Colours that pass for one: their strongest channels. Names of styles and of highlights stay."""
    if not re.fullmatch(r"[0-9A-Fa-f]{6}", detail):
        return detail
    channels = [int(detail[at : at + 2], 16) for at in (0, 2, 4)]
    middle = (max(channels) + min(channels)) / 2
    return "".join(name for name, one in zip("rgb", channels, strict=True) if one > middle)


@dataclass(slots=True)
class Habits:
    """How a document marks its keys: how many questions there are, and how often each feature singles out one option."""

    questions: int = 0
    means: Counter[Means] = field(default_factory=Counter)
    places: Counter[tuple[Means, int]] = field(default_factory=Counter)
    partly: Counter[Feature] = field(default_factory=Counter)  # questions in which some options have it and some not
    told: int = 0  # questions in which anything at all singles out one option
    several: int = 0  # questions for which several letters are written
    signed: int = 0  # questions in which a sign stands beside the words of one option
    capitals: int = 0  # questions whose options have capital letters

    def writes_several(self) -> bool:
        """Whether several right letters are the way of this document: in one question alone they may mean either."""
        return self.several >= 3 or 5 * self.several >= self.questions

    def trusts_signs(self) -> bool:
        """Whether signs beside the words of options are the way of this document: one alone may be a sign that is asked for."""
        return self.signed >= 3 or 2 * self.signed >= self.questions

    def trusts(self, mark: LookMark) -> bool:
        """Whether such a mark is the way of this document and no accident.

        Where a document marks by one means, what differs by another is none of its keys: a foreign word in italics, a
        heading's colour that went on.
        """
        times = self.means[mark.means]
        share = times / self.questions if self.questions else 0.0
        if 5 * times < self.told:
            return False
        if mark.feature in WEAK:
            if times >= _ALWAYS and any(self.places[(mark.means, place)] == times for place in mark.places):
                return False  # always the last option: its paragraph's end has the look of the next question
            return share >= 0.3 or (self.told >= 0.8 * self.questions and share >= 0.2)
        return times >= 3 or share >= (0.1 if mark.on_label else 0.2)

    def trusts_truths(self, mark: LookMark) -> bool:
        """The same of statements, of which several are marked: as many questions in which some have the look and some not."""
        times = self.partly[mark.feature]
        return times >= 3 or times >= (0.1 if mark.on_label else 0.2) * self.questions


def habits_of(questions: Iterable[FoundQuestion], body: str) -> Habits:
    """Over all questions of a document; `body` is the colour most of its text has."""
    habits = Habits()
    for question in questions:
        if len(question.options) < 2:
            continue
        habits.questions += 1
        habits.capitals += not question.lower()
        every = look_marks(question.options, body)
        marks = [mark for mark in every if mark.single]
        habits.means.update({mark.means for mark in marks})
        habits.places.update({(mark.means, place) for mark in marks for place in mark.places})
        judged = look_marks(question.options, body, truths=True) if question.lower() else every
        habits.partly.update({mark.feature for mark in judged if len(mark.places) < len(question.options)})
        signs = signed_behind(question.options) | signed_before(question.options)
        habits.signed += len(signs) == 1
        habits.told += bool(marks) or len(signs) == 1 or sum("*" in option.mark for option in question.options) == 1
    return habits


def body_colour(questions: Iterable[FoundQuestion]) -> str:
    """The colour of most of the text: empty for ink."""
    seen: Counter[str] = Counter()
    for question in questions:
        for line in (*question.stem, *(line for option in question.options for line in option.lines)):
            for look in line.looks[:400]:
                seen["" if is_body_colour(look.colour) else look.colour] += 1
    return seen.most_common(1)[0][0] if seen else ""


def usual_emphasis(questions: Iterable[FoundQuestion]) -> frozenset[str]:
    """`code` where most of a document is set in a font of one width, which then says nothing."""
    looks = [look for question in questions for line in question.stem for look in line.looks[:200]]
    return frozenset({"code"}) if 2 * sum(look.mono for look in looks) > len(looks) else frozenset()


def look_marks(options: Sequence[FoundOption], body: str, truths: bool = False) -> list[LookMark]:
    """Every feature that some but not all options have. The label speaks first, the whole text where it does not tell.

    With `truths` they are statements: all but one, or all, may be marked.
    """
    found: list[LookMark] = []
    inside = [_looks_of_text(option) for option in options]
    every = {option.look for option in options}.union(*inside)
    if len(every) == 1:
        return found  # nothing differs from anything
    for feature in Feature:
        if (
            not truths
            and all(_value(look, feature) == "" for look in every)
            and (feature is not Feature.COLOUR or not body)
        ):
            continue
        labels = [_label_value(option, feature, body) for option in options]
        texts = [_common(looks, feature) for looks in inside]
        on_label = _marked(labels, feature, body, truths)
        on_text = _marked(texts, feature, body, truths)
        if on_label:
            found.append(LookMark(feature, True, on_label, _detail(labels, on_label)))
        if on_text and on_text != on_label and (not on_label or (len(on_text) == 1 and feature not in WEAK)):
            found.append(LookMark(feature, False, on_text, _detail(texts, on_text)))
    return found


def _label_value(option: FoundOption, feature: Feature, body: str) -> str:
    """What a feature says of a label: nothing where the label only goes on in the look of the question before it."""
    found = _value(option.look, feature)
    if option.before is not None and found == _value(option.before, feature):
        return body if feature is Feature.COLOUR else ""
    return found


def _detail(values: Sequence[str], places: frozenset[int]) -> str:
    said = sorted({values[place] for place in places})
    return ", ".join(value for value in said if value != "1")


def _marked(values: Sequence[str], feature: Feature, body: str, truths: bool) -> frozenset[int]:
    """The places that differ. Of options all but one is no mark: it may be one that was forgotten."""
    plain = body if feature is Feature.COLOUR else ""
    marked = frozenset(at for at, value in enumerate(values) if value != plain)
    if (
        truths
        and feature is Feature.COLOUR
        and len({_hue(value) for value in values if value and not is_body_colour(value)}) > 1
    ):
        return frozenset()  # green for true and red for false, or the other way round
    if truths:
        return marked if len(marked) < len(values) or feature is Feature.UNDERLINE else frozenset()
    usual, times = Counter(values).most_common(1)[0] if values else ("", 0)
    if len(values) >= 3 and times >= len(values) - 1 and usual != plain:
        return frozenset(at for at, value in enumerate(values) if value not in (usual, plain))
    return marked if len(marked) < len(values) else frozenset()


def _looks_of_text(option: FoundOption) -> frozenset[Look]:
    """The looks of an option's words; a point or comma at their end may have been typed later, and counts only alone."""
    found: set[Look] = set()
    signs: set[Look] = set()
    for line in option.lines:
        for character, look in zip(line.text, line.looks, strict=True):
            if character in ".,;:":
                signs.add(look)
            elif not character.isspace() and character != THING:
                found.add(look)
    return frozenset(found or signs)


def _common(looks: frozenset[Look], feature: Feature) -> str:
    """What all of these have in common; empty when they differ."""
    values = {_value(look, feature) for look in looks}
    return values.pop() if len(values) == 1 else ""


def _value(look: Look, feature: Feature) -> str:
    """What a feature says of one look; empty for nothing. Links are blue and underlined by themselves."""
    if feature is Feature.UNDERLINE:
        return "1" if look.underline and not look.link else ""
    if feature is Feature.COLOUR:
        return "" if look.link or is_body_colour(look.colour) else look.colour
    if feature is Feature.HIGHLIGHT:
        return look.highlight
    if feature is Feature.SHADE:
        return look.shade
    if feature is Feature.STYLE:
        return look.style if _RIGHT_STYLE.search(look.style) else ""
    plain = {Feature.BOX: look.boxed, Feature.BOLD: look.bold, Feature.ITALIC: look.italic}
    return "1" if plain[feature] else ""
