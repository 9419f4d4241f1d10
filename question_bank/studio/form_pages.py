"""The forms of the bank: the list, and assembling new ones beside the page."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from fractions import Fraction
from pathlib import PurePath

from flask import Blueprint, Response, abort, jsonify, render_template, request

from question_bank.assembling import BLUEPRINTS
from question_bank.blueprint import SetName
from question_bank.canonical import JSON
from question_bank.circumstances_files import CircumstancesError, facilities_in
from question_bank.draw import SEED_BYTES
from question_bank.ids import BankItemId
from question_bank.item_stats.kept import FAMILY as STATISTICS
from question_bank.phrase import Phrase, phrase
from question_bank.studio.blueprint_words import blueprint_title
from question_bank.studio.bodies import sent_object
from question_bank.studio.desk import Desk
from question_bank.studio.form_desk import FormDesk
from question_bank.studio.form_looking import looking_pages
from question_bank.studio.form_papers import read_name
from question_bank.studio.form_views import marks
from question_bank.studio.form_work import Order, Progress, Stage
from question_bank.studio.seat import Seat
from question_bank.wording import gettext, render, title

_SEED = re.compile(f"[0-9a-fA-F]{{{2 * SEED_BYTES}}}")
_SETS: Mapping[str, tuple[SetName, ...]] = {"both": tuple(SetName), **{one.value: (one,) for one in SetName}}
SETS: Mapping[SetName, Phrase] = {SetName.PRIMARY: phrase("Primary set"), SetName.RESERVE: phrase("Reserve set")}
STAGES: Mapping[Stage, Phrase] = {
    Stage.IDLE: phrase("Nothing is being assembled."),
    Stage.DRAWING: phrase("Drawing items for the forms … This page may be left; the work goes on."),
    Stage.PROVING: phrase("Checking the forms against the blueprint …"),
    Stage.KEEPING: phrase("Saving the forms in the bank …"),
    Stage.DONE: phrase("The forms are drawn, proven and saved in the bank."),
    Stage.SHORT: phrase("The bank cannot fill the blueprint. No form was made. What is short:"),
    Stage.FAILED: phrase("Not assembled:"),
}


def form_pages(forms: FormDesk, seat: Seat) -> Blueprint:
    """`/forms`, `/forms/new`, `/forms/<form>`, and the calls of their pages."""
    desk = forms.desk
    pages = Blueprint("forms", __name__)

    @pages.get("/forms")
    def listed() -> str:
        kept = forms.shelf.all(desk.vault)
        by_blueprint: dict[str, list[object]] = {name: [] for name in blueprint_names(desk)}
        for one in kept:
            by_blueprint.setdefault(one.name.blueprint, []).append(one)
        return render_template(
            "forms.html", groups=by_blueprint, sets=SETS, marks=marks, titles=blueprint_titles(desk),
            progress=progress_shown(forms.worker.progress),
        )  # fmt: skip

    @pages.get("/forms/new")
    def ask() -> str:
        titles = blueprint_titles(desk)
        chosen = request.args.get("blueprint", "")
        return render_template(
            "form_new.html", titles=titles, chosen=chosen if chosen in titles else "", seed=secrets.token_hex(SEED_BYTES),
            progress=progress_shown(forms.worker.progress), sealed=_sealed(forms),
            kept=len(desk.vault.papers.names(STATISTICS)),
        )  # fmt: skip

    @pages.post("/api/forms/assemble")
    def assemble() -> Response:
        order = _ordered(forms, seat)
        if isinstance(order, list):
            return jsonify(ok=False, text=" ".join(render(one) for one in order))
        if not forms.worker.start(order):
            return jsonify(ok=False, text=gettext("Another blueprint is being assembled; wait until it is done."))
        return jsonify(ok=True)

    @pages.get("/api/forms/work")
    def work() -> Response:
        return jsonify(progress_shown(forms.worker.progress))

    looking_pages(pages, forms, seat)
    return pages


def blueprint_names(desk: Desk) -> list[str]:
    """The blueprints that the bank keeps."""
    return [name.removeprefix(f"{BLUEPRINTS}:") for name in desk.vault.papers.names(BLUEPRINTS)]


def blueprint_titles(desk: Desk) -> dict[str, str]:
    """What each of them calls itself."""
    kept = {name: desk.vault.papers.get(f"{BLUEPRINTS}:{name}") for name in blueprint_names(desk)}
    return {name: blueprint_title(one.content, name) for name, one in kept.items() if one}


def form_called(text: str) -> str:
    """A form by its set and code, as people say it."""
    name = read_name(text)
    if name is None:
        return text
    code = [gettext("code %(code)s", code=name.code)] if name.code else []
    return " · ".join([render(SETS[name.set_name]), *code])


def _sealed(forms: FormDesk) -> list[str]:
    """The newest forms that are sealed, by contest and set."""
    kept = [one for one in forms.shelf.all(forms.desk.vault) if one.seal is not None and one.latest]
    return [f"{title(one.form.title)} – {form_called(one.name.text)}" for one in kept]


def progress_shown(progress: Progress) -> dict[str, JSON]:
    """How assembling stands, as pages show it."""
    return {
        "stage": progress.stage.value,
        "at_work": progress.at_work,
        "text": render(STAGES[progress.stage]),
        "name": progress.name,
        "seed": progress.seed,
        "by": progress.by,
        "said": [render(one) for one in progress.said],
        "forms": [*progress.forms],
        "called": [form_called(one) for one in progress.forms],
    }


def _ordered(forms: FormDesk, seat: Seat) -> Order | list[Phrase | str]:
    """What the page asks for, or why it cannot be begun."""
    body = sent_object()
    name, sets, seed = (str(body.get(field, "")).strip()[:200] for field in ("blueprint", "sets", "seed"))
    if sets not in _SETS:
        abort(400)
    if not _SEED.fullmatch(seed):
        return [phrase("a seed is 64 hexadecimal digits")]
    try:
        facility = {**(_kept_facilities(forms.desk) if body.get("kept") is True else {}), **_given_facilities(body)}
    except CircumstancesError as error:
        return [error.said]
    return forms.order(name, _SETS[sets], bytes.fromhex(seed), facility, seat.who)


def _given_facilities(body: dict[str, JSON]) -> dict[BankItemId, Fraction]:
    """Those of a file that was chosen. Raises CircumstancesError."""
    statistics = body.get("statistics")
    if not isinstance(statistics, str) or not statistics:
        return {}
    file = PurePath(str(body.get("statistics_name") or "statistics.json")).name[:80]
    return facilities_in(statistics.encode("utf-8", "replace"), file)


def _kept_facilities(desk: Desk) -> dict[BankItemId, Fraction]:
    """Those that the bank keeps; of an item that several contests had, the latest. Raises CircumstancesError."""
    papers = [(name, desk.vault.papers.get(name)) for name in desk.vault.papers.names(STATISTICS)]
    contents = [(name, one.content) for name, one in papers if one is not None and isinstance(one.content, dict)]
    found: dict[BankItemId, Fraction] = {}
    for name, content in sorted(contents, key=lambda one: (str(one[1].get("held_on")), one[0])):
        found |= facilities_in(str(content.get("figures")).encode(), name)
    return found
