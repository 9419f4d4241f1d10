"""Two servers were primary at once: one history goes on, and nothing the other one acknowledged is lost or done silently."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from question_bank import canonical
from question_bank.phrase import english
from server.domain.commands import Tick
from server.domain.standby_commands import KeepBranch
from server.domain.values import LateWhy
from server.errors import JournalError
from server.identity import RoomIdentity, write_identity
from server.live.standby import branching, recovery
from server.live.standby.greeting import Here
from server.live.standby.replica import Replica
from server.protocol.kept_head import KeptHead
from server.protocol.messages import Outcome
from server.protocol.receipt import responses_sha256
from server.role import Role
from server.store.async_port import THREADS
from server.store.batch import Delivery
from server.store.journal import Journal
from server.store.verify import verify_file

NAME = "sittings/sitting-1.journal.sqlite"


class Winner:
    """What taking in asks of a sitting."""

    def __init__(self, server: Any) -> None:
        self.server = server
        self.journal_path = server.path

    @property
    def state(self) -> Any:
        return self.server.state

    def stream(self, source: bytes) -> Any:
        return self.server.committer.stream(source)

    def by_room(self, command: object) -> Any:
        return self.server.committer.order(command)

    def submit(self, deliveries: Sequence[Delivery]) -> Any:
        return self.server.committer.submit(deliveries)


@pytest.fixture
def identity(tmp_path: Path) -> RoomIdentity:
    (tmp_path / "room").mkdir()
    return write_identity(tmp_path / "room", "Phòng thử")


@pytest.fixture
def split(tmp_path: Path, server_class: Any) -> Iterator[SimpleNamespace]:
    """Three candidates work; then the room has two servers, each with everything up to here."""
    server, sample = server_class
    for folder in ("old", "new"):
        (tmp_path / folder / "sittings").mkdir(parents=True)
    old = server(tmp_path / "old" / NAME, sample()).started(1, 2, 3)
    old.close()
    shutil.copy(tmp_path / "old" / NAME, tmp_path / "new" / NAME)
    with Journal.open_to_read(tmp_path / "new" / NAME) as journal:
        common = journal.head().seq
    old.open()
    new = server(tmp_path / "new" / NAME, sample())
    new.page, new.orders = b"n" * 16, 0
    yield SimpleNamespace(old=old, new=new, sample=sample(), common=common, directory=tmp_path / "old")
    old.close()
    new.close()


def handed_over(split: SimpleNamespace, identity: RoomIdentity) -> bytes:
    here = Here(identity, "5e" * 8, Role.STANDBY, 0, "0.1.0", 8443)
    return branching.branch_file(split.directory / NAME, NAME, split.common, here)


def test_what_candidates_did_on_the_lost_branch_counts_once_and_their_receipts_stay(
    split: SimpleNamespace, identity: RoomIdentity
) -> None:
    sample, old, new = split.sample, split.old, split.new
    old.now += 1_000
    item = next(iter(sample.items(0)))
    answer = old.delivery(1, 3, sample.save(1, item, 2, at=old.now))
    told = old.send(answer)[0]
    old.send(old.delivery(2, 3, sample.save(2, item, 1, at=old.now)))
    digest = responses_sha256("a2", 0, {item: {"options": [f"{item}-o1"]}})
    receipt = old.send(old.delivery(2, 4, sample.submit(2, 3, digest, at=old.now)))[0].events[0].receipt
    new.now += 5_000
    new.send(answer)  # this machine came over by itself; the second candidate's never does

    branch = recovery.read_branch(identity, handed_over(split, identity))
    recovery.take_in(Winner(new), branch)  # type: ignore[arg-type]

    first, second = (new.state.attempts[name].parts[0] for name in ("a1", "a2"))
    assert first.responses[item] == {"options": [f"{item}-o2"]}
    assert second.finish.receipt == receipt
    assert second.finish.finished_at_ms == old.now, "as it was, not as it came"
    assert (told.seq, told.hash) in [(one.record.seq, one.record.hash) for one in branch.entries]
    saved = [entry for batch in new.batches for entry in batch.entries if entry.record.kind == "response_saved/1"]
    assert len(saved) == 2
    head = new.committer.head
    recovery.take_in(Winner(new), branch)  # type: ignore[arg-type]
    assert new.committer.head == head, "a second time changes nothing"


def test_what_officers_ordered_there_waits_for_an_officer_here(split: SimpleNamespace, identity: RoomIdentity) -> None:
    sample, old, new = split.sample, split.old, split.new
    old.order(sample.extend(60_000, "a1"))
    recovery.take_in(Winner(new), recovery.read_branch(identity, handed_over(split, identity)))  # type: ignore[arg-type]
    assert new.state.attempts["a1"].parts[0].ledger.extensions == ()
    (kept,) = new.state.standby.orders.values()
    assert (kept.ordered, kept.attempt_id, kept.officer_id) == ("time_extended/1", "a1", sample.OFFICER)


def test_two_machines_of_one_candidate_on_two_servers_go_to_an_official(
    split: SimpleNamespace, identity: RoomIdentity
) -> None:
    sample, old, new = split.sample, split.old, split.new
    item = next(iter(sample.items(0)))
    there = sample.seat(3, 2, kiosk="k-there")
    old.send(Delivery(bytes.fromhex(there.source), 1, b"there", there))
    old.send(old.delivery(3, 2, sample.save(3, item, 2, at=old.now, generation=2), generation=2))
    here = sample.seat(3, 2, kiosk="k-here")
    source = "ab" * 16
    new.send(Delivery(bytes.fromhex(source), 1, b"here", type(here)("c3", "a3", "k-here", "M99", source)))

    recovery.take_in(Winner(new), recovery.read_branch(identity, handed_over(split, identity)))  # type: ignore[arg-type]

    attempt = new.state.attempts["a3"]
    assert attempt.seat.kiosk_id == "k-here"
    (late,) = attempt.parts[0].late
    assert (late.why, late.response) == (LateWhy.OTHER_BRANCH, {"options": [f"{item}-o2"]})


def test_somebody_who_first_came_on_the_lost_branch_is_seated_with_their_answers(
    split: SimpleNamespace, identity: RoomIdentity
) -> None:
    sample, old, new = split.sample, split.old, split.new
    item = next(iter(sample.items(0)))
    old.send(old.sign_in(4), old.delivery(4, 2, sample.confirm(4)))
    old.order(sample.start(who=("a4",)))
    old.send(old.delivery(4, 3, sample.save(4, item, 1, at=old.now)))
    recovery.take_in(Winner(new), recovery.read_branch(identity, handed_over(split, identity)))  # type: ignore[arg-type]
    assert new.state.attempts["a4"].parts[0].responses == {item: {"options": [f"{item}-o1"]}}


@pytest.mark.parametrize("place", [0.1, 0.5, 0.9, 0.999])
def test_a_branch_that_was_changed_is_not_taken_in(
    split: SimpleNamespace, identity: RoomIdentity, place: float
) -> None:
    split.old.order(split.sample.extend(60_000, "a1"))
    content = bytearray(handed_over(split, identity))
    content[int(len(content) * place)] ^= 1
    with pytest.raises(JournalError):
        recovery.read_branch(identity, bytes(content))


def test_what_was_refused_on_the_lost_branch_stays_refused_under_its_number(
    split: SimpleNamespace, identity: RoomIdentity
) -> None:
    """Its machine has heard that; a different word now would be another one's number."""
    sample, old, new = split.sample, split.old, split.new
    odd = old.delivery(1, 3, sample.save(1, "i099", 2, at=old.now))
    said = old.send(odd)[0]
    assert said.verdict is Outcome.REFUSED
    recovery.take_in(Winner(new), recovery.read_branch(identity, handed_over(split, identity)))  # type: ignore[arg-type]
    again = new.send(odd)[0]
    assert (again.verdict, again.reason) == (said.verdict, said.reason)


