"""Item statistics of a contest: a file of marks is taken, looked at, and its figures kept with the bank."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from question_bank.item_stats.distractors import Choices
from question_bank.item_stats.kept import FAMILY, MOST_TITLE, Kept, read_day
from question_bank.item_stats.measures import TestStatistics, statistics
from question_bank.item_stats.reading import CellProblem, read_choices, read_matrix
from question_bank.phrase import Phrase
from question_bank.stats_cli import certainty_words
from question_bank.studio.bodies import typed_number
from question_bank.studio.desk import Desk
from question_bank.studio.seat import Seat
from question_bank.studio.statistics_table import COLUMNS, number, percent, rows, table_file, within
from question_bank.vault.figures import keep_statistics, kept_statistics, statistics_named
from question_bank.vault.states import Refused
from question_bank.wording import gettext, render

NEW = "new"
_SHOWN = 10  # problems of a file: one of a kind is as good as a thousand


@dataclass(slots=True)
class Taken:
    """The figures being looked at, in memory alone: marks of candidates are never kept."""

    figures: TestStatistics | None = None
    turn: int = 0  # tells what was taken from what was taken before it: a page keeps what it shows
    file: str = ""
    choices_file: str = ""


def statistics_pages(desk: Desk, seat: Seat) -> Blueprint:
    """`/statistics`, `/statistics/new`, `/statistics/<name>` and their files."""
    pages = Blueprint("statistics", __name__)
    taken = Taken()

    @pages.get("/statistics")
    def listed() -> str:
        return render_template("statistics.html", kept=kept_statistics(desk.vault), number=number, fresh=taken.figures)

    @pages.get(f"/statistics/{NEW}")
    def fresh() -> str | BaseResponse:
        return _table_page(desk, taken.figures, None, NEW, "", taken.turn) if taken.figures else redirect("/statistics")

    @pages.get("/statistics/<name>")
    def one(name: str) -> str:
        kept = statistics_named(desk.vault, f"{FAMILY}:{name}") or abort(404)
        return _table_page(desk, kept.figures, kept, name, "")

    @pages.get("/statistics/<name>.csv")
    def as_file(name: str) -> Response:
        kept = statistics_named(desk.vault, f"{FAMILY}:{name}")
        found = taken.figures if name == NEW else kept.figures if kept else None
        return _file(desk, found or abort(404), name)

    _taking(pages, desk, seat, taken)
    return pages


def _taking(pages: Blueprint, desk: Desk, seat: Seat, taken: Taken) -> None:
    @pages.post("/api/statistics")
    def take() -> Response:
        data, cut = request.get_data(cache=False), typed_number(request.headers.get("X-Marks-Bytes", ""), 0)
        found = _worked_out(data[:cut], data[cut:])
        if not isinstance(found, TestStatistics):
            return jsonify(ok=False, text="\n".join(found))
        taken.turn += 1
        taken.figures, taken.file = found, unquote(request.headers.get("X-File-Name", ""))[:200]
        taken.choices_file = unquote(request.headers.get("X-Choices-Name", ""))[:200] if data[cut:] else ""
        return jsonify(ok=True, to=f"/statistics/{NEW}")

    @pages.post("/statistics/keep")
    def keep() -> BaseResponse | str:
        figures = taken.figures or abort(404)
        if typed_number(request.form.get("turn", ""), 0) != taken.turn:
            return redirect(f"/statistics/{NEW}")
        made = _kept(desk, taken, figures)
        written = made if isinstance(made, str) else keep_statistics(desk.vault, made, seat.who)
        said = render(written.message) if isinstance(written, Refused) else written if isinstance(written, str) else ""
        if isinstance(made, str) or (said := said or desk.keep()):
            return _table_page(desk, figures, None, NEW, said, taken.turn)
        taken.figures = None
        return redirect(f"/statistics/{made.name.removeprefix(FAMILY + ':')}")

    @pages.post("/statistics/drop")
    def drop() -> BaseResponse:
        taken.figures = None
        return redirect("/statistics")


def _worked_out(marks: bytes, choices: bytes) -> TestStatistics | list[str]:
    """The figures, or everything that keeps the files from being read."""
    if marks.startswith((b"PK", b"{")):  # a workbook; a room's results as JSON
        text = gettext("This is not a .csv file. A room's results have the marks of whole parts, not of each item; save a table of each item's marks as .csv (UTF-8).")  # fmt: skip
        return [text]
    matrix = read_matrix(marks)
    if isinstance(matrix, list):
        return _told(matrix)
    made: Choices | None = None
    if choices:
        found = read_choices(choices, matrix)
        if isinstance(found, list):
            return [gettext("The file of choices:"), *_told(found)]
        made = found
    return statistics(matrix, made)


def _told(problems: list[CellProblem]) -> list[str]:
    said = []
    for one in problems[:_SHOWN]:
        where = gettext("row %(row)s, column %(column)s", row=one.row, column=one.column) if one.row else ""
        said.append(f"{where}: {render(one.message)}" if where else render(one.message))
    return said


def _kept(desk: Desk, taken: Taken, figures: TestStatistics) -> Kept | str:
    """What the form says of the contest, with the figures; or why it cannot be kept."""
    title = " ".join(request.form.get("title", "").split())[:MOST_TITLE]
    day = read_day(request.form.get("held_on", ""))
    if not title or isinstance(day, Phrase):
        return gettext("Say which contest it was, and on which day it was held.")
    return Kept(title, day, taken.file, taken.choices_file, desk.vault.store.now(), figures)


def _lines(desk: Desk) -> dict[str, str]:
    return {entry.id: entry.line for entry in desk.vault.items.entries()}


def _table_page(desk: Desk, found: TestStatistics, kept: Kept | None, name: str, refused: str, turn: int = 0) -> str:
    by, down = request.args.get("by", ""), request.args.get("down") == "1"
    table = rows(found, _lines(desk), by, down)
    return render_template(
        "statistics_table.html", found=found, kept=kept, name=name, table=table, by=by if by in COLUMNS else "look",
        down=down, refused=refused, number=number, percent=percent, within=within, certainty=certainty_words(found.certainty),
        suspects=[row for row in table if row.suspect], strangers=[row for row in table if row.line is None],
        most_title=MOST_TITLE, turn=turn,
    )  # fmt: skip


def _file(desk: Desk, found: TestStatistics, name: str) -> Response:
    heads = [gettext("item"), gettext("n"), gettext("facility"), gettext("SD"), gettext("item–rest correlation"),
             gettext("lower limit"), gettext("upper limit"), gettext("efficiency"), gettext("look at"),
             gettext("question")]  # fmt: skip
    table = rows(found, _lines(desk), request.args.get("by", ""), request.args.get("down") == "1")
    response = Response(table_file(table, heads), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="statistics-{name}.csv"'
    return response
