"""Administrative documents made in code, as candidates could hand them in, and what the composite check says of them."""

from __future__ import annotations

import subprocess
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from question_bank.practical.administrative.whole import judge
from question_bank.practical.findings import Finding
from question_bank.practical.mutants import edit_text
from question_bank.practical.profiles.reading import document_profile
from question_bank.practical.word.document import open_model
from question_bank.wording import use_language
from scripts.practical_letter import letter_solution
from scripts.practical_plan import plan_solution

VALUES = {"tinh": "Tiền Giang", "so": "15", "ngay:long": "ngày 05 tháng 12 năm 2026", "xa": "Tân Phong", "han:short": "20/12/2026"}  # fmt: skip
DOCUMENT = "word/document.xml"

Judge = Callable[..., dict[str, Finding]]
Edit = Callable[[bytes, Callable[[str], str]], bytes]


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    use_language("en")
    yield
    use_language("vi")


def edited(data: bytes, edit: Callable[[str], str], part: str = DOCUMENT) -> bytes:
    """The file with the text of one part changed, which must change."""
    found = edit_text(data, part, edit)
    assert found is not None, "nothing was changed"
    return found


def _filled(text: str) -> str:
    for name, value in VALUES.items():
        text = text.replace(f"${{{name}}}", value)
    return text


@pytest.fixture(scope="session")
def edit() -> Callable[..., bytes]:
    """`edit(data, text -> text, part=…)`."""
    return edited


@pytest.fixture(scope="session")
def plan() -> bytes:
    """The sample plan with one candidate's values."""
    return edited(plan_solution(), _filled)


@pytest.fixture(scope="session")
def letter() -> bytes:
    """The sample letter with one candidate's values."""
    return edited(letter_solution(), _filled)


@pytest.fixture(scope="session")
def judged() -> Judge:
    """`judged(data, kind, components=(), texts={})`: findings by component."""

    def of(data: bytes, kind: str, components: tuple[str, ...] = (), texts: Mapping[str, str] | None = None) -> dict[str, Finding]:  # fmt: skip
        found = list(judge(open_model(data), document_profile("nd30-2020"), kind, components, texts or {}))
        assert len({one.step for one in found}) == len(found), "two findings of one component"
        return {one.step: one for one in found}

    return of


@pytest.fixture(scope="session")
def lost(judged: Judge) -> Callable[..., set[str]]:
    """The components that are not right."""
    return lambda *arguments, **named: {name for name, one in judged(*arguments, **named).items() if not one.right}


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., bytes]:
    """`office(data, "odt", "docx")`: what LibreOffice makes of a .docx file, one format after the other."""
    folder = tmp_path_factory.mktemp("office")
    program = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to"]
    runs = iter(range(1000))

    def converted(data: bytes, *endings: str) -> bytes:
        place = folder / str(next(runs))
        place.mkdir()
        path = place / "a.docx"
        path.write_bytes(data)
        for number, ending in enumerate(endings):
            target = place / str(number)
            subprocess.run([*program, ending, "--outdir", target, path], check=True, capture_output=True, env={"HOME": str(folder), "PATH": "/usr/bin:/bin"}, timeout=120)  # fmt: skip
            path = target / f"a.{ending}"
        return path.read_bytes()

    return converted


@pytest.fixture(scope="session")
def apart() -> Callable[[str], str]:
    """Vietnamese letters as macOS types them: in NFD."""
    return lambda text: unicodedata.normalize("NFD", text)


@pytest.fixture(scope="session")
def samples(repository: Path) -> Path:
    """The folder of sample tasks."""
    return repository / "question_bank/samples/practical"
