"""examroom-bank import and export, as the committee runs them on a folder and on a bank in one file."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from question_bank.disk import write_new
from question_bank.exchange_folder import FolderBank, renamed, slug
from question_bank.formats.authoring import read_items
from question_bank.formats.exchange import Defaults, Imported
from question_bank.formats.gift import FORMAT as GIFT
from question_bank.formats.registry import formats, readers, writers
from question_bank.ids import TopicCode
from question_bank.items.model import Item
from question_bank.vault.vault import Vault

VECTORS = Path(__file__).resolve().parent.parent / "vectors"
PICTURE = (
    r"[html]<img src\="
    r'"data\:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAEklEQVR4nGP8z4APMOGVHbHSAEEsAROxCnMTAAAAAElFTkSuQmCC"'
    r' alt\="Ô"> là gì?{=ô ~tròn}'
)

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def gift(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str, name: str = "Đề ôn tập.gift") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def imported(run: Run, *arguments: str | Path) -> tuple[int, dict[str, Any]]:
    status, out, _ = run("import", *arguments, "--json")
    return status, json.loads(out)


def test_an_import_adds_a_file_and_pictures_and_says_what_became_of_each_question(
    run: Run, gift: Callable[..., Path], tmp_path: Path
) -> None:
    bank = tmp_path / "bank"
    bank.mkdir()
    path = gift(f"Một {{=a ~b}}\n\nKhông có đáp án {{~a ~b}}\n\nHỏng {{=a\n\n{PICTURE}\n")
    status, said = imported(
        run, path, "--bank", bank, "--topic", "van-thu", "--level", "van_dung", "--source", "Giáo trình"
    )
    assert status == 3
    assert (said["imported"], said["needs_review"], said["rejected"]) == (2, 1, 1)
    assert said["types"] == {"multiple_choice": 1, "single_choice": 2}
    assert [(one["code"], one["where"]) for one in said["problems"]] == [
        ("empty_field", "dòng 3"),
        ("braces", "dòng 5"),
    ]
    [written] = said["files"]
    assert Path(written).name == "de-on-tap.yaml"
    text = Path(written).read_text(encoding="utf-8")
    assert "  # cần xem lại: " in text
    found = read_items(text.encode(), written)
    assert found.topic == "van-thu"
    assert [one.id for one in found.items] == ["DEONTAP-001", "DEONTAP-002", "DEONTAP-003"]
    assert {one.draft.common.level.value for one in found.items if one.draft} == {"van_dung"}
    assert {one.draft.common.source for one in found.items if one.draft} == {"Giáo trình"}
    [picture] = (bank / "media").iterdir()
    assert picture.name in text
    assert not list(bank.rglob(".*"))


def test_a_clean_import_makes_a_bank_that_is_checked_without_errors(
    run: Run, gift: Callable[..., Path], tmp_path: Path
) -> None:
    (tmp_path / "bank").mkdir()
    path = gift("Một {=a ~b ####Vì a.}\n\nHai {T ####Vì đúng.}\n")
    status, said = imported(run, path, "--bank", tmp_path / "bank", "--source", "Giáo trình")
    assert (status, said["imported"], said["problems"]) == (0, 2, [])
    status, out, _ = run("check", tmp_path / "bank", "--json")
    assert status == 0, out
    assert json.loads(out)["items"] == 2


def test_the_same_file_twice_makes_other_ids_and_another_file(
    run: Run, gift: Callable[..., Path], tmp_path: Path
) -> None:
    path = gift("// [id:A-1] [tag:examroom:excludes=A-2]\nMột {=a ~b}\n\n// [id:A-2]\nHai {=a ~b}\n")
    (tmp_path / "bank").mkdir()
    first, second = (imported(run, path, "--bank", tmp_path / "bank")[1]["files"] for _ in range(2))
    assert [Path(one).name for one in (*first, *second)] == ["de-on-tap.yaml", "de-on-tap-2.yaml"]
    bank = FolderBank.read(tmp_path / "bank")
    assert sorted(bank.items) == ["A-1", "A-2", "DEONTAP-001", "DEONTAP-002"]
    assert [item.common.excludes for _, item in sorted(bank.items.items())] == [("A-2",), (), ("DEONTAP-002",), ()]


def test_stimuli_follow_their_items_to_their_new_ids(tmp_path: Path) -> None:
    text = "// [tag:examroom:stimulus=B] [tag:examroom:title=Bảng]\nĐọc bảng.\n\n// [id:A] [tag:examroom:stimulus=B]\nMột {=a ~b}\n"
    found = GIFT.read(text.encode(), "x.gift", Defaults(TopicCode("t")))
    assert isinstance(found, Imported)
    made = renamed(found, {"A", "B"}, "x.gift")
    assert [one.id for one in made.stimuli] == ["X-001"]
    assert [(one.item.id, one.item.common.stimulus) for one in made.questions if one.item] == [("X-002", "X-001")]


def test_a_file_that_is_not_of_the_format_changes_nothing(run: Run, tmp_path: Path, gift: Callable[..., Path]) -> None:
    status, said = imported(run, gift("Một bài văn.", "a.txt"), "--bank", tmp_path / "bank")
    assert (status, said["imported"], said["problems"][0]["code"]) == (2, 0, "unknown_format")
    status, said = imported(run, gift("<quiz><question>", "a.xml"), "--bank", tmp_path / "bank", "--format", "moodle")
    assert (status, said["problems"][0]["code"]) == (2, "bad_xml")
    assert not (tmp_path / "bank").exists()


def test_a_missing_file_and_a_wrong_topic_are_said(run: Run, tmp_path: Path) -> None:
    status, _, err = run("import", tmp_path / "none.gift", "--bank", tmp_path / "bank")
    assert status == 1
    assert "none.gift" in err
    with pytest.raises(SystemExit) as caught:
        run("import", tmp_path / "none.gift", "--bank", tmp_path / "bank", "--topic", "Văn thư")
    assert caught.value.code == 2


def test_a_file_written_half_is_never_left(
    run: Run, gift: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def torn(path: Path, data: bytes, mode: int = 0o600) -> None:
        if path.name.endswith(".yaml.tmp") or ".yaml." in path.name:
            write_new(path, data[: len(data) // 2], mode)
            raise OSError(28, "No space left on device")
        write_new(path, data, mode)

    (tmp_path / "bank").mkdir()
    monkeypatch.setattr("question_bank.exchange_folder.write_new", torn)
    status, _, err = run("import", gift(PICTURE), "--bank", tmp_path / "bank")
    assert status == 1
    assert "No space left" in err
    assert list((tmp_path / "bank").glob("*.yaml")) == []
    monkeypatch.undo()
    assert imported(run, gift(PICTURE), "--bank", tmp_path / "bank")[0] == 0
    assert len(list((tmp_path / "bank").glob("*.yaml"))) == 1


def test_an_exported_bank_imports_as_the_same_items(run: Run, tmp_path: Path) -> None:
    bank = tmp_path / "bank"
    bank.mkdir()
    status, said = imported(
        run, VECTORS / "formats/moodle/documented.xml", "--bank", bank, "--topic", "tin-hoc", "--source", "Mẫu"
    )
    assert status == 3
    before = FolderBank.read(bank)
    assert len(before.items) == said["imported"] + said["needs_review"]
    for name in ("moodle", "gift", "yaml"):
        status, out, err = run("export", "--bank", bank, "--format", name, "--to", tmp_path / f"out.{name}", "--json")
        assert status == 0
        assert "thư mục thường" in err
        document = json.loads(out)
        lost = {one["item"] for one in document["lost"] if one["code"] not in ("plug_in", "circle")}
        copy = tmp_path / f"copy-{name}"
        copy.mkdir()
        imported(run, tmp_path / f"out.{name}", "--bank", copy, "--format", name)
        after = FolderBank.read(copy)
        assert {key: item for key, item in after.items.items() if key not in lost} == {
            key: item for key, item in before.items.items() if key not in lost
        }
        assert (tmp_path / f"out.{name}").stat().st_mode & 0o077 == 0


def test_an_export_replaces_nothing_unless_told(run: Run, gift: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "bank").mkdir()
    imported(run, gift("Một {=a ~b}"), "--bank", tmp_path / "bank")
    arguments = ("export", "--bank", tmp_path / "bank", "--format", "gift", "--to", tmp_path / "out.gift")
    assert run(*arguments)[0] == 0
    before = (tmp_path / "out.gift").read_bytes()
    status, _, err = run(*arguments)
    assert status == 1
    assert "--replace" in err
    assert run(*arguments, "--replace")[0] == 0
    assert (tmp_path / "out.gift").read_bytes() == before


# --- a bank in one file -----------------------------------------------------------------------------------------------


def test_an_import_makes_the_bank_when_it_is_not_there_and_says_that_nothing_protects_it(
    run: Run, gift: Callable[..., Path], tmp_path: Path
) -> None:
    bank = tmp_path / "new" / "bank.vault"
    path = gift(f"Một {{=a ~b}}\n\nKhông có đáp án {{~a ~b}}\n\nHỏng {{=a\n\n{PICTURE}\n")
    status, out, err = run("import", path, "--bank", bank, "--as", "An Nguyễn", "--json")
    said = json.loads(out)
    assert (status, said["imported"], said["needs_review"], said["rejected"]) == (3, 2, 1, 1)
    assert said["files"] == [str(bank)]
    assert "không có mật khẩu" in err
    connection = sqlite3.connect(bank)
    assert connection.execute("SELECT DISTINCT person FROM change").fetchall() == [("An Nguyễn",)]
    connection.close()
    listed = json.loads(run("list", bank, "--json")[1])["items"]
    assert [(one["state"], one["open_reasons"]) for one in listed] == [("draft", 0), ("draft", 1), ("draft", 0)]


def test_what_a_bank_exports_another_imports_as_the_same_items(run: Run, tmp_path: Path) -> None:
    bank = tmp_path / "bank.vault"
    imported(run, VECTORS / "formats/moodle/documented.xml", "--bank", bank, "--topic", "tin-hoc", "--source", "Mẫu")

    def items(path: Path) -> dict[str, Item]:
        with Vault.open(path, None, lambda: 0, write=False) as vault:
            return {str(name): item for name, item in vault.items.all().items()}

    before = items(bank)
    for name in ("moodle", "gift", "yaml"):
        status, out, err = run("export", "--bank", bank, "--format", name, "--to", tmp_path / f"out.{name}", "--json")
        assert (status, "không có mật khẩu" in err) == (0, True)
        lost = {one["item"] for one in json.loads(out)["lost"] if one["code"] not in ("plug_in", "circle")}
        imported(run, tmp_path / f"out.{name}", "--bank", tmp_path / f"copy-{name}", "--format", name)
        after = items(tmp_path / f"copy-{name}")
        assert {key: item for key, item in after.items() if key not in lost} == {
            key: item for key, item in before.items() if key not in lost
        }


def test_a_protected_bank_is_made_and_used_with_its_passphrase_file(
    run: Run, gift: Callable[..., Path], tmp_path: Path
) -> None:
    bank, words = tmp_path / "bank.vault", tmp_path / "passphrase"
    words.write_text("một mật khẩu đủ dài\nhàng này không đọc\n", encoding="utf-8")
    status, out, err = run("import", gift("Một {=a ~b}"), "--bank", bank, "--passphrase-file", words, "--json")
    assert (status, json.loads(out)["imported"], err) == (0, 1, "")
    assert "Một".encode() not in bank.read_bytes()
    status, _, err = run("export", "--bank", bank, "--format", "gift", "--to", tmp_path / "out.gift")
    assert (status, "--passphrase-file" in err) == (1, True)
    arguments = (
        "export",
        "--bank",
        bank,
        "--format",
        "gift",
        "--to",
        tmp_path / "out.gift",
        "--passphrase-file",
        words,
    )
    assert run(*arguments)[::2] == (0, "")


def test_a_passphrase_for_a_folder_is_refused(run: Run, gift: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "bank").mkdir()
    (tmp_path / "words").write_text("x", encoding="utf-8")
    status, _, err = run(
        "import", gift("Một {=a ~b}"), "--bank", tmp_path / "bank", "--passphrase-file", tmp_path / "words"
    )
    assert (status, "thư mục thường" in err) == (1, True)
    assert list((tmp_path / "bank").iterdir()) == []


def test_formats_are_found_by_looking() -> None:
    assert {"aiken", "gift", "moodle", "yaml"} <= set(formats())
    assert "aiken" in readers()
    assert "aiken" not in writers()


@pytest.mark.parametrize(
    ("name", "expected"), [("Đề số 1.docx", "de-so-1"), ("???.xml", "nhap"), ("a" * 80 + ".gift", "a" * 40)]
)
def test_a_file_gets_a_plain_name(name: str, expected: str) -> None:
    assert slug(name) == expected


def test_what_an_export_loses_is_printed_item_by_item_above_how_many_were_written(
    run: Run, gift: Callable[..., Path], tmp_path: Path
) -> None:
    bank = tmp_path / "bank.vault"
    assert run("import", gift(f"{PICTURE}\n\nMột {{=a ~b}}\n"), "--bank", bank, "--topic", "van-thu")[0] == 0
    status, out, _ = run("--language", "en", "export", "--bank", bank, "--format", "table", "--to", tmp_path / "x.xlsx")
    lines = out.splitlines()
    assert (status, len(lines), lines[-1]) == (0, 2, "2 items written")
    assert "files_left_out: a table holds no pictures and recordings" in lines[0]
    status, out, _ = run("export", "--bank", bank, "--format", "moodle", "--to", tmp_path / "x.xml")
    assert (status, len(out.splitlines())) == (0, 1)
