"""Everything of the console's blueprint; importing it registers the pages."""

from __future__ import annotations

from server.web.console import (
    before,
    ceremony,
    kit_page,
    machines,
    readiness_paper,
    rescue,
    room_map,
    seat,
    time_page,
)
from server.web.console.blueprint import blueprint

__all__ = [
    "before",
    "blueprint",
    "ceremony",
    "kit_page",
    "machines",
    "readiness_paper",
    "rescue",
    "room_map",
    "seat",
    "time_page",
]
