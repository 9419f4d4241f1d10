"""What offloaded work and the hub share never leaves either of them waiting for good."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

# A native thread holds the lock while a green thread wants it, and the other way round, a few hundred times.
SHARED = """
import sys
from pathlib import Path
from server import runtime
runtime.patch()
import eventlet
from eventlet import tpool
sleep = eventlet.patcher.original("time").sleep
{make}
done = []

def native():
    for _ in range(150):
        use(lambda: sleep(0.0003))
    done.append("native")

def green():
    for _ in range(150):
        use(lambda: None)
        eventlet.sleep(0.0001)
    done.append("green")

workers = [eventlet.spawn(tpool.execute, native), eventlet.spawn(tpool.execute, native), eventlet.spawn(green)]
with eventlet.Timeout(20):
    for worker in workers:
        worker.wait()
print(sorted(done))
"""
LOCK = """
from server.store.locks import native_lock
lock = native_lock()
def use(work):
    with lock:
        work()
"""
STORE = """
from server.store.room import RoomStore
store = RoomStore.open(Path(sys.argv[1]))
def use(work):
    store.machines.by_id("k1")
    work()
"""
CLOCK = """
from server.live.clock import RoomClock
clock = RoomClock(lambda: 1, lambda: 1, 1)
def use(work):
    clock.now_ms()
    work()
"""
LOG = """
from server.logs import RoomLog
log = RoomLog(Path(sys.argv[1]))
def use(work):
    log("used")
    work()
"""
REPLICA = """
from server.live.standby.replica import Replica
from server.store.room import RoomStore
RoomStore.open(Path(sys.argv[1])).close()
replica = Replica(Path(sys.argv[1]))
replica.open_store()
def use(work):
    with replica.reading() as store:
        work()
    replica.sitting()
"""


@pytest.mark.parametrize(
    "make", [LOCK, STORE, CLOCK, LOG, REPLICA], ids=["lock", "store", "clock", "log", "standby_replica"]
)
def test_native_and_green_threads_share_it(make: str, tmp_path: Path) -> None:
    code = SHARED.replace("{make}", make)
    command = [sys.executable, "-W", "ignore", "-c", code, str(tmp_path)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert result.stdout.strip() == "['green', 'native', 'native']", result.stderr[-2000:]
