"""How a command comes to a bank: its passphrase, its author, and one way to read a vault or a folder of YAML."""

from __future__ import annotations

import argparse
import getpass
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from question_bank.bank import Bank
from question_bank.errors import ExamRoomError
from question_bank.formats.folder import BankReading, read_bank
from question_bank.phrase import Phrase
from question_bank.problems import Fault, Problem, Severity
from question_bank.vault.errors import VaultError, VaultFault
from question_bank.vault.keys import SHORT_PASSPHRASE, is_short
from question_bank.vault.people import Person, person
from question_bank.vault.states import State
from question_bank.vault.vault import ALIVE, APPROVED, Vault
from question_bank.wording import gettext, render

MAX_PASSPHRASE_FILE = 4096  # bytes; a passphrase is a line


class AccessError(ExamRoomError):
    """What a command was given to open a bank with is no use."""


def now_ms() -> int:
    """This computer's clock."""
    return time.time_ns() // 1_000_000


def add_passphrase(parser: argparse.ArgumentParser) -> None:
    """The option that every command on a bank has."""
    parser.add_argument("--passphrase-file", type=Path, metavar="FILE",
                        help=gettext("the file whose first line is the bank's passphrase"))  # fmt: skip


def add_author(parser: argparse.ArgumentParser, *, required: bool) -> None:
    """Who does it, for the history."""
    more = "" if required else gettext(" (default: this computer's user)")
    parser.add_argument("--as", dest="author", type=author_of, required=required, metavar="NAME",
                        help=gettext("who does this, by name, for the bank's history") + more)  # fmt: skip


def add_drafts_too(parser: argparse.ArgumentParser) -> None:
    """The option of commands that draw items."""
    parser.add_argument("--drafts-too", action="store_true",
                        help=gettext("draw items that nobody has approved too, to try a blueprint; nothing is recorded"))  # fmt: skip


def author_of(text: str) -> Person:
    """A person's name. Raises ArgumentTypeError."""
    found = person(text)
    if isinstance(found, Phrase):
        raise argparse.ArgumentTypeError(render(found))
    return found


def author(arguments: argparse.Namespace) -> Person:
    """Who does it: the name given, else the user this computer knows."""
    given: Person | None = arguments.author
    if given is not None:
        return given
    try:
        found = person(getpass.getuser())
    except (OSError, KeyError, ImportError):  # no such user in the system's list, or no such list
        found = Person("examroom-bank")
    return Person("examroom-bank") if isinstance(found, Phrase) else found


def read_passphrase(path: Path) -> str:
    """The first line of a passphrase file. Raises AccessError."""
    try:
        with path.open("rb") as file:
            line = file.read(MAX_PASSPHRASE_FILE).decode("utf-8-sig").partition("\n")[0].removesuffix("\r")
    except UnicodeDecodeError as error:
        raise AccessError(gettext("the passphrase file %(file)s is not UTF-8 text", file=path)) from error
    except OSError as error:
        raise AccessError(gettext("%(file)s cannot be read: %(reason)s", file=path, reason=error.strerror),
                          hint=gettext("Check the path and the file's permissions.")) from error  # fmt: skip
    if not line.strip():
        raise AccessError(gettext("the passphrase file %(file)s has no passphrase in its first line", file=path),
                          hint=gettext("Write the passphrase into the first line."))  # fmt: skip
    return line


def new_passphrase(path: Path | None) -> str | None:
    """A passphrase for a bank that is to be protected; a short one is warned about on standard error."""
    found = read_passphrase(path) if path else None
    if found is not None and is_short(found):
        warning = gettext("warning: the passphrase is shorter than %(least)s characters; whoever copies the bank can"
                          " try as long as they like", least=SHORT_PASSPHRASE)  # fmt: skip
        print(warning, file=sys.stderr)
    return found


def opened(path: Path, arguments: argparse.Namespace, *, write: bool) -> Vault:
    """The vault at a path; says on standard error when nothing protects it. Raises VaultError, AccessError."""
    given: Path | None = arguments.passphrase_file
    passphrase = read_passphrase(given) if given else None
    try:
        vault = Vault.open(path, passphrase, now_ms, write=write)
    except VaultError as error:
        if error.fault is not VaultFault.NEEDS_PASSPHRASE or not sys.stdin.isatty():
            raise
        asked = getpass.getpass(gettext("Passphrase of the bank: "))
        return Vault.open(path, asked, now_ms, write=write)
    say_protection(vault)
    return vault


