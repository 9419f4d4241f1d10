"""A mailbox's run as its checks read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TypeVar, cast

from question_bank.practical.findings import Finding, Outcome, Words, quoted
from question_bank.practical.played import Played, plain
from question_bank.simulators.model import Taken
from question_bank.simulators.webmail.state.model import File, Letter, Person, State

One = TypeVar("One")


def final(played: Played) -> State:
    """The mailbox at the end."""
    state = played.run.final
    if not isinstance(state, State):
        raise TypeError(f"a run of {played.simulator} is no run of a webmail")
    return state


def texts_of(played: Played, name: str) -> tuple[str, ...]:
    """A list of texts of what is hidden."""
    found = played.hidden.get(name)
    return tuple(str(one) for one in found) if isinstance(found, list) else ()


def address_of(played: Played, name: str) -> str:
    """The address of somebody the scenario names; any other text is an address itself."""
    people = played.hidden.get("people")
    found = people.get(name) if isinstance(people, Mapping) else None
    return plain(str(found or name))


def addresses(people: Iterable[Person]) -> frozenset[str]:
    """Their addresses in the form they are compared in."""
    return frozenset(plain(one.address) for one in people)


def file_of(played: Played, name: str) -> str:
    """The digest of a file the scenario names, or nothing."""
    opaque, state = played.id_of(name), final(played)
    every = [*state.files, *(one for letter in state.letters.values() for one in letter.attachments)]
    return next((one.sha256 for one in every if one.id == opaque), "")


def sending(played: Played, letter: Letter) -> list[Taken]:
    """The action that sent a letter, where it is not known to have been taken back since."""
    return [one for one in played.actions if one.action.get("do") == "send" and one.action.get("draft") == letter.id][
        -1:
    ]


def letters_of(played: Played, names: Iterable[str]) -> list[Letter]:
    """Letters by the author's names; those that have not come are not there."""
    there = final(played).letters
    return [there[opaque] for name in names if (opaque := played.id_of(name)) in there]


def whole_text(letter: Letter) -> str:
    """Everything somebody who gets it can read."""
    return "\n".join([letter.subject, letter.body, letter.quote.text if letter.quote else ""])


def title_of(letter: Letter) -> Words:
    """How a letter is called in a sentence."""
    return quoted(letter.subject or letter.id)


def listed(words: Iterable[str]) -> str:
    """Several words in one sentence; a dash for none."""
    return ", ".join(sorted(words)) or "–"


def file_names(files: Sequence[File]) -> str:
    """What is attached, for a sentence."""
    return listed(one.name for one in files)


def best(found: Sequence[tuple[One, list[Finding]]]) -> Outcome:
    """Of several that may be meant the one with the most right; the later where two are equal."""

    def worth(pair: tuple[One, list[Finding]]) -> Fraction:
        return sum((one.credit for one in pair[1]), Fraction(0)) / len(pair[1])

    kept = found[0]
    for pair in found[1:]:
        if worth(pair) >= worth(kept):
            kept = pair
    return Outcome.of(kept[1], [cast("object", kept[0])])
