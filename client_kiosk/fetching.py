"""Runs that began on another machine: asked of the room, with the token of the live line, a page at a time."""

from __future__ import annotations

import http.client
import json

from client_kiosk.acting import Done
from client_kiosk.errors import LinkError
from client_kiosk.kiosk import Kiosk
from client_kiosk.online import Online
from client_kiosk.simulating import Wanted, read_given
from client_kiosk.staging import Source
from client_kiosk.tls import dial, pinned
from question_bank.phrase import phrase
from server.protocol.records import MAX_ACTIONS
from server.protocol.trust import host_name

MAX_PAGE_BYTES = 8 * 1024 * 1024  # 256 actions of 16 KiB, and what JSON makes of them


def fetch_runs(kiosk: Kiosk, online: Online) -> None:
    """Bring what is wanted; a lost line, or a room that is busy, is tried again on the next round."""
    for wanted in kiosk.wanted_runs():
        where, membership = online.download(), kiosk.membership
        if where is None or membership is None:
            return
        address, token = where
        try:
            run = _fetch(wanted, Source(address, pinned(membership.ca_pem), membership.room_id, token))
        except LinkError:
            return
        kiosk.got_run(wanted, run)


def _fetch(wanted: Wanted, source: Source) -> dict[int, Done]:
    found: dict[int, Done] = {}
    while len(found) <= MAX_ACTIONS:
        value = _page(wanted, source, max(found, default=0))
        rows, more = value.get("actions"), value.get("more")
        if not isinstance(rows, list):
            break
        try:
            page = read_given(rows)
        except ValueError as error:
            raise _lost(error) from error
        found |= page
        if not more or not page:
            break
    return found


def _page(wanted: Wanted, source: Source, after: int) -> dict[str, object]:
    path = f"/kiosk/run/{wanted.attempt_id}/{wanted.part}/{wanted.item_id}?after={after}"
    connection = http.client.HTTPConnection(host_name(source.room_id), source.address.port)
    connection.sock = dial(source.address, source.context, host_name(source.room_id))  # type: ignore[arg-type]
    try:
        connection.request("GET", path, headers={"Authorization": f"Bearer {source.token}"})
        response = connection.getresponse()
        if response.status != http.client.OK:
            raise LinkError(phrase("the server gives the run later [%(status)s]", status=response.status))
        value = json.loads(response.read(MAX_PAGE_BYTES))
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise _lost(error) from error
    finally:
        connection.close()
    return value if isinstance(value, dict) else {}


def _lost(error: Exception) -> LinkError:
    return LinkError(phrase("the connection was lost while a run was fetched [%(error)s]", error=str(error)))
