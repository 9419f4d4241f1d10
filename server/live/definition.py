"""The sitting file (`exam-sitting/1`): what is held, by whose rules, with which sealed packages.

Written by people in YAML, so everything wrong with it is listed at once, each with its line; nothing is half-read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from io import StringIO

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from question_bank.bilingual import Bilingual
from question_bank.phrase import Phrase, phrase
from question_bank.sealed_faults import SealError
from question_bank.sealed_keys import PublicKey, parse_public_key
from server.domain.commands import PrepareSitting
from server.domain.events import PackagePair, PackageRef, PartPlan, SittingRules
from server.domain.hall_duty_events import MisconductStep
from server.domain.values import LateRule, MarkingOpens, Opening, ShowResult
from server.live.misconduct_rules import DEFAULT_STEPS, MAX_STEPS

FORMAT = "exam-sitting/1"
MAX_FILE_BYTES = 64 * 1024  # a sitting file is a page of text; a larger one is another file chosen by mistake
MAX_PARTS = 12  # parts of one sitting; the longest contest seen has four
MAX_BODIES = 12  # bodies that may hold shares
MAX_TEXT = 200  # characters of a title or a source
MIN_DURATION_S, MAX_DURATION_S = 10, 6 * 3600  # seconds of one part; the shortest is a demonstration's
MAX_GRACE_S = 600  # seconds answers made in time may take to arrive
TIME_UNIT_STEP_MS = 1_000  # every page and document shows whole seconds: a finer unit would rank what looks equal
MAX_TIME_UNIT_MS = 60_000  # time taken is announced in units of a minute at most

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}\Z")
_PACKAGE = re.compile(r"p[a-z2-7]{12}\Z")


@dataclass(frozen=True, slots=True)
class PlannedPart:
    """One part of the sitting; `section_code` is the blueprint's, `duration_s` the candidate's own time in seconds."""

    section_code: str
    title: Bilingual
    duration_s: int


@dataclass(frozen=True, slots=True)
class SittingDefinition:
    """A sitting as its file defines it; `primary` and `reserve` are package ids.

    `starts_hint` is the announced time as officials write it ("08:00"); `text` is the file itself.
    """

    sitting_id: str
    title: Bilingual
    contest_id: str
    round_id: str
    bodies: tuple[str, ...]
    parts: tuple[PlannedPart, ...]
    rules: SittingRules
    sources: Mapping[str, str]
    committee: PublicKey
    primary: str
    reserve: str
    starts_hint: str
    text: str
    misconduct: tuple[MisconductStep, ...] = DEFAULT_STEPS

    @property
    def package_ids(self) -> tuple[str, str]:
        """Both sets, the primary first."""
        return (self.primary, self.reserve)

    def package_of(self, set_name: str) -> str:
        """The package of a set, `primary` or `reserve`."""
        return self.reserve if set_name == "reserve" else self.primary


@dataclass(frozen=True, slots=True)
class DefinitionProblem:
    """Something wrong in a sitting file, at a line (from 1; 0 is the file as a whole) and a field."""

    line: int
    field: str
    message: Phrase


def read_definition(text: str) -> SittingDefinition | list[DefinitionProblem]:
    """The sitting a file defines, or everything that is wrong with it, in the order of the file. Never raises."""
    if len(text.encode("utf-8", "replace")) > MAX_FILE_BYTES:
        return [DefinitionProblem(0, "", phrase("The file is too large to be a sitting file."))]
    yaml = YAML(typ="rt", pure=True)
    try:
        document = yaml.load(StringIO(text))
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        return [DefinitionProblem(line, "", phrase("The file is not valid YAML: %(what)s.", what=str(error.problem)))]
    except (YAMLError, ValueError, RecursionError) as error:
        return [DefinitionProblem(0, "", phrase("The file is not valid YAML: %(what)s.", what=str(error)[:MAX_TEXT]))]
    if not isinstance(document, CommentedMap):
        return [DefinitionProblem(0, "", phrase("The file does not hold a sitting: fields with values were expected."))]
    problems: list[DefinitionProblem] = []
    definition = _definition(_Reader(document, "", 1, problems), text)
    return sorted(problems, key=lambda problem: problem.line) if problems else definition


class _Reader:
    """The fields of one object; every miss is noted, and a value of the right type stands in for it."""

    def __init__(self, fields: CommentedMap, path: str, line: int, problems: list[DefinitionProblem]) -> None:
        self._fields = fields
        self._path = path
        self._line = line
        self._problems = problems
        self._seen: set[str] = set()

    def note(self, name: str, message: Phrase) -> None:
        """One more problem, at the field's line."""
        line = self._fields.lc.key(name)[0] + 1 if name in self._fields else self._line
        self._problems.append(DefinitionProblem(line, f"{self._path}{name}", message))

    def value(self, name: str) -> object:
        """Anything; None after a note when it is missing."""
        self._seen.add(name)
        if self._fields.get(name) is None:
            self.note(name, phrase("The field is missing."))
        return self._fields.get(name)

    def text(self, name: str, pattern: re.Pattern[str] | None = None) -> str:
        """A string of 1 to MAX_TEXT printable characters, matching the pattern when there is one."""
        value = self.value(name)
        if value is None:
            return ""
        if not isinstance(value, str) or not 0 < len(value.strip()) <= MAX_TEXT or not value.strip().isprintable():
            self.note(name, phrase("A text of 1 to %(most)s characters was expected.", most=MAX_TEXT))
            return ""
        if pattern is not None and pattern.match(value.strip()) is None:
            self.note(name, phrase("“%(value)s” is not written as this field asks.", value=value.strip()))
            return ""
        return value.strip()

    def whole(self, name: str, least: int, most: int) -> int:
        """A whole number within its bounds."""
        value = self.value(name)
        if value is None:
            return least
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self.note(name, phrase("A whole number from %(least)s to %(most)s was expected.", least=least, most=most))
            return least
        return value

    def choice(self, name: str, kind: type[StrEnum]) -> str:
        """One of an enumeration's values."""
        value = self.value(name)
        allowed = [member.value for member in kind]
        if value is not None and value not in allowed:
            self.note(name, phrase("One of these was expected: %(allowed)s.", allowed=", ".join(allowed)))
        return str(value) if value in allowed else allowed[0]

    def inner(self, name: str) -> _Reader:
        """An object."""
        value = self.value(name)
        if value is not None and not isinstance(value, CommentedMap):
            self.note(name, phrase("Fields with values were expected."))
        line = self._fields.lc.key(name)[0] + 1 if name in self._fields else self._line
        if isinstance(value, CommentedMap):
            return _Reader(value, f"{self._path}{name}.", line, self._problems)
        return _Reader(CommentedMap(), f"{self._path}{name}.", line, [])  # noted once, not once for every field

    def entries(self, name: str, most: int) -> list[object]:
        """A list of 1 to `most` entries."""
        value = self.value(name)
        if value is None:
            return []
        if not isinstance(value, list) or not 0 < len(value) <= most:
            self.note(name, phrase("A list of 1 to %(most)s entries was expected.", most=most))
            return []
        return list(value)

    def bilingual(self, name: str) -> Bilingual:
        """A text in both languages."""
        inner = self.inner(name)
        found = Bilingual(inner.text("vi"), inner.text("en"))
        inner.done()
        return found

    def part(self, entry: object, place: int, name: str = "parts") -> _Reader:
        """An entry of a list of objects."""
        line = self._fields[name].lc.item(place)[0] + 1
        if isinstance(entry, CommentedMap):
            return _Reader(entry, f"{name}[{place}].", line, self._problems)
        self._problems.append(DefinitionProblem(line, f"{name}[{place}]", phrase("Fields with values were expected.")))
        return _Reader(CommentedMap(), f"{name}[{place}].", line, [])

    def yes(self, name: str) -> bool:
        """True or false; false where it is not said."""
        self._seen.add(name)
        value = self._fields.get(name, False)
        if not isinstance(value, bool):
            self.note(name, phrase("true or false was expected."))
        return value is True

    def texts(self) -> dict[str, str]:
        """All fields, each a text."""
        return {str(name): self.text(str(name)) for name in self._fields}

    def done(self) -> None:
        """Note every field nobody asked for."""
        for name in self._fields:
            if name not in self._seen:
                self.note(str(name), phrase("The field is not known here."))

    @property
    def has(self) -> frozenset[str]:
        """The names of the fields that are there."""
        return frozenset(str(name) for name in self._fields)


