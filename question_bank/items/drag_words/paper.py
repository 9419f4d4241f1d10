"""Words for gaps on paper: a list of lettered words, a letter for each numbered gap. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from question_bank.canonical import JSON
from question_bank.items._paper import Field, OnPaper, lettered, objects
from question_bank.phrase import phrase


def printed(view: Mapping[str, JSON], key: JSON) -> OnPaper:
    """Gaps (1), (2), …; words A, B, C … in the form's order."""
    rows, names = lettered(view.get("words"))
    labels = {str(gap.get("gap_id")): f"({place})" for place, gap in enumerate(objects(view.get("gaps")), 1)}
    keys = key if isinstance(key, dict) else {}
    said = []
    for gap in labels:
        found = keys.get(gap)
        said.append(names.get(str(found.get("option")), "–") if isinstance(found, dict) else "–")
    reuse = view.get("reuse") is True
    hint = phrase("for each numbered gap, the letter of a word; a word may be used several times") if reuse else phrase(
        "for each numbered gap, the letter of a word"
    )  # fmt: skip
    fields = tuple(Field("bubbles", label, tuple(names.values())) for label in labels.values())
    return OnPaper(fields, tuple(said), ({"kind": "words", "rows": rows},), hint, labels)
