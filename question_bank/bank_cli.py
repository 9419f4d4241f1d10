"""The commands about content: `check` a bank, `assemble` a form."""

from __future__ import annotations

import argparse
import json
import secrets
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from question_bank.bank import Bank
from question_bank.blueprint import Blueprint, Shortfall
from question_bank.canonical import JSON
from question_bank.draw import SEED_BYTES
from question_bank.form import Form, SetName, assemble
from question_bank.form_file import read_form, write_form
from question_bank.formats.blueprint import read_blueprint_file
from question_bank.formats.folder import BankReading, read_bank
from question_bank.ids import BankItemId, TopicCode
from question_bank.items import types
from question_bank.items.model import Level
from question_bank.problems import Problem
from question_bank.wording import gettext, ngettext, render, title

OK = 0
CONTENT = 3  # the content is wrong or not enough: the list says where


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `check` and `assemble`; each sets `run`, a function of the parsed arguments that gives the exit status."""
    parser = commands.add_parser("check", help=gettext("say everything that is wrong with a bank, with file and line"))
    parser.add_argument("bank", type=Path, help=gettext("the folder of the bank's .yaml files"))
    _add_json(parser)
    parser.set_defaults(run=run_check)

    parser = commands.add_parser("assemble", help=gettext("draw a test form from a bank, as a blueprint says"))
    parser.add_argument("bank", type=Path, help=gettext("the folder of the bank's .yaml files"))
    parser.add_argument("--blueprint", type=Path, required=True, help=gettext("the blueprint, a .yaml file"))
    parser.add_argument("--set", required=True, choices=[name.value for name in SetName],
                        help=gettext("which of the round's two sets this is"))  # fmt: skip
    parser.add_argument("--seed", type=seed_of, default=None,
                        help=gettext("64 hexadecimal digits; the same seed gives the same form (default: drawn now)"))  # fmt: skip
    parser.add_argument("--out", type=Path, required=True, help=gettext("where to write the form; it is secret"))
    parser.add_argument("--exclude", type=Path, action="append", default=[], metavar="FORM",
                        help=gettext("use no item of this form; may be given several times"))  # fmt: skip
    parser.add_argument("--replace", action="store_true", help=gettext("write over a form that is there already"))
    _add_json(parser)
    parser.set_defaults(run=run_assemble)


def seed_of(text: str) -> bytes:
    """A seed from its hexadecimal digits. Raises ArgumentTypeError."""
    try:
        seed = bytes.fromhex(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(gettext("a seed is 64 hexadecimal digits")) from error
    if len(seed) != SEED_BYTES:
        raise argparse.ArgumentTypeError(gettext("a seed is 64 hexadecimal digits"))
    return seed


def run_check(arguments: argparse.Namespace) -> int:
    """Print every problem and what the bank holds. Exit status 0, or 3 when there are errors."""
    reading = read_bank(arguments.bank)
    if arguments.json:
        _print_json(check_document(reading))
    else:
        _print_problems(reading.problems)
        print(table(reading.bank))
        print()
        print(_verdict(reading))
    return CONTENT if reading.errors else OK


def run_assemble(arguments: argparse.Namespace) -> int:
    """Write a form. Exit status 0, or 3 when bank or blueprint are wrong or the bank is short of items."""
    reading, blueprint_reading = read_bank(arguments.bank), read_blueprint_file(arguments.blueprint)
    errors = [p for p in (*reading.problems, *blueprint_reading.problems) if not p.is_warning]
    blueprint = blueprint_reading.blueprint
    if errors or blueprint is None:
        return _not_assembled(arguments.json, errors, [])
    exclude: set[BankItemId] = set()
    for path in arguments.exclude:
        exclude |= read_form(path).bank_items
    seed = arguments.seed or secrets.token_bytes(SEED_BYTES)
    form = assemble(reading.bank, blueprint, seed, SetName(arguments.set), exclude)
    if isinstance(form, list):
        return _not_assembled(arguments.json, [], form)
    write_form(form, arguments.out, replace=arguments.replace)
    if form.set_name is SetName.RESERVE and not arguments.exclude:
        warning = gettext("warning: without --exclude PRIMARY-FORM the two sets may share items")
        print(warning, file=sys.stderr)
    if arguments.json:
        _print_json(assembled_document(form, arguments.out))
    else:
        _print_assembled(form, blueprint, arguments.out)
    return OK


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


def assembled_document(form: Form, path: Path) -> JSON:
    """What `assemble --json` prints when it wrote a form: nothing that tells which items are in it."""
    return {
        "ok": True,
        "form": str(path),
        "package_id": form.package_id,
        "set": form.set_name.value,
        "sections": [
            {"section_id": section.section_id, "items": section.item_count, "duration_s": section.duration_s,
             "max_mark": section.marking.max_marks}
            for section in form.sections
        ],
        "blueprint_sha256": form.blueprint_sha256,
        "bank_sha256": form.bank_sha256,
        "problems": [],
        "shortfalls": [],
    }  # fmt: skip


def table(bank: Bank) -> str:
    """The bank's items by topic and level, a column to each type that it has, as aligned text."""
    there = {item.NAME for item in bank.items}
    names = [name for name in types() if name in there]
    labels = [render(types()[name].LABEL) for name in names]
    rows = [[gettext("topic"), gettext("level"), *labels, gettext("together")]]
    for topic, titles in bank.topics.items():
        for level in Level:
            counts = [_count(bank, topic, level, name) for name in names]
            rows.append([title(titles), level.label, *map(str, counts), str(sum(counts))])
    totals = [sum(name == item.NAME for item in bank.items) for name in names]
    rows.append([gettext("together"), "", *map(str, totals), str(len(bank.items))])
    return _aligned(rows, text_columns=2)


