"""Folders, address book, rules, signature, automatic answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar, cast

from question_bank.canonical import JSON
from question_bank.simulators.webmail.state.arriving import ruled
from question_bank.simulators.webmail.state.model import (
    BIN,
    INBOX,
    Away,
    Contact,
    Folder,
    Group,
    Made,
    Rule,
    Signature,
    State,
)
from question_bank.simulators.webmail.state.placing import into

Action = Mapping[str, JSON]
One = TypeVar("One", Folder, Contact, Group, Rule)


def folder(state: State, action: Action, n: int) -> State:
    """A new folder, or another name for one."""
    made = Folder(_name(action, f"f{n}"), str(action["name"]).strip())
    return replace(state, folders=_put(state.folders, made), last=Made("folder", made.id, n))


def delete_folder(state: State, action: Action, n: int) -> State:
    """A folder goes, its letters into the bin; rules that moved letters there move them no more."""
    name = str(action["folder"])
    state = state.changed((one.id for one in state.in_folder(name)), lambda one: into(one, BIN))
    rules = tuple(replace(one, move_to="") if one.move_to == name else one for one in state.rules)
    kept = tuple(one for one in state.folders if one.id != name)
    return replace(state, folders=kept, rules=rules, last=Made("delete_folder", name, n))


def contact(state: State, action: Action, n: int) -> State:
    """A new entry of the address book, or one that is changed."""
    name, address, note = (str(action[key]).strip() for key in ("name", "address", "note"))
    made = Contact(_name(action, f"c{n}"), name, address, note)
    return replace(state, contacts=_put(state.contacts, made), last=Made("contact", made.id, n))


def delete_contact(state: State, action: Action, n: int) -> State:
    """An entry goes, out of the groups too."""
    name = str(action["contact"])
    groups = tuple(replace(one, members=tuple(m for m in one.members if m != name)) for one in state.groups)
    kept = tuple(one for one in state.contacts if one.id != name)
    return replace(state, contacts=kept, groups=groups, last=Made("delete_contact", name, n))


def group(state: State, action: Action, n: int) -> State:
    """A new group, or one that is changed."""
    members = tuple(dict.fromkeys(str(one) for one in cast("list[JSON]", action["members"])))
    made = Group(_name(action, f"g{n}"), str(action["name"]).strip(), members)
    return replace(state, groups=_put(state.groups, made), last=Made("group", made.id, n))


def delete_group(state: State, action: Action, n: int) -> State:
    """A group goes; its members stay."""
    name = str(action["group"])
    kept = tuple(one for one in state.groups if one.id != name)
    return replace(state, groups=kept, last=Made("delete_group", name, n))


def rule(state: State, action: Action, n: int) -> State:
    """A new rule, or one that is changed; with `apply` the letters of the inbox are put through it at once."""
    texts = {key: str(action[key]).strip() for key in ("name", "sender", "to", "subject", "words")}
    made = Rule(
        id=_name(action, f"r{n}"),
        **texts,
        move_to=str(action["move_to"]),
        label=str(action["label"]),
        read=action["read"] is True,
        star=action["star"] is True,
    )
    state = replace(state, rules=_put(state.rules, made), last=Made("rule", made.id, n))
    if action["apply"] is True:
        state = state.changed((one.id for one in state.in_folder(INBOX)), lambda one: ruled(one, (made,)))
    return state


def delete_rule(state: State, action: Action, n: int) -> State:
    """A rule goes; what it has done stays done."""
    name = str(action["rule"])
    return replace(state, rules=tuple(one for one in state.rules if one.id != name), last=Made("delete_rule", name, n))


def signature(state: State, action: Action, n: int) -> State:
    """What stands below letters from now on."""
    made = Signature(str(action["text"]).strip("\n"), action["on_new"] is True, action["on_replies"] is True)
    return replace(state, signature=made, last=Made("signature", "", n))


def away(state: State, action: Action, n: int) -> State:
    """The automatic answer."""
    first, last, subject, text = (str(action[key]).strip() for key in ("first", "last", "subject", "text"))
    made = Away(action["on"] is True, first, last, subject, text, action["contacts_only"] is True)
    return replace(state, away=made, last=Made("away", "", n))


def _name(action: Action, fresh: str) -> str:
    return str(action.get("id") or fresh)


def _put(entries: tuple[One, ...], made: One) -> tuple[One, ...]:
    """With this entry in the place of the one with its id, or at the end."""
    by_id = {one.id: one for one in entries}
    by_id[made.id] = made
    return tuple(by_id.values())
