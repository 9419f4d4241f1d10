"""What waits for one person: items to look at, review, approve or put right, and what they began and have not kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from question_bank.ids import BankItemId
from question_bank.phrase import Phrase, phrase
from question_bank.problems import Severity
from question_bank.studio.desk import Desk
from question_bank.vault.entries import Entry, Wanted
from question_bank.vault.papers import Rough
from question_bank.vault.people import Person, same_person
from question_bank.vault.states import State
from question_bank.vault.store import Kind
from question_bank.vault.vault import Vault


class Task(Enum):
    """What is to be done with an item, the nearest to the end first."""

    APPROVE = "approve"
    REVIEW = "review"
    LOOK = "look"
    MEND = "mend"

    @property
    def label(self) -> Phrase:
        """As the page calls it."""
        return _LABELS[self]


_LABELS = {
    Task.APPROVE: phrase("To approve"),
    Task.REVIEW: phrase("To review"),
    Task.LOOK: phrase("To look at"),
    Task.MEND: phrase("To put right"),
}


@dataclass(frozen=True, slots=True)
class Waits:
    """An item that waits. `own` when its present wording is the person's own; `by` and `why` when it was sent back."""

    entry: Entry
    own: bool = False
    by: str = ""
    why: str = ""
    errors: int = 0


@dataclass(frozen=True, slots=True)
class Queues:
    """Everything that waits for a person; each queue in the order in which it is gone through."""

    items: Mapping[Task, tuple[Waits, ...]]
    roughs: tuple[Rough, ...]

    @property
    def count(self) -> int:
        """How many things wait."""
        return sum(len(one) for one in self.items.values()) + len(self.roughs)


class Waiting:
    """Works the queues out, anew only when something in the bank has changed."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._known: tuple[tuple[object, ...], Queues] | None = None
        # Errors of drafts by what they follow from; as many as the bank has items.
        self._errors: dict[BankItemId, tuple[tuple[int, ...], int]] = {}

    def queues(self, person: Person) -> Queues:
        """What waits for this person now."""
        vault = self._desk.vault
        with vault.store.lock:
            state = (id(vault), vault.store.db.conn.total_changes, person)
            if self._known is None or self._known[0] != state:
                self._known = state, self._worked_out(vault, person)
            return self._known[1]

    def _worked_out(self, vault: Vault, person: Person) -> Queues:
        roughs = tuple(one for one in vault.roughs.all(person) if one.name.startswith(("item:", "stimulus:")))
        open_here = {one.name.removeprefix("item:") for one in roughs}
        drafts = _drafts(vault)
        found: dict[Task, list[Waits]] = {task: [] for task in Task}
        for entry in vault.items.entries(Wanted(states=frozenset({State.DRAFT, State.REVIEWED}))):
            if entry.id not in open_here and (placed := self._placed(vault, entry, person, drafts)):
                found[placed[0]].append(placed[1])
        for waits in found.values():
            waits.sort(key=lambda one: one.own)  # a stable sort: others' items first, each by its number
        return Queues({task: tuple(waits) for task, waits in found.items()}, roughs)

    def _placed(
        self, vault: Vault, entry: Entry, person: Person, drafts: Mapping[str, _Draft]
    ) -> tuple[Task, Waits] | None:
        """Where an item waits for this person; None where it does not."""
        if entry.open_reasons:
            return Task.LOOK, Waits(entry)
        if entry.state is State.REVIEWED:
            other = entry.reviewer is not None and not same_person(entry.reviewer, person)
            return (Task.APPROVE, Waits(entry)) if other else None
        draft = drafts[entry.id]
        own = same_person(draft.writer, person)
        errors = self._errors_of(vault, entry)
        if draft.by or errors:  # its writer puts it right; until then nobody can sign it
            return (Task.MEND, Waits(entry, own, draft.by, draft.why, errors)) if own else None
        return Task.REVIEW, Waits(entry, own)

    def _errors_of(self, vault: Vault, entry: Entry) -> int:
        version = (id(vault), entry.revision, *vault.store.version(Kind.STIMULUS, Kind.MEDIUM))
        known = self._errors.get(entry.id)
        if known is None or known[0] != version:
            errors = sum(fault.severity is Severity.ERROR for fault in vault.items.faults(entry.id))
            known = self._errors[entry.id] = version, errors
        return known[1]


@dataclass(frozen=True, slots=True)
class _Draft:
    """Who wrote a draft's present revision; who sent it back and why, where a person did so since."""

    writer: Person
    by: str
    why: str


def _drafts(vault: Vault) -> dict[str, _Draft]:
    # Sent back because a stimulus or file is another now (it has a body that says so): that is for reviewers again.
    rows = vault.store.rows(
        "SELECT i.item, w.person, CASE WHEN c.act = 'sent_back' AND c.why <> '' THEN c.person ELSE '' END, c.why"
        " FROM item i JOIN change c ON c.change = i.change"
        " JOIN revision r ON r.kind = 'item' AND r.name = i.item AND r.revision = i.revision"
        " JOIN change w ON w.change = r.change WHERE i.state = 'draft'"
    )
    return {str(name): _Draft(Person(str(writer)), str(by), str(why) if by else "") for name, writer, by, why in rows}
