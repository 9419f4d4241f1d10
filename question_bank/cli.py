"""examroom-bank: from a bank to sealed sets, on the committee's own machine.

Exit status: 0 done; 1 something failed, with a hint; 2 wrong usage; 3 the content is wrong or not enough.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Callable, Sequence

from question_bank import bank_cli, seal_cli
from question_bank.errors import ExamRoomError
from question_bank.wording import LANGUAGES, gettext, use_language

FAILED = 1


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; `argv` without the program's name, the process's own arguments when None."""
    if argv is None:
        argv = sys.argv[1:]
        _speak_utf8()
    _choose_language(argv)
    arguments = build_parser().parse_args(argv)
    run: Callable[[argparse.Namespace], int] = arguments.run
    try:
        return run(arguments)
    except ExamRoomError as error:
        print(gettext("error: %(message)s", message=str(error)), file=sys.stderr)
        if error.hint:
            print(error.hint, file=sys.stderr)
        return FAILED


class Parser(argparse.ArgumentParser):
    """A parser whose own words in help and usage are in the reader's language too; commands get the same class."""

    def format_help(self) -> str:
        """The help, in the current language."""
        arguments, options, help_of_help = gettext("arguments"), gettext("options"), gettext("show this help")
        text = super().format_help().replace("\npositional arguments:\n", f"\n{arguments}:\n")
        text = text.replace("\noptions:\n", f"\n{options}:\n")
        return _usage(text.replace("show this help message and exit", help_of_help))

    def format_usage(self) -> str:
        """The usage, in the current language."""
        return _usage(super().format_usage())


def build_parser() -> argparse.ArgumentParser:
    """All commands, described in the current language."""
    parser: argparse.ArgumentParser = Parser(
        prog="examroom-bank", description=gettext("The item bank: check, assemble, seal.")
    )
    _add_language(parser)
    commands = parser.add_subparsers(dest="command", required=True, metavar=gettext("COMMAND"))
    bank_cli.add_commands(commands)
    seal_cli.add_commands(commands)
    return parser


def _usage(text: str) -> str:
    return gettext("usage") + text.removeprefix("usage") if text.startswith("usage:") else text


def _choose_language(argv: Sequence[str]) -> None:
    """Set the language before the parser is built, so that help and usage are in it."""
    early = argparse.ArgumentParser(add_help=False, exit_on_error=False)
    _add_language(early)
    try:
        found, _ = early.parse_known_args(list(argv))
    except argparse.ArgumentError:
        return  # the real parser says what is wrong with it
    if found.language:
        use_language(found.language)


def _add_language(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--language", choices=LANGUAGES, help=gettext("speak Vietnamese or English"))


def _speak_utf8() -> None:
    """A Windows console has a code page without Vietnamese."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


if __name__ == "__main__":
    sys.exit(main())
