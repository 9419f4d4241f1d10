"""Where the command line lays files of rescued answers for a server that runs: `rescue/inbox/` in the room's folder.

A server has its journals to itself, so nobody else may merge. A file stays until its answer lies beside it: one that was
there when the server died is taken in at the next start.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, Literal

from question_bank import canonical
from question_bank.disk import replace_private
from server.domain.rescue_events import Carrier
from server.errors import ExamRoomError
from server.live.rescue import RescueDesk, folder_of
from server.live.rescue_report import Report, RescueFault
from server.protocol.rescue import MAX_FILE_BYTES, SUFFIX
from server.protocol.shape import Digest, Malformed, Shaped
from server.store.async_port import AsyncPort, Worker

LOOK_S = 1.0
MAX_AT_ONCE = 8  # files taken at one look: a folder full of them does not hold up the end of the server
BY = "cli"
_ANSWER = ".answer"
_FORMAT: Final = "exam-rescue-answer/1"


@dataclass(frozen=True, slots=True)
class Answer(Shaped):
    """What became of a file in the inbox: refused for `fault`, or the report named `file_sha256`."""

    format: Literal["exam-rescue-answer/1"]
    fault: RescueFault | None
    file_sha256: Digest | None


class RescueInbox:
    """Looks into the inbox once a second while the room runs."""

    def __init__(
        self, desk: RescueDesk, port: AsyncPort, directory: Path, fault: Callable[[str, Exception], None]
    ) -> None:
        self._desk = desk
        self._port = port
        self._folder = inbox_of(directory)
        self._fault = fault
        self._stopping = port.waiter()
        self._worker: Worker | None = None

    def start(self) -> None:
        """Begin to look."""
        self._stopping.clear()
        self._worker = self._port.spawn(self._run)

    def stop(self) -> None:
        """End; a file being taken in is taken in first."""
        self._stopping.set()
        if self._worker is not None:
            self._worker.join()
            self._worker = None
        self._desk.codes.stop()

    def _run(self) -> None:
        while not self._stopping.wait(LOOK_S):
            try:
                for path in self._port.offload(partial(_waiting, self._folder)):
                    self._take(path)
            except (ExamRoomError, OSError) as error:
                self._fault("rescue_inbox", error)

    def _take(self, path: Path) -> None:
        data = self._port.offload(partial(_content, path))
        taken = self._desk.take_in(data, Carrier.CLI, BY)
        answer = Answer(_FORMAT, None, taken.file_sha256) if isinstance(taken, Report) else Answer(_FORMAT, taken, None)
        self._port.offload(partial(_answered, path, answer))


def inbox_of(directory: Path) -> Path:
    """The inbox of the room in this folder."""
    return folder_of(directory) / "inbox"


def lay(directory: Path, name: str, data: bytes) -> Path:
    """Lay a file into the inbox, durably; `name` is random. Raises OSError."""
    folder = inbox_of(directory)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{name}{SUFFIX}"
    replace_private(path, data)
    return path


def answer_to(path: Path) -> Answer | None:
    """The answer to a file that was laid in, which is then taken away; None while there is none."""
    beside = path.with_suffix(_ANSWER)
    try:
        answer = Answer.parse(canonical.decode(beside.read_bytes(), 4096))
    except (OSError, canonical.CanonicalError):
        return None
    beside.unlink(missing_ok=True)
    return None if isinstance(answer, Malformed) else answer


def _waiting(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"*{SUFFIX}"))[:MAX_AT_ONCE]


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_FILE_BYTES + 1)


def _answered(path: Path, answer: Answer) -> None:
    replace_private(path.with_suffix(_ANSWER), canonical.encode(answer.wire()))
    path.unlink(missing_ok=True)
