"""examroom-server in Vietnamese: no help and no refusal falls back into English, whoever wrote the sentence."""

from __future__ import annotations

import argparse
import contextvars
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from question_bank.wording import Language, use_language
from server.cli import parser
from server.drill.prepared_room import SealedContest, make_room
from server.running import RoomLock
from server.setting_up import FirstOfficer, init
from server.store.journal import MIGRATIONS

# Words that English sentences are built with and that no Vietnamese one has.
ENGLISH = re.compile(
    r"\b(the|is|are|was|of|this|that|with|its|not|and|be|from|for|must|cannot|which|it|by|or|at|what|how|there"
    r"|already|record|room|error|expected|required|invalid|has|have|needs?|does|every|whether|given?)\b",
    re.IGNORECASE,
)
# In brackets: what the system or SQLite said, in its words. Then names of options, values, programs, places and files.
NAMES = re.compile(r"\[[^\]]*\]|`[^`]*`|'[^']*'|--[a-z-]+|\b[A-Z_]{2,}\b|\S*[/.]\S*|examroom-\w+")


def english(text: str) -> list[str]:
    """The English words in what a Vietnamese reader was shown."""
    return ENGLISH.findall(NAMES.sub(" ", text))


def spoken(language: Language, work: Callable[[], str]) -> str:
    """What some work says in a language; the language of the test stays what it was."""

    def speak() -> str:
        use_language(language)
        return work()

    return contextvars.copy_context().run(speak)


def commands(found: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """A parser and the parsers of its commands."""
    yield found
    for action in found._actions:
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                yield from commands(inner)


NUMBER = len(list(commands(parser())))


@pytest.mark.parametrize("place", range(NUMBER), ids=[found.prog for found in commands(parser())])
def test_the_help_of_every_command_is_vietnamese(place: int) -> None:
    def helped() -> str:
        return list(commands(parser()))[place].format_help()

    told = spoken("vi", helped)
    assert "cách dùng" in told
    assert english(told) == []
    assert english(spoken("en", helped)), "the examiner knows English when it sees it"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a room and everything a technician might try to give it by mistake."""
    folder = tmp_path_factory.mktemp("desk")
    init(folder / "room", "Phòng 7", FirstOfficer("kythuat", "Kỹ thuật viên", "Tổ Kỹ thuật", "mot mat khau dai"))
    (folder / "short").write_text("ngắn", encoding="utf-8")
    (folder / "long").write_text("mot mat khau dai", encoding="utf-8")
    (folder / "latin.yaml").write_bytes(b"format: \xff\xfe")
    (folder / "bad.yaml").write_text("format: exam-sitting/1\nsitting_id: Ca Một\nlạ: 1\n", encoding="utf-8")
    (folder / "bad.csv").write_text("SBD,Họ và tên\n1,\n1,Hai\n", encoding="utf-8-sig")
    (folder / "bad.exam").write_bytes(b"PK\x03\x04 and nothing more")
    (folder / "text.sqlite").write_text("no database at all " * 200, encoding="utf-8")
    (folder / "empty").mkdir()
    (folder / "no-room").mkdir()
    (folder / "no-room" / "room.json").write_text("{}", encoding="utf-8")
    return folder


@pytest.fixture
def said(desk: Path) -> Callable[..., tuple[int, str]]:
    """`said("kit", …)`: exit status and everything said, where the system speaks Vietnamese."""

    def run(*words: str | Path) -> tuple[int, str]:
        environment = {**os.environ, "LANG": "vi_VN.UTF-8", "LANGUAGE": "vi", "PYTHONUTF8": "1"}
        for name in ("LC_ALL", "LC_MESSAGES"):
            environment.pop(name, None)
        line = [sys.executable, "-m", "server.cli", *map(str, words)]
        done = subprocess.run(
            line, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL, env=environment, check=False
        )
        return done.returncode, done.stdout + done.stderr

    return run


REFUSED = (
    (2, ""),
    (2, "no-such-command"),
    (2, "serve"),
    (2, "kit room lab.kit --port x"),
    (2, "kit room lab.kit --uses"),
    (2, "serve room --async-mode magic"),
    (2, "healthcheck room more"),
    (3, "init room --password-file long"),
    (3, "init new --password-file short"),
    (3, "init new --password-file nowhere"),
    (3, "init new --password-file long --name="),
    (3, "serve empty --no-discovery"),
    (3, "serve nowhere --no-discovery"),
    (3, "serve no-room --no-discovery"),
    (3, "sitting add room nowhere.yaml"),
    (3, "sitting add room latin.yaml"),
    (3, "sitting add room bad.yaml"),
    (3, "sitting add empty bad.yaml"),
    (3, "package add room bad.exam"),
    (3, "package add room nowhere.exam"),
    (3, "roster import room bad.csv"),
    (3, "roster import room text.sqlite"),
    (3, "officers import room bad.csv --slips slips.pdf"),
    (3, "kit room bad.csv"),
    (3, "kit room lab.kit --uses 0"),
    (3, "export empty out"),
    (3, "verify journal empty"),
    (3, "verify journal text.sqlite"),
    (3, "healthcheck room"),
)


@pytest.mark.parametrize(("status", "line"), REFUSED, ids=[line or "nothing" for _, line in REFUSED])
def test_a_refusal_is_vietnamese(desk: Path, said: Callable[..., tuple[int, str]], status: int, line: str) -> None:
    there = {path.name for path in desk.iterdir()} | {
        "nowhere",
        "nowhere.yaml",
        "nowhere.exam",
        "new",
        "lab.kit",
        "out",
    }
    words = [desk / word if word in there else word for word in line.split()]
    found, told = said(*words)
    assert found == status, told
    assert told.strip()
    assert english(told) == [], told


def test_a_room_in_use_and_a_port_in_use_are_refused_in_vietnamese(
    desk: Path, said: Callable[..., tuple[int, str]]
) -> None:
    with RoomLock(desk / "room"):
        found, told = said("sitting", "add", desk / "room", desk / "bad.yaml")
    assert (found, english(told)) == (3, []), told
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        found, told = said("serve", desk / "room", "--host", "127.0.0.1", "--port", port, "--no-discovery")
    assert (found, english(told)) == (3, []), told


def test_a_journal_that_was_damaged_is_described_in_vietnamese(
    tmp_path: Path, contest: SealedContest, said: Callable[..., tuple[int, str]]
) -> None:
    import sqlite3

    make_room(tmp_path, contest, 1)
    (path,) = (tmp_path / "sittings").glob("*.journal.sqlite")
    found, told = said("verify", "journal", tmp_path)
    assert (found, english(told)) == (0, []), told
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT * FROM journal").fetchall()
    connection.executescript("DROP TABLE journal")
    table = MIGRATIONS[0].partition("CREATE TRIGGER")[0].replace("UNIQUE (source, source_seq, part)", "CHECK (1)")
    connection.executescript(table.replace("seq        INTEGER PRIMARY KEY", "seq INTEGER"))
    spoilt = [
        (*rows[0][:5], "seat_praised/1", 1, *rows[0][7:]),
        *rows,
        (*rows[-1][:4], 9, *rows[-1][5:8], "[]", *rows[-1][9:]),
    ]
    connection.executemany("INSERT INTO journal VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", spoilt)
    connection.commit()
    connection.close()
    found, told = said("verify", "journal", tmp_path)
    assert (found, english(told)) == (3, []), told
    assert "wrong_hash" in told
