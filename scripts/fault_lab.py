#!/usr/bin/env python3
"""A drill with every server and every row of kiosks on a computer of its own: network namespaces on one switch. Needs root.

    scripts/fault_lab.py --faults kill_server,cut_standby+promote --seats 6 --to FOLDER     the last line is the report as JSON,
                                                        with `touched`: by harm of the line, how many packets it lost, delayed …

Packets are lost by nft, and late, out of order and doubled on a wire of our own between rows and servers (`scripts/wire.py`).
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import ctypes
import json
import os
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.lan import Host, Lan, lan, run, tunnel  # noqa: E402
from server.drill.faults import LAB_FAULTS  # noqa: E402
from server.drill.rehearsal import Plan, hold  # noqa: E402
from server.drill.room_process import RoomProcess  # noqa: E402
from server.drill.standby_process import StandbyProcess  # noqa: E402
from server.drill.virtual_parts import RoomAddress  # noqa: E402
from server.drill.virtual_socket import Plug  # noqa: E402
from server.drill.world import OPTIONS, Harm  # noqa: E402

FIRST, SECOND, ROWS = "first", "second", ("row0", "row1")
PORT = 8443
LOST_PERCENT = 20
_CLONE_NEWNET = 0x40000000
# What the wire does for each harm; several at once are put together.
ON_THE_WIRE: dict[Harm, dict[str, Any]] = {
    Harm.DELAY: {"delay_ms": [100, 300]},
    Harm.PACKETS_REORDERED: {"reordered": 0.25},
    Harm.PACKETS_DOUBLED: {"doubled": 0.25},
}


class Lab:
    """The world of a drill in network namespaces: two servers, two rows of kiosks."""

    def __init__(self, network: Lan, wire: subprocess.Popen[str], stack: contextlib.ExitStack) -> None:
        self._network = network
        self._wire = wire
        self._stack = stack
        self._on: set[Harm] = set()
        self._losing: set[tuple[Harm, str]] = set()  # and at which computer
        self.touched: Counter[str] = Counter()  # by harm: packets that were lost, late, overtaken or doubled by it
        self._addresses = {name: network[name].address() for name in network.hosts}
        self._ports: list[int] = []
        self._plugs = [_plug(network[name]) for name in ROWS]

    def first(self, room: Path, prefix: Sequence[str], log: Path) -> RoomProcess:
        """On a computer of its own."""
        host = self._network[FIRST]
        words = ("--host", self._addresses[FIRST], *OPTIONS)
        return RoomProcess(room, PORT, 0, *words, prefix=(*host.prefix, *prefix), log=log)

    async def opened(self, first: RoomProcess) -> None:
        """Its console is reached from here."""
        self._reached(FIRST, first)

    def second(self, folder: Path, room: Path, log: Path) -> StandbyProcess:
        """On another computer."""
        host = self._network[SECOND]
        words = ("--host", self._addresses[SECOND], *OPTIONS)
        return StandbyProcess(folder, room, f"{self._addresses[FIRST]}:{PORT}", *words, prefix=host.prefix, log=log)

    async def joined(self, second: RoomProcess) -> None:
        """The same."""
        self._reached(SECOND, second)

    def _reached(self, name: str, process: RoomProcess) -> None:
        self._ports.append(process.port)
        self._stack.enter_context(tunnel(self._network[name], "127.0.0.1", process.local_port))

    def places(self, address: RoomAddress, seat: int) -> tuple[RoomAddress, RoomAddress]:
        """Both servers, from the row of this seat: every second seat is in the first row."""
        plug = self._plugs[seat % len(ROWS)]
        first, second = (
            replace(address, host=self._addresses[name], port=port, plug=plug)
            for name, port in zip((FIRST, SECOND), (*self._ports, *self._ports)[:2], strict=True)
        )
        return first, second

    def follows(self, old: RoomProcess, new: RoomProcess) -> None:
        """It finds the way itself."""

    async def do(self, harm: Harm) -> None:
        """Break something."""
        self._on.add(harm)
        await asyncio.to_thread(self._as_wanted)

    async def undo(self, harm: Harm) -> None:
        """Mend it."""
        self._on.discard(harm)
        await asyncio.to_thread(self._as_wanted)

    async def close(self) -> None:
        """Nothing is kept open."""

    def _as_wanted(self) -> None:
        """Make everything as `_on` says."""
        told: dict[str, Any] = {}
        for harm in self._on & ON_THE_WIRE.keys():
            told |= ON_THE_WIRE[harm]
        assert self._wire.stdin is not None
        assert self._wire.stdout is not None
        self._wire.stdin.write(json.dumps(told) + "\n")
        self._wire.stdin.flush()
        self._count(json.loads(self._wire.stdout.readline()))
        servers = (FIRST, SECOND)
        losses: list[tuple[Harm, str, str]] = []  # why, at, from
        if Harm.DROP in self._on:
            losses += [pair for row in ROWS for server in servers for pair in _both(Harm.DROP, row, server)]
        if Harm.CUT_SWITCH in self._on:  # the switch of one row; the other goes on
            losses += [pair for server in servers for pair in _both(Harm.CUT_SWITCH, ROWS[0], server)]
        if Harm.CUT_SERVERS in self._on:
            losses += _both(Harm.CUT_SERVERS, FIRST, SECOND)
        if Harm.SPLIT in self._on:
            apart = ((FIRST, SECOND), (ROWS[0], SECOND), (ROWS[1], FIRST))
            losses += [pair for ends in apart for pair in _both(Harm.SPLIT, *ends)]
        for name, host in self._network.hosts.items():
            lost = host.take()
            for harm in (harm for harm, at in self._losing if at == name):
                self.touched[harm.value] += lost
            for harm, at, source in losses:
                if at == name:
                    host.drop(self._addresses[source], LOST_PERCENT if harm is Harm.DROP else 100)
        self._losing = {(harm, at) for harm, at, _ in losses}

    def _count(self, done: Mapping[str, int]) -> None:
        """What the wire did, by the harm that asked for it."""
        for harm, told in ON_THE_WIRE.items():
            self.touched[harm.value] += sum(done.get(word, 0) for word in told)


def _both(harm: Harm, one: str, other: str) -> list[tuple[Harm, str, str]]:
    return [(harm, one, other), (harm, other, one)]


def _plug(host: Host) -> Plug:
    """Makes sockets on that computer: a socket stays where it was made, and this thread goes back at once."""
    libc = ctypes.CDLL(None, use_errno=True)
    there = os.open(f"/run/netns/{host.namespace}", os.O_RDONLY | os.O_CLOEXEC)
    here = os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)

    def enter(namespace: int) -> None:
        if libc.setns(namespace, _CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns")

    def made() -> socket.socket:
        enter(there)
        try:
            return socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        finally:
            enter(here)

    return made


@contextlib.contextmanager
def lab() -> Iterator[Lab]:
    """Two servers and two rows, with the wire between them; gone at the end."""
    with contextlib.ExitStack() as stack:
        network = stack.enter_context(lan((FIRST, SECOND, *ROWS)))
        switch = network[FIRST].namespace.removesuffix(FIRST) + "switch"
        words = []
        for row in ROWS:
            port, near, far = f"port{network[row].place}", f"near{network[row].place}", f"far{network[row].place}"
            run("ip", "-n", switch, "link", "set", port, "nomaster")
            run("ip", "-n", switch, "link", "add", near, "type", "veth", "peer", "name", far)
            run("ip", "-n", switch, "link", "set", near, "up")
            run("ip", "-n", switch, "link", "set", far, "master", "br0", "up")
            words += [port, near]
        command = ["ip", "netns", "exec", switch, sys.executable, str(ROOT / "scripts" / "wire.py"), *words]
        wire = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        stack.callback(_ended, wire)
        assert wire.stdout is not None
        assert wire.stdout.readline() == "ready\n"
        yield Lab(network, wire, stack)


def _ended(wire: subprocess.Popen[str]) -> None:
    assert wire.stdin is not None
    assert wire.stdout is not None
    wire.stdin.close()
    wire.stdout.close()
    wire.wait()


def main(words: Sequence[str] | None = None) -> int:
    """Hold it; exit code 1 when something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--faults", default="", help="by commas, a+b for two at once; without it all of them, one by one"
    )
    parser.add_argument("--seats", type=int, default=6)
    parser.add_argument("--pace", type=float, default=0.3, help="seconds between two answers of a candidate")
    parser.add_argument("--hold", type=float, default=0.7, help="seconds that each fault lasts")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--to", type=Path, required=True, help="a new folder for scratch and logs")
    given = parser.parse_args(words)
    if os.geteuid() != 0:
        parser.error("network namespaces need root")
    names = given.faults.split(",") if given.faults else list(LAB_FAULTS)
    scratch, kept = given.to / "scratch", given.to / "kept"
    scratch.mkdir(parents=True)
    kept.mkdir()
    plan = Plan(
        given.seats,
        [tuple(one.split("+")) for one in names],
        given.pace,
        given.hold,
        given.seed,
        small=True,
        standby=True,
    )
    with lab() as world:
        report = hold(plan, scratch, kept, _say, world)
    print(json.dumps({**report, "touched": world.touched}, ensure_ascii=False), flush=True)
    return 0 if report["ok"] else 1


def _say(what: str, fault: str) -> None:
    print(what, fault, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
