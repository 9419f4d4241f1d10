"""A rubric as the engine has it: groups of checks with what each is worth, penalties, and criteria for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction

from question_bank.bilingual import Bilingual
from question_bank.formats.nodes import Place
from question_bank.marking_scheme import Marks
from question_bank.practical.arguments import Asked
from question_bank.practical.catalogue import CheckType

RUBRIC_FORMAT = "exam-rubric/1"
MOST_CHECKS = 400  # with nested ones and criteria for people: a paper of an afternoon has about sixty
MOST_FILES = 12
MOST_POINTS = 100_000  # hundredths
FULL = Fraction(1)
NOWHERE = Place(0, 0)  # a plan that was read from no file
# Kinds whose checks read no file that is handed in: `marking.mark` is given what they read under these names.
FILELESS = frozenset({"sim", "answers"})


class Partial(Enum):
    """How the findings of a check become a share of its points."""

    ALL_OR_NOTHING = "all_or_nothing"
    PER_ITEM = "per_item"
    STEPS = "steps"
    RATIO = "ratio"


class Combine(Enum):
    """A check over nested checks."""

    ANY = "any_of"
    ALL = "all_of"
    NONE = "none_of"
    SOME = "at_least"


@dataclass(frozen=True, slots=True)
class Requirement:
    """What another check must have come to: its select found something, a share of its points, or one of its steps right."""

    check: str
    found: bool = False
    share: Fraction = Fraction(0)
    step: str = ""


@dataclass(frozen=True, slots=True)
class CheckPlan:
    """One check of a rubric; `type` for a check of the catalogue, `combine` over `nested` ones.

    A nested check's id is its owner's, a point and its number from 1. `credit` is what it is worth within `any_of`, 0 … 1. `file` is what a
    penalty looks at. `start_full` is a check the start file passes on purpose; `also` are checks whose mutants may cost this one points
    too. `place` is where it stands in the rubric.
    """

    id: str
    points: Marks
    type: CheckType | None = None
    combine: Combine | None = None
    nested: tuple[CheckPlan, ...] = ()
    count: int = 1
    credit: Fraction = FULL
    partial: Partial = Partial.ALL_OR_NOTHING
    steps: Mapping[str, Fraction] = field(default_factory=dict)
    select: Asked = field(default_factory=Asked)
    expect: Asked = field(default_factory=Asked)
    ref: str = ""
    requires: tuple[Requirement, ...] = ()
    title: Bilingual | None = None
    feedback: Bilingual | None = None
    skill: str = ""
    tags: tuple[str, ...] = ()
    start_full: bool = False
    also: tuple[str, ...] = ()
    file: str = ""
    place: Place = NOWHERE

    @property
    def kinds(self) -> frozenset[str]:
        """What it and all nested checks read; the reader of rubrics lets only one kind through."""
        return frozenset(one.type.kind for one in self.parts() if one.type)

    def parts(self) -> Iterator[CheckPlan]:
        """This check and all nested ones."""
        yield self
        for one in self.nested:
            yield from one.parts()


@dataclass(frozen=True, slots=True)
class Group:
    """Checks on one file."""

    id: str
    title: Bilingual
    file: str
    checks: tuple[CheckPlan, ...]
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A file that the candidate hands in; names of start file, solution and folder of mutants are relative to the rubric."""

    name: str
    accept: tuple[str, ...]
    start: str = ""
    solution: str = ""
    watermark: bool = False
    mutants: str = ""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class ManualCriterion:
    """What only a person can judge: one of the marks of `scale`."""

    id: str
    points: Marks
    scale: tuple[Marks, ...]
    title: Bilingual
    tags: tuple[str, ...] = ()
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Rubric:
    """A whole rubric, with one candidate's values filled in."""

    id: str
    version: int
    title: Bilingual
    legal_profile: str
    files: tuple[HandedIn, ...]
    points: Marks
    rounding: Marks
    floor: Marks
    groups: tuple[Group, ...]
    penalties: tuple[CheckPlan, ...] = ()
    manual: tuple[ManualCriterion, ...] = ()

    def checks(self) -> Iterator[tuple[str, CheckPlan]]:
        """Every check that is worth or costs something, with the file (or one of `FILELESS`) it reads, in the order of the rubric."""
        for group in self.groups:
            for one in group.checks:
                yield _source(group.file, one), one
        for one in self.penalties:
            yield _source(one.file, one), one

    def total(self, earned: int) -> Marks:
        """What all checks, penalties and criteria come to: never below the floor, rounded last, half up."""
        exact, step = max(earned, self.floor), self.rounding
        return Marks((2 * exact + step) // (2 * step) * step)


def _source(file: str, plan: CheckPlan) -> str:
    return next(iter(plan.kinds & FILELESS), file)
