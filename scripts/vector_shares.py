"""Shares as custodians may give them for good.exam, and what each set must be called (make_vectors.py)."""

from __future__ import annotations

from shamir_mnemonic import generate_mnemonics

from question_bank.custody import SecretKind, Share, qr_text, split
from question_bank.sealed_keys import fresh_identity, secret_of
from scripts.vector_tools import PACKAGE_ID, Doc, Vectors

PAPER, MARKING = SecretKind.PAPER, SecretKind.MARKING
Case = tuple[str, SecretKind, list[str], str]


def custody_cases(v: Vectors) -> list[Doc]:
    """All sets of shares, as `custody.json` holds them."""
    paper, marking = v.shares(PAPER), v.shares(MARKING)
    cases = accepted(paper, marking) + mistyped(paper) + misplaced(paper, marking) + foreign(paper, marking)
    return [
        {"name": name, "secret": kind.value, "shares": shares, "verdict": verdict}
        for name, kind, shares, verdict in cases
    ]


def accepted(paper: list[Share], marking: list[Share]) -> list[Case]:
    """Shares that open their secret, however they are written."""
    words = [share.mnemonic for share in paper]
    numbered = "\n".join(f"{place}. {word.upper()}" for place, word in enumerate(paper[1].words, 1))
    return [
        ("two of three", PAPER, words[:2], "ok"),
        ("the other two", PAPER, words[1:], "ok"),
        ("all three", PAPER, words, "ok"),
        ("capitals, numbers and line breaks", PAPER, [words[0], numbered], "ok"),
        ("QR texts", PAPER, [qr_text(PACKAGE_ID, PAPER, share) for share in paper[:2]], "ok"),
        ("the marking's", MARKING, [share.mnemonic for share in marking], "ok"),
    ]


def mistyped(paper: list[Share]) -> list[Case]:
    """Words that are no share."""
    words = [share.mnemonic for share in paper]
    misspelt = words[0].replace(paper[0].words[7], "đề", 1)
    backwards = " ".join(reversed(paper[0].words))
    return [
        ("a word not in the list", PAPER, [misspelt, words[1]], "unknown_word"),
        ("32 words", PAPER, [words[0].rpartition(" ")[0], words[1]], "wrong_length"),
        ("words in another order", PAPER, [backwards, words[1]], "bad_checksum"),
        ("a share of another kind of secret", PAPER, [wallet_share(), words[1]], "unusual_share"),
    ]


def misplaced(paper: list[Share], marking: list[Share]) -> list[Case]:
    """The right shares at the wrong place, too few or one twice."""
    words = [share.mnemonic for share in paper]
    return [
        ("one of three", PAPER, words[:1], "too_few"),
        ("none", PAPER, [], "too_few"),
        ("one twice", PAPER, [words[0], words[0]], "duplicate_share"),
        ("two of one body", PAPER, [words[0], words[2]], "one_body"),
        ("of the other secret", PAPER, [words[0], marking[1].mnemonic], "wrong_secret"),
        ("a QR text of the other secret", PAPER, [qr_text(PACKAGE_ID, MARKING, paper[0]), words[1]], "wrong_secret"),
    ]


def foreign(paper: list[Share], marking: list[Share]) -> list[Case]:
    """Shares of other packages, also of some that carry this one's number."""
    words, number = [share.mnemonic for share in paper], paper[0].identifier
    free = next(n % 2**15 for n in (number + 1, number + 2) if n % 2**15 != marking[0].identifier)
    stranger = split(secret_of(fresh_identity()), 2, 3, free)
    twin = split(secret_of(fresh_identity()), 2, 3, number)
    other = split(secret_of(fresh_identity()), 3, 3, number)
    tagged = qr_text("pother2345abc", PAPER, paper[0])
    return [
        ("a QR text of another package", PAPER, [tagged, words[1]], "wrong_package"),
        ("of another package", PAPER, [words[0], stranger[1].mnemonic], "wrong_package"),
        ("another threshold", PAPER, [other[0].mnemonic, words[1]], "wrong_package"),
        ("of another split with the same number", PAPER, [words[0], twin[1].mnemonic], "mixed"),
        ("of another secret with the same number", PAPER, [twin[0].mnemonic, twin[1].mnemonic], "commitment_mismatch"),
    ]


def wallet_share() -> str:
    """A valid SLIP-39 share of 32 bytes, in two groups: a wallet's, perhaps."""
    return str(generate_mnemonics(2, [(2, 3), (2, 3)], bytes(32))[0][0])
