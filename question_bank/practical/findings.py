"""What a check answers: what was looked at, how right it is, what was expected, what was found, and where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from question_bank.phrase import Phrase, phrase

Words = Phrase | str  # a sentence of the catalogue, or words and figures that need no translation

MOST_FINDINGS = 1000  # of one check: a file of ten thousand wrong paragraphs is told by its first thousand
MOST_QUOTED = 200  # characters of the file's own words in one sentence

FULL, NONE = Fraction(1), Fraction(0)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `credit` is 0 … 1; `step` its name where a check has steps."""

    item: Words
    credit: Fraction
    expected: Words
    found: Words
    where: Words
    step: str = ""

    @property
    def right(self) -> bool:
        """Whether nothing is wrong with it."""
        return self.credit == FULL


@dataclass(frozen=True, slots=True)
class Outcome:
    """All findings of one check. `matched` is false when its select found nothing; `targets` are what it found, for `ref`."""

    findings: tuple[Finding, ...]
    matched: bool = True
    targets: tuple[object, ...] = ()

    @classmethod
    def of(cls, findings: Iterable[Finding], targets: Iterable[object] = ()) -> Outcome:
        """Findings, at most `MOST_FINDINGS`: the wrong ones first where there are more."""
        listed = list(findings)
        if len(listed) > MOST_FINDINGS:
            listed = sorted(listed, key=lambda one: one.credit)[:MOST_FINDINGS]
        return cls(tuple(listed), True, tuple(targets))

    @classmethod
    def nothing(cls, expected: Words, where: Words = "") -> Outcome:
        """The select found no place of the kind it asks for."""
        found = Finding(
            phrase("place"), NONE, expected, phrase("nothing of the kind"), where or phrase("the whole file")
        )
        return cls((found,), matched=False)


def judged(item: Words, right: bool | Fraction, expected: Words, found: Words, where: Words, step: str = "") -> Finding:
    """A finding that is right or wrong, or right in part."""
    credit = right if isinstance(right, Fraction) else FULL if right else NONE
    return Finding(item, credit, expected, found, where, step)


def quoted(text: str) -> str:
    """Words of a file as they stand in a sentence: one line, cut, between quotation marks."""
    line = " ".join(text.split())
    return f"“{line[:MOST_QUOTED]}{'…' if len(line) > MOST_QUOTED else ''}”"
