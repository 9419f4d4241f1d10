"""The commands of a second server: its kit, its life, and taking over."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from collections.abc import Callable
from pathlib import Path

from question_bank.phrase import phrase
from server.errors import ConfigError
from server.wording import gettext

REFUSED = 3
MAX_ANSWER_BYTES = 65_536


def add_commands(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    add_serving: Callable[[argparse.ArgumentParser], None],
    serve: Callable[[argparse.Namespace], int],
) -> None:
    """Add this module's commands; `add_serving` adds the options of listening, `serve` runs the program."""
    kit = commands.add_parser(
        "standby-kit", help=gettext("make the file from which a second server of this room is made")
    )
    kit.add_argument("dir", type=Path, help=gettext("the room's folder"))
    kit.add_argument("--out", type=Path, required=True, help=gettext("the file to write, for instance on a USB stick"))
    kit.set_defaults(act=_kit)

    standby = commands.add_parser("standby", help=gettext("be the second server of a room until stopped"))
    standby.add_argument("dir", type=Path, help=gettext("this server's folder; not there yet at the first time"))
    standby.add_argument("--of", metavar=gettext("ADDRESS"), help=gettext("where the primary is, as 10.20.0.1:8443"))
    standby.add_argument("--kit", type=Path, help=gettext("the first time: the file made by standby-kit"))
    standby.add_argument("--words-file", type=Path, help=gettext("read the ten words from this file instead of asking"))
    add_serving(standby)
    standby.set_defaults(act=lambda given: _standby(given, serve))

    promote = commands.add_parser("promote", help=gettext("have the standby in this folder take the room over"))
    promote.add_argument("dir", type=Path, help=gettext("the standby's folder"))
    promote.add_argument("--officer", required=True, help=gettext("user name of the officer who says so"))
    promote.add_argument("--reason", default="", help=gettext("why; needed without a majority of the seats"))
    promote.add_argument(
        "--password-file", type=Path, help=gettext("read the password from this file instead of asking")
    )
    promote.set_defaults(act=_promote)


def _kit(given: argparse.Namespace) -> int:
    from question_bank.disk import write_new
    from server.standby_kit import make_kit, new_words

    words = new_words()
    try:
        write_new(given.out, make_kit(given.dir, words))
    except OSError as error:
        told = phrase("%(file)s cannot be written [%(error)s]", file=str(given.out), error=error.strerror or str(error))
        raise ConfigError(told, hint=phrase("Give a file that is not there yet.")) from error
    print(gettext("The kit is in %(file)s. Its words, which are on no disk:", file=given.out), file=sys.stderr)
    print(words)
    return 0


def _standby(given: argparse.Namespace, serve: Callable[[argparse.Namespace], int]) -> int:
    from dataclasses import replace

    from server.role import Role, read_standing, write_standing
    from server.standby_kit import set_up

    if given.kit is not None:
        if given.of is None:
            raise ConfigError(phrase("the primary's address is missing"), hint=phrase("Give --of ADDRESS."))
        words = _secret(given.words_file, gettext("The ten words of the kit: "))
        set_up(given.dir, _read(given.kit), words, given.of)
    elif not given.dir.exists():
        raise ConfigError(
            phrase("%(folder)s is not there", folder=str(given.dir)),
            hint=phrase("The first time, give --kit FILE and --of ADDRESS."),
        )
    standing = read_standing(given.dir)
    if given.of is not None and standing.role is Role.STANDBY and standing.peer != given.of:
        write_standing(given.dir, replace(standing, peer=given.of))
    return serve(given)


def _promote(given: argparse.Namespace) -> int:
    import urllib.error
    import urllib.parse
    import urllib.request

    from server.running import running

    found = running(given.dir)
    if found is None or found.role != "standby":
        print(gettext("No standby runs on this folder."), file=sys.stderr)
        return REFUSED
    password = _secret(given.password_file, gettext("Password: "))
    form = urllib.parse.urlencode({"user_name": given.officer, "password": password, "reason": given.reason}).encode()
    asked = urllib.request.Request(
        f"http://127.0.0.1:{found.local_port}/promote", data=form, headers={"Accept": "application/json"}
    )
    try:
        with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310
            answer.read(MAX_ANSWER_BYTES)
    except urllib.error.HTTPError as answer:
        said = answer.read(MAX_ANSWER_BYTES)
        answer.close()
        print(_fault(said), file=sys.stderr)
        return REFUSED
    except OSError as error:
        told = phrase("the server does not answer [%(error)s]", error=str(error))
        raise ConfigError(told, hint=phrase("Look at its log.")) from error
    print(gettext("This server takes the room over."))
    return 0


def _fault(said: bytes) -> str:
    try:
        value = json.loads(said)
    except ValueError:
        value = None
    fault = value.get("fault") if isinstance(value, dict) else None
    return fault if isinstance(fault, str) else gettext("The server refused.")


def _secret(file: Path | None, prompt: str) -> str:
    return getpass.getpass(prompt) if file is None else _read(file).decode("utf-8", "replace").strip()


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(1 << 20)
    except OSError as error:
        told = phrase("%(file)s cannot be read [%(error)s]", file=str(file), error=error.strerror or str(error))
        raise ConfigError(told, hint=phrase("Look at the file's name again.")) from error
