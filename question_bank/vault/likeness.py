"""Items that say nearly the same: exact set-similarity search over pairs of neighbouring syllables. Pure.

Two items are alike by Jaccard's share: of all their syllable pairs, how many are in both. All couples from a threshold on are
found, none is missed: sets as alike as t share at least one of the rarest |x| - ⌈t·|x|⌉ + 1 elements of each
(Chaudhuri, Ganti, Kaushik, ICDE 2006; Bayardo, Ma, Srikant, WWW 2007).
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from question_bank.comparing import Compare, canonical_text
from question_bank.ids import BankItemId
from question_bank.items.model import Item
from question_bank.vault.finding import visible

ALIKE = 50  # percent; docs/vault.md §5 has the measured couples it lies between
_SYLLABLE = re.compile(r"\w+|[^\w\s]")
_WORDS = Compare(case=False, accents=True, punctuation=True)
Prints = frozenset[str]
_NOTHING: Prints = frozenset()


@dataclass(frozen=True, slots=True)
class Alike:
    """Two items and how alike they are in percent, rounded down; `first` comes before `second`."""

    first: BankItemId
    second: BankItemId
    percent: int


def prints(item: Item) -> Prints:
    """The syllable pairs of an item, each of its texts with its ends marked."""
    found: set[str] = set()
    for text in item.words():
        syllables = ["", *_SYLLABLE.findall(canonical_text(visible(text), _WORDS)), ""]
        found.update(f"{one} {other}" for one, other in pairwise(syllables))
    return frozenset(found)


def likeness(one: Prints, other: Prints) -> int:
    """Jaccard's share in percent, rounded down."""
    if not one or not other:
        return 0
    both = len(one & other)
    return 100 * both // (len(one) + len(other) - both)


def alike(items: Mapping[BankItemId, Prints], threshold: int = ALIKE) -> list[Alike]:
    """All couples of a bank at least as alike as `threshold` percent (1 to 100), the most alike first."""
    common = Counter(pair for found in items.values() for pair in found)
    rank = {pair: place for place, pair in enumerate(sorted(common, key=lambda pair: (common[pair], pair)))}
    ranked = {name: sorted(rank[pair] for pair in found) for name, found in items.items() if found}
    sets = {name: frozenset(found) for name, found in ranked.items()}
    met: defaultdict[int, list[BankItemId]] = defaultdict(list)
    couples: list[Alike] = []
    for name in sorted(ranked, key=lambda name: (len(ranked[name]), name)):  # the shorter of each couple first
        size = len(ranked[name])
        least = math.ceil(size * threshold / 100)
        candidates: set[BankItemId] = set()
        for pair in ranked[name][: size - least + 1]:
            candidates.update(other for other in met[pair] if len(ranked[other]) >= least)
        # Whatever finds this one later is at least as long, so it must share more: 2t/(1+t) of it.
        for pair in ranked[name][: size - math.ceil(size * 2 * threshold / (100 + threshold)) + 1]:
            met[pair].append(name)
        for other in candidates:
            both = len(sets[name] & sets[other])
            if (percent := 100 * both // (size + len(sets[other]) - both)) >= threshold:
                couples.append(Alike(min(name, other), max(name, other), percent))
    return sorted(couples, key=lambda couple: (-couple.percent, couple.first, couple.second))


class Index:
    """Items by their syllable pairs: what is like one is found without looking at all the others."""

    def __init__(self) -> None:
        self._of: dict[BankItemId, Prints] = {}
        self._with: defaultdict[str, set[BankItemId]] = defaultdict(set)

    def put(self, name: BankItemId, found: Prints) -> None:
        """Add an item, or have its present words in the place of those before."""
        for pair in self._of.get(name, _NOTHING) - found:
            self._with[pair].discard(name)
        for pair in found - self._of.get(name, _NOTHING):
            self._with[pair].add(name)
        self._of[name] = found

    def prints(self) -> Mapping[BankItemId, Prints]:
        """Those of all its items."""
        return self._of

    def nearest(self, found: Prints, threshold: int = ALIKE) -> list[tuple[BankItemId, int]]:
        """The items at least as alike as `threshold` percent (1 to 100) to what has these pairs, the most alike first."""
        rarest = sorted(found, key=lambda pair: len(self._with.get(pair, ())))
        looked_up = rarest[: len(found) - math.ceil(len(found) * threshold / 100) + 1]
        candidates = set[BankItemId]().union(*(self._with.get(pair, ()) for pair in looked_up))
        alike = [(name, percent) for name in candidates if (percent := likeness(found, self._of[name])) >= threshold]
        return sorted(alike, key=lambda one: (-one[1], one[0]))
