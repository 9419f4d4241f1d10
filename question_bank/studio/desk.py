"""The open bank behind the pages: unlocked once, held for writing, saved after every act."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Callable
from pathlib import Path

from question_bank.studio.blueprint_reckoning import Reckoner
from question_bank.studio.foresight import Foresight
from question_bank.studio.pending import Pending
from question_bank.studio.words import why_not
from question_bank.vault.errors import VaultError, VaultFault
from question_bank.vault.keys import normal
from question_bank.vault.people import Person, same_person
from question_bank.vault.vault import Vault

_COST = 2**14  # scrypt in 16 MiB: a sign-in takes a twentieth of a second; the file's own scrypt guards the file


class Desk:
    """The bank of one studio. `passphrase` is None where it is asked for at the sign-in, or the bank is plain.

    `path` is None where the first page asks which bank it is, or makes one (`choosing`).
    Raises VaultError when the file is no bank, another program holds it, or the passphrase given is wrong.
    """

    def __init__(self, path: Path | None, passphrase: str | None, now: Callable[[], int]) -> None:
        self.path: Path | None = None
        self.choosing = path is None
        self._now = now
        self._lock = threading.Lock()
        self._vault: Vault | None = None
        self._salt = secrets.token_bytes(16)
        self._proof = b""
        self.pending = Pending()
        self.reckoner = Reckoner()
        self._foresight: Foresight | None = None
        self.asks = False  # whether every sign-in needs the passphrase: nobody gave it when the studio was started
        if path is not None and (refused := self.choose(path, passphrase)) is not None:
            raise refused

    def choose(self, path: Path, passphrase: str | None = None) -> VaultError | None:
        """Work on this bank, unless one is open already; gives why not. One that asks for its passphrase opens at the sign-in."""
        with self._lock:
            if self._vault is not None:
                return None
            try:
                self._take(Vault.open(path, passphrase, self._now), passphrase)
                self.asks = False
            except VaultError as error:
                if error.fault is not VaultFault.NEEDS_PASSPHRASE:
                    return error
                self.asks = True
            self.path = path
            return None

    def make(self, path: Path, passphrase: str, by: Person) -> VaultError | None:
        """Make a protected bank where no file is, and work on it, unless one is open already; gives why not."""
        with self._lock:
            if self._vault is not None:
                return None
            try:
                self._take(Vault.create(path, passphrase, self._now, by), passphrase)
            except VaultError as error:
                return error
            self.path, self.asks = path, True
            return None

    def _take(self, vault: Vault, passphrase: str | None) -> None:
        self._vault = vault
        if passphrase is not None:
            self._proof = self._digest(passphrase)
        self._foresight = Foresight(vault)

    @property
    def vault(self) -> Vault:
        """The bank; only after it was unlocked, which every sign-in makes sure of."""
        assert self._vault is not None
        return self._vault

    @property
    def unlocked(self) -> bool:
        """Whether the bank is open."""
        return self._vault is not None

    @property
    def guarded(self) -> bool:
        """Whether a passphrase protects the bank."""
        return self.asks or bool(self._proof)

    def unlock(self, passphrase: str) -> VaultError | None:
        """Open the bank, or, once it is open, say whether this is its passphrase (a plain bank has none)."""
        with self._lock:
            if self._vault is not None:
                right = not self._proof or secrets.compare_digest(self._digest(passphrase), self._proof)
                return None if right else VaultError(VaultFault.WRONG_PASSPHRASE, self._vault.path)
            assert self.path is not None  # the sign-in leads to the first page where no bank is chosen
            try:
                self._take(Vault.open(self.path, passphrase, self._now), passphrase)
            except VaultError as error:
                return error
            return None

    def people(self) -> tuple[Person, ...]:
        """Who has worked on the bank, the latest first; nobody while it is locked."""
        return self._vault.people() if self._vault is not None else ()

    def known(self, person: Person) -> Person:
        """This person as they wrote their name before: what they were typing is kept under that."""
        typing = (one.by for one in self._vault.roughs.all()) if self._vault is not None else ()
        return next((one for one in (*self.people(), *typing) if same_person(one, person)), person)

    def keep(self) -> str:
        """Have everything on the disk; gives why it is not, in the reader's language, or nothing."""
        try:
            self.vault.save()
        except VaultError as error:
            return why_not(error)
        return ""

    def close(self) -> None:
        """Forget the bank. What was said to be saved is on the disk."""
        self.reckoner.close()
        with self._lock:
            if self._foresight is not None:
                self._foresight.close()
            if self._vault is not None:
                self._vault.close()
                self._vault = None

    def _digest(self, passphrase: str) -> bytes:
        return hashlib.scrypt(normal(passphrase).encode(), salt=self._salt, n=_COST, r=8, p=1)
