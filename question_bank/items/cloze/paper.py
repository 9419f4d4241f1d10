"""A cloze on paper: numbered gaps; options of a gap are listed below the text. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from question_bank.canonical import JSON
from question_bank.items._paper import Field, OnPaper, Written, alternatives, lettered, objects, texts
from question_bank.phrase import phrase


def printed(view: Mapping[str, JSON], key: JSON) -> OnPaper:
    """Gaps (1), (2), … in the stem's order; a bubble for each option, a line for what is written."""
    keys = key if isinstance(key, dict) else {}
    fields: list[Field] = []
    said: list[Written] = []
    rows: list[JSON] = []
    labels: dict[str, str] = {}
    for place, gap in enumerate(objects(view.get("gaps")), 1):
        gap_id, label = str(gap.get("gap_id")), f"({place})"
        found = keys.get(gap_id)
        own = found if isinstance(found, dict) else {}
        labels[gap_id] = label
        if gap.get("kind") == "choice":
            options, names = lettered(gap.get("options"))
            rows.append([label, options])
            fields.append(Field("bubbles", label, tuple(names.values())))
            said.append(names.get(str(own.get("option")), "–"))
        else:
            fields.append(Field("write", label))
            said.append(alternatives(texts(own.get("answers"), "value" if gap.get("kind") == "number" else "text")))
    asks: tuple[dict[str, JSON], ...] = ({"kind": "gap_options", "rows": rows},) if rows else ()
    return OnPaper(tuple(fields), tuple(said), asks, phrase("fill in the numbered gaps"), labels)
