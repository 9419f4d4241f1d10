"""examroom-bank keygen, seal, inspect, verify and open, as the committee and a worried official use them."""

from __future__ import annotations

import getpass
import json
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from question_bank import seal_cli
from question_bank.custody import SecretKind
from question_bank.custody_faults import TEXTS as CUSTODY_TEXTS
from question_bank.custody_faults import CustodyFault
from question_bank.form import Form
from question_bank.form_file import write_form
from question_bank.sealed import SealFault
from question_bank.sealed_faults import TEXTS as SEAL_TEXTS
from question_bank.sealed_keys import PublicKey, SigningKey, read_public_key
from question_bank.wording import render, use_language

Sealed = Any  # the conftest's class: conftest modules cannot be imported
Bank = Callable[..., tuple[int, Any]]
PLAN = """\
format: exam-custody/1
paper: {threshold: 2, custodians: [{body: A, title: x}, {body: B, title: y}, {body: A, title: z}]}
marking: {threshold: 2, custodians: [{body: A, title: x}, {body: C, title: y}]}
"""


@pytest.fixture
def desk(tmp_path: Path, make_form: Callable[..., Form], bank: Bank) -> Path:
    """The committee's folder: a form, a key and a custody plan."""
    write_form(make_form(), tmp_path / "form.json")
    (tmp_path / "custody.yaml").write_text(PLAN, encoding="utf-8")
    assert bank("keygen", "--name", "Ban Đề thi", "--out", tmp_path / "key")[0] == 0
    return tmp_path


def seal(bank: Bank, desk: Path, *more: object) -> tuple[int, Any]:
    return bank("seal", desk / "form.json", "--key", desk / "key/committee.key", "--custody", desk / "custody.yaml",
                "--out", desk / "out", "--sheets", desk / "sheets", *more)  # fmt: skip


def given(sealed: Sealed, kind: str, folder: Path, which: slice = slice(2)) -> list[Any]:
    arguments: list[Any] = []
    for number, share in enumerate(sealed.shares(SecretKind(kind))[which]):
        path = folder / f"{kind}-share-{number}"
        path.write_text(share.mnemonic, encoding="utf-8")
        arguments += ["--share-file", path]
    return arguments


@pytest.fixture
def pub(sealed: Sealed, tmp_path: Path) -> Path:
    path = tmp_path / "committee.pub"
    path.write_text(PublicKey(sealed.key.public, "Ban Đề thi").line(), encoding="utf-8")
    return path


@pytest.fixture
def on_time(sealed: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seal_cli, "now_ms", lambda: sealed.now_ms)


def test_keygen_writes_a_pair_once_and_only_the_owner_may_read_the_private_half(tmp_path: Path, bank: Bank) -> None:
    status, said = bank("keygen", "--name", "Ban Đề thi", "--out", tmp_path, "--json")
    key = SigningKey.read(tmp_path / "committee.key")
    assert (status, said["public_key"]) == (0, key.public.hex())
    assert stat.S_IMODE((tmp_path / "committee.key").stat().st_mode) == 0o600
    assert read_public_key(tmp_path / "committee.pub") == PublicKey(key.public, "Ban Đề thi")
    assert (tmp_path / "committee.pub").read_text(encoding="utf-8").startswith("exam-committee ")
    before = (tmp_path / "committee.key").read_bytes()
    assert bank("keygen", "--name", "Ban Đề thi", "--out", tmp_path)[0] == 1
    assert (tmp_path / "committee.key").read_bytes() == before


def test_seal_writes_a_package_and_a_sheet_for_each_share(desk: Path, bank: Bank) -> None:
    status, said = seal(bank, desk, "--not-before", "2026-05-20T07:30", "--requires-version", "0.1.0", "--json")
    assert status == 0
    assert said["manifest"]["not_before_ms"] == 1_779_237_000_000, "half past seven on Vietnam's clock"
    assert [path.name for path in (desk / "out").iterdir()] == [said["manifest"]["package_id"] + ".exam"]
    assert len(said["sheets"]) == len(list((desk / "sheets").iterdir())) == 5
    assert bank("verify", said["file"], "--signer", desk / "key/committee.pub")[0] == 0
    printed = json.dumps(said)
    assert "AGE-SECRET" not in printed
    assert "words" not in printed


def test_nothing_is_left_when_the_sheets_cannot_be_written(desk: Path, bank: Bank) -> None:
    (desk / "sheets").write_text("a file where the folder should be")
    assert seal(bank, desk)[0] == 1
    assert not (desk / "out").exists()


@pytest.mark.parametrize("folder", ["out", "out/sheets"])
def test_sheets_beside_the_package_are_refused_before_anything_is_sealed(desk: Path, bank: Bank, folder: str) -> None:
    status, said = seal(bank, desk, "--sheets", desk / folder, "--json")
    assert (status, said["verdict"]) == (3, "beside_package")
    assert not (desk / "out").exists()


