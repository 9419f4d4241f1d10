"""The process in the sandbox: opens what a candidate handed in, and answers on its standard output.

It reads `in/job.json` and the parts named there. It answers `{"wanted": …}` while LibreOffice must first convert or recalculate something
(the workbooks to recalculate lie in `out/` then), else a whole `exam-work/1`. Exceptions of checks are told on the standard error, with
check and traceback. Started for each job: what it imports is counted in the milliseconds a file takes.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from question_bank.canonical import JSON, decode, encode
from question_bank.fields import Fields
from question_bank.formats.zips import UnreadableFileError
from question_bank.phrase import phrase
from question_bank.practical.catalogue import load_only
from question_bank.practical.marking import Opened, mark
from question_bank.practical.models import open_model
from question_bank.practical.prescan import ODF_KINDS, Passed, prescan
from question_bank.practical.rubric_reading import read_rubric
from question_bank.practical.sandbox.agreed import MOST_COMPLAINT, NO_MEMORY
from question_bank.practical.work import Notice, work_document

if TYPE_CHECKING:
    from question_bank.practical.rubric import HandedIn

MOST_JOB = 4 * 1024 * 1024  # bytes of job.json: names, keys and digests
MOST_ONE_ERROR = 2000  # characters of one check's traceback
MOST_MADE = 96 * 1024 * 1024  # bytes of all workbooks to recalculate


class TooMuchWantedError(Exception):
    """A check wants more recalculated than is done for one submission."""


@dataclass(frozen=True, slots=True)
class Job:
    """What the worker is given. Parts are names in `in/`; None is what LibreOffice could not make. `last`: nothing more can be asked."""

    modules: tuple[str, ...]  # that have the rubric's checks; none: all are loaded
    rubric: bytes
    seed: bytes
    inputs: dict[str, JSON]
    last: bool
    files: Mapping[str, tuple[str, str]]  # the rubric's name -> the file's own name, part
    converted: Mapping[str, str | None]
    recalculated: Mapping[str, Mapping[str, Mapping[str, str | None]]]  # file -> check -> key -> part
    stamps: Mapping[str, str]  # the rubric's name -> the stamp of this attempt's start file


@dataclass(slots=True)
class Asked:
    """What LibreOffice must do first."""

    folder: Path
    conversions: list[JSON] = field(default_factory=list)
    workbooks: list[JSON] = field(default_factory=list)
    _parts: dict[bytes, str] = field(
        default_factory=dict
    )  # what was laid down, by its bytes: many checks want the same workbook

    def workbook(self, file: str, check: str, wanted: Mapping[str, bytes]) -> None:
        """Lay a check's workbooks into `out/`. Raises TooMuchWantedError, which is the check's own."""
        for key, data in sorted(wanted.items()):
            part = self._parts.setdefault(data, f"w{len(self._parts)}")
            if sum(map(len, self._parts)) > MOST_MADE:
                raise TooMuchWantedError(check)
            (self.folder / "out" / part).write_bytes(data)
            self.workbooks.append({"file": file, "check": check, "key": key, "part": part})

    def document(self) -> dict[str, JSON]:
        """As it is answered."""
        return {"wanted": {"conversions": self.conversions, "workbooks": self.workbooks}}


def main() -> int:
    """Do the job of the folder it is started in."""
    try:
        answer = encode(answered(Path.cwd()))
    except MemoryError:
        return NO_MEMORY
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()
    return 0


def answered(folder: Path) -> dict[str, JSON]:
    """What is wanted, or the whole answer. Raises MemoryError, and what a broken job raises: the room asks once more."""
    job = _read(folder)
    load_only(job.modules)
    rubric = read_rubric(job.rubric, "rubric.yaml", job.seed).rubric
    assert rubric is not None, "the room has read it"
    asked, told = Asked(folder), _Errors()
    notices: list[Notice] = []
    opened = {one.name: _opened(folder, job, one, asked, notices) for one in rubric.files}
    marked = mark(rubric, opened, told)
    if asked.conversions or asked.workbooks:
        return asked.document()
    told.print()
    return work_document(marked, notices, job.inputs)


def _opened(folder: Path, job: Job, file: HandedIn, asked: Asked, notices: list[Notice]) -> Opened:
    """One file of the rubric: prescanned, converted where it must be, and opened."""
    if file.name not in job.files:
        return Opened(missing=True)
    called, part = job.files[file.name]
    data = (folder / "in" / part).read_bytes()
    scanned = prescan(called, data, file.accept)
    if isinstance(scanned, Notice):
        notices.append(scanned)
        return Opened(trouble=phrase("the file was not opened: %(why)s", why=scanned.message))
    notices.extend(scanned.notices)
    if file.watermark and file.name in job.stamps:
        notices.extend(_foreign(called, data, job.stamps[file.name]))
    kind = scanned.kind
    if kind in ODF_KINDS:
        if file.name not in job.converted and not job.last:
            asked.conversions.append({"file": file.name, "kind": kind})
            return Opened(trouble=phrase("LibreOffice must convert the file first"))
        kind, made = ODF_KINDS[kind], job.converted.get(file.name)
        data = (folder / "in" / made).read_bytes() if made else b""
        if not isinstance(prescan(f"converted.{kind}", data, (kind,)), Passed):
            message = phrase("LibreOffice could not convert the file: a person must look at it")
            notices.append(Notice("not_converted", called, message, stops=True))
            return Opened(trouble=message)
    return _modelled(folder, job, file.name, kind, data, asked, notices)


def _foreign(called: str, data: bytes, stamp: str) -> Iterator[Notice]:
    """What is told of a file that was not made from this attempt's start file. Marks are not touched."""
    from question_bank.practical.stamp import read_stamp  # milliseconds that most tasks need not wait for

    found = read_stamp(data)
    if found is None:
        yield Notice("foreign_file", called, phrase("the file was not made from the start file: it has no stamp"))
    elif found != stamp:
        yield Notice("foreign_file", called, phrase("the file has the stamp of another attempt"))


