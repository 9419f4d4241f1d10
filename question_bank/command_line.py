"""What every command line of ours shares: help, usage and mistakes in the reader's language.

argparse speaks English where gettext's own global domain is not set; here its sentences are looked up like all others.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from question_bank.phrase import Phrase, phrase
from question_bank.wording import LANGUAGES, gettext, use_language

WRONG_USAGE = 2
NOBODY_READS = 141  # what a shell says of a program that a closed pipe ended: 128 and the number of SIGPIPE
# What argparse says of wrong usage, with names for its places; one it does not say this way stays as it says it.
_MISTAKES = (
    phrase("the following arguments are required: %(names)s"),
    phrase("unrecognized arguments: %(names)s"),
    phrase("one of the arguments %(names)s is required"),
    phrase("ambiguous option: %(option)s could match %(matches)s"),
    phrase("argument %(name)s: %(mistake)s"),
    phrase("expected one argument"),
    phrase("expected at least one argument"),
    phrase("expected %(count)s arguments"),
    phrase("invalid choice: %(value)s (choose from %(choices)s)"),
    phrase("invalid %(type)s value: %(value)s"),
    phrase("not allowed with argument %(name)s"),
    phrase("ignored explicit argument %(value)s"),
)
_PLACE = re.compile(r"%\((\w+)\)s")


class Parser(argparse.ArgumentParser):
    """A parser whose own words are in the reader's language too; its commands get the same class."""

    def format_help(self) -> str:
        """The help, in the current language."""
        arguments, options, help_of_help = gettext("arguments"), gettext("options"), gettext("show this help")
        text = super().format_help().replace("\npositional arguments:\n", f"\n{arguments}:\n")
        text = text.replace("\noptions:\n", f"\n{options}:\n")
        return _usage(text.replace("show this help message and exit", help_of_help))

    def format_usage(self) -> str:
        """The usage, in the current language."""
        return _usage(super().format_usage())

    def error(self, message: str) -> NoReturn:
        """Wrong usage: the usage, what is wrong, and exit status 2."""
        self.print_usage(sys.stderr)
        told = gettext("%(program)s: error: %(message)s", program=self.prog, message=mistake(message))
        self.exit(WRONG_USAGE, f"{told}\n")


def mistake(message: str) -> str:
    """A sentence of argparse about wrong usage in the current language; one it does not know stays as it is."""
    for known in _MISTAKES:
        if (found := _pattern(known).fullmatch(message)) is not None:
            return gettext(known.message, **{name: mistake(value) for name, value in found.groupdict().items()})
    return message


def add_language(target: argparse.ArgumentParser) -> None:
    """The option that every program of ours has."""
    target.add_argument("--language", choices=LANGUAGES, help=gettext("speak Vietnamese or English"))


def choose_language(words: Sequence[str]) -> None:
    """Set the language before the parser is built, so that help and usage are in it."""
    early = argparse.ArgumentParser(add_help=False, exit_on_error=False)
    add_language(early)
    try:
        found, _ = early.parse_known_args(list(words))
    except argparse.ArgumentError:
        return  # the real parser says what is wrong with it
    if found.language:
        use_language(found.language)


def speak_utf8() -> None:
    """A Windows console has a code page without Vietnamese."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def while_read(run: Callable[[], int]) -> int:
    """The exit status of a command, quietly `NOBODY_READS` when who reads its output has left (`… | head`)."""
    try:
        try:
            return run()
        finally:
            sys.stdout.flush()  # here, and not when Python ends and can only complain
    except BrokenPipeError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (sys.stdout, sys.stderr):
            os.dup2(nowhere, stream.fileno())
        return NOBODY_READS


def _usage(text: str) -> str:
    return gettext("usage") + text.removeprefix("usage") if text.startswith("usage:") else text


def _pattern(known: Phrase) -> re.Pattern[str]:
    literal = re.split(_PLACE, known.message)  # text, name, text, name, …
    parts = (re.escape(part) if place % 2 == 0 else f"(?P<{part}>.+?)" for place, part in enumerate(literal))
    return re.compile("".join(parts), re.DOTALL)
