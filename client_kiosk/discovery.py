"""The kiosk on the network: hears the rooms that announce themselves, and lets the console see this machine.

In-process, on threads of zeroconf's own: the kiosk never runs eventlet. Works with no address configured at all: two
machines on one switch reach each other by IPv6 link-local addresses, whose scope comes with the announcement.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Sequence
from ipaddress import ip_address

import ifaddr
from zeroconf import Error as ZeroconfError
from zeroconf import IPVersion, ServiceBrowser, ServiceInfo, ServiceStateChange, Zeroconf

from client_kiosk import finder
from client_kiosk.finder import Rooms
from server.protocol.service import KIOSK_SERVICE, ROOM_SERVICE, KioskNotice

LOOK_AGAIN_S = 2.0  # how soon a plugged-in cable or a new address is noticed
ASK_MS = 2000  # how long a room that announced itself has to say who it is


class Discovery:
    """Keeps listening and announcing until stopped, whatever cables and addresses come and go.

    `machine_id` names this machine on the network (any unique text); `changed` is told of every change in the rooms.
    `interfaces`: addresses to use, all when empty.
    """

    def __init__(
        self,
        machine_id: str,
        notice: KioskNotice,
        changed: Callable[[Rooms], None],
        interfaces: Sequence[str] = (),
    ) -> None:
        self._machine_id = machine_id
        self._notice = notice
        self._changed = changed
        self._interfaces = tuple(interfaces)
        self._again = threading.Event()
        self._stopping = False
        self._lock = threading.Lock()
        self.rooms = Rooms()
        self._thread = threading.Thread(target=self._run, name="kiosk-discovery")

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Withdraw the announcement and end the thread."""
        self._stopping = True
        self._again.set()
        self._thread.join()

    def announce(self, notice: KioskNotice) -> None:
        """Say something else about this machine from now on (it was paired, or unpaired)."""
        if notice != self._notice:
            self._notice = notice
            self._again.set()

    def _run(self) -> None:
        while not self._stopping:
            self._again.clear()
            addresses = self._own_addresses()
            if addresses:
                self._stretch(addresses)
            else:
                self._again.wait(LOOK_AGAIN_S)

    def _stretch(self, addresses: tuple[str, ...]) -> None:
        """Listen and announce on these addresses until they change, or there is something else to say."""
        try:
            zeroconf = self._zeroconf()
        except (OSError, ZeroconfError):  # the network is just going up or down: look again
            self._again.wait(LOOK_AGAIN_S)
            return
        try:
            browser = ServiceBrowser(zeroconf, ROOM_SERVICE, handlers=[self._heard])
            zeroconf.register_service(self._info(addresses), allow_name_change=True)
            while self._own_addresses() == addresses and not self._again.wait(LOOK_AGAIN_S):
                pass
            browser.cancel()
        except (OSError, ZeroconfError):
            self._again.wait(LOOK_AGAIN_S)
        finally:
            with contextlib.suppress(OSError, ZeroconfError):
                zeroconf.close()  # says goodbye first

    def _zeroconf(self) -> Zeroconf:
        if self._interfaces:
            return Zeroconf(interfaces=list(self._interfaces))
        return Zeroconf(ip_version=IPVersion.All if socket.has_dualstack_ipv6() else IPVersion.V4Only)

    def _info(self, addresses: tuple[str, ...]) -> ServiceInfo:
        return ServiceInfo(
            KIOSK_SERVICE,
            f"{self._machine_id}.{KIOSK_SERVICE}",
            port=0,  # nothing listens here: the record only shows the machine to the console
            properties=self._notice.txt(),
            server=f"{self._machine_id}.local.",
            parsed_addresses=list(addresses),
        )

    def _heard(self, zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange) -> None:
        """A room came, changed or went; on zeroconf's thread."""
        if state_change is ServiceStateChange.Removed:
            self._update(lambda rooms: finder.gone(rooms, name))
            return
        info = zeroconf.get_service_info(service_type, name, ASK_MS)
        if info is None:
            return
        txt = {key: value or "" for key, value in info.decoded_properties.items()}
        addresses = tuple(info.parsed_scoped_addresses())
        self._update(lambda rooms: finder.heard(rooms, name, txt, addresses))

    def _update(self, change: Callable[[Rooms], Rooms]) -> None:
        with self._lock:
            before, self.rooms = self.rooms, change(self.rooms)
            after = self.rooms
        if after != before:
            self._changed(after)

    def _own_addresses(self) -> tuple[str, ...]:
        if self._interfaces:
            return self._interfaces
        found = {
            ip.ip[0] if isinstance(ip.ip, tuple) else ip.ip for adapter in ifaddr.get_adapters() for ip in adapter.ips
        }
        return tuple(sorted(address for address in found if not ip_address(address).is_loopback))
