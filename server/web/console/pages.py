"""Everything of the console's blueprint; importing it registers the pages."""

from __future__ import annotations

from server.web.console import before, ceremony, machines, room_map, seat
from server.web.console.blueprint import blueprint

__all__ = ["before", "blueprint", "ceremony", "machines", "room_map", "seat"]
