"""The manifest: what anyone may know of a sealed package (docs/sealed-package.md §3).

`parse` and `encode` are inverses; a `Manifest` made by `parse` keeps every rule of §3 and §4.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from question_bank import canonical
from question_bank.bilingual import Bilingual
from question_bank.canonical import JSON, CanonicalError
from question_bank.fields import DocumentError
from question_bank.phrase import phrase
from question_bank.sealed_diagnosis import MANIFEST, is_safe
from question_bank.sealed_faults import SealError, SealFault
from question_bank.sealed_fields import RECIPIENT, SealedFields, is_title, whole_version

FORMAT = "exam-package/1"
MAX_MANIFEST_BYTES = 256 * 2**10  # read before its signature is known
MAX_MEMBERS = 512
MAX_SECTIONS = 16
MAX_SHARES = 16  # SLIP-39's own limit
MAX_INSTANT_MS = 253_402_300_799_999  # the last of the year 9999
MIB = 2**20


class Role(Enum):
    """What a member is for."""

    CANDIDATE = "candidate"
    MEDIA = "media"
    SECTIONS = "sections"
    MARKING = "marking"


MAX_MEMBER_BYTES = {
    Role.CANDIDATE: 32 * MIB,  # decrypted in memory, on a kiosk
    Role.MEDIA: 256 * MIB,  # streamed
    Role.SECTIONS: 64 * 2**10,  # sixteen identities
    Role.MARKING: 32 * MIB,  # decrypted in memory, on the server
}


@dataclass(frozen=True, slots=True)
class Section:
    """A section as a room may show it before it is opened."""

    section_id: str
    form_id: str
    title: Bilingual
    duration_s: int
    item_count: int


@dataclass(frozen=True, slots=True)
class Member:
    """One encrypted member: `size` in bytes, SHA-256 in hex, CRC-32, the age recipient it is encrypted to."""

    name: str
    role: Role
    size: int
    sha256: str
    crc32: int
    recipient: str
    section_id: str | None


@dataclass(frozen=True, slots=True)
class SecretCustody:
    """Who holds one secret: `bodies[i]` has the share with SLIP-39 index i; `identifier` is in each share's first words."""

    threshold: int
    shares: int
    recipient: str
    identifier: int
    bodies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Custody:
    """The custody of a package's two secrets."""

    paper: SecretCustody
    marking: SecretCustody


@dataclass(frozen=True, slots=True)
class Manifest:
    """The manifest, checked. `signer` is the committee's public key in hex; `set_name` is "primary" or "reserve"."""

    package_id: str
    contest_id: str
    round_id: str
    set_name: str
    title: Bilingual
    created_at_ms: int
    not_before_ms: int | None
    requires_version: str
    signer: str
    sections: tuple[Section, ...]
    members: tuple[Member, ...]
    custody: Custody

    def section(self, section_id: str) -> Section | None:
        """The section of this id, if the package has it."""
        return next((section for section in self.sections if section.section_id == section_id), None)

    def candidate_member(self, section_id: str) -> Member | None:
        """The member that candidates of this section open."""
        candidates = (member for member in self.members if member.role is Role.CANDIDATE)
        return next((member for member in candidates if member.section_id == section_id), None)

    def only(self, role: Role) -> Member:
        """The member of a role that every package has once: sections or marking."""
        return next(member for member in self.members if member.role is role)


def encode(manifest: Manifest) -> bytes:
    """The bytes that are signed."""
    return canonical.encode(document(manifest))


