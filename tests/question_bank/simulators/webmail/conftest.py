"""A candidate at a mailbox, driven by the author's names, and marked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from question_bank.canonical import JSON
from question_bank.practical.marking import Marked, Opened, mark
from question_bank.practical.played import Played, played
from question_bank.practical.rubric_reading import read_rubric
from question_bank.simulators import simulator
from question_bank.simulators.model import Refused, Standing, Taken
from question_bank.simulators.webmail import scenario as scenarios
from question_bank.wording import render


class Candidate:
    """Does one thing after the other; `do` fails the test when the system refuses. A second passes with each action."""

    def __init__(self, world: JSON, hidden: JSON, values: Mapping[str, str]) -> None:
        self.world, self.hidden, self.values = world, hidden, values
        self.standing: Standing[Any] = Standing(simulator("webmail"), simulator("webmail").initial(world))
        self.taken: list[Taken] = []
        self.at_ms = 1_790_000_000_000

    def name(self, name: str) -> str:
        """The id of what the author calls so."""
        assert isinstance(self.hidden, dict)
        names = self.hidden["names"]
        assert isinstance(names, dict)
        return str(names.get(name, name))

    def address(self, name: str) -> str:
        assert isinstance(self.hidden, dict)
        people = self.hidden["people"]
        assert isinstance(people, dict)
        return str(people.get(name, name))

    def do(self, do: str, **fields: JSON) -> str:
        """Take an action; gives the id of what it made."""
        after = self.tried(do, **fields)
        assert isinstance(after, Standing), render(after.reason)
        self.standing = after
        return str(after.state.last.id)

    def tried(self, do: str, **fields: JSON) -> Standing[Any] | Refused:
        self.at_ms += 1000
        action: dict[str, JSON] = {"do": do, **fields}
        after = self.standing.after(action, self.at_ms)
        if isinstance(after, Standing):
            self.taken.append(Taken(after.n, action, self.at_ms))
        return after

    def wait(self, minutes: int) -> None:
        """Time passes, then the mailbox is looked at."""
        self.at_ms += minutes * 60_000
        self.do("refresh")

    def open(self, name: str) -> None:
        self.do("open", message=self.name(name))

    def compose(self, kind: str, of: str = "") -> str:
        return self.do("compose", kind=kind, of=self.name(of) if of else "")

    def send(self, draft: str, **fields: JSON) -> str:
        """Send a draft with its recipients as they stand there, but for what is said."""
        letter = self.standing.state.letters[draft]
        to, cc, bcc = ([*one] for one in letter.typed)
        said: dict[str, JSON] = {
            "to": to,
            "cc": cc,
            "bcc": bcc,
            "subject": letter.subject,
            "body": "",
            "priority": "normal",
        }
        return self.do("send", draft=draft, **{**said, **fields})

    @property
    def state(self) -> Any:
        return self.standing.state

    def played(self) -> Played:
        return played(simulator("webmail"), self.world, self.hidden, self.taken)


def raising(check: str, error: Exception) -> None:
    raise AssertionError(check) from error


class Task:
    """A scenario with its rubric, for one candidate's seed."""

    def __init__(self, folder: Path, seed: bytes) -> None:
        reading = read_rubric((folder / "rubric.yaml").read_bytes(), "rubric.yaml", seed)
        assert reading.problems == ()
        assert reading.rubric is not None
        self.rubric, self.values = reading.rubric, reading.values
        scenario = scenarios.read((folder / "scenario.yaml").read_bytes(), "scenario.yaml", reading.values)
        assert scenario.problems == ()
        assert scenario.scenario is not None
        self.scenario = scenario.scenario
        self.world = scenarios.world(self.scenario, self.values)
        self.hidden = scenarios.hidden(self.scenario, self.values)

    def candidate(self) -> Candidate:
        return Candidate(self.world, self.hidden, self.values)

    def mark(self, candidate: Candidate) -> Marked:
        return mark(self.rubric, {"sim": Opened(model=candidate.played())}, raising)

    def shares(self, candidate: Candidate) -> dict[str, int]:
        """Points of each check in hundredths."""
        return {one.plan.id: one.points for one in self.mark(candidate).checks}


@pytest.fixture
def task(repository: Path) -> Callable[..., Task]:
    """`task(seed)`: the mailbox that comes with the program, for the candidate with this seed."""

    def make(seed: int = 1) -> Task:
        return Task(repository / "question_bank/samples/practical/thu-dien-tu", seed.to_bytes(32))

    return make


@pytest.fixture
def mailbox() -> Candidate:
    """Somebody at the small mailbox of the simulator's own sample."""
    scenario, values = scenarios.sample()
    return Candidate(scenarios.world(scenario, values), scenarios.hidden(scenario, values), values)
