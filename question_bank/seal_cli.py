"""The commands about sealed packages: keygen, seal, inspect, verify, open.

Exit status: 0 done; 3 refused, with the name of the broken rule (docs/sealed-package.md §10).
"""

from __future__ import annotations

import argparse
import errno
import getpass
import json
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path

from question_bank.canonical import JSON, encode
from question_bank.custody import CustodyError, CustodyFault, SecretKind, Share, open_secret, parse_share
from question_bank.custody_plan import CustodyPlan, read_plan
from question_bank.disk import write_new
from question_bank.form_file import read_form
from question_bank.media_source import from_folder
from question_bank.phrase import Phrase, phrase
from question_bank.sealed import Package, SealError, SealFault
from question_bank.sealed_keys import PublicKey, SigningKey, read_public_key
from question_bank.sealed_manifest import SecretCustody
from question_bank.sealed_parts import MEDIA_TYPES, marking_document
from question_bank.sealed_report import (
    advice,
    instant,
    package_document,
    package_text,
    refusal_document,
    refusal_text,
    refused,
    verified,
)
from question_bank.sealed_write import MediaSource, no_media
from question_bank.sealing import FORMAT_SINCE, SealPlan, make_keys, not_written, read_instant, seal_forms
from question_bank.vault.access import add_author, add_passphrase, author, opened
from question_bank.vault.uses import How
from question_bank.vault.vault import Vault
from question_bank.wording import gettext, ngettext, render

OK = 0
REFUSED = 3

VERSION = version("examroom")
MAX_SHARE_FILE = 64 * 2**10  # bytes; a share has about 250

Commands = argparse._SubParsersAction  # argparse has no public name for it