def test_a_wrong_custody_plan_is_refused_with_all_its_problems(desk: Path, bank: Bank) -> None:
    (desk / "custody.yaml").write_text(PLAN.replace("threshold: 2", "threshold: 9"), encoding="utf-8")
    status, said = seal(bank, desk, "--json")
    assert (status, said["verdict"], len(said["problems"])) == (3, "bad_plan", 2)
    assert seal(bank, desk)[1].count("custody.yaml:") == 2


@pytest.mark.parametrize(
    "content", ["", "hello", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "x" * 10_000]
)
def test_a_file_that_is_no_key_is_refused(desk: Path, bank: Bank, content: str) -> None:
    (desk / "key/committee.key").write_text(content)
    assert seal(bank, desk, "--json")[1]["verdict"] == "bad_key_file"
    (desk / "key/committee.pub").write_text(content)
    status, said = bank("verify", desk / "form.json", "--signer", desk / "key/committee.pub", "--json")
    assert (status, said["verdict"]) == (3, "bad_key_file")


def test_a_missing_file_is_refused_by_name(desk: Path, bank: Bank) -> None:
    (desk / "key/committee.key").unlink()
    assert seal(bank, desk, "--json")[1]["verdict"] == "unreadable"
    assert bank("inspect", desk / "none.exam", "--json")[1]["verdict"] == "unreadable"


def test_inspect_shows_the_manifest_and_says_what_it_did_not_check(sealed: Sealed, bank: Bank) -> None:
    status, said = bank("inspect", sealed.package.path)
    assert status == 0
    for expected in (
        sealed.package.fingerprint,
        sealed.form.title.vi,
        "Ban Tổ chức",
        "2 trong 3 mảnh",
        "verify --signer",
        "marking.age",
    ):
        assert expected in " ".join(said.split())
    status, said = bank("inspect", sealed.package.path, "--json")
    assert (status, said["signer_pinned"], said["manifest_sha256"]) == (0, False, sealed.package.manifest_sha256)
    assert bank("--language", "en", "inspect", sealed.package.path)[1].startswith("Contest")


def test_verify_names_who_signed_and_refuses_another_signer(
    sealed: Sealed, bank: Bank, pub: Path, tmp_path: Path
) -> None:
    status, said = bank("verify", sealed.package.path, "--signer", pub)
    assert status == 0
    assert "Ban Đề thi" in said
    pub.write_text(PublicKey(SigningKey.generate().public, "Ai đó").line(), encoding="utf-8")
    status, said = bank("verify", sealed.package.path, "--signer", pub, "--json")
    assert (status, said["verdict"]) == (3, "wrong_signer")
    assert said["message"]
    assert said["hint"]


def test_verify_reports_as_every_verification_does_what_it_checked_and_what_not(
    sealed: Sealed, bank: Bank, pub: Path, tmp_path: Path, report_keys: set[str]
) -> None:
    status, said = bank("verify", sealed.package.path, "--signer", pub, "--json")
    assert status == 0
    assert report_keys <= set(said)
    assert (said["what"], said["file"], said["ok"], said["problems"]) == ("package", str(sealed.package.path), True, [])
    assert said["checked"]
    assert len(said["not_checked"]) == 2  # whose key it is, and what is encrypted
    assert said["not_checked"][0] in bank("verify", sealed.package.path, "--signer", pub)[1]
    cut = tmp_path / "cut.exam"
    cut.write_bytes(sealed.package.path.read_bytes()[:-7])
    status, said = bank("verify", cut, "--signer", pub, "--json")
    assert status == 3
    assert report_keys <= set(said)
    assert (said["what"], said["file"], said["ok"], said["checked"]) == ("package", str(cut), False, [])
    assert [problem["code"] for problem in said["problems"]] == [said["verdict"]] == ["truncated"]


@pytest.mark.usefixtures("on_time")
def test_open_gives_what_candidates_see_and_separately_how_it_is_marked(
    sealed: Sealed, bank: Bank, pub: Path, tmp_path: Path
) -> None:
    for part in ("paper", "marking"):
        status, said = bank("open", sealed.package.path, "--signer", pub, "--part", part, *given(sealed, part, tmp_path),
                            "--to", tmp_path / part, "--json")  # fmt: skip
        assert (status, said["verdict"], said["reason"]) == (0, "ok", None)
        assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / part).iterdir()} == {0o600}
        assert stat.S_IMODE((tmp_path / part).stat().st_mode) == 0o700
    for section in sealed.form.sections:
        assert json.loads((tmp_path / f"paper/{section.section_id}.json").read_bytes()) == section.candidate
    marking = json.loads((tmp_path / "marking/marking.json").read_bytes())
    assert marking["sections"] == [section.marking.document() for section in sealed.form.sections]


