"""What can be done at the board."""

from __future__ import annotations

from collections.abc import Mapping

from noticeboard.state import State
from question_bank.canonical import JSON
from question_bank.phrase import phrase
from question_bank.simulators.model import Refused


def decide(state: State, action: Mapping[str, JSON]) -> Refused | None:
    """A notice has words, and only one that hangs there can be taken down."""
    match action:
        case {"do": "post", "text": str() as text, **rest} if not rest:
            return None if text.strip() else Refused(phrase("Tờ giấy còn trống."))
        case {"do": "take_down", "id": str() as found, **rest} if not rest:
            known = any(one.id == found for one in state.notices)
            return None if known else Refused(phrase("Không có thông báo này."))
        case _:
            return Refused(phrase("Không làm được việc này."))
