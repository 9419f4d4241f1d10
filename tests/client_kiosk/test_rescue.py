"""What a machine writes of what it holds: for whom, signed with what, in how many files, and onto which stick."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import psutil
import pyrage
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from client_kiosk import rescue as rescue_module
from client_kiosk import sticks
from client_kiosk.carrying import Carrying
from client_kiosk.cli import main
from client_kiosk.config import KioskFolder, Membership
from client_kiosk.errors import KioskError
from client_kiosk.heads import Heads
from client_kiosk.outbox import Outbox, Stream
from client_kiosk.rescue import RescueFile, rescue
from client_kiosk.rescue_rooms import MAX_ROOMS, RescueRoom, remember, rooms_of
from question_bank import sealed_keys
from server.protocol.messages import Outcome, RecordVerdict
from server.protocol.rescue import Rescued, Signature, read_body, signed_over, unpack
from server.protocol.rescue_frames import MAX_SHOWN_BYTES
from server.protocol.shape import Malformed

SITTING = "ca-1"


@dataclass
class Machine:
    """A kiosk's folder, and the identity of the room it belongs to."""

    path: Path
    identity: str = field(default_factory=sealed_keys.fresh_identity)
    outboxes: list[Outbox] = field(default_factory=list)

    @property
    def folder(self) -> KioskFolder:
        return KioskFolder(self.path)

    def pair(self, room_id: str = "r1", kiosk_id: str = "k1") -> None:
        self.folder.key()
        self.folder.join(Membership(room_id, "Phòng 1", kiosk_id, "A07", "pem", "00", ()))

    def hear(self, room_id: str = "r1", kiosk_id: str = "k1") -> None:
        recipient = sealed_keys.recipient_of(self.identity)
        remember(self.path, RescueRoom(room_id, "Phòng 1", kiosk_id, "A07", recipient))

    def outbox(self, n: int = 1, sitting_id: str = SITTING) -> Outbox:
        self.folder.outboxes.mkdir(exist_ok=True)
        made = Outbox.create(self.folder.outboxes, Stream(f"{n:032x}", sitting_id, f"a{n}", 1))
        self.outboxes.append(made)
        return made

    def open(self, file: RescueFile) -> tuple[Rescued, tuple[Signature, ...]]:
        """What is in a file, every signature checked."""
        found = unpack(bytes(pyrage.decrypt(file.data, [pyrage.x25519.Identity.from_str(self.identity)])))
        assert not isinstance(found, Malformed)
        body, signatures = found
        for one in signatures:
            Ed25519PublicKey.from_public_bytes(one.key).verify(one.signature, signed_over(body))
        rescued = read_body(body)
        assert not isinstance(rescued, Malformed)
        return rescued, signatures


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    made = Machine(tmp_path / "kiosk")
    yield made
    for one in made.outboxes:
        one.close()


def fill(outbox: Outbox, count: int, text: str = "x") -> None:
    for n in range(count):
        outbox.append({"kind": "save_response/1", "n": n, "text": text})


def test_a_machine_that_has_left_its_room_is_still_emptied_for_it(machine: Machine) -> None:
    machine.pair()
    machine.hear()
    fill(machine.outbox(), 3)
    machine.folder.leave()
    (file,) = rescue(machine.path, "test").files
    rescued, _ = machine.open(file)
    assert (rescued.header.room_id, rescued.header.kiosk_id, rescued.header.seat_label) == ("r1", "k1", "A07")
    assert [len(records) for records in rescued.records] == [3]
    assert file.name.startswith("A07-")


