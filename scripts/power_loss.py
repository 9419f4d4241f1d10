"""Cut a program's power: what is left on its disk is what it forced there, and of the rest whatever chance would have it.

A program runs with scripts/power_loss.c loaded before the C library, which writes down every call that changes its folder.
From these records and the folder as it was before, `Disk` knows at every instant what is certainly on the disk and what is
on its way, and puts in the folder's place what a cut at that instant may have left:

    bytes of a file     what was written before its last fsync; of what was written since, any of its sectors (512 bytes,
                        or 4096), in no order; the same for its length
    names in a folder   those from before the folder's last fsync; of what was named, renamed and removed since, any
                        first part: file systems keep that order and promise no more

That is less than ext4 or NTFS keep (an fsync of a new file there brings its name along): a program that survives it
survives them. Shared memory beside an SQLite log (`-shm`) is not kept: SQLite makes it anew. Needs Linux and gcc.
"""

from __future__ import annotations

import os
import random
import shutil
import struct
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

SOURCE: Final = Path(__file__).with_suffix(".c")
SECTORS: Final = (512, 4096)
CREATED, WROTE, RESIZED, SYNCED, RENAMED, REMOVED, MADE_FOLDER, LINKED, MAPPED = range(1, 10)
_HEAD: Final = struct.Struct("<IBQQQQQQII")
_MAGIC: Final = 0x52575050


def compiled(folder: Path) -> Path:
    """The library, made in this folder. Raises CalledProcessError with what the compiler said."""
    library = folder / "power_loss.so"
    if not library.exists():
        flags = ["-O1", "-Wall", "-Wextra", "-Wno-unused-parameter", "-Werror", "-shared", "-fPIC"]
        subprocess.run(["gcc", *flags, "-o", str(library), str(SOURCE), "-ldl", "-lpthread"], check=True)
    return library


@dataclass(slots=True)
class _File:
    """What is certainly on the disk, and the changes that are on their way: (offset, data), or (size, None)."""

    held: bytearray
    mode: int
    coming: list[tuple[int, bytes | None]] = field(default_factory=list)
    mapped: bool = False

    def settle(self) -> None:
        for at, data in self.coming:
            _change(self.held, at, data)
        self.coming.clear()

    def left(self, chance: random.Random | None) -> bytes:
        """What a cut now may leave."""
        found = bytearray(self.held)
        if chance is None:
            return bytes(found)
        sector, share = chance.choice(SECTORS), chance.choice((0.0, 0.5, 0.9, 1.0))
        for at, data in self.coming:
            if data is None:
                if chance.random() < share:
                    _change(found, at, None)
                continue
            while data:
                piece = sector - at % sector
                if chance.random() < share:
                    _change(found, at, data[:piece])
                at, data = at + piece, data[piece:]
        return bytes(found)


@dataclass(slots=True)
class _Folder:
    """Names that are certainly on the disk, and steps on their way: each takes some names out and puts some in."""

    held: dict[str, _File | _Folder]
    mode: int
    coming: list[tuple[tuple[str, ...], dict[str, _File | _Folder]]] = field(default_factory=list)

    def settle(self) -> None:
        self.held = self.after(len(self.coming))
        self.coming.clear()

    def after(self, steps: int) -> dict[str, _File | _Folder]:
        found = dict(self.held)
        for gone, new in self.coming[:steps]:
            for name in gone:
                found.pop(name, None)
            found.update(new)
        return found

    def left(self, chance: random.Random | None) -> dict[str, _File | _Folder]:
        """The names that a cut now may leave."""
        return self.after(0 if chance is None else chance.randint(0, len(self.coming)))


def _change(held: bytearray, at: int, data: bytes | None) -> None:
    if data is None:
        del held[at:]
        held.extend(bytes(at - len(held)))
        return
    if len(held) < at:
        held.extend(bytes(at - len(held)))
    held[at : at + len(data)] = data


@dataclass(frozen=True, slots=True)
class Call:
    """One record: which call, on which file or folder (by inode), and what came with it."""

    what: int
    at_ns: int
    inode: int
    folder: int
    other: int
    number: int
    first: bytes
    second: bytes


def calls(trace: Path) -> Iterator[Call]:
    """The records of a trace, in order; one that a kill tore is not there."""
    data = trace.read_bytes() if trace.exists() else b""
    place = 0
    while place + _HEAD.size <= len(data):
        magic, what, at_ns, _, inode, folder, other, number, first, second = _HEAD.unpack_from(data, place)
        if magic != _MAGIC:
            raise ValueError(f"{trace}: not a record at {place}")
        start = place + _HEAD.size
        if start + first + second > len(data):
            return
        name = data[start + first : start + first + second]
        yield Call(what, at_ns, inode, folder, other, number, data[start : start + first], name)
        place = start + first + second


