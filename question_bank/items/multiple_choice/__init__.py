"""Multiple choice: one option or more is right. Response: `{"options": [option_id, …]}`, ascending, at least one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import ClassVar, Self

from question_bank.canonical import JSON
from question_bank.draw import Draw
from question_bank.fields import Fields
from question_bank.items import _schema as schema
from question_bank.items._choice import LABELS, Choice, chosen, given, read_choice, right_options
from question_bank.items._labelled import label_faults, read_mapping, read_percent, read_whole, whole_percent
from question_bank.items._numbers import as_decimal, read_number
from question_bank.items.model import Common
from question_bank.marking_scheme import MarkingItem, Marks, Response, Rule, key_part, share
from question_bank.order import ItemOutline
from question_bank.phrase import Phrase, phrase
from question_bank.problems import Fault, Severity
from question_bank.view_shape import OPTIONS, Kind, ViewShape


def all_or_nothing(marking: MarkingItem, response: Response | None) -> Marks:
    """All marks for exactly the right options, none for one too few or too many."""
    right = right_options(marking)
    return marking.max_mark if right and given(response) == right else Marks(0)


def sum_clipped(marking: MarkingItem, response: Response | None) -> Marks:
    """The weights of what was chosen, added: Moodle's `min(max(0, Σ fraction), 1)` (qtype_multichoice_multi_question)."""
    right, all_options = right_options(marking), _options(marking)
    weights = key_part(marking, "weights")
    total = Fraction(0)
    for option in given(response) & all_options:
        weight = weights.get(option) if isinstance(weights, dict) else None
        if isinstance(weight, str):
            total += (read_number(weight) or 0) / Fraction(100)
        elif option in right:
            total += Fraction(1, len(right))
        else:
            total -= Fraction(1, len(all_options - right))
    return share(marking, total)


def net_correct(marking: MarkingItem, response: Response | None) -> Marks:
    """Right options chosen less wrong ones chosen, of the right ones (PrairieLearn's pl-checkbox, net correct)."""
    right, made = right_options(marking), given(response)
    return share(marking, len(made & right) - len(made & (_options(marking) - right)), len(right))


def each_decision(marking: MarkingItem, response: Response | None) -> Marks:
    """Every option is a decision, to tick it or not; nothing ticked is no response (pl-checkbox, each answer)."""
    right, made, all_options = right_options(marking), given(response), _options(marking)
    if not made:
        return Marks(0)
    return share(marking, sum((option in made) == (option in right) for option in all_options), len(all_options))


def _options(marking: MarkingItem) -> frozenset[str]:
    options = key_part(marking, "options")
    return frozenset(one for one in options if isinstance(one, str)) if isinstance(options, list) else frozenset()


