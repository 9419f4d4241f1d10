"""The studio's first page where no bank was named: open one that is there, or make a new one."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Response, abort, jsonify, redirect, render_template
from werkzeug.wrappers import Response as BaseResponse

from question_bank.canonical import JSON
from question_bank.phrase import Phrase, phrase
from question_bank.studio.bodies import sent_object
from question_bank.studio.desk import Desk
from question_bank.studio.folder_calls import folders_asked
from question_bank.studio.seal_folders import MOST_PATH, listed, new_folder, starting_places, typed_path
from question_bank.studio.seat import Seat
from question_bank.studio.words import why_not
from question_bank.vault.access import MAX_PASSPHRASE_FILE
from question_bank.vault.errors import VaultError
from question_bank.vault.keys import SHORT_PASSPHRASE, is_short, normal
from question_bank.vault.people import Person, person
from question_bank.wording import render

ENDING = ".vault"
NAME = "ngan-hang-cau-hoi"  # a file's name: the same in every language
MOST_NAME_BYTES = (
    200  # of a file's name with its ending; beside it lies the same with “.before-upgrade-N”, and 255 is a disk's limit
)
MOST_PASSPHRASE = MAX_PASSPHRASE_FILE // 4 - 1  # letters; what is typed can be a file's first line, too
MOST_FOUND = 12  # banks offered without looking for them
_NOT_IN_NAMES = frozenset('/\\<>:"|?*')  # what one system or another cannot have in the name of a file


@dataclass(frozen=True, slots=True)
class NewBank:
    """What the page asks for, read."""

    path: Path
    passphrase: str
    by: Person


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why not, and the field that it is about."""

    field: str
    why: Phrase


def bank_pages(desk: Desk, seat: Seat) -> Blueprint:
    """`/bank`, and what is done there; nothing of it once a bank is open."""
    pages = Blueprint("banks", __name__)

    @pages.get("/bank")
    def first() -> BaseResponse | str:
        if not _choosing(desk):
            return redirect("/")
        return render_template(
            "bank.html", found=_found(), home=str(starting_places()[0]), name=NAME, ending=ENDING, most_path=MOST_PATH,
            most_passphrase=MOST_PASSPHRASE, short=SHORT_PASSPHRASE,
        )  # fmt: skip

    @pages.get("/bank/folders")
    def folders() -> Response:
        if not _choosing(desk):
            abort(404)
        return folders_asked({"bank": ENDING})

    _acts(pages, desk, seat)
    return pages


def _acts(pages: Blueprint, desk: Desk, seat: Seat) -> None:
    @pages.post("/bank/open")
    def open_it() -> Response:
        _refuse_unless_choosing(desk)
        path = typed_path(str(sent_object().get("path", "")))
        if isinstance(path, Phrase):
            return _said(Wrong("path", path))
        if (refused := desk.choose(path)) is not None:
            return _said(refused, "path")
        return jsonify(ok=True, to="/sign-in")

    @pages.post("/bank/new")
    def make() -> Response:
        if desk.unlocked:  # pressed twice: the first has made it
            return jsonify(ok=True, to="/")
        _refuse_unless_choosing(desk)
        asked = new_bank(sent_object())
        if isinstance(asked, Wrong):
            return _said(asked)
        if (refused := _made(desk, asked)) is not None:
            return refused
        seat.sit(asked.by)
        return jsonify(ok=True, to="/")


def _choosing(desk: Desk) -> bool:
    return desk.choosing and not desk.unlocked


def _refuse_unless_choosing(desk: Desk) -> None:
    if not _choosing(desk):
        abort(404)


def _made(desk: Desk, asked: NewBank) -> Response | None:
    try:
        asked.path.parent.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        folder = str(asked.path.parent)
        why = phrase("the folder %(folder)s cannot be made: %(reason)s", folder=folder, reason=error.strerror or "")
        return _said(Wrong("folder", why))
    refused = desk.make(asked.path, asked.passphrase, asked.by)
    return None if refused is None else _said(refused, "file")


def _said(wrong: Wrong | VaultError, field: str = "") -> Response:
    if isinstance(wrong, Wrong):
        return jsonify(ok=False, text=render(wrong.why), name=wrong.field)
    return jsonify(ok=False, text=why_not(wrong), name=field)


def new_bank(body: dict[str, JSON]) -> NewBank | Wrong:
    """What is to be made, or the first thing that is wrong with it; nothing is touched."""
    by, folder, name = person(_text(body, "by")), new_folder(_text(body, "folder")), file_name(_text(body, "file"))
    if isinstance(by, Phrase):
        return Wrong("by", by)
    if isinstance(name, Phrase):
        return Wrong("file", name)
    if isinstance(folder, Phrase):
        return Wrong("folder", folder)
    passphrase, again = _text(body, "passphrase"), _text(body, "again")
    if (wrong := _no_passphrase(passphrase, again, short_too=body.get("short") is True)) is not None:
        return wrong
    return NewBank(folder / name, passphrase, by)


def _no_passphrase(passphrase: str, again: str, *, short_too: bool) -> Wrong | None:
    if not passphrase.strip():
        return Wrong("passphrase", phrase("a bank made here has a passphrase"))
    if len(passphrase) > MOST_PASSPHRASE or not passphrase.isprintable():
        return Wrong(
            "passphrase", phrase("a passphrase is one line of at most %(most)s characters", most=MOST_PASSPHRASE)
        )
    if normal(passphrase) != normal(again):
        return Wrong("again", phrase("the two are not the same: type it once more"))
    if is_short(passphrase) and not short_too:
        return Wrong("short", phrase("the passphrase is shorter than %(least)s characters", least=SHORT_PASSPHRASE))
    return None


def file_name(text: str) -> str | Phrase:
    """The name of a bank's file, with its ending, as any system can have it; or why it is none."""
    text = text.strip()
    name = text if text.casefold().endswith(ENDING) else text + ENDING
    if not text or text.startswith(".") or not text.isprintable() or _NOT_IN_NAMES & set(text):
        return phrase("a file's name has letters, digits, spaces and hyphens, and does not begin with a full stop")
    if len(name.encode()) > MOST_NAME_BYTES:
        return phrase("the file's name is too long")
    return name


def _text(body: dict[str, JSON], name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""


def _found() -> list[tuple[str, str]]:
    """Banks that lie where people keep things: name and path."""
    found = []
    for place in starting_places():
        there = listed(place, ENDING)
        found += [] if isinstance(there, Phrase) else [(name, os.fspath(place / name)) for name in there.files]
    return found[:MOST_FOUND]
