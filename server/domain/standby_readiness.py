"""What is wrong with the room's second server before an exam, the gravest first (docs/readiness.md §2). Pure.

None of it holds a start up: an exam may begin with one server.
"""

from __future__ import annotations

from dataclasses import dataclass

from server.domain.readiness import Finding, Lack, Rules, gravest_first, machine_findings
from server.protocol.machine import MachineFacts


@dataclass(frozen=True, slots=True)
class SecondFacts:
    """What is known of the standby now.

    `machine`: as it told last, None when it has told nothing (yet, or its version cannot). `other_build`: a standby of
    another version was turned away. `clock_off_ms`: its room time less this server's, when it last told.
    """

    on_line: bool
    machine: MachineFacts | None = None
    other_build: str | None = None
    clock_off_ms: int | None = None
    disk_full_in_ms: int | None = None


def standby_findings(second: SecondFacts, rules: Rules) -> tuple[Finding, ...]:
    """Everything that is wrong with it."""
    if not second.on_line:
        other = second.other_build
        return (Finding(Lack.OFF_LINE),) if other is None else (Finding(Lack.BUILD_DIFFERS, other),)
    if second.machine is None:
        return (Finding(Lack.NO_FACTS),)
    found = list(machine_findings(second.machine, rules))
    off_ms, wall_ms, left_ms = second.clock_off_ms, second.machine.wall_off_ms, second.disk_full_in_ms
    if off_ms is not None and abs(off_ms) > rules.clock_off_ms:
        found.append(Finding(Lack.CLOCK_OFF, off_ms))
    if wall_ms is not None and abs(wall_ms) > rules.wall_off_ms:
        found.append(Finding(Lack.WALL_CLOCK, wall_ms))
    low = any(one.lack is Lack.DISK_LOW for one in found)
    if not low and left_ms is not None and left_ms <= rules.disk_full_in_ms:
        found.append(Finding(Lack.DISK_SOON, left_ms))
    return gravest_first(found)
