"""The sections of a bundle beside its records: read strictly, then held against the replayed journal."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal, TypeAlias

from question_bank import canonical
from question_bank.canonical import JSON
from question_bank.phrase import Phrase, phrase, phrases
from question_bank.sealed import SealError
from question_bank.sealed_keys import PublicKey, is_signed, parse_public_key
from question_bank.sealed_manifest import MAX_MANIFEST_BYTES
from question_bank.sealed_manifest import parse as parse_package
from server.domain.marking import MarkAwarded
from server.domain.result_facts import ResultFacts
from server.domain.state import SittingState
from server.protocol.shape import Digest, Hex, Id, Label, Malformed, Name, Shaped, Text
from server.result.container import Bundle
from server.store.lines import MAX_LINE_BYTES, NoRecord, read_line
from server.store.verify import CONTEST, Walk

Say: TypeAlias = "Callable[[str, Phrase | str, Phrase], None]"


@dataclass(frozen=True, slots=True)
class PackageLine(Shaped):
    """A line of `packages`."""

    set: Literal["primary", "reserve"]
    manifest: Annotated[str, Text(2, MAX_MANIFEST_BYTES)]
    signature: Annotated[str, Hex(64)]


@dataclass(frozen=True, slots=True)
class RosterEntry(Shaped):
    """A line of `roster`."""

    candidate_id: Id
    sbd: Label
    division: Name
    entry_sha256: Digest


@dataclass(slots=True)
class Contents:
    """What `packages` and `roster` say. `packages`: id → digest of a manifest that the committee signed."""

    packages: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)  # candidate id → number
    candidates: dict[str, str] = field(default_factory=dict)  # number → candidate id
    digests: dict[str, str] = field(default_factory=dict)  # candidate id → digest of the entry


def read_contents(bundle: Bundle, say: Say) -> Contents:
    """Read both sections; what is wrong with a line is said, and the line left out."""
    found = Contents()
    committee = _committee(bundle, say)
    for line in bundle.lines("packages"):
        read = PackageLine.parse(_value(line))
        if isinstance(read, Malformed):
            say("wrong_package", "packages", phrase("it is no package's manifest [%(evidence)s]", evidence=read.why))
        elif committee is not None:
            _package(read, committee, found, say)
    before = ""
    for line in bundle.lines("roster"):
        entry = RosterEntry.parse(_value(line))
        if isinstance(entry, Malformed):
            say("wrong_roster", "roster", phrase("it is no candidate [%(evidence)s]", evidence=entry.why))
        elif entry.candidate_id in found.numbers or entry.sbd <= before:
            say("wrong_roster", "roster", phrase("a candidate stands there twice, or out of order"))
        else:
            before = entry.sbd
            found.numbers[entry.candidate_id] = entry.sbd
            found.candidates[entry.sbd] = entry.candidate_id
            found.digests[entry.candidate_id] = entry.entry_sha256
    return found


def _committee(bundle: Bundle, say: Say) -> PublicKey | None:
    try:
        return parse_public_key(bundle.manifest.sitting.committee_key)
    except SealError:
        say("wrong_package", "manifest", phrase("the committee's key is damaged"))
        return None


def _package(line: PackageLine, committee: PublicKey, found: Contents, say: Say) -> None:
    data = line.manifest.encode()
    try:
        manifest = parse_package(data)
    except SealError as error:
        say("wrong_package", "packages", phrase("it is no package's manifest [%(evidence)s]", evidence=error.said))
        return
    signed = is_signed(committee.raw, data, bytes.fromhex(line.signature))
    if not signed or manifest.signer != committee.raw.hex() or manifest.set_name != line.set:
        say("wrong_package", "packages", phrase("the committee did not sign package %(id)s", id=manifest.package_id))
        return
    found.packages[manifest.package_id] = hashlib.sha256(data).hexdigest()


def check_packages(found: Contents, state: SittingState, say: Say) -> None:
    """Every manifest is the one that the journal pinned, and every opened package's is there."""
    plan = state.plan
    pinned = (
        {}
        if plan is None
        else {one.package_id: one.manifest_sha256 for one in (plan.packages.primary, plan.packages.reserve) if one}
    )
    for package_id, digest in found.packages.items():
        if pinned.get(package_id) != digest:
            say("wrong_package", "packages", phrase("package %(id)s is not the one that was pinned", id=package_id))
    for opened in state.unsealed.values():
        if opened.package_id not in found.packages:
            say("wrong_package", "packages", phrase("the manifest of package %(id)s is not here", id=opened.package_id))


