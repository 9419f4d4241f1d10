"""What became of each answer: clicked, acknowledged, in the journal, counting. For the checker (`check_demo`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from scripts.check_paper import Paper, folded
from server.drill.check_journal import name_of
from server.drill.check_logs import Ack, accepted, last_acks

Item: TypeAlias = tuple[str, str]  # candidate number and stem


def unacknowledged(clicks: Iterable[Mapping[str, object]], acks: Iterable[Ack], paper: Paper) -> list[str]:
    """Given answers without an ack that carries them, and items whose last ack is not the last click; each in words.

    Each click of an item is looked for among its acks from the one that carried the click before.
    """
    acked: dict[Item, list[frozenset[str]]] = {}
    for ack in accepted(acks):
        said = paper.said(str(ack.body["item_id"]), ack.body.get("response"))
        stem, chosen = said if said is not None else (str(ack.body["item_id"]), frozenset())
        acked.setdefault((ack.sbd, stem), []).append(chosen)
    found, place, given = [], dict.fromkeys(acked, 0), _given(clicks)
    for key, chosen in given:
        there = acked.get(key, [])
        at = place.get(key, 0)
        if chosen in there[at:]:
            place[key] = there.index(chosen, at)
        else:
            found.append(f"SBD {key[0]}: {_shown(chosen)} was given and never acknowledged: {key[1]}")
    for key, chosen in dict(given).items():
        there = acked.get(key, [])
        if chosen in there[place.get(key, 0) :] and there[-1] != chosen:
            found.append(f"SBD {key[0]}: {_shown(there[-1])} was acknowledged last, {_shown(chosen)} given: {key[1]}")
    return found


def given_by_nobody(clicks: Iterable[Mapping[str, object]], acks: Iterable[Ack], paper: Paper) -> list[str]:
    """Accepted answers to items that nobody clicked, or that are not of this paper; each in words."""
    clicked = dict(_given(clicks)).keys()
    found = []
    for (_, item_id), ack in last_acks(acks).items():
        said = paper.said(item_id, ack.body.get("response"))
        if said is None:
            found.append(f"{name_of(ack)} answers what is not on the paper: {item_id}")
        elif (ack.sbd, said[0]) not in clicked:
            found.append(f"{name_of(ack)} answers what nobody clicked: {said[0]}")
    return found


def _given(clicks: Iterable[Mapping[str, object]]) -> list[tuple[Item, frozenset[str]]]:
    """Clicks in their order: whose, on which item, and the texts chosen after each."""
    found = []
    for click in clicks:
        options = click["options"]
        chosen = frozenset(folded(str(option)) for option in (options if isinstance(options, list) else []))
        found.append(((str(click["sbd"]), folded(str(click["stem"]))), chosen))
    return found


def _shown(chosen: frozenset[str]) -> str:
    return " + ".join(sorted(chosen)) or "no option"


def right_stems(
    clicks: Iterable[Mapping[str, object]], right: Mapping[str, frozenset[str]]
) -> dict[str, frozenset[str]]:
    """The items each candidate had right after the last click, by candidate number."""
    found: dict[str, frozenset[str]] = {}
    for (sbd, stem), chosen in dict(_given(clicks)).items():
        found[sbd] = found.get(sbd, frozenset()) | ({stem} if right[stem] == chosen else set())
    return found


def expected_right(clicks: Iterable[Mapping[str, object]], right: Mapping[str, frozenset[str]]) -> dict[str, int]:
    """How many items each candidate had right after the last click, by candidate number."""
    return {sbd: len(stems) for sbd, stems in right_stems(clicks, right).items()}
