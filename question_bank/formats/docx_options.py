"""Where options begin on a line: “A. …    B. …” with tabs or spaces between, labels of any look. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import islice

from question_bank.formats.docx_marks import INLINE, LETTERS, OPTION, starts_inside
from question_bank.formats.word_text import THING, Look, Rich

_MOST_FIRSTS = 12  # places of one line that may be option A
MAX_LINE = 12_000  # characters: a stem has 4,000; what is longer is no list of options


@dataclass(frozen=True, slots=True)
class Piece:
    """One option found: its letter, the look of the letter, signs typed beside it, its text on this line.

    `sure` is a label that stands apart from the text before it, or looks different.
    """

    letter: str
    look: Look
    mark: str
    rich: Rich
    sure: bool = True
    before: Look | None = None  # of the question's own text, where the label follows it on its line

    @property
    def place(self) -> int:
        """0 for A."""
        return LETTERS.index(self.letter.upper())


@dataclass(frozen=True, slots=True)
class _Label:
    start: int
    end: int
    letter: str
    sign: str
    look: Look
    mark: str
    sure: bool


def options_on(rich: Rich, expected: int) -> list[Piece]:
    """The options of a line that begins with one; `expected` is the place of the next option of the question (0: A)."""
    first = OPTION.match(rich.text) if len(rich.text) <= MAX_LINE else None
    if first is None:
        return []
    label = _label(rich, first, sure=True)
    place = LETTERS.index(label.letter.upper())
    if (
        not label.look.auto
        and place != expected
        and place != 0
        and not (expected and expected - 1 <= place <= expected + 1)
    ):
        return []
    return _cut(rich, [label, *_following(rich, label)])


def options_inside(rich: Rich) -> tuple[Rich, list[Piece]]:
    """A question and its options on one line: what stands before A, and the options; all of it when there are none."""
    firsts = (
        (found for found in INLINE.finditer(rich.text) if found["label"] in "Aa") if len(rich.text) <= MAX_LINE else ()
    )
    for found in islice(firsts, _MOST_FIRSTS):
        at = found.start()
        if _names_words(rich, found):
            continue
        if not rich.text[:at].strip() or not (_parted(rich, at) or rich.text[at - 1].isspace()):
            continue
        label = _label(rich, found, sure=True)
        rest = _following(rich, label)
        if len(rest) >= (1 if _parted(rich, at) else 2):
            first, *others = _cut(rich, [label, *rest])
            before = rich.look(len(rich.text[:at].rstrip()) - 1)
            return rich.cut(0, at).strip(), [replace(first, before=before), *others]
    return rich, []


def _names_words(rich: Rich, found: re.Match[str]) -> bool:
    """Whether a letter in brackets names the underlined words before it: “She <u>don’t</u> (A) …”."""
    before = len(rich.text[: found.start()].rstrip()) - 1
    return "(" in found[0] and rich.look(before).underline and not rich.look(found.start("label")).underline


def begins_inside(rich: Rich, last: int) -> int:
    """Where the question after number `last` begins behind options on the same line; 0 for nowhere."""
    if len(rich.text) > MAX_LINE:
        return 0
    for at, number in islice(starts_inside(rich.text), _MOST_FIRSTS):
        if number == last + 1 and _parted(rich, at) and rich.text[:at].strip():
            before = rich.cut(0, at)
            if OPTION.match(before.text) or options_inside(before)[1]:
                return at
    return 0


def parted_label(rich: Rich, letter: str) -> tuple[int, Piece] | None:
    """The one place behind a tab or two spaces where a label of this letter stands, and the option there."""
    found = [
        match for match in INLINE.finditer(rich.text)
        if match["label"].upper() == letter and match.start() and _parted(rich, match.start())
    ] if len(rich.text) <= MAX_LINE else []  # fmt: skip
    if len(found) != 1:
        return None
    return found[0].start(), _cut(rich, [_label(rich, found[0], sure=True)])[0]


def _label(rich: Rich, found: re.Match[str], sure: bool) -> _Label:
    marks = (found["mark"] or "") + (found["star"] or "") + (found["after"] or "").strip()
    return _Label(
        found.start(), found.end(), found["label"], found["sign"], rich.look(found.start("label")), marks, sure
    )


def _following(rich: Rich, first: _Label) -> list[_Label]:
    """The labels behind the first, one after the other in the order of letters."""
    found: list[_Label] = []
    last = first
    while (following := _next(rich, last, first)) is not None:
        found.append(following)
        last = following
    return found


def _next(rich: Rich, last: _Label, first: _Label) -> _Label | None:
    place = LETTERS.index(last.letter.upper()) + 1
    if place >= len(LETTERS):
        return None
    letter = LETTERS[place] if last.letter.isupper() else LETTERS[place].lower()
    loose: list[re.Match[str]] = []
    tight: list[re.Match[str]] = []
    for match in INLINE.finditer(rich.text, last.end):
        if match["label"] != letter:
            continue
        if len(loose) + len(tight) >= _MOST_FIRSTS:
            break
        at = match.start()
        if _is_initial(rich, last, match, alone=last is first or place > 3):
            continue
        if _parted(rich, at):
            return _label(rich, match, sure=True)
        if match["sign"] != first.sign:
            continue
        (loose if rich.text[at - 1].isspace() else tight).append(match)
    if loose:
        return _label(rich, loose[0], sure=len(loose) == 1)
    if tight and letter.isupper() and not rich.text[tight[0].start() - 1].isupper():
        at = tight[0].start("label")
        return _label(rich, tight[0], sure=_differ(rich.look(at), rich.look(at - 1)))
    return None


def _is_initial(rich: Rich, last: _Label, match: re.Match[str], alone: bool) -> bool:
    """Whether a letter with its point belongs to an option's words: “A. B. Gates   B. …”, “Vitamin E.” at the very end.

    `alone` is an option that has its line to itself, or a letter behind D: others may have lost their text.
    """
    between, behind = rich.text[last.end : match.start()], rich.text[match.end() :]
    if not between.strip():
        return match["sign"] == "." and "\t" not in between and _comes_again(behind, match["label"])
    wide = between[-1] == "\t" or between[-2:].isspace()
    return alone and match["sign"] == "." and not behind.strip() and not wide and between[-1].isspace()


def _comes_again(text: str, letter: str) -> bool:
    """Whether a label of this letter stands behind a tab or two spaces."""
    return re.search(rf"(?:\t|\s\s){letter}\.\s", text) is not None


def _parted(rich: Rich, at: int) -> bool:
    """Whether a tab, two spaces, a picture, or one space and another look stand before this place."""
    before = rich.text[max(at - 40, 0) : at]
    if not before or before[-1] in "\t\n" + THING or before[-2:].isspace():
        return True
    if not before[-1].isspace():
        return False
    words = before.rstrip()
    return bool(words) and _differ(rich.look(at), rich.look(at - 1 - (len(before) - len(words))))


def _differ(one: Look, other: Look) -> bool:
    return (one.bold, one.underline, one.colour) != (other.bold, other.underline, other.colour)


def _cut(rich: Rich, labels: list[_Label]) -> list[Piece]:
    ends = [*(label.start for label in labels[1:]), len(rich.text)]
    return [
        Piece(label.letter, label.look, label.mark, rich.cut(label.end, end).strip(), label.sure)
        for label, end in zip(labels, ends, strict=True)
    ]
