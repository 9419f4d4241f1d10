"""The commands `import` and `export`: other programs' files into a bank, a bank into other programs' files."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from question_bank.canonical import JSON
from question_bank.disk import replace_private, sync_folder, write_new
from question_bank.exchange_folder import ExchangeError, FolderBank, slug
from question_bank.formats.exchange import (
    MAX_FILE_BYTES,
    Defaults,
    Exported,
    Imported,
    Notice,
    NotThisFormat,
    Outcome,
    Question,
)
from question_bank.formats.registry import readers, sniff, writers
from question_bank.ids import TopicCode, is_code
from question_bank.items.model import Level
from question_bank.items.text import LIMITS
from question_bank.phrase import phrase
from question_bank.vault.access import (
    add_author,
    add_passphrase,
    author,
    new_passphrase,
    now_ms,
    opened,
    refuse_passphrase,
    say_folder,
    say_protection,
    whole_bank,
)
from question_bank.vault.errors import VaultError, VaultFault
from question_bank.vault.vault import Vault
from question_bank.wording import gettext, ngettext, render

OK = 0
NOT_THIS_FORMAT = 2
REJECTED = 3


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `import` and `export`; each sets `run`, a function of the parsed arguments that gives the exit status."""
    parser = commands.add_parser("import", help=gettext("take the questions of another program's file into a bank"))
    parser.add_argument("file", type=Path, help=gettext("the file to import"))
    _add_bank(parser)
    parser.add_argument("--format", choices=list(readers()), help=gettext("the file's format (default: as it looks)"))
    parser.add_argument("--topic", type=topic_of, metavar="CODE",
                        help=gettext("the topic of items whose file names none (default: from the file's name)"))  # fmt: skip
    parser.add_argument("--level", choices=[level.value for level in Level], default=Level.THONG_HIEU.value,
                        help=gettext("the level of items whose file names none"))  # fmt: skip
    parser.add_argument("--source", type=source_of, default="", metavar="TEXT",
                        help=gettext("what the items rest on, where their file does not say it"))  # fmt: skip
    add_author(parser, required=False)
    _add_json(parser)
    parser.set_defaults(run=run_import)

    parser = commands.add_parser("export", help=gettext("write a bank's items as another program's file"))
    _add_bank(parser)
    parser.add_argument("--format", choices=list(writers()), required=True, help=gettext("the format to write"))
    parser.add_argument(
        "--to", type=Path, required=True, metavar="FILE", help=gettext("where to write it; it holds the keys")
    )
    parser.add_argument("--replace", action="store_true", help=gettext("write over a file that is there already"))
    _add_json(parser)
    parser.set_defaults(run=run_export)


def topic_of(text: str) -> TopicCode:
    """A topic's code. Raises ArgumentTypeError."""
    if not is_code(text):
        raise argparse.ArgumentTypeError(
            gettext("small letters without marks, digits and single hyphens, like “dich-vu-cong”")
        )
    return TopicCode(text)


def source_of(text: str) -> str:
    """A source. Raises ArgumentTypeError."""
    words = " ".join(text.split())
    if len(words) > LIMITS["source"]:
        message = gettext(
            "%(length)s characters; the most allowed is %(limit)s", length=len(words), limit=LIMITS["source"]
        )
        raise argparse.ArgumentTypeError(message)
    return words


def run_import(arguments: argparse.Namespace) -> int:
    """Import a file. Exit status 0, 3 when a question was rejected, 2 when the file is not of the format."""
    data, name = _read(arguments.file), arguments.file.name
    found = _found(data, name, arguments)
    if isinstance(found, NotThisFormat):
        return _refused(found.notice, arguments.json)
    if arguments.bank.is_dir():
        refuse_passphrase(arguments.bank, arguments)
        say_folder()
        bank = FolderBank.read(arguments.bank)
        files = bank.add(found, name) if any(one.item for one in found.questions) else []
    else:
        found, files = _into_vault(found, name, arguments), [arguments.bank]
    if arguments.json:
        _print_json(import_document(found, [str(path) for path in files]))
    else:
        _print_import(found, files)
    return REJECTED if found.count(Outcome.REJECTED) else OK


def run_export(arguments: argparse.Namespace) -> int:
    """Export a bank. Exit status 0, whatever was lost: the report says it."""
    if arguments.bank.is_dir():
        refuse_passphrase(arguments.bank, arguments)
        say_folder()
        folder = FolderBank.read(arguments.bank)
        whole, media = folder.bank(), folder.media()
    else:
        whole, media = whole_bank(arguments.bank, arguments)
    made = writers()[arguments.format].write(whole, whole.items, media)
    _write(arguments.to, made.data, arguments.replace)
    if arguments.json:
        _print_json(export_document(made))
    else:
        for loss in made.losses:
            print(f"{loss.item}: {loss.code}: {render(loss.message)}")
        print(ngettext("%(n)s item written", "%(n)s items written", made.items))
    return OK


def _into_vault(found: Imported, name: str, arguments: argparse.Namespace) -> Imported:
    """The import is in the bank's file, which is made when it is not there; gives what was found, with what was refused."""
    with _vault(arguments) as vault:
        arrived = vault.arrivals.add(found, name, author(arguments))
        vault.save()
    refused = tuple(Notice("bad_file", name, no.message) for name, no in arrived.media_refused.items())
    return replace(found, notices=(*found.notices, *refused))


