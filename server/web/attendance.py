"""Attendance as pages show it: the choices of the check-in table, and the mark for each."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from question_bank.phrase import phrase
from server.domain.state import Presence
from server.domain.values import Attendance
from server.web.language import say
from server.web.wording import ATTENDANCE

# What a button says: the state, and whether an identity document was seen.
CHOICES: Mapping[str, tuple[Attendance, bool]] = {
    "present": (Attendance.PRESENT, True),
    "late": (Attendance.LATE, True),
    "no_document": (Attendance.PRESENT, False),
    "absent": (Attendance.ABSENT, False),
    "wrong_room": (Attendance.WRONG_ROOM, False),
    "expected": (Attendance.EXPECTED, False),
}
_CHOICE_OF = {pair: choice for choice, pair in CHOICES.items()}
_SHAPES = {
    Attendance.EXPECTED: ("none", "–"),
    Attendance.PRESENT: ("ok", "✓"),
    Attendance.LATE: ("warn", "▲"),
    Attendance.ABSENT: ("none", "□"),
    Attendance.WRONG_ROOM: ("bad", "●"),
}


def choice_of(presence: Presence | None) -> str:
    """The button that says what the table last noted: what undoing goes back to."""
    if presence is None:
        return "expected"
    return _CHOICE_OF.get((presence.state, presence.identity_seen), presence.state.value)


def attendance_mark(presence: Presence | None) -> Markup:
    """What the check-in table saw, as a shape and words."""
    return _mark(*CHOICES[choice_of(presence)])


def attendance_marks() -> dict[str, Markup]:
    """The mark for each choice: made once for a page of three hundred people."""
    return {choice: _mark(state, seen) for choice, (state, seen) in CHOICES.items()}


def _mark(state: Attendance, seen: bool) -> Markup:
    kind, shape = _SHAPES[state]
    unseen = not seen and state is Attendance.PRESENT
    kind, shape = ("warn", "▲") if unseen else (kind, shape)
    words = " · ".join([say(ATTENDANCE[state]), *([say(phrase("no document"))] if unseen else [])])
    return Markup('<span class="mark mark-{}"><span aria-hidden="true">{}</span> {}</span>').format(kind, shape, words)
