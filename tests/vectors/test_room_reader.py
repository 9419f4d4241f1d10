"""The room server gives every vector its verdict by the doors officers use: the import, then the opening ceremony."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from question_bank.custody import SecretKind
from question_bank.sealed_faults import SealFault
from question_bank.sealed_keys import PublicKey
from server import composition
from server.domain.rights import Role
from server.identity import load_identity, write_identity
from server.live import staging
from server.live.actors import OfficerActor
from server.live.ceremony import ShareTaken
from server.live.clock import RoomClock
from server.live.room import Room
from server.live.staging import ImportRefused
from server.logs import RoomLog
from server.store.async_port import THREADS
from server.store.packages import PackageRow

Vector = dict[str, Any]
SETTING, ORGANISING, JURY = (
    OfficerActor(f"o-{role.value}", role) for role in (Role.SETTING, Role.ORGANISING, Role.JURY)
)
RESERVE = "pvectors2345b"
SITTING = """
format: exam-sitting/1
sitting_id: thu
title: {{vi: Ca thi thử, en: Trial sitting}}
contest_id: hoi-thi-mau
round_id: chung-ket
bodies: [Ban Đề thi, Ban Tổ chức, Ban Giám khảo]
parts:
  - {{section_code: phan-1, title: {{vi: Phần 1, en: Part 1}}, duration_s: 900}}
  - {{section_code: phan-2, title: {{vi: Phần 2, en: Part 2}}, duration_s: 900}}
rules: {{opening: primary, show_result: at_once, time_unit_ms: 1000, grace_s: 30, marking_opens: at_start}}
committee_key: "{committee}"
packages: {{primary: {primary}, reserve: {reserve}}}
"""
# Where a room does not look: it shows no pictures, and it makes identities out of shares, which are checked first.
NOT_LOOKED_AT = ("damaged_media.exam", "bad_part_other_file.exam")


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A room's own files, made once."""
    folder = tmp_path_factory.mktemp("identity")
    write_identity(folder, "Phòng thử")
    return folder


@pytest.fixture
def new_room(
    verdicts: dict[str, Any], identity: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[int, str], Room]]:
    """`new_room(now_ms, version)`: a room that waits for the vectors' package; of the reserve it has the row alone."""
    folder = tmp_path / "room"
    shutil.copytree(identity, folder)
    committee = PublicKey(bytes.fromhex(verdicts["signer"]), "Ban Đề thi").line().strip()
    with ExitStack() as stack:

        def make(now_ms: int, version: str) -> Room:
            monkeypatch.setattr(composition, "room_version", lambda: version)
            clock = RoomClock(lambda: 0, lambda: now_ms, now_ms)
            own = load_identity(folder)
            room = stack.enter_context(composition.started(folder, own, clock, THREADS, RoomLog(None)))
            text = SITTING.format(committee=committee, primary=verdicts["package_id"], reserve=RESERVE)
            added = room.add_sitting(text, "cli")
            assert not isinstance(added, list), added
            room.store.packages.put(PackageRow(RESERVE, "reserve", 1, b"\0" * 32, b"\0" * 32, now_ms, "cli"))
            return room

        yield make


@pytest.fixture
def room(new_room: Callable[[int, str], Room], verdicts: dict[str, Any]) -> Room:
    """The room at the vectors' hour."""
    return new_room(verdicts["now_ms"], verdicts["room_version"])


def test_a_room_server_gives_the_verdict_and_keeps_nothing_bad(
    vector: Vector, verdicts: dict[str, Any], files: Path, new_room: Callable[[int, str], Room]
) -> None:
    given = verdicts | vector
    room = new_room(given["now_ms"], given["room_version"])
    verdict, at = vector["verdict"], vector["at"]
    if "identities" in vector or vector["file"] in NOT_LOOKED_AT:
        verdict, at = "ok", "marking"
    at = "paper" if at in ("sections", "candidate") else at  # one step for a room
    package_id = verdicts["package_id"]
    with (files / vector["file"]).open("rb") as content:
        taken = room.import_package(content, "cli")
    kept = [path.name for path in (room.directory / "packages").iterdir()]
    if at in ("open", "verify"):
        assert isinstance(taken, ImportRefused)
        assert taken.fault.value == verdict
        assert kept == []
        assert room.store.packages.by_id(package_id) is None
        assert [offer.package_id for offer in room.stage().packages] == [RESERVE]
        return
    assert isinstance(taken, PackageRow)
    assert kept == [f"{package_id}.exam"]
    assert opened(room, verdicts, "Đồng hồ sai" if vector.get("override") else None) == (verdict, at)
    assert room.marks.is_open(package_id) is (verdict == "ok")
    assert room.store.packages.holds_an_opened_one() is (at == "marking"), "the paper is open once, or not at all"


def test_a_file_over_the_bound_is_refused_and_nothing_of_it_is_kept(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "MAX_PACKAGE_BYTES", 1_000_000)
    endless = io.BytesIO(b"PK" * 1_000_000)
    taken = room.import_package(endless, "cli")
    assert endless.tell() < 1_500_000, "it is not read to its end"
    assert isinstance(taken, ImportRefused)
    assert taken.fault is SealFault.TOO_LARGE
    assert list((room.directory / "packages").iterdir()) == []


def test_a_disk_that_fills_up_leaves_no_half_package(room: Room, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken, (files / "good.exam").open("rb") as content:
        broken.setattr(os, "fsync", full)
        taken = room.import_package(content, "cli")
    assert isinstance(taken, ImportRefused)
    assert taken.evidence == "No space left on device"
    assert list((room.directory / "packages").iterdir()) == []


def opened(room: Room, verdicts: dict[str, Any], override: str | None) -> tuple[str, str]:
    """The whole ceremony: its verdict, and which secret was being used."""
    desk = room.opening
    assert desk.choose_set(SETTING) is None
    for words in verdicts["paper_shares"]:
        assert isinstance(desk.enter_share(SETTING, SecretKind.PAPER, words), ShareTaken)
    refused = desk.open_paper(SETTING, ORGANISING, override)
    if refused is not None:
        return refused.code, "paper"
    for words in verdicts["marking_shares"]:
        assert isinstance(desk.enter_share(JURY, SecretKind.MARKING, words), ShareTaken)
    refused = desk.open_marking(JURY, SETTING)
    return "ok" if refused is None else refused.code, "marking"
