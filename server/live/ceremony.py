"""The opening ceremony's own vocabulary: what can go wrong, what its page shows, and the shares while they are held."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from question_bank import custody
from question_bank.custody import CustodyFault, SecretKind, Share
from question_bank.sealed_faults import SealFault
from question_bank.sealed_manifest import Manifest, SecretCustody
from server.domain.reasons import Reason

SHARES_KEPT_MS = 10 * 60_000  # from the first share on: long enough for three people and a telephone call


class CeremonyFault(StrEnum):
    """What stops a ceremony beside a bad share (`CustodyFault`), package (`SealFault`) or state (`Reason`)."""

    NO_SITTING = "no_sitting"
    PACKAGE_MISSING = "package_missing"
    NOT_ALLOWED = "not_allowed"
    TWO_OFFICERS = "two_officers"
    PAPER_FIRST = "paper_first"
    CLOSE_FIRST = "close_first"
    ALREADY_OPEN = "already_open"
    NOT_STORED = "not_stored"


Fault: TypeAlias = CeremonyFault | CustodyFault | SealFault | Reason


@dataclass(frozen=True, slots=True)
class CeremonyRefused:
    """A step that did not happen; the room is as it was. `evidence` is for the technician and never holds a word."""

    fault: Fault
    evidence: str = ""

    @property
    def code(self) -> str:
        """The fault's own name, as in files, logs and tests."""
        return self.fault.value


@dataclass(frozen=True, slots=True)
class ShareTaken:
    """A share was right: whose it is, and how many are still needed."""

    number: int  # as printed on the sheet, from 1
    body: str
    held: int
    needed: int


@dataclass(frozen=True, slots=True)
class CustodianStatus:
    """One custodian's line on the page; `number` is the sheet's, from 1."""

    number: int
    body: str
    given: bool


@dataclass(frozen=True, slots=True)
class SecretStatus:
    """How far one secret is: `opened`, or which shares are held until `wiped_at_ms` (None while none is)."""

    opened: bool
    threshold: int
    custodians: tuple[CustodianStatus, ...]
    held: int
    bodies_held: tuple[str, ...]
    ready: bool
    wiped_at_ms: int | None


@dataclass(frozen=True, slots=True)
class PackageStatus:
    """One of the two sets as it lies in the room; `manifest_sha256` None: not imported. `fault`: it cannot be opened."""

    set_name: str
    package_id: str
    manifest_sha256: str | None
    file_sha256: str | None
    not_before_ms: int | None
    chosen: bool
    fault: str | None


@dataclass(frozen=True, slots=True)
class CeremonyStatus:
    """Everything the ceremony's page shows. `next_steps` names what is allowed now, in the order people do it."""

    sitting_id: str
    rule: str
    chosen: str | None
    how_chosen: str | None
    draw_seed: str | None
    packages: tuple[PackageStatus, ...]
    paper: SecretStatus | None
    marking: SecretStatus | None
    too_early_ms: int
    now_ms: int
    next_steps: tuple[str, ...]


@dataclass(slots=True)
class ShareBox:
    """The shares of one secret of one package, in memory for ten minutes at most, and nowhere else.

    Python cannot overwrite a string; wiping drops the last reference, and no share is ever logged or journalled.
    """

    manifest: Manifest
    kind: SecretKind
    now_ms: Callable[[], int]
    _shares: dict[int, Share] = field(default_factory=dict, repr=False)
    _first_at_ms: int | None = None

    @property
    def custody(self) -> SecretCustody:
        """The manifest's words on this secret."""
        both = self.manifest.custody
        return both.paper if self.kind is SecretKind.PAPER else both.marking

    def add(self, text: str) -> ShareTaken | CustodyFault:
        """Take a share as typed, pasted or scanned; checked at once and alone."""
        self.sweep()
        share = custody.parse_share(text)
        if isinstance(share, CustodyFault):
            return share
        fault = custody.misplaced(share, self.manifest, self.kind)
        if fault is not None:
            return fault
        known = self._shares.get(share.index)
        if known is not None:
            return CustodyFault.DUPLICATE_SHARE if known.words == share.words else CustodyFault.MIXED
        if self._first_at_ms is None:
            self._first_at_ms = self.now_ms()
        self._shares[share.index] = share
        return ShareTaken(share.index + 1, self.custody.bodies[share.index], len(self._shares), self.custody.threshold)

    def shares(self) -> tuple[Share, ...]:
        """The shares held now."""
        self.sweep()
        return tuple(self._shares.values())

    def sweep(self) -> None:
        """Wipe shares that have been here too long; called every second."""
        if self._first_at_ms is not None and self.now_ms() - self._first_at_ms >= SHARES_KEPT_MS:
            self.wipe()

    def wipe(self) -> None:
        """Forget every share."""
        self._shares.clear()
        self._first_at_ms = None

    def status(self, *, opened: bool) -> SecretStatus:
        """This secret's part of the page."""
        self.sweep()
        rules = self.custody
        given = tuple(
            CustodianStatus(index + 1, body, index in self._shares) for index, body in enumerate(rules.bodies)
        )
        bodies = tuple(sorted({one.body for one in given if one.given}))
        return SecretStatus(
            opened=opened,
            threshold=rules.threshold,
            custodians=given,
            held=len(self._shares),
            bodies_held=bodies,
            ready=not opened and len(self._shares) >= rules.threshold and len(bodies) >= custody.BODIES,
            wiped_at_ms=None if self._first_at_ms is None else self._first_at_ms + SHARES_KEPT_MS,
        )
