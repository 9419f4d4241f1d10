"""Items as lists and one by one, read from the tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from question_bank.canonical import JSON, decode
from question_bank.ids import BankItemId, StimulusId, TopicCode
from question_bank.items.model import Item, Level
from question_bank.vault.content import read_item, read_stimulus
from question_bank.vault.entries import Entry, Held, Origin, Past, Reason, Wanted
from question_bank.vault.finding import has_marks, query
from question_bank.vault.people import Person
from question_bank.vault.sentences import said
from question_bank.vault.states import State
from question_bank.vault.store import MAX_CONTENT, Kind, Store
from question_bank.vault.undoing import Made, steps

_COLUMNS = (
    "SELECT i.item, i.revision, i.topic, i.level, i.type, i.stimulus, i.line, i.state, i.reviewer, i.approver,"
    " (SELECT count(*) FROM reason r WHERE r.item = i.item AND r.settled IS NULL),"
    " (SELECT count(DISTINCT u.package) FROM use u WHERE u.item = i.item), c.at_ms, c.person"
    " FROM item i JOIN change c ON c.change = i.change"
)
_OF_STIMULUS = 0.2  # what a word of the stimulus weighs beside one of the item: all who share it have it
_LOOKED_AT = 200  # of what a search found, the best so many are held against the marks that were typed
_TAGGED = (
    "EXISTS (SELECT 1 FROM revision v, json_each(v.content, '$.tags') t"
    " WHERE v.kind = 'item' AND v.name = i.item AND v.revision = i.revision AND t.value = ?)"
)


class Listing:
    """Reads items; parsed ones are kept by revision, which never changes (as many as there are items)."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._parsed: dict[str, tuple[int, Item | None]] = {}

    def entries(self, wanted: Wanted) -> tuple[Entry, ...]:
        """The items wanted, by id; the best found first where words are asked for."""
        tests, values = _tests(wanted)
        if not wanted.words:
            where = f" WHERE {' AND '.join(tests)}" if tests else ""
            return tuple(_entry(row) for row in self._store.rows(f"{_COLUMNS}{where} ORDER BY i.item", values))
        found = query(wanted.words)
        if not found:
            return ()
        where = " AND ".join(["search MATCH ?", *tests])
        rows = self._store.rows(
            f"{_COLUMNS} JOIN search ON search.rowid = i.number WHERE {where} ORDER BY bm25(search, 1.0, {_OF_STIMULUS}), i.item",
            (found, *values),
        )
        entries = [_entry(row) for row in rows]
        first = sorted(entries[:_LOOKED_AT], key=lambda entry: not self._marked(wanted.words, entry))  # a stable sort
        return (*first, *entries[_LOOKED_AT:])

    def revisions(self, states: frozenset[State]) -> dict[BankItemId, int]:
        """The present revision of each item in these states, by id."""
        tests, values = _tests(Wanted(states=states))
        rows = self._store.rows(f"SELECT item, revision FROM item i WHERE {tests[0]} ORDER BY item", values)  # noqa: S608
        return {BankItemId(row[0]): int(row[1]) for row in rows}

    def entry(self, name: BankItemId) -> Entry | None:
        """One item's line."""
        found = self._store.rows(f"{_COLUMNS} WHERE i.item = ?", (name,))
        return _entry(found[0]) if found else None

    def item(self, name: BankItemId, revision: int = 0) -> Item | None:
        """The content of an item's present revision, which the caller may name."""
        kept = self._parsed.get(name)
        if kept is not None and revision == kept[0]:
            return kept[1]
        found = self._store.revision(Kind.ITEM, name)
        if found is None:
            return None
        if kept is None or kept[0] != found.number:
            kept = self._parsed[name] = found.number, read_item(found.content)
        return kept[1]

    def held(self, name: BankItemId) -> Held | None:
        """One item with all that is known of it."""
        entry, now = self.entry(name), self._store.revision(Kind.ITEM, name)
        if entry is None or now is None or not isinstance(now.content, dict):
            return None
        made = [Made(row[0]) for row in self._store.rows(
            "SELECT made FROM revision WHERE kind = 'item' AND name = ? ORDER BY revision", (name,))]  # fmt: skip
        return Held(entry, self.item(name), now.content, self._reasons(name), self._origin(name), steps(made))

    def past(self, name: BankItemId) -> tuple[Past, ...]:
        """Every revision, the newest first."""
        rows = self._store.rows(
            "SELECT r.revision, r.made, r.content, c.at_ms, c.person, c.why FROM revision r JOIN change c USING (change)"
            " WHERE r.kind = 'item' AND r.name = ? ORDER BY r.revision DESC",
            (name,),
        )
        return tuple(_past(row) for row in rows)

    def _marked(self, words: str, entry: Entry) -> bool:
        item = self.item(entry.id, entry.revision)
        shared = self._store.revision(Kind.STIMULUS, entry.stimulus) if entry.stimulus else None
        return item is not None and has_marks(words, item, read_stimulus(shared.content) if shared else None)

    def _reasons(self, name: BankItemId) -> tuple[Reason, ...]:
        rows = self._store.rows(
            "SELECT r.reason, r.code, r.place, r.message, c.person, c.why FROM reason r"
            " LEFT JOIN change c ON c.change = r.settled WHERE r.item = ? ORDER BY r.reason",
            (name,),
        )
        return tuple(
            Reason(int(number), str(code), str(place), said(_json(message)), Person(by) if by else None, how or "")
            for number, code, place, message, by, how in rows
        )

    def _origin(self, name: BankItemId) -> Origin | None:
        rows = self._store.rows(
            "SELECT c.why, o.place, o.evidence, o.source FROM origin o JOIN change c USING (change) WHERE o.item = ?",
            (name,),
        )
        if not rows:
            return None
        file, place, evidence, source = rows[0]
        stored = _json(evidence)
        sentences = tuple(said(one) for one in stored) if isinstance(stored, list) else ()
        return Origin(str(file), str(place), sentences, str(source))


