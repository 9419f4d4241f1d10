"""Answers carried by hand: readable by their room alone, merged right in every order, never dropped."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pyrage
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from client_kiosk.outbox import Outbox, Stream
from client_kiosk.rescue import rescue
from question_bank import canonical
from scripts.carried_machine import CarriedMachine, start_part
from server.domain.commands import ClosePart, CloseSitting
from server.domain.events import CandidateSeated
from server.domain.rescue_commands import MoveSeat
from server.domain.rescue_events import AnswersRescued, Carrier
from server.domain.standby_commands import NoteStandby, RecoverRecord
from server.domain.state import PartAttempt
from server.domain.values import Cause, LateWhy
from server.drill.prepared_room import PROCTOR, SealedContest, hold_ceremony, make_room, open_room
from server.drill.virtual_parts import Sheet
from server.live.clock import RoomClock
from server.live.rescue_report import HeadFound, Kept, Report, RescueFault
from server.live.room import Room
from server.protocol.kept_head import FORMAT
from server.protocol.kept_head import KeptHead as Head
from server.protocol.records import SaveResponse, SignIn
from server.protocol.rescue import Signature, pack, read_body, signed_over, unpack
from server.protocol.rescue_frames import Gathering, frames, read_frame
from server.protocol.shape import Malformed
from server.store.batch import Delivery

NewMachine = Callable[..., CarriedMachine]
COUNT = 3


@pytest.fixture
def opened_room(
    clock: RoomClock, contest: SealedContest, new_room: Callable[..., tuple[Path, list[Sheet]]]
) -> Iterator[tuple[Room, list[Sheet]]]:
    """A room whose paper is open, and what its machines bring."""
    folder, sheets = new_room(COUNT)
    with open_room(folder, clock) as room:
        hold_ceremony(room, contest)
        yield room, sheets


@pytest.fixture
def room(opened_room: tuple[Room, list[Sheet]]) -> Room:
    return opened_room[0]


@pytest.fixture
def machine(opened_room: tuple[Room, list[Sheet]], tmp_path: Path) -> Iterator[NewMachine]:
    """`machine(0)`: the folder of the room's first machine."""
    room, sheets = opened_room
    made: list[CarriedMachine] = []

    def make(n: int, name: str = "") -> CarriedMachine:
        made.append(CarriedMachine(room, sheets[n], tmp_path / f"kiosk-{n}{name}"))
        return made[-1]

    yield make
    for one in made:
        one.close()


def candidates(room: Room) -> list[str]:
    assert room.sitting is not None
    return [one.candidate_id for one in room.store.candidates.of_sitting(room.sitting.sitting_id)]


def responses(room: Room, outbox: Outbox) -> dict[str, object]:
    assert room.sitting is not None
    return dict(room.sitting.state.attempts[outbox.stream.attempt_id].parts[0].responses)


def taken(found: Report | RescueFault) -> Report:
    assert isinstance(found, Report), found
    return found


def working(room: Room, kiosk: CarriedMachine, n: int = 0) -> Outbox:
    """The n-th candidate sits at the machine, and their clock runs."""
    outbox = kiosk.sign_in(candidates(room)[n])
    start_part(room)
    return outbox


def test_what_a_dead_machine_held_comes_in_as_if_it_had_sent_it(room: Room, machine: NewMachine) -> None:
    kiosk = machine(0)
    outbox = working(room, kiosk)
    first = kiosk.choose(outbox, 0, 0)
    kiosk.deliver(outbox)
    second = kiosk.choose(outbox, 1, 1)
    third = kiosk.choose(outbox, 0, 2)
    assert third == first
    (file,) = kiosk.files()
    assert (file.records, file.unsettled) == (4, 4)  # nobody told this machine what became of its records

    report = taken(room.rescue.take_in(file.data, Carrier.FILE, "o-proctor"))
    (line,) = report.lines
    assert (line.known, line.new, line.late, line.refused, line.kept, line.changed) == (2, 2, 0, 0, 0, 2)
    assert report.is_complete
    assert set(responses(room, outbox)) == {first, second}
    assert kiosk.deliver(outbox) == []  # the machine comes back, and has nothing left to send

    again = taken(room.rescue.take_in(file.data, Carrier.FILE, "o-proctor"))
    assert (again.total("known"), again.total("new"), again.times) == (4, 0, 2)
    assert [report.file_sha256 for report in room.rescue.reports()] == [again.file_sha256]


