"""The commands on a vault, as a committee types them."""

from __future__ import annotations

import errno
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from question_bank.form_file import read_form
from question_bank.vault.vault import Vault

SAMPLES = Path(__file__).resolve().parents[3] / "question_bank" / "samples"
BLUEPRINT = SAMPLES / "blueprints" / "tien-giang.yaml"
GIFT = (
    "// [id:A-1]\nThủ đô của Việt Nam? {=Hà Nội ~Huế ####Vì thế.}\n\n// [id:A-2]\nKhông rõ đáp án {~a ~b ####Vì thế.}\n"
)
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def bank(run: Run, tmp_path: Path) -> Path:
    """A plain bank with one item that is ready and one to review."""
    (tmp_path / "de.gift").write_text(GIFT, encoding="utf-8")
    path = tmp_path / "bank.vault"
    assert (
        run("import", tmp_path / "de.gift", "--bank", path, "--topic", "dia-ly", "--source", "Sách", "--as", "An")[0]
        == 0
    )
    return path


def said(run: Run, *arguments: str | Path) -> Any:
    return json.loads(run(*arguments, "--json")[1])


def test_two_people_sign_and_the_history_says_who(run: Run, bank: Path) -> None:
    assert run("review", bank, "A-1", "--as", "An")[0] == 0
    status, _, err = run("approve", bank, "A-1", "--as", "an")
    assert status == 3
    assert "An" in err
    assert run("approve", bank, "A-1", "--as", "Bình")[0] == 0
    [first, second] = said(run, "list", bank)["items"]
    assert (first["state"], first["reviewer"], first["approver"], second["state"]) == (
        "approved",
        "An",
        "Bình",
        "draft",
    )
    assert [(one["person"], one["act"]) for one in said(run, "history", bank, "A-1")["changes"]] == [
        ("Bình", "approved"), ("An", "reviewed"), ("An", "imported")]  # fmt: skip
    lines = run("history", bank, "A-1")[1].splitlines()
    assert ("Bình" in lines[0], "de.gift" in lines[2]) == (True, True)


def test_reasons_to_review_are_shown_settled_and_then_the_item_is_signed(run: Run, bank: Path, tmp_path: Path) -> None:
    shown = said(run, "show", bank, "A-2")
    assert [(one["code"], one["settled_by"]) for one in shown["reasons"]] == [("empty_field", None)]
    assert shown["origin"]["file"] == "de.gift"
    assert "Không rõ đáp án" in run("show", bank, "A-2")[1]
    found = said(run, "review", bank, "A-2", "--as", "An")
    assert [one["code"] for one in found["refused"]] == ["open_reasons"]
    authored = run("show", bank, "A-2")[1].partition("format: ")
    text = f"format: {authored[2].partition('cần xem lại')[0]}".replace("    key: []", "    key: A").replace(
        "key: \n", "key: A\n"
    )
    (tmp_path / "sua.yaml").write_text(
        text if "key: A" in text else text.replace("    options:", "    key: A\n    options:", 1), encoding="utf-8"
    )
    assert run("write", bank, tmp_path / "sua.yaml", "--as", "Bình", "--why", "thêm đáp án")[0] == 0
    assert run("settle", bank, "A-2", "--how", "hỏi người ra đề", "--as", "Bình")[0] == 0
    assert run("settle", bank, "A-2", "--how", "lần nữa", "--as", "Bình")[0] == 3
    assert run("review", bank, "--all", "--as", "An")[0] == 0
    assert run("approve", bank, "--all", "--as", "Bình")[0] == 0
    assert {one["state"] for one in said(run, "list", bank)["items"]} == {"approved"}


def test_items_are_found_narrowed_and_counted(run: Run, bank: Path) -> None:
    assert [one["id"] for one in said(run, "search", bank, "viet", "nam")["items"]] == ["A-1"]
    assert [one["id"] for one in said(run, "list", bank, "--open")["items"]] == ["A-2"]
    assert said(run, "list", bank, "--state", "approved")["items"] == []
    info = said(run, "info", bank)
    assert (info["items"], info["states"]["draft"], info["open_reasons"], info["protected"]) == (2, 2, 1, False)
    assert "nháp: 2" in run("info", bank)[1]
    assert "draft: 2" in run("--language", "en", "info", bank)[1]
    status, out, _ = run("show", bank, "B-1", "--json")
    assert (status, json.loads(out)["refused"][0]["code"]) == (3, "no_item")


