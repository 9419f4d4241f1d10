"""The command that signs a correction of one item.

Exit status: 0 done; 3 refused, with the name of the broken rule.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from question_bank.bilingual import Bilingual
from question_bank.canonical import JSON
from question_bank.disk import write_new
from question_bank.erratum import MAX_TEXT, signed_erratum
from question_bank.form_file import read_form
from question_bank.seal_cli import OK, Commands, command, now_ms, say
from question_bank.sealed_keys import SigningKey
from question_bank.sealing import not_written
from question_bank.wording import gettext

MAX_WORDS = 80  # characters of an item's beginning that name it for people


def add_commands(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command; it sets `run`."""
    parser = command(commands, "erratum", gettext("sign a correction of one item, for a room to release"), run)
    parser.add_argument("form", type=Path, help=gettext("the form that assemble wrote"))
    parser.add_argument("--section", type=int, default=1, metavar="N", help=gettext("the section, from 1"))
    parser.add_argument("--item", type=int, required=True, metavar="N", help=gettext("the item's number in the form"))
    parser.add_argument("--key", type=Path, required=True, help=gettext("the committee's private key"))
    parser.add_argument("--vi", required=True, help=gettext("the correction in Vietnamese, as candidates read it"))
    parser.add_argument("--en", default="", help=gettext("the same in English"))
    parser.add_argument("--out", type=Path, required=True, help=gettext("the file to write"))


def run(arguments: argparse.Namespace) -> int:
    """Sign a correction."""
    form, key = read_form(arguments.form), SigningKey.read(arguments.key)
    if not 1 <= arguments.section <= len(form.sections):
        raise SystemExit(gettext("the form has no section %(n)s", n=arguments.section))
    items = form.sections[arguments.section - 1].candidate["items"]
    if not isinstance(items, list) or not 1 <= arguments.item <= len(items):
        raise SystemExit(gettext("the section has no item %(n)s", n=arguments.item))
    if not 0 < len(arguments.vi.strip()) <= MAX_TEXT or len(arguments.en) > MAX_TEXT:
        raise SystemExit(gettext("a correction has 1 to %(most)s characters", most=MAX_TEXT))
    item = items[arguments.item - 1]
    assert isinstance(item, dict)
    reference = f"{arguments.section}.{arguments.item} · {_words(item.get('stem'))}"[:MAX_WORDS]
    text = Bilingual(arguments.vi.strip(), arguments.en.strip())
    try:
        write_new(arguments.out, signed_erratum(key, str(item["item_id"]), reference, text, now_ms()))
    except OSError as error:
        raise not_written(error) from error
    said: dict[str, JSON] = {
        "verdict": "ok",
        "item_id": str(item["item_id"]),
        "item": reference,
        "file": str(arguments.out),
    }
    say(
        arguments,
        said,
        gettext("The correction of item %(item)s is signed: %(file)s", item=reference, file=arguments.out),
    )
    return OK


def _words(value: JSON) -> str:
    """The words in a rich text, in their order."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return " ".join(filter(None, map(_words, value)))
    if isinstance(value, dict):
        return " ".join(
            filter(
                None, (_words(value[name]) for name in ("text", "vi", "content", "spans", "blocks") if name in value)
            )
        )
    return ""
