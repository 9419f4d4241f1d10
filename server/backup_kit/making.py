"""What goes on a stick of this room: the sealed sets of its sittings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from question_bank.phrase import phrase
from server.backup_kit.stick import FORMAT, KitList, KitPackage, write
from server.errors import ConfigError
from server.identity import load_identity
from server.live.definition import SittingDefinition, read_definition
from server.store.packages import PackageRow
from server.store.room import RoomStore


def make(directory: Path, stick: Path, label: str, build: str, now_ms: Callable[[], int]) -> KitList:
    """Put every sealed set of this room on a stick; may run beside its server. Raises ConfigError.

    Every set that a sitting names must be here: a kit that lacks one is none.
    """
    identity = load_identity(directory)
    with RoomStore.open(directory) as store:
        definitions = [
            found for row in store.sittings.everyone()
            if isinstance(found := read_definition(row.definition), SittingDefinition)
        ]  # fmt: skip
        wanted = [
            (one, set_name, store.packages.by_id(one.package_of(set_name)))
            for one in definitions for set_name in ("primary", "reserve")
        ]  # fmt: skip
    missing = [f"{one.sitting_id}: {one.package_of(name)}" for one, name, row in wanted if row is None]
    if missing or not wanted:
        told = phrase("sealed sets are not all in this room [%(missing)s]", missing=", ".join(missing) or "-")
        raise ConfigError(told, hint=phrase("Take them in first: `examroom-server package add`."))
    packages = [_listed(one, name, row) for one, name, row in wanted if row is not None]
    kit = KitList(
        FORMAT, identity.room_id, identity.room_name, identity.server_key.hex(), label, build, now_ms(), tuple(packages)
    )
    write(stick, kit, _sources(directory, packages), identity.signing_key)
    return kit


def _listed(definition: SittingDefinition, set_name: str, row: PackageRow) -> KitPackage:
    return KitPackage(
        row.package_id, definition.sitting_id, set_name, row.size_bytes, row.sha256.hex(), row.manifest_sha256.hex(),
        definition.committee.raw.hex(),
    )  # fmt: skip


def _sources(directory: Path, packages: Sequence[KitPackage]) -> list[Path]:
    return [directory / "packages" / f"{one.package_id}.exam" for one in packages]
