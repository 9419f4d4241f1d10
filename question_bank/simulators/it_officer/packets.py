"""What a firewall does with a packet, and what a configuration says: for checks. Never on a kiosk."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from ipaddress import ip_address, ip_network

from question_bank.simulators.it_officer.shapes import ANY, ports

Rule = Mapping[str, str]
_MATCH = re.compile(r"match\s", re.IGNORECASE)


def decided(rules: Sequence[Rule], packet: Mapping[str, str]) -> str:
    """`allow` or `deny`: the first rule that fits decides, what fits none is denied."""
    return next((one["action"] for one in rules if _fits(one, packet)), "deny")


def opens_everything(rule: Rule) -> bool:
    """Whether it lets everything through from everywhere to everywhere."""
    places = [rule["source"], rule["target"]]
    whole = all(one == ANY or ip_network(one).prefixlen == 0 for one in places)
    return rule["action"] == "allow" and rule["protocol"] == ANY and whole and ports(rule["port"]) == (0, 65535)


def _fits(rule: Rule, packet: Mapping[str, str]) -> bool:
    if rule["protocol"] not in (ANY, packet["protocol"]):
        return False
    if not all(_holds(rule[place], packet[place]) for place in ("source", "target")):
        return False
    # ICMP has no ports: a rule for certain ports is for none of its packets.
    low, high = ports(rule["port"]) or (1, 0)
    if packet["protocol"] == "icmp":
        return (low, high) == (0, 65535)
    return low <= int(packet["port"]) <= high


def _holds(network: str, address: str) -> bool:
    return network == ANY or ip_address(address) in ip_network(network)


def settings(text: str, syntax: str) -> dict[str, list[str]]:
    """What a configuration says by the names of its settings, in small letters; of what counts once only what counts.

    `sshd`: the first value of a keyword counts (sshd_config(5)), up to the first Match. `nginx`: every directive, wherever it stands.
    `policy`: lines `name,value` or `name = value` as Windows policies are exported; the last counts.
    """
    found: dict[str, list[str]] = {}
    for name, value in _pairs(text, syntax):
        key = name.lower()
        if syntax == "sshd":
            found.setdefault(key, [value])
        elif syntax == "policy":
            found[key] = [value]
        else:
            found.setdefault(key, []).append(value)
    return found


def _pairs(text: str, syntax: str) -> list[tuple[str, str]]:
    lines = [line.partition("#")[0].strip() for line in text.splitlines()]
    if syntax == "nginx":
        lines = [part.strip() for line in lines for part in re.split(r"[;{}]", line)]
    pairs = []
    for line in lines:
        if syntax == "sshd" and _MATCH.match(line + " "):
            break
        parts = re.split(
            r"\s*[,=]\s*" if syntax == "policy" else r"\s*=\s*|\s+" if syntax == "sshd" else r"\s+", line, maxsplit=1
        )
        if len(parts) == 2 and parts[0]:
            pairs.append((parts[0], " ".join(parts[1].strip('"').split())))
    return pairs
