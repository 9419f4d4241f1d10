"""The list of items, and one item with all that is known of it."""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from question_bank.ids import BankItemId
from question_bank.items import types
from question_bank.items.model import Level
from question_bank.phrase import Phrase
from question_bank.problems import Severity
from question_bank.studio.bodies import inside, typed_number
from question_bank.studio.desk import Desk
from question_bank.studio.preview import preview
from question_bank.studio.seat import Seat
from question_bank.studio.statistics_table import number, percent
from question_bank.studio.words import act_name, field_name, told
from question_bank.vault.entries import Entry, Held, Wanted, Written
from question_bank.vault.figures import last_figures
from question_bank.vault.states import Act, Refused, Standing, State, decide
from question_bank.wording import gettext, render

ON_A_PAGE = 100  # rows; more is not read, and a page of them is painted at once
_ASKED = ("q", "topic", "level", "type", "state", "open")


def item_pages(desk: Desk, seat: Seat) -> Blueprint:
    """`/items`, `/items/<id>` and what is done to an item there."""
    pages = Blueprint("items", __name__)

    @pages.get("/items")
    def listed() -> str:
        return _list_page(desk, seat)

    @pages.get("/items/<name>")
    def item(name: str) -> str:
        held = desk.vault.items.get(BankItemId(name))
        if held is None:
            abort(404)
        return _item_page(desk, seat, held, "")

    @pages.get("/api/items/<name>")
    def shown(name: str) -> Response:
        held = desk.vault.items.get(BankItemId(name))
        if held is None or held.item is None:
            abort(404)
        shared = desk.vault.shared
        stimulus = shared.stimulus(held.entry.stimulus) if held.entry.stimulus else None
        return jsonify(preview(held.item, stimulus, shared.media(), typed_number(request.args.get("mix", ""), 0)))

    @pages.post("/items/<name>/<act>")
    def do(name: str, act: str) -> BaseResponse | str:
        return _done(desk, seat, BankItemId(name), act)

    return pages


def _wanted() -> Wanted:
    """What the address asks for; words that are none of ours do not choose."""
    asked = request.args
    states = frozenset(one for one in State if one.value == asked.get("state"))
    level = next((one for one in Level if one.value == asked.get("level")), None)
    kind = asked.get("type", "") if asked.get("type") in types() else ""
    return Wanted(
        states, asked.get("topic", "")[:60], level, kind, words=asked.get("q", "")[:200], open_reasons=asked.get("open") == "1"
    )  # fmt: skip


def _query(**changed: str) -> str:
    """The address's question with some of it changed; what is empty is left out."""
    known = {name: request.args.get(name, "") for name in _ASKED} | changed
    return urlencode({name: value for name, value in known.items() if value})