def test_only_the_room_reads_it(
    room: Room, machine: NewMachine, new_room: Callable[..., tuple[Path, list[Sheet]]]
) -> None:
    kiosk = machine(0)
    outbox = working(room, kiosk)
    item = kiosk.choose(outbox, 0, 0)
    (file,) = kiosk.files()
    assert item.encode() not in file.data
    stranger = pyrage.x25519.Identity.generate()
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(file.data, [stranger])
    folder, _ = new_room(1)
    with open_room(folder) as other:
        assert other.rescue.take_in(file.data, Carrier.FILE, "o-proctor") is RescueFault.OTHER_ROOM
        assert not (folder / "rescue").exists()
    kept = taken(room.rescue.take_in(file.data, Carrier.FILE, "o-proctor"))
    on_disk = (room.directory / "rescue" / f"{kept.file_sha256}.exam-rescue").read_bytes()
    assert on_disk == file.data, "the room keeps it as it came: encrypted"


def test_reading_an_outbox_changes_no_byte_of_it(room: Room, machine: NewMachine, tmp_path: Path) -> None:
    """Beside a running agent, of a dead one with its log, and of a copy on a write-protected stick."""
    kiosk = machine(0)
    outbox = working(room, kiosk)
    kiosk.choose(outbox, 0, 0)
    running = kiosk.files()[0]
    dead = tmp_path / "dead"
    shutil.copytree(kiosk.path, dead)  # as kill -9 leaves it: the last records are in the log alone
    before = {path.name: path.read_bytes() for path in (dead / "outbox").iterdir() if not path.name.endswith("-shm")}
    assert any(name.endswith("-wal") and data for name, data in before.items())
    found = rescue(dead, "test")
    assert [one.name for one in found.files] == [running.name], "the same answers have the same name"
    after = {path.name: path.read_bytes() for path in (dead / "outbox").iterdir() if not path.name.endswith("-shm")}
    assert after == before
    kiosk.choose(outbox, 1, 1)  # and the agent that ran meanwhile goes on
    assert kiosk.files()[0].records == running.records + 1


def test_of_a_damaged_outbox_the_rest_is_carried_and_the_file_named(room: Room, machine: NewMachine) -> None:
    kiosk = machine(0)
    outbox = working(room, kiosk)
    kiosk.choose(outbox, 0, 0)
    (kiosk.path / "outbox" / f"{'0' * 32}.sqlite").write_bytes(b"SQLite format 3\0" + b"\7" * 9000)
    lost = kiosk.path / "outbox" / f"{'1' * 32}.sqlite"
    lost.touch()
    lost.with_name(lost.name + "-wal").write_bytes(b"log")
    found = rescue(kiosk.path, "test")
    assert [one.records for one in found.files] == [2]
    assert found.damaged == (f"{'0' * 32}.sqlite", f"{'1' * 32}.sqlite")
    assert lost.with_name(lost.name + "-wal").exists()


@pytest.mark.parametrize("n", range(12))
def test_a_damaged_file_is_refused_and_nothing_is_done(room: Room, machine: NewMachine, n: int) -> None:
    """Cut short anywhere, one bit changed anywhere, something put behind it, or no such file at all."""
    assert room.sitting is not None
    kiosk = machine(0)
    outbox = working(room, kiosk)
    for item in range(5):
        kiosk.choose(outbox, item, n)
    (file,) = kiosk.files()
    head, chance = room.sitting.head, random.Random(n)
    bent = bytearray(file.data)
    bent[chance.randrange(len(bent))] ^= 1 << chance.randrange(8)
    for data in (
        file.data[: chance.randrange(len(file.data))], bytes(bent), file.data + b"\0", b"", b"PK\3\4", b"\0" * (13 << 20),
    ):  # fmt: skip
        found = room.rescue.take_in(data, Carrier.FILE, "o-proctor")
        assert isinstance(found, RescueFault)
    assert room.sitting.head == head
    assert not (room.directory / "rescue").exists()


