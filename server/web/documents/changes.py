"""A change of the roster as minutes tell it: who stood there before, who stands there now, and what else differs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from server.domain.roster import Entry
from server.domain.roster_columns import Field
from server.store.candidates import Revision
from server.web.documents.render import in_words
from server.web.roster_wording import FIELD_NAMES

_BESIDE = (
    Field.BIRTH_DATE,
    Field.UNIT,
    Field.DIVISION,
    Field.POSITION,
    Field.ROOM,
    Field.SEAT,
    Field.EXTRA_TIME,
    Field.BREAKS,
)
_REFUSED = "refused"


def changes_of(history: Iterable[Revision]) -> Mapping[tuple[str, str], tuple[Entry | None, Entry]]:
    """Each revision with the one before it, by candidate id and digest of the entry. `history`: oldest first.

    The same entry may come back later, but never under the same digest: each revision has its own salt.
    """
    now: dict[str, Entry] = {}
    found: dict[tuple[str, str], tuple[Entry | None, Entry]] = {}
    for one in history:
        candidate = one.candidate
        if one.outcome == _REFUSED:
            continue
        before = now.get(candidate.candidate_id)
        found[candidate.candidate_id, candidate.entry_sha256.hex()] = (before, candidate.entry)
        now[candidate.candidate_id] = candidate.entry
    return found


def change_in_words(before: Entry | None, after: Entry) -> str:
    """“0147 Lê An → 0147 Lê Ba; Unit: Sở A → Sở B”: old and new of whatever differs."""
    if before is None:
        return _person(after)
    old, new = _person(before), _person(after)
    said = [new if old == new else f"{old} → {new}"]
    for field in _BESIDE:
        was, is_now = _value(before, field), _value(after, field)
        if was != is_now:
            said.append(f"{in_words(FIELD_NAMES[field])}: {was or '–'} → {is_now or '–'}")
    return "; ".join(said)


def _person(entry: Entry) -> str:
    return f"{entry.sbd} {entry.full_name}"


def _value(entry: Entry, field: Field) -> str:
    return f"{entry.birth_date:%d/%m/%Y}" if field is Field.BIRTH_DATE else str(getattr(entry, field.value))
