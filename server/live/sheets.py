"""Seat sheets, live: making each seat's newest and signing it, and taking in what machines bring. docs/seat-sheet.md."""

from __future__ import annotations

import hashlib
import threading
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from cryptography.exceptions import InvalidSignature

from server.domain.reasons import Reason, Refused
from server.domain.sheet_acts import requests
from server.domain.sheet_commands import RestoreSignIn, SheetCommand
from server.domain.sheet_making import Content, Told, content, seat_sheet
from server.domain.sheet_plan import Additions, additions
from server.domain.state import Attempt, Unsealed
from server.live.sheet_waiting import WaitingSheets
from server.protocol.messages import Outcome
from server.protocol.seat_sheet import SeatSheet, SignedSheet, read_sheet
from server.protocol.shape import Malformed
from server.protocol.sheet_messages import fits, signed_text
from server.store.batch import Delivery
from server.store.machines import Machine

if TYPE_CHECKING:
    from server.identity import RoomIdentity
    from server.live.room import Room
    from server.live.sitting_service import Sitting

MAX_REFUSED = 50  # remembered for the page about servers: more is one machine's noise

Answer = Literal["taken", "known", "waits", "refused"]


@dataclass(frozen=True, slots=True)
class RefusedSheet:
    """A sheet that was not taken in: by which machine, when, and why."""

    seat_label: str
    at_ms: int
    reason: Reason


@dataclass(slots=True)
class _Made:
    """The sheet last made for an attempt, and what it rests on."""

    content: Content
    signed: SignedSheet | None


@dataclass(frozen=True, slots=True)
class _Waits:
    """Since when a machine waits, and which paper was open then; `asked`: to connect anew, and has not come yet."""

    since_ms: int
    paper: Unsealed | None
    asked: bool = False


