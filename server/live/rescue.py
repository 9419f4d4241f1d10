"""Answers carried by hand come into the journal: each record under its own stream key, as its kiosk would have sent it.

So it does not matter what came first, or how often: the committer gives a record it has seen its first verdict again. What
cannot be merged stays in the file, which the room keeps, encrypted as it came, with a report beside it.
"""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from question_bank import canonical
from question_bank.disk import replace_private
from server.domain.commands import KioskRecord
from server.domain.rescue_commands import RecordRescue
from server.domain.rescue_events import AnswersRescued, Carrier
from server.domain.sitting import ended
from server.domain.state import Attempt
from server.domain.too_soon import too_soon
from server.errors import JournalError
from server.live.rescue_codes import CodeDesk
from server.live.rescue_journal import Merged, compared, head_found, line_of
from server.live.rescue_opening import Opened, opened
from server.live.rescue_report import FORMAT, Kept, Line, Report, RescueFault
from server.live.sitting_service import Sitting
from server.protocol.messages import MAX_RECORDS, Outcome
from server.protocol.records import SignIn, read_record
from server.protocol.rescue import SUFFIX, RescueStream
from server.protocol.sequence import Place, place
from server.protocol.shape import Malformed
from server.store.batch import Delivery, Unreadable, Verdict

if TYPE_CHECKING:
    from server.live.room import Room

MAX_KEPT = 2_000  # files: every machine of the largest hall brought in six times
_MAX_REPORT_BYTES = 1 << 20
_COUNTED = {Outcome.ACCEPTED: "new", Outcome.LATE: "late", Outcome.CONFLICT: "conflict"}


def folder_of(directory: Path) -> Path:
    """Where the room in this folder keeps what was carried by hand."""
    return directory / "rescue"


def read_report(directory: Path, file_sha256: str) -> Report | None:
    """What became of one file, as the room in this folder wrote it down; None when it did not."""
    try:
        value = canonical.decode((folder_of(directory) / f"{file_sha256}.json").read_bytes(), _MAX_REPORT_BYTES)
    except (OSError, canonical.CanonicalError):
        return None
    report = Report.parse(value)
    return None if isinstance(report, Malformed) else report


