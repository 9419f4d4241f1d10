"""What waits for who sits here: an overview, and a way through it, one item after the other."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from question_bank.ids import BankItemId
from question_bank.items import types
from question_bank.studio.authored import read_fields, write_fields
from question_bank.studio.bodies import typed_number
from question_bank.studio.desk import Desk
from question_bank.studio.editing import kept
from question_bank.studio.item_pages import do_act, item_context
from question_bank.studio.seat import Seat
from question_bank.studio.waiting import Queues, Task, Waiting, Waits
from question_bank.vault.states import Act
from question_bank.wording import gettext

_DID = {Act.REVIEW.value, Act.APPROVE.value, Act.SEND_BACK.value, "settle"}
LATER = ("explanation", "source")
"""Fields that imported questions often lack; nothing is signed without them."""


def waiting_pages(desk: Desk, seat: Seat) -> Blueprint:
    """`/`, `/waiting`, `/waiting/<task>` and what is done there."""
    pages = Blueprint("waiting", __name__)
    waiting = Waiting(desk)
    sources: dict[str, str] = {}  # what each person wrote last as a source: the next question is mostly from the same

    def queues() -> Queues:
        return waiting.queues(seat.who)

    @pages.app_context_processor
    def count() -> dict[str, object]:
        return {"waits_for_me": lambda: queues().count if seat.person is not None and desk.unlocked else 0}

    @pages.get("/")
    def first() -> BaseResponse:
        return redirect("/waiting" if queues().count else "/items")

    @pages.get("/waiting")
    def overview() -> str:
        topics = desk.vault.shared.topics()
        return render_template("waiting.html", queues=queues(), tasks=list(Task), topics=topics)

    @pages.get("/waiting/<task>")
    def walk(task: str) -> str:
        return _walk(desk, seat, queues(), _task(task), request.args.get("at", ""), "", sources.get(seat.who, ""))

    @pages.post("/waiting/<task>/<name>/<act>")
    def do(task: str, name: str, act: str) -> BaseResponse | str:
        if act not in _DID:
            abort(404)
        before = [one.entry.id for one in queues().items[_task(task)]]
        if refused := do_act(desk, seat, BankItemId(name), act):
            return _walk(desk, seat, queues(), _task(task), name, refused)
        after = [one.entry.id for one in queues().items[_task(task)]]
        to = name if name in after else _next(before, name)
        return redirect(f"/waiting/{task}?" + urlencode({"at": to, "done": name, "did": act}))

    _completing(pages, desk, seat, queues, sources)
    return pages


def _completing(
    pages: Blueprint, desk: Desk, seat: Seat, queues: Callable[[], Queues], sources: dict[str, str]
) -> None:
    @pages.post("/waiting/mend/<name>/complete")
    def complete(name: str) -> BaseResponse | str:
        before = [one.entry.id for one in queues().items[Task.MEND]]
        if refused := _completed(desk, seat, BankItemId(name)):
            return _walk(desk, seat, queues(), Task.MEND, name, refused)
        sources[seat.who] = request.form.get("source", "").strip()
        after = [one.entry.id for one in queues().items[Task.MEND]]
        return redirect(
            "/waiting/mend?"
            + urlencode({"at": name if name in after else _next(before, name), "done": name, "did": "complete"})
        )


def _completed(desk: Desk, seat: Seat, name: BankItemId) -> str:
    """Write the explanation and the source that were typed into the item, and save; gives why not, or nothing."""
    held = desk.vault.items.get(name)
    if held is None or held.entry.type not in types():
        abort(404)
    item, unreadable = read_fields(
        write_fields(held.content) | {one: request.form.get(one, "").strip() for one in LATER}
    )
    if item is None or unreadable:
        return gettext("A field cannot be read as it stands; put it right first in the editor.")
    return kept(desk, seat.who, name, item, typed_number(request.form.get("seen", ""), -1))


def _task(value: str) -> Task:
    found = next((one for one in Task if one.value == value), None)
    if found is None:
        abort(404)
    return found


def _next(ids: list[BankItemId], name: str) -> str:
    """The one after this one, the first after the last."""
    at = ids.index(BankItemId(name)) if name in ids else -1
    return ids[(at + 1) % len(ids)] if ids else ""


def _walk(desk: Desk, seat: Seat, queues: Queues, task: Task, at: str, refused: str, source: str = "") -> str:
    queue = queues.items[task]
    place = next((n for n, one in enumerate(queue) if one.entry.id == at), 0)
    done, did = request.args.get("done", ""), request.args.get("did", "")
    around = {
        "queues": queues,
        "tasks": list(Task),
        "task": task,
        "done": done if did in {*_DID, "complete"} else "",
        "did": did,
    }
    waits: Waits | None = queue[place] if queue else None
    held = desk.vault.items.get(waits.entry.id) if waits else None
    if waits is None or held is None:
        return render_template("waiting_item.html", **around, waits=None, refused=refused)
    ids = [one.entry.id for one in queue]
    here = item_context(desk, seat, held, refused) | {"acts": f"/waiting/{task.value}"}
    return render_template(
        "waiting_item.html", **around, **here, waits=waits, source=source, place=place + 1, of=len(queue),
        following=ids[(place + 1) % len(ids)], preceding=ids[place - 1],
    )  # fmt: skip
