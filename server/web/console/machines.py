"""Placeholder."""

from __future__ import annotations

from server.domain.rights import Right
from server.web.access import needs
from server.web.console.blueprint import blueprint


@blueprint.get("/machines")
@needs(Right.SEE_ROOM)
def machines() -> str:
    """Placeholder."""
    return ""
