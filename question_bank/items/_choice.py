"""What the choice types share: labelled options, a key among them, and options that keep their place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from question_bank.canonical import JSON
from question_bank.draw import Draw
from question_bank.ids import FreshIds
from question_bank.items.model import Common, Item, Placed
from question_bank.items.text import LIMITS, folded, text_faults
from question_bank.marking_scheme import MarkingItem, Response
from question_bank.order import ItemOutline, shuffled_around
from question_bank.phrase import phrase
from question_bank.problems import Fault, Severity

LABELS = "ABCDEFGHIJ"  # ten options fit a screen; more is a list, not a choice

# “Tất cả các phương án trên”, “Cả ba ý trên đều đúng”, “Không có đáp án nào đúng”: true only below the others.
# The whole option must say it: “Tất cả văn bản trên hệ thống” is an ordinary option.
_THING = r"(?:phương án|đáp án|câu trả lời|câu|ý|lựa chọn|nội dung|trường hợp|nhận định|phát biểu)"
_ABOVE = r"(?:(?:đã )?(?:nêu |ở |bên |kể )?trên)"
_REFERS_ABOVE = re.compile(
    rf"(?:tất cả|cả|toàn bộ)(?: \w+)?(?: các| những)?(?: {_THING})? (?:{_ABOVE}|(?:{_ABOVE} )?đều (?:đúng|sai))"
    rf"|(?:không có|không) {_THING} nào(?: {_ABOVE})?(?: (?:là )?(?:đúng|sai))?"
    r"|(?:all|none|both) of the above"
)
# “Cả A và B”, “A, B và C đều đúng”: names labels that a shuffled screen gives to other options.
_REFERS_LABELS = re.compile(
    rf"(?:(?:Cả|cả|Chỉ|chỉ|{_THING}|Phương án|Đáp án|Câu|Ý) )*[A-J](?:(?: ?, ?| và | & | hoặc )[A-J])+"
    r"(?: (?:đều )?(?:đúng|sai))?"
)


@dataclass(frozen=True, slots=True)
class Option:
    """One option as its author wrote it; the label (A, B, …) is only for the author."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Choice(Item):
    """An item answered by choosing among options; `key` and `fixed` are labels, in the options' order."""

    options: tuple[Option, ...]
    key: tuple[str, ...]
    fixed: tuple[str, ...]

    REQUIRED: ClassVar[tuple[str, ...]] = ("options", "key")
    OPTIONAL: ClassVar[tuple[str, ...]] = ("fixed",)

    @classmethod
    def read(cls, common: Common, fields: Mapping[str, JSON], faults: list[Fault]) -> Self:
        """Options are a mapping of label to text; key and fixed are one label or a list of labels."""
        options = _read_options(fields.get("options"), faults)
        order = {option.label: place for place, option in enumerate(options)}
        key = _read_labels("key", fields.get("key"), order, faults)
        fixed = _read_labels("fixed", fields.get("fixed", []), order, faults)
        return cls(common, options, key, fixed)

    def own_fields(self) -> dict[str, JSON]:
        """Key and fixed as lists, whatever the author wrote."""
        options: dict[str, JSON] = {option.label: option.text for option in self.options}
        return {"options": options, "key": list(self.key), "fixed": list(self.fixed)}

    def own_problems(self) -> list[Fault]:
        """Everything but how many options may be right, which the type says."""
        faults = self._option_faults() + self._label_faults("key", self.key) + self._label_faults("fixed", self.fixed)
        if not self.key:
            faults.append(Fault("empty_field", ("key",), phrase("“%(field)s” is empty", field="key")))
        return faults

    def words(self) -> list[str]:
        """The stem and the options, whatever their letters and order."""
        return [folded(self.common.stem), *sorted(folded(option.text) for option in self.options)]

    def place(self, draw: Draw, ids: FreshIds) -> Placed:
        """Options in a drawn order, except the fixed ones, under fresh ids."""
        options = shuffled_around(draw, self.options, lambda option: option.label in self.fixed)
        names = {option.label: ids.option() for option in options}
        view: list[JSON] = [
            {"option_id": names[option.label], "text": option.text, "fixed": option.label in self.fixed}
            for option in options
        ]
        return Placed({"options": view}, tuple(sorted(names[label] for label in self.key)))

    @classmethod
    def right_response(cls, marking: MarkingItem) -> Response | None:
        """The key itself."""
        return {"options": sorted(marking.key)}

    def _option_faults(self) -> list[Fault]:
        faults: list[Fault] = []
        if len(self.options) < 2:
            faults.append(Fault("too_few_options", ("options",), phrase("an item needs at least two options")))
        first: dict[str, str] = {}
        for option in self.options:
            path = ("options", option.label)
            faults += text_faults(path, option.text, LIMITS["option"])
            same = first.setdefault(folded(option.text), option.label)
            if same != option.label and option.text.strip():
                message = phrase("options %(first)s and %(second)s say the same", first=same, second=option.label)
                faults.append(Fault("duplicate_option", path, message))
            faults += self._reference_faults(option)
        return faults

    def _reference_faults(self, option: Option) -> list[Fault]:
        path = ("options", option.label)
        text = " ".join(option.text.split()).rstrip(".!")
        if _REFERS_LABELS.fullmatch(text):
            message = phrase("the option names other options by letter, but every candidate gets another order")
            hint = phrase("write out what the named options say")
            return [Fault("refers_to_labels", path, message, hint)]
        if not _REFERS_ABOVE.fullmatch(text.casefold()):
            return []
        if option.label not in self.fixed:
            hint = phrase("add “fixed: [%(label)s]”", label=option.label)
            message = phrase("the option speaks of those above it, but may be shown above them")
            return [Fault("not_fixed", path, message, hint, Severity.WARNING)]
        if option is not self.options[-1]:
            message = phrase("the option speaks of those above it, but is not the last")
            return [Fault("not_last", path, message, None, Severity.WARNING)]
        return []

    def _label_faults(self, field: str, labels: tuple[str, ...]) -> list[Fault]:
        known = {option.label for option in self.options}
        if not known:
            return []  # the options themselves could not be read: nothing to compare with
        return [
            Fault(f"{field}_not_an_option", (field,), phrase("there is no option “%(label)s”", label=label[:40]))
            for label in labels
            if label not in known
        ]


