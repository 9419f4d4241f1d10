"""What the lab stands on: a server that is given up is dead, and the wire does to packets what it is told."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from scripts import lan
from scripts.lan import Host, run
from server.drill.kept_server import KeptServer
from server.drill.logbook import Logbook
from server.drill.program import Program
from server.drill.room_process import RoomProcess
from server.drill.seat import DrillSeat
from server.drill.virtual_parts import Kept, Sheet
from server.protocol.records import FlagItem


class Slow(RoomProcess):
    """A server that takes a moment to listen and does nothing else."""

    def __init__(self) -> None:
        Program.__init__(self, ["sh", "-c", "sleep 0.05; echo up; exec sleep 600"])

    def launch(self) -> None:
        Program.launch(self)

    def start(self) -> float:
        self.launch()
        if not self.next_line():
            raise RuntimeError("killed")
        return 0.0


def test_a_server_that_is_given_up_while_it_starts_is_dead_wherever_its_start_had_got_to() -> None:
    before = set(psutil.Process().children())  # of other tests in this process

    def its_own() -> set[psutil.Process]:
        return set(psutil.Process().children()) - before

    async def play() -> None:
        kept = KeptServer(Slow())
        await kept.start()
        for wait_ms in (0, 0, 1, 5, 20, 60):
            await kept.down()
            assert not its_own(), f"after {wait_ms} ms"
            kept.up()
            await asyncio.sleep(wait_ms / 1000)
        await kept.is_up()
        assert len(its_own()) == 1
        await kept.stop()

    asyncio.run(play())


class Room:
    """The room's end of a line: takes what follows what it has, and says nothing of what does not."""

    def __init__(self) -> None:
        self.contiguous = 1  # the sign-in

    async def call(self, event: str, payload: dict[str, Any]) -> dict[str, Any]:
        verdicts = []
        for seq in [one["seq"] for one in payload["records"]]:
            if seq <= self.contiguous + 1:
                self.contiguous = max(self.contiguous, seq)
                verdicts.append({"seq": seq, "verdict": "accepted", "copies": 1, "epoch": 1, "hash": "", "reason": ""})
        missing = None if len(verdicts) == len(payload["records"]) else self.contiguous + 1
        return {"ok": True, "verdicts": verdicts, "contiguous": self.contiguous, "gap_at": missing}


def test_an_answer_that_overtakes_those_a_machine_held_back_waits_for_nobody_in_the_end(tmp_path: Path) -> None:
    """The order is right again, and the candidate's next answer is faster than what was gathered for the wrong one."""

    async def play() -> None:
        sheet = Sheet("k1", Ed25519PrivateKey.generate(), "M01", "TS1", "1234")
        address: Any = None
        with Logbook(tmp_path) as log:
            seat = DrillSeat((address, address), sheet, tmp_path, 1, log)
            room: Any = Room()
            seat._socket = room
            seat.reconciled.set()
            seat.outbox.append(Kept(b"sign-in", acked_at=1.0))
            seat.wrong_order = True
            flag = FlagItem("a1", 1, 0, "i2222222", True, 1, 1)
            await seat.send(flag, measure=False)
            await seat.send(flag, measure=False)
            assert seat.pending == 2
            seat.wrong_order = False
            await seat.send(flag, measure=False)
            await seat.send_backwards()
            assert seat.pending == 0
            assert room.contiguous == len(seat.outbox) == 4

    asyncio.run(play())


# Sends numbered datagrams to the address given, one each millisecond.
SENDS = """
import socket, sys, time
out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for number in range(int(sys.argv[2])):
    out.sendto(str(number).encode(), (sys.argv[1], 9))
    time.sleep(0.001)
"""
# Prints the numbers as they come, until none has come for a second.
HEARS = """
import socket, sys
into = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
into.bind((sys.argv[1], 9))
print("listening", flush=True)
into.settimeout(20)
try:
    while True:
        print(into.recv(64).decode())
        into.settimeout(1)
except TimeoutError:
    pass
"""
COUNT = 400


@pytest.fixture
def wired(repository: Path) -> Iterator[tuple[Host, Host, subprocess.Popen[str]]]:
    """Two computers with the wire between them."""
    with ExitStack() as stack:
        network = stack.enter_context(lan.lan(("one", "two")))
        one, two = network["one"], network["two"]
        switch = one.namespace.removesuffix("one") + "switch"
        for host in (one, two):
            run("ip", "-n", switch, "link", "set", f"port{host.place}", "nomaster")
        command = [
            "ip",
            "netns",
            "exec",
            switch,
            sys.executable,
            str(repository / "scripts" / "wire.py"),
            "port0",
            "port1",
        ]
        wire = stack.enter_context(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
        assert wire.stdin is not None
        stack.callback(wire.stdin.close)
        assert wire.stdout is not None
        assert wire.stdout.readline() == "ready\n"
        yield one, two, wire


def carried(wired: tuple[Host, Host, subprocess.Popen[str]], done: list[dict[str, int]], **told: object) -> list[int]:
    """The numbers in the order in which they came through; `done`: what the wire says that it did before."""
    one, two, wire = wired
    assert wire.stdin is not None
    wire.stdin.write(json.dumps(told) + "\n")
    wire.stdin.flush()
    assert wire.stdout is not None
    done.append(json.loads(wire.stdout.readline()))
    one.address()
    command = two.command(sys.executable, "-c", HEARS, two.address())
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as hears:
        assert hears.stdout is not None
        assert hears.stdout.readline() == "listening\n"
        run(*one.command(sys.executable, "-c", SENDS, two.address(), str(COUNT)))
        return [int(line) for line in hears.stdout]


@pytest.mark.root
def test_the_wire_carries_everything_or_reorders_or_doubles_or_loses_a_share(
    wired: tuple[Host, Host, subprocess.Popen[str]],
) -> None:
    everything = list(range(COUNT))
    done: list[dict[str, int]] = []
    assert carried(wired, done) == everything
    reordered = carried(wired, done, reordered=0.25)
    assert reordered != everything
    assert sorted(reordered) == everything
    doubled = carried(wired, done, doubled=0.25)
    assert sorted(set(doubled)) == everything
    assert COUNT * 0.15 < len(doubled) - COUNT < COUNT * 0.35
    lost = COUNT - len(carried(wired, done, lost=0.2))
    assert COUNT * 0.1 < lost < COUNT * 0.3
    wired[1].drop(wired[0].address(), 20)
    dropped = COUNT - len(carried(wired, done))
    assert COUNT * 0.1 < dropped < COUNT * 0.3
    assert wired[1].take() >= dropped
    assert carried(wired, done) == everything
    # It says itself what it did, other packets of the two computers among it.
    assert not any(done[1].values())
    assert done[2]["reordered"] > COUNT * 0.15
    assert done[3]["doubled"] >= len(doubled) - COUNT
    assert done[4]["lost"] >= lost
