"""A lab nobody has configured: one switch, computers with link-local addresses only, and no way out.

Real server, real kiosks, real multicast, each on a computer of its own (a network namespace).
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from question_bank import canonical
from scripts import lan
from scripts.kiosk_process import KioskProcess, Player
from scripts.lab_kiosk import INSTALLED, LabKiosk
from scripts.lan import Lan
from server import certificates
from server.backup import code
from server.backup.keeping import Keeper
from server.backup.restoring import restore
from server.domain.rights import Role
from server.drill.prepared_room import SITTING_ID, SealedContest, hold_ceremony, make_room, open_room
from server.drill.room_process import OfficerAtServer, RoomProcess
from server.drill.virtual_parts import Sheet
from server.identity import CA_FILE, KEY_FILE, LEAF_FILE, LEAF_KEY_FILE, ROOM_FILE, RoomIdentity, load_identity
from server.protocol.service import ROOM_SERVICE, RoomNotice
from server.result.reading import verify_bundle
from server.result.receipts import Asked
from server.result.sources import sources
from server.result.writing import write_bundle
from server.store.heads_kept import read_heads
from server.store.journal import Journal
from server.store.officers import Officer
from server.store.verify import verify_file
from server.web import passwords

pytestmark = pytest.mark.root

PASSWORD = "mot mat khau dai"
HOUR_MS = 3_600_000
PORT, LOCAL_PORT = 8443, 18480
OFFICERS = (("giamthi", Role.PROCTOR), ("kythuat", Role.TECHNICAL))

# Announces a record as it is given, like anybody on the LAN can; runs until its standard input closes.
ANNOUNCE_ANYTHING = """
import json, sys, ifaddr
from zeroconf import IPVersion, ServiceInfo, Zeroconf
service, name, txt, port = json.loads(sys.stdin.readline())
own = [ip.ip[0] for a in ifaddr.get_adapters() for ip in a.ips if ip.is_IPv6 and ip.ip[0] != "::1"]
zeroconf = Zeroconf(ip_version=IPVersion.All)
info = ServiceInfo(service, f"{name}.{service}", port=port, properties=txt, server=f"{name}.local.", parsed_addresses=own)
zeroconf.register_service(info)
print("announced", flush=True)
sys.stdin.read()
zeroconf.close()
"""


@dataclass
class LabRoom:
    """A room served on a computer of the lab."""

    folder: Path
    sheets: list[Sheet]
    process: RoomProcess
    kit: Path

    @property
    def notice(self) -> RoomNotice:
        """What it announces."""
        identity = load_identity(self.folder)
        return RoomNotice(identity.room_id, identity.room_name, identity.ca_sha256.hex(), PORT)


class Lab:
    """The lab of one test: its computers, rooms and kiosks, all gone when the test ends."""

    def __init__(self, network: Lan, contest: SealedContest, folder: Path, stack: ExitStack) -> None:
        self.network = network
        self._contest = contest
        self._folder = folder
        self._stack = stack
        self.python = Path(sys.executable)  # what the programs run with; another once they are installed

    def install(self, wheelhouse: Path, computer: str) -> None:
        """Install from the wheelhouse on a computer of the lab, with what is on the stick and nothing else."""
        target = self._folder / "installed"
        command = self.network[computer].command("sh", str(wheelhouse / "install.sh"), str(target))
        subprocess.run(command, check=True, capture_output=True, cwd=self._folder)
        self.python = target / "bin" / "python"

    def room(self, computer: str, forge: RoomIdentity | None = None) -> LabRoom:
        """A room with its paper opened, three candidates, no machine of the lab paired, and a kit; served.

        `forge`: it takes the names of that room, under an authority and keys of its own.
        """
        folder = self._folder / f"room-{computer}"
        folder.mkdir()
        sheets = make_room(folder, self._contest, 3)
        if forge is not None:
            forge_identity(folder, forge)
        kit = self._folder / f"{computer}.kit"
        with open_room(folder) as room:
            hold_ceremony(room, self._contest)
            hashed = passwords.hash_password(PASSWORD)
            officers = [
                Officer(f"o-{name}", name, name, role, "Ban", hashed, False, 0, "cli") for name, role in OFFICERS
            ]
            room.store.officers.add(officers)
            kit.write_bytes(room.pairing.kits.make("o-kythuat", 3, HOUR_MS, [], PORT).to_bytes())
        process = self.serve(folder, computer)
        self._stack.callback(process.stop)
        process.start()
        return LabRoom(folder, sheets, process, kit)

    def serve(self, folder: Path, computer: str, local_port: int = LOCAL_PORT) -> RoomProcess:
        """A server for this folder on a computer of the lab, not started."""
        prefix = (*self.network[computer].prefix, *INSTALLED)
        return RoomProcess(folder, PORT, local_port, "--host", "::", prefix=prefix, python=str(self.python))

    def kiosk(self, computer: str, *arguments: str) -> LabKiosk:
        """A kiosk that has never been paired, started."""
        kiosk = LabKiosk(
            self.network[computer], self._folder / computer, *arguments, python=str(self.python), before=INSTALLED
        )
        self._stack.callback(kiosk.stop)
        kiosk.start()
        return kiosk

    def officer(self, computer: str, name: str, local_port: int = LOCAL_PORT) -> OfficerAtServer:
        """An officer at the server's own console."""
        self._stack.enter_context(lan.tunnel(self.network[computer], "127.0.0.1", local_port))
        officer = OfficerAtServer(local_port, name, PASSWORD)
        officer.sign_in()
        return officer

    def announce(self, computer: str, service: str, name: str, txt: dict[str, str]) -> None:
        """Somebody announces something."""
        command = self.network[computer].command(sys.executable, "-c", ANNOUNCE_ANYTHING)
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._stack.callback(process.wait)
        assert process.stdin is not None
        assert process.stdout is not None
        self._stack.callback(process.stdout.close)
        self._stack.callback(process.stdin.close)
        process.stdin.write(json.dumps([service, name, txt, PORT]) + "\n")
        process.stdin.flush()
        assert process.stdout.readline() == "announced\n"


