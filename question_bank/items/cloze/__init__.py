"""Cloze: gaps in a text, each a choice, a text or a number. Response: `{"gaps": {gap id: filling, …}}`, one or more.

A filling is an option id for a choice, else the text or number as typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from question_bank.canonical import JSON
from question_bank.content import Holds
from question_bank.draw import Draw
from question_bank.fields import Fields
from question_bank.ids import FreshIds
from question_bank.items._cloze_gaps import (
    GAPS_SCHEMA,
    ClozeGap,
    all_gaps,
    each_gap,
    place_gap,
    read_gap,
    right_filling,
    wrong_filling,
)
from question_bank.items._gaps import gap_faults, gap_names
from question_bank.items._mates import answered_places, made_for_places
from question_bank.items._typed import typed_problem
from question_bank.items._views import option_group
from question_bank.items.model import Answered, Common, Item, Placed, Show
from question_bank.marking_scheme import MarkingItem, Response, Rule
from question_bank.order import Group, ItemOutline
from question_bank.phrase import Phrase, phrase
from question_bank.problems import Fault, Path
from question_bank.view_shape import OPTIONS, Kind, ViewShape


@dataclass(frozen=True, slots=True)
class Cloze(Item):
    """A text with gaps of several kinds, by the names they have in the stem."""

    gaps: Mapping[str, ClozeGap]

    NAME: ClassVar[str] = "cloze"
    LABEL: ClassVar[Phrase] = phrase("a text with gaps")
    RULES: ClassVar[Mapping[str, Rule]] = {"each_gap": each_gap, "all_gaps": all_gaps}
    REQUIRED: ClassVar[tuple[str, ...]] = ("gaps",)
    STEM_HOLDS: ClassVar[Holds] = Holds.ALL
    SCHEMA: ClassVar[Mapping[str, JSON]] = {"gaps": GAPS_SCHEMA}
    WORDS: ClassVar[Mapping[str, Phrase]] = {
        "how": phrase("fill in the gaps"),
        "gap": phrase("Gap {number}"),
        "understood": phrase("Gap {number} understood as {value}"),
        "no_number": phrase("Gap {number} is not a number"),
    }
    VIEW: ClassVar[ViewShape] = {"gaps": {"gap_id": Kind.WORD, "kind": Kind.WORD, "options": OPTIONS}}

    @classmethod
    def read(cls, common: Common, fields: Mapping[str, JSON], faults: list[Fault]) -> Self:
        """Gaps are a mapping of name to {kind, …}."""
        written = fields.get("gaps")
        if written is not None and not isinstance(written, dict):
            hint = phrase("write one gap to a line, “a: {kind: text, answers: […]}”")
            faults.append(Fault("wrong_shape", ("gaps",), phrase("gaps are names with what belongs there"), hint))
        named = written if isinstance(written, dict) else {}
        return cls(common, {name: read_gap(("gaps", name), gap, faults) for name, gap in named.items()})

    def own_fields(self) -> dict[str, JSON]:
        """Each gap's fields."""
        return {"gaps": {name: gap.fields() for name, gap in self.gaps.items()}}

    def own_texts(self) -> list[tuple[Path, str]]:
        """The options of the choices."""
        gaps = self.gaps.items()
        return [(("gaps", name, "options", one.label), one.text) for name, gap in gaps for one in gap.options]

    def own_problems(self) -> list[Fault]:
        """Everything wrong with each gap; the stem's gaps are those described."""
        faults = gap_faults(self.common.stem, self.gaps)
        return faults + [fault for name, gap in self.gaps.items() for fault in gap.problems(("gaps", name))]

    def place(self, draw: Draw, ids: FreshIds, show: Show) -> Placed:
        """Gaps in the stem's order under fresh ids, the options of each in a drawn order."""
        names = {name: ids.gap() for name in dict.fromkeys(gap_names(self.common.stem))}
        views: list[JSON] = []
        key: dict[str, JSON] = {}
        for name, gap_id in names.items():
            view, gap_key = place_gap(self.gaps[name], draw, ids, show, stays=not self.common.shuffle)
            views.append({"gap_id": gap_id, **view})
            key[gap_id] = gap_key
        return Placed({"gaps": views}, key, names)

    @classmethod
    def outline(cls, item_id: str, view: Mapping[str, JSON]) -> ItemOutline:
        """A group for each choice; the shape gives each gap's kind and options."""
        groups: list[Group] = []
        gaps: dict[str, JSON] = {}
        for gap in Fields(dict(view), item_id).objects("gaps"):
            kind, gap_id = gap.text("kind"), gap.text("gap_id")
            options = option_group(gap.values("options"), gap.where)
            if options.ids:
                groups.append(options)
            gaps[gap_id] = {"kind": kind, "options": [*options.ids]}
        return ItemOutline(item_id, cls.NAME, tuple(groups), {"gaps": gaps})

    @classmethod
    def response_problem(cls, item: ItemOutline, response: Mapping[str, object]) -> str | None:
        """Codes: `unknown_field`, `not_an_object`, `unknown_gap`, `unknown_option`, `nothing_chosen`, those of `typed_problem`."""
        made, gaps = made_for_places(response, "gaps"), item.shape.get("gaps")
        if isinstance(made, str) or not isinstance(gaps, dict):
            return made if isinstance(made, str) else "not_an_object"
        for gap_id, filling in made.items():
            gap = gaps.get(gap_id)
            if not isinstance(gap, dict):
                return "unknown_gap"
            if problem := _filling_problem(gap, filling):
                return problem
        return None

    @classmethod
    def answered(cls, item: ItemOutline, response: Mapping[str, object]) -> Answered:
        """Wholly when every gap is filled."""
        return answered_places(response.get("gaps"), item.shape.get("gaps"))

    @classmethod
    def right_response(cls, item: ItemOutline, marking: MarkingItem) -> Response | None:
        """Every gap with what earns everything."""
        key = marking.key if isinstance(marking.key, dict) else {}
        return {"gaps": {gap: right_filling(part) for gap, part in key.items()}}

    @classmethod
    def wrong_response(cls, item: ItemOutline, marking: MarkingItem, draw: Draw) -> Response | None:
        """One gap wrongly filled."""
        key, gaps = marking.key, item.shape.get("gaps")
        if not isinstance(key, dict) or not key or not isinstance(gaps, dict):
            return None
        gap = draw.sample(sorted(key), 1)[0]
        filling = wrong_filling(key[gap], gaps.get(gap), draw)
        return None if filling is None else {"gaps": {gap: filling}}


def _filling_problem(gap: Mapping[str, JSON], filling: object) -> str | None:
    kind, options = gap.get("kind"), gap.get("options")
    if kind == "choice":
        known = isinstance(filling, str) and isinstance(options, list) and filling in options
        return None if known else "unknown_option"
    return typed_problem(filling, str(kind))


TYPE = Cloze
