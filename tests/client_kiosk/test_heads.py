"""What a machine remembers of the room's journals: the highest acknowledged record, whatever is released or started again."""

from __future__ import annotations

import contextvars
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client_kiosk import heads as keeping
from client_kiosk.cli import main
from client_kiosk.config import KioskFolder, Membership
from client_kiosk.heads import MAX_SITTINGS, Heads, read_all
from client_kiosk.kiosk import Kiosk
from client_kiosk.outbox import Outbox, Stream
from server.protocol.messages import Outcome, RecordVerdict
from server.protocol.situation import Situation, Stage, StreamView

SOURCE = "ab" * 16
NOW = 1_795_000_000_000
MEMBER = Membership("r1", "Phòng A", "k1", "B07", "-", "00", ("127.0.0.1:1",))


def verdict(epoch: int, at_seq: int, *, seq: int = 2) -> RecordVerdict:
    return RecordVerdict(seq, Outcome.ACCEPTED, None, epoch, at_seq, f"{epoch * 1000 + at_seq:064x}", 1)


def kept(folder: Path) -> list[tuple[str, str, int, int]]:
    return [(head.room_id, head.sitting_id, head.epoch, head.seq) for head in read_all(folder).heads]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 9), st.booleans()), min_size=1, max_size=12))
def test_the_highest_is_kept_however_verdicts_are_repeated_and_the_kiosk_started_again(
    tmp_path_factory: pytest.TempPathFactory, said: list[tuple[int, int, bool]]
) -> None:
    folder = tmp_path_factory.mktemp("heads")
    heads = Heads(folder)
    for epoch, at_seq, restarted in said:
        heads.note("r1", "ca-1", SOURCE, [verdict(epoch, at_seq)], NOW)
        if restarted:
            heads.write()
            heads = Heads(folder)
    heads.write()
    assert kept(folder) == [("r1", "ca-1", *max((epoch, at_seq) for epoch, at_seq, _ in said))]


def test_what_was_not_decided_durably_is_no_head(tmp_path: Path) -> None:
    heads = Heads(tmp_path / "heads")
    heads.note("r1", "ca-1", SOURCE, [replace(verdict(1, 5), hash=None)], NOW)
    heads.write()
    assert kept(tmp_path / "heads") == []


def test_two_rooms_may_call_their_sittings_alike(tmp_path: Path) -> None:
    heads = Heads(tmp_path)
    heads.note("r1", "ca-1", SOURCE, [verdict(1, 9)], NOW)
    heads.note("r2", "ca-1", SOURCE, [verdict(1, 3)], NOW + 1)
    heads.note("../../r3", "ca/1", SOURCE, [verdict(1, 4)], NOW + 2)
    heads.write()
    assert kept(tmp_path) == [("../../r3", "ca/1", 1, 4), ("r2", "ca-1", 1, 3), ("r1", "ca-1", 1, 9)]


def test_the_oldest_sittings_are_forgotten_and_never_the_one_that_is_held(tmp_path: Path) -> None:
    for number in range(MAX_SITTINGS + 3):
        heads = Heads(tmp_path)
        heads.note("r1", f"ca-{number}", SOURCE, [verdict(1, 1)], NOW + number)
        heads.write()
    assert [sitting for _, sitting, _, _ in kept(tmp_path)] == [f"ca-{n}" for n in range(MAX_SITTINGS + 2, 2, -1)]
    heads = Heads(tmp_path)
    heads.note("r1", "under a clock set back", SOURCE, [verdict(1, 1)], 5)
    heads.write()
    assert len(kept(tmp_path)) == MAX_SITTINGS
    assert kept(tmp_path)[-1] == ("r1", "under a clock set back", 1, 1)


def test_a_disk_that_took_nothing_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heads = Heads(tmp_path)
    heads.note("r1", "ca-1", SOURCE, [verdict(1, 5)], NOW)

    def full(path: Path, data: bytes) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(keeping, "replace_private", full)
        with pytest.raises(OSError, match="no space"):
            heads.write()
    heads.write()
    assert kept(tmp_path) == [("r1", "ca-1", 1, 5)]


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[Kiosk]:
    """A paired kiosk with an outbox of two records, the sign-in and another."""
    folder = KioskFolder(tmp_path / "kiosk")
    folder.join(MEMBER)
    folder.outboxes.mkdir()
    outbox = Outbox.create(folder.outboxes, Stream(SOURCE, "ca-1", "a1", 1))
    outbox.append({"kind": "save_response/1", "item_id": "i1", "response": {"options": ["oaaaaa"]}})
    outbox.close()
    made = Kiosk(folder, "0.1.0", lambda: 1_000)
    yield made
    made.close()


