"""What candidates did in simulators, out of the sitting's journal: for the machine they moved to, and for the jury.

The state knows which record holds the action that counts under each number; the actions themselves are read from the disk.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from flask import Blueprint, Response, abort, jsonify, request

from question_bank.canonical import JSON
from question_bank.phrase import phrase
from server.domain.event import read_event
from server.domain.events import KINDS, LateRecorded
from server.domain.run_acts import of_late
from server.domain.run_events import ActionTaken
from server.domain.runs import RunHeld
from server.domain.state import PartAttempt
from server.errors import DatabaseError, JournalError
from server.live.presence import Presence
from server.live.sitting_service import Sitting
from server.store.async_port import Offload
from server.store.journal import Journal

PAGE_ACTIONS = 256  # of one answer: 4 MiB when each is as large as it may be
MAX_READERS = 8  # at once: each holds a thread and the journal's file
RETRY_AFTER_S = 1


@dataclass(frozen=True, slots=True)
class HeldAction:
    """One action that counts. `at_ms` as its machine said and its simulator took it, `believed_at_ms` as the room did."""

    n: int
    generation: int
    action: dict[str, JSON]
    at_ms: int
    believed_at_ms: int
    seq: int

    def wire(self) -> dict[str, JSON]:
        """As a kiosk gets it."""
        return {"n": self.n, "generation": self.generation, "action": self.action, "made_at_ms": self.at_ms}


def run_of(part: PartAttempt, item_id: str) -> RunHeld:
    """What is held of an item's run; empty when nobody has acted there."""
    return part.runs.get(item_id, RunHeld())


def read_actions(path: Path, run: RunHeld, numbers: Sequence[int]) -> tuple[HeldAction, ...]:
    """These actions of a run, from the journal at `path`. Raises JournalError; may be called off the hub."""
    try:
        with Journal.open_to_read(path) as journal:
            return tuple(_read(journal, n, run.acts[n].seq) for n in numbers)
    except DatabaseError as error:
        raise JournalError(error.said, hint=error.advice) from error


def _read(journal: Journal, n: int, seq: int) -> HeldAction:
    record = journal.read(seq - 1, 1)[0]
    event = read_event(KINDS, record.kind, record.body or "")
    match event:
        case ActionTaken():
            return HeldAction(n, event.generation, dict(event.action), event.made_at_ms, event.believed_at_ms, seq)  # type: ignore[arg-type]  # JSON from the journal
        case LateRecorded() if (found := of_late(event)) is not None:
            return HeldAction(n, event.generation, dict(found[1]), event.made_at_ms, event.believed_at_ms, seq)  # type: ignore[arg-type]
    raise JournalError(phrase("record %(number)s holds no action", number=seq))


class RunFiles:
    """Gives a kiosk the actions of the candidate it carries: it goes on where they were on another machine."""

    def __init__(self, presence: Presence, sitting: Callable[[], Sitting | None], offload: Offload) -> None:
        self._presence = presence
        self._sitting = sitting
        self._offload = offload
        self._places = threading.BoundedSemaphore(MAX_READERS)

    def add_to(self, pages: Blueprint) -> None:
        """`GET /kiosk/run/<attempt>/<part>/<item>?after=<n>` with a bearer token."""
        rule = "/kiosk/run/<attempt_id>/<int:part>/<item_id>"
        pages.add_url_rule(rule, view_func=self.give, methods=["GET"])

    def give(self, attempt_id: str, part: int, item_id: str) -> Response:
        """At most `PAGE_ACTIONS` of them after number `after`, in order, and whether there are `more`."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        kiosk_id = self._presence.bearer(token) if scheme == "Bearer" else None
        if kiosk_id is None:
            abort(401)
        sitting = self._sitting()
        seat = None if sitting is None else sitting.carried(kiosk_id)
        attempt = None if sitting is None or seat is None else sitting.attempt(seat.attempt_id)
        if sitting is None or seat is None or attempt is None or seat.attempt_id != attempt_id:
            abort(404)
        if attempt.seat.source != seat.seating.source or part not in attempt.parts:
            abort(404)
        if not self._places.acquire(blocking=False):
            return Response(status=503, headers={"Retry-After": str(RETRY_AFTER_S)})
        try:
            run = run_of(attempt.parts[part], item_id)
            left = [n for n in sorted(run.acts) if n > request.args.get("after", 0, int)]
            found = self._offload(partial(read_actions, sitting.journal_path, run, left[:PAGE_ACTIONS]))
        finally:
            self._places.release()
        return jsonify(actions=[one.wire() for one in found], more=len(left) > PAGE_ACTIONS)
