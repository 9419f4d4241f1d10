"""Which packages' marking parts a sitting needs: one for each set that parts of it were held on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from question_bank.custody import SecretKind
from server.domain.marking import MarkAwarded, MarkingState, MarkSetAside
from server.domain.reserve_acts import sets_in_use

if TYPE_CHECKING:
    from server.live.room import Room
    from server.live.sitting_service import Sitting


def marking_package(room: Room, sitting: Sitting) -> str | None:
    """The first package whose marking part is needed and cannot be read here yet; None when all can, or none is needed."""
    for name in sets_in_use(sitting.state):
        package_id = sitting.definition.package_of(name.value)
        if name in sitting.state.unsealed and not _readable(room, package_id):
            return package_id
    return None


def marking_is_readable(room: Room, sitting: Sitting) -> bool:
    """Whether every marking part that is needed was opened, and its identity is here."""
    return sitting.state.paper is not None and marking_package(room, sitting) is None


def _readable(room: Room, package_id: str) -> bool:
    return room.marks.is_open(package_id) and room.opening.safe.holds(package_id, SecretKind.MARKING)


def is_replaced(sitting: Sitting, state: MarkingState, mark: MarkAwarded) -> bool:
    """Whether a mark was awarded for a paper that another one has taken the place of."""
    switch, attempt = sitting.state.hall.switch, sitting.attempt(mark.attempt_id)
    if switch is None or attempt is None or mark.part not in attempt.former:
        return False
    opened, paper = state.opened_by_scheme(mark.scheme_sha256), sitting.state.paper
    return opened is not None and paper is not None and opened.package_id != paper.package_id


def replaced_marks(sitting: Sitting, state: MarkingState) -> list[MarkSetAside]:
    """What is to be set aside, in the order of the marks."""
    if sitting.state.hall.switch is None:
        return []
    return [
        MarkSetAside(sitting.sitting_id, mark.attempt_id, mark.part, mark.scheme_sha256)
        for mark in state.of_sitting(sitting.sitting_id)
        if is_replaced(sitting, state, mark)
    ]
