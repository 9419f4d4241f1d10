"""What may be asked about a seat sheet that a kiosk has shown; its signature was checked at the edge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from server.protocol.seat_sheet import SeatSheet


@dataclass(frozen=True, slots=True)
class RestoreSignIn:
    """Take in one sign-in of a sheet; delivered as record 1 of the outbox it began."""

    sheet: SeatSheet
    generation: int


@dataclass(frozen=True, slots=True)
class RestoreSeat:
    """Take in the rest of a sheet. `kiosk_id` showed it; `signed_in`: the generations delivered in the same request."""

    sheet: SeatSheet
    sheet_sha256: str
    kiosk_id: str
    signed_in: tuple[int, ...] = ()


SheetCommand: TypeAlias = RestoreSignIn | RestoreSeat
