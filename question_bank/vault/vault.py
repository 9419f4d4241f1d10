"""An open vault: the bank in memory, and the one way to its file.

    with Vault.open(path, passphrase, now_ms) as vault:
        vault.items.write(item, by=person, why="…")
        vault.save()                                  # on the disk when it returns

Any thread may call, one at a time. What is refused is a value; what the file or disk refuses is a VaultError.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlite_utils import Database

from question_bank.bank import Bank
from question_bank.bilingual import Bilingual
from question_bank.ids import BankItemId, TopicCode
from question_bank.items.model import Item
from question_bank.phrase import phrase
from question_bank.problems import Severity
from question_bank.vault.arrivals import Arrivals
from question_bank.vault.container import Packed, is_packed, pack, unpack
from question_bank.vault.database import is_database, new_database, open_database, to_bytes
from question_bank.vault.errors import VaultError, VaultFault
from question_bank.vault.items import Items
from question_bank.vault.keys import Key
from question_bank.vault.likeness import ALIKE, Alike, Index, alike, prints
from question_bank.vault.papers import Papers, Roughs
from question_bank.vault.people import Person
from question_bank.vault.place import Place
from question_bank.vault.states import State
from question_bank.vault.store import Change, Kind, Store
from question_bank.vault.uses import Uses

APPROVED = frozenset({State.APPROVED})
ALIVE = frozenset({State.DRAFT, State.REVIEWED, State.APPROVED})


class Vault:
    """A bank's file, open. `items`, `shared`, `arrivals`, `uses`, `papers` and `roughs` are its parts."""

    def __init__(self, place: Place, key: Key | None, db: Database, now: Callable[[], int]) -> None:
        self._place = place
        self._key = key
        self._index = Index()
        self._indexed: dict[BankItemId, int] = {}  # the revision of each item that is in the index
        self._indexed_at: tuple[int, ...] = ()
        self.store = Store(db, now)
        self.items = Items(self.store)
        self.shared = self.items.shared
        self.arrivals = Arrivals(self.store, self.items)
        self.uses = Uses(self.store)
        self.papers = Papers(self.store)
        self.roughs = Roughs(self.store)

    # --- the file ----------------------------------------------------------------------------------------------------

    @classmethod
    def create(cls, path: Path, passphrase: str | None, now: Callable[[], int], by: Person) -> Self:
        """A new bank, on the disk and held for writing; without a passphrase a plain file. Raises VaultError."""
        return cls.create_with(path, Key.new(passphrase) if passphrase is not None else None, now, by)

    @classmethod
    def create_with(cls, path: Path, key: Key | None, now: Callable[[], int], by: Person) -> Self:
        """`create` with a key that is made already."""
        place = Place(path)
        place.hold()
        try:
            if place.path.exists():
                raise VaultError(VaultFault.THERE_ALREADY, path)
            vault = cls(place, key, new_database(), now)
        except VaultError:
            place.release()
            raise
        try:
            with vault.store.doing():
                vault.store.change(by, "made", Kind.BANK, "", "", {"protected": key is not None})
            vault.save()
        except VaultError:
            vault.close()
            raise
        return vault

    @classmethod
    def open(cls, path: Path, passphrase: str | None, now: Callable[[], int], *, write: bool = True) -> Self:
        """A bank as it was last saved, held for writing or only to be looked at. Raises VaultError."""

        def unlock(wrapped: bytes) -> Key:
            if passphrase is None:
                raise VaultError(VaultFault.NEEDS_PASSPHRASE, path)
            return Key.unlock(wrapped, passphrase, path)

        vault = cls.open_with(path, unlock, now, write=write)
        if passphrase is not None and not vault.protected:
            vault.close()
            raise VaultError(VaultFault.NOT_PROTECTED, path)
        return vault

    @classmethod
    def open_with(
        cls, path: Path, unlock: Callable[[bytes], Key], now: Callable[[], int], *, write: bool = True
    ) -> Self:
        """`open`, with what gives the key for the wrapped one."""
        place = Place(path)
        if not place.path.exists():
            raise VaultError(VaultFault.NOT_THERE, path)
        if write:
            place.hold()
        try:
            data = place.read()
            key, plain = _unpacked(data, path, unlock)
            opened = open_database(plain, path, sound=key is not None)
        except VaultError:
            place.release()
            raise
        vault = cls(place, key, opened.db, now)
        if opened.upgraded_from is not None:
            vault.items.index_anew()
        if opened.upgraded_from is not None and write:
            try:
                place.keep_copy(f"before-upgrade-{opened.upgraded_from}", data)
            except VaultError:
                vault.close()
                raise
            vault.store.unsaved = True
        return vault

    def save(self) -> None:
        """Have everything on the disk. Raises VaultError; then the file is as it was, and saving may be tried again."""
        with self.store.lock:
            if not self.store.unsaved:
                return
            if not self._place.held:
                raise VaultError(VaultFault.NOT_WRITTEN, self.path, phrase("it was opened only to be looked at"))
            data = to_bytes(self.store.db)
            self._place.write(pack(Packed(self._key.wrapped, self._key.encrypt(data))) if self._key else data)
            self.store.unsaved = False

    def protect(self, passphrase: str | None, by: Person) -> None:
        """Give the bank another passphrase, and with it another identity; None makes it a plain file. Saves."""
        key = Key.new(passphrase) if passphrase is not None else None
        with self.store.lock:
            before, unsaved, history = self._key, self.store.unsaved, to_bytes(self.store.db)
            with self.store.doing():
                self.store.change(by, "passphrase_changed", Kind.BANK, "", "", {"protected": key is not None})
            self._key = key
            try:
                self.save()
            except VaultError:  # it is not so, and its history may not say that it was
                self._key, self.store.unsaved = before, unsaved
                self.store.db.conn.deserialize(history)
                raise

    def close(self) -> None:
        """Forget everything and let others write. What is not saved is gone."""
        with self.store.lock:
            self.store.db.close()
            self._place.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return self._place.path

    @property
    def protected(self) -> bool:
        """Whether a passphrase protects it."""
        return self._key is not None

    @property
    def unsaved(self) -> bool:
        """Whether there is something that `save` would write."""
        return self.store.unsaved

    # --- the bank as a whole -----------------------------------------------------------------------------------------

    def bank(self, states: frozenset[State] = APPROVED) -> Bank:
        """The items in these states as assembling and exporting take them, whole or not: `sound` leaves out the broken."""
        return self._bank(self.items.all(states))

    def sound(self, states: frozenset[State] = APPROVED) -> Bank:
        """The same without items that have errors."""
        with self.store.lock:
            items, around = self.items.all(states), self.items.around()
            whole = {name: one for name, one in items.items()
                     if all(fault.severity is Severity.WARNING for fault in self.items.faults_of(one, around))}  # fmt: skip
            return self._bank(whole)

    def history(self, most: int = 1000) -> list[Change]:
        """What was done last, newest first."""
        return self.store.history(most=most)

    def item_history(self, name: BankItemId, most: int = 1000) -> list[Change]:
        """What was done to one item, newest first."""
        return self.store.history(Kind.ITEM, name, most)

    def people(self) -> tuple[Person, ...]:
        """Everybody who has done something to this bank, the latest first."""
        rows = self.store.rows("SELECT person FROM change GROUP BY person ORDER BY max(change) DESC")
        return tuple(Person(str(row[0])) for row in rows)

    def duplicates(self, threshold: int = ALIKE) -> list[Alike]:
        """All couples of items that are not withdrawn and say nearly the same, the most alike first."""
        with self.store.lock:
            known, alive = self._all_indexed().prints(), self.items.revisions(ALIVE)
            return alike({name: known[name] for name in alive if name in known}, threshold)

    def like(self, item: Item, threshold: int = ALIKE) -> list[tuple[BankItemId, int]]:
        """The other items that say nearly what this one says, which need not be written, with percent."""
        return [one for one in self.near(item, threshold, ALIVE) if one[0] != item.id]

    def near(self, item: Item, threshold: int, states: frozenset[State]) -> list[tuple[BankItemId, int]]:
        """The items in these states that say nearly what this one says; itself too, where it is in the bank."""
        found = prints(item)
        with self.store.lock:
            near = self._all_indexed().nearest(found, threshold)
            return [one for one in near if self.items.state(one[0]) in states]

    def _bank(self, items: dict[BankItemId, Item]) -> Bank:
        shared = self.shared
        topics: dict[TopicCode, Bilingual] = shared.topics()
        return Bank.of(topics, items.values(), shared.stimuli().values(), shared.media())

    def index_more(self, most: int | None = None) -> bool:
        """Work out the words of at most so many items (None: of all) that `near` would have to; whether more are left."""
        with self.store.lock:
            [(last,)] = self.store.rows("SELECT max(change) FROM change")
            now = (int(last or 0), *self.store.version(Kind.ITEM))
            if now == self._indexed_at:
                return False
            stale = [
                (name, number) for name, number in self.items.revisions().items() if self._indexed.get(name) != number
            ]
            taken = stale[:most]
            for name, revision in taken:
                if (item := self.items.item(name)) is not None:
                    self._index.put(name, prints(item))
                self._indexed[name] = revision
            if len(taken) == len(stale):
                self._indexed_at = now
            return len(taken) < len(stale)

    def _all_indexed(self) -> Index:
        """All items by their words, each worked out once for a revision."""
        self.index_more()
        return self._index


def _unpacked(data: bytes, path: Path, unlock: Callable[[bytes], Key]) -> tuple[Key | None, bytes]:
    """The key of a protected vault, and the database. Raises VaultError."""
    if is_packed(data):
        packed = unpack(data, path)
        key = unlock(packed.wrapped)
        return key, key.decrypt(packed.body, path)
    if is_database(data):
        return None, data
    raise VaultError(VaultFault.NOT_A_BANK, path)
