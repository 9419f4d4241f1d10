"""What the page needs to show a paper beside its words: the widgets of the item types, pictures and recordings."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint

from client_kiosk.pages.desk import Desk
from question_bank.canonical import JSON
from question_bank.front.serving import front_files
from question_bank.front.widgets import WIDGET_FILES, described
from question_bank.wording import Language, use_language


def paper_files(desk: Desk) -> Blueprint:
    """What `front_files` serves; media are decrypted in memory."""
    serving = Blueprint("paper_files", __name__)

    def find(sha256: str) -> tuple[bytes, str] | None:
        found = desk.medium(sha256)
        return (found.data, found.media_type) if found is not None else None

    front_files(serving, WIDGET_FILES, find)
    return serving


def with_types(paper: Mapping[str, JSON], language: Language) -> dict[str, JSON]:
    """The paper, and what its page needs of each type in it: sentences in the reader's language, and whether it has a style."""
    use_language(language)
    items = paper["items"]
    assert isinstance(items, list)
    names = {str(item["type"]) for item in items if isinstance(item, dict)}
    return {**paper, "types": described(names)}
