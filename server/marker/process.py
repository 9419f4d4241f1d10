"""The process that marks: workers around sandboxes, at low priority, told by a queue, ended by the end of its input.

One line of JSON for each job that has its answer or could not be worked off: `{"event": "marked", "key": …}`, `{"event": "failed", "key": …, "error": …}`.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
from pathlib import Path

from question_bank.errors import ExamRoomError
from server.marker.jobs import JobFolder, Mark, work_off
from server.marker.queue import open_queue, task_of

SWEEP_S = 5.0  # how soon a job is taken up whose message was lost
MOST_DELAY_S = 0.5  # between two looks into the queue
LOW_PRIORITY = 10  # of nice(2): answers come first


class Marker:
    """Works off the jobs of one folder until it is told to stop."""

    def __init__(self, folder: Path, address: str, workers: int, mark: Mark) -> None:
        self._folder = JobFolder(folder)
        self._mark = mark
        self._lock = threading.Lock()
        self._busy: set[str] = set()
        self._failed: set[str] = set()  # not tried again before somebody asks
        self._queue = open_queue(address)
        self._give = task_of(self._queue, self._work)
        self._consumer = self._queue.create_consumer(
            workers=workers, worker_type="thread", periodic=False, max_delay=MOST_DELAY_S, check_worker_health=False
        )
        self._over = threading.Event()

    def run(self) -> None:
        """Work until the input ends."""
        self._folder.prepare()
        threading.Thread(target=self._listen, name="input", daemon=True).start()
        self._consumer.start()
        self._sweep()
        while not self._over.wait(SWEEP_S):
            self._sweep()
        self._consumer.stop(graceful=True)
        self._queue.storage.close()

    def _listen(self) -> None:
        for _ in sys.stdin:  # any line: something may be due now, or may go better
            with self._lock:
                self._failed.clear()
            self._sweep()
        self._over.set()

    def _sweep(self) -> None:
        """Give every job that is due and that nobody has in hand: what was killed with a worker is due again."""
        for key in self._folder.due():
            with self._lock:
                if key in self._busy or key in self._failed:
                    continue
                self._busy.add(key)
            self._give(key)

    def _work(self, key: str) -> None:
        try:
            work_off(self._folder, key, self._mark)
            _say({"event": "marked", "key": key})
        except (ExamRoomError, OSError) as error:
            with self._lock:
                self._failed.add(key)
            _say({"event": "failed", "key": key, "error": f"{type(error).__name__}: {error}"[:300]})
        finally:
            with self._lock:
                self._busy.discard(key)


def _say(line: dict[str, str]) -> None:
    print(json.dumps(line), flush=True)


def run(folder: Path, address: str, workers: int, mark: Mark) -> int:
    """The whole process; exit status 0."""
    logging.getLogger("huey").setLevel(logging.ERROR)
    if hasattr(os, "nice"):
        os.nice(LOW_PRIORITY)
    Marker(folder, address, workers, mark).run()
    return 0
