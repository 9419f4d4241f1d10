"""Words to drag into the gaps of a text. Response: `{"gaps": {gap id: word id, …}}`, one or more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from question_bank.canonical import JSON
from question_bank.content import Holds
from question_bank.draw import Draw
from question_bank.ids import FreshIds
from question_bank.items import _schema as schema
from question_bank.items._cloze_gaps import all_gaps, each_gap
from question_bank.items._gaps import GAP_NAME, gap_faults, gap_names
from question_bank.items._labelled import Labelled, read_labelled, read_truth, texts_faults, too_few
from question_bank.items._mates import (
    answered_places,
    made_for_places,
    mates_outline,
    mates_problem,
    read_mates,
    shared_faults,
    wrong_mate,
)
from question_bank.items._views import placed_texts
from question_bank.items.model import Answered, Common, Item, Placed, Show
from question_bank.marking_scheme import MarkingItem, Response, Rule
from question_bank.order import ItemOutline
from question_bank.phrase import Phrase, phrase
from question_bank.problems import Fault, Path
from question_bank.view_shape import OPTIONS, Kind, ViewShape

LABELS = tuple(str(number) for number in range(1, 21))


@dataclass(frozen=True, slots=True)
class DragWords(Item):
    """A text with gaps and words for them, more than gaps perhaps; `gaps` maps gap names to labels of words."""

    choices: tuple[Labelled, ...]
    gaps: Mapping[str, str]
    reuse: bool

    NAME: ClassVar[str] = "drag_words"
    LABEL: ClassVar[Phrase] = phrase("words to drag")
    RULES: ClassVar[Mapping[str, Rule]] = {"each_gap": each_gap, "all_gaps": all_gaps}
    REQUIRED: ClassVar[tuple[str, ...]] = ("words", "gaps")
    OPTIONAL: ClassVar[tuple[str, ...]] = ("reuse",)
    STEM_HOLDS: ClassVar[Holds] = Holds.ALL
    SCHEMA: ClassVar[Mapping[str, JSON]] = {
        "words": schema.labelled(LABELS), "reuse": schema.TRUTH,
        "gaps": {"type": "object", "minProperties": 1, "propertyNames": GAP_NAME, "additionalProperties": schema.label(LABELS)},
    }  # fmt: skip
    WORDS: ClassVar[Mapping[str, Phrase]] = {
        "how": phrase("put the words into the gaps"),
        "how_reuse": phrase("put the words into the gaps; a word may serve several times"),
        "words": phrase("Words"),
        "gap": phrase("Gap {number}, empty"),
        "filled": phrase("Gap {number}: {word}"),
        "then_gap": phrase("Now choose a gap."),
        "then_word": phrase("Now choose a word."),
    }
    VIEW: ClassVar[ViewShape] = {"words": OPTIONS, "gaps": {"gap_id": Kind.WORD}, "reuse": Kind.TRUTH}

    @classmethod
    def read(cls, common: Common, fields: Mapping[str, JSON], faults: list[Fault]) -> Self:
        """Words are 1, 2, …; gaps map the names in the stem to words."""
        words = read_labelled("words", fields.get("words"), LABELS, faults)
        known = {one.label for one in words}
        written = fields.get("gaps")
        gaps = read_mates("gaps", written, written if isinstance(written, dict) else (), known, faults)
        return cls(common, words, gaps, read_truth(("reuse",), fields.get("reuse"), False, faults))

    def own_fields(self) -> dict[str, JSON]:
        """As they are read."""
        words: dict[str, JSON] = {one.label: one.text for one in self.choices}
        return {"words": words, "gaps": dict(self.gaps), **({"reuse": "true"} if self.reuse else {})}

    def own_texts(self) -> list[tuple[Path, str]]:
        """The words."""
        return [(("words", one.label), one.text) for one in self.choices]

    def own_problems(self) -> list[Fault]:
        """The stem's gaps are those described; no word serves twice unless `reuse` says so."""
        faults = texts_faults("words", self.choices, Holds.LINE) + gap_faults(self.common.stem, self.gaps)
        if len(self.choices) < 2:
            faults.append(too_few(("words",)))
        return faults + shared_faults("gaps", self.gaps, self.reuse, phrase("two gaps have the same word"))

    def place(self, draw: Draw, ids: FreshIds, show: Show) -> Placed:
        """Words in a drawn order and gaps in the stem's, under fresh ids."""
        stays = not self.common.shuffle
        view, names = placed_texts(self.choices, draw, ids, show, lambda _: stays)
        gaps = {name: ids.gap() for name in dict.fromkeys(gap_names(self.common.stem))}
        gap_view: list[JSON] = [{"gap_id": gap} for gap in gaps.values()]
        key: dict[str, JSON] = {
            gap: {"kind": "choice", "option": names[self.gaps[name]]} for name, gap in gaps.items() if name in self.gaps
        }
        return Placed({"words": view, "gaps": gap_view, "reuse": self.reuse}, key, gaps)

    @classmethod
    def outline(cls, item_id: str, view: Mapping[str, JSON]) -> ItemOutline:
        """One group, the words; the shape names the gaps."""
        return mates_outline(cls.NAME, item_id, view, ("gaps", "gap_id"), "words")

    @classmethod
    def response_problem(cls, item: ItemOutline, response: Mapping[str, object]) -> str | None:
        """Codes: `unknown_field`, `not_an_object`, `unknown_gap`, `unknown_option`, `used_twice`, `nothing_chosen`."""
        made = made_for_places(response, "gaps")
        return made if isinstance(made, str) else mates_problem(item, made, item.shape.get("gaps"), "unknown_gap")

    @classmethod
    def answered(cls, item: ItemOutline, response: Mapping[str, object]) -> Answered:
        """Wholly when every gap has a word."""
        return answered_places(response.get("gaps"), item.shape.get("gaps"))

    @classmethod
    def right_response(cls, item: ItemOutline, marking: MarkingItem) -> Response | None:
        """The key."""
        words = _words(marking)
        return None if words is None else {"gaps": words}

    @classmethod
    def wrong_response(cls, item: ItemOutline, marking: MarkingItem, draw: Draw) -> Response | None:
        """One gap with a wrong word."""
        gaps = wrong_mate(_words(marking) or {}, item.option_ids, draw)
        return {"gaps": gaps} if gaps else None


def _words(marking: MarkingItem) -> dict[str, JSON] | None:
    """The right word of each gap; None for a key of another shape."""
    if not isinstance(marking.key, dict):
        return None
    return {gap: key.get("option") if isinstance(key, dict) else None for gap, key in marking.key.items()}


TYPE = DragWords