def test_edits_are_undone_sent_back_and_items_withdrawn(run: Run, bank: Path) -> None:
    assert said(run, "undo", bank, "A-1", "--as", "An")["refused"][0]["code"] == "nothing_to_undo"
    assert said(run, "redo", bank, "A-1", "--as", "An")["refused"][0]["code"] == "nothing_to_undo"
    run("review", bank, "A-1", "--as", "An")
    assert said(run, "send-back", bank, "A-1", "--as", "Bình", "--why", "câu mơ hồ")["done"] == ["A-1"]
    assert said(run, "withdraw", bank, "A-1", "--as", "Bình", "--why", "trùng")["done"] == ["A-1"]
    assert said(run, "restore", bank, "A-1", "--as", "Bình")["done"] == ["A-1"]
    assert [one["why"] for one in said(run, "history", bank, "A-1")["changes"]][:3] == ["", "trùng", "câu mơ hồ"]
    status, _, err = run("review", bank, "--as", "An")
    assert (status, len(err.splitlines())) == (1, 3)
    with pytest.raises(SystemExit) as caught:
        run("review", bank, "A-1", "--as", "12")
    assert caught.value.code == 2


def test_near_duplicates_are_listed_for_a_file_and_for_a_folder(run: Run, bank: Path, tmp_path: Path) -> None:
    run("import", tmp_path / "de.gift", "--bank", bank)
    couples = said(run, "duplicates", bank)["couples"]
    assert ("A-1", 100) in {(one["first"], one["percent"]) for one in couples}
    assert "100 %" in run("duplicates", bank)[1]
    status, out, _ = run("check", bank)
    assert (status, "A-1 (100 %)" in out) == (3, True)
    near = [one for one in said(run, "check", bank)["problems"] if one["code"] == "near_duplicate"]
    assert len(near) == len(couples)
    assert {one["severity"] for one in near} == {"warning"}
    assert said(run, "duplicates", SAMPLES / "bank")["couples"] == []


@pytest.fixture
def sample(run: Run, tmp_path: Path) -> Path:
    """The sample bank in one file, everything approved."""
    path = tmp_path / "sample.vault"
    assert run("new", path, "--as", "An")[0] == 0
    assert run("write", path, SAMPLES / "bank", "--as", "An", "--why", "từ thư mục mẫu")[0] == 0
    for command, name in (("review", "An"), ("approve", "Bình")):
        assert run(command, path, "--all", "--as", name)[0] == 0
    return path


def test_only_approved_items_are_drawn_and_their_use_is_recorded(run: Run, sample: Path, tmp_path: Path) -> None:
    form = tmp_path / "primary.json"
    arguments = ("assemble", sample, "--blueprint", BLUEPRINT, "--set", "primary")
    status, out, err = run(*arguments, "--out", form, "--as", "Chi")
    assert (status, "không có mật khẩu" in err) == (0, True), out
    drawn = read_form(form)
    with Vault.open(sample, None, lambda: 0, write=False) as vault:
        assert set(vault.uses.all()) == drawn.bank_items
        last = vault.history(most=1)[0]
        assert (last.act, last.person) == ("assembled", "Chi")
        whole = vault.bank().sha256()
    assert said(run, "check", sample)["bank_sha256"] == whole
    name = min(drawn.bank_items)
    assert [one["package"] for one in said(run, "show", sample, name)["used"]] == [drawn.package_id]
    every = [one["id"] for one in said(run, "list", sample)["items"]]
    run("send-back", sample, *every, "--as", "An", "--why", "xem lại cả")
    status, out, _ = run(*arguments, "--out", tmp_path / "second.json", "--json")
    assert (status, bool(json.loads(out)["shortfalls"])) == (3, True)
    before = sample.read_bytes()
    status, _, err = run("--language", "en", *arguments, "--out", tmp_path / "try.json", "--drafts-too")
    assert (status, "for trying only" in err) == (0, True)
    assert sample.read_bytes() == before