def test_a_machine_that_never_heard_the_rooms_recipient_is_told_it(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.pair()
    fill(machine.outbox(), 2)
    out = machine.path / "out"
    out.mkdir()
    words = ["--language", "vi", "rescue", "--dir", str(machine.path), "--out", str(out)]
    assert main(words) == 3
    assert "--recipient" in capsys.readouterr().err
    assert main([*words, "--recipient", "age1wrong"]) == 3
    assert list(out.iterdir()) == []
    assert main([*words, "--recipient", sealed_keys.recipient_of(machine.identity), "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)["files"]
    assert (told["records"], told["unsettled"], told["sitting"]) == (2, 2, SITTING)
    assert Path(told["file"]).parent == out


def test_what_only_the_log_of_an_outbox_holds_is_carried_from_a_place_that_takes_no_writing(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dead machine's disk, write-protected: SQLite cannot open the log there, and a copy must bring it along."""
    machine.pair()
    machine.hear()
    outbox = machine.outbox()
    fill(outbox, 3)
    assert outbox.path.with_name(outbox.path.name + "-wal").stat().st_size > 0
    read = rescue_module._rows_of

    def only_copies(path: Path) -> object:
        if path == outbox.path:
            raise sqlite3.OperationalError("unable to open database file")
        return read(path)

    monkeypatch.setattr(rescue_module, "_rows_of", only_copies)
    found = rescue(machine.path, "test")
    assert [(one.records, one.unsettled) for one in found.files] == [(3, 3)]
    assert found.damaged == ()


def test_of_an_outbox_that_has_lost_a_record_what_stands_before_it_is_carried_and_the_file_named(
    machine: Machine,
) -> None:
    """What follows a gap would stand under wrong numbers."""
    machine.pair()
    machine.hear()
    outbox = machine.outbox()
    fill(outbox, 4)
    with closing(sqlite3.connect(outbox.path)) as connection, connection:
        connection.execute("DELETE FROM record WHERE seq = 4")
    found = rescue(machine.path, "test")
    assert found.damaged == (outbox.path.name,)
    (rescued, _), *_ = [machine.open(one) for one in found.files]
    assert [json.loads(one)["n"] for one in rescued.records[0]] == [0, 1]


def test_an_outbox_from_before_the_key_was_changed_is_signed_with_that_key_too(machine: Machine) -> None:
    machine.pair()
    old = machine.folder.key().public_key().public_bytes_raw()
    fill(machine.outbox(), 1)
    machine.folder.change_key("k1")
    machine.pair(kiosk_id="k2")
    machine.hear(kiosk_id="k2")
    (file,) = rescue(machine.path, "test").files
    _, signatures = machine.open(file)
    assert {one.key for one in signatures} == {old, machine.folder.key().public_key().public_bytes_raw()}


def test_the_same_answers_have_the_same_name_though_the_room_has_acknowledged_more_since(machine: Machine) -> None:
    machine.pair()
    machine.hear()
    fill(machine.outbox(), 2)
    (before,) = rescue(machine.path, "test").files
    verdict = RecordVerdict(2, Outcome.ACCEPTED, None, 1, 40, "c" * 64, 1)
    heads = Heads(machine.folder.heads)
    heads.note("r1", SITTING, machine.outboxes[0].stream.source, [verdict], 1)
    heads.write()
    (after,) = rescue(machine.path, "test").files
    assert before.name == after.name
    head = machine.open(after)[0].header.head
    assert head is not None
    assert head.seq == 40


def test_every_sitting_has_a_file_of_its_own_and_an_empty_outbox_is_carried_too(machine: Machine) -> None:
    machine.pair()
    machine.hear()
    fill(machine.outbox(1), 2)
    machine.outbox(2)
    fill(machine.outbox(3, "ca-2"), 1)
    files = rescue(machine.path, "test").files
    assert [(one.sitting_id, one.outboxes, one.records) for one in files] == [(SITTING, 2, 2), ("ca-2", 1, 1)]


def test_what_is_too_large_for_one_file_lies_in_several_without_a_gap(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.pair()
    machine.hear()
    for n in (1, 2):
        fill(machine.outbox(n), 9, "bài " * 200)
    monkeypatch.setattr(rescue_module, "MAX_BODY_BYTES", 512 * 256 + 3_000)
    files = rescue(machine.path, "test").files
    assert len(files) > 3
    found: dict[str, list[bytes]] = {}
    for file in files:
        rescued, _ = machine.open(file)
        for stream, records in zip(rescued.header.streams, rescued.records, strict=True):
            assert stream.first_seq == 2 + len(found.setdefault(stream.source, []))
            found[stream.source] += records
    for outbox in machine.outboxes:
        assert found[outbox.stream.source] == [one.message.encode() for one in outbox.after(1, 100)]


def test_what_is_too_large_for_codes_is_shown_as_far_as_no_server_has_it(machine: Machine) -> None:
    machine.pair()
    machine.hear()
    outbox = machine.outbox()
    for n in range(60):
        outbox.append({"kind": "save_response/1", "text": os.urandom(2_500).hex(), "n": n})
    carrying = Carrying(machine.path, "test", tuple)
    assert len(rescue(machine.path, "test").files[0].data) > MAX_SHOWN_BYTES
    with pytest.raises(KioskError):
        carrying.show(SITTING)
    outbox.settle([(seq, "accepted") for seq in range(2, 60)])
    shown = carrying.show(SITTING)
    assert (shown.partial, shown.records) == (True, 2)
    assert carrying.show(SITTING) is shown, "the same answers are the same codes"
    picture = carrying.picture(shown.show_id, len(shown.frames) - 1)
    assert picture is not None
    assert picture.startswith(b"\x89PNG")
    assert carrying.picture(shown.show_id, len(shown.frames)) is None
    assert carrying.picture("0" * 16, 0) is None


@pytest.mark.parametrize("broken", ["no outbox", "no key"])
def test_a_folder_that_is_no_machines_is_refused(machine: Machine, broken: str) -> None:
    machine.pair()
    machine.hear()
    fill(machine.outbox(), 1)
    target = machine.path / ("outbox" if broken == "no outbox" else "kiosk.key")
    target.rename(machine.path / "elsewhere")
    with pytest.raises(KioskError):
        rescue(machine.path, "test")


def test_what_is_remembered_of_rooms_is_bounded_and_survives_a_damaged_file(machine: Machine) -> None:
    machine.pair()
    for n in range(MAX_ROOMS + 5):
        machine.hear(f"r{n}")
    assert [one.room_id for one in rooms_of(machine.path)][:2] == [f"r{MAX_ROOMS + 4}", f"r{MAX_ROOMS + 3}"]
    assert len(rooms_of(machine.path)) == MAX_ROOMS
    (machine.path / "rescue.json").write_bytes(b"{")
    assert rooms_of(machine.path) == ()
    machine.hear("r1")
    assert [one.room_id for one in rooms_of(machine.path)] == ["r1"]


def test_a_stick_that_takes_nothing_is_refused_and_nothing_is_left_on_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "pulled"
    with pytest.raises(KioskError):
        sticks.put(gone, "a.exam-rescue", b"answers")

    def full(folder: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(Path, "replace", full)
        with pytest.raises(KioskError):
            sticks.put(tmp_path, "a.exam-rescue", b"answers")
    assert list(tmp_path.iterdir()) == []


def test_a_stick_that_lies_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It took everything, and holds something else: seen only by who does not read the computer's own memory."""

    def forgotten(descriptor: int, start: int, length: int, advice: int) -> None:
        assert advice == os.POSIX_FADV_DONTNEED
        (tmp_path / "a.exam-rescue").write_bytes(b"answer?")

    monkeypatch.setattr(os, "posix_fadvise", forgotten)
    with pytest.raises(KioskError):
        sticks.put(tmp_path, "a.exam-rescue", b"answers")


def test_a_stick_that_was_pulled_meanwhile_is_not_written_to(machine: Machine, tmp_path: Path) -> None:
    machine.pair()
    machine.hear()
    fill(machine.outbox(), 1)
    plugged: list[sticks.Stick] = [sticks.Stick(tmp_path, 1)]
    carrying = Carrying(machine.path, "test", lambda: plugged)
    assert carrying.write(0).records == 1
    plugged.clear()
    with pytest.raises(KioskError):
        carrying.write(0)


@pytest.fixture
def partitions(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`partitions((path, opts), …)`: what the system says is mounted."""

    def mounted(*found: tuple[str, str]) -> None:
        rows = [SimpleNamespace(mountpoint=path, opts=opts) for path, opts in found]
        monkeypatch.setattr(psutil, "disk_partitions", lambda **_: rows)

    return mounted


def test_only_what_was_plugged_in_is_offered(partitions: Callable[..., None], tmp_path: Path) -> None:
    partitions(("/", "rw"), (str(tmp_path), "rw,removable"), ("/media/gone/STICK", "rw"))
    assert [one.path for one in sticks.sticks()] == [tmp_path]
