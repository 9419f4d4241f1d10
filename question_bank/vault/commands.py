"""The commands on a vault: made, looked at, signed (docs/cli.md). What they print is in `looking` and `signing`."""

from __future__ import annotations

import argparse
from pathlib import Path

from question_bank.items import types
from question_bank.items.model import Level
from question_bank.vault import looking, signing
from question_bank.vault.access import add_author, add_passphrase
from question_bank.vault.likeness import ALIKE
from question_bank.vault.states import Act, State
from question_bank.wording import gettext

Commands = argparse._SubParsersAction  # argparse has no public name for it


def add_commands(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add them all; each sets `run`, a function of the parsed arguments that gives the exit status."""
    _add_making(commands)
    _add_looking(commands)
    _add_signing(commands)


def _add_making(commands: Commands[argparse.ArgumentParser]) -> None:
    parser = _command(commands, "new", gettext("make a bank, protected when a passphrase is given"))
    add_author(parser, required=False)
    parser.set_defaults(run=signing.run_new)

    parser = _command(commands, "write", gettext("write items of our own YAML into a bank, each under its id"))
    parser.add_argument(
        "source", type=Path, metavar="FILE", help=gettext("a .yaml file, or a folder of them with its media")
    )
    _add_why(parser, required=False)
    add_author(parser, required=True)
    parser.set_defaults(run=signing.run_write)

    parser = _command(commands, "passwd", gettext("give a bank another passphrase, or its first"))
    chosen = parser.add_mutually_exclusive_group(required=True)
    chosen.add_argument(
        "--new-passphrase-file", type=Path, metavar="FILE", help=gettext("the file that holds the new one")
    )
    chosen.add_argument("--plain", action="store_true", help=gettext("take the protection away"))
    add_author(parser, required=False)
    parser.set_defaults(run=signing.run_passwd)


def _add_looking(commands: Commands[argparse.ArgumentParser]) -> None:
    _command(commands, "info", gettext("say how large a bank is and how far its items have come")).set_defaults(
        run=looking.run_info
    )

    parser = _command(commands, "list", gettext("list a bank's items"))
    _add_wanted(parser)
    parser.set_defaults(run=looking.run_list)

    parser = _command(commands, "search", gettext("find items by their words, with or without marks"))
    parser.add_argument("words", nargs="+", help=gettext("words, the last as a beginning; “…” is a phrase"))
    _add_wanted(parser)
    parser.set_defaults(run=looking.run_list)

    parser = _command(commands, "show", gettext("show one item with all that is known of it"))
    parser.add_argument("item", help=gettext("the item's id"))
    parser.set_defaults(run=looking.run_show)

    parser = _command(commands, "history", gettext("show who did what, when and why"))
    parser.add_argument("item", nargs="?", default="", help=gettext("one item (default: the whole bank)"))
    parser.add_argument("--most", type=int, default=100, metavar="N", help=gettext("at most so many, the latest first"))
    parser.set_defaults(run=looking.run_history)

    parser = _command(commands, "duplicates", gettext("list items that say nearly the same"))
    parser.add_argument("--percent", type=int, choices=range(1, 101), metavar="1-100", default=ALIKE,
                        help=gettext("how alike they must be (default: %(alike)s)", alike=ALIKE))  # fmt: skip
    parser.set_defaults(run=looking.run_duplicates)


def _add_signing(commands: Commands[argparse.ArgumentParser]) -> None:
    parser = _command(commands, "settle", gettext("say how a reason to review was dealt with"))
    parser.add_argument("item", help=gettext("the item's id"))
    parser.add_argument("--reason", type=int, action="append", default=[], metavar="N",
                        help=gettext("its number, as “show” tells it; may be given several times (default: all)"))  # fmt: skip
    parser.add_argument("--how", required=True, metavar="TEXT", help=gettext("how it was dealt with"))
    add_author(parser, required=True)
    parser.set_defaults(run=signing.run_settle)

    for name, act, told, why in (
        ("review", Act.REVIEW, gettext("sign drafts as reviewed"), None),
        ("approve", Act.APPROVE, gettext("sign reviewed items as approved, as another person than who reviewed"), None),
        ("send-back", Act.SEND_BACK, gettext("send items back to draft"), True),
        ("withdraw", Act.WITHDRAW, gettext("take items out of use"), True),
        ("restore", Act.RESTORE, gettext("take withdrawn items back as drafts"), False),
    ):
        parser = _command(commands, name, told)
        parser.add_argument("item", nargs="*", help=gettext("the items' ids"))
        if why is None:
            parser.add_argument("--all", action="store_true", help=gettext("all items whose turn it is"))
        else:
            _add_why(parser, required=why)
        add_author(parser, required=True)
        parser.set_defaults(run=signing.run_act, act=act, why="") if why is None else parser.set_defaults(
            run=signing.run_act, act=act, all=False)  # fmt: skip

    for name, told in (
        ("undo", gettext("take an item's last edit back")),
        ("redo", gettext("do again what was undone")),
    ):
        parser = _command(commands, name, told)
        parser.add_argument("item", help=gettext("the item's id"))
        add_author(parser, required=True)
        parser.set_defaults(run=signing.run_step, step=name)


def _command(commands: Commands[argparse.ArgumentParser], name: str, told: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=told)
    parser.add_argument("bank", type=Path, help=gettext("the bank's file"))
    add_passphrase(parser)
    parser.add_argument("--json", action="store_true", help=gettext("print one JSON object instead of text"))
    return parser


def _add_why(parser: argparse.ArgumentParser, *, required: bool) -> None:
    parser.add_argument(
        "--why", required=required, default="", metavar="TEXT", help=gettext("why, for the bank's history")
    )


def _add_wanted(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--state", action="append", default=[], choices=[state.value for state in State],
                        help=gettext("only items in this state; may be given several times"))  # fmt: skip
    parser.add_argument("--topic", default="", metavar="CODE", help=gettext("only items of this topic"))
    parser.add_argument("--level", choices=[level.value for level in Level], help=gettext("only items of this level"))
    parser.add_argument("--type", default="", choices=list(types()), help=gettext("only items of this type"))
    parser.add_argument("--tag", default="", metavar="TAG", help=gettext("only items with this tag"))
    parser.add_argument("--open", action="store_true", help=gettext("only items with reasons to review that are open"))
