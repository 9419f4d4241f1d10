"""The parts a document's data are made of: sections, tables, titles in its language."""

from __future__ import annotations

from collections.abc import Sequence

from question_bank.bilingual import Bilingual
from question_bank.canonical import JSON
from question_bank.phrase import Phrase
from server.web.documents.render import in_words, spoken


def section(
    title: str, paragraphs: Sequence[str], table: JSON = None, digests: Sequence[tuple[str, str]] = ()
) -> dict[str, JSON]:
    """One numbered section as the template takes it."""
    return {"title": title, "paragraphs": list(paragraphs), "table": table, "digests": [list(pair) for pair in digests]}


def table(
    titles: Sequence[Phrase], rows: Sequence[Sequence[str]], widths: Sequence[int], centred: Sequence[int] = ()
) -> JSON:
    """A table as the template takes it; None when it has no rows."""
    if not rows:
        return None
    shown: list[JSON] = [list(row) for row in rows]
    return {
        "titles": [in_words(title) for title in titles], "rows": shown, "widths": list(widths), "centred": list(centred),
    }  # fmt: skip


def titled(title: Bilingual) -> str:
    """A title in the document's language."""
    return title.en if spoken() == "en" else title.vi
