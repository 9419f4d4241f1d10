"""A stick of the backup kit: written with a signed list, checked on any machine without keys, and honest about damage."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from question_bank import canonical
from server import cli
from server.backup_kit.making import make
from server.backup_kit.rehearsal import Step, rehearse
from server.backup_kit.stick import FOLDER, LIST_FILE, check
from server.errors import ConfigError
from server.identity import load_identity, room_fingerprint, write_identity

NewRoom = Callable[..., tuple[Path, Any]]


@pytest.fixture
def room(new_room: NewRoom) -> Path:
    """A room's folder with both sets taken in."""
    return new_room(1)[0]


@pytest.fixture
def stick(room: Path, tmp_path: Path) -> Path:
    """A stick with that room's kit."""
    folder = tmp_path / "usb"
    folder.mkdir()
    make(room, folder, "USB 1", "0.1.0", lambda: 1_795_000_000_000)
    return folder


def codes(stick: Path) -> list[str]:
    return [one.code for one in check(stick).problems]


def test_a_kit_holds_every_set_and_is_checked_without_the_room(room: Path, stick: Path, contest: Any) -> None:
    report = check(stick)
    assert report.ok, report.problems
    assert report.kit is not None
    assert {one.manifest_sha256 for one in report.kit.packages} == {
        bundle.package.manifest_sha256 for bundle in contest.bundles.values()
    }
    assert [one.set for one in report.kit.packages] == ["primary", "reserve"]
    assert report.kit.label == "USB 1"
    assert room_fingerprint(report.kit.room_key) == room_fingerprint(load_identity(room).server_key.hex())
    assert report.not_checked, "it says that the room's key is compared by hand"


def test_no_secret_of_the_room_is_on_the_stick(room: Path, stick: Path) -> None:
    seed = load_identity(room).key.signing_seed
    for path in (stick / FOLDER).iterdir():
        data = path.read_bytes()
        assert seed not in data
        assert seed.hex().encode() not in data


def test_one_flipped_bit_anywhere_is_noticed(stick: Path) -> None:
    for path in sorted((stick / FOLDER).glob("*.exam")):
        data = path.read_bytes()
        path.write_bytes(data[:100] + bytes([data[100] ^ 1]) + data[101:])
        assert codes(stick) == ["wrong_digest"]
        path.write_bytes(data)
    assert codes(stick) == []


def test_a_set_that_is_missing_is_named(stick: Path) -> None:
    next((stick / FOLDER).glob("*.exam")).unlink()
    assert codes(stick) == ["missing"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda kit: kit | {"room_name": "Phòng khác"}, ["wrong_signature"]),
        (lambda kit: kit | {"signature": "00" * 64}, ["wrong_signature"]),
        (lambda kit: kit | {"format": "exam-backup-kit/2"}, ["no_list"]),
        (lambda kit: {name: value for name, value in kit.items() if name != "signature"}, ["no_list"]),
        (lambda kit: kit | {"packages": []}, ["wrong_signature"]),
        (lambda kit: kit | {"more": 1}, ["no_list"]),
    ],
)
def test_a_list_that_was_touched_is_refused(
    stick: Path, change: Callable[[dict[str, Any]], dict[str, Any]], expected: list[str]
) -> None:
    path = stick / FOLDER / LIST_FILE
    path.write_bytes(canonical.encode(change(json.loads(path.read_bytes()))))
    assert codes(stick) == expected


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b"\xff" * 70_000, b'{"a":1}'])
def test_a_list_that_is_none_is_one_finding_and_no_exception(stick: Path, data: bytes) -> None:
    (stick / FOLDER / LIST_FILE).write_bytes(data)
    assert codes(stick) == ["no_list"]


def test_an_empty_stick_has_no_list(tmp_path: Path) -> None:
    assert codes(tmp_path) == ["no_list"]


def test_a_kit_is_made_again_whole(room: Path, stick: Path) -> None:
    (stick / FOLDER / "stale.exam").write_bytes(b"x")
    make(room, stick, "USB 2", "0.1.0", lambda: 1_795_000_000_001)
    report = check(stick)
    assert report.ok
    assert report.kit is not None
    assert report.kit.label == "USB 2"
    assert sorted(path.name for path in stick.iterdir()) == [FOLDER]
    assert not (stick / FOLDER / "stale.exam").exists()


def test_a_stick_that_is_full_keeps_the_kit_it_had(room: Path, stick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("server.backup_kit.stick._copy", full)
    with pytest.raises(ConfigError, match="cannot be written"):
        make(room, stick, "USB 2", "0.1.0", lambda: 1)
    report = check(stick)
    assert report.ok
    assert report.kit is not None
    assert report.kit.label == "USB 1"
    assert [path.name for path in stick.iterdir()] == [FOLDER]


def test_a_room_without_its_sets_makes_no_kit(tmp_path: Path) -> None:
    room, stick = tmp_path / "empty", tmp_path / "usb"
    room.mkdir()
    stick.mkdir()
    write_identity(room, "Phòng trống")
    with pytest.raises(ConfigError, match="not all in this room"):
        make(room, stick, "", "0.1.0", lambda: 1)
    assert list(stick.iterdir()) == []


def test_the_commands_make_and_check(room: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stick = tmp_path / "usb 2"
    stick.mkdir()
    assert cli.main(["--language", "en", "backup-kit", "make", str(room), str(stick), "--label", "USB 2"]) == 0
    said = capsys.readouterr().out
    fingerprint = room_fingerprint(load_identity(room).server_key.hex())
    assert fingerprint in said
    assert "in order" in said
    next((stick / FOLDER).glob("*.exam")).unlink()
    assert cli.main(["--language", "en", "backup-kit", "check", str(stick), "--json"]) == 3
    document = json.loads(capsys.readouterr().out)
    assert document["ok"] is False
    assert document["fingerprint"] == fingerprint


def test_primary_to_reserve_is_rehearsed_with_a_dummy_pair() -> None:
    steps: list[Step] = []
    rehearse(steps.append)
    assert len(steps) == 7


def test_a_rehearsal_that_fails_names_the_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.live.opening.OpeningDesk.switch_to_reserve", lambda *_: "refused")
    with pytest.raises(Exception, match="switch"):
        rehearse(lambda step: None)


def test_a_copy_is_compared_as_the_stick_has_it_and_not_as_memory_shows_it(
    room: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    other.mkdir()

    def forgotten(descriptor: int, start: int, length: int, advice: int) -> None:
        for copy in other.rglob("*.exam"):
            copy.write_bytes(b"what the stick really holds")

    monkeypatch.setattr(os, "posix_fadvise", forgotten)
    with pytest.raises(ConfigError):
        make(room, other, "USB 9", "0.1.0", lambda: 1_795_000_000_000)