class SheetDesk:
    """One per room; of the sitting served. Raises NotStored and CommitterStopped, as every delivery does."""

    def __init__(self, room: Room) -> None:
        self.refused: deque[RefusedSheet] = deque(maxlen=MAX_REFUSED)
        self._room = room
        self._made: dict[str, _Made] = {}  # by attempt; bound: the sitting's candidates
        self._of: Sitting | None = None  # whose attempts those are
        self._waiting: dict[str, _Waits] = {}  # machines whose sheets rest on a paper that is not open; bound: these
        self._lock = threading.Lock()

    # --- giving ---

    def sheet(self, attempt_id: str) -> SignedSheet | None:
        """The newest sheet of an attempt of the sitting served; the one made before while it tells all there is."""
        sitting = self._room.sitting
        if sitting is None:
            return None
        known = sitting.committed
        attempt = known.state.attempts.get(attempt_id)
        if attempt is None:
            return None
        heard_of = all(one.source in sitting.sign_ins for one in attempt.seatings)  # a commit is told after it is done
        with self._lock:
            if self._of is not sitting:
                self._made, self._of = {}, sitting
            made, now = self._made.get(attempt_id), content(known.state, attempt)
            if not heard_of:
                return None if made is None else made.signed
            if made is None or made.content != now:
                made = self._made[attempt_id] = _Made(now, self._signed(sitting, attempt))
            return made.signed

    def _signed(self, sitting: Sitting, attempt: Attempt) -> SignedSheet | None:
        room, known = self._room, sitting.committed
        entry = room.entry(attempt.candidate_id)
        told = Told(
            room.identity.room_id, "" if entry is None else entry.sbd, sitting.epoch, known.head.seq,
            known.head.hash.hex(), room.clock.now_ms(), sitting.sign_ins,
        )  # fmt: skip
        sheet = seat_sheet(known.state, attempt, told)
        text = "" if sheet is None else sheet.text()
        if sheet is None or not fits(text):
            room.log("seat_sheet_too_large", attempt_id=attempt.attempt_id)
            return None
        return SignedSheet(text, room.identity.signing_key.sign(signed_text(text)).hex())

    # --- taking ---

    def shown(self, machine: Machine, shown: SignedSheet) -> tuple[Answer, Reason | None]:
        """A machine shows a sheet: what became of it."""
        sitting = self._room.sitting
        if sitting is None:
            return self._refuse(machine, Reason.OTHER_SITTING)
        sheet = _checked(self._room.identity, machine, shown)
        if isinstance(sheet, Reason):
            return self._refuse(machine, sheet)
        if sheet.sitting_id == sitting.sitting_id and sitting.has_record(sheet.seq, bytes.fromhex(sheet.hash)):
            return "known", None
        found = additions(sitting.state, sheet)
        if isinstance(found, Refused):
            return self._refuse(machine, found.reason)
        if self._room.entry(sheet.candidate_id) is None:
            return self._refuse(machine, Reason.UNKNOWN_CANDIDATE)
        return self._taken(sitting, machine, shown, sheet, found)

    def _taken(
        self, sitting: Sitting, machine: Machine, shown: SignedSheet, sheet: SeatSheet, found: Additions
    ) -> tuple[Answer, Reason | None]:
        digest = hashlib.sha256(shown.text.encode())
        asked = requests(found, sheet, digest.hexdigest(), machine.machine_id)
        if asked:
            number = sitting.stream(digest.digest()[:16]).contiguous + 1
            deliveries = [_delivery(one, digest.digest()[:16], number, shown.text) for one in asked]
            verdicts = sitting.submit(deliveries)
            refused = next((one for one in verdicts if one.verdict is Outcome.REFUSED), None)
            if refused is not None and refused.reason != Reason.NOTHING_TO_DO:
                return self._refuse(machine, Reason(refused.reason or Reason.NOT_RECORDABLE))
            self._room.log("seat_sheet_taken", machine_id=machine.machine_id, attempt_id=found.attempt_id)
        with self._lock:
            if found.waits:
                known = self._waiting.get(machine.machine_id)
                since_ms = self._room.clock.now_ms() if known is None else known.since_ms
                self._waiting[machine.machine_id] = _Waits(since_ms, sitting.state.paper)
            else:
                self._waiting.pop(machine.machine_id, None)
        if found.waits:
            return "waits", None
        if found.elsewhere:
            return self._refuse(machine, Reason.SITS_ELSEWHERE)
        return ("taken" if asked else "known"), None

    def _refuse(self, machine: Machine, reason: Reason) -> tuple[Answer, Reason | None]:
        said = RefusedSheet(machine.seat_label, self._room.clock.now_ms(), reason)
        if not any((one.seat_label, one.reason) == (said.seat_label, said.reason) for one in self.refused):
            self._room.log("seat_sheet_refused", machine_id=machine.machine_id, reason=reason.value)
            self.refused.append(said)  # said once: a machine that shows it for ever fills neither log nor page
        return "refused", reason

    def waiting(self) -> WaitingSheets | None:
        """How many machines hold sheets that rest on a paper which is not open here; None: none does."""
        with self._lock:
            found = [one for one in self._waiting.values() if not one.asked]
            other_set = any(one.paper is not None for one in found)
            return WaitingSheets(len(found), min(one.since_ms for one in found), other_set) if found else None

    def released(self) -> tuple[str, ...]:
        """The machines that may show their sheets again, each once for a paper: another one is open now."""
        sitting = self._room.sitting
        if not self._waiting or sitting is None:
            return ()
        paper = sitting.state.paper
        if paper is None:  # the other set was chosen, and is not open yet
            return ()
        with self._lock:
            found = [(name, one) for name, one in self._waiting.items() if not one.asked and one.paper is not paper]
            for name, one in found:
                self._waiting[name] = replace(one, asked=True)
        return tuple(name for name, _ in found)


def _checked(identity: RoomIdentity, machine: Machine, shown: SignedSheet) -> SeatSheet | Reason:
    """The sheet, when this room has signed it for this machine."""
    try:
        identity.signing_key.public_key().verify(bytes.fromhex(shown.signature), signed_text(shown.text))
    except (InvalidSignature, UnicodeEncodeError):
        return Reason.SHEET_FORGED
    sheet = read_sheet(shown.text)
    if isinstance(sheet, Malformed):
        return Reason.SHEET_FORGED  # signed by this room, and yet not a sheet that it makes
    if sheet.room_id != identity.room_id:
        return Reason.OTHER_ROOM
    if all(one.kiosk_id != machine.machine_id for one in sheet.seatings):
        return Reason.OTHER_MACHINE
    return sheet


def _delivery(command: SheetCommand, source: bytes, number: int, text: str) -> Delivery:
    """A sign-in under its own outbox's first number and digest; the rest under the sheet's own stream."""
    if isinstance(command, RestoreSignIn):
        (seating,) = (one for one in command.sheet.seatings if one.generation == command.generation)
        first = bytes.fromhex(seating.sign_in_sha256)
        return Delivery(bytes.fromhex(seating.source), 1, b"", command, first)
    return Delivery(source, number, text.encode(), command)
