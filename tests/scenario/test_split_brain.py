"""Two servers that cannot hear each other, each seen by some machines: one history goes on, and nothing of the other is lost."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scripts import check_demo, lan
from scripts.kiosk_process import Player
from scripts.lab_kiosk import LabKiosk
from scripts.lan import Lan
from scripts.scene import pair
from server.drill.check_journal import missing, other_records
from server.drill.check_logs import read_branches
from server.drill.officers import PROCTOR, add_officers
from server.drill.prepared_room import SITTING_ID, SealedContest, hold_ceremony, make_room, open_room
from server.drill.room_process import OfficerAtServer, RoomProcess
from server.drill.standby_process import StandbyProcess
from server.drill.virtual_parts import Sheet
from server.identity import load_identity
from server.store.verify import verify_file

pytestmark = pytest.mark.root

PASSWORD = "mot mat khau dai"
FIRST, SECOND = "first", "second"
OLD_SIDE, NEW_SIDE = ("k1", "k2", "k5"), ("k3", "k4")  # which machines still see which server while the room is split
PORT = 8443
FIVE_MINUTES_MS = 300_000
PATIENCE_S = 60.0


def soon(predicate: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not predicate():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


@dataclass
class Split:
    """One room, two servers, five machines, each on a computer of its own; `cut` and `heal` what lies between."""

    folder: Path
    network: Lan
    sheets: list[Sheet]
    first: RoomProcess
    second: StandbyProcess
    kiosks: dict[str, LabKiosk]
    stack: ExitStack

    @classmethod
    def made(cls, folder: Path, contest: SealedContest, ports: Callable[[], int], stack: ExitStack) -> Split:
        """Served, with the standby in step, and every machine on the line."""
        network = stack.enter_context(lan.lan((FIRST, SECOND, *OLD_SIDE, *NEW_SIDE)))
        room = folder / "room"
        room.mkdir()
        sheets = make_room(room, contest, 5)
        with open_room(room) as opened:
            hold_ceremony(opened, contest, marking=False)
            add_officers(opened, PASSWORD)
        here, there = network[FIRST].address(), network[SECOND].address()
        first = RoomProcess(
            room,
            PORT,
            ports(),
            "--host",
            here,
            "--no-discovery",
            prefix=network[FIRST].prefix,
            log=folder / "first.log",
        )
        second = StandbyProcess(
            folder / "second", room, f"{here}:{PORT}", "--host", there, "--no-discovery", prefix=network[SECOND].prefix,
            log=folder / "second.log",
        )  # fmt: skip
        made = cls(folder, network, sheets, first, second, {}, stack)
        stack.callback(first.stop)
        first.start()
        stack.callback(second.stop)
        second.start()
        for host, server in ((FIRST, first), (SECOND, second)):
            stack.enter_context(lan.tunnel(network[host], "127.0.0.1", server.local_port))
        for n, name in enumerate(sorted((*OLD_SIDE, *NEW_SIDE))):
            made.kiosks[name] = made._kiosk(n, name, f"{here}:{PORT}")
        soon(lambda: "standby_rejoined/1" in made.kinds(room), "the standby being in step")
        return made

    def _kiosk(self, n: int, name: str, at: str) -> LabKiosk:
        folder = self.folder / name
        pair(folder, self.sheets[n], load_identity(self.first.folder), at)
        self.network[name].address()
        log = self.folder / f"acks-{name}.jsonl"
        words = ("--no-search", "--address", at, "--ack-log", str(log))
        kiosk = LabKiosk(self.network[name], folder, *words)
        self.stack.callback(kiosk.stop)
        kiosk.launch()
        return kiosk

    def player(self, n: int, machine: str) -> Player:
        """The n-th candidate, from 0, at a machine."""
        return Player(self.kiosks[machine], self.sheets[n].sbd, self.sheets[n].code)

    def officer(self, server: RoomProcess, name: str = PROCTOR) -> OfficerAtServer:
        """An officer at a server's own console."""
        found = OfficerAtServer(server.local_port, name, PASSWORD)
        found.sign_in()
        return found

    def cut(self) -> None:
        """The two servers do not hear each other, and each machine hears one of them."""
        apart = [(FIRST, SECOND), *((name, SECOND) for name in OLD_SIDE), *((name, FIRST) for name in NEW_SIDE)]
        rules: dict[str, list[str]] = {}
        for one, other in apart:
            rules.setdefault(one, []).append(self.network[other].address())
            rules.setdefault(other, []).append(self.network[one].address())
        for name, sources in rules.items():
            for source in sources:
                self.network[name].drop(source)

    def heal(self) -> None:
        """Everybody hears everybody again."""
        for host in self.network.hosts.values():
            host.take()

    # --- looking ---

    @staticmethod
    def journal(folder: Path) -> Path:
        return folder / "sittings" / f"{SITTING_ID}.journal.sqlite"

    def rows(self, folder: Path, columns: str) -> list[tuple[Any, ...]]:
        """The sitting's records in a server's folder, oldest first."""
        with closing(sqlite3.connect(f"{self.journal(folder).as_uri()}?mode=ro", uri=True)) as journal:
            return journal.execute(f"SELECT {columns} FROM journal ORDER BY seq").fetchall()

    def kinds(self, folder: Path) -> list[str]:
        return [row[0] for row in self.rows(folder, "kind")]

    def events(self, folder: Path, kind: str) -> list[dict[str, Any]]:
        return [json.loads(body) for (one, body) in self.rows(folder, "kind, body") if one == kind]


