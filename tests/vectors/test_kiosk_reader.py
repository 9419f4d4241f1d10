"""The kiosk gives every vector its verdict: fetched over TLS from a room that offers it, checked, opened in memory."""

from __future__ import annotations

import hashlib
import itertools
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

import pytest

from client_kiosk import stager
from client_kiosk.config import KioskFolder, Membership
from client_kiosk.kiosk import Kiosk
from client_kiosk.online import Online
from client_kiosk.stager import Stager
from client_kiosk.tls import Address
from question_bank.outline import outline
from question_bank.sealed import Package, SealError
from question_bank.sealed_keys import PublicKey
from server.identity import RoomIdentity, write_identity
from server.protocol.messages import Staged
from server.protocol.situation import Order, PackageOffer, Paper, Situation, Stage

Vector = dict[str, Any]
TOKEN = "bearer"
# Where a kiosk looks earlier than the library: a file of no bytes is refused before it is asked for. It never sees the
# other members open, and does not know the time.
EARLIER = {"not_a_package_empty.exam": "too_large"}


class Depot(ThreadingHTTPServer):
    """Gives out one file over TLS, in the ranges asked for, and counts how often it was asked for."""

    daemon_threads = True

    def __init__(self, identity: RoomIdentity) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.socket = identity.tls_context().wrap_socket(self.socket, server_side=True)
        self.identity = identity
        self.content = b""
        self.asked = 0


class _Request(BaseHTTPRequestHandler):
    server: Depot

    def do_GET(self) -> None:
        """The file from the byte asked for."""
        assert self.headers["Authorization"] == f"Bearer {TOKEN}"
        self.server.asked += 1
        start = int(str(self.headers["Range"]).removeprefix("bytes=").rstrip("-"))
        self.send_response(206)
        self.end_headers()
        self.wfile.write(self.server.content[start:])

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Say nothing."""


class Line:
    """What the stager needs of the live line: where to fetch, and somewhere to tell how it went."""

    def __init__(self, depot: Depot) -> None:
        self._depot = depot
        self.looks = 0
        self.told: list[Staged] = []
        self.news = threading.Event()

    def download(self) -> tuple[Address, str]:
        """The depot, and the token that it takes."""
        self.looks += 1
        return Address("127.0.0.1", self._depot.server_port), TOKEN

    def tell(self, event: str, message: Staged) -> None:
        """Remember the report."""
        assert event == "staged"
        self.told.append(message)
        if message.verified or message.fault is not None:
            self.news.set()

    def next(self) -> Staged:
        """Wait for the next report that is not one of progress."""
        assert self.news.wait(30), "the kiosk reported nothing"
        self.news.clear()
        return self.told[-1]


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> RoomIdentity:
    """A room's certificates, made once."""
    return write_identity(tmp_path_factory.mktemp("identity"), "Phòng thử")


@pytest.fixture
def depot(identity: RoomIdentity) -> Iterator[Depot]:
    with Depot(identity) as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield made
        made.shutdown()
        thread.join()


@pytest.fixture
def line(depot: Depot) -> Line:
    return Line(depot)


@pytest.fixture
def machine(
    depot: Depot, line: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], Kiosk]]:
    """`machine(version)`: a paired kiosk whose stager runs."""
    monkeypatch.setattr(stager, "_LOOK_S", 0.01)
    with ExitStack() as stack:

        def make(version: str) -> Kiosk:
            folder = KioskFolder(tmp_path / "kiosk")
            room = depot.identity
            folder.join(Membership(room.room_id, room.room_name, "k1", "A01", room.ca_pem, "00", ("127.0.0.1:1",)))
            kiosk = Kiosk(folder, version, itertools.count(0, 60_000).__next__)
            stack.callback(kiosk.close)
            kiosk.update(lambda state: replace(state, online=True))
            stack.enter_context(_staging(kiosk, line))
            return kiosk

        yield make


@contextmanager
def _staging(kiosk: Kiosk, line: Line) -> Iterator[None]:
    running = Stager(kiosk, cast("Online", line))
    running.start()
    try:
        yield
    finally:
        running.stop()


@pytest.fixture
def offer(depot: Depot, files: Path, verdicts: dict[str, Any]) -> Callable[[str], Situation]:
    """`offer(file)`: the depot holds this vector, and the situation says so, with its true digest."""
    signer = PublicKey(bytes.fromhex(verdicts["signer"]), "Ban Đề thi").line().strip()

    def make(name: str) -> Situation:
        depot.content = (files / name).read_bytes()
        sha256 = hashlib.sha256(depot.content).hexdigest()
        offered = PackageOffer(verdicts["package_id"], len(depot.content), sha256, "/kiosk/package/it")
        return Situation(0, 1, "Phòng thử", "A01", None, Stage(signer, (offered,)), None, (), ())

    return make


