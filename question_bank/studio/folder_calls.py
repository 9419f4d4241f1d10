"""What the dialog that chooses a folder or a file of this machine asks for: names alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from flask import Response, jsonify, request

from question_bank.phrase import Phrase
from question_bank.studio.seal_folders import listed, starting_places, typed_path
from question_bank.wording import render


def folders_asked(endings: Mapping[str, str]) -> Response:
    """The folder that the address names; `endings` says of what is chosen (`for`) which files are shown too."""
    places = [str(one) for one in starting_places()]
    path = typed_path(request.args.get("path", "") or places[0])
    found = listed(path, endings.get(request.args.get("for", ""), "")) if isinstance(path, Path) else path
    if isinstance(found, Phrase):
        return jsonify(ok=False, text=render(found), places=places)
    parent = str(found.path.parent) if found.path.parent != found.path else ""
    return jsonify(ok=True, path=str(found.path), parent=parent, places=places, more=found.more,
                   folders=[[one, str(found.path / one)] for one in found.folders],
                   files=[[one, str(found.path / one)] for one in found.files])  # fmt: skip
