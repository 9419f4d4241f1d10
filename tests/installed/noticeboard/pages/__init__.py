"""What the board's page shows."""

from __future__ import annotations

from noticeboard.state import State
from question_bank.canonical import JSON


def view(state: State) -> JSON:
    """The title and the notices."""
    return {"title": state.title, "notices": [{"id": one.id, "text": one.text} for one in state.notices]}
