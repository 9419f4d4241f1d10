"""The command `print`: question paper, answer sheet and key sheet of forms, as PDF."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from question_bank.canonical import JSON
from question_bank.disk import replace_private
from question_bank.form_document import Form
from question_bank.form_file import read_form
from question_bank.paper.pages import Missing
from question_bank.paper.pdf import Head, Media, PaperForm
from question_bank.phrase import phrase
from question_bank.printing import MOST_HEAD, PrintError, head_line, name_of, printed, what_of
from question_bank.vault.access import add_passphrase, opened
from question_bank.wording import LANGUAGES, gettext

OK = 0
INCOMPLETE = 3  # something of the form cannot be on paper: the list says what
MAX_FILE_BYTES = 64 * 1024 * 1024


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `print`; it sets `run`, a function of the parsed arguments that gives the exit status."""
    parser = commands.add_parser(
        "print", help=gettext("make question paper, answer sheet and key sheet of forms as PDF")
    )
    parser.add_argument("forms", type=Path, nargs="+", metavar="FORM", help=gettext("forms that “assemble” wrote"))
    parser.add_argument(
        "--to", type=Path, required=True, metavar="FOLDER", help=gettext("where to write them; they are secret")
    )
    parser.add_argument(
        "--bank", type=Path, help=gettext("the bank that the forms' pictures are in, a file or a folder")
    )
    add_passphrase(parser)
    parser.add_argument(
        "--in", dest="paper_language", choices=LANGUAGES, default="vi", help=gettext("the language of the pages")
    )
    parser.add_argument(
        "--issuer",
        type=head_of,
        default="",
        metavar="TEXT",
        help=gettext("who issues the paper, at the top of the page"),
    )
    parser.add_argument("--body", type=head_of, default="", metavar="TEXT", help=gettext("the body below the issuer"))
    parser.add_argument("--replace", action="store_true", help=gettext("write over files that are there already"))
    parser.add_argument("--json", action="store_true", help=gettext("print one JSON object instead of text"))
    parser.set_defaults(run=run_print)


def head_of(text: str) -> str:
    """A line of the head. Raises ArgumentTypeError."""
    words = head_line(text)
    if len(words) > MOST_HEAD:
        message = gettext("%(length)s characters; the most allowed is %(limit)s", length=len(words), limit=MOST_HEAD)
        raise argparse.ArgumentTypeError(message)
    return words


def run_print(arguments: argparse.Namespace) -> int:
    """Write three PDFs a form. Exit status 0, or 3 when something of a form cannot be on paper."""
    forms = [read_form(path) for path in arguments.forms]
    names = [name_of(form) for form in forms]
    if len(set(names)) < len(names):
        raise PrintError(phrase("two of the forms have the same code or set"),
                         hint=phrase("Print them into different folders."))  # fmt: skip
    paths = [[arguments.to / f"{part}-{name}.pdf" for part in ("paper", "answers", "key")] for name in names]
    _refuse_files_there([path for three in paths for path in three], arguments.replace)
    media, head = _media(arguments), Head(arguments.issuer, arguments.body)
    made = [printed(form, media, head, arguments.paper_language) for form in forms]
    lacking = [one.lacking for one in made]
    _write(paths, [one.pages for one in made], arguments.to)
    if arguments.json:
        print(json.dumps(print_document(forms, paths, lacking), ensure_ascii=False, indent=2))
    else:
        _print(forms, paths, lacking)
    return INCOMPLETE if any(lacking) else OK


def print_document(
    forms: Sequence[Form], paths: Sequence[Sequence[Path]], lacking: Sequence[Sequence[Missing]]
) -> JSON:
    """What `print --json` prints: nothing that tells which items are in the forms, but for those that cannot be printed."""
    return {
        "ok": not any(lacking),
        "forms": [
            {
                "code": form.code,
                "set": form.set_name.value,
                "form_sha256": form.sha256(),
                "files": [str(path) for path in three],
                "missing": [{"item": one.number, "bank_item": one.bank_item, "what": one.what} for one in some],
            }
            for form, three, some in zip(forms, paths, lacking, strict=True)
        ],
    }


def _media(arguments: argparse.Namespace) -> Media:
    """Pictures by digest, from a vault, a folder, or nowhere."""
    bank: Path | None = arguments.bank
    found: dict[str, Callable[[], bytes]] = {}
    if bank is not None and bank.is_dir():
        folder = bank / "media"
        for path in sorted(folder.iterdir()) if folder.is_dir() else []:
            if path.is_file() and path.stat().st_size <= MAX_FILE_BYTES:
                with path.open("rb") as file:
                    found[hashlib.file_digest(file, "sha256").hexdigest()] = path.read_bytes
    elif bank is not None:
        with opened(bank, arguments, write=False) as vault:
            held = {hashlib.sha256(data).hexdigest(): data for data in vault.shared.media_data().values()}
        return held.__getitem__
    return lambda sha256: found[sha256]()


def _refuse_files_there(paths: Sequence[Path], replace: bool) -> None:
    for path in paths:
        if path.exists() and not replace:
            raise PrintError(gettext("%(file)s is there already", file=path),
                             hint=gettext("Name another folder with --to, or add --replace."))  # fmt: skip


def _write(paths: Sequence[Sequence[Path]], made: Sequence[PaperForm], folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        for three, form in zip(paths, made, strict=True):
            for path, data in zip(three, (form.paper, form.answers, form.key), strict=True):
                replace_private(path, data)
    except OSError as error:
        raise PrintError(gettext("%(file)s cannot be written: %(reason)s", file=folder, reason=error.strerror),
                         hint=gettext("Check that the folder exists and has room.")) from error  # fmt: skip


def _print(forms: Sequence[Form], paths: Sequence[Sequence[Path]], lacking: Sequence[Sequence[Missing]]) -> None:
    for form, three, some in zip(forms, paths, lacking, strict=True):
        for path in three:
            print(path)
        print(gettext("  head digest: %(sha256)s", sha256=form.sha256()))
        for one in some:
            print(
                gettext(
                    "  item %(number)s (%(id)s) cannot be on paper: %(what)s",
                    number=one.number,
                    id=one.bank_item,
                    what=what_of(one),
                )
            )
    print(
        gettext(
            "Question papers and key sheets are secret: print them where you print the papers, and delete the files."
        ),
        file=sys.stderr,
    )
