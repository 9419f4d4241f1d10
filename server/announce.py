"""The room on the network: announces it by DNS-SD and hears which kiosks announce themselves. A process of its own.

Never monkey-patched (zeroconf inside an eventlet-patched process fails), so the server starts it as
`python -m server.announce`, or the frozen program with `--role announce`, and talks to it in JSON lines: one line of
instructions in (`Orders`), then news out. It says goodbye to the network and ends when its standard input closes,
so it never outlives the server.

News: `{"event":"announced","addresses":[…]}`, `{"event":"kiosks","kiosks":[{service,label,room,paired,addresses}]}`
(the whole list each time), `{"event":"problem","why":…}` (it keeps trying).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address

import ifaddr
from zeroconf import Error as ZeroconfError
from zeroconf import IPVersion, ServiceStateChange
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

from server.protocol.service import KIOSK_SERVICE, ROOM_SERVICE, RoomNotice, read_kiosk

LOOK_AGAIN_S = 2.0  # how soon a plugged-in cable or a new address is noticed
ASK_MS = 2000  # how long a machine that announced itself has to say who it is
MAX_ASKING = 16  # machines asked at the same time
MAX_KIOSKS = 2048  # of the network's word; twice the largest hall
MAX_ORDER_BYTES = 64 * 1024
REPORT_S = 0.3  # between two reports: a whole list each, and somebody may announce and withdraw without pause


@dataclass(frozen=True, slots=True)
class Orders:
    """What to announce, and on which addresses (all when empty)."""

    notice: RoomNotice
    interfaces: tuple[str, ...] = ()

    def to_line(self) -> str:
        """The one line the server writes."""
        notice = self.notice
        return json.dumps(
            {
                "room_id": notice.room_id,
                "room_name": notice.room_name,
                "ca_sha256": notice.ca_sha256,
                "port": notice.port,
                "interfaces": list(self.interfaces),
            }
        )

    @classmethod
    def from_line(cls, line: str) -> Orders:
        """Read it back. Raises ValueError, KeyError or TypeError: the line comes from our own server."""
        given = json.loads(line[:MAX_ORDER_BYTES])
        notice = RoomNotice(given["room_id"], given["room_name"], given["ca_sha256"], int(given["port"]))
        return cls(notice, tuple(given["interfaces"]))


def own_addresses(interfaces: tuple[str, ...]) -> tuple[str, ...]:
    """This computer's addresses as others may reach it, without scopes; only the chosen ones when there are any."""
    if interfaces:
        return interfaces
    found = {ip.ip[0] if isinstance(ip.ip, tuple) else ip.ip for adapter in ifaddr.get_adapters() for ip in adapter.ips}
    return tuple(sorted(address for address in found if not ip_address(address).is_loopback))


