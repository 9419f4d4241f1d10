"""Where machines are told the other server is: never an address that is good on one computer's adapter alone."""

from __future__ import annotations

import socket
import threading
from typing import Any

import pytest

from server.addresses import needs_scope, own, told
from server.live.standby.frames import Frames
from server.live.standby.greeting import Here, Peer, greet, peer_address
from server.role import Role


@pytest.mark.parametrize("host", ["fe80::1", "fe80::1%eth0", "[fe80::1%3]", "febf::2"])
def test_a_link_local_address_is_told_to_nobody(host: str) -> None:
    assert needs_scope(host)
    assert told(f"[{host.strip('[]')}]:8443") == ""


@pytest.mark.parametrize("host", ["10.20.0.2", "169.254.3.4", "fd00::2", "2001:db8::2", "may-chu-2"])
def test_every_other_address_is_told_as_it_is(host: str) -> None:
    address = f"[{host}]:8443" if ":" in host else f"{host}:8443"
    assert told(address) == address


def test_nobody_is_told_of_a_server_that_is_not_there() -> None:
    assert told(None) == ""


def test_of_a_standby_that_came_by_a_link_local_address_another_of_its_addresses_is_taken() -> None:
    peer = Peer("2" * 16, Role.STANDBY, 0, "0.1.0", 8443, ("10.20.0.2", "fd00::2"))
    assert peer_address(peer, "fe80::9") == "10.20.0.2:8443"
    assert peer_address(peer, "10.30.0.9") == "10.30.0.9:8443", "else the way it came is the way that works"


def test_a_standby_that_has_no_other_address_is_told_to_no_machine() -> None:
    peer = Peer("2" * 16, Role.STANDBY, 0, "0.1.0", 8443)
    assert told(peer_address(peer, "fe80::9")) == ""


def test_this_computers_own_list_holds_nothing_that_needs_a_scope() -> None:
    assert not any(needs_scope(one) or one.startswith("127.") for one in own())


def test_the_servers_tell_each_other_where_they_are(primary: Any) -> None:
    one, other = socket.socketpair()
    found: list[Peer] = []
    at = ("10.20.0.2", "fd00::2")
    asking = Here(primary.identity, "2" * 16, Role.STANDBY, 0, primary.build, 1, at)
    with one, other:
        thread = threading.Thread(target=lambda: found.append(greet(Frames(other), primary.here(), "answers", b"leaf")))
        thread.start()
        greet(Frames(one), asking, "asks", b"leaf")
        thread.join()
    assert found[0].addresses == at
