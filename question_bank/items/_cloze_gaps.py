"""One gap of a cloze: what its author writes, what candidates see of it, what a filling earns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from question_bank.canonical import JSON
from question_bank.comparing import EXACT, Compare
from question_bank.content import Holds
from question_bank.draw import Draw
from question_bank.ids import FreshIds
from question_bank.items import _schema as schema
from question_bank.items._gaps import GAP_NAME, MOST_GAPS
from question_bank.items._labelled import (
    Labelled,
    label_faults,
    read_labelled,
    read_labels,
    read_mapping,
    read_name,
    texts_faults,
    too_few,
)
from question_bank.items._numbers import as_decimal, read_number
from question_bank.items._typed import (
    MOST_ANSWERS,
    NumberAnswer,
    TextAnswer,
    answer_faults,
    compare_fields,
    full_answers,
    number_faults,
    number_percent,
    read_compare,
    read_number_answers,
    read_text_answers,
    text_percent,
    wrong_number,
    wrong_text,
)
from question_bank.items._views import placed_texts
from question_bank.items.model import Show
from question_bank.marking_scheme import MarkingItem, Marks, Response, share
from question_bank.phrase import phrase
from question_bank.problems import Fault, Path

KINDS = ("text", "number", "choice")
LABELS = "ABCDEFGHIJ"
_FIELDS = ("kind", "options", "key", "answers", "compare", "weight")
GAPS_SCHEMA: JSON = {
    "type": "object", "minProperties": 1, "maxProperties": MOST_GAPS, "propertyNames": GAP_NAME,
    "additionalProperties": {"oneOf": [
        schema.fields({"kind": {"const": "text"}, "answers": schema.answers("text", MOST_ANSWERS), "compare": schema.COMPARE, "weight": schema.NUMBER},
               "kind", "answers"),
        schema.fields({"kind": {"const": "number"}, "answers": schema.answers("value", MOST_ANSWERS), "weight": schema.NUMBER}, "kind", "answers"),
        schema.fields({"kind": {"const": "choice"}, "options": schema.labelled(LABELS), "key": schema.label(LABELS), "weight": schema.NUMBER},
               "kind", "options", "key"),
    ]},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ClozeGap:
    """A gap: options and key for a choice, numbers for a number, texts and how they compare for a text."""

    kind: str
    options: tuple[Labelled, ...] = ()
    key: str = ""
    numbers: tuple[NumberAnswer, ...] = ()
    texts: tuple[TextAnswer, ...] = ()
    compare: Compare = EXACT
    weight: Fraction = Fraction(1)

    def fields(self) -> dict[str, JSON]:
        """As its author writes them."""
        fields: dict[str, JSON] = {"kind": self.kind}
        if self.kind == "choice":
            fields |= {"options": {one.label: one.text for one in self.options}, "key": self.key}
        elif self.kind == "number":
            fields["answers"] = [answer.document() for answer in self.numbers]
        else:
            fields["answers"] = [answer.document() for answer in self.texts]
            if compare := compare_fields(self.compare):
                fields["compare"] = compare
        return fields | ({"weight": as_decimal(self.weight)} if self.weight != 1 else {})

    def problems(self, path: Path) -> list[Fault]:
        """What is wrong with it."""
        if self.kind == "number":
            return number_faults((*path, "answers"), self.numbers)
        if self.kind == "text":
            return answer_faults((*path, "answers"), self.texts, self.compare)
        faults = [
            Fault(fault.code, (*path, *fault.path), fault.message, fault.hint, fault.severity)
            for fault in (
                *texts_faults("options", self.options, Holds.LINE),
                *label_faults("key", [self.key] if self.key else [], [one.label for one in self.options]),
            )
        ]
        if len(self.options) < 2:
            faults.append(too_few((*path, "options")))
        if not self.key:
            faults.append(Fault("empty_field", (*path, "key"), phrase("“%(field)s” is empty", field="key")))
        return faults


def read_gap(path: Path, value: JSON, faults: list[Fault]) -> ClozeGap:
    """A gap from what its author wrote."""
    fields = read_mapping(path, value, _FIELDS, faults)
    kind = read_name((*path, "kind"), fields.get("kind"), KINDS, faults)
    weight = read_number(str(fields["weight"])) if "weight" in fields else Fraction(1)
    if weight is None or weight <= 0 or weight > 100:
        faults.append(Fault("bad_number", (*path, "weight"), phrase("this is not a number")))
        weight = Fraction(1)
    if kind == "number":
        numbers = read_number_answers((*path, "answers"), fields.get("answers"), faults)
        return ClozeGap(kind, numbers=numbers, weight=weight)
    if kind == "text":
        texts = read_text_answers((*path, "answers"), fields.get("answers"), faults)
        compare = read_compare((*path, "compare"), fields.get("compare"), faults)
        return ClozeGap(kind, texts=texts, compare=compare, weight=weight)
    found: list[Fault] = []
    options = read_labelled("options", fields.get("options"), LABELS, found)
    labels = read_labels("key", fields.get("key"), [one.label for one in options], found)
    faults += [Fault(one.code, (*path, *one.path), one.message, one.hint, one.severity) for one in found]
    if len(labels) > 1:
        faults.append(Fault("key_not_single", (*path, "key"), phrase("a single choice has one right option")))
    return ClozeGap(kind, options=options, key=labels[0] if labels else "", weight=weight)


def place_gap(gap: ClozeGap, draw: Draw, ids: FreshIds, show: Show, stays: bool) -> tuple[dict[str, JSON], JSON]:
    """What candidates see of it, and its part of the key. A field's size is the same for every answer."""
    key: dict[str, JSON] = {"kind": gap.kind}
    if gap.weight != 1:
        key["weight"] = as_decimal(gap.weight)
    if gap.kind != "choice":
        answers: list[JSON] = [answer.document() for answer in (gap.numbers or gap.texts)]
        return {"kind": gap.kind, "options": []}, key | {"answers": answers, "compare": gap.compare.document()}
    view, names = placed_texts(gap.options, draw, ids, show, lambda _: stays)
    return {"kind": gap.kind, "options": view}, key | {"option": names[gap.key]}