def check_roster(found: Contents, state: SittingState, facts: ResultFacts, say: Say) -> None:
    """Whoever has an attempt is on the roster, with the entry that the journal last named."""
    for candidate_id in state.by_candidate:
        if candidate_id not in found.numbers:
            say("wrong_roster", "roster", phrase("a candidate of the journal is not on the roster"))
    for candidate_id, digest in facts.entries.items():
        if candidate_id in found.digests and found.digests[candidate_id] != digest:
            say("wrong_roster", "roster", phrase("an entry is not the one that two officers last signed"))


def same_lines(lines: Iterator[bytes], expected: Iterator[dict[str, JSON]]) -> bool:
    """Whether a section is exactly these values, in order."""
    for value in expected:
        if next(lines, None) != canonical.encode(value):
            return False
    return next(lines, None) is None


# --- marks ------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Marks:
    """The marks of this sitting as the contest's journal tells them; `heads`: the records they say they rest on."""

    awarded: list[MarkAwarded] = field(default_factory=list)
    heads: dict[int, str] = field(default_factory=dict)
    contradicting: bool = False

    def check(self, state: SittingState, hashes: Mapping[int, bytes | None], say: Say) -> None:
        """Each mark is of the responses that were held in the end, and rests on a record of this journal."""
        wrong = sum(1 for mark in self.awarded if not _rests(mark, state))
        beside = sum(1 for seq, digest in self.heads.items() if (hashes.get(seq) or b"").hex() != digest)
        if count := wrong + beside + self.contradicting:
            told = phrases(
                "%(n)s mark rests on other responses or another journal",
                "%(n)s marks rest on other responses or another journal", count,
            )  # fmt: skip
            say("wrong_marks", "marks", told)


def read_marks(bundle: Bundle, say: Say) -> Marks:
    """The marks, judged by a contest's rules; nothing when the results were not published."""
    found = Marks()
    if not bundle.has("marks"):
        return found
    walk = Walk(CONTEST, partial=True)
    sitting_id = bundle.manifest.sitting.sitting_id
    for number, line in enumerate(bundle.lines("marks"), start=1):
        record = read_line(line)
        if isinstance(record, NoRecord):
            where = phrase("record %(seq)s", seq=number)
            walk.problem("not_canonical", where, phrase("it is no record [%(evidence)s]", evidence=record.why))
            break
        walk.take(record)
        event = walk.event
        if isinstance(event, MarkAwarded) and event.sitting_id == sitting_id:
            found.awarded.append(event)
            head = event.sitting_head
            found.contradicting |= found.heads.setdefault(head.seq, head.hash) != head.hash
    for problem in walk.problems:
        say(problem.code, phrase("marks, %(where)s", where=problem.where), problem.message)
    if sitting_id not in walk.state.published:
        say("wrong_marks", "marks", phrase("these marks were not published"))
    return found


def _rests(mark: MarkAwarded, state: SittingState) -> bool:
    attempt = state.attempts.get(mark.attempt_id)
    part = None if attempt is None else attempt.parts.get(mark.part)
    if attempt is None or part is None or part.finish is None:
        return False
    said = (mark.candidate_id, mark.responses_sha256, mark.time_taken_ms, mark.disputed)
    finish = part.finish
    return said == (attempt.candidate_id, finish.responses_sha256, finish.time_taken_ms, finish.disputed)


def _value(line: bytes) -> object:
    try:
        return canonical.decode(line, MAX_LINE_BYTES, canonical=True)
    except canonical.CanonicalError as error:
        return str(error)  # no object: the shape's own reader says so
