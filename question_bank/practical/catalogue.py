"""The catalogue of checks: each is one verb, declared once beside the function that does it.

`docs/checks.md`, the forms of the studio, the schema for editors and the reader of rubrics are made from it.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias, TypeVar

from question_bank.phrase import Phrase
from question_bank.practical import checks
from question_bank.practical.arguments import Asked, Field
from question_bank.practical.findings import Outcome

Model = TypeVar("Model")

KINDS = ("docx", "xlsx", "pptx", "sim", "answers")  # what a check reads; the first word of its name


@dataclass(frozen=True, slots=True)
class Request:
    """What one check of a rubric asks of its model: `select`, `expect`, what `ref` leads to, and values worked out elsewhere.

    `refs` are the targets of the check that `select.ref` names; `recalculated` what LibreOffice made of the workbook, by the
    key the check's `wants` gave it.
    """

    select: Asked
    expect: Asked
    refs: tuple[object, ...] | None = None
    recalculated: Mapping[str, bytes] | None = None


Check: TypeAlias = Callable[[Any, Request], Outcome]
Mutation: TypeAlias = Callable[[bytes, Request], bytes | None]
Wants: TypeAlias = Callable[[Any, Request, bytes], Mapping[str, bytes]]


@dataclass(frozen=True, slots=True)
class CheckType:
    """One check of the catalogue.

    `steps` are the names its findings may carry; `skill` the module of Circular 03/2014/TT-BTTTT it belongs to. `wants` gives the
    workbooks that LibreOffice must recalculate before the check is run, by key. `mutation` spoils a solution so that this check fails.
    """

    name: str
    title: Phrase
    skill: str
    select: tuple[Field[Any], ...]
    expect: tuple[Field[Any], ...]
    run: Check
    steps: tuple[str, ...] = ()
    wants: Wants | None = None
    mutation: Mutation | None = None

    @property
    def kind(self) -> str:
        """What it reads: `docx`, `xlsx`, `pptx`, `sim`, `answers`."""
        return self.name.partition(".")[0]


_ALL: dict[str, CheckType] = {}
_HOMES: dict[str, str] = {}  # a check's name -> the module whose import enters it
_CHOSEN: list[str] = []  # modules that were loaded in place of all


def check(
    name: str,
    title: Phrase,
    skill: str,
    *,
    select: tuple[Field[Any], ...] = (),
    expect: tuple[Field[Any], ...] = (),
    steps: tuple[str, ...] = (),
    wants: Wants | None = None,
    mutation: Mutation | None = None,
) -> Callable[[Callable[[Model, Request], Outcome]], Callable[[Model, Request], Outcome]]:
    """Enter a function `(model, request) -> Outcome` into the catalogue. It must not change the model, and may raise nothing on purpose."""

    def enter(run: Callable[[Model, Request], Outcome]) -> Callable[[Model, Request], Outcome]:
        if name in _ALL or name.partition(".")[0] not in KINDS:
            raise ValueError(f"{name} is there twice, or of no known kind")
        _ALL[name] = CheckType(name, title, skill, select, expect, run, steps, wants, mutation)
        return run

    return enter


def check_type(name: str) -> CheckType | None:
    """One check; the modules of its kind are imported when the first of the kind is asked for."""
    if not _CHOSEN:
        _load(name.partition(".")[0])
    return _ALL.get(name)


def homes(names: Iterable[str]) -> tuple[str, ...]:
    """The modules to import for these checks; none when one of them came in another way, and all must be imported."""
    found = [_HOMES.get(name, "") for name in names]
    return tuple(sorted(set(found))) if all(found) else ()


def load_only(modules: Iterable[str]) -> None:
    """Import these modules, and no others for any check asked for later: a worker needs those of one rubric. None changes nothing."""
    for name in modules:
        importlib.import_module(name)
        _CHOSEN.append(name)


def catalogue() -> Mapping[str, CheckType]:
    """All checks, by name."""
    for kind in KINDS:
        _load(kind)
    return dict(sorted(_ALL.items()))


@cache
def _load(kind: str) -> None:
    """A kind's checks are the modules of `checks.<kind>`, found by being there."""
    if kind not in KINDS or not any(found.name == kind for found in pkgutil.iter_modules(checks.__path__)):
        return
    package = importlib.import_module(f"{checks.__name__}.{kind}")
    for found in pkgutil.iter_modules(package.__path__):
        known = set(_ALL)
        home = f"{package.__name__}.{found.name}"
        importlib.import_module(home)
        _HOMES.update(dict.fromkeys(_ALL.keys() - known, home))
