"""examroom-server: the room's server. Only the command line is here; what a command does is imported when it is run.

`serve` must patch the process before anything of web or live is imported, so nothing of them is imported here.
Exit status: 0 done; 2 wrong usage; 3 refused or found wrong, with the reason and a hint.
"""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from question_bank.command_line import Parser, add_language, choose_language, speak_utf8
from question_bank.errors import ExamRoomError
from question_bank.phrase import phrase
from server import cli_backup, cli_drill, cli_kit, cli_marker, cli_rescue, cli_result, cli_room, cli_standby, cli_verify
from server.errors import ConfigError
from server.protocol.service import DEFAULT_PORT
from server.running import Running
from server.settings import DEFAULT_LOCAL_PORT, AsyncMode, Settings
from server.wording import gettext, render

REFUSED = 3
MAX_HEALTH_BYTES = 65536


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the process's own arguments when `arguments` is None."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if arguments is None:
        speak_utf8()
    choose_language(words)
    given = parser().parse_args(words)
    try:
        if getattr(given, "supervise", False):
            return _supervised(words)
        return int(given.act(given))
    except ExamRoomError as error:
        print(gettext("error: %(message)s", message=render(error.said)), file=sys.stderr)
        if error.advice:
            print(f"  → {render(error.advice)}", file=sys.stderr)
        return REFUSED


def parser() -> argparse.ArgumentParser:
    """Every command and option of the server, described in the current language."""
    top: argparse.ArgumentParser = Parser(prog="examroom-server", description=gettext("The server of one exam room."))
    add_language(top)
    commands = top.add_subparsers(required=True, metavar=gettext("COMMAND"))
    _add_init(commands)
    _add_serve(commands)
    cli_room.add_commands(commands)
    cli_standby.add_commands(commands, _add_serving, _serve)
    cli_verify.add_commands(commands)
    cli_result.add_commands(commands)
    cli_rescue.add_commands(commands)
    cli_backup.add_commands(commands)
    cli_drill.add_commands(commands)
    cli_kit.add_commands(commands)
    cli_marker.add_commands(commands)
    health = commands.add_parser("healthcheck", help=gettext("ask the running server how it is"))
    health.add_argument("dir", type=Path, help=gettext("the room's folder"))
    health.set_defaults(act=_healthcheck)
    return top


