"""Another item in the place of one, or the items of a form as they are now: proven, kept with the reason, saved."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass

from question_bank.assembling import ground
from question_bank.assembly.swapping import broken, chosen_again, key_of, next_seed, offers, touched
from question_bank.bank import Bank
from question_bank.blueprint import Blueprint
from question_bank.form import Form, built
from question_bank.ids import BankItemId
from question_bank.items.model import Item
from question_bank.phrase import Phrase, phrase
from question_bank.studio.form_desk import FormDesk, Standing
from question_bank.studio.form_papers import KeptForm, keep_forms
from question_bank.vault.people import Person

MOST_WHY = 500  # characters of a reason


@dataclass(frozen=True, slots=True)
class Swap:
    """What is asked for: `new` in the place of `old`; both empty to take in every item as it is now."""

    old: BankItemId
    new: BankItemId
    why: str


def offered(forms: FormDesk, kept: KeptForm, old: BankItemId) -> Phrase | tuple[Item, ...]:
    """The items that may take the place of one, or why none can be asked for."""
    found = forms.standing(kept)
    refused = _refused(found, old)
    if refused is not None or found.blueprint is None:
        return refused or phrase("the blueprint is not kept")
    return _possible(forms, found, found.blueprint, old, {item.id for item in ground(forms.desk.vault).bank.items})


def _possible(
    forms: FormDesk, found: Standing, blueprint: Blueprint, old: BankItemId, among: Set[BankItemId]
) -> tuple[Item, ...]:
    return offers(forms.bank(found.forms), blueprint, found.forms, found.place, old, found.around, among)


def swap(forms: FormDesk, kept: KeptForm, asked: Swap, by: Person) -> Phrase | str:
    """Do it and save; gives why not, or nothing."""
    if not asked.why.strip() or len(asked.why) > MOST_WHY:
        return phrase("say why, in at most %(most)s characters: it stays in the history", most=MOST_WHY)
    found = forms.standing(kept)
    refused = _refused(found, asked.old)
    if refused is not None or found.blueprint is None:
        return refused or phrase("the blueprint is not kept")
    approved = ground(forms.desk.vault).bank
    if asked.old:
        among = {item.id for item in approved.items} & {asked.new}
        if not _possible(forms, found, found.blueprint, asked.old, among):
            return phrase("%(item)s cannot be in the place of %(old)s", item=asked.new, old=asked.old)
    places = touched(found.blueprint, found.forms, found.place, asked.old) if asked.old else (found.place,)
    if any(found.beside[at].seal for at in places):
        return phrase("another form of this set has the same items and is sealed; assemble again")
    made = _built(approved, found.blueprint, found.forms, places, asked)
    if isinstance(made, Phrase):
        return made
    after = [made.get(at, form) for at, form in enumerate(found.forms)]
    bank = forms.bank([*found.forms, *after])
    if broken(bank, found.blueprint, after, found.around) - broken(bank, found.blueprint, found.forms, found.around):
        return phrase("with these items the form is not what the blueprint asks for")
    return _kept(forms, found, made, asked, by)


def _kept(forms: FormDesk, found: Standing, made: dict[int, Form], asked: Swap, by: Person) -> Phrase | str:
    vault = forms.desk.vault
    sets = {form.set_name for form in made.values()}
    beside = [
        one.form
        for at, one in enumerate(found.beside)
        if at not in made and one.seal is None and one.form.set_name in sets
    ]
    what = f"{asked.old} → {asked.new}: {asked.why.strip()}" if asked.old else asked.why.strip()
    with vault.store.doing():
        for at in made:  # somebody may have drawn it anew since it was looked at
            now = forms.shelf.get(vault, found.beside[at].name)
            if now is None or now.revision != found.beside[at].revision:
                return phrase("The form was drawn anew meanwhile. Nothing was changed: load the page again.")
        refused = keep_forms(vault, found.kept.name.blueprint, [*made.values()], by, what, beside)
    return refused or forms.saved()


def _refused(found: Standing, old: BankItemId) -> Phrase | None:
    """Why nothing can be exchanged in this form."""
    if not found.kept.latest:
        return phrase("the form was drawn anew since; this is an earlier one")
    if found.kept.seal is not None:
        return phrase("the form is sealed, and stays as it is; assemble again for another one")
    if found.blueprint is None:
        return phrase("this revision of the blueprint is not in the bank; assemble again")
    others = sorted(one.item for one in found.changed if one.gone and one.item != old)
    if others:
        return phrase("these items of the form are not approved now: %(items)s. Have them approved first, or assemble again",
                      items=", ".join(others))  # fmt: skip
    if old and old not in found.kept.form.bank_items:
        return phrase("the form does not have the item %(item)s", item=old)
    return None


def _built(
    bank: Bank, blueprint: Blueprint, forms: Sequence[Form], places: tuple[int, ...], asked: Swap
) -> dict[int, Form] | Phrase:
    made: dict[int, Form] = {}
    for at in places:
        form = forms[at]
        try:
            chosen = chosen_again(bank, form, asked.old, asked.new)
            made[at] = built(bank, blueprint, next_seed(form, asked.old, asked.new), key_of(blueprint, form), chosen)
        except LookupError as error:
            return phrase("%(item)s is not among the approved items", item=str(error.args[0]))
    return made
