"""The opening desk: which set, whose shares, and the moment a sealed part becomes readable in this room.

Shares never leave the boxes below; an opened identity is kept only sealed under the room's own key. Every step that
fails gives its own named fault and leaves the room as it was.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from question_bank import canonical, custody
from question_bank.custody import CustodyError, SecretKind
from question_bank.fields import Fields
from question_bank.sealed import Package, SealError
from question_bank.sealed_manifest import Manifest
from server.domain.commands import ChooseSet, Command, RecordUnsealing
from server.domain.reasons import Reason
from server.domain.rights import Right
from server.domain.values import HowChosen, MarkingOpens, Opening, PartStage, SetName, SittingStage
from server.errors import JournalError
from server.live.actors import OfficerActor
from server.live.ceremony import (
    CeremonyFault,
    CeremonyRefused,
    CeremonyStatus,
    PackageStatus,
    SecretStatus,
    ShareBox,
    ShareTaken,
)
from server.live.unsealing import unsealed_marking, unsealed_paper

if TYPE_CHECKING:
    from server.live.room import Room
    from server.live.sitting_service import Sitting

MAX_KEPT_BYTES = 16 * 1024  # of an opened paper in the safe: sixteen sections' identities take under 2 KiB
_RIGHTS = {SecretKind.PAPER: Right.OPEN_PAPER, SecretKind.MARKING: Right.OPEN_MARKING}

Outcome: TypeAlias = CeremonyRefused | None


class OpeningDesk:
    """One per room, for its active sitting. Safe to call from any thread: each act is one call of the committer."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._boxes: dict[tuple[str, SecretKind], ShareBox] = {}
        self._identities: dict[str, dict[str, str]] = {}  # by package, by section: what kiosks need when a part opens

    # --- choosing the set -------------------------------------------------------------------------------------------

    def choose_set(self, officer: OfficerActor) -> Outcome:
        """Choose by the contest's rule: the primary set, or a lot whose seed is recorded."""
        sitting = self._room.sitting
        if sitting is None:
            return CeremonyRefused(CeremonyFault.NO_SITTING)
        if not officer.may(Right.CHOOSE_SET):
            return CeremonyRefused(CeremonyFault.NOT_ALLOWED)
        if sitting.definition.rules.opening is Opening.DRAW:
            seed = secrets.token_bytes(32)
            drawn = SetName.RESERVE if seed[0] & 0x80 else SetName.PRIMARY
            return self._order(sitting, ChooseSet(drawn, HowChosen.DRAW, seed.hex(), "", officer.officer_id))
        return self._order(sitting, ChooseSet(SetName.PRIMARY, HowChosen.RULE, None, "", officer.officer_id))

    def switch_to_reserve(self, first: OfficerActor, second: OfficerActor | None, reason: str) -> Outcome:
        """Take the reserve set instead, by two officers and with a reason; its own shares are asked for next."""
        sitting = self._room.sitting
        if sitting is None:
            return CeremonyRefused(CeremonyFault.NO_SITTING)
        refused = _two(first, second, Right.CHOOSE_SET)
        if refused is not None or second is None:
            return refused
        command = ChooseSet(
            SetName.RESERVE, HowChosen.RESERVE, None, reason.strip(), first.officer_id, second.officer_id
        )
        return self._order(sitting, command)

    # --- shares -----------------------------------------------------------------------------------------------------

    def enter_share(self, officer: OfficerActor, kind: SecretKind, text: str) -> ShareTaken | CeremonyRefused:
        """Take one custodian's share; it is checked at once, and wiped after ten minutes."""
        if not officer.may(_RIGHTS[kind]):
            return CeremonyRefused(CeremonyFault.NOT_ALLOWED)
        box = self._box(kind)
        if isinstance(box, CeremonyRefused):
            return box
        taken = box.add(text)
        return taken if isinstance(taken, ShareTaken) else CeremonyRefused(taken)

    def forget_shares(self) -> None:
        """Wipe every share now."""
        for box in self._boxes.values():
            box.wipe()
        self._boxes.clear()

    def sweep(self) -> None:
        """Wipe shares that have been here too long; the room calls this every second."""
        for box in tuple(self._boxes.values()):
            box.sweep()

    # --- opening ----------------------------------------------------------------------------------------------------

    def open_paper(self, first: OfficerActor, second: OfficerActor | None, override: str | None = None) -> Outcome:
        """Open the chosen set's paper with the shares held. `override`: why it is opened before its time."""
        refused = _two(first, second, Right.OPEN_PAPER)
        if refused is not None or second is None:
            return refused
        box = self._box(SecretKind.PAPER)
        sitting = self._room.sitting
        if isinstance(box, CeremonyRefused) or sitting is None:
            return box if isinstance(box, CeremonyRefused) else CeremonyRefused(CeremonyFault.NO_SITTING)
        early = override.strip() if override and override.strip() else None

        shares, now_ms = box.shares(), self._room.clock.now_ms()
        try:
            package = self._package(sitting, box.manifest.package_id)
            package.check_time(now_ms, override=early is not None)
            identity, sections, plans = self._room.port.offload(partial(unsealed_paper, package, shares, now_ms))
        except (SealError, CustodyError) as error:
            return CeremonyRefused(error.code, error.evidence)
        command = RecordUnsealing(
            package_id=package.manifest.package_id,
            manifest_sha256=package.manifest_sha256,
            set=SetName(package.manifest.set_name),
            sections=plans,
            bodies=tuple(sorted(custody.bodies(shares, box.custody))),
            officers=(first.officer_id, second.officer_id),
            override=early,
        )
        self._keep(package.manifest.package_id, SecretKind.PAPER, _paper_text(identity, sections))
        outcome = self._order(sitting, command)
        if outcome is None:
            self._identities[package.manifest.package_id] = sections
            self._wipe(box)
        elif not _may_be_open(sitting, package.manifest.package_id):
            self._room.store.packages.forget_identity(package.manifest.package_id, SecretKind.PAPER.value)
        return outcome

    def open_marking(self, first: OfficerActor, second: OfficerActor | None) -> Outcome:
        """Open the marking part with the shares held, and have the canaries graded before anything else is."""
        refused = _two(first, second, Right.OPEN_MARKING)
        if refused is not None or second is None:
            return refused
        box = self._box(SecretKind.MARKING)
        sitting = self._room.sitting
        if isinstance(box, CeremonyRefused) or sitting is None:
            return box if isinstance(box, CeremonyRefused) else CeremonyRefused(CeremonyFault.NO_SITTING)

        shares, now_ms = box.shares(), self._room.clock.now_ms()
        try:
            package = self._package(sitting, box.manifest.package_id)
            identity = self._room.port.offload(partial(unsealed_marking, package, shares, now_ms))
        except (SealError, CustodyError) as error:
            return CeremonyRefused(error.code, error.evidence)
        bodies = tuple(sorted(custody.bodies(shares, box.custody)))
        self._keep(package.manifest.package_id, SecretKind.MARKING, identity)
        self._room.marks.open_marking(package, identity, (first.officer_id, second.officer_id), bodies)
        self._wipe(box)
        return None

    # --- afterwards -------------------------------------------------------------------------------------------------

    def section_identity(self, package_id: str, section_id: str) -> str | None:
        """The identity kiosks need for an opened section; None while it is not opened."""
        return self._identities.get(package_id, {}).get(section_id)

    def restore(self, sitting: Sitting) -> None:
        """After a restart: know again, without custodians or package, what the journal says was opened.

        Raises IdentityError when the room's safe does not open.
        """
        self._boxes.clear()
        self._identities.clear()
        for unsealed in sitting.state.unsealed.values():
            kept = self._kept(unsealed.package_id, SecretKind.PAPER)
            if kept is not None:
                self._identities[unsealed.package_id] = _sections_in(kept)

    def marking_identity(self, package_id: str) -> str | None:
        """The identity of an opened marking part from the room's own safe; None when it was never opened here."""
        return self._kept(package_id, SecretKind.MARKING)

    def status(self) -> CeremonyStatus | None:
        """What the ceremony's page shows; None without a sitting."""
        sitting = self._room.sitting
        if sitting is None:
            return None
        now_ms = self._room.clock.now_ms()
        manifests: dict[str, Manifest] = {}
        packages = tuple(self._package_status(sitting, name, manifests) for name in SetName)
        chosen = sitting.state.chosen
        manifest = None if chosen is None else manifests.get(chosen.value)
        paper_open, marking_open = sitting.state.paper is not None, self._marking_is_open(sitting)
        paper = marking = None
        if manifest is not None:
            paper = self._box_of(manifest, SecretKind.PAPER).status(opened=paper_open)
            marking = self._box_of(manifest, SecretKind.MARKING).status(opened=marking_open)
        steps = _next_steps(sitting, paper, marking)
        not_before = None if manifest is None else manifest.not_before_ms
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
            next_steps=steps,
        )

    # --- inside -----------------------------------------------------------------------------------------------------

    def _box(self, kind: SecretKind) -> ShareBox | CeremonyRefused:
        """The box for the chosen set's secret, when its shares may be entered now."""
        sitting = self._room.sitting
        if sitting is None:
            return CeremonyRefused(CeremonyFault.NO_SITTING)
        state = sitting.state
        if state.chosen is None:
            return CeremonyRefused(Reason.SET_NOT_CHOSEN)
        if kind is SecretKind.PAPER and state.paper is not None:
            return CeremonyRefused(CeremonyFault.ALREADY_OPEN)
        if kind is SecretKind.MARKING:
            if self._marking_is_open(sitting):
                return CeremonyRefused(CeremonyFault.ALREADY_OPEN)
            if state.paper is None:
                return CeremonyRefused(CeremonyFault.PAPER_FIRST)
            if not _marking_may_open(sitting):
                return CeremonyRefused(CeremonyFault.CLOSE_FIRST)
        try:
            manifest = self._package(sitting, sitting.definition.package_of(state.chosen.value)).manifest
        except SealError as error:
            return CeremonyRefused(error.code, error.evidence)
        return self._box_of(manifest, kind)

    def _box_of(self, manifest: Manifest, kind: SecretKind) -> ShareBox:
        found = self._boxes.get((manifest.package_id, kind))
        if found is None or found.manifest != manifest:
            found = ShareBox(manifest, kind, self._room.clock.now_ms)
            self._boxes[manifest.package_id, kind] = found
        return found

    def _wipe(self, box: ShareBox) -> None:
        box.wipe()
        self._boxes.pop((box.manifest.package_id, box.kind), None)

    def _package(self, sitting: Sitting, package_id: str) -> Package:
        return self._room.staging.open(package_id, sitting.definition.committee.raw)

    def _marking_is_open(self, sitting: Sitting) -> bool:
        paper = sitting.state.paper
        return paper is not None and self._room.marks.is_open(paper.package_id)

    def _kept(self, package_id: str, kind: SecretKind) -> str | None:
        sealed = self._room.store.packages.sealed_identity(package_id, kind.value)
        if sealed is None:
            return None
        return self._room.identity.open_secret(sealed, _context(package_id, kind)).decode()

    def _keep(self, package_id: str, kind: SecretKind, text: str) -> None:
        """Into the room's safe first: a journal that says opened must never be without the identity."""
        sealed = self._room.identity.seal_secret(text.encode(), _context(package_id, kind))
        self._room.store.packages.keep_identity(package_id, kind.value, sealed, self._room.clock.now_ms())

    def _order(self, sitting: Sitting, command: Command) -> Outcome:
        try:
            verdict = sitting.by_room(command)
        except JournalError as error:
            return CeremonyRefused(CeremonyFault.NOT_STORED, type(error).__name__)
        if verdict.reason is None:
            return None
        return CeremonyRefused(Reason(verdict.reason), verdict.detail)

    def _package_status(self, sitting: Sitting, name: SetName, manifests: dict[str, Manifest]) -> PackageStatus:
        package_id = sitting.definition.package_of(name.value)
        row = self._room.staging.row(package_id)
        fault = manifest = None
        if row is None:
            fault = CeremonyFault.PACKAGE_MISSING.value
        else:
            try:
                manifest = manifests[name.value] = self._package(sitting, package_id).manifest
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


