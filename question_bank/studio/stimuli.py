"""Stimuli: written like items, with autosave; whoever keeps one is told first whose signatures that takes back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from flask import Blueprint, Response, abort, jsonify, render_template

from question_bank.canonical import JSON
from question_bank.ids import BankItemId, StimulusId
from question_bank.items.model import Stimulus
from question_bank.showing import MediumFile, shown
from question_bank.studio.bodies import sent_fields
from question_bank.studio.desk import Desk
from question_bank.studio.seat import Seat
from question_bank.studio.times import when
from question_bank.studio.uses import sharing, signed_of
from question_bank.studio.words import told
from question_bank.vault.people import Person
from question_bank.vault.store import Kind
from question_bank.wording import gettext, render

_PREFIX = "NL"  # what the numbers of new stimuli begin with: “ngữ liệu”
NEW = "new"
_FIELDS = ("id", "title", "text")


def stimulus_pages(desk: Desk, seat: Seat) -> Blueprint:
    """`/stimuli`, `/stimuli/<id>` and the calls of its editor."""
    pages = Blueprint("stimuli", __name__)

    @pages.get("/stimuli")
    def listed() -> str:
        vault = desk.vault
        shared = {identity: sharing(vault, identity) for identity in vault.shared.stimuli()}
        begun = [one.name.partition(":")[2] for one in vault.roughs.all(seat.who) if one.name.startswith("stimulus:")]
        return render_template("stimuli.html", stimuli=vault.shared.stimuli(), shared=shared, begun=begun)

    @pages.get(f"/stimuli/{NEW}")
    def begin() -> str:
        return _editor(desk, {"id": _free_id(desk), "title": "", "text": ""}, 0, restored=False)

    @pages.get("/stimuli/<name>")
    def edit(name: str) -> str:
        vault = desk.vault
        rough = vault.roughs.get(f"stimulus:{name}", seat.who)
        kept = rough.content if rough and isinstance(rough.content, dict) else {}
        fields, seen = kept.get("fields"), kept.get("seen")
        if isinstance(fields, dict) and isinstance(seen, int):
            return _editor(desk, fields, seen, restored=True)
        found = vault.shared.stimulus(StimulusId(name)) or abort(404)
        return _editor(desk, found.document(), _revision(desk, name), restored=False)

    _calls(pages, desk, seat)
    return pages


def _calls(pages: Blueprint, desk: Desk, seat: Seat) -> None:
    @pages.post("/api/stimulus/look")
    def look() -> Response:
        return jsonify(ok=True, **_looked(desk, _body()[0]))

    @pages.post("/api/stimulus/rough/<name>")
    def rough(name: str) -> Response:
        stimulus, seen = _body()
        content: JSON = {"fields": stimulus.document(), "seen": seen}
        refused = desk.vault.roughs.put(f"stimulus:{name}", content, seat.who)
        fault = render(refused.message) if refused else desk.keep()
        at = when(desk.vault.store.now()).partition(" ")[2]
        return jsonify(ok=not fault, text=fault, at=at, **_looked(desk, stimulus))

    @pages.post("/api/stimulus/keep/<name>")
    def keep(name: str) -> Response:
        stimulus, seen = _body()
        said = _kept(desk, seat.who, name, stimulus, seen)
        return jsonify(ok=not said, text=said, to=f"/stimuli/{stimulus.id}")

    @pages.post("/api/stimulus/forget/<name>")
    def forget(name: str) -> Response:
        desk.vault.roughs.drop(f"stimulus:{name}", seat.who)
        fault = desk.keep()
        return jsonify(ok=not fault, text=fault, to="/stimuli")


def _body() -> tuple[Stimulus, int]:
    """The stimulus as it stands in the fields, and the revision that they began from."""
    fields, seen = sent_fields()
    identity, title, text = (value if isinstance(value := fields.get(name), str) else "" for name in _FIELDS)
    return Stimulus(StimulusId(identity), title, text), seen


def _kept(desk: Desk, by: Person, name: str, stimulus: Stimulus, seen: int) -> str:
    """Add the revision and save; gives why not, or nothing."""
    vault = desk.vault
    with vault.store.doing():
        if seen and stimulus.id != name:
            return gettext("The number of a shared text that is in the bank does not change.")
        if stimulus.id == NEW:  # its page would be where a new one is begun
            return gettext("this is not an id")
        if _revision(desk, stimulus.id) != seen:
            return gettext("Somebody has written another revision, or a shared text of this number. Nothing was written over; what you typed stays here.")  # fmt: skip
        if BankItemId(stimulus.id) in vault.items.ids():
            return gettext("An item has this number.")
        if refused := vault.shared.write_stimulus(stimulus, by):
            return render(refused.message)
        vault.roughs.drop(f"stimulus:{name}", by)
    return desk.keep()


def _revision(desk: Desk, name: str) -> int:
    found = desk.vault.store.revision(Kind.STIMULUS, name)
    return found.number if found else 0


def _looked(desk: Desk, stimulus: Stimulus) -> dict[str, object]:
    """What is wrong with it, and how candidates would see it."""
    shared = desk.vault.shared
    files: Mapping[str, MediumFile] = defaultdict(lambda: MediumFile("", "", 0), shared.media())
    faults = [
        told(fault) | ({"where": gettext("Text number")} if fault.path == ("id",) else {})
        for fault in shared.stimulus_faults(stimulus)
    ]
    return {
        "faults": faults,
        "stimulus": {"title": stimulus.title, "text": shown(stimulus.text, files, defaultdict(str))},
    }


def _editor(desk: Desk, fields: dict[str, JSON], seen: int, *, restored: bool) -> str:
    shared = sharing(desk.vault, str(fields.get("id", ""))) if seen else ()
    page: dict[str, JSON] = {"fields": fields, "seen": seen, "restored": restored}
    return render_template(
        "stimulus.html", page=page, fields=fields, seen=seen, restored=restored, shared=shared, back=signed_of(shared),
        history=desk.vault.store.history(Kind.STIMULUS, str(fields["id"]), 50) if seen else [],
    )  # fmt: skip


def _free_id(desk: Desk) -> str:
    """The next number that no item, no stimulus and no rough copy of one has."""
    vault = desk.vault
    taken = {*vault.items.ids(), *vault.shared.stimuli()} | {one.name.partition(":")[2] for one in vault.roughs.all()}
    return next(made for number in range(1, len(taken) + 2) if (made := f"{_PREFIX}-{number:03}") not in taken)