def signed_by(room: Room, body: bytes, *keys: Sheet, forged: bool = False) -> bytes:
    """A file with this body, signed by these machines."""
    signed = signed_over(body + b"?" if forged else body)
    signatures = [Signature(one.key.public_key().public_bytes_raw(), one.key.sign(signed)) for one in keys]
    recipient = pyrage.x25519.Recipient.from_str(room.identity.rescue_recipient)
    return bytes(pyrage.encrypt(pack(body, signatures), [recipient]))


def test_whoever_knows_the_rooms_public_recipient_can_still_forge_nothing(
    opened_room: tuple[Room, list[Sheet]], machine: NewMachine
) -> None:
    """It is on every kiosk. What counts is which machine signed, and at which machine the sign-in was."""
    room, sheets = opened_room
    kiosk = machine(0)
    outbox = working(room, kiosk)
    kiosk.choose(outbox, 0, 0)
    (file,) = kiosk.files()
    payload = bytes(pyrage.decrypt(file.data, [pyrage.x25519.Identity.from_str(room.identity.rescue_identity)]))
    opened = unpack(payload)
    assert isinstance(opened, tuple)
    body = opened[0]
    stranger = Sheet("k0", Ed25519PrivateKey.generate(), "X", "", "")
    by = Carrier.FILE, "o-proctor"
    assert room.rescue.take_in(signed_by(room, body, stranger), *by) is RescueFault.UNKNOWN_MACHINE
    assert room.rescue.take_in(signed_by(room, body, sheets[0], forged=True), *by) is RescueFault.FORGED
    other = taken(room.rescue.take_in(signed_by(room, body, sheets[1]), *by))
    assert [(line.why, line.kept, line.new) for line in other.lines] == [(Kept.OTHER_MACHINE, 2, 0)]
    assert responses(room, outbox) == {}
    right = taken(room.rescue.take_in(signed_by(room, body, stranger, sheets[0]), *by))
    assert right.total("new") == 1


def test_a_gap_is_kept_until_what_is_missing_comes(room: Room, machine: NewMachine) -> None:
    kiosk = machine(0)
    outbox = working(room, kiosk)
    for item in range(4):
        kiosk.choose(outbox, item, item)
    (whole,) = kiosk.files()
    outbox.settle([(seq, "accepted") for seq in range(2, 5)])  # the room that said so has lost its disk since
    (rest,) = kiosk.files(unsettled_only=True)
    assert rest.records == 2
    report = taken(room.rescue.take_in(rest.data, Carrier.FILE, "o-proctor"))
    assert [(line.why, line.kept) for line in report.lines] == [(Kept.GAP, 2)]
    assert responses(room, outbox) == {}
    assert taken(room.rescue.take_in(whole.data, Carrier.FILE, "o-proctor")).is_complete
    again = room.rescue.again(report.file_sha256, "o-proctor")
    assert again is not None
    assert taken(again).is_complete
    assert len(responses(room, outbox)) == 4


def test_answers_of_a_part_that_another_server_had_started_are_kept_until_this_one_knows_of_it(
    room: Room, machine: NewMachine
) -> None:
    """The stick comes before the start is given again: a refusal would be for good."""
    assert room.sitting is not None
    room.sitting.by_room(NoteStandby("rejoined", "second"))
    kiosk = machine(0)
    outbox = kiosk.sign_in(candidates(room)[0])
    paper, stream = room.sitting.state.paper, outbox.stream
    assert paper is not None
    item = paper.sections[0].items[0]
    word = {"options": [item.groups[0].ids[0]]}
    kiosk.keep(outbox, SaveResponse(stream.attempt_id, stream.generation, 0, item.item_id, word, 0, 5))
    (file,) = kiosk.files()
    (line,) = taken(room.rescue.take_in(file.data, Carrier.FILE, "o-proctor")).lines
    assert (line.new, line.refused, line.kept, line.why) == (0, 0, 1, Kept.NOT_STARTED)
    start_part(room)
    (line,) = taken(room.rescue.take_in(file.data, Carrier.FILE, "o-proctor")).lines
    assert (line.new, line.refused, line.kept, line.why) == (1, 0, 0, None)
    assert responses(room, outbox) == {item.item_id: word}


