"""A full hall in the console's picture: three hundred seats, and only what changed of them."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from server.domain.commands import KioskRecord, SeatCandidate, StartPart
from server.drill.prepared_room import PROCTOR, SITTING_ID, SealedContest, hold_ceremony, open_room
from server.live.console_view import ConsoleView
from server.live.room import Room
from server.protocol.messages import Pulse, Staged
from server.protocol.records import ConfirmIdentity, SaveResponse
from server.store.batch import Delivery

SEATS = 300
MAX_PICTURE_BYTES = 256 * 1024  # what a Socket.IO packet may be in the room
NewRoom = Callable[..., tuple[Path, Any]]


@pytest.fixture
def full(new_room: NewRoom, contest: SealedContest) -> Any:
    """A room of 300 candidates who have just started, and their machines."""
    folder, sheets = new_room(SEATS)
    with open_room(folder) as room:
        hold_ceremony(room, contest)
        assert room.sitting is not None
        people = room.store.candidates.of_sitting(SITTING_ID)
        sources = [secrets.token_bytes(16) for _ in sheets]
        for sheet in sheets:
            room.presence.arrived(sheet.kiosk_id, sheet.seat_label, f"s-{sheet.kiosk_id}", "127.0.0.1", "b")
            for package_id in room.sitting.definition.package_ids:
                room.presence.staged(sheet.kiosk_id, Staged(package_id, 1, True, None))
        room.sitting.submit([
            Delivery(source, 1, b"x", SeatCandidate(one.candidate_id, f"a{n}", sheet.kiosk_id, sheet.seat_label, source.hex()))
            for n, (source, one, sheet) in enumerate(zip(sources, people, sheets, strict=True))
        ])  # fmt: skip
        room.sitting.submit([
            Delivery(source, 2, b"y", KioskRecord(ConfirmIdentity(f"a{n}", 1, 0, 0), source.hex(), 2))
            for n, source in enumerate(sources)
        ])  # fmt: skip
        assert room.order(PROCTOR, bytes(16), 1, StartPart(0, None, bytes(32), "o")).reason is None
        view = ConsoleView(room)
        room.subscribe(view.committed)
        room.presence.subscribe(view.touch)
        yield room, view, sources, sheets


def test_three_hundred_seats_fit_into_one_message_and_one_answer_tells_of_one_seat(
    full: tuple[Room, ConsoleView, list[bytes], list[Any]],
) -> None:
    room, view, sources, sheets = full
    first = view.changes()
    assert first is not None
    whole = view.whole()
    seats: Any = whole["seats"]
    totals: Any = whole["totals"]
    assert len(seats) == SEATS
    assert (totals["open"], totals["safe"], totals["connected"]) == (SEATS, SEATS, SEATS)
    assert len(json.dumps(whole)) < MAX_PICTURE_BYTES
    assert view.changes() is None
    assert room.sitting is not None
    part = room.sitting.state.attempts["a7"].parts[0]
    item_id = part.item_ids[0]
    response: Any = {"options": [part.option_ids[item_id][0]]}
    saved = SaveResponse("a7", 1, 0, item_id, response, 0, 0)
    room.sitting.submit([Delivery(sources[7], 3, b"z", KioskRecord(saved, sources[7].hex(), 3))])
    told: Any = view.changes()
    assert [seat["id"] for seat in told["seats"]] == [sheets[7].kiosk_id]
    assert told["seats"][0]["attempt"]["answered"] == 1
    assert told["totals"]["answered"] == 1
    assert "problems" not in told
    assert "sitting" not in told


def test_the_big_number_counts_only_work_that_is_known_to_be_here(
    full: tuple[Room, ConsoleView, list[bytes], list[Any]],
) -> None:
    room, view, _, sheets = full
    view.changes()
    room.presence.left(sheets[0].kiosk_id, f"s-{sheets[0].kiosk_id}")  # it may hold answers nobody else has
    room.presence.pulse(sheets[1].kiosk_id, Pulse("exam", 3, 5, 10**9, 5, None, None))  # it says that it does
    told: Any = view.changes()
    assert told["totals"]["safe"] == SEATS - 2
    assert {seat["id"]: seat["safe"] for seat in told["seats"]} == {
        sheets[0].kiosk_id: False,
        sheets[1].kiosk_id: False,
    }
    room.presence.pulse(sheets[1].kiosk_id, Pulse("exam", 0, 5, 10**9, 5, None, None))
    told = view.changes()
    assert told["totals"]["safe"] == SEATS - 1