@pytest.fixture
def make_lab(tmp_path: Path, contest: SealedContest) -> Iterator[Callable[..., Lab]]:
    """`make_lab("server", "k1", …, trap=False)`: computers on one switch; no address is configured without a trap."""
    with ExitStack() as stack:

        def make(*computers: str, trap: bool = False) -> Lab:
            network = stack.enter_context(lan.lan(computers, trap=trap))
            return Lab(network, contest, tmp_path, stack)

        yield make


def forge_identity(folder: Path, true: RoomIdentity) -> None:
    """Give the room in this folder the id, the name and the certificate names of another."""
    made = certificates.make(true.room_id, true.room_name)
    for name, data in ((CA_FILE, made.ca_pem), (LEAF_FILE, made.leaf_pem), (LEAF_KEY_FILE, made.leaf_key_pem)):
        (folder / name).write_bytes(data)
    for name, changes in ((ROOM_FILE, {"room_name": true.room_name}), (KEY_FILE, {})):
        value = json.loads((folder / name).read_bytes())
        (folder / name).write_bytes(canonical.encode({**value, **changes, "room_id": true.room_id}))


def listed(kiosk: KioskProcess) -> dict[str, Any]:
    """The rooms a kiosk lists, by room id."""
    return {room["room_id"].partition(".")[0]: room for room in kiosk.view()["rooms"]}


def choose(kiosk: KioskProcess, room_id: str) -> dict[str, Any]:
    """Choose a listed room on a kiosk: the view with the code."""
    kiosk.post("pair/choose", room_id=listed(kiosk)[room_id]["room_id"])
    return kiosk.wait_for("compare_code")


# --- finding ----------------------------------------------------------------------------------------------------------


