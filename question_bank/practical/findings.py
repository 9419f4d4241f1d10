"""What a check answers: what was looked at, how right it is, what was expected, what was found, and where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from question_bank.phrase import Phrase, phrase

Words = Phrase | str  # a sentence of the catalogue, or words and figures that need no translation

MOST_FINDINGS = (
    1000  # kept of one check: ten thousand wrong paragraphs are told by the first thousand, and all are counted
)
MOST_QUOTED = 200  # characters of the file's own words in one sentence

FULL, NONE = Fraction(1), Fraction(0)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `credit` is 0 … 1, ValueError for any other; `step` its name where a check has steps."""

    item: Words
    credit: Fraction
    expected: Words
    found: Words
    where: Words
    step: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.credit <= 1:
            raise ValueError(f"a credit of {self.credit} is not within 0 … 1")

    @property
    def right(self) -> bool:
        """Whether nothing is wrong with it."""
        return self.credit == FULL


@dataclass(slots=True)
class Tally:
    """How many things were looked at, how many of them are right, and what the credit of all comes to."""

    items: int = 0
    right: int = 0
    credit: Fraction = NONE

    def count(self, one: Finding) -> None:
        """One more."""
        self.items += 1
        self.right += one.right
        self.credit += one.credit


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one check found. `matched` is false when its select found nothing; `targets` are what it found, for `ref`.

    `of` keeps at most `MOST_FINDINGS` of them, and `tallies` count all there were, by the name of their step; without it the findings are all.
    """

    findings: tuple[Finding, ...] = ()
    matched: bool = True
    targets: tuple[object, ...] = ()
    tallies: Mapping[str, Tally] | None = None

    @classmethod
    def of(cls, findings: Iterable[Finding], targets: Iterable[object] = (), *, matched: bool = True) -> Outcome:
        """All that was found, told in its order; the wrong ones first where it is more than can be kept."""
        kept: dict[bool, list[tuple[int, Finding]]] = {False: [], True: []}
        tallies: dict[str, Tally] = {}
        for place, one in enumerate(findings):
            tallies.setdefault(one.step, Tally()).count(one)
            if len(kept[one.right]) < MOST_FINDINGS:
                kept[one.right].append((place, one))
        wrong, right = kept[False], kept[True]
        room = MOST_FINDINGS - len(wrong)
        listed = sorted(wrong + right, key=lambda pair: pair[0]) if len(right) <= room else wrong + right[:room]
        return cls(tuple(one for _, one in listed), matched, tuple(targets), tallies)

    def tally(self, step: str | None = None) -> Tally:
        """What there is of a step; None is everything, whatever its step."""
        if self.tallies is None:
            return Outcome.of(self.findings).tally(step)
        every = [one for name, one in self.tallies.items() if step is None or name == step]
        return Tally(
            sum(one.items for one in every), sum(one.right for one in every), sum((one.credit for one in every), NONE)
        )

    @classmethod
    def nothing(cls, expected: Words, where: Words = "") -> Outcome:
        """The select found no place of the kind it asks for."""
        found = Finding(
            phrase("place"), NONE, expected, phrase("nothing of the kind"), where or phrase("the whole file")
        )
        return cls.of([found], matched=False)


UNSEEN = Outcome(matched=False)  # of a check that was not run


def judged(item: Words, right: bool | Fraction, expected: Words, found: Words, where: Words, step: str = "") -> Finding:
    """A finding that is right or wrong, or right in part."""
    credit = right if isinstance(right, Fraction) else FULL if right else NONE
    return Finding(item, credit, expected, found, where, step)


def quoted(text: str) -> str:
    """Words of a file as they stand in a sentence: one line, cut, between quotation marks."""
    line = " ".join(text.split())
    return f"“{line[:MOST_QUOTED]}{'…' if len(line) > MOST_QUOTED else ''}”"
