"""Tasks of an IT officer as authors write them (docs/it-officer.md); what varies is made from the scenario's seed. Never on a kiosk."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from question_bank.canonical import JSON
from question_bank.draw import Draw
from question_bank.formats.nodes import Node, Series, Table, Text, plain
from question_bank.formats.report import Report
from question_bank.phrase import phrase
from question_bank.practical.arguments import Field, choice, text, whole
from question_bank.practical.scenarios import (
    Names,
    Scenario,
    ScenarioReading,
    asked,
    each,
    for_candidate,
    read_scenario,
)
from question_bank.simulators.it_officer.generated import ssh_log
from question_bank.simulators.it_officer.shapes import KINDS

NAME = "it_officer"
_KINDS = {one: phrase("kind of task") for one in KINDS}
KIND = choice("kind", phrase("kind of task"), _KINDS, required=True)
TITLE = text("title", phrase("title"), required=True)
TEXT = text("text", phrase("what is asked"), required=True)
START = text("start", phrase("the configuration that is there"))
TAKE = whole("take", phrase("how many letters each candidate gets; all where nothing is said"))
# What each kind needs besides, as plain YAML.
NEEDS: Mapping[str, tuple[str, ...]] = {
    "firewall": ("networks", "must"), "subnets": ("block", "needs"), "triage": ("letters",),
    "config": ("start", "required"), "log": ("fields",), "order": ("steps",),
}  # fmt: skip
_MORE = ("networks", "must", "block", "needs", "letters", "required", "forbidden", "syntax", "fields", "steps")


def _anything(name: str) -> Field[None]:
    return Field(name, phrase("read elsewhere"), {}, lambda node: None)


TASK: tuple[Field[Any], ...] = (_anything("id"), KIND, TITLE, TEXT, START, TAKE, *(_anything(one) for one in _MORE))


@dataclass
class Tasks:
    """What a machine gets, and what only checks know, by the author's name of each task."""

    world: list[JSON] = field(default_factory=list)
    names: Names = field(default_factory=Names)
    keys: dict[str, JSON] = field(default_factory=dict)


def read(data: bytes, file: str, values: Mapping[str, str]) -> ScenarioReading:
    """Read a scenario, tried with one candidate's values. Never raises: everything wrong is a problem."""
    return read_scenario(data, file, values, NAME, (("seed", "tasks"), ()), _tasks)


def world(scenario: Scenario, values: Mapping[str, str]) -> JSON:
    """What a candidate's machine gets. Raises DocumentError when these values make the scenario wrong."""
    return {"tasks": _made(scenario, values).world}


def hidden(scenario: Scenario, values: Mapping[str, str]) -> JSON:
    """Opaque ids by the author's names, and the key of each task by its opaque id."""
    made = _made(scenario, values)
    return {"names": dict(made.names.ids), "keys": made.keys}


def hidden_words(scenario: Scenario, values: Mapping[str, str]) -> frozenset[str]:
    """The names authors give to tasks, and the fields that hold keys."""
    return frozenset({*_made(scenario, values).names.ids, "required", "forbidden"})


def sample() -> tuple[Scenario, Mapping[str, str]]:
    """A task of each kind."""
    data = files("question_bank.simulators.it_officer").joinpath("sample.yaml").read_bytes()
    reading = read(data, "sample.yaml", {})
    if reading.scenario is None:
        raise AssertionError(reading.problems)
    return reading.scenario, {}


def sample_actions() -> tuple[Mapping[str, JSON], ...]:
    """Actions in the sample, none of which is refused."""
    rule: JSON = {"action": "allow", "protocol": "tcp", "source": "any", "target": "10.0.0.5", "port": "443"}
    given: tuple[tuple[str, JSON], ...] = (
        ("t1", [rule]),
        ("t2", [{"need": "n1", "network": "10.9.0.0/26", "gateway": "10.9.0.1"}]),
        ("t3", [{"letter": "e1", "verdict": "phishing", "indicators": ["link"]}]),
        ("t4", "PermitRootLogin no\n"),
        ("t5", [{"field": "f1", "text": "203.0.113.7"}]),
        ("t6", ["s2", "s1", "s3"]),
    )
    return ({"do": "open", "task": "t1"}, *({"do": "answer", "task": name, "value": value} for name, value in given))


def _made(scenario: Scenario, values: Mapping[str, str]) -> Tasks:
    made = for_candidate(scenario, values, _tasks)
    assert isinstance(made, Tasks)
    return made


def _tasks(tree: Table, report: Report) -> Tasks:
    node = tree.get("seed")
    seed = hashlib.sha256((node.text if isinstance(node, Text) else "").encode()).digest()
    made = Tasks()
    for number, table in enumerate(each(tree, "tasks", report), 1):
        said = asked(table, TASK, report)
        opaque = made.names.give(table, f"t{number}", report)
        kind = said[KIND]
        if kind is None:
            continue
        report.missing(table, NEEDS[kind])
        if any(table.get(one) is None for one in NEEDS[kind]):
            continue
        given, start, key = _BUILD[kind](table, Draw(seed, f"task {number}"), report)
        made.keys[opaque] = key
        made.world.append(
            {
                "id": opaque,
                "kind": kind,
                "title": said[TITLE] or "",
                "text": said[TEXT] or "",
                "given": given,
                "start": start,
            }
        )
    return made


