"""What can fail in a room: exceptions with a hint, under the distribution's one root.

A refusal decided by the domain is a returned value and never one of these.
"""

from __future__ import annotations

from question_bank.errors import ExamRoomError

__all__ = [
    "CommitterStopped",
    "ConfigError",
    "DatabaseError",
    "ExamRoomError",
    "JournalError",
    "LinkError",
    "NotStored",
    "RoomError",
]


class RoomError(ExamRoomError):
    """The room server cannot do what it should."""


class ConfigError(RoomError):
    """A setting, or a file a person wrote, does not fit together."""


class LinkError(RoomError):
    """The other side of a connection is not what it should be."""


class DatabaseError(RoomError):
    """A database file cannot be opened, upgraded or copied."""


class JournalError(RoomError):
    """A journal cannot be read as what it claims to be, or cannot be written."""


class NotStored(JournalError):  # noqa: N818 - named after what the asker must know
    """A batch could not be committed: nothing of it is on disk, nothing was decided, and asking again is right."""


class CommitterStopped(JournalError):  # noqa: N818
    """The committer has stopped: the disk failed or the room is closing. Nothing more is stored or acknowledged."""
