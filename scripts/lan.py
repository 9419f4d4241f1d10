"""A lab's network on one computer: network namespaces on one bridge, with no address configured and no way out.

Every host has what a computer plugged into a switch has before anybody configures it: a link, and the IPv6 link-local
address the system gives itself. Needs root. With a trap, every host also has default routes to a gateway that leads
nowhere, so that whatever a program would send to the outside arrives there and is counted.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

PREFIX = "examlan"
LINK = "e0"
ADDRESS_S = 10.0  # duplicate address detection takes one to two seconds
_CLONE_NEWNET = 0x40000000
_TRAP_V4 = "10.99.0.1"
_ADDRESSES = "10.98.0"

# Loses what comes from an address, as a bad cable does: whoever sent it is not told.
_DROP = """
table inet broken {{
  chain in {{
    type filter hook input priority 0; policy accept;
    ip saddr {source} {chance}counter drop
  }}
}}
"""

# Counts what a host sends anywhere but to its own link: not loopback, not link-local, not this link's multicast.
_WATCH = """
table inet watch {
  counter astray { }
  chain out {
    type filter hook output priority 0; policy accept;
    oifname "lo" accept
    ip6 daddr { fe80::/10, ff02::/16 } accept
    ip daddr { 224.0.0.0/24, 169.254.0.0/16, 255.255.255.255, 10.98.0.0/24, 10.99.0.0/24 } accept
    counter name astray
  }
}
"""
# On the trap: everything that arrives and is not for this link was on its way to the outside.
_TRAP = """
table inet watch {
  counter astray { }
  chain in {
    type filter hook prerouting priority -300; policy accept;
    iifname "lo" accept
    ip6 daddr { fe80::/10, ff02::/16 } accept
    ip daddr { 224.0.0.0/24, 169.254.0.0/16, 255.255.255.255, 10.99.0.0/24 } accept
    counter name astray
  }
}
"""


def run(*command: str, text: str | None = None) -> str:
    """A command's output. Raises CalledProcessError."""
    return subprocess.run(command, check=True, capture_output=True, text=True, input=text).stdout


@dataclass(frozen=True, slots=True)
class Host:
    """One computer of the lab."""

    name: str
    namespace: str
    place: int = 0

    @property
    def prefix(self) -> tuple[str, ...]:
        """What goes before a command that runs on this computer."""
        return ("ip", "netns", "exec", self.namespace)

    def command(self, *words: str) -> list[str]:
        """A command on this computer."""
        return [*self.prefix, *words]

    def link_local(self) -> str:
        """This computer's link-local address, without scope, once it may be used. Raises TimeoutError."""
        deadline = time.monotonic() + ADDRESS_S
        while time.monotonic() < deadline:
            (link,) = json.loads(run("ip", "-n", self.namespace, "-j", "-6", "address", "show", "dev", LINK)) or [{}]
            for found in link.get("addr_info", ()):
                if found.get("scope") == "link" and not found.get("tentative"):
                    return str(found["local"])
            time.sleep(0.05)
        raise TimeoutError(f"{self.name} has no link-local address")

    def addresses(self) -> list[str]:
        """Every address of this computer's link."""
        links = json.loads(run("ip", "-n", self.namespace, "-j", "address", "show", "dev", LINK))
        return [found["local"] for link in links for found in link.get("addr_info", ())]

    def astray(self) -> int:
        """Packets that left this computer for anywhere but its own link; on a trap, that arrived there."""
        listed = json.loads(run(*self.command("nft", "-j", "list", "counters")))
        return sum(int(one["counter"]["packets"]) for one in listed["nftables"] if "counter" in one)

    def sent(self) -> int:
        """Packets this computer has put on its link."""
        (link,) = json.loads(run("ip", "-n", self.namespace, "-j", "-s", "link", "show", "dev", LINK))
        return int(link["stats64"]["tx"]["packets"])

    def connect(self, address: str, port: int, timeout_s: float = 10.0) -> socket.socket:
        """A TCP connection made from inside this computer; its loopback is another than ours. Raises OSError."""
        made: list[socket.socket] = []
        failed: list[OSError] = []

        def inside() -> None:
            # Only this thread enters the namespace, and it ends with it; a socket stays where it was made.
            try:
                with open(f"/run/netns/{self.namespace}", "rb") as handle:
                    if ctypes.CDLL(None, use_errno=True).setns(handle.fileno(), _CLONE_NEWNET):
                        raise OSError(ctypes.get_errno(), "setns")
                made.append(socket.create_connection((address, port), timeout=timeout_s))
            except OSError as error:
                failed.append(error)

        thread = threading.Thread(target=inside)
        thread.start()
        thread.join()
        if failed:
            raise failed[0]
        return made[0]

    def address(self) -> str:
        """An IPv4 address of its own, from the first time this is asked on."""
        given = f"{_ADDRESSES}.{self.place + 1}"
        if given not in self.addresses():
            run("ip", "-n", self.namespace, "address", "add", f"{given}/24", "dev", LINK)
        return given

    def drop(self, source: str, percent: int = 100) -> None:
        """Of what comes from that address, lose so many packets in a hundred, until `take`; sent again they may be lost again."""
        chance = "" if percent >= 100 else f"numgen random mod 100 < {percent} "
        run(*self.command("nft", "-f", "-"), text=_DROP.format(source=source, chance=chance))

    def take(self) -> int:
        """Lose nothing any more: how many packets were lost since `drop` was called."""
        empty = "table inet broken\n"
        run(*self.command("nft", "-f", "-"), text=empty)
        listed = json.loads(run(*self.command("nft", "-j", "list", "table", "inet", "broken")))
        run(*self.command("nft", "-f", "-"), text=f"{empty}delete {empty}")
        rules = [one["rule"]["expr"] for one in listed["nftables"] if "rule" in one]
        return sum(int(part["counter"]["packets"]) for rule in rules for part in rule if "counter" in part)

    def down(self) -> None:
        """Pull the cable."""
        run("ip", "-n", self.namespace, "link", "set", LINK, "down")

    def up(self) -> None:
        """Plug the cable in again; the link-local address comes back by itself."""
        run("ip", "-n", self.namespace, "link", "set", LINK, "up")


