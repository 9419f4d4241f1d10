"""What the editor of blueprints asks for while somebody types: rough copies, revisions, what is short, items by words."""

from __future__ import annotations

import re

from flask import Blueprint as Pages
from flask import Response, abort, jsonify, request

from question_bank.assembling import BLUEPRINTS
from question_bank.canonical import JSON
from question_bank.problems import Severity
from question_bank.studio.blueprint_document import Read, document_of, finished, read, too_large
from question_bank.studio.blueprint_reckoning import NoAnswer
from question_bank.studio.blueprint_stock import Stocktaking, found
from question_bank.studio.blueprint_words import NO_ANSWER, short_told, told
from question_bank.studio.bodies import revision_seen, sent_object
from question_bank.studio.desk import Desk
from question_bank.studio.seat import Seat
from question_bank.studio.times import when
from question_bank.vault.people import Person
from question_bank.vault.states import Refused
from question_bank.wording import gettext, render

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,89}")


def blueprint_calls(pages: Pages, desk: Desk, seat: Seat, stock: Stocktaking) -> None:
    """Add them."""

    @pages.post("/blueprints/<name>/rough")
    def rough(name: str) -> Response:
        document, seen = _body(name)
        fault = _saved(desk, seat.who, name, document, seen)
        at = when(desk.vault.store.now()).partition(" ")[2]
        return jsonify(ok=not fault, text=fault, at=at, **_looked(desk, document, read(document)))

    @pages.post("/blueprints/<name>/keep")
    def keep(name: str) -> Response:
        document, seen = _body(name)
        made = read(document)
        if made.blueprint is None:
            text = gettext("A field cannot be read as it stands; put it right first. What you typed is kept as a rough copy.")  # fmt: skip
            return jsonify(ok=False, text=text, **_looked(desk, document, made))
        said, number = _kept(desk, seat.who, name, document, seen)
        return jsonify(ok=not said, text=said, seen=number)

    @pages.post("/blueprints/check")
    def check() -> Response:
        body = sent_object()
        document = document_of(body.get("document"))
        if document is None:
            return jsonify(ok=False, text=render(too_large()))
        return jsonify(ok=True, **_checked(desk, stock, document, body.get("stock")))

    @pages.get("/api/blueprint-items")
    def items() -> Response:
        return jsonify(items=found(desk.vault, request.args.get("q", "")[:200]))


def _checked(desk: Desk, stock: Stocktaking, document: dict[str, JSON], known: JSON) -> dict[str, object]:
    """Whether the bank can fill it (`state`), and everything that is short; waits until it is worked out."""
    vault, now = desk.vault, stock.now(desk.vault)
    made = read(document)
    answer: dict[str, object] = _looked(desk, document, made)
    if known != now.version:
        answer["stock"] = now.document()
    if made.blueprint is None:
        return {**answer, "state": "unreadable", "short": []}
    short = desk.reckoner.shortages(made.blueprint, now.ground, vault.store.now())
    if isinstance(short, NoAnswer):
        said = NO_ANSWER.get(short)
        return {**answer, "state": short.value, "short": [], "text": render(said) if said else ""}
    topics = vault.shared.topics()
    shown = [short_told(one, document, topics) for one in short]
    undecided = any(one["code"] == "undecided" for one in shown)
    return {**answer, "state": "undecided" if undecided else "short" if shown else "feasible", "short": shown}


def _looked(desk: Desk, document: dict[str, JSON], made: Read) -> dict[str, object]:
    """What is wrong with its fields."""
    topics = desk.vault.shared.topics()
    order = sorted(made.faults, key=lambda one: one.severity is Severity.WARNING)
    return {"faults": [told(one, document, topics) for one in order[:200]]}


def _saved(desk: Desk, by: Person, name: str, document: dict[str, JSON], seen: int) -> str:
    """Save what is typed as a rough copy; what is as it was kept needs none. Gives why it is not saved, or nothing."""
    paper = desk.vault.papers.get(f"{BLUEPRINTS}:{name}")
    rough = f"paper:{BLUEPRINTS}:{name}"
    if paper is not None and paper.number == seen and document_of(paper.content) == finished(document):
        desk.vault.roughs.drop(rough, by)
        return desk.keep()
    refused = desk.vault.roughs.put(rough, {"document": document, "seen": seen}, by)
    return render(refused.message) if refused else desk.keep()


def _kept(desk: Desk, by: Person, name: str, document: dict[str, JSON], seen: int) -> tuple[str, int]:
    """Add the revision and save; gives why not, or nothing, and its number."""
    paper = f"{BLUEPRINTS}:{name}"
    with desk.vault.store.doing():
        there = desk.vault.papers.get(paper)
        if (there.number if there else 0) != seen:
            text = gettext("Somebody has kept another revision since this page was opened. What you typed stays here as a rough copy: open the page anew in another tab and compare.")  # fmt: skip
            return text, seen
        written = desk.vault.papers.write(paper, finished(document), by)
        if isinstance(written, Refused):
            return render(written.message), seen
        desk.vault.roughs.drop(f"paper:{paper}", by)
    return desk.keep(), written


def _body(name: str) -> tuple[dict[str, JSON], int]:
    """The document and the revision that it began from."""
    body = sent_object()
    seen = revision_seen(body)
    if not _NAME.fullmatch(name):
        abort(400)
    document = document_of(body.get("document"))
    if document is None:
        abort(413)
    return document, seen
