"""The board's scenarios: which notice is out of date is known to checks alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from question_bank.canonical import JSON
from question_bank.problems import Problem

Scenario = Mapping[str, JSON]


@dataclass(frozen=True)
class Reading:
    """The scenario, or what is wrong with it."""

    scenario: Scenario | None
    problems: tuple[Problem, ...]


def read(data: bytes, file: str, values: Mapping[str, str]) -> Reading:
    """A title, and the notice that is out of date."""
    try:
        found = json.loads(data)
        return Reading({"title": str(found["title"]), "outdated": str(found["outdated"])}, ())
    except (ValueError, KeyError, TypeError) as error:
        return Reading(None, (Problem(file, 1, 1, "no_scenario", str(error), ""),))


def sample() -> tuple[Scenario, Mapping[str, str]]:
    """A scenario and the values of one candidate."""
    return {"title": "Bảng tin phòng ${phong}", "outdated": "Lịch trực tháng 10"}, {"phong": "Một cửa"}


def world(scenario: Scenario, values: Mapping[str, str]) -> JSON:
    """What a candidate's machine gets."""
    title = str(scenario["title"]).replace("${phong}", values.get("phong", ""))
    notices: list[JSON] = [
        {"id": "a1", "text": str(scenario["outdated"])},
        {"id": "a2", "text": "Lịch trực tháng 11"},
    ]
    return {"title": title, "notices": notices}


def hidden(scenario: Scenario, values: Mapping[str, str]) -> JSON:
    """What checks alone know."""
    return {"outdated_notice": "a1"}


def hidden_words(scenario: Scenario, values: Mapping[str, str]) -> frozenset[str]:
    """Words of it that stand in no world, view or page."""
    return frozenset({"outdated_notice", "outdated"})


def sample_actions() -> tuple[Mapping[str, JSON], ...]:
    """Actions a candidate may take in the sample, in order, none of them refused."""
    return ({"do": "take_down", "id": "a1"}, {"do": "post", "text": "Lịch trực tháng 12"})
