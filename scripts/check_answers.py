"""What became of each answer: clicked, acknowledged, in the journal, counting. For the checker (`check_demo`)."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from scripts.check_logs import KINDS, Ack, Ref, Row, Rows, accepted, last_acks
from scripts.check_paper import Paper, folded

Item: TypeAlias = tuple[str, str]  # candidate number and stem


def lost_answers(acks: Iterable[Ack], rows: Rows) -> list[str]:
    """Acknowledged answers that the journal does not hold as they were sent and promised; each in words."""
    return list(missing(acks, rows).values())


def missing(acks: Iterable[Ack], rows: Rows) -> dict[Ref, str]:
    """`lost_answers`, by record."""
    found = {}
    for ack in acks:
        if ack.is_answer and ack.verdict in KINDS:
            why = _why_lost(ack, rows.get(ack.ref, ()))
            if why is not None:
                found[ack.ref] = f"{_name(ack)} {why}"
    return found


def _why_lost(ack: Ack, rows: Sequence[Row]) -> str | None:
    if not rows:
        return "was acknowledged and is not there"
    first = rows[0]
    if first.request_sha256 != hashlib.sha256(ack.message.encode("utf-8")).digest():
        return "is not what was sent"
    body = json.loads(first.body)
    told = (body.get("item_id"), body.get("response"))
    if first.kind not in KINDS[ack.verdict] or told != (ack.body["item_id"], ack.body.get("response")):
        return f"was acknowledged as {ack.verdict} and stands there as {first.kind}"
    # Stored only after a restart: the ack left before anything was on disk, and the kiosk happened to send it again.
    return "was acknowledged before it was stored" if first.epoch > ack.epoch else None


def other_records(acks: Iterable[Ack], rows: Rows) -> list[str]:
    """Acks, of whatever verdict, that name a record by a hash which the journal does not hold for that request."""
    return [
        f"{_name(ack)} does not stand under the hash that was promised"
        for ack in acks
        if (found := rows.get(ack.ref)) and ack.hash not in [row.hash for row in found]
    ]


def _name(ack: Ack) -> str:
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


def unacknowledged(clicks: Iterable[Mapping[str, object]], acks: Iterable[Ack], paper: Paper) -> list[str]:
    """Given answers without an ack that carries them, and items whose last ack is not the last click; each in words.

    Each click of an item is looked for among its acks from the one that carried the click before.
    """
    acked: dict[Item, list[frozenset[str]]] = {}
    for ack in accepted(acks):
        said = paper.said(str(ack.body["item_id"]), ack.body.get("response"))
        stem, chosen = said if said is not None else (str(ack.body["item_id"]), frozenset())
        acked.setdefault((ack.sbd, stem), []).append(chosen)
    found, place, given = [], dict.fromkeys(acked, 0), _given(clicks)
    for key, chosen in given:
        there = acked.get(key, [])
        at = place.get(key, 0)
        if chosen in there[at:]:
            place[key] = there.index(chosen, at)
        else:
            found.append(f"SBD {key[0]}: {_shown(chosen)} was given and never acknowledged: {key[1]}")
    for key, chosen in dict(given).items():
        there = acked.get(key, [])
        if chosen in there[place.get(key, 0) :] and there[-1] != chosen:
            found.append(f"SBD {key[0]}: {_shown(there[-1])} was acknowledged last, {_shown(chosen)} given: {key[1]}")
    return found


def given_by_nobody(clicks: Iterable[Mapping[str, object]], acks: Iterable[Ack], paper: Paper) -> list[str]:
    """Accepted answers to items that nobody clicked, or that are not of this paper; each in words."""
    clicked = dict(_given(clicks)).keys()
    found = []
    for (_, item_id), ack in last_acks(acks).items():
        said = paper.said(item_id, ack.body.get("response"))
        if said is None:
            found.append(f"{_name(ack)} answers what is not on the paper: {item_id}")
        elif (ack.sbd, said[0]) not in clicked:
            found.append(f"{_name(ack)} answers what nobody clicked: {said[0]}")
    return found


def _given(clicks: Iterable[Mapping[str, object]]) -> list[tuple[Item, frozenset[str]]]:
    """Clicks in their order: whose, on which item, and the texts chosen after each."""
    found = []
    for click in clicks:
        options = click["options"]
        chosen = frozenset(folded(str(option)) for option in (options if isinstance(options, list) else []))
        found.append(((str(click["sbd"]), folded(str(click["stem"]))), chosen))
    return found


def _shown(chosen: frozenset[str]) -> str:
    return " + ".join(sorted(chosen)) or "no option"


def right_stems(
    clicks: Iterable[Mapping[str, object]], right: Mapping[str, frozenset[str]]
) -> dict[str, frozenset[str]]:
    """The items each candidate had right after the last click, by candidate number."""
    found: dict[str, frozenset[str]] = {}
    for (sbd, stem), chosen in dict(_given(clicks)).items():
        found[sbd] = found.get(sbd, frozenset()) | ({stem} if right[stem] == chosen else set())
    return found


def expected_right(clicks: Iterable[Mapping[str, object]], right: Mapping[str, frozenset[str]]) -> dict[str, int]:
    """How many items each candidate had right after the last click, by candidate number."""
    return {sbd: len(stems) for sbd, stems in right_stems(clicks, right).items()}
