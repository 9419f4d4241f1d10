"""What the choice types share: labelled options, a key among them, and options that keep their place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from question_bank.canonical import JSON
from question_bank.content import Holds
from question_bank.draw import Draw
from question_bank.fields import Fields
from question_bank.ids import FreshIds
from question_bank.items._labelled import Labelled, label_faults, read_labelled, read_labels, texts_faults, too_few
from question_bank.items._references import Reference, reference
from question_bank.items._views import option_group, placed_texts
from question_bank.items.model import Common, Item, Placed, Show
from question_bank.marking_scheme import MarkingItem, Response, key_part
from question_bank.order import ItemOutline
from question_bank.phrase import phrase
from question_bank.problems import Fault, Path, Severity

LABELS = "ABCDEFGHIJ"  # ten options fit a screen; more is a list, not a choice


@dataclass(frozen=True, slots=True)
class Choice(Item):
    """An item answered by choosing among options; `key` and `fixed` are labels, in the options' order."""

    options: tuple[Labelled, ...]
    key: tuple[str, ...]
    fixed: tuple[str, ...]

    REQUIRED: ClassVar[tuple[str, ...]] = ("options", "key")
    OPTIONAL: ClassVar[tuple[str, ...]] = ("fixed",)

    @classmethod
    def read(cls, common: Common, fields: Mapping[str, JSON], faults: list[Fault]) -> Self:
        """Options are a mapping of label to text; key and fixed are one label or a list of labels."""
        return cls(common, *read_choice(fields, faults))

    def own_fields(self) -> dict[str, JSON]:
        """Key and fixed as lists, whatever the author wrote."""
        options: dict[str, JSON] = {option.label: option.text for option in self.options}
        return {"options": options, "key": list(self.key), "fixed": list(self.fixed)}

    def own_texts(self) -> list[tuple[Path, str]]:
        """The options."""
        return [(("options", option.label), option.text) for option in self.options]

    def own_problems(self) -> list[Fault]:
        """Everything but how many options may be right, which the type says."""
        known = {option.label for option in self.options}
        faults = self._option_faults() + label_faults("key", self.key, known)
        faults += label_faults("fixed", self.fixed, known)
        if not self.key:
            faults.append(Fault("empty_field", ("key",), phrase("“%(field)s” is empty", field="key")))
        return faults

    def place(self, draw: Draw, ids: FreshIds, show: Show) -> Placed:
        """Options in a drawn order, except the fixed ones, under fresh ids."""
        staying = self._staying()
        view, names = placed_texts(self.options, draw, ids, show, lambda option: option.label in staying)
        return Placed({"options": view, **self.own_view()}, self.keyed(names))

    def own_view(self) -> dict[str, JSON]:
        """What a type shows beside the options."""
        return {}

    def keyed(self, names: Mapping[str, str]) -> JSON:
        """The key in the ids that the labels got."""
        return [*sorted(names[label] for label in self.key)]

    @classmethod
    def outline(cls, item_id: str, view: Mapping[str, JSON]) -> ItemOutline:
        """One group, the options."""
        fields = Fields(dict(view), item_id)
        return ItemOutline(item_id, cls.NAME, (option_group(fields.values("options"), item_id),), cls.own_shape(fields))

    @classmethod
    def own_shape(cls, fields: Fields) -> Mapping[str, JSON]:
        """What a response is checked against beside the options."""
        return {}

    @classmethod
    def right_response(cls, item: ItemOutline, marking: MarkingItem) -> Response | None:
        """The key itself."""
        return {"options": sorted(right_options(marking))}

    def _staying(self) -> frozenset[str]:
        """The labels that keep their place: fixed by the author, or by what the options say of one another."""
        labels = frozenset(option.label for option in self.options)
        spoken = [reference(option.text, labels) for option in self.options]
        above = [speaks is Reference.ABOVE for speaks in spoken]
        if not self.common.shuffle or Reference.LABELS in spoken or above != sorted(above):
            return labels  # the last are those that speak of the others, or nothing may move
        return frozenset(self.fixed) | {
            one.label for one, is_above in zip(self.options, above, strict=True) if is_above
        }

    def _option_faults(self) -> list[Fault]:
        faults = texts_faults("options", self.options, Holds.OPTION)
        if len(self.options) < 2:
            faults.append(too_few(("options",)))
        for option in self.options:
            faults += self._reference_faults(option)
        return faults

    def _reference_faults(self, option: Labelled) -> list[Fault]:
        path = ("options", option.label)
        known = [one.label for one in self.options]
        speaks_of = reference(option.text, known) if self.common.shuffle else None
        if speaks_of is Reference.LABELS:
            message = phrase("the option names other options by letter: the options of this item keep their order")
            hint = phrase("write out what the named options say, or add “shuffle: false”")
            return [Fault("refers_to_labels", path, message, hint, Severity.WARNING)]
        if speaks_of is not Reference.ABOVE:
            return []
        below = self.options[self.options.index(option) + 1 :]
        if not all(reference(one.text, known) is Reference.ABOVE for one in below):
            message = phrase("the option speaks of those above it, but is not the last: the options keep their order")
            return [Fault("not_last", path, message, None, Severity.WARNING)]
        if option.label not in self.fixed:
            hint = phrase("add “fixed: [%(label)s]”", label=option.label)
            message = phrase("the option speaks of those above it: it stays the last")
            return [Fault("not_fixed", path, message, hint, Severity.WARNING)]
        return []


def read_choice(
    fields: Mapping[str, JSON], faults: list[Fault]
) -> tuple[tuple[Labelled, ...], tuple[str, ...], tuple[str, ...]]:
    """Options, key and fixed labels."""
    options = read_labelled("options", fields.get("options"), LABELS, faults)
    known = [option.label for option in options]
    key = read_labels("key", fields.get("key"), known, faults)
    return options, key, read_labels("fixed", fields.get("fixed", []), known, faults)


def chosen(outline: ItemOutline, response: Mapping[str, object]) -> list[str] | str:
    """The chosen options of a well-formed response, or the code of what is wrong with it.

    Codes: `unknown_field`, `not_a_list`, `unknown_option`, `not_sorted` (or repeated), `nothing_chosen`.
    """
    if set(response) != {"options"}:
        return "unknown_field"
    options = response["options"]
    if not isinstance(options, list):
        return "not_a_list"
    known = frozenset(outline.groups[0].ids) if outline.groups else frozenset()
    if not all(isinstance(option, str) and option in known for option in options):
        return "unknown_option"
    if options != sorted(set(options)):
        return "not_sorted"
    return options or "nothing_chosen"


def right_options(marking: MarkingItem) -> frozenset[str]:
    """The right options of either kind of key: a list, or the field `right` of an object."""
    key = key_part(marking, "right") if isinstance(marking.key, dict) else marking.key
    return frozenset(one for one in key if isinstance(one, str)) if isinstance(key, list) else frozenset()


def given(response: Response | None) -> frozenset[str]:
    """The options of a response for marking; empty for none and for nonsense."""
    options = response.get("options") if response else None
    if not isinstance(options, (list, tuple)) or not all(isinstance(option, str) for option in options):
        return frozenset()
    return frozenset(options)
