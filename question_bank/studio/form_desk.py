"""The forms of the open bank behind their pages: what is kept, what is being drawn, what has changed since."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from fractions import Fraction

from question_bank.assembling import DRAWN, exposure, ground, kept_blueprint
from question_bank.assembly.balance import Balance, balance
from question_bank.assembly.usable import Circumstances
from question_bank.bank import Bank
from question_bank.blueprint import Blueprint, SetName
from question_bank.form_document import Form
from question_bank.ids import BankItemId
from question_bank.phrase import Phrase, phrase
from question_bank.studio.desk import Desk
from question_bank.studio.form_papers import KeptForm, Shelf, blueprint_of, facilities, keep_forms, names
from question_bank.studio.form_stale import is_stale
from question_bank.studio.form_work import Order, Worker
from question_bank.vault.people import Person
from question_bank.vault.states import State


@dataclass(frozen=True, slots=True)
class Changed:
    """An item that is not what it was when the form was drawn; `gone` where it may not be drawn any more."""

    item: BankItemId
    gone: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """A form among those of its blueprint. `blueprint` and `report` are None where that revision of it is not kept.

    `around` is what they were proven against.
    """

    kept: KeptForm
    beside: tuple[KeptForm, ...]
    blueprint: Blueprint | None
    report: Balance | None
    changed: tuple[Changed, ...]
    around: Circumstances

    @property
    def forms(self) -> list[Form]:
        """All of them."""
        return [one.form for one in self.beside]

    @property
    def place(self) -> int:
        """Which of them this one is."""
        return self.beside.index(self.kept)


class FormDesk:
    """One for a studio."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.shelf = Shelf()
        self.worker = Worker(self._keep)

    def standing(self, kept: KeptForm) -> Standing:
        """A form, proven anew against the bank and the uses of today."""
        vault = self.desk.vault
        with vault.store.lock:
            beside = self.shelf.beside(vault, kept)
            blueprint = blueprint_of(vault, kept.name.blueprint, kept.form.blueprint_sha256)
            forms = [one.form for one in beside]
            bank, around = self.bank(forms), self._circumstances(beside, blueprint)
            changed = self._changed(kept.form)
        report = balance(bank, blueprint, forms, around) if blueprint else None
        return Standing(kept, tuple(beside), blueprint, report, changed, around)

    def bank(self, forms: Iterable[Form]) -> Bank:
        """The approved items, and those of these forms whatever became of them since."""
        vault = self.desk.vault
        approved = vault.bank(DRAWN)
        there = {item.id for item in approved.items}
        wanted = {item for form in forms for item in form.bank_items} - there
        more = [item for name, item in vault.items.all().items() if name in wanted] if wanted else []
        return Bank.of(approved.topics, [*approved.items, *more], approved.stimuli.values(), approved.media)

    def _circumstances(self, beside: Sequence[KeptForm], blueprint: Blueprint | None) -> Circumstances:
        """The uses until now, the facilities that these forms were levelled by, and the items of a set that is not among them."""
        vault, name = self.desk.vault, beside[0].name.blueprint
        sets = {one.name.set_name for one in beside}
        # Drawn by another revision of the blueprint: no proof among these forms sees it.
        apart = self._in_sets(name, set(SetName) - sets) if blueprint and not blueprint.sets_share else frozenset()
        return Circumstances(apart, exposure(vault), vault.store.now(), facilities(vault, name))

    def _in_sets(self, blueprint: str, sets: Set[SetName]) -> frozenset[BankItemId]:
        """The items of the latest forms of these sets, by whichever revision of the blueprint."""
        vault = self.desk.vault
        forms = [self.shelf.get(vault, one) for one in names(vault) if one.blueprint == blueprint]
        return frozenset().union(*(one.form.bank_items for one in forms if one and one.name.set_name in sets))

    def order(self, name: str, sets: tuple[SetName, ...], seed: bytes, facility: dict[BankItemId, Fraction],
              by: Person) -> Order | list[Phrase | str]:  # fmt: skip
        """What a worker needs to draw forms, all of it as it is now; or everything that keeps it from beginning."""
        vault = self.desk.vault
        read = kept_blueprint(vault, name)
        if read is None:
            return [phrase("the bank has no blueprint “%(name)s”", name=name)]
        if read.blueprint is None:
            return [str(one) for one in read.problems if not one.is_warning]
        with vault.store.lock:
            here = ground(vault)
            # The other set stays as it is: keep apart from it.
            taken = frozenset() if read.blueprint.sets_share else self._in_sets(name, set(SetName) - {*sets})
            around = Circumstances(taken, here.exposure, vault.store.now(), facility)
        return Order(name, read.blueprint, here, around, sets, seed, by)

    def _keep(self, order: Order, drawn: Sequence[Form]) -> Phrase | str:
        if not self.desk.unlocked:
            return phrase("the studio was closed")
        vault = self.desk.vault
        with vault.store.lock:
            refused = self._another(drawn) or keep_forms(vault, order.name, drawn, order.by, facility=order.facility)
        return refused or self.saved()

    def _another(self, drawn: Sequence[Form]) -> Phrase | None:
        """That a package number is taken: it follows from the seed, so another blueprint or bank can give it anew."""
        digests = {one.package_id: one.sha256() for one in drawn}
        for kept in self.shelf.ever(self.desk.vault):
            if digests.get(kept.form.package_id, kept.form.sha256()) != kept.form.sha256():
                return phrase("with this seed the package gets the number %(package)s, which %(form)s has already, and that is another form: draw another seed",
                              package=kept.form.package_id, form=kept.name.text)  # fmt: skip
        return None

    def saved(self) -> Phrase | str:
        """Have everything on the disk; why it is not, or nothing."""
        why = self.desk.keep()
        return (
            phrase("The forms are kept, but NOT saved yet: %(why)s It is tried again with the next change.", why=why)
            if why
            else ""
        )

    def _changed(self, form: Form) -> tuple[Changed, ...]:
        vault = self.desk.vault
        states = {one.id: one.state for one in vault.items.entries()}
        stimuli, media = vault.shared.stimuli(), vault.shared.media()
        found = []
        for section, marked in ((part, one) for part in form.sections for one in part.marking.items):
            name = BankItemId(marked.bank_item)
            item = vault.items.item(name)
            if item is None or states.get(name) is not State.APPROVED:
                found.append(Changed(name, True))
            elif is_stale(section, marked, item, stimuli.get(item.common.stimulus), media):
                found.append(Changed(name, False))
        return tuple(found)
