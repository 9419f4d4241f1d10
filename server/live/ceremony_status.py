"""What the ceremony's page shows: the two sets, the shares held, and what may be done next. Changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from question_bank.custody import SecretKind
from question_bank.sealed import SealError
from question_bank.sealed_manifest import Manifest
from server.domain.reserve_acts import has_begun
from server.domain.values import MarkingOpens, PartStage, SetName, SittingStage
from server.live.ceremony import CeremonyFault, CeremonyStatus, PackageStatus, SecretStatus, ShareBox
from server.live.marking_papers import marking_package

if TYPE_CHECKING:
    from server.live.room import Room
    from server.live.sitting_service import Sitting


def ceremony_status(
    room: Room, sitting: Sitting, box_of: Callable[[Manifest, SecretKind], ShareBox], opened: Mapping[SecretKind, bool]
) -> CeremonyStatus:
    """The page's content now; `opened` says of each secret of the chosen set whether it can be read here."""
    now_ms = room.clock.now_ms()
    manifests: dict[str, Manifest] = {}
    packages = tuple(_package_status(room, sitting, name, manifests) for name in SetName)
    chosen = sitting.state.chosen
    manifest = None if chosen is None else manifests.get(chosen.value)
    paper = marking = None
    if manifest is not None:
        paper = box_of(manifest, SecretKind.PAPER).status(opened=opened[SecretKind.PAPER])
        needed = marking_package(room, sitting)
        marked = next((one for one in manifests.values() if one.package_id == needed), manifest)
        marking = box_of(marked, SecretKind.MARKING).status(opened=opened[SecretKind.MARKING])
    not_before = None if manifest is None or sitting.state.paper is not None else manifest.not_before_ms
    return CeremonyStatus(
        sitting_id=sitting.definition.sitting_id,
        rule=sitting.definition.rules.opening.value,
        chosen=None if chosen is None else chosen.value,
        how_chosen=sitting.how_chosen[0],
        draw_seed=sitting.how_chosen[1],
        packages=packages,
        paper=paper,
        marking=marking,
        too_early_ms=max(0, (not_before or 0) - now_ms),
        now_ms=now_ms,
        next_steps=_next_steps(sitting, paper, marking),
    )


def marking_may_open(sitting: Sitting) -> bool:
    """Whether the contest's rule lets the marking part be opened now."""
    at_start = sitting.definition.rules.marking_opens is MarkingOpens.AT_START
    return at_start or sitting.state.stage is SittingStage.CLOSED


def _package_status(room: Room, sitting: Sitting, name: SetName, manifests: dict[str, Manifest]) -> PackageStatus:
    package_id = sitting.definition.package_of(name.value)
    row = room.staging.row(package_id)
    fault = manifest = None
    if row is None:
        fault = CeremonyFault.PACKAGE_MISSING.value
    else:
        try:
            package = room.staging.open(package_id, sitting.definition.committee.raw)
            manifest = manifests[name.value] = package.manifest
        except SealError as error:
            fault = error.code.value
    return PackageStatus(
        set_name=name.value,
        package_id=package_id,
        manifest_sha256=None if row is None else row.manifest_sha256.hex(),
        file_sha256=None if row is None else row.sha256.hex(),
        not_before_ms=None if manifest is None else manifest.not_before_ms,
        chosen=sitting.state.chosen is name,
        fault=fault,
    )


def _next_steps(sitting: Sitting, paper: SecretStatus | None, marking: SecretStatus | None) -> tuple[str, ...]:
    """What may be done now, in the order people do it."""
    state = sitting.state
    steps: list[str] = ["choose_set"] if state.stage is SittingStage.PREPARED else []
    if paper is not None and not paper.opened:
        steps.append("open_paper" if paper.ready else "enter_paper_share")
    if marking is not None and not marking.opened and state.paper is not None and marking_may_open(sitting):
        steps.append("open_marking" if marking.ready else "enter_marking_share")
    left = any(part is not PartStage.CLOSED for part in state.parts) and state.stage is not SittingStage.CLOSED
    if state.hall.switching:
        steps.append("call_off_switch")
    elif (
        left and state.hall.switch is None and (state.chosen is SetName.PRIMARY or (state.chosen and has_begun(state)))
    ):
        steps.append("switch_to_reserve")
    return tuple(steps)
