"""Seal a form: one `.exam` file, and the shares of its two secrets for the custodians' sheets.

Nothing secret is written here: the package is encrypted in memory, and the shares are only returned. The finished file is
opened and decrypted again with the rules of every reader before it gets its name.
"""

from __future__ import annotations

import secrets
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from question_bank.candidate_fields import check_candidate_document
from question_bank.canonical import JSON, digest
from question_bank.custody import IDENTIFIERS, SecretKind, Share, combine, split
from question_bank.custody_plan import Custodian, CustodyPlan, SecretPlan
from question_bank.fields import DocumentError, Fields
from question_bank.form import Form, FormSection
from question_bank.items import ItemTypeError
from question_bank.phrase import phrase
from question_bank.sealed import Package
from question_bank.sealed_diagnosis import MANIFEST, SIGNATURE
from question_bank.sealed_faults import SealError, SealFault
from question_bank.sealed_keys import SigningKey, fresh_identity, recipient_of, secret_of
from question_bank.sealed_manifest import (
    Custody,
    Manifest,
    Member,
    Role,
    SecretCustody,
    Section,
    encode,
    member_name,
    parse,
)
from question_bank.sealed_parts import FormOrigin, encrypt, marking_document, padded, sections_document
from question_bank.sealed_publish import SUFFIX, publish
from question_bank.sealed_zip import write

MediaSource: TypeAlias = Callable[[str], bytes]
"""The plain bytes of a file by their SHA-256 in hex. Raises OSError or KeyError when there is no such file."""


def no_media(sha256: str) -> bytes:
    """The source of a form without files. Raises KeyError."""
    raise KeyError(sha256)


@dataclass(frozen=True, slots=True)
class CustodianShare:
    """One custodian's share of one secret; `number` counts from 1, as it is printed."""

    kind: SecretKind
    number: int
    custodian: Custodian
    share: Share


@dataclass(frozen=True, slots=True)
class SealedBundle:
    """A sealed package and what the custodians must get. The shares exist nowhere else: print them, then forget them."""

    package: Package
    plan: CustodyPlan
    shares: tuple[CustodianShare, ...]


@dataclass(frozen=True, slots=True)
class _Secret:
    """One secret of a package while it is being sealed."""

    kind: SecretKind
    identity: str
    plan: SecretPlan
    shares: tuple[Share, ...]

    def custody(self) -> SecretCustody:
        return SecretCustody(self.plan.threshold, len(self.shares), recipient_of(self.identity),
                             self.shares[0].identifier, self.plan.bodies)  # fmt: skip


def seal(
    form: Form, signing_key: SigningKey, plan: CustodyPlan, folder: Path, *,
    created_at_ms: int, not_before_ms: int | None, requires_version: str, media: MediaSource = no_media,
) -> SealedBundle:  # fmt: skip
    """Write `<folder>/<package_id>.exam`, which must not exist yet, and return the shares.

    `media` gives the files that the form's texts name. Raises SealError bad_form, bad_manifest (a title, date or version
    breaks a rule) and OSError; then no file is left.
    """
    check_candidate_documents(form)
    paper, marking = _secrets(plan)
    sections: dict[str, str] = {section.section_id: fresh_identity() for section in form.sections}
    members, contents = _members(form, sections, paper.identity, marking.identity, media)
    manifest = Manifest(
        package_id=form.package_id,
        contest_id=form.contest_id,
        round_id=form.round_id,
        set_name=form.set_name.value,
        title=form.title,
        created_at_ms=created_at_ms,
        not_before_ms=not_before_ms,
        requires_version=requires_version,
        signer=signing_key.public.hex(),
        sections=tuple(_section(section) for section in form.sections),
        members=tuple(members),
        custody=Custody(paper.custody(), marking.custody()),
    )
    data = encode(manifest)
    parse(data)
    packed = [(MANIFEST, data), (SIGNATURE, signing_key.sign(data)), *contents]

    def prove(path: Path) -> None:
        _prove(path, signing_key.public, requires_version, (paper, marking))

    path = folder / f"{form.package_id}{SUFFIX}"
    publish(path, lambda out: write(out, packed), prove)
    package = Package.open_file(path, signing_key.public, requires_version)
    return SealedBundle(package, plan, tuple(_handed_out(paper) + _handed_out(marking)))


