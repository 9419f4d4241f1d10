"""The item types: one folder each in this folder, found by looking.

A package without a leading underscore that has a `TYPE` (a subclass of `model.Item`) is a type, with its widget and its
editor beside it; so is what an installed distribution names under the entry-point group `examroom.item_types`. Nothing
lists the types a second time.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache

from question_bank.errors import ExamRoomError
from question_bank.items.model import Item
from question_bank.marking_scheme import Rule
from question_bank.order import ItemOutline
from question_bank.phrase import phrase

ENTRY_POINTS = "examroom.item_types"


class ItemTypeError(ExamRoomError):
    """A type cannot be used: its name or a rule's name is taken, or it is unknown here."""


@cache
def types() -> Mapping[str, type[Item]]:
    """All item types by name, in the order of their names. Raises ItemTypeError when two have the same name."""
    found: dict[str, type[Item]] = {}
    for item_type in sorted(_classes(), key=lambda item_type: item_type.NAME):
        if found.setdefault(item_type.NAME, item_type) is not item_type:
            raise ItemTypeError(
                phrase("two item types are called “%(name)s”", name=item_type.NAME),
                hint=phrase("Remove one of the distributions that bring them."),
            )
    return found


@cache
def rules() -> Mapping[str, Rule]:
    """All marking rules by name; two types may share a rule, but not a name for two rules (ItemTypeError)."""
    found: dict[str, Rule] = {}
    for item_type in types().values():
        for name, rule in item_type.RULES.items():
            if found.setdefault(name, rule) is not rule:
                raise ItemTypeError(
                    phrase("two marking rules are called “%(name)s”", name=name),
                    hint=phrase("Remove one of the distributions that bring them."),
                )
    return found


def item_type(name: str) -> type[Item]:
    """The type of this name. Raises ItemTypeError."""
    try:
        return types()[name]
    except KeyError as error:
        raise ItemTypeError(
            phrase("unknown item type “%(name)s”", name=name),
            hint=phrase("The paper was made by a newer version; update this machine."),
        ) from error


def response_problem(item: ItemOutline, response: object) -> str | None:
    """Why a response cannot be one to this item (a code for the record), or None.

    Never raises for a response; raises ItemTypeError for an item of a type unknown here.
    """
    if not isinstance(response, Mapping):
        return "not_an_object"
    return item_type(item.type).response_problem(item, response)


def _classes() -> Iterator[type[Item]]:
    from importlib.metadata import entry_points  # slow to import: the worker of practical tasks needs no item types

    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        if not module.name.rpartition(".")[2].startswith("_"):
            found = getattr(importlib.import_module(module.name), "TYPE", None)
            if isinstance(found, type) and issubclass(found, Item):
                yield found
    for entry_point in entry_points(group=ENTRY_POINTS):
        found = entry_point.load()
        if not (isinstance(found, type) and issubclass(found, Item)):
            raise ItemTypeError(
                phrase("“%(name)s” is not an item type", name=entry_point.value),
                hint=phrase("Remove the distribution it is from."),
            )
        yield found