def _count(bank: Bank, topic: TopicCode, level: Level, name: str) -> int:
    return sum(name == item.NAME for item in bank.cell(topic, level))


def _aligned(rows: Sequence[Sequence[str]], text_columns: int) -> str:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            cell.ljust(width) if place < text_columns else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return "\n".join([lines[0], "  ".join("─" * width for width in widths), *lines[1:]])


def _verdict(reading: BankReading) -> str:
    warnings = len(reading.problems) - reading.errors
    items = ngettext("%(n)s usable item", "%(n)s usable items", len(reading.bank.items))
    files = ngettext("%(n)s file", "%(n)s files", len(reading.files))
    errors = ngettext("%(n)s error", "%(n)s errors", reading.errors)
    noticed = ngettext("%(n)s warning", "%(n)s warnings", warnings)
    return f"{items} · {files} · {errors} · {noticed}"


def _not_assembled(as_json: bool, problems: Sequence[Problem], shortfalls: Sequence[Shortfall]) -> int:
    if as_json:
        _print_json({
            "ok": False,
            "problems": [problem.document() for problem in problems],
            "shortfalls": [short.document() | {"message": render(short.sentence())} for short in shortfalls],
        })  # fmt: skip
    else:
        _print_problems(problems)
        for short in shortfalls:
            print(render(short.sentence()))
        print(gettext("No form was written."), file=sys.stderr)
    return CONTENT


def _print_assembled(form: Form, blueprint: Blueprint, path: Path) -> None:
    print(gettext("%(file)s: form %(package)s, set “%(set)s”", file=path, package=form.package_id,
                  set=form.set_name.value))  # fmt: skip
    for plan, section in zip(blueprint.sections, form.sections, strict=True):
        print(
            gettext(
                "  %(title)s: %(items)s items, %(minutes)s minutes, at most %(marks)s marks",
                title=title(plan.title), items=section.item_count, minutes=_decimal(section.duration_s, 60),
                marks=_decimal(section.marking.max_marks, 100),
            )
        )  # fmt: skip
    print(gettext("The file is secret until the paper is opened: keep it off shared drives."), file=sys.stderr)


def _decimal(value: int, unit: int) -> str:
    """A number of units with at most two decimals, rounded down, none when it is whole."""
    whole, rest = divmod(value, unit)
    decimals = f"{rest * 100 // unit:02d}".rstrip("0")
    return f"{whole}.{decimals}" if decimals else str(whole)


def _print_problems(problems: Iterable[Problem]) -> None:
    for problem in problems:
        print(problem)


def _print_json(document: JSON) -> None:
    print(json.dumps(document, ensure_ascii=False, indent=2))


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help=gettext("print one JSON object instead of text"))
