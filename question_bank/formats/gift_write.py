"""Items as GIFT: what Moodle reads, with what it has no place for in comments (`carried`)."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from question_bank.bank import Bank
from question_bank.content import Medium, Words, parse, plain_words
from question_bank.formats.carried import compare_words, value_tags, write_carried
from question_bank.formats.exchange import Exported, Loss
from question_bank.formats.html_write import HtmlWriter, plain_only
from question_bank.formats.stimuli import category_path, in_groups
from question_bank.ids import BankItemId, TopicCode
from question_bank.items._numbers import as_decimal
from question_bank.items._typed import NumberAnswer, TextAnswer
from question_bank.items.essay import Essay
from question_bank.items.matching import Matching
from question_bank.items.model import Item, Stimulus
from question_bank.items.multiple_choice import MultipleChoice
from question_bank.items.numeric import Numeric
from question_bank.items.ordering import Ordering
from question_bank.items.short_text import ShortText
from question_bank.items.single_choice import SingleChoice
from question_bank.items.true_false import TrueFalse
from question_bank.phrase import Phrase, phrase

_RESERVED = re.compile(r"[\\#=~{}:\n]")
_PICTURES = {"png": "png", "jpg": "jpeg", "jpeg": "jpeg", "gif": "gif", "webp": "webp", "svg": "svg+xml"}


class GiftWriter:
    """The writing half of the format."""

    NAME = "gift"

    def write(self, bank: Bank, items: Sequence[Item], media: Mapping[str, bytes]) -> Exported:
        """Topics become categories, stimuli descriptions before their items."""
        written: list[str] = []
        losses: list[Loss] = []
        count = 0
        for topic, group in in_groups(items, bank.stimuli):
            written.append(_category(bank, topic))
            for one in group:
                question = _Question(media)
                if isinstance(one, Stimulus):
                    written.append(question.stimulus(one))
                    continue
                text = question.item(one)
                losses += [Loss(one.id, code, message) for code, message in question.losses.items()]
                if text:
                    count += 1
                    written.append(text)
        return Exported("\n".join(written).encode(), count, tuple(losses))


@dataclass(slots=True)
class _Question:
    """One question being written; its texts are all plain or all HTML, as GIFT has it."""

    media: Mapping[str, bytes]
    losses: dict[str, Phrase] = field(default_factory=dict)
    html: bool = False

    def stimulus(self, stimulus: Stimulus) -> str:
        """A description that our reader knows again."""
        self.html = not _bare(stimulus.text)
        tags = [*value_tags("stimulus", stimulus.id), *value_tags("title", stimulus.title)]
        return f"{_comment(stimulus.id, tags)}::{escaped(stimulus.id)}::{self._stem(stimulus.text)}\n"

    def item(self, item: Item) -> str:
        """The item's block; empty when GIFT has nothing like it."""
        self.html = not all(_bare(text) for _, text in item.texts())
        answers, carried = self._answers(item)
        if answers is None:
            self.losses["type"] = phrase("the format has no items of the type “%(type)s”", type=item.LABEL)
            return ""
        general = f"\t####{self._text(item.common.explanation)}\n" if item.common.explanation else ""
        body = f"{{\n{answers}{general}}}" if answers or general else "{}"
        if isinstance(item, TrueFalse):
            body = f"{{{answers}{general.strip()}}}"
        stem = self._stem(item.common.stem)
        return f"{_comment(item.id, write_carried(item, carried))}::{escaped(item.id)}::{stem}{body}\n"

    def _answers(self, item: Item) -> tuple[str | None, dict[str, str]]:
        match item:
            case SingleChoice() | MultipleChoice():
                return self._choice(item)
            case TrueFalse(key=key):
                return ("TRUE" if key else "FALSE"), {}
            case ShortText(answers=texts):
                return "".join(self._typed(one) for one in texts), {"compare": compare_words(item.compare)}
            case Numeric():
                return self._numeric(item)
            case Matching():
                return self._matching(item)
            case Ordering(entries=entries):  # as Moodle's plug-in for orders writes it
                return f"\t>{len(entries)} ALL VERTICAL\n" + "".join(f"\t{self._line(one)}\n" for one in entries), {}
            case Essay():
                return "", essay_tags(item)
        return None, {}

    def _choice(self, item: SingleChoice | MultipleChoice) -> tuple[str, dict[str, str]]:
        weights, carried = weights_of(item)
        lines: list[str] = []
        for one in item.options:
            weight = weights[one.label]
            sign = (
                "="
                if isinstance(item, SingleChoice) and weight == 100
                else "~"
                if not weight
                else f"~%{percent_text(weight)}%"
            )
            lines.append(f"\t{sign}{self._text(one.text)}\n")
        if (
            any(Fraction(percent_text(weight)) != weight for weight in weights.values())
            and carried.get("weights") != "equal"
        ):
            self.losses["weights"] = phrase("weights were rounded to five decimals")
        return "".join(lines), carried

    def _typed(self, one: TextAnswer) -> str:
        return f"\t=%{percent_text(one.percent)}%{escaped(one.text.replace('*', chr(92) + '*'))}\n"

    def _numeric(self, item: Numeric) -> tuple[str, dict[str, str]]:
        if item.units:
            self.losses["units"] = phrase("the format has no units")
        return "\t#\n" + "".join(f"\t={self._number(one)}\n" for one in item.answers), {}

    def _number(self, one: NumberAnswer) -> str:
        value, tolerance = decimal_text(one.value), decimal_text(one.tolerance)
        if is_rounded((one.value, one.tolerance)):
            self.losses["number"] = ROUNDED
        return f"%{percent_text(one.percent)}%{value}:{tolerance}"

    def _matching(self, item: Matching) -> tuple[str, dict[str, str]]:
        texts = {one.label: one.text for one in item.right}
        order, carried = right_order(item)
        self.html = self.html or any("->" in one.text for one in item.left)
        pairs = [
            (self._text(one.text).replace("->", "-&gt;"), item.pairs[one.label])
            for one in item.left
            if one.label in item.pairs
        ]
        pairs += [("", label) for label in order if label not in item.pairs.values()]
        lines = [f"\t={left} -> {self._right(texts[label])}\n" for left, label in pairs]
        return "".join(lines), carried

    def _right(self, text: str) -> str:
        """The right side is plain text in Moodle; a list to choose from shows nothing else."""
        content = parse(text)[0]
        if any(not isinstance(node, Words) for node in content):
            self.losses["right"] = phrase("the right side is plain text: formulas, pictures and looks were left out")
        return escaped(" ".join(plain_words(content).split()))

    def _stem(self, text: str) -> str:
        return ("[html]" if self.html else "") + self._text(text)

    def _text(self, text: str) -> str:
        if not self.html:
            return escaped(text)
        writer = HtmlWriter(self._address)
        made = writer.text(text)
        self.losses |= writer.lost
        made = "&#91;" + made[1:] if made.startswith("[") else "&#37;" + made[1:] if made.startswith("%") else made
        return escaped(made)

    def _line(self, text: str) -> str:
        """A text that begins its line, where two slashes would make a comment of it."""
        made = self._text(text)
        return "&#47;" + made[1:] if made.startswith("//") else made

    def _address(self, medium: Medium) -> str:
        """Pictures inside the text; recordings are too large for it."""
        kind = _PICTURES.get(medium.name.rpartition(".")[2].lower())
        data = self.media.get(medium.name)
        return (
            f"data:image/{kind};base64,{b64encode(data).decode()}" if kind and data and medium.kind == "picture" else ""
        )


