from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from server.marker.jobs import Job, JobError, JobFolder, work_off

# An engine that answers with the names of its files; one called “stuck” never ends while the folder has a file “hold”.
PROGRAM = """
import sys, time
from pathlib import Path
from server.marker.process import run
folder = Path(sys.argv[1])
def mark(job, files):
    (folder / ("begun-" + job.rubric)).touch()
    while job.rubric == "stuck" and (folder / "hold").exists():
        time.sleep(0.01)
    return b",".join(sorted(name.encode() + b"=" + data for name, data in files.items()))
run(folder, str(folder / "queue.sqlite"), 2, mark)
"""


class Beside:
    """The process beside a room, and what it says."""

    def __init__(self, folder: Path, repository: Path) -> None:
        command = [sys.executable, "-c", PROGRAM, str(folder)]
        environment = {**os.environ, "PYTHONPATH": str(repository)}
        self.child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=folder
        )

    def wake(self) -> None:
        assert self.child.stdin is not None
        self.child.stdin.write("\n")
        self.child.stdin.flush()

    def heard(self) -> dict[str, Any]:
        assert self.child.stdout is not None
        said: dict[str, Any] = json.loads(self.child.stdout.readline())
        return said

    def end(self) -> int:
        assert self.child.stdin is not None
        self.child.stdin.close()
        return self.child.wait(30)

    def close(self) -> None:
        self.child.kill()
        self.child.wait()
        for stream in (self.child.stdin, self.child.stdout):
            assert stream is not None
            stream.close()


@pytest.fixture
def beside(tmp_path: Path, repository: Path) -> Iterator[Callable[[], Beside]]:
    made: list[Beside] = []

    def start() -> Beside:
        made.append(Beside(tmp_path, repository))
        return made[-1]

    yield start
    for one in made:
        one.close()


@pytest.fixture
def folder(tmp_path: Path) -> JobFolder:
    made = JobFolder(tmp_path)
    made.prepare()
    return made


def given(folder: JobFolder, rubric: str = "r", **files: str) -> Job:
    job = Job(rubric, bytes(32), "1", {name: folder.keep_file(text.encode()) for name, text in files.items()})
    folder.give(job)
    return job


def test_every_job_gets_its_answer_whether_or_not_anybody_was_told(
    folder: JobFolder, beside: Callable[[], Beside]
) -> None:
    before = given(folder, a="1")
    process = beside()
    assert process.heard() == {"event": "marked", "key": before.key}  # nobody had said anything
    after = given(folder, a="2", b="3")
    process.wake()
    assert process.heard() == {"event": "marked", "key": after.key}
    assert (folder.answer(before.key), folder.answer(after.key)) == (b"a=1", b"a=2,b=3")
    assert folder.due() == []
    assert process.end() == 0


def test_what_was_in_hand_when_a_worker_was_killed_is_marked_by_the_next_one(
    folder: JobFolder, beside: Callable[[], Beside], tmp_path: Path, eventually: Callable[..., None]
) -> None:
    (tmp_path / "hold").touch()
    stuck, quick = given(folder, "stuck", a="1"), given(folder, "quick", a="2")
    process = beside()
    eventually((tmp_path / "begun-stuck").exists)
    eventually(lambda: folder.answered(quick.key))
    process.child.send_signal(signal.SIGKILL)
    process.child.wait()
    (tmp_path / "hold").unlink()
    assert folder.due() == [stuck.key]
    assert beside().heard() == {"event": "marked", "key": stuck.key}


def test_a_queue_that_is_lost_loses_nothing(folder: JobFolder, beside: Callable[[], Beside], tmp_path: Path) -> None:
    first = beside()
    assert first.end() == 0
    job = given(folder, a="1")
    for path in tmp_path.glob("queue.sqlite*"):
        path.unlink()
    assert beside().heard() == {"event": "marked", "key": job.key}


def test_a_job_whose_file_is_gone_is_told_and_the_others_are_marked(
    folder: JobFolder, beside: Callable[[], Beside], tmp_path: Path
) -> None:
    lost, whole = given(folder, a="1"), given(folder, a="2")
    (tmp_path / "files" / lost.files["a"]).unlink()
    process = beside()
    said = {one["key"]: one for one in (process.heard(), process.heard())}
    assert said[whole.key]["event"] == "marked"
    assert said[lost.key]["event"] == "failed"
    assert "JobError" in said[lost.key]["error"]
    folder.keep_file(b"1")
    process.wake()
    assert process.heard() == {"event": "marked", "key": lost.key}


def test_a_message_that_is_no_message_stops_nobody(
    folder: JobFolder, beside: Callable[[], Beside], tmp_path: Path
) -> None:
    from server.marker.queue import open_queue

    queue = open_queue(str(tmp_path / "queue.sqlite"))
    for message in (b"", b"cos\nsystem\n(S'touch owned'\ntR.", b"[1, 2", b'{"a": 1}', b"x" * 100_000):
        queue.storage.enqueue(message)
    queue.storage.close()
    job = given(folder, a="1")
    assert beside().heard() == {"event": "marked", "key": job.key}
    assert not (tmp_path / "owned").exists()


def test_an_answer_is_for_one_engine_one_rubric_one_candidate_and_these_files(folder: JobFolder) -> None:
    file = folder.keep_file(b"1")
    jobs = [
        Job("r", bytes(32), "1", {"a": file}), Job("r", bytes(32), "2", {"a": file}), Job("s", bytes(32), "1", {"a": file}),
        Job("r", bytes(31) + b"1", "1", {"a": file}), Job("r", bytes(32), "1", {"b": file}),
    ]  # fmt: skip
    assert len({job.key for job in jobs}) == len(jobs)
    folder.give(jobs[0])
    assert work_off(folder, jobs[0].key, lambda _job, _files: b"first")
    assert not work_off(folder, jobs[0].key, lambda _job, _files: b"second")
    assert folder.answer(jobs[0].key) == b"first"
    assert folder.answer(jobs[1].key) is None


@pytest.mark.parametrize("name", ["", "..", "../../x", "a" * 63, "A" * 64, "z" * 64])
def test_only_digests_name_places(folder: JobFolder, name: str) -> None:
    with pytest.raises(JobError):
        folder.answer(name)


def test_a_file_that_was_changed_is_not_marked(folder: JobFolder, tmp_path: Path) -> None:
    job = given(folder, a="1")
    (tmp_path / "files" / job.files["a"]).write_bytes(b"2")
    with pytest.raises(JobError):
        work_off(folder, job.key, lambda _job, _files: b"")
    assert folder.due() == [job.key]
