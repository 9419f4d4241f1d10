"""Exposure: which item was in which form, and when."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from enum import Enum

from question_bank.canonical import JSON
from question_bank.form import Form
from question_bank.ids import BankItemId
from question_bank.vault.people import Person
from question_bank.vault.store import Kind, Store

# Of the forms of one contest, round and set that were not sealed, only those drawn last count: the others were tries.
_COUNTING = (
    "SELECT u.item, u.package, u.contest, u.round, u.form_set, u.how, c.at_ms, hex(u.sha256)"
    " FROM use u JOIN change c USING (change)"
    " WHERE u.how = 'sealed' OR (NOT EXISTS (SELECT 1 FROM use s WHERE s.package = u.package AND s.how = 'sealed')"
    " AND u.change = (SELECT max(change) FROM use w WHERE w.how = 'assembled' AND w.contest = u.contest"
    " AND w.round = u.round AND w.form_set = u.form_set))"
)
_SEALED = "SELECT DISTINCT package FROM use WHERE how = 'sealed'"
_LAST_DRAWN = (
    "SELECT DISTINCT u.package FROM use u WHERE u.how = 'assembled' AND u.change = (SELECT max(change) FROM use w"
    " WHERE w.how = 'assembled' AND w.contest = u.contest AND w.round = u.round AND w.form_set = u.form_set)"
)


class How(Enum):
    """How far the form has come that an item is in."""

    ASSEMBLED = "assembled"
    SEALED = "sealed"


@dataclass(frozen=True, slots=True)
class Use:
    """An item in a form; `sha256` is the item's digest as it was used."""

    item: BankItemId
    package: str
    contest: str
    round: str
    form_set: str
    how: How
    at_ms: int
    sha256: str

    def document(self) -> dict[str, JSON]:
        """As `show --json` prints it."""
        return {"package": self.package, "contest": self.contest, "round": self.round, "set": self.form_set,
                "how": self.how.value, "at_ms": self.at_ms}  # fmt: skip


class Uses:
    """The exposure history of a vault."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def record(self, forms: Form | Sequence[Form], how: How, by: Person) -> int:
        """Record that forms were assembled or sealed together; gives how many of the bank's items are in them.

        Forms that are recorded so and count are not recorded again; only, where one of those assembled together is another
        now, or was drawn before what counts, all are: the last change of a set says what is in it.
        """
        given = (forms,) if isinstance(forms, Form) else forms
        with self._store.doing():
            known = {str(row[0]) for row in self._store.rows("SELECT item FROM item")}
            done = {str(row[0]) for row in self._store.rows(_SEALED if how is How.SEALED else _LAST_DRAWN)}
            fresh = [form for form in given if form.package_id not in done]
            if fresh:
                self._add(given if how is How.ASSEMBLED else fresh, known, how, by)
        return len({item for form in given for item in form.bank_items if item in known})

    def _add(self, forms: Sequence[Form], known: Set[str], how: How, by: Person) -> None:
        listed: list[JSON] = [
            {"package": form.package_id, "contest": form.contest_id, "round": form.round_id, "set": form.set_name.value}
            for form in forms
        ]
        change = self._store.change(by, how.value, Kind.BANK, "", "", {"forms": listed})
        for form in forms:
            for item in (item for section in form.sections for item in section.marking.items):
                if item.bank_item in known:
                    self._store.run(
                        "INSERT INTO use (change, item, sha256, package, contest, round, form_set, how)"
                        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                        (change, item.bank_item, bytes.fromhex(item.item_sha256), form.package_id, form.contest_id,
                         form.round_id, form.set_name.value, how.value),
                    )  # fmt: skip

    def all(self) -> dict[BankItemId, tuple[Use, ...]]:
        """Every use that counts, by item, the latest first."""
        found: dict[BankItemId, list[Use]] = {}
        for item, package, contest, round_id, form_set, how, at_ms, sha256 in self._store.rows(
            f"{_COUNTING} ORDER BY c.at_ms DESC, c.change DESC"
        ):
            use = Use(BankItemId(item), package, contest, round_id, form_set, How(how), at_ms, sha256.lower())
            found.setdefault(use.item, []).append(use)
        return {item: tuple(uses) for item, uses in found.items()}

    def of(self, item: BankItemId) -> tuple[Use, ...]:
        """The uses of one item that count, the latest first."""
        return self.all().get(item, ())
