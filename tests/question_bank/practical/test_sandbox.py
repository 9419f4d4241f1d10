"""The sandbox holds what runs in it, whatever that tries; where there is none, nothing is run."""

from __future__ import annotations

import dataclasses
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from question_bank.phrase import english
from question_bank.practical import job
from question_bank.practical.job import WorkDocument, mark_submission
from question_bank.practical.sandbox import linux
from question_bank.practical.sandbox.port import (
    MIB,
    Command,
    Limits,
    Missing,
    Ran,
    Reason,
    Stopped,
    prepared,
    read_made,
    run,
)
from scripts.office_files import docx, packed

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox of Linux")

LIMITS = Limits(wall_s=20, cpu_s=10, memory_bytes=512 * MIB)
SEED = bytes(32)
FILE = packed(docx())


@pytest.fixture
def python(tmp_path: Path) -> Callable[..., Ran | Stopped]:
    """`python(code, limits)`: run a line of Python in the sandbox."""

    def start(code: str, limits: Limits = LIMITS) -> Ran | Stopped:
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        prepared(folder, {"given": b"given"})
        words = (os.path.realpath(sys.executable), "-I", "-S", "-c", code)
        done = run(folder, Command(words, (Path(sys.base_prefix).resolve(),)), limits)
        assert not isinstance(done, Missing), done
        assert not [
            one for one in psutil.process_iter(["cmdline"]) if str(folder) in " ".join(one.info["cmdline"] or ())
        ]
        return done

    return start


def test_a_program_reads_its_job_and_answers(python: Callable[..., Ran | Stopped]) -> None:
    assert python("print(open('in/given').read(), end='')") == Ran(b"given")


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("while True: pass", Reason.TIME),
        ("import time; time.sleep(1000)", Reason.TIME),
        ("import os; os.close(1); os.close(2)\nwhile True: pass", Reason.TIME),
        ("print('x' * 10_000_000)", Reason.ANSWER),
        ("import sys\nwhile True: sys.stderr.write('x' * 10_000)", Reason.TIME),
        ("import os; os._exit(86)", Reason.MEMORY),
        ("x = [bytes(1 << 20) for _ in range(1 << 14)]", Reason.DIED),
        ("raise SystemExit(1)", Reason.DIED),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", Reason.DIED),
        ("import ctypes; ctypes.string_at(0)", Reason.DIED),
    ],
)
def test_a_program_that_does_not_end_well_is_stopped_with_its_reason(
    python: Callable[..., Ran | Stopped], code: str, reason: Reason
) -> None:
    done = python(code, dataclasses.replace(LIMITS, wall_s=1.5))
    assert isinstance(done, Stopped)
    assert done.reason is reason


def test_the_processors_time_is_bounded_too(python: Callable[..., Ran | Stopped]) -> None:
    done = python("while True: pass", dataclasses.replace(LIMITS, cpu_s=1))
    assert isinstance(done, Stopped)
    assert done.reason is Reason.TIME


@pytest.mark.parametrize(
    "code",
    [
        "[open(f'out/{n}', 'wb').write(bytes(1 << 20)) for n in range(10_000)]",
        "import os; [os.mkdir(f'out/{n}') for n in range(1_000_000)]",
    ],
)
def test_a_program_that_writes_without_end_is_stopped(python: Callable[..., Ran | Stopped], code: str) -> None:
    done = python(code, dataclasses.replace(LIMITS, made_bytes=20 * MIB))
    assert isinstance(done, Stopped)
    assert done.reason is Reason.SPACE


def test_without_leave_to_write_there_is_nowhere_to_write(python: Callable[..., Ran | Stopped]) -> None:
    code = """
import os
for folder, _, _ in os.walk("/"):
    try:
        open(folder + "/x", "w").write("x")
    except OSError:
        pass
    else:
        print(folder)
"""
    assert python(code, dataclasses.replace(LIMITS, wall_s=120, cpu_s=60)) == Ran(b""), (
        "25,000 folders, on a disk as it is"
    )


