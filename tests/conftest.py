"""What every test may rely on, and what no test may leave behind.

The autouse checks are invariants of the product as much as of its tests: nothing leaks a thread, a socket, an open
database or a child process, and nothing in this process talks to anything but this machine.
"""

from __future__ import annotations

import ctypes
import functools
import itertools
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from question_bank.simulators import Simulator
    from server.drill.prepared_room import Rules, SealedContest
    from server.drill.virtual_parts import Sheet
    from server.live.clock import RoomClock

REPOSITORY = Path(__file__).resolve().parent.parent
INSTALLED = REPOSITORY / "tests" / "installed"  # distributions that only tests have
# How long something that is being closed may take before it counts as left behind.
SETTLE_S = 3.0
DATABASE_ENDINGS = tuple(
    ending + extra for ending in (".sqlite", ".sqlite3", ".db") for extra in ("", "-wal", "-shm", "-journal")
)

# The same examples on every run, so that a red run can be run again; `make soak` looks further, and elsewhere each time.
settings.register_profile(
    "room", max_examples=60, derandomize=True, database=None, deadline=None, print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip
settings.register_profile(
    "soak", max_examples=3000, database=None, deadline=None, print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip
settings.load_profile("room")


# --- what a process holds -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Held:
    """What this process holds at one moment, named so that a failure says what was left behind."""

    threads: frozenset[threading.Thread]
    files: frozenset[str]
    children: frozenset[int]

    def beyond(self, before: Held) -> list[str]:
        """Everything held now that was not held before, in words."""
        threads = [f"thread {thread.name}" for thread in self.threads - before.threads if thread.is_alive()]
        files = [f"open {name}" for name in self.files - before.files]
        children = [f"child process {describe(pid)}" for pid in self.children - before.children]
        return sorted(threads + files + children)


def held() -> Held:
    """Threads, sockets and databases (by descriptor), and children of this process, now."""
    return Held(frozenset(threading.enumerate()), frozenset(open_files()), frozenset(child_pids()))


def open_files() -> Iterator[str]:
    """Sockets and SQLite files this process has open; empty where there is no /proc."""
    try:
        descriptors = os.listdir("/proc/self/fd")
    except FileNotFoundError:
        return
    for descriptor in descriptors:
        try:
            target = os.readlink(f"/proc/self/fd/{descriptor}")
        except FileNotFoundError:  # the descriptor of the listing itself
            continue
        if target.startswith("socket:") or target.removesuffix(" (deleted)").endswith(DATABASE_ENDINGS):
            yield f"descriptor {descriptor}: {target}"


def child_pids() -> Iterator[int]:
    """Children of this process, zombies too; the multiprocessing tracker lives as long as the process and is not one."""
    tasks = Path("/proc/self/task")
    for listing in tasks.glob("*/children"):
        try:
            pids = listing.read_text().split()
        except OSError:  # the thread ended meanwhile
            continue
        yield from (int(pid) for pid in pids if "resource_tracker" not in describe(int(pid)))


def describe(pid: int) -> str:
    """A process as a failure should name it."""
    try:
        return f"{pid} {' '.join(psutil.Process(pid).cmdline())}"[:300]
    except psutil.ZombieProcess:
        return f"{pid} (ended, never waited for)"
    except psutil.Error:
        return str(pid)


def left_behind(before: Held) -> list[str]:
    """What is still held beyond `before`, after giving what is closing the time to close."""
    deadline = time.monotonic() + SETTLE_S
    while (rest := held().beyond(before)) and time.monotonic() < deadline:
        time.sleep(0.01)
    return rest


@contextmanager
def nothing_left_behind() -> Iterator[None]:
    """Fail if the body leaves a thread, socket, database or child process behind."""
    before = held()
    yield
    rest = left_behind(before)
    if rest:
        pytest.fail("left behind:\n  " + "\n  ".join(rest), pytrace=False)


@pytest.fixture(autouse=True, scope="session")
def _the_run_leaves_nothing_behind() -> Iterator[None]:
    with nothing_left_behind():
        yield


@pytest.fixture(autouse=True)
def _the_test_leaves_nothing_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    if request.node.get_closest_marker("shared"):
        yield
        return
    with nothing_left_behind():
        yield


# --- what only root may do -------------------------------------------------------------------------------------------

NEEDS_ROOT = "needs root (network namespaces, small disks)"


@functools.cache
def can_make_namespaces() -> bool:
    """Whether this process may build a network and mount disks of its own; root in a container often may not."""
    if os.geteuid() != 0:
        return False
    probe = ["unshare", "--net", "--mount", "--propagation", "private", "true"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Tests marked `root` are skipped where they cannot work, before any of their fixtures."""
    if item.get_closest_marker("root") and not can_make_namespaces():
        pytest.skip(NEEDS_ROOT)


# Rooms and kiosks of one machine share what a machine has once: the addresses kiosks listen on, the local network's names.
MACHINES = (
    "browser/kiosk/", "browser/test_screens.py", "client_kiosk/", "scenario/", "scripts/", "server/runtime/"
)  # fmt: skip


def pytest_configure(config: pytest.Config) -> None:
    """Each of those that work side by side has a network of its own, where that may be."""
    if hasattr(config, "workerinput") and can_make_namespaces():
        leave_network()


def leave_network() -> None:
    """Leave the machine's network, with every thread and process begun from now on: loopback and multicast remain."""
    if ctypes.CDLL(None, use_errno=True).unshare(0x4000_0000) != 0:  # CLONE_NEWNET, <linux/sched.h>
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    for command in ("ip link set lo up", "ip route add 224.0.0.0/4 dev lo"):
        subprocess.run(command.split(), check=True, capture_output=True)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Side by side (`-n 3`): each file; on a shared network all that play whole machines one after the other.

    A scheduler of our own: groups by mark (`loadgroup`) do nothing with pytest 9.2 and pytest-xdist 3.8.
    """
    from xdist.scheduler import LoadScopeScheduling

    apart = can_make_namespaces()

    class Machines(LoadScopeScheduling):  # type: ignore[misc]  # the library has no types
        def _split_scope(self, nodeid: str) -> str:
            path = nodeid.partition("::")[0].removeprefix("tests/")
            return "machines" if path.startswith(MACHINES) and not apart else path

    return Machines(config, log)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: Any) -> Iterator[None]:
    """Say plainly what was not tested, below everything else."""
    yield
    skipped = terminalreporter.stats.get("skipped", [])
    if not skipped:
        return
    terminalreporter.section("NOT TESTED HERE", sep="!")
    for reason, number in sorted(Counter(str(report.longrepr[2]) for report in skipped).items()):
        terminalreporter.line(f"{number} skipped: {reason.removeprefix('Skipped: ')}")
    if any(NEEDS_ROOT in str(report.longrepr[2]) for report in skipped):
        terminalreporter.line("`make test` runs them as root, or as anybody who has sudo.")


# --- no network but this machine ------------------------------------------------------------------------------------


def is_local(address: object) -> bool:
    """Whether traffic to this socket address stays here. Multicast (mDNS) counts: the sender chooses the interface."""
    if not isinstance(address, tuple):
        return True  # a unix or netlink socket
    host = address[0].decode() if isinstance(address[0], bytes) else address[0]
    if host in ("", "localhost"):
        return True
    try:
        found = ip_address(str(host).partition("%")[0])
    except ValueError:
        return False
    return found.is_loopback or found.is_multicast


def stay_on_this_machine(event: str, arguments: tuple[Any, ...]) -> None:
    """Audit hook: refuse a connection or a datagram that would leave, and a listener others could reach."""
    if event in ("socket.connect", "socket.sendto"):
        if not is_local(arguments[1]):
            raise PermissionError(f"a test tried to reach {arguments[1]!r}; only this machine is allowed")
    elif event == "socket.getaddrinfo":
        if arguments[0] is not None and not is_local((arguments[0],)):
            raise PermissionError(f"a test looked up {arguments[0]!r}; only this machine is allowed")
    elif event == "socket.bind" and arguments[0].type == socket.SOCK_STREAM:
        address = arguments[1]
        if isinstance(address, tuple) and (address[0] in ("", "0.0.0.0", "::") or not is_local(address)):
            raise PermissionError(f"a test tried to listen on {address!r}; listen on 127.0.0.1")


sys.addaudithook(stay_on_this_machine)


# --- rooms for everyone (imported when first asked for: most tests need none) ----------------------------------------


@pytest.fixture(scope="session")
def contest(tmp_path_factory: pytest.TempPathFactory) -> SealedContest:
    """Both sets of a small paper (ten items), sealed once for the whole run."""
    from server.drill.prepared_room import seal_contest

    return seal_contest(tmp_path_factory.mktemp("sealed"), small=True)


@pytest.fixture
def clock() -> RoomClock:
    """Room time that a test may move with `set`."""
    from server.heartbeat import monotonic_ms, wall_ms
    from server.live.clock import RoomClock

    return RoomClock(monotonic_ms, wall_ms, wall_ms())


@pytest.fixture
def new_room(tmp_path: Path, contest: SealedContest) -> Callable[..., tuple[Path, list[Sheet]]]:
    """`new_room(count=2, rules=Rules(), contest=…)`: a prepared folder, a new one each time, and what its kiosks bring."""
    from server.drill.prepared_room import make_room

    folders = (tmp_path / f"room{n or ''}" for n in itertools.count())

    def make(count: int = 2, rules: Rules | None = None, contest: SealedContest = contest) -> tuple[Path, list[Sheet]]:
        folder = next(folders)
        folder.mkdir()
        return folder, make_room(folder, contest, count, rules)

    return make


# --- fixtures for everyone ------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def repository() -> Path:
    """The project's root folder."""
    return REPOSITORY


@pytest.fixture
def installed() -> Path:
    """Where distributions lie that only tests have; `noticeboard` puts it on the path."""
    return INSTALLED


@pytest.fixture
def noticeboard(installed: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    """The tiny simulator of the tests, installed for one test with the item type; it is found by its name like any other."""
    from question_bank.items import rules, types
    from question_bank.simulators import simulators

    monkeypatch.syspath_prepend(str(installed))
    for found in (simulators, types, rules):
        found.cache_clear()
    yield simulators()["noticeboard"]
    for found in (simulators, types, rules):
        found.cache_clear()


@pytest.fixture(scope="session")
def free_port() -> Callable[[], int]:
    """A function that gives a TCP port on 127.0.0.1 nobody listens on now."""

    def find() -> int:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
            return port

    return find


@pytest.fixture(scope="session")
def eventually() -> Callable[..., None]:
    """`eventually(predicate, within_s=20, what="…")`: wait for something to become true, and fail if it does not."""

    def wait(predicate: Callable[[], object], within_s: float = 20.0, what: str = "the condition") -> None:
        deadline = time.monotonic() + within_s
        while not predicate():
            if time.monotonic() > deadline:
                pytest.fail(f"{what} did not come true within {within_s:g} s", pytrace=False)
            time.sleep(0.01)

    return wait


@pytest.fixture
def spawn() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """`spawn(arguments, **Popen options)`: a child in text mode that is dead and waited for when the test ends."""
    children: list[subprocess.Popen[str]] = []

    def start(arguments: Sequence[str | Path], **options: Any) -> subprocess.Popen[str]:
        options = {"cwd": REPOSITORY, "text": True, **options}
        child = subprocess.Popen([str(argument) for argument in arguments], **options)
        children.append(child)
        return child

    yield start
    for child in children:
        child.kill()
        child.wait()
        for stream in (child.stdin, child.stdout, child.stderr):
            if stream is not None:
                stream.close()


@pytest.fixture(scope="session")
def report_keys(repository: Path) -> set[str]:
    """The keys that docs/cli.md promises of every `verify … --json`."""
    handbook = (repository / "docs/cli.md").read_text(encoding="utf-8")
    table = handbook.partition("### What a verification reports")[2].partition("What a kind adds")[0]
    return set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE))