def test_an_outbox_nobody_began_here_is_kept_and_not_merged(room: Room, machine: NewMachine) -> None:
    """A server restored from an older copy: it does not know of the sign-in."""
    kiosk = machine(0)
    outbox = working(room, kiosk)
    kiosk.choose(outbox, 0, 0)
    opened = unpack(
        bytes(pyrage.decrypt(kiosk.files()[0].data, [pyrage.x25519.Identity.from_str(room.identity.rescue_identity)]))
    )
    assert isinstance(opened, tuple)
    body = opened[0].replace(outbox.stream.source.encode(), b"0" * 32)
    assert not isinstance(read_body(body), Malformed)
    report = taken(room.rescue.take_in(signed_by(room, body, kiosk.sheet), Carrier.FILE, "o-proctor"))
    assert [(line.why, line.kept, line.candidate_id) for line in report.lines] == [(Kept.UNKNOWN_SIGN_IN, 2, None)]


def test_what_a_machine_holds_of_a_sign_in_of_another_history_waits_for_an_official(
    room: Room, machine: NewMachine
) -> None:
    """Its server lost a failover: the same candidate sits elsewhere here, and both answers are kept."""
    working(room, machine(0))
    assert room.sitting is not None
    (attempt,) = room.sitting.state.attempts.values()
    kiosk, source = machine(1), os.urandom(16).hex()
    there = CandidateSeated("a-there", attempt.candidate_id, kiosk.sheet.kiosk_id, kiosk.sheet.seat_label, 1, source)
    sign_in = SignIn("TS", "code", os.urandom(16).hex(), room.clock.now_ms(), 5).text()
    known = RecoverRecord((there,), source, 1, 9, 1, "0" * 64, room.clock.now_ms())
    (verdict,) = room.sitting.submit([Delivery(bytes.fromhex(source), 1, sign_in, known)])
    assert verdict.reason is None, verdict
    outbox = Outbox.create(kiosk.path / "outbox", Stream(source, room.sitting.sitting_id, "a-there", 1))
    kiosk.outboxes.append(outbox)
    item_id = attempt_part(room).item_ids[0]
    chosen = {"options": [attempt_part(room).option_ids[item_id][0]]}
    kiosk.keep(outbox, SaveResponse("a-there", 1, 0, item_id, chosen, room.clock.now_ms(), 5))
    (file,) = kiosk.files()
    report = taken(room.rescue.take_in(file.data, Carrier.FILE, "o-proctor"))
    assert [(line.why, line.late, line.kept) for line in report.lines] == [(None, 1, 0)]
    assert [one.why for one in attempt_part(room).late] == [LateWhy.OTHER_BRANCH]
    assert attempt_part(room).responses == {}


def attempt_part(room: Room) -> PartAttempt:
    """The part of the one candidate there is."""
    assert room.sitting is not None
    (attempt,) = room.sitting.state.attempts.values()
    return attempt.parts[0]


def test_a_machine_that_comes_back_after_the_end_is_compared_and_its_file_kept(
    room: Room, machine: NewMachine, contest: SealedContest
) -> None:
    assert room.sitting is not None
    kiosk = machine(0)
    outbox = working(room, kiosk)
    kiosk.choose(outbox, 0, 0)
    kiosk.deliver(outbox)
    kiosk.choose(outbox, 1, 1)
    for command in (ClosePart(0, "over", "o-proctor"), CloseSitting("o-proctor")):
        assert room.order(PROCTOR, bytes([len(type(command).__name__)]) * 16, 1, command).reason is None
    head = room.sitting.head
    (file,) = kiosk.files()
    report = taken(room.rescue.take_in(file.data, Carrier.FILE, "o-proctor"))
    (line,) = report.lines
    assert (line.why, line.known, line.kept) == (Kept.ENDED, 2, 1)
    assert line.candidate_id is not None
    assert room.sitting.head == head, "a signed journal stays as it was"

    active = room.store.sittings.active()
    assert active is not None
    room.add_sitting(active.definition.replace("thu-tai-1", "thu-tai-2"), "cli")
    assert room.activate("thu-tai-2") is None
    later = taken(room.rescue.take_in(file.data, Carrier.FILE, "o-proctor"))
    assert [(one.why, one.known, one.kept) for one in later.lines] == [(Kept.ENDED, 2, 1)]