def test_opening_early_needs_a_reason_that_is_printed(
    sealed: Sealed, bank: Bank, pub: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seal_cli, "now_ms", lambda: sealed.now_ms - 1)
    command = ["open", sealed.package.path, "--signer", pub, "--part", "paper", *given(sealed, "paper", tmp_path), "--to",
               tmp_path / "paper", "--json"]  # fmt: skip
    for reason in ((), ("--before-time", " ")):
        status, said = bank(*command, *reason)
        assert (status, said["verdict"]) == (3, "too_early")
    assert not (tmp_path / "paper").exists()
    status, said = bank(*command, "--before-time", "Lịch thi thay đổi")
    assert (status, said["reason"]) == (0, "Lịch thi thay đổi")


@pytest.mark.parametrize("part", ["paper", "marking"])
def test_before_its_time_no_custodian_is_asked_for_a_share(
    sealed: Sealed, bank: Bank, pub: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    asked: list[str] = []

    def custodian(prompt: str) -> str:
        asked.append(prompt)
        raise EOFError

    monkeypatch.setattr(seal_cli, "now_ms", lambda: sealed.now_ms - 1)
    monkeypatch.setattr(getpass, "getpass", custodian)
    status, said = bank(
        "open", sealed.package.path, "--signer", pub, "--part", part, "--to", tmp_path / "new", "--json"
    )
    assert (status, said["verdict"], asked) == (3, "too_early", [])


@pytest.mark.usefixtures("on_time")
def test_open_never_writes_into_an_existing_folder(sealed: Sealed, bank: Bank, pub: Path, tmp_path: Path) -> None:
    (tmp_path / "paper").mkdir()
    command = ["open", sealed.package.path, "--signer", pub, "--part", "paper", *given(sealed, "paper", tmp_path)]
    assert bank(*command, "--to", tmp_path / "paper")[0] == 1
    assert not list((tmp_path / "paper").iterdir())


@pytest.mark.usefixtures("on_time")
def test_custodians_are_asked_unseen_and_again_after_a_slip(
    sealed: Sealed, bank: Bank, pub: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, _ = (share.mnemonic for share in sealed.shares(SecretKind.PAPER))
    typed = iter([first, second.replace("a", "e"), second])
    prompts: list[str] = []

    def custodian(prompt: str) -> str:
        prompts.append(prompt)
        return str(next(typed))

    monkeypatch.setattr(getpass, "getpass", custodian)
    status, said = bank("open", sealed.package.path, "--signer", pub, "--part", "paper", "--to", tmp_path / "paper")
    assert status == 0
    assert prompts == ["Mảnh khóa 1 trong 2: ", "Mảnh khóa 2 trong 2: ", "Mảnh khóa 2 trong 2: "]
    assert not set(first.split()) & set(said.split())

    def nobody(prompt: str) -> str:
        raise EOFError

    monkeypatch.setattr(getpass, "getpass", nobody)
    status, said = bank(
        "open", sealed.package.path, "--signer", pub, "--part", "paper", "--to", tmp_path / "more", "--json"
    )
    assert (status, said["verdict"]) == (3, "too_few")


def test_every_fault_has_a_sentence_and_an_advice_in_both_languages() -> None:
    assert set(SEAL_TEXTS) == set(SealFault)
    assert set(CUSTODY_TEXTS) == set(CustodyFault)
    pairs = [pair for texts in (SEAL_TEXTS, CUSTODY_TEXTS) for pair in texts.values()]
    english = [(text.message, hint.message) for text, hint in pairs]
    use_language("vi")
    vietnamese = [(render(text), render(hint)) for text, hint in pairs]
    assert len({text for text, _ in english}) == len(english)
    assert not [
        mine for mine, theirs in zip(english, vietnamese, strict=True) if mine[0] == theirs[0] or mine[1] == theirs[1]
    ]


@pytest.mark.parametrize("text", ["2026-05-20T07:00", "2026-05-20T07:00:00+07:00", "2026-05-20T00:00:00Z"])
def test_a_time_without_a_zone_is_vietnams(text: str) -> None:
    assert seal_cli.instant_of(text) == 1_779_235_200_000


def test_the_installed_command_works_and_says_3_when_it_refuses(repository: Path, tmp_path: Path) -> None:
    program = [sys.executable, "-m", "question_bank.cli"]
    good = subprocess.run(
        [*program, "inspect", repository / "tests/vectors/sealed/good.exam"],
        capture_output=True,
        cwd=repository,
        check=False,
    )
    bad = subprocess.run(
        [*program, "inspect", repository / "tests/vectors/sealed/trailing_byte.exam"],
        capture_output=True,
        cwd=repository,
        check=False,
    )
    assert (good.returncode, bad.returncode) == (0, 3)
    assert b"trailing_bytes" in bad.stderr
    wrong = subprocess.run([*program, "open", "x"], capture_output=True, cwd=repository, check=False)
    assert wrong.returncode == 2
