"""Tasks, each with material and an answer of its own form; an answer replaces the one before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from question_bank.canonical import JSON
from question_bank.fields import DocumentError, Fields
from question_bank.phrase import Phrase, phrase
from question_bank.simulators.it_officer.shapes import KINDS, answer_problem

VERSION = 1


@dataclass(frozen=True, slots=True)
class Task:
    """One task. `given` is its material; `start` what stands in its form before anything is answered."""

    id: str
    kind: str
    title: str
    text: str
    given: Mapping[str, JSON]
    start: JSON


@dataclass(frozen=True, slots=True)
class State:
    """All tasks, the answers by task, and how many actions there were."""

    tasks: tuple[Task, ...]
    answers: Mapping[str, JSON]
    n: int = 0

    def task(self, name: JSON) -> Task | None:
        """A task by its id."""
        return next((one for one in self.tasks if one.id == name), None)


def initial(world: JSON) -> State:
    """The tasks at the start. Raises DocumentError."""
    fields = Fields(world, "it_officer")
    tasks = tuple(_task(one) for one in fields.objects("tasks"))
    fields.done()
    if len({one.id for one in tasks}) < len(tasks):
        raise DocumentError("it_officer: two tasks have one id")
    return State(tasks, {})


def why_not(state: State, action: Mapping[str, JSON]) -> Phrase | None:
    """Why this cannot be done, what is no action of this system too."""
    unknown = phrase("This system does not know this command.")
    task = state.task(action.get("task"))
    if task is None:
        return unknown
    if set(action) == {"do", "task"} and action["do"] == "open":
        return None
    if set(action) != {"do", "task", "value"} or action["do"] != "answer":
        return unknown
    return answer_problem(task.kind, task.given, action["value"])


def evolve(state: State, action: Mapping[str, JSON], n: int, at_ms: int) -> State:
    """The state after an action; after one that is refused it is as before."""
    if why_not(state, action) is not None:
        return state
    if action["do"] == "open":
        return replace(state, n=n)
    return replace(state, answers={**state.answers, str(action["task"]): action["value"]}, n=n)


def _task(fields: Fields) -> Task:
    found = Task(
        id=fields.text("id"),
        kind=fields.text("kind"),
        title=fields.text("title"),
        text=fields.text("text"),
        given=fields.object("given"),
        start=fields.value("start"),
    )
    fields.done()
    if found.kind not in KINDS or answer_problem(found.kind, found.given, found.start) is not None:
        raise DocumentError(f"it_officer: the task {found.id} is of no known form")
    return found
