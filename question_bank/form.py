"""The test form: one fixed set of items, assembled from bank and blueprint by a seed.

Pure. The same bank, blueprint, seed and set give the same form on every machine and in every version. What candidates
see (`candidate`) and how it is marked (`marking`) are apart from the start: nothing drawn for the first depends on keys.
The order one candidate meets a section in is drawn later (`order`).
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from enum import Enum

from question_bank.bank import Bank
from question_bank.bilingual import Bilingual
from question_bank.blueprint import Blueprint, SectionPlan, Shortfall, check
from question_bank.canaries import canaries
from question_bank.canonical import JSON
from question_bank.content import media_names
from question_bank.draw import Draw
from question_bank.fields import DocumentError, Fields
from question_bank.ids import BankItemId, FormId, FreshIds, PackageId, SectionId, StimulusId
from question_bank.items.model import Item
from question_bank.marking_scheme import Canary, MarkingItem, MarkingSection, Marks, parse_canary, parse_section
from question_bank.outline import CANDIDATE_FORMAT, outline
from question_bank.showing import MediumFile, shown

FORM_FORMAT = "exam-form/1"


class SetName(Enum):
    """Which of a round's two sets a form is; they share no bank item."""

    PRIMARY = "primary"
    RESERVE = "reserve"


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
    """A whole form; secret until the paper is opened. Digests and the seed are hex."""

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
        }


def assemble(
    bank: Bank, blueprint: Blueprint, seed: bytes, set_name: SetName, exclude_bank_items: Set[BankItemId] = frozenset()
) -> Form | list[Shortfall]:
    """A form drawn from the bank as the blueprint says, or everything the bank is short of.

    `seed` is 32 bytes. `exclude_bank_items` are those of the other set. Raises ValueError on a seed of another length.
    """
    if shortfalls := check(blueprint, bank, exclude_bank_items):
        return shortfalls
    ids = FreshIds(_draw(seed, set_name, "ids"))
    package_id, form_id = ids.package(), ids.form()
    used: set[BankItemId] = set(exclude_bank_items)
    sections: list[FormSection] = []
    for plan in blueprint.sections:
        chosen = _choose(bank, plan, seed, set_name, used)
        used.update(item.id for item in chosen)
        sections.append(_Section(bank, plan, package_id, form_id, ids, seed, set_name).build(chosen))
    return Form(
        package_id=package_id,
        contest_id=blueprint.contest_id,
        round_id=blueprint.round_id,
        set_name=set_name,
        title=blueprint.title,
        seed=seed.hex(),
        blueprint_sha256=blueprint.sha256(),
        bank_sha256=bank.sha256(),
        sections=tuple(sections),
        canaries=tuple(
            canary
            for section in sections
            for canary in canaries(outline(section.candidate), section.marking, _draw(seed, set_name, "canaries"))
        ),
    )


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


def _draw(seed: bytes, set_name: SetName, purpose: str) -> Draw:
    return Draw(seed, f"form/1 {set_name.value} {purpose}")


def _choose(bank: Bank, plan: SectionPlan, seed: bytes, set_name: SetName, used: Set[BankItemId]) -> tuple[Item, ...]:
    """The items of a section in the form's order. Each cell has its own draw: changing one leaves the others."""
    chosen: list[Item] = []
    for cell in plan.cells:
        free = [item for item in bank.cell(cell.topic, cell.level) if item.id not in used]
        draw = _draw(seed, set_name, f"choose {plan.code} {cell.topic} {cell.level.value}")
        chosen += draw.sample(free, cell.count)
    blocks: dict[str, list[Item]] = {}
    for item in chosen:
        blocks.setdefault(item.common.stimulus or item.id, []).append(item)
    order = _draw(seed, set_name, f"order {plan.code}").shuffled(list(blocks.values()))
    return tuple(item for block in order for item in sorted(block, key=lambda item: item.id))


class _Section:
    """Builds one section: every text as candidates get it, every key in fresh ids."""

    def __init__(
        self, bank: Bank, plan: SectionPlan, package_id: PackageId, form_id: FormId, ids: FreshIds, seed: bytes,
        set_name: SetName,
    ) -> None:  # fmt: skip
        self._bank, self._plan, self._ids = bank, plan, ids
        self._package_id, self._form_id, self._section_id = package_id, form_id, ids.section()
        self._draw = _draw(seed, set_name, f"options {plan.code}")
        self._stimuli: dict[StimulusId, StimulusId] = {}
        self._media: dict[str, MediumFile] = {}

    def build(self, items: tuple[Item, ...]) -> FormSection:
        placed = [self._item(item) for item in items]
        stimuli: list[JSON] = []
        for bank_id, stimulus_id in self._stimuli.items():
            stimulus = self._bank.stimuli[bank_id]
            texts: dict[str, JSON] = {"title": self._show(stimulus.title), "text": self._show(stimulus.text)}
            stimuli.append({"stimulus_id": stimulus_id, **texts})
        candidate: dict[str, JSON] = {
            "format": CANDIDATE_FORMAT,
            "package_id": self._package_id,
            "section_id": self._section_id,
            "form_id": self._form_id,
            "title": self._plan.title.document(),
            "duration_s": self._plan.duration_s,
            "keep_order": self._plan.keep_order,
            "stimuli": stimuli,
            "items": [view for view, _ in placed],
            "media": {
                sha256: {"type": self._media[sha256].media_type, "bytes": self._media[sha256].bytes}
                for sha256 in sorted(self._media)
            },
        }
        marking = MarkingSection(self._section_id, self._form_id, tuple(marking for _, marking in placed))
        return FormSection(self._section_id, self._plan.title, self._plan.duration_s, len(items), candidate, marking)

    def _item(self, item: Item) -> tuple[JSON, MarkingItem]:
        item_id = self._ids.item()
        placed = item.place(self._draw, self._ids, self._show)
        common, plan = item.common, self._plan
        stimulus = common.stimulus
        if stimulus and stimulus not in self._stimuli:
            self._stimuli[stimulus] = self._ids.stimulus()
        max_mark = plan.mark_per_item if item.SCORED else Marks(0)
        view: dict[str, JSON] = {
            "item_id": item_id,
            "type": item.NAME,
            "stimulus_id": self._stimuli.get(stimulus, ""),
            "stem": self._show(common.stem, placed.gaps),
            **placed.view,
            "max_mark": max_mark,
            "plays": common.plays,
        }
        rule = plan.rules.get(item.NAME)
        return view, MarkingItem(
            item_id=item_id,
            rule=rule.name if rule else next(iter(item.RULES)),
            key=placed.key,
            max_mark=max_mark,
            bank_item=item.id,
            item_sha256=item.sha256(),
            level=common.level.value,
            topic=common.topic,
            penalty=Marks(max_mark * rule.penalty_percent // 100) if rule else Marks(0),
            floor=Marks(max_mark * rule.floor_percent // 100) if rule else Marks(0),
        )

    def _show(self, text: str, gaps: Mapping[str, str] | None = None) -> JSON:
        files = [self._bank.media[name] for name in media_names(text)]
        self._media |= {file.sha256: file for file in files}
        return shown(text, self._bank.media, gaps or {})
