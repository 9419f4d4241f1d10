"""Check a bundle on any machine: nothing but the file, what is asked of it, and this program (docs/result.md §4)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from question_bank.canonical import JSON
from question_bank.phrase import Phrase, phrase, phrases
from question_bank.verification import Finding, Verification
from server import certificates
from server.domain.chain import Head
from server.domain.result_facts import ResultFacts, receipt_lines
from server.domain.state import SittingState
from server.domain.values import SittingStage
from server.protocol.kept_head import KeptHead
from server.result.branches import Branch, Given, note_given, read_branch
from server.result.container import Broken, Bundle, Manifest, opened, room_key_message
from server.result.parts import Contents, Marks, check_packages, check_roster, read_contents, read_marks, same_lines
from server.result.receipts import Asked, settle
from server.store.heads_kept import HeadsKept
from server.store.lines import NoRecord, read_line
from server.store.verify import CHECKED, MAX_PROBLEMS, SITTING, Walk

BRANCH_KEPT = "branch_kept/1"
LEAST_FINGERPRINT = 16  # hex digits of an authority that may be given short, as sheets print it


@dataclass(frozen=True, slots=True)
class ResultReport(Verification):
    """What a verification of a bundle found. `told` is everything that this kind of thing says of itself."""

    told: dict[str, JSON]

    def facts(self) -> dict[str, JSON]:
        """Room, sitting, head, anchors; receipts and heads as far as they were asked for."""
        return self.told


@dataclass(slots=True)
class _Found:
    """What is known while a bundle is looked at."""

    problems: list[Finding] = field(default_factory=list)
    wanted: dict[int, bytes | None] = field(default_factory=dict)  # record number → its hash, once it has passed
    branches: list[Branch] = field(default_factory=list)
    named_branches: set[str] = field(default_factory=set)
    given: list[Given] = field(default_factory=list)

    def say(self, code: str, where: Phrase | str, message: Phrase) -> None:
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Finding(code, where, message))


def verify_bundle(
    path: Path, name: str = "", ca: str = "", asked: Sequence[Asked] = (), kept: Sequence[KeptHead] = ()
) -> ResultReport:
    """Verify the bundle in this file; the report calls it `name`. Never raises for what the file holds.

    `ca`: the fingerprint of the room's authority as it is known from elsewhere, at least 16 hex digits of it.
    """
    name = name or str(path)
    try:
        with path.open("rb") as file:
            bundle = opened(file)
            if isinstance(bundle, Broken):
                return _refused(name, Finding(bundle.code, bundle.where, bundle.message))
            return _verified(bundle, name, ca, asked, kept)
    except OSError as error:
        told = phrase("it cannot be read [%(evidence)s]", evidence=error.strerror or str(error))
        return _refused(name, Finding("unreadable_file", "", told))


def _refused(name: str, finding: Finding) -> ResultReport:
    return ResultReport("result", name, (), (phrase("all of it"),), (finding,), {})


def _verified(
    bundle: Bundle, name: str, ca: str, asked: Sequence[Asked], kept: Sequence[KeptHead]
) -> ResultReport:  # fmt: skip
    manifest, found = bundle.manifest, _Found()
    _anchors(manifest, ca, found)
    contents = read_contents(bundle, found.say)
    marks = read_marks(bundle, found.say)
    found.wanted.update(dict.fromkeys(marks.heads))
    heads = HeadsKept(kept, manifest.sitting.sitting_id, manifest.room.room_id)
    for section in bundle.branches:
        _branch(bundle, section, found, heads)
    walk, facts = _records(bundle, found, heads)
    _closing(manifest, walk.state, walk.head, facts, found)
    _sections(bundle, contents, marks, walk.state, facts, found)
    found.problems += list(heads.problems())[: MAX_PROBLEMS - len(found.problems)]
    receipts = settle(asked, contents, walk.state, found.given, found.say)
    told = _told(manifest, walk, facts, contents, found)
    if kept:
        told["heads"] = heads.facts()
    if asked:
        told["receipts"] = receipts
    checked, not_checked = _scope(ca, bool(kept), bool(bundle.branches), walk.erased)
    return ResultReport("result", name, checked, not_checked, tuple(found.problems), told)


def _anchors(manifest: Manifest, ca: str, found: _Found) -> None:
    room = manifest.room
    try:
        fingerprint = hashlib.sha256(certificates.der(room.ca_pem.encode())).hexdigest()
    except ValueError:
        found.say("wrong_anchor", "manifest", phrase("the certificate of the room's authority is damaged"))
        return
    message = room_key_message(room.room_id, bytes.fromhex(room.server_key))
    try:
        signature = bytes.fromhex(room.ca_signature)
    except ValueError:
        signature = b""
    if fingerprint != room.ca_sha256 or not certificates.authority_signed(room.ca_pem, message, signature):
        found.say("wrong_anchor", "manifest", phrase("the room's authority does not vouch for the room's key"))
    given = "".join(ca.split()).replace("-", "").replace(":", "").lower()
    if ca and (len(given) < LEAST_FINGERPRINT or not fingerprint.startswith(given)):
        told = phrase("the authority is another one than was given: %(found)s", found=fingerprint)
        found.say("wrong_anchor", "manifest", told)


def _branch(bundle: Bundle, section: str, found: _Found, heads: HeadsKept) -> None:
    branch = read_branch(bundle, section, heads.see_in_branch, found.given)
    if isinstance(branch, Finding):
        found.say(branch.code, branch.where, branch.message)
        return
    found.branches.append(branch)
    found.wanted[branch.from_seq] = None


def _records(bundle: Bundle, found: _Found, heads: HeadsKept) -> tuple[Walk[SittingState], ResultFacts]:
    walk, facts = Walk(SITTING), ResultFacts()
    for number, line in enumerate(bundle.lines("records"), start=1):
        record = read_line(line)
        if isinstance(record, NoRecord):
            where = phrase("record %(seq)s", seq=number)
            walk.problem("not_canonical", where, phrase("it is no record [%(evidence)s]", evidence=record.why))
            break  # everything behind it would be called a gap
        walk.take(record)
        heads.see(record)
        if record.seq in found.wanted:
            found.wanted[record.seq] = record.hash
        if record.kind == BRANCH_KEPT and walk.event is not None:
            found.named_branches.add(str(walk.event.body().get("branch_sha256")))
        if walk.event is not None:
            facts.take(walk.event, record.at_ms)
            note_given(None, walk.event, found.given)
    found.problems += walk.problems[: MAX_PROBLEMS - len(found.problems)]
    return walk, facts


def _closing(manifest: Manifest, state: SittingState, head: Head, facts: ResultFacts, found: _Found) -> None:
    if (head.seq, head.hash.hex()) != (manifest.head.seq, manifest.head.hash):
        found.say("wrong_head", "manifest", phrase("the journal ends at another record than the manifest says"))
    if state.stage is not SittingStage.CLOSED or facts.closing is None or facts.closing[0] != manifest.closed_at_ms:
        found.say("not_closed", "manifest", phrase("the journal does not end with the closing that the manifest names"))
    plan, said = state.plan, manifest.sitting
    if plan is None or (plan.sitting_id, plan.contest_id, plan.round_id) != (
        said.sitting_id, said.contest_id, said.round_id,
    ):  # fmt: skip
        found.say("other_sitting", "manifest", phrase("the journal is of another sitting"))


def _sections(
    bundle: Bundle, contents: Contents, marks: Marks, state: SittingState, facts: ResultFacts, found: _Found
) -> None:
    check_packages(contents, state, found.say)
    check_roster(contents, state, facts, found.say)
    receipts = receipt_lines(state, facts, contents.numbers)
    if not same_lines(bundle.lines("receipts"), receipts):
        found.say("wrong_receipts", "receipts", phrase("the list of receipts is not what the records give"))
    if not same_lines(bundle.lines("minutes"), iter((facts.document(),))):
        found.say("wrong_minutes", "minutes", phrase("the figures for the minutes are not what the records give"))
    marks.check(state, found.wanted, found.say)
    sha256 = {section.name: section.sha256 for section in bundle.manifest.sections}
    for branch in found.branches:
        if found.wanted[branch.from_seq] != branch.from_hash:
            found.say("wrong_branch", branch.name, phrase("it begins at a record that the journal does not have"))
    for _ in found.named_branches - {sha256[name] for name in bundle.branches}:
        found.say("wrong_branch", "", phrase("the journal names a branch that is not here"))


def _told(
    manifest: Manifest, walk: Walk[SittingState], facts: ResultFacts, contents: Contents, found: _Found
) -> dict[str, JSON]:  # fmt: skip
    room, sitting = manifest.room, manifest.sitting
    key = hashlib.sha256(bytes.fromhex(room.server_key)).hexdigest()
    closing: JSON = facts.document()["closing"]
    return {
        "room": {"room_id": room.room_id, "room_name": room.room_name, "ca_sha256": room.ca_sha256, "key_sha256": key},
        "sitting": dict(sitting.wire()),
        "head": {"seq": walk.head.seq, "hash": walk.head.hash.hex()},
        "records": walk.records,
        "candidates": len(contents.numbers),
        "ended": len(facts.ended_by),
        "closing": closing,
        "branches": [{"name": one.name, "epoch": one.epoch, "records": one.records} for one in found.branches],
    }


def _scope(
    ca: str, heads: bool, branches: bool, erased: int
) -> tuple[tuple[Phrase, ...], tuple[Phrase, ...]]:  # fmt: skip
    checked = [
        phrase("the signature of the room, and every byte of the file against it"),
        phrase("that the room's authority vouches for the room's key"),
        phrase("that the committee signed the packages which the journal pinned"),
        *CHECKED[1:],
        SITTING.replayed,
        phrase("receipts, roster digests, minutes' figures and marks against the records"),
    ]
    if branches:
        checked.append(phrase("what servers that lost a failover had: signed, chained, and rooted in the journal"))
    not_checked: list[Phrase] = []
    if heads:
        checked.append(phrase("what kiosks kept, against the records"))
    else:
        not_checked.append(phrase("what kiosks kept: give it with --heads"))
    if not ca:
        not_checked.append(
            phrase(
                "whether this is your room: compare the authority's fingerprint with a kiosk or the minutes, or give it with --ca"
            )
        )
    not_checked.append(
        phrase("whether each mark is what its key gives for the responses: the key stays in the sealed package")
    )
    not_checked.append(phrase("who stands behind a candidate number: there are only digests here"))
    if erased:
        not_checked.append(phrases("the content of %(n)s erased record", "the content of %(n)s erased records", erased))
    return tuple(checked), tuple(not_checked)