def _definition(top: _Reader, text: str) -> SittingDefinition:
    if top.value("format") not in (None, FORMAT):
        top.note("format", phrase("“%(format)s” was expected.", format=FORMAT))
    bodies = _bodies(top)
    parts = tuple(_part(top.part(entry, place)) for place, entry in enumerate(top.entries("parts", MAX_PARTS)))
    rules = _rules(top.inner("rules"))
    packages = top.inner("packages")
    primary, reserve = packages.text("primary", _PACKAGE), packages.text("reserve", _PACKAGE)
    if primary and primary == reserve:
        packages.note("reserve", phrase("The reserve set must be another package than the primary set."))
    packages.done()
    definition = SittingDefinition(
        sitting_id=top.text("sitting_id", _ID),
        title=top.bilingual("title"),
        contest_id=top.text("contest_id", _ID),
        round_id=top.text("round_id", _ID),
        bodies=bodies,
        parts=parts,
        rules=rules,
        sources=top.inner("sources").texts() if "sources" in top.has else {},
        committee=_committee(top),
        primary=primary,
        reserve=reserve,
        starts_hint=top.text("starts_hint") if "starts_hint" in top.has else "",
        text=text,
        misconduct=_misconduct(top) if "misconduct" in top.has else DEFAULT_STEPS,
    )
    top.done()
    return definition