def check_candidate_documents(form: Form) -> None:
    """Raise SealError bad_form when what candidates will see has a field it should not have, or contradicts the form."""
    for section in form.sections:
        where = f"candidate part of {section.section_id}"
        try:
            check_candidate_document(section.candidate, where)
            fields = Fields(section.candidate, where)
            fields.expect("package_id", form.package_id)
            fields.expect("section_id", section.section_id)
            fields.expect("form_id", section.marking.form_id)
            same = section.marking.section_id == section.section_id
            if fields.integer("duration_s", 1) != section.duration_s or not same:
                raise DocumentError(f"{where}: the form says otherwise")
        except (DocumentError, ItemTypeError) as error:
            raise SealError(SealFault.BAD_FORM, str(error)) from error


def _secrets(plan: CustodyPlan) -> tuple[_Secret, _Secret]:
    first = secrets.randbelow(IDENTIFIERS)
    second = (first + 1 + secrets.randbelow(IDENTIFIERS - 1)) % IDENTIFIERS  # never the same as the first
    return _secret(SecretKind.PAPER, plan.paper, first), _secret(SecretKind.MARKING, plan.marking, second)


def _secret(kind: SecretKind, plan: SecretPlan, identifier: int) -> _Secret:
    identity = fresh_identity()
    return _Secret(kind, identity, plan, split(secret_of(identity), plan.threshold, len(plan.custodians), identifier))


def _members(
    form: Form, sections: dict[str, str], paper: str, marking: str, media: MediaSource
) -> tuple[list[Member], list[tuple[str, bytes]]]:
    """Every encrypted member in the file's order, and its name and content."""
    origin = FormOrigin(form.seed, form.blueprint_sha256, form.bank_sha256)
    keys = marking_document(form.package_id, origin, [section.marking for section in form.sections], form.canaries)
    made: list[tuple[Member, bytes]] = []
    files: list[tuple[Member, bytes]] = []
    for section in form.sections:
        recipient = recipient_of(sections[section.section_id])
        document, its_files = _with_media(section, recipient, media)
        files += its_files
        made.append(_member(Role.CANDIDATE, _section(section), padded(document), recipient))
    made += sorted(files, key=lambda file: file[0].name)
    made.append(_member(Role.SECTIONS, None, padded(sections_document(form.package_id, sections)), recipient_of(paper)))
    made.append(_member(Role.MARKING, None, padded(keys), recipient_of(marking)))
    return [member for member, _ in made], [(member.name, content) for member, content in made]


def _with_media(
    section: FormSection, recipient: str, media: MediaSource
) -> tuple[dict[str, JSON], list[tuple[Member, bytes]]]:
    """A section's document with the member of each of its files, and those members. Raises SealError bad_form."""
    named = Fields(section.candidate, section.section_id).inner("media")
    listed: dict[str, JSON] = {}
    files: list[tuple[Member, bytes]] = []
    for sha256 in named.names():
        medium = named.object(sha256)
        try:
            data = media(sha256)
        except (KeyError, OSError) as error:
            raise SealError(SealFault.BAD_FORM, phrase("the file %(file)s is not there", file=sha256)) from error
        if digest(data).hex() != sha256 or len(data) != medium.get("bytes"):
            raise SealError(SealFault.BAD_FORM, phrase("the file %(file)s is another one", file=sha256))
        made = _member(Role.MEDIA, _section(section), data, recipient)
        listed[sha256] = {**medium, "member": made[0].name}
        files.append(made)
    return {**section.candidate, "media": listed}, files


def _member(role: Role, section: Section | None, plaintext: bytes, recipient: str) -> tuple[Member, bytes]:
    content = encrypt(plaintext, recipient)
    sha256 = digest(content).hex()
    section_id = None if section is None else section.section_id
    name = member_name(role, section, sha256)
    return Member(name, role, len(content), sha256, zlib.crc32(content), recipient, section_id), content


def _section(section: FormSection) -> Section:
    return Section(section.section_id, section.marking.form_id, section.title, section.duration_s, section.item_count)


def _prove(path: Path, signer: bytes, room_version: str, both: tuple[_Secret, _Secret]) -> None:
    """Open the finished file as a room will, from the shares on: a package that cannot be opened is never handed out."""
    package = Package.open_file(path, signer, room_version)
    package.verify()
    identities = [combine(secret.shares[-secret.plan.threshold :], secret.custody().recipient) for secret in both]
    for section_id, identity in package.sections(identities[0], 0, override=True).items():
        part = package.candidate(section_id, identity)
        for sha256 in part.media:
            package.medium(part, sha256, identity)
    package.marking(identities[1], 0, override=True)


def _handed_out(secret: _Secret) -> list[CustodianShare]:
    pairs = zip(secret.plan.custodians, secret.shares, strict=True)
    return [CustodianShare(secret.kind, number, who, share) for number, (who, share) in enumerate(pairs, 1)]