def test_the_console_lists_unpaired_machines_and_they_list_the_room_within_five_seconds(
    make_lab: Callable[..., Lab], eventually: Callable[..., None]
) -> None:
    lab = make_lab("server", "k1", "k2", "k3")
    for host in lab.network.hosts.values():
        assert [address for address in host.addresses() if not ip_address(address).is_link_local] == []
    room = lab.room("server")
    technical = lab.officer("server", "kythuat")
    kiosks = {
        label: lab.kiosk(name, "--seat", label) for name, label in (("k1", "PC-1"), ("k2", "PC-2"), ("k3", "PC-3"))
    }

    def all_listed() -> bool:
        page = technical.request("GET", "/console/machines")
        return page.status == 200 and all(label in page.body for label in kiosks)

    eventually(all_listed, within_s=5, what="three machines being listed")
    for kiosk in kiosks.values():
        eventually(
            lambda kiosk=kiosk: list(listed(kiosk)) == [room.notice.room_id],
            within_s=5,
            what="the room being listed",
        )
        assert kiosk.view()["screen"] in ("searching", "choose_room")
    assert lab.network.astray() == {}


# --- a whole exam -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("trap", [False, True], ids=["no-address-no-route", "with-a-route-to-count-by"])
def test_a_whole_exam_runs_and_nothing_leaves_the_lan(
    make_lab: Callable[..., Lab], eventually: Callable[..., None], trap: bool
) -> None:
    hold_exam(make_lab("server", "k1", "k2", "k3", trap=trap), eventually)


@pytest.mark.soak
def test_a_room_installed_from_the_wheelhouse_on_a_computer_without_a_network_holds_a_whole_exam(
    make_lab: Callable[..., Lab], eventually: Callable[..., None], tmp_path: Path, repository: Path
) -> None:
    house = tmp_path / "wheelhouse"
    gather = [sys.executable, "scripts/wheelhouse.py", "--to", str(house)]
    subprocess.run(gather, check=True, capture_output=True, cwd=repository)
    lab = make_lab("server", "k1", "k2", "k3")
    lab.install(house, "server")
    where = [str(lab.python), "-P", "-c", "import server, client_kiosk; print(server.__file__, client_kiosk.__file__)"]
    for file in subprocess.run(where, check=True, capture_output=True, text=True).stdout.split():
        assert Path(file).is_relative_to(lab.python.parent.parent)
    hold_exam(lab, eventually)


def hold_exam(lab: Lab, eventually: Callable[..., None]) -> None:
    """From unpaired machines with a kit to results, with the journal verified and the packet counters read."""
    room = lab.room("server")
    kiosks = [lab.kiosk(f"k{n}", "--seat", f"A0{n}", "--kit", str(room.kit)) for n in (1, 2, 3)]
    players = [Player(kiosk, sheet.sbd, sheet.code) for kiosk, sheet in zip(kiosks, room.sheets, strict=True)]
    for player in players:
        player.arrive()
    proctor = lab.officer("server", "giamthi")
    proctor.order("start", part=0, who=None)
    for player in players:
        player.read_paper()
        for number in range(1, len(player.items) + 1):
            assert player.choose(number, [1])
        view = player.submit()
        assert view["submitted"]["answered"] == len(player.items)
        eventually(lambda kiosk=player.kiosk: kiosk.view()["result"] is not None, what="the result")
    assert lab.network["k1"].sent() > 0
    assert lab.network.astray() == {}
    room.process.stop()
    report = verify_file(room.folder / "sittings" / f"{SITTING_ID}.journal.sqlite")
    assert report.ok, report.problems


# --- attacks ----------------------------------------------------------------------------------------------------------


def test_two_rooms_are_both_listed_and_an_unpaired_machine_joins_neither(
    make_lab: Callable[..., Lab], eventually: Callable[..., None]
) -> None:
    lab = make_lab("one", "two", "k1")
    rooms = [lab.room("one"), lab.room("two")]
    kiosk = lab.kiosk("k1")
    both = {room.notice.room_id for room in rooms}
    eventually(lambda: set(listed(kiosk)) == both, what="both rooms being listed")
    fingerprints = {one["fingerprint"] for one in kiosk.view()["rooms"]}
    assert len(fingerprints) == 2
    assert kiosk.view()["screen"] == "choose_room"
    assert not (kiosk.folder / "kiosk.json").exists()


