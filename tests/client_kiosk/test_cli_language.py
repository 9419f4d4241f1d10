"""examroom-kiosk in Vietnamese and in English: every help and every usual refusal, with no word of the other language."""

from __future__ import annotations

import argparse
import contextvars
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from client_kiosk import shell
from client_kiosk.cli import main, parser
from client_kiosk.config import KioskFolder, Membership
from client_kiosk.console import join_by_code
from client_kiosk.errors import KioskError
from client_kiosk.joining import Joining
from client_kiosk.pairing import JoinFault
from client_kiosk.wording import render
from question_bank.wording import LANGUAGES, Language, use_language

# In brackets: what the system said, in its words. Then options, places, programs, files and addresses.
NAMES = re.compile(
    r"\[[^\]]*\]|--[a-z-]+|\b[A-Z_]{2,}\b|\S*[/.:]\S*\d\S*|\S*/\S*|\w+\.\w+|examroom-kiosk( [a-z]+)?|'[^']*'|\{[^}]*\}"
)
SAME_IN_BOTH = {"root", "chromium", "chrome", "edge", "in"}  # "in" is Vietnamese for "print"
VIETNAMESE = re.compile(r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)


def words(text: str) -> set[str]:
    """The words of a text, without the names of things."""
    return {word.lower() for word in re.findall(r"[^\W\d_]{2,}", NAMES.sub(" ", text))}


def examine(vietnamese: str, english: str) -> None:
    """Fail on a word that both languages are shown: somebody was shown the wrong one."""
    assert VIETNAMESE.search(vietnamese), vietnamese
    assert not VIETNAMESE.search(english), english
    assert words(vietnamese) & words(english) <= SAME_IN_BOTH, (vietnamese, english)


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


@pytest.mark.parametrize("place", range(len(list(commands(parser())))), ids=[one.prog for one in commands(parser())])
def test_the_help_of_every_command_is_in_the_readers_language(place: int) -> None:
    def helped() -> str:
        usage, _, rest = list(commands(parser()))[place].format_help().partition("\n\n")
        return usage.partition(":")[0] + "\n" + re.sub(r"(?m)^ +[a-z]+(?= |$)", "", rest)  # not the commands' names

    examine(spoken("vi", helped), spoken("en", helped))


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with everything a technician might give by mistake."""
    (tmp_path / "damaged.kit").write_text("{")
    (tmp_path / "file").write_text("")
    KioskFolder(tmp_path / "own")
    spoilt = KioskFolder(tmp_path / "spoilt")
    spoilt.join(Membership("r1", "Phòng A", "k1", "B07", "-", "00", ("127.0.0.1:1",)))
    (spoilt.path / "kiosk.json").write_text("{}")
    alone = KioskFolder(tmp_path / "alone")
    alone.join(Membership("r1", "Phòng A", "k1", "B07", "-", "00", ()))
    return tmp_path


REFUSED = (
    (2, ""),
    (2, "no-such-command"),
    (2, "run --no-browser --headless"),
    (2, "run --port 70000"),
    (2, "run --dir"),
    (2, "run 7"),
    (3, "run --kit nowhere.kit --dir own"),
    (3, "run --kit damaged.kit --dir own"),
    (3, "run --dir file"),
    (3, "run --dir spoilt"),
    (3, "run --dir own --local-address 127.0.0.78 --no-search"),
    (3, "console --dir own"),
    (3, "console --dir own --address 127.0.0.1:1"),
    (3, "console --dir own --address :1"),
    (3, "console --dir alone"),
    (3, "leave --dir file"),
)


@pytest.mark.parametrize(("status", "line"), REFUSED, ids=[line or "nothing" for _, line in REFUSED])
def test_a_refusal_is_in_the_readers_language(
    desk: Path, status: int, line: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signal.signal", lambda number, handler: None)
    monkeypatch.setattr(shell, "BROWSERS", ("no-such-browser",))
    given = [str(desk / word) if (desk / word).exists() or word.endswith(".kit") else word for word in line.split()]
    told = {}
    for language in LANGUAGES:
        try:
            ended = contextvars.copy_context().run(main, ["--language", language, *given])
        except SystemExit as wrong:
            ended = int(str(wrong.code))
        assert ended == status
        told[language] = re.sub(r"(?s)^(usage|cách dùng):.*?\n(?=examroom-kiosk)", "", capfd.readouterr().err)
    examine(told["vi"], told["en"])


@pytest.mark.parametrize("fault", list(JoinFault))
def test_every_reason_for_not_being_paired_is_in_the_readers_language(
    fault: JoinFault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Joining, "_at_each", lambda self, addresses, attempt: fault)
    with pytest.raises(KioskError) as raised:
        join_by_code(KioskFolder(tmp_path), "0.1.0", "127.0.0.1:1", "Bàn giám sát", print, lambda code: False)
    error = raised.value

    def said() -> str:
        return f"{render(error.said)} {render(error.advice)}"

    examine(spoken("vi", said), spoken("en", said))


@pytest.mark.parametrize(("system", "vietnamese"), [("vi_VN.UTF-8", True), ("en_GB.UTF-8", False)])
def test_the_program_speaks_as_the_system_does(system: str, vietnamese: bool) -> None:
    environment = {**os.environ, "LANG": system, "PYTHONUTF8": "1"}
    for name in ("LC_ALL", "LC_MESSAGES"):
        environment.pop(name, None)
    done = subprocess.run(
        [sys.executable, "-m", "client_kiosk.cli", "--help"],
        capture_output=True, text=True, timeout=60, env=environment, check=True,
    )  # fmt: skip
    assert bool(VIETNAMESE.search(done.stdout)) is vietnamese
