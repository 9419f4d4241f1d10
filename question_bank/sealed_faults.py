"""Every way a sealed package can be refused, by name, with what to say and what to do about it (`wording.render`).

The names are those of docs/sealed-package.md §10, which a test compares with this module.
"""

from __future__ import annotations

from enum import Enum

from question_bank.errors import ExamRoomError, with_evidence
from question_bank.phrase import Phrase, english, phrase


class SealFault(Enum):
    """One name per rule; the value is the name in files, logs and tests."""

    UNREADABLE = "unreadable"
    NOT_A_PACKAGE = "not_a_package"
    TRUNCATED = "truncated"
    TRAILING_BYTES = "trailing_bytes"
    UNUSUAL_ZIP = "unusual_zip"
    DUPLICATE_NAME = "duplicate_name"
    UNSAFE_PATH = "unsafe_path"
    UNKNOWN_MEMBER = "unknown_member"
    MISSING_MEMBER = "missing_member"
    WRONG_ORDER = "wrong_order"
    WRONG_SIZE = "wrong_size"
    TOO_LARGE = "too_large"
    NOT_CANONICAL = "not_canonical"
    UNKNOWN_FORMAT = "unknown_format"
    BAD_MANIFEST = "bad_manifest"
    WRONG_SIGNER = "wrong_signer"
    BAD_SIGNATURE = "bad_signature"
    TOO_OLD_ROOM = "too_old_room"
    WRONG_DIGEST = "wrong_digest"
    TOO_EARLY = "too_early"
    WRONG_IDENTITY = "wrong_identity"
    DAMAGED_CIPHERTEXT = "damaged_ciphertext"
    BAD_PART = "bad_part"
    BAD_FORM = "bad_form"
    BAD_KEY_FILE = "bad_key_file"
    BESIDE_PACKAGE = "beside_package"


_COPY_AGAIN = phrase(
    "Copy the package again from its original; if it is refused again, ask the committee for a new one."
)
_ASK_COMMITTEE = phrase(
    "Do not use this package. Ask the Exam-setting Committee for another one and keep this file as evidence."
)
_REMAKE = phrase("Have the Exam-setting Committee seal the package again with the official tool.")

TEXTS: dict[SealFault, tuple[Phrase, Phrase]] = {
    SealFault.UNREADABLE: (
        phrase("The file cannot be read."),
        phrase("Check the path, the drive and the permissions, then try again."),
    ),
    SealFault.NOT_A_PACKAGE: (
        phrase("This file is not an exam package."),
        phrase("Choose the file whose name ends in .exam."),
    ),
    SealFault.TRUNCATED: (phrase("The package is incomplete: its end is missing."), _COPY_AGAIN),
    SealFault.TRAILING_BYTES: (phrase("There is something after the end of the package."), _COPY_AGAIN),
    SealFault.UNUSUAL_ZIP: (
        phrase("The package's container was not made by the sealing tool, or was changed."),
        _COPY_AGAIN,
    ),
    SealFault.DUPLICATE_NAME: (phrase("The package holds two members of one name."), _ASK_COMMITTEE),
    SealFault.UNSAFE_PATH: (phrase("The package holds a member with an unsafe path."), _ASK_COMMITTEE),
    SealFault.UNKNOWN_MEMBER: (phrase("The package holds a member that its manifest does not list."), _ASK_COMMITTEE),
    SealFault.MISSING_MEMBER: (phrase("A member that the manifest lists is missing."), _COPY_AGAIN),
    SealFault.WRONG_ORDER: (phrase("The package's members are not in their order."), _ASK_COMMITTEE),
    SealFault.WRONG_SIZE: (phrase("A member's size is not the one in the manifest."), _COPY_AGAIN),
    SealFault.TOO_LARGE: (phrase("The package, or a part of it, is larger than allowed."), _ASK_COMMITTEE),
    SealFault.NOT_CANONICAL: (phrase("A document in the package is not written in the one allowed form."), _REMAKE),
    SealFault.UNKNOWN_FORMAT: (
        phrase("The package is in a format that this program does not know."),
        phrase("Update the program, or have the package sealed for this version."),
    ),
    SealFault.BAD_MANIFEST: (phrase("The package's manifest breaks a rule."), _REMAKE),
    SealFault.WRONG_SIGNER: (
        phrase("The package is signed by someone else than the committee this room trusts."),
        _ASK_COMMITTEE,
    ),
    SealFault.BAD_SIGNATURE: (
        phrase("The committee's signature does not match: the manifest was changed."),
        _ASK_COMMITTEE,
    ),
    SealFault.TOO_OLD_ROOM: (
        phrase("The package needs a newer version of the exam-room program."),
        phrase("Update the program on the server and the kiosks, then import the package again."),
    ),
    SealFault.WRONG_DIGEST: (phrase("A member of the package was changed or damaged."), _COPY_AGAIN),
    SealFault.TOO_EARLY: (
        phrase("It is too early to open this package."),
        phrase("Check the room's date and time. Opening earlier needs a reason that is recorded."),
    ),
    SealFault.WRONG_IDENTITY: (
        phrase("The key does not belong to this part of the package."),
        phrase("Check that the shares are those of this package, of this set and of this secret."),
    ),
    SealFault.DAMAGED_CIPHERTEXT: (
        phrase("The encrypted part cannot be decrypted although the key is right."),
        _REMAKE,
    ),
    SealFault.BAD_PART: (phrase("A decrypted part is not the document it should be."), _REMAKE),
    SealFault.BAD_FORM: (
        phrase("The form file breaks a rule and was not sealed."),
        phrase("Assemble the form again with examroom-bank assemble."),
    ),
    SealFault.BAD_KEY_FILE: (
        phrase("The key file cannot be understood."),
        phrase("Use the files written by examroom-bank keygen."),
    ),
    SealFault.BESIDE_PACKAGE: (
        phrase("The custodians' sheets must not lie beside the package."),
        phrase("Name a folder for the sheets that is not the package's and not inside it."),
    ),
}


class SealError(ExamRoomError):
    """A package, form or key file was refused; nothing of it has been used.

    `code` names the rule, `evidence` says where and with what value, in English for the log, and `detail` for people
    (it never holds an identity, a share or anything decrypted).
    """

    def __init__(self, code: SealFault, evidence: Phrase | str = "") -> None:
        text, hint = TEXTS[code]
        self.code = code
        self.detail = evidence
        self.evidence = english(evidence)
        told = f" [{self.evidence}]" if evidence else ""
        super().__init__(f"{code.value}: {text.message}{told}", hint=hint)
        self.said = with_evidence(text, code.value, evidence)
