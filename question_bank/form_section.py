"""One section of a form: every text as candidates get it, every key in fresh opaque ids. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from question_bank.assembly.drawing import ChosenItem
from question_bank.bank import Bank
from question_bank.blueprint import SectionPlan
from question_bank.canonical import JSON
from question_bank.content import media_names
from question_bank.draw import Draw
from question_bank.form_document import FormSection
from question_bank.ids import FormId, FreshIds, PackageId, StimulusId
from question_bank.marking_scheme import MarkingItem, MarkingSection, Marks
from question_bank.outline import CANDIDATE_FORMAT
from question_bank.showing import MediumFile, shown


class SectionBuilder:
    """Builds one section: every text as candidates get it, every key in fresh ids."""

    def __init__(
        self, bank: Bank, plan: SectionPlan, package_id: PackageId, form_id: FormId, ids: FreshIds,
        draws: Callable[[str], Draw],
    ) -> None:  # fmt: skip
        self._bank, self._plan, self._ids = bank, plan, ids
        self._package_id, self._form_id, self._section_id = package_id, form_id, ids.section()
        self._draw = draws(f"options {plan.code}")
        self._stimuli: dict[StimulusId, StimulusId] = {}
        self._media: dict[str, MediumFile] = {}

    def build(self, items: Sequence[ChosenItem]) -> FormSection:
        """The section with these items, in this order."""
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

    def _item(self, chosen: ChosenItem) -> tuple[JSON, MarkingItem]:
        item = chosen.item
        item_id = self._ids.item()
        placed = item.place(self._draw, self._ids, self._show)
        common, plan = item.common, self._plan
        stimulus = common.stimulus
        if stimulus and stimulus not in self._stimuli:
            self._stimuli[stimulus] = self._ids.stimulus()
        max_mark = chosen.mark if item.SCORED else Marks(0)
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
