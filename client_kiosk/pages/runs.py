"""The calls of a simulator's page: its run, one action, what is being typed; and its scripts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol, cast

from flask import Blueprint, Response, abort, jsonify, request

from client_kiosk.acting import Acted, ShownRun
from question_bank.canonical import JSON
from question_bank.front.simulators import described, simulator_files
from question_bank.wording import Language, render, use_language

MAX_DRAFTS = 64  # fields of one simulator's page that somebody types into
MAX_DRAFT_KEY = 64
MAX_DRAFT_TEXT = 16 * 1024  # characters; what becomes an action has at most 16 KiB


class Runs(Protocol):
    """The runs of the open paper, by the item's place. Every method may be called from any thread."""

    def run(self, number: int) -> ShownRun | None:
        """The run of the item at this place as it stands; None when there is none now."""

    def act(self, number: int, action: Mapping[str, JSON]) -> Acted:
        """Take an action: on the disk before this returns, or not at all."""

    def draft(self, number: int, texts: Mapping[str, str]) -> bool:
        """Keep what is being typed, by key; an empty text is forgotten. False when this machine did not keep it."""


def run_pages(runs: Runs, reads: Callable[[], Language], fault_text: Callable[[str], str]) -> Blueprint:
    """`/simulators/…`, and `/api/runs/<number>` with `…/act` and `…/draft`; `fault_text` says this machine's codes."""
    calls = Blueprint("runs", __name__)
    simulator_files(calls)

    @calls.get("/api/runs/<int:number>")
    def run(number: int) -> Response:
        """404 also while the room still has to give of it: the page asks again."""
        shown = runs.run(number)
        if shown is None:
            abort(404)
        use_language(reads())
        told = {**described(shown.simulator), "n": shown.n, "view": shown.view, "drafts": dict(shown.drafts)}
        return jsonify(told)

    @calls.post("/api/runs/<int:number>/act")
    def act(number: int) -> Response:
        action = _body().get("action")
        if not isinstance(action, dict):
            abort(400)
        acted = runs.act(number, cast(Mapping[str, JSON], action))
        if acted.ok:
            return jsonify(ok=True, n=acted.n, view=acted.view)
        use_language(reads())
        text = render(acted.refused) if acted.refused is not None else fault_text(str(acted.reason))
        return jsonify(ok=False, reason=text)

    @calls.post("/api/runs/<int:number>/draft")
    def draft(number: int) -> Response:
        texts = _body().get("texts")
        if not isinstance(texts, dict) or len(texts) > MAX_DRAFTS:
            abort(400)
        if not all(_is_draft(key, text) for key, text in texts.items()):
            abort(400)
        return jsonify(ok=runs.draft(number, texts))

    return calls


def _body() -> Mapping[str, object]:
    body = request.get_json(silent=True)
    return body if isinstance(body, dict) else {}


def _is_draft(key: object, text: object) -> bool:
    return (
        isinstance(key, str) and isinstance(text, str)
        and 0 < len(key) <= MAX_DRAFT_KEY and len(text) <= MAX_DRAFT_TEXT
    )  # fmt: skip
