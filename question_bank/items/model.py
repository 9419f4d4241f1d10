"""What every item has, whatever its type, and what a type must be able to do (docs/items.md).

A type is one folder here: `__init__.py` with a frozen dataclass deriving from `Item` and named `TYPE`, and its widgets.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import ClassVar, Literal, Self, TypeAlias

from question_bank.canonical import JSON, digest
from question_bank.content import Holds
from question_bank.draw import Draw
from question_bank.ids import NO_STIMULUS, BankItemId, FreshIds, StimulusId, TopicCode
from question_bank.items.text import LIMITS, content_faults, folded, text_faults
from question_bank.marking_scheme import MarkingItem, Response, Rule
from question_bank.order import ItemOutline
from question_bank.phrase import Phrase, phrase
from question_bank.problems import Fault, Path
from question_bank.view_shape import ViewShape

Show: TypeAlias = Callable[[str], JSON]
"""An author's text as candidates get it: a string, or a list of nodes."""

Answered: TypeAlias = Literal["whole", "partly"]


class Level(Enum):
    """How much an item asks of a candidate: the four levels of Vietnamese practice."""

    NHAN_BIET = "nhan_biet"
    THONG_HIEU = "thong_hieu"
    VAN_DUNG = "van_dung"
    VAN_DUNG_CAO = "van_dung_cao"

    @property
    def label(self) -> Phrase:
        """As it is said to people, in their language."""
        return _LABELS[self]

    @property
    def term(self) -> str:
        """As committees write it in their files, whatever language they read the studio in."""
        return _TERMS[self]


_LABELS = {
    Level.NHAN_BIET: phrase("recognition"),
    Level.THONG_HIEU: phrase("comprehension"),
    Level.VAN_DUNG: phrase("application"),
    Level.VAN_DUNG_CAO: phrase("advanced application"),
}
_TERMS = {
    Level.NHAN_BIET: "nhận biết",
    Level.THONG_HIEU: "thông hiểu",
    Level.VAN_DUNG: "vận dụng",
    Level.VAN_DUNG_CAO: "vận dụng cao",
}


@dataclass(frozen=True, slots=True)
class Common:
    """The fields that every item has; those with a default are optional.

    `excludes` are items never to be in one paper with it; `plays` how often sound or film may be started (0: no limit).
    """

    id: BankItemId
    topic: TopicCode
    level: Level
    stem: str
    explanation: str
    source: str
    stimulus: StimulusId = NO_STIMULUS
    tags: tuple[str, ...] = ()
    excludes: tuple[BankItemId, ...] = ()
    shuffle: bool = True
    plays: int = 0


@dataclass(frozen=True, slots=True)
class Stimulus:
    """A text, table, picture or recording that several items ask about."""

    id: StimulusId
    title: str
    text: str

    def document(self) -> dict[str, JSON]:
        """As it is digested."""
        return {"id": self.id, "title": self.title, "text": self.text}

    def problems(self) -> list[Fault]:
        """What is wrong with it."""
        faults = content_faults(("title",), self.title, LIMITS["title"], Holds.NOTHING)
        return faults + content_faults(("text",), self.text, LIMITS["stimulus"], Holds.STEM)


