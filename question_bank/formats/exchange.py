"""The port of every exchange format: bytes in, questions accounted for; items in, bytes and losses out (docs/formats.md).

Pure but for what a format's own parser needs. A reader never raises for content: what is wrong is in its answer. A file
that is not of the format at all is a NotThisFormat.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from question_bank.bank import Bank
from question_bank.bilingual import Bilingual
from question_bank.canonical import JSON
from question_bank.ids import BankItemId, TopicCode
from question_bank.items import types
from question_bank.items.model import Common, Item, Level, Stimulus
from question_bank.phrase import Phrase
from question_bank.problems import Fault, Severity

MAX_FILE_BYTES = 64 * 1024 * 1024
MAX_QUESTIONS = 5000


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to know about one place of a file; `where` is as people find it there (“Câu 12”, “line 40”, “Sheet1!A7”)."""

    code: str
    where: str
    message: Phrase


class Outcome(Enum):
    """What became of a question."""

    READY = "imported"
    REVIEW = "needs_review"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a file. `item` is None when it was rejected; `review` says why a person must look at it.

    `evidence` tells how the key was found, for the preview; `source_text` is the question as it stood in the file.
    """

    where: str
    item: Item | None
    review: tuple[Notice, ...] = ()
    notices: tuple[Notice, ...] = ()
    evidence: tuple[Phrase, ...] = ()
    source_text: str = ""

    @property
    def outcome(self) -> Outcome:
        """Rejected without an item, to be reviewed with a reason, else ready."""
        if self.item is None:
            return Outcome.REJECTED
        return Outcome.REVIEW if self.review else Outcome.READY


@dataclass(frozen=True, slots=True)
class NotThisFormat:
    """The whole file cannot be read; nothing is imported."""

    notice: Notice


@dataclass(frozen=True, slots=True)
class Imported:
    """A file read: its questions in order, stimuli they share, files they name (by name, decoded within bounds).

    `topics` are the titles that the file gives to topics of its items, where it gives any.
    """

    questions: tuple[Question, ...]
    stimuli: tuple[Stimulus, ...] = ()
    media: Mapping[str, bytes] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
    topics: Mapping[TopicCode, Bilingual] = field(default_factory=dict)

    def count(self, outcome: Outcome) -> int:
        """How many questions came to this."""
        return sum(question.outcome is outcome for question in self.questions)

    def types(self) -> dict[str, int]:
        """How many items of each type came in."""
        return dict(sorted(Counter(question.item.NAME for question in self.questions if question.item).items()))


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a file does not say: where its items belong, and what they rest on."""

    topic: TopicCode
    level: Level = Level.THONG_HIEU
    source: str = ""


@dataclass(frozen=True, slots=True)
class Loss:
    """Something of one item that the format cannot carry."""

    item: BankItemId
    code: str
    message: Phrase


@dataclass(frozen=True, slots=True)
class Exported:
    """The file, how many items are in it, and what was lost."""

    data: bytes
    items: int
    losses: tuple[Loss, ...]


class Reader(Protocol):
    """A format that can be read."""

    NAME: str
    ENDINGS: tuple[str, ...]

    def looks_like(self, data: bytes, name: str) -> bool:
        """Whether the file is of this format, at a glance."""

    def read(self, data: bytes, name: str, defaults: Defaults) -> Imported | NotThisFormat:
        """The whole file."""


class Writer(Protocol):
    """A format that can be written."""

    NAME: str

    def write(self, bank: Bank, items: Sequence[Item], media: Mapping[str, bytes]) -> Exported:
        """These items of the bank; `media` holds the files they name."""


# A draft without these is a draft all the same: approving it asks for them, its key does not depend on them.
_LATER = (("explanation",), ("source",))


def made(
    type_name: str, common: Common, fields: Mapping[str, JSON], where: str
) -> tuple[Item | None, tuple[Notice, ...]]:
    """An item from authored fields, and why it is rejected: a field that nobody can read."""
    faults: list[Fault] = []
    item = types()[type_name].read(common, fields, faults)
    wrong = tuple(Notice(fault.code, where, fault.message) for fault in faults)
    return (None if wrong else item), wrong


def reasons(faults: Iterable[Fault], where: str) -> tuple[Notice, ...]:
    """Those problems of an item that are reasons to review, a missing key first of all; a missing explanation is none."""
    return tuple(
        Notice(fault.code, where, fault.message)
        for fault in faults
        if fault.severity is Severity.ERROR and not (fault.code == "empty_field" and fault.path in _LATER)
    )


def item_ids(prefix: str, taken: Iterable[str]) -> Iterable[BankItemId]:
    """Ids `PREFIX-001`, `PREFIX-002`, … that are not taken."""
    used = set(taken)
    number = 0
    while True:
        number += 1
        made = f"{prefix}-{number:03d}"
        if made not in used:
            yield BankItemId(made)


def prefix_of(name: str) -> str:
    """A prefix for ids from a file's name: its letters without marks, in capitals, at most twelve."""
    plain = unicodedata.normalize("NFD", name.rpartition(".")[0] or name).replace("đ", "d").replace("Đ", "D")
    return re.sub(r"[^A-Za-z0-9]+", "", plain)[:12].upper() or "CAU"


def media_name(data: bytes, ending: str) -> str:
    """A file's name in the bank: from its digest, so that it tells nothing and never meets another."""
    return f"{hashlib.sha256(data).hexdigest()[:16]}.{ending.lower().lstrip('.')}"
