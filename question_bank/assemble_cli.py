"""The commands `feasible` and `assemble`: whether a bank can fill a blueprint, and the forms drawn from it."""

from __future__ import annotations

import argparse
import json
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

from question_bank.assemble_text import balance_text
from question_bank.assembling import exposure as exposure_of
from question_bank.assembling import kept_blueprint, late_from_now, proven
from question_bank.assembly.balance import Balance
from question_bank.assembly.drawing import feasible
from question_bank.assembly.shortages import Shortage
from question_bank.assembly.usable import Circumstances
from question_bank.bank import Bank
from question_bank.blueprint import Blueprint
from question_bank.canonical import JSON, encode
from question_bank.circumstances_files import read_exposure, read_facilities
from question_bank.disk import replace_private
from question_bank.draw import SEED_BYTES
from question_bank.form import Form, SetName, assemble_sets
from question_bank.form_file import FormFileError, read_form, write_form
from question_bank.formats.blueprint import read_blueprint_file
from question_bank.formats.folder import BankReading
from question_bank.ids import BankItemId
from question_bank.problems import Problem
from question_bank.vault.access import (
    add_author,
    add_drafts_too,
    add_passphrase,
    author,
    now_ms,
    opened,
    read_either,
    to_draw,
)
from question_bank.vault.uses import How
from question_bank.vault.vault import Vault
from question_bank.wording import gettext, render, title

