"""Are the published results those deserved, in each of their forms? For the checker.

The export for programs (results.json), the workbook for offices (results.xlsx, its titles in English) and the page in its
order of rank (results-page.json: the texts of each row's cells, as a browser shows them).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True, slots=True)
class Deserved:
    """What one candidate's part must come out as; marks in hundredths, responses by item id.

    `least_ms` and `most_ms`: between which the time taken can lie by somebody else's watch.
    """

    sbd: str
    attempt_id: str
    part: int
    right: int
    of: int
    marks: int
    max_marks: int
    time_taken_ms: int
    least_ms: int
    most_ms: int
    responses: Mapping[str, object]

    @property
    def rank(self) -> tuple[int, int, str]:
        """The first in order is the best: most marks, then least time, then the lower number."""
        return -self.marks, self.time_taken_ms, self.sbd

    @property
    def responses_sha256(self) -> str:
        """The digest of the responses, in hex."""
        value = {"attempt_id": self.attempt_id, "part": self.part, "responses": self.responses}
        text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(b"examroom responses v1\0" + text.encode("utf-8")).hexdigest()

    @property
    def receipt(self) -> str:
        """The first 40 bits of the digest in Crockford's base32, in two groups of four."""
        bits = f"{int(self.responses_sha256[:10], 16):040b}"
        letters = [_CROCKFORD[int(bits[at : at + 5], 2)] for at in range(0, 40, 5)]
        return "".join(letters[:4]) + "-" + "".join(letters[4:])

    @property
    def span(self) -> str:
        """The time taken as pages write it."""
        minutes, seconds = divmod(self.time_taken_ms // 1000, 60)
        hours, rest = divmod(minutes, 60)
        return f"{hours}:{rest:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"


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


def wrong_export(deserved: Iterable[Deserved], rows: Iterable[Mapping[str, object]]) -> list[str]:
    """Where results.json differs, but for the number right (`check_demo.wrong_results`); each in words."""
    by_sbd = {str(row["sbd"]): row for row in rows}
    wrong = []
    for one in deserved:
        row = by_sbd.get(one.sbd, {})
        expected = {
            "attempt_id": one.attempt_id, "part": one.part, "answered": len(one.responses), "of": one.of,
            "marks": one.marks, "max_marks": one.max_marks, "time_taken_ms": one.time_taken_ms, "disputed": False,
            "responses_sha256": one.responses_sha256, "receipt": one.receipt,
        }  # fmt: skip
        wrong += _differences(f"SBD {one.sbd}", expected, row)
        taken = row.get("time_taken_ms")
        if isinstance(taken, int) and not one.least_ms <= taken <= one.most_ms:
            wrong.append(
                f"SBD {one.sbd}: {taken} ms published, {one.least_ms} to {one.most_ms} ms by the script's watch"
            )
    return wrong


def wrong_workbook(deserved: Sequence[Deserved], path: Path) -> list[str]:
    """Where the workbook differs, its rows being by candidate number; each in words. Raises when it is none."""
    sheet: Any = load_workbook(path, read_only=True, data_only=True).worksheets[0]
    titles, *rows = sheet.iter_rows(values_only=True)
    found = [dict(zip(titles, row, strict=True)) for row in rows]
    wrong = _wrong_order("the workbook", [str(row["SBD"]) for row in found], sorted(one.sbd for one in deserved))
    by_sbd = {str(row["SBD"]): row for row in found}
    for one in deserved:
        expected = {
            "Part": one.part + 1, "Answered": len(one.responses), "Items": one.of, "Right": one.right,
            "Marks": one.marks / 100, "Max marks": one.max_marks / 100, "Time taken (s)": one.time_taken_ms // 1000,
            "Receipt": one.receipt,
        }  # fmt: skip
        wrong += _differences(f"SBD {one.sbd} in the workbook", expected, by_sbd.get(one.sbd, {}))
    return wrong


def wrong_page(deserved: Sequence[Deserved], rows: Sequence[Sequence[str]]) -> list[str]:
    """Where the page differs: its order of rank, and each row's number right, time and receipt; each in words."""
    ranked = sorted(deserved, key=lambda one: one.rank)
    wrong = _wrong_order("the page", [row[0] for row in rows], [one.sbd for one in ranked])
    by_sbd = {row[0]: row for row in rows}
    for one in ranked:
        for text in (f"{one.right}/{one.of}", one.span, one.receipt):
            if text not in by_sbd.get(one.sbd, ()):
                wrong.append(f"SBD {one.sbd} on the page: no {text}")
    return wrong


def _wrong_order(where: str, shown: Sequence[str], deserved: Sequence[str]) -> list[str]:
    if shown == deserved:
        return []
    return [f"the order of {where} is {', '.join(shown)}; it should be {', '.join(deserved)}"]


def _differences(what: str, expected: Mapping[str, object], row: Mapping[str, object]) -> list[str]:
    return [
        f"{what}: {name} {row.get(name)} published, {value} deserved"
        for name, value in expected.items()
        if row.get(name) != value
    ]
