"""Bringing in a file: read in memory, looked at side by side, and taken question by question or all that is certain."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath
from urllib.parse import unquote

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from question_bank.bilingual import Bilingual
from question_bank.exchange_folder import slug
from question_bank.formats.exchange import Defaults, Imported, NotThisFormat, Outcome
from question_bank.formats.registry import readers, sniff
from question_bank.ids import BankItemId, TopicCode
from question_bank.items import types
from question_bank.items.model import Level
from question_bank.items.text import LIMITS, text_faults
from question_bank.studio.bodies import typed_number
from question_bank.studio.desk import Desk
from question_bank.studio.pending import Pending, pending
from question_bank.studio.preview import preview
from question_bank.studio.seat import Seat
from question_bank.vault.likeness import ALIKE
from question_bank.vault.states import State
from question_bank.wording import gettext, render

_ENDINGS = ".docx,.xlsx,.csv,.xml,.zip,.txt,.gift,.yaml,.yml"


def import_pages(desk: Desk, seat: Seat) -> Blueprint:
    """`/import`, the call that reads a file, and taking."""
    pages = Blueprint("importing", __name__)

    @pages.get("/import")
    def look() -> str:
        held = pending(desk)
        with desk.vault.store.lock:  # the page takes what it shows: its questions and its turn are of one file
            if held.imported is not None:
                return _preview_page(desk, held, held.imported, [], "")
            return render_template(
                "import.html",
                topics=desk.vault.shared.topics(),
                levels=list(Level),
                formats=list(readers()),
                endings=_ENDINGS,
            )

    @pages.post("/api/import")
    def read() -> Response:
        name = unquote(request.headers.get("X-File-Name", ""))[:200] or "file"
        found = _read(desk, request.get_data(cache=False), name)
        if isinstance(found, NotThisFormat):
            nothing = gettext("Nothing was imported.")
            return jsonify(ok=False, text=f"{render(found.notice.message)}. {nothing}")
        with desk.vault.store.lock:
            pending(desk).hold(name, found)
        return jsonify(ok=True, to="/import")

    @pages.get("/api/import/<int:number>")
    def shown(number: int) -> Response:
        held = pending(desk)
        questions = held.imported.questions if held.imported else ()
        item = questions[number].item if number < len(questions) else None
        if item is None:
            abort(404)
        return jsonify(preview(item, held.stimulus(item.common.stimulus), held.media))

    _taking(pages, desk, seat)
    return pages


def _taking(pages: Blueprint, desk: Desk, seat: Seat) -> None:
    @pages.post("/import/take")
    def take() -> BaseResponse | str:
        held = pending(desk)
        with desk.vault.store.lock:  # a button pressed twice takes once, and nobody replaces the file meanwhile
            imported = held.imported or abort(404)
            if typed_number(request.form.get("turn", ""), 0) != held.turn:
                another = gettext("Somebody has replaced this file since you opened the page. Load it anew.")
                return _preview_page(desk, held, imported, [], another)
            asked = [typed_number(one, -1) for one in request.form.getlist("place")]
            places = held.with_mates(held.ready() if request.form.get("which") == "ready" else asked)
            if not places:
                return redirect("/import")
            arrived = desk.vault.arrivals.add(held.part(places), held.file, seat.who)
            held.taken |= {n: name for n, name in zip(places, arrived.ids, strict=True) if name is not None}
            said = [desk.keep(), *(f"{name}: {render(no.message)}" for name, no in arrived.media_refused.items())]
            return _preview_page(desk, held, imported, places, " ".join(one for one in said if one))

    @pages.post("/import/drop")
    def drop() -> BaseResponse:
        with desk.vault.store.lock:
            pending(desk).drop()
        return redirect("/import")


def _read(desk: Desk, data: bytes, name: str) -> Imported | NotThisFormat:
    """Read a file as it looks, or as the form says."""
    asked = request.headers.get("X-Format", "")
    chosen = (asked,) if asked in readers() else sniff(data, name)
    # Several may claim a text; the first is as good a guess as any, and the preview shows what came of it.
    level = next((one for one in Level if one.value == request.headers.get("X-Level")), Level.THONG_HIEU)
    topic, title = _topic(desk, name)
    source = " ".join(unquote(request.headers.get("X-Source", "")).split())[: LIMITS["source"]]
    reader = readers()[chosen[0]] if chosen else readers()["docx"]
    found = reader.read(data, name, Defaults(topic, level, source))
    if isinstance(found, NotThisFormat) or title is None:
        return found
    return replace(found, topics={topic: title, **found.topics})


def _topic(desk: Desk, file: str) -> tuple[TopicCode, Bilingual | None]:
    """The topic of questions that name none, with its title where it is new: what was typed, else the file's name."""
    known = desk.vault.shared.topics()
    asked = TopicCode(request.headers.get("X-Topic", ""))
    typed = _title(unquote(request.headers.get("X-New-Topic", "")))
    if asked in known and not typed:
        return asked, None
    title = typed or _title(PurePath(file).stem.replace("_", " "))
    there = next((code for code, called in known.items() if called.vi.casefold() == title.casefold()), None)
    made = there or TopicCode(slug(f"{title}."))
    return made, Bilingual(title, title) if title and made not in known else None


def _title(text: str) -> str:
    """A topic's title; nothing for what cannot be one."""
    title = " ".join(text.split())[: LIMITS["title"]]
    return "" if text_faults(("title",), title, LIMITS["title"]) else title


def _preview_page(desk: Desk, held: Pending, imported: Imported, fresh: list[int], fault: str) -> str:
    names = {name: one.LABEL for name, one in types().items()}
    return render_template(
        "import_preview.html", held=held, questions=imported.questions, notices=imported.notices, names=names, fresh=fresh,
        ready=held.ready(), fault=fault, review=imported.count(Outcome.REVIEW), left=held.left(), rejected=imported.count(Outcome.REJECTED),
        certain=imported.count(Outcome.READY), near=_near(desk, imported), Outcome=Outcome, topics=desk.vault.shared.topics(),
    )  # fmt: skip


def _near(desk: Desk, imported: Imported) -> dict[int, tuple[BankItemId, int]]:
    """For each question the item of the bank that says nearly the same, also a withdrawn one, with percent."""
    found = {
        number: desk.vault.near(one.item, ALIKE, frozenset(State))
        for number, one in enumerate(imported.questions)
        if one.item is not None and number not in held_numbers(desk)
    }
    return {number: near[0] for number, near in found.items() if near}


def held_numbers(desk: Desk) -> frozenset[int]:
    """Places of the file that are in the bank already: each is like itself."""
    return frozenset(pending(desk).taken)
