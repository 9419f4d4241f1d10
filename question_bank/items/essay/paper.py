"""An essay on paper: lines to write on, and the criteria on the key sheet. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from question_bank.canonical import JSON
from question_bank.items._paper import Field, OnPaper, objects
from question_bank.phrase import phrase

WORDS_PER_LINE = 10
LEAST_LINES, MOST_LINES = 20, 90


def printed(view: Mapping[str, JSON], key: JSON) -> OnPaper:
    """As many lines as the longest essay needs, in bounds; what is longer goes on another sheet."""
    least, most = (value if isinstance(value := view.get(name), int) else 0 for name in ("least_words", "most_words"))
    lines = max(LEAST_LINES, min(MOST_LINES, (most or 2 * least) // WORDS_PER_LINE))
    criteria = objects(key.get("criteria")) if isinstance(key, dict) else []
    said = "; ".join(f"{one.get('text')} ({str(one.get('percent')).replace('.', ',')} %)" for one in criteria)
    if least and most:
        hint = phrase("write %(least)s to %(most)s words", least=least, most=most)
    elif most:
        hint = phrase("write at most %(most)s words", most=most)
    elif least:
        hint = phrase("write at least %(least)s words", least=least)
    else:
        hint = phrase("write on the lines of the answer sheet")
    return OnPaper((Field("lines", size=lines),), (said or "–",), hint=hint)
