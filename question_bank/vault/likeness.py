"""Items that say nearly the same: exact set-similarity search over pairs of neighbouring syllables. Pure.

Two items are alike by Jaccard's share: of all their syllable pairs, how many are in both. All couples from a threshold on are
found, none is missed: sets as alike as t share at least one of the rarest |x| - ⌈t·|x|⌉ + 1 elements of each
(Chaudhuri, Ganti, Kaushik, ICDE 2006; Bayardo, Ma, Srikant, WWW 2007).
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from question_bank.ids import BankItemId
from question_bank.items._compare import Compare, canonical_text
from question_bank.items.model import Item
from question_bank.vault.finding import visible

ALIKE = 50  # percent; docs/vault.md §5 has the measured couples it lies between
_SYLLABLE = re.compile(r"\w+|[^\w\s]")
_WORDS = Compare(case=False, accents=True, punctuation=True)
Prints = frozenset[str]


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


def nearest(
    item: Prints, others: Iterable[tuple[BankItemId, Prints]], threshold: int = ALIKE
) -> list[tuple[BankItemId, int]]:
    """The items that one item is like, with percent, the most alike first."""
    found = [(name, percent) for name, other in others if (percent := likeness(item, other)) >= threshold]
    return sorted(found, key=lambda one: (-one[1], one[0]))
