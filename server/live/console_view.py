"""The picture as one console after another knows it: rows kept, compared, and told in batches."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

from question_bank.canonical import JSON
from server.addresses import told
from server.domain import events
from server.domain.pairing import MachineKind
from server.domain.roster import Entry
from server.domain.state import EMPTY, Attempt
from server.domain.values import IncidentCategory
from server.live import picture, trouble
from server.live.picture import Facts, Object, SeatFacts
from server.live.presence import KioskPresence
from server.live.sitting_service import SittingBatch
from server.store.machines import Machine

if TYPE_CHECKING:
    from server.live.room import Room


class ConsoleView:
    """Builds the picture and what changed since. Called by one loop; `touch…` may be called from anywhere."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._rows: dict[str, Object] = {}
        self._rest: Object = {}
        self._dirty: set[str] = set()
        self._all_dirty = True
        self._two_machines: set[str] = set()
        self._machines: dict[str, Machine] = {}
        self._entries: dict[str, Entry] = {}
        self._lock = threading.Lock()

    # --- what may have changed ---

    def committed(self, batch: SittingBatch) -> None:
        """A commit: the seats of its attempts are to be looked at again."""
        kiosks: set[str] = set()
        everything = False
        for _, event in batch.entries:
            attempt_id = getattr(event, "attempt_id", None)
            attempt = None if attempt_id is None else batch.state.attempts.get(attempt_id)
            if attempt is not None:
                kiosks.update(seating.kiosk_id for seating in attempt.seatings[-2:])
            kiosks.add(getattr(event, "kiosk_id", ""))
            if isinstance(event, events.IncidentRecorded) and event.category is IncidentCategory.TWO_MACHINES:
                # Noticed by the server it stands until an officer has noted it too.
                note = self._two_machines.add if event.officer_id is None else self._two_machines.discard
                note(event.attempt_id or "")
            everything = everything or isinstance(
                event, events.SittingOpened | events.PartClosed | events.SittingClosed
            )
        with self._lock:
            self._dirty |= kiosks
            self._all_dirty = self._all_dirty or everything

    def touch(self, kiosk_id: str) -> None:
        """Something about this machine changed."""
        with self._lock:
            self._dirty.add(kiosk_id)

    def touch_all(self) -> None:
        """Look at everything again: machines, roster, sitting."""
        with self._lock:
            self._all_dirty = True

    # --- building ---

    def whole(self) -> Object:
        """Everything as `changes` last saw it, for a page that has just come."""
        with self._lock:
            return {"now_ms": self._room.clock.now_ms(), **self._rest, "seats": list(self._rows.values())}

    def changes(self) -> Object | None:
        """What changed since this was last asked, None when nothing did. One caller at a time."""
        with self._lock:
            dirty, everything = self._dirty, self._all_dirty
            self._dirty, self._all_dirty = set(), False
        if everything:
            self._reload()
        facts = self._facts()
        seats = self._seats()
        rows = {one.kiosk_id: picture.seat_row(facts, one) for one in seats if everything or self._stale(one, dirty)}
        present = {one.kiosk_id for one in seats}
        with self._lock:
            gone = [kiosk_id for kiosk_id in self._rows if kiosk_id not in present]
            differences = [picture.difference(self._rows.get(kiosk_id), row) for kiosk_id, row in rows.items()]
            seat_news: list[JSON] = [one for one in differences if one is not None]
            self._rows.update(rows)
            for kiosk_id in gone:
                del self._rows[kiosk_id]
            rest = self._rest_of(facts, seats)
            rest_news: Object = {name: value for name, value in rest.items() if self._rest.get(name) != value}
            self._rest = rest
        if not seat_news and not gone and not rest_news.keys() - {"head"}:
            return None
        told: Object = {"now_ms": facts.now_ms, **rest_news}
        if seat_news:
            told["seats"] = seat_news
        if gone:
            told["gone"] = list(gone)
        return told

    # --- inside ---

    def _stale(self, seat: SeatFacts, dirty: set[str]) -> bool:
        """Whether a row may say something else now. An acknowledgement goes out after the commit that touched its seat."""
        machines = {seat.kiosk_id, *(one.kiosk_id for one in seat.earlier if one is not None)}
        known = self._rows.get(seat.kiosk_id)
        return known is None or known["ack_ms"] != seat.ack_ms or not dirty.isdisjoint(machines)

    def _facts(self) -> Facts:
        room, sitting = self._room, self._room.sitting
        definition = room.definition()
        return Facts(
            now_ms=room.clock.now_ms(),
            state=EMPTY if sitting is None else sitting.state,
            definition=definition,
            packages=() if definition is None else definition.package_ids,
            two_machines=frozenset(self._two_machines),
            copies=1 if sitting is None else sitting.copies,
            copies_required=room.standby.copies_required,
            stored=sitting is None or not sitting.stopped,
            fault_since_ms=min(room.faults.values(), default=None),
            backup_fault=None if room.backups is None else room.backups.status.problem,
            alone_since_ms=None if sitting is None else room.standby.alone_since_ms(sitting),
            disk=room.readiness.disks.standing,
            lacks=room.readiness.open_lacks,
            turned_since_ms=room.standby.turned_since_ms,
            standby_disk=room.standby.disk(),
            standby_full=room.standby.link.view().short is not None,
            sheets_waiting=room.sheets.waiting(),
        )

    def _seats(self) -> list[SeatFacts]:
        """Every paired kiosk, and every machine that carries an attempt without being paired any more."""
        room, sitting = self._room, self._room.sitting
        labels = {one.machine_id: one.seat_label for one in self._machines.values() if one.kind is MachineKind.KIOSK}
        if sitting is not None:
            for attempt in sitting.state.attempts.values():
                labels.setdefault(attempt.seat.kiosk_id, attempt.seat.seat_label)
        found: list[SeatFacts] = []
        for kiosk_id, label in labels.items():
            seat = None if sitting is None else sitting.carried(kiosk_id)
            carried = None if seat is None or sitting is None else sitting.attempt(seat.attempt_id)
            here = carried if carried is not None and carried.seat.kiosk_id == kiosk_id else None
            entry = None if here is None else self._entries.get(here.candidate_id)
            ack_ms, kiosk = room.presence.last_ack_ms(kiosk_id), room.presence.kiosk(kiosk_id)
            found.append(
                SeatFacts(
                    kiosk_id,
                    label,
                    kiosk,
                    here,
                    entry,
                    ack_ms,
                    self._earlier(here),
                    room.readiness.disks.fills_soon(kiosk_id),
                )
            )
        return found

    def _earlier(self, attempt: Attempt | None) -> tuple[KioskPresence | None, ...]:
        """The machines an attempt was at before, as they are now."""
        if attempt is None or len(attempt.seatings) == 1:
            return ()
        others = {one.kiosk_id for one in attempt.seatings} - {attempt.seat.kiosk_id}
        return tuple(self._room.presence.kiosk(kiosk_id) for kiosk_id in sorted(others))

    def _reload(self) -> None:
        """Machines and roster, as the room's file has them now."""
        room, sitting = self._room, self._room.sitting
        self._machines = {one.machine_id: one for one in room.pairing.machines()}
        roster = () if sitting is None else room.store.candidates.of_sitting(sitting.sitting_id)
        self._entries = {one.candidate_id: one.entry for one in roster}

    def _rest_of(self, facts: Facts, seats: Iterable[SeatFacts]) -> Object:
        sitting = self._room.sitting
        head = None if sitting is None else sitting.head
        shown: JSON = None
        if sitting is not None:
            shown = picture.sitting_view(facts, sitting.sitting_id, len(self._entries))
        return {
            "epoch": 0 if sitting is None else sitting.epoch,
            "standby": told(self._room.standby.standing.peer),
            "head": None if head is None else {"seq": head.seq, "hash": head.hash.hex()},
            "sitting": shown,
            "totals": picture.totals(self._rows.values()),
            "problems": trouble.problems(facts, seats),
        }
