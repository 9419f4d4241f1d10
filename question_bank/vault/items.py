"""The items of a vault: written, signed, undone. Every method that changes something says who, and may refuse."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from question_bank.canonical import JSON
from question_bank.checking import item_faults
from question_bank.content import media_names
from question_bank.formats.authoring import ID_PATTERN
from question_bank.formats.exchange import item_ids
from question_bank.ids import BankItemId, StimulusId, TopicCode, is_code
from question_bank.items.model import Item, Stimulus
from question_bank.phrase import phrase
from question_bank.problems import Fault, Severity
from question_bank.showing import MediumFile
from question_bank.vault.content import read_item
from question_bank.vault.entries import Entry, Held, Past, Wanted, Written
from question_bank.vault.finding import first_line, searched, searched_stimulus
from question_bank.vault.listing import Listing
from question_bank.vault.people import Person
from question_bank.vault.shared import Shared
from question_bank.vault.states import Act, No, Refused, Standing, State, decide
from question_bank.vault.store import Kind, Store
from question_bank.vault.undoing import Made

_ID = re.compile(ID_PATTERN)
_DONE = {
    Act.REVIEW: "reviewed", Act.APPROVE: "approved", Act.SEND_BACK: "sent_back", Act.WITHDRAW: "withdrawn",
    Act.RESTORE: "restored",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Around:
    """What an item is held against: the bank's stimuli with their own faults, its files, the ids of all its items."""

    stimuli: Mapping[StimulusId, Stimulus]
    media: Mapping[str, MediumFile]
    ids: frozenset[BankItemId]
    stimulus_faults: Mapping[StimulusId, list[Fault]]


