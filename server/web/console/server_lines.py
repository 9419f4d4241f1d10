"""The room's servers as the page “Readiness” and its sheet list them: what each is like, what is wrong, what helps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from question_bank.phrase import Phrase, phrase
from server.live.readiness_desk import ServerLine
from server.protocol.machine import Internet, MachineFacts, Power
from server.web.console.readiness_words import remedy, what
from server.web.context import room
from server.web.layout import gigabytes
from server.web.times import span

GIB, MIB = 2**30, 2**20
WALL_MS = 60_000  # a clock that is less wrong than that is not worth a word
HERE, SECOND = phrase("This server"), phrase("The standby")
POWER = {
    Power.MAINS: phrase("mains"),
    Power.BATTERY: phrase("battery"),
    Power.UNKNOWN: phrase("power supply unknown"),
}
INTERNET = {
    Internet.ABSENT: phrase("no internet"),
    Internet.REACHABLE: phrase("internet reachable"),
    Internet.UNKNOWN: phrase("internet not looked for"),
}


@dataclass(frozen=True, slots=True)
class ServerWords:
    """One server in words. `like`: its version, disk, memory, papers, time, power, internet; empty where it told nothing."""

    name: Phrase
    machine: MachineFacts | None
    like: tuple[Phrase, ...]
    said: tuple[tuple[Phrase, Phrase, bool], ...]


def server_words() -> list[ServerWords]:
    """This server, and the standby where the room has one."""
    desk = room().readiness
    papers = desk.rules().packages
    return [
        ServerWords(
            SECOND if one.second else HERE, one.machine, like(one, papers),
            tuple((what(found), remedy(found.lack), found.blocks) for found in one.findings),
        )
        for one in desk.servers()
    ]  # fmt: skip


def like(line: ServerLine, papers: Mapping[str, str]) -> tuple[Phrase, ...]:
    """What a server is like, in short. `papers`: SHA-256 by id, of the sealed sets of the sitting."""
    one = line.machine
    if one is None:
        return ()
    held = {kept.package_id for kept in one.packages if kept.verified and papers.get(kept.package_id) == kept.sha256}
    found = [
        phrase("%(gb)s GB free of %(of)s GB", gb=gigabytes(one.disk_free_bytes), of=f"{one.disk_total_bytes / GIB:.0f}"),
        phrase("%(mb)s MB held back for answers", mb=one.reserved_bytes // MIB),
        phrase("%(n)s of %(of)s sealed papers, checked", n=len(held), of=len(papers)),
    ]  # fmt: skip
    if one.memory_free_bytes is not None:
        found.append(phrase("%(gb)s GB of memory free", gb=gigabytes(one.memory_free_bytes)))
    if line.clock_off_ms is not None:
        found.append(phrase("its time differs by %(ms)s ms", ms=line.clock_off_ms))
    if one.wall_off_ms is not None and abs(one.wall_off_ms) >= WALL_MS:
        found.append(phrase("its own clock differs by %(span)s", span=span(abs(one.wall_off_ms))))
    return (*found, POWER[one.power], INTERNET[one.internet])
