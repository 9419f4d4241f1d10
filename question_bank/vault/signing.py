"""The commands that change a vault: new, write, passwd, settle, undo and redo, and those that sign items."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from question_bank.canonical import JSON
from question_bank.exchange_folder import FolderBank
from question_bank.formats.authoring import read_items
from question_bank.formats.folder import MEDIA_FOLDER
from question_bank.formats.nodes import MAX_BYTES
from question_bank.ids import BankItemId
from question_bank.items.model import Item
from question_bank.problems import Problem
from question_bank.vault.access import AccessError, author, new_passphrase, now_ms, opened, say_protection
from question_bank.vault.entries import Wanted, Written
from question_bank.vault.people import Person
from question_bank.vault.states import Act, Refused, State
from question_bank.vault.vault import Vault
from question_bank.wording import gettext, ngettext, render

OK = 0
NO = 3
_TURN = {Act.REVIEW: State.DRAFT, Act.APPROVE: State.REVIEWED}


@dataclass(slots=True)
class Outcome:
    """What became of each item a command was about."""

    done: list[str]
    refused: list[tuple[str, Refused]]

    @classmethod
    def empty(cls) -> Outcome:
        """Nothing yet."""
        return cls([], [])

    def add(self, name: str, found: object) -> None:
        """What a method of the vault gave for an item."""
        if isinstance(found, Refused):
            self.refused.append((name, found))
        else:
            self.done.append(name)

    def say(self, arguments: argparse.Namespace, problems: Iterable[Problem] = ()) -> int:
        """Print it. Exit status 0, 3 when something was refused."""
        listed = [*problems]
        if arguments.json:
            refused: list[JSON] = [{"item": name, "code": no.reason.value, "message": render(no.message)}
                                   for name, no in self.refused]  # fmt: skip
            said: JSON = {"done": [*self.done], "refused": refused, "problems": [one.document() for one in listed]}
            print(json.dumps(said, ensure_ascii=False, indent=2))
        else:
            for problem in listed:
                print(problem)
            for name, no in self.refused:
                print(f"{name}: {render(no.message)}", file=sys.stderr)
            print(ngettext("%(n)s item done", "%(n)s items done", len(self.done)))
        return NO if self.refused or any(not one.is_warning for one in listed) else OK


def run_new(arguments: argparse.Namespace) -> int:
    """Make a bank; never over a file that is there."""
    passphrase = new_passphrase(arguments.passphrase_file)
    with Vault.create(arguments.bank, passphrase, now_ms, author(arguments)) as vault:
        say_protection(vault)
        said: JSON = {"bank": str(vault.path), "protected": vault.protected}
    print(json.dumps(said, ensure_ascii=False) if arguments.json else str(arguments.bank))
    return OK


def run_passwd(arguments: argparse.Namespace) -> int:
    """Another passphrase, or none; the old one opens nothing that is saved from now on."""
    passphrase = new_passphrase(arguments.new_passphrase_file)
    with opened(arguments.bank, arguments, write=True) as vault:
        vault.protect(passphrase, author(arguments))
        say_protection(vault)
        said: JSON = {"bank": str(vault.path), "protected": vault.protected}
    text = gettext("Done. Older copies of the file still open with the older passphrase: destroy them.")
    print(json.dumps(said, ensure_ascii=False) if arguments.json else text)
    return OK


def run_write(arguments: argparse.Namespace) -> int:
    """Write YAML's items under their own ids: new ones are added, known ones get a revision."""
    by: Person = arguments.author
    found = _folder(arguments.source) if arguments.source.is_dir() else _file(arguments.source)
    outcome = Outcome.empty()
    with opened(arguments.bank, arguments, write=True) as vault:
        with vault.store.doing():
            for name, data in found.media.items():
                if isinstance(no := vault.shared.add_medium(name, data, by, arguments.why), Refused):
                    outcome.add(name, no)
            for code, titles in found.bank.topics.items():
                vault.shared.name_topic(code, titles, by, arguments.why)
            for stimulus in found.bank.stimuli.values():
                vault.shared.write_stimulus(stimulus, by, arguments.why)
            for item in found.bank.items.values():
                written = vault.items.write(item, by, arguments.why)
                if not isinstance(written, Written) or written.changed:
                    outcome.add(item.id, written)
        vault.save()
    return outcome.say(arguments, found.problems)


def run_settle(arguments: argparse.Namespace) -> int:
    """Deal with reasons to review, all that are open unless some are named."""
    name, outcome = BankItemId(arguments.item), Outcome.empty()
    with opened(arguments.bank, arguments, write=True) as vault:
        held = vault.items.get(name)
        every = [one.number for one in held.reasons if one.settled_by is None] if held else []
        for number in arguments.reason or every or [0]:
            outcome.add(name, vault.items.settle(name, number, arguments.author, arguments.how))
        vault.save()
    return outcome.say(arguments)


def run_act(arguments: argparse.Namespace) -> int:
    """Sign items one by one; what is refused does not keep the others back."""
    act: Act = arguments.act
    outcome = Outcome.empty()
    with opened(arguments.bank, arguments, write=True) as vault:
        names = [BankItemId(name) for name in arguments.item]
        if arguments.all:
            names = [entry.id for entry in vault.items.entries(Wanted(states=frozenset({_TURN[act]})))]
        elif not names:
            raise AccessError(gettext("no item is named"), hint=gettext("Name items by their ids."))
        for name in names:
            outcome.add(name, vault.items.act(name, act, arguments.author, arguments.why))
        vault.save()
    return outcome.say(arguments)


def run_step(arguments: argparse.Namespace) -> int:
    """Undo or redo an item's last edit."""
    name, outcome = BankItemId(arguments.item), Outcome.empty()
    with opened(arguments.bank, arguments, write=True) as vault:
        step = vault.items.undo if arguments.step == "undo" else vault.items.redo
        outcome.add(name, step(name, arguments.author))
        vault.save()
    return outcome.say(arguments)


@dataclass(frozen=True, slots=True)
class _Found:
    """YAML that was read: what is whole enough to be a draft, its files, and all that is wrong."""

    bank: FolderBank
    media: dict[str, bytes]
    problems: tuple[Problem, ...]


def _folder(folder: Path) -> _Found:
    bank = FolderBank.read(folder)
    problems = [one for path in sorted(folder.rglob("*.yaml")) if MEDIA_FOLDER not in path.parts
                for one in read_items(_bytes(path), str(path)).problems]  # fmt: skip
    return _Found(bank, bank.media(), tuple(problems))


def _file(path: Path) -> _Found:
    file = read_items(_bytes(path), str(path))
    items: dict[BankItemId, Item] = {one.id: found for one in file.items if (found := one.item or one.draft)}
    stimuli = {one.id: one.stimulus for one in file.stimuli if one.stimulus}
    topics = {file.topic: file.title} if file.topic and file.title.vi else {}
    bank = FolderBank(path.parent, items, frozenset(items), stimuli, topics)
    return _Found(bank, {}, file.problems)


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise AccessError(gettext("%(file)s cannot be read: %(reason)s", file=path, reason=error.strerror),
                          hint=gettext("Check the path and the file's permissions.")) from error  # fmt: skip
