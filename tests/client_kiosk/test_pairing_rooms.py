"""A kiosk joins a room over real TLS: by a code two people compare, by a kit, and by nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from client_kiosk.config import Membership
from client_kiosk.finder import FoundRoom
from client_kiosk.joining import Joining, JoinStage
from client_kiosk.pairing import JoinFault
from server.identity import RoomIdentity, load_identity, write_identity
from server.protocol.trust import Kit, read_kit

# A room's lobby: the real certificates, listener and pairing desk, and four handlers. Says on standard output what an
# officer would see, does on standard input what an officer would click.
LOBBY = """
import json, sys, threading
from pathlib import Path
from flask import Flask, request
from flask_socketio import SocketIO
from server.identity import load_identity
from server.live.pairing import Joined, PairingDesk, Turned
from server.live.threaded import ThreadedServer
from server.live.transport import Gate, listen
from server.logs import RoomLog
from server.protocol.messages import MESSAGES, HelloAck, Paired, PairRefused
from server.store.database import open_database
from server.store.machines import MIGRATIONS, MachineStore

folder, pretend = Path(sys.argv[1]), json.loads(sys.argv[2])
identity = load_identity(folder)
database = open_database(folder / "room.sqlite", [("machines", MIGRATIONS)])
desk = PairingDesk(identity, MachineStore(database), lambda: 1_700_000_000_000)
app = Flask("lobby")
socketio = SocketIO(app, async_mode="threading", async_handlers=False, transports=["websocket"])

def say(**news):
    print(json.dumps(news), flush=True)

def news(item):
    if isinstance(item, Joined) and item.connection:
        push = Paired(item.machine.machine_id, item.machine.seat_label)
        socketio.emit("paired", push.wire(), namespace="/kiosk", to=item.connection)
    elif isinstance(item, Turned):
        socketio.emit("pair_refused", PairRefused(item.fault.value).wire(), namespace="/kiosk", to=item.connection)
    for offer in desk.pending():
        say(code=offer.code, pairing_id=offer.pairing_id)

desk.subscribe(news)

def on(name):
    def register(answer):
        def handler(payload):
            message = MESSAGES[name].payload.parse(payload)
            return {**answer(request.sid, message).wire(), **pretend.get(name, {})}
        socketio.on_event(name, handler, namespace="/kiosk")
        return answer
    return register

on("hello")(lambda sid, m: HelloAck(True, "00" * 32, identity.room_id, identity.room_name, "unpaired"))
on("pair_offer")(lambda sid, m: desk.offer(sid, "10.0.0.5", m))
on("pair_reveal")(lambda sid, m: desk.reveal(sid, m))
on("pair_kit")(lambda sid, m: desk.pair_by_kit(m))
socketio.on_event("disconnect", lambda *_: desk.gone(request.sid), namespace="/kiosk")

log = RoomLog(None)
listener = listen("127.0.0.1", 0)
port = listener.getsockname()[1]
server = ThreadedServer(listener, app, Gate(), log, identity.tls_context())
server.start()
kit = desk.kits.make("officer-1", 2, 3_600_000, ["127.0.0.1"], port)
say(port=port, kit=kit.to_bytes().decode())
for line in sys.stdin:
    order = json.loads(line)
    if order["do"] == "approve":
        desk.approve("officer-1", order["pairing_id"], order.get("seat"))
    elif order["do"] == "refuse":
        desk.refuse(order["pairing_id"])
    elif order["do"] == "machines":
        say(machines=[m.seat_label for m in desk.machines()])
"""


@dataclass
class Lobby:
    """One running lobby."""

    identity: RoomIdentity
    process: subprocess.Popen[str]
    port: int
    kit: Kit

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def announced(self) -> FoundRoom:
        """The room as it announces itself."""
        identity = self.identity
        return FoundRoom(identity.room_id, identity.room_name, identity.ca_sha256.hex(), (self.address,))

    def hear(self) -> Any:
        """The next thing the console shows."""
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def do(self, what: str, **order: str) -> None:
        """A click of the officer."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"do": what, **order}) + "\n")
        self.process.stdin.flush()

    def machines(self) -> list[str]:
        """The seats of the machines paired here, once everything before this has been done."""
        self.do("machines")
        while "machines" not in (news := self.hear()):
            pass
        return list(news["machines"])