def _add_init(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    init = commands.add_parser("init", help=gettext("make a new room: identity, certificate, first officer"))
    init.add_argument("dir", type=Path, help=gettext("the room's folder, not there yet"))
    init.add_argument("--name", default="Phòng thi", help=gettext("the room's name, as kiosks and minutes show it"))
    init.add_argument(
        "--officer", default="kythuat", help=gettext("user name of the first officer, of the technical team")
    )
    init.add_argument(
        "--full-name", default="Kỹ thuật viên", help=gettext("the first officer's name, as minutes show it")
    )
    init.add_argument("--body", default="Tổ Kỹ thuật", help=gettext("the first officer's body"))
    init.add_argument("--password-file", type=Path, help=gettext("read the password from this file instead of asking"))
    init.set_defaults(act=_init)


def _add_serve(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    serve = commands.add_parser("serve", help=gettext("open the room to its kiosks and officers until stopped"))
    serve.add_argument("dir", type=Path, help=gettext("the room's folder"))
    _add_serving(serve)
    serve.set_defaults(act=_serve)


def _add_serving(serve: argparse.ArgumentParser) -> None:
    """The options of a program that listens."""
    serve.add_argument("--host", default="::", help=gettext("address to listen on for kiosks and consoles (TLS)"))
    serve.add_argument("--port", type=int, default=DEFAULT_PORT, help=gettext("its port; 0 for any free one"))
    serve.add_argument(
        "--local-port", type=int, default=DEFAULT_LOCAL_PORT, help=gettext("port of this computer's own console")
    )
    serve.add_argument(
        "--async-mode", choices=[mode.value for mode in AsyncMode], default=_default_mode().value,
        help=gettext("what carries the connections"),
    )  # fmt: skip
    serve.add_argument("--no-discovery", action="store_true", help=gettext("do not announce the room on the network"))
    serve.add_argument(
        "--interface", action="append", default=[], help=gettext("announce only on this address; may be repeated")
    )
    serve.add_argument(
        "--no-internet-probe", action="store_true",
        help=gettext("rehearsals: do not look whether this machine can reach the outside world, which it must not in an exam"),
    )  # fmt: skip
    serve.add_argument("--supervise", action="store_true", help=gettext("start the server again when it dies"))
    serve.add_argument(
        "--backup",
        type=Path,
        metavar="FOLDER",
        help=gettext("copy the room to this folder (a stick) every minute, encrypted"),
    )
    serve.add_argument(
        "--backup-every", type=float, default=60.0, metavar="SECONDS", help=gettext("how often it is copied")
    )


def _default_mode() -> AsyncMode:
    """Green threads where their hub is good; Windows has only `select`, which ends near 512 sockets."""
    return AsyncMode.THREADING if sys.platform == "win32" else AsyncMode.EVENTLET


# --- what the commands do ---------------------------------------------------------------------------------------------


def _supervised(words: list[str]) -> int:
    from server.supervise import supervise

    def said(code: int, pause_s: float) -> None:
        sentence = gettext(
            "The server ended (%(code)s); it starts again in %(pause)s s.", code=code, pause=f"{pause_s:g}"
        )
        print(sentence, file=sys.stderr, flush=True)

    return supervise(words, said)


def _init(given: argparse.Namespace) -> int:
    from server.setting_up import FirstOfficer, init

    password = _password(given.password_file)
    identity = init(given.dir, given.name, FirstOfficer(given.officer, given.full_name, given.body, password))
    fingerprint = identity.ca_sha256.hex()[:16].upper()
    print(gettext("The room “%(name)s” is in %(folder)s.", name=identity.room_name, folder=given.dir))
    print(gettext("Room %(room_id)s, authority %(fingerprint)s", room_id=identity.room_id, fingerprint=fingerprint))
    return 0


def _password(file: Path | None) -> str:
    if file is None:
        return getpass.getpass(gettext("Password of the first officer: "))
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else None
        told = phrase("%(file)s cannot be read [%(error)s]", file=str(file), error=why or str(error))
        raise ConfigError(told, hint=phrase("Look at the file's name again.")) from error


def _serve(given: argparse.Namespace) -> int:
    from server.backup.code import recipient
    from server.runtime import serve

    if given.backup is not None:
        recipient(given.dir)  # refused now, and not on the console in mid-exam
    settings = Settings(
        directory=given.dir,
        host=given.host,
        port=given.port,
        local_port=given.local_port,
        async_mode=AsyncMode(given.async_mode),
        discovery=not given.no_discovery,
        interfaces=tuple(given.interface),
        internet_probe=not given.no_internet_probe,
        echo_log=bool(os.environ.get("EXAMROOM_ECHO_LOG")),
        backup=given.backup,
        backup_every_s=max(1.0, given.backup_every),
    )
    return serve(settings, _say_where)


def _say_where(running: Running) -> None:
    where = {
        "port": running.port, "address": f"http://127.0.0.1:{running.local_port}", "mode": running.async_mode,
    }  # fmt: skip
    if running.role == "primary":
        said = gettext("Machines and consoles: port %(port)s. On this computer: %(address)s [%(mode)s]", **where)
    else:
        said = gettext("Standby: port %(port)s. On this computer: %(address)s [%(mode)s]", **where)
    print(said, flush=True)


def _healthcheck(given: argparse.Namespace) -> int:
    import urllib.error
    import urllib.request

    from server.running import running

    found = running(given.dir)
    if found is None:
        print(gettext("No server runs on this folder."), file=sys.stderr)
        return REFUSED
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{found.local_port}/healthz", timeout=5) as answer:
            said = answer.read(MAX_HEALTH_BYTES)
    except urllib.error.HTTPError as answer:
        said = answer.read(MAX_HEALTH_BYTES)  # 503: it answers, and says that it is not well
        answer.close()
    except OSError as error:
        told = phrase("the server does not answer [%(error)s]", error=str(error))
        raise ConfigError(told, hint=phrase("Look at its log.")) from error
    print(said.decode("utf-8", "replace").strip())
    return 0 if _is_well(said) else REFUSED


def _is_well(said: bytes) -> bool:
    try:
        health = json.loads(said)
    except ValueError:
        return False  # a page of somebody else's server
    return isinstance(health, dict) and health.get("ok") is True


if __name__ == "__main__":
    sys.exit(main())
