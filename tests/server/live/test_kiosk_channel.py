"""A kiosk's socket, from hello to receipt, over TLS and real threads."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from scripts.prepared_room import PROCTOR
from server.domain.commands import StartPart

SEED = bytes(range(32))
PAGE = bytes(16)


def test_a_candidate_sits_a_paper_from_sign_in_to_the_result(
    hall: Callable[..., AbstractContextManager[Any]], soon: Callable[..., Any]
) -> None:
    async def sit() -> None:
        kiosk = await found.ready_kiosk(0)
        verdict = found.room.order(PROCTOR, PAGE, 1, StartPart(0, None, SEED, PROCTOR.officer_id))
        assert verdict.reason is None
        await asyncio.wait_for(kiosk.opened.wait(), 10)
        for _ in range(20):
            await kiosk.answer()
        await kiosk.submit()
        await soon(lambda: (kiosk.situation["attempt"]["part"]["result"] or {}).get("of") == len(kiosk.items))
        submitted = kiosk.situation["attempt"]["part"]["submitted"]
        assert submitted["answered"] == len(kiosk.responses)
        assert kiosk.measured.refusals == []

    with hall() as found:
        found.ceremony()
        found.run(sit)
