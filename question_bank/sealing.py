"""Sealing as the command and the studio do it: packages with their sheets, all or none, and the committee's signing key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from question_bank.custody_plan import CustodyPlan
from question_bank.errors import ExamRoomError
from question_bank.form import Form
from question_bank.phrase import phrase
from question_bank.sealed_faults import SealError, SealFault
from question_bank.sealed_fields import MAX_TITLE, is_title
from question_bank.sealed_keys import PublicKey, SigningKey, public_pem
from question_bank.sealed_write import MediaSource, SealedBundle, seal
from question_bank.sheets import VIETNAM, check_apart, write_sheets

FORMAT_SINCE = "0.1.0"  # the oldest room that reads exam-package/1
KEY_FILE = "committee.key"


@dataclass(frozen=True, slots=True)
class SealPlan:
    """How forms are sealed: by whose key, for which custodians, into which folders, and when they may be opened."""

    key: SigningKey
    custody: CustodyPlan
    out: Path
    sheets: Path
    created_at_ms: int
    not_before_ms: int | None = None
    requires_version: str = FORMAT_SINCE


@dataclass(frozen=True, slots=True)
class Sealed:
    """One form sealed: its bundle, whose shares are to be forgotten, and the files of its custodians' sheets."""

    bundle: SealedBundle
    sheets: tuple[Path, ...]


def seal_forms(
    forms: Sequence[Form], plan: SealPlan, media: MediaSource, record: Callable[[Sequence[Sealed]], object]
) -> tuple[Sealed, ...]:
    """Write the package and the sheets of each form, then call `record`; when anything raises, none of them is left.

    Raises SealError, ExamRoomError when a file cannot be written, and what `record` raises.
    """
    check_apart(plan.out, plan.sheets)
    done: list[Sealed] = []
    try:
        with ExitStack() as undo:
            if not plan.out.exists():
                plan.out.mkdir(parents=True)
                undo.callback(remove_empty, plan.out)
            if not plan.sheets.exists():
                undo.callback(remove_empty, plan.sheets)
            for form in forms:
                bundle = seal(form, plan.key, plan.custody, plan.out, created_at_ms=plan.created_at_ms,
                              not_before_ms=plan.not_before_ms, requires_version=plan.requires_version, media=media)  # fmt: skip
                undo.callback(bundle.package.path.unlink)  # without its shares it is worth nothing
                sheets = write_sheets(bundle, plan.sheets)
                for sheet in sheets:
                    undo.callback(sheet.unlink)
                done.append(Sealed(bundle, sheets))
            record(done)
            undo.pop_all()
    except OSError as error:
        raise not_written(error) from error
    return tuple(done)


def make_keys(folder: Path, name: str) -> PublicKey:
    """Write committee.key (mode 0600), committee.pub and committee.pem; never over existing files, all or none.

    Raises SealError for a name that cannot stand in a key file, ExamRoomError when a file cannot be written.
    """
    if not is_title(name):
        raise SealError(SealFault.BAD_KEY_FILE,
                        phrase("the name of the key is a text of one line, at most %(most)s characters", most=MAX_TITLE))  # fmt: skip
    key = SigningKey.generate()
    public = PublicKey(key.public, name)
    try:
        with ExitStack() as undo:
            folder.mkdir(parents=True, exist_ok=True)
            key.save(folder / KEY_FILE)
            undo.callback((folder / KEY_FILE).unlink)
            for file, content in (("committee.pub", public.line().encode()), ("committee.pem", public_pem(key.public))):
                with (folder / file).open("xb") as out:
                    undo.callback((folder / file).unlink)
                    out.write(content)
            undo.pop_all()
    except OSError as error:
        raise not_written(error) from error
    return public


def read_instant(text: str) -> int:
    """The instant of an ISO 8601 text in ms since 1970 UTC, without a zone on Vietnam's clock. Raises ValueError."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        found = found.replace(tzinfo=VIETNAM)
    return int(found.timestamp() * 1000)


def not_written(error: OSError) -> ExamRoomError:
    """What is said when the system refuses to write a file."""
    message = phrase(
        "%(file)s cannot be written: %(reason)s", file=str(error.filename or ""), reason=error.strerror or ""
    )
    return ExamRoomError(
        message, hint=phrase("Check that the folder exists, has room, and does not hold the file yet.")
    )


def remove_empty(folder: Path) -> None:
    """Take away a folder that was made for nothing; one that holds something stays."""
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
