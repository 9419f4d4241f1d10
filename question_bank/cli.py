"""examroom-bank: from a bank to sealed sets, on the committee's own machine.

Exit status: 0 done; 1 something failed, with a hint; 2 wrong usage; 3 the content is wrong or not enough; 141 nobody reads
what it prints any more.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from functools import partial

from question_bank import assemble_cli, bank_cli, erratum_cli, exchange_cli, print_cli, seal_cli, stats_cli
from question_bank.command_line import Parser, add_language, choose_language, speak_utf8, while_read
from question_bank.errors import ExamRoomError
from question_bank.practical import commands as practical_commands
from question_bank.studio import cli as studio_cli
from question_bank.vault import commands as vault_commands
from question_bank.vault.memory import keep_out_of_files
from question_bank.wording import gettext, render

FAILED = 1


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; `argv` without the program's name, the process's own arguments when None."""
    if argv is None:
        argv = sys.argv[1:]
        speak_utf8()
        keep_out_of_files()  # whatever the command, it may hold keys
        return while_read(partial(_run, argv))
    return _run(argv)


def _run(argv: Sequence[str]) -> int:
    choose_language(argv)
    arguments = build_parser().parse_args(argv)
    run: Callable[[argparse.Namespace], int] = arguments.run
    try:
        return run(arguments)
    except ExamRoomError as error:
        print(gettext("error: %(message)s", message=render(error.said)), file=sys.stderr)
        if error.advice:
            print(render(error.advice), file=sys.stderr)
        return FAILED


def build_parser() -> argparse.ArgumentParser:
    """All commands, described in the current language."""
    parser: argparse.ArgumentParser = Parser(
        prog="examroom-bank", description=gettext("The item bank: import, review, approve, assemble, seal.")
    )
    add_language(parser)
    commands = parser.add_subparsers(dest="command", required=True, metavar=gettext("COMMAND"))
    bank_cli.add_commands(commands)
    assemble_cli.add_commands(commands)
    exchange_cli.add_commands(commands)
    vault_commands.add_commands(commands)
    print_cli.add_commands(commands)
    stats_cli.add_commands(commands)
    seal_cli.add_commands(commands)
    erratum_cli.add_commands(commands)
    practical_commands.add_commands(commands)
    studio_cli.add_commands(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
