"""What a page needs of a simulator: the files of its `pages`, and its sentences."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import PurePath

from flask import Blueprint, Response, abort

from question_bank.canonical import JSON
from question_bank.simulators import Simulator, simulators
from question_bank.wording import render

_FILE = re.compile(r"[a-z][a-z_]*\.(?:js|css)")
_TYPES = {".js": "text/javascript", ".css": "text/css"}


def page_file(name: str, file: str) -> bytes | None:
    """A script or style of a simulator's `pages`; None when there is none. Any other name is none."""
    found = simulators().get(name)
    if found is None or _FILE.fullmatch(file) is None:
        return None
    path = files(f"{found.package}.pages") / file
    return path.read_bytes() if path.is_file() else None


def described(simulator: Simulator) -> dict[str, JSON]:
    """Its name, title and sentences in the current language, and whether it has a style."""
    return {
        "simulator": simulator.NAME,
        "title": render(simulator.TITLE),
        "words": {word: render(sentence) for word, sentence in simulator.WORDS.items()},
        "style": page_file(simulator.NAME, "page.css") is not None,
    }


def simulator_files(pages: Blueprint) -> None:
    """`/simulators/<name>/<file>`: the scripts and styles of the simulators' pages."""

    @pages.get("/simulators/<name>/<file>")
    def of_simulator(name: str, file: str) -> Response:
        content = page_file(name, file)
        if content is None:
            abort(404)
        return Response(content, mimetype=_TYPES[PurePath(file).suffix])