def parse(data: bytes) -> Manifest:
    """The manifest in these bytes. Raises SealError: too_large, not_canonical, unknown_format, unsafe_path, bad_manifest."""
    if len(data) > MAX_MANIFEST_BYTES:
        raise SealError(SealFault.TOO_LARGE, phrase("%(file)s: %(size)s bytes", file=MANIFEST, size=len(data)))
    try:
        value = canonical.decode(data, MAX_MANIFEST_BYTES, canonical=True)
    except CanonicalError as error:
        raise SealError(SealFault.NOT_CANONICAL, f"{MANIFEST}: {error}") from error
    if isinstance(value, dict) and value.get("format") != FORMAT:
        raise SealError(SealFault.UNKNOWN_FORMAT, repr(value.get("format"))[:80])
    try:
        manifest = _manifest(SealedFields(value, "manifest"))
        _check_members(manifest)
        _check_recipients(manifest)
    except DocumentError as error:
        raise SealError(SealFault.BAD_MANIFEST, str(error)) from error
    return manifest


def document(manifest: Manifest) -> JSON:
    """The manifest as JSON; `inspect --json` prints it too."""
    return {
        "format": FORMAT,
        "package_id": manifest.package_id,
        "contest_id": manifest.contest_id,
        "round_id": manifest.round_id,
        "set": manifest.set_name,
        "title": manifest.title.document(),
        "created_at_ms": manifest.created_at_ms,
        "not_before_ms": manifest.not_before_ms,
        "requires_version": manifest.requires_version,
        "signer": manifest.signer,
        "sections": [_section_document(section) for section in manifest.sections],
        "members": [_member_document(member) for member in manifest.members],
        "custody": {
            "paper": _secret_document(manifest.custody.paper),
            "marking": _secret_document(manifest.custody.marking),
        },
    }


def _section_document(section: Section) -> JSON:
    return {
        "section_id": section.section_id,
        "form_id": section.form_id,
        "title": section.title.document(),
        "duration_s": section.duration_s,
        "item_count": section.item_count,
    }


def _member_document(member: Member) -> JSON:
    return {
        "name": member.name,
        "role": member.role.value,
        "bytes": member.size,
        "sha256": member.sha256,
        "crc32": member.crc32,
        "recipient": member.recipient,
        "section_id": member.section_id,
    }


def _secret_document(secret: SecretCustody) -> JSON:
    return {
        "threshold": secret.threshold,
        "shares": secret.shares,
        "recipient": secret.recipient,
        "identifier": secret.identifier,
        "bodies": list(secret.bodies),
    }


def _manifest(fields: SealedFields) -> Manifest:
    fields.expect("format", FORMAT)
    custody = fields.part("custody")
    manifest = Manifest(
        package_id=fields.pattern("package_id", "p[a-z2-7]{12}"),
        contest_id=fields.pattern("contest_id", "[a-z0-9][a-z0-9-]{0,63}"),
        round_id=fields.pattern("round_id", "[a-z0-9][a-z0-9-]{0,63}"),
        set_name=fields.pattern("set", "primary|reserve"),
        title=fields.title("title"),
        created_at_ms=fields.whole("created_at_ms", 0, MAX_INSTANT_MS),
        not_before_ms=None if fields.null("not_before_ms") else fields.whole("not_before_ms", 0, MAX_INSTANT_MS),
        requires_version=whole_version(fields.text("requires_version")),
        signer=fields.pattern("signer", "[0-9a-f]{64}"),
        sections=tuple(_section(part) for part in fields.parts("sections", 1, MAX_SECTIONS)),
        members=tuple(_member(part) for part in fields.parts("members", 3, MAX_MEMBERS)),
        custody=Custody(_secret(custody.part("paper")), _secret(custody.part("marking"))),
    )
    custody.done()
    fields.done()
    return manifest


def _section(part: SealedFields) -> Section:
    section = Section(
        section_id=part.pattern("section_id", "s[a-z2-7]{5}"),
        form_id=part.pattern("form_id", "f[a-z2-7]{7}"),
        title=part.title("title"),
        duration_s=part.whole("duration_s", 1, 86_400),
        item_count=part.whole("item_count", 1, 1000),
    )
    part.done()
    return section