class Items:
    """All items. A revision that the caller saw may be given as `seen`: then nothing newer is written over unseen."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._listing = Listing(store)
        self.shared = Shared(store, self._touched, self._rewritten)
        self._around: tuple[tuple[int, ...], Around] | None = None

    # --- looking -----------------------------------------------------------------------------------------------------

    def entries(self, wanted: Wanted = Wanted()) -> tuple[Entry, ...]:  # noqa: B008  # it is frozen
        """The items wanted: by id, or the best found first where words are asked for."""
        return self._listing.entries(wanted)

    def ids(self) -> frozenset[BankItemId]:
        """All ids, withdrawn items too: an id is never given twice."""
        return frozenset(BankItemId(str(row[0])) for row in self._store.rows("SELECT item FROM item"))

    def get(self, name: BankItemId) -> Held | None:
        """One item with all that is known of it."""
        with self._store.lock:
            return self._listing.held(name)

    def item(self, name: BankItemId) -> Item | None:
        """One item's content as it is now; None when there is none or its type is not installed here."""
        return self._listing.item(name)

    def all(self, states: frozenset[State] = frozenset(State)) -> dict[BankItemId, Item]:
        """The items in these states, by id; without those whose type is not installed here."""
        with self._store.lock:
            found = {name: self._listing.item(name, number) for name, number in self.revisions(states).items()}
        return {name: item for name, item in found.items() if item is not None}

    def revisions(self, states: frozenset[State] = frozenset(State)) -> dict[BankItemId, int]:
        """The number of the present revision of each item in these states, by id."""
        return self._listing.revisions(states)

    def state(self, name: BankItemId) -> State | None:
        """Where an item stands; None when there is none."""
        found = self._store.rows("SELECT state FROM item WHERE item = ?", (name,))
        return State(str(found[0][0])) if found else None

    def past(self, name: BankItemId) -> tuple[Past, ...]:
        """Every revision of an item, the newest first."""
        return self._listing.past(name)

    def faults(self, name: BankItemId) -> list[Fault]:
        """What is wrong with an item in its bank: with itself, its formulas, files and stimulus."""
        item = self.item(name)
        if item is None:
            return [Fault("unknown_type", ("type",), phrase("unknown type of item"))]
        return self.faults_of(item)

    def faults_of(self, item: Item, around: Around | None = None) -> list[Fault]:
        """The same of an item that is not written yet; `around` where many are asked for."""
        with self._store.lock:
            return _faults(item, around or self.around())

    def around(self) -> Around:
        """What an item is held against, as it is now."""
        with self._store.lock:
            [(count,)] = self._store.rows("SELECT count(*) FROM item")  # an id that is there stays there
            version = (*self._store.version(Kind.STIMULUS, Kind.MEDIUM), int(count))
            if self._around and self._around[0] == version:
                return self._around[1]
            stimuli = self.shared.stimuli()
            faults = {name: self.shared.stimulus_faults(one) for name, one in stimuli.items()}
            around = Around(stimuli, self.shared.media(), self.ids(), faults)
            self._around = version, around
            return around

    def free_id(self, prefix: str) -> BankItemId:
        """The first of PREFIX-001, PREFIX-002 … that is not taken."""
        return next(iter(item_ids(prefix, self.taken())))

    def taken(self) -> frozenset[str]:
        """The ids of all items and stimuli, and of those that somebody has begun and not kept yet."""
        with self._store.lock:
            begun = self._store.rows(
                "SELECT substr(name, 1 + instr(name, ':')) FROM rough WHERE name NOT LIKE 'paper:%'"
            )
            return frozenset({*self.ids(), *self.shared.stimuli(), *(str(row[0]) for row in begun)})

    def index_anew(self) -> None:
        """Put all items into the search again: after a change of what it holds."""
        with self._store.doing():
            self._index_all("")

    # --- writing -----------------------------------------------------------------------------------------------------

    def write(self, item: Item, by: Person, why: str = "", *, seen: int | None = None) -> Written | Refused:
        """Add an item or a revision of it, and send it back to draft. `seen` 0: there must be none yet.

        Errors in it do not matter now: a draft may have them, a review may not.
        """
        if not _ID.fullmatch(item.id) or not is_code(item.common.topic):
            return Refused(No.BAD_CONTENT, phrase("the id or the topic's code is none"))
        with self._store.doing():
            return self._write(item, item.document(), by, why, "written", Made.WRITTEN, seen)

    def undo(self, name: BankItemId, by: Person, *, seen: int | None = None) -> Written | Refused:
        """Add a revision with the content before the last edit."""
        return self._step(name, by, Made.UNDONE, seen)

    def redo(self, name: BankItemId, by: Person, *, seen: int | None = None) -> Written | Refused:
        """Add a revision with the content that was undone last."""
        return self._step(name, by, Made.REDONE, seen)

    def bring(self, item: Item, by: Person, file: str, body: dict[str, JSON]) -> int:
        """Add an imported item under an id that no item has; gives its change. Only inside `Store.doing`."""
        change = self._store.change(by, "imported", Kind.ITEM, item.id, file, body)
        self.shared.have_topic(item.common.topic, by)
        self._place(item, item.document(), change, Made.WRITTEN, Standing(State.DRAFT))
        return change

    # --- signing -----------------------------------------------------------------------------------------------------

    def act(
        self, name: BankItemId, act: Act, by: Person, why: str = "", *, seen: int | None = None
    ) -> Standing | Refused:
        """Review, approve, send back, withdraw or restore an item."""
        with self._store.doing():
            held = self._listing.entry(name)
            if held is None:
                return _no_item(name)
            if seen is not None and seen != held.revision:
                return _moved_on()
            standing = decide(self._standing(held, act), act, by, why)
            if isinstance(standing, Standing):
                body: dict[str, JSON] = {"revision": held.revision}
                change = self._store.change(by, _DONE[act], Kind.ITEM, name, why, body)
                self._stand(name, standing, change)
            return standing

    def settle(self, name: BankItemId, reason: int, by: Person, how: str) -> Refused | None:
        """Say how a reason to review was dealt with. It stays, with the name."""
        if not how.strip():
            return Refused(
                No.NO_REASON_GIVEN, phrase("say how the reason was dealt with: it stays in the item's history")
            )
        with self._store.doing():
            found = self._store.rows("SELECT code, settled FROM reason WHERE reason = ? AND item = ?", (reason, name))
            if not found or found[0][1] is not None:
                return Refused(No.WRONG_STATE, phrase("there is no open reason %(number)s of this item", number=reason))
            change = self._store.change(
                by, "settled", Kind.ITEM, name, how, {"reason": reason, "code": str(found[0][0])}
            )
            self._store.run("UPDATE reason SET settled = ? WHERE reason = ?", (change, reason))
            self._store.run("UPDATE item SET change = ? WHERE item = ?", (change, name))
        return None

    # --- inside ------------------------------------------------------------------------------------------------------

    def _write(
        self, item: Item | None, content: dict[str, JSON], by: Person, why: str, done: str, made: Made, seen: int | None
    ) -> Written | Refused:
        name = BankItemId(str(content["id"]))
        held = self._listing.entry(name)
        if seen is not None and seen != (held.revision if held else 0):
            return _moved_on()
        standing = Standing(State.DRAFT)
        if held is not None:
            now = self._store.revision(Kind.ITEM, name)
            if made is Made.WRITTEN and now is not None and now.content == content:
                return Written(name, held.revision, False)
            decided = decide(self._standing(held, Act.EDIT), Act.EDIT, by, why)
            if isinstance(decided, Refused):
                return decided
            standing = decided
        self.shared.have_topic(TopicCode(str(content["topic"])), by)
        change = self._store.change(by, done, Kind.ITEM, name, why)
        revision = self._place(item, content, change, made, standing)
        self._store.run("DELETE FROM rough WHERE name = ? AND person = ?", (f"item:{name}", by))
        return Written(name, revision, True)

    def _step(self, name: BankItemId, by: Person, made: Made, seen: int | None) -> Written | Refused:
        with self._store.doing():
            held = self._listing.held(name)
            if held is None:
                return _no_item(name)
            to = held.steps.undo if made is Made.UNDONE else held.steps.redo
            found = self._store.revision(Kind.ITEM, name, to) if to else None
            if found is None or not isinstance(found.content, dict):
                return Refused(No.NOTHING_TO_UNDO, phrase("there is nothing to undo or redo"))
            return self._write(read_item(found.content), found.content, by, "", made.value, made, seen)

    def _place(self, item: Item | None, content: dict[str, JSON], change: int, made: Made, standing: Standing) -> int:
        name = str(content["id"])
        revision = self._store.add_revision(Kind.ITEM, name, change, content, made)
        columns = [str(content.get(field, "")) for field in ("topic", "level", "type", "stimulus")]
        line = first_line(item) if item else ""
        [(number,)] = self._store.rows(
            "INSERT INTO item (item, revision, topic, level, type, stimulus, line, state, change)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (item) DO UPDATE SET revision = excluded.revision,"
            " topic = excluded.topic, level = excluded.level, type = excluded.type, stimulus = excluded.stimulus,"
            " line = excluded.line RETURNING number",
            (name, revision, *columns, line, standing.state.value, change),
        )
        self._index(int(number), name, item, StimulusId(columns[3]))
        self._stand(BankItemId(name), standing, change)
        return revision

    def _index(self, number: int, name: str, item: Item | None, shared: StimulusId) -> None:
        stimulus = self.shared.stimulus(shared) if shared else None
        values = (number, searched(item) if item else name, searched_stimulus(stimulus) if stimulus else "")
        self._store.run("INSERT OR REPLACE INTO search (rowid, words, stimulus) VALUES (?, ?, ?)", values)

    def _rewritten(self, kind: Kind, name: str) -> None:
        """Whoever shares a stimulus is found by what it says now."""
        if kind is Kind.STIMULUS:
            self._index_all(" WHERE stimulus = ?", name)

    def _index_all(self, where: str, *values: str) -> None:
        for number, item, shared in self._store.rows(f"SELECT number, item, stimulus FROM item{where}", values):  # noqa: S608  # ours
            self._index(int(number), str(item), self._listing.item(BankItemId(str(item))), StimulusId(str(shared)))

    def _stand(self, name: BankItemId, standing: Standing, change: int) -> None:
        values = (standing.state.value, standing.reviewer, standing.approver, change, name)
        self._store.run("UPDATE item SET state = ?, reviewer = ?, approver = ?, change = ? WHERE item = ?", values)

    def _standing(self, held: Entry, act: Act) -> Standing:
        signing = act in (Act.REVIEW, Act.APPROVE)
        errors = sum(fault.severity is Severity.ERROR for fault in self.faults(held.id)) if signing else 0
        return Standing(held.state, held.reviewer, held.approver, held.open_reasons, errors)

    def _touched(self, kind: Kind, name: str, by: Person) -> list[BankItemId]:
        """Send back what a stimulus or file is part of. A stimulus that names a file takes its items with it."""
        stimuli = [name] if kind is Kind.STIMULUS else [
            one.id for one in self.shared.stimuli().values() if name in media_names(one.text)]  # fmt: skip
        sent: list[BankItemId] = []
        for entry in self._listing.entries(Wanted(states=frozenset({State.DRAFT, State.REVIEWED, State.APPROVED}))):
            item = self._listing.item(entry.id, entry.revision)
            texts: Sequence[str] = [text for _, text in item.texts()] if item and kind is Kind.MEDIUM else ()
            if entry.stimulus in stimuli or any(name in media_names(text) for text in texts):
                sent.append(entry.id)
                if entry.state is not State.DRAFT:
                    body: dict[str, JSON] = {"because": kind.value, "of": name}
                    change = self._store.change(by, "sent_back", Kind.ITEM, entry.id, "", body)
                    self._stand(entry.id, Standing(State.DRAFT), change)
        return sent


def _faults(item: Item, around: Around) -> list[Fault]:
    faults = item.problems() + item_faults(item, around.stimuli, around.media, around.ids)
    shared = around.stimulus_faults.get(item.common.stimulus, [])
    return faults + [Fault(one.code, ("stimulus", *one.path), one.message, one.hint, one.severity) for one in shared]


def _no_item(name: BankItemId) -> Refused:
    return Refused(No.NO_ITEM, phrase("there is no item “%(id)s”", id=name))


def _moved_on() -> Refused:
    return Refused(No.MOVED_ON, phrase("somebody has changed the item since you opened it; look at it again"))
