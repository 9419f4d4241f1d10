"""docs/console-protocol.md names every command, field and problem that the channel knows, and no other."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from server.live import hall_trouble, sheet_trouble, trouble
from server.live.backups import FAULTS
from server.live.console_commands import KINDS
from server.live.console_view import ConsoleView
from server.live.picture import Facts, SeatFacts, seat_row, totals
from server.live.room import Room
from server.web.console.words import FAMILIES


@pytest.fixture(scope="module")
def page(repository: Path) -> str:
    """The page's text."""
    return (repository / "docs" / "console-protocol.md").read_text(encoding="utf-8")


def named(text: str) -> set[str]:
    """Every word in code marks."""
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    return {word for code in re.findall(r"`([^`]+)`", prose) for word in re.findall(r"[a-z_0-9]+", code)}


def test_every_command_and_its_arguments_are_named(page: str) -> None:
    table = page.split("| kind | args | right |")[1]
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*?) \|", table, re.MULTILINE))
    assert rows.keys() == KINDS.keys()
    for kind, shape in KINDS.items():
        assert {one.name for one in fields(shape)} == named(rows[kind])  # type: ignore[arg-type]


def test_every_field_of_a_seat_and_of_the_whole_is_named(page: str, room: Room) -> None:
    view = ConsoleView(room)
    view.changes()
    whole: Any = view.whole()
    words = named(page) | set(re.findall(r'"(\w+)"', page))
    row: Any = seat_row(
        Facts(0, view._facts().state, room.definition(), (), frozenset(), 1, 1, stored=True),
        SeatFacts("k1", "M1", None, None, None),
    )
    for names in (whole, whole["sitting"], whole["sitting"]["parts"][0], whole["head"], row, totals([])):
        assert names.keys() <= words, names.keys() - words


def test_every_problem_is_in_the_table_with_its_harm(page: str) -> None:
    table = page.split("| code | harm | means | act |")[1].split("**totals**")[0]
    rows = {code: int(harm) for code, harm in re.findall(r"^\| `(\w+)` \| (\d+) \|", table, re.MULTILINE)}
    known = {one.code: one.harm for one in trouble._TROUBLES}
    known |= {**hall_trouble.HARMS, **sheet_trouble.HARMS}
    own = {
        "not_stored": 100, "turned_away": 98, "server_disk_full": 97, "room_fault": 95, "standby_lost": 85, "server_disk_soon": 66,
        "server_disk_low": 37, "standby_disk_full": 86, "standby_disk_soon": 64, "standby_disk_low": 36,
    }  # fmt: skip
    assert rows == known | own | dict.fromkeys(FAULTS, trouble.BACKUP_HARM)
    assert list(rows.values()) == sorted(rows.values(), reverse=True)


def test_every_problem_has_its_sentences_or_the_list_of_problems_stands_still(page: str) -> None:
    table = page.split("| code | harm | means | act |")[1].split("**totals**")[0]
    codes = re.findall(r"^\| `(\w+)` \| \d+ \|", table, re.MULTILINE)
    known = {name for family in FAMILIES for name in family}
    assert {f"{what}_{code}" for code in codes for what in ("problem", "advice")} - known == set()
    of_seats = {one.code for one in trouble._TROUBLES} | hall_trouble.HARMS.keys() | sheet_trouble.HARMS.keys()
    assert {f"problems_{code}" for code in of_seats} - known == set()
