"""The file of a vault: who opens it, what damage does, and what a save that fails leaves."""

from __future__ import annotations

import errno
import os
import pty
import sqlite3
import stat
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from question_bank.ids import StimulusId
from question_bank.items._choice import Choice
from question_bank.items.model import Stimulus
from question_bank.vault import database
from question_bank.vault.container import is_packed
from question_bank.vault.entries import Wanted
from question_bank.vault.errors import VaultError, VaultFault
from question_bank.vault.keys import Key
from question_bank.vault.people import Person
from question_bank.vault.vault import Vault

AN = Person("An Nguyễn")
MARKER = "dấu-hiệu-bí-mật-7391"
ACCEPTED = (None, VaultFault.DAMAGED, VaultFault.NOT_A_BANK, VaultFault.NEWER)
Clock = Callable[[], int]


@pytest.fixture
def protected(tmp_path: Path, key: Key, now: Clock, make_item: Callable[..., Choice]) -> Path:
    """A protected bank with one item whose id is a marker string."""
    path = tmp_path / "bank.vault"
    with Vault.create_with(path, key, now, AN) as vault:
        vault.items.write(make_item("MARK-7391"), AN, MARKER)
        vault.save()
    return path


def refused(path: Path, now: Clock, passphrase: str | None = None) -> VaultFault:
    with pytest.raises(VaultError) as caught:
        Vault.open(path, passphrase, now)
    assert caught.value.hint
    assert not path.with_name(f".{path.name}.lock").exists()
    return caught.value.fault


def test_a_protected_bank_opens_with_its_passphrase_and_no_other(protected: Path, passphrase: str, now: Clock) -> None:
    assert refused(protected, now) is VaultFault.NEEDS_PASSPHRASE
    assert refused(protected, now, "một mật khẩu khác") is VaultFault.WRONG_PASSPHRASE
    with Vault.open(protected, passphrase.replace("ộ", "ộ"), now) as vault:  # typed letter by letter: the same
        assert vault.protected
        assert vault.items.ids() == {"MARK-7391"}


def test_nothing_of_the_bank_can_be_read_in_a_protected_file(protected: Path) -> None:
    data = protected.read_bytes()
    assert is_packed(data)
    for told in (MARKER, "MARK-7391", "SQLite format", "An Nguyễn"):
        assert told.encode() not in data
    assert protected.stat().st_mode & 0o077 == 0