@pytest.mark.parametrize(
    "call",
    [
        "os.fork()",
        "os.posix_spawn('/usr/bin/true', ['true'], {})",
        "threading.Thread(target=print).start()",
        "os.memfd_create('x')",
        "os.unshare(0x10000000) if hasattr(os, 'unshare') else exec('raise OSError')",
        "socket.create_connection(('127.0.0.1', 9), 2)",
        "os.kill(1, 9) or print(open('/proc/1/environ').read())",
    ],
)
def test_what_a_program_needs_none_of_is_refused(python: Callable[..., Ran | Stopped], call: str) -> None:
    code = f"import os, socket, threading\ntry:\n    {call}\nexcept (OSError, RuntimeError):\n    print('refused')"
    assert python(code) == Ran(b"refused\n")


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Somebody on this machine who would hear a connection."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0)
        yield listening


@pytest.mark.usefixtures("trials")
@pytest.mark.parametrize(
    "harm",
    [
        "fork", "start", "connect 192.0.2.1:80", "read /etc/shadow", "read /etc/passwd", "read /proc/self/environ", "list /home",
        "list /var", "list /proc", "write /x", "write /tmp/x", "write /dev/shm/x", "write in/x", "write /usr/x",
    ],
)  # fmt: skip
def test_an_exploited_worker_reaches_nothing(trial_rubric: Callable[..., bytes], harm: str) -> None:
    done = mark_submission(trial_rubric(("docx.trial_harm", harm)), SEED, {"a.docx": FILE})
    assert isinstance(done, WorkDocument)
    assert found(done)[0].startswith("refused: ")


@pytest.mark.usefixtures("trials")
def test_an_exploited_worker_hears_nobody_on_this_machine(
    trial_rubric: Callable[..., bytes], listener: socket.socket
) -> None:
    port = listener.getsockname()[1]
    done = mark_submission(trial_rubric(("docx.trial_harm", f"connect 127.0.0.1:{port}")), SEED, {"a.docx": FILE})
    assert isinstance(done, WorkDocument)
    assert found(done) == ["refused: ConnectionRefusedError"]
    with pytest.raises(BlockingIOError):
        listener.accept()


@pytest.mark.usefixtures("trials")
def test_an_exploited_worker_sees_its_own_job_alone(trial_rubric: Callable[..., bytes], tmp_path: Path) -> None:
    (tmp_path / "another candidate's").write_text("secret")
    rubric = trial_rubric(
        ("docx.trial_harm", "list ."), ("docx.trial_harm", "list in"), ("docx.trial_harm", f"list {tmp_path}")
    )
    done = mark_submission(rubric, SEED, {"a.docx": FILE})
    assert isinstance(done, WorkDocument)
    assert found(done) == ["in out", "job.json p0 p1", "refused: FileNotFoundError"]


@pytest.mark.usefixtures("trials")
@pytest.mark.parametrize(
    ("harm", "said"),
    [
        ("exhaust", "memory"), ("end SIGKILL", "died"), ("end SIGSEGV", "died"), ("print x", "answer"), ("fill", "space"),
        ("loop", "time"),
    ],
)  # fmt: skip
def test_what_breaks_the_worker_sends_every_check_to_a_person_after_one_more_try(
    trial_rubric: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch, harm: str, said: str
) -> None:
    if harm == "loop":
        monkeypatch.setattr(job, "LIMITS", dataclasses.replace(job.LIMITS, wall_s=2))
    rubric = trial_rubric(("docx.trial_text", "hoạch"), ("docx.trial_harm", harm))
    done = mark_submission(rubric, SEED, {"a.docx": FILE})
    assert isinstance(done, WorkDocument)
    document = done.document
    assert [one["verdict"] for one in rows(document["checks"])] == ["error", "error"]
    assert (document["points"], document["pending"]) == (0, 200)
    assert [one["code"] for one in rows(document["notices"])] == ["not_marked"]
    assert [line.partition(":")[0] for line in done.log.splitlines()] == [said, said]


