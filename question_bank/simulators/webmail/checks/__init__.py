"""`sim.mail.*`: what a mailbox's run is marked by. Never on a kiosk."""

from __future__ import annotations

from question_bank.simulators.webmail.checks import kept, safety, sent

__all__ = ["kept", "safety", "sent"]
