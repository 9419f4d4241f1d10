"""What a rehearsal's programs wrote down, read again: logs of JSON lines, and the journal as a plain SQLite file.

For the checker (`check_demo`); imports nothing of the product.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

ANSWERS = ("save_response/1", "clear_response/1")
# What an acknowledged answer must have become, by verdict.
KINDS = {
    "accepted": ("response_saved/1", "response_cleared/1", "action_taken/1"),
    "late": ("late_recorded/1",),
}

Ref: TypeAlias = tuple[bytes, int]


@dataclass(frozen=True, slots=True)
class Ack:
    """One durable verdict as a kiosk saw it; `epoch` and `hash` are those of the journal record it promises."""

    sbd: str
    source: bytes
    seq: int
    verdict: str
    epoch: int
    hash: bytes
    message: str

    @property
    def ref(self) -> Ref:
        """The stream and the number in it: the same for every ack of one record."""
        return self.source, self.seq

    @property
    def order(self) -> tuple[int, int]:
        """Later ones of a candidate are greater."""
        return int(str(self.body["generation"])), self.seq

    @property
    def body(self) -> Mapping[str, object]:
        """The record, parsed."""
        parsed: Mapping[str, object] = json.loads(self.message)
        return parsed

    @property
    def is_answer(self) -> bool:
        """Whether it gives or takes back a response."""
        return self.body["kind"] in ANSWERS

    @property
    def is_action(self) -> bool:
        """Whether it is an action in a simulator."""
        return self.body["kind"] == "act/1"

    @property
    def said(self) -> object:
        """What was given, as a late record keeps it."""
        if self.is_action:
            return {"n": self.body["n"], "action": self.body["action"]}
        return self.body.get("response")


def lines(path: Path) -> list[Mapping[str, object]]:
    """The JSON objects of a file, one on each line; a line torn by `kill -9` at the very end is no line."""
    texts = path.read_text(encoding="utf-8").split("\n")
    whole = texts[:-1]  # what follows the last line feed was not finished
    return [json.loads(text) for text in whole]


def read_acks(paths: Iterable[Path]) -> list[Ack]:
    """Every ack of every kiosk."""
    return [
        Ack(
            sbd=str(one["sbd"]),
            source=bytes.fromhex(str(one["source"])),
            seq=int(str(one["seq"])),
            verdict=str(one["verdict"]),
            epoch=int(str(one["epoch"])),
            hash=bytes.fromhex(str(one["hash"] or "")),
            message=str(one["message"]),
        )
        for path in paths
        for one in lines(path)
    ]


@dataclass(frozen=True, slots=True)
class Row:
    """One record of the journal."""

    epoch: int
    kind: str
    request_sha256: bytes
    body: str
    hash: bytes


Rows: TypeAlias = Mapping[Ref, Sequence[Row]]


def read_rows(journal: sqlite3.Connection) -> Rows:
    """The journal's records by stream and number; one number has several when one request gave several."""
    held: dict[Ref, list[Row]] = {}
    query = "SELECT source, source_seq, epoch, kind, request_sha256, body, hash FROM journal ORDER BY seq"
    for source, seq, *rest in journal.execute(query):
        held.setdefault((source, seq), []).append(Row(*rest))
    return held


def read_branches(path: Path) -> list[Rows]:
    """Histories that were set aside, one file of them after the other (docs/standby.md, "Two histories"); each by stream and number.

    Signatures are not looked at here: `verify result` does.
    """
    found: list[Rows] = []
    held: dict[Ref, list[Row]] = {}
    for one in lines(path):
        if "format" in one:
            held = {}
            found.append(held)
        elif "source" in one:
            ref = (bytes.fromhex(str(one["source"])), int(str(one["source_seq"])))
            request, own = (bytes.fromhex(str(one[name])) for name in ("request_sha256", "hash"))
            held.setdefault(ref, []).append(
                Row(int(str(one["epoch"])), str(one["kind"]), request, str(one["body"]), own)
            )
    return found


def accepted(acks: Iterable[Ack]) -> list[Ack]:
    """Acks of answers that count, each record once, in the order in which each candidate gave them."""
    once = {ack.ref: ack for ack in acks if ack.is_answer and ack.verdict == "accepted"}
    return sorted(once.values(), key=lambda ack: ack.order)


def last_acks(acks: Iterable[Ack]) -> dict[tuple[str, str], Ack]:
    """The last accepted ack of each item, by attempt and item."""
    return {(str(ack.body["attempt_id"]), str(ack.body["item_id"])): ack for ack in accepted(acks)}


def owners(acks: Iterable[Ack]) -> dict[str, str]:
    """Whose each attempt is, by the kiosks' word."""
    return {str(ack.body["attempt_id"]): ack.sbd for ack in acks if "attempt_id" in ack.body}


def submissions(acks: Iterable[Ack]) -> dict[tuple[str, int], Mapping[str, object]]:
    """The accepted submissions, by attempt and part."""
    found = [ack.body for ack in acks if ack.verdict == "accepted" and ack.body["kind"] == "submit_part/1"]
    return {(str(body["attempt_id"]), int(str(body["part"]))): body for body in found}
