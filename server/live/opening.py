"""The opening desk: which set, whose shares, and the moment a sealed part becomes readable in this room.

Shares never leave the boxes below; an opened identity is kept only sealed under the room's own key. Every step that
fails gives its own named fault and leaves the room as it was.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from question_bank import custody
from question_bank.custody import CustodyError, SecretKind
from question_bank.sealed import Package, SealError
from question_bank.sealed_manifest import Manifest
from server.domain.commands import ChooseSet, Command, RecordIncident, RecordUnsealing
from server.domain.hall_commands import CallOffSwitch, SwitchToReserve
from server.domain.reasons import Reason
from server.domain.reserve_acts import has_begun
from server.domain.rights import Right
from server.domain.values import HowChosen, IncidentCategory, Opening, SetName, SittingStage
from server.errors import CommitterStopped, JournalError
from server.live.actors import OfficerActor
from server.live.ceremony import (
    CeremonyFault,
    CeremonyRefused,
    CeremonyStatus,
    ShareBox,
    ShareTaken,
)
from server.live.ceremony_status import ceremony_status, marking_may_open
from server.live.marking_papers import marking_is_readable, marking_package
from server.live.safe import Safe
from server.live.unsealing import unsealed_marking, unsealed_paper
from server.protocol.hall import ClockRule

if TYPE_CHECKING:
    from server.live.room import Room
    from server.live.sitting_service import Sitting

_RIGHTS = {SecretKind.PAPER: Right.OPEN_PAPER, SecretKind.MARKING: Right.OPEN_MARKING}

Outcome: TypeAlias = CeremonyRefused | None


class OpeningDesk:
    """One per room, for its active sitting. Safe to call from any thread: each act is one call of the committer."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._boxes: dict[tuple[str, SecretKind], ShareBox] = {}
        self._identities: dict[str, dict[str, str]] = {}  # by package, by section: what kiosks need when a part opens
        self._restored: list[Callable[[], None]] = []
        self.safe = Safe(room.identity, room.store.packages, room.clock.now_ms)

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

    def switch_to_reserve(
        self, first: OfficerActor, second: OfficerActor | None, reason: str, clock: ClockRule = ClockRule.FULL,
        least_ms: int = 0,
    ) -> Outcome:  # fmt: skip
        """Take the reserve set instead, by two officers and with a reason; its own shares are asked for next.

        `clock`, `least_ms`: the rule for the clocks of a part that has begun; it stands still from now on.
        """
        sitting = self._room.sitting
        if sitting is None:
            return CeremonyRefused(CeremonyFault.NO_SITTING)
        refused = _two(first, second, Right.CHOOSE_SET)
        if refused is not None or second is None:
            return refused
        command: Command = ChooseSet(
            SetName.RESERVE, HowChosen.RESERVE, None, reason.strip(), first.officer_id, second.officer_id
        )
        if has_begun(sitting.state):
            command = SwitchToReserve(reason.strip(), clock, least_ms, (first.officer_id, second.officer_id))
        return self._order(sitting, command)

    def call_off_switch(self, first: OfficerActor, second: OfficerActor | None, reason: str) -> Outcome:
        """Go back to the set of before, while nobody was given the reserve's paper."""
        sitting = self._room.sitting
        if sitting is None:
            return CeremonyRefused(CeremonyFault.NO_SITTING)
        refused = _two(first, second, Right.CHOOSE_SET)
        if refused is not None or second is None:
            return refused
        self.forget_shares()
        return self._order(sitting, CallOffSwitch(reason.strip(), (first.officer_id, second.officer_id)))

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

        known = sitting.state.paper  # recorded as opened, but its identity is not here any more
        shares, now_ms = box.shares(), self._room.clock.now_ms()
        try:
            package = self._package(sitting, box.manifest.package_id)
            package.check_time(now_ms, override=early is not None or known is not None)
            identity, sections, plans = self._room.port.offload(partial(unsealed_paper, package, shares, now_ms))
        except (SealError, CustodyError) as error:
            return CeremonyRefused(error.code, error.evidence)
        package_id, bodies = package.manifest.package_id, tuple(sorted(custody.bodies(shares, box.custody)))
        officers = (first.officer_id, second.officer_id)
        if known is None:
            set_name = SetName(package.manifest.set_name)
            command = RecordUnsealing(package_id, package.manifest_sha256, set_name, plans, bodies, officers, early)
            refused = self._record_paper(sitting, command, identity, sections)
        else:
            refused = self._note_again(sitting, package, bodies, officers)
            if refused is None:
                self.safe.keep_paper(package_id, identity, sections)
        if refused is not None:
            return refused
        self._identities[package_id] = sections
        self._wipe(box)
        for listener in tuple(self._restored) if known is not None else ():
            listener()
        return None

    def _record_paper(
        self, sitting: Sitting, command: RecordUnsealing, identity: str, sections: Mapping[str, str]
    ) -> Outcome:
        """Into the safe first: a journal that says opened must not be without the identity."""
        self.safe.keep_paper(command.package_id, identity, sections)
        refused = self._order(sitting, command)
        if refused is not None and not _may_be_open(sitting, command.package_id):
            self.safe.forget(command.package_id, SecretKind.PAPER)
        return refused

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
        package_id, bodies = package.manifest.package_id, tuple(sorted(custody.bodies(shares, box.custody)))
        officers = (first.officer_id, second.officer_id)
        if self._room.marks.is_open(package_id):
            refused = self._note_again(sitting, package, bodies, officers)
            if refused is not None:
                return refused
        self.safe.keep_marking(package_id, identity)
        refused = self._take_marking(package, identity, officers, bodies)
        if refused is None:
            self._wipe(box)
        return refused

    def _take_marking(
        self, package: Package, identity: str, officers: tuple[str, str], bodies: tuple[str, ...]
    ) -> Outcome:
        """Have the marks begin; when they do not, the identity goes, unless the journal may hold the opening."""
        package_id = package.manifest.package_id
        try:
            found = self._room.marks.open_marking(package, identity, officers, bodies)
            refused = None if found is None else CeremonyRefused(found.reason, found.detail)
        except CommitterStopped as error:
            return CeremonyRefused(CeremonyFault.NOT_STORED, type(error).__name__)
        except JournalError as error:
            refused = CeremonyRefused(CeremonyFault.NOT_STORED, type(error).__name__)
        if refused is not None and not self._room.marks.is_open(package_id):
            self.safe.forget(package_id, SecretKind.MARKING)
        return refused

    def _note_again(
        self, sitting: Sitting, package: Package, bodies: tuple[str, ...], officers: tuple[str, str]
    ) -> Outcome:
        """Note that what the journal has as opened is opened once more, since the safe has lost it: no second unsealing.

        After the sitting's end its journal takes nothing, and the room's log alone says so.
        """
        package_id = package.manifest.package_id
        known = {one.package_id: one.manifest_sha256 for one in sitting.state.unsealed.values()}
        if known.get(package_id) != package.manifest_sha256:
            return CeremonyRefused(Reason.WRONG_PACKAGE, package_id)
        self._room.log("opened_again", package_id=package_id, first=officers[0], second=officers[1])
        if sitting.state.stage is SittingStage.CLOSED:
            return None
        note = " · ".join((package_id, *bodies, officers[1]))
        return self._order(sitting, RecordIncident(None, IncidentCategory.PAPER, note, officers[0]))

    # --- afterwards -------------------------------------------------------------------------------------------------

    def on_restored(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Hear that a paper which is in use can be read here again, until the returned function is called."""
        self._restored.append(listener)
        return lambda: self._restored.remove(listener)

    def is_readable(self, sitting: Sitting) -> bool:
        """Whether kiosks can be given the chosen paper: it was opened, and its identity is here."""
        paper = sitting.state.paper
        return paper is not None and paper.package_id in self._identities

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
            kept = self.safe.sections(unsealed.package_id)
            if kept is not None:
                self._identities[unsealed.package_id] = kept

    def status(self) -> CeremonyStatus | None:
        """What the ceremony's page shows; None without a sitting."""
        sitting = self._room.sitting
        if sitting is None:
            return None
        opened = {
            SecretKind.PAPER: self.is_readable(sitting),
            SecretKind.MARKING: self._marking_is_readable(sitting),
        }
        return ceremony_status(self._room, sitting, self._box_of, opened)

    # --- inside -----------------------------------------------------------------------------------------------------

    def _box(self, kind: SecretKind) -> ShareBox | CeremonyRefused:
        """The box for the chosen set's secret, when its shares may be entered now."""
        sitting = self._room.sitting
        if sitting is None:
            return CeremonyRefused(CeremonyFault.NO_SITTING)
        state = sitting.state
        if state.chosen is None:
            return CeremonyRefused(Reason.SET_NOT_CHOSEN)
        if kind is SecretKind.PAPER and self.is_readable(sitting):
            return CeremonyRefused(CeremonyFault.ALREADY_OPEN)
        if kind is SecretKind.MARKING:
            if self._marking_is_readable(sitting):
                return CeremonyRefused(CeremonyFault.ALREADY_OPEN)
            if state.paper is None:
                return CeremonyRefused(CeremonyFault.PAPER_FIRST)
            if not marking_may_open(sitting):
                return CeremonyRefused(CeremonyFault.CLOSE_FIRST)
        try:
            package_id = sitting.definition.package_of(state.chosen.value)
            if kind is SecretKind.MARKING:
                package_id = marking_package(self._room, sitting) or package_id
            manifest = self._package(sitting, package_id).manifest
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

    def _marking_is_readable(self, sitting: Sitting) -> bool:
        return marking_is_readable(self._room, sitting)

    def _order(self, sitting: Sitting, command: Command) -> Outcome:
        try:
            verdict = sitting.by_room(command)
        except JournalError as error:
            return CeremonyRefused(CeremonyFault.NOT_STORED, type(error).__name__)
        if verdict.reason is None:
            return None
        return CeremonyRefused(Reason(verdict.reason), verdict.detail)


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
