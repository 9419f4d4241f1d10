"""Who is meant by what stands in a field of recipients, and whom an answer goes to."""

from __future__ import annotations

import re
from collections.abc import Iterable

from question_bank.comparing import Compare, canonical_text
from question_bank.simulators.webmail.state.model import FORWARD, REPLY_ALL, Letter, Person, State

# What an address is here: something, one @, a domain with a dot. RFC 5321 takes more, no office of ours uses it.
ADDRESS = re.compile(r"[^\s<>@,;\"“”]{1,64}@[^\s<>@,;\"“”]{1,250}\.[^\s<>@,;.\"“”]{1,60}")
_WITH_NAME = re.compile(rf"(?P<name>[^<>]*)<\s*(?P<address>{ADDRESS.pattern})\s*>")
_ANY_CASE = Compare()


def same(text: str) -> str:
    """The form in which texts are found and compared: any case, one spelling of tones, single spaces."""
    return canonical_text(text, _ANY_CASE)


def meant(state: State, entry: str) -> tuple[Person, ...]:
    """An address, `Name <address>`, the name of a contact or of a group; nothing for any other text."""
    entry = entry.strip()
    if ADDRESS.fullmatch(entry):
        return (Person(_known_name(state, entry), entry),)
    if found := _WITH_NAME.fullmatch(entry):
        return (Person(found["name"].strip().strip('"').strip(), found["address"]),)
    wanted = same(entry)
    for contact in state.contacts:
        if same(contact.name) == wanted:
            return (Person(contact.name, contact.address),)
    for group in state.groups:
        if same(group.name) == wanted:
            members = (one for one in state.contacts if one.id in group.members)
            return tuple(Person(one.name, one.address) for one in members)
    return ()


def all_meant(state: State, entries: Iterable[str]) -> tuple[Person, ...]:
    """Everybody who is meant, each address once, in order."""
    found: dict[str, Person] = {}
    for entry in entries:
        for person in meant(state, entry):
            found.setdefault(same(person.address), person)
    return tuple(found.values())


def written(person: Person) -> str:
    """As it stands in a field of recipients."""
    return f"{person.name} <{person.address}>" if person.name else person.address


def answered(state: State, letter: Letter, kind: str) -> tuple[tuple[Person, ...], tuple[Person, ...]]:
    """To and Cc of an answer: to Reply-To where there is one; to all others of To and Cc too when all are answered."""
    if kind == FORWARD:
        return (), ()
    mine = same(letter.sender.address) == same(state.me.address)
    reply_to = letter.headers.reply_to if letter.headers else ""
    sender = Person("", reply_to) if reply_to else letter.sender
    to = letter.to if mine else (sender,)
    if kind != REPLY_ALL:
        return to, ()
    known = {same(one.address) for one in (state.me, *to)}
    others = (one for one in (letter.cc if mine else letter.to + letter.cc) if same(one.address) not in known)
    return to, tuple(others)


def _known_name(state: State, address: str) -> str:
    wanted = same(address)
    return next((one.name for one in state.contacts if same(one.address) == wanted), "")