Built = tuple[dict[str, JSON], JSON, JSON]


def _entries(table: Table, name: str, fields: tuple[str, ...], report: Report) -> list[dict[str, JSON]]:
    """A list of tables that have all these fields; what is wrong is reported."""
    found = []
    for one in each(table, name, report):
        report.missing(one, fields)
        value = plain(one)
        assert isinstance(value, dict)
        found.append({**dict.fromkeys(fields, ""), **value})
    return found


def _firewall(table: Table, draw: Draw, report: Report) -> Built:
    networks = _entries(table, "networks", ("name", "address"), report)
    must = _entries(table, "must", ("protocol", "source", "target", "port", "verdict"), report)
    return {"networks": [*networks]}, [], {"must": [*must]}


def _subnets(table: Table, draw: Draw, report: Report) -> Built:
    block = table.get("block")
    needs = _entries(table, "needs", ("name", "hosts"), report)
    listed: list[JSON] = [{"id": f"n{n}", **one} for n, one in enumerate(needs, 1)]
    given: dict[str, JSON] = {"block": block.text if isinstance(block, Text) else "", "needs": listed}
    return given, [], {"block": given["block"], "needs": listed}


_SHOWN = ("from", "subject", "body")
_HIDDEN = ("verdict", "indicators")


def _triage(table: Table, draw: Draw, report: Report) -> Built:
    """Letters in a drawn order; of each kind of verdict as many as there is room for."""
    take = asked(table, TASK, report)[TAKE]
    letters = draw.shuffled(_entries(table, "letters", (*_SHOWN, "verdict"), report))
    listed: list[JSON] = []
    key: dict[str, JSON] = {}
    for number, one in enumerate(letters[:take], 1):
        shown = {name: value for name, value in one.items() if name not in _HIDDEN}
        full = {
            "reply_to": "",
            "spf": "pass",
            "dkim": "pass",
            "dmarc": "pass",
            "link": "",
            "link_target": "",
            "file": "",
        }
        listed.append({"id": f"e{number}", **full, **shown})
        signs = one.get("indicators")
        key[f"e{number}"] = {"verdict": one["verdict"], "indicators": signs if isinstance(signs, list) else []}
    return {"letters": listed}, [], key


def _config(table: Table, draw: Draw, report: Report) -> Built:
    start = table.get("start")
    syntax = table.get("syntax")
    text_there = start.text if isinstance(start, Text) else ""
    key: dict[str, JSON] = {"syntax": syntax.text if isinstance(syntax, Text) else "sshd"}
    for name in ("required", "forbidden"):
        key[name] = _settings(table.get(name), report)
    return {"syntax": key["syntax"]}, text_there, key


def _settings(node: Node | None, report: Report) -> dict[str, JSON]:
    """`{name: [values that are right]}`."""
    if node is None:
        return {}
    if not isinstance(node, Table):
        report.add(node.place, "wrong_shape", phrase("this must be fields with values"))
        return {}
    return {
        key.text: [plain(one) for one in value.items] if isinstance(value, Series) else [plain(value)]
        for key, value in node.entries
    }


def _log(table: Table, draw: Draw, report: Report) -> Built:
    """A log of sign-ins with one break-in; which of its facts are asked, the author says."""
    lines, facts = ssh_log(draw)
    listed: list[JSON] = []
    key: dict[str, JSON] = {}
    for number, one in enumerate(_entries(table, "fields", ("fact", "title"), report), 1):
        if one["fact"] not in facts:
            known = phrase("known here: %(names)s", names=", ".join(facts))
            report.add(table.place, "bad_value", known)
        listed.append({"id": f"f{number}", "title": one["title"]})
        key[f"f{number}"] = facts.get(str(one["fact"]), "")
    return {"lines": [*lines], "fields": listed}, [], key


def _order(table: Table, draw: Draw, report: Report) -> Built:
    """Steps get ids in a drawn order: the author's order is the key."""
    node = table.get("steps")
    steps = [plain(one) for one in node.items] if isinstance(node, Series) else []
    ids = draw.shuffled([f"s{n}" for n in range(1, len(steps) + 1)])
    by_id = dict(zip(ids, steps, strict=True))
    listed: list[JSON] = [{"id": name, "text": by_id[name]} for name in sorted(by_id)]
    return {"steps": listed}, [], {"order": [*ids]}


_BUILD = {
    "firewall": _firewall, "subnets": _subnets, "triage": _triage, "config": _config, "log": _log, "order": _order,
}  # fmt: skip