def add_commands(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the commands; each sets `run`, a function of the parsed arguments that gives the exit status."""
    parser = command(commands, "keygen", gettext("make the committee's signing key"), run_keygen)
    parser.add_argument("--name", required=True, help=gettext("whose key it is, as rooms will show it"))
    parser.add_argument("--out", type=Path, required=True, help=gettext("the folder for the key files"))

    parser = command(commands, "seal", gettext("seal a form: a package, and the custodians' sheets"), run_seal)
    parser.add_argument("form", type=Path, help=gettext("the form that assemble wrote"))
    parser.add_argument("--key", type=Path, required=True, help=gettext("the committee's private key"))
    parser.add_argument("--custody", type=Path, required=True, help=gettext("who holds the shares, a .yaml file"))
    parser.add_argument("--out", type=Path, required=True, help=gettext("the folder for the package"))
    parser.add_argument("--sheets", type=Path, required=True, help=gettext("another folder, for the sheets to print"))
    parser.add_argument("--media", type=Path, help=gettext("the bank's folder of pictures, sound and film"))
    parser.add_argument(
        "--bank", type=Path, help=gettext("the bank's file: files come from it, and it records what is sealed")
    )
    add_passphrase(parser)
    add_author(parser, required=False)
    parser.add_argument("--not-before", type=instant_of, metavar="ISO8601",
                        help=gettext("do not open before; without a zone it is Vietnam's time"))  # fmt: skip
    parser.add_argument("--requires-version", default=FORMAT_SINCE, metavar="X.Y.Z",
                        help=gettext("the oldest room program that may use the package"))  # fmt: skip

    parser = command(commands, "inspect", gettext("show what anyone may know of a package"), run_inspect)
    parser.add_argument("file", type=Path, help=gettext("the package"))

    parser = command(commands, "verify", gettext("check every byte of a package and who signed it"), run_verify)
    _add_signed(parser)

    parser = command(commands, "open", gettext("open a package by hand, when no room can"), run_open)
    _add_signed(parser)
    parser.add_argument("--part", choices=[kind.value for kind in SecretKind], required=True,
                        help=gettext("what to open: the paper or the marking"))  # fmt: skip
    parser.add_argument("--share-file", type=Path, action="append", default=[],
                        help=gettext("a share's words or QR text; without it the shares are asked for"))  # fmt: skip
    parser.add_argument("--to", type=Path, required=True, help=gettext("a new folder for what is opened"))
    parser.add_argument(
        "--before-time", metavar="REASON", help=gettext("open before the earliest time, for this reason")
    )


def now_ms() -> int:
    """This computer's clock; the one place in the content package that reads it."""
    return time.time_ns() // 1_000_000


def instant_of(text: str) -> int:
    """The instant of an ISO 8601 text, without a zone on Vietnam's clock. Raises ArgumentTypeError."""
    try:
        return read_instant(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(gettext("write it like 2026-05-20T07:00")) from error


def run_keygen(arguments: argparse.Namespace) -> int:
    """Write committee.key (mode 0600), committee.pub and committee.pem; never over existing files."""
    folder: Path = arguments.out
    public = make_keys(folder, arguments.name.strip())
    said: dict[str, JSON] = {"verdict": "ok", "public_key": public.raw.hex(), "folder": str(folder)}
    text = gettext("Keep committee.key on a stick in a safe; give committee.pub to every room, apart from the package.")
    say(arguments, said, f"{public.line()}{text}")
    return OK


def run_seal(arguments: argparse.Namespace) -> int:
    """Write the package and the sheets; on any failure neither is left."""
    if arguments.bank is None:
        return _seal(arguments, from_folder(arguments.media) if arguments.media else no_media, None)
    with opened(arguments.bank, arguments, write=True) as vault:
        return _seal(arguments, from_folder(arguments.media) if arguments.media else vault.shared.blob, vault)


def _seal(arguments: argparse.Namespace, media: MediaSource, record: Vault | None) -> int:
    form, key, plan = read_form(arguments.form), SigningKey.read(arguments.key), _plan(arguments)
    if plan is None:
        return REFUSED
    order = SealPlan(
        key, plan, arguments.out, arguments.sheets, now_ms(), arguments.not_before, arguments.requires_version
    )

    def kept(_: object) -> None:
        if record is not None:
            record.uses.record(form, How.SEALED, author(arguments))
            record.save()

    [made] = seal_forms([form], order, media, kept)
    bundle, sheets = made.bundle, made.sheets
    said = package_document(bundle.package) | {"sheets": [str(path) for path in sheets]}
    count = ngettext("%(n)s sheet in %(folder)s: print each once, seal it in an envelope, then destroy the files.",
                     "%(n)s sheets in %(folder)s: print each once, seal them in envelopes, then destroy the files.",
                     len(sheets), folder=arguments.sheets)  # fmt: skip
    say(arguments, said, f"{package_text(bundle.package)}\n\n{bundle.package.path}\n{count}")
    return OK


def run_inspect(arguments: argparse.Namespace) -> int:
    """Show the manifest. Checks container and signature, but compares the signer with nothing."""
    package = Package.open_file(arguments.file, None, None)
    say(arguments, package_document(package), f"{package_text(package)}\n\n{advice(package)}")
    return OK


def run_verify(arguments: argparse.Namespace) -> int:
    """Check everything that needs no secret."""
    try:
        package, signer = _verified(arguments)
    except SealError as error:
        if not arguments.json:
            raise
        say(arguments, refused(arguments.file, error).document(render), "")
        return REFUSED
    report = verified(package, signer.name)
    lines = [f"{package.manifest.package_id}  {package.fingerprint}"]
    lines.append(gettext("Every byte is right, signed by %(name)s.", name=signer.name))
    lines += [gettext("not checked: %(what)s", what=render(sentence)) for sentence in report.not_checked]
    say(arguments, report.document(render), "\n".join(lines))
    return OK


def run_open(arguments: argparse.Namespace) -> int:
    """Decrypt one part into a new folder that only its owner may read; nothing is left of a refused one."""
    package, _ = _verified(arguments)
    kind = SecretKind(arguments.part)
    if arguments.to.exists():  # said before custodians type anything
        raise not_written(FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(arguments.to)))
    override = arguments.before_time is not None
    if override and not arguments.before_time.strip():
        raise SealError(SealFault.TOO_EARLY, phrase("the reason is empty"))
    package.check_time(now_ms(), override=override)  # before any custodian is asked
    custody = package.manifest.custody.paper if kind is SecretKind.PAPER else package.manifest.custody.marking
    shares = _read_shares(arguments.share_file) if arguments.share_file else _ask_shares(custody)
    identity = open_secret(shares, package.manifest, kind)
    files = _opened(package, kind, identity, override)
    try:
        arguments.to.mkdir(mode=0o700, parents=True)
        for name, content in files.items():
            write_new(arguments.to / name, content)
    except OSError as error:
        raise not_written(error) from error
    said: dict[str, JSON] = {"verdict": "ok", "part": kind.value, "opened_at_ms": now_ms(), "reason": arguments.before_time,
                             "files": [str(arguments.to / name) for name in files]}  # fmt: skip
    lines = [str(arguments.to / name) for name in files]
    lines.append(gettext("Opened at %(instant)s. Write it into the minutes, and destroy these files afterwards.",
                         instant=instant(now_ms())))  # fmt: skip
    say(arguments, said, "\n".join(lines))
    return OK


def _opened(package: Package, kind: SecretKind, identity: str, override: bool) -> dict[str, bytes]:
    """File names and contents of one part, all decrypted before any is written."""
    if kind is SecretKind.MARKING:
        keys = package.marking(identity, now_ms(), override=override)
        document = marking_document(package.manifest.package_id, keys.origin, keys.sections, keys.canaries)
        return {"marking.json": encode(document)}
    identities = package.sections(identity, now_ms(), override=override)
    files: dict[str, bytes] = {}
    for section_id, key in identities.items():
        part = package.candidate(section_id, key)
        files[f"{section_id}.json"] = part.data
        for sha256, medium in part.media.items():
            files[f"{sha256}{MEDIA_TYPES[medium.media_type]}"] = package.medium(part, sha256, key)
    return files


def command(
    commands: Commands[argparse.ArgumentParser], name: str, text: str, run: Callable[[argparse.Namespace], int]
) -> argparse.ArgumentParser:
    """A command that prints refusals by their names; `run` gives the exit status."""
    parser = commands.add_parser(name, help=text)
    parser.add_argument("--json", action="store_true", help=gettext("print one JSON object instead of text"))
    parser.set_defaults(run=partial(_refusing, run))
    return parser


def _add_signed(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help=gettext("the package"))
    parser.add_argument("--signer", type=Path, required=True, help=gettext("the committee's public key, committee.pub"))


def _refusing(run: Callable[[argparse.Namespace], int], arguments: argparse.Namespace) -> int:
    """Run a command; a refusal is said and is status 3."""
    try:
        return run(arguments)
    except (SealError, CustodyError) as error:
        if arguments.json:
            print(json.dumps(refusal_document(error), ensure_ascii=False, indent=2))
        else:
            print(refusal_text(error), file=sys.stderr)
        return REFUSED


def say(arguments: argparse.Namespace, document: JSON, text: str) -> None:
    """Tell what was done, to people or as JSON."""
    print(json.dumps(document, ensure_ascii=False, indent=2) if arguments.json else text)


def _verified(arguments: argparse.Namespace) -> tuple[Package, PublicKey]:
    signer = read_public_key(arguments.signer)
    package = Package.open_file(arguments.file, signer.raw, VERSION)
    package.verify()
    return package, signer


def _plan(arguments: argparse.Namespace) -> CustodyPlan | None:
    """The custody plan; None after saying everything that is wrong with it."""
    try:
        data = arguments.custody.read_bytes()
    except OSError as error:
        raise SealError(SealFault.UNREADABLE, f"{arguments.custody}: {error.strerror}") from error
    plan = read_plan(data, str(arguments.custody))
    if isinstance(plan, CustodyPlan):
        return plan
    say(arguments, {"verdict": "bad_plan", "problems": [problem.document() for problem in plan]},
         "\n".join(map(str, plan)))  # fmt: skip
    return None


def _read_shares(paths: list[Path]) -> list[Share]:
    return [_parsed(_share_text(path), path.name) for path in paths]


def _share_text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(MAX_SHARE_FILE).decode("utf-8", "replace")
    except OSError as error:
        raise SealError(SealFault.UNREADABLE, f"{path.name}: {error.strerror}") from error


def _parsed(text: str, where: Phrase | str) -> Share:
    share = parse_share(text)
    if isinstance(share, CustodyFault):
        raise CustodyError(share, where)
    return share


def _ask_shares(custody: SecretCustody) -> list[Share]:
    """Ask custodians one after the other, not echoing what they type or scan; a mistyped share is asked for again."""
    shares: list[Share] = []
    while len(shares) < custody.threshold:
        prompt = gettext("Share %(number)s of %(threshold)s: ", number=len(shares) + 1, threshold=custody.threshold)
        try:
            text = getpass.getpass(prompt)
        except EOFError:
            break
        try:
            shares.append(_parsed(text, phrase("share %(number)s", number=len(shares) + 1)))
        except CustodyError as error:
            print(refusal_text(error), file=sys.stderr)
    return shares
