"""The console's blueprint: the room map, seats, machines, what is missing before the start, and the ceremonies."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("console", __name__, url_prefix="/console")
