"""What a candidate's kiosk delivers, turned into one call of the sitting: signing in, and the records of an outbox."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from server.domain.commands import KioskRecord, SeatCandidate
from server.domain.pairing import MachineKind
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
from server.protocol.records import SignIn, read_record
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
            deliveries.append(Delivery(source, one.seq, text, command))
        verdicts = sitting.submit(deliveries)
        self._room.presence.acknowledged(machine.machine_id)
        gap = next((one.seq for one, found in zip(message.records, verdicts, strict=True) if _gap(found)), None)
        known = [_wire(one.seq, found) for one, found in zip(message.records, verdicts, strict=True) if not _gap(found)]
        held = sitting.stream(source).contiguous
        return RecordsAck(ok=True, verdicts=tuple(known), contiguous=held, gap_at=None if gap is None else held + 1)

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
                return KioskRecord(record, source, seq, sitting.not_before_ms(source))

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
    found = sitting.state.by_source.get(message.source)
    if found is None:
        first = message.records[0] if message.records else None
        return first is not None and first.seq == 1 and isinstance(read_record(first.message.encode()), SignIn)
    attempt = sitting.attempt(found[0])
    seatings = () if attempt is None else attempt.seatings
    return any(one.generation == found[1] and one.kiosk_id == machine_id for one in seatings)


def _gap(verdict: Verdict) -> bool:
    return verdict.verdict is Outcome.GAP


def _wire(seq: int, verdict: Verdict) -> RecordVerdict:
    return RecordVerdict(
        seq, verdict.verdict, verdict.reason, verdict.epoch, verdict.seq,
        verdict.hash.hex() if verdict.seq else None, verdict.copies,
    )  # fmt: skip
