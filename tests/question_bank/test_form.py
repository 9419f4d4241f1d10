"""A test form: reproducible from its seed, disjoint from its other set, and without a trace of the key."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.assembly.shortages import Shortfall
from question_bank.bank import Bank
from question_bank.blueprint import Blueprint
from question_bank.canonical import JSON, decode, digest, encode
from question_bank.draw import Draw
from question_bank.fields import DocumentError
from question_bank.form import Form, SetName, assemble, parse_form
from question_bank.ids import BankItemId
from question_bank.items._choice import Choice
from question_bank.items.model import Level
from question_bank.marking_scheme import key_ids
from question_bank.outline import outline

SEED = bytes(range(32))
seeds = st.binary(min_size=32, max_size=32)
Maker = Callable[..., Bank]
Plans = Callable[..., Blueprint]


def made(bank: Bank, blueprint: Blueprint, seed: bytes = SEED, set_name: SetName = SetName.PRIMARY) -> Form:
    form = assemble(bank, blueprint, seed, set_name)
    assert isinstance(form, Form)
    return form


def items_of(candidate: dict[str, JSON]) -> list[dict[str, JSON]]:
    items = candidate["items"]
    assert isinstance(items, list)
    return [item for item in items if isinstance(item, dict)]


def test_a_form_drawn_years_ago_comes_out_again(make_bank: Maker, make_blueprint: Plans) -> None:
    """These values are part of the format: another draw in a later version would be another form."""
    form = made(make_bank(), make_blueprint())
    marking = form.sections[0].marking
    assert form.package_id == "pettgspmrexah"
    assert [item.bank_item for item in marking.items[:4]] == ["X-0059", "X-0014", "X-0035", "X-0010"]
    assert [item.item_id for item in marking.items[:2]] == ["i2piwcxe", "ibsdvjuh"]
    assert digest(form.sections[0].candidate).hex().startswith("e6de63e51eee620f")
    assert digest(form.document()).hex().startswith("7af1dc9863971d79")


@given(seeds)
def test_the_same_seed_gives_the_same_bytes(make_bank: Maker, make_blueprint: Plans, seed: bytes) -> None:
    bank, blueprint = make_bank(), make_blueprint()
    again = Bank.of(bank.topics, reversed(bank.items))
    assert encode(made(bank, blueprint, seed).document()) == encode(made(again, blueprint, seed).document())


def test_another_seed_and_another_set_are_another_form(make_bank: Maker, make_blueprint: Plans) -> None:
    bank, blueprint = make_bank(), make_blueprint()
    forms = [
        made(bank, blueprint),
        made(bank, blueprint, bytes(32)),
        made(bank, blueprint, set_name=SetName.RESERVE),
    ]
    assert len({form.package_id for form in forms}) == 3
    assert len({tuple(item.item_id for item in form.sections[0].marking.items) for form in forms}) == 3
    assert len({tuple(item.bank_item for item in form.sections[0].marking.items) for form in forms}) == 3


def test_a_form_has_what_the_blueprint_asks_for(make_bank: Maker, make_blueprint: Plans) -> None:
    form = made(make_bank(), make_blueprint(count=3, sections=2))
    assert [section.item_count for section in form.sections] == [24, 24]
    for section in form.sections:
        cells = Counter((item.topic, item.level) for item in section.marking.items)
        assert set(cells.values()) == {3}
        assert len(cells) == 8
        assert section.candidate["section_id"] == section.section_id
        assert section.candidate["duration_s"] == section.duration_s
        assert section.marking.max_marks == 2400
    assert len(form.bank_items) == 48


def test_two_sets_share_no_item(make_bank: Maker, make_blueprint: Plans) -> None:
    bank, blueprint = make_bank(each=8), make_blueprint(count=4)
    primary = made(bank, blueprint)
    reserve = assemble(bank, blueprint, SEED, SetName.RESERVE, primary.bank_items)
    assert isinstance(reserve, Form)
    assert not primary.bank_items & reserve.bank_items
    assert len(primary.bank_items | reserve.bank_items) == 64
    third = assemble(bank, blueprint, SEED, SetName.RESERVE, primary.bank_items | reserve.bank_items)
    assert isinstance(third, list)
    short = [one for one in third if isinstance(one, Shortfall)]
    assert [(one.need, one.have, one.excluded) for one in short] == [(4, 0, 8)] * 8


def test_every_id_a_candidate_sees_is_opaque_and_its_own(make_bank: Maker, make_blueprint: Plans) -> None:
    form = made(make_bank(), make_blueprint(count=4, sections=2))
    text = encode([section.candidate for section in form.sections]).decode()
    for item in form.bank_items:
        assert f'"{item}"' not in text
    ids = [item.item_id for section in form.sections for item in outline(section.candidate).items]
    ids += [o for section in form.sections for item in outline(section.candidate).items for o in item.option_ids]
    ids += [section.section_id for section in form.sections]
    assert len(set(ids)) == len(ids)


def test_what_candidates_see_has_only_these_fields(make_bank: Maker, make_blueprint: Plans) -> None:
    for section in made(make_bank(), make_blueprint()).sections:
        assert set(section.candidate) == {
            "format", "package_id", "section_id", "form_id", "title", "duration_s", "items", "keep_order",
            "stimuli", "media",
        }  # fmt: skip
        for item in items_of(section.candidate):
            own = {"most"} if item["type"] == "multiple_choice" else set()
            assert set(item) - own == {"item_id", "type", "stimulus_id", "stem", "options", "max_mark", "plays"}
            options = item["options"]
            assert isinstance(options, list)
            assert all(isinstance(option, dict) and set(option) == {"option_id", "text", "fixed"} for option in options)


def rekeyed(bank: Bank, seed: bytes) -> Bank:
    """The same bank with every key changed."""
    draw = Draw(seed, "other keys")
    items = []
    for item in bank.items:
        assert isinstance(item, Choice)
        labels = [option.label for option in item.options]
        key = item.key
        while key == item.key:
            key = tuple(sorted(draw.sample(labels, 1 + draw.below(3) if len(item.key) > 1 else 1)))
        items.append(replace(item, key=key))
    return Bank.of(bank.topics, items)


@given(seeds)
def test_changing_every_key_changes_no_byte_of_what_candidates_see(
    make_bank: Maker, make_blueprint: Plans, seed: bytes
) -> None:
    bank, blueprint = make_bank(), make_blueprint(sections=2)
    before, after = made(bank, blueprint, seed), made(rekeyed(bank, seed), blueprint, seed)
    assert before.bank_sha256 != after.bank_sha256
    for old, new in zip(before.sections, after.sections, strict=True):
        assert encode(old.candidate) == encode(new.candidate)
        assert all(a.key != b.key for a, b in zip(old.marking.items, new.marking.items, strict=True))


def test_the_keys_position_is_uniform_over_ten_thousand_items(make_bank: Maker, make_blueprint: Plans) -> None:
    """Every author writes the right option first here, which must not show. Chi-square with 3 degrees of freedom."""
    bank, blueprint = make_bank(each=32, key_of=lambda n: "A"), make_blueprint(count=32)
    places: Counter[int] = Counter()
    order: Counter[int] = Counter()
    for number in range(61):
        for section in made(bank, blueprint, number.to_bytes(32)).sections:
            for item, marking in zip(outline(section.candidate).items, section.marking.items, strict=True):
                if marking.rule == "single":
                    [key] = key_ids(marking)
                    places[item.option_ids.index(key)] += 1
                    order[sorted(item.option_ids).index(key)] += 1
    for counts in (places, order):
        total = sum(counts.values())
        assert total >= 10_000
        chi_square = sum((counts[place] - total / 4) ** 2 / (total / 4) for place in range(4))
        assert chi_square < 16.27  # exceeded once in a thousand seeds if the position is uniform


def test_a_fixed_option_keeps_its_place(
    make_item: Callable[..., Choice], make_blueprint: Plans, make_bank: Maker
) -> None:
    bank = make_bank(each=1)
    items = [replace(item, fixed=("D",)) for item in bank.items if isinstance(item, Choice)]
    form = made(Bank.of(bank.topics, items), make_blueprint(count=1))
    for item in outline(form.sections[0].candidate).items:
        assert item.groups[0].fixed == {item.option_ids[3]}
    texts = [item["options"] for item in items_of(form.sections[0].candidate)]
    assert all(isinstance(options, list) and "Ý D" in str(options[3]) for options in texts)


def test_a_form_reads_back_from_its_document(make_bank: Maker, make_blueprint: Plans) -> None:
    form = made(make_bank(), make_blueprint(sections=2))
    assert parse_form(decode(encode(form.document()), 10**7, canonical=True)) == form


@pytest.mark.parametrize(
    "spoil",
    [
        lambda doc: doc.pop("seed"),
        lambda doc: doc.update(extra=1),
        lambda doc: doc.update(format="exam-form/2"),
        lambda doc: doc.update(set="third"),
        lambda doc: doc["sections"][0]["marking"]["items"].pop(),
        lambda doc: doc["sections"][0]["candidate"]["items"].reverse(),
        lambda doc: doc["sections"][0].update(item_count=3),
        lambda doc: doc["canaries"][0].update(expected_mark=-1),
    ],
)
def test_a_form_that_does_not_agree_with_itself_is_refused(
    make_bank: Maker, make_blueprint: Plans, spoil: Callable[[dict[str, object]], object]
) -> None:
    document = json.loads(encode(made(make_bank(), make_blueprint()).document()))
    spoil(document)
    with pytest.raises(DocumentError):
        parse_form(document)


def test_changing_one_cell_of_a_blueprint_leaves_the_others_items(make_bank: Maker, make_blueprint: Plans) -> None:
    bank, blueprint = make_bank(), make_blueprint()
    plan = blueprint.sections[0]
    fewer = replace(blueprint, sections=(replace(plan, cells=(replace(plan.cells[0], count=1), *plan.cells[1:])),))
    changed = plan.cells[0].topic, plan.cells[0].level
    kept = {item.id for item in bank.items if (item.common.topic, item.common.level) != changed}
    assert made(bank, blueprint).bank_items & kept == made(bank, fewer).bank_items & kept


def test_digests_say_what_a_form_was_made_of(make_bank: Maker, make_blueprint: Plans) -> None:
    bank, blueprint = make_bank(), make_blueprint()
    form = made(bank, blueprint)
    assert form.bank_sha256 == bank.sha256()
    assert form.blueprint_sha256 == blueprint.sha256()
    by_id = {item.id: item for item in bank.items}
    assert all(
        item.item_sha256 == by_id[BankItemId(item.bank_item)].sha256() for item in form.sections[0].marking.items
    )
    assert {item.level for item in form.sections[0].marking.items} == {level.value for level in Level}
