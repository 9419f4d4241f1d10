"""Every way shares can be refused, by name, with what to say and what to do about it (`wording.render`).

The names are those of docs/sealed-package.md §10, which a test compares with this module.
"""

from __future__ import annotations

from enum import Enum

from question_bank.errors import ExamRoomError, with_evidence
from question_bank.phrase import Phrase, english, phrase


class CustodyFault(Enum):
    """One name per rule; the value is the name in files, logs and tests."""

    WRONG_LENGTH = "wrong_length"
    UNKNOWN_WORD = "unknown_word"
    BAD_CHECKSUM = "bad_checksum"
    UNUSUAL_SHARE = "unusual_share"
    WRONG_PACKAGE = "wrong_package"
    WRONG_SECRET = "wrong_secret"  # noqa: S105
    DUPLICATE_SHARE = "duplicate_share"
    MIXED = "mixed"
    TOO_FEW = "too_few"
    ONE_BODY = "one_body"
    COMMITMENT_MISMATCH = "commitment_mismatch"


_TYPE_AGAIN = phrase("Compare each word with the sheet and type the share again, or scan its QR code.")
_RIGHT_SHEET = phrase("Take the sheet whose package number and set are those on the screen.")

TEXTS: dict[CustodyFault, tuple[Phrase, Phrase]] = {
    CustodyFault.WRONG_LENGTH: (phrase("A share has 33 words."), _TYPE_AGAIN),
    CustodyFault.UNKNOWN_WORD: (phrase("A word is not in the list of words."), _TYPE_AGAIN),
    CustodyFault.BAD_CHECKSUM: (
        phrase("The words do not fit together: at least one is wrong or out of place."),
        _TYPE_AGAIN,
    ),
    CustodyFault.UNUSUAL_SHARE: (phrase("These words are a share, but not of an exam package."), _RIGHT_SHEET),
    CustodyFault.WRONG_PACKAGE: (phrase("This share belongs to another package."), _RIGHT_SHEET),
    CustodyFault.WRONG_SECRET: (
        phrase("This share is for the other secret of the package: the paper's and the marking's are not the same."),
        phrase("Take the sheet that names the secret asked for."),
    ),
    CustodyFault.DUPLICATE_SHARE: (
        phrase("This share has been given already."),
        phrase("Ask another custodian for theirs."),
    ),
    CustodyFault.MIXED: (phrase("The shares do not belong to one secret."), _RIGHT_SHEET),
    CustodyFault.TOO_FEW: (phrase("More shares are needed."), phrase("Ask another custodian for theirs.")),
    CustodyFault.ONE_BODY: (
        phrase("The shares come from one body only."),
        phrase("Ask a custodian of another body: one body alone must not open a paper."),
    ),
    CustodyFault.COMMITMENT_MISMATCH: (
        phrase("The shares fit together but do not open this package."),
        phrase("Do not use this package. Ask the Exam-setting Committee for another one and keep the sheets."),
    ),
}


class CustodyError(ExamRoomError):
    """Shares were refused; the secret is not known. Never holds a word of a share.

    `code` names the rule; `evidence` is in English, `detail` the same for people.
    """

    def __init__(self, code: CustodyFault, evidence: Phrase | str = "") -> None:
        text, hint = TEXTS[code]
        self.code = code
        self.detail = evidence
        self.evidence = english(evidence)
        told = f" [{self.evidence}]" if evidence else ""
        super().__init__(f"{code.value}: {text.message}{told}", hint=hint)
        self.said = with_evidence(text, code.value, evidence)