def each_gap(marking: MarkingItem, response: Response | None) -> Marks:
    """Each gap's share by its weight, in part where an answer earns in part. A key is {gap id: {kind, …, weight}}."""
    return share(marking, _share_earned(marking, response), 100)


def all_gaps(marking: MarkingItem, response: Response | None) -> Marks:
    """All marks for all gaps, none for fewer."""
    return marking.max_mark if _share_earned(marking, response) == 100 else Marks(0)


def _share_earned(marking: MarkingItem, response: Response | None) -> Fraction:
    """What all gaps together earn, in percent, before any rounding."""
    made = response.get("gaps") if response else None
    if not isinstance(made, Mapping) or not isinstance(marking.key, dict) or not marking.key:
        return Fraction(0)
    weights = {gap: _weight(key) for gap, key in marking.key.items()}
    earned = sum((weights[gap] * _earned(key, made.get(gap)) for gap, key in marking.key.items()), Fraction(0))
    return earned / sum(weights.values())


def _weight(key: JSON) -> Fraction:
    written = key.get("weight") if isinstance(key, dict) else None
    return (read_number(written) if isinstance(written, str) else None) or Fraction(1)


def _earned(key: JSON, filling: object) -> Fraction:
    """What a filling earns, in percent."""
    if not isinstance(key, dict):
        return Fraction(0)
    if key.get("kind") == "choice":
        return Fraction(100 if filling == key.get("option") else 0)
    if key.get("kind") == "number":
        return number_percent(key.get("answers"), filling)
    return text_percent(key.get("answers"), key.get("compare"), filling)


def right_filling(key: JSON) -> JSON:
    """A filling that earns everything."""
    if not isinstance(key, dict):
        return None
    if key.get("kind") == "choice":
        return key.get("option")
    name = "value" if key.get("kind") == "number" else "text"
    return next((answer.get(name) for answer in full_answers(key.get("answers"))), None)


def wrong_filling(key: JSON, gap: JSON, draw: Draw) -> str | None:
    """A filling that earns nothing."""
    if not isinstance(key, dict):
        return None
    if key.get("kind") == "number":
        return wrong_number(key.get("answers"))
    if key.get("kind") == "text":
        return wrong_text(key.get("answers"))
    options: Mapping[str, JSON] = gap if isinstance(gap, dict) else {}
    known = options.get("options")
    others = (
        sorted(one for one in known if isinstance(one, str) and one != key.get("option"))
        if isinstance(known, list)
        else []
    )
    return draw.sample(others, 1)[0] if others else None
