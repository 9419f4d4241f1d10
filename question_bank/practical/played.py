"""A run as checks see it: what was done in which order, what came of it, and what only checks know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from question_bank.canonical import JSON
from question_bank.comparing import Compare, canonical_text
from question_bank.simulators import Simulator
from question_bank.simulators.model import Run, Taken, replay

_ANY_CASE = Compare()


@dataclass(frozen=True, slots=True)
class Played:
    """One candidate's run. `hidden` is what the scenario says of it; `view` what the page showed at the end."""

    simulator: str
    run: Run[Any]
    hidden: Mapping[str, JSON]
    view: JSON

    @property
    def actions(self) -> Sequence[Taken]:
        """What was done, in order; what the system refused is not among it."""
        return [one for one, _ in self.run.taken]

    def id_of(self, name: str) -> str:
        """The id in the run of what the author calls so; a name nobody gave stands for itself."""
        names = self.hidden.get("names")
        found = names.get(name) if isinstance(names, Mapping) else None
        return found if isinstance(found, str) else name

    def name_of(self, opaque: str) -> str:
        """The author's name of an id, for sentences to the jury."""
        names = self.hidden.get("names")
        known = names.items() if isinstance(names, Mapping) else ()
        return next((name for name, value in known if value == opaque), opaque)


def played(found: Simulator, world: JSON, hidden: JSON, actions: Iterable[Taken]) -> Played:
    """Play a run for its checks. Raises DocumentError for a world that is none of this simulator."""
    run = replay(found, world, actions)
    return Played(found.NAME, run, hidden if isinstance(hidden, Mapping) else {}, found.view(run.final))


def same(one: str, other: str) -> bool:
    """Whether two texts say the same: any case, any spelling of tones, single spaces."""
    return plain(one) == plain(other)


def within(part: str, whole: str) -> bool:
    """Whether a text says this somewhere, compared alike."""
    return plain(part) in plain(whole)


def plain(text: str) -> str:
    """The form in which texts are compared."""
    return canonical_text(text, _ANY_CASE)


def said(value: JSON) -> str:
    """A plain value of an action or a view as an author writes it."""
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)
