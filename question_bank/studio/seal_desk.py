"""Sealing from the pages: what speaks against it, doing it, and what was made until its sheets are printed and destroyed."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from question_bank.custody_plan import CustodyPlan
from question_bank.errors import ExamRoomError
from question_bank.phrase import Phrase, phrase
from question_bank.sealed_keys import SigningKey
from question_bank.sealing import Sealed, SealPlan, seal_forms
from question_bank.sheets import not_before_text
from question_bank.studio.form_desk import FormDesk
from question_bank.studio.form_papers import KeptForm, keep_seal
from question_bank.studio.seal_custody import keep_plan
from question_bank.studio.times import when
from question_bank.vault.people import Person


@dataclass(frozen=True, slots=True)
class SheetFile:
    """One custodian's sheet on the disk; `kind` is `paper` or `marking`."""

    kind: str
    number: int
    body: str
    title: str
    path: Path


@dataclass(frozen=True, slots=True)
class Made:
    """What was sealed of one form: nothing secret. The shares are on the sheets alone."""

    name: str
    package_id: str
    set_name: str
    code: str
    path: Path
    fingerprint: str
    manifest_sha256: str
    not_before: str
    signer: str
    sheets: tuple[SheetFile, ...]


@dataclass(frozen=True, slots=True)
class SealOrder:
    """What the page asks for, read."""

    forms: tuple[KeptForm, ...]
    key: Path
    custody: CustodyPlan
    out: Path
    sheets: Path
    not_before_ms: int | None
    despite: bool


@dataclass(slots=True)
class SealDesk:
    """One for a studio; `made` is what was sealed last, `unsaved` why the bank does not have it on the disk yet.

    Whoever reads an order and seals holds `turn` meanwhile.
    """

    forms: FormDesk
    made: tuple[Made, ...] = ()
    unsaved: str = field(default="")
    turn: threading.Lock = field(default_factory=threading.Lock)

    def against(self, kept: KeptForm) -> list[Phrase]:
        """What a person should know before this form is sealed."""
        found: list[Phrase] = []
        if kept.seal is not None:
            found.append(phrase("it was sealed already at %(at)s: destroy that package and its sheets first, or two packages have the same number",
                                at=when(kept.seal.at_ms)))  # fmt: skip
        standing = self.forms.standing(kept)
        if standing.report is None:
            found.append(phrase("the blueprint that it was drawn by is not in the bank any more, so nothing is proven"))
        for proof in standing.report.proofs if standing.report else ():
            if not proof.holds:
                found.append(phrase("this does not hold: %(rule)s", rule=proof.statement))
        changed = ", ".join(one.item for one in standing.changed)
        if changed:
            found.append(phrase("items that changed since it was drawn: %(items)s", items=changed))
        return found

    def seal(self, order: SealOrder, now_ms: int, by: Person) -> list[Phrase | str]:
        """Seal all or none; gives why not, or nothing."""
        against = [one for kept in order.forms for one in self.against(kept)]
        if against and not order.despite:
            return [phrase("first say that you seal in spite of what speaks against it"), *against]
        desk = self.forms.desk
        if why := desk.keep():  # a bank that cannot be saved would not remember what was sealed
            return [why]
        try:
            plan = SealPlan(
                SigningKey.read(order.key), order.custody, order.out, order.sheets, now_ms, order.not_before_ms
            )
            done = seal_forms([one.form for one in order.forms], plan, desk.vault.shared.blob,
                              lambda sealed: self._record(order, sealed, by))  # fmt: skip
        except ExamRoomError as error:
            return [error.said, error.advice]
        self.made = tuple(_made(kept, one) for kept, one in zip(order.forms, done, strict=True))
        # What is sealed stays sealed: the bank holds it in memory, and the next save tries again.
        self.unsaved = desk.keep()
        return []

    def _record(self, order: SealOrder, done: Sequence[Sealed], by: Person) -> None:
        vault = self.forms.desk.vault
        with vault.store.doing():
            for kept, one in zip(order.forms, done, strict=True):
                package = one.bundle.package
                keep_seal(vault, kept.form, package.manifest_sha256, package.fingerprint, by)
            keep_plan(vault, order.custody, by)

    def sheet(self, number: int) -> bytes | None:
        """A sheet of what was sealed last, counted through; None when it is not there any more."""
        files = [one.path for made in self.made for one in made.sheets]
        try:
            return files[number].read_bytes() if 0 <= number < len(files) else None
        except OSError:  # destroyed, or the stick is out: the page says that it is not there
            return None

    def destroy(self) -> list[str]:
        """Delete the files of the sheets; gives those that are still there."""
        left = []
        for one in (sheet for made in self.made for sheet in made.sheets):
            try:
                one.path.unlink(missing_ok=True)
            except OSError as error:
                left.append(f"{one.path}: {error.strerror}")
        return left


def _made(kept: KeptForm, sealed: Sealed) -> Made:
    package = sealed.bundle.package
    sheets = tuple(
        SheetFile(given.kind.value, given.number, given.custodian.body, given.custodian.title, path)
        for given, path in zip(sealed.bundle.shares, sealed.sheets, strict=True)
    )
    manifest = package.manifest
    return Made(kept.name.text, manifest.package_id, manifest.set_name, kept.form.code, package.path, package.fingerprint,
                package.manifest_sha256, not_before_text(manifest), manifest.signer, sheets)  # fmt: skip
