"""What a candidate may do."""

from __future__ import annotations

from collections.abc import Mapping

from question_bank.canonical import JSON
from question_bank.simulators.it_officer.state import State, why_not
from question_bank.simulators.model import Refused


def decide(state: State, action: Mapping[str, JSON]) -> Refused | None:
    """Why this is not taken; None when it is. What is wrong but possible is taken."""
    why = why_not(state, action)
    return None if why is None else Refused(why)
