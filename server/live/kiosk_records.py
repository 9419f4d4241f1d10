"""What a candidate's kiosk delivers, turned into one call of the sitting: signing in, and the records of an outbox."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeGuard

from server.domain.commands import KioskRecord, SeatCandidate
from server.domain.pairing import MachineKind
from server.domain.too_soon import too_soon
from server.live.kiosk_session import KioskSession
from server.live.sign_in import SignInGuard
from server.protocol.messages import (
    Denial,
    Denied,
    Outcome,
    Records,
    RecordsAck,
    RecordVerdict,
    SignInAck,
    SignInMessage,
)
from server.protocol.records import ResumeWork, SignIn, read_record
from server.protocol.seat_sheet import SheetAck, SignedSheet
from server.protocol.sequence import Place, place
from server.protocol.shape import Malformed
from server.store.batch import Delivery, Unreadable, Verdict

if TYPE_CHECKING:
    from server.live.kiosk_push import Pusher
    from server.live.room import Room
    from server.live.sitting_service import Sitting

_ATTEMPT_ID_BYTES = 10  # 80 bits: never drawn twice in a room's life


class RecordDesk:
    """Takes deliveries for the channel. Raises NotStored and CommitterStopped, which the channel turns into answers."""

    def __init__(self, room: Room, pusher: Pusher) -> None:
        self._room = room
        self._pusher = pusher
        self._guard = SignInGuard()
        self._waiting: dict[
            str, KioskRecord
        ] = {}  # machine → its first record that waits for a start; bound: the machines

    def ask_again(self, drop: Callable[[str], None]) -> None:
        """Hang up on the machines whose records wait no longer: they send them when they connect anew."""
        sitting = self._room.sitting
        for machine_id, command in tuple(self._waiting.items()):
            if sitting is None or not too_soon(sitting.state, command.record, command.source):
                self._waiting.pop(machine_id, None)
                if (connection := self._room.presence.connection_of(machine_id)) is not None:
                    drop(connection)

    def sign_in(self, session: KioskSession, message: SignInMessage) -> SignInAck | Denied:
        """A candidate claims an attempt: record 1 of a new outbox."""
        sitting, machine = self._room.sitting, session.machine
        if sitting is None or machine is None:
            return Denied(Denial.NO_SITTING)
        if machine.kind is not MachineKind.KIOSK:
            return Denied(Denial.WRONG_SOURCE, hint="a console carries no candidate")
        text = message.message.encode()
        command = self._seating(sitting, session, message.source, text)
        if isinstance(command, Denied):
            return command
        verdict = sitting.submit([Delivery(bytes.fromhex(message.source), 1, text, command)])[0]
        situation = self._pusher.situation(machine.machine_id, machine.seat_label)
        return SignInAck(ok=True, verdict=_wire(1, verdict), situation=situation)

    def records(self, session: KioskSession, message: Records) -> RecordsAck | Denied:
        """Records of one outbox, in order: each gets its one durable verdict, up to the first gap."""
        sitting, machine = self._room.sitting, session.machine
        if sitting is None or machine is None:
            return Denied(Denial.NO_SITTING)
        if not _is_its_own(sitting, machine.machine_id, message):
            return Denied(Denial.WRONG_SOURCE, hint="no sign-in on this machine began this outbox")
        source = bytes.fromhex(message.source)
        deliveries: list[Delivery] = []
        for one in message.records:
            text = one.message.encode()
            command = self._command(sitting, session, message.source, one.seq, text)
            if isinstance(command, Denied):
                return command
            if _waits(command, sitting, one.seq):
                self._waiting[machine.machine_id] = command
                break  # a verdict would be for good: it gets none, and the machine keeps it
            deliveries.append(Delivery(source, one.seq, text, command))
        verdicts = sitting.submit(deliveries) if deliveries else []
        self._room.presence.acknowledged(machine.machine_id)
        judged = tuple(zip(message.records, verdicts, strict=False))
        gap = next((one.seq for one, found in judged if _gap(found)), None)
        known = [_wire(one.seq, found) for one, found in judged if not _gap(found)]
        held = sitting.stream(source).contiguous
        return RecordsAck(ok=True, verdicts=tuple(known), contiguous=held, gap_at=None if gap is None else held + 1)

    def sheet(self, session: KioskSession, message: SignedSheet) -> SheetAck | Denied:
        """A machine shows a seat sheet that it kept."""
        machine = session.machine
        if self._room.sitting is None or machine is None:
            return Denied(Denial.NO_SITTING)
        outcome, reason = self._room.sheets.shown(machine, message)
        situation = self._pusher.situation(machine.machine_id, machine.seat_label)
        return SheetAck(True, outcome, reason, situation)

    def _command(
        self, sitting: Sitting, session: KioskSession, source: str, seq: int, text: bytes
    ) -> KioskRecord | SeatCandidate | Unreadable | Denied:
        record = read_record(text)
        match record:
            case Malformed(where, why):
                return Unreadable(f"{where}: {why}"[:400])
            case SignIn():
                # A server that lost nothing never sees this; one restored from a copy takes the sign-in again.
                return self._seating(sitting, session, source, text)
            case _:
                heard_ms = None
                if isinstance(record, ResumeWork) and session.machine is not None:
                    heard_ms = self._room.presence.hearing.before_ms(session.machine.machine_id, session.connection)
                return KioskRecord(record, source, seq, sitting.not_before_ms(source), heard_ms)

    def _seating(self, sitting: Sitting, session: KioskSession, source: str, text: bytes) -> SeatCandidate | Denied:
        """The command of a sign-in, its access code checked; a delivery judged before is not checked again."""
        record, machine = read_record(text), session.machine
        if not isinstance(record, SignIn) or machine is None:
            return Denied(Denial.MALFORMED, hint="message: a sign_in/1 record is needed")
        room, now_ms = self._room, self._room.clock.now_ms()
        if place(sitting.stream(bytes.fromhex(source)), 1) is Place.SEEN:
            return SeatCandidate("", "", machine.machine_id, machine.seat_label, source)
        if (waiting := self._guard.waiting(machine.machine_id, record.sbd, now_ms)) is not None:
            return waiting
        candidates = room.store.candidates
        found = candidates.check_code(room.identity.access_code_key, sitting.sitting_id, record.sbd, record.code)
        if found is None:
            return self._guard.wrong(machine.machine_id, record.sbd, now_ms)
        self._guard.right(machine.machine_id, record.sbd)
        attempt_id = "a" + secrets.token_hex(_ATTEMPT_ID_BYTES)
        return SeatCandidate(found.candidate_id, attempt_id, machine.machine_id, machine.seat_label, source)


def _is_its_own(sitting: Sitting, machine_id: str, message: Records) -> bool:
    """Whether a sign-in on this machine began the outbox, or begins it here: nobody fills the journal with others."""
    found, beside = sitting.state.by_source.get(message.source), sitting.state.standby.kiosks.get(message.source)
    if beside is not None:
        return beside == machine_id
    if found is None:
        first = message.records[0] if message.records else None
        return first is not None and first.seq == 1 and isinstance(read_record(first.message.encode()), SignIn)
    attempt = sitting.attempt(found[0])
    seatings = () if attempt is None else attempt.seatings
    return any(one.generation == found[1] and one.kiosk_id == machine_id for one in seatings)


def _waits(command: KioskRecord | SeatCandidate | Unreadable, sitting: Sitting, seq: int) -> TypeGuard[KioskRecord]:
    """Whether this record is not judged yet, and cannot be."""
    if not isinstance(command, KioskRecord) or place(sitting.stream(bytes.fromhex(command.source)), seq) is Place.SEEN:
        return False
    return too_soon(sitting.state, command.record, command.source)


def _gap(verdict: Verdict) -> bool:
    return verdict.verdict is Outcome.GAP


def _wire(seq: int, verdict: Verdict) -> RecordVerdict:
    return RecordVerdict(
        seq, verdict.verdict, verdict.reason, verdict.epoch, verdict.seq,
        verdict.hash.hex() if verdict.seq else None, verdict.copies,
    )  # fmt: skip
