"""Scripts that bring a database up to date: cut where statements end, run once, undone whole when they fail."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from sqlite_utils import Database

from question_bank.sql_scripts import applied, migrations, statements, unknown

FIRST = ("0001", "CREATE TABLE a (x TEXT); INSERT INTO a VALUES ('one');")
SECOND = ("0002", "CREATE TABLE b (y TEXT);")


@pytest.fixture
def db() -> Iterator[Database]:
    """An empty database in memory."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    yield Database(connection, execute_plugins=False)
    connection.close()


def test_statements_are_split_where_they_end_and_a_trigger_stays_whole() -> None:
    script = """
    CREATE TABLE a (x); -- a comment; with a semicolon
    CREATE TRIGGER t BEFORE DELETE ON a BEGIN SELECT RAISE(ABORT, 'no; never'); SELECT 1; END;
    INSERT INTO a VALUES (';')"""
    found = list(statements(script))
    assert [text.split()[1] for text in found[:1]] == ["TABLE"]
    assert len(found) == 3
    assert found[1].endswith("END;")
    assert found[2] == "INSERT INTO a VALUES (';')"


def test_what_has_run_does_not_run_again(db: Database) -> None:
    migrations("ours", [FIRST]).apply(db)
    migrations("ours", [FIRST, SECOND]).apply(db)
    assert [row[0] for row in db.execute("SELECT x FROM a")] == ["one"]
    assert applied(db, migrations("ours", [])) == ["0001", "0002"]


def test_a_script_that_fails_leaves_nothing_behind(db: Database) -> None:
    broken = ("0002", "CREATE TABLE b (y TEXT); INSERT INTO nowhere VALUES (1);")
    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        migrations("ours", [FIRST, broken]).apply(db)
    assert applied(db, migrations("ours", [])) == ["0001"]
    assert not db["b"].exists()


def test_the_script_of_a_newer_program_is_noticed_and_anothers_is_not(db: Database) -> None:
    migrations("theirs", [("0009", SECOND[1])]).apply(db)
    migrations("ours", [FIRST, ("0002", "CREATE TABLE c (z TEXT);")]).apply(db)
    assert unknown(db, migrations("ours", [FIRST])) == ["0002"]
    assert unknown(db, migrations("ours", [FIRST, SECOND])) == []
