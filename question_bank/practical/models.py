"""Opening a file as the model its checks read. Only ever called in the sandbox: what is opened here is hostile."""

from __future__ import annotations

import importlib
from typing import Any

# kind -> module with `open_model(data: bytes) -> model`; imported when the first file of the kind is opened, for speed.
_READERS = {
    "docx": "question_bank.practical.word.document",
    "xlsx": "question_bank.practical.sheet.workbook",
    "pptx": "question_bank.practical.slides.presentation",
}


def open_model(kind: str, data: bytes) -> Any:
    """The model of a file that the prescan let through. Raises UnreadableFileError."""
    return importlib.import_module(_READERS[kind]).open_model(data)
