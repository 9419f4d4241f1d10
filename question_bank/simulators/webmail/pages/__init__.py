"""What the page of the mailbox shows."""

from __future__ import annotations

from dataclasses import asdict

from question_bank.canonical import JSON
from question_bank.simulators.webmail.state.model import (
    GONE,
    SYSTEM_FOLDERS,
    File,
    Headers,
    Letter,
    Person,
    Quote,
    State,
)
from question_bank.simulators.webmail.state.world import written_instant


def view(state: State) -> JSON:
    """The whole mailbox: which folder and letter are looked at is the page's own business."""
    shown = sorted((one for one in state.letters.values() if one.folder != GONE), key=lambda one: (-one.at_ms, one.id))
    search = state.search
    return {
        "me": _person(state.me),
        "now": written_instant(state.now_ms),
        "undo_s": state.undo_ms // 1000,
        "letters": [_letter(one) for one in shown],
        "folders": [
            *(_folder(name, "") for name in SYSTEM_FOLDERS),
            *(_folder(one.id, one.name) for one in state.folders),
        ],
        "labels": list(state.labels),
        "files": [_file(one) for one in state.files],
        "contacts": [dict(asdict(one)) for one in state.contacts],
        "groups": [{"id": one.id, "name": one.name, "members": list(one.members)} for one in state.groups],
        "rules": [dict(asdict(one)) for one in state.rules],
        "signature": dict(asdict(state.signature)),
        "away": dict(asdict(state.away)),
        "search": None if search is None else {"text": search.text, "found": list(search.found)},
        "last": dict(asdict(state.last)),
    }


def _folder(name: str, words: str) -> JSON:
    """A folder of the system has no words of its own: the page gives them in the reader's language."""
    return {"id": name, "name": words, "system": not words}


def _letter(one: Letter) -> JSON:
    to, cc, bcc = one.typed
    return {
        "id": one.id,
        "folder": one.folder,
        "kind": one.kind,
        "from": _person(one.sender),
        "to": [_person(each) for each in one.to],
        "cc": [_person(each) for each in one.cc],
        "bcc": [_person(each) for each in one.bcc],
        "typed": {"to": list(to), "cc": list(cc), "bcc": list(bcc)},
        "subject": one.subject,
        "body": one.body,
        "at": written_instant(one.at_ms),
        "priority": one.priority,
        "attachments": [_file(each) for each in one.attachments],
        "links": [{"start": each.start, "end": each.end, "target": each.target} for each in one.links],
        "headers": None if one.headers is None else _headers(one.headers),
        "quote": None if one.quote is None else _quote(one.quote),
        "read": one.read,
        "starred": one.starred,
        "labels": [*sorted(one.labels)],
    }


def _person(one: Person) -> JSON:
    return {"name": one.name, "address": one.address}


def _file(one: File) -> JSON:
    return {"id": one.id, "name": one.name, "folder": one.folder, "size": one.size, "text": one.text}


def _headers(one: Headers) -> JSON:
    return {
        "return_path": one.return_path,
        "reply_to": one.reply_to,
        "spf": one.spf,
        "dkim": one.dkim,
        "dmarc": one.dmarc,
        "received": list(one.received),
    }


def _quote(one: Quote) -> JSON:
    return {
        "from": _person(one.sender),
        "to": [_person(each) for each in one.to],
        "subject": one.subject,
        "at": written_instant(one.at_ms),
        "text": one.text,
    }