OK = 0
CONTENT = 3  # the content is wrong or not enough: the list says where
BOTH = "both"
_SHOWN = 10  # of the ids in a note: who mistyped a list looks at all of it


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `feasible` and `assemble`; each sets `run`, a function of the parsed arguments that gives the exit status."""
    parser = commands.add_parser("feasible", help=gettext("say whether a bank can fill a blueprint, and what is short"))
    _add_sources(parser, required_set=False)
    parser.set_defaults(run=run_feasible)

    parser = commands.add_parser("assemble", help=gettext("draw test forms from a bank, as a blueprint says"))
    _add_sources(parser, required_set=True)
    parser.add_argument("--seed", type=seed_of, default=None,
                        help=gettext("64 hexadecimal digits; the same seed gives the same form (default: drawn now)"))  # fmt: skip
    parser.add_argument("--out", type=Path, required=True,
                        help=gettext("where to write the form, which is secret; of several forms the folder"))  # fmt: skip
    parser.add_argument("--statistics", type=Path, metavar="FILE",
                        help=gettext("what “stats --json” printed: forms are made equally difficult by it"))  # fmt: skip
    parser.add_argument("--balance", type=Path, metavar="FILE", help=gettext("write the balance report here as JSON"))
    parser.add_argument("--replace", action="store_true", help=gettext("write over a form that is there already"))
    add_author(parser, required=False)
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


def run_feasible(arguments: argparse.Namespace) -> int:
    """Say everything that is short. Exit status 0, or 3 when something is, or bank or blueprint are wrong."""
    if _is_vault(arguments.bank):
        with opened(arguments.bank, arguments, write=False) as vault:
            return _feasible(arguments, to_draw(vault, arguments), vault)
    return _feasible(arguments, read_either(arguments.bank, arguments), None)


def run_assemble(arguments: argparse.Namespace) -> int:
    """Write the forms. Exit status 0, or 3 when bank or blueprint are wrong or the bank is short of items.

    A vault gives its approved items alone, and keeps in its history which of them are in the forms.
    """
    if _is_vault(arguments.bank):
        with opened(arguments.bank, arguments, write=True) as vault:
            return _assemble(arguments, to_draw(vault, arguments), vault)
    return _assemble(arguments, read_either(arguments.bank, arguments), None)


def _feasible(arguments: argparse.Namespace, found: BankReading, vault: Vault | None) -> int:
    blueprint, problems = _blueprint(arguments, found, vault)
    if blueprint is None or problems:
        return _not_assembled(arguments.json, problems, [])
    short = feasible(blueprint, found.bank, _circumstances(arguments, vault), _sets(arguments), late_from_now())
    if short:
        return _not_assembled(arguments.json, [], short, "")
    if arguments.json:
        _print_json({"ok": True, "problems": [], "shortfalls": []})
    else:
        print(gettext("The bank can fill the blueprint."))
    return OK


def _assemble(arguments: argparse.Namespace, found: BankReading, vault: Vault | None) -> int:
    blueprint, problems = _blueprint(arguments, found, vault)
    if blueprint is None or problems:
        return _not_assembled(arguments.json, problems, [])
    sets, circumstances = _sets(arguments), _circumstances(arguments, vault)
    seed = arguments.seed or secrets.token_bytes(SEED_BYTES)
    forms = assemble_sets(found.bank, blueprint, seed, sets, circumstances, late_from_now())
    if isinstance(forms, list):
        return _not_assembled(arguments.json, [], forms)
    report = proven(found.bank, blueprint, forms, circumstances)
    paths = _paths(forms, arguments.out)
    _refuse_files_there([*paths, *([arguments.balance] if arguments.balance else [])], arguments.replace)
    if vault is not None and not arguments.drafts_too:
        # Before the files: where the bank cannot be saved, none of those of before is written over.
        vault.uses.record(forms, How.ASSEMBLED, author(arguments))
        vault.save()
    _write(forms, paths, report, arguments)
    if sets == (SetName.RESERVE,) and not arguments.exclude and not blueprint.sets_share:
        warning = gettext("warning: without --exclude PRIMARY-FORM the two sets may share items")
        print(warning, file=sys.stderr)
    if arguments.json:
        _print_json(assembled_document(forms, paths, report))
    else:
        _print_assembled(forms, paths, blueprint, report)
    return OK


def _is_vault(path: Path) -> bool:
    return path.exists() and not path.is_dir()


def assembled_document(forms: Sequence[Form], paths: Sequence[Path], report: Balance) -> JSON:
    """What `assemble --json` prints when it wrote forms: nothing that tells which items are in them.

    A single form's fields stand at the top too.
    """
    written = [_form_document(form, path) for form, path in zip(forms, paths, strict=True)]
    rest: dict[str, JSON] = {"forms": [*written], "balance": report.document(), "problems": [], "shortfalls": []}
    return {"ok": True, **(written[0] if len(written) == 1 else {}), **rest}


def _form_document(form: Form, path: Path) -> dict[str, JSON]:
    sections: list[JSON] = [
        {"section_id": section.section_id, "items": section.item_count, "duration_s": section.duration_s,
         "max_mark": section.marking.max_marks}
        for section in form.sections
    ]  # fmt: skip
    return {
        "form": str(path),
        "code": form.code,
        "package_id": form.package_id,
        "set": form.set_name.value,
        "sections": sections,
        "form_sha256": form.sha256(),
        "blueprint_sha256": form.blueprint_sha256,
        "bank_sha256": form.bank_sha256,
    }


def _add_sources(parser: argparse.ArgumentParser, *, required_set: bool) -> None:
    parser.add_argument("bank", type=Path, help=gettext("the bank's file, or a folder of .yaml files"))
    add_passphrase(parser)
    add_drafts_too(parser)
    parser.add_argument(
        "--blueprint",
        type=Path,
        required=True,
        help=gettext("the blueprint: a .yaml file, or the name of one that the bank's file holds"),
    )
    parser.add_argument("--set", required=required_set, default=BOTH, choices=[*(name.value for name in SetName), BOTH],
                        help=gettext("which of the round's two sets; both are drawn together"))  # fmt: skip
    parser.add_argument("--exclude", type=Path, action="append", default=[], metavar="FORM",
                        help=gettext("use no item of this form; may be given several times"))  # fmt: skip
    parser.add_argument("--exposure", type=Path, metavar="FILE",
                        help=gettext("when which item was used, as JSON; the blueprint's limits count by it"))  # fmt: skip
    parser.add_argument("--json", action="store_true", help=gettext("print one JSON object instead of text"))


def _blueprint(
    arguments: argparse.Namespace, found: BankReading, vault: Vault | None
) -> tuple[Blueprint | None, list[Problem]]:
    """The blueprint, from a file or else from the vault, with the errors of bank and blueprint."""
    path: Path = arguments.blueprint
    kept = kept_blueprint(vault, str(path)) if vault is not None and not path.exists() else None
    blueprint = kept or read_blueprint_file(path)
    if blueprint.blueprint is not None:
        _say_unknown(blueprint.blueprint, found.bank)
    errors = [one for one in (*found.problems, *blueprint.problems) if not one.is_warning]
    return blueprint.blueprint, errors


def _say_unknown(blueprint: Blueprint, bank: Bank) -> None:
    """An exclusion that names an item otherwise than the bank keeps nothing apart."""
    known = {item.id for item in bank.items}
    unknown = sorted({one for group in blueprint.exclude for one in group.items} - known)
    if unknown:
        shown = ", ".join(unknown[:_SHOWN]) + (" …" if len(unknown) > _SHOWN else "")
        note = gettext("note: exclusions name items that are not among those to draw from: %(items)s", items=shown)
        print(note, file=sys.stderr)


def _circumstances(arguments: argparse.Namespace, vault: Vault | None) -> Circumstances:
    taken: set[BankItemId] = set()
    for path in arguments.exclude:
        taken |= read_form(path).bank_items
    statistics: Path | None = getattr(arguments, "statistics", None)
    exposure = dict(read_exposure(arguments.exposure)) if arguments.exposure else {}
    for item, uses in exposure_of(vault).items() if vault is not None else ():
        exposure[item] = (*exposure.get(item, ()), *uses)
    return Circumstances(taken, exposure, now_ms(), read_facilities(statistics) if statistics else {})


def _sets(arguments: argparse.Namespace) -> tuple[SetName, ...]:
    return tuple(SetName) if arguments.set == BOTH else (SetName(arguments.set),)


def _paths(forms: Sequence[Form], out: Path) -> list[Path]:
    """The file of each form: `out` itself for one, else files in it by set and code."""
    if len(forms) == 1:
        return [out]
    return [out / f"{form.set_name.value}{f'-{form.code}' if form.code else ''}.json" for form in forms]


def _write(forms: Sequence[Form], paths: Sequence[Path], report: Balance, arguments: argparse.Namespace) -> None:
    """All files, in the place of what is there."""
    if len(forms) > 1:
        _make_folder(arguments.out)
    for form, path in zip(forms, paths, strict=True):
        write_form(form, path, replace=arguments.replace)
    if arguments.balance:
        try:
            replace_private(arguments.balance, encode(report.document()))
        except OSError as error:
            raise FormFileError(gettext("%(file)s cannot be written: %(reason)s", file=arguments.balance, reason=error.strerror),
                                hint=gettext("Check that the folder exists and has room.")) from error  # fmt: skip


def _refuse_files_there(paths: Sequence[Path], replace: bool) -> None:
    for path in paths:
        if path.exists() and not replace:
            raise FormFileError(gettext("%(file)s is there already", file=path),
                                hint=gettext("Give another name with --out, or add --replace."))  # fmt: skip


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise FormFileError(gettext("%(file)s cannot be written: %(reason)s", file=path, reason=error.strerror),
                            hint=gettext("Check that the folder exists and has room.")) from error  # fmt: skip


def _not_assembled(
    as_json: bool, problems: Sequence[Problem], short: Sequence[Shortage], end: str | None = None
) -> int:
    if as_json:
        _print_json({
            "ok": False,
            "problems": [problem.document() for problem in problems],
            "shortfalls": [one.document() | {"message": render(one.sentence())} for one in short],
        })  # fmt: skip
        return CONTENT
    for problem in problems:
        print(problem)
    for one in short:
        print(render(one.sentence()))
    if end is None:
        print(gettext("No form was written."), file=sys.stderr)
    return CONTENT


def _print_assembled(forms: Sequence[Form], paths: Sequence[Path], blueprint: Blueprint, report: Balance) -> None:
    for form, path in zip(forms, paths, strict=True):
        print(gettext("%(file)s: form %(package)s, set “%(set)s”", file=path, package=form.package_id,
                      set=form.set_name.value))  # fmt: skip
    for plan, section in zip(blueprint.sections, forms[0].sections, strict=True):
        print(
            gettext(
                "  %(title)s: %(items)s items, %(minutes)s minutes, at most %(marks)s marks",
                title=title(plan.title), items=section.item_count, minutes=_decimal(section.duration_s, 60),
                marks=_decimal(section.marking.max_marks, 100),
            )
        )  # fmt: skip
    print()
    print(balance_text(report))
    message = gettext("The file is secret until the paper is opened: keep it off shared drives.")
    print(message, file=sys.stderr)


def _decimal(value: int, unit: int) -> str:
    """A number of units with at most two decimals, rounded down, none when it is whole."""
    whole, rest = divmod(value, unit)
    decimals = f"{rest * 100 // unit:02d}".rstrip("0")
    return f"{whole}.{decimals}" if decimals else str(whole)


def _print_json(document: JSON) -> None:
    print(json.dumps(document, ensure_ascii=False, indent=2))
