"""Writing items: what is typed is saved as a rough copy at every pause, and becomes a revision when its author keeps it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flask import Blueprint, Response, abort, jsonify, render_template, request

from question_bank.canonical import JSON
from question_bank.front.widgets import type_file
from question_bank.ids import BankItemId
from question_bank.items import types
from question_bank.items.model import Item, Level
from question_bank.studio.authored import blank_fields, read_fields, write_fields
from question_bank.studio.bodies import sent_fields
from question_bank.studio.desk import Desk
from question_bank.studio.form_fields import form
from question_bank.studio.preview import preview
from question_bank.studio.seat import Seat
from question_bank.studio.times import when
from question_bank.studio.words import told
from question_bank.vault.people import Person
from question_bank.vault.states import Refused, State
from question_bank.wording import gettext, render

_PREFIX = re.compile(r"(.*?)-?[0-9]+")


def editing_pages(desk: Desk, seat: Seat) -> Blueprint:
    """`/new`, `/edit/<id>`, and the calls of the editor."""
    pages = Blueprint("editing", __name__)

    @pages.get("/new")
    def choose() -> str:
        return render_template("new.html", types=types(), topics=desk.vault.shared.topics(), refused="")

    @pages.get("/new/<type_name>")
    def begin(type_name: str) -> str:
        if type_name not in types():
            abort(404)
        topics: list[str] = [*desk.vault.shared.topics()]
        topic = request.args.get("topic", "")
        fields = blank_fields(type_name, _free_id(desk), topic if topic in topics else (topics or [""])[0])
        return _editor(desk, fields, 0, restored=False)

    @pages.get("/edit/<name>")
    def edit(name: str) -> str:
        held, rough = desk.vault.items.get(BankItemId(name)), desk.vault.roughs.get(f"item:{name}", seat.who)
        kept = rough.content if rough and isinstance(rough.content, dict) else {}
        fields, seen = kept.get("fields"), kept.get("seen")
        if isinstance(fields, dict) and isinstance(seen, int) and fields.get("type") in [*types()]:
            return _editor(desk, fields, seen, restored=True)
        if held is None or held.entry.type not in types() or held.entry.state is State.WITHDRAWN:
            abort(404)
        return _editor(desk, write_fields(held.content), held.entry.revision, restored=False)

    _calls(pages, desk, seat)
    return pages


def _calls(pages: Blueprint, desk: Desk, seat: Seat) -> None:
    @pages.post("/api/look")
    def look() -> Response:
        return jsonify(ok=True, **_looked(desk, _body()[0]))

    @pages.post("/api/rough/<name>")
    def rough(name: str) -> Response:
        fields, seen = _body()
        refused = desk.vault.roughs.put(f"item:{name}", {"fields": fields, "seen": seen}, seat.who)
        fault = render(refused.message) if refused else desk.keep()
        return jsonify(
            ok=not fault, text=fault, at=when(desk.vault.store.now()).partition(" ")[2], **_looked(desk, fields)
        )

    @pages.post("/api/keep/<name>")
    def keep(name: str) -> Response:
        fields, seen = _body()
        item, unreadable = read_fields(fields)
        if item is None or unreadable:
            text = gettext(
                "A field cannot be read as it stands; put it right first. What you typed is kept as a rough copy."
            )
            return jsonify(ok=False, text=text, faults=[told(one) for one in unreadable])
        said = kept(desk, seat.who, BankItemId(name), item, seen)
        return jsonify(ok=not said, text=said, to=f"/items/{item.id}")


def kept(desk: Desk, by: Person, name: BankItemId, item: Item, seen: int) -> str:
    """Add the revision and save; gives why not, or nothing. An item that is there keeps its id."""
    if seen and item.id != name:
        return gettext("The number of an item that is in the bank does not change.")
    written = desk.vault.items.write(item, by, seen=seen)
    if isinstance(written, Refused):
        return render(written.message)
    desk.vault.roughs.drop(f"item:{name}", by)
    return desk.keep()


def _body() -> tuple[dict[str, JSON], int]:
    """The fields of an item of a type that is here, and the revision that they began from."""
    fields, seen = sent_fields()
    if fields.get("type") not in [*types()]:
        abort(400)
    return fields, seen


def _looked(desk: Desk, fields: Mapping[str, JSON]) -> dict[str, object]:
    """What is wrong with the fields, and the item as a candidate would see it."""
    item, unreadable = read_fields(fields)
    if item is None:
        return {"faults": [told(one) for one in unreadable], "preview": None, "near": []}
    said = {fault.path for fault in unreadable}
    faults = unreadable + [fault for fault in desk.vault.items.faults_of(item) if fault.path not in said]
    shared = desk.vault.shared
    stimulus = shared.stimulus(item.common.stimulus) if item.common.stimulus else None
    near = [{"id": name, "percent": percent} for name, percent in desk.vault.like(item)[:3]]
    return {"faults": [told(one) for one in faults], "preview": preview(item, stimulus, shared.media()), "near": near}


def _editor(desk: Desk, fields: dict[str, JSON], seen: int, *, restored: bool) -> str:
    item_type = types()[str(fields["type"])]
    shared = desk.vault.shared
    titles = shared.topics()
    page: dict[str, JSON] = {
        "fields": fields, "seen": seen, "form": form(item_type), "type": item_type.NAME,
        "own": type_file(item_type.NAME, "editor.js") is not None, "restored": restored,
        "words": {name: render(sentence) for name, sentence in item_type.EDITOR_WORDS.items()},
    }  # fmt: skip
    return render_template(
        "edit.html", page=page, fields=fields, seen=seen, type_label=item_type.LABEL, restored=restored, topics=titles,
        levels=list(Level), stimuli=shared.stimuli(),
    )  # fmt: skip


def _free_id(desk: Desk) -> BankItemId:
    """The next number after the item written last."""
    latest = next((one.name for one in desk.vault.history(50) if one.kind.value == "item"), "")
    found = _PREFIX.fullmatch(latest)
    return desk.vault.items.free_id(found[1] if found and found[1] else "CAU")
