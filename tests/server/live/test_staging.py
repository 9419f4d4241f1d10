"""Sealed packages on their way to the kiosks: taken in whole, given out to whom they belong, in any ranges."""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from server.drill.prepared_room import SealedContest, seal_contest
from server.live.room import Room
from server.live.staging import MAX_DOWNLOADS, ImportFault, ImportRefused
from server.protocol.trust import host_name

Halls = Callable[..., AbstractContextManager[Any]]


async def get(found: Any, path: str, *headers: str) -> tuple[int, bytes]:
    """One request over TLS: (status, body)."""
    address = found.served.address
    name = host_name(address.room_id)
    reader, writer = await asyncio.open_connection(address.host, address.port, ssl=address.tls, server_hostname=name)
    lines = [f"GET {path} HTTP/1.1", f"Host: {name}", "Connection: close", *headers, "", ""]
    writer.write("\r\n".join(lines).encode())
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    return int(head.split()[1]), body


def test_only_a_kiosk_with_a_live_socket_gets_a_package_and_any_range_of_it(
    hall: Halls, contest: SealedContest, soon: Callable[..., Any]
) -> None:
    async def run() -> None:
        offer = found.room.stage().packages[0]
        content = contest.bundles["primary"].package.path.read_bytes()
        assert (await get(found, offer.path))[0] == 401
        assert (await get(found, offer.path, "Authorization: Bearer guess"))[0] == 401
        kiosk = found.kiosk(0)
        kiosk.start()
        await kiosk.ready.wait()
        token = f"Authorization: Bearer {kiosk._token}"
        assert await get(found, offer.path, token) == (200, content)
        assert hashlib.sha256(content).hexdigest() == offer.sha256
        assert await get(found, offer.path, token, "Range: bytes=100-199") == (206, content[100:200])
        assert await get(found, offer.path, token, f"Range: bytes={len(content) - 5}-") == (206, content[-5:])
        assert (await get(found, offer.path, token, f"Range: bytes={len(content)}-"))[0] == 416
        assert (await get(found, "/kiosk/package/paaaaaaaaaaaa", token))[0] == 404
        assert (await get(found, "/kiosk/package/..%2Froom.key", token))[0] == 404
        await kiosk.stop()
        await soon(lambda: not found.room.presence.kiosk(kiosk.sheet.kiosk_id).connected)
        assert (await get(found, offer.path, token))[0] == 401

    with hall() as found:
        found.run(run)


def test_downloads_are_bounded_and_places_are_given_back(hall: Halls) -> None:
    async def run() -> None:
        kiosk = found.kiosk(0)
        kiosk.start()
        await kiosk.ready.wait()
        offer, token = found.room.stage().packages[0], f"Authorization: Bearer {kiosk._token}"
        places = found.room.files._places
        for _ in range(MAX_DOWNLOADS):
            assert places.acquire(blocking=False)
        assert (await get(found, offer.path, token))[0] == 503
        for _ in range(MAX_DOWNLOADS):
            places.release()
        for extra in ((), ("Range: bytes=0-9",), ("Range: bytes=99999999-",)) * (MAX_DOWNLOADS // 2):
            await get(found, offer.path, token, *extra)
        assert (await get(found, offer.path, token))[0] == 200

    with hall() as found:
        found.run(run)


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> SealedContest:
    """The same forms sealed by another committee's key."""
    return seal_contest(tmp_path_factory.mktemp("other"), small=True)


def test_a_refused_package_leaves_no_file_and_changes_nothing(
    room: Room, contest: SealedContest, other: SealedContest
) -> None:
    folder = room.directory / "packages"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    good = contest.bundles["primary"].package.path.read_bytes()
    refusals = {
        "not_a_package": b"hello",
        "wrong_digest": good[: len(good) // 2] + b"\0" + good[len(good) // 2 + 1 :],
        "wrong_signer": other.bundles["primary"].package.path.read_bytes(),
    }
    for code, content in refusals.items():
        refused = room.import_package(io.BytesIO(content), "cli")
        assert isinstance(refused, ImportRefused)
        assert refused.fault.value == code
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_package_sealed_again_replaces_the_first_only_until_the_sitting_is_prepared(
    tmp_path: Path, contest: SealedContest, room: Room
) -> None:
    from question_bank.custody_plan import CustodyPlan, read_plan
    from question_bank.sealed_write import seal
    from server.drill.prepared_room import SAMPLES, VERSION

    plan = read_plan((SAMPLES / "custody.yaml").read_bytes(), "custody.yaml")
    assert isinstance(plan, CustodyPlan)
    (tmp_path / "again").mkdir()
    again = seal(
        contest.forms["primary"], contest.key, plan, tmp_path / "again", created_at_ms=1, not_before_ms=None,
        requires_version=VERSION,
    )  # fmt: skip
    refused = room.import_package(io.BytesIO(again.package.path.read_bytes()), "cli")
    assert isinstance(refused, ImportRefused)
    assert refused.fault is ImportFault.PINNED
    same = room.import_package(io.BytesIO(contest.bundles["primary"].package.path.read_bytes()), "cli")
    assert not isinstance(same, ImportRefused)  # the very same file is welcome at any time