def _member(part: SealedFields) -> Member:
    name = part.text("name")
    if not is_safe(name):
        raise SealError(SealFault.UNSAFE_PATH, phrase("the manifest lists %(name)s", name=repr(name[:120])))
    role = Role(part.pattern("role", "|".join(role.value for role in Role)))
    member = Member(
        name=name,
        role=role,
        size=part.integer("bytes", 1),
        sha256=part.pattern("sha256", "[0-9a-f]{64}"),
        crc32=part.whole("crc32", 0, 2**32 - 1),
        recipient=part.pattern("recipient", RECIPIENT),
        section_id=None if part.null("section_id") else part.text("section_id"),
    )
    part.done()
    if member.size > MAX_MEMBER_BYTES[role]:
        raise SealError(SealFault.TOO_LARGE, phrase("%(file)s: %(size)s bytes", file=name, size=member.size))
    return member


def _secret(part: SealedFields) -> SecretCustody:
    shares = part.whole("shares", 2, MAX_SHARES)
    secret = SecretCustody(
        threshold=part.whole("threshold", 2, shares),
        shares=shares,
        recipient=part.pattern("recipient", RECIPIENT),
        identifier=part.whole("identifier", 0, 2**15 - 1),
        bodies=part.texts("bodies"),
    )
    part.done()
    if len(secret.bodies) != shares or not all(map(is_title, secret.bodies)):
        raise DocumentError(f"{part.where}.bodies: one plain text for each share was expected")
    if len(set(secret.bodies)) < 2:
        raise DocumentError(f"{part.where}.bodies: at least two different bodies were expected")
    return secret


def member_name(role: Role, section: Section | None, sha256: str) -> str:
    """The name that a member of this role, section and digest has."""
    match role:
        case Role.CANDIDATE if section is not None:
            return f"candidate/{section.form_id}-{section.section_id}.age"
        case Role.MEDIA:
            return f"media/{sha256}.age"
        case _:
            return f"{role.value}.age"


def _check_members(manifest: Manifest) -> None:
    """One candidate member per section, media by name, sections.age, marking.age; names follow. Raises DocumentError."""
    ids = [section.section_id for section in manifest.sections]
    if len(set(ids)) != len(ids):
        raise DocumentError("manifest.sections: a section appears twice")
    found = [(member.role, member.section_id if member.role is Role.CANDIDATE else None) for member in manifest.members]
    media = [member.name for member in manifest.members if member.role is Role.MEDIA]
    wanted: list[tuple[Role, str | None]] = [(Role.CANDIDATE, section_id) for section_id in ids]
    wanted += [(Role.MEDIA, None)] * len(media) + [(Role.SECTIONS, None), (Role.MARKING, None)]
    if found != wanted or media != sorted(set(media)):
        raise DocumentError("manifest.members: not one candidate part a section, media, sections.age, marking.age")
    for member in manifest.members:
        section = None if member.section_id is None else manifest.section(member.section_id)
        owned = member.role in (Role.CANDIDATE, Role.MEDIA)
        if (section is not None) is not owned or (member.section_id is not None) is not owned:
            raise DocumentError(f"manifest.members: the section of {member.name}")
        if member.name != member_name(member.role, section, member.sha256):
            raise DocumentError(f"manifest.members: {member.name} should have another name")


def _check_recipients(manifest: Manifest) -> None:
    """Each part is encrypted to the one it belongs to, and no two parts to one. Raises DocumentError."""
    custody = manifest.custody
    if custody.paper.identifier == custody.marking.identifier:
        raise DocumentError("manifest.custody: both secrets have one identifier")
    of_section = {member.section_id: member.recipient for member in manifest.members if member.role is Role.CANDIDATE}
    if len({custody.paper.recipient, custody.marking.recipient, *of_section.values()}) != len(of_section) + 2:
        raise DocumentError("manifest: two parts have one recipient")
    for member in manifest.members:
        match member.role:
            case Role.SECTIONS:
                wanted = custody.paper.recipient
            case Role.MARKING:
                wanted = custody.marking.recipient
            case _:
                wanted = of_section[member.section_id]
        if member.recipient != wanted:
            raise DocumentError(f"manifest.members: the recipient of {member.name}")
