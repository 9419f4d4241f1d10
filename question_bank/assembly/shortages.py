"""Why a bank cannot fill a blueprint: sentences for the committee, and the same as JSON. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from question_bank.canonical import JSON
from question_bank.ids import BankItemId, StimulusId, TopicCode
from question_bank.items import types as item_types
from question_bank.items.model import Level
from question_bank.phrase import Phrase, Value, phrase, phrases


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Rows of one topic and level find too few items: `need` are asked for, `have` can be taken.

    `excluded` more are in another set, `exposed` more were used too recently or too often. `types` are those the rows take
    (any when empty).
    """

    topic: TopicCode
    level: Level
    need: int
    have: int
    excluded: int = 0
    exposed: int = 0
    types: tuple[str, ...] = ()

    def sentence(self) -> Phrase:
        """What is short, for the person who must write more items."""
        where = cell_name(self.topic, self.level, self.types)
        counts: dict[str, Value] = {"where": where, "need": self.need, "have": self.have}
        if self.excluded and self.exposed:
            return phrase(
                "%(where)s: need %(need)s, bank has %(have)s left, %(excluded)s in another set and %(exposed)s used too recently or too often",
                **counts, excluded=self.excluded, exposed=self.exposed,
            )  # fmt: skip
        if self.excluded:
            return phrase("%(where)s: need %(need)s, bank has %(have)s left and %(excluded)s in another set",
                          **counts, excluded=self.excluded)  # fmt: skip
        if self.exposed:
            return phrase("%(where)s: need %(need)s, bank has %(have)s left and %(exposed)s used too recently or too often",
                          **counts, exposed=self.exposed)  # fmt: skip
        return phrase("%(where)s: need %(need)s, bank has %(have)s", **counts)

    def document(self) -> dict[str, JSON]:
        """As `--json` prints it."""
        return {
            "code": "short",
            "topic": self.topic,
            "level": self.level.value,
            "types": [*self.types],
            "need": self.need,
            "have": self.have,
            "excluded": self.excluded,
            "exposed": self.exposed,
        }


@dataclass(frozen=True, slots=True)
class Clash:
    """Rules that cannot hold together, each needed for it: groups of which a form has at most `most`, whole stimuli, fixed items.

    When all of it is in one topic and level, `need` items are asked for there and `have` can be had together.
    """

    groups: tuple[tuple[tuple[BankItemId, ...], int], ...] = ()
    stimuli: tuple[tuple[StimulusId, tuple[BankItemId, ...]], ...] = ()
    fixed: tuple[BankItemId, ...] = ()
    topic: TopicCode | None = None
    level: Level | None = None
    need: int = 0
    have: int = 0

    def sentence(self) -> Phrase:
        """What cannot be had together, and because of what."""
        reasons = together([*self._groups(), *self._stimuli(), *self._fixed()])
        if self.topic is not None and self.level is not None:
            return phrase("%(where)s: need %(need)s, but only %(have)s can be had together: %(reasons)s",
                          where=cell_name(self.topic, self.level, ()), need=self.need, have=self.have, reasons=reasons)  # fmt: skip
        return phrase("there is no form in which all this holds: %(reasons)s", reasons=reasons)

    def document(self) -> dict[str, JSON]:
        """As `--json` prints it."""
        groups: list[JSON] = [{"items": [*items], "most": most} for items, most in self.groups]
        stimuli: list[JSON] = [{"stimulus": stimulus, "items": [*items]} for stimulus, items in self.stimuli]
        return {
            "code": "clash",
            "topic": self.topic,
            "level": self.level.value if self.level else None,
            "need": self.need,
            "have": self.have,
            "exclude": groups,
            "stimuli": stimuli,
            "fixed": [*self.fixed],
        }

    def _groups(self) -> Iterable[Phrase]:
        for items, most in self.groups:
            yield phrases("at most %(n)s of %(items)s", "at most %(n)s of %(items)s", most, items=", ".join(items))

    def _stimuli(self) -> Iterable[Phrase]:
        for stimulus, items in self.stimuli:
            yield phrase("stimulus %(stimulus)s with all of %(items)s", stimulus=stimulus, items=", ".join(items))

    def _fixed(self) -> Iterable[Phrase]:
        for item in self.fixed:
            yield phrase("%(item)s is fixed", item=item)


class Unusable(Enum):
    """Why a fixed item cannot be in the form."""

    UNKNOWN = "unknown"
    TAKEN = "taken"
    EXPOSED = "exposed"
    NO_ROW = "no_row"
    NO_SECTION = "no_section"
    TWO_SECTIONS = "two_sections"


_UNUSABLE = {
    Unusable.UNKNOWN: phrase("the bank does not have it"),
    Unusable.TAKEN: phrase("it is in another set"),
    Unusable.EXPOSED: phrase("it was used too recently or too often"),
    Unusable.NO_ROW: phrase("no row of its section has room for it"),
    Unusable.NO_SECTION: phrase("the blueprint has no such section"),
    Unusable.TWO_SECTIONS: phrase("its stimulus is fixed in two sections"),
}


@dataclass(frozen=True, slots=True)
class FixedNotUsable:
    """A fixed item that cannot be in the form, whatever else is."""

    item: BankItemId
    reason: Unusable

    def sentence(self) -> Phrase:
        """Which, and why."""
        return phrase("fixed item %(item)s cannot be used: %(reason)s", item=self.item, reason=_UNUSABLE[self.reason])

    def document(self) -> dict[str, JSON]:
        """As `--json` prints it."""
        return {"code": "fixed_not_usable", "item": self.item, "reason": self.reason.value}


@dataclass(frozen=True, slots=True)
class Undecided:
    """The search ended at its bound, of `steps` or of time: it is not known whether there is a form."""

    steps: int

    def sentence(self) -> Phrase:
        """What to do about it."""
        return phrase("the search was ended before it found a form, and it is not proven that there is none: "
                      "loosen exclusions or stimuli, or add items")  # fmt: skip

    def document(self) -> dict[str, JSON]:
        """As `--json` prints it."""
        return {"code": "undecided", "steps": self.steps}


Shortage: TypeAlias = Shortfall | Clash | FixedNotUsable | Undecided


def cell_name(topic: TopicCode, level: Level, types: tuple[str, ...]) -> Phrase:
    """A row of the grid as people call it."""
    if not types:
        return phrase("topic %(topic)s, %(level)s", topic=topic, level=level.label)
    known = item_types()
    names = together([known[name].LABEL for name in types if name in known], ", ")
    return phrase("topic %(topic)s, %(level)s (%(types)s)", topic=topic, level=level.label, types=names)


def together(parts: list[Phrase], between: str = "; ") -> Phrase:
    """Phrases one after the other."""
    found = parts[0] if parts else phrase("–")
    for part in parts[1:]:
        found = Phrase("%(first)s" + between + "%(second)s", "", 1, (("first", found), ("second", part)))
    return found