def chosen(outline: ItemOutline, response: Mapping[str, object]) -> list[str] | str:
    """The chosen options of a well-formed response, or the code of what is wrong with it.

    Codes: `unknown_field`, `not_a_list`, `unknown_option`, `not_sorted` (or repeated), `nothing_chosen`.
    """
    if set(response) != {"options"}:
        return "unknown_field"
    options = response["options"]
    if not isinstance(options, list):
        return "not_a_list"
    known = frozenset(outline.option_ids)
    if not all(isinstance(option, str) and option in known for option in options):
        return "unknown_option"
    if options != sorted(set(options)):
        return "not_sorted"
    return options or "nothing_chosen"


def given(response: Response | None) -> frozenset[str]:
    """The options of a response for marking; empty for none and for nonsense."""
    options = response.get("options") if response else None
    if not isinstance(options, (list, tuple)) or not all(isinstance(option, str) for option in options):
        return frozenset()
    return frozenset(options)


def _read_options(value: JSON, faults: list[Fault]) -> tuple[Option, ...]:
    if value is None:
        return ()  # missing or empty, which the reader has said
    if not isinstance(value, dict):
        hint = phrase("write one option to a line, “A: …”, “B: …”")
        faults.append(Fault("wrong_shape", ("options",), phrase("options are letters with their texts"), hint))
        return ()
    options: list[Option] = []
    for place, (label, text) in enumerate(value.items()):
        path = ("options", label)
        if place >= len(LABELS) or label != LABELS[place]:
            expected = LABELS[place] if place < len(LABELS) else "–"
            message = phrase(
                "option “%(label)s” where “%(expected)s” was expected", label=label[:40], expected=expected
            )
            hint = phrase("options are lettered A, B, C … without gaps, at most %(most)s", most=LABELS[-1])
            faults.append(Fault("bad_label", path, message, hint))
        if text is not None and not isinstance(text, str):
            faults.append(Fault("wrong_shape", path, phrase("“%(field)s” must be a text", field=label[:40])))
            text = None
        options.append(Option(label, text or ""))
    return tuple(options)


def _read_labels(field: str, value: JSON, order: Mapping[str, int], faults: list[Fault]) -> tuple[str, ...]:
    if value is None:
        return ()
    labels = value if isinstance(value, list) else [value]
    texts = [label for label in labels if isinstance(label, str)]
    if len(texts) != len(labels):
        hint = phrase("write “%(field)s: A” or “%(field)s: [A, C]”", field=field)
        faults.append(Fault("wrong_shape", (field,), phrase("“%(field)s” is a letter or a list of letters", field=field),
                            hint))  # fmt: skip
    if len(set(texts)) != len(texts):
        faults.append(Fault("repeated_label", (field,), phrase("“%(field)s” names a letter twice", field=field)))
    return tuple(sorted(dict.fromkeys(texts), key=lambda label: order.get(label, len(order))))
