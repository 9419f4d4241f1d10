"""Profiles from their files: read with every mistake at its line, and those that come with the engine by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TypeVar

from question_bank.errors import ExamRoomError
from question_bank.formats.nodes import Table, Text
from question_bank.formats.report import Report, read_document, read_tree
from question_bank.phrase import phrase
from question_bank.practical.profiles.documents import DOCUMENT_FIELDS, DocumentProfile, read_documents
from question_bank.practical.profiles.head import HEAD, PROFILE_FORMAT
from question_bank.practical.profiles.one_stop import ONE_STOP_FIELDS, OneStopProfile, read_one_stop
from question_bank.practical.profiles.rules import Source
from question_bank.problems import Problem

_ENDING = ".yaml"
Profile = DocumentProfile | OneStopProfile
Wanted = TypeVar("Wanted", DocumentProfile, OneStopProfile)

_KINDS: Mapping[str, tuple[tuple[str, ...], Callable[[Table, Report], Profile]]] = {
    "documents": (DOCUMENT_FIELDS, read_documents),
    "one-stop": (ONE_STOP_FIELDS, read_one_stop),
}


class ProfileError(ExamRoomError):
    """There is no such profile, or one that comes with the engine is damaged."""


@dataclass(frozen=True, slots=True)
class ProfileReading:
    """The profile when nothing is wrong with it, else None and every problem."""

    profile: Profile | None
    problems: tuple[Problem, ...]


def read_profile(data: bytes, file: str) -> ProfileReading:
    """Read a profile. Never raises: everything wrong is a problem."""
    report = Report(file)
    kind = _kind(data)
    fields = _KINDS[kind][0] if kind else HEAD
    tree = read_document(data, report, PROFILE_FORMAT, fields, ("evidence",))
    if tree is None:
        return ProfileReading(None, tuple(report.problems))
    if not kind:
        place = (tree.get("kind") or tree).place
        report.add(place, "bad_value", phrase("known here: %(names)s", names=", ".join(_KINDS)))
        return ProfileReading(None, tuple(report.problems))
    profile = _KINDS[kind][1](tree, report)
    wrong = any(not problem.is_warning for problem in report.problems)
    return ProfileReading(None if wrong else profile, tuple(sorted(report.problems)))


def profile_ids() -> tuple[str, ...]:
    """The profiles that come with the engine."""
    here = files(__package__ or __name__.rpartition(".")[0])
    return tuple(sorted(one.name.removesuffix(_ENDING) for one in here.iterdir() if one.name.endswith(_ENDING)))


def document_profile(name: str) -> DocumentProfile:
    """A profile of documents. Raises ProfileError."""
    return _of(DocumentProfile, name)


def one_stop_profile(name: str) -> OneStopProfile:
    """A profile of one-stop procedures. Raises ProfileError."""
    return _of(OneStopProfile, name)


def unverified(profile: Profile) -> tuple[str, ...]:
    """What is to be proof-read, by its list and name, in the order of the profile."""

    def names(listed: str, entries: Iterable[tuple[str, Source]]) -> list[str]:
        return [f"{listed}: {name}" for name, source in entries if source.unverified]

    if isinstance(profile, DocumentProfile):
        found = names("components", ((one.id, one.source) for one in profile.components.values()))
        return (*found, *names("families", ((one.id, one.source) for one in profile.families.values())))
    return (
        *names("centres", ((one.id, one.source) for one in profile.centres.values())),
        *names("departments", ((one.id, one.source) for one in profile.departments.values())),
        *names("roles", ((f"{one.id}, {one.level}", one.source) for one in profile.roles.values())),
        *names("forms", ((one.id, one.source) for one in profile.forms.values())),
        *names("deadlines", ((one.id, one.source) for one in profile.deadlines.values())),
    )


@cache
def profile(name: str) -> Profile:
    """A profile that comes with the engine. Raises ProfileError."""
    if name not in profile_ids():
        raise ProfileError(phrase("there is no legal profile “%(name)s”", name=name),
                           hint=phrase("known here: %(names)s", names=", ".join(profile_ids())))  # fmt: skip
    data = files(__package__ or __name__.rpartition(".")[0]).joinpath(f"{name}{_ENDING}").read_bytes()
    reading = read_profile(data, f"{name}{_ENDING}")
    if reading.profile is None:
        raise ProfileError(phrase("the legal profile “%(name)s” is damaged", name=name), hint=str(reading.problems[0]))
    return reading.profile


def _of(kind: type[Wanted], name: str) -> Wanted:
    found = profile(name)
    if not isinstance(found, kind):
        raise ProfileError(phrase("the legal profile “%(name)s” is of another kind", name=name))
    return found


def _kind(data: bytes) -> str:
    """What the profile says it is; empty for nothing known."""
    tree = read_tree(data, Report(""))
    said = tree.get("kind") if isinstance(tree, Table) else None
    return said.text if isinstance(said, Text) and said.text in _KINDS else ""
