"""examroom-kiosk: the candidate's machine."""

from __future__ import annotations

import argparse
import json
import sys
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path

from client_kiosk import cli_rescue, console
from client_kiosk.config import KioskFolder
from client_kiosk.errors import KioskError
from client_kiosk.heads import read_all
from client_kiosk.running import Options, Running, build, running
from client_kiosk.shell import Mode
from client_kiosk.wording import gettext, render
from question_bank.command_line import Parser, add_language, choose_language, speak_utf8
from question_bank.errors import ExamRoomError
from question_bank.phrase import phrase
from question_bank.stop_signals import heard
from server.protocol.kept_head import KeptHead

DEFAULT_FOLDER = Path.home() / ".examroom-kiosk"
DEFAULT_PORT = 8471
REFUSED = 3
VIETNAM = timezone(timedelta(hours=7))  # no summer time (Quyết định 134/2002/QĐ-TTg)


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status: 0 ended as asked, 2 wrong usage, 3 refused with a reason. None: the process's own arguments."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if arguments is None:
        speak_utf8()
    choose_language(words)
    given = parser().parse_args(words)
    try:
        return int(given.act(given))
    except ExamRoomError as error:
        print(gettext("error: %(message)s", message=render(error.said)), file=sys.stderr)
        if error.advice:
            print(f"  → {render(error.advice)}", file=sys.stderr)
        return REFUSED


def parser() -> argparse.ArgumentParser:
    """Every command and option of the kiosk, described in the current language."""
    described = gettext("A candidate's machine in an exam room.")
    top: argparse.ArgumentParser = Parser(prog="examroom-kiosk", description=described)
    top.add_argument("--version", action="version", version=build(), help=gettext("show the program's version"))
    add_language(top)
    commands = top.add_subparsers(required=True, metavar=gettext("COMMAND"))
    _add_run(commands)
    _add_console(commands)
    leave = commands.add_parser(
        "leave", help=gettext("forget the room, so that this machine can be paired again; answers stay")
    )
    leave.add_argument("--dir", type=Path, default=DEFAULT_FOLDER, help=gettext("this machine's own folder"))
    leave.set_defaults(act=_leave)
    heads = commands.add_parser(
        "heads", help=gettext("show the highest record of each sitting that the room acknowledged to this machine")
    )
    heads.add_argument("--dir", type=Path, default=DEFAULT_FOLDER, help=gettext("this machine's own folder"))
    heads.add_argument("--json", action="store_true", help=gettext("print one JSON object"))
    heads.set_defaults(act=_heads)
    cli_rescue.add_command(commands, DEFAULT_FOLDER)
    return top


