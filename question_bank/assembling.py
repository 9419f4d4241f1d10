"""What the command and the studio share about assembling from a vault: its blueprints, its exposure, the proof of what was drawn."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from question_bank.assembly.balance import Balance, balance
from question_bank.assembly.usable import Circumstances, Use
from question_bank.bank import Bank
from question_bank.blueprint import Blueprint
from question_bank.canonical import encode
from question_bank.errors import ExamRoomError
from question_bank.form import Form
from question_bank.formats.blueprint import BlueprintReading, read_blueprint
from question_bank.ids import BankItemId
from question_bank.phrase import phrase
from question_bank.vault.states import State
from question_bank.vault.vault import Vault

BLUEPRINTS = "blueprint"  # the family of papers: a blueprint's content is its authoring document as JSON
DRAWN = frozenset({State.APPROVED})  # the states whose items may be drawn
PATIENCE_S = (
    30.0  # what a person waits before “undecided”; all but very dense exclusions are decided in a tenth of a second
)


def late_from_now() -> Callable[[], bool]:
    """Says whether a search that begins now has taken `PATIENCE_S`."""
    end = time.monotonic() + PATIENCE_S
    return lambda: time.monotonic() >= end


class UnprovenError(ExamRoomError):
    """Forms were drawn that are not what the blueprint asks for: a defect of this program, so nothing is written."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What forms may be drawn from at one moment: the approved items without errors, and when which item was used."""

    bank: Bank
    exposure: Mapping[BankItemId, tuple[Use, ...]]

    def circumstances(self, now_ms: int) -> Circumstances:
        """As drawing takes them."""
        return Circumstances(exposure=self.exposure, now_ms=now_ms)


def ground(vault: Vault) -> Ground:
    """The vault's, of one moment; nothing of it changes when the vault does."""
    with vault.store.lock:
        return Ground(vault.sound(DRAWN), exposure(vault))


def exposure(vault: Vault) -> dict[BankItemId, tuple[Use, ...]]:
    """Every use that the vault counts, by item."""
    return {
        item: tuple(Use(use.at_ms, use.contest, use.round) for use in uses) for item, uses in vault.uses.all().items()
    }


def kept_blueprint(vault: Vault, name: str) -> BlueprintReading | None:
    """A blueprint that is kept in the vault, read as from a file; None when there is none of this name."""
    found = vault.papers.get(f"{BLUEPRINTS}:{name}")
    return read_blueprint(encode(found.content), name) if found is not None else None


def proven(bank: Bank, blueprint: Blueprint, forms: Sequence[Form], circumstances: Circumstances) -> Balance:
    """The balance report of what was drawn. Raises UnprovenError when a proof in it does not hold."""
    report = balance(bank, blueprint, forms, circumstances)
    if not report.holds:
        wrong = ", ".join(proof.code for proof in report.proofs if not proof.holds)
        raise UnprovenError(phrase("the forms drawn are not what the blueprint asks for: %(rules)s", rules=wrong),
                            hint=phrase("This is a defect of the program; nothing was written. Report it."))  # fmt: skip
    return report