@pytest.fixture
def split(tmp_path: Path, contest: SealedContest, free_port: Callable[[], int]) -> Iterator[Split]:
    with ExitStack() as stack:
        yield Split.made(tmp_path, contest, free_port, stack)


def stored(player: Player) -> bool:
    view = player.kiosk.view()
    return bool(view["connected"]) and view["saved"]["pending"] == 0


def chosen(player: Player, number: int, option: int) -> dict[str, list[str]]:
    """What the journal holds when that option, as shown there, was clicked."""
    return {"options": [player.items[number - 1]["view"]["options"][option - 1]["option_id"]]}


def test_a_split_room_becomes_one_again_and_nothing_acknowledged_on_either_side_is_lost(split: Split) -> None:
    old, new = split.first, split.second
    for kiosk in split.kiosks.values():
        kiosk.enter()
    # Candidates 1 and 2 sit where the first server is seen, 3 where the second is; two machines are spare.
    ann, binh, chi = split.player(0, "k1"), split.player(1, "k2"), split.player(2, "k3")
    for player in (ann, binh, chi):
        player.arrive()
    proctor = split.officer(old)
    began = time.monotonic()
    proctor.order("start", part=0, who=None)
    started = time.monotonic()
    duration_ms = 2_700_000
    for player in (ann, binh, chi):
        player.read_paper()
        assert player.choose(1, [1])
    soon(lambda: all(stored(one) for one in (ann, binh, chi)), "the first answers")
    assert split.kinds(new.folder) == split.kinds(old.folder)

    split.cut()
    soon(lambda: not chi.kiosk.view()["connected"], "the machine noticing that its server is silent")
    assert chi.choose(2, [1]), "the exam goes on without a server"
    waiting = new.wait_for(lambda news: news["promised"] == 1)
    assert not waiting["offers"], "one of three is no majority"
    assert new.promote(PROCTOR, PASSWORD), "without a majority nobody takes over for no reason"
    assert new.promote(PROCTOR, PASSWORD, "the room is cut in two") == ""
    soon(lambda: stored(chi), "the new side going on")
    soon(lambda: "standby_lost/1" in split.kinds(old.folder), "the old side going on alone")

    # The old side, with its officer and two candidates who know of nothing; the second one goes to another seat there.
    assert ann.choose(2, [1])
    assert binh.choose(2, [1])
    attempts = {body["kiosk_id"]: body["attempt_id"] for body in split.events(old.folder, "candidate_seated/1")}
    whose = attempts[split.sheets[0].kiosk_id]
    proctor.order("extend", who=[whose], ms=FIVE_MINUTES_MS, reason="fan fell down", cause="equipment")
    soon(lambda: all(stored(one) for one in (ann, binh)), "the old side's answers")
    at_old_seat = split.player(1, "k5")
    at_old_seat.arrive()
    at_old_seat.read_paper()
    assert at_old_seat.choose(3, [1])
    receipt_there = at_old_seat.submit()["submitted"]["receipt"]
    # The same candidate's slip is used on the new side too, at a seat where the second server is seen.
    at_new_seat = split.player(1, "k4")
    at_new_seat.arrive()
    at_new_seat.read_paper()
    assert at_new_seat.choose(3, [2])
    assert at_new_seat.choose(1, [2])
    soon(lambda: stored(at_new_seat) and stored(at_old_seat), "both seats")
    alone = split.rows(old.folder, "hash")

    split.heal()
    soon(lambda: json.loads((old.folder / "role.json").read_bytes())["role"] == "standby", "the old primary following")
    soon(lambda: "branch_kept/1" in split.kinds(new.folder), "the branch being taken in")
    soon(lambda: split.rows(old.folder, "hash") == split.rows(new.folder, "hash"), "one history")
    for player in (ann, chi, at_new_seat):
        assert player.choose(4, [1])
    soon(lambda: all(stored(one) for one in (ann, chi, at_new_seat)), "everybody at the one primary")
    for player in (ann, chi, at_new_seat):
        gone = [(time.monotonic() - moment) * 1000 for moment in (started, began)]
        left = player.kiosk.view()["clock"]["remaining_ms"]
        assert duration_ms - gone[1] - 1000 < left < duration_ms - gone[0] + 1000, (
            "an order of the lost side is not applied"
        )

    assert proctor.request("GET", "/console").status == 404, "it is read-only: nobody orders anything there"

    whole_and_signed(split, alone)
    every_record_came_in_again(split)
    two_values_wait_for_an_official(split, attempts[split.sheets[1].kiosk_id], at_old_seat, at_new_seat)
    the_order_is_presented(split, whose)
    end(split)
    counted_by_others(split, receipt_there, at_new_seat)


