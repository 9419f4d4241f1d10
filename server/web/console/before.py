"""Before the start: which seats are not ready, and what helps; what every machine holds; who has not signed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from flask import Response, abort, redirect, render_template, request, url_for
from werkzeug import Response as BaseResponse

from question_bank.phrase import Phrase, phrase
from server.domain import events, readiness_events
from server.domain.names import search_key
from server.domain.pairing import MachineKind
from server.domain.readiness_commands import OverrideReadiness, WithdrawOverride
from server.domain.rights import Right
from server.domain.sheet_events import SignInRestored
from server.domain.values import Attendance, SetName
from server.live.readiness_desk import digest_of
from server.live.sitting_service import Sitting
from server.store.candidates import Candidate
from server.store.packages import PackageRow
from server.web import acts, sessions
from server.web.access import needs
from server.web.console import news
from server.web.console.blueprint import blueprint
from server.web.console.readiness import STANDINGS, SeatLine, Standing, counted, grouped, holding, lines
from server.web.console.server_lines import server_words
from server.web.context import room
from server.web.language import say
from server.web.wording import SETS

Answer: TypeAlias = BaseResponse | str | tuple[str, int]

# What in the journal changes a seat's readiness.
STEPS = (
    events.SittingPrepared, events.SetChosen, events.CandidateSeated, SignInRestored, events.IdentityConfirmed,
    events.AttendanceRecorded, events.SittingOpened, *readiness_events.EVENTS,
)  # fmt: skip
REFRESH_S = 2.0  # three hundred machines that fetch their papers report many times a second
MAX_REASON = 200


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
    return render_template("no_sitting.html") if sitting is None else _page(sitting)


@blueprint.get("/before/news")
@needs(Right.SEE_ROOM)
def before_news() -> Response:
    """Tells the page when a machine or a candidate came further."""
    sources = (room().presence.subscribe, room().pairing.subscribe, news.of(*STEPS), room().on_change)
    return news.stream(sources, Right.SEE_ROOM, REFRESH_S)


@blueprint.post("/before/inspect")
@needs(Right.SEE_ROOM)
def inspect() -> BaseResponse:
    """Ask every machine to look at itself again."""
    room().readiness.inspect_all()
    acts.done(phrase("Every machine on the line was asked to look at itself again. The page follows by itself."))
    return redirect(url_for("console.before"), code=303)


@blueprint.post("/before/<machine_id>/override")
@needs(Right.OVERRIDE_READINESS)
def override(machine_id: str) -> Answer:
    """Let this machine start in spite of what was found, with a reason."""
    reason = " ".join(request.form.get("reason", "").split())[:MAX_REASON]
    command = OverrideReadiness(machine_id, "", (), reason, sessions.current().officer_id)
    return _after(acts.order(command), phrase("The machine may start in spite of this. It stands in the minutes."))


@blueprint.post("/before/<machine_id>/withdraw")
@needs(Right.OVERRIDE_READINESS)
def withdraw(machine_id: str) -> Answer:
    """Take an override back."""
    command = WithdrawOverride(machine_id, sessions.current().officer_id)
    return _after(acts.order(command), phrase("The override was taken back."))


def seat_lines(sitting: Sitting) -> list[SeatLine]:
    """Every seat as the page and the sheet list them."""
    rows = (room().store.packages.by_id(one) for one in sitting.definition.package_ids)
    sizes = {row.package_id: row.size_bytes for row in rows if row is not None}
    by_machine = {one.seat.kiosk_id: one for one in sitting.state.attempts.values()}
    return lines(room().readiness.reports(), by_machine, sitting.state.readiness, sizes)


# --- inside -----------------------------------------------------------------------------------------------------------


def _after(fault: Phrase | None, done: Phrase) -> Answer:
    sitting = room().sitting
    if sitting is None:
        abort(404)
    if fault is not None:
        return _page(sitting, say(fault)), 409
    acts.done(done)
    return redirect(url_for("console.before"), code=303)


def _page(sitting: Sitting, fault: str = "") -> str:
    machines = [one for one in room().pairing.machines() if one.kind is MachineKind.KIOSK]
    rows = {one: room().store.packages.by_id(one) for one in sitting.definition.package_ids}
    found, desk = seat_lines(sitting), room().readiness
    rules, servers = desk.rules(), server_words()
    return render_template(
        "console/before.html",
        fault=fault,
        groups=grouped(found),
        lines=[(line, search_key(_searched(line))) for line in found],
        counts=counted(found),
        standing=Standing,
        standings=STANDINGS,
        locking=[one for one in found if one.locks],
        connected=sum(one.report.facts.on_line for one in found),
        whole=sum(one.staged_percent == 100 for one in found),
        machines=len(machines),
        candidates=room().store.candidates.count(sitting.sitting_id),
        absent=_not_here(sitting),
        sets=_sets(sitting, rows),
        complete=all(row is not None for row in rows.values()),
        servers=servers,
        build=rules.build,
        findings=digest_of(rules, [one.report for one in found]),
        names={one.officer_id: one.full_name for one in room().store.officers.everyone()},
    )  # fmt: skip


def _searched(line: SeatLine) -> str:
    """What a row is found by: seat, how it stands, what is wrong with it."""
    return " ".join([line.seat_label, say(STANDINGS[line.standing]), *(say(wrong) for wrong, _, _ in line.said)])


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
    found = []
    for name in SetName:
        package_id = sitting.definition.package_of(name.value)
        chosen = sitting.state.chosen is name
        found.append(SetLine(say(SETS[name]), package_id, rows.get(package_id), holding(package_id, everyone), chosen))
    return found
