"""Pictures of codes: what is read, what is not, and what a picture that ends its reader costs."""

from __future__ import annotations

import io
import os
import random
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from client_kiosk.carrying import code_picture
from server.domain.rescue_events import Carrier
from server.live.qr_pictures import PictureFault, PictureReader
from server.live.rescue_codes import CodeDesk
from server.live.rescue_report import Report, RescueFault
from server.protocol.erasure import restored, spare
from server.protocol.rescue_frames import MAX_SHOWN_BYTES, Gathering, frames, read_frame
from server.store.async_port import THREADS


@pytest.fixture
def reader() -> Iterator[PictureReader]:
    found = PictureReader(THREADS)
    yield found
    found.stop()


class Desk:
    """Takes files in, for the desk of codes."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []

    def take_in(self, data: bytes, carrier: Carrier, officer_id: str) -> Report | RescueFault:
        self.taken.append(data)
        return RescueFault.OTHER_ROOM


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def codes(desk: Desk) -> Iterator[CodeDesk]:
    found = CodeDesk(desk.take_in, THREADS)
    yield found
    found.stop()


def pictures(data: bytes) -> list[bytes]:
    return [code_picture(frame.to_bytes()) for frame in frames(data)]


def test_any_of_the_codes_that_are_enough_bring_a_file_back_once(codes: CodeDesk, desk: Desk) -> None:
    data = os.urandom(2_000)
    shown = pictures(data)
    seen = [codes.look(one, Carrier.PHOTOS, "o1") for one in (shown[5], shown[0], shown[0], shown[3], shown[4])]
    assert [(one.codes, len(one.taken)) for one in seen] == [(1, 0), (1, 0), (1, 0), (1, 0), (1, 1)]
    assert [(one.have, one.need) for one in seen[3].under_way] == [(3, 4)]
    assert desk.taken == [data]
    after = codes.look(shown[1], Carrier.PHOTOS, "o1")
    assert (after.taken, after.under_way) == ((), ()), "one more code of a file that is in says nothing new"


def test_officers_and_machines_are_kept_apart(codes: CodeDesk, desk: Desk) -> None:
    one, other = os.urandom(1_000), os.urandom(1_000)
    both = Image.new("L", (1_500, 800), 255)
    for place, data in enumerate((one, other)):
        both.paste(Image.open(io.BytesIO(pictures(data)[0])), (place * 750, 20))
    buffer = io.BytesIO()
    both.save(buffer, "PNG")
    assert codes.look(buffer.getvalue(), Carrier.PHOTOS, "o1").codes == 2, "two screens in one picture"
    assert codes.look(pictures(one)[1], Carrier.PHOTOS, "o2").taken == ()
    assert len(codes.look(pictures(one)[1], Carrier.PHOTOS, "o1").taken) == 1
    codes.forget("o1")
    assert codes.under_way("o1") == ()


def test_codes_that_do_not_come_to_the_file_they_name_are_forgotten(codes: CodeDesk, desk: Desk) -> None:
    """A frame whose checksum is right and whose block is not: made up by somebody."""
    first, second, *_ = frames(os.urandom(1_000))
    false = type(second)(second.file_id, second.total_bytes, second.count, second.number, os.urandom(len(second.block)))
    codes.look(code_picture(first.to_bytes()), Carrier.PHOTOS, "o1")
    seen = codes.look(code_picture(false.to_bytes()), Carrier.PHOTOS, "o1")
    assert seen.taken == (RescueFault.DAMAGED,)
    assert (desk.taken, seen.under_way) == ([], ())
    for one in (first, second):
        seen = codes.look(code_picture(one.to_bytes()), Carrier.PHOTOS, "o1")
    assert len(desk.taken) == 1


def test_what_is_no_picture_or_holds_no_code_of_ours_is_said(reader: PictureReader, codes: CodeDesk) -> None:
    assert reader.codes(b"no picture") is PictureFault.NOT_A_PICTURE
    assert reader.codes(b"") is PictureFault.NOT_A_PICTURE
    assert reader.codes(pictures(b"x")[0][:200]) is PictureFault.NOT_A_PICTURE
    assert reader.codes(b"\0" * (25 << 20)) is PictureFault.TOO_LARGE
    blank = io.BytesIO()
    Image.new("L", (300, 200), 128).save(blank, "PNG")
    assert reader.codes(blank.getvalue()) == []
    bomb = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(bomb, "PNG")
    assert reader.codes(bomb.getvalue()) is PictureFault.TOO_LARGE
    import segno

    other = io.BytesIO()
    segno.make("https://example.invalid").save(other, kind="png", scale=8)
    seen = codes.look(other.getvalue(), Carrier.CAMERA, "o1")
    assert (seen.codes, seen.others) == (0, 1)


def test_a_reader_that_is_killed_costs_one_picture(reader: PictureReader) -> None:
    good = pictures(b"answers")[0]
    assert len(_read(reader, good)) == 1
    process = reader._process
    assert process is not None
    process.kill()
    process.wait()
    assert len(_read(reader, good)) == 1, "the next picture is read by another process"


def _read(reader: PictureReader, picture: bytes) -> list[bytes]:
    found = reader.codes(picture)
    assert isinstance(found, list)
    return found


@given(size=st.integers(1, 12_000), seed=st.integers(0, 1 << 20))
def test_whichever_frames_are_missed_the_rest_is_enough_and_one_fewer_is_not(size: int, seed: int) -> None:
    chance = random.Random(seed)
    data = chance.randbytes(size)
    shown = frames(data)
    count = shown[0].count
    chosen = chance.sample(shown, count)
    gathering = Gathering()
    for frame in chosen[:-1]:
        gathering = gathering.with_frame(frame)
    assert all(one.data() is None for one in gathering.files)
    assert gathering.with_frame(chosen[-1]).files[-1].data() == data


@given(bit=st.integers(0, 666 * 8 - 1), cut=st.integers(0, 665))
def test_a_frame_read_wrongly_is_none(bit: int, cut: int) -> None:
    data = bytearray(frames(b"answers" * 100)[1].to_bytes())
    assert read_frame(bytes(data[:cut])) is None
    data[bit // 8] ^= 1 << bit % 8
    assert read_frame(bytes(data)) is None


def test_what_is_too_large_to_be_shown_is_refused() -> None:
    assert len(frames(bytes(MAX_SHOWN_BYTES))) == 255
    with pytest.raises(ValueError, match="170"):
        frames(bytes(MAX_SHOWN_BYTES + 1))


def test_spares_alone_bring_every_block_back() -> None:
    blocks = [os.urandom(8) for _ in range(5)]
    held = {number: spare(blocks, number) for number in range(5, 10)}
    assert restored(held, 5) == blocks
    assert restored({5: held[5]}, 5) is None
