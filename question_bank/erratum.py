"""A correction of one item, signed by the committee that sealed it (`exam-erratum/1`, docs/hall.md).

The item is named by its opaque id, which was drawn for one form: a file fits that form and no other.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from question_bank.bilingual import Bilingual
from question_bank.canonical import JSON, CanonicalError, decode, digest, encode
from question_bank.sealed_keys import SigningKey, is_signed_text

FORMAT = "exam-erratum/1"
SIGNATURE_TAG = b"examroom erratum v1\0"
MAX_BYTES = 16 * 1024  # two texts of a thousand characters, and room
MAX_TEXT = 1_000  # characters of a correction in one language

_FIELDS = {"format", "erratum_id", "item_id", "item_ref", "text", "made_at_ms", "signature"}


class ErratumFault(StrEnum):
    """Why a file is no correction for this room."""

    NOT_ONE = "not_one"
    NOT_SIGNED = "not_signed"


@dataclass(frozen=True, slots=True)
class Erratum:
    """What the committee says of an item; `item_ref` names it for people, `sha256` (hex) the file's content."""

    erratum_id: str
    item_id: str
    item_ref: str
    text: Bilingual
    made_at_ms: int
    sha256: str


def signed_erratum(key: SigningKey, item_id: str, item_ref: str, text: Bilingual, made_at_ms: int) -> bytes:
    """The file. Its id is of its content, so that the same correction released twice is one."""
    fields: dict[str, JSON] = {
        "format": FORMAT, "item_id": item_id, "item_ref": item_ref, "text": text.document(), "made_at_ms": made_at_ms,
    }  # fmt: skip
    fields["erratum_id"] = "e" + digest(fields).hex()[:20]
    signature = key.sign_text(SIGNATURE_TAG + encode(fields)).hex()
    return encode({**fields, "signature": signature})


def read_erratum(data: bytes, signer: bytes) -> Erratum | ErratumFault:
    """The correction in a file, or why it is none of this committee (`signer`: its 32 bytes). Never raises."""
    try:
        value = decode(data.strip(), MAX_BYTES, canonical=True)
    except CanonicalError:
        return ErratumFault.NOT_ONE
    if not isinstance(value, dict) or set(value) != _FIELDS or value["format"] != FORMAT:
        return ErratumFault.NOT_ONE
    signature = value.pop("signature")
    try:
        octets = bytes.fromhex(str(signature))
    except ValueError:
        octets = b""
    if not is_signed_text(signer, SIGNATURE_TAG + encode(value), octets):
        return ErratumFault.NOT_SIGNED
    text, made_at_ms = value["text"], value["made_at_ms"]
    if not isinstance(text, dict) or not isinstance(made_at_ms, int) or not _fits(text):
        return ErratumFault.NOT_ONE
    return Erratum(
        str(value["erratum_id"])[:64], str(value["item_id"])[:64], str(value["item_ref"])[:200],
        Bilingual(str(text["vi"]), str(text["en"])), made_at_ms, digest(value).hex(),
    )  # fmt: skip


def _fits(text: dict[str, JSON]) -> bool:
    whole = all(isinstance(one, str) and len(one) <= MAX_TEXT for one in text.values())
    return set(text) == {"vi", "en"} and whole and bool(str(text["vi"]).strip())