class Announcer:
    """One stretch of announcing, on the addresses there are now; made anew when they change."""

    def __init__(self, orders: Orders, addresses: tuple[str, ...], tell: Callable[[dict[str, object]], None]) -> None:
        self._orders = orders
        self._addresses = addresses
        self._tell = tell
        self._kiosks: dict[str, dict[str, object]] = {}
        self._asking = asyncio.Semaphore(MAX_ASKING)
        self._tasks: set[asyncio.Task[None]] = set()
        self._zeroconf: AsyncZeroconf | None = None
        self._browser: AsyncServiceBrowser | None = None
        self._reporting: asyncio.TimerHandle | None = None

    async def start(self) -> None:
        """Announce and listen. Raises OSError or a zeroconf Error while the network is not there."""
        version = IPVersion.All if socket.has_dualstack_ipv6() else IPVersion.V4Only
        if self._orders.interfaces:
            self._zeroconf = AsyncZeroconf(interfaces=list(self._orders.interfaces))
        else:
            self._zeroconf = AsyncZeroconf(ip_version=version)
        notice = self._orders.notice
        info = AsyncServiceInfo(
            ROOM_SERVICE,
            f"{notice.room_id}.{ROOM_SERVICE}",
            port=notice.port,
            properties=notice.txt(),
            server=f"{notice.room_id}.local.",
            parsed_addresses=list(self._addresses),
        )
        self._browser = AsyncServiceBrowser(self._zeroconf.zeroconf, KIOSK_SERVICE, handlers=[self._changed])
        # Somebody else may use our name, by mistake or on purpose; then we are announced under another one.
        await (await self._zeroconf.async_register_service(info, allow_name_change=True))
        self._tell({"event": "announced", "addresses": list(self._addresses)})

    async def stop(self) -> None:
        """Say goodbye and close."""
        for task in tuple(self._tasks):
            task.cancel()
        if self._reporting is not None:
            self._reporting.cancel()
        if self._browser is not None:
            await self._browser.async_cancel()
        if self._zeroconf is not None:
            await self._zeroconf.async_unregister_all_services()
            await self._zeroconf.async_close()

    def _changed(self, zeroconf: object, service_type: str, name: str, state_change: ServiceStateChange) -> None:
        if state_change is ServiceStateChange.Removed:
            if self._kiosks.pop(name, None) is not None:
                self._report()
            return
        if len(self._tasks) + len(self._kiosks) < MAX_KIOSKS:
            task = asyncio.get_running_loop().create_task(self._ask(name))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _ask(self, name: str) -> None:
        assert self._zeroconf is not None
        info = AsyncServiceInfo(KIOSK_SERVICE, name)
        async with self._asking:
            heard = await info.async_request(self._zeroconf.zeroconf, ASK_MS)
        text = {key: value or "" for key, value in info.decoded_properties.items()} if heard else {}
        notice = read_kiosk(text)
        if notice is None:
            return
        kiosk = {
            "service": name.removesuffix("." + KIOSK_SERVICE)[:63],
            "label": notice.label,
            "room": notice.room_id,
            "paired": notice.paired,
            "addresses": info.parsed_scoped_addresses()[:8],
        }
        if self._kiosks.get(name) != kiosk:
            self._kiosks[name] = kiosk
            self._report()

    def _report(self) -> None:
        """Tell the server soon; what changes until then is told along."""
        if self._reporting is None:
            self._reporting = asyncio.get_running_loop().call_later(REPORT_S, self._report_now)

    def _report_now(self) -> None:
        self._reporting = None
        self._tell({"event": "kiosks", "kiosks": list(self._kiosks.values())})


def tell(news: dict[str, object]) -> None:
    """Write one line to the server."""
    sys.stdout.write(json.dumps(news) + "\n")
    sys.stdout.flush()


async def announce(orders: Orders, ended: asyncio.Event) -> None:
    """Announce until `ended`, again whenever this computer's addresses change or the network comes back."""
    while not ended.is_set():
        addresses = own_addresses(orders.interfaces)
        announcer = Announcer(orders, addresses, tell)
        try:
            if addresses:  # a computer whose network is not up yet announces nothing rather than its loopback
                await announcer.start()
            while own_addresses(orders.interfaces) == addresses and not await _set_within(ended, LOOK_AGAIN_S):
                pass
        except (OSError, ZeroconfError) as error:
            tell({"event": "problem", "why": f"{type(error).__name__}: {error}"})
            await _set_within(ended, LOOK_AGAIN_S)
        finally:
            with contextlib.suppress(OSError, ZeroconfError):
                await announcer.stop()


async def _set_within(event: asyncio.Event, timeout_s: float) -> bool:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), timeout_s)
    return event.is_set()


async def run() -> None:
    """Read the orders, announce, and end when the server does."""
    loop = asyncio.get_running_loop()
    line = await loop.run_in_executor(None, sys.stdin.readline)
    if not line:
        return
    ended = asyncio.Event()
    rest = loop.run_in_executor(None, sys.stdin.read)  # comes back when the server's end of the pipe closes
    rest.add_done_callback(lambda _: ended.set())
    try:
        await announce(Orders.from_line(line), ended)
    except BrokenPipeError:  # the server died with our news unread: there is nobody to announce for
        ended.set()


def main() -> None:
    """The process's entry."""
    with contextlib.suppress(KeyboardInterrupt):  # Ctrl-C reaches the whole group; the server decides when to end
        asyncio.run(run())


if __name__ == "__main__":
    main()