def branch_of(folder: Path) -> Path:
    (path,) = (folder / "branches").glob("sittings.*.branch")
    return path


def whole_and_signed(split: Split, alone: list[tuple[bytes]]) -> None:
    """Both servers have the branch: everything the old primary had alone, under the room's signature."""
    kept = [branch_of(server.folder) for server in (split.first, split.second)]
    assert kept[0].read_bytes() == kept[1].read_bytes()
    body, _, last = kept[0].read_bytes().rstrip(b"\n").rpartition(b"\n")
    signature = bytes.fromhex(json.loads(last)["signature"])
    key = load_identity(split.second.folder).signing_key.public_key()
    key.verify(signature, hashlib.sha256(body + b"\n").digest())
    first, *records = [json.loads(line) for line in body.splitlines()]
    hashes = [bytes.fromhex(one["hash"]) for one in records]
    assert hashes[: len(alone) - first["from_seq"]] == [row[0] for row in alone[first["from_seq"] :]]
    (aside,) = (split.first.folder / "branches").glob("*.journal.sqlite")
    report = verify_file(aside)
    assert report.problems == ()
    assert report.head.hash.hex() == first["to_hash"]


def every_record_came_in_again(split: Split) -> None:
    """As events that name where they were: epoch, number, hash."""
    branch = {(one["epoch"], one["seq"], one["hash"]): one["kind"] for one in _records(branch_of(split.second.folder))}
    named = {(one["epoch"], one["seq"], one["hash"]) for one in split.events(split.second.folder, "record_recovered/1")}
    assert named <= branch.keys()
    answers = {key for key, kind in branch.items() if kind in ("response_saved/1", "seat_submitted/1")}
    assert len(answers) >= 4
    assert answers <= named


def _records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()[1:-1]]


