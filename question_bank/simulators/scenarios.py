"""The authors' side of a simulator, by its name: never called on a kiosk, which has no `scenario` module to load."""

from __future__ import annotations

import importlib
from typing import Any

from question_bank.canonical import JSON, encode
from question_bank.fields import DocumentError
from question_bank.phrase import phrase
from question_bank.problems import Fault, Problem, Severity
from question_bank.simulators import simulator, simulators
from question_bank.simulators.model import MOST_WORLD_BYTES

MOST_SCENARIO = 256 * 1024  # characters: some hundred letters of a mailbox, as an author writes them
MOST_TOLD = 20  # problems of one scenario told at once: an author mends those and looks again


def scenario_faults(name: str, text: str) -> list[Fault]:
    """What is wrong with a simulator's name and a scenario's text, each with its line."""
    if name not in simulators():
        return [Fault("bad_value", ("simulator",), phrase("unknown simulator “%(name)s”", name=name))]
    if len(text) > MOST_SCENARIO:
        message = phrase("the scenario has more than %(most)s characters", most=MOST_SCENARIO)
        return [Fault("too_long", ("scenario",), message)]
    reading = _module(name).read(text.encode(), "scenario", {})
    return [
        Fault(
            "bad_scenario",
            ("scenario",),
            phrase("line %(line)s of the scenario: %(message)s", line=one.line, message=_said(one)),
            None,
            Severity.WARNING if one.is_warning else Severity.ERROR,
        )
        for one in reading.problems[:MOST_TOLD]
    ]


def placed_world(name: str, text: str) -> tuple[JSON, JSON]:
    """The `exam-world/1` of a scenario, and what only checks know of it.

    Raises DocumentError when the text is no scenario, its world is too large, or a hidden word stands in it.
    """
    module, found = _module(name), simulator(name)
    reading = module.read(text.encode(), "scenario", {})
    if reading.scenario is None:
        raise DocumentError(f"scenario: {reading.problems[0]}")
    world: JSON = module.world(reading.scenario, {})
    hidden: JSON = module.hidden(reading.scenario, {})
    document = found.world_document(world)
    data = encode(document)
    if len(data) > MOST_WORLD_BYTES:
        raise DocumentError(f"scenario: a world of {len(data)} bytes, more than {MOST_WORLD_BYTES}")
    told = data.decode().casefold()
    for word in sorted(module.hidden_words(reading.scenario, {})):
        if word.casefold() in told:
            raise DocumentError(f"scenario: the world tells “{word}”")
    found.initial(world)
    return document, hidden


def _said(problem: Problem) -> str:
    return f"{problem.message} — {problem.hint}" if problem.hint else problem.message


def _module(name: str) -> Any:
    return importlib.import_module(f"{simulator(name).package}.scenario")