@dataclass(frozen=True, slots=True)
class Lan:
    """The lab."""

    hosts: dict[str, Host]
    trap: Host | None

    def __getitem__(self, name: str) -> Host:
        return self.hosts[name]

    def astray(self) -> dict[str, int]:
        """By host, the packets that tried to leave the LAN; only hosts with some."""
        everyone = [*self.hosts.values(), *([self.trap] if self.trap is not None else [])]
        return {host.name: count for host in everyone if (count := host.astray())}


@contextmanager
def lan(names: Sequence[str], *, trap: bool = False) -> Iterator[Lan]:
    """The computers with these names on one switch, until the block ends."""
    _sweep()
    base = f"{PREFIX}-{os.getpid()}-{time.monotonic_ns() % 10**6}"
    made: list[str] = []
    try:
        switch = _namespace(f"{base}-switch", made)
        run("ip", "-n", switch, "link", "add", "br0", "type", "bridge", "mcast_snooping", "0")
        run("ip", "-n", switch, "link", "set", "br0", "up")
        hosts = {name: _host(base, switch, name, place, made) for place, name in enumerate(names)}
        gateway = _host(base, switch, "trap", len(names), made) if trap else None
        for host in hosts.values():
            run(*host.command("nft", "-f", "-"), text=_WATCH)
        if gateway is not None:
            _set_trap(gateway, list(hosts.values()))
        for host in hosts.values():
            host.link_local()
        yield Lan(hosts, gateway)
    finally:
        for namespace in reversed(made):
            with contextlib.suppress(subprocess.CalledProcessError):
                run("ip", "netns", "delete", namespace)


def _namespace(name: str, made: list[str]) -> str:
    run("ip", "netns", "add", name)
    made.append(name)
    run("ip", "-n", name, "link", "set", "lo", "up")
    return name


def _host(base: str, switch: str, name: str, place: int, made: list[str]) -> Host:
    namespace = _namespace(f"{base}-{name}", made)
    run("ip", "link", "add", LINK, "netns", namespace, "type", "veth", "peer", "name", f"port{place}", "netns", switch)
    run("ip", "-n", switch, "link", "set", f"port{place}", "master", "br0", "up")
    run("ip", "-n", namespace, "link", "set", LINK, "up")
    return Host(name, namespace, place)


def _set_trap(gateway: Host, hosts: list[Host]) -> None:
    """Give everybody an address and default routes to the gateway, which forwards nothing and counts everything."""
    run("ip", "-n", gateway.namespace, "address", "add", f"{_TRAP_V4}/24", "dev", LINK)
    run(*gateway.command("nft", "-f", "-"), text=_TRAP)
    router = gateway.link_local()
    for place, host in enumerate(hosts, start=10):
        run("ip", "-n", host.namespace, "address", "add", f"10.99.0.{place}/24", "dev", LINK)
        run("ip", "-n", host.namespace, "route", "add", "default", "via", _TRAP_V4)
        run("ip", "-n", host.namespace, "-6", "route", "add", "default", "via", router, "dev", LINK)


def _sweep() -> None:
    """Remove what a killed run left behind."""
    for line in run("ip", "netns", "list").splitlines():
        name = line.split(" ")[0]
        if name.startswith(f"{PREFIX}-"):
            owner = name.split("-")[1]
            if not os.path.exists(f"/proc/{owner}"):
                with contextlib.suppress(subprocess.CalledProcessError):
                    run("ip", "netns", "delete", name)


class _Tunnel:
    """Carries connections between a listener here and a host's loopback."""

    def __init__(self, host: Host, address: str, port: int) -> None:
        self._host, self._address, self._port = host, address, port
        self._listener = socket.create_server((address, port))
        self._ends: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._accepting = threading.Thread(target=self._accept)
        self._accepting.start()

    def close(self) -> None:
        """Hang up everywhere and end the threads."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._accepting.join()
        self._listener.close()
        for end in self._ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for end in self._ends:
            end.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                try:
                    far = self._host.connect(self._address, self._port)
                except OSError:
                    near.close()
                    continue
                self._ends += (near, far)
                for source, target in ((near, far), (far, near)):
                    self._threads.append(threading.Thread(target=_carry, args=(source, target)))
                    self._threads[-1].start()


def _carry(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    for end in (source, target):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


@contextmanager
def tunnel(host: Host, address: str, port: int) -> Iterator[None]:
    """The same address and port of this computer's loopback lead into the host's, until the block ends."""
    carried = _Tunnel(host, address, port)
    try:
        yield
    finally:
        carried.close()
