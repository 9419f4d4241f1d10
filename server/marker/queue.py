"""The queue of the marker: huey, over SQLite in one room or over Redis across machines, by one address (decision 256).

It only wakes workers. A message names a job and nothing else, and messages are JSON: nobody who can write into the queue can run anything.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from huey import Huey, RedisHuey, SqliteHuey
from huey.registry import Message
from huey.serializer import Serializer

NAME = "examroom-marker"
MAX_MESSAGE_BYTES = 4096  # a job's name and huey's own fields are some two hundred


class PlainMessages(Serializer):  # type: ignore[misc]  # huey has no types
    """Messages as JSON lists of their fields; huey's own way, pickle, would run what a message says."""

    def _serialize(self, data: object) -> bytes:
        return json.dumps(data).encode()

    def _deserialize(self, data: bytes) -> object:
        if len(data) > MAX_MESSAGE_BYTES:
            raise ValueError("a message of the queue is too long")
        found = json.loads(data)
        return Message(*found) if isinstance(found, list) else found


def open_queue(address: str) -> Huey:
    """The queue at a path (SQLite) or `redis://…`. Nothing of results is kept in it."""
    if address.startswith(("redis://", "rediss://")):
        return RedisHuey(NAME, url=address, results=False, serializer=PlainMessages())
    return SqliteHuey(NAME, filename=str(Path(address)), results=False, serializer=PlainMessages(), fsync=False)


def task_of(queue: Huey, work: Callable[[str], None]) -> Callable[[str], object]:
    """Enter the one task of the queue; calling what comes back gives a job to whoever works.

    `work` gets the job's name: the room's side, which only gives, passes a function that is never called.
    """

    def mark(key: str) -> None:
        work(key)

    entered: Callable[[str], object] = queue.task(name="mark")(mark)
    return entered