@pytest.fixture(scope="session")
def papers(files: Path, verdicts: dict[str, Any]) -> dict[str, Paper]:
    """What a room sends with each section of the vectors' form: an order of all its items, and its identity."""
    package, found = Package.open_file(files / "good.exam", None, None), {}
    for part, (section_id, identity) in enumerate(verdicts["identities"]["sections"].items()):
        document = json.loads(package.candidate(section_id, identity).data)
        options = {item.item_id: item.option_ids for item in outline(document).items}
        order = Order(tuple(options), MappingProxyType(options))
        package_id, form_id = verdicts["package_id"], document["form_id"]
        found[section_id] = Paper(f"a{part}", part, package_id, section_id, form_id, identity, order, {}, ())
    return found


def opened(kiosk: Kiosk, papers: dict[str, Paper], identities: dict[str, str]) -> str:
    """The verdict on the sections, each opened as when a candidate's part begins."""
    for section_id, paper in papers.items():
        kiosk.got_paper(replace(paper, identity=identities[section_id]))
        notice = kiosk.state.notice
        if notice is not None:
            assert notice.code == "paper_fault"
            assert kiosk.paper is None
            return notice.detail.partition(":")[0]
        assert kiosk.paper is not None
        assert len(kiosk.paper.items) == {"sabcde": 14, "sfghij": 3}[section_id]
        kiosk.update(lambda state: replace(state, notice=None))
        for sha256 in kiosk.paper.media.names:  # as when the page asks for its pictures
            try:
                kiosk.paper.media.read(sha256)
            except SealError as error:
                return error.code.value
    return "ok"


def test_a_kiosk_gives_the_verdict_and_keeps_nothing_bad(
    vector: Vector, verdicts: dict[str, Any], papers: dict[str, Paper], line: Line,
    machine: Callable[[str], Kiosk], offer: Callable[[str], Situation],
) -> None:  # fmt: skip
    kiosk = machine(vector.get("room_version", verdicts["room_version"]))
    kiosk.heard(offer(vector["file"]))
    told = line.next()
    kept = [path.name for path in kiosk.folder.packages.glob("*")]
    verdict = vector["verdict"]
    if vector["at"] in ("open", "verify"):
        assert (told.verified, told.fault) == (False, EARLIER.get(vector["file"], verdict))
        assert kept == []
        return
    assert (told.verified, told.fault) == (True, None)
    assert kept == [f"{verdicts['package_id']}.exam"]
    looked_at = vector["at"] == "candidate"
    identities = {**verdicts["identities"]["sections"], **vector.get("identities", {}).get("sections", {})}
    assert opened(kiosk, papers, identities) == (verdict if looked_at else "ok")


def test_a_refused_package_is_not_fetched_again_on_the_same_line_and_its_right_copy_is(
    verdicts: dict[str, Any], line: Line, depot: Depot, machine: Callable[[str], Kiosk],
    offer: Callable[[str], Situation], eventually: Callable[..., None],
) -> None:  # fmt: skip
    """Three hundred machines must not fetch half a gigabyte over and over because one file is bad."""
    kiosk = machine(verdicts["room_version"])
    kiosk.heard(offer("wrong_digest_marking_6.exam"))
    assert line.next().fault == "wrong_digest"
    looks = line.looks
    eventually(lambda: line.looks > looks + 20, what="twenty more looks, a minute of the machine's clock apart")
    assert depot.asked == 1
    kiosk.heard(offer("good.exam"))
    assert line.next() == Staged(verdicts["package_id"], len(depot.content), True, None)
    assert depot.asked == 2


def test_a_package_sealed_again_under_its_name_takes_the_place_of_the_first(
    verdicts: dict[str, Any], line: Line, depot: Depot, machine: Callable[[str], Kiosk],
    offer: Callable[[str], Situation],
) -> None:  # fmt: skip
    kiosk = machine(verdicts["room_version"])
    for name in ("good.exam", "good_no_date.exam"):
        kiosk.heard(offer(name))
        assert line.next().verified
        assert [path.read_bytes() for path in kiosk.folder.packages.iterdir()] == [depot.content]