class Disk:
    """A folder as the disk under it knows it. Made while nobody writes there; then `take` what was done since."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._known: dict[int, _File | _Folder] = {}
        self._top = self._found(root)

    def _found(self, path: Path) -> _Folder:
        """A folder as it lies there, all of it on the disk."""
        status = path.stat()
        folder = _Folder({}, status.st_mode & 0o777)
        self._known[status.st_ino] = folder
        for entry in sorted(path.iterdir()):
            if entry.is_dir():
                folder.held[entry.name] = self._found(entry)
            elif entry.is_file() and not entry.name.endswith("-shm"):
                file = entry.stat()
                folder.held[entry.name] = self._known[file.st_ino] = _File(
                    bytearray(entry.read_bytes()), file.st_mode & 0o777
                )
        return folder

    def take(self, call: Call) -> None:
        """One more call of the program. Raises ValueError for a file that comes from outside."""
        node = self._known.get(call.inode)
        if call.what in (CREATED, MADE_FOLDER, LINKED, REMOVED, RENAMED):
            self._rename(call, node)
        elif isinstance(node, _File) and call.what == MAPPED:
            node.mapped = True
        elif isinstance(node, _File) and call.what in (WROTE, RESIZED):
            node.coming.append((call.number, call.first if call.what == WROTE else None))
        elif node is not None and call.what == SYNCED:
            node.settle()

    def _rename(self, call: Call, node: _File | _Folder | None) -> None:
        into, out_of = self._known.get(call.folder), self._known.get(call.other)
        name, old = os.fsdecode(call.first), os.fsdecode(call.second)
        if call.what == CREATED:
            node = self._known[call.inode] = _File(bytearray(), 0o600)
        elif call.what == MADE_FOLDER:
            node = self._known[call.inode] = _Folder({}, 0o700)
        if call.what == REMOVED:
            if isinstance(into, _Folder):
                into.coming.append(((name,), {}))
            return
        if node is None:
            raise ValueError(f"{name} came from outside {self.root}")
        if into is out_of and isinstance(into, _Folder):  # of one folder: one step, whole or not at all
            into.coming.append(((old,), {name: node}))
            return
        if isinstance(into, _Folder):
            into.coming.append(((), {name: node}))
        if isinstance(out_of, _Folder):
            out_of.coming.append(((old,), {}))

    def put(self, target: Path, chance: random.Random | None) -> None:
        """Write what a cut now may have left to a folder that is not there; without a chance, only what is certain.

        Raises ValueError for a file whose content cannot be known.
        """
        self._put(self._top, target, chance)

    def _put(self, folder: _Folder, target: Path, chance: random.Random | None) -> None:
        target.mkdir(mode=0o700)
        for name, node in folder.left(chance).items():
            if isinstance(node, _Folder):
                self._put(node, target / name, chance)
            elif not name.endswith("-shm"):
                if node.mapped:
                    raise ValueError(f"{name} is written through memory, where nothing is seen of it")
                (target / name).write_bytes(node.left(chance))
                (target / name).chmod(node.mode)


class PowerSupply:
    """The power of one program that works in one folder: `environment` goes to every start of it, `cut` ends a life.

    Call `cut` once the program was killed; then the folder holds what the disk kept, and the program may start again.
    """

    def __init__(self, folder: Path, library: Path, scratch: Path, seed: int) -> None:
        self.folder = folder
        self.lives = 0
        self._library = library
        self._scratch = scratch
        self._chance = random.Random(seed)
        scratch.mkdir(exist_ok=True)
        self._begin()

    @property
    def environment(self) -> Mapping[str, str]:
        """For the program's next life."""
        return {
            "LD_PRELOAD": str(self._library),
            "POWER_ROOT": str(self.folder.resolve()),
            "POWER_TRACE": str(self.trace),
        }

    @property
    def trace(self) -> Path:
        """What the program did in this life."""
        return self._scratch / f"{self.lives}.trace"

    def _begin(self) -> None:
        self.disk = Disk(self.folder)

    def cut(self, *, only_certain: bool = False) -> int:
        """Leave what is certain and, unless told otherwise, some of the rest: how many calls there were in this life."""
        count = 0
        for call in calls(self.trace):
            self.disk.take(call)
            count += 1
        beside = self.folder.with_name(f".{self.folder.name}.cut")
        self.disk.put(beside, None if only_certain else self._chance)
        shutil.rmtree(self.folder)
        beside.rename(self.folder)
        self.lives += 1
        self._begin()
        return count

    def moments(self, number: int) -> Iterator[tuple[int, Path]]:
        """What cuts at so many instants of this life would have left: each instant (monotonic ns) and a folder for it.

        The folders are gone when the next one is asked for. The program need not have ended.
        """
        found = list(calls(self.trace))
        places = sorted(self._chance.sample(range(len(found)), min(number, len(found))))
        done = 0
        for place in places:
            for call in found[done : place + 1]:
                self.disk.take(call)
            done = place + 1
            target = self._scratch / "moment"
            self.disk.put(target, self._chance)
            try:
                # Whatever the outside heard before the *next* call was heard on the strength of the calls so far.
                yield (found[done].at_ns if done < len(found) else time.monotonic_ns()), target
            finally:
                shutil.rmtree(target)
