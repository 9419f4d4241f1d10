"""Forms as the vault keeps them: papers `form:BLUEPRINT.SET[.CODE]`, with a revision for each time they were drawn.

Beside them stand `assembly:BLUEPRINT` (the facilities that the forms were levelled by) and `seal:PACKAGE`
(what goes into the minutes). Revisions are added: what was sealed stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from question_bank.assembling import BLUEPRINTS
from question_bank.blueprint import Blueprint, SetName
from question_bank.canonical import JSON, encode
from question_bank.form_document import Form, parse_form
from question_bank.formats.blueprint import read_blueprint
from question_bank.ids import BankItemId
from question_bank.phrase import Phrase, phrase
from question_bank.vault.people import Person
from question_bank.vault.states import Refused
from question_bank.vault.store import Kind, Revision
from question_bank.vault.uses import How
from question_bank.vault.vault import Vault

FORMS, ASSEMBLIES, SEALS = "form", "assembly", "seal"
ASSEMBLY_FORMAT, SEAL_FORMAT = "exam-assembly/1", "exam-sealing/1"
MOST_NAME = 100  # characters of a paper's name behind its family (vault/papers.py)
MOST_READ = 100  # forms held as they were read; one has some 100 kB
_NAME = re.compile(r"(?P<blueprint>[A-Za-z0-9][A-Za-z0-9._-]*)\.(?P<set>primary|reserve)(?:\.(?P<code>[0-9]{1,6}))?")


@dataclass(frozen=True, slots=True)
class FormName:
    """Which form of which blueprint; `text` is what addresses have."""

    blueprint: str
    set_name: SetName
    code: str = ""

    @property
    def text(self) -> str:
        """As it stands in addresses, and after `form:` in the vault."""
        return ".".join(part for part in (self.blueprint, self.set_name.value, self.code) if part)


def read_name(text: str) -> FormName | None:
    """The name in an address."""
    found = _NAME.fullmatch(text)
    if found is None or len(text) > MOST_NAME:
        return None
    return FormName(found["blueprint"], SetName(found["set"]), found["code"] or "")


@dataclass(frozen=True, slots=True)
class Seal:
    """That a package was sealed: when, by whom, and what the minutes say of it (empty for one that the command sealed)."""

    package: str
    at_ms: int
    manifest_sha256: str = ""
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class KeptForm:
    """One revision of a form. `why` has the reason of a swap; `latest` is false where it was drawn anew since."""

    name: FormName
    revision: int
    at_ms: int
    by: Person
    why: str
    form: Form
    latest: bool
    seal: Seal | None

    @property
    def address(self) -> str:
        """Where its page is."""
        return f"/forms/{self.name.text}" + ("" if self.latest else f"?revision={self.revision}")


class Shelf:
    """The forms of a vault. A revision never changes, so each is read once."""

    def __init__(self) -> None:
        self._read: dict[tuple[str, int], tuple[Revision, Form]] = {}
        self._packages: dict[tuple[str, int], str] = {}

    def all(self, vault: Vault) -> list[KeptForm]:
        """The latest of each name, and before it every one that was sealed; by name."""
        seals = sealed(vault)
        found: list[KeptForm] = []
        for name in names(vault):
            last = vault.papers.get(f"{FORMS}:{name.text}")
            for number in range(last.number if last else 0, 0, -1):
                package = self._packages.get((name.text, number))
                if package is None or package in seals or (last and number == last.number):
                    one = self.get(vault, name, number)
                    found += [one] if one and (one.latest or one.seal) else []
        return found

    def ever(self, vault: Vault) -> Iterator[KeptForm]:
        """Every revision of every form."""
        for name in names(vault):
            last = vault.papers.get(f"{FORMS}:{name.text}")
            yield from (one for n in range(1, last.number + 1 if last else 1) if (one := self.get(vault, name, n)))

    def beside(self, vault: Vault, kept: KeptForm) -> list[KeptForm]:
        """The forms that were drawn by the same blueprint, this one among them; primary first, then by code."""
        others = [
            one
            for name in names(vault)
            if name.blueprint == kept.name.blueprint and name != kept.name
            and (one := self.get(vault, name)) and one.form.blueprint_sha256 == kept.form.blueprint_sha256
        ]  # fmt: skip
        return sorted([*others, kept], key=lambda one: (one.name.set_name is SetName.RESERVE, one.name.code))

    def get(self, vault: Vault, name: FormName, revision: int = 0) -> KeptForm | None:
        """One revision of a form, the latest for 0."""
        paper = f"{FORMS}:{name.text}"
        last = vault.papers.get(paper)
        number = revision or (last.number if last else 0)
        read = self._revision(vault, paper, number) if last else None
        if last is None or read is None:
            return None
        found, form = read
        self._packages[name.text, number] = form.package_id
        changes = {one.number: one for one in vault.store.history(Kind.PAPER, paper)}
        change = changes[found.change]
        seal = sealed(vault).get(form.package_id)
        return KeptForm(name, number, change.at_ms, change.person, change.why, form, number == last.number, seal)

    def _revision(self, vault: Vault, paper: str, number: int) -> tuple[Revision, Form] | None:
        known = self._read.get((paper, number))
        if known is None:
            found = vault.papers.get(paper, number)
            if found is None:
                return None
            while len(self._read) >= MOST_READ:
                self._read.pop(next(iter(self._read)), None)  # another page may have read one meanwhile
            known = self._read[paper, number] = found, parse_form(found.content)
        return known


def names(vault: Vault) -> list[FormName]:
    """All forms that the vault keeps."""
    return [one for text in vault.papers.names(FORMS) if (one := read_name(text.removeprefix(f"{FORMS}:")))]


def keep_forms(
    vault: Vault, blueprint: str, drawn: Sequence[Form], by: Person, why: str = "",
    beside: Sequence[Form] = (), facility: Mapping[BankItemId, Fraction] | None = None,
) -> Phrase | None:  # fmt: skip
    """Put forms into the vault, at one stroke, with their uses; gives why not. The caller saves.

    `beside` are the other forms of their sets, which stay; `facility` is what an assembling levelled them by.
    """
    called = [FormName(blueprint, form.set_name, form.code) for form in drawn]
    if any(read_name(one.text) is None for one in called):
        return phrase("the name of the blueprint is too long: “%(name)s”", name=blueprint)
    with vault.store.doing():
        for name, form in zip(called, drawn, strict=True):
            refused = vault.papers.write(f"{FORMS}:{name.text}", form.document(), by, why)
            assert not isinstance(refused, Refused)
        if facility is not None:
            shares: dict[str, JSON] = {item: str(share) for item, share in sorted(facility.items())}
            vault.papers.write(f"{ASSEMBLIES}:{blueprint}", {"format": ASSEMBLY_FORMAT, "facility": shares}, by)
        vault.uses.record([*drawn, *beside], How.ASSEMBLED, by)
    return None


def facilities(vault: Vault, blueprint: str) -> dict[BankItemId, Fraction]:
    """The facilities that the last assembling was given."""
    found = vault.papers.get(f"{ASSEMBLIES}:{blueprint}")
    kept = found.content.get("facility") if found and isinstance(found.content, dict) else None
    return {BankItemId(item): Fraction(str(share)) for item, share in kept.items()} if isinstance(kept, dict) else {}


def blueprint_of(vault: Vault, name: str, sha256: str) -> Blueprint | None:
    """The revision of a blueprint that forms were drawn by; None when it is not among those that the vault keeps."""
    last = vault.papers.get(f"{BLUEPRINTS}:{name}")
    for number in range(last.number if last else 0, 0, -1):
        found = vault.papers.get(f"{BLUEPRINTS}:{name}", number)
        read = read_blueprint(encode(found.content), name).blueprint if found else None
        if read is not None and read.sha256() == sha256:
            return read
    return None


def keep_seal(vault: Vault, form: Form, manifest_sha256: str, fingerprint: str, by: Person) -> None:
    """Record that a form was sealed; the caller saves."""
    with vault.store.doing():
        vault.uses.record(form, How.SEALED, by)
        document: dict[str, JSON] = {
            "format": SEAL_FORMAT,
            "form_sha256": form.sha256(),
            "manifest_sha256": manifest_sha256,
            "fingerprint": fingerprint,
        }
        vault.papers.write(f"{SEALS}:{form.package_id}", document, by)


def sealed(vault: Vault) -> dict[str, Seal]:
    """Every package that the vault knows to be sealed."""
    found: dict[str, Seal] = {}
    for uses in vault.uses.all().values():
        for use in uses:
            if use.how is How.SEALED and use.package not in found:
                paper = vault.papers.get(f"{SEALS}:{use.package}")
                said = paper.content if paper and isinstance(paper.content, dict) else {}
                found[use.package] = Seal(
                    use.package, use.at_ms, str(said.get("manifest_sha256", "")), str(said.get("fingerprint", ""))
                )
    return found
