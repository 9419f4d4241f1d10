"""Why a vault cannot be opened or saved: one name for each cause, with a sentence and what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from pathlib import Path

from question_bank.errors import ExamRoomError
from question_bank.phrase import Phrase, phrase


class VaultFault(Enum):
    """The causes; docs/vault.md §2 has the table."""

    NOT_THERE = "not_there"
    THERE_ALREADY = "there_already"
    UNREADABLE = "unreadable"
    NOT_WRITTEN = "not_written"
    NOT_A_BANK = "not_a_bank"
    NEEDS_PASSPHRASE = "needs_passphrase"  # noqa: S105
    WRONG_PASSPHRASE = "wrong_passphrase"  # noqa: S105
    TOO_SLOW = "too_slow"
    NOT_PROTECTED = "not_protected"
    DAMAGED = "damaged"
    NEWER = "newer"
    LOCKED = "locked"
    CHANGED_ELSEWHERE = "changed_elsewhere"
    TOO_LARGE = "too_large"


class VaultError(ExamRoomError):
    """A vault cannot be opened or saved; `fault` names the cause, and the file is as it was."""

    def __init__(self, fault: VaultFault, file: Path, detail: Phrase | str = "") -> None:
        self.fault = fault
        self.file = file
        what, hint = _SAID[fault](str(file))
        super().__init__(phrase("%(what)s [%(detail)s]", what=what, detail=detail) if detail else what, hint=hint)


_RESTORE = phrase("Keep the file as it is, and go on from the last good copy.")
_SAID: dict[VaultFault, Callable[[str], tuple[Phrase, Phrase]]] = {
    VaultFault.NOT_THERE: lambda file: (
        phrase("there is no bank %(file)s", file=file),
        phrase("Look at the name again, or make a bank with “examroom-bank new”."),
    ),
    VaultFault.THERE_ALREADY: lambda file: (
        phrase("%(file)s is there already", file=file),
        phrase("Choose another name: a bank is never written over."),
    ),
    VaultFault.UNREADABLE: lambda file: (
        phrase("the bank %(file)s cannot be read", file=file),
        phrase("Check the file's permissions."),
    ),
    VaultFault.NOT_WRITTEN: lambda file: (
        phrase("the bank %(file)s cannot be saved; the file is as it was before", file=file),
        phrase("Make room on the disk or check the folder's permissions, and save again."),
    ),
    VaultFault.NOT_A_BANK: lambda file: (
        phrase("%(file)s is not a bank", file=file),
        phrase("A bank is a file made by “examroom-bank new” or “import”, or a folder of .yaml files."),
    ),
    VaultFault.NEEDS_PASSPHRASE: lambda file: (
        phrase("the bank %(file)s is protected by a passphrase", file=file),
        phrase("Give the file that holds it with --passphrase-file."),
    ),
    VaultFault.WRONG_PASSPHRASE: lambda file: (
        phrase("the passphrase is not that of the bank %(file)s", file=file),
        phrase("Look at capitals, spaces and the keyboard's Vietnamese mode."),
    ),
    VaultFault.TOO_SLOW: lambda file: (
        phrase("this computer seems too slow to work out the passphrase of the bank %(file)s", file=file),
        phrase("Close other programs and try again; a bank that was made on a much faster computer is opened there."),
    ),
    VaultFault.NOT_PROTECTED: lambda file: (
        phrase("a passphrase was given, but the bank %(file)s has none", file=file),
        phrase("Protect it with “examroom-bank passwd”, or leave --passphrase-file out."),
    ),
    VaultFault.DAMAGED: lambda file: (phrase("the bank %(file)s is damaged", file=file), _RESTORE),
    VaultFault.NEWER: lambda file: (
        phrase("the bank %(file)s comes from a newer version of this program", file=file),
        phrase("Use the version that wrote it, or a newer one."),
    ),
    VaultFault.LOCKED: lambda file: (
        phrase("another program has the bank %(file)s open", file=file),
        phrase("Close the studio or the other command first, then try again."),
    ),
    VaultFault.CHANGED_ELSEWHERE: lambda file: (
        phrase("something else has changed the bank %(file)s since it was opened", file=file),
        phrase("Save under another name, then compare the two."),
    ),
    VaultFault.TOO_LARGE: lambda file: (
        phrase("the bank %(file)s is larger than a bank may be", file=file),
        phrase("Take out recordings that no item needs, or divide the bank."),
    ),
}  # fmt: skip
