"""Checks of text documents asked as a rubric asks them."""

from __future__ import annotations

import re
import subprocess
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from question_bank.formats.nodes import Table, parse
from question_bank.formats.report import Report
from question_bank.practical.arguments import read_fields
from question_bank.practical.catalogue import CheckType, Request, check_type
from question_bank.practical.findings import Outcome
from question_bank.practical.mutants import edit_text
from question_bank.practical.word.document import WordFile, open_model
from question_bank.wording import use_language
from tests.question_bank.practical.docx.cases import CASES, Case

Ask = Callable[..., Outcome]


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    use_language("en")
    yield
    use_language("vi")


def request_of(kind: CheckType, select: str = "", expect: str = "", refs: tuple[object, ...] | None = None) -> Request:
    """What a rubric with these fields asks; a mistake in them fails the test."""
    top = parse(f"select: {select or '{}'}\nexpect: {expect or '{}'}")
    assert isinstance(top, Table), top
    report = Report("rubric.yaml")
    request = Request(
        read_fields(top, "select", kind.select, report), read_fields(top, "expect", kind.expect, report), refs
    )
    assert not report.problems, [one.message for one in report.problems]
    return request


@pytest.fixture(scope="session")
def ask() -> Ask:
    """`ask(type, data or model, select="", expect="", refs=None)`: what a check finds."""

    def asked(
        name: str, file: bytes | WordFile, select: str = "", expect: str = "", refs: tuple[object, ...] | None = None
    ) -> Outcome:
        kind = check_type(name)
        assert kind is not None, name
        model = open_model(file) if isinstance(file, bytes) else file
        outcome: Outcome = kind.run(model, request_of(kind, select, expect, refs))
        return outcome

    return asked


@pytest.fixture(scope="session")
def full() -> Callable[[Outcome], bool]:
    """Whether a check gives all of its points."""
    return lambda outcome: bool(outcome.findings) and all(one.right for one in outcome.findings)


@pytest.fixture(scope="session")
def spoilt() -> Callable[[Case], bytes | None]:
    """What the check's own mutation makes of a right file."""

    def made(case: Case) -> bytes | None:
        kind = check_type(case.type)
        assert kind is not None
        assert kind.mutation is not None, "every check of text documents can be spoilt"
        return kind.mutation(case.right, request_of(kind, case.select, case.expect))

    return made


@pytest.fixture(scope="session")
def tripped(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], bytes]:
    """The right file of each case after each trip it survives, by name and trip: all of them in three starts of LibreOffice."""
    folder = tmp_path_factory.mktemp("office")
    for trip in ("docx", "odt"):
        (folder / trip).mkdir()
        for number, case in enumerate(CASES):
            if trip in case.trips:
                (folder / trip / f"{number}.docx").write_bytes(case.right)
    _convert(folder, "docx", folder / "docx", folder / "docx-out")
    _convert(folder, "odt", folder / "odt", folder / "between")
    _convert(folder, "docx", folder / "between", folder / "odt-out")
    return {
        (CASES[int(path.stem)].name, trip): path.read_bytes()
        for trip in ("docx", "odt")
        for path in (folder / f"{trip}-out").glob("*.docx")
    }


def _convert(folder: Path, ending: str, source: Path, target: Path) -> None:
    program = [
        "soffice",
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless",
        "--convert-to",
        ending,
        "--outdir",
    ]
    files = sorted(source.iterdir())
    environment = {"HOME": str(folder), "PATH": "/usr/bin:/bin"}
    subprocess.run([*program, target, *files], check=True, capture_output=True, env=environment, timeout=240)


@pytest.fixture(scope="session")
def apart() -> Callable[[bytes], bytes]:
    """A file with all of its Vietnamese letters as macOS types them (NFD), and tones where the old spelling has them."""

    def made(data: bytes) -> bytes:
        def edit(text: str) -> str:
            return unicodedata.normalize("NFD", text.replace("òa", "oà"))

        return edit_text(data, "word/document.xml", edit) or data

    return made


@pytest.fixture(scope="session")
def split() -> Callable[[bytes], bytes]:
    """A file with each run of more than one letter cut in two, in the middle of words."""
    pattern = re.compile(r'<w:r>(<w:rPr>(?:(?!</w:rPr>).)*</w:rPr>)<w:t xml:space="preserve">([^<]{2,})</w:t></w:r>')

    def cut(found: re.Match[str]) -> str:
        middle = len(found[2]) // 2
        pieces = (found[2][:middle], found[2][middle:])
        return "".join(f'<w:r>{found[1]}<w:t xml:space="preserve">{one}</w:t></w:r>' for one in pieces)

    return lambda data: edit_text(data, "word/document.xml", lambda text: pattern.sub(cut, text)) or data