class RescueDesk:
    """One per room: takes files in, keeps them, and knows what became of each. Safe from any green thread."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._folder = folder_of(room.directory)
        self._one_at_a_time = threading.Lock()
        self.codes = CodeDesk(self.take_in, room.port)

    # --- taking in ---

    def take_in(self, data: bytes, carrier: Carrier, officer_id: str) -> Report | RescueFault:
        """Merge a file, or say why nothing was done with it. May be repeated as often as one likes."""
        with self._one_at_a_time:
            return self._taken_in(data, carrier, officer_id)

    def _taken_in(self, data: bytes, carrier: Carrier, officer_id: str) -> Report | RescueFault:
        room = self._room
        machines = {machine.public_key: machine for machine in room.store.machines.everyone()}
        found = room.port.offload(lambda: opened(data, room.identity.rescue_identity, machines.get))
        if isinstance(found, RescueFault):
            return found
        before = self.report(found.sha256)
        if (refused := room.port.offload(partial(self._keep, found, data, before is None))) is not None:
            return refused
        report = self._merged(found, carrier, officer_id)
        if before is not None:
            report = replace(report, times=before.times + 1)
        self._note(report, first=before is None)
        kept = room.port.offload(partial(self._written, report))
        return report if kept else RescueFault.DISK

    def _keep(self, found: Opened, data: bytes, fresh: bool) -> RescueFault | None:
        """Put the file on the disk before anything is done with it: what is not merged is never dropped."""
        try:
            self._folder.mkdir(exist_ok=True, mode=0o700)
            if fresh and sum(1 for _ in self._folder.glob(f"*{SUFFIX}")) >= MAX_KEPT:
                return RescueFault.TOO_MANY
            replace_private(self._folder / f"{found.sha256}{SUFFIX}", data)
        except OSError:
            return RescueFault.DISK
        return None

    def _written(self, report: Report) -> bool:
        try:
            replace_private(self._folder / f"{report.file_sha256}.json", canonical.encode(report.wire()))
        except OSError:
            return False
        return True

    # --- what was taken in ---

    def report(self, file_sha256: str) -> Report | None:
        """What became of one file, as it was last brought in."""
        return read_report(self._room.directory, file_sha256)

    def reports(self) -> list[Report]:
        """What became of every file, the newest first."""
        names = [path.stem for path in self._folder.glob("*.json")]
        found = [report for name in names if (report := self.report(name)) is not None]
        return sorted(found, key=lambda report: report.taken_in_at_ms, reverse=True)

    def again(self, file_sha256: str, officer_id: str) -> Report | RescueFault | None:
        """Take in once more a file that is kept here: another sitting is served now, or there is space; None: not here."""
        report = self.report(file_sha256)
        if report is None:
            return None
        try:
            data = (self._folder / f"{file_sha256}{SUFFIX}").read_bytes()
        except OSError:
            return RescueFault.DISK
        return self.take_in(data, report.carrier, officer_id)

    # --- merging ---

    def _merged(self, found: Opened, carrier: Carrier, officer_id: str) -> Report:
        room, header = self._room, found.rescued.header
        sitting = room.sitting
        pairs = sorted(zip(header.streams, found.rescued.records, strict=True), key=lambda pair: pair[0].generation)
        if sitting is not None and sitting.sitting_id == header.sitting_id:
            lines = [self._line(sitting, found, stream, records) for stream, records in pairs]
            path: Path | None = sitting.journal_path
        else:
            path = self._journal_of(header.sitting_id)
            lines = room.port.offload(partial(compared, path, pairs))
        machine = found.machines[0]
        return Report(
            format=FORMAT,
            file_sha256=found.sha256,
            taken_in_at_ms=room.clock.now_ms(),
            officer_id=officer_id,
            carrier=carrier,
            kiosk_id=machine.machine_id,
            seat_label=machine.seat_label,
            build=header.build,
            sitting_id=header.sitting_id,
            head=room.port.offload(partial(head_found, path, header.head)),
            lines=tuple(lines),
        )

    def _line(self, sitting: Sitting, found: Opened, stream: RescueStream, records: Sequence[bytes]) -> Line:
        attempt, at = _signed_in(sitting, stream.source)
        if attempt is None:
            return line_of(stream, None, Merged({"kept": len(records)}, Kept.UNKNOWN_SIGN_IN), 0)
        if not at & found.kiosk_ids:
            return line_of(stream, attempt, Merged({"kept": len(records)}, Kept.OTHER_MACHINE), 0)
        merged = self._delivered(sitting, stream, records)
        after = sitting.attempt(attempt.attempt_id)
        return line_of(stream, attempt, merged, 0 if after is None else _changed(attempt, after))

    def _delivered(self, sitting: Sitting, stream: RescueStream, records: Sequence[bytes]) -> Merged:
        """Give the committer every record in order, up to the first that cannot be stored here."""
        counts: Counter[str] = Counter()
        done = 0
        for start in range(0, len(records), MAX_RECORDS):
            part = records[start : start + MAX_RECORDS]
            deliveries = list(_judgeable(sitting, stream.source, stream.first_seq + start, part))
            try:
                judged = sitting.submit(deliveries) if deliveries else []
            except JournalError:  # the journal's own disk: the console says so in its largest letters
                return Merged({**counts, "kept": len(records) - done}, Kept.NOT_STORED)
            for verdict in judged:
                if verdict.seq == 0:
                    why = Kept.GAP if verdict.verdict is Outcome.GAP else Kept.ENDED
                    return Merged({**counts, "kept": len(records) - done}, why)
                counts[_counted(verdict)] += 1
                done += 1
            if len(deliveries) < len(part):
                return Merged({**counts, "kept": len(records) - done}, Kept.NOT_STARTED)
        return Merged(counts)

    def _note(self, report: Report, first: bool) -> None:
        """A fact in the journal for each outbox that was brought in; once, and whenever it brought something new."""
        sitting = self._room.sitting
        if sitting is None or sitting.sitting_id != report.sitting_id or ended(sitting.state):
            return
        for line in report.lines:
            fresh = line.new + line.late + line.refused + line.conflict
            if line.candidate_id is not None and (fresh or first):
                with contextlib.suppress(JournalError):  # the report says what was not stored
                    sitting.by_room(RecordRescue(_fact(report, line)))

    def _journal_of(self, sitting_id: str) -> Path | None:
        """The journal of a sitting this room has, served or not."""
        if self._room.store.sittings.by_id(sitting_id) is None:
            return None
        path = self._room.directory / "sittings" / f"{sitting_id}.journal.sqlite"
        return path if path.exists() else None


def _judgeable(sitting: Sitting, source: str, first: int, records: Sequence[bytes]) -> Iterator[Delivery]:
    """The deliveries, up to the first that would get a final verdict too early."""
    stream = sitting.stream(bytes.fromhex(source))
    for seq, text in enumerate(records, first):
        command = _command(sitting, source, seq, text)
        seen = place(stream, seq) is Place.SEEN
        if isinstance(command, KioskRecord) and not seen and too_soon(sitting.state, command.record, source):
            return
        yield Delivery(bytes.fromhex(source), seq, text, command)


def _signed_in(sitting: Sitting, source: str) -> tuple[Attempt | None, frozenset[str]]:
    """Whose outbox it is, and the machine where they signed in, also where only another history knows of that sign-in."""
    beside = sitting.state.standby
    if source in beside.seats:
        return sitting.attempt(beside.seats[source]), frozenset({beside.kiosks[source]})
    attempt_id, generation = sitting.state.by_source.get(source, ("", 0))
    attempt = sitting.attempt(attempt_id)
    seatings = () if attempt is None else attempt.seatings
    return attempt, frozenset(one.kiosk_id for one in seatings if one.generation == generation)


def _command(sitting: Sitting, source: str, seq: int, text: bytes) -> KioskRecord | Unreadable:
    """What a record asks for, exactly as the kiosk's channel reads it."""
    record = read_record(text)
    match record:
        case Malformed(where, why):
            return Unreadable(f"{where}: {why}"[:400])
        case SignIn():
            return Unreadable("a sign-in is never kept on a kiosk")
        case _:
            return KioskRecord(record, source, seq, sitting.not_before_ms(source))


def _counted(verdict: Verdict) -> str:
    if verdict.verdict is not Outcome.CONFLICT and not verdict.events:
        return "known"  # judged when it came before, by whatever way
    return _COUNTED.get(verdict.verdict, "refused")


def _changed(before: Attempt, after: Attempt) -> int:
    """Items whose effective answer is another one."""
    changed = 0
    for index, part in after.parts.items():
        old = before.parts[index].responses if index in before.parts else {}
        new = part.responses
        changed += sum(old.get(item) != new.get(item) for item in old.keys() | new.keys())
    return changed


def _fact(report: Report, line: Line) -> AnswersRescued:
    return AnswersRescued(
        attempt_id=line.attempt_id,
        generation=line.generation,
        source=line.source,
        kiosk_id=report.kiosk_id,
        seat_label=report.seat_label,
        file_sha256=report.file_sha256,
        carrier=report.carrier,
        known=line.known,
        new=line.new,
        late=line.late,
        refused=line.refused + line.conflict,
        kept=line.kept,
        officer_id=report.officer_id,
    )
