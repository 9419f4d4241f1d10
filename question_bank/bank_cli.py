"""The command about content: `check` a bank."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from pathlib import Path

from question_bank.aligned import aligned
from question_bank.bank import Bank
from question_bank.canonical import JSON
from question_bank.formats.folder import BankReading
from question_bank.ids import TopicCode
from question_bank.items import types
from question_bank.items.model import Level
from question_bank.problems import Problem
from question_bank.vault.access import add_passphrase, read_either
from question_bank.wording import gettext, ngettext, render, title

OK = 0
CONTENT = 3  # the content is wrong or not enough: the list says where


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `check`; it sets `run`, a function of the parsed arguments that gives the exit status."""
    parser = commands.add_parser("check", help=gettext("say everything that is wrong with a bank, with file and line"))
    _add_bank(parser)
    _add_json(parser)
    parser.set_defaults(run=run_check)


def run_check(arguments: argparse.Namespace) -> int:
    """Print every problem and what the bank holds. Exit status 0, or 3 when there are errors."""
    found = read_either(arguments.bank, arguments)
    if arguments.json:
        _print_json(check_document(found))
    else:
        _print_problems(found.problems)
        print(table(found.bank))
        print()
        print(_verdict(found))
    return CONTENT if found.errors else OK


def check_document(reading: BankReading) -> JSON:
    """What `check --json` prints."""
    return {
        "ok": reading.errors == 0,
        "files": len(reading.files),
        "items": len(reading.bank.items),
        "errors": reading.errors,
        "warnings": len(reading.problems) - reading.errors,
        "problems": [problem.document() for problem in reading.problems],
        "counts": [
            {"topic": count.topic, "level": count.level.value, "type": count.type, "items": count.items}
            for count in reading.bank.counts()
        ],
        "bank_sha256": reading.bank.sha256(),
    }


def table(bank: Bank) -> str:
    """The bank's items by topic and level, a column to each type that it has, as aligned text."""
    there = {item.NAME for item in bank.items}
    names = [name for name in types() if name in there]
    labels = [render(types()[name].LABEL) for name in names]
    rows = [[gettext("topic"), gettext("level"), *labels, gettext("together")]]
    for topic, titles in bank.topics.items():
        for level in Level:
            counts = [_count(bank, topic, level, name) for name in names]
            rows.append([title(titles), render(level.label), *map(str, counts), str(sum(counts))])
    totals = [sum(name == item.NAME for item in bank.items) for name in names]
    rows.append([gettext("together"), "", *map(str, totals), str(len(bank.items))])
    return aligned(rows, text_columns=2)


def _count(bank: Bank, topic: TopicCode, level: Level, name: str) -> int:
    return sum(name == item.NAME for item in bank.cell(topic, level))


def _verdict(reading: BankReading) -> str:
    warnings = len(reading.problems) - reading.errors
    items = ngettext("%(n)s usable item", "%(n)s usable items", len(reading.bank.items))
    files = ngettext("%(n)s file", "%(n)s files", len(reading.files))
    errors = ngettext("%(n)s error", "%(n)s errors", reading.errors)
    noticed = ngettext("%(n)s warning", "%(n)s warnings", warnings)
    return f"{items} · {files} · {errors} · {noticed}"


def _print_problems(problems: Iterable[Problem]) -> None:
    for problem in problems:
        print(problem)


def _print_json(document: JSON) -> None:
    print(json.dumps(document, ensure_ascii=False, indent=2))


def _add_bank(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("bank", type=Path, help=gettext("the bank's file, or a folder of .yaml files"))
    add_passphrase(parser)


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help=gettext("print one JSON object instead of text"))
