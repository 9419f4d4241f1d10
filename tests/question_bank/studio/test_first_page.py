"""A studio started without a bank: its first page opens one or makes one, and says plainly why not."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from unicodedata import normalize

import pytest

from question_bank.canonical import JSON
from question_bank.cli import main
from question_bank.studio.bank_pages import MOST_PASSPHRASE, file_name
from question_bank.vault.access import read_passphrase
from question_bank.vault.errors import VaultError, VaultFault
from question_bank.vault.people import Person
from question_bank.vault.vault import Vault

if TYPE_CHECKING:
    from tests.question_bank.studio.conftest import Studio

PASSPHRASE = "bốn từ chẳng liên quan"


@pytest.fixture
def asked(tmp_path: Path) -> Callable[..., dict[str, JSON]]:
    """`asked(field=value …)`: what the page sends, all right but for these."""

    def body(**changed: JSON) -> dict[str, JSON]:
        right: dict[str, JSON] = {
            "by": "An  Nguyễn",
            "file": "Đề 2026",
            "folder": str(tmp_path),
            "passphrase": PASSPHRASE,
            "again": PASSPHRASE,
        }
        return {**right, **changed}  # fmt: skip

    return body


def test_a_bank_made_on_the_page_is_on_the_disk_encrypted_and_its_maker_signed_in(
    unset: Studio, asked: Callable[..., dict[str, JSON]]
) -> None:
    for path in ("/", "/items", "/sign-in", "/seal"):
        assert unset.get(path).location.startswith("/bank" if path == "/sign-in" else "/sign-in")
    form = {"X-Form": unset.form()}
    assert unset.call("/bank/new", asked(), **form).get_json() == {"ok": True, "to": "/"}
    assert unset.call("/bank/new", asked(), **form).get_json()["ok"] is False  # pressed twice: a page of before
    assert unset.call("/bank/new", asked(file="hai")).get_json() == {"ok": True, "to": "/"}  # or of now: it is there
    assert [one.name for one in unset.bank.parent.glob("*.vault")] == [unset.bank.name]
    assert unset.get("/items").status_code == 200
    assert "An Nguyễn" in unset.get("/items").text
    assert PASSPHRASE.encode() not in unset.bank.read_bytes()
    with pytest.raises(VaultError) as refused:
        Vault.open(unset.bank, None, lambda: 1, write=False)
    assert refused.value.fault is VaultFault.NEEDS_PASSPHRASE
    with Vault.open(unset.bank, PASSPHRASE, lambda: 1, write=False) as vault:
        assert [(one.person, one.act) for one in vault.history()] == [("An Nguyễn", "made")]
    if sys.platform != "win32":
        assert unset.bank.stat().st_mode & 0o077 == 0
    unset.post("/sign-out")
    assert 'id="passphrase"' in unset.get("/sign-in").text
    assert unset.post("/sign-in", name="Bình Trần", passphrase="khác").status_code == 200
    assert unset.post("/sign-in", name="Bình Trần", passphrase=PASSPHRASE).status_code == 302


def test_the_passphrase_typed_is_the_first_line_of_a_file_that_has_it(
    unset: Studio, asked: Callable[..., dict[str, JSON]], tmp_path: Path
) -> None:
    typed = "ữ" * MOST_PASSPHRASE
    assert unset.call("/bank/new", asked(passphrase=typed, again=normalize("NFD", typed))).get_json()["ok"]
    (tmp_path / "mat-khau.txt").write_text(typed + "\r\nghi chú\n", encoding="utf-8")
    assert unset.desk.unlock(read_passphrase(tmp_path / "mat-khau.txt")) is None
    assert unset.desk.unlock(typed[1:]) is not None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"by": "  "}, "by"),
        ({"by": 7}, "by"),
        ({"file": ""}, "file"),
        ({"file": "../de"}, "file"),
        ({"file": ".de"}, "file"),
        ({"file": "C:de"}, "file"),
        ({"file": "ệ" * 90}, "file"),
        ({"folder": "de"}, "folder"),
        ({"folder": "/khong/co/thu/muc"}, "folder"),
        ({"passphrase": "   ", "again": "   "}, "passphrase"),
        ({"passphrase": "hai dòng\nkhông được", "again": "hai dòng\nkhông được"}, "passphrase"),
        ({"passphrase": "a" * (MOST_PASSPHRASE + 1), "again": "a" * (MOST_PASSPHRASE + 1)}, "passphrase"),
        ({"again": PASSPHRASE + " "}, "again"),
        ({"passphrase": "ngắn quá", "again": "ngắn quá"}, "short"),
    ],
)
def test_what_is_wrong_is_said_with_its_field_and_nothing_is_made(
    unset: Studio, asked: Callable[..., dict[str, JSON]], tmp_path: Path, wrong: dict[str, JSON], field: str
) -> None:
    before = {*tmp_path.iterdir()}
    answer = unset.call("/bank/new", asked(**wrong)).get_json()
    assert (answer["ok"], answer["name"]) == (False, field)
    assert answer["text"]
    unset.post("/language/en")
    assert unset.call("/bank/new", asked(**wrong)).get_json()["text"] != answer["text"]
    assert {*tmp_path.iterdir()} == before
    assert unset.get("/items").status_code == 302


def test_a_file_that_is_there_is_never_written_over(unset: Studio, asked: Callable[..., dict[str, JSON]]) -> None:
    unset.bank.write_bytes(b"something else")
    answer = unset.call("/bank/new", asked()).get_json()
    assert (answer["ok"], answer["name"]) == (False, "file")
    assert unset.bank.read_bytes() == b"something else"
    assert unset.get("/items").status_code == 302


def test_a_short_passphrase_is_taken_from_who_says_so_and_a_folder_made_for_its_owner_alone(
    unset: Studio, asked: Callable[..., dict[str, JSON]], tmp_path: Path
) -> None:
    folder = tmp_path / "Ban Đề thi"
    body = asked(passphrase="ngắn quá", again="ngắn quá", short=True, folder=str(folder))
    assert unset.call("/bank/new", body).get_json()["ok"]
    assert (folder / "Đề 2026.vault").is_file()
    if sys.platform != "win32":
        assert folder.stat().st_mode & 0o077 == 0


def test_a_bank_that_is_there_is_opened_with_its_passphrase(unset: Studio) -> None:
    Vault.create(unset.bank, PASSPHRASE, lambda: 1, Person("An")).close()
    assert unset.call("/bank/open", {"path": str(unset.bank)}).get_json()["ok"]
    assert 'href="/bank"' in unset.get("/sign-in").text
    assert unset.post("/sign-in", name="An", passphrase="khác").status_code == 200
    assert unset.post("/sign-in", name="An", passphrase=PASSPHRASE).status_code == 302
    assert unset.get("/items").status_code == 200
    assert unset.get("/bank").status_code == 302
    assert unset.get("/bank/folders").status_code == 404
    assert unset.call("/bank/open", {"path": "/"}).status_code == 404


@pytest.mark.parametrize("path", ["", "bank.vault", "/khong/co.vault"])
def test_what_is_no_bank_is_refused_and_another_may_be_chosen(unset: Studio, studio: Studio, path: str) -> None:
    answer = unset.call("/bank/open", {"path": path}).get_json()
    assert (answer["ok"], answer["name"]) == (False, "path")
    held = unset.call("/bank/open", {"path": str(studio.bank)}).get_json()
    assert held["ok"] is False  # another studio works on it
    studio.desk.close()
    assert unset.call("/bank/open", {"path": str(studio.bank)}).get_json()["ok"]
    assert unset.post("/sign-in", name="An").status_code == 302  # a plain one asks for a name alone


def test_a_studio_with_a_bank_has_no_such_page(signed: Studio, asked: Callable[..., dict[str, JSON]]) -> None:
    assert signed.get("/bank").location == "/"
    assert signed.get("/bank/folders").status_code == 404
    assert signed.call("/bank/open", {"path": str(signed.bank)}).status_code == 404
    signed.post("/sign-out")
    assert signed.call("/bank/new", asked()).get_json() == {"ok": True, "to": "/"}
    assert not signed.bank.with_name("Đề 2026.vault").exists()


def test_folders_show_names_of_banks_alone(unset: Studio, tmp_path: Path) -> None:
    for name in ("bank.vault", "de.vault", "thu.txt", "ngan.key"):
        (tmp_path / name).touch()
    assert [one[0] for one in unset.get(f"/bank/folders?path={tmp_path}&for=bank").get_json()["files"]] == [
        "bank.vault", "de.vault"]  # fmt: skip
    assert unset.get(f"/bank/folders?path={tmp_path}&for=folder").get_json()["files"] == []


def test_a_name_keeps_the_ending_it_has() -> None:
    assert (file_name("de"), file_name(" de.VAULT "), file_name("de.2026")) == (
        "de.vault", "de.VAULT", "de.2026.vault")  # fmt: skip


def test_a_passphrase_without_a_bank_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "p").write_text(PASSPHRASE, encoding="utf-8")
    assert main(["studio", "--passphrase-file", str(tmp_path / "p")]) == 1
    assert "--bank" in capsys.readouterr().err
