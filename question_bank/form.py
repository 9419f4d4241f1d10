"""The test form: one fixed set of items, assembled from bank and blueprint by a seed.

Pure. The same bank, blueprint, seed, sets and circumstances give the same forms on every machine and in every version.
What candidates see (`candidate`) and how it is marked (`marking`) are apart from the start: nothing drawn for the first
depends on keys. The order one candidate meets a section in is drawn later (`order`).
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass

from question_bank.assembly.choosing import name_of
from question_bank.assembly.drawing import Sections, draw_forms
from question_bank.assembly.problem import FormKey
from question_bank.assembly.search import Late, never
from question_bank.assembly.shortages import Shortage
from question_bank.assembly.usable import Circumstances
from question_bank.bank import Bank
from question_bank.blueprint import Blueprint
from question_bank.blueprint import SetName as SetName
from question_bank.canaries import canaries
from question_bank.draw import Draw
from question_bank.form_document import FORM_FORMAT as FORM_FORMAT
from question_bank.form_document import Form as Form
from question_bank.form_document import FormSection as FormSection
from question_bank.form_document import parse_form as parse_form
from question_bank.form_section import SectionBuilder
from question_bank.ids import BankItemId, FreshIds
from question_bank.outline import outline


def assemble(
    bank: Bank, blueprint: Blueprint, seed: bytes, set_name: SetName, exclude_bank_items: Set[BankItemId] = frozenset()
) -> Form | list[Shortage]:
    """The one form of a set, or everything the bank is short of.

    `seed` is 32 bytes. `exclude_bank_items` are those of the other set. Raises ValueError on a seed of another length, and
    when the blueprint asks for several forms: `assemble_sets` gives them all.
    """
    if blueprint.forms.count != 1:
        raise ValueError(f"the blueprint asks for {blueprint.forms.count} forms, not for one")
    made = assemble_sets(bank, blueprint, seed, (set_name,), Circumstances(exclude_bank_items))
    return made[0] if isinstance(made, tuple) else made


def assemble_sets(
    bank: Bank, blueprint: Blueprint, seed: bytes, sets: Sequence[SetName], circumstances: Circumstances | None = None,
    late: Late = never,
) -> tuple[Form, ...] | list[Shortage]:  # fmt: skip
    """All forms of these sets, set by set, or everything the bank is short of.

    Sets given together are drawn together: the first does not take what the second cannot do without. `late` ends a search
    that has taken long enough; it is asked often, and decides nothing but that.
    """
    drawn = draw_forms(bank, blueprint, seed, sets, circumstances or Circumstances(), late)
    if not isinstance(drawn, dict):
        return drawn
    digests = _Digests(blueprint.sha256(), bank.sha256())
    return tuple(_form(bank, blueprint, seed, key, sections, digests) for key, sections in drawn.items())


def built(bank: Bank, blueprint: Blueprint, seed: bytes, key: FormKey, sections: Sections) -> Form:
    """The form of these items in this order, with ids and orders of options drawn from the seed."""
    return _form(bank, blueprint, seed, key, sections, _Digests(blueprint.sha256(), bank.sha256()))


@dataclass(frozen=True, slots=True)
class _Digests:
    blueprint: str
    bank: str


def _form(
    bank: Bank, blueprint: Blueprint, seed: bytes, key: FormKey, chosen: Sections, digests: _Digests
) -> Form:  # fmt: skip
    def draws(purpose: str) -> Draw:
        return Draw(seed, f"form/1 {name_of(key)} {purpose}")

    ids = FreshIds(draws("ids"))
    package_id, form_id = ids.package(), ids.form()
    sections = tuple(
        SectionBuilder(bank, plan, package_id, form_id, ids, draws).build(items)
        for plan, items in zip(blueprint.sections, chosen, strict=True)
    )
    return Form(
        package_id=package_id,
        contest_id=blueprint.contest_id,
        round_id=blueprint.round_id,
        set_name=key.set_name,
        title=blueprint.title,
        seed=seed.hex(),
        blueprint_sha256=digests.blueprint,
        bank_sha256=digests.bank,
        sections=sections,
        canaries=tuple(
            canary
            for section in sections
            for canary in canaries(outline(section.candidate), section.marking, draws("canaries"))
        ),
        code=blueprint.forms.code(key.set_name, key.number),
    )