def test_a_history_of_another_room_or_with_anothers_signature_is_not_taken_in(
    split: SimpleNamespace, identity: RoomIdentity, tmp_path: Path
) -> None:
    """Whole, and right in every link: who made it is what counts."""
    split.old.order(split.sample.extend(60_000, "a1"))
    content = handed_over(split, identity)
    body = b"".join(content.splitlines(keepends=True)[:-1])
    recovery.read_branch(identity, branching.signed(identity, body))
    (tmp_path / "elsewhere").mkdir()
    other = write_identity(tmp_path / "elsewhere", "Phòng khác")
    renamed = body.replace(identity.room_id.encode(), other.room_id.encode(), 1)
    for forged in (branching.signed(other, body), branching.signed(identity, renamed)):
        with pytest.raises(JournalError):
            recovery.read_branch(identity, forged)


def test_a_branch_is_on_the_disk_before_it_is_taken_in_and_the_next_start_takes_in_what_a_crash_left(
    split: SimpleNamespace, identity: RoomIdentity
) -> None:
    sample, old, new = split.sample, split.old, split.new
    item = next(iter(sample.items(0)))
    old.send(old.delivery(1, 3, sample.save(1, item, 2, at=old.now)))
    content = handed_over(split, identity)
    winner, directory = Winner(new), new.path.parent.parent
    room: Any = SimpleNamespace(port=THREADS, identity=identity, directory=directory, sitting=winner)

    def crash(command: object) -> None:
        raise SystemExit

    winner.by_room = crash  # type: ignore[method-assign]
    with pytest.raises(SystemExit):
        recovery.keep_branch(room, NAME, content)
    (kept,) = (directory / branching.FOLDER).glob("*.branch")
    assert kept.read_bytes() == content
    again: Any = Winner(new)
    recovery.take_in_all(room, again)
    assert new.state.attempts["a1"].parts[0].responses[item] == {"options": [f"{item}-o2"]}
    head = new.committer.head
    recovery.take_in_all(room, again)
    assert new.committer.head == head


