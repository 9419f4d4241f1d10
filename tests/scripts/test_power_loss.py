"""The power supply of tests: what it leaves after a cut is what a program had forced to its disk, and no more."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from scripts.power_loss import PowerSupply, compiled

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("gcc") is None, reason="needs Linux and gcc to watch writes"
)
BEGIN = """
import os, sqlite3, sys
def put(name, data, sync=True):
    descriptor = os.open(name, os.O_RDWR | os.O_CREAT, 0o640)
    os.write(descriptor, data)
    if sync:
        os.fsync(descriptor)
    return descriptor
def sync(folder="."):
    descriptor = os.open(folder, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compiled(tmp_path_factory.mktemp("power"))


@pytest.fixture
def after_a_cut(tmp_path: Path, library: Path) -> Callable[..., dict[str, bytes]]:
    """`after_a_cut(program, seed=None)`: a program works in a folder with one old file, then the power goes."""
    number = iter(range(1000))

    def run(program: str, seed: int | None = None) -> dict[str, bytes]:
        folder = tmp_path / f"disk{next(number)}"
        folder.mkdir()
        (folder / "old").write_bytes(b"old")
        supply = PowerSupply(folder, library, tmp_path / f"{folder.name}.trace", seed or 0)
        done = subprocess.run(
            [sys.executable, "-c", BEGIN + program], cwd=folder, env=dict(supply.environment), capture_output=True, check=False
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        supply.cut(only_certain=seed is None)
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    return run


@pytest.mark.parametrize(
    ("program", "left"),
    [
        ("", {"old": b"old"}),
        ("put('old', b'new!', sync=False)", {"old": b"old"}),
        ("put('old', b'new!')", {"old": b"new!"}),
        ("put('a', b'a'); sync()", {"old": b"old", "a": b"a"}),
        ("put('a', b'a', sync=False); sync()", {"old": b"old", "a": b""}),
        ("put('a', b'a')", {"old": b"old"}),
        ("os.unlink('old')", {"old": b"old"}),
        ("os.unlink('old'); sync()", {}),
        ("put('a', b'a'); os.rename('a', 'old')", {"old": b"old"}),
        ("put('a', b'a'); os.rename('a', 'old'); sync()", {"old": b"a"}),
        ("put('a', b'a', sync=False); os.rename('a', 'old'); sync()", {"old": b""}),
        ("os.mkdir('d'); put('d/a', b'a'); sync('d')", {"old": b"old"}),
        ("os.mkdir('d'); put('d/a', b'a'); sync('d'); sync()", {"old": b"old", "d/a": b"a"}),
        ("d = put('old', b'123456'); os.ftruncate(d, 2)", {"old": b"123456"}),
        ("d = put('old', b'123456'); os.ftruncate(d, 2); os.fsync(d)", {"old": b"12"}),
        ("d = put('old', b'123'); os.pwrite(d, b'x', 5); os.writev(d, [b'4', b'5']); os.fdatasync(d)", {"old": b"12345x"}),
        ("d = put('old', b'1'); os.posix_fallocate(d, 0, 3); os.fsync(d)", {"old": b"1ld"}),
        ("import shutil; shutil.copy('old', 'new'); os.fsync(os.open('new', os.O_RDONLY)); sync()", {"old": b"old", "new": b"old"}),
        ("d = os.dup(put('old', b'1')); os.write(d, b'2'); os.fsync(d)", {"old": b"12d"}),
        ("f = open('old', 'ab'); f.write(b'!'); f.flush(); os.fsync(f.fileno())", {"old": b"old!"}),
    ],
)  # fmt: skip
def test_what_is_certain_is_what_was_forced_to_the_disk_with_its_name(
    after_a_cut: Callable[..., dict[str, bytes]], program: str, left: dict[str, bytes]
) -> None:
    assert after_a_cut(program) == left


def test_what_was_not_forced_is_there_by_sectors_and_names_come_in_their_order(
    after_a_cut: Callable[..., dict[str, bytes]],
) -> None:
    program = "put('old', b'N' * 8192, sync=False)\nfor n in range(6): put(str(n), b'')"
    seen = [after_a_cut(program, seed) for seed in range(1, 25)]
    files = {found["old"] for found in seen}
    assert len(files) > 4
    for data in files:
        sectors = [data[at : at + 512] for at in range(0, len(data), 512)]
        assert all(one.strip(b"N\0") in (b"", b"old") for one in sectors)
    names = {tuple(sorted(found.keys() - {"old"})) for found in seen}
    assert len(names) > 3
    assert all(found == tuple(map(str, range(len(found)))) for found in names)


def test_a_database_that_forces_nothing_loses_rows_and_one_that_does_loses_none(
    after_a_cut: Callable[..., dict[str, bytes]], tmp_path: Path
) -> None:
    program = """
c = sqlite3.connect('db', isolation_level=None)
c.execute('PRAGMA journal_mode = WAL')
c.execute('PRAGMA synchronous = {mode}')
c.execute('CREATE TABLE t (n)')
for n in range(50): c.execute('INSERT INTO t VALUES (?)', (n,))
os._exit(0)
"""
    left = after_a_cut(program.format(mode="FULL"))
    assert "db-shm" not in left
    for name, data in left.items():
        (tmp_path / name).write_bytes(data)
    with closing(sqlite3.connect(tmp_path / "db")) as found:
        assert found.execute("SELECT count(*) FROM t").fetchone() == (50,)
    assert len(after_a_cut(program.format(mode="OFF")).get("db-wal", b"")) < len(left["db-wal"])


def test_a_file_that_is_written_through_memory_is_refused(after_a_cut: Callable[..., dict[str, bytes]]) -> None:
    with pytest.raises(ValueError, match="through memory"):
        after_a_cut("import mmap; m = mmap.mmap(put('old', b'123'), 3); m[0] = 65")


def test_chance_is_the_seeds(after_a_cut: Callable[..., dict[str, bytes]]) -> None:
    program = "put('old', b'N' * 9000, sync=False)"
    assert after_a_cut(program, 7) == after_a_cut(program, 7)
    assert len({after_a_cut(program, seed)["old"] for seed in range(6)}) > 1
