"""Another item in the place of one that was drawn: which may be, and the forms anew with it. Pure.

A form with another item is another form: its ids and orders are drawn anew, from a seed that follows from the old one.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace

from question_bank.assembly.drawing import ChosenItem, Sections
from question_bank.assembly.problem import FormKey
from question_bank.assembly.proofs import prove
from question_bank.assembly.usable import Circumstances, usable
from question_bank.bank import Bank
from question_bank.blueprint import Blueprint, FormItems
from question_bank.draw import SEED_BYTES, Draw
from question_bank.form_document import Form
from question_bank.ids import BankItemId
from question_bank.items.model import Item


def touched(blueprint: Blueprint, forms: Sequence[Form], place: int, old: BankItemId) -> tuple[int, ...]:
    """The forms that change with one of them: itself, and where all have the same items the others of its set."""
    if blueprint.forms.items is not FormItems.SAME:
        return (place,)
    return tuple(
        at for at, form in enumerate(forms) if form.set_name is forms[place].set_name and old in form.bank_items
    )


def offers(
    bank: Bank, blueprint: Blueprint, forms: Sequence[Form], place: int, old: BankItemId,
    circumstances: Circumstances, among: Set[BankItemId],
) -> tuple[Item, ...]:  # fmt: skip
    """The items of `among` that may take the place of `old` in a form, by id: with each of them all holds that holds now.

    `bank` has the items of all the forms too, whatever became of them since.
    """
    there = {item.id: item for item in bank.items}
    before = there.get(old)
    if before is None:
        return ()
    usable_ids = usable(bank, blueprint, circumstances).ids & among
    wrong = broken(bank, blueprint, forms, circumstances)
    changing = touched(blueprint, forms, place, old)
    alike = [
        item
        for item in bank.items
        if item.id in usable_ids
        and item.id not in forms[place].bank_items
        and (item.common.topic, item.common.level) == (before.common.topic, before.common.level)
        and item.SCORED is before.SCORED
    ]
    found = []
    for item in alike:
        tried = [_with(form, old, item.id) if at in changing else form for at, form in enumerate(forms)]
        if broken(bank, blueprint, tried, circumstances) <= wrong:
            found.append(item)
    return tuple(found)


def chosen_again(bank: Bank, form: Form, old: BankItemId, new: BankItemId) -> Sections:
    """The items of a form with one in the place of another. Raises KeyError for an item that the bank does not have."""
    there = {item.id: item for item in bank.items}
    return tuple(
        tuple(
            ChosenItem(there[new if one.bank_item == old else BankItemId(one.bank_item)], one.max_mark)
            for one in section.marking.items
        )
        for section in form.sections
    )


def next_seed(form: Form, old: BankItemId, new: BankItemId) -> bytes:
    """What the form with another item is drawn from: the same swap of the same form gives the same bytes again."""
    return Draw(bytes.fromhex(form.seed), f"swap/1 {old} {new}").octets(SEED_BYTES)


def key_of(blueprint: Blueprint, form: Form) -> FormKey:
    """Which form of its set it is. Raises LookupError when the blueprint has no form of this code."""
    for number in range(blueprint.forms.count):
        if blueprint.forms.code(form.set_name, number) == form.code:
            return FormKey(form.set_name, number)
    raise LookupError(form.code)


def broken(bank: Bank, blueprint: Blueprint, forms: Sequence[Form], circumstances: Circumstances) -> set[str]:
    """What contradicts the rules, each with its rule."""
    return {f"{proof.code} {one}" for proof in prove(bank, blueprint, forms, circumstances) for one in proof.against}


def _with(form: Form, old: BankItemId, new: BankItemId) -> Form:
    """As far as the proofs look: only the name of the item is another."""
    sections = tuple(
        replace(
            section,
            marking=replace(
                section.marking,
                items=tuple(
                    replace(one, bank_item=new) if one.bank_item == old else one for one in section.marking.items
                ),
            ),
        )
        for section in form.sections
    )
    return replace(form, sections=sections)
