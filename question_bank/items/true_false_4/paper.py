"""Four statements on paper: a table with a column for true and one for false. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from question_bank.canonical import JSON
from question_bank.items._paper import FALSE, TRUE, Field, OnPaper, lettered
from question_bank.phrase import Phrase, phrase


def printed(view: Mapping[str, JSON], key: JSON) -> OnPaper:
    """Statements a to d in the form's order."""
    rows, names = lettered(view.get("statements"), "abcd")
    truths = key if isinstance(key, dict) else {}
    said: list[str | Phrase] = []
    for statement, label in names.items():
        said += [f"{label}) " if not said else f"; {label}) ", TRUE if truths.get(statement) is True else FALSE]
    return OnPaper(
        (Field("truths", labels=tuple(names.values())),), (tuple(said),), ({"kind": "statements", "rows": rows},),
        phrase("say of each statement whether it is true or false"),
    )  # fmt: skip
