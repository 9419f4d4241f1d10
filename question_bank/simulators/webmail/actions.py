"""What a candidate may do in the mailbox."""

from __future__ import annotations

from collections.abc import Mapping

from question_bank.canonical import JSON
from question_bank.simulators.model import Refused
from question_bank.simulators.webmail.state.deciding import why_not
from question_bank.simulators.webmail.state.model import State


def decide(state: State, action: Mapping[str, JSON]) -> Refused | None:
    """Why the system does not let this be done now; None when it does. A mistake that a real one would let pass passes."""
    why = why_not(state, action)
    return None if why is None else Refused(why)