def test_a_bank_that_cannot_be_saved_leaves_the_form_of_before_where_it_is(
    run: Run, sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = tmp_path / "primary.json"
    arguments = ("assemble", sample, "--blueprint", BLUEPRINT, "--set", "primary", "--out", form)
    assert run(*arguments)[0] == 0
    before = form.read_bytes()

    def full(path: Path, data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr("question_bank.vault.place.replace_private", full)
    assert run(*arguments, "--replace")[0] == 1
    assert form.read_bytes() == before
    monkeypatch.undo()
    assert run(*arguments, "--replace")[0] == 0
    assert form.read_bytes() != before


def test_what_one_round_used_is_kept_out_of_the_next_by_the_banks_own_history(
    run: Run, sample: Path, tmp_path: Path
) -> None:
    forms = []
    for name in ("so-khao", "chung-ket"):
        text = BLUEPRINT.read_text(encoding="utf-8").replace("round_id: chung-ket", f"round_id: {name}")
        plan, form = tmp_path / f"{name}.yaml", tmp_path / f"{name}.json"
        plan.write_text(text.replace("sections:", "exposure: {uses: 1}\nsections:"), encoding="utf-8")
        status, out, _ = run(
            "assemble", sample, "--blueprint", plan, "--set", "primary", "--seed", "5e" * 32, "--out", form
        )
        assert status == 0, out
        forms.append(read_form(form))
    assert forms[0].round_id != forms[1].round_id
    assert not forms[0].bank_items & forms[1].bank_items


def test_sealing_takes_files_from_the_bank_and_records_what_is_sealed(run: Run, sample: Path, tmp_path: Path) -> None:
    form = tmp_path / "primary.json"
    run("assemble", sample, "--blueprint", BLUEPRINT, "--set", "primary", "--out", form)
    run("keygen", "--name", "Hội đồng", "--out", tmp_path / "keys")
    status, out, _ = run(
        "seal", form, "--key", tmp_path / "keys/committee.key", "--custody", SAMPLES / "custody.yaml", "--out",
        tmp_path / "out", "--sheets", tmp_path / "sheets", "--bank", sample, "--as", "Chi",
    )  # fmt: skip
    assert status == 0, out
    with Vault.open(sample, None, lambda: 0, write=False) as vault:
        assert {use.how.value for uses in vault.uses.all().values() for use in uses} == {"sealed"}


def test_a_passphrase_is_given_changed_and_taken_away(run: Run, bank: Path, tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_text("ngắn\n", encoding="utf-8")
    new.write_text("một mật khẩu mới hẳn\n", encoding="utf-8")
    status, _, err = run("passwd", bank, "--new-passphrase-file", old)
    assert (status, "12" in err) == (0, True)  # it is short, and that is said
    assert run("list", bank)[0] == 1
    status, _, err = run("list", bank, "--passphrase-file", new)
    assert (status, len(err.splitlines())) == (1, 2)
    status, _, err = run("passwd", bank, "--passphrase-file", old, "--plain")
    assert (status, "không có mật khẩu" in err) == (0, True)
    assert run("list", bank)[0] == 0


def test_every_command_on_a_bank_without_a_passphrase_says_so_and_none_on_a_protected_one(
    run: Run, tmp_path: Path
) -> None:
    words, plain, safe = tmp_path / "words", tmp_path / "plain.vault", tmp_path / "safe.vault"
    words.write_text("một mật khẩu dài để thử\n", encoding="utf-8")
    for bank, more in ((plain, ()), (safe, ("--passphrase-file", words))):
        for command in (("new", bank), ("info", bank), ("list", bank), ("check", bank)):
            status, out, err = run(*command, *more)
            assert status == 0, out + err
            assert ("không có mật khẩu" in err) is (bank is plain), command
            assert "không có mật khẩu" not in out


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xff\xfe", b"   \nx"])
def test_a_passphrase_file_without_a_passphrase_is_refused(run: Run, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "words").write_bytes(content)
    status, _, err = run("new", tmp_path / "bank.vault", "--passphrase-file", tmp_path / "words")
    assert (status, "words" in err) == (1, True)
    assert not (tmp_path / "bank.vault").exists()


def test_a_folder_is_taken_into_a_bank_with_its_files_and_what_is_wrong_is_said(run: Run, tmp_path: Path) -> None:
    folder, path = tmp_path / "folder", tmp_path / "bank.vault"
    shutil.copytree(Path(__file__).resolve().parents[2] / "vectors/items", folder)
    run("new", path)
    status, out, _ = run("write", path, folder, "--as", "An")
    assert status == 3
    assert "many.yaml" in out
    assert run("new", path)[0] == 1
