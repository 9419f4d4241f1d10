"""A kiosk's disk fills up, for real: what is shown as saved is on the disk, and work goes on once there is space.

Each runs in a process of its own on a small file system of its own: SQLite looks through every other way of showing one.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from question_bank.ballast import Ballast

MIB = 2**20
COMMON = """
import shutil
from pathlib import Path
from client_kiosk.errors import OutboxError
from client_kiosk.holding import OUTBOX_BYTES
from client_kiosk.outbox import Outbox, Stream
from question_bank.ballast import Ballast

MIB, here = 2**20, Path.cwd()
stream = Stream("ab" * 16, "ca-1", "a1", 1)

def fill():
    with (here / "filler").open("ab", buffering=0) as file:
        for size in (65536, 4096, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue

def clear():
    (here / "filler").unlink()

def click(outbox, number):
    body = {"kind": "save_response/1", "item_id": f"i{number}", "response": {"options": ["o" * 300]}}
    return outbox.append(body)

def kept(outbox):
    return [body["item_id"] for _, body in outbox.bodies()]

def clicked_until_refused(outbox):
    stored = []
    try:
        for number in range(20000):
            click(outbox, number)
            stored.append(f"i{number}")
    except OutboxError:
        return stored
    raise AssertionError("the disk was never full")
"""


@pytest.fixture
def on_a_disk(tmp_path: Path, repository: Path) -> Callable[[int, str], None]:
    """`on_a_disk(octets, code)`: run this on a file system of so many bytes; its working folder is there."""

    def run(octets: int, code: str) -> None:
        script = (
            f'mount -t tmpfs -o size={octets} tmpfs "{tmp_path}" && cd "{tmp_path}" && exec "{sys.executable}" -c "$0"'
        )
        command = ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, COMMON + code]
        environment = {**os.environ, "PYTHONPATH": str(repository)}
        found = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        assert found.returncode == 0, found.stderr

    return run


@pytest.mark.root
def test_what_was_said_to_be_stored_is_there_and_the_rest_was_refused(on_a_disk: Callable[[int, str], None]) -> None:
    on_a_disk(
        4 * MIB,
        """
outbox = Outbox.create(here, stream)
fill()
stored = clicked_until_refused(outbox)
assert kept(outbox) == stored
outbox.close()
clear()
again = Outbox.open(here / f"{stream.source}.sqlite")
assert kept(again) == stored, "also after the machine was switched off"
assert click(again, 99999) == again.last_seq, "and it goes on once there is space"
""",
    )


@pytest.mark.root
def test_space_inside_the_outbox_outlives_a_program_that_takes_every_byte(
    on_a_disk: Callable[[int, str], None],
) -> None:
    """An answer every three seconds for an hour and a half."""
    on_a_disk(
        16 * MIB,
        """
outbox = Outbox.create(here, stream)
assert outbox.hold_space(OUTBOX_BYTES)
fill()
for number in range(2000):
    click(outbox, number)
    if number % 500 == 0:
        fill()
assert len(kept(outbox)) == 2000
""",
    )


@pytest.mark.root
def test_a_full_disk_gives_no_space_and_spoils_nothing(on_a_disk: Callable[[int, str], None]) -> None:
    on_a_disk(
        4 * MIB,
        """
outbox = Outbox.create(here, stream)
click(outbox, 1)
fill()
assert not outbox.hold_space(OUTBOX_BYTES)
clear()
click(outbox, 2)
assert kept(outbox) == ["i1", "i2"]
""",
    )


@pytest.mark.root
def test_the_reserve_is_taken_given_back_and_taken_again(on_a_disk: Callable[[int, str], None]) -> None:
    on_a_disk(
        8 * MIB,
        """
ballast = Ballast(here, 4 * MIB)
assert ballast.take(beside=MIB)
assert ballast.held_bytes == 4 * MIB
assert shutil.disk_usage(here).free <= 4 * MIB, "every block of it is on the disk"
fill()
assert ballast.give_back() == 4 * MIB
assert ballast.give_back() == 0
fill()
assert not ballast.take(), "somebody else was faster"
assert ballast.held_bytes == 0
clear()
assert ballast.take(beside=MIB)
""",
    )


@pytest.mark.root
def test_a_whole_kiosk_writes_on_with_its_reserve_and_says_so_when_nothing_helps(
    on_a_disk: Callable[[int, str], None],
) -> None:
    on_a_disk(
        24 * MIB,
        """
from client_kiosk.config import KioskFolder
from client_kiosk.kiosk import Kiosk
kiosk = Kiosk(KioskFolder(here), "0.1.0", lambda: 60000)
kiosk.keep_reserve()
assert kiosk.reserved_bytes() == 0, "half the disk stays free: this one is too small"
kiosk.ballast.octets = 8 * MIB
assert kiosk.ballast.take()
outbox = Outbox.create(kiosk.folder.outboxes, stream)
fill()
stored = clicked_until_refused(outbox)
kiosk._with_reserve(lambda: click(outbox, 70000))
assert kiosk.reserved_bytes() == 0, "the reserve went for this answer"
assert kept(outbox)[-1] == "i70000"
fill()
clicked_until_refused(outbox)
try:
    kiosk._with_reserve(lambda: click(outbox, 80000))
    raise SystemExit("saved on a disk that is full")
except OutboxError:
    pass
assert "i80000" not in kept(outbox)
clear()
kiosk._with_reserve(lambda: click(outbox, 90000))
outbox.close()
kiosk.close()
""",
    )


def test_a_reserve_that_finds_no_folder_takes_nothing(tmp_path: Path) -> None:
    ballast = Ballast(tmp_path / "gone", MIB)
    assert not ballast.take()
    assert ballast.give_back() == 0
    assert os.listdir(tmp_path) == []
