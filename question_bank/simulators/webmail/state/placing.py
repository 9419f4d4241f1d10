"""What is done with letters that are there: read, flagged, moved, thrown away, reported, looked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import cast

from question_bank.canonical import JSON
from question_bank.simulators.webmail.state.model import (
    BIN,
    GONE,
    INBOX,
    SPAM,
    SYSTEM_FOLDERS,
    Letter,
    Made,
    Search,
    State,
)
from question_bank.simulators.webmail.state.people import same, written

Action = Mapping[str, JSON]

_MARKS: Mapping[str, Callable[[Letter], Letter]] = {
    "read": lambda one: replace(one, read=True),
    "unread": lambda one: replace(one, read=False),
    "starred": lambda one: replace(one, starred=True),
    "unstarred": lambda one: replace(one, starred=False),
}
MARKS = tuple(_MARKS)


def messages(action: Action) -> tuple[str, ...]:
    """The letters an action is about."""
    return tuple(str(one) for one in cast("list[JSON]", action["messages"]))


def open_letter(state: State, action: Action, n: int) -> State:
    """A letter is opened, and has been read."""
    return _last(state.changed((str(action["message"]),), _MARKS["read"]), "open", str(action["message"]), n)


def noticed(state: State, action: Action, n: int) -> State:
    """Something was looked at or clicked that changes nothing in the mailbox."""
    return _last(state, str(action["do"]), str(action.get("message", "")), n)


def mark(state: State, action: Action, n: int) -> State:
    """Read, unread, starred, not starred."""
    return _last(state.changed(messages(action), _MARKS[str(action["as"])]), "mark", "", n)


def label(state: State, action: Action, n: int) -> State:
    """A label is put on letters, or taken off."""
    name, on = str(action["label"]), action["on"] is True

    def change(one: Letter) -> Letter:
        return replace(one, labels=one.labels | {name} if on else one.labels - {name})

    return _last(state.changed(messages(action), change), "label", "", n)


def move(state: State, action: Action, n: int) -> State:
    """Into another folder."""
    return _last(state.changed(messages(action), lambda one: into(one, str(action["to"]))), "move", "", n)


def delete(state: State, action: Action, n: int) -> State:
    """Into the bin; out of the bin, or of spam, for good."""

    def change(one: Letter) -> Letter:
        return replace(one, folder=GONE) if one.folder == BIN else into(one, BIN)

    return _last(state.changed(messages(action), change), "delete", "", n)


def restore(state: State, action: Action, n: int) -> State:
    """Out of bin or spam, to where they were."""
    there = {*SYSTEM_FOLDERS, *(one.id for one in state.folders)}

    def change(one: Letter) -> Letter:
        return replace(one, folder=one.before if one.before in there else INBOX)

    return _last(state.changed(messages(action), change), "restore", "", n)


def spam(state: State, action: Action, n: int) -> State:
    """Into spam."""
    return _last(state.changed(messages(action), lambda one: into(one, SPAM)), "spam", "", n)


def report_phishing(state: State, action: Action, n: int) -> State:
    """Told to those who watch over the system, and into spam."""
    name = str(action["message"])
    return _last(
        state.changed((name,), lambda one: replace(into(one, SPAM), reported=True)), "report_phishing", name, n
    )


def search(state: State, action: Action, n: int) -> State:
    """Letters with all the words in sender, recipients, subject, body or names of attachments, the newest first."""
    text = str(action["text"])
    words = same(text).split()
    found = [one for one in state.letters.values() if one.folder != GONE and all(word in _said(one) for word in words)]
    newest = sorted(found, key=lambda one: (-one.at_ms, one.id))
    return _last(replace(state, search=Search(text, tuple(one.id for one in newest))), "search", "", n)


def into(letter: Letter, folder: str) -> Letter:
    """The letter in another folder; where it was is kept for putting it back."""
    before = letter.before if letter.folder in (BIN, SPAM) else letter.folder
    return replace(letter, folder=folder, before=before)


def _said(letter: Letter) -> str:
    people = " ".join(written(one) for one in (letter.sender, *letter.recipients))
    names = " ".join(one.name for one in letter.attachments)
    return same(f"{people} {letter.subject} {letter.body} {names}")


def _last(state: State, do: str, name: str, n: int) -> State:
    return replace(state, last=Made(do, name, n))
