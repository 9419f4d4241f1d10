"""The mailbox and how actions change it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from question_bank.canonical import JSON
from question_bank.simulators.webmail.state import composing, placing, settings
from question_bank.simulators.webmail.state.arriving import announced, arrived, at
from question_bank.simulators.webmail.state.deciding import why_not
from question_bank.simulators.webmail.state.model import State
from question_bank.simulators.webmail.state.world import read_world

VERSION = 1

_EVOLVE: Mapping[str, Callable[[State, Mapping[str, JSON], int], State]] = {
    **{name: getattr(composing, name) for name in ("compose", "save", "attach", "detach", "send", "undo_send", "discard")},
    **{name: getattr(placing, name) for name in ("mark", "label", "move", "delete", "restore", "spam", "report_phishing", "search")},
    **{
        name: getattr(settings, name)
        for name in (
            "folder", "delete_folder", "contact", "delete_contact", "group", "delete_group", "rule", "delete_rule",
            "signature", "away",
        )
    },
    "open": placing.open_letter,
    **dict.fromkeys(("refresh", "headers", "link", "attachment"), placing.noticed),
}  # fmt: skip


def initial(world: JSON) -> State:
    """The mailbox at the start. Raises DocumentError when the world is none of a webmail."""
    return read_world(world)


def evolve(state: State, action: Mapping[str, JSON], n: int, at_ms: int) -> State:
    """The mailbox after an action at that room time; after one that is refused it is as before."""
    if why_not(state, action) is not None:
        return state
    state = _EVOLVE[str(action["do"])](at(state, at_ms), action, n)
    return arrived(announced(state, action))
