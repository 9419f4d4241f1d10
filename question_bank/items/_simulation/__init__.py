"""Simulation: work in a simulated office system. It has no response: what is done are actions, which go another way.

The candidate's view holds what their machine needs of the world (`exam-world/1`), the key what only checks know. Neither
is worked out anywhere but where a form is assembled (docs/simulators.md §2).

Not among the types of this distribution while it has no simulator of its own: one that brings simulators names this type
under the entry-point group `examroom.item_types` (docs/decisions/0251).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from question_bank.canonical import JSON
from question_bank.draw import Draw
from question_bank.ids import CODE, MOST_OF_A_CODE, FreshIds
from question_bank.items._labelled import read_text
from question_bank.items.model import Common, Item, Placed, Show
from question_bank.marking_scheme import MarkingItem, NeedsMarker, Response, Rule
from question_bank.order import ItemOutline
from question_bank.phrase import Phrase
from question_bank.problems import Fault
from question_bank.simulators import item_words
from question_bank.simulators.scenarios import MOST_SCENARIO, placed_world, scenario_faults
from question_bank.view_shape import Kind, ViewShape


def actions_marker(marking: MarkingItem, response: Response | None) -> NeedsMarker:
    """The rubric engine or a person marks the actions."""
    return NeedsMarker(marking.max_mark)


@dataclass(frozen=True, slots=True)
class Simulation(Item):
    """A simulator by its name, and a scenario for it as its author wrote it."""

    simulator: str
    scenario: str

    NAME: ClassVar[str] = "simulation"
    LABEL: ClassVar[Phrase] = item_words.LABEL
    RULES: ClassVar[Mapping[str, Rule]] = {"actions_marker": actions_marker}
    MARKED_BY_PEOPLE: ClassVar[bool] = True
    ACTS: ClassVar[bool] = True
    REQUIRED: ClassVar[tuple[str, ...]] = ("simulator", "scenario")
    SCHEMA: ClassVar[Mapping[str, JSON]] = {
        "simulator": {"type": "string", "pattern": f"^{CODE.pattern}$", "maxLength": MOST_OF_A_CODE},
        "scenario": {"type": "string", "maxLength": MOST_SCENARIO},
    }
    WORDS: ClassVar[Mapping[str, Phrase]] = item_words.WORDS
    VIEW: ClassVar[ViewShape] = {"variants": {"world": Kind.WORLD}}

    @classmethod
    def read(cls, common: Common, fields: Mapping[str, JSON], faults: list[Fault]) -> Self:
        """The simulator's name and the scenario's text."""
        names = ("simulator", "scenario")
        return cls(common, *(read_text((name,), fields.get(name), faults) for name in names))

    def own_fields(self) -> dict[str, JSON]:
        """The simulator's name and the scenario's text."""
        return {"simulator": self.simulator, "scenario": self.scenario}

    def own_problems(self) -> list[Fault]:
        """A simulator that is here, and a scenario that its simulator understands."""
        return scenario_faults(self.simulator, self.scenario)

    def place(self, draw: Draw, ids: FreshIds, show: Show) -> Placed:
        """The world for candidates, what only checks know for the key. One variant: the scenario's own values."""
        world, hidden = placed_world(self.simulator, self.scenario)
        return Placed({"variants": [{"world": world}]}, {"scenario": self.scenario, "hidden": [hidden]})

    @classmethod
    def outline(cls, item_id: str, view: Mapping[str, JSON]) -> ItemOutline:
        """Nothing is shuffled."""
        return ItemOutline(item_id, cls.NAME)

    @classmethod
    def response_problem(cls, item: ItemOutline, response: Mapping[str, object]) -> str | None:
        """Always `no_response`."""
        return "no_response"

    @classmethod
    def right_response(cls, item: ItemOutline, marking: MarkingItem) -> Response | None:
        """No rule can tell."""
        return None

    @classmethod
    def wrong_response(cls, item: ItemOutline, marking: MarkingItem, draw: Draw) -> Response | None:
        """No rule can tell."""
        return None


TYPE = Simulation
