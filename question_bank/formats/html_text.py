"""What holds for every text from outside, before anything is read in it: normal form, no invisible characters; files it names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from question_bank.content import Medium
from question_bank.formats.drafts import Draft
from question_bank.items.text import text_faults
from question_bank.phrase import phrase

# Controls (Cc) but tab and line ends, and invisible format characters (Cf).
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0001\U000e0020-\U000e007f]"
)

Find = Callable[[str, str, str, Draft], Medium | None]
"""The medium of an address: (address, kind, description, draft). It says in the draft what it did not find."""


def nothing_found(address: str, kind: str, label: str, draft: Draft) -> Medium | None:
    """For formats that cannot bring files."""
    message = phrase("a file is not in what was handed in: %(file)s", file=address[:80] or "?")
    draft.doubt("no_file", message)
    return None


def visible(text: str, draft: Draft) -> str:
    """The text in normal form NFC, without characters that cannot be seen; which were there is noted."""
    kept = text
    if not unicodedata.is_normalized("NFC", kept):
        kept = unicodedata.normalize("NFC", kept)
        draft.note("made_nfc", phrase("letters and tone marks were stored apart; they were joined"))
    if _INVISIBLE.search(kept):
        draft.note("invisible_removed", phrase("characters that cannot be seen were taken out"))
        kept = _INVISIBLE.sub("", kept)
    return kept.replace("\u2028", "\n").replace("\u2029", "\n")


def looks_like_html(text: str) -> bool:
    """Whether a text that should be plain holds tags or entities of HTML."""
    return any(fault.code == "markup" for fault in text_faults(("text",), text, len(text)))
