"""The command `studio`. Flask is imported only when it runs: a bank without pages needs none."""

from __future__ import annotations

import argparse
import sys
import threading
from pathlib import Path

from question_bank.phrase import phrase
from question_bank.stop_signals import heard
from question_bank.studio.errors import StudioError
from question_bank.studio.failing import threads_say_no_more
from question_bank.studio.seat import IDLE_MINUTES, MINUTE_MS, MOST_IDLE_MINUTES, Seat
from question_bank.vault.access import add_passphrase, now_ms, read_passphrase
from question_bank.wording import gettext

OK = 0
_MOST_PORT = 65535


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `studio`; it sets `run`, a function of the parsed arguments that gives the exit status."""
    parser = commands.add_parser(
        "studio", help=gettext("write, import, review and approve items in the browser of this machine")
    )
    parser.add_argument(
        "--bank",
        type=Path,
        metavar="BANK",
        help=gettext("the bank's file (without it the first page asks, or makes one)"),
    )
    add_passphrase(parser)
    parser.add_argument(
        "--port", type=int, default=0, metavar="N", help=gettext("the port on 127.0.0.1 (default: any free one)")
    )
    parser.add_argument(
        "--no-browser", action="store_true", help=gettext("start no browser; print a link that works once")
    )
    parser.add_argument(
        "--no-sandbox", action="store_true", help=gettext("start the browser without its sandbox (as root)")
    )
    parser.add_argument(
        "--lock-after", type=int, default=IDLE_MINUTES, metavar="MINUTES",
        help=gettext("lock the pages after so many minutes without anybody at them (default: %(minutes)s)", minutes=IDLE_MINUTES),
    )  # fmt: skip
    parser.set_defaults(run=run_studio)


def run_studio(arguments: argparse.Namespace) -> int:
    """Serve until the browser is closed or the process is told to end. Raises StudioError, VaultError."""
    if not 0 <= arguments.port <= _MOST_PORT:
        raise StudioError(phrase("a port is a number from 0 to %(most)s", most=_MOST_PORT))
    if not 1 <= arguments.lock_after <= MOST_IDLE_MINUTES:
        raise StudioError(phrase("the studio locks after 1 to %(most)s minutes", most=MOST_IDLE_MINUTES))
    if arguments.bank is None and arguments.passphrase_file:
        raise StudioError(
            phrase("a passphrase was given, but no bank"), hint=phrase("Name the bank's file too, with --bank.")
        )
    try:
        from question_bank.studio.running import Running
    except ModuleNotFoundError as error:
        if error.name not in ("flask", "werkzeug", "jinja2"):
            raise
        raise StudioError(
            phrase("the packages that the studio's pages need are not installed"),
            hint=phrase("Install them with: pip install examroom[studio]"),
        ) from error
    passphrase = read_passphrase(arguments.passphrase_file) if arguments.passphrase_file else None
    stopping = threading.Event()
    seat = Seat(idle_ms=arguments.lock_after * MINUTE_MS)
    with (
        heard(lambda _: stopping.set()),
        threads_say_no_more(),
        Running(arguments.bank, passphrase, arguments.port, now_ms, seat) as running,
    ):
        if running.desk.unlocked and not running.desk.vault.protected:
            print(gettext("note: no passphrase protects this bank"), file=sys.stderr)
        if arguments.no_browser:
            print(running.launch.link(), flush=True)
            stopping.wait()
        else:
            running.browse(stopping, sandbox=not arguments.no_sandbox)
    return OK
