"""Was anything lost, and are the results right? An independent check of one closed sitting.

Imports nothing of the room: it compares four things that were made apart from each other.

    clicks.jsonl      what a script clicked, as texts on the screen: {"sbd", "stem", "options": [text, …]} after each click
    acks-*.jsonl      what each kiosk wrote at the instant of an ack: {"sbd", "source", "seq", "verdict", "epoch",
                      "hash", "message"}
    journal.sqlite    the closed sitting's journal, read as a plain SQLite file
    results.json      the published result: {"rows": [{"sbd", "right", "of", "time_taken_ms", …}]}

and the bank the paper was drawn from (stem and texts of the right options). Prints one JSON object; exit 1 when an
acknowledged answer is missing or a result is wrong.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sqlite3
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML

ANSWERS = ("save_response/1", "clear_response/1")
# What an acknowledged answer must have become, by verdict.
KINDS = {"accepted": ("response_saved/1", "response_cleared/1"), "late": ("late_recorded/1",)}


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
    def body(self) -> Mapping[str, object]:
        """The record, parsed."""
        parsed: Mapping[str, object] = json.loads(self.message)
        return parsed

    @property
    def is_answer(self) -> bool:
        """Whether it gives or takes back a response."""
        return self.body["kind"] in ANSWERS


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


Rows = Mapping[tuple[bytes, int], Sequence[Row]]


def read_rows(journal: sqlite3.Connection) -> Rows:
    """The journal's records by stream and number; one number has several when one request gave several."""
    held: dict[tuple[bytes, int], list[Row]] = {}
    query = "SELECT source, source_seq, epoch, kind, request_sha256, body, hash FROM journal ORDER BY seq"
    for source, seq, *rest in journal.execute(query):
        held.setdefault((source, seq), []).append(Row(*rest))
    return held


def lost_answers(acks: Iterable[Ack], rows: Rows) -> list[str]:
    """Acknowledged answers that the journal does not hold as they were sent and promised; each in words."""
    missing = []
    for ack in acks:
        if ack.is_answer and ack.verdict in KINDS:
            why = _why_lost(ack, rows.get((ack.source, ack.seq), ()))
            if why is not None:
                missing.append(f"{_name(ack)} {why}")
    return missing


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
        if (found := rows.get((ack.source, ack.seq))) and ack.hash not in [row.hash for row in found]
    ]


def _name(ack: Ack) -> str:
    return f"SBD {ack.sbd}: record {ack.seq} of {ack.source.hex()[:8]}"


def superseded_by_nothing(acks: Iterable[Ack], journal: sqlite3.Connection) -> list[str]:
    """Answers whose last acknowledged value is not the last one the journal holds for that attempt and item."""
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
    last: dict[tuple[str, str], tuple[tuple[int, int], Ack]] = {}
    for ack in acks:
        if ack.is_answer and ack.verdict == "accepted":
            key = (str(ack.body["attempt_id"]), str(ack.body["item_id"]))
            order = (int(str(ack.body["generation"])), ack.seq)
            if key not in last or order > last[key][0]:
                last[key] = (order, ack)
    return [
        f"SBD {ack.sbd}: item {key[1]} counts as {effective.get(key, ((0, 0), None))[1]}, not as acknowledged"
        for key, (order, ack) in last.items()
        if key not in effective
        or effective[key][0] < order
        or (effective[key][0] == order and effective[key][1] != ack.body.get("response"))
    ]


def keys(bank: Path) -> dict[str, frozenset[str]]:
    """The texts of the right options, by stem."""
    found: dict[str, frozenset[str]] = {}
    for file in sorted(bank.glob("*.yaml")):
        for item in YAML(typ="safe").load(file)["items"]:
            letters = item["key"] if isinstance(item["key"], list) else [item["key"]]
            found[folded(item["stem"])] = frozenset(folded(str(item["options"][letter])) for letter in letters)
    return found


def folded(text: str) -> str:
    """Texts are compared as they read: white space folded."""
    return " ".join(text.split())


def expected_right(clicks: Iterable[Mapping[str, object]], right: Mapping[str, frozenset[str]]) -> dict[str, int]:
    """How many items each candidate had right after the last click, by candidate number."""
    final: dict[str, dict[str, frozenset[str]]] = {}
    for click in clicks:
        options = click["options"]
        chosen = frozenset(folded(str(option)) for option in (options if isinstance(options, list) else []))
        final.setdefault(str(click["sbd"]), {})[folded(str(click["stem"]))] = chosen
    return {sbd: sum(right[stem] == chosen for stem, chosen in given.items()) for sbd, given in final.items()}


def wrong_results(expected: Mapping[str, int], rows: Iterable[Mapping[str, object]], limit_ms: int) -> list[str]:
    """Where the published result differs from what the clicks deserve; a missing or extra candidate too."""
    published = {str(row["sbd"]): row for row in rows}
    wrong = [f"SBD {sbd} has no result" for sbd in expected if sbd not in published]
    for sbd, row in published.items():
        if row["right"] != expected.get(sbd, 0):
            wrong.append(f"SBD {sbd}: {row['right']} right published, {expected.get(sbd, 0)} deserved")
        taken = row.get("time_taken_ms")
        if not isinstance(taken, int) or not 0 <= taken <= limit_ms:
            wrong.append(f"SBD {sbd}: a time of {taken} ms cannot be")
    return wrong


def main(arguments: list[str]) -> int:
    """Exit status: 0 nothing lost and all right, 1 not."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--clicks", type=Path, required=True)
    parser.add_argument("--acks", type=Path, nargs="+", required=True)
    parser.add_argument("--journal", type=Path, required=True)
    parser.add_argument("--results", type=Path, required=True)
    parser.add_argument("--bank", type=Path, required=True)
    parser.add_argument("--limit-ms", type=int, required=True, help="the longest time a candidate can have taken")
    given = parser.parse_args(arguments)
    clicks, acks = lines(given.clicks), read_acks(given.acks)
    journal = sqlite3.connect(f"file:{given.journal}?mode=ro", uri=True)
    held = read_rows(journal)
    lost, other = lost_answers(acks, held) + superseded_by_nothing(acks, journal), other_records(acks, held)
    journal.close()
    rows = json.loads(given.results.read_text(encoding="utf-8"))["rows"]
    wrong = wrong_results(expected_right(clicks, keys(given.bank)), rows, given.limit_ms)
    report = {
        "candidates": len(rows),
        "answers_given": len(clicks),
        "answers_acked": sum(ack.is_answer and ack.verdict in ("accepted", "late") for ack in acks),
        "answers_lost": len(lost),
        "graded": sum(row.get("right") is not None for row in rows),
        "results_correct": not wrong,
        "problems": (lost + wrong + other)[:50],
    }
    print(json.dumps(report, ensure_ascii=False))
    return 1 if lost or wrong or other else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
