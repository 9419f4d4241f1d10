"""examroom-server: the room's server. Only the command line is here; what a command does is imported when it is run.

`serve` must patch the process before anything of web or live is imported, so nothing of them is imported here.
"""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from question_bank.errors import ExamRoomError
from server.protocol.service import DEFAULT_PORT
from server.settings import DEFAULT_LOCAL_PORT, AsyncMode, Settings

REFUSED = 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status: 0 done, 2 wrong usage, 3 refused or found wrong."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    given = parser().parse_args(words)
    try:
        if getattr(given, "supervise", False):
            return _supervised(words)
        return int(given.act(given))
    except ExamRoomError as error:
        print(f"examroom-server: {error}", file=sys.stderr)
        if error.hint:
            print(f"  → {error.hint}", file=sys.stderr)
        return REFUSED


def parser() -> argparse.ArgumentParser:
    """Every command and option of the server."""
    top = argparse.ArgumentParser(prog="examroom-server", description="The server of one exam room.")
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    init = commands.add_parser("init", help="make a new room: identity, certificate, first officer")
    init.add_argument("dir", type=Path, help="the room's folder, not there yet")
    init.add_argument("--name", default="Phòng thi", help="the room's name, as kiosks and minutes show it")
    init.add_argument("--officer", default="kythuat", help="user name of the first officer, of the technical team")
    init.add_argument("--full-name", default="Kỹ thuật viên", help="the first officer's name, as minutes show it")
    init.add_argument("--body", default="Tổ Kỹ thuật", help="the first officer's body")
    init.add_argument("--password-file", type=Path, help="read the password from this file instead of asking")
    init.set_defaults(act=_init)

    serve = commands.add_parser("serve", help="open the room to its kiosks and officers until stopped")
    serve.add_argument("dir", type=Path, help="the room's folder")
    serve.add_argument("--host", default="::", help="address to listen on for kiosks and consoles (TLS)")
    serve.add_argument("--port", type=int, default=DEFAULT_PORT, help="its port; 0: any free one")
    serve.add_argument("--local-port", type=int, default=DEFAULT_LOCAL_PORT, help="port of this computer's own console")
    serve.add_argument("--async-mode", choices=[mode.value for mode in AsyncMode], default=_default_mode().value)
    serve.add_argument("--no-discovery", action="store_true", help="do not announce the room on the network")
    serve.add_argument("--interface", action="append", default=[], help="announce only on this address; repeatable")
    serve.add_argument("--supervise", action="store_true", help="start the server again when it dies")
    serve.set_defaults(act=_serve)

    verify = commands.add_parser("verify", help="check what a room recorded, without a server, network or keys")
    what = verify.add_subparsers(required=True, metavar="WHAT")
    journal = what.add_parser("journal", help="every record of every sitting: chain, order, digests, meaning")
    journal.add_argument("path", type=Path, metavar="DIR", help="a room's folder, or one journal file")
    journal.add_argument("--json", action="store_true", help="print one JSON object")
    journal.set_defaults(act=_verify_journal)

    health = commands.add_parser("healthcheck", help="ask the running server how it is")
    health.add_argument("dir", type=Path, help="the room's folder")
    health.set_defaults(act=_healthcheck)
    return top


def _default_mode() -> AsyncMode:
    """Green threads where their hub is good; Windows has only `select`, which ends near 512 sockets."""
    return AsyncMode.THREADING if sys.platform == "win32" else AsyncMode.EVENTLET


def _supervised(words: list[str]) -> int:
    from server.supervise import supervise

    return supervise(words, lambda code, pause: print(f"the server ended ({code}); again in {pause:g} s", file=sys.stderr))


def _init(given: argparse.Namespace) -> int:
    from server.setting_up import FirstOfficer, init

    password = _password(given.password_file)
    identity = init(given.dir, given.name, FirstOfficer(given.officer, given.full_name, given.body, password))
    print(f"{identity.room_name}: {given.dir}")
    print(f"room {identity.room_id}, authority {identity.ca_sha256.hex()[:16].upper()}")
    return 0


def _password(file: Path | None) -> str:
    if file is not None:
        return file.read_text(encoding="utf-8").strip()
    return getpass.getpass("Mật khẩu / Password: ")


def _serve(given: argparse.Namespace) -> int:
    from server.runtime import serve

    settings = Settings(
        directory=given.dir,
        host=given.host,
        port=given.port,
        local_port=given.local_port,
        async_mode=AsyncMode(given.async_mode),
        discovery=not given.no_discovery,
        interfaces=tuple(given.interface),
        echo_log=bool(os.environ.get("EXAMROOM_ECHO_LOG")),
    )
    return serve(
        settings,
        lambda running: print(
            f"https port {running.port} · http://127.0.0.1:{running.local_port} ({running.async_mode})", flush=True
        ),
    )


def _verify_journal(given: argparse.Namespace) -> int:
    from server.store.verify import verify_sitting

    found = [given.path] if given.path.is_file() else sorted((given.path / "sittings").glob("*.journal.sqlite"))
    reports = {path.name: verify_sitting(path) for path in found}
    for name, report in reports.items():
        if given.json:
            print(json.dumps({"file": name, **report.document()}, ensure_ascii=False))
            continue
        print(f"{name}: {'ok' if report.ok else 'WRONG'}, {report.records} records, head {report.head.hash.hex()}")
        for problem in report.problems:
            print(f"  {problem.where}: {problem.code}: {problem.message}")
        for sentence in report.not_checked:
            print(f"  not checked: {sentence}")
    return 0 if reports and all(report.ok for report in reports.values()) else REFUSED


def _healthcheck(given: argparse.Namespace) -> int:
    import urllib.request

    from server.running import running

    found = running(given.dir)
    if found is None:
        print("no server runs on this folder", file=sys.stderr)
        return REFUSED
    with urllib.request.urlopen(f"http://127.0.0.1:{found.local_port}/healthz", timeout=5) as answer:
        print(answer.read().decode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
