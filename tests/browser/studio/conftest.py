"""A studio as its command starts it, on a bank of a few items of many types."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from question_bank.bilingual import Bilingual
from question_bank.formats.exchange import Defaults, Imported
from question_bank.formats.registry import readers
from question_bank.ids import TopicCode
from question_bank.items import types
from question_bank.vault.people import Person
from question_bank.vault.states import Act, State
from question_bank.vault.vault import Vault

SAMPLES = Path(__file__).parents[3] / "question_bank/samples/bank"
AN = Person("Nguyễn Văn An")
USUAL, *OTHERS = "vi 1366x768", "en 1366x768", "vi 1920x1080", "en 1920x1080"


def fill(vault: Vault) -> None:
    """Two items of each type from the sample bank."""
    for file in sorted((SAMPLES / "media").iterdir()):
        vault.shared.add_medium(file.name, file.read_bytes(), AN)
    left = dict.fromkeys(types(), 2)
    for file in sorted(SAMPLES.rglob("*.yaml"), reverse=True):
        read = readers()["yaml"].read(file.read_bytes(), file.name, Defaults(TopicCode("t")))
        assert isinstance(read, Imported)
        kept = []
        for question in read.questions:
            if question.item and not question.item.common.stimulus and left[question.item.NAME]:
                left[question.item.NAME] -= 1
                kept.append(question)
        vault.arrivals.add(replace(read, questions=tuple(kept), stimuli=(), media={}), file.name, AN)


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    """A plain bank's file."""
    path = tmp_path / "bank.vault"
    with Vault.create(path, None, lambda: time.time_ns() // 1_000_000, AN) as vault:
        fill(vault)
        vault.save()
    return path


@pytest.fixture
def approved(bank: Path) -> tuple[Path, str, str, int]:
    """The bank with every item approved that may be, and the topic and level of which there are most, with their number."""
    with Vault.open(bank, None, lambda: time.time_ns() // 1_000_000) as vault:
        for entry in vault.items.entries():
            for act, by in ((Act.REVIEW, Person("Phạm Thị Dung")), (Act.APPROVE, Person("Lê Văn Chi"))):
                vault.items.act(entry.id, act, by)
        counts = Counter((one.topic, one.level.value) for one in vault.items.entries() if one.state is State.APPROVED)
        vault.save()
    [((topic, level), most)] = counts.most_common(1)
    assert most > 1
    return bank, topic, level, most


@pytest.fixture
def look() -> Callable[[Path], Vault]:
    """`look(bank)`: a plain bank as another program finds it in the file now."""

    def open_it(bank: Path) -> Vault:
        return Vault.open(bank, None, lambda: 1, write=False)

    return open_it


@pytest.fixture
def start(spawn: Callable[..., subprocess.Popen[str]]) -> Callable[..., tuple[subprocess.Popen[str], str]]:
    """`start(bank, *options, **Popen options)`: the running command and the link it printed."""

    def go(bank: Path, *options: str | Path, **more: object) -> tuple[subprocess.Popen[str], str]:
        command = [sys.executable, "-m", "question_bank.cli", "studio", "--bank", bank, "--no-browser", *options]
        child = spawn(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)
        assert child.stdout
        link = child.stdout.readline().strip()
        assert link, child.stderr.read() if child.stderr else ""
        return child, link

    return go


@pytest.fixture
def sign_in() -> Callable[[Page, str], None]:
    """`sign_in(page, name)` from the sign-in page, or as another person from any."""

    def go(page: Page, name: str) -> None:
        page.wait_for_selector("#name, header form[action='/sign-out']")
        if page.locator("#name").count() == 0:
            page.click("header form[action='/sign-out'] button")
        page.fill("#name", name)
        page.keyboard.press("Enter")
        page.wait_for_selector("header form[action='/sign-out']")

    return go


@dataclass(frozen=True, slots=True)
class Screen:
    """What somebody sits at, and the language they read."""

    language: str
    width: int
    height: int


@pytest.fixture(params=[USUAL, *(pytest.param(one, marks=pytest.mark.soak) for one in OTHERS)])
def screen(request: pytest.FixtureRequest) -> Screen:
    """Each language on an old monitor and on a usual one; all but the first in the soak."""
    language, _, size = request.param.partition(" ")
    width, height = map(int, size.split("x"))
    return Screen(language, width, height)


@dataclass(frozen=True, slots=True)
class Opened:
    """A page of a studio that was started for it; addresses begin with `base`."""

    page: Page
    base: str
    child: subprocess.Popen[str]


@pytest.fixture
def arrive(
    start: Callable[..., tuple[subprocess.Popen[str], str]], new_page: Callable[..., Page]
) -> Callable[..., Opened]:
    """`arrive(bank, screen=None)`: a studio started on the bank, its sign-in page in the screen's language."""

    def go(bank: Path, screen: Screen | None = None) -> Opened:
        child, link = start(bank)
        page = new_page(screen.width, screen.height) if screen else new_page()
        page.goto(link)
        page.wait_for_selector("#name")
        if screen and screen.language == "en":
            page.click("header button[lang=en]")
            page.wait_for_selector("html[lang=en]")
        return Opened(page, link.partition("/enter")[0], child)

    return go


@pytest.fixture
def sit_down(arrive: Callable[..., Opened], sign_in: Callable[[Page, str], None]) -> Callable[..., Opened]:
    """`sit_down(bank, name="Nguyễn Văn An", screen=None)`: the same, and this person signed in."""

    def go(bank: Path, name: str = AN, screen: Screen | None = None) -> Opened:
        opened = arrive(bank, screen)
        sign_in(opened.page, name)
        return opened

    return go


MARKER, PASSPHRASE = "DauHieuMatKhongDuocLo", "một mật khẩu dài để thử"


@pytest.fixture
def protected(tmp_path: Path) -> tuple[Path, Path]:
    """A protected bank with a topic, and the file of its passphrase."""
    bank, passphrase = tmp_path / "bank" / "bank.vault", tmp_path / "passphrase"
    bank.parent.mkdir()
    passphrase.write_text(PASSPHRASE, encoding="utf-8")
    with Vault.create(bank, PASSPHRASE, lambda: 1, AN) as vault:
        vault.shared.name_topic(TopicCode("t"), Bilingual("Chủ đề", "Topic"), AN)
        vault.save()
    return bank, passphrase


@pytest.fixture
def write_marker(sign_in: Callable[[Page, str], None]) -> Callable[[Page], None]:
    """Sign in, and write the marker until the page says that it is saved."""

    def go(page: Page) -> None:
        sign_in(page, AN)
        page.goto("{0.scheme}://{0.netloc}/new/essay".format(urlsplit(page.url)))
        page.wait_for_selector("#fields:not([inert])")
        page.fill("[data-field=stem]", f"{MARKER} là gì?")
        expect(page.locator("#saved")).to_have_attribute("data-state", "saved")

    return go


@pytest.fixture
def holding() -> Callable[[Iterable[Path]], list[Path]]:
    """`holding(folders)`: the files in which the marker can be read."""
    told = (MARKER.encode(), MARKER.encode("utf-16-le"))

    def look(folders: Iterable[Path]) -> list[Path]:
        files = [path for folder in folders for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
        return [path for path in files if any(one in path.read_bytes() for one in told)]

    return look


@pytest.fixture
def kept() -> Callable[[Path], bool]:
    """`kept(bank)`: whether the marker is in the bank's file, for who has the passphrase."""

    def look(bank: Path) -> bool:
        with Vault.open(bank, PASSPHRASE, lambda: 1) as vault:
            return any(MARKER in str(one.content) for one in vault.roughs.all())

    return look