def _vault(arguments: argparse.Namespace) -> Vault:
    bank: Path = arguments.bank
    if bank.exists():
        return opened(bank, arguments, write=True)
    try:
        bank.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise VaultError(VaultFault.NOT_WRITTEN, bank, error.strerror or "") from error
    vault = Vault.create(bank, new_passphrase(arguments.passphrase_file), now_ms, author(arguments))
    say_protection(vault)
    return vault


def import_document(found: Imported, files: Iterable[str]) -> JSON:
    """What `import --json` prints: the three numbers add up to the questions of the file."""
    problems = [notice for question in found.questions for notice in question.review]
    return {
        **{outcome.value: found.count(outcome) for outcome in Outcome},
        "problems": [_notice(one) for one in problems],
        "types": {**found.types()},
        "notices": [_notice(one) for one in _all_notices(found)],
        "files": [*files],
    }


def export_document(made: Exported) -> JSON:
    """What `export --json` prints."""
    lost: list[JSON] = [{"code": one.code, "item": one.item, "what": render(one.message)} for one in made.losses]
    return {"exported": made.items, "lost": lost}


def _found(data: bytes, name: str, arguments: argparse.Namespace) -> Imported | NotThisFormat:
    chosen = (arguments.format,) if arguments.format else sniff(data, name)
    if len(chosen) != 1:
        names = ", ".join(chosen or readers())
        message = phrase("which format the file has cannot be told; name it with --format: %(names)s", names=names)
        return NotThisFormat(Notice("unknown_format", "", message))
    topic = arguments.topic or topic_of(slug(name))
    return readers()[chosen[0]].read(data, name, Defaults(topic, Level(arguments.level), arguments.source))


def _refused(notice: Notice, as_json: bool) -> int:
    if as_json:
        numbers: dict[str, JSON] = {outcome.value: 0 for outcome in Outcome}
        _print_json({**numbers, "problems": [_notice(notice)], "types": {}, "notices": [], "files": []})
    else:
        print(_line(notice))
        print(gettext("Nothing was imported."), file=sys.stderr)
    return NOT_THIS_FORMAT


def _print_import(found: Imported, files: Iterable[Path]) -> None:
    for question in found.questions:
        for notice in question.review:
            print(f"{_outcome(question)}: {_line(notice)}")
    note = gettext("note")
    for notice in _all_notices(found):
        print(f"{note}: {_line(notice)}")
    ready, review, rejected = (found.count(outcome) for outcome in (Outcome.READY, Outcome.REVIEW, Outcome.REJECTED))
    print(
        gettext(
            "%(ready)s imported, %(review)s to review, %(rejected)s rejected",
            ready=ready,
            review=review,
            rejected=rejected,
        )
    )
    for path in files:
        print(path)


def _outcome(question: Question) -> str:
    return gettext("rejected") if question.item is None else gettext("to review")


def _all_notices(found: Imported) -> list[Notice]:
    """What is to be known: of the file, of each question, and what all of them lack together."""
    notices = [*found.notices, *(notice for question in found.questions for notice in question.notices)]
    bare = sum(not question.item.common.explanation for question in found.questions if question.item)
    if bare:
        notices.append(Notice("no_explanation", "", phrase("items without an explanation: %(items)s", items=bare)))
    unsourced = sum(not question.item.common.source for question in found.questions if question.item)
    if unsourced:
        notices.append(
            Notice(
                "no_source", "", phrase("items without a source: %(items)s; --source gives them one", items=unsourced)
            )
        )
    return notices


def _line(notice: Notice) -> str:
    return ": ".join(part for part in (notice.where, notice.code, render(notice.message)) if part)


def _notice(notice: Notice) -> JSON:
    return {"code": notice.code, "where": notice.where, "message": render(notice.message)}


def _read(path: Path) -> bytes:
    """At most one byte more than a format takes, so that a huge file is named and not read."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise ExchangeError(gettext("%(file)s cannot be read: %(reason)s", file=path, reason=error.strerror),
                            hint=gettext("Check the path and the file's permissions.")) from error  # fmt: skip


def _write(path: Path, data: bytes, replace: bool) -> None:
    try:
        if replace:
            replace_private(path, data)
        else:
            write_new(path, data)
            sync_folder(path.parent)
    except FileExistsError as error:
        raise ExchangeError(gettext("%(file)s is there already", file=path),
                            hint=gettext("Choose another name, or add --replace.")) from error  # fmt: skip
    except OSError as error:
        raise ExchangeError(gettext("%(file)s cannot be written: %(reason)s", file=path, reason=error.strerror),
                            hint=gettext("Check that the folder can be written to and has room.")) from error  # fmt: skip


def _print_json(document: JSON) -> None:
    print(json.dumps(document, ensure_ascii=False, indent=2))


def _add_bank(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--bank", type=Path, required=True,
                        help=gettext("the bank's file, or a folder of .yaml files"))  # fmt: skip
    add_passphrase(parser)


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help=gettext("print one JSON object instead of text"))