def _modelled(folder: Path, job: Job, name: str, kind: str, data: bytes, asked: Asked, notices: list[Notice]) -> Opened:
    try:
        model = open_model(kind, data)
    except UnreadableFileError as error:
        return Opened(trouble=phrase("the file was not opened: %(why)s", why=error.reason))
    recalculated: dict[str, dict[str, bytes]] = {}
    for check, keys in job.recalculated.get(name, {}).items():
        recalculated[check] = {
            key: (folder / "in" / part).read_bytes() for key, part in keys.items() if part is not None
        }
        if len(recalculated[check]) < len(keys):
            message = phrase(
                "LibreOffice could not recalculate a workbook that the check “%(check)s” made of it", check=check
            )
            notices.append(Notice("not_recalculated", name, message))

    def ask(check: str, wanted: Mapping[str, bytes]) -> None:
        asked.workbook(name, check, wanted)

    return Opened(model, recalculated=recalculated, data=data, ask=None if job.last else ask)


class _Errors:
    """What checks raised, for the room's log."""

    def __init__(self) -> None:
        self._told: list[str] = []

    def __call__(self, check: str, error: Exception) -> None:
        shown = "".join(traceback.format_exception(error, limit=-8))
        self._told.append(f"{check}: {shown[-MOST_ONE_ERROR:]}")

    def print(self) -> None:
        """All of them, the first ones whole."""
        sys.stderr.write("\n".join(self._told)[:MOST_COMPLAINT])


def _read(folder: Path) -> Job:
    fields = Fields(decode((folder / "in" / "job.json").read_bytes(), MOST_JOB), "job")
    job = Job(
        fields.texts("modules"),
        (folder / "in" / fields.text("rubric")).read_bytes(),
        bytes.fromhex(fields.text("seed")),
        fields.object("inputs"),
        fields.truth("last"),
        {one.text("file"): (one.text("called"), one.text("part")) for one in fields.objects("files")},
        {one.text("file"): one.text("part") or None for one in fields.objects("converted")},
        _recalculated(fields),
        _stamps(fields),
    )
    fields.done()
    return job


def _stamps(fields: Fields) -> Mapping[str, str]:
    inner = fields.inner("stamps")
    return {name: inner.text(name) for name in inner.names()}


def _recalculated(fields: Fields) -> Mapping[str, Mapping[str, Mapping[str, str | None]]]:
    found: dict[str, dict[str, dict[str, str | None]]] = {}
    for one in fields.objects("recalculated"):
        keys = found.setdefault(one.text("file"), {}).setdefault(one.text("check"), {})
        keys[one.text("key")] = one.text("part") or None
    return found


if __name__ == "__main__":
    sys.exit(main())
