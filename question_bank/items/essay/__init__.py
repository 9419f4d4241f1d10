"""Essay: a longer text, marked by people. Response: `{"text": "…"}`, several lines, to 48 KiB."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Self

from question_bank.canonical import JSON, encode
from question_bank.content import Holds
from question_bank.draw import Draw
from question_bank.fields import Fields
from question_bank.ids import FreshIds
from question_bank.items import _schema as schema
from question_bank.items._labelled import read_list, read_mapping, read_percent, read_text, read_whole, whole_percent
from question_bank.items._numbers import as_decimal
from question_bank.items.model import Answered, Common, Item, Placed, Show
from question_bank.items.text import LIMITS, content_faults, forbidden
from question_bank.marking_scheme import MarkingItem, Marks, NeedsMarker, Response, Rule
from question_bank.order import ItemOutline
from question_bank.phrase import Phrase, phrase
from question_bank.problems import Fault
from question_bank.view_shape import Kind, ViewShape

MAX_BYTES = 48 * 1024  # as it travels, canonical JSON in UTF-8; a record of the protocol has 56 KiB
MOST_WORDS = 10_000
MOST_CRITERIA = 20


@dataclass(frozen=True, slots=True)
class Criterion:
    """What markers look for, and its share of the item's maximum in percent."""

    text: str
    percent: Fraction


def marker(marking: MarkingItem, response: Response | None) -> Marks | NeedsMarker:
    """A person marks what was handed in; nothing handed in earns nothing."""
    return Marks(0) if response is None else NeedsMarker(marking.max_mark)


def count_words(text: str) -> int:
    """Words as Vietnamese count them for a length: syllables between spaces that hold a letter or a digit."""
    return sum(any(map(str.isalnum, word)) for word in text.split())


@dataclass(frozen=True, slots=True)
class Essay(Item):
    """A text of at least and at most so many words (0: no bound), and what markers look for."""

    least_words: int
    most_words: int
    criteria: tuple[Criterion, ...]

    NAME: ClassVar[str] = "essay"
    LABEL: ClassVar[Phrase] = phrase("essay")
    RULES: ClassVar[Mapping[str, Rule]] = {"marker": marker}
    MARKED_BY_PEOPLE: ClassVar[bool] = True
    REQUIRED: ClassVar[tuple[str, ...]] = ()
    OPTIONAL: ClassVar[tuple[str, ...]] = ("least_words", "most_words", "criteria")
    SCHEMA: ClassVar[Mapping[str, JSON]] = {
        "least_words": schema.whole(0, MOST_WORDS), "most_words": schema.whole(0, MOST_WORDS),
        "criteria": {
            "type": "array", "maxItems": MOST_CRITERIA, "items": schema.fields({"text": schema.text(), "percent": schema.NUMBER}, "text", "percent"),
        },
    }  # fmt: skip
    WORDS: ClassVar[Mapping[str, Phrase]] = {
        "how": phrase("write a text"),
        "answer": phrase("Your text"),
        "count": phrase("{words} words"),
        "below": phrase("{words} words; at least {least}"),
        "above": phrase("{words} words; at most {most}"),
        "too_long": phrase("Too long to be saved: shorten it by about {over} characters."),
    }
    VIEW: ClassVar[ViewShape] = {"least_words": Kind.WHOLE, "most_words": Kind.WHOLE}

    @classmethod
    def read(cls, common: Common, fields: Mapping[str, JSON], faults: list[Fault]) -> Self:
        """Criteria are {text, percent}."""
        least = read_whole(("least_words",), fields.get("least_words"), 0, (0, MOST_WORDS), faults)
        most = read_whole(("most_words",), fields.get("most_words"), 0, (0, MOST_WORDS), faults)
        criteria: list[Criterion] = []
        for place, written in enumerate(read_list("criteria", fields.get("criteria"), faults, MOST_CRITERIA)):
            path = ("criteria", place)
            criterion = read_mapping(path, written, ("text", "percent"), faults)
            percent = read_percent((*path, "percent"), criterion.get("percent"), 100, 0, faults)
            criteria.append(Criterion(read_text((*path, "text"), criterion.get("text"), faults), percent))
        return cls(common, least, most, tuple(criteria))

    def own_fields(self) -> dict[str, JSON]:
        """Bounds only where there are some."""
        fields: dict[str, JSON] = {}
        if self.least_words:
            fields["least_words"] = str(self.least_words)
        if self.most_words:
            fields["most_words"] = str(self.most_words)
        if self.criteria:
            fields["criteria"] = [{"text": one.text, "percent": as_decimal(one.percent)} for one in self.criteria]
        return fields

    def own_problems(self) -> list[Fault]:
        """Bounds that leave room; criteria that add up to everything."""
        faults: list[Fault] = []
        if self.most_words and self.most_words < self.least_words:
            faults.append(Fault("bounds_crossed", ("most_words",), phrase("the most is less than the least")))
        for place, one in enumerate(self.criteria):
            faults += content_faults(("criteria", place), one.text, LIMITS["option"], Holds.LINE)
        if self.criteria and not whole_percent(sum((one.percent for one in self.criteria), Fraction(0))):
            faults.append(Fault("criteria_not_whole", ("criteria",), phrase("the criteria do not add up to 100 %")))
        return faults

    def place(self, draw: Draw, ids: FreshIds, show: Show) -> Placed:
        """Candidates see the bounds; the criteria are for markers."""
        criteria: list[JSON] = [{"text": one.text, "percent": as_decimal(one.percent)} for one in self.criteria]
        return Placed({"least_words": self.least_words, "most_words": self.most_words}, {"criteria": criteria})

    @classmethod
    def outline(cls, item_id: str, view: Mapping[str, JSON]) -> ItemOutline:
        """The least number of words, for what counts as answered."""
        return ItemOutline(item_id, cls.NAME, (), {"least_words": Fields(dict(view), item_id).integer("least_words")})

    @classmethod
    def response_problem(cls, item: ItemOutline, response: Mapping[str, object]) -> str | None:
        """Codes: `unknown_field`, `not_a_text`, `nothing_typed`, `too_long`, `control_character`.

        Fewer or more words than asked is no problem: what was written is kept, and the markers decide.
        """
        if set(response) != {"text"}:
            return "unknown_field"
        text = response["text"]
        if not isinstance(text, str):
            return "not_a_text"
        if not text.strip():
            return "nothing_typed"
        if len(text) > MAX_BYTES:
            return "too_long"
        if forbidden(text.replace("\t", " "), several_lines=True):
            return "control_character"
        return "too_long" if len(encode(text)) > MAX_BYTES else None

    @classmethod
    def answered(cls, item: ItemOutline, response: Mapping[str, object]) -> Answered:
        """Partly below the least number of words."""
        least = item.shape.get("least_words")
        return "partly" if isinstance(least, int) and count_words(str(response.get("text"))) < least else "whole"

    @classmethod
    def right_response(cls, item: ItemOutline, marking: MarkingItem) -> Response | None:
        """No rule can tell."""
        return None

    @classmethod
    def wrong_response(cls, item: ItemOutline, marking: MarkingItem, draw: Draw) -> Response | None:
        """No rule can tell."""
        return None


TYPE = Essay
