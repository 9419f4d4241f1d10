"""The server's end of the process that reads codes out of pictures: starts it when it is wanted, and again if it dies."""

from __future__ import annotations

import base64
import binascii
import contextlib
import json
import subprocess
import sys
import threading
from enum import StrEnum
from functools import partial

from server.qr_reader import MAX_PICTURE_BYTES
from server.store.async_port import AsyncPort

READ_S = 20.0  # for one picture on a slow computer; then the process is ended
_MAX_ANSWER_CHARS = 64 * 1024  # sixteen codes of 666 bytes in base64 are 15 kB


class PictureFault(StrEnum):
    """Why a picture gave no code at all."""

    TOO_LARGE = "too_large"
    NOT_A_PICTURE = "not_a_picture"
    READER_DIED = "reader_died"


def command() -> list[str]:
    """How the reading process is started, from source and from the frozen program."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "--role", "qr-reader"]
    return [sys.executable, "-m", "server.qr_reader"]


class PictureReader:
    """One per room; one picture at a time. The process stays for the next picture until `stop`."""

    def __init__(self, port: AsyncPort) -> None:
        self._port = port
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def codes(self, picture: bytes) -> list[bytes] | PictureFault:
        """The bytes of every code in a picture; none is an empty list."""
        if len(picture) > MAX_PICTURE_BYTES:
            return PictureFault.TOO_LARGE
        with self._lock:
            answer = self._asked(picture)
            if answer is None:
                self._end()
        return PictureFault.READER_DIED if answer is None else _read(answer)

    def stop(self) -> None:
        """End the process, if there is one."""
        with self._lock:
            self._end()

    def _asked(self, picture: bytes) -> bytes | None:
        """The answer's line; None when the process ended, or took too long and was ended."""
        try:
            if self._process is None or self._process.poll() is not None:
                self._end()
                self._process = subprocess.Popen(command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        except OSError:
            return None
        process, done = self._process, self._port.waiter()
        watch = self._port.spawn(lambda: None if done.wait(READ_S) else process.kill())
        try:
            return self._port.offload(partial(_exchanged, process, picture))
        finally:
            done.set()
            watch.join()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        for stream in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                if stream is not None:
                    stream.close()
        with contextlib.suppress(OSError):
            process.kill()
        # By asking, not by `wait`, which would hold a lock of the patched kind (server/live/discovery.py).
        pause = self._port.waiter()
        while process.poll() is None:
            pause.wait(0.01)


def _exchanged(process: subprocess.Popen[bytes], picture: bytes) -> bytes | None:
    """One picture out, one line back; on a thread of its own."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(len(picture).to_bytes(4, "big") + picture)
        process.stdin.flush()
        line = process.stdout.readline(_MAX_ANSWER_CHARS)
    except OSError:
        return None
    return line if line.endswith(b"\n") else None


def _read(line: bytes) -> list[bytes] | PictureFault:
    try:
        answer = json.loads(line)
        if isinstance(answer, dict) and "fault" in answer:
            return PictureFault(answer["fault"])
        return [base64.b64decode(code, validate=True) for code in answer["codes"]]
    except (ValueError, KeyError, TypeError, binascii.Error):
        return PictureFault.READER_DIED