def _list_page(desk: Desk, seat: Seat) -> str:
    vault = desk.vault
    found = vault.items.entries(_wanted())
    everything = vault.items.entries()
    page = max(1, typed_number(request.args.get("page", ""), 1))
    first = (page - 1) * ON_A_PAGE
    roughs = [one.name.removeprefix("item:") for one in vault.roughs.all(seat.who) if one.name.startswith("item:")]
    return render_template(
        "items.html", entries=found[first : first + ON_A_PAGE], found=len(found), all=len(everything), first=first,
        page=page, pages=-(-len(found) // ON_A_PAGE), topics=vault.shared.topics(), types=types(), levels=list(Level),
        states=list(State), counts=Counter(one.state for one in everything), query=_query, asked=request.args,
        open_count=sum(one.open_reasons > 0 for one in everything), roughs=roughs,
    )  # fmt: skip


def _item_page(desk: Desk, seat: Seat, held: Held, refused: str) -> str:
    before, after = _neighbours(desk, held.entry.id)
    return render_template("item.html", **item_context(desk, seat, held, refused), before=before, after=after)


def item_context(desk: Desk, seat: Seat, held: Held, refused: str) -> dict[str, object]:
    """What a page shows of one item. `acts` begins the addresses that what is done to it is sent to."""
    vault, entry = desk.vault, held.entry
    faults = [told(fault) for fault in vault.items.faults(entry.id)]
    near = vault.like(held.item) if held.item else []
    others = {name: found for name, _ in near if (found := vault.items.get(name))}
    return {
        "held": held, "entry": entry, "item": held.item, "faults": faults, "near": near, "others": others,
        "history": vault.item_history(entry.id, 200), "past": vault.items.past(entry.id), "uses": vault.uses.of(entry.id),
        "topics": vault.shared.topics(), "type_name": _type_name(entry), "refused": refused, "acts": "/items",
        "query": _query(), "act_name": act_name, "field_name": field_name, "may": _may(seat, held, faults),
        "used": last_figures(vault).get(entry.id), "number": number, "percent": percent,
        "rough": vault.roughs.get(f"item:{entry.id}", seat.who), "State": State,
    }  # fmt: skip


def _type_name(entry: Entry) -> str:
    known = types().get(entry.type)
    return render(known.LABEL) if known else entry.type


def _neighbours(desk: Desk, name: BankItemId) -> tuple[str, str]:
    """The items before and after this one in the list the reader came from."""
    ids = [one.id for one in desk.vault.items.entries(_wanted())]
    if name not in ids:
        return "", ""
    at = ids.index(name)
    return (ids[at - 1] if at else ""), (ids[at + 1] if at + 1 < len(ids) else "")


def _may(seat: Seat, held: Held, faults: list[dict[str, str]]) -> dict[str, str]:
    """For each act the state allows: nothing, or why it is refused now. Others are not offered."""
    entry = held.entry
    errors = sum(one["severity"] == Severity.ERROR.value for one in faults)
    standing = Standing(entry.state, entry.reviewer, entry.approver, entry.open_reasons, errors)
    found = {}
    for act in Act:
        decided = decide(standing, act, seat.who, "…")
        if act is not Act.EDIT and not (isinstance(decided, Refused) and decided.reason.value == "wrong_state"):
            found[act.value] = render(decided.message) if isinstance(decided, Refused) else ""
    return found


def _done(desk: Desk, seat: Seat, name: BankItemId, act: str) -> BaseResponse | str:
    """One act on an item, saved; then the item again."""
    if said := do_act(desk, seat, name, act):
        again = desk.vault.items.get(name)
        assert again is not None
        return _item_page(desk, seat, again, said)
    to = request.form.get("to", "")
    return redirect(inside(f"/items/{name}" + (f"?{to}" if to else "")))


def do_act(desk: Desk, seat: Seat, name: BankItemId, act: str) -> str:
    """Do what the request's form says, and save; gives why not, in the reader's language, or nothing."""
    held = desk.vault.items.get(name)
    if held is None:
        abort(404)
    answer = _acted(desk, seat, held, act, typed_number(request.form.get("seen", ""), -1))
    return render(answer) if answer is not None else desk.keep()


def _acted(desk: Desk, seat: Seat, held: Held, act: str, seen: int) -> Phrase | str | None:
    """Do it; gives why not, when it was refused."""
    items, name, by, why = desk.vault.items, held.entry.id, seat.who, request.form.get("why", "").strip()[:500]
    assert by is not None
    result: Written | Standing | Refused | None
    if act == "undo":
        result = items.undo(name, by, seen=seen)
    elif act == "redo":
        result = items.redo(name, by, seen=seen)
    elif act == "settle":
        result = items.settle(name, typed_number(request.form.get("reason", ""), 0), by, why)
    elif act == "forget":
        desk.vault.roughs.drop(f"item:{name}", by)
        result = None
    elif act in [one.value for one in Act if one is not Act.EDIT]:
        result = items.act(name, Act(act), by, why, seen=seen)
    else:
        return gettext("there is no such act")
    return result.message if isinstance(result, Refused) else None