def test_a_copied_announcement_leads_nobody_astray(
    make_lab: Callable[..., Lab], eventually: Callable[..., None]
) -> None:
    """Another server announces the room's own record, word for word, under a name that is heard first."""
    lab = make_lab("server", "false", "k1")
    room = lab.room("server")
    false_room = lab.room("false")
    lab.announce("false", ROOM_SERVICE, "a-copy", room.notice.txt())
    kiosk = lab.kiosk("k1")
    room_id = room.notice.room_id
    eventually(
        lambda: room_id in listed(kiosk) and len(listed(kiosk)[room_id]["addresses"]) == 2,
        what="the copy being heard beside the room",
    )
    view = choose(kiosk, room_id)
    technical = lab.officer("server", "kythuat")
    code = f"{view['code'][:3]} {view['code'][3:]}"
    assert code in technical.request("GET", "/console/machines").body
    false_room.process.stop()
    with open_room(false_room.folder) as opened:
        assert all(machine.build == "bench" for machine in opened.pairing.machines())  # none of the lab's


def test_a_forged_certificate_of_the_same_names_is_listed_apart_and_its_code_is_on_no_console(
    make_lab: Callable[..., Lab], eventually: Callable[..., None]
) -> None:
    """Our own server with a forged authority: whoever chooses it sees a code that the true console does not show."""
    lab = make_lab("server", "false", "k1")
    room = lab.room("server")
    lab.room("false", forge=load_identity(room.folder))
    kiosk = lab.kiosk("k1")
    eventually(lambda: len(kiosk.view()["rooms"]) == 2, what="both being listed")
    rooms = kiosk.view()["rooms"]
    assert {one["name"] for one in rooms} == {room.notice.room_name}
    assert len({one["fingerprint"] for one in rooms}) == 2
    forged = next(one for one in rooms if not one["room_id"].endswith(room.notice.ca_sha256[:16]))
    kiosk.post("pair/choose", room_id=forged["room_id"])
    code = kiosk.wait_for("compare_code")["code"]
    technical = lab.officer("server", "kythuat")
    assert f"{code[:3]} {code[3:]}" not in technical.request("GET", "/console/machines").body
    kiosk.post("pair/cancel")
    eventually(lambda: kiosk.view()["screen"] == "choose_room", what="the choice again")
    assert not (kiosk.folder / "kiosk.json").exists()


def test_a_paired_kiosk_finds_its_server_again_at_another_computer(
    make_lab: Callable[..., Lab], eventually: Callable[..., None]
) -> None:
    """The room's folder moves to a spare computer with another address: its kiosks follow, because it is the same room."""
    lab = make_lab("server", "spare", "k1")
    room = lab.room("server")
    kiosk = lab.kiosk("k1", "--kit", str(room.kit))
    kiosk.wait_for("sign_in")
    assert room.process.stop() == 0
    moved = lab.serve(room.folder, "spare")
    try:
        moved.start()
        eventually(lambda: kiosk.view()["connected"], within_s=30, what="the kiosk being connected again")
    finally:
        moved.stop()


def saved_at(folder: Path, seat: str) -> int:
    """How many answers of a seat the sitting's journal holds, beside its server."""
    with Journal.open_to_read(folder / "sittings" / f"{SITTING_ID}.journal.sqlite") as journal:
        records = journal.read()
    bodies = [json.loads(one.body or "{}") for one in records if one.kind == "candidate_seated/1"]
    attempts = {one["attempt_id"] for one in bodies if one["seat_label"] == seat}
    return sum(
        json.loads(one.body or "{}")["attempt_id"] in attempts for one in records if one.kind == "response_saved/1"
    )