def test_stock_tools_open_a_protected_bank(protected: Path, passphrase: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(protected) as archive:
        assert archive.namelist() == ["README.txt", "key.age", "bank.age"]
        archive.extractall(tmp_path)
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(tmp_path)
        os.execvp("age", ["age", "-d", "-i", "key.age", "-o", "bank.sqlite", "bank.age"])
    said = b""
    while b"passphrase" not in said:
        said += os.read(terminal, 1000)
    os.write(terminal, f"{passphrase}\n".encode())
    assert os.waitpid(pid, 0)[1] == 0
    os.close(terminal)
    connection = sqlite3.connect(tmp_path / "bank.sqlite")
    assert connection.execute("SELECT item FROM item").fetchall() == [("MARK-7391",)]
    connection.close()


def test_a_plain_bank_is_an_sqlite_file_and_takes_no_passphrase(vault: Vault, now: Clock) -> None:
    path = vault.path
    vault.close()
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT act FROM change").fetchall() == [("made",)]
    connection.close()
    assert refused(path, now, "một mật khẩu") is VaultFault.NOT_PROTECTED


def test_another_passphrase_is_another_identity(protected: Path, key: Key, now: Clock) -> None:
    old = protected.read_bytes()
    with Vault.open_with(protected, lambda _: key, now) as vault:
        vault.protect("một mật khẩu mới hẳn", AN)
    with pytest.raises(VaultError) as caught:  # who has the old key cannot read what is saved now
        Vault.open_with(protected, lambda _: key, now)
    assert caught.value.fault is VaultFault.DAMAGED
    assert refused(protected, now, "một mật khẩu dài để thử") is VaultFault.WRONG_PASSPHRASE
    protected.write_bytes(old)
    with Vault.open_with(protected, lambda _: key, now) as vault:
        vault.protect(None, AN)
    with Vault.open(protected, None, now, write=False) as vault:
        assert vault.history()[0].act == "passphrase_changed"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(place=st.floats(0, 1), flip=st.integers(1, 255), cut=st.booleans())
def test_a_damaged_file_is_refused_or_gives_what_was_saved(
    protected: Path, key: Key, now: Clock, place: float, flip: int, cut: bool
) -> None:
    data = bytearray(protected.read_bytes())
    at = min(len(data) - 1, int(place * len(data)))
    changed = bytes(data[:at]) if cut else bytes(data[:at]) + bytes([data[at] ^ flip]) + bytes(data[at + 1 :])
    damaged = protected.with_name("damaged.vault")
    damaged.write_bytes(changed)
    fault = None
    try:
        with Vault.open_with(damaged, lambda _: key, now, write=False) as vault:
            assert vault.history()[0].why == MARKER
    except VaultError as error:
        fault = error.fault
    assert fault in ACCEPTED
    assert protected.read_bytes() == bytes(data)


def test_a_size_that_was_changed_is_damage_and_no_large_bank(protected: Path, key: Key, now: Clock) -> None:
    data = bytearray(protected.read_bytes())
    entry = data.rindex(b"PK\x01\x02")  # the last member in the directory: the database
    data[entry + 27] |= 0x40  # its size, not packed: 1 GiB more
    protected.write_bytes(bytes(data))
    with pytest.raises(VaultError) as raised:
        Vault.open_with(protected, lambda _: key, now, write=False)
    assert raised.value.fault is VaultFault.DAMAGED


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
@given(place=st.floats(0, 1), flip=st.integers(1, 255), cut=st.booleans())
def test_a_damaged_plain_file_is_refused_with_a_reason_or_opens(
    vault: Vault, now: Clock, place: float, flip: int, cut: bool
) -> None:
    data = vault.path.read_bytes()
    at = min(len(data) - 1, int(place * len(data)))
    damaged = vault.path.with_name("damaged.vault")
    damaged.write_bytes(data[:at] if cut else data[:at] + bytes([data[at] ^ flip]) + data[at + 1 :])
    fault = None
    try:
        Vault.open(damaged, None, now, write=False).close()
    except VaultError as error:
        fault = error.fault
    assert fault in ACCEPTED


def test_a_changed_word_in_a_plain_file_is_noticed(vault: Vault, now: Clock, make_item: Callable[..., Choice]) -> None:
    vault.items.write(make_item("A-1"), AN)
    vault.save()
    vault.close()
    data = vault.path.read_bytes()
    assert "hỏi gì".encode() in data
    vault.path.write_bytes(data.replace("hỏi gì".encode(), "hỏi gi".encode() + b"."))
    assert refused(vault.path, now) is VaultFault.DAMAGED


def test_what_is_no_bank_is_named_so(tmp_path: Path, now: Clock) -> None:
    path = tmp_path / "x"
    assert refused(path, now) is VaultFault.NOT_THERE
    for content in (b"", b"format: exam-items/1\n", b"PK\x03\x04 and so on"):
        path.write_bytes(content)
        assert refused(path, now) is VaultFault.NOT_A_BANK
    path.unlink()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t (a)")
    connection.close()
    assert refused(path, now) is VaultFault.NOT_A_BANK


def test_a_file_of_a_newer_version_is_refused(vault: Vault, now: Clock, tmp_path: Path) -> None:
    newer = tmp_path / "newer.vault"
    with zipfile.ZipFile(newer, "w") as archive:
        archive.writestr("README.txt", "examroom-vault/2\n")
    assert refused(newer, now, "x") is VaultFault.NEWER
    connection = sqlite3.connect(vault.path)
    connection.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('vault', '9999', '')")
    connection.commit()
    connection.close()
    vault.close()
    assert refused(vault.path, now) is VaultFault.NEWER


@pytest.mark.parametrize("planted", [
    "CREATE TRIGGER t AFTER INSERT ON change BEGIN INSERT INTO rough VALUES ('a', 'b', 1, '1'); END",
    "DROP TRIGGER change_stays",
    "CREATE VIEW v AS SELECT 1",
])  # fmt: skip
def test_a_file_with_other_tables_or_triggers_is_refused(vault: Vault, now: Clock, planted: str) -> None:
    vault.close()
    connection = sqlite3.connect(vault.path)
    connection.execute(planted)
    connection.close()
    assert refused(vault.path, now) is VaultFault.DAMAGED


def test_an_upgrade_keeps_a_copy_of_the_file_as_it_was(
    vault: Vault, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = vault.path.read_bytes()
    vault.close()
    plain = database._migrations

    def more() -> object:
        found = plain()

        def add(db: Database) -> None:
            db.execute("CREATE TABLE later (a TEXT) STRICT")

        found(name="9999")(add)
        return found

    monkeypatch.setattr(database, "_migrations", more)
    database._ours.cache_clear()
    with Vault.open(vault.path, None, now) as upgraded:
        assert upgraded.path.with_name("bank.vault.before-upgrade-2").read_bytes() == before
        assert upgraded.store.rows("SELECT * FROM later") == []
        upgraded.save()
    monkeypatch.undo()
    database._ours.cache_clear()


def test_items_of_an_older_bank_are_found_by_their_stimulus(
    vault: Vault, now: Clock, make_item: Callable[..., Choice]
) -> None:
    item = make_item("A")
    vault.shared.write_stimulus(Stimulus(StimulusId("NL-1"), "Công văn", "Về số hoá"), AN)
    vault.items.write(replace(item, common=replace(item.common, stimulus=StimulusId("NL-1"))), AN)
    vault.save()
    vault.close()
    connection = sqlite3.connect(vault.path)
    connection.executescript(
        "DROP TABLE search; DELETE FROM _sqlite_migrations WHERE name = '0002';"
        "CREATE VIRTUAL TABLE search USING fts5(words, tokenize = 'unicode61 remove_diacritics 2');"
    )
    connection.close()
    for write in (False, True):
        with Vault.open(vault.path, None, now, write=write) as upgraded:
            assert [entry.id for entry in upgraded.items.entries(Wanted(words="so hoa"))] == ["A"]


def test_one_writes_and_others_look(vault: Vault, now: Clock, make_item: Callable[..., Choice]) -> None:
    with pytest.raises(VaultError) as caught:
        Vault.open(vault.path, None, now)
    assert caught.value.fault is VaultFault.LOCKED
    vault.items.write(make_item("A-1"), AN)
    with Vault.open(vault.path, None, now, write=False) as reader:
        assert reader.items.ids() == set()  # as it was last saved
        reader.items.write(make_item("A-2"), AN)
        with pytest.raises(VaultError) as caught:
            reader.save()
    assert caught.value.fault is VaultFault.NOT_WRITTEN
    vault.save()
    vault.close()
    assert sorted(path.name for path in vault.path.parent.iterdir()) == ["bank.vault"]
    with Vault.open(vault.path, None, now) as again:
        assert again.items.ids() == {"A-1"}


def test_a_file_that_something_else_changed_is_not_written_over(vault: Vault, make_item: Callable[..., Choice]) -> None:
    copy = vault.path.read_bytes()
    vault.path.unlink()
    vault.path.write_bytes(copy)
    vault.items.write(make_item("A-1"), AN)
    with pytest.raises(VaultError) as caught:
        vault.save()
    assert caught.value.fault is VaultFault.CHANGED_ELSEWHERE
    assert vault.path.read_bytes() == copy


def test_a_save_that_failed_when_the_file_was_in_place_already_can_be_tried_again(
    vault: Vault, make_item: Callable[..., Choice], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(folder: Path) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO), str(folder))

    monkeypatch.setattr("question_bank.disk.sync_folder", fails)
    vault.items.write(make_item("A-1"), AN)
    with pytest.raises(VaultError) as caught:
        vault.save()
    assert caught.value.fault is VaultFault.NOT_WRITTEN
    assert vault.unsaved
    monkeypatch.undo()
    vault.items.write(make_item("A-2"), AN)
    vault.save()
    vault.close()
    with Vault.open(vault.path, None, lambda: 0, write=False) as found:
        assert found.items.ids() == {"A-1", "A-2"}


def test_another_passphrase_is_there_with_its_history_or_not_at_all(
    vault: Vault, make_item: Callable[..., Choice], monkeypatch: pytest.MonkeyPatch
) -> None:
    vault.items.write(make_item("A-1"), AN)
    vault.save()
    before = vault.path.read_bytes()

    def full(path: Path, data: bytes) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    monkeypatch.setattr("question_bank.vault.place.replace_private", full)
    with pytest.raises(VaultError):
        vault.protect("một mật khẩu mới hẳn", AN)
    monkeypatch.undo()
    assert (vault.protected, vault.unsaved, vault.path.read_bytes() == before) == (False, False, True)
    vault.items.write(make_item("A-2"), AN)
    vault.save()
    vault.close()
    with Vault.open(vault.path, None, lambda: 0, write=False) as found:
        assert found.items.ids() == {"A-1", "A-2"}
        assert "passphrase_changed" not in [one.act for one in found.history()]


def test_a_bank_is_never_made_over_a_file(vault: Vault, now: Clock) -> None:
    vault.close()
    with pytest.raises(VaultError) as caught:
        Vault.create(vault.path, None, now, AN)
    assert caught.value.fault is VaultFault.THERE_ALREADY
    with pytest.raises(VaultError) as caught:
        Vault.create(vault.path.parent / "none" / "bank.vault", None, now, AN)
    assert caught.value.fault is VaultFault.NOT_WRITTEN


def test_a_save_that_fails_leaves_the_file_whole_and_can_be_tried_again(
    vault: Vault, now: Clock, make_item: Callable[..., Choice], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = vault.path.read_bytes()
    vault.items.write(make_item("A-1"), AN)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("question_bank.disk.os.fsync", full)
    with pytest.raises(VaultError, match="No space left") as caught:
        vault.save()
    assert caught.value.fault is VaultFault.NOT_WRITTEN
    assert vault.path.read_bytes() == before
    assert vault.unsaved
    assert sorted(path.name for path in vault.path.parent.iterdir()) == [".bank.vault.lock", "bank.vault"]
    monkeypatch.undo()
    vault.save()
    vault.save()  # there is nothing more to do
    with Vault.open(vault.path, None, now, write=False) as again:
        assert again.items.ids() == {"A-1"}


def test_what_was_saved_outlives_a_power_cut_its_bytes_and_then_its_name(
    vault: Vault, make_item: Callable[..., Choice], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file's bytes and its folder's list of names are two things to have on a disk: without the second, the old file is back."""
    synced: list[tuple[bool, bool]] = []
    before, really = vault.path.stat().st_ino, os.fsync

    def sync(descriptor: int) -> None:
        synced.append((stat.S_ISDIR(os.fstat(descriptor).st_mode), vault.path.stat().st_ino != before))
        really(descriptor)

    monkeypatch.setattr("question_bank.disk.os.fsync", sync)
    vault.items.write(make_item("A-1"), AN)
    vault.save()
    assert synced == [
        (False, False),
        (True, True),
    ]  # the new file under another name, then the folder with it in its place


def test_what_a_dead_writer_left_is_taken_away(vault: Vault, now: Clock) -> None:
    vault.close()
    left = vault.path.with_name(".bank.vault.12345")
    other = vault.path.with_name(".bank.vault.12345x")
    for path in (left, other, vault.path.with_name(".bank.vault.lock")):
        path.write_bytes(b"half")
    with Vault.open(vault.path, None, now):
        assert not left.exists()
    assert sorted(path.name for path in vault.path.parent.iterdir()) == [other.name, "bank.vault"]


def test_a_link_stays_a_link(vault: Vault, now: Clock, tmp_path: Path, make_item: Callable[..., Choice]) -> None:
    vault.close()
    link = tmp_path / "elsewhere" / "link.vault"
    link.parent.mkdir()
    link.symlink_to(vault.path)
    with Vault.open(link, None, now) as opened:
        opened.items.write(make_item("A-1"), AN)
        opened.save()
    assert link.is_symlink()
    with Vault.open(vault.path, None, now, write=False) as opened:
        assert opened.items.ids() == {"A-1"}


def test_an_open_bank_keeps_journal_and_sorting_in_memory(protected: Path, key: Key, now: Clock) -> None:
    with Vault.open_with(protected, lambda _: key, now) as vault:
        [[journal]] = vault.store.rows("PRAGMA journal_mode")
        [[store]] = vault.store.rows("PRAGMA temp_store")
        assert (journal, store) == ("memory", 2)