@dataclass(frozen=True, slots=True)
class MultipleChoice(Choice):
    """An item with any number of right options; `weights` (percent by label) are for the rule `sum_clipped`.

    `most` is how many may be ticked, 0 for all.
    """

    weights: Mapping[str, Fraction] = field(default_factory=dict)
    most: int = 0

    NAME: ClassVar[str] = "multiple_choice"
    LABEL: ClassVar[Phrase] = phrase("multiple choice")
    RULES: ClassVar[Mapping[str, Rule]] = {
        "all_or_nothing": all_or_nothing, "sum_clipped": sum_clipped, "net_correct": net_correct,
        "each_decision": each_decision,
    }  # fmt: skip
    OPTIONAL: ClassVar[tuple[str, ...]] = ("fixed", "weights", "most")
    SCHEMA: ClassVar[Mapping[str, JSON]] = {
        "options": schema.labelled(LABELS, "Các phương án, ghi liên tục A, B, C …"), "key": schema.several(LABELS), "fixed": schema.several(LABELS),
        "weights": {"type": "object", "propertyNames": {"enum": [*LABELS]}, "additionalProperties": schema.NUMBER},
        "most": schema.whole(1, len(LABELS), "Số phương án được chọn nhiều nhất"),
    }  # fmt: skip
    WORDS: ClassVar[Mapping[str, Phrase]] = {
        "how": phrase("choose every right option"),
        "how_most": phrase("choose at most {most} options"),
        "enough": phrase("You may choose at most {most} options. Take one back first."),
        "waits": phrase("Waits for the room's decision"),
    }
    VIEW: ClassVar[ViewShape] = {"options": OPTIONS, "most": Kind.WHOLE}

    @classmethod
    def read(cls, common: Common, fields: Mapping[str, JSON], faults: list[Fault]) -> Self:
        """As every choice; weights are a mapping of label to percent."""
        options, key, fixed = read_choice(fields, faults)
        labels = [option.label for option in options]
        written = read_mapping(("weights",), fields.get("weights"), labels, faults)
        weights = {label: read_percent(("weights", label), value, 0, -100, faults) for label, value in written.items()}
        most = read_whole(("most",), fields.get("most"), 0, (1, 10), faults)
        return cls(common, options, key, fixed, weights, most)

    def own_fields(self) -> dict[str, JSON]:
        """Numbers as texts, as authors write them."""
        fields = Choice.own_fields(self)
        if self.weights:
            fields["weights"] = {label: as_decimal(weight) for label, weight in self.weights.items()}
        if self.most:
            fields["most"] = str(self.most)
        return fields

    def own_problems(self) -> list[Fault]:
        """Also, as warnings: one right option, or all of them."""
        faults = Choice.own_problems(self)
        labels = {option.label for option in self.options}
        right = labels & set(self.key)
        if len(right) == 1 and len(self.key) == 1:
            message = phrase("only one option is right; a candidate expects several")
            faults.append(Fault("one_right", ("key",), message, None, Severity.WARNING))
        if len(self.options) > 1 and len(right) == len(self.options):
            message = phrase("every option is right; a candidate expects a wrong one")
            faults.append(Fault("all_right", ("key",), message, None, Severity.WARNING))
        if self.most and self.most < len(right):
            message = phrase(
                "%(right)s options are right, but only %(most)s may be ticked", right=len(right), most=self.most
            )
            faults.append(Fault("too_few_ticks", ("most",), message))
        return faults + label_faults("weights", self.weights, labels) + self._weight_faults(right)

    def keyed(self, names: Mapping[str, str]) -> JSON:
        """The right options, every option and their weights: some rules count decisions."""
        key: dict[str, JSON] = {"right": Choice.keyed(self, names), "options": [*sorted(names.values())]}
        if self.weights:
            key["weights"] = {
                names[label]: as_decimal(weight) for label, weight in self.weights.items() if label in names
            }
        return key

    def own_view(self) -> dict[str, JSON]:
        """How many may be ticked."""
        return {"most": self.most or len(self.options)}

    @classmethod
    def own_shape(cls, fields: Fields) -> Mapping[str, JSON]:
        """How many may be ticked."""
        return {"most": fields.integer("most", 1)}

    @classmethod
    def response_problem(cls, item: ItemOutline, response: Mapping[str, object]) -> str | None:
        """The codes of `_choice.chosen`, and `too_many_chosen`."""
        options = chosen(item, response)
        if isinstance(options, str):
            return options
        most = item.shape.get("most")
        return "too_many_chosen" if isinstance(most, int) and len(options) > most else None

    @classmethod
    def wrong_response(cls, item: ItemOutline, marking: MarkingItem, draw: Draw) -> Response | None:
        """Options that the item's rule gives nothing for: the key with a drawn one changed, one alone, or all the wrong ones."""
        rule = cls.RULES.get(marking.rule, all_or_nothing)
        right = right_options(marking)
        options = draw.shuffled(sorted(item.option_ids))
        misses = [sorted(right ^ {option}) for option in options]
        for made in (*misses, *([option] for option in options), sorted(set(options) - right)):
            response: Response = {"options": made}
            if made and cls.response_problem(item, response) is None and rule(marking, response) == 0:
                return response
        return None

    def _weight_faults(self, right: set[str]) -> list[Fault]:
        if not self.weights:
            return []
        most = sum((weight for weight in self.weights.values() if weight > 0), Fraction(0))
        earns = {label for label, weight in self.weights.items() if weight > 0}
        faults: list[Fault] = []
        if earns != right:
            message = phrase("the options with a positive weight and those of the key are not the same")
            faults.append(Fault("weights_not_key", ("weights",), message))
        if not whole_percent(most):
            message = phrase("the positive weights add up to %(sum)s %%, not 100", sum=as_decimal(most))
            faults.append(Fault("weights_not_whole", ("weights",), message))
        return faults


TYPE = MultipleChoice