def test_a_room_put_back_from_a_stick_on_another_computer_goes_on_and_loses_nothing(
    make_lab: Callable[..., Lab], tmp_path: Path, eventually: Callable[..., None]
) -> None:
    """The server dies for good in the middle of the exam, minutes after the last backup.

    Answers, a submission with its receipt, and the start of a late-comer (in the seat's sheet) are on the kiosks alone.
    """
    lab = make_lab("server", "spare", "k1", "k2", "k3")
    room, halves, stick = lab.room("server"), (code.new_half(), code.new_half()), tmp_path / "stick"
    kiosks = [lab.kiosk(f"k{n}", "--seat", f"A0{n}", "--kit", str(room.kit)) for n in (1, 2, 3)]
    players = [Player(kiosk, sheet.sbd, sheet.code) for kiosk, sheet in zip(kiosks, room.sheets, strict=True)]
    for player in players[:2]:
        player.arrive()
    proctor = lab.officer("server", "giamthi")
    proctor.order("start", part=0, who=None)
    for player in players[:2]:
        player.read_paper()
        assert player.choose(1, [1])
    players[2].arrive()  # late

    code.keep_recipient(room.folder, halves)
    stick.mkdir()
    assert not Keeper(room.folder, stick).once().fault

    assert all(players[0].choose(number, [1]) for number in (2, 3))
    assert players[1].choose(2, [1])
    receipt = players[1].submit()["submitted"]["receipt"]
    proctor.order("start", part=0, who=None)
    players[2].read_paper()
    assert players[2].choose(1, [1])
    eventually(lambda: kiosks[2].view()["saved"]["state"] == "server", what="the late-comer's answer")
    eventually(lambda: kiosks[0].view()["saved"]["state"] == "server", what="everything being acknowledged")

    room.process.kill()
    lab.network["server"].down()
    assert players[0].choose(4, [1]), "the exam goes on without a server"
    new = tmp_path / "room-put-back"
    restore(stick, code.identity(halves), new)
    spare = lab.serve(new, "spare", LOCAL_PORT + 1)
    try:
        spare.start()
        for kiosk in kiosks:
            eventually(lambda kiosk=kiosk: kiosk.view()["connected"], within_s=40, what="the room being found again")
        lab.network["server"].up()
        eventually(lambda: kiosks[0].view()["saved"]["state"] == "server", what="everything being brought back")
        assert players[0].choose(5, [1])
        at_spare = lab.officer("spare", "giamthi", LOCAL_PORT + 1)
        eventually(lambda: saved_at(new, "A03") == 1, within_s=30, what="the late-comer's start and answer again")
        eventually(lambda: saved_at(new, "A01") == 5, what="the newest answer")
        at_spare.order("close_part", part=0, reason="Hết giờ")
        at_spare.order("close_sitting", reason="Hết giờ")
    finally:
        spare.stop()
    with open_room(new) as after:
        assert after.sitting is not None
        attempts = {one.seat.seat_label: one.parts[0] for one in after.sitting.state.attempts.values()}
        assert {seat: part.answered for seat, part in attempts.items()} == {"A01": 5, "A02": 2, "A03": 1}
        assert not any(part.late for part in attempts.values())
        finish = attempts["A02"].finish
        assert finish is not None
        assert (finish.receipt, finish.forced) == (receipt, False)
        found = sources(new, after.identity, after.store)
    report = write_bundle(found, tmp_path / "after.result")
    assert report.ok
    heads = [tmp_path / f"heads{n}.json" for n in range(3)]
    for path, kiosk in zip(heads, kiosks, strict=True):
        told = [sys.executable, "-m", "client_kiosk.cli", "heads", "--dir", str(kiosk.folder), "--json"]
        path.write_bytes(subprocess.run(told, check=True, capture_output=True).stdout)
    asked = [Asked(receipt, room.sheets[1].sbd)]
    checked = verify_bundle(tmp_path / "after.result", asked=asked, kept=read_heads(heads))
    assert checked.problems == ()
    assert checked.told["heads"] == {"compared": 3, "found": 3, "in_branches": 0, "others": 0}


def test_a_pulled_cable_is_noticed_and_mended(make_lab: Callable[..., Lab], eventually: Callable[..., None]) -> None:
    lab = make_lab("server", "k1")
    room = lab.room("server")
    kiosk = lab.kiosk("k1", "--kit", str(room.kit))
    kiosk.wait_for("sign_in")
    eventually(lambda: kiosk.view()["connected"], what="the kiosk being connected")
    lab.network["k1"].down()
    eventually(lambda: not kiosk.view()["connected"], within_s=30, what="the loss being noticed")
    lab.network["k1"].up()
    eventually(lambda: kiosk.view()["connected"], within_s=30, what="the kiosk being connected again")