def _bodies(top: _Reader) -> tuple[str, ...]:
    entries = top.entries("bodies", MAX_BODIES)
    bodies = tuple(str(entry).strip() for entry in entries if isinstance(entry, str) and entry.strip())
    if len(bodies) != len(entries):
        top.note("bodies", phrase("Each body is named by a text."))
    elif entries and len(set(bodies)) < max(2, len(bodies)):
        top.note("bodies", phrase("At least two bodies are needed, each named once: shares come from two of them."))
    return bodies


def _part(reader: _Reader) -> PlannedPart:
    part = PlannedPart(
        section_code=reader.text("section_code", _ID),
        title=reader.bilingual("title"),
        duration_s=reader.whole("duration_s", MIN_DURATION_S, MAX_DURATION_S),
    )
    reader.done()
    return part


def _misconduct(top: _Reader) -> tuple[MisconductStep, ...]:
    entries = top.entries("misconduct", MAX_STEPS)
    steps = tuple(_step(top.part(entry, place, "misconduct")) for place, entry in enumerate(entries))
    if len({step.code for step in steps}) != len(steps):
        top.note("misconduct", phrase("Each step has a code of its own."))
    return steps


def _step(reader: _Reader) -> MisconductStep:
    title = reader.bilingual("title")
    step = MisconductStep(
        reader.text("code", _ID), title.vi, title.en, reader.whole("deduct_percent", 0, 100),
        ends_part=reader.yes("ends_part"), two_officers=reader.yes("two_officers"),
    )  # fmt: skip
    reader.done()
    return step


def _rules(reader: _Reader) -> SittingRules:
    rules = SittingRules(
        opening=Opening(reader.choice("opening", Opening)),
        show_result=ShowResult(reader.choice("show_result", ShowResult)),
        marking_opens=MarkingOpens(reader.choice("marking_opens", MarkingOpens)),
        time_unit_ms=reader.whole("time_unit_ms", TIME_UNIT_STEP_MS, MAX_TIME_UNIT_MS),
        grace_s=reader.whole("grace_s", 0, MAX_GRACE_S),
        late_records=LateRule(reader.choice("late_records", LateRule) if "late_records" in reader.has else "decide"),
    )
    if rules.time_unit_ms % TIME_UNIT_STEP_MS != 0:
        reader.note(
            "time_unit_ms",
            phrase("Whole seconds were expected, such as 1000: what is ranked must be what everybody is shown."),
        )
    if rules.show_result is ShowResult.AT_ONCE and rules.marking_opens is MarkingOpens.AFTER_CLOSE:
        reader.note(
            "marking_opens", phrase("Results shown at once need the marking part opened at the start (at_start).")
        )
    reader.done()
    return rules


def _committee(top: _Reader) -> PublicKey:
    line = top.text("committee_key")
    try:
        return parse_public_key(line) if line else PublicKey(b"", "")
    except SealError:
        top.note("committee_key", phrase("The key is damaged: copy the whole line of the key file again."))
        return PublicKey(b"", "")


def prepare_command(
    definition: SittingDefinition, primary_manifest: bytes, reserve_manifest: bytes, officer_id: str
) -> PrepareSitting:
    """The command that takes this definition into a journal; the manifests' digests pin its two packages."""
    return PrepareSitting(
        sitting_id=definition.sitting_id,
        contest_id=definition.contest_id,
        round_id=definition.round_id,
        parts=tuple(PartPlan(index, part.section_code, part.duration_s) for index, part in enumerate(definition.parts)),
        rules=definition.rules,
        packages=PackagePair(
            primary=PackageRef(definition.primary, primary_manifest.hex()),
            reserve=PackageRef(definition.reserve, reserve_manifest.hex()),
        ),
        officer_id=officer_id,
    )
