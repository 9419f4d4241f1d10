"""The walk before a sitting, for the Technical Team: what is done, what comes next, and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import BinaryIO, cast

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug import Response

from question_bank.phrase import phrase, phrases
from server.domain.pairing import MachineKind
from server.domain.reasons import Refused
from server.domain.rights import Right, Role
from server.live.definition import MAX_FILE_BYTES, DefinitionProblem
from server.live.sitting_service import Sitting
from server.live.staging import ImportRefused
from server.store.packages import PackageRow
from server.web import acts, sessions
from server.web.access import needs
from server.web.context import room
from server.web.language import say
from server.web.package_wording import package_problem
from server.web.uploads import uploaded
from server.web.wording import REASONS

blueprint = Blueprint("prepare", __name__)

LEAST_OFFICERS = 2  # of proctors: one alone cannot sign an act of two


class Progress(Enum):
    """How far one step of the walk is."""

    DONE = "done"
    NOW = "now"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class PackageLine:
    """One of the two sets the sitting file names."""

    set_name: str
    package_id: str
    row: PackageRow | None


@dataclass(frozen=True, slots=True)
class Counts:
    """What the room has so far."""

    officers: int
    proctors: int
    unconfirmed: int
    candidates: int
    codes: int
    machines: int
    connected: int


@blueprint.get("/prepare")
@needs(Right.MANAGE_SITTINGS)
def page() -> str:
    """The steps in their order, each with what is there."""
    return _page()


@blueprint.post("/prepare/sitting")
@needs(Right.MANAGE_SITTINGS)
def add_sitting() -> Response | tuple[str, int]:
    """Take in a sitting file, or show everything that is wrong with it."""
    data = uploaded("sitting", MAX_FILE_BYTES)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _page(fault=say(phrase("The sitting file is not UTF-8 text."))), 422
    found = room().add_sitting(text, sessions.current().officer_id)
    if isinstance(found, list):
        return _page(problems=found), 422
    if isinstance(found, Refused):
        return _page(fault=say(REASONS[found.reason])), 409
    acts.note("sitting_added", found.sitting_id)
    acts.done(phrase("The sitting file was taken in."))
    return redirect(url_for("prepare.page"), code=303)


@blueprint.post("/prepare/sitting/<sitting_id>/activate")
@needs(Right.MANAGE_SITTINGS)
def activate(sitting_id: str) -> Response | tuple[str, int]:
    """Make another of the room's sittings the active one."""
    if room().store.sittings.by_id(sitting_id) is None:
        abort(404)
    refused = room().activate(sitting_id)
    if refused is not None:
        return _page(fault=say(REASONS[refused.reason])), 409
    acts.note("sitting_activated", sitting_id)
    return redirect(url_for("prepare.page"), code=303)


@blueprint.post("/prepare/package")
@needs(Right.MANAGE_PACKAGES)
def add_package() -> Response | tuple[str, int]:
    """Take in a sealed package: signature and every digest are checked, and that the sitting names it."""
    file = request.files.get("package")
    if file is None:
        abort(400)
    found = room().import_package(cast(BinaryIO, file.stream), sessions.current().officer_id)
    if isinstance(found, ImportRefused):
        return _page(fault=say(package_problem(found))), 422
    acts.note("package_added", found.package_id)
    acts.done(phrase("The package %(package_id)s was checked and taken in.", package_id=found.package_id))
    return redirect(url_for("prepare.page"), code=303)


def _page(fault: str = "", problems: Sequence[DefinitionProblem] = ()) -> str:
    sitting = room().sitting
    packages = _packages(sitting)
    counts = _counts(sitting)
    done = (
        sitting is not None,
        bool(packages) and all(line.row is not None for line in packages),
        counts.proctors >= LEAST_OFFICERS,
        counts.candidates > 0,
        counts.candidates > 0 and counts.codes >= counts.candidates,
        counts.machines > 0 and counts.machines >= counts.candidates,
    )
    return render_template(
        "prepare.html", sitting=sitting, sittings=room().store.sittings.everyone(), packages=packages, counts=counts,
        steps=_steps(done), fault=fault, problems=[(problem, say(problem.message)) for problem in problems],
        proctors=say(phrases("%(n)s proctor", "%(n)s proctors", counts.proctors)),
    )  # fmt: skip


def _steps(done: Sequence[bool]) -> list[Progress]:
    """Each step's progress; the first undone one is the one to do now."""
    first = done.index(False) if False in done else len(done)
    return [Progress.DONE if one else Progress.NOW if at == first else Progress.LATER for at, one in enumerate(done)]


def _packages(sitting: Sitting | None) -> list[PackageLine]:
    if sitting is None:
        return []
    store, definition = room().store.packages, sitting.definition
    return [
        PackageLine("primary", definition.primary, store.by_id(definition.primary)),
        PackageLine("reserve", definition.reserve, store.by_id(definition.reserve)),
    ]


def _counts(sitting: Sitting | None) -> Counts:
    officers = [officer for officer in room().store.officers.everyone() if officer.active]
    candidates = room().store.candidates
    kiosks = [machine for machine in room().store.machines.active() if machine.kind is MachineKind.KIOSK]
    return Counts(
        officers=len(officers),
        proctors=sum(officer.role is Role.PROCTOR for officer in officers),
        unconfirmed=sum(not officer.confirmed for officer in officers),
        candidates=candidates.count(sitting.sitting_id) if sitting is not None else 0,
        codes=len(candidates.with_code(sitting.sitting_id)) if sitting is not None else 0,
        machines=len(kiosks),
        connected=sum(one.connected for one in room().presence.everyone()),
    )
