"""A folder of authoring files as one bank: what shows only together, and folders that are no bank."""

from __future__ import annotations

from pathlib import Path

import pytest

from question_bank.canonical import digest
from question_bank.formats import folder, nodes
from question_bank.formats.folder import BankFolderError, read_bank
from question_bank.formats.nodes import MAX_BYTES

GOOD = (Path(__file__).resolve().parent.parent / "vectors" / "items" / "good.yaml").read_text(encoding="utf-8")
SAMPLES = Path(__file__).resolve().parent.parent.parent / "question_bank" / "samples"


def test_the_sample_bank_has_nothing_wrong_with_it() -> None:
    reading = read_bank(SAMPLES / "bank")
    assert [str(problem) for problem in reading.problems] == []
    assert len(reading.bank.items) >= 160


def test_the_same_id_in_two_files_is_found_and_says_where_the_first_is(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "b.yaml").write_text("\n\n" + GOOD.replace("ở đâu", "thế nào"), encoding="utf-8")
    reading = read_bank(tmp_path)
    assert [(problem.code, Path(problem.file).name, problem.line) for problem in reading.problems] == [
        ("duplicate_id", "b.yaml", 7)
    ]
    assert f"{tmp_path / 'a.yaml'}:5" in reading.problems[0].message
    assert len(reading.bank.items) == 1


def test_one_topic_with_two_titles_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD, encoding="utf-8")
    other = GOOD.replace("Online public", "Public online").replace("DVC-001", "DVC-002").replace("ở đâu", "thế nào")
    (tmp_path / "b.yml").write_text(other, encoding="utf-8")
    assert [(problem.code, problem.line) for problem in read_bank(tmp_path).problems] == [("other_title", 3)]


def test_a_file_that_is_not_items_is_a_warning_and_notes_and_hidden_files_are_not(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "de-thi.docx").write_bytes(b"PK")
    (tmp_path / "README.md").write_text("notes")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_text("x")
    reading = read_bank(tmp_path)
    assert [(problem.code, Path(problem.file).name, problem.line) for problem in reading.problems] == [
        ("not_read", "de-thi.docx", 0)
    ]
    assert reading.errors == 0


def test_files_in_subfolders_are_read_and_names_make_no_difference(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "z.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "a.yaml").write_text(GOOD.replace("DVC-001", "DVC-002").replace("ở đâu", "thế nào"), encoding="utf-8")
    reading = read_bank(tmp_path)
    assert [item.id for item in reading.bank.items] == ["DVC-001", "DVC-002"]
    (tmp_path / "a.yaml").rename(tmp_path / "one" / "zz.yaml")
    assert read_bank(tmp_path).bank.sha256() == reading.bank.sha256()


def test_the_banks_digest_is_that_of_its_items_in_order_of_id(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD, encoding="utf-8")
    bank = read_bank(tmp_path).bank
    items = [item.document() for item in bank.items]
    assert bank.sha256() == digest({"items": items, "stimuli": [], "media": {}}).hex()
    (tmp_path / "a.yaml").write_text(GOOD.replace("key: A", "key: B"), encoding="utf-8")
    assert read_bank(tmp_path).bank.sha256() != bank.sha256()


def test_an_item_with_an_error_is_not_in_the_bank_but_the_others_are(tmp_path: Path) -> None:
    second = GOOD[GOOD.index("  - id:") :].replace("DVC-001", "DVC-002").replace("ở đâu", "thế nào")
    (tmp_path / "a.yaml").write_text(GOOD.replace("key: A", "key: Q") + second, encoding="utf-8")
    reading = read_bank(tmp_path)
    assert [item.id for item in reading.bank.items] == ["DVC-002"]
    assert [problem.code for problem in reading.problems] == ["key_not_an_option"]


@pytest.mark.parametrize("make", ["missing", "file", "empty"])
def test_what_is_no_bank_is_an_error_with_a_hint(tmp_path: Path, make: str) -> None:
    path = tmp_path / "bank"
    if make == "file":
        path.write_text("x")
    elif make == "empty":
        path.mkdir()
    with pytest.raises(BankFolderError) as caught:
        read_bank(path)
    assert caught.value.hint


def test_a_folder_of_too_many_files_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "MOST_FILES", 3)
    for number in range(5):
        (tmp_path / f"{number}.yaml").write_text("x")
    with pytest.raises(BankFolderError):
        read_bank(tmp_path)


def test_a_huge_file_is_named_and_not_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (tmp_path / "a.yaml").open("wb") as file:
        file.truncate(MAX_BYTES * 50)
    monkeypatch.setattr(nodes, "events_of", None)  # parsing would fail
    assert [(problem.code, problem.line) for problem in read_bank(tmp_path).problems] == [("too_large", 0)]
