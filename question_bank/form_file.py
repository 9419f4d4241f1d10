"""form.json on disk: secret until the paper is opened, so only its owner may read it, and it is never half-written."""

from __future__ import annotations

from pathlib import Path

from question_bank.canonical import CanonicalError, decode, encode
from question_bank.disk import replace_private
from question_bank.errors import ExamRoomError
from question_bank.fields import DocumentError
from question_bank.form import Form, parse_form
from question_bank.wording import gettext

MAX_BYTES = 16 * 1024 * 1024  # a paper of 60 items has 60 kB; texts have bounds, so 16 MB is thousands of items


class FormFileError(ExamRoomError):
    """A form cannot be written to a file or read from it."""


def write_form(form: Form, path: Path, *, replace: bool = False) -> None:
    """Write form.json as canonical JSON, mode 0600, whole or not at all.

    Raises FormFileError; also when the file is there already and `replace` is not set.
    """
    if path.exists() and not replace:
        raise FormFileError(gettext("%(file)s is there already", file=path),
                            hint=gettext("Give another name with --out, or add --replace."))  # fmt: skip
    try:
        replace_private(path, encode(form.document()))
    except OSError as error:
        raise FormFileError(gettext("%(file)s cannot be written: %(reason)s", file=path, reason=error.strerror),
                            hint=gettext("Check that the folder exists and has room.")) from error  # fmt: skip


def read_form(path: Path) -> Form:
    """Read form.json. Raises FormFileError when it is unreadable, or not a form."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise FormFileError(gettext("%(file)s cannot be read: %(reason)s", file=path, reason=error.strerror),
                            hint=gettext("Check the path and the file's permissions.")) from error  # fmt: skip
    try:
        return parse_form(decode(data, MAX_BYTES, canonical=True))
    except (CanonicalError, DocumentError) as error:
        raise FormFileError(
            gettext("%(file)s is not a test form: %(reason)s", file=path, reason=str(error)),
            hint=gettext("Assemble it again with “examroom-bank assemble”; the file must not be edited."),
        ) from error
