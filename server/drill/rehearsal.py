"""One drill from an empty folder to its report: material, room, hall, checker. Docs: docs/drill.md.

Everything lies in the drill's own folder. `kept` is what stays of it: the logs, the journal and the report; a room with its keys, the
kiosks' packages and the paper's secrets do not.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
import secrets
import sqlite3
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from question_bank.form import Form
from question_bank.items._choice import right_options
from server.drill import check_drill, officers
from server.drill.faults import LAB_FAULTS, SMALL_DISK, STANDBY, Cast
from server.drill.hall import Hall, Say
from server.drill.kept_server import KeptServer
from server.drill.logbook import Logbook
from server.drill.prepared_room import (
    SITTING_ID,
    Rules,
    SealedContest,
    address_of,
    make_room,
    open_room,
    seal_contest,
)
from server.drill.room_process import OfficerAtServer
from server.drill.seat import DrillSeat
from server.drill.small_disk import SmallDisk
from server.drill.virtual_parts import Papers, Sheet
from server.drill.world import OneComputer, World
from server.identity import load_identity
from server.store.backup import copy_database
from server.store.verify import verify_file

DURATION_S: Final = 2 * 3600  # of the part: a clock that is an hour ahead does not end it
CANARIES: Final = 3
DISK_BYTES: Final = 16 << 20  # of the small disk, and for each seat:
DISK_BYTES_A_SEAT: Final = 128 << 10
ROOM_NAME: Final = "Diễn tập"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is rehearsed. `faults`: in their order, one or two at once; `small`: ten items instead of sixty."""

    seats: int
    faults: Sequence[Sequence[str]]
    pace_s: float
    hold_s: float
    seed: int
    small: bool = False
    standby: bool = False

    @property
    def needs_standby(self) -> bool:
        """Whether the second server is beside the first from the start: asked for, or a fault of the plan is about it."""
        return self.standby or any(LAB_FAULTS[name].needs == STANDBY for names in self.faults for name in names)

    @property
    def needs_disk(self) -> bool:
        """Whether a fault of the plan fills a disk."""
        return any(LAB_FAULTS[name].needs == SMALL_DISK for names in self.faults for name in names)


def hold(plan: Plan, scratch: Path, kept: Path, say: Say, world: World | None = None) -> dict[str, Any]:
    """Hold the drill: its report, without what belongs to the certificate. `scratch` and `kept` are empty folders.

    `world`: where; without it on this computer, on loopback.

    Raises RuntimeError, OSError or TimeoutError when it could not be held at all.
    """
    began = time.monotonic()
    say("prepare", "")
    made = _Made.make(plan, scratch)
    made.write_known(kept)
    with ExitStack() as stack:
        log = stack.enter_context(Logbook(kept))
        disk = None
        if plan.needs_disk:
            disk = SmallDisk(made.room / "sittings", DISK_BYTES + plan.seats * DISK_BYTES_A_SEAT)
            stack.callback(_close, disk)
        results, folders = asyncio.run(_play(plan, made, log, disk, say, world or OneComputer(plan.seed)))
        (kept / "results.json").write_text(results, encoding="utf-8")
    say("check", "")
    journal, *others = (folder / "sittings" / f"{SITTING_ID}.journal.sqlite" for folder in folders)
    (kept / "branches.jsonl").write_bytes(_branches(folders[0]))
    verified = verify_file(journal)
    with closing(sqlite3.connect(f"{journal.absolute().as_uri()}?mode=ro", uri=True)) as found:
        copy_database(found, kept / "journal.sqlite")
    report = check_drill.check(kept)
    wrong = [f"verify journal: {problem.code} {problem.where}" for problem in verified.problems]
    wrong += ["the standby's journal is another one" for one in others if verify_file(one).head != verified.head]
    report["problems"] = [*wrong, *report["problems"]][: check_drill.SHOWN]
    return {
        **report,
        "ok": report["ok"] and not wrong,
        "seed": plan.seed,
        "seconds": round(time.monotonic() - began, 1),
    }


def _close(disk: SmallDisk) -> None:
    if disk.is_open:
        disk.close()


def _branches(room: Path) -> bytes:
    """The histories of this sitting that were set aside, one after the other."""
    return b"".join(path.read_bytes() for path in sorted((room / "branches").glob("sittings.*.branch")))


