"""Whether finished forms are what the blueprint asked for, each rule checked from the forms alone. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from question_bank.assembly.usable import Circumstances, overexposed
from question_bank.bank import Bank
from question_bank.blueprint import Blueprint, Cell, FormItems, SectionPlan
from question_bank.canonical import JSON
from question_bank.form_document import Form, FormSection
from question_bank.ids import BankItemId
from question_bank.items.model import Item
from question_bank.marking_scheme import MarkingItem
from question_bank.phrase import Phrase, phrase


@dataclass(frozen=True, slots=True)
class Proof:
    """One rule, and what contradicts it: nothing when it holds."""

    code: str
    statement: Phrase
    against: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether nothing contradicts it."""
        return not self.against

    def document(self) -> dict[str, JSON]:
        """As `--json` prints it."""
        return {"code": self.code, "holds": self.holds, "against": [*self.against]}


def prove(bank: Bank, blueprint: Blueprint, forms: Sequence[Form], circumstances: Circumstances) -> tuple[Proof, ...]:
    """Every rule in turn; what contradicts one names forms by code or set."""
    items = {item.id: item for item in bank.items}
    used_up = overexposed(blueprint, circumstances)
    return (
        Proof("rows", phrase("every section has the items its rows ask for, at their marks"), tuple(_rows(blueprint, forms, items))),
        Proof("marks", phrase("all forms are worth the same"), _different([sum(s.marking.max_marks for s in form.sections) for form in forms])),
        Proof("once", phrase("no form has an item twice"), tuple(_name(form) for form in forms if len(form.bank_items) < _size(form))),
        Proof("forms", phrase("the forms of a set share what the blueprint says, and nothing else"), tuple(_forms(blueprint, forms))),
        Proof("sets", phrase("primary and reserve share no item"), tuple(_sets(blueprint, forms))),
        Proof("exclusions", phrase("no form has items that exclude each other"), tuple(_exclusions(bank, blueprint, forms))),
        Proof("stimuli", phrase("items that share a stimulus are together, and all there"), tuple(_stimuli(bank, blueprint, forms, items))),
        Proof("exposure", phrase("no item was used too recently or too often"), tuple(sorted({one for form in forms for one in form.bank_items & used_up}))),
        Proof("taken", phrase("no item is in a form that was to be kept apart"), tuple(sorted({one for form in forms for one in form.bank_items & circumstances.taken}))),
        Proof("fixed", phrase("every fixed item is in its place"), tuple(_fixed(blueprint, forms))),
    )  # fmt: skip


def _name(form: Form) -> str:
    return form.code or form.set_name.value


def _size(form: Form) -> int:
    return sum(section.item_count for section in form.sections)


def _different(values: Sequence[int]) -> tuple[str, ...]:
    return tuple(str(value) for value in sorted(set(values))) if len(set(values)) > 1 else ()


def _rows(blueprint: Blueprint, forms: Sequence[Form], items: Mapping[BankItemId, Item]) -> Iterable[str]:
    for form in forms:
        for plan, section in zip(blueprint.sections, form.sections, strict=True):
            if not _fits(plan, section, items):
                yield f"{_name(form)} {plan.code}"


def _fits(plan: SectionPlan, section: FormSection, items: Mapping[BankItemId, Item]) -> bool:
    """Whether each item can have a row of its own kind to itself (augmenting paths, Kuhn 1955)."""
    if section.item_count != plan.item_count:
        return False
    seats = [cell for cell in plan.cells for _ in range(cell.count)]
    may = [
        [at for at, cell in enumerate(seats) if _counts(plan, cell, marked, items)] for marked in section.marking.items
    ]
    sits: dict[int, int] = {}

    def seat(item: int, tried: set[int]) -> bool:
        for at in may[item]:
            if at not in tried:
                tried.add(at)
                if at not in sits or seat(sits[at], tried):
                    sits[at] = item
                    return True
        return False

    return all(seat(item, set()) for item in range(len(may)))


