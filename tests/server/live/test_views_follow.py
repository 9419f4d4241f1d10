"""The room keeps views of the sitting it serves: made once, up to date at every look, gone with the sitting."""

from __future__ import annotations

from server.domain.commands import RecordIncident
from server.domain.values import IncidentCategory
from server.drill.prepared_room import PROCTOR, SealedContest, hold_ceremony
from server.live.room import Room


def test_a_seats_history_is_up_to_date_at_every_look_and_the_file_is_opened_once(
    room: Room, contest: SealedContest
) -> None:
    hold_ceremony(room, contest)
    views, sitting = room.views, room.sitting
    assert views is not None
    assert sitting is not None
    assert views.timeline("a1") == []
    opened = views._open
    incident = RecordIncident(None, IncidentCategory.POWER, "", PROCTOR.officer_id)
    for seq in (1, 2):
        assert room.order(PROCTOR, bytes(16), seq, incident).reason is None
        views.timeline("a1")
        assert opened is not None
        assert views._open is opened
        assert opened[0].head() == sitting.head
    assert (room.directory / "views" / f"{sitting.sitting_id}.views.sqlite").exists()


def test_another_sitting_has_views_of_its_own(room: Room) -> None:
    first, sitting = room.views, room.sitting
    assert sitting is not None
    assert room.activate(sitting.sitting_id) is None
    assert room.views is not None
    assert room.views is not first
