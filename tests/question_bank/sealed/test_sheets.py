"""The custodians' sheets: one A4 page each, every word on it, kept from others and away from the package."""

from __future__ import annotations

import hashlib
import io
import os
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from question_bank.bilingual import Bilingual
from question_bank.custody import SecretKind
from question_bank.custody_plan import Custodian, CustodyPlan, SecretPlan
from question_bank.form import Form
from question_bank.sealed import SealError, SealFault
from question_bank.sheets import FONTS, sheet, write_sheets
from question_bank.wording import use_language

Sealed = Any  # the conftest's class: conftest modules cannot be imported


def text_of(page: bytes) -> str:
    reader = PdfReader(io.BytesIO(page))
    assert len(reader.pages) == 1
    assert [round(float(side)) for side in reader.pages[0].mediabox[2:]] == [595, 842]
    return " ".join(reader.pages[0].extract_text().split())


def test_there_is_one_sheet_for_each_share_with_its_words_in_order(sealed: Sealed) -> None:
    manifest = sealed.package.manifest
    for given in sealed.bundle.shares:
        text = text_of(sheet(sealed.bundle, given))
        place = 0
        for number, word in enumerate(given.share.words, 1):
            place = text.index(f"{number} {word}", place)
        for expected in (
            manifest.package_id, sealed.package.fingerprint, given.custodian.body, given.custodian.title,
            "Đề chính thức", "Primary set", "(UTC+7)", manifest.title.vi,
        ):  # fmt: skip
            assert expected in text
        assert ("MỞ ĐỀ THI" in text) is (given.kind is SecretKind.PAPER)
        assert ("MỞ ĐÁP ÁN" in text) is (given.kind is SecretKind.MARKING)
        assert all(part in text for part in (sealed.package.manifest_sha256[:8], sealed.package.manifest_sha256[-8:]))


def test_a_sheet_is_in_both_languages_whoever_prints_it(sealed: Sealed) -> None:
    texts = []
    for language in ("vi", "en"):
        use_language(language)
        texts.append(text_of(sheet(sealed.bundle, sealed.bundle.shares[0])))
    assert texts[0] == texts[1]
    assert "Không gửi qua điện thoại" in texts[0]
    assert "Never send it by telephone" in texts[0]


def test_the_longest_titles_still_fit_one_page(
    make_sealed: Callable[..., Sealed], make_form: Callable[..., Form], tmp_path: Path
) -> None:
    long = ("Hội thi Cải cách hành chính và ứng dụng công nghệ thông tin trong cơ quan nhà nước " * 3)[:200].strip()
    custodian = Custodian(long, long)
    custody = SecretPlan(2, (custodian, Custodian("Ban Tổ chức", "Trưởng ban")))
    made = make_sealed(
        tmp_path, form=replace(make_form(), title=Bilingual(long, long)), custody=CustodyPlan(custody, custody)
    )
    text = text_of(sheet(made.bundle, made.bundle.shares[0]))
    assert f"33 {made.bundle.shares[0].share.words[32]}" in text
    assert "Người giữ khóa" in text


def test_only_the_owner_may_read_a_sheet_or_list_their_folder(sealed: Sealed, tmp_path: Path) -> None:
    folder = tmp_path / "sheets"
    before = os.umask(0)
    try:
        paths = write_sheets(sealed.bundle, folder)
    finally:
        os.umask(before)
    assert len(paths) == len(sealed.bundle.shares) == len(list(folder.iterdir()))
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert paths[0].name == f"{sealed.package.manifest.package_id}-paper-1.pdf"


@pytest.mark.parametrize("below", ["", "sheets", "a/b", "../{name}", "link"])
def test_sheets_beside_the_package_are_refused(make_sealed: Callable[..., Sealed], tmp_path: Path, below: str) -> None:
    folder = tmp_path / "package"
    folder.mkdir()
    made = make_sealed(folder)
    (folder / "link").symlink_to(folder)
    with pytest.raises(SealError) as caught:
        write_sheets(made.bundle, folder / below.format(name=folder.name))
    assert caught.value.code is SealFault.BESIDE_PACKAGE
    assert not list(tmp_path.rglob("*.pdf"))


def test_a_sheet_is_never_written_over_and_then_none_is_left(sealed: Sealed, tmp_path: Path) -> None:
    last = tmp_path / f"{sealed.package.manifest.package_id}-marking-2.pdf"
    last.write_text("mine")
    with pytest.raises(FileExistsError):
        write_sheets(sealed.bundle, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [last.name]
    assert last.read_text() == "mine"


def test_the_typefaces_for_print_are_those_that_were_vetted() -> None:
    for line in (FONTS / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split()
        assert hashlib.sha256((FONTS / name).read_bytes()).hexdigest() == digest
    assert sorted(path.suffix for path in FONTS.glob("*.ttf")) == [".ttf"] * 4
