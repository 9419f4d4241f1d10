"""The views of the active sitting's journal, brought up to date each time somebody looks at a seat."""

from __future__ import annotations

from server.domain.events import KINDS
from server.live.sitting_service import Sitting
from server.store.journal import Journal
from server.store.locks import native_lock
from server.store.views import Moment, Views
from server.web.context import room

# One at a time: two requests that bring the same file up to date would only wait for each other.
_LOCK = native_lock()  # taken in native threads only


def timeline(sitting: Sitting, attempt_id: str) -> list[Moment]:
    """Everything that happened to one attempt. Raises DatabaseError or JournalError when the disk fails."""
    folder = room().directory / "views"

    def read() -> list[Moment]:
        folder.mkdir(exist_ok=True)
        with _LOCK, Journal.open_to_read(sitting.journal_path) as journal:
            views = Views.open(folder / f"{sitting.sitting_id}.seats.sqlite", journal, KINDS)
            try:
                return views.timeline(attempt_id)
            finally:
                views.close()

    return room().port.offload(read)
