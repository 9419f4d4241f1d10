"""Scripts that bring a database up to date: each runs once, in one transaction together with the note that it ran."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations


def migrations(owner: str, scripts: Iterable[tuple[str, str]]) -> Migrations:
    """The scripts of one owner, in order, each with the name it is noted under."""
    found = Migrations(owner)
    for name, script in scripts:
        found(name=name)(_runner(script))
    return found


def applied(db: Database, known: Migrations) -> list[str]:
    """The scripts of this owner that a database has run, in order."""
    return [step.name for step in known.applied(db)]


def unknown(db: Database, known: Migrations) -> list[str]:
    """Those of them that this program does not have: a newer one wrote the database."""
    names = {step.name for step in known._migrations}
    return [name for name in applied(db, known) if name not in names]


def _runner(script: str) -> Callable[[Database], None]:
    def run(db: Database) -> None:
        for statement in statements(script):
            db.execute(statement)

    return run


def statements(script: str) -> Iterator[str]:
    """The statements of a script, one by one, a trigger whole.

    `executescript` would commit the transaction around it first, and a failed step could not be rolled back.
    """
    pending = ""
    for piece in script.split(";")[:-1]:
        pending += piece + ";"
        if sqlite3.complete_statement(pending):
            yield pending.strip()
            pending = ""
    if rest := (pending + script.rpartition(";")[2]).strip():
        yield rest