def _counts(plan: SectionPlan, cell: Cell, marked: MarkingItem, items: Mapping[BankItemId, Item]) -> bool:
    item = items.get(BankItemId(marked.bank_item))
    if item is None or not cell.takes(item.common.topic, item.common.level, item.NAME):
        return False
    return not item.SCORED or marked.max_mark == plan.mark(cell)


def _forms(blueprint: Blueprint, forms: Sequence[Form]) -> Iterable[str]:
    for place, form in enumerate(forms):
        for other in forms[place + 1 :]:
            if other.set_name is not form.set_name:
                continue
            shared = form.bank_items & other.bank_items
            allowed = {one.item for one in blueprint.fixed_in(form.set_name)}
            if blueprint.forms.items is FormItems.SAME:
                if form.bank_items != other.bank_items:
                    yield f"{_name(form)} {_name(other)}"
            elif blueprint.forms.items is FormItems.DIFFERENT and _without_blocks(shared, allowed, form):
                yield f"{_name(form)} {_name(other)}"


def _without_blocks(shared: frozenset[BankItemId], allowed: set[BankItemId], form: Form) -> set[BankItemId]:
    """What is shared beside fixed items and what shares a stimulus with one."""
    stimulus_of = {
        BankItemId(marked.bank_item): view.get("stimulus_id") or marked.bank_item
        for section in form.sections
        for view, marked in zip(_views(section), section.marking.items, strict=True)
    }
    blocks = {stimulus_of.get(one) for one in allowed}
    return {one for one in shared if one not in allowed and stimulus_of[one] not in blocks}


def _views(section: FormSection) -> list[Mapping[str, JSON]]:
    views = section.candidate["items"]
    return [view for view in views if isinstance(view, dict)] if isinstance(views, list) else []


def _sets(blueprint: Blueprint, forms: Sequence[Form]) -> Iterable[str]:
    if blueprint.sets_share:
        return
    for place, form in enumerate(forms):
        for other in forms[place + 1 :]:
            if other.set_name is not form.set_name and form.bank_items & other.bank_items:
                yield f"{_name(form)} {_name(other)}"


def _exclusions(bank: Bank, blueprint: Blueprint, forms: Sequence[Form]) -> Iterable[str]:
    groups = [(frozenset(group.items), group.most) for group in blueprint.exclude]
    groups += [(frozenset((item.id, other)), 1) for item in bank.items for other in item.common.excludes]
    for form in forms:
        for members, most in groups:
            if len(members & form.bank_items) > most:
                yield f"{_name(form)} {', '.join(sorted(members & form.bank_items))}"


def _stimuli(
    bank: Bank, blueprint: Blueprint, forms: Sequence[Form], items: Mapping[BankItemId, Item]
) -> Iterable[str]:
    whole: dict[str, set[str]] = {}
    for item in bank.items:
        if item.common.stimulus:
            whole.setdefault(item.common.stimulus, set()).add(item.id)
    for form in forms:
        for section in form.sections:
            order = [items[BankItemId(one.bank_item)].common.stimulus for one in section.marking.items]
            for stimulus in dict.fromkeys(order):
                places = [at for at, one in enumerate(order) if one == stimulus]
                apart = places[-1] - places[0] + 1 != len(places)
                lacking = not blueprint.split_stimuli and len(places) != len(whole.get(stimulus, ()))
                if stimulus and (apart or lacking):
                    yield f"{_name(form)} {stimulus}"


def _fixed(blueprint: Blueprint, forms: Sequence[Form]) -> Iterable[str]:
    codes = [plan.code for plan in blueprint.sections]
    for form in forms:
        for one in blueprint.fixed_in(form.set_name):
            order = [item.bank_item for item in form.sections[codes.index(one.section)].marking.items]
            if one.item not in order or (one.place and order.index(one.item) != one.place - 1):
                yield f"{_name(form)} {one.item}"
