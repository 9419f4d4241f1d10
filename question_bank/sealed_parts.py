"""What stands inside the encrypted members: pad, encrypt, decrypt, and check against the manifest (docs §5)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyrage

from question_bank import canonical
from question_bank.canonical import JSON, CanonicalError
from question_bank.fields import DocumentError, Fields
from question_bank.marking_scheme import Canary, MarkingSection, parse_canary, parse_section
from question_bank.outline import outline
from question_bank.phrase import phrase
from question_bank.sealed_faults import SealError, SealFault
from question_bank.sealed_fields import SealedFields
from question_bank.sealed_keys import recipient_of
from question_bank.sealed_manifest import MAX_MEMBER_BYTES, Manifest, Member, Role, Section

SECTIONS_FORMAT = "exam-sections/1"
MARKING_FORMAT = "exam-marking/1"
PAD_BYTES = 8192  # lengths are rounded up to this, so that they do not tell how many options are right

# What a kiosk's browser shows by itself, without a plug-in; a type not listed is never served to a page.
# With the ending that a file of the type has when it is opened by hand.
MEDIA_TYPES = {
    "image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp", "image/svg+xml": ".svg",
    "audio/ogg": ".ogg", "audio/mpeg": ".mp3", "audio/mp4": ".m4a", "audio/wav": ".wav",
    "video/ogg": ".ogv", "video/webm": ".webm", "video/mp4": ".mp4",
}  # fmt: skip

_AGE_MAGIC = b"age-encryption.org/v1\n"


@dataclass(frozen=True, slots=True)
class FormOrigin:
    """What a form was assembled from, all in hex: enough to assemble it again and compare."""

    seed: str
    blueprint_sha256: str
    bank_sha256: str


@dataclass(frozen=True, slots=True)
class Medium:
    """A picture, sound or film of a section: its media type, its length in bytes, and the member that holds it."""

    media_type: str
    bytes: int
    member: str


@dataclass(frozen=True, slots=True)
class CandidatePart:
    """What candidates of one section see. `document` is `exam-candidate/1`; `data` its canonical bytes, without padding.

    `media` are its files by the SHA-256 (hex) of their plain bytes, which is how texts name them.
    """

    section_id: str
    form_id: str
    document: Mapping[str, JSON]
    data: bytes
    media: Mapping[str, Medium]


@dataclass(frozen=True, slots=True)
class MarkingPart:
    """How every section is marked, in the manifest's order, and the canaries to grade before anything is published."""

    sections: tuple[MarkingSection, ...]
    canaries: tuple[Canary, ...]
    origin: FormOrigin

    def section(self, section_id: str) -> MarkingSection | None:
        """The marking of one section."""
        return next((section for section in self.sections if section.section_id == section_id), None)


def padded(document: JSON) -> bytes:
    """The plaintext of a document: canonical JSON and spaces up to a multiple of PAD_BYTES."""
    data = canonical.encode(document)
    return data + b" " * (-len(data) % PAD_BYTES)


def encrypt(plaintext: bytes, recipient: str) -> bytes:
    """A binary age file for one recipient."""
    return bytes(pyrage.encrypt(plaintext, [pyrage.x25519.Recipient.from_str(recipient)]))


def check_identity(member: Member, identity: str) -> None:
    """Raise SealError wrong_identity unless the identity is the one this member is encrypted to."""
    if recipient_of(identity) != member.recipient:
        raise SealError(
            SealFault.WRONG_IDENTITY,
            phrase("%(file)s is for %(recipient)s", file=member.name, recipient=member.recipient),
        )


def decrypt(member: Member, content: bytes, identity: str) -> bytes:
    """The plaintext of a member whose digest was checked. Raises SealError wrong_identity, damaged_ciphertext."""
    check_identity(member, identity)
    if not content.startswith(_AGE_MAGIC):  # the library would take an armoured file too
        raise SealError(SealFault.DAMAGED_CIPHERTEXT, phrase("%(file)s: not a binary age file", file=member.name))
    try:
        return bytes(pyrage.decrypt(content, [pyrage.x25519.Identity.from_str(identity)]))
    except pyrage.DecryptError as error:
        raise SealError(SealFault.DAMAGED_CIPHERTEXT, f"{member.name}: {error}") from error


def document_in(member: Member, plaintext: bytes) -> tuple[JSON, bytes]:
    """The document in a padded plaintext and its canonical bytes. Raises SealError not_canonical."""
    data = plaintext.rstrip(b" ")
    if len(plaintext) % PAD_BYTES or len(plaintext) - len(data) >= PAD_BYTES:
        raise SealError(
            SealFault.NOT_CANONICAL, phrase("%(file)s: not padded to %(size)s bytes", file=member.name, size=PAD_BYTES)
        )
    try:
        return canonical.decode(data, MAX_MEMBER_BYTES[member.role], canonical=True), data
    except CanonicalError as error:
        # The message of the inner error can quote the plaintext: it goes nowhere.
        raise SealError(SealFault.NOT_CANONICAL, phrase("%(file)s: not canonical JSON", file=member.name)) from error


