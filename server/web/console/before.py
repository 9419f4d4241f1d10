"""Before the start: which seats are not ready, and what helps; what every machine holds; who has not signed in."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, render_template

from server.domain import events
from server.domain.pairing import MachineKind
from server.domain.rights import Right
from server.domain.state import Attempt
from server.domain.values import Attendance, SetName
from server.live.sitting_service import Sitting
from server.store.candidates import Candidate
from server.store.packages import PackageRow
from server.web.access import needs
from server.web.console import news
from server.web.console.blueprint import blueprint
from server.web.console.readiness import Sizes, Want, counted, grouped, holding, readiness
from server.web.context import room
from server.web.language import say
from server.web.wording import SETS

# What in the journal changes a seat's readiness.
STEPS = (
    events.SittingPrepared, events.SetChosen, events.CandidateSeated, events.IdentityConfirmed,
    events.AttendanceRecorded, events.SittingOpened,
)  # fmt: skip
REFRESH_S = 2.0  # three hundred machines that fetch their papers report many times a second


@dataclass(frozen=True, slots=True)
class SetLine:
    """One of the two sets: what was imported (None: nothing yet) and how many machines hold it checked."""

    title: str
    package_id: str
    row: PackageRow | None
    held: int
    chosen: bool


@blueprint.get("/before")
@needs(Right.SEE_ROOM)
def before() -> str:
    """Which seats are not ready, and what is the remedy?"""
    sitting = room().sitting
    if sitting is None:
        return render_template("no_sitting.html")
    machines = [one for one in room().pairing.machines() if one.kind is MachineKind.KIOSK]
    presence = {one.kiosk_id: one for one in room().presence.everyone()}
    rows = {one: room().store.packages.by_id(one) for one in sitting.definition.package_ids}
    sizes = Sizes({one: row.size_bytes for one, row in rows.items() if row is not None})
    found = readiness(machines, presence, _by_machine(sitting), sizes)
    counts = counted(found)
    return render_template(
        "console/before.html",
        groups=grouped(found),
        missing=len(found) - counts[Want.NOTHING] - counts[Want.CANDIDATE],
        ready=[one for one in found if one.want is Want.NOTHING],
        free=[one for one in found if one.want is Want.CANDIDATE],
        counts=counts,
        machines=len(machines),
        candidates=room().store.candidates.count(sitting.sitting_id),
        absent=_not_here(sitting),
        sets=_sets(sitting, rows),
        complete=len(sizes.of) == len(rows),
        want=Want,
    )


@blueprint.get("/before/news")
@needs(Right.SEE_ROOM)
def before_news() -> Response:
    """Tells the page when a machine or a candidate came further."""
    sources = (room().presence.subscribe, room().pairing.subscribe, news.of(*STEPS), room().on_change)
    return news.stream(sources, Right.SEE_ROOM, REFRESH_S)


def _by_machine(sitting: Sitting) -> dict[str, Attempt]:
    """Each attempt at the machine it is on now."""
    return {one.seat.kiosk_id: one for one in sitting.state.attempts.values()}


def _not_here(sitting: Sitting) -> list[tuple[Candidate, bool]]:
    """Who has not signed in, and whether the check-in table noted them absent."""
    state = sitting.state
    found = [
        one for one in room().store.candidates.of_sitting(sitting.sitting_id)
        if state.attempt_of(one.candidate_id) is None
    ]  # fmt: skip
    noted = {one for one, seen in state.attendance.items() if seen.state is Attendance.ABSENT}
    return [(one, one.candidate_id in noted) for one in found]


def _sets(sitting: Sitting, rows: dict[str, PackageRow | None]) -> list[SetLine]:
    everyone = room().presence.everyone()
    lines = []
    for name in SetName:
        package_id = sitting.definition.package_of(name.value)
        chosen = sitting.state.chosen is name
        lines.append(SetLine(say(SETS[name]), package_id, rows.get(package_id), holding(package_id, everyone), chosen))
    return lines
