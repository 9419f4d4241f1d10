"""Opening, upgrading, copying and restoring database files."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from server.errors import DatabaseError
from server.store.backup import copy_database, replacing, restore_database
from server.store.database import open_database

FIRST = "CREATE TABLE a (x TEXT); INSERT INTO a VALUES ('one');"
SECOND = "CREATE TABLE b (y TEXT);"


def names(path: Path) -> set[str]:
    connection = sqlite3.connect(path)
    found = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE name IN ('a', 'b')")}
    connection.close()
    return found


def test_a_new_file_gets_every_migration_and_no_copy(tmp_path: Path) -> None:
    open_database(tmp_path / "room.sqlite", [("one", [FIRST, SECOND])]).close()
    assert names(tmp_path / "room.sqlite") == {"a", "b"}
    assert [path.name for path in tmp_path.iterdir()] == ["room.sqlite"]


def test_opening_again_applies_nothing_again(tmp_path: Path) -> None:
    for _ in range(3):
        db = open_database(tmp_path / "room.sqlite", [("one", [FIRST])])
        assert db.execute("SELECT count(*) FROM a").fetchone() == (1,)
        db.close()


def test_an_upgrade_keeps_a_copy_of_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "room.sqlite"
    open_database(path, [("one", [FIRST])]).close()
    open_database(path, [("one", [FIRST, SECOND]), ("two", ["CREATE TABLE c (z)"])]).close()
    assert names(path) == {"a", "b"}
    assert names(tmp_path / "room.before-upgrade-1.sqlite") == {"a"}


def test_a_step_that_fails_is_undone_whole_and_tried_again(tmp_path: Path) -> None:
    path = tmp_path / "room.sqlite"
    broken = "CREATE TABLE b (y TEXT); INSERT INTO b VALUES ('x'); INSERT INTO nowhere VALUES (1);"
    with pytest.raises(DatabaseError, match="nowhere"):
        open_database(path, [("one", [FIRST, broken])])
    assert names(path) == {"a"}
    open_database(path, [("one", [FIRST, SECOND])]).close()
    assert names(path) == {"a", "b"}


def test_a_file_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "room.sqlite"
    open_database(path, [("one", [FIRST, SECOND])]).close()
    with pytest.raises(DatabaseError, match="newer version"):
        open_database(path, [("one", [FIRST])])
    assert names(path) == {"a", "b"}


@pytest.mark.parametrize("damage", ["not a database", "damaged page"])
def test_a_damaged_file_is_refused_by_name_with_a_hint(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "room.sqlite"
    db = open_database(path, [("one", [FIRST])])
    db.conn.executemany("INSERT INTO a VALUES (?)", [("x" * 900,) for _ in range(200)])
    db.conn.commit()
    db.close()
    octets = bytearray(path.read_bytes())
    if damage == "not a database":
        octets[:16] = b"something else!!"
    else:
        octets[8192:16384] = b"\xff" * 8192
    path.write_bytes(octets)
    with pytest.raises(DatabaseError, match=r"room\.sqlite") as caught:
        open_database(path, [("one", [FIRST])])
    assert caught.value.hint


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="nowhere"):
        open_database(tmp_path / "nowhere" / "room.sqlite", [])


# --- copies ---


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "live.sqlite"
    open_database(path, [("one", [FIRST])]).close()
    return path


def test_a_copy_of_a_live_file_is_whole_and_stands_alone(source: Path, tmp_path: Path) -> None:
    live = open_database(source, [("one", [FIRST])])
    live.execute("INSERT INTO a VALUES ('two')")
    live.conn.commit()
    copy_database(live.conn, tmp_path / "copy.sqlite")
    live.close()
    connection = sqlite3.connect(tmp_path / "copy.sqlite")
    assert connection.execute("SELECT x FROM a").fetchall() == [("one",), ("two",)]
    connection.close()
    assert {path.name for path in tmp_path.iterdir()} == {"live.sqlite", "copy.sqlite"}


def test_a_restore_brings_back_the_copy_and_no_old_log(source: Path, tmp_path: Path) -> None:
    live = open_database(source, [("one", [FIRST])])
    copy_database(live.conn, tmp_path / "copy.sqlite")
    live.execute("INSERT INTO a VALUES ('later')")
    live.conn.commit()
    log = source.with_name("live.sqlite-wal").read_bytes()
    live.close()
    source.with_name("live.sqlite-wal").write_bytes(log)  # as a crash would leave it
    restore_database(tmp_path / "copy.sqlite", source)
    connection = sqlite3.connect(source)
    assert connection.execute("SELECT x FROM a").fetchall() == [("one",)]
    connection.close()


def test_a_damaged_copy_is_not_restored_over_a_good_file(source: Path, tmp_path: Path) -> None:
    (tmp_path / "copy.sqlite").write_bytes(b"not a database" * 100)
    before = source.read_bytes()
    with pytest.raises(DatabaseError):
        restore_database(tmp_path / "copy.sqlite", source)
    with pytest.raises(DatabaseError):
        restore_database(tmp_path / "no-copy.sqlite", source)
    assert source.read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"live.sqlite", "copy.sqlite"}


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "sheet.pdf"
    for content in (b"first", b"second"):
        with replacing(target) as beside:
            beside.write_bytes(content)
    assert target.read_bytes() == b"second"
    with pytest.raises(ZeroDivisionError), replacing(target) as beside:
        beside.write_bytes(b"half of it" * (1 // 0))
    assert target.read_bytes() == b"second"
    assert [path.name for path in tmp_path.iterdir()] == ["sheet.pdf"]


def test_what_was_written_before_a_failure_is_removed(tmp_path: Path) -> None:
    def fail(beside: Path) -> None:
        beside.write_bytes(b"half of it")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"), replacing(tmp_path / "sheet.pdf") as beside:
        fail(beside)
    assert list(tmp_path.iterdir()) == []
