"""How long a bank of many items takes: opening, saving, writing, searching, near duplicates.

    .venv/bin/python scripts/bench_vault.py [--items 2000] [--json]

Items are made by lot from the words of the sample bank, each different from the others. The bank is protected, in a
folder of its own on this machine's disk. Figures are seconds of processor time, so that they hold on a busy machine too;
what waits for the disk is given by the clock as well. Short ones are the median of several goes.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from question_bank.formats.folder import read_bank
from question_bank.ids import NO_STIMULUS, BankItemId
from question_bank.items._choice import Choice
from question_bank.vault.access import now_ms, reading
from question_bank.vault.entries import Wanted
from question_bank.vault.people import Person
from question_bank.vault.states import Act
from question_bank.vault.vault import Vault

SAMPLES = Path(__file__).resolve().parent.parent / "question_bank/samples/bank"
PASSPHRASE = "a passphrase for measuring"
AN, BINH = Person("An"), Person("Bình")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure a vault.")
    parser.add_argument("--items", type=int, default=2000, help="how many items the bank has")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder) / "bank.vault", arguments.items)
    if arguments.json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:45} {value}")


def measure(path: Path, count: int) -> dict[str, float]:
    """All figures: seconds, but where the name says otherwise."""
    figures: dict[str, float] = {"items": count}
    items = list(made(count))
    start = time.process_time()
    vault = Vault.create(path, PASSPHRASE, now_ms, AN)
    figures["make a protected bank"] = since(start)
    with vault:
        start = time.process_time()
        with vault.store.doing():
            for item in items:
                vault.items.write(item, AN)
        figures["write all items"] = since(start)
        start = time.process_time()
        for item in items:
            vault.items.act(item.id, Act.REVIEW, AN)
            vault.items.act(item.id, Act.APPROVE, BINH)
        figures["review and approve all"] = since(start)
        vault.save()
        figures["the file, MB"] = round(path.stat().st_size / 1e6, 1)
        figures["keep an edit: write and save"] = median(lambda n: edit(vault, items[n]), 20)
        figures["keep an edit, by the clock"] = median(lambda n: edit(vault, items[n]), 20, time.perf_counter)
        figures["autosave: rough copy and save"] = median(lambda n: rough(vault, n), 20)
        figures["autosave, by the clock"] = median(lambda n: rough(vault, n), 20, time.perf_counter)
    start = time.process_time()
    vault = Vault.open(path, PASSPHRASE, now_ms, write=False)
    figures["open with the passphrase (scrypt)"] = since(start)
    with vault:
        figures["list all"] = median(lambda _: vault.items.entries(), 5)
        figures["search two words, with marks"] = median(lambda _: vault.items.entries(Wanted(words="chữ ký")), 5)
        start = time.process_time()
        bank = vault.bank()
        figures["the approved items as a bank"] = since(start)
        start = time.process_time()
        vault.duplicates()
        figures["near duplicates of all"] = since(start)
        figures["near duplicates of all, again"] = median(lambda _: vault.duplicates(), 3)
        figures["near duplicates of one item"] = median(lambda n: vault.like(bank.items[n]), 20)
        start = time.process_time()
        reading(vault)
        figures["check everything"] = since(start)
    return figures


def edit(vault: Vault, item: Choice) -> None:
    """What the studio does when an author keeps an item."""
    vault.items.write(replace(item, common=replace(item.common, stem=f"{item.common.stem} ({now_ms()})")), AN)
    vault.save()


def rough(vault: Vault, n: int) -> None:
    """What it does in each pause of typing."""
    vault.roughs.put("item:X", {"stem": "chữ " * 200 + str(n)}, AN)
    vault.save()


def made(count: int) -> Iterable[Choice]:
    """Choice items whose words are drawn by lot from the sample bank's."""
    draw = random.Random(1)
    samples = [item for item in read_bank(SAMPLES).bank.items if isinstance(item, Choice)]
    words = [word for item in samples for text in item.words() for word in text.split() if "{" not in word]
    for n in range(count):
        item = draw.choice(samples)

        def mixed(length: int) -> str:
            return " ".join(draw.choice(words) for _ in range(length))

        options = tuple(replace(one, text=f"{mixed(8)} {one.label}") for one in item.options)
        common = replace(
            item.common, id=BankItemId(f"M-{n:05d}"), stem=f"{mixed(25)}?", stimulus=NO_STIMULUS, excludes=()
        )
        yield replace(item, common=common, options=options)


def median(do: Callable[[int], object], times: int, clock: Callable[[], float] = time.process_time) -> float:
    """The median of some goes, in seconds; each is told its number."""
    taken = []
    for n in range(times):
        start = clock()
        do(n)
        taken.append(clock() - start)
    return round(statistics.median(taken), 4)


def since(start: float) -> float:
    """Seconds of processor time since then."""
    return round(time.process_time() - start, 3)


if __name__ == "__main__":
    main()
