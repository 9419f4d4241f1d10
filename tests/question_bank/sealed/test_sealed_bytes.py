"""There is no byte of a package that can change, go or come without a named error."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from question_bank.sealed import Package, SealError, SealFault
from question_bank.sealed_zip import Entry, Frame, frame

Sealed = Any  # the conftest's class: conftest modules cannot be imported


@pytest.fixture
def copy(sealed: Sealed, tmp_path: Path) -> tuple[Path, bytes]:
    """A copy of the package to damage, and its right bytes."""
    path = tmp_path / "damaged.exam"
    data = sealed.package.path.read_bytes()
    path.write_bytes(data)
    return path, data


def verdict(path: Path, signer: bytes) -> SealFault | None:
    try:
        Package.open_file(path, signer, "0.1.0").verify()
    except SealError as error:
        return error.code
    return None


def shape_of(sealed: Sealed, data: bytes) -> tuple[Frame, list[Entry]]:
    """The frame of the package, computed here from its contents, and its entries."""
    members = sealed.package.manifest.members
    sizes = [("manifest.json", int.from_bytes(data[22:26], "little")), ("manifest.sig", 64)]
    entries, place = [], 0
    for name, size in [*sizes, *((member.name, member.size) for member in members)]:
        place += 30 + len(name)
        entries.append(Entry(name, size, zlib.crc32(data[place : place + size])))
        place += size
    return frame(entries), entries


def test_frame_and_contents_together_are_the_whole_file(sealed: Sealed) -> None:
    """The proof that every byte is covered: frame bytes are compared, contents are signed, a signature or digested."""
    data = sealed.package.path.read_bytes()
    shape, entries = shape_of(sealed, data)
    covered = bytearray(len(data))
    for head, offset, entry in zip(shape.locals, shape.offsets, entries, strict=True):
        assert data[offset - len(head) : offset] == head
        for place in range(offset - len(head), offset + entry.size):
            covered[place] += 1
    for place in range(shape.size - len(shape.tail), shape.size):
        covered[place] += 1
    assert set(covered) == {1}


def test_any_changed_byte_of_headers_manifest_or_signature_is_named(sealed: Sealed, copy: tuple[Path, bytes]) -> None:
    path, data = copy
    shape, _ = shape_of(sealed, data)
    first_member = shape.offsets[2]
    places = list(range(first_member)) + list(range(shape.size - len(shape.tail), shape.size))
    for head, offset in zip(shape.locals[3:], shape.offsets[3:], strict=True):
        places += range(offset - len(head), offset)
    accepted = [place for place in places if changed(path, data, place, 1 << place % 8, sealed) is None]
    assert accepted == []
    assert len(places) > 2500


def test_a_changed_byte_inside_any_member_is_a_wrong_digest(sealed: Sealed, copy: tuple[Path, bytes]) -> None:
    path, data = copy
    shape, entries = shape_of(sealed, data)
    for offset, entry in zip(shape.offsets[2:], entries[2:], strict=True):
        for place in (offset, offset + 1, *range(offset + 7, offset + entry.size - 1, 401), offset + entry.size - 1):
            assert changed(path, data, place, 0x80, sealed) is SealFault.WRONG_DIGEST


@pytest.mark.soak
def test_every_bit_of_the_whole_file_matters(sealed: Sealed, copy: tuple[Path, bytes]) -> None:
    path, data = copy
    accepted = [
        (place, bit)
        for place in range(len(data))
        for bit in range(8)
        if changed(path, data, place, 1 << bit, sealed) is None
    ]
    assert accepted == []


def changed(path: Path, data: bytes, place: int, bits: int, sealed: Sealed) -> SealFault | None:
    """The verdict with some bits of one byte changed; the file is put right again."""
    with path.open("r+b") as file:
        file.seek(place)
        file.write(bytes([data[place] ^ bits]))
    found = verdict(path, sealed.key.public)
    with path.open("r+b") as file:
        file.seek(place)
        file.write(data[place : place + 1])
    return found


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(share=st.floats(0, 1, exclude_max=True))
def test_a_file_cut_anywhere_is_named(sealed: Sealed, copy: tuple[Path, bytes], share: float) -> None:
    path, data = copy
    path.write_bytes(data[: int(share * len(data))])
    assert verdict(path, sealed.key.public) in {SealFault.TRUNCATED, SealFault.NOT_A_PACKAGE}


def test_a_file_cut_at_any_edge_of_the_frame_is_named(sealed: Sealed, copy: tuple[Path, bytes]) -> None:
    path, data = copy
    shape, _ = shape_of(sealed, data)
    edges = {
        edge for head, offset in zip(shape.locals, shape.offsets, strict=True) for edge in (offset - len(head), offset)
    }
    edges |= {shape.size - len(shape.tail), shape.size - 22}
    for edge in edges:
        for place in {edge - 1, edge, edge + 1} & set(range(len(data))):
            path.write_bytes(data[:place])
            assert verdict(path, sealed.key.public) is (SealFault.TRUNCATED if place else SealFault.NOT_A_PACKAGE)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tail=st.binary(min_size=1, max_size=200))
def test_anything_after_the_end_is_named(sealed: Sealed, copy: tuple[Path, bytes], tail: bytes) -> None:
    path, data = copy
    path.write_bytes(data + tail)
    assert verdict(path, sealed.key.public) is SealFault.TRAILING_BYTES


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_piece_of_the_file_replaced_doubled_or_left_out_is_named(
    sealed: Sealed, copy: tuple[Path, bytes], data: st.DataObject
) -> None:
    path, good = copy
    start = data.draw(st.integers(0, len(good) - 1))
    end = data.draw(st.integers(start, min(len(good), start + 600)))
    put = data.draw(st.binary(max_size=40) | st.just(good[start:end] * 2) | st.just(b"\0" * (end - start)))
    bad = good[:start] + put + good[end:]
    path.write_bytes(bad)
    assert (verdict(path, sealed.key.public) is None) is (bad == good)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(noise=st.binary(max_size=400) | st.binary(max_size=400).map(lambda data: b"PK\3\4" + data))
def test_noise_is_named_and_never_a_crash(tmp_path: Path, noise: bytes) -> None:
    path = tmp_path / "noise.exam"
    path.write_bytes(noise)
    assert verdict(path, bytes(32)) is not None


def test_a_hostile_directory_is_not_read_into_memory(tmp_path: Path) -> None:
    """An end record that claims a directory of most of a large file."""
    path = tmp_path / "hostile.exam"
    size = 300 * 2**20
    end = b"PK\5\6" + bytes(4) + b"\1\0\1\0" + (size - 26).to_bytes(4, "little") + (4).to_bytes(4, "little") + bytes(2)
    with path.open("wb") as file:
        file.write(b"PK\3\4")
        file.truncate(size - len(end))
        file.seek(0, 2)
        file.write(end)
    assert path.stat().st_size == size
    assert verdict(path, bytes(32)) is SealFault.UNUSUAL_ZIP


def test_two_packages_cannot_be_mixed(make_sealed: Callable[..., Sealed], tmp_path: Path) -> None:
    """A member of a package by the same committee, in the place of this one's, is a wrong digest or an odd container."""
    (tmp_path / "other").mkdir()
    mine = make_sealed(tmp_path)
    other = make_sealed(tmp_path / "other", key=mine.key)
    data, foreign = mine.package.path.read_bytes(), other.package.path.read_bytes()
    shape, entries = shape_of(mine, data)
    other_shape, other_entries = shape_of(other, foreign)
    for place in range(2, len(entries)):
        start, wanted = shape.offsets[place], entries[place].size
        content = foreign[other_shape.offsets[place] :][: other_entries[place].size]
        path = tmp_path / "mixed.exam"
        path.write_bytes(data[:start] + content + data[start + wanted :])
        assert verdict(path, mine.key.public) is not None
