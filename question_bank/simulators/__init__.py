"""Simulated office systems: one folder each in this folder, found by looking (docs/simulators.md §1).

A package without a leading underscore is a simulator; so is what an installed distribution names under the entry-point
group `examroom.simulators`. Of each only `state`, `actions` and `pages` are ever loaded here: a kiosk asks this registry.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from types import ModuleType
from typing import Any

from question_bank.canonical import JSON
from question_bank.errors import ExamRoomError
from question_bank.fields import Fields
from question_bank.phrase import Phrase, phrase
from question_bank.simulators.model import WORLD_FORMAT, Refused

ENTRY_POINTS = "examroom.simulators"
KIOSK_MODULES = ("state", "actions", "pages", "pages.words")
"""The modules of a simulator that a kiosk holds; nothing that they import may be `scenario` or `checks`."""


class SimulatorError(ExamRoomError):
    """A simulator cannot be used: its name is taken, or it is unknown here."""


@dataclass(frozen=True, slots=True)
class Simulator:
    """The three modules of one simulator as a `model.Machine`; `package` is where they are."""

    NAME: str
    VERSION: int
    TITLE: Phrase
    WORDS: Mapping[str, Phrase]
    package: str
    state: ModuleType
    actions: ModuleType
    pages: ModuleType

    def initial(self, world: JSON) -> Any:
        """The state at the start. Raises DocumentError when the world is not of this simulator."""
        return self.state.initial(world)

    def decide(self, state: Any, action: Mapping[str, JSON]) -> Refused | None:
        """Why this action cannot be taken now, malformed ones too; None when it can. Pure."""
        refused: Refused | None = self.actions.decide(state, action)
        return refused

    def evolve(self, state: Any, action: Mapping[str, JSON], n: int, at_ms: int) -> Any:
        """The state after an action that was not refused. Pure and total."""
        return self.state.evolve(state, action, n, at_ms)

    def view(self, state: Any) -> JSON:
        """What the page shows."""
        shown: JSON = self.pages.view(state)
        return shown

    def world_document(self, world: JSON) -> dict[str, JSON]:
        """A world as it travels: `exam-world/1`."""
        return {"format": WORLD_FORMAT, "simulator": self.NAME, "version": self.VERSION, "world": world}


@cache
def simulators() -> Mapping[str, Simulator]:
    """All simulators by name, in the order of their names. Raises SimulatorError when two have the same name."""
    found: dict[str, Simulator] = {}
    for package in sorted(_packages()):
        name = package.rpartition(".")[2]
        if name in found:
            raise SimulatorError(
                phrase("two simulators are called “%(name)s”", name=name),
                hint=phrase("Remove one of the distributions that bring them."),
            )
        found[name] = _loaded(name, package)
    return dict(sorted(found.items()))


def simulator(name: str) -> Simulator:
    """The simulator of this name. Raises SimulatorError."""
    try:
        return simulators()[name]
    except KeyError as error:
        raise SimulatorError(
            phrase("unknown simulator “%(name)s”", name=name),
            hint=phrase("The paper was made by a newer version; update this machine."),
        ) from error


def read_world(document: JSON) -> tuple[Simulator, JSON]:
    """The simulator of an `exam-world/1`, and its world. Raises SimulatorError, or DocumentError."""
    fields = Fields(document, "world")
    made_for, name, version = fields.text("format"), fields.text("simulator"), fields.integer("version", 1)
    world = fields.value("world")
    fields.done()
    found = simulator(name)
    if made_for != WORLD_FORMAT or version != found.VERSION:
        raise SimulatorError(
            phrase("a world for another version of “%(name)s”", name=name),
            hint=phrase("The paper was made by a newer version; update this machine."),
        )
    return found, world


def _packages() -> Iterator[str]:
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        if module.ispkg and not module.name.rpartition(".")[2].startswith("_"):
            yield module.name
    yield from (entry_point.value for entry_point in entry_points(group=ENTRY_POINTS))


def _loaded(name: str, package: str) -> Simulator:
    state, actions, pages, words = (importlib.import_module(f"{package}.{part}") for part in KIOSK_MODULES)
    return Simulator(name, state.VERSION, words.TITLE, words.WORDS, package, state, actions, pages)
