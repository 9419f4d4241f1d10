"""Ordering on paper: lettered entries, letters to write in their order. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from question_bank.canonical import JSON
from question_bank.items._paper import Field, OnPaper, lettered
from question_bank.phrase import phrase


def printed(view: Mapping[str, JSON], key: JSON) -> OnPaper:
    """Entries A, B, C … in the form's order, which is drawn."""
    rows, names = lettered(view.get("entries"))
    right = [names.get(str(one), "–") for one in key] if isinstance(key, list) else []
    return OnPaper(
        (Field("boxes", size=len(names)),), (" – ".join(right),), ({"kind": "entries", "rows": rows},),
        phrase("write the letters in the right order"),
    )  # fmt: skip
