"""Writes tests/vectors/formats/moodle/documents/*.xml as Moodle exports them, and beside each what must come of it.

python -m scripts.make_moodle_vectors
"""

from __future__ import annotations

import json
from pathlib import Path

from scripts.moodle_documents import DOCUMENTS, Document
from scripts.moodle_export import Asked

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "vectors" / "formats" / "moodle" / "documents"
# Two plug-ins write a choice's elements under their own names.
_RENAMED = {"OU 1": "oumultiresponse", "BỘ 1": "multichoiceset"}


def main() -> None:
    """Writes every document."""
    for name, document in DOCUMENTS.items():
        (FOLDER / f"{name}.xml").write_text(written(document), encoding="utf-8")
        wanted = [
            {"type": one.type, "right": one.right, "review": one.review} for one in document if isinstance(one, Asked)
        ]
        (FOLDER / f"{name}.json").write_text(
            json.dumps({"questions": wanted}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )


def written(document: Document) -> str:
    """The file."""
    parts = [one.xml if isinstance(one, Asked) else one for one in document]
    for name, kind in _RENAMED.items():
        parts = [
            part.replace('type="multichoice"', f'type="{kind}"') if f"<text>{name}</text>" in part else part
            for part in parts
        ]
    return '<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n' + "".join(parts) + "</quiz>"


if __name__ == "__main__":
    main()