@pytest.mark.usefixtures("trials")
def test_memory_that_runs_out_in_one_check_is_an_error_of_that_check(trial_rubric: Callable[..., bytes]) -> None:
    rubric = trial_rubric(("docx.trial_harm", "allocate"), ("docx.trial_text", "hoạch"))
    done = mark_submission(rubric, SEED, {"a.docx": FILE})
    assert isinstance(done, WorkDocument)
    assert [one["verdict"] for one in rows(done.document["checks"])] == ["error", "pass"]
    assert "c0: " in done.log
    assert "MemoryError" in done.log


@pytest.mark.parametrize("missing", ["bwrap", "prlimit"])
def test_without_the_programs_nothing_is_run_and_the_package_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, missing: str
) -> None:
    for program in {"bwrap", "prlimit"} - {missing}:
        (tmp_path / program).symlink_to(shutil.which(program) or "")
    monkeypatch.setenv("PATH", str(tmp_path))
    found = run(tmp_path, Command(("/usr/bin/true",)), LIMITS)
    assert isinstance(found, Missing)
    assert missing in english(found.message)
    assert {"bwrap": "bubblewrap", "prlimit": "util-linux"}[missing] in english(found.hint)


def test_where_the_system_allows_no_sandbox_nothing_is_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "bwrap").write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2; exit 1\n")
    (tmp_path / "bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    linux._works.cache_clear()
    found = run(tmp_path, Command(("/usr/bin/true",)), LIMITS)
    assert isinstance(found, Missing)
    assert "No permissions to create new namespace" in english(found.message)


def test_only_plain_files_are_taken_from_what_a_program_made(tmp_path: Path) -> None:
    prepared(tmp_path, {})
    out = tmp_path / "out"
    (out / "plain").write_bytes(b"12345")
    (out / "link").symlink_to("/etc/passwd")
    (out / "folder").mkdir()
    os.mkfifo(out / "pipe")
    assert read_made(tmp_path, "plain", 5) == b"12345"
    assert [
        read_made(tmp_path, "plain", 4),
        *(read_made(tmp_path, one, 9) for one in ("link", "folder", "pipe", "none")),
    ] == [None] * 5


AS_ANYBODY = """
import sys
sys.path[:0] = [sys.argv[1]]
from pathlib import Path
from question_bank.practical.sandbox.port import Command, Limits, prepared, run
folder = Path(sys.argv[2]); prepared(folder, {"a": b"a"})
words = ("/usr/bin/python3", "-I", "-S", "-c", "import os; print(os.listdir('in'), os.getuid()); os.fork()")
print(run(folder, Command(words), Limits(20, 10, 1 << 30)))
"""


@pytest.mark.root
@pytest.mark.skipif(not Path("/usr/bin/python3").exists(), reason="needs Debian's Python")
def test_it_works_for_an_ordinary_user_too(repository: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        for part in ("practical/sandbox", "phrase.py"):
            target = folder / "question_bank" / part
            source = repository / "question_bank" / part
            shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
        (folder / "job").mkdir()
        shutil.chown(folder / "job", 65534, 65534)
        told = subprocess.run(
            ["/usr/bin/python3", "-I", "-S", "-B", "-c", AS_ANYBODY, folder, folder / "job"],
            user=65534, group=65534, extra_groups=[], capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert "Operation not permitted" in told.stdout, told.stderr


def rows(listed: object) -> list[dict[str, object]]:
    assert isinstance(listed, list)
    return listed


def found(done: WorkDocument) -> list[str]:
    told = [one["found"] for one in rows(done.document["checks"])]
    return [one["en"] for one in told if isinstance(one, dict)]
