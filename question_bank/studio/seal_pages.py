"""Sealing: forms, the committee's key, custodians, folders; then what the minutes need, and the sheets to print once."""

from __future__ import annotations

import os
from pathlib import PurePath
from urllib.parse import unquote

from flask import Blueprint, Response, abort, jsonify, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from question_bank.canonical import JSON
from question_bank.errors import ExamRoomError
from question_bank.phrase import Phrase, phrase
from question_bank.sealed_fields import MAX_TITLE
from question_bank.sealed_manifest import MAX_SHARES
from question_bank.sealing import KEY_FILE, make_keys, read_instant
from question_bank.studio.bodies import sent_object
from question_bank.studio.folder_calls import folders_asked
from question_bank.studio.form_desk import FormDesk
from question_bank.studio.form_pages import blueprint_titles
from question_bank.studio.form_papers import KeptForm, read_name
from question_bank.studio.seal_custody import NAMES, document, filled_in, from_file, last_plan
from question_bank.studio.seal_desk import SealDesk, SealOrder
from question_bank.studio.seal_folders import new_folder, typed_path
from question_bank.studio.seat import Seat
from question_bank.studio.words import why_not
from question_bank.wording import gettext, render

KEY_ENDING = ".key"
MOST_FORMS = 52  # two sets of 26


def seal_pages(forms: FormDesk, seat: Seat) -> Blueprint:
    """`/seal`, what was sealed, and the calls of the page."""
    desk, sealing = forms.desk, SealDesk(forms)
    pages = Blueprint("sealing", __name__)

    @pages.get("/seal")
    def ask() -> str:
        shown = [one for one in forms.shelf.all(desk.vault) if one.latest]
        asked = set(request.args.getlist("form")[:MOST_FORMS])
        blueprints = {one.name.blueprint for one in shown if one.name.text in asked}
        chosen = {one.name.text for one in shown if one.name.blueprint in blueprints and one.seal is None}
        against = {one.name.text: sealing.against(one) for one in shown if one.name.text in chosen or one.seal}
        return render_template(
            "seal.html", forms=shown, chosen=chosen, against=against, plan=last_plan(desk.vault), names=NAMES,
            most_title=MAX_TITLE, most_shares=MAX_SHARES, made=sealing.made, key_file=KEY_FILE,
        )  # fmt: skip

    @pages.post("/api/seal")
    def seal() -> Response:
        body = sent_object()
        with sealing.turn:  # whoever presses twice, or in two tabs, is told the second time what was sealed the first
            now = desk.vault.store.now()
            order = _order(sealing, body, now)
            wrong = order if isinstance(order, list) else sealing.seal(order, now, seat.who)
        said = [text for one in wrong if (text := render(one))]
        return jsonify(ok=not wrong, text=said[0] if said else "", said=said[1:], to="/seal/done")

    _calls(pages, seat)
    _done(pages, sealing)
    return pages


def _calls(pages: Blueprint, seat: Seat) -> None:
    @pages.post("/api/keygen")
    def keygen() -> Response:
        body = sent_object()
        folder = new_folder(str(body.get("folder", "")))
        if isinstance(folder, Phrase):
            return jsonify(ok=False, text=render(folder))
        try:
            public = make_keys(folder, " ".join(str(body.get("name", "")).split()))
        except ExamRoomError as error:
            return jsonify(ok=False, text=why_not(error))
        return jsonify(ok=True, key=str(folder / KEY_FILE), line=public.line().strip(), folder=str(folder))

    @pages.post("/api/custody")
    def custody() -> Response:
        name = PurePath(unquote(request.headers.get("X-File-Name", ""))).name[:100] or "custody.yaml"
        plan = from_file(request.get_data(cache=False), name)
        if isinstance(plan, list):
            return jsonify(ok=False, text=gettext("This is no custody plan:"), said=plan)
        return jsonify(ok=True, plan=document(plan))

    @pages.get("/api/folders")
    def folders() -> Response:
        return folders_asked({"key": KEY_ENDING})


def _done(pages: Blueprint, sealing: SealDesk) -> None:
    @pages.get("/seal/done")
    def done() -> str | BaseResponse:
        return _done_page(sealing, []) if sealing.made else redirect("/seal")

    @pages.get("/seal/done/<int:number>")
    def sheet(number: int) -> Response:
        data = sealing.sheet(number)
        if data is None:
            abort(404)
        response = make_response(data)
        response.mimetype = "application/pdf"
        response.headers["Content-Disposition"] = "inline"
        return response

    @pages.post("/seal/done/destroy")
    def destroy() -> str:
        return _done_page(sealing, sealing.destroy())


def _done_page(sealing: SealDesk, left: list[str]) -> str:
    there = [os.path.exists(one.path) for made in sealing.made for one in made.sheets]
    known = {made.name: read_name(made.name) for made in sealing.made}
    blueprints = blueprint_titles(sealing.forms.desk)
    titles = {made: blueprints.get(name.blueprint, made) for made, name in known.items() if name}
    return render_template(
        "sealed.html", made=sealing.made, unsaved=sealing.unsaved, left=left, there=there, names=NAMES, titles=titles
    )


def _order(sealing: SealDesk, body: dict[str, JSON], now_ms: int) -> SealOrder | list[Phrase | str]:
    """What the page asks for, or everything that is missing or wrong in it."""
    wrong: list[Phrase | str] = []
    forms, seen = _forms(sealing, body.get("forms")), body.get("revisions")
    if forms and seen != [one.revision for one in forms]:
        wrong.append(phrase("The form was drawn anew meanwhile. Nothing was changed: load the page again."))
    if not forms:
        wrong.append(phrase("choose at least one form"))
    key, out, sheets = typed_path(str(body.get("key", ""))), new_folder(str(body.get("out", ""))), new_folder(str(body.get("sheets", "")))  # fmt: skip
    for label, path in (
        (phrase("Signing key"), key),
        (phrase("Folder for the packages"), out),
        (phrase("Folder for the sheets"), sheets),
    ):
        if isinstance(path, Phrase):
            wrong.append(phrase("%(field)s: %(what)s", field=label, what=path))
    custody = filled_in(body.get("custody"))
    if isinstance(custody, list):
        wrong += custody
    said, not_before = str(body.get("not_before") or "").strip(), None
    try:
        not_before = read_instant(said) if said else None
    except (ValueError, OverflowError):
        wrong.append(phrase("the time before which it may not be opened cannot be read"))
    if not_before is not None and not_before <= now_ms:
        wrong.append(phrase("the time before which it may not be opened is past"))
    if (
        wrong
        or isinstance(key, Phrase)
        or isinstance(out, Phrase)
        or isinstance(sheets, Phrase)
        or isinstance(custody, list)
    ):
        return wrong
    return SealOrder(forms, key, custody, out, sheets, not_before, body.get("despite") is True)


def _forms(sealing: SealDesk, named: JSON) -> tuple[KeptForm, ...]:
    """The forms named, each once; what is none is left out, and then nothing is sealed."""
    texts = list(dict.fromkeys(str(one) for one in named)) if isinstance(named, list) else []
    names = [read_name(one) for one in texts[:MOST_FORMS]]
    vault = sealing.forms.desk.vault
    kept = [sealing.forms.shelf.get(vault, one) if one else None for one in names]
    found = tuple(one for one in kept if one is not None)
    return found if len(found) == len(texts) else ()