@dataclass(frozen=True, slots=True)
class Placed:
    """An item put into a form: what candidates see beside the stem, and the key in the form's opaque ids.

    `gaps` gives the opaque id of each gap the author named in the stem.
    """

    view: Mapping[str, JSON]
    key: JSON
    gaps: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Item(ABC):
    """A bank item. Subclasses are the types; they add their own fields as `REQUIRED` and `OPTIONAL` name them."""

    common: Common

    NAME: ClassVar[str]
    LABEL: ClassVar[Phrase]  # the type as tables and pages name it
    RULES: ClassVar[Mapping[str, Rule]]  # the first is the default
    REQUIRED: ClassVar[tuple[str, ...]]
    OPTIONAL: ClassVar[tuple[str, ...]] = ()
    STEM_HOLDS: ClassVar[Holds] = Holds.STEM
    SCORED: ClassVar[bool] = True  # whether it has a maximum at all
    MARKED_BY_PEOPLE: ClassVar[bool] = False  # no rule can tell what a response is worth
    ACTS: ClassVar[bool] = False  # candidates take actions in a simulator instead of giving a response
    WORDS: ClassVar[Mapping[str, Phrase]] = {}  # the widget's sentences; `{…}` places are filled by the page
    EDITOR_WORDS: ClassVar[Mapping[str, Phrase]] = {}  # the sentences of its `editor.js`, in the same way
    SCHEMA: ClassVar[Mapping[str, JSON]]  # JSON Schema of its own fields, for editors
    VIEW: ClassVar[ViewShape]  # the fields of what candidates see, beside those that every item has

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
    def place(self, draw: Draw, ids: FreshIds, show: Show) -> Placed:
        """Put the item into a form. Neither the draws made nor the ids taken may depend on the key."""

    @classmethod
    @abstractmethod
    def outline(cls, item_id: str, view: Mapping[str, JSON]) -> ItemOutline:
        """What a response is checked against, from what candidates see. Raises DocumentError."""

    @classmethod
    @abstractmethod
    def response_problem(cls, item: ItemOutline, response: Mapping[str, object]) -> str | None:
        """Why a response cannot be one to this item (a code for the record), or None. Never raises."""

    @classmethod
    def answered(cls, item: ItemOutline, response: Mapping[str, object]) -> Answered:
        """Whether a response, which has no problem, answers all the item asks."""
        return "whole"

    @classmethod
    @abstractmethod
    def right_response(cls, item: ItemOutline, marking: MarkingItem) -> Response | None:
        """A response with full marks, for canaries; None when no rule can tell."""

    @classmethod
    @abstractmethod
    def wrong_response(cls, item: ItemOutline, marking: MarkingItem, draw: Draw) -> Response | None:
        """A drawn response with no marks, for canaries; None when there is none or no rule can tell."""

    def own_texts(self) -> list[tuple[Path, str]]:
        """The type's own texts that may hold constructs, by their paths."""
        return []

    def texts(self) -> list[tuple[Path, str]]:
        """Every text that may hold constructs, by its path."""
        return [(("stem",), self.common.stem), *self.own_texts(), (("explanation",), self.common.explanation)]

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
        return common | optional_fields(self.common) | self.own_fields()

    def sha256(self) -> str:
        """Hex digest of the canonical form: another key, word or option is another digest."""
        return digest(self.document()).hex()

    def words(self) -> list[str]:
        """What candidates would read, folded, for finding the same item twice: the stem, and all else whatever its order."""
        return [folded(self.common.stem), *sorted(folded(text) for _, text in self.own_texts())]

    def problems(self) -> list[Fault]:
        """What is wrong with the item, all of it; paths are field names as in the authoring YAML."""
        return common_problems(self.common, self.STEM_HOLDS) + self.own_problems()


def common_problems(common: Common, stem_holds: Holds = Holds.ALL) -> list[Fault]:
    """What is wrong with the fields that every item has."""
    faults = content_faults(("stem",), common.stem, LIMITS["stem"], stem_holds)
    faults += content_faults(("explanation",), common.explanation, LIMITS["explanation"], Holds.STEM)
    faults += text_faults(("source",), common.source, LIMITS["source"])
    for place, tag in enumerate(common.tags):
        faults += text_faults(("tags", place), tag, LIMITS["tag"])
    if common.id in common.excludes:
        faults.append(Fault("excludes_itself", ("excludes",), phrase("an item cannot exclude itself")))
    return faults


def optional_fields(common: Common) -> dict[str, JSON]:
    """The optional common fields that say something."""
    found: dict[str, JSON] = {}
    if common.stimulus:
        found["stimulus"] = common.stimulus
    if common.tags:
        found["tags"] = list(common.tags)
    if common.excludes:
        found["excludes"] = list(common.excludes)
    if not common.shuffle:
        found["shuffle"] = False
    if common.plays:
        found["plays"] = common.plays
    return found
