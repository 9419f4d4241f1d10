"""What the forms of a round have in common and where they differ, counted from the finished forms; nothing of the search is used. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from question_bank.assembly.proofs import Proof, prove
from question_bank.assembly.usable import Circumstances
from question_bank.bank import Bank
from question_bank.blueprint import Blueprint, SetName
from question_bank.canonical import JSON
from question_bank.form_document import Form
from question_bank.ids import BankItemId, TopicCode
from question_bank.items.model import Level
from question_bank.marking_scheme import Marks, key_ids
from question_bank.outline import outline

BALANCE_FORMAT = "exam-balance/1"


@dataclass(frozen=True, slots=True)
class Kind:
    """Items of one topic, level and type."""

    topic: TopicCode
    level: Level
    type: str


@dataclass(frozen=True, slots=True)
class FormBalance:
    """One form. `facility` is the mean expected share of its marks over the `known` items; None when none is known.

    `key_places` counts at which place (the first first) the right option of a choice with one right option stands.
    """

    set_name: SetName
    code: str
    package_id: str
    items: int
    marks: Marks
    counts: Mapping[Kind, int]
    facility: Fraction | None
    known: int
    key_places: tuple[int, ...]

    @property
    def name(self) -> str:
        """How people tell the forms apart."""
        return self.code or self.set_name.value

    def document(self) -> dict[str, JSON]:
        """As `--json` prints it; facility in hundredths of a percent."""
        counts: list[JSON] = [
            {"topic": kind.topic, "level": kind.level.value, "type": kind.type, "items": items}
            for kind, items in self.counts.items()
        ]
        return {
            "set": self.set_name.value,
            "code": self.code,
            "package_id": self.package_id,
            "items": self.items,
            "marks": self.marks,
            "counts": counts,
            "facility": _percent(self.facility),
            "facility_known": self.known,
            "key_places": [*self.key_places],
        }


@dataclass(frozen=True, slots=True)
class Balance:
    """All forms beside each other. `overlaps` gives for each two how many items they share, themselves included."""

    forms: tuple[FormBalance, ...]
    overlaps: tuple[tuple[int, ...], ...]
    proofs: tuple[Proof, ...]

    @property
    def holds(self) -> bool:
        """Whether the forms are what the blueprint asked for."""
        return all(proof.holds for proof in self.proofs)

    @property
    def facility_spread(self) -> Fraction | None:
        """How far the easiest form is from the hardest; None when fewer than two are known."""
        known = [form.facility for form in self.forms if form.facility is not None]
        return max(known) - min(known) if len(known) > 1 else None

    def document(self) -> dict[str, JSON]:
        """As `--json` prints it."""
        return {
            "format": BALANCE_FORMAT,
            "holds": self.holds,
            "forms": [form.document() for form in self.forms],
            "overlaps": [[*row] for row in self.overlaps],
            "facility_spread": _percent(self.facility_spread),
            "proofs": [proof.document() for proof in self.proofs],
        }


def balance(bank: Bank, blueprint: Blueprint, forms: Sequence[Form], circumstances: Circumstances) -> Balance:
    """The report of forms that were drawn together from this bank."""
    held = [form.bank_items for form in forms]
    return Balance(
        tuple(_form(form, circumstances.facility) for form in forms),
        tuple(tuple(len(one & other) for other in held) for one in held),
        prove(bank, blueprint, forms, circumstances),
    )


def _form(form: Form, facility: Mapping[BankItemId, Fraction]) -> FormBalance:
    counts: Counter[Kind] = Counter()
    places: Counter[int] = Counter()
    expected, weight, known, options = Fraction(0), 0, 0, 0
    for section in form.sections:
        for seen, marked in zip(outline(section.candidate).items, section.marking.items, strict=True):
            counts[Kind(TopicCode(marked.topic), Level(marked.level), seen.type)] += 1
            bank_item = BankItemId(marked.bank_item)
            if bank_item in facility and marked.max_mark:
                expected += facility[bank_item] * marked.max_mark
                weight, known = weight + marked.max_mark, known + 1
            key = key_ids(marked)
            if len(key) == 1 and len(seen.groups) == 1 and key[0] in seen.groups[0].ids:
                places[seen.groups[0].ids.index(key[0])] += 1
                options = max(options, len(seen.groups[0].ids))
    levels = list(Level)
    ordered = sorted(counts.items(), key=lambda one: (one[0].topic, levels.index(one[0].level), one[0].type))
    return FormBalance(
        form.set_name,
        form.code,
        form.package_id,
        sum(section.item_count for section in form.sections),
        Marks(sum(section.marking.max_marks for section in form.sections)),
        dict(ordered),
        expected / weight if weight else None,
        known,
        tuple(places[place] for place in range(options)),
    )


def _percent(value: Fraction | None) -> JSON:
    """In whole hundredths of a percent: canonical documents hold no fractions."""
    return None if value is None else round(value * 10_000)
