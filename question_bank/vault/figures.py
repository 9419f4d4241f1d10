"""Item statistics that a bank keeps: written as papers `statistics:NAME`, read by item."""

from __future__ import annotations

from question_bank.ids import BankItemId
from question_bank.item_stats.kept import FAMILY, Kept, read_kept
from question_bank.item_stats.measures import ItemStatistics
from question_bank.vault.people import Person
from question_bank.vault.states import Refused
from question_bank.vault.vault import Vault


def keep_statistics(vault: Vault, kept: Kept, by: Person) -> Refused | int:
    """Keep them; gives the paper's revision."""
    return vault.papers.write(kept.name, kept.paper(), by, kept.title)


def kept_statistics(vault: Vault) -> dict[str, Kept]:
    """All that the bank keeps, by the paper's name, the latest contest first."""
    found = {name: kept for name in vault.papers.names(FAMILY) if (kept := statistics_named(vault, name))}
    return dict(sorted(found.items(), key=lambda one: (one[1].held_on, one[1].at_ms), reverse=True))


def statistics_named(vault: Vault, name: str) -> Kept | None:
    """Those of one paper."""
    revision = vault.papers.get(name)
    return read_kept(revision.content) if revision else None


def last_figures(vault: Vault) -> dict[BankItemId, tuple[ItemStatistics, str, Kept]]:
    """Each item's figures of the latest contest that has some, with the paper's name and what it says of the contest."""
    found: dict[BankItemId, tuple[ItemStatistics, str, Kept]] = {}
    for name, kept in kept_statistics(vault).items():
        for item in kept.figures.items:
            found.setdefault(BankItemId(item.id), (item, name, kept))
    return found
