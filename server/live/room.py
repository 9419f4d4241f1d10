"""The room: the one object that pages and channels are given. It composes the parts; each part holds its own rules."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import BinaryIO

from question_bank.canonical import encode
from question_bank.disk import lasting_folder
from question_bank.phrase import phrase
from server.domain.commands import OfficerCommand, StartPart
from server.domain.events import KINDS
from server.domain.reasons import Reason, Refused
from server.domain.rights import TWO_OFFICERS, right_for
from server.domain.roster import Entry
from server.domain.values import SittingStage
from server.errors import ExamRoomError, RoomError
from server.identity import RoomIdentity
from server.live.actors import OfficerActor
from server.live.backups import Backups
from server.live.clock import RoomClock
from server.live.definition import DefinitionProblem, SittingDefinition, prepare_command, read_definition
from server.live.marks import MarkDesk
from server.live.opening import OpeningDesk
from server.live.pairing import PairingDesk
from server.live.plain import arranged, plain
from server.live.presence import Presence
from server.live.readiness_desk import ReadinessDesk
from server.live.replaying import ReplayDesk
from server.live.rescue import RescueDesk
from server.live.rescue_inbox import RescueInbox
from server.live.room_time import RoomTime
from server.live.rounds import Rounds
from server.live.runs import RunFiles
from server.live.settled import MAY_BE_MARKED
from server.live.sheets import SheetDesk
from server.live.sitting_service import Sitting, SittingBatch
from server.live.staging import ImportRefused, StagedFiles, StagingDesk
from server.live.standby.handover import Handover
from server.live.standby.recovery import take_in_all
from server.live.standby.side import StandbySide
from server.live.transport import Gate
from server.logs import RoomLog
from server.protocol.situation import PackageOffer, Stage
from server.role import ALONE, Standing
from server.store.async_port import AsyncPort
from server.store.batch import Delivery, Verdict, turned_away
from server.store.journal import Journal
from server.store.packages import PackageRow
from server.store.room import RoomStore
from server.store.view_keeper import ViewKeeper

Listener = Callable[[SittingBatch], None]


class Room:
    """One per process. `start` adopts the active sitting; `stop` finishes what is queued and lets go of the files."""

    backups: Backups | None = None  # while the room is copied to a stick

    def __init__(
        self, directory: Path, identity: RoomIdentity, store: RoomStore, clock: RoomClock, pairing: PairingDesk,
        port: AsyncPort, log: RoomLog, room_version: str, standing: Standing = ALONE,
    ) -> None:  # fmt: skip
        self.directory = directory
        self.identity = identity
        self.store = store
        self.clock = clock
        self.pairing = pairing
        self.port = port
        self.log = log
        self.version = room_version
        self.standby = StandbySide(self, standing)
        self.presence = Presence(clock.now_ms)
        self.gate = Gate()  # of the listener that machines come to
        self.staging = StagingDesk(
            directory / "packages",
            store.packages,
            room_version,
            clock.now_ms,
            port.offload,
            self._definitions,
            self._is_pinned,
        )
        runs = RunFiles(self.presence, lambda: self.sitting, port.offload)
        self.files = StagedFiles(self.presence, self.staging, self.definition, runs)
        self.opening = OpeningDesk(self)
        self.marks = MarkDesk(self)
        self.runs = ReplayDesk(self)
        self.time = RoomTime(self)
        self.rescue = RescueDesk(self)
        self.sheets = SheetDesk(self)
        self._inbox = RescueInbox(self.rescue, self.port, directory, self.fault)
        self.readiness = ReadinessDesk(self, self._definitions)
        self.open_journal: Callable[[Path], Journal] = Journal.open  # of a sitting; a rehearsal may break it on purpose
        self.sitting: Sitting | None = None
        self.views: ViewKeeper | None = None  # of the sitting's journal
        self.faults: dict[str, int] = {}  # which of the room's own loops last failed, and when; consoles show it
        self.last_beat_ms: int | None = None  # room time at the last heartbeat of the run before this one
        self._stage: Stage | None = None  # as last read; every situation of every kiosk shows it
        self._rounds = Rounds(self)
        self._listeners: list[Listener] = []
        self._changes: list[Callable[[], None]] = []
        self._lock = threading.RLock()

    # --- life ---

    def start(self) -> None:
        """Adopt the active sitting, if there is one, and begin the rounds.

        Raises JournalError, DatabaseError or IdentityError when what is on disk cannot be trusted.
        """
        active = self.store.sittings.active()
        if active is not None:
            self._adopt(_stored(active.definition), self.last_beat_ms)
        self._rounds.start()
        self._inbox.start()
        self.standby.link.start()

    def stop(self) -> None:
        """Stop the rounds, finish what is queued, close the journals."""
        self._inbox.stop()
        self._rounds.stop()
        with self._lock:
            self._let_go()
        self.standby.link.stop()  # last: what was committed at the end goes there too

    # --- sittings ---

    def definition(self) -> SittingDefinition | None:
        """The active sitting's definition."""
        sitting = self.sitting
        return None if sitting is None else sitting.definition

    def add_sitting(self, text: str, added_by: str) -> SittingDefinition | list[DefinitionProblem] | Refused:
        """Take in a sitting file; the first one becomes active. One that is prepared is never changed any more."""
        found = read_definition(text)
        if isinstance(found, list):
            return found
        known = self.store.sittings.by_id(found.sitting_id)
        if known is not None and known.definition != text and self._is_prepared(found.sitting_id):
            return Refused(Reason.ALREADY_PREPARED, found.sitting_id)
        self.store.sittings.put(found.sitting_id, found.contest_id, text, self.clock.now_ms(), added_by)
        active = self.store.sittings.active()
        if active is None or active.sitting_id == found.sitting_id:
            return self.activate(found.sitting_id) or found
        return found

    def activate(self, sitting_id: str) -> Refused | None:
        """Make this the sitting that kiosks are in; refused while a part is open, since its answers have nowhere else.

        Raises RoomError when it is not known, JournalError and the like.
        """
        row = self.store.sittings.by_id(sitting_id)
        if row is None:
            raise RoomError(
                phrase("there is no sitting %(sitting)s", sitting=sitting_id), hint=phrase("Add its file first.")
            )
        with self._lock:
            if self.sitting is not None and self.sitting.state.open_part is not None and not self.sitting.stopped:
                return Refused(Reason.PART_STILL_OPEN, self.sitting.sitting_id)
            self._let_go()
            self.store.sittings.activate(sitting_id)
            self._adopt(_stored(row.definition))
        self.changed()
        return None

    def prepare(self, officer_id: str) -> Refused | None:
        """Take the active sitting into its journal, once both its packages are here."""
        sitting = self.sitting
        if sitting is None:
            return Refused(Reason.NOT_PREPARED)
        rows = [self.store.packages.by_id(package_id) for package_id in sitting.definition.package_ids]
        primary, reserve = rows
        if primary is None or reserve is None:
            return Refused(Reason.NOT_PREPARED, "a package is missing")
        command = prepare_command(sitting.definition, primary.manifest_sha256, reserve.manifest_sha256, officer_id)
        verdict = sitting.by_room(command)
        return None if verdict.reason is None else Refused(Reason(verdict.reason), verdict.detail)

    def import_package(self, content: BinaryIO, imported_by: str) -> PackageRow | ImportRefused:
        """Take in a sealed package (a binary stream); with the second one, the active sitting is prepared."""
        row = self.staging.import_file(content, imported_by)
        if isinstance(row, PackageRow):
            self._prepare_if_complete(imported_by)
            if self.sitting is not None:
                self.marks.reload(self.sitting)
            self.changed()
        return row

    # --- asking ---

    def order(
        self, officer: OfficerActor, source: bytes, source_seq: int, command: OfficerCommand,
        second: OfficerActor | None = None, message: bytes | None = None,
    ) -> Verdict:  # fmt: skip
        """An officer's command: the role's right first, then the sitting decides. Raises NotStored, CommitterStopped.

        `source` is a random id of the officer's page (16 bytes), `source_seq` counts from 1 there. `message`: the
        bytes that asked for it, when the command holds something drawn here (a seed); else it is made from the command.
        """
        sitting, right = self.sitting, right_for(command)
        allowed = officer.may(right) and (second is None or second.may(right))
        if not allowed or sitting is None:
            return turned_away(Reason.NOT_PREPARED if allowed else Reason.NOT_ALLOWED)
        if right in TWO_OFFICERS and (second is None or second.officer_id == officer.officer_id):
            return turned_away(Reason.SECOND_OFFICER_NEEDED)
        if isinstance(command, StartPart) and not self.opening.is_readable(sitting):
            return turned_away(Reason.NOT_UNSEALED)  # recorded as opened or not: no kiosk could be given the paper
        if message is None:
            message = encode({"what": type(command).__name__, "command": plain(command)})
        if isinstance(command, StartPart):
            command = arranged(command, self.store.candidates.of_sitting(sitting.sitting_id))
        command = self.readiness.informed(sitting, command)
        return sitting.submit([Delivery(source, source_seq, message, command)])[0]

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Hear every commit of the active sitting, on the hub, until the returned function is called."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def on_change(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Hear that something changed for every kiosk: another sitting, a package, the roster."""
        self._changes.append(listener)
        return lambda: self._changes.remove(listener)

    def changed(self) -> None:
        """Tell everybody that something outside the journal changed (the web calls this after a roster import)."""
        self._stage = None
        for listener in tuple(self._changes):
            listener()

    def witness(self, kiosk_id: str, estimate_at_ms: int) -> None:
        """What a kiosk believes room time to be."""
        self._rounds.witness(kiosk_id, estimate_at_ms)

    def fault(self, where: str, error: Exception) -> None:
        """One of the room's own loops met something nobody foresaw: it goes on, and both log and consoles say so."""
        self.log.failure("room_fault", error, where=where)
        self.faults[where] = self.clock.now_ms()

    # --- for views ---

    def entry(self, candidate_id: str) -> Entry | None:
        """The roster's entry of a candidate."""
        found = self.store.candidates.by_id(candidate_id)
        return None if found is None else found.entry

    def stage(self) -> Stage:
        """Which sealed packages every kiosk fetches now."""
        if self._stage is None:
            self._stage = self._read_stage()
        return self._stage

    # --- inside ---

    def _read_stage(self) -> Stage:
        definition = self.definition()
        if definition is None:
            return Stage(None, ())
        rows = (self.store.packages.by_id(package_id) for package_id in definition.package_ids)
        offers = tuple(
            PackageOffer(row.package_id, row.size_bytes, row.sha256.hex(), f"/kiosk/package/{row.package_id}")
            for row in rows if row is not None
        )  # fmt: skip
        return Stage(definition.committee.line().strip(), offers)

    def _adopt(self, definition: SittingDefinition, last_beat_ms: int | None = None) -> None:
        folder = self.directory / "sittings"
        lasting_folder(folder)
        path = folder / f"{definition.sitting_id}.journal.sqlite"
        journal = self.open_journal(path)
        mirror = self.standby.mirror(path)
        sitting = Sitting(definition, journal, self.clock.now_ms, self.port, self._committed, mirror)
        warm = self.standby.handover.warm.get(f"sittings/{path.name}")
        sitting.start(last_beat_ms, warm, self.standby.standing.epoch)
        self.standby.handover = Handover()
        self.sitting = sitting
        self.log("sitting_adopted", sitting_id=definition.sitting_id, epoch=sitting.epoch, seq=sitting.head.seq)
        try:
            self.time.adopt(sitting)
            take_in_all(self, sitting)
            self.opening.restore(sitting)
            self.marks.start(sitting)
            self._prepare_if_complete("cli")
        except ExamRoomError:
            self._let_go()
            raise
        path = self.directory / "views" / f"{definition.sitting_id}.views.sqlite"
        told = partial(self.log.failure, "views_stand_still")
        self.views = ViewKeeper(path, sitting.journal_path, KINDS, self.port, told)
        self.views.start()

    def _let_go(self) -> None:
        sitting, self.sitting, self._stage = self.sitting, None, None
        self.opening.forget_shares()
        self.marks.stop()
        if self.views is not None:
            self.views.stop()
            self.views = None
        if sitting is not None:
            sitting.stop()
            self.standby.link.let_go(sitting.journal_path)

    def _prepare_if_complete(self, by: str) -> None:
        sitting = self.sitting
        if sitting is not None and sitting.state.stage is SittingStage.ABSENT:
            self.prepare(by)

    def _committed(self, batch: SittingBatch) -> None:
        for listener in tuple(self._listeners):
            listener(batch)
        if any(isinstance(entry.event, MAY_BE_MARKED) for entry in batch.entries):
            self.marks.wake()

    def _definitions(self) -> list[SittingDefinition]:
        return [_stored(row.definition) for row in self.store.sittings.everyone()]

    def _is_prepared(self, sitting_id: str) -> bool:
        """Whether the sitting's journal holds its definition; only the active one is open, another has its file."""
        sitting = self.sitting
        if sitting is not None and sitting.sitting_id == sitting_id:
            return sitting.state.stage is not SittingStage.ABSENT
        return (self.directory / "sittings" / f"{sitting_id}.journal.sqlite").exists()

    def _is_pinned(self, package_id: str) -> bool:
        return any(self._is_prepared(one.sitting_id) for one in self._definitions() if package_id in one.package_ids)


def _stored(text: str) -> SittingDefinition:
    found = read_definition(text)
    if isinstance(found, list):
        raise RoomError(
            phrase("a stored sitting file no longer reads"), hint=phrase("It was written by another version.")
        )
    return found