def _tests(wanted: Wanted) -> tuple[list[str], list[str]]:
    """Conditions of SQL and their values; every text in them is ours, what people typed is a value."""
    tests: list[str] = []
    values: list[str] = []
    if wanted.states:
        tests.append(f"i.state IN ({', '.join('?' * len(wanted.states))})")
        values += sorted(state.value for state in wanted.states)
    columns = {"topic": wanted.topic, "type": wanted.type, "stimulus": wanted.stimulus,
               "level": wanted.level.value if wanted.level else ""}  # fmt: skip
    for column, value in columns.items():
        if value:
            tests.append(f"i.{column} = ?")
            values.append(value)
    if wanted.tag:
        tests.append(_TAGGED)
        values.append(wanted.tag)
    if wanted.open_reasons:
        tests.append("EXISTS (SELECT 1 FROM reason r WHERE r.item = i.item AND r.settled IS NULL)")
    return tests, values


def _entry(row: Sequence[object] | sqlite3.Row) -> Entry:
    name, revision, topic, level, kind, stimulus, line, state, reviewer, approver, reasons, uses, at_ms, by = row
    levels = {one.value: one for one in Level}
    return Entry(
        BankItemId(str(name)), int(str(revision)), TopicCode(str(topic)), levels.get(str(level), Level.NHAN_BIET),
        str(kind), StimulusId(str(stimulus)), str(line), State(state), Person(str(reviewer)) if reviewer else None,
        Person(str(approver)) if approver else None, int(str(reasons)), int(str(uses)), int(str(at_ms)), Person(str(by)),
    )  # fmt: skip


def _past(row: Sequence[object] | sqlite3.Row) -> Past:
    revision, made, content, at_ms, by, why = row
    found = _json(content)
    assert isinstance(found, dict)
    return Past(int(str(revision)), Made(made), read_item(found), found, int(str(at_ms)), Person(str(by)), str(why))


def _json(text: object) -> JSON:
    return decode(str(text).encode(), MAX_CONTENT)
