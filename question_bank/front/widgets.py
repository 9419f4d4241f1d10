"""What a page needs of item types beside a paper's words: the files of their folders, and their sentences."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from importlib.resources import files

from question_bank.canonical import JSON
from question_bank.items import types
from question_bank.wording import render

TYPE_FILES: Mapping[str, str] = {
    "widget.js": "text/javascript",
    "widget.css": "text/css",
    "editor.js": "text/javascript",
}
"""Files of a type's folder that pages may have, with their media types."""
WIDGET_FILES = frozenset({"widget.js", "widget.css"})
"""Those of them that pages of candidates may have."""


def type_file(name: str, file: str) -> bytes | None:
    """A file of a type's folder; None when there is none. The caller says which names pages may ask for."""
    item_type = types().get(name)
    if item_type is None or not hasattr(sys.modules[item_type.__module__], "__path__"):
        return None  # a type in a single file has no widget
    found = files(item_type.__module__) / file
    return found.read_bytes() if found.is_file() else None


def described(names: Iterable[str]) -> dict[str, JSON]:
    """Of each type its sentences in the current language, whether it has a style, and whether candidates act in it."""
    return {
        name: {
            "words": {word: render(sentence) for word, sentence in types()[name].WORDS.items()},
            "style": type_file(name, "widget.css") is not None,
            "acts": types()[name].ACTS,
        }
        for name in sorted(set(names))
    }
