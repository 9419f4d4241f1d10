"""What the system itself does not let anybody do, in its words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import cast

from question_bank.canonical import JSON
from question_bank.phrase import Phrase, phrase
from question_bank.simulators.webmail.state.model import (
    BIN,
    DRAFTS,
    GONE,
    SENT,
    SPAM,
    SYSTEM_FOLDERS,
    Contact,
    Folder,
    Group,
    Letter,
    Rule,
    State,
)
from question_bank.simulators.webmail.state.people import ADDRESS, meant, same
from question_bank.simulators.webmail.state.placing import messages
from question_bank.simulators.webmail.state.shapes import well_formed

MOST_ATTACHMENTS = 20
_UNKNOWN = phrase("The mail system does not know this command.")
_NOT_THERE = phrase("This letter is no longer there.")

Action = Mapping[str, JSON]


def why_not(state: State, action: Action) -> Phrase | None:
    """Why this cannot be done now, what is no action of this system too; None when it can."""
    if not well_formed(action):
        return _UNKNOWN
    do = str(action["do"])
    return _DECIDE[do](state, action) if do in _DECIDE else None


def _letter(state: State, name: JSON) -> Letter | None:
    found = state.letters.get(str(name))
    return None if found is None or found.folder == GONE else found


def _about_one(state: State, action: Action) -> Phrase | None:
    return _NOT_THERE if _letter(state, action["message"]) is None else None


def _about_some(state: State, action: Action) -> Phrase | None:
    return _NOT_THERE if any(_letter(state, one) is None for one in messages(action)) else None


def _link(state: State, action: Action) -> Phrase | None:
    letter = _letter(state, action["message"])
    return _NOT_THERE if letter is None or cast("int", action["link"]) >= len(letter.links) else None


def _attachment(state: State, action: Action) -> Phrase | None:
    letter = _letter(state, action["message"])
    return _NOT_THERE if letter is None or cast("int", action["attachment"]) >= len(letter.attachments) else None


def _compose(state: State, action: Action) -> Phrase | None:
    if action["kind"] == "new":
        return _UNKNOWN if action["of"] else None
    letter = _letter(state, action["of"])
    return _NOT_THERE if letter is None or letter.folder == DRAFTS else None


def _draft(state: State, action: Action) -> Phrase | None:
    letter = _letter(state, action["draft"])
    return phrase("This draft is no longer there.") if letter is None or letter.folder != DRAFTS else None


def _send(state: State, action: Action) -> Phrase | None:
    if (why := _draft(state, action)) is not None:
        return why
    entries = [str(one) for name in ("to", "cc", "bcc") for one in cast("list[JSON]", action[name]) if str(one).strip()]
    if not entries:
        return phrase("Give at least one recipient.")
    for entry in entries:
        if not meant(state, entry):
            return phrase("“%(entry)s” is no address, and no contact or group has this name.", entry=entry)
    return None


def _attach(state: State, action: Action) -> Phrase | None:
    if (why := _draft(state, action)) is not None:
        return why
    if len(state.letters[str(action["draft"])].attachments) >= MOST_ATTACHMENTS:
        return phrase("At most %(most)s files can be attached.", most=MOST_ATTACHMENTS)
    return None if any(one.id == action["file"] for one in state.files) else phrase("This file is not there.")


def _detach(state: State, action: Action) -> Phrase | None:
    if (why := _draft(state, action)) is not None:
        return why
    attached = state.letters[str(action["draft"])].attachments
    return None if cast("int", action["attachment"]) < len(attached) else phrase("This file is not attached.")


def _undo_send(state: State, action: Action) -> Phrase | None:
    letter = _letter(state, action["message"])
    if letter is None or not letter.sent_ms or letter.folder != SENT:
        return _NOT_THERE
    late = state.now_ms - letter.sent_ms > state.undo_ms
    return phrase("The letter has gone out and cannot be taken back any more.") if late else None


def _move(state: State, action: Action) -> Phrase | None:
    if action["to"] in (DRAFTS, SENT) or action["to"] not in state.folder_ids():
        return phrase("Letters cannot be moved into this folder.")
    if any((one := _letter(state, name)) is not None and one.folder == DRAFTS for name in messages(action)):
        return phrase("A draft stays among the drafts until it is sent or thrown away.")
    return _about_some(state, action)


def _label(state: State, action: Action) -> Phrase | None:
    return _about_some(state, action) if action["label"] in state.labels else phrase("There is no such label.")


def _restore(state: State, action: Action) -> Phrase | None:
    if any((one := _letter(state, name)) is None or one.folder not in (BIN, SPAM) for name in messages(action)):
        return phrase("Only letters in the bin or among the spam can be put back.")
    return None


def _is_gone(action: Action, entries: Iterable[Folder | Contact | Group | Rule]) -> bool:
    """Whether the entry that is to be changed is not there; a new one has no id."""
    return bool(action["id"]) and all(one.id != action["id"] for one in entries)


def _folder(state: State, action: Action) -> Phrase | None:
    if not str(action["name"]).strip():
        return phrase("Give the folder a name.")
    if _is_gone(action, state.folders):
        return phrase("This folder is no longer there.")
    taken = (same(one.name) for one in state.folders if one.id != action["id"])
    return phrase("There is a folder with this name.") if same(str(action["name"])) in taken else None


def _delete_folder(state: State, action: Action) -> Phrase | None:
    if action["folder"] in SYSTEM_FOLDERS:
        return phrase("This folder belongs to the system.")
    return None if action["folder"] in state.folder_ids() else phrase("This folder is no longer there.")


def _contact(state: State, action: Action) -> Phrase | None:
    if _is_gone(action, state.contacts):
        return phrase("This contact is no longer there.")
    if not str(action["name"]).strip():
        return phrase("Give the contact a name.")
    return None if ADDRESS.fullmatch(str(action["address"]).strip()) else phrase("This is not an address.")


def _delete_contact(state: State, action: Action) -> Phrase | None:
    known = any(one.id == action["contact"] for one in state.contacts)
    return None if known else phrase("This contact is no longer there.")


def _group(state: State, action: Action) -> Phrase | None:
    if _is_gone(action, state.groups):
        return phrase("This group is no longer there.")
    if not str(action["name"]).strip():
        return phrase("Give the group a name.")
    known = {one.id for one in state.contacts}
    members = cast("list[JSON]", action["members"])
    return (
        None if members and known.issuperset(str(one) for one in members) else phrase("Choose contacts for the group.")
    )


def _delete_group(state: State, action: Action) -> Phrase | None:
    known = any(one.id == action["group"] for one in state.groups)
    return None if known else phrase("This group is no longer there.")


def _rule(state: State, action: Action) -> Phrase | None:
    if _is_gone(action, state.rules):
        return phrase("This rule is no longer there.")
    if not any(str(action[name]).strip() for name in ("sender", "to", "subject", "words")):
        return phrase("Give the rule at least one condition.")
    if not (action["move_to"] or action["label"] or action["read"] or action["star"]):
        return phrase("Say what the rule does.")
    if action["move_to"] and (action["move_to"] in (DRAFTS, SENT) or action["move_to"] not in state.folder_ids()):
        return phrase("Letters cannot be moved into this folder.")
    return None if not action["label"] or action["label"] in state.labels else phrase("There is no such label.")


def _delete_rule(state: State, action: Action) -> Phrase | None:
    known = any(one.id == action["rule"] for one in state.rules)
    return None if known else phrase("This rule is no longer there.")


def _away(state: State, action: Action) -> Phrase | None:
    if not action["on"]:
        return None
    if not action["first"] or (action["last"] and str(action["last"]) < str(action["first"])):
        return phrase("Give the first day, and a last day that is not before it.")
    return None if str(action["text"]).strip() else phrase("Write what the automatic answer says.")


_DECIDE: Mapping[str, Callable[[State, Action], Phrase | None]] = {
    **dict.fromkeys(("open", "headers", "report_phishing"), _about_one),
    **dict.fromkeys(("mark", "delete", "spam"), _about_some),
    **dict.fromkeys(("save", "discard"), _draft),
    "link": _link, "attachment": _attachment, "compose": _compose, "send": _send, "attach": _attach, "detach": _detach,
    "undo_send": _undo_send, "move": _move, "label": _label, "restore": _restore, "folder": _folder,
    "delete_folder": _delete_folder, "contact": _contact, "delete_contact": _delete_contact, "group": _group,
    "delete_group": _delete_group, "rule": _rule, "delete_rule": _delete_rule, "away": _away,
}  # fmt: skip