def _add_run(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    run = commands.add_parser("run", help=gettext("be a kiosk until stopped"))
    run.add_argument("--dir", type=Path, default=DEFAULT_FOLDER, help=gettext("this machine's own folder"))
    run.add_argument("--seat", default="", help=gettext("the seat's name, proposed when pairing"))
    run.add_argument("--address", help=gettext("where the server is, when the network is not to be asked: host:port"))
    run.add_argument("--kit", type=Path, help=gettext("pair with the technician's kit file"))
    run.add_argument("--local-address", default="127.0.0.2", help=gettext("loopback address of this kiosk's own pages"))
    run.add_argument("--port", type=_port, default=DEFAULT_PORT, help=gettext("port of this kiosk's own pages"))
    show = run.add_mutually_exclusive_group()
    show.add_argument("--windowed", action="store_true", help=gettext("show the pages in a window, for trying things"))
    show.add_argument("--headless", action="store_true", help=gettext("run the browser without a screen"))
    show.add_argument(
        "--no-browser", action="store_true", help=gettext("start no browser; print links for any browser")
    )
    _add_no_sandbox(run)
    run.add_argument(
        "--no-search", action="store_true", help=gettext("do not listen or speak on the network for rooms")
    )
    run.add_argument(
        "--interface", action="append", default=[], help=gettext("search only on this address; may be repeated")
    )
    run.add_argument(
        "--no-internet-probe", action="store_true",
        help=gettext("rehearsals: do not look whether this machine can reach the outside world, which it must not in an exam"),
    )  # fmt: skip
    run.add_argument("--ack-log", type=Path, help=gettext("rehearsals: write each ack here, for an independent check"))
    run.set_defaults(act=_run)


def _add_console(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    laptop = commands.add_parser("console", help=gettext("use this laptop as a proctor's console"))
    laptop.add_argument("--dir", type=Path, default=DEFAULT_FOLDER, help=gettext("this laptop's own folder"))
    laptop.add_argument("--name", default="", help=gettext("how the console lists this laptop, proposed when pairing"))
    laptop.add_argument(
        "--address", help=gettext("the server at host:port: pair with it by code, or look for the room there first")
    )
    _add_no_sandbox(laptop)
    laptop.add_argument(
        "--print-link", action="store_true", help=gettext("open no browser; print the link and the key it may accept")
    )
    laptop.set_defaults(act=_console)


def _add_no_sandbox(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--no-sandbox", action="store_true", help=gettext("for root in containers only: the browser's own sandbox off")
    )


def _run(given: argparse.Namespace) -> int:
    options = Options(
        folder=given.dir,
        seat=given.seat,
        local_host=given.local_address,
        local_port=given.port,
        address=given.address,
        kit=given.kit,
        browser=_mode(given),
        sandbox=not given.no_sandbox,
        search=not given.no_search,
        interfaces=tuple(given.interface),
        ack_log=given.ack_log,
        internet_probe=not given.no_internet_probe,
    )
    stop = threading.Event()
    with heard(lambda _: stop.set()), running(options) as kiosk:
        if options.browser is None:
            _print_links(kiosk, stop)
        else:
            stop.wait()
    return 0


def _leave(given: argparse.Namespace) -> int:
    """Key and outboxes stay: the same room knows the machine again, and takes what it still holds."""
    folder = KioskFolder(given.dir)
    with folder.claim():  # a running kiosk would go on, and write its room down again
        folder.leave()
    return 0


def _heads(given: argparse.Namespace) -> int:
    """Reads only, also beside a running kiosk."""
    if not given.dir.is_dir():
        raise KioskError(
            phrase("there is no folder %(folder)s", folder=str(given.dir)),
            hint=phrase("Look at the folder's name again."),
        )
    folder = KioskFolder(given.dir)
    kept, membership = read_all(folder.heads), folder.membership()
    if given.json:
        seat = membership.seat_label if membership is not None else None
        found = [head.wire() for head in kept.heads]
        print(json.dumps({"what": "heads", "seat": seat, "heads": found, "damaged": kept.damaged}, ensure_ascii=False))
    else:
        print(
            "\n".join(map(_head_line, kept.heads)) or gettext("No room has acknowledged anything to this machine yet.")
        )
    if kept.damaged and not given.json:
        print(gettext("damaged: %(files)s", files=", ".join(kept.damaged)), file=sys.stderr)
    return REFUSED if kept.damaged else 0


def _head_line(head: KeptHead) -> str:
    return gettext(
        "sitting %(sitting)s, room %(room)s: record %(seq)s of epoch %(epoch)s, hash %(hash)s, acknowledged at %(at)s",
        sitting=head.sitting_id, room=head.room_id, seq=head.seq, epoch=head.epoch, hash=head.hash,
        at=datetime.fromtimestamp(head.at_ms // 1000, VIETNAM).strftime("%d/%m/%Y %H:%M:%S"),
    )  # fmt: skip


def _console(given: argparse.Namespace) -> int:
    folder = KioskFolder(given.dir)
    if folder.membership() is None and given.address is not None:
        console.join_by_code(
            folder, build(), given.address, given.name,
            lambda code: print(f"{code[:3]} {code[3:]}", flush=True), _is_the_same,
        )  # fmt: skip
    membership = folder.membership()
    if membership is None:
        raise KioskError(phrase("this laptop is not paired"), hint=phrase("Give --address HOST:PORT."))
    ready = console.opening(folder, membership, build(), given.address)
    if given.print_link:
        print(ready.url, ready.spki, flush=True)
        return 0
    return console.show(membership, ready, sandbox=not given.no_sandbox)


def _is_the_same(code: str) -> bool:
    """What the person answers; nobody there says no."""
    try:
        answer = input(gettext("Does the console show the same code? [y/N] "))
    except EOFError:
        return False
    return answer.strip().lower() in ("y", "c")  # yes, or có


def _port(text: str) -> int:
    if text.isdecimal() and 0 < int(text) < 1 << 16:
        return int(text)
    raise argparse.ArgumentTypeError(gettext("a port is a number from 1 to 65535"))


def _mode(given: argparse.Namespace) -> Mode | None:
    if given.no_browser:
        return None
    if given.headless:
        return Mode.HEADLESS
    return Mode.WINDOWED if given.windowed else Mode.KIOSK


def _print_links(kiosk: Running, stop: threading.Event) -> None:
    """A link opens the pages once; when it was used, the next one is printed."""
    while not stop.is_set():
        print(kiosk.launch.link(), flush=True)
        while not kiosk.launch.used.wait(0.2) and not stop.is_set():
            continue


if __name__ == "__main__":
    sys.exit(main())
