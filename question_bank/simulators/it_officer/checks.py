"""`sim.it.*`: answers of an IT officer, judged by what they do. Never on a kiosk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from ipaddress import IPv4Address, IPv4Network, ip_address, ip_network
from itertools import combinations
from typing import Any

from question_bank.canonical import JSON
from question_bank.phrase import phrase
from question_bank.practical.arguments import number, text
from question_bank.practical.catalogue import Request, check
from question_bank.practical.findings import NONE, Finding, Outcome, judged, quoted
from question_bank.practical.played import Played, same
from question_bank.simulators.it_officer.packets import decided, opens_everything, settings
from question_bank.simulators.it_officer.state import State, Task

TASK = text("task", phrase("the task by its name in the scenario"), required=True)
PENALTY = number(
    "any_any_percent", phrase("what a rule that lets everything through takes off"), unit="%", default="50"
)
_NO_ANSWER = phrase("an answer")


def _answer(played: Played, request: Request, kind: str) -> tuple[Task, Any, Any] | None:
    """The task, its answer and its key; None where nothing was answered. The form was checked when the answer was taken."""
    state = played.run.final
    if not isinstance(state, State):
        raise TypeError(f"a run of {played.simulator} is no run of an IT officer")
    task = state.task(played.id_of(request.select[TASK] or ""))
    keys = played.hidden.get("keys")
    if task is None or task.kind != kind or not isinstance(keys, Mapping):
        raise ValueError(f"{request.select[TASK]} is no task of the kind {kind}")
    return (task, state.answers[task.id], keys[task.id]) if state.answers.get(task.id) else None


@check(
    "sim.it.firewall",
    phrase("A firewall lets through what it should, and nothing else"),
    "IU14",
    select=(TASK,),
    expect=(PENALTY,),
)
def firewall(played: Played, request: Request) -> Outcome:
    """Share of packets that must pass and do, times share of those that must not and do not; less for a rule that opens everything."""
    found = _answer(played, request, "firewall")
    if found is None:
        return Outcome.nothing(_NO_ANSWER)
    task, rules, key = found
    wrong = []
    shares = []
    for verdict in ("allow", "deny"):
        packets = [one for one in key["must"] if one["verdict"] == verdict]
        missed = [one for one in packets if decided(rules, one) != verdict]
        wrong += missed
        shares.append(Fraction(len(packets) - len(missed), len(packets)) if packets else Fraction(1))
    credit = shares[0] * shares[1]
    told = "; ".join(
        f"{one['protocol']} {one['source']} → {one['target']}:{one['port']} ({one['verdict']})" for one in wrong[:5]
    )
    if any(opens_everything(one) for one in rules):
        credit *= 1 - (request.expect[PENALTY] or Fraction(0)) / 100
        told = "; ".join(part for part in (told, "allow any any") if part)
    expected = phrase("every packet decided as it must be")
    return Outcome.of([judged(task.title, credit, expected, told or phrase("all of them"), "")])


@check("sim.it.subnets", phrase("A block of addresses is divided so that it works"), "IU14", select=(TASK,))
def subnets(played: Played, request: Request) -> Outcome:
    """For each need its network (inside the block, large enough, over no other) and its gateway (an address of it that machines can have)."""
    found = _answer(played, request, "subnets")
    if found is None:
        return Outcome.nothing(_NO_ANSWER)
    _, plan, key = found
    said = {one["need"]: one for one in plan}
    networks = {name: made for name, one in said.items() if (made := _network(one["network"])) is not None}
    clashing = {name for a, b in combinations(networks, 2) if networks[a].overlaps(networks[b]) for name in (a, b)}
    block = ip_network(key["block"])
    findings = []
    for need in key["needs"]:
        made = networks.get(need["id"])
        inside = made is not None and isinstance(block, IPv4Network) and made.subnet_of(block)
        fits = (
            inside and made is not None and made.num_addresses - 2 >= int(need["hosts"]) and need["id"] not in clashing
        )
        shown = said.get(need["id"], {"network": "", "gateway": ""})
        expected = phrase("a network of its own with %(n)s addresses for machines", n=int(need["hosts"]))
        findings.append(judged(need["name"], bool(fits), expected, quoted(shown["network"]), ""))
        gateway = _address(shown["gateway"])
        usable = made is not None and gateway is not None and gateway in made and gateway not in (made[0], made[-1])
        findings.append(
            judged(need["name"], bool(fits and usable), phrase("a gateway in it"), quoted(shown["gateway"]), "")
        )
    return Outcome.of(findings)


def _network(text_said: str) -> IPv4Network | None:
    try:
        made = ip_network(text_said.strip())
    except ValueError:
        return None
    return made if isinstance(made, IPv4Network) and "/" in text_said else None


def _address(text_said: str) -> IPv4Address | None:
    try:
        made = ip_address(text_said.strip())
    except ValueError:
        return None
    return made if isinstance(made, IPv4Address) else None


@check(
    "sim.it.triage",
    phrase("False letters are told from genuine ones, by their signs"),
    "IU14",
    select=(TASK,),
    steps=("verdict", "signs"),
)
def triage(played: Played, request: Request) -> Outcome:
    """`verdict`: each letter; `signs`: F1 over pairs of letter and sign, so that ticking everything costs what it should."""
    found = _answer(played, request, "triage")
    if found is None:
        return Outcome.nothing(_NO_ANSWER)
    task, answer, key = found
    said = {one["letter"]: one for one in answer}
    findings = [
        judged(
            name,
            said.get(name, {}).get("verdict") == one["verdict"],
            one["verdict"],
            said.get(name, {}).get("verdict") or "–",
            "",
            "verdict",
        )
        for name, one in key.items()
    ]
    wanted = {(name, sign) for name, one in key.items() for sign in one["indicators"]}
    ticked = {(name, sign) for name, one in said.items() for sign in one["indicators"]}
    both = len(wanted) + len(ticked)
    f1 = Fraction(2 * len(wanted & ticked), both) if both else Fraction(1)
    told = phrase(
        "%(right)s right, %(missing)s missing, %(more)s too many",
        right=len(wanted & ticked),
        missing=len(wanted - ticked),
        more=len(ticked - wanted),
    )
    return Outcome.of([*findings, judged(task.title, f1, phrase("%(n)s signs", n=len(wanted)), told, "", "signs")])


@check("sim.it.config", phrase("A configuration is hardened, and what must go on working does"), "IU14", select=(TASK,))
def config(played: Played, request: Request) -> Outcome:
    """Share of what had to be changed and is right, times share of what was right before and still is: who changes nothing earns nothing."""
    found = _answer(played, request, "config")
    if found is None:
        return Outcome.nothing(_NO_ANSWER)
    task, answer, key = found
    before, after = (dict(_settled(one, key)) for one in (task.start, answer))
    had = [name for name, right in before.items() if right]
    credit = _share([after[name] for name in before if name not in had]) * _share([after[name] for name in had])
    wrong = ", ".join(name for name, right in after.items() if not right)
    return Outcome.of(
        [judged(task.title, credit, phrase("every setting as it must be"), wrong or phrase("all of them"), "")]
    )


def _settled(said: JSON, key: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """Each setting, whether it is as it must be."""
    there = settings(str(said), key["syntax"])
    for name, right in key["required"].items():
        values = there.get(name.lower(), [])
        yield name, bool(values) and all(any(same(value, str(one)) for one in right) for value in values)
    for name, bad in key["forbidden"].items():
        values = there.get(name.lower(), [])
        yield f"!{name}", not any(same(value, str(one)) for value in values for one in bad)


def _share(rights: list[bool]) -> Fraction:
    return Fraction(sum(rights), len(rights)) if rights else Fraction(1)


@check("sim.it.log", phrase("A log was read rightly"), "IU14", select=(TASK,))
def log(played: Played, request: Request) -> Outcome:
    """Each fact that is asked."""
    found = _answer(played, request, "log")
    if found is None:
        return Outcome.nothing(_NO_ANSWER)
    task, answer, key = found
    said = {one["field"]: one["text"] for one in answer}
    fields = task.given["fields"]
    titles = {one["id"]: one["title"] for one in fields if isinstance(one, dict)} if isinstance(fields, list) else {}
    return Outcome.of(
        judged(str(titles[name]), same(said.get(name, ""), value), value, quoted(said.get(name, "")), "")
        for name, value in key.items()
    )


@check("sim.it.order", phrase("Steps are in their order"), "IU14", select=(TASK,))
def order(played: Played, request: Request) -> Outcome:
    """Kendall's tau: pairs in their order less pairs that are not, of all pairs; below 0 it earns nothing."""
    found = _answer(played, request, "order")
    if found is None:
        return Outcome.nothing(_NO_ANSWER)
    task, answer, key = found
    place = {name: at for at, name in enumerate(answer)}
    pairs = list(combinations(key["order"], 2))
    turned = sum(place[a] > place[b] for a, b in pairs)
    tau = Fraction(len(pairs) - 2 * turned, len(pairs)) if pairs else Fraction(1)
    told = phrase("%(n)s of %(all)s pairs turned round", n=turned, all=len(pairs))
    finding: Finding = judged(task.title, max(NONE, tau), phrase("no pair turned round"), told, "")
    return Outcome.of([finding])
