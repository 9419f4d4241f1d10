"""Blueprints as pages: the list, new ones, copies and files, the editor, and what was before."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from flask import Blueprint as Pages
from flask import Response, abort, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from question_bank.assembling import BLUEPRINTS
from question_bank.blueprint import Blueprint
from question_bank.canonical import JSON
from question_bank.formats.blueprint import read_blueprint
from question_bank.formats.blueprint_write import write_blueprint
from question_bank.formats.nodes import MAX_BYTES, Unreadable, parse, plain
from question_bank.items import types
from question_bank.items.model import Level
from question_bank.studio.blueprint_calls import blueprint_calls
from question_bank.studio.blueprint_document import begun, document_of, finished, items_named, read, too_large
from question_bank.studio.blueprint_stock import Stocktaking, lines
from question_bank.studio.blueprint_words import blueprint_title, rule_name
from question_bank.studio.bodies import typed_number
from question_bank.studio.desk import Desk
from question_bank.studio.seat import Seat
from question_bank.studio.times import when
from question_bank.vault.people import Person
from question_bank.vault.states import Refused
from question_bank.vault.store import Kind
from question_bank.wording import gettext, render, title

_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MOST_CODE = 40  # characters, as in a blueprint
_MOST_PROBLEMS = 50  # of a file: more is another file
_MOST_PAST = 30  # revisions that the editor lists


@dataclass(frozen=True, slots=True)
class Open:
    """A blueprint as somebody opens it: what they were typing, else what is kept; `seen` is the revision it began from."""

    document: dict[str, JSON]
    seen: int
    latest: int
    restored: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A blueprint in the list; `whole` is None when it cannot be read as one."""

    name: str
    title: str
    whole: Blueprint | None
    revision: int
    at: str
    by: str
    typing: bool


def blueprint_pages(desk: Desk, seat: Seat) -> Pages:
    """`/blueprints`, `/blueprints/<name>`, and what is done there."""
    pages = Pages("blueprints", __name__)
    stock = Stocktaking()

    @pages.get("/blueprints")
    def listed() -> str:
        return _list_page(desk, seat, "")

    @pages.get("/blueprints/<name>")
    def edit(name: str) -> str:
        found = opened(desk, name, seat.who)
        if found is None:
            abort(404)
        return _editor(desk, stock, name, found)

    @pages.get("/blueprints/<name>/yaml")
    def as_file(name: str) -> Response:
        found = opened(desk, name, seat.who)
        if found is None:
            abort(404)
        answer = Response(write_blueprint(finished(found.document)), mimetype="application/yaml")
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}.yaml"'
        return answer

    _beginning(pages, desk, seat)
    _past(pages, desk, seat)
    blueprint_calls(pages, desk, seat, stock)
    return pages


def opened(desk: Desk, name: str, by: Person) -> Open | None:
    """The blueprint of this name as this person has it; None when there is none."""
    kept, rough = desk.vault.papers.get(f"{BLUEPRINTS}:{name}"), desk.vault.roughs.get(_rough(name), by)
    latest = kept.number if kept else 0
    typed = rough.content if rough and isinstance(rough.content, dict) else {}
    document, seen = document_of(typed.get("document")), typed.get("seen")
    if document is not None and isinstance(seen, int):
        return Open(document, seen, latest, restored=True)
    document = document_of(kept.content) if kept else None
    return Open(document, latest, latest, restored=False) if document is not None else None


def _beginning(pages: Pages, desk: Desk, seat: Seat) -> None:
    @pages.post("/blueprints")
    def new() -> BaseResponse | str:
        contest, round_id = (request.form.get(name, "").strip() for name in ("contest", "round"))
        vi, en = (" ".join(request.form.get(name, "").split())[:200] for name in ("vi", "en"))
        if not vi or not all(_CODE.fullmatch(one) and len(one) <= _MOST_CODE for one in (contest, round_id)):
            return _list_page(
                desk, seat, gettext("A title, and codes of small letters without marks, digits and hyphens.")
            )
        return _begin(desk, seat, begun(contest, round_id, vi, en), f"{contest}-{round_id}")

    @pages.post("/blueprints/<name>/copy")
    def copy(name: str) -> BaseResponse | str:
        found = opened(desk, name, seat.who)
        if found is None:
            abort(404)
        return _begin(desk, seat, found.document, name)

    @pages.post("/blueprints/take")
    def take() -> Response:
        data = request.get_data(cache=False)[: MAX_BYTES + 1]
        file = unquote(request.headers.get("X-File-Name", ""))[:200] or gettext("the file")
        reading = read_blueprint(data, file)
        problems = [str(one) for one in reading.problems if not one.is_warning][:_MOST_PROBLEMS]
        if reading.blueprint is None:
            return jsonify(
                ok=False, text=gettext("This file is not a blueprint yet. Nothing was taken."), problems=problems
            )
        tree = parse(data.decode("utf-8-sig"))
        document = None if isinstance(tree, Unreadable) else document_of(plain(tree))
        if document is None:
            return jsonify(ok=False, text=render(too_large()))
        name = _free(desk, f"{reading.blueprint.contest_id}-{reading.blueprint.round_id}")
        said = _typed(desk, name, document, 0, seat.who)
        return jsonify(ok=not said, text=said, to=f"/blueprints/{name}")


