"""How an item looks on paper: what stands below its stem, what the answer sheet has for it, how its key is written.

Each type brings `paper.py` beside its `__init__.py`, with `printed(view, key) -> OnPaper`; a type without one cannot be on paper.
`view` is the type's part of what candidates see, `key` its key in the form's opaque ids. Pure.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, cast

from question_bank.canonical import JSON
from question_bank.items import item_type
from question_bank.phrase import Phrase, phrase

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

Written: TypeAlias = "str | Phrase | tuple[str | Phrase, ...]"
"""A key as people read it: parts, of which some are words of a language."""


@dataclass(frozen=True, slots=True)
class Field:
    """One place of the answer sheet.

    `kind` is `bubbles` (one of the labels, or several), `truths` (true or false for each label), `write` (a short entry),
    `boxes` (a letter in each of `size`), `lines` (so many lines), `paper` (on the question paper itself).
    """

    kind: str
    label: str = ""
    labels: tuple[str, ...] = ()
    size: int = 0


@dataclass(frozen=True, slots=True)
class OnPaper:
    """`asks` are blocks for the typesetter, `hint` says how to answer, `key` has one entry for each of `fields`; `gaps` are their labels in the stem."""

    fields: tuple[Field, ...]
    key: tuple[Written, ...]
    asks: tuple[dict[str, JSON], ...] = ()
    hint: Phrase | None = None
    gaps: Mapping[str, str] = field(default_factory=dict)


Printer: TypeAlias = Callable[[Mapping[str, JSON], JSON], OnPaper]


def on_paper(type_name: str, view: Mapping[str, JSON], key: JSON) -> OnPaper | None:
    """The item on paper; None when its type cannot be. Raises ItemTypeError for a type unknown here."""
    home = item_type(type_name).__module__
    try:
        module = importlib.import_module(f"{home}.paper")
    except ModuleNotFoundError as error:
        if error.name != f"{home}.paper":
            raise
        return None
    return cast("Printer", module.printed)(view, key)


def objects(value: JSON) -> list[Mapping[str, JSON]]:
    """A list of objects; what is none is left out."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def lettered(options: JSON, labels: Sequence[str] = LETTERS) -> tuple[list[JSON], dict[str, str]]:
    """Options with their labels, for the typesetter, and the label of each id."""
    rows: list[JSON] = []
    names: dict[str, str] = {}
    for label, option in zip(labels, objects(options), strict=False):
        rows.append([label, option.get("text")])
        names[str(option.get("option_id"))] = label
    return rows, names


def texts(answers: JSON, name: str = "text") -> tuple[str, ...]:
    """Accepted answers as a key sheet lists them, with what they earn where it is not everything."""
    found = []
    for answer in objects(answers):
        said = str(answer.get(name, "")).replace(".", ",") if name == "value" else str(answer.get(name, ""))
        said += f" (±{str(answer['tolerance']).replace('.', ',')})" if answer.get("tolerance") else ""
        said += f" ({str(answer['percent']).replace('.', ',')} %)" if answer.get("percent") else ""
        found.append(said)
    return tuple(found)


def alternatives(found: Sequence[str]) -> Written:
    """Answers of which each is accepted."""
    return " / ".join(found) if found else "–"


TRUE, FALSE = phrase("True"), phrase("False")
