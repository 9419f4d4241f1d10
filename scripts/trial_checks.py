"""Checks that no rubric of a contest may name: they do in the sandbox what an exploited engine would do.

`enter` registers them where it is called; `command` is the worker that has them. What a file holds is its model, unread.
"""

from __future__ import annotations

import dataclasses
import os
import re
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from question_bank.formats.zips import unpack
from question_bank.phrase import phrase
from question_bank.practical import models
from question_bank.practical.arguments import text
from question_bank.practical.catalogue import Request, check
from question_bank.practical.findings import Outcome, judged
from question_bank.practical.interpreter import worker_command
from question_bank.practical.sandbox.port import Command

WHAT = text("what", phrase("text"), required=True)
SKILL = "IU03"
MEASURED = re.compile(r"used ([0-9]+) MB, ([0-9]+) ms")
_START = (
    "import sys; sys.path[:0] = sys.argv[1:]; from scripts import trial_checks; {enter}from question_bank.practical.worker import main;"
    " status = main(); trial_checks.tell(); sys.exit(status)"
)


def open_model(data: bytes) -> bytes:
    """The file itself."""
    return data


def command() -> Command:
    """The worker with these checks."""
    return _worker("trial_checks.enter(); ")


def measured_command() -> Command:
    """The worker as it is, but that it tells at its end what it used."""
    return _worker("")


def tell() -> None:
    """What this process used, into the room's log."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    sys.stderr.write(f"used {used.ru_maxrss // 1024} MB, {round(1000 * (used.ru_utime + used.ru_stime))} ms")


def _worker(enter: str) -> Command:
    worker = worker_command()
    words = list(worker.words)
    words[words.index("-c") + 1] = _START.format(enter=enter)
    return dataclasses.replace(worker, words=tuple(words), reads=(*worker.reads, Path(__file__).resolve().parent))


def _said(what: str, right: bool = True) -> Outcome:
    return Outcome.of([judged("trial", right, "", what[:200], "")])


def has_text(model: bytes, request: Request) -> Outcome:
    """Whether the document's main part holds a text."""
    return _said("text", (request.expect[WHAT] or "").encode() in (unpack(model).read("word/document.xml") or b""))


def harm(_model: bytes, request: Request) -> Outcome:
    """Do one harmful thing by its name; what came of it is what was found."""
    name, _, argument = (request.expect[WHAT] or "").partition(" ")
    try:
        return _said(HARM[name](argument))
    except OSError as error:
        return _said(f"refused: {type(error).__name__}")


def twice(_model: bytes, request: Request) -> Outcome:
    """Whether A2 of the first sheet is 2 after recalculation."""
    book = (request.recalculated or {})["same"]
    found = re.search(
        rb'r="A2"[^>]*>.*?<v>([^<]*)</v>', unpack(book).read("xl/worksheets/sheet1.xml") or b"", re.DOTALL
    )
    value = found[1].decode() if found else ""
    return _said(value, value == "2")


def greedy(_model: bytes, _request: Request) -> Outcome:
    """Want more than is done for anybody."""
    return _said("")


def _raise(argument: str) -> str:
    raise ValueError(argument * 100_000)


def _allocate(_argument: str) -> str:
    return str(len([bytes(1 << 20) for _ in range(1 << 14)]))


def _exhaust(_argument: str) -> str:
    """Memory that no exception gives back in time."""
    os._exit(86)


def _loop(_argument: str) -> str:
    while True:
        pass


def _fork(_argument: str) -> str:
    return f"forked {os.fork()}"


def _start(_argument: str) -> str:
    return subprocess.run(["/usr/bin/id"], capture_output=True, check=True, text=True).stdout


def _connect(argument: str) -> str:
    host, _, port = argument.partition(":")
    with socket.create_connection((host, int(port)), 5):
        return "connected"


def _read(argument: str) -> str:
    return Path(argument).read_text(encoding="utf-8", errors="replace")


def _list(argument: str) -> str:
    return " ".join(sorted(os.listdir(argument)))


def _write(argument: str) -> str:
    Path(argument).write_bytes(b"x")
    return "written"


def _fill(_argument: str) -> str:
    for number in range(1 << 20):
        Path(f"out/{number}").write_bytes(bytes(1 << 20))
    return "filled"


def _link(_argument: str) -> str:
    os.symlink("/etc/passwd", "out/w0")
    sys.stdout.buffer.write(
        b'{"wanted":{"conversions":[],"workbooks":[{"check":"a","file":"a.xlsx","key":"k","part":"w0"}]}}'
    )
    sys.stdout.flush()
    os._exit(0)


def _print(argument: str) -> str:
    sys.stdout.buffer.write(argument.encode() * (10_000_000 // len(argument)))
    sys.stdout.flush()
    return "printed"


def _end(argument: str) -> str:
    os.kill(os.getpid(), getattr(signal, argument))
    return "alive"


def _forge(argument: str) -> str:
    """Answer in the engine's place."""
    sys.stdout.write(argument)
    sys.stdout.flush()
    os._exit(0)


HARM: Mapping[str, Callable[[str], str]] = {
    "raise": _raise, "allocate": _allocate, "exhaust": _exhaust, "loop": _loop, "fork": _fork, "start": _start,
    "connect": _connect, "read": _read, "list": _list, "write": _write, "fill": _fill, "link": _link, "print": _print,
    "end": _end,  "forge": _forge,
}  # fmt: skip


def enter() -> None:
    """The checks into the catalogue of this process, and models that they can read."""
    for kind in ("docx", "xlsx", "pptx"):
        models._READERS[kind] = __name__
    name = phrase("text")
    check("docx.trial_text", name, SKILL, expect=(WHAT,))(has_text)
    check("docx.trial_harm", name, SKILL, expect=(WHAT,))(harm)
    check("xlsx.trial_twice", name, SKILL, wants=lambda _model, _request, data: {"same": data})(twice)
    many = {str(number) for number in range(300)}
    check(
        "xlsx.trial_greedy",
        name,
        SKILL,
        wants=lambda _model, _request, data: {one: data + one.encode() for one in many},
    )(greedy)
