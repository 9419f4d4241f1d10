"""A form that is not what the blueprint asks for contradicts a proof, is not said to be balanced, and is never written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from question_bank import assemble_cli
from question_bank.assembling import UnprovenError, proven
from question_bank.assembly.balance import balance
from question_bank.assembly.usable import Circumstances, Use
from question_bank.bank import Bank
from question_bank.blueprint import Blueprint, ExposureLimit, FixedItem, FormItems, FormsPlan, SetName
from question_bank.cli import main
from question_bank.form import Form, assemble_sets
from question_bank.ids import BankItemId
from question_bank.items.model import Item, Level
from question_bank.marking_scheme import MarkingItem, Marks

Make = Callable[..., Item]
BankOf = Callable[..., Bank]
Plan = Callable[..., Blueprint]
NB, TH = Level.NHAN_BIET, Level.THONG_HIEU
BOTH = tuple(SetName)
SEED = bytes(range(32))
NOW = 1_700_000_000_000
SAMPLES = Path(__file__).resolve().parents[3] / "question_bank" / "samples"


def changed(form: Form, new: Mapping[str, str], mark: int | None = None) -> Form:
    """The form with other items of the bank in the place of some, or worth something else."""

    def one(item: MarkingItem) -> MarkingItem:
        item = replace(item, bank_item=new.get(item.bank_item, item.bank_item))
        return item if mark is None else replace(item, max_mark=Marks(mark))

    sections = tuple(
        replace(part, marking=replace(part.marking, items=tuple(map(one, part.marking.items))))
        for part in form.sections
    )
    return replace(form, sections=sections)


@pytest.fixture
def stock(item: Make, bank_of: BankOf) -> Bank:
    """Ten items of each of two levels; E-0 and E-1 exclude each other, S-0 and S-1 share a stimulus."""
    plain = [item(f"{level.value[:1].upper()}-{n}", level=level) for level in (NB, TH) for n in range(10)]
    return bank_of(
        [
            *plain, item("E-0", excludes=["E-1"]), item("E-1"), item("S-0", stimulus="NL"), item("S-1", stimulus="NL"),
            item("F-0"),
        ]
    )  # fmt: skip


def forms_of(bank: Bank, blueprint: Blueprint, taken: frozenset[BankItemId] = frozenset()) -> tuple[Form, ...]:
    made = assemble_sets(bank, blueprint, SEED, BOTH, Circumstances(taken))
    assert isinstance(made, tuple), made
    return made


ASIDE = frozenset(map(BankItemId, ("E-0", "E-1", "S-0", "S-1")))


@pytest.mark.parametrize(
    ("code", "break_"),
    [
        ("rows", lambda first, second: {first[0]: "T-9"}),
        ("once", lambda first, second: {first[0]: first[1]}),
        ("sets", lambda first, second: {first[0]: second[0]}),
        ("exclusions", lambda first, second: {first[0]: "E-0", first[1]: "E-1"}),
        ("stimuli", lambda first, second: {first[0]: "S-0"}),
        ("exposure", lambda first, second: {first[0]: "E-0"}),
        ("taken", lambda first, second: {first[0]: "E-1"}),
        ("fixed", lambda first, second: {"F-0": "E-1"}),
    ],
)  # fmt: skip
def test_each_rule_that_a_form_breaks_is_proven_against_it(
    stock: Bank, plan: Plan, code: str, break_: Callable[[list[str], list[str]], Mapping[str, str]]
) -> None:
    blueprint = plan(
        [("t", NB, 4), ("t", TH, 2)], fixed=(FixedItem(BankItemId("F-0"), "phan-1", 1, SetName.PRIMARY),),
        exposure=ExposureLimit(0, 1, 0),
    )  # fmt: skip
    primary, reserve = forms_of(stock, blueprint, ASIDE)
    around = Circumstances(
        frozenset({BankItemId("E-1")} if code == "taken" else ()),
        {BankItemId("E-0"): (Use(NOW - 1, "khac", "vong-cu"),)} if code == "exposure" else {},
        NOW,
    )
    sound = balance(stock, blueprint, (primary, reserve), around)
    assert sound.holds
    assert proven(stock, blueprint, (primary, reserve), around) == sound
    level = {one.id: one.common.level for one in stock.items}
    free = [sorted(one for one in form.bank_items if level[one] is NB and one != "F-0") for form in (primary, reserve)]
    broken = (changed(primary, break_([*free[0]], [*free[1]])), reserve)
    found = balance(stock, blueprint, broken, around)
    assert code in {proof.code for proof in found.proofs if not proof.holds}
    assert not found.holds
    assert found.document()["holds"] is False
    with pytest.raises(UnprovenError, match=code):
        proven(stock, blueprint, broken, around)


def test_forms_that_are_worth_different_sums_are_not_balanced(stock: Bank, plan: Plan) -> None:
    blueprint = plan([("t", NB, 4)])
    primary, reserve = forms_of(stock, blueprint, ASIDE)
    found = balance(stock, blueprint, (primary, changed(reserve, {}, 50)), Circumstances())
    assert {proof.code for proof in found.proofs if not proof.holds} == {"rows", "marks"}
    [marks] = [proof.against for proof in found.proofs if proof.code == "marks"]
    assert marks == ("200", "400")


@pytest.mark.parametrize(("items", "shared"), [(FormItems.SAME, 4), (FormItems.DIFFERENT, 0)])
def test_the_report_counts_what_two_forms_share(stock: Bank, plan: Plan, items: FormItems, shared: int) -> None:
    blueprint = plan([("t", TH, 2), ("t", NB, 2)], forms=FormsPlan(2, items))
    report = balance(stock, blueprint, forms_of(stock, blueprint, ASIDE), Circumstances())
    assert report.overlaps == ((4, shared, 0, 0), (shared, 4, 0, 0), (0, 0, 4, shared), (0, 0, shared, 4))


def test_the_report_counts_at_which_letter_the_right_options_stand(stock: Bank, plan: Plan) -> None:
    """Every right option of this bank is called A in its words: where it stands is counted from what candidates see."""
    blueprint = plan([("t", NB, 8), ("t", TH, 8)])
    made = assemble_sets(stock, blueprint, SEED, (SetName.PRIMARY,))
    assert isinstance(made, tuple)
    [form] = made
    views = form.sections[0].candidate["items"]
    assert isinstance(views, list)
    seen: Counter[int] = Counter()
    for view in views:
        assert isinstance(view, dict)
        options = view["options"]
        assert isinstance(options, list)
        [at] = [place for place, one in enumerate(options) if "Ý A " in str(one)]
        seen[at] += 1
    [report] = balance(stock, blueprint, (form,), Circumstances()).forms
    assert report.key_places == tuple(seen[place] for place in range(4))
    assert len(seen) > 1


def test_a_drawing_that_breaks_a_rule_is_said_to_be_a_defect_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def wrong(*given: object) -> object:
        made = assemble_sets(*given)  # type: ignore[arg-type]
        assert isinstance(made, tuple)
        first, second = sorted(made[0].bank_items)[:2]
        return (changed(made[0], {first: second}), *made[1:])

    monkeypatch.setattr(assemble_cli, "assemble_sets", wrong)
    bank, blueprint = SAMPLES / "bank" / "trac-nghiem", SAMPLES / "blueprints" / "tien-giang.yaml"
    out = tmp_path / "form.json"
    status = main(
        [
            "--language",
            "en",
            "assemble",
            str(bank),
            "--blueprint",
            str(blueprint),
            "--set",
            "primary",
            "--out",
            str(out),
        ]
    )
    assert (status, "defect of the program" in capsys.readouterr().err) == (1, True)
    assert not out.exists()