def _two(first: OfficerActor, second: OfficerActor | None, right: Right) -> CeremonyRefused | None:
    """Why these are not the two officers an act needs."""
    if not first.may(right) or (second is not None and not second.may(right)):
        return CeremonyRefused(CeremonyFault.NOT_ALLOWED)
    if second is None or first.officer_id == second.officer_id:
        return CeremonyRefused(CeremonyFault.TWO_OFFICERS)
    return None


def _may_be_open(sitting: Sitting, package_id: str) -> bool:
    """Whether the journal has this paper as opened all the same, or may have: then its identity must stay.

    Two forms sent at once cross here, and of a disk that failed nobody knows what it has written.
    """
    return sitting.stopped or any(one.package_id == package_id for one in sitting.state.unsealed.values())


def _paper_text(identity: str, sections: Mapping[str, str]) -> str:
    """What is kept of an opened paper: its identity, and each section's, so that a restart needs no package."""
    return canonical.encode({"paper": identity, "sections": dict(sections)}).decode()


def _sections_in(text: str) -> dict[str, str]:
    fields = Fields(canonical.decode(text.encode(), MAX_KEPT_BYTES), "kept paper")
    sections = fields.inner("sections")
    return {section_id: sections.text(section_id) for section_id in sections.names()}


def _context(package_id: str, kind: SecretKind) -> str:
    return f"package {package_id} {kind.value}"


def _marking_may_open(sitting: Sitting) -> bool:
    at_start = sitting.definition.rules.marking_opens is MarkingOpens.AT_START
    return at_start or sitting.state.stage is SittingStage.CLOSED


def _next_steps(sitting: Sitting, paper: SecretStatus | None, marking: SecretStatus | None) -> tuple[str, ...]:
    """What may be done now, in the order people do it."""
    state = sitting.state
    steps: list[str] = ["choose_set"] if state.stage is SittingStage.PREPARED else []
    if paper is not None and not paper.opened:
        steps.append("open_paper" if paper.ready else "enter_paper_share")
    if marking is not None and not marking.opened and state.paper is not None and _marking_may_open(sitting):
        steps.append("open_marking" if marking.ready else "enter_marking_share")
    begun = any(part is not PartStage.WAITING for part in state.parts)
    if state.chosen is SetName.PRIMARY and not begun and state.stage is not SittingStage.CLOSED:
        steps.append("switch_to_reserve")
    return tuple(steps)
