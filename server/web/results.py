"""Results: what was marked, for those who may see marks; exports; publication by two officers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug import Response

from question_bank import canonical
from question_bank.phrase import phrase
from server.domain.names import sort_key
from server.domain.rights import Right
from server.domain.roster import Entry
from server.live.marks import ResultRow
from server.live.sitting_service import Sitting
from server.web import acts, sessions
from server.web.access import needs
from server.web.authenticate import SECOND_NAME, Unproven, second_officer
from server.web.context import room
from server.web.language import language, say
from server.web.results_export import before_jury, results_document, workbook
from server.web.uploads import XLSX, download
from server.web.wording import REASONS

blueprint = Blueprint("results", __name__)

SORTS: Mapping[str, Callable[[ResultRow], object]] = {
    "sbd": lambda row: (row.part, row.sbd),
    "marks": lambda row: (row.part, -(row.marks if row.marks is not None else -1), row.time_taken_ms, row.sbd),
    "name": lambda row: (row.part, sort_key(row.full_name), row.sbd),
}


@blueprint.get("/results")
@needs(Right.SEE_MARKS)
def page() -> str:
    """Every finished part with its mark."""
    return _page()


@blueprint.post("/results/publish")
@needs(Right.PUBLISH_RESULTS)
def publish() -> Response | tuple[str, int]:
    """Announce the results, by two officers; refused while anything is unmarked or a canary is wrong."""
    second = second_officer(sessions.current(), Right.PUBLISH_RESULTS)
    if isinstance(second, Unproven):
        return _page(second_fault=say(second.sentence)), 422
    refused = room().marks.publish(sessions.actor(sessions.current()), sessions.actor(second))
    if refused is not None:
        return _page(fault=say(REASONS[refused.reason])), 409
    acts.done(phrase("The results are published; it is recorded with both officers' names."))
    return redirect(url_for("results.page"), code=303)


@blueprint.get("/results.xlsx")
@needs(Right.EXPORT_RESULTS)
def spreadsheet() -> Response:
    """The results as a workbook, names and all; noted with who took it."""
    sitting = _sitting()
    rows, roster = room().marks.results(), _roster(sitting)
    spoken = language()
    data = room().port.offload(lambda: workbook(rows, roster, spoken))
    acts.note("results_exported", f"{sitting.sitting_id} xlsx {len(rows)}")
    return download(data, XLSX, f"{sitting.sitting_id}.xlsx")


@blueprint.get("/results.json")
@needs(Right.EXPORT_RESULTS)
def document() -> Response:
    """The results as canonical JSON, without names: what an independent checker compares with the kiosks' logs."""
    sitting = _sitting()
    data = canonical.encode(results_document(sitting, room().marks.results()))
    acts.note("results_exported", f"{sitting.sitting_id} json")
    return download(data, "application/json", f"{sitting.sitting_id}.results.json")


def _page(fault: str = "", second_fault: str = "") -> str:
    sitting = room().sitting
    if sitting is None:
        return render_template("no_sitting.html")
    order = request.args.get("sort", "marks")
    order = order if order in SORTS else "marks"
    rows = sorted(room().marks.results(), key=SORTS[order])  # type: ignore[arg-type]
    marked = [row for row in rows if row.marks is not None]
    return render_template(
        "results.html", rows=rows, order=order, marked=len(marked), several=len(sitting.definition.parts) > 1,
        disputed=sum(row.disputed for row in rows), wrong=room().marks.canaries_wrong(), fault=fault,
        published=sitting.sitting_id in room().marks.state.published, second_fault=second_fault,
        jury=[(row, before_jury(row, language())) for row in rows if row.steps],
        second_name=request.form.get(SECOND_NAME, ""), expected=room().store.candidates.count(sitting.sitting_id),
    )  # fmt: skip


def _roster(sitting: Sitting) -> dict[str, Entry]:
    return {one.candidate_id: one.entry for one in room().store.candidates.of_sitting(sitting.sitting_id)}


def _sitting() -> Sitting:
    sitting = room().sitting
    if sitting is None:
        abort(404)
    return sitting