@pytest.fixture
def open_lobby(tmp_path: Path, spawn: Callable[..., subprocess.Popen[str]]) -> Callable[..., Lobby]:
    """`open_lobby(name, pretend={message: fields})`: a room of its own; `pretend` overwrites what it answers."""

    def start(name: str = "room", **pretend: dict[str, object]) -> Lobby:
        folder = tmp_path / name
        folder.mkdir()
        write_identity(folder, f"Phòng {name}")
        arguments = [sys.executable, "-c", LOBBY, folder, json.dumps(pretend)]
        process = spawn(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert process.stdout is not None
        opened = json.loads(process.stdout.readline())
        kit = read_kit(opened["kit"].encode())
        assert isinstance(kit, Kit)
        return Lobby(load_identity(folder), process, opened["port"], kit)

    return start


@dataclass
class Machine:
    """A kiosk that may join; `memberships` is what it would have written to its disk."""

    joining: Joining
    memberships: list[Membership] = field(default_factory=list)
    views: list[Any] = field(default_factory=list)
    stages: threading.Condition = field(default_factory=threading.Condition)

    def until(self, stage: JoinStage) -> Any:
        """Wait until the screen shows this stage; the view."""
        with self.stages:
            assert self.stages.wait_for(lambda: self.joining.view.stage is stage, 20), self.views
        return self.joining.view


@pytest.fixture
def machine() -> Iterator[Machine]:
    """One kiosk with a key of its own."""
    key = Ed25519PrivateKey.generate()

    def shown(view: Any) -> None:
        with made.stages:
            made.views.append(view)
            made.stages.notify_all()

    made = Machine(Joining(lambda: key, "kiosk", "test", lambda joined: made.memberships.append(joined), shown))
    yield made
    made.joining.give_up()


def join(machine: Machine, lobby: Lobby, room: FoundRoom | None = None, seat: str = "") -> None:
    machine.joining.join([lobby.address], room, seat)


def test_equal_codes_and_a_click_and_a_word_here_pair_the_machine(open_lobby: Any, machine: Machine) -> None:
    lobby = open_lobby()
    join(machine, lobby, lobby.announced, seat="D04")
    console = lobby.hear()
    view = machine.until(JoinStage.COMPARING)
    assert view.code == console["code"]
    lobby.do("approve", pairing_id=console["pairing_id"])
    assert lobby.machines() == ["D04"]
    assert machine.memberships == []  # the click alone is not enough
    machine.joining.equal()
    machine.until(JoinStage.JOINED)
    (membership,) = machine.memberships
    assert (membership.room_id, membership.seat_label) == (lobby.identity.room_id, "D04")
    assert membership.addresses == (lobby.address,)
    assert membership.ca_pem == lobby.identity.ca_pem
    assert membership.server_key == lobby.identity.server_key.hex()


def test_a_word_here_without_a_click_there_keeps_nothing(open_lobby: Any, machine: Machine) -> None:
    lobby = open_lobby()
    join(machine, lobby)
    console = lobby.hear()
    machine.until(JoinStage.COMPARING)
    machine.joining.equal()
    lobby.do("refuse", pairing_id=console["pairing_id"])
    assert machine.until(JoinStage.FAILED).fault is JoinFault.REFUSED_THERE
    assert machine.memberships == []


def test_codes_that_differ_keep_nothing_even_if_the_officer_clicks(open_lobby: Any, machine: Machine) -> None:
    lobby = open_lobby()
    join(machine, lobby)
    console = lobby.hear()
    machine.until(JoinStage.COMPARING)
    lobby.do("approve", pairing_id=console["pairing_id"])
    lobby.machines()
    machine.joining.differ()
    assert machine.until(JoinStage.FAILED).fault is JoinFault.CODES_DIFFER
    assert machine.memberships == []


def test_a_server_that_dies_meanwhile_ends_the_attempt(open_lobby: Any, machine: Machine) -> None:
    lobby = open_lobby()
    join(machine, lobby)
    lobby.hear()
    machine.until(JoinStage.COMPARING)
    lobby.process.kill()
    assert machine.until(JoinStage.FAILED).fault is JoinFault.NO_ANSWER
    assert machine.memberships == []


def test_a_copied_announcement_with_another_certificate_never_pairs(open_lobby: Any, machine: Machine) -> None:
    room, false_room = open_lobby("true"), open_lobby("false")
    join(machine, false_room, room.announced)
    assert machine.until(JoinStage.FAILED).fault is JoinFault.OTHER_AUTHORITY
    assert machine.memberships == []
    assert false_room.machines() == []


def test_a_copied_announcement_only_costs_a_try_when_the_true_room_answers_too(
    open_lobby: Any, machine: Machine
) -> None:
    room, false_room = open_lobby("true"), open_lobby("false")
    machine.joining.join([false_room.address, room.address], room.announced, "")
    assert machine.until(JoinStage.COMPARING).code == room.hear()["code"]


def test_the_true_authority_shown_beside_a_false_certificate_never_pairs(
    open_lobby: Any, machine: Machine, tmp_path: Path
) -> None:
    room = open_lobby("true")
    claims = {"ca_pem": room.identity.ca_pem, "room_id": room.identity.room_id}
    false_room = open_lobby("false", pair_offer=claims)
    join(machine, false_room, room.announced)
    assert machine.until(JoinStage.FAILED).fault is JoinFault.FOREIGN_CERTIFICATE
    assert machine.memberships == []


def test_the_true_authority_with_a_false_one_behind_it_never_pairs(
    open_lobby: Any, machine: Machine, tmp_path: Path
) -> None:
    room = open_lobby("true")
    folder = tmp_path / "forger"
    folder.mkdir()
    forger = write_identity(folder, "Phòng false")
    both = {"ca_pem": room.identity.ca_pem + forger.ca_pem, "room_id": room.identity.room_id}
    false_room = open_lobby("false", pair_offer=both)
    join(machine, false_room, room.announced)
    assert machine.until(JoinStage.FAILED).fault is JoinFault.FOREIGN_CERTIFICATE


def test_a_room_that_calls_itself_another_than_was_chosen_never_pairs(open_lobby: Any, machine: Machine) -> None:
    room = open_lobby("true", pair_offer={"room_id": "rother"})
    join(machine, room, room.announced)
    assert machine.until(JoinStage.FAILED).fault is JoinFault.FOREIGN_CERTIFICATE  # it has no certificate of that name


def test_a_server_that_says_another_code_is_noticed_without_a_person(open_lobby: Any, machine: Machine) -> None:
    lobby = open_lobby("room", pair_reveal={"code": "000000"})
    join(machine, lobby, lobby.announced)
    assert machine.until(JoinStage.FAILED).fault is JoinFault.CODES_DIFFER


def test_nobody_at_the_address_is_said_so(machine: Machine, free_port: Callable[[], int]) -> None:
    machine.joining.join([f"127.0.0.1:{free_port()}", "not an address"], None, "")
    assert machine.until(JoinStage.FAILED).fault is JoinFault.NO_ANSWER


def test_giving_up_and_choosing_another_room_joins_only_the_second(open_lobby: Any, machine: Machine) -> None:
    first, second = open_lobby("one"), open_lobby("two")
    join(machine, first, first.announced)
    machine.until(JoinStage.COMPARING)
    join(machine, second, second.announced)
    console = second.hear()
    machine.until(JoinStage.COMPARING)
    machine.joining.equal()
    second.do("approve", pairing_id=console["pairing_id"])
    machine.until(JoinStage.JOINED)
    assert [membership.room_id for membership in machine.memberships] == [second.identity.room_id]
    assert first.machines() == []


# --- kits -------------------------------------------------------------------------------------------------------------


def test_a_kit_joins_without_anybody_comparing_anything(open_lobby: Any, machine: Machine) -> None:
    lobby = open_lobby()
    assert machine.joining.by_kit(lobby.kit, [], "E05") is None
    (membership,) = machine.memberships
    assert (membership.seat_label, membership.room_id) == ("E05", lobby.identity.room_id)
    assert membership.server_key == lobby.identity.server_key.hex()


def test_a_kit_is_never_shown_to_a_false_room(open_lobby: Any, machine: Machine) -> None:
    room, false_room = open_lobby("true"), open_lobby("false")
    room.process.kill()
    assert machine.joining.by_kit(room.kit, [false_room.address], "") is JoinFault.NO_ANSWER
    assert machine.memberships == []
    assert false_room.machines() == []


def test_a_kit_of_another_room_does_not_join_this_one(open_lobby: Any, machine: Machine) -> None:
    from dataclasses import replace

    room, other = open_lobby("one"), open_lobby("two")
    mixed = replace(room.kit, kit_id=other.kit.kit_id, secret=other.kit.secret)
    assert machine.joining.by_kit(mixed, [], "") is JoinFault.WRONG_KIT
    assert machine.memberships == []
