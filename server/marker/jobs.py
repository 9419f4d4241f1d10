"""Jobs of marking in a folder: what is to be marked, and what came of it. A file that is there is whole.

The folder is the truth of the marker as the journals are of the room: a queue that is lost, a worker that is killed, a job that is given
twice change nothing. A job is named by all that its answer depends on, so its answer holds for ever.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from question_bank import canonical
from question_bank.canonical import JSON
from question_bank.disk import lasting_folder, replace_private
from question_bank.errors import ExamRoomError
from question_bank.fields import Fields
from question_bank.phrase import phrase
from server.errors import RoomError

JOB_FORMAT = "exam-marking-job/1"
MAX_JOB_BYTES = 4 * 1024 * 1024  # a rubric has at most two
MAX_ANSWER_BYTES = 1024 * 1024  # the sandbox answers at most 256 KiB; both languages and what stands around
MAX_FILE_BYTES = 20 * 1024 * 1024
_KEY = re.compile(r"[0-9a-f]{64}")


class JobError(RoomError):
    """A job cannot be read, or its files are not there."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be marked: a rubric's text, the candidate's seed (32 bytes), the engine, and files by the rubric's names, by digest."""

    rubric: str
    seed: bytes
    engine: str
    files: Mapping[str, str]

    @property
    def key(self) -> str:
        """The job's name: the digest of all that its answer depends on."""
        return canonical.digest(self.document()).hex()

    def document(self) -> dict[str, JSON]:
        """As it is kept."""
        files: dict[str, JSON] = dict(sorted(self.files.items()))
        return {
            "format": JOB_FORMAT,
            "rubric": self.rubric,
            "seed": self.seed.hex(),
            "engine": self.engine,
            "files": files,
        }


def parse_job(data: bytes) -> Job:
    """A job as it was kept. Raises DocumentError, CanonicalError."""
    fields = Fields(canonical.decode(data, MAX_JOB_BYTES), "job")
    fields.expect("format", JOB_FORMAT)
    files = fields.inner("files")
    job = Job(
        rubric=fields.text("rubric"),
        seed=bytes.fromhex(fields.text("seed")),
        engine=fields.text("engine"),
        files={name: files.text(name) for name in files.names()},
    )
    fields.done()
    return job


class JobFolder:
    """`jobs/<key>.json`, `marked/<key>.json` and `files/<sha256>` below one folder. Any process of the room's user may use it."""

    def __init__(self, folder: Path) -> None:
        self._jobs, self._marked, self._files = (folder / name for name in ("jobs", "marked", "files"))

    def prepare(self) -> None:
        """Make the folders. Raises OSError."""
        for folder in (self._jobs, self._marked, self._files):
            lasting_folder(folder, 0o700)

    def give(self, job: Job) -> None:
        """Keep a job; nothing when it is known. Raises OSError."""
        if not (path := self._path(self._jobs, job.key)).exists():
            replace_private(path, canonical.encode(job.document()))

    def job(self, key: str) -> Job:
        """A job. Raises JobError."""
        try:
            job = parse_job(self._path(self._jobs, key).read_bytes())
        except (OSError, ValueError, ExamRoomError) as error:
            raise JobError(phrase("the job %(key)s cannot be read", key=key[:16])) from error
        if job.key != key:
            raise JobError(phrase("the job %(key)s cannot be read", key=key[:16]))
        return job

    def keep_file(self, data: bytes) -> str:
        """Keep a file that jobs may name: its digest. Raises OSError."""
        sha256 = hashlib.sha256(data).hexdigest()
        if not (path := self._path(self._files, sha256)).exists():
            replace_private(path, data)
        return sha256

    def file(self, sha256: str) -> bytes:
        """A file by its digest, which is looked at. Raises JobError."""
        try:
            with self._path(self._files, sha256).open("rb") as file:
                data = file.read(MAX_FILE_BYTES + 1)
        except OSError as error:
            raise JobError(phrase("a file to be marked is not there")) from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise JobError(phrase("a file to be marked is not what it was"))
        return data

    def answered(self, key: str) -> bool:
        """Whether a job has its answer."""
        return self._path(self._marked, key).exists()

    def answer(self, key: str) -> bytes | None:
        """What came of a job; None while it is due. Raises OSError."""
        try:
            with self._path(self._marked, key).open("rb") as file:
                return file.read(MAX_ANSWER_BYTES + 1)
        except FileNotFoundError:
            return None

    def keep_answer(self, key: str, answer: bytes) -> None:
        """Keep what came of a job: it is on the disk before this returns. Raises OSError."""
        replace_private(self._path(self._marked, key), answer)

    def due(self) -> list[str]:
        """Every job without an answer, in order of name. Raises OSError."""
        done = {path.name for path in self._marked.glob("*.json")}
        return sorted(path.stem for path in self._jobs.glob("*.json") if path.name not in done)

    @staticmethod
    def _path(folder: Path, name: str) -> Path:
        """A place by a digest; anything else names nothing."""
        if not _KEY.fullmatch(name):
            raise JobError(phrase("“%(name)s” is no digest", name=name[:80]))
        return folder / (name if folder.name == "files" else f"{name}.json")


Mark = Callable[[Job, Mapping[str, bytes]], bytes]
"""The engine: what comes of a job's files, by the rubric's names. Must not raise for what is in them."""


def work_off(folder: JobFolder, key: str, mark: Mark) -> bool:
    """Mark one job if it is due; whether it was. Twice at once does no harm: both write the same. Raises JobError, OSError."""
    if folder.answered(key):
        return False
    job = folder.job(key)
    folder.keep_answer(key, mark(job, {name: folder.file(sha256) for name, sha256 in job.files.items()}))
    return True
