"""What is known of an item beside its content: where it stands, why it is to be looked at, where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from question_bank.canonical import JSON
from question_bank.ids import BankItemId, StimulusId, TopicCode
from question_bank.items.model import Item, Level
from question_bank.phrase import Phrase
from question_bank.vault.people import Person
from question_bank.vault.states import State
from question_bank.vault.undoing import Made, Steps


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which items a list shows; what is empty does not choose. `words` are as people type them."""

    states: frozenset[State] = frozenset()
    topic: str = ""
    level: Level | None = None
    type: str = ""
    tag: str = ""
    stimulus: str = ""
    words: str = ""
    open_reasons: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """An item in a list. `line` is the beginning of what it asks; `at_ms` and `by` are of the last change."""

    id: BankItemId
    revision: int
    topic: TopicCode
    level: Level
    type: str
    stimulus: StimulusId
    line: str
    state: State
    reviewer: Person | None
    approver: Person | None
    open_reasons: int
    uses: int
    at_ms: int
    by: Person

    def document(self) -> dict[str, JSON]:
        """As `list --json` prints it."""
        return {
            "id": self.id, "revision": self.revision, "topic": self.topic, "level": self.level.value, "type": self.type,
            "stimulus": self.stimulus, "line": self.line, "state": self.state.value, "reviewer": self.reviewer,
            "approver": self.approver, "open_reasons": self.open_reasons, "uses": self.uses, "at_ms": self.at_ms,
            "by": self.by,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an import wants an item to be looked at; `settled_by` and `how` when somebody has dealt with it."""

    number: int
    code: str
    where: str
    message: Phrase | str
    settled_by: Person | None
    how: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an imported item came from; `source_text` is the question as it stood in the file."""

    file: str
    where: str
    evidence: tuple[Phrase | str, ...]
    source_text: str


@dataclass(frozen=True, slots=True)
class Held:
    """An item as the vault has it. `item` is None when its type is not installed here; `content` is there all the same."""

    entry: Entry
    item: Item | None
    content: Mapping[str, JSON]
    reasons: tuple[Reason, ...]
    origin: Origin | None
    steps: Steps


@dataclass(frozen=True, slots=True)
class Past:
    """A revision of an item: its content, how it came to be, and when, by whom and why."""

    revision: int
    made: Made
    item: Item | None
    content: Mapping[str, JSON]
    at_ms: int
    by: Person
    why: str


@dataclass(frozen=True, slots=True)
class Written:
    """An edit is in the vault (not yet on the disk: `save`). `changed` is False when it was the same as before."""

    id: BankItemId
    revision: int
    changed: bool