def sections_document(package_id: str, identities: Mapping[str, str]) -> JSON:
    """The plaintext document of `sections.age`."""
    ids: dict[str, JSON] = dict(identities)
    return {"format": SECTIONS_FORMAT, "package_id": package_id, "identities": ids}


def marking_document(
    package_id: str, origin: FormOrigin, sections: Sequence[MarkingSection], canaries: Sequence[Canary]
) -> JSON:
    """The plaintext document of `marking.age`."""
    return {
        "format": MARKING_FORMAT,
        "package_id": package_id,
        "form": {
            "seed": origin.seed, "blueprint_sha256": origin.blueprint_sha256, "bank_sha256": origin.bank_sha256,
        },
        "sections": [section.document() for section in sections],
        "canaries": [canary.document() for canary in canaries],
    }  # fmt: skip


def read_sections(manifest: Manifest, document: JSON) -> dict[str, str]:
    """The identity of each section. Raises SealError bad_part."""
    try:
        fields = SealedFields(document, "sections.age")
        fields.expect("format", SECTIONS_FORMAT)
        fields.expect("package_id", manifest.package_id)
        identities = fields.part("identities")
        found = {section.section_id: identities.text(section.section_id) for section in manifest.sections}
        identities.done()
        fields.done()
    except DocumentError as error:
        raise _bad(Role.SECTIONS.value, error) from error
    for section_id, identity in found.items():
        member = manifest.candidate_member(section_id)
        try:
            matches = member is not None and recipient_of(identity) == member.recipient
        except SealError:
            matches = False
        if not matches:
            told = phrase("sections.age: the identity of %(section)s is another one's", section=section_id)
            raise SealError(SealFault.BAD_PART, told)
    return found


def read_candidate(manifest: Manifest, section: Section, document: JSON, data: bytes) -> CandidatePart:
    """The candidate part of one section. Raises SealError bad_part."""
    where = f"candidate part of {section.section_id}"
    try:
        found = outline(document)
        fields = SealedFields(document, where)
        fields.expect("package_id", manifest.package_id)
        fields.expect("section_id", section.section_id)
        fields.expect("form_id", section.form_id)
        same = fields.integer("duration_s", 1) == section.duration_s and len(found.items) == section.item_count
        media = _media(manifest, section, fields.part("media"))
    except DocumentError as error:
        raise _bad(where, error) from error
    if not same or not isinstance(document, dict):
        told = phrase("%(file)s: duration or number of items is not the manifest's", file=where)
        raise SealError(SealFault.BAD_PART, told)
    return CandidatePart(section.section_id, section.form_id, document, data, media)


def _media(manifest: Manifest, section: Section, fields: SealedFields) -> dict[str, Medium]:
    """The files of a candidate part: exactly the section's members of the role `media`, each once. Raises DocumentError."""
    found: dict[str, Medium] = {}
    for sha256 in fields.names():
        if re.fullmatch("[0-9a-f]{64}", sha256, re.ASCII) is None:
            raise DocumentError(f"{fields.where}: a file is named by its digest")
        medium = fields.part(sha256)
        media_type = medium.pattern("type", "|".join(map(re.escape, MEDIA_TYPES)))
        found[sha256] = Medium(
            media_type, medium.whole("bytes", 1, MAX_MEMBER_BYTES[Role.MEDIA]), medium.text("member")
        )
        medium.done()
    members = [one.name for one in manifest.members if (one.role, one.section_id) == (Role.MEDIA, section.section_id)]
    if sorted(members) != sorted(medium.member for medium in found.values()):
        raise DocumentError(f"{fields.where}: not the files of the section")
    return found


def read_marking(manifest: Manifest, document: JSON) -> MarkingPart:
    """The marking part. Raises SealError bad_part."""
    try:
        fields = SealedFields(document, "marking.age")
        fields.expect("format", MARKING_FORMAT)
        fields.expect("package_id", manifest.package_id)
        form = fields.part("form")
        part = MarkingPart(
            sections=tuple(parse_section(section) for section in fields.values("sections")),
            canaries=tuple(parse_canary(canary) for canary in fields.values("canaries")),
            origin=_origin(form),
        )
        fields.done()
    except DocumentError as error:
        raise _bad("marking.age", error) from error
    wanted = [(section.section_id, section.form_id, section.item_count) for section in manifest.sections]
    if [(section.section_id, section.form_id, len(section.items)) for section in part.sections] != wanted:
        raise SealError(SealFault.BAD_PART, phrase("marking.age: its sections are not the manifest's"))
    if any(manifest.section(canary.section_id) is None for canary in part.canaries):
        told = phrase("marking.age: a canary is for a section the package has not")
        raise SealError(SealFault.BAD_PART, told)
    return part


def _origin(form: Fields) -> FormOrigin:
    origin = FormOrigin(form.text("seed"), form.text("blueprint_sha256"), form.text("bank_sha256"))
    form.done()
    return origin


def _bad(where: str, error: DocumentError) -> SealError:
    """A DocumentError names fields and what was expected there, never a value that was found."""
    return SealError(SealFault.BAD_PART, f"{where}: {error}")