def two_values_wait_for_an_official(split: Split, attempt_id: str, there: Player, here: Player) -> None:
    late = split.events(split.second.folder, "late_recorded/1")
    other = [one for one in late if one["why"] == "other_branch"]
    assert {one["attempt_id"] for one in late} == {attempt_id}
    assert [one["response"] for one in other if one["item_id"]] == [chosen(there, 3, 1)]
    counting = [one["response"] for one in split.events(split.second.folder, "response_saved/1") if
                one["attempt_id"] == attempt_id and one["generation"] == 2]  # fmt: skip
    assert chosen(here, 3, 2) in counting
    secretary = split.officer(split.second, "thuky")
    assert split.officer(split.second).request("GET", "/late").status == 403, "who keeps the clock does not decide"
    assert "máy chủ kia" in secretary.request("GET", "/late").body
    answer = secretary.press("/late", "/late", act="refuse_all", reason="the seat the candidate went on at counts")
    assert answer.status == 303, answer.body


def the_order_is_presented(split: Split, attempt_id: str) -> None:
    """On the page of the servers, until somebody has looked at it."""
    orders = split.events(split.second.folder, "branch_order_kept/1")
    (given,) = [one for one in orders if one["attempt_id"] == attempt_id]
    assert given["ordered"] == "time_extended/1"
    assert not split.events(split.second.folder, "time_extended/1")
    proctor = split.officer(split.second)
    assert given["hash"] in proctor.request("GET", "/servers").body
    for one in orders:
        done = proctor.press("/servers", "/servers/order", hash=one["hash"], act="let_be", reason="already made good")
        assert done.status == 303
    assert given["hash"] not in proctor.request("GET", "/servers").body


def end(split: Split) -> None:
    proctor = split.officer(split.second)
    proctor.order("close_part", part=0, reason="Hết giờ")
    proctor.order("close_sitting", reason="a machine is broken")
    soon(lambda: split.rows(split.first.folder, "hash") == split.rows(split.second.folder, "hash"), "the same end")


def counted_by_others(split: Split, receipt_there: str, here: Player) -> None:
    """The checker that knows nothing of the product, and the checks that need neither server nor network."""
    acks = check_demo.read_acks(sorted(split.folder.glob("acks-*.jsonl")))
    assert len([one for one in acks if one.is_answer]) >= 10
    with closing(sqlite3.connect(f"{split.journal(split.second.folder).as_uri()}?mode=ro", uri=True)) as journal:
        rows = check_demo.read_rows(journal)
    branches = read_branches(branch_of(split.second.folder))
    assert len(branches) == 1
    assert missing(acks, rows, branches) == {}
    assert other_records(acks, rows, branches) == []
    assert missing(acks, rows), "without the branch the promises of the old side would be broken"
    twice = [
        ref
        for ref, found in rows.items()
        if sum(row.kind in ("response_saved/1", "late_recorded/1") for row in found) > 1
    ]
    assert twice == []

    bundle = split.folder / "sitting.result"
    told("result", "export", str(split.second.folder), str(bundle))
    sheets = split.sheets
    heads = []
    for name in ("k5", "k4"):  # acknowledged to by the one server, and by the other
        heads.append(split.folder / f"heads-{name}.json")
        command = [sys.executable, "-m", "client_kiosk.cli", "heads", "--dir", str(split.folder / name), "--json"]
        heads[-1].write_bytes(subprocess.run(command, check=True, capture_output=True).stdout)
    receipt_here = here.kiosk.view()["submitted"]["receipt"]
    assert receipt_here != receipt_there
    asked = [word for code in (receipt_there, receipt_here) for word in ("--receipt", code, "--sbd", sheets[1].sbd)]
    checked = json.loads(
        told("verify", "result", str(bundle), *asked, *(w for path in heads for w in ("--heads", str(path))), "--json")
    )
    assert checked["ok"], checked["problems"]
    assert len(checked["receipts"]) == 2
    assert checked["heads"]["others"] == 0
    told("verify", "journal", str(split.second.folder))


def told(*words: str) -> str:
    """What the server's program prints; it must be content."""
    done = subprocess.run(
        [sys.executable, "-m", "server.cli", "--lang", "en", *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
