"""Where a room keeps what goes into a bundle: its journals, roster, packages and identity."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from question_bank.phrase import phrase
from server.domain.result_facts import RosterLine
from server.errors import RoomError
from server.identity import RoomIdentity
from server.live.definition import SittingDefinition, read_definition
from server.store.candidates import Candidate
from server.store.room import RoomStore


class ResultError(RoomError):
    """A bundle cannot be made."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything a bundle is made of. `roster`: by candidate number."""

    directory: Path
    identity: RoomIdentity
    definition: SittingDefinition
    roster: tuple[RosterLine, ...]

    @property
    def journal(self) -> Path:
        """The sitting's journal."""
        return self.directory / "sittings" / f"{self.definition.sitting_id}.journal.sqlite"

    @property
    def contest(self) -> Path:
        """The contest's journal."""
        return self.directory / "contests" / f"{self.definition.contest_id}.journal.sqlite"

    @property
    def packages(self) -> tuple[tuple[str, Path], ...]:
        """Each set that the sitting names, and where its package lies."""
        folder, definition = self.directory / "packages", self.definition
        named = (("primary", definition.primary), ("reserve", definition.reserve))
        return tuple((name, folder / f"{package_id}.exam") for name, package_id in named)

    @property
    def branches(self) -> tuple[Path, ...]:
        """What servers had that lost a failover, as signed files (docs/result.md §3)."""
        return tuple(sorted((self.directory / "branches").glob(f"sittings.{self.definition.sitting_id}.*.branch")))


def sources(directory: Path, identity: RoomIdentity, store: RoomStore, sitting_id: str | None = None) -> Sources:
    """What a bundle of this sitting (the active one when None) is made of. Raises ResultError."""
    row = store.sittings.active() if sitting_id is None else store.sittings.by_id(sitting_id)
    if row is None:
        told = phrase("the room has no sitting %(sitting)s", sitting=sitting_id or "")
        raise ResultError(told, hint=phrase("Look at its name on the page “Prepare”."))
    definition = read_definition(row.definition)
    if isinstance(definition, list):
        told = phrase("a stored sitting file no longer reads")
        raise ResultError(told, hint=phrase("It was written by another version."))
    roster = tuple(_line(one) for one in store.candidates.of_sitting(row.sitting_id))
    return Sources(directory, identity, definition, roster)


def _line(one: Candidate) -> RosterLine:
    return RosterLine(one.candidate_id, one.entry.sbd, one.entry.division, one.entry_sha256.hex())
