"""The mailbox a world describes. Worlds are written by `scenario`, so the first wrong field is the end of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from question_bank.canonical import JSON
from question_bank.fields import DocumentError, Fields
from question_bank.simulators.webmail.state.model import (
    NEW,
    RECEIVED,
    SENT,
    Coming,
    Contact,
    File,
    Folder,
    Group,
    Headers,
    Letter,
    Link,
    Person,
    State,
)

_YEARS = (1990, 2100)  # of a mailbox that is in use, far from where dates end
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read_world(world: JSON) -> State:
    """The mailbox at the start. Raises DocumentError."""
    fields = Fields(world, "webmail")
    start = _instant(fields, "start")
    letters = [_letter(one) for one in fields.objects("letters")]
    found = State(
        me=_person(fields.inner("me")),
        start_ms=start,
        now_ms=start,
        undo_ms=fields.integer("undo_s") * 1000,
        letters={one.id: one for one in letters},
        coming=tuple(_coming(one) for one in fields.objects("coming")),
        folders=tuple(_folder(one) for one in fields.objects("folders")),
        labels=fields.texts("labels"),
        files=tuple(_file(one) for one in fields.objects("files")),
        contacts=tuple(_contact(one) for one in fields.objects("contacts")),
        groups=tuple(_group(one) for one in fields.objects("groups")),
    )
    fields.done()
    _agree(found, letters)
    return found


def _agree(found: State, letters: list[Letter]) -> None:
    """Names that must be there, and none of them twice. Raises DocumentError."""
    every = [*letters, *(one.letter for one in found.coming)]
    ids = [one.id for one in every]
    if len(set(ids)) < len(ids):
        raise DocumentError("webmail: two letters have one id")
    if any(one.folder not in found.folder_ids() for one in every):
        raise DocumentError("webmail: a letter lies in no folder")
    if any(not 0 <= link.start <= link.end <= len(one.body) for one in every for link in one.links):
        raise DocumentError("webmail: a link lies outside its letter")
    known = {one.id for one in found.contacts}
    if any(not known.issuperset(one.members) for one in found.groups):
        raise DocumentError("webmail: a group has a member that is no contact")


def written_instant(at_ms: int) -> str:
    """A time of the system's clock as the page and the world write it: 2026-12-05T08:00."""
    return f"{_EPOCH + timedelta(milliseconds=at_ms):%Y-%m-%dT%H:%M}"


def _instant(fields: Fields, name: str) -> int:
    text = fields.text(name)
    try:
        if not _YEARS[0] <= int(text[:4]) < _YEARS[1]:
            raise ValueError(text)
        return int((datetime.fromisoformat(text).replace(tzinfo=UTC) - _EPOCH).total_seconds() * 1000)
    except ValueError as error:
        raise DocumentError(f"{fields.where}.{name}: an instant was expected") from error


def _person(fields: Fields) -> Person:
    found = Person(fields.text("name"), fields.text("address"))
    fields.done()
    return found


def _people(fields: Fields, name: str) -> tuple[Person, ...]:
    return tuple(_person(one) for one in fields.objects(name))


def _file(fields: Fields) -> File:
    text = fields.text
    found = File(text("id"), text("name"), text("folder"), fields.integer("size"), text("sha256"), text("text"))
    fields.done()
    return found


def _letter(fields: Fields) -> Letter:
    headers = fields.value("headers")
    folder = fields.text("folder")
    found = Letter(
        id=fields.text("id"),
        folder=folder,
        kind=NEW if folder == SENT else RECEIVED,
        sender=_person(fields.inner("from")),
        to=_people(fields, "to"),
        cc=_people(fields, "cc"),
        subject=fields.text("subject"),
        body=fields.text("body"),
        at_ms=_instant(fields, "at"),
        priority=fields.text("priority"),
        attachments=tuple(_file(one) for one in fields.objects("attachments")),
        links=tuple(_link(one) for one in fields.objects("links")),
        headers=None if headers is None else _headers(Fields(headers, "webmail.headers")),
        read=fields.truth("read"),
        starred=fields.truth("starred"),
        labels=frozenset(fields.texts("labels")),
    )
    fields.done()
    return found


def _link(fields: Fields) -> Link:
    found = Link(fields.integer("start"), fields.integer("end"), fields.text("target"))
    fields.done()
    return found


def _headers(fields: Fields) -> Headers:
    found = Headers(
        return_path=fields.text("return_path"),
        reply_to=fields.text("reply_to"),
        spf=fields.text("spf"),
        dkim=fields.text("dkim"),
        dmarc=fields.text("dmarc"),
        received=fields.texts("received"),
    )
    fields.done()
    return found


def _coming(fields: Fields) -> Coming:
    after = fields.value("after")
    if after is not None and not isinstance(after, dict):
        raise DocumentError(f"{fields.where}.after: an object was expected")
    found = Coming(_letter(fields.inner("letter")), fields.integer("delay_s") * 1000, after)
    fields.done()
    return found


def _folder(fields: Fields) -> Folder:
    found = Folder(fields.text("id"), fields.text("name"))
    fields.done()
    return found


def _contact(fields: Fields) -> Contact:
    found = Contact(fields.text("id"), fields.text("name"), fields.text("address"), fields.text("note"))
    fields.done()
    return found


def _group(fields: Fields) -> Group:
    found = Group(fields.text("id"), fields.text("name"), fields.texts("members"))
    fields.done()
    return found