def _past(pages: Pages, desk: Desk, seat: Seat) -> None:
    @pages.post("/blueprints/<name>/back")
    def back(name: str) -> BaseResponse | str:
        number = typed_number(request.form.get("revision", ""), 0)
        latest = desk.vault.papers.get(f"{BLUEPRINTS}:{name}")
        found = desk.vault.papers.get(f"{BLUEPRINTS}:{name}", number) if number else None
        document = document_of(found.content) if found else None
        if latest is None or document is None:
            abort(404)
        said = _typed(desk, name, document, latest.number, seat.who)
        return _list_page(desk, seat, said) if said else redirect(f"/blueprints/{name}")

    @pages.post("/blueprints/<name>/forget")
    def forget(name: str) -> BaseResponse | str:
        desk.vault.roughs.drop(_rough(name), seat.who)
        said = desk.keep()
        if said:
            return _list_page(desk, seat, said)
        return redirect(f"/blueprints/{name}" if desk.vault.papers.get(f"{BLUEPRINTS}:{name}") else "/blueprints")


def _begin(desk: Desk, seat: Seat, document: dict[str, JSON], wish: str) -> BaseResponse | str:
    """A rough copy under a name that is free, opened."""
    name = _free(desk, wish)
    said = _typed(desk, name, document, 0, seat.who)
    return _list_page(desk, seat, said) if said else redirect(f"/blueprints/{name}")


def _typed(desk: Desk, name: str, document: dict[str, JSON], seen: int, by: Person) -> str:
    """Save a rough copy; gives why not, or nothing."""
    refused = desk.vault.roughs.put(_rough(name), {"document": document, "seen": seen}, by)
    return render(refused.message) if isinstance(refused, Refused) else desk.keep()


def _free(desk: Desk, wish: str) -> str:
    """The name wished, or the first of NAME-2, NAME-3 … that nobody has, kept or typed."""
    taken = {one.partition(":")[2] for one in desk.vault.papers.names(BLUEPRINTS)}
    taken |= {one.name.removeprefix(_rough("")) for one in desk.vault.roughs.all()}
    wish = re.sub("-[0-9]{1,3}$", "", wish[:90]) if wish in taken else wish[:90]
    return next(name for name in (wish, *(f"{wish}-{n}" for n in range(2, len(taken) + 3))) if name not in taken)


def _rough(name: str) -> str:
    return f"paper:{BLUEPRINTS}:{name}"


def _list_page(desk: Desk, seat: Seat, refused: str) -> str:
    by = seat.who
    kept = [one.partition(":")[2] for one in desk.vault.papers.names(BLUEPRINTS)]
    roughs = [one.name for one in desk.vault.roughs.all(by) if one.name.startswith(_rough(""))]
    names = sorted({*kept, *(one.removeprefix(_rough("")) for one in roughs)})
    shown = [line for name in names if (line := _line(desk, name, by)) is not None]
    asked = {name: request.form.get(name, "") for name in ("vi", "en", "contest", "round")}
    return render_template("blueprints.html", lines=shown, refused=refused, asked=asked)


def _line(desk: Desk, name: str, by: Person) -> Line | None:
    found = opened(desk, name, by)
    if found is None:
        return None
    changes = desk.vault.store.history(Kind.PAPER, f"{BLUEPRINTS}:{name}", 1)
    at, who = (when(changes[0].at_ms)[:16], changes[0].person) if changes else ("", "")
    return Line(
        name,
        blueprint_title(found.document, name),
        read(found.document).blueprint,
        found.latest,
        at,
        who,
        found.restored,
    )


def _editor(desk: Desk, stock: Stocktaking, name: str, found: Open) -> str:
    topics = desk.vault.shared.topics()
    page: dict[str, JSON] = {
        "name": name, "document": found.document, "seen": found.seen, "restored": found.restored,
        "stock": stock.now(desk.vault).document(), "named": lines(desk.vault, items_named(found.document)[:2000]),
        "topics": [{"code": code, "title": title(one)} for code, one in topics.items()],
        "levels": [{"value": one.value, "label": render(one.label)} for one in Level],
        "types": [
            {"name": code, "label": render(one.LABEL), "scored": one.SCORED,
             "rules": [{"name": rule, "label": rule_name(rule)} for rule in one.RULES]}
            for code, one in types().items()
        ],
    }  # fmt: skip
    return render_template(
        "blueprint.html", page=page, name=name, found=found, past=_revisions(desk, name, found.latest),
        moved=found.restored and found.seen != found.latest, called=blueprint_title(found.document, name),
    )  # fmt: skip


def _revisions(desk: Desk, name: str, latest: int) -> list[dict[str, object]]:
    """The latest revisions, newest first."""
    paper = f"{BLUEPRINTS}:{name}"
    changes = {one.number: one for one in desk.vault.store.history(Kind.PAPER, paper, _MOST_PAST)}
    found = []
    for number in range(latest, max(0, latest - _MOST_PAST), -1):
        revision = desk.vault.papers.get(paper, number)
        change = changes.get(revision.change) if revision else None
        if change is not None:
            found.append({"number": number, "at": when(change.at_ms), "by": change.person, "why": change.why})
    return found
