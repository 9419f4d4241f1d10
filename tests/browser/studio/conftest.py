"""A studio as its command starts it, on a bank of a few items of many types."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
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
from question_bank.vault.vault import Vault

SAMPLES = Path(__file__).parents[3] / "question_bank/samples/bank"
AN, BINH = Person("Nguyễn Văn An"), Person("Trần Thị Bình")


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
def write_marker() -> Callable[[Page], None]:
    """Sign in, and write the marker until the page says that it is saved."""

    def go(page: Page) -> None:
        page.wait_for_selector("#name")
        page.fill("#name", AN)
        page.keyboard.press("Enter")
        page.wait_for_selector("header form[action='/sign-out']")
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