def weights_of(item: SingleChoice | MultipleChoice) -> tuple[dict[str, Fraction], dict[str, str]]:
    """What each option earns in percent, and what of it only tags can say."""
    carried = {"fixed": " ".join(item.fixed)}
    labels = [one.label for one in item.options]
    if isinstance(item, SingleChoice):
        return {label: Fraction(100 if label in item.key else 0) for label in labels}, carried
    carried["most"] = str(item.most or "")
    if item.weights:
        return {label: item.weights.get(label, Fraction(0)) for label in labels}, carried
    right, wrong = len(item.key), len(labels) - len(item.key)
    carried["weights"] = "equal"
    return {label: Fraction(100, right) if label in item.key else Fraction(-100, wrong) for label in labels}, carried


def right_order(item: Matching) -> tuple[list[str], dict[str, str]]:
    """The right side's labels as a reader meets them, and the tag that puts them back into their order."""
    met = list(
        dict.fromkeys(
            [
                *(item.pairs[one.label] for one in item.left if one.label in item.pairs),
                *(one.label for one in item.right),
            ]
        )
    )
    labels = [one.label for one in item.right]
    carried = {"reuse": "true" if item.reuse else ""}
    if met != labels:
        carried["right"] = " ".join(str(met.index(label) + 1) for label in labels)
    return met, carried


def essay_tags(item: Essay) -> dict[str, str]:
    """Bounds and criteria, a criterion to a line after its percentage."""
    bounds = {"least_words": str(item.least_words or ""), "most_words": str(item.most_words or "")}
    return bounds | {"criteria": "\n".join(f"{as_decimal(one.percent)} {one.text}" for one in item.criteria)}


def escaped(text: str) -> str:
    """A text whose signs mean nothing."""
    return _RESERVED.sub(lambda found: "\\n" if found[0] == "\n" else "\\" + found[0], text)


def decimal_text(value: Fraction) -> str:
    """A decimal with a point, of at most thirty places."""
    sign, whole = ("-", -value) if value < 0 else ("", value)
    scaled = round(whole * 10**30)
    digits = f"{scaled // 10**30}.{scaled % 10**30:030d}".rstrip("0").rstrip(".")
    return sign + digits if digits != "0" else "0"


def is_rounded(values: Iterable[Fraction]) -> bool:
    """Whether `decimal_text` loses something of one of them."""
    return any(Fraction(decimal_text(one)) != one for one in values)


ROUNDED = phrase("a number was rounded to thirty decimals")


def percent_text(weight: Fraction) -> str:
    """A weight as Moodle has it: five decimals at most."""
    sign, whole = ("-", -weight) if weight < 0 else ("", weight)
    scaled = round(whole * 10**5)
    return sign + f"{scaled // 10**5}.{scaled % 10**5:05d}".rstrip("0").rstrip(".")


def _bare(text: str) -> bool:
    return plain_only(text) and not text.startswith(("[", "%")) and "->" not in text


def _comment(identity: BankItemId | str, tags: Sequence[str]) -> str:
    lines = [f"// [id:{identity}]", *(f"// [tag:{tag.replace(']', chr(92) + ']')}]" for tag in tags)]
    return "\n".join(lines) + "\n"


def _category(bank: Bank, topic: TopicCode) -> str:
    title = bank.topics.get(topic)
    tags = [*value_tags("topic", topic), *(value_tags("en", title.en) if title else ())]
    return "\n".join(
        [*(f"// [tag:{tag}]" for tag in tags), f"$CATEGORY: {category_path(title.vi if title else topic)}", ""]
    )
