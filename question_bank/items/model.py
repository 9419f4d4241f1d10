"""What every item has, whatever its type, and what a type must be able to do.

A type is one module of this folder: a frozen dataclass deriving from `Item` and named `TYPE` (see `items/__init__`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, Self

from question_bank.canonical import JSON, digest
from question_bank.draw import Draw
from question_bank.ids import BankItemId, FreshIds, TopicCode
from question_bank.items.text import LIMITS, LONG, folded, text_faults
from question_bank.marking_scheme import MarkingItem, Response, Rule
from question_bank.order import ItemOutline
from question_bank.phrase import Phrase
from question_bank.problems import Fault


class Level(Enum):
    """How much an item asks of a candidate: the four levels of Vietnamese practice, which keep their names."""

    NHAN_BIET = "nhan_biet"
    THONG_HIEU = "thong_hieu"
    VAN_DUNG = "van_dung"
    VAN_DUNG_CAO = "van_dung_cao"

    @property
    def label(self) -> str:
        """As it is written for people, in every language."""
        return _LABELS[self]


_LABELS = {
    Level.NHAN_BIET: "nhận biết",
    Level.THONG_HIEU: "thông hiểu",
    Level.VAN_DUNG: "vận dụng",
    Level.VAN_DUNG_CAO: "vận dụng cao",
}


@dataclass(frozen=True, slots=True)
class Common:
    """The fields that every item has."""

    id: BankItemId
    topic: TopicCode
    level: Level
    stem: str
    explanation: str
    source: str


@dataclass(frozen=True, slots=True)
class Placed:
    """An item put into a form: what candidates see beside the stem, and the key in the form's opaque ids."""

    view: Mapping[str, JSON]
    key: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item(ABC):
    """A bank item. Subclasses are the types; they add their own fields as `REQUIRED` and `OPTIONAL` name them."""

    common: Common

    NAME: ClassVar[str]
    LABEL: ClassVar[Phrase]  # the type as tables and pages name it
    RULES: ClassVar[Mapping[str, Rule]]  # the first is the default
    REQUIRED: ClassVar[tuple[str, ...]]
    OPTIONAL: ClassVar[tuple[str, ...]] = ()

    @property
    def id(self) -> BankItemId:
        """The id its author chose."""
        return self.common.id

    @classmethod
    @abstractmethod
    def read(cls, common: Common, fields: Mapping[str, JSON], faults: list[Fault]) -> Self:
        """The item from its own fields (text is strings, however it looks); what is unreadable is added to `faults`.

        Always gives an item, with unreadable fields empty, so that the rest is checked too.
        """

    @abstractmethod
    def own_fields(self) -> dict[str, JSON]:
        """The inverse of `read`: the type's own fields, canonical."""

    @abstractmethod
    def own_problems(self) -> list[Fault]:
        """What is wrong with the type's own fields; all of it."""

    @abstractmethod
    def place(self, draw: Draw, ids: FreshIds) -> Placed:
        """Put the item into a form. Neither the draws made nor the ids taken may depend on the key."""

    @classmethod
    @abstractmethod
    def response_problem(cls, item: ItemOutline, response: Mapping[str, object]) -> str | None:
        """Why a response cannot be one to this item (a code for the record), or None. Never raises."""

    @classmethod
    @abstractmethod
    def right_response(cls, marking: MarkingItem) -> Response | None:
        """A response with full marks, for canaries; None when no rule can tell."""

    @classmethod
    @abstractmethod
    def wrong_response(cls, item: ItemOutline, marking: MarkingItem, draw: Draw) -> Response | None:
        """A drawn response with no marks, for canaries; None when there is none or no rule can tell."""

    def document(self) -> dict[str, JSON]:
        """The whole item, key included, as it is digested."""
        common: dict[str, JSON] = {
            "id": self.common.id,
            "type": self.NAME,
            "topic": self.common.topic,
            "level": self.common.level.value,
            "stem": self.common.stem,
            "explanation": self.common.explanation,
            "source": self.common.source,
        }
        return common | self.own_fields()

    def sha256(self) -> str:
        """Hex digest of the canonical form: another key, word or option is another digest."""
        return digest(self.document()).hex()

    def words(self) -> list[str]:
        """What candidates would read, folded, for finding the same item twice; a type adds what it shows."""
        return [folded(self.common.stem)]

    def problems(self) -> list[Fault]:
        """What is wrong with the item, all of it; paths are field names as in the authoring YAML."""
        return common_problems(self.common) + self.own_problems()


def common_problems(common: Common) -> list[Fault]:
    """What is wrong with the fields that every item has."""
    faults = text_faults(("stem",), common.stem, LIMITS["stem"], LONG)
    faults += text_faults(("explanation",), common.explanation, LIMITS["explanation"], LONG)
    faults += text_faults(("source",), common.source, LIMITS["source"])
    return faults
