"""How a paper numbers its questions: “Câu 1.”, “Bài 1”, bare numbers, or not at all. Decided over the whole document. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from question_bank.formats.docx_lines import Line
from question_bank.formats.docx_marks import OPTION, Start, bare_start, question_start
from question_bank.formats.docx_options import options_inside

Place = tuple[str, int]  # a list of automatic numbers and its level


@dataclass(frozen=True, slots=True)
class Mode:
    """The words that begin questions; whether bare numbers do; the automatic lists whose numbers are questions' numbers.

    With no words and no bare numbers the questions have none: each begins with what stands above its option A.
    """

    words: frozenset[str]
    bare: bool
    lists: frozenset[Place]

    @property
    def unnumbered(self) -> bool:
        """Whether questions have no numbers."""
        return not self.words and not self.bare

    def start(self, line: Line) -> Start | None:
        """Whether a line may begin a question; bare numbers are only judged by the reader, who knows what came before."""
        found = question_start(line.text)
        if found is not None:
            return found if found.word in self.words else None
        if not self.bare:
            return None
        found = bare_start(line.text)
        if found is None:
            return None
        return found if not is_auto(line) or place_of(line) in self.lists else None


def mode_of(lines: Sequence[Line]) -> Mode:
    """A start counts when an option A follows before the next start of its kind."""
    seen: Counter[str] = Counter()
    credited: Counter[str] = Counter()
    lists: Counter[Place] = Counter()
    waiting: dict[str, Line] = {}
    for line in lines:
        word = question_start(line.text)
        start = word or bare_start(line.text)
        if start is not None and (line.first or word):
            seen[start.word] += 1
            waiting[start.word] = line
        if waiting and has_options(line):
            for name, begun in waiting.items():
                credited[name] += 1
                if not name and is_auto(begun):
                    lists[place_of(begun)] += 1
            waiting = {}
    return _decided(seen, credited, lists)


def _decided(seen: Counter[str], credited: Counter[str], lists: Counter[Place]) -> Mode:
    worded = {name: credited[name] for name in seen if name}
    best = max(worded.values(), default=0)
    if credited[""] > best and credited[""] >= 2 * best:
        most = max(lists.values(), default=0)
        return Mode(frozenset(), True, frozenset(place for place, n in lists.items() if 4 * n >= most))
    words = {name for name in ("câu", "question") if seen[name] and (best or credited[""] == 0)}
    if not seen["câu"] and not seen["question"] and seen["bài"]:
        words.add("bài")
    if words:
        return Mode(frozenset(words), False, frozenset())
    if credited[""]:
        return Mode(frozenset(), True, frozenset(lists))
    return Mode(frozenset(), False, frozenset())


def has_options(line: Line) -> bool:
    """Whether option A begins on a line."""
    found = OPTION.match(line.text)
    return (found is not None and found["label"] in "Aa") or bool(len(line.text) > 12 and options_inside(line.rich)[1])


def is_auto(line: Line) -> bool:
    """Whether the line begins with a label that Word made."""
    return line.rich.look(0).auto


def place_of(line: Line) -> Place:
    """The list of its label."""
    return (line.paragraph.list, line.paragraph.level)