def test_the_head_a_machine_remembers_tells_an_older_journal(room: Room, machine: NewMachine) -> None:
    assert room.sitting is not None
    kiosk = machine(0)
    outbox = working(room, kiosk)
    kiosk.choose(outbox, 0, 0)
    assert taken(room.rescue.take_in(kiosk.files()[0].data, Carrier.FILE, "o")).head is HeadFound.UNKNOWN

    def remembered(seq: int, hash_hex: str) -> HeadFound:
        shutil.rmtree(kiosk.path / "heads", ignore_errors=True)
        assert room.sitting is not None
        head = Head(FORMAT, room.identity.room_id, room.sitting.sitting_id, outbox.stream.source, 1, seq, hash_hex, 1)
        (kiosk.path / "heads").mkdir()
        (kiosk.path / "heads" / "one.json").write_bytes(canonical.encode(head.wire()))
        return taken(room.rescue.take_in(kiosk.files()[0].data, Carrier.FILE, "o")).head

    here = room.sitting.head
    assert remembered(here.seq, here.hash.hex()) is HeadFound.SAME
    assert remembered(here.seq, "0" * 64) is HeadFound.DIFFERS
    assert remembered(here.seq + 100, "0" * 64) is HeadFound.MISSING


def test_the_journal_says_who_brought_what_once(room: Room, machine: NewMachine) -> None:
    kiosk = machine(0)
    outbox = working(room, kiosk)
    kiosk.choose(outbox, 0, 0)
    facts: list[AnswersRescued] = []
    room.subscribe(
        lambda batch: facts.extend(entry.event for entry in batch.entries if isinstance(entry.event, AnswersRescued))
    )
    for _ in range(3):
        taken(room.rescue.take_in(kiosk.files()[0].data, Carrier.PHOTOS, "o-kythuat"))
    assert [(one.new, one.known, one.carrier, one.officer_id) for one in facts] == [(1, 1, Carrier.PHOTOS, "o-kythuat")]


def test_two_machines_that_both_answer_are_an_incident_and_lose_nothing(room: Room, machine: NewMachine) -> None:
    """The first is thought dead; it is only off the line, and its candidate's neighbour goes on clicking."""
    assert room.sitting is not None
    old, new = machine(0), machine(1)
    first = working(room, old)
    item = old.choose(first, 0, 0)
    old.deliver(first)
    only_here = old.choose(first, 1, 1)
    second = new.sign_in(candidates(room)[0])
    assert room.sitting.state.incidents == 1
    new.choose(second, 0, 3)
    new.deliver(second)
    newer = responses(room, second)[item]
    report = taken(room.rescue.take_in(old.files()[0].data, Carrier.FILE, "o-proctor"))
    assert report.total("new") == 1
    assert responses(room, second)[item] == newer, "what the newer machine said stands"
    assert only_here in responses(room, second), "what only the older one held is filled in"


def test_a_candidate_who_was_moved_finds_everything_and_the_old_machine_is_locked(
    room: Room, machine: NewMachine
) -> None:
    assert room.sitting is not None
    old, new = machine(0), machine(1)
    first = working(room, old)
    kept = old.choose(first, 0, 0)
    old.deliver(first)
    unsent = old.choose(first, 1, 1)
    attempt_id = first.stream.attempt_id
    order = MoveSeat(
        attempt_id, new.sheet.kiosk_id, new.sheet.seat_label, "screen is dead", Cause.EQUIPMENT, "o-proctor"
    )
    assert room.order(PROCTOR, b"1" * 16, 1, order).reason is None
    assert room.order(PROCTOR, b"2" * 16, 1, order).reason == "nothing_to_do"
    part = room.sitting.state.attempts[attempt_id].parts[0]
    third = part.item_ids[2]
    response = {"options": [part.option_ids[third][0]]}
    old.keep(first, SaveResponse(attempt_id, 1, 0, third, response, room.clock.now_ms() + 1, 5))
    verdicts = old.deliver(first)
    assert [one.verdict for one in verdicts] == ["accepted", "late"], "made before the order it counts, after it not"
    second = new.sign_in(candidates(room)[0])
    assert room.sitting.state.incidents == 0, "nobody is alarmed by what an officer ordered"
    assert set(responses(room, second)) == {kept, unsent}


