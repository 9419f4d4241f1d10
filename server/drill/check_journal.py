"""Acknowledged answers held against a journal: is each there as it was sent and promised, once, and does the last one count?

For the checkers; uses nothing of the product but what reads their logs.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Sequence

from server.drill.check_logs import KINDS, Ack, Ref, Row, Rows, last_acks


def lost_answers(acks: Iterable[Ack], rows: Rows) -> list[str]:
    """Acknowledged answers that the journal does not hold as they were sent and promised; each in words."""
    return list(missing(acks, rows).values())


def missing(acks: Iterable[Ack], rows: Rows, branches: Sequence[Rows] = ()) -> dict[Ref, str]:
    """`lost_answers`, by record.

    `branches`: histories of a server that had gone on alone. What it acknowledged stands there under the hash it promised, and
    in the journal under its own number, from the same request.
    """
    found = {}
    for ack in acks:
        if (ack.is_answer or ack.is_action) and ack.verdict in KINDS:
            why = _why_missing(ack, rows, branches)
            if why is not None:
                found[ack.ref] = f"{name_of(ack)} {why}"
    return found


def _why_missing(ack: Ack, rows: Rows, branches: Sequence[Rows]) -> str | None:
    branch = next((one for one in branches if _promised(ack, one)), None)
    if branch is None or _promised(ack, rows):
        return _why_lost(ack, rows.get(ack.ref, ()))
    asked = hashlib.sha256(ack.message.encode("utf-8")).digest()
    if not any(row.request_sha256 == asked for row in rows.get(ack.ref, ())):
        return "was acknowledged and has not come back from its branch"
    return _why_lost(ack, branch[ack.ref])


def _promised(ack: Ack, rows: Rows) -> bool:
    return ack.hash in [row.hash for row in rows.get(ack.ref, ())]


def _why_lost(ack: Ack, rows: Sequence[Row]) -> str | None:
    if not rows:
        return "was acknowledged and is not there"
    first = rows[0]
    if first.request_sha256 != hashlib.sha256(ack.message.encode("utf-8")).digest():
        return "is not what was sent"
    body = json.loads(first.body)
    said = {"n": body["n"], "action": body["action"]} if "action" in body else body.get("response")
    told = (body.get("item_id"), said)
    if first.kind not in KINDS[ack.verdict] or told != (ack.body["item_id"], ack.said):
        return f"was acknowledged as {ack.verdict} and stands there as {first.kind}"
    # Stored only after a restart: the ack left before anything was on disk, and the kiosk happened to send it again.
    return "was acknowledged before it was stored" if first.epoch > ack.epoch else None


def other_records(acks: Iterable[Ack], rows: Rows, branches: Sequence[Rows] = ()) -> list[str]:
    """Acks, of whatever verdict, that name a record by a hash which neither journal nor branch holds for that request."""
    return [
        f"{name_of(ack)} does not stand under the hash that was promised"
        for ack in acks
        if ack.ref in rows and not any(_promised(ack, one) for one in (rows, *branches))
    ]


def name_of(ack: Ack) -> str:
    """An ack as people are told of it."""
    return f"SBD {ack.sbd}: record {ack.seq} of {ack.source.hex()[:8]}"


def superseded_by_nothing(acks: Iterable[Ack], journal: sqlite3.Connection) -> list[str]:
    """Answers whose last acknowledged value is not the last one the journal holds for that attempt and item."""
    return list(not_counting(acks, journal).values())


def not_counting(acks: Iterable[Ack], journal: sqlite3.Connection) -> dict[Ref, str]:
    """`superseded_by_nothing`, by record."""
    effective: dict[tuple[str, str], tuple[tuple[int, int], object]] = {}
    rows = journal.execute(
        "SELECT source_seq, body FROM journal WHERE kind LIKE 'response_saved/%' OR kind LIKE 'response_cleared/%'"
    )
    for seq, text in rows:
        body = json.loads(text)
        key = (body["attempt_id"], body["item_id"])
        order = (body["generation"], seq)
        if key not in effective or order > effective[key][0]:
            effective[key] = (order, body.get("response"))
    return {
        ack.ref: f"SBD {ack.sbd}: item {key[1]} counts as {effective.get(key, ((0, 0), None))[1]}, not as acknowledged"
        for key, ack in last_acks(acks).items()
        if key not in effective
        or effective[key][0] < ack.order
        or (effective[key][0] == ack.order and effective[key][1] != ack.body.get("response"))
    }
