"""Who asks: an officer as the live parts of the room know one."""

from __future__ import annotations

from dataclasses import dataclass

from server.domain.rights import Right, Role, may


@dataclass(frozen=True, slots=True)
class OfficerActor:
    """A signed-in officer, read anew for every act: the role may have changed since the last."""

    officer_id: str
    role: Role

    def may(self, right: Right) -> bool:
        """Whether this officer has the right."""
        return may(self.role, right)
