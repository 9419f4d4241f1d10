"""The form of the answer to each kind of task, and what a real tool would not take."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from ipaddress import ip_network

from question_bank.canonical import JSON
from question_bank.phrase import Phrase, phrase

MOST_RULES = 40  # of one firewall: more than a person keeps in mind
MOST_TEXT = 9000  # characters of a configuration, within one action of 16 KiB
MOST_WORD = 120
ANY = "any"
ACTIONS, PROTOCOLS = ("allow", "deny"), (ANY, "tcp", "udp", "icmp")
VERDICTS = ("", "genuine", "phishing")
INDICATORS = (
    "sender", "reply_to", "authentication", "look_alike", "link", "attachment", "urgency", "asks_secret",
)  # fmt: skip
_WRONG = phrase("This is no answer to this task.")


def answer_problem(kind: str, given: Mapping[str, JSON], value: JSON) -> Phrase | None:
    """Why this cannot be an answer; None when it can."""
    return KINDS[kind](given, value)


def names_of(given: Mapping[str, JSON], name: str) -> list[str]:
    """The ids of a list of the material."""
    found = given.get(name)
    entries = found if isinstance(found, list) else []
    return [str(one["id"]) for one in entries if isinstance(one, dict) and "id" in one]


def ports(text: str) -> tuple[int, int] | None:
    """`any`, one port, or a range, as its two ends; None for anything else."""
    if text == ANY:
        return 0, 65535
    low, _, high = text.partition("-")
    if not all(one.isascii() and one.isdigit() and len(one) <= 5 for one in (low, high or low)):
        return None
    ends = int(low), int(high or low)
    return ends if ends[0] <= ends[1] <= 65535 else None


def is_network(text: str) -> bool:
    """`any`, an address or a network of IPv4 without host bits."""
    if text == ANY:
        return True
    try:
        return ip_network(text).version == 4
    except ValueError:
        return False


def _word(value: JSON, most: int = MOST_WORD, *, lines: bool = False) -> bool:
    if not isinstance(value, str) or len(value) > most:
        return False
    return all(unicodedata.category(one)[0] != "C" or (lines and one in "\n\t") for one in value)


def _fields(value: JSON, names: set[str]) -> bool:
    return isinstance(value, dict) and set(value) == names and all(_word(one) for one in value.values())


def _firewall(given: Mapping[str, JSON], value: JSON) -> Phrase | None:
    names = {"action", "protocol", "source", "target", "port"}
    if not isinstance(value, list) or len(value) > MOST_RULES or not all(_fields(one, names) for one in value):
        return _WRONG
    for number, one in enumerate(value, 1):
        assert isinstance(one, dict)
        if one["action"] not in ACTIONS or one["protocol"] not in PROTOCOLS:
            return _WRONG
        for place in ("source", "target"):
            if not is_network(str(one[place])):
                return phrase("Rule %(n)s: “%(text)s” is no address or network.", n=number, text=str(one[place]))
        if ports(str(one["port"])) is None:
            return phrase("Rule %(n)s: “%(text)s” is no port or range of ports.", n=number, text=str(one["port"]))
    return None


def _subnets(given: Mapping[str, JSON], value: JSON) -> Phrase | None:
    names = names_of(given, "needs")
    if not isinstance(value, list) or len(value) > len(names):
        return _WRONG
    right = all(_fields(one, {"need", "network", "gateway"}) for one in value)
    return None if right and _each_once(value, "need", names) else _WRONG


def _triage(given: Mapping[str, JSON], value: JSON) -> Phrase | None:
    names = names_of(given, "letters")
    if not isinstance(value, list) or len(value) > len(names) or not all(_is_verdict(one) for one in value):
        return _WRONG
    return None if _each_once(value, "letter", names) else _WRONG


def _is_verdict(one: JSON) -> bool:
    if not isinstance(one, dict) or set(one) != {"letter", "verdict", "indicators"}:
        return False
    found = one["indicators"]
    known = isinstance(found, list) and all(isinstance(each, str) and each in INDICATORS for each in found)
    return known and isinstance(one["verdict"], str) and one["verdict"] in VERDICTS


def _config(given: Mapping[str, JSON], value: JSON) -> Phrase | None:
    return None if _word(value, MOST_TEXT, lines=True) else _WRONG


def _log(given: Mapping[str, JSON], value: JSON) -> Phrase | None:
    names = names_of(given, "fields")
    if not isinstance(value, list) or not all(_fields(one, {"field", "text"}) for one in value):
        return _WRONG
    return None if _each_once(value, "field", names) else _WRONG


def _order(given: Mapping[str, JSON], value: JSON) -> Phrase | None:
    if value == []:
        return None
    names = names_of(given, "steps")
    right = isinstance(value, list) and all(isinstance(one, str) for one in value)
    return None if right and isinstance(value, list) and sorted(str(one) for one in value) == sorted(names) else _WRONG


def _each_once(value: list[JSON], name: str, known: list[str]) -> bool:
    said = [str(one[name]) for one in value if isinstance(one, dict)]
    return len(set(said)) == len(said) and set(said) <= set(known)


KINDS: Mapping[str, Callable[[Mapping[str, JSON], JSON], Phrase | None]] = {
    "firewall": _firewall, "subnets": _subnets, "triage": _triage, "config": _config, "log": _log, "order": _order,
}  # fmt: skip
