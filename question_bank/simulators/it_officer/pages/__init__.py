"""What the page of the tasks shows."""

from __future__ import annotations

from question_bank.canonical import JSON
from question_bank.simulators.it_officer.shapes import INDICATORS
from question_bank.simulators.it_officer.state import State, Task


def view(state: State) -> JSON:
    """Every task with its material, and what stands in its form now."""
    return {"tasks": [_task(state, one) for one in state.tasks], "indicators": [*INDICATORS], "n": state.n}


def _task(state: State, one: Task) -> JSON:
    return {
        "id": one.id,
        "kind": one.kind,
        "title": one.title,
        "text": one.text,
        "given": dict(one.given),
        "value": state.answers.get(one.id, one.start),
        "answered": one.id in state.answers,
    }
