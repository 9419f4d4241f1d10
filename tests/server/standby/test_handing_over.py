"""What is larger than a frame reaches the other server all the same, under a bound; so do the packages of many sittings."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.live.standby import branching, frames, parcels, recovery
from server.live.standby.frames import Frame
from server.live.standby.parcels import Parcel, pieces, unpacked
from server.store.journal import Journal
from server.store.packages import PackageRow

NAME = "sittings/sitting-1.journal.sqlite"


def sent(content: bytes, octets: int = 1_000) -> list[Frame]:
    """The frames of a branch."""
    found, offset = [], 0
    for piece, last in pieces(content, octets):
        found.append(Frame({"t": "branch", "offset": offset, "last": last}, piece))
        offset += len(piece)
    return found


@given(st.binary(max_size=3_000), st.integers(1, 500))
def test_pieces_make_the_whole_again(content: bytes, octets: int) -> None:
    parcel = Parcel(NAME)
    whole = [found for frame in sent(content, octets) if (found := parcel.add(frame)) is not None]
    assert [unpacked(one, len(content) or 1) for one in whole] == [content]


def test_pieces_out_of_their_order_or_beyond_the_bound_are_refused() -> None:
    found = sent(os.urandom(5_000))
    with pytest.raises(ValueError, match="offset"):
        Parcel(NAME).add(found[-1])
    twice = Parcel(NAME)
    twice.add(found[0])
    with pytest.raises(ValueError, match="offset"):
        twice.add(found[0])
    small = Parcel(NAME, most=len(found[0].data))
    small.add(found[0])
    with pytest.raises(ValueError, match="offset"):
        small.add(found[1])


def test_what_unpacks_to_more_than_was_allowed_is_refused() -> None:
    parcel = Parcel(NAME)
    packed = [found for frame in sent(bytes(100_000)) if (found := parcel.add(frame)) is not None]
    assert len(packed[0]) < 1_000
    with pytest.raises(ValueError, match="packed"):
        unpacked(packed[0], 99_999)


def test_what_was_cut_short_is_no_shorter_history() -> None:
    parcel = Parcel(NAME)
    packed = [found for frame in sent(os.urandom(100_000)) if (found := parcel.add(frame)) is not None]
    for octets in (1, 10, 50_000):
        with pytest.raises(ValueError, match="packed"):
            unpacked(packed[0][:-octets], 200_000)


@pytest.fixture
def behind(primary: Any, waiting: Callable[..., Any], server: Any) -> Any:
    """A standby with records its primary never had: both began with the same four."""
    server.started(1, 2, 3)
    records = server.journal.read()
    with Journal.open(primary.directory / NAME) as journal:
        journal.append(journal.head(), records[:4])
    primary.serve()
    second = waiting(primary.address)
    (second.replica.directory / "sittings").mkdir()
    with Journal.open(second.replica.directory / NAME) as journal:
        journal.append(journal.head(), records)
    return second


def test_a_history_larger_than_any_frame_is_handed_over_whole(
    primary: Any, behind: Any, eventually: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frames, "MAX_FRAME_BYTES", 3_000)
    monkeypatch.setattr(branching, "PAGE_RECORDS", 3)
    monkeypatch.setattr(branching, "pieces", lambda content: pieces(content, 1_000))
    taken: dict[str, bytes] = {}
    primary.link.on_branch = taken.__setitem__
    expected = branching.branch_file(behind.replica.directory / NAME, NAME, 4, behind.here())
    assert len(expected) > 2 * 3_000
    assert parcels.PIECE_BYTES < frames.MAX_HEAD_BYTES * 8

    behind.start()
    eventually(lambda: behind.replica.heads() and behind.replica.heads()[NAME].seq == 4)
    assert taken == {NAME: expected}
    branch = recovery.read_branch(primary.identity, taken[NAME])
    assert (branch.common.seq, branch.entries[0].record.seq) == (4, 5)


def test_a_history_too_large_to_be_handed_over_stays_and_the_standby_says_so(
    primary: Any, behind: Any, eventually: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(branching, "MAX_BRANCH_BYTES", 1_000)
    before = (behind.replica.directory / NAME).stat().st_size
    behind.start()
    eventually(lambda: behind.follower.fault is not None)
    assert "too much" in str(behind.follower.fault)
    assert (behind.replica.directory / NAME).stat().st_size >= before


def test_a_room_that_has_held_many_sittings_has_all_its_packages_on_both(
    primary: Any, waiting: Callable[..., Any], eventually: Callable[..., None]
) -> None:
    for n in range(70):
        content = f"sealed {n}".encode()
        (primary.directory / "packages" / f"p{n}.exam").write_bytes(content)
        digest = hashlib.sha256(content).digest()
        primary.store.packages.put(PackageRow(f"p{n}", "primary", len(content), digest, b"\1" * 32, 1, "o1"))
    primary.serve()
    second = waiting(primary.address)
    second.start()
    eventually(lambda: len(list((second.replica.directory / "packages").glob("*.exam"))) == 70)
    eventually(lambda: second.follower.files_missing == 0)
