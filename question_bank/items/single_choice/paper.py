"""A single choice on paper: lettered options, one bubble to fill. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from question_bank.canonical import JSON
from question_bank.items._paper import Field, OnPaper, lettered


def printed(view: Mapping[str, JSON], key: JSON) -> OnPaper:
    """Options A, B, C … in the form's order."""
    rows, names = lettered(view.get("options"))
    right = [names[one] for one in key if isinstance(one, str) and one in names] if isinstance(key, list) else []
    return OnPaper(
        (Field("bubbles", labels=tuple(names.values())),), (", ".join(right),), ({"kind": "options", "rows": rows},)
    )
