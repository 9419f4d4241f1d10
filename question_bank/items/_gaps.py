"""What types with gaps in their stem share: the gaps that the stem names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from question_bank.canonical import JSON
from question_bank.content import Gap, parse, walk
from question_bank.phrase import phrase
from question_bank.problems import Fault

MOST_GAPS = 20
GAP_NAME_PATTERN = "[a-z0-9_-]{1,20}"
GAP_NAME: JSON = {"pattern": f"^{GAP_NAME_PATTERN}$"}  # JSON Schema


def gap_names(stem: str) -> tuple[str, ...]:
    """The gaps of a stem in reading order."""
    return tuple(node.name for node in walk(parse(stem)[0]) if isinstance(node, Gap))


def gap_faults(stem: str, written: Collection[str]) -> list[Fault]:
    """Gaps of the stem and gaps that are described must be the same, each once."""
    named = gap_names(stem)
    faults: list[Fault] = []
    if not named:
        hint = phrase("write {{gap:a}} where something is to be filled in")
        faults.append(Fault("no_gap", ("stem",), phrase("the stem has no gap"), hint))
    if len(named) > MOST_GAPS:
        faults.append(Fault("too_many_gaps", ("stem",), phrase("more than %(most)s gaps", most=MOST_GAPS)))
    times = Counter(named)
    for name in times:
        if times[name] > 1:
            faults.append(Fault("repeated_gap", ("stem",), phrase("the gap “%(gap)s” is there twice", gap=name)))
        if name not in written:
            faults.append(Fault("gap_unknown", ("stem",), phrase("the gap “%(gap)s” is not described", gap=name)))
    for name in written:
        if name not in times:
            message = phrase("the stem has no gap “%(gap)s”", gap=name[:40])
            faults.append(Fault("gap_not_in_stem", ("gaps", name), message))
    return faults
