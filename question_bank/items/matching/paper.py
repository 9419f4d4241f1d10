"""Matching on paper: two columns, a letter to fill for each number. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from question_bank.canonical import JSON
from question_bank.items._paper import Field, OnPaper, lettered, objects
from question_bank.phrase import phrase


def printed(view: Mapping[str, JSON], key: JSON) -> OnPaper:
    """Numbers on the left, letters on the right, in the form's order."""
    left = [
        (str(place), str(one.get("left_id")), one.get("text")) for place, one in enumerate(objects(view.get("left")), 1)
    ]
    rows, names = lettered(view.get("right"))
    pairs = key if isinstance(key, dict) else {}
    reuse = view.get("reuse") is True
    hint = (
        phrase("for each number, one letter; a letter may be used several times")
        if reuse
        else phrase("for each number, one letter")
    )
    columns: dict[str, JSON] = {"kind": "columns", "left": [[label, text] for label, _, text in left], "right": rows}
    return OnPaper(
        tuple(Field("bubbles", label, tuple(names.values())) for label, _, _ in left),
        tuple(names.get(str(pairs.get(one)), "–") for _, one, _ in left),
        (columns,),
        hint,
    )
