"""Fetching a sealed package: in pieces, resumed, and only ever kept whole and right."""

from __future__ import annotations

import hashlib
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from client_kiosk import staging
from client_kiosk.errors import LinkError
from client_kiosk.staging import CHUNK_BYTES, Source, StagingError, StagingFault, Wanted, fetch
from client_kiosk.tls import Address

CONTENT = bytes(range(256)) * (3 * CHUNK_BYTES // 256) + b"the end"
WANTED = Wanted("p1", len(CONTENT), hashlib.sha256(CONTENT).hexdigest(), "/kiosk/package/p1")


class Server(ThreadingHTTPServer):
    """Answers with these statuses first, then with the range that was asked for, cut after `most` bytes."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.statuses: list[int] = []
        self.content = CONTENT
        self.most = len(CONTENT)
        self.asked: list[tuple[str | None, str | None]] = []


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Server

    def do_GET(self) -> None:
        """The package, as far as the test wants it."""
        self.server.asked.append((self.headers["Range"], self.headers["Authorization"]))
        if self.server.statuses:
            self.send_response(self.server.statuses.pop(0))
            self.end_headers()
            return
        start = int(str(self.headers["Range"]).removeprefix("bytes=").rstrip("-"))
        self.send_response(206)
        self.end_headers()
        self.wfile.write(self.server.content[start : self.server.most])

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Say nothing."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    made = Server()
    thread = threading.Thread(target=made.serve_forever)
    thread.start()
    monkeypatch.setattr(
        staging, "dial", lambda address, context, name: socket.create_connection(("127.0.0.1", made.server_port))
    )
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


@pytest.fixture
def bring(server: Server, tmp_path: Path) -> Callable[[], Path]:
    """`bring()`: fetch the package into this machine's folder."""
    source = Source(Address("127.0.0.1", 1), None, "room", "token")
    return lambda: fetch(tmp_path / "packages", WANTED, source, lambda have: None)


@pytest.mark.parametrize("status", [503, 401])
def test_a_server_that_says_later_is_asked_again_and_nothing_is_reported_wrong(
    server: Server, bring: Callable[[], Path], status: int
) -> None:
    """Three hundred machines fetch at once and the server serves so many of them at a time."""
    server.statuses = [status]
    with pytest.raises(LinkError):
        bring()
    assert bring().read_bytes() == CONTENT


def test_a_server_that_refuses_is_reported(server: Server, bring: Callable[[], Path]) -> None:
    server.statuses = [404]
    with pytest.raises(StagingError) as refused:
        bring()
    assert refused.value.fault is StagingFault.REFUSED


def test_a_download_that_was_cut_goes_on_from_the_last_byte_kept(server: Server, bring: Callable[[], Path]) -> None:
    server.most = CHUNK_BYTES
    with pytest.raises(LinkError):
        bring()
    server.most = len(CONTENT)
    assert bring().read_bytes() == CONTENT
    assert server.asked == [("bytes=0-", "Bearer token"), (f"bytes={CHUNK_BYTES}-", "Bearer token")]


def test_a_package_that_arrives_altered_is_thrown_away_and_fetched_anew(
    server: Server, bring: Callable[[], Path]
) -> None:
    server.content = CONTENT[:-1] + b"!"
    with pytest.raises(StagingError) as altered:
        bring()
    assert altered.value.fault is StagingFault.WRONG_DIGEST
    server.content = CONTENT
    assert bring().read_bytes() == CONTENT
    assert server.asked[-1][0] == "bytes=0-"


@pytest.mark.parametrize("package_id", ["../p1", "a/b", "..", ".p1", "p1\\..", ""])
def test_an_id_that_would_lead_out_of_the_folder_names_no_file(tmp_path: Path, package_id: str) -> None:
    wanted = Wanted(package_id, len(CONTENT), WANTED.sha256, WANTED.path)
    with pytest.raises(StagingError) as raised:
        fetch(tmp_path / "packages", wanted, Source(Address("127.0.0.1", 1), None, "r1", "t"), lambda have: None)
    assert raised.value.fault is StagingFault.REFUSED
    assert list(tmp_path.iterdir()) == []


def test_a_package_never_takes_the_last_of_the_disk_from_the_answers(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage._replace(free=len(CONTENT) + 1))
    with pytest.raises(StagingError) as raised:
        fetch(tmp_path, WANTED, Source(Address("127.0.0.1", 1), None, "r1", "t"), lambda have: None)
    assert raised.value.fault is StagingFault.DISK_FULL
    assert server.asked == []
