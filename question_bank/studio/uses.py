"""Where files and stimuli are used, and which signatures a change of them takes back. Reads the bank only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from question_bank.content import media_names
from question_bank.ids import StimulusId
from question_bank.vault.entries import Entry, Wanted
from question_bank.vault.states import State
from question_bank.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class Used:
    """The items and stimuli that name a file."""

    items: tuple[Entry, ...] = ()
    stimuli: tuple[StimulusId, ...] = ()


@dataclass(frozen=True, slots=True)
class TakenBack:
    """Items that go back to draft when something they are made of changes."""

    approved: tuple[Entry, ...]
    reviewed: tuple[Entry, ...]


def file_uses(vault: Vault) -> dict[str, Used]:
    """For each file that something names, by what. Withdrawn items count: they can be restored."""
    items: dict[str, list[Entry]] = {}
    stimuli: dict[str, list[StimulusId]] = {}
    contents = vault.items.all()
    for entry in vault.items.entries():
        item = contents.get(entry.id)
        for name in _named(text for _, text in item.texts()) if item else ():
            items.setdefault(name, []).append(entry)
    for identity, stimulus in vault.shared.stimuli().items():
        for name in _named([stimulus.text]):
            stimuli.setdefault(name, []).append(identity)
    return {name: Used(tuple(items.get(name, ())), tuple(stimuli.get(name, ()))) for name in {*items, *stimuli}}


def sharing(vault: Vault, identity: str) -> tuple[Entry, ...]:
    """The items that share a stimulus."""
    return vault.items.entries(Wanted(stimulus=identity)) if identity else ()


def taken_back(vault: Vault, used: Used) -> TakenBack:
    """Whose signatures another file in this one's place takes back."""
    shared = [entry for identity in used.stimuli for entry in sharing(vault, identity)]
    return signed_of([*used.items, *shared])


def signed_of(entries: Iterable[Entry]) -> TakenBack:
    """Those of these items that carry signatures, each once."""
    each = {entry.id: entry for entry in entries}.values()
    approved, reviewed = (
        tuple(entry for entry in each if entry.state is state) for state in (State.APPROVED, State.REVIEWED)
    )
    return TakenBack(approved, reviewed)


def _named(texts: Iterable[str]) -> set[str]:
    return {name for text in texts if "{{" in text for name in media_names(text)}