def say_protection(vault: Vault) -> None:
    """A plain bank says so, every time."""
    if not vault.protected:
        note = gettext("note: no passphrase protects this bank; whoever can read the file can read the keys")
        print(note, file=sys.stderr)


def say_folder() -> None:
    """So does a folder."""
    print(gettext("note: the bank is a plain folder; whoever can read it can read the keys"), file=sys.stderr)


def refuse_passphrase(path: Path, arguments: argparse.Namespace) -> None:
    """A folder has no passphrase. Raises AccessError when one was given for it."""
    if arguments.passphrase_file:
        raise AccessError(gettext("a passphrase was given, but %(folder)s is a plain folder", folder=path),
                          hint=gettext("Make a protected bank with “examroom-bank new”, and take the folder into it with “write”."))  # fmt: skip


def read_either(path: Path, arguments: argparse.Namespace, states: frozenset[State] = ALIVE) -> BankReading:
    """A bank to look at, from a vault or from a folder, with all that is wrong in it."""
    if path.is_dir():
        refuse_passphrase(path, arguments)
        say_folder()
        return read_bank(path)
    if not path.exists():
        return read_bank(path)  # which says what is missing
    with opened(path, arguments, write=False) as vault:
        return reading(vault, states)


def reading(vault: Vault, states: frozenset[State] = APPROVED) -> BankReading:
    """The sound items of a vault in these states, and everything wrong with the others, with the item for a place."""
    problems = [*_faults(vault, states), *_open_reasons(vault, states), *_doubles(vault, states)]
    return BankReading(vault.sound(states), (str(vault.path),), tuple(problems))


def to_draw(vault: Vault, arguments: argparse.Namespace) -> BankReading:
    """What a form may be drawn from: the approved items; with --drafts-too every sound one, which is said."""
    if not arguments.drafts_too:
        return reading(vault, APPROVED)
    print(
        gettext("note: items that nobody has approved are drawn too; such a form is for trying only"), file=sys.stderr
    )
    return replace(reading(vault, ALIVE), problems=())  # a draft with errors is not drawn, and no reason to refuse


def _faults(vault: Vault, states: frozenset[State]) -> Iterator[Problem]:
    around = vault.items.around()
    for name, item in vault.items.all(states).items():
        for fault in vault.items.faults_of(item, around):
            yield _problem(vault, name, fault)
    for entry in vault.items.entries():
        if entry.state in states and vault.items.item(entry.id) is None:
            yield _problem(vault, entry.id, vault.items.faults(entry.id)[0])


def _open_reasons(vault: Vault, states: frozenset[State]) -> Iterator[Problem]:
    for entry in vault.items.entries():
        held = vault.items.get(entry.id) if entry.open_reasons and entry.state in states else None
        for reason in held.reasons if held else ():
            if reason.settled_by is None:
                message = f"{reason.where}: {render(reason.message)}"
                yield Problem(f"{vault.path}#{entry.id}", 0, 0, reason.code, message, "", is_warning=True)


def _doubles(vault: Vault, states: frozenset[State]) -> Iterator[Problem]:
    shown = {entry.id for entry in vault.items.entries() if entry.state in states}
    for couple in vault.duplicates():
        if {couple.first, couple.second} <= shown:
            message = gettext(
                "says nearly the same as item %(id)s (%(percent)s %%)", id=couple.first, percent=couple.percent
            )
            yield Problem(f"{vault.path}#{couple.second}", 0, 0, "near_duplicate", message, "", is_warning=True)


def _problem(vault: Vault, name: str, fault: Fault) -> Problem:
    field = ".".join(str(part) for part in fault.path)
    hint = render(fault.hint) if fault.hint else ""
    message = f"{field}: {render(fault.message)}"
    return Problem(f"{vault.path}#{name}", 0, 0, fault.code, message, hint, fault.severity is Severity.WARNING)


def whole_bank(path: Path, arguments: argparse.Namespace) -> tuple[Bank, dict[str, bytes]]:
    """Everything of a vault that is not withdrawn, drafts too, with its files: what an export writes."""
    with opened(path, arguments, write=False) as vault:
        return vault.bank(ALIVE), vault.shared.media_data()