def test_what_the_clock_ended_there_is_no_order_of_anybodys(split: SimpleNamespace, identity: RoomIdentity) -> None:
    split.old.now += split.sample.DURATION_MS + 60_000
    split.old.order(Tick())
    assert split.old.state.attempts["a1"].parts[0].finish is not None
    recovery.take_in(Winner(split.new), recovery.read_branch(identity, handed_over(split, identity)))  # type: ignore[arg-type]
    assert split.new.state.standby.orders == {}, "the clock here ends it, or does not"


# --- checked later ----------------------------------------------------------------------------------------------------


def kept_of(journal: Path, room_id: str) -> KeptHead:
    """What a machine keeps that was acknowledged the last record of a journal."""
    with Journal.open_to_read(journal) as found:
        last = found.read(found.head().seq - 1, 1)[0]
    return KeptHead(
        "exam-head/1", room_id, "sitting-1", last.source.hex(), last.epoch, last.seq, last.hash.hex(), last.at_ms
    )


@pytest.fixture
def lost_head(split: SimpleNamespace, identity: RoomIdentity) -> tuple[KeptHead, Path]:
    """What a machine was acknowledged on the branch that lost, and the branch's file beside the winner's journal."""
    sample, old, new = split.sample, split.old, split.new
    item = next(iter(sample.items(0)))
    old.send(old.delivery(1, 3, sample.save(1, item, 2, at=old.now)))
    head = kept_of(split.directory / NAME, identity.room_id)
    content = handed_over(split, identity)
    recovery.take_in(Winner(new), recovery.read_branch(identity, content))  # type: ignore[arg-type]
    return head, branching.keep(new.path.parent.parent, NAME, 1, split.common, content)


def test_a_head_that_only_a_lost_branch_has_is_found_there_and_said_so(
    split: SimpleNamespace, lost_head: tuple[KeptHead, Path]
) -> None:
    head, _ = lost_head
    report = verify_file(split.new.path, kept=[head])
    assert report.problems == ()
    assert report.branches == 1
    assert report.heads == {"compared": 1, "found": 0, "in_branches": 1, "others": 0}
    invented = replace(head, hash="ee" * 32)
    assert [one.code for one in verify_file(split.new.path, kept=[invented]).problems] == ["wrong_head_kept"]


def test_a_branch_that_is_gone_or_changed_counts_for_nothing_and_is_named(
    split: SimpleNamespace, lost_head: tuple[KeptHead, Path]
) -> None:
    head, file = lost_head
    content = file.read_bytes()
    file.write_bytes(content.replace(b"o2", b"o1"))
    for _ in range(2):  # changed, then gone
        report = verify_file(split.new.path, kept=[head])
        assert [one.code for one in report.problems] == ["wrong_head_kept"]
        assert report.branches == 0
        assert any(english(one).startswith("1 branch that it names") for one in report.not_checked)
        file.unlink(missing_ok=True)


def test_a_branch_that_does_not_follow_the_journal_that_names_it_is_a_problem(
    split: SimpleNamespace, lost_head: tuple[KeptHead, Path]
) -> None:
    head, file = lost_head
    lines = file.read_bytes().splitlines(keepends=True)
    broken = b"".join((lines[0], *lines[2:])) if len(lines) > 3 else lines[0] + lines[-1]
    other = file.with_name(file.name.replace(".branch", "x.branch"))
    other.write_bytes(broken)
    note = KeepBranch(
        hashlib.sha256(broken).hexdigest(), "5e" * 8, 1, split.common, head.hash, split.common + 1, head.hash
    )
    split.new.committer.order(note)
    assert "wrong_branch" in [one.code for one in verify_file(split.new.path).problems]


def _note(kept: Any) -> KeepBranch:
    names = ("branch_sha256", "server_id", "epoch", "from_seq", "from_hash", "to_seq", "to_hash")
    return KeepBranch(*(getattr(kept, name) for name in names))


def follows(split: SimpleNamespace, note: KeepBranch) -> list[str]:
    split.new.committer.order(note)
    return [one.code for one in verify_file(split.new.path).problems]


