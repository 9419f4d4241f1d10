"""A multiple choice on paper: lettered options, several bubbles to fill. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from question_bank.canonical import JSON
from question_bank.items._paper import Field, OnPaper, lettered
from question_bank.phrase import phrase


def printed(view: Mapping[str, JSON], key: JSON) -> OnPaper:
    """Options A, B, C … in the form's order; the hint says how many may be chosen where that is bounded."""
    rows, names = lettered(view.get("options"))
    listed = key.get("right") if isinstance(key, dict) else key
    right = (
        sorted(names[one] for one in listed if isinstance(one, str) and one in names)
        if isinstance(listed, list)
        else []
    )
    most = view.get("most")
    bounded = isinstance(most, int) and 0 < most < len(names)
    hint = (
        phrase("choose at most %(most)s options", most=most if isinstance(most, int) else 0)
        if bounded
        else phrase("choose every right option")
    )
    return OnPaper(
        (Field("bubbles", labels=tuple(names.values())),),
        (", ".join(right),),
        ({"kind": "options", "rows": rows},),
        hint,
    )
