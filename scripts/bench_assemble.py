"""How long it takes to draw the forms of a contest and prove their balance.

    .venv/bin/python -m scripts.bench_assemble [--items 2000] [--candidates 145] [--json]

A made-up bank of eight topics and four levels, a third of it of other types than single choice, with stimuli of three and four,
exclusions and earlier uses; three forms of 60 items in each of the two sets; facilities known for half the bank; an order
for each candidate. Timed are: drawing both sets, building the forms, the balance report with its proofs, the orders.
"""

from __future__ import annotations

import argparse
import json
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from question_bank.assemble_text import balance_text
from question_bank.assembly.balance import Balance, balance
from question_bank.assembly.usable import Circumstances, Use
from question_bank.bank import Bank
from question_bank.bilingual import Bilingual
from question_bank.blueprint import Blueprint, Cell, ExposureLimit, FormsPlan, SectionPlan, SetName
from question_bank.draw import Draw
from question_bank.form import Form, assemble_sets
from question_bank.ids import BankItemId, StimulusId, TopicCode
from question_bank.items._labelled import Labelled
from question_bank.items.model import Common, Item, Level, Stimulus
from question_bank.items.single_choice import SingleChoice
from question_bank.items.true_false_4 import TrueFalse4
from question_bank.marking_scheme import Marks
from question_bank.order import attempt_order
from question_bank.outline import outline

TOPICS = 8
TITLE = Bilingual("Đề đo", "Bench paper")
DAY_MS = 86_400_000
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Timed:
    """What was done, and how long it took, in seconds of processor time."""

    name: str
    seconds: float


def made_bank(items: int, draw: Draw) -> Bank:
    """A bank of so many items; the same draw gives the same bank."""
    found: list[Item] = []
    stimuli: list[Stimulus] = []
    while len(found) < items:
        shared = 3 + draw.below(2) if draw.below(12) == 0 else 1
        stimulus = StimulusId(f"BANG-{len(stimuli)}") if shared > 1 else StimulusId("")
        if stimulus:
            stimuli.append(Stimulus(stimulus, f"Bảng {len(stimuli)}", "Số hồ sơ theo tháng " * 8))
        topic = TopicCode(f"chu-de-{draw.below(TOPICS)}")
        for _ in range(min(shared, items - len(found))):
            found.append(_item(len(found), topic, stimulus, draw))
    return Bank.of({TopicCode(f"chu-de-{n}"): TITLE for n in range(TOPICS)}, found, stimuli)


def _item(number: int, topic: TopicCode, stimulus: StimulusId, draw: Draw) -> Item:
    excludes = (BankItemId(f"CAU-{draw.below(number):05d}"),) if number and draw.below(20) == 0 else ()
    common = Common(
        BankItemId(f"CAU-{number:05d}"), topic, list(Level)[draw.below(4)], f"Câu số {number} hỏi về việc gì? " * 3,
        "Vì quy định như vậy.", "Sách mẫu", stimulus, (), excludes,
    )  # fmt: skip
    if draw.below(3) == 0:
        statements = tuple(Labelled(label, f"Ý {label} của câu {number}") for label in "abcd")
        return TrueFalse4(common, statements, tuple(label for label in "abcd" if draw.below(2)))
    options = tuple(Labelled(label, f"Phương án {label} của câu {number}") for label in "ABCD")
    return SingleChoice(common, options, ("ABCD"[draw.below(4)],), ())


def made_blueprint(forms: int) -> Blueprint:
    """Sixty items of all topics and levels in two sections, rows of one type beside rows of any."""
    topics = [TopicCode(f"chu-de-{n}") for n in range(TOPICS)]
    first = tuple(Cell(topic, level, 1) for topic in topics for level in Level) + tuple(
        Cell(topic, Level.NHAN_BIET, 1, ("single_choice",)) for topic in topics
    )
    second = tuple(Cell(topic, Level.VAN_DUNG, 2, ("true_false_4",)) for topic in topics) + tuple(
        Cell(topic, Level.THONG_HIEU, 1, ("single_choice",)) for topic in topics[:4]
    )
    plans = (
        SectionPlan("phan-1", TITLE, 1800, Marks(100), {}, first),
        SectionPlan("phan-2", TITLE, 900, Marks(100), {}, second),
    )
    return Blueprint("do", "vong-1", TITLE, plans, FormsPlan(forms), exposure=ExposureLimit(rounds=1, uses=3))


def made_circumstances(bank: Bank, draw: Draw) -> Circumstances:
    """Every tenth item used before, the facility of every second known."""
    uses = {
        item.id: (Use(DAY_MS * draw.below(900), "do", f"vong-cu-{draw.below(4)}"),)
        for item in bank.items
        if draw.below(10) == 0
    }
    facility = {item.id: Fraction(20 + draw.below(75), 100) for item in bank.items if draw.below(2)}
    return Circumstances(exposure=uses, now_ms=DAY_MS * 1000, facility=facility)


def timed(times: list[Timed], name: str, work: Callable[[], T]) -> T:
    """Do it, and note the processor time it took."""
    began = time.process_time()
    done = work()
    times.append(Timed(name, time.process_time() - began))
    return done


def orders(forms: tuple[Form, ...], candidates: int) -> int:
    """An order for each candidate, forms taken in turn; gives how many items were put in order."""
    sections = {form.package_id: [outline(section.candidate) for section in form.sections] for form in forms}
    count = 0
    for candidate in range(candidates):
        for section in sections[forms[candidate % len(forms)].package_id]:
            count += len(attempt_order(section, candidate.to_bytes(32)).item_ids)
    return count


def run(items: int, candidates: int, forms: int) -> tuple[list[Timed], Balance]:
    """One run."""
    draw = Draw(bytes(32), "bench of assembling")
    bank, blueprint = made_bank(items, draw), made_blueprint(forms)
    circumstances = made_circumstances(bank, draw)
    times: list[Timed] = []
    made = timed(
        times,
        "both sets drawn and built",
        lambda: assemble_sets(bank, blueprint, bytes(32), tuple(SetName), circumstances),
    )
    assert isinstance(made, tuple), made
    report = timed(times, "balance and its proofs", lambda: balance(bank, blueprint, made, circumstances))
    primary = made[:forms]
    ordered = timed(times, "an order for each candidate", lambda: orders(primary, candidates))
    assert ordered == candidates * blueprint.item_count
    return times, report


def main() -> None:
    """Run it and print the times."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=2000)
    parser.add_argument("--candidates", type=int, default=145)
    parser.add_argument("--forms", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    times, report = run(arguments.items, arguments.candidates, arguments.forms)
    together = sum(one.seconds for one in times)
    if arguments.json:
        print(
            json.dumps(
                {"seconds": {one.name: one.seconds for one in times}, "together": together, "holds": report.holds}
            )
        )
        return
    print(balance_text(report))
    print(
        f"\n{arguments.items} items, {arguments.forms} forms in each of two sets, {arguments.candidates} candidates, Python {platform.python_version()}"
    )
    for one in (*times, Timed("together", together)):
        print(f"{one.seconds:8.3f} s  {one.name}")


if __name__ == "__main__":
    main()
