"""The sentences of the board's page."""

from __future__ import annotations

from collections.abc import Mapping

from question_bank.phrase import Phrase, phrase

TITLE = phrase("Bảng thông báo")
WORDS: Mapping[str, Phrase] = {
    "text": phrase("Thông báo mới"),
    "post": phrase("Dán lên"),
    "take_down": phrase("Gỡ xuống"),
    "count": phrase("Có {count} thông báo"),
}