# --- every order ----------------------------------------------------------------------------------------------------


STEPS = st.lists(
    st.tuples(st.sampled_from(["live", "usb", "qr"]), st.integers(0, 1), st.integers(1, 4)), min_size=1, max_size=10
)
Work = list[tuple[int, int]]
WORK = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), max_size=6)


class Stage:
    """One room for every example: each takes the next candidate, and the same two machines with empty disks."""

    def __init__(self, room: Room, sheets: Sequence[Sheet], folder: Path) -> None:
        self.room = room
        self._sheets = sheets
        self._folder = folder
        self._people = iter(candidates(room))
        self._count = 0

    def next(self) -> tuple[str, CarriedMachine, CarriedMachine]:
        self._count += 1
        a, b = (CarriedMachine(self.room, self._sheets[n], self._folder / f"{self._count}-{n}") for n in range(2))
        return next(self._people), a, b


@pytest.fixture(scope="module")
def stage(contest: SealedContest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("room-of-orders")
    sheets = make_room(folder, contest, 60)
    with open_room(folder) as room:
        hold_ceremony(room, contest)
        yield Stage(room, sheets, tmp_path_factory.mktemp("machines"))


@pytest.mark.shared
@given(older=WORK, newer=WORK, steps=STEPS, seed=st.integers(0, 1 << 30))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_in_whatever_order_and_however_often_it_comes_the_same_answers_count(
    stage: Stage, older: Work, newer: Work, steps: list[tuple[str, int, int]], seed: int
) -> None:
    room, (who, *machines) = stage.room, stage.next()
    boxes: list[Outbox] = []
    said: dict[str, int] = {}
    for kiosk, work in zip(machines, (older, newer), strict=True):
        boxes.append(kiosk.sign_in(who))
        if len(boxes) == 1:
            start_part(room)
        for item, option in work:
            said[kiosk.choose(boxes[-1], item, option)] = option
    held: dict[str, tuple[int, int]] = {}
    for how, which, count in [*steps, ("usb", 0, 1), ("qr", 1, 1)]:
        if how == "live":
            machines[which].deliver(boxes[which], count)
        else:
            (file,) = machines[which].files()
            assert taken(room.rescue.take_in(carried(file.data, how, seed), Carrier.FILE, "o-proctor")).is_complete
        now = effective(room, boxes[0])
        assert held.keys() <= now.keys(), "nothing acknowledged is lost"
        assert all(now[item] >= before for item, before in held.items()), "nothing newer is overwritten"
        held = now
    part = parts(room, boxes[0])
    assert part.late == ()
    assert part.responses == {
        item: {"options": [part.option_ids[item][option % len(part.option_ids[item])]]} for item, option in said.items()
    }
    for kiosk in machines:
        kiosk.close()


def parts(room: Room, outbox: Outbox) -> PartAttempt:
    assert room.sitting is not None
    return room.sitting.state.attempts[outbox.stream.attempt_id].parts[0]


def effective(room: Room, outbox: Outbox) -> dict[str, tuple[int, int]]:
    """By item: generation and journal number of what counts."""
    return {item: (one.generation, one.seq) for item, one in parts(room, outbox).held.items()}


def carried(data: bytes, kind: str, seed: int) -> bytes:
    """By stick as it is; as codes some of which were missed, some photographed twice, in any order."""
    if kind == "usb":
        return data
    shown = [one.to_bytes() for one in frames(data)]
    chance = random.Random(seed)
    count = frames(data)[0].count
    seen = chance.sample(shown, count) + chance.choices(shown[:1], k=2)
    gathering = Gathering()
    for one in seen:
        frame = read_frame(one)
        assert frame is not None
        gathering = gathering.with_frame(frame)
    (file,) = gathering.files
    found = file.data()
    assert found is not None
    return found
