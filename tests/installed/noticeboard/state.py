"""What hangs on the board."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from question_bank.canonical import JSON
from question_bank.fields import Fields

VERSION = 1


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice; `at_ms` is room time, 0 for those of the start."""

    id: str
    text: str
    at_ms: int = 0


@dataclass(frozen=True, slots=True)
class State:
    """The board, oldest notice first."""

    title: str
    notices: tuple[Notice, ...]


def initial(world: JSON) -> State:
    """The board of the start. Raises DocumentError."""
    fields = Fields(world, "world")
    title = fields.text("title")
    notices = tuple(_notice(one) for one in fields.objects("notices"))
    fields.done()
    return State(title, notices)


def evolve(state: State, action: Mapping[str, JSON], n: int, at_ms: int) -> State:
    """The board after an action; what is no action changes nothing."""
    match action:
        case {"do": "post", "text": str() as text}:
            return replace(state, notices=(*state.notices, Notice(f"n{n}", text.strip(), at_ms)))
        case {"do": "take_down", "id": str() as found}:
            return replace(state, notices=tuple(one for one in state.notices if one.id != found))
        case _:
            return state


def _notice(fields: Fields) -> Notice:
    found = Notice(fields.text("id"), fields.text("text"))
    fields.done()
    return found
