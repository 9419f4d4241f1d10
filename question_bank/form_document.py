"""What a test form is, and form.json (`exam-form/1`): what candidates see and how it is marked, apart from the start. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from question_bank.bilingual import Bilingual
from question_bank.blueprint import SetName
from question_bank.canonical import JSON, digest
from question_bank.fields import DocumentError, Fields
from question_bank.ids import BankItemId, PackageId, SectionId
from question_bank.marking_scheme import Canary, MarkingSection, parse_canary, parse_section
from question_bank.outline import outline

FORM_FORMAT = "exam-form/1"


@dataclass(frozen=True, slots=True)
class FormSection:
    """One section of a form: the document candidates get (`exam-candidate/1`) and its marking."""

    section_id: SectionId
    title: Bilingual
    duration_s: int
    item_count: int
    candidate: dict[str, JSON]
    marking: MarkingSection

    def document(self) -> dict[str, JSON]:
        """As it stands in form.json."""
        return {
            "section_id": self.section_id,
            "title": self.title.document(),
            "duration_s": self.duration_s,
            "item_count": self.item_count,
            "candidate": self.candidate,
            "marking": self.marking.document(),
        }


@dataclass(frozen=True, slots=True)
class Form:
    """A whole form; secret until the paper is opened. Digests and the seed are hex; `code` is what is printed on it, if any."""

    package_id: PackageId
    contest_id: str
    round_id: str
    set_name: SetName
    title: Bilingual
    seed: str
    blueprint_sha256: str
    bank_sha256: str
    sections: tuple[FormSection, ...]
    canaries: tuple[Canary, ...]
    code: str = ""

    @property
    def bank_items(self) -> frozenset[BankItemId]:
        """The bank items in the form, so that another set can leave them out."""
        return frozenset(BankItemId(item.bank_item) for section in self.sections for item in section.marking.items)

    def document(self) -> dict[str, JSON]:
        """The form as form.json holds it, format `exam-form/1`."""
        return {
            "format": FORM_FORMAT,
            "package_id": self.package_id,
            "contest_id": self.contest_id,
            "round_id": self.round_id,
            "set": self.set_name.value,
            "title": self.title.document(),
            "seed": self.seed,
            "blueprint_sha256": self.blueprint_sha256,
            "bank_sha256": self.bank_sha256,
            "sections": [section.document() for section in self.sections],
            "canaries": [canary.document() for canary in self.canaries],
            **({"code": self.code} if self.code else {}),
        }

    def sha256(self) -> str:
        """Hex digest of form.json: the head digest that key sheets carry."""
        return digest(self.document()).hex()


def parse_form(value: JSON) -> Form:
    """A form from its document. Raises DocumentError."""
    fields = Fields(value, "form")
    fields.expect("format", FORM_FORMAT)
    set_name = fields.text("set")
    if set_name not in {name.value for name in SetName}:
        raise DocumentError(f"form.set: unknown set “{set_name}”")
    form = Form(
        package_id=PackageId(fields.text("package_id")),
        contest_id=fields.text("contest_id"),
        round_id=fields.text("round_id"),
        set_name=SetName(set_name),
        title=fields.bilingual("title"),
        seed=fields.text("seed"),
        blueprint_sha256=fields.text("blueprint_sha256"),
        bank_sha256=fields.text("bank_sha256"),
        sections=tuple(_parse_section(section) for section in fields.objects("sections")),
        canaries=tuple(parse_canary(canary) for canary in fields.values("canaries")),
        code=fields.text("code") if "code" in fields.names() else "",
    )
    fields.done()
    return form


def _parse_section(fields: Fields) -> FormSection:
    section = FormSection(
        section_id=SectionId(fields.text("section_id")),
        title=fields.bilingual("title"),
        duration_s=fields.integer("duration_s", 1),
        item_count=fields.integer("item_count", 1),
        candidate=fields.object("candidate"),
        marking=parse_section(fields.object("marking")),
    )
    fields.done()
    seen = [item.item_id for item in outline(section.candidate).items]
    if seen != [item.item_id for item in section.marking.items] or len(seen) != section.item_count:
        raise DocumentError(f"{fields.where}: what candidates see and what is marked are not the same items")
    return section
