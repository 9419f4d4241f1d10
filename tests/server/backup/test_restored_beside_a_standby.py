"""A room put back from a stick while its standby lives: machines come in by themselves, and nothing the standby has is lost."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from client_kiosk.promises import Epochs
from server import composition
from server.backup import code
from server.backup.keeping import Keeper
from server.backup.restoring import restore
from server.domain import commands
from server.domain.values import IncidentCategory
from server.drill.prepared_room import PROCTOR, SITTING_ID, SealedContest, hold_ceremony, open_room
from server.heartbeat import monotonic_ms
from server.live.room import Room
from server.live.standby.beside import beside
from server.live.standby.epochs import proof
from server.live.standby.waiting import Waiting
from server.live.transport import listen
from server.logs import RoomLog
from server.protocol.epoch import MAX_TERMS, TERM_BITS, next_term, term_of
from server.role import Role, Standing, read_standing, write_standing
from server.runtime import ThreadDriver
from server.store.async_port import THREADS

JOURNAL = f"sittings/{SITTING_ID}.journal.sqlite"


def note(room: Room, what: str) -> None:
    """One more record in the sitting's journal."""
    command = commands.RecordIncident(None, IncidentCategory.OTHER, what, PROCTOR.officer_id)
    assert room.order(PROCTOR, secrets.token_bytes(16), 1, command).reason is None


@pytest.fixture
def scene(tmp_path: Path, new_room: Callable[..., Any], contest: SealedContest) -> Any:
    """A room on a stick; one record came after that, which its standby has. Then the first server burnt."""
    halves = code.new_half(), code.new_half()
    folder, _ = new_room(2)
    code.keep_recipient(folder, halves)
    stick, second = tmp_path / "stick", tmp_path / "second"
    stick.mkdir()
    with open_room(folder) as room:
        hold_ceremony(room, contest)
        version = room.version
        Keeper(folder, stick).once()
        note(room, "after the last backup")
    shutil.copytree(folder, second, ignore=shutil.ignore_patterns("role.json", "views", "logs"))
    write_standing(second, Standing("2" * 16, Role.STANDBY, 0, "127.0.0.1:9", next_term(0)))
    target = tmp_path / "again"
    restore(stick, code.identity(halves), target)
    identity = code.identity(halves)
    return SimpleNamespace(second=second, target=target, version=version, stick=stick, identity=identity)


def test_machines_that_promised_themselves_to_the_standby_come_to_a_restored_room_unasked(scene: Any) -> None:
    epoch = read_standing(scene.target).epoch
    with reopened(scene.target) as room:
        assert room.sitting is not None
        assert room.sitting.epoch > epoch, "what it begins and what it shows are of one term"
        assert term_of(room.sitting.epoch) == term_of(room.standby.standing.epoch)
        for promised in (0, next_term(0), MAX_TERMS << TERM_BITS):
            seen = proof(room.identity, promised)
            assert Epochs(room.identity.room_id, seen, promised).accepts(room.standby.standing.epoch)
            assert not room.standby.is_outranked(seen)
        assert room.standby.beyond() is None, "no officer has to press anything"


def reopened(folder: Path) -> Any:
    """The room as `serve` opens it, with the role its folder says."""
    return composition.open_room(folder, THREADS, RoomLog(None))


@contextmanager
def served(room: Room) -> Iterator[str]:
    """The address of a room with the door for its standby."""
    driver, listener = ThreadDriver(), listen("127.0.0.1", 0)
    port = int(listener.getsockname()[1])
    app: Any = SimpleNamespace(wsgi_app=lambda environ, start: [])
    room.standby.link.start()
    with beside(room, app, port, driver.websocket_over, lambda: None):  # type: ignore[arg-type]
        server = driver.serve(listener, app.wsgi_app, room.gate, RoomLog(None), room.identity.tls_context())
        try:
            yield f"127.0.0.1:{port}"
        finally:
            room.standby.link.stop()
            server.stop()


def test_the_standby_brings_a_restored_room_what_came_after_the_last_backup(
    scene: Any, eventually: Callable[..., None]
) -> None:
    with reopened(scene.target) as room, served(room) as address:
        standing = read_standing(scene.second).at(address)
        second = Waiting(
            scene.second, room.identity, standing, room.version, THREADS, RoomLog(None), monotonic_ms, lambda: None
        )
        second.tls_port = 1
        second.start()
        try:
            assert room.sitting is not None
            eventually(lambda: room.sitting.state.standby.orders, what="the lost order is listed")
            (kept,) = room.sitting.state.standby.orders.values()
            assert kept.ordered == "incident_recorded/1"
            eventually(lambda: second.replica.heads().get(JOURNAL) == room.sitting.head, what="in step again")
            eventually(lambda: room.standby.standing.peer is not None)
        finally:
            second.stop()
    assert list((scene.second / "branches").glob("*.branch")), "the standby keeps its own history too"
    assert read_standing(scene.second).role is Role.STANDBY


def test_one_backup_put_back_on_two_computers_gives_one_server_that_is_right(scene: Any, tmp_path: Path) -> None:
    second = tmp_path / "elsewhere"
    restore(scene.stick, scene.identity, second)
    drawn = [read_standing(folder).epoch for folder in (scene.target, second)]
    lower, higher = sorted((scene.target, second), key=lambda folder: read_standing(folder).epoch)
    assert term_of(drawn[0]) != term_of(drawn[1]), "once in 65,536 it may be so by chance"
    with reopened(higher) as room:
        seen = room.standby.proof()
    with reopened(lower) as room:
        assert room.standby.is_outranked(seen), "a machine that has met the other one is not served here"
        assert room.standby.beyond() == seen.epoch, "and the page Servers says so"
    with reopened(higher) as room:
        assert not room.standby.is_outranked(proof(room.identity, read_standing(lower).epoch))