def test_the_head_outlives_the_outbox_and_holds_nothing_of_anybody(kiosk: Kiosk) -> None:
    kiosk.settled(SOURCE, [verdict(3, 41)])
    kiosk.keep_heads()
    held = StreamView(SOURCE, 2, kiosk.outboxes[SOURCE].digest_of(2))
    kiosk.heard(Situation(NOW, 3, "Phòng A", "B07", None, Stage(None, ()), None, (held,), (SOURCE,)))
    assert kiosk.outboxes == {}
    (file,) = kiosk.folder.heads.iterdir()
    found = json.loads(file.read_bytes())
    assert found.pop("at_ms") >= 0
    assert found == {
        "format": "exam-head/1", "room_id": "r1", "sitting_id": "ca-1", "source": SOURCE, "epoch": 3, "seq": 41,
        "hash": verdict(3, 41).hash,
    }  # fmt: skip
    assert file.stat().st_mode & 0o777 == 0o600


def test_the_head_outlives_the_end_of_the_program_and_leaving_the_room(kiosk: Kiosk) -> None:
    kiosk.settled(SOURCE, [verdict(3, 41)])
    kiosk.close()
    kiosk.folder.leave()
    assert kept(kiosk.folder.heads) == [("r1", "ca-1", 3, 41)]


def test_an_ack_does_not_wait_for_the_heads_disk(kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    def hangs(path: Path, data: bytes) -> None:
        raise AssertionError("written on the way of an ack")

    with monkeypatch.context() as disk:
        disk.setattr(keeping, "replace_private", hangs)
        kiosk.settled(SOURCE, [verdict(3, 41)])


@pytest.fixture
def told(capfd: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """`told("heads", …)`: exit status, what was printed, what was said of faults; in English."""

    def run(*words: str | Path) -> tuple[int, str, str]:
        status = contextvars.copy_context().run(main, ["--language", "en", *map(str, words)])
        return status, *capfd.readouterr()

    return run


def test_the_heads_are_shown_to_people_and_programs(tmp_path: Path, told: Callable[..., tuple[int, str, str]]) -> None:
    folder = KioskFolder(tmp_path)
    assert told("heads", "--dir", tmp_path)[:2] == (0, "No room has acknowledged anything to this machine yet.\n")
    folder.join(MEMBER)
    heads = Heads(folder.heads)
    heads.note("r1", "ca-1", SOURCE, [verdict(3, 41)], NOW)
    heads.write()
    status, printed, _ = told("heads", "--dir", tmp_path, "--json")
    found = json.loads(printed)
    assert (status, found["what"], found["seat"], found["damaged"]) == (0, "heads", "B07", [])
    assert [(head["sitting_id"], head["seq"], head["hash"]) for head in found["heads"]] == [
        ("ca-1", 41, verdict(3, 41).hash)
    ]
    status, printed, _ = told("heads", "--dir", tmp_path)
    assert status == 0
    assert all(part in printed for part in ("ca-1", "r1", " 41 ", str(verdict(3, 41).hash), "18/11/2026 18:06:40"))


def test_a_damaged_head_is_named_and_the_others_are_shown(
    tmp_path: Path, told: Callable[..., tuple[int, str, str]]
) -> None:
    folder = KioskFolder(tmp_path)
    heads = Heads(folder.heads)
    heads.note("r1", "ca-1", SOURCE, [verdict(3, 41)], NOW)
    heads.write()
    (folder.heads / "torn.json").write_text('{"format":')
    status, printed, faults = told("heads", "--dir", tmp_path)
    assert (status, "ca-1" in printed, "torn.json" in faults) == (3, True, True)
    status, printed, _ = told("heads", "--dir", tmp_path, "--json")
    assert (status, json.loads(printed)["damaged"]) == (3, ["torn.json"])


def test_asking_a_folder_that_is_not_there_makes_none(
    tmp_path: Path, told: Callable[..., tuple[int, str, str]]
) -> None:
    assert told("heads", "--dir", tmp_path / "nowhere")[0] == 3
    assert not (tmp_path / "nowhere").exists()