async def _play(
    plan: Plan, made: _Made, log: Logbook, disk: SmallDisk | None, say: Say, world: World
) -> tuple[str, list[Path]]:  # fmt: skip
    """Serve the room, play the hall in it: the results as the room exports them; the servers' folders, the primary's first."""
    process = world.first(made.room, () if disk is None else disk.prefix, made.scratch / "server.log")
    servers = [KeptServer(process)]
    try:
        await servers[0].start()
        await world.opened(process)
        await asyncio.to_thread(officers.hold_ceremony, process.local_port, made.contest, made.password, marking=True)
        if plan.needs_standby:
            servers.append(KeptServer(world.second(made.scratch / "standby", made.room, made.scratch / "standby.log")))
            await _beside(servers[1], world)
        officer = OfficerAtServer(process.local_port, officers.PROCTOR, made.password)
        cast = Cast(
            servers[0], servers[1] if plan.needs_standby else None, world, made.seats(plan, world, process.port, log), disk,
            random.Random(plan.seed), officer, made.password, log,
        )  # fmt: skip
        await Hall(cast, log, plan.faults, plan.pace_s, plan.hold_s, DURATION_S * 1000, say).play()
        results = await asyncio.to_thread(officers.results, cast.server.process.local_port, made.password)
        return results, [server.process.folder for server in cast.servers]
    finally:
        await world.close()
        for server in reversed(servers):
            await server.stop()
        if disk is not None:
            await asyncio.to_thread(disk.close)


async def _beside(standby: KeptServer, world: World) -> None:
    """The room's second server, in step with the first."""
    await standby.start()
    await world.joined(standby.process)
    await asyncio.to_thread(
        standby.process.wait_for, lambda said: bool(said["heard"] and said["records"] and not said["files_missing"])
    )


# --- what is made beforehand ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Made:
    """A rehearsal's room, prepared and not served yet."""

    scratch: Path
    contest: SealedContest
    sheets: Sequence[Sheet]
    password: str

    @property
    def room(self) -> Path:
        return self.scratch / "room"

    @property
    def form(self) -> Form:
        return self.contest.forms["primary"]

    @classmethod
    def make(cls, plan: Plan, scratch: Path) -> _Made:
        """Seal both sets, make the room with its machines, candidates and officers."""
        sealed, room = scratch / "sealed", scratch / "room"
        sealed.mkdir()
        room.mkdir()
        contest = seal_contest(sealed, small=plan.small, duration_s=DURATION_S, seed=lambda place: _seed(plan, place))
        sheets = make_room(room, contest, plan.seats, Rules(duration_s=DURATION_S), ROOM_NAME)
        password = f"diễn tập {secrets.token_hex(8)}"
        with open_room(room) as opened:
            officers.add_officers(opened, password)
        return cls(scratch, contest, sheets, password)

    def seats(self, plan: Plan, world: World, port: int, log: Logbook) -> list[DrillSeat]:
        """The candidates at their machines."""
        address = address_of(self.room, load_identity(self.room).room_id, port, self.contest.committee.raw)
        papers, known = Papers(), self.known()
        found = []
        for n, sheet in enumerate(self.sheets):
            folder = self.scratch / f"seat-{n:03d}"
            folder.mkdir()
            answers = known[n] if n < len(known) else None
            found.append(DrillSeat(world.places(address, n), sheet, folder, plan.seed * 1000 + n, log, answers, papers))
        return found

    def right(self) -> dict[str, tuple[str, ...]]:
        """The right options of each item of the primary paper, as its authors hold them."""
        sections = self.form.sections
        return {item.item_id: tuple(right_options(item)) for section in sections for item in section.marking.items}

    def known(self) -> list[dict[str, tuple[str, ...]]]:
        """The canaries' answers: all right; all wrong; every other item right, the rest left open."""
        right, wrong = self.right(), self._wrong()
        every_other = {item: options if place % 2 == 0 else () for place, (item, options) in enumerate(right.items())}
        return [right, wrong, every_other][: min(CANARIES, len(self.sheets))]

    def _wrong(self) -> dict[str, tuple[str, ...]]:
        """One option of each item that is not the key; where every option is right, all but the first."""
        right, found = self.right(), {}
        for section in self.form.sections:
            items: Any = section.candidate["items"]
            for item in items:
                options = [str(one["option_id"]) for one in item["options"]]
                key = right[item["item_id"]]
                others = [option for option in options if option not in key]
                found[item["item_id"]] = (others[0],) if others else tuple(options[1:])
        return found

    def write_known(self, kept: Path) -> None:
        """What the checker is to know: keys, and what the canaries must get."""
        right = self.right()
        expected = [len(right), 0, (len(right) + 1) // 2]
        canaries = {sheet.sbd: right_ones for sheet, right_ones in zip(self.sheets, expected, strict=False)}
        _write(kept / "keys.json", {item: list(options) for item, options in right.items()})
        _write(kept / "canaries.json", canaries)


def _seed(plan: Plan, place: int) -> bytes:
    return hashlib.sha256(f"{plan.seed} {place}".encode()).digest()


def _write(path: Path, value: Mapping[str, object]) -> None:
    path.write_text(json.dumps(value), encoding="utf-8")
