"""This machine looks at itself and tells the room: on every connection, when asked, and when something has changed.

One thread. What a person would not act on (a few bytes of disk or memory) is told only along with something else.
"""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from client_kiosk.agent import Step
from client_kiosk.errors import LinkError
from client_kiosk.kiosk import Kiosk
from client_kiosk.online import Online
from client_kiosk.tls import Address
from question_bank.computer import hardware, internet, software
from question_bank.computer.internet import PUBLIC, Target
from server.protocol.machine import HeldPackage, Internet, MachineFacts, Power, Program, Reach

LOOK_S = 0.5  # between looks whether the room asks, or the line is another one
AGAIN_MS = 15_000  # between looks at what changes by itself: power, disk, adapters, the way out
PROGRAMS_MS = 600_000  # between looks at programs and typefaces: thousands of files
QUARTER = 4  # free space and memory are news when they have changed by a part of this


@dataclass(frozen=True, slots=True)
class _Software:
    """What hardly changes."""

    fonts: tuple[str, ...]
    input_methods: tuple[str, ...]
    programs: tuple[Program, ...]


class Inspector:
    """Runs until stopped. `targets` are public addresses that must not answer; none: nothing is looked for."""

    def __init__(
        self, kiosk: Kiosk, online: Online, build: str, addresses: Callable[[], Sequence[str]],
        targets: Sequence[Target] = PUBLIC,
    ) -> None:  # fmt: skip
        self._kiosk = kiosk
        self._online = online
        self._build = build
        self._addresses = addresses
        self._targets = targets
        self._stopping = threading.Event()
        self._software: _Software | None = None
        self._software_at_ms = 0
        self._internet: tuple[Internet, tuple[str, ...]] = (Internet.UNKNOWN, ())
        self._servers: tuple[Reach, ...] = ()
        self._told: tuple[str, MachineFacts] | None = None  # by the token of the line it was told on
        self._lines: set[str] = set()  # tokens of every line so far; bound: one for each connection
        self._staging: dict[
            str, str | None
        ] = {}  # as last looked at: what has come is told at once, a start waits for it
        self._next_ms = 0  # when to look by ourselves
        self.last_fault = ""  # for the technician: what this machine could not find out about itself
        self._thread = threading.Thread(target=self._run, name="kiosk-inspector")

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """End, after a probe under way."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(LOOK_S):
            try:
                self._round()
            except Exception as error:  # noqa: BLE001 - one for the loop: a later look may find what this one could not
                self.last_fault = f"{type(error).__name__}: {error}"

    def _round(self) -> None:
        asked = self._kiosk.inspect.is_set()
        where, now_ms = self._online.download(), self._kiosk.monotonic_ms()
        is_new = where is not None and (self._told is None or self._told[0] != where[1])
        if where is not None:
            self._lines.add(where[1])
        staging = dict(self._kiosk.staging)
        is_staged, self._staging = staging != self._staging, staging
        if not (asked or is_new or is_staged or now_ms >= self._next_ms):
            return
        self._kiosk.inspect.clear()
        if is_new and self._told is None:
            self._tell(asked=True)  # the room need not wait for the probes to know the rest
        if asked or now_ms >= self._next_ms:
            self._next_ms = now_ms + AGAIN_MS
            self._probe(anew=asked)
        self._tell(asked=asked)

    def _probe(self, *, anew: bool) -> None:
        """Look at what takes its time: files of programs, and addresses that answer late or never."""
        if self._software is None or anew or self._kiosk.monotonic_ms() >= self._software_at_ms + PROGRAMS_MS:
            programs = tuple(Program(one.name, one.version[:64]) for one in software.office_programs())
            self._software = _Software(software.fonts(), software.input_methods(), programs)
            self._software_at_ms = self._kiosk.monotonic_ms()
        if self._targets:
            found = internet.answering(self._targets)
            self._internet = (Internet.REACHABLE if found else Internet.ABSENT, found)
        self._servers = tuple(self._reach(text) for text in list(dict.fromkeys(self._addresses()))[:8])

    def _reach(self, text: str) -> Reach:
        """Whether a server answers there; the one we are connected to does."""
        where, address = self._online.download(), Address.parse(text)
        if where is not None and where[0] == address:
            return Reach(text[:100], True)
        return Reach(text[:100], address is not None and internet.takes_connections((address.host, address.port)))

    def _tell(self, *, asked: bool) -> None:
        where = self._online.download()
        if where is None:
            return
        try:
            facts = self.facts()
        except OSError as error:  # the disk does not even tell how full it is: the pulse says so too
            self.last_fault = str(error)
            return
        if not asked and self._told is not None and self._told[0] == where[1] and not news(self._told[1], facts):
            return
        with contextlib.suppress(LinkError):  # told again on the next line
            self._online.tell("machine", facts)
            self._told = (where[1], facts)

    def facts(self) -> MachineFacts:
        """What is known now. Raises OSError."""
        kiosk, found = self._kiosk, self._software or _Software((), (), ())
        space, memory, supply = hardware.disk(kiosk.folder.path), hardware.memory(), hardware.supply()
        known = kiosk.estimate is not None
        offers = kiosk.state.situation.stage.packages if kiosk.state.situation is not None else ()
        room_ms = kiosk.room_at_ms() if known else None
        return MachineFacts(
            build=self._build,
            system=hardware.system_name(),
            packages=tuple(
                HeldPackage(one.package_id, one.sha256, kiosk.staging[one.package_id] is None)
                for one in offers[:8] if one.package_id in kiosk.staging
            ),
            estimate_at_ms=room_ms,
            uncertainty_ms=kiosk.uncertainty_ms() if known else None,
            wall_off_ms=time.time_ns() // 1_000_000 - room_ms if room_ms is not None else None,
            disk_free_bytes=space.free,
            disk_total_bytes=space.total,
            reserved_bytes=kiosk.reserved_bytes(),
            memory_free_bytes=memory.free if memory is not None else None,
            memory_total_bytes=memory.total if memory is not None else None,
            screens=hardware.screens(),
            display=kiosk.display,
            fonts=found.fonts,
            input_methods=found.input_methods,
            typed=Step.TYPING in kiosk.state.steps,
            programs=found.programs,
            internet=self._internet[0],
            internet_by=self._internet[1],
            adapters=hardware.adapters(),
            power=Power(supply.power),
            battery_percent=supply.percent,
            servers=self._servers,
            round_trip_ms=kiosk.round_trip_ms,
            lines=len(self._lines),
        )  # fmt: skip


def news(before: MachineFacts, now: MachineFacts) -> bool:
    """Whether a person would act otherwise on `now` than on `before`."""
    return _coarse(before) != _coarse(now)


def _coarse(facts: MachineFacts) -> MachineFacts:
    """The facts without what moves all the time; space in steps of a quarter."""
    return replace(
        facts, estimate_at_ms=None, uncertainty_ms=None, disk_free_bytes=_step(facts.disk_free_bytes),
        memory_free_bytes=_step(facts.memory_free_bytes or 0), disk_total_bytes=0,
        wall_off_ms=None if facts.wall_off_ms is None else facts.wall_off_ms // 3_600_000,
        battery_percent=None if facts.battery_percent is None else facts.battery_percent // 10,
        round_trip_ms=None if facts.round_trip_ms is None else facts.round_trip_ms // 50,
    )  # fmt: skip


def _step(octets: int) -> int:
    """Which of the steps, each a quarter larger than the one below, an amount is on."""
    step, bound = 0, 2**20
    while bound < octets and bound < sys.maxsize:
        step, bound = step + 1, bound + bound // QUARTER
    return step