def test_a_branch_that_ends_otherwise_than_the_journal_says_is_a_problem(
    split: SimpleNamespace, lost_head: tuple[KeptHead, Path]
) -> None:
    content = lost_head[1].read_bytes()
    kept = split.new.state.standby.branches[0]
    other = content + b"\n"
    lost_head[1].with_name(lost_head[1].name.replace(".branch", "x.branch")).write_bytes(other)
    digest = hashlib.sha256(other).hexdigest()
    note = replace(_note(kept), branch_sha256=digest)
    assert follows(split, note) == []
    other += b"\n"
    lost_head[1].with_name(lost_head[1].name.replace(".branch", "y.branch")).write_bytes(other)
    digest = hashlib.sha256(other).hexdigest()
    assert follows(split, replace(note, branch_sha256=digest, to_hash="ee" * 32)) == ["wrong_branch"]


def test_a_branch_that_leaves_another_history_than_this_journals_is_a_problem(
    split: SimpleNamespace, lost_head: tuple[KeptHead, Path], identity: RoomIdentity
) -> None:
    """Whole in itself, and of this very sitting: but it begins behind a record that this journal never had."""
    split.old.order(split.sample.extend(60_000, "a1"))
    here = Here(identity, "5e" * 8, Role.STANDBY, 0, "0.1.0", 8443)
    later = branching.branch_file(split.directory / NAME, NAME, split.common + 1, here)
    with Journal.open_to_read(split.directory / NAME) as journal:
        common, head = journal.read(split.common, 1)[0].head, journal.head()
    branching.keep(split.new.path.parent.parent, NAME, 1, common.seq, later)
    digest = hashlib.sha256(later).hexdigest()
    note = KeepBranch(digest, "5e" * 8, 1, common.seq, common.hash.hex(), head.seq, head.hash.hex())
    assert follows(split, note) == ["wrong_branch"]


def test_a_branch_with_a_record_that_is_not_what_its_hash_says_is_a_problem(
    split: SimpleNamespace, lost_head: tuple[KeptHead, Path]
) -> None:
    """Every link is there, and an instant was changed; whoever did that had it named, too."""
    kept = split.new.state.standby.branches[0]
    lines = lost_head[1].read_bytes().splitlines(keepends=True)
    record: Any = canonical.decode(lines[-2].rstrip(b"\n"), 1 << 20)
    lines[-2] = canonical.encode({**record, "at_ms": record["at_ms"] + 1}) + b"\n"
    other = b"".join(lines)
    lost_head[1].with_name(lost_head[1].name.replace(".branch", "x.branch")).write_bytes(other)
    note = replace(_note(kept), branch_sha256=hashlib.sha256(other).hexdigest())
    assert follows(split, note) == ["wrong_branch"]


class Taking:
    """The primary's end of the line: says which records it has, and takes a branch."""

    def __init__(self, journal: Path) -> None:
        self.journal = journal
        self.asked: dict[str, Any] = {}

    def send(self, head: dict[str, Any], data: bytes = b"") -> None:
        self.asked = head

    def receive(self) -> SimpleNamespace:
        if self.asked["t"] == "branch":
            return SimpleNamespace(what="branch_held", head={})
        with Journal.open_to_read(self.journal) as found:
            records = found.read(self.asked["seq"] - 1, 1)
        return SimpleNamespace(what="hash", head={"hash": records[0].hash.hex() if records else None})

    def patience(self, seconds: float) -> None:
        """Nobody waits here."""


def test_a_disk_that_takes_no_branch_leaves_the_journal_open_and_the_next_try_sets_it_aside(
    split: SimpleNamespace, identity: RoomIdentity, monkeypatch: pytest.MonkeyPatch
) -> None:
    split.old.order(split.sample.extend(60_000, "a1"))
    split.old.close()
    replica, here = Replica(split.directory), Here(identity, "5e" * 8, Role.STANDBY, 0, "0.1.0", 8443)
    replica.open_all()
    head = replica.heads()[NAME]
    frames: Any = Taking(split.directory.parent / "new" / NAME)
    full = split.directory / branching.FOLDER
    full.write_bytes(b"in the way")
    with pytest.raises(OSError, match="branches"):
        branching.set_branch_aside(frames, replica, here, NAME, head, lambda act: act())
    assert replica.heads() == {NAME: head}, "it is what this server has, and may be promoted with"

    full.unlink()
    forced: list[Path] = []
    monkeypatch.setattr(branching, "sync_folder", lambda folder: forced.append(folder))
    branching.set_branch_aside(frames, replica, here, NAME, head, lambda act: act())
    assert replica.heads()[NAME].seq == split.common
    assert forced == [split.directory / "sittings"], "a power cut must not bring the other history's name back"
    (aside,) = full.glob("*.journal.sqlite")
    with Journal.open_to_read(aside) as whole:
        assert whole.head() == head
    replica.close()
