"""Words to drag into the gaps of a text. Response: `{"gaps": {gap id: word id, …}}`, one or more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from question_bank.canonical import JSON
from question_bank.content import Holds
from question_bank.draw import Draw
from question_bank.fields import Fields
from question_bank.ids import FreshIds
from question_bank.items import _schema as schema
from question_bank.items._cloze_gaps import all_gaps, each_gap
from question_bank.items._gaps import GAP_NAME, gap_faults, gap_names
from question_bank.items._labelled import Labelled, read_labelled, read_mapping, read_truth, texts_faults
from question_bank.items._views import ids_in, option_group, option_views
from question_bank.items.model import Answered, Common, Item, Placed, Show
from question_bank.items.text import folded
from question_bank.marking_scheme import MarkingItem, Response, Rule
from question_bank.order import ItemOutline, shuffled_around
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
        gaps: dict[str, str] = {}
        written = fields.get("gaps")
        named = written if isinstance(written, dict) else {}
        for name, label in read_mapping(("gaps",), written, list(named), faults).items():
            if isinstance(label, str) and label in known:
                gaps[name] = label
            elif known:
                message = phrase("there is no option “%(label)s”", label=str(label)[:40])
                faults.append(Fault("pair_not_an_option", ("gaps", name), message))
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
            faults.append(Fault("too_few_options", ("words",), phrase("an item needs at least two options")))
        used = list(self.gaps.values())
        if not self.reuse and len(set(used)) != len(used):
            hint = phrase("write “reuse: true” when one may serve several")
            faults.append(Fault("shared_pair", ("gaps",), phrase("two gaps have the same word"), hint))
        return faults

    def words(self) -> list[str]:
        """The stem and the words, whatever their order."""
        return [folded(self.common.stem), *sorted(folded(one.text) for one in self.choices)]

    def place(self, draw: Draw, ids: FreshIds, show: Show) -> Placed:
        """Words in a drawn order and gaps in the stem's, under fresh ids."""
        stays = not self.common.shuffle
        words = shuffled_around(draw, self.choices, lambda _: stays)
        names = {one.label: ids.option() for one in words}
        gaps = {name: ids.gap() for name in dict.fromkeys(gap_names(self.common.stem))}
        view = option_views([(names[one.label], show(one.text), stays) for one in words])
        gap_view: list[JSON] = [{"gap_id": gap} for gap in gaps.values()]
        key: dict[str, JSON] = {
            gap: {"kind": "choice", "option": names[self.gaps[name]]} for name, gap in gaps.items() if name in self.gaps
        }
        return Placed({"words": view, "gaps": gap_view, "reuse": self.reuse}, key, gaps)

    @classmethod
    def outline(cls, item_id: str, view: Mapping[str, JSON]) -> ItemOutline:
        """One group, the words; the shape names the gaps."""
        fields = Fields(dict(view), item_id)
        shape: dict[str, JSON] = {
            "gaps": [*ids_in(fields.values("gaps"), "gap_id", item_id)], "reuse": fields.truth("reuse"),
        }  # fmt: skip
        return ItemOutline(item_id, cls.NAME, (option_group(fields.values("words"), item_id),), shape)

    @classmethod
    def response_problem(cls, item: ItemOutline, response: Mapping[str, object]) -> str | None:
        """Codes: `unknown_field`, `not_an_object`, `unknown_gap`, `unknown_option`, `used_twice`, `nothing_chosen`."""
        if set(response) != {"gaps"}:
            return "unknown_field"
        made = response["gaps"]
        if not isinstance(made, Mapping):
            return "not_an_object"
        gaps, words = item.shape.get("gaps"), list(made.values())
        if not all(isinstance(gaps, list) and gap in gaps for gap in made):
            return "unknown_gap"
        known = frozenset(item.option_ids)
        if not all(isinstance(word, str) and word in known for word in words):
            return "unknown_option"
        if item.shape.get("reuse") is not True and len(set(words)) != len(words):
            return "used_twice"
        return None if made else "nothing_chosen"

    @classmethod
    def answered(cls, item: ItemOutline, response: Mapping[str, object]) -> Answered:
        """Wholly when every gap has a word."""
        gaps, made = item.shape.get("gaps"), response.get("gaps")
        whole = isinstance(gaps, list) and isinstance(made, Mapping) and len(made) == len(gaps)
        return "whole" if whole else "partly"

    @classmethod
    def right_response(cls, item: ItemOutline, marking: MarkingItem) -> Response | None:
        """The key."""
        return (
            {"gaps": {gap: _word(key) for gap, key in marking.key.items()}} if isinstance(marking.key, dict) else None
        )

    @classmethod
    def wrong_response(cls, item: ItemOutline, marking: MarkingItem, draw: Draw) -> Response | None:
        """One gap with a wrong word."""
        if not isinstance(marking.key, dict) or not marking.key:
            return None
        gap = draw.sample(sorted(marking.key), 1)[0]
        others = [word for word in sorted(item.option_ids) if word != _word(marking.key[gap])]
        return {"gaps": {gap: draw.sample(others, 1)[0]}} if others else None


def _word(key: JSON) -> JSON:
    return key.get("option") if isinstance(key, dict) else None


TYPE = DragWords
