"""A start with real machines on the line: who holds it up, who may let it be, and what the journal keeps."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

from server.domain.commands import StartPart
from server.domain.readiness_commands import OverrideReadiness
from server.domain.readiness_events import ReadinessChecked
from server.domain.reasons import Reason
from server.domain.rights import Role
from server.drill.prepared_room import PROCTOR
from server.live.actors import OfficerActor
from server.live.room import Room
from server.live.sitting_service import SittingBatch
from server.protocol.machine import MachineFacts

NewHall = Callable[..., AbstractContextManager[Any]]
TECHNICAL = OfficerActor("o-technical", Role.TECHNICAL)


def order(room: Room, seq: int, command: Any, officer: OfficerActor = PROCTOR) -> Any:
    return room.order(officer, b"\5" * 16, seq, command)


def start(room: Room, seq: int, who: tuple[str, ...] | None = None) -> Any:
    return order(room, seq, StartPart(0, who, bytes(32), PROCTOR.officer_id))


def test_a_machine_of_another_version_holds_the_start_up_until_an_official_lets_it(
    hall: NewHall, soon: Callable[..., Any]
) -> None:
    heard: list[SittingBatch] = []
    with hall(3) as found:
        room: Room = found.room
        found.ceremony()
        room.subscribe(heard.append)

        async def scenario() -> None:
            for n in range(2):
                await found.ready_kiosk(n)
            old = found.sheets[1].kiosk_id
            kiosk = room.presence.kiosk(old)
            assert kiosk is not None
            assert isinstance(kiosk.machine, MachineFacts), "it told what it is like as it came"
            room.presence.told(old, replace(kiosk.machine, build="0.0.9"))
            refused = start(room, 1)
            assert (refused.reason, refused.detail) == (Reason.SEATS_NOT_READY, "M002 (build_differs)")
            override = OverrideReadiness(old, "forged", ("forged",), "Máy mượn", PROCTOR.officer_id)
            assert order(room, 2, override, TECHNICAL).reason == Reason.NOT_ALLOWED
            assert order(room, 2, replace(override, kiosk_id="nobody")).reason == Reason.NOTHING_TO_DO
            assert order(room, 3, override).reason is None
            assert start(room, 4).reason is None

        found.run(scenario)
        (checked,) = [one.event for batch in heard for one in batch.entries if isinstance(one.event, ReadinessChecked)]
        assert (checked.seats, checked.build) == (2, room.version)
        assert [(one.seat_label, one.lacks) for one in checked.overridden] == [("M002", ("build_differs",))]
        assert [one.package_id for one in checked.packages] == sorted(one.package_id for one in room.stage().packages)


def test_a_machine_off_the_line_holds_up_its_own_candidate_alone(hall: NewHall, soon: Callable[..., Any]) -> None:
    with hall(3) as found:
        found.ceremony()

        async def scenario() -> None:
            kiosks = [await found.ready_kiosk(n) for n in range(2)]
            await kiosks[1].stop()
            gone = found.sheets[1].kiosk_id
            await soon(lambda: not found.room.presence.kiosk(gone).connected)
            assert start(found.room, 1).detail == "M002 (off_line)"
            (here,) = [one for one in found.room.sitting.state.attempts.values() if one.seat.seat_label == "M001"]
            assert start(found.room, 2, (here.attempt_id,)).reason is None

        found.run(scenario)


def test_the_room_asks_every_machine_to_look_at_itself(hall: NewHall, soon: Callable[..., Any]) -> None:
    with hall(1) as found:

        async def scenario() -> None:
            kiosk = found.kiosk(0)
            pushed: list[str] = []
            take = kiosk._pushed

            def heard(event: str, payload: Any) -> None:
                pushed.append(event)
                take(event, payload)

            kiosk._pushed = heard
            kiosk.start()
            await kiosk.ready.wait()
            found.room.readiness.inspect_all()
            await soon(lambda: "inspect" in pushed)

        found.run(scenario)


def test_a_machine_whose_facts_are_out_of_bounds_is_told_so(hall: NewHall) -> None:
    with hall(1) as found:

        async def scenario() -> None:
            kiosk = found.kiosk(0)
            kiosk.start()
            await kiosk.ready.wait()
            answer = await kiosk._socket.call("machine", {"build": "x"})
            assert answer["refused"] == "malformed"

        found.run(scenario)
