"""examroom-bank rubric check and mark, as authors run them."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from question_bank.phrase import phrase
from question_bank.practical import commands
from question_bank.practical.findings import Outcome, judged
from question_bank.practical.job import WorkDocument, WrongRubric
from question_bank.practical.marking import Opened, mark
from question_bank.practical.rubric_reading import read_rubric
from question_bank.practical.sandbox.port import Missing
from question_bank.practical.task_folder import read_task, seed_of
from question_bank.practical.work import Notice, inputs_document, work_document

Run = Callable[..., tuple[int, str, str]]

RUBRIC = """format: exam-rubric/1
id: thu
version: 1
title: {vi: Thử, en: A trial}
files:
  - {name: KếHoạch.docx, accept: [docx, odt]}
parameters: {tinh: {choose: [Huế, Vinh]}}
points: 2.5
groups:
  - id: nhom
    title: {vi: Nhóm, en: Group}
    checks:
      - {id: mot, type: docx.probe, points: 1.5, partial: per_item, select: {words: a}, title: {vi: "Ở ${tinh}", en: "At ${tinh}"}, tags: [y_tuong]}
      - {id: hai, type: docx.probe, points: 1, select: {words: b}}
"""

pytestmark = pytest.mark.usefixtures("probes")


@pytest.fixture
def rubric(tmp_path: Path) -> Path:
    path = tmp_path / "rubric.yaml"
    path.write_text(RUBRIC, encoding="utf-8")
    return path


@pytest.fixture
def marked_by(monkeypatch: pytest.MonkeyPatch) -> Callable[[Outcome | Exception, Outcome | Exception], list[Any]]:
    """`marked_by(a, b)`: the engine finds these, and the list has what it was asked."""

    def script(first: Outcome | Exception, second: Outcome | Exception) -> list[Any]:
        asked: list[Any] = []

        def engine(rubric: bytes, seed: bytes, files: dict[str, bytes]) -> WorkDocument | WrongRubric:
            asked.append((seed, files))
            reading = read_rubric(rubric, "rubric.yaml", seed)
            if reading.rubric is None:
                return WrongRubric(reading.problems)
            opened = {one.name: Opened({"a": first, "b": second}) for one in reading.rubric.files}
            done = mark(reading.rubric, opened, lambda *_: None)
            notices = [Notice("macros", "KếHoạch.docx", phrase("the file is empty"))]
            return WorkDocument(work_document(done, notices, inputs_document(rubric, reading.values, files)))

        monkeypatch.setattr(commands, "mark_submission", engine)
        return asked

    return script


RIGHT = Outcome.of([judged("ý", True, "đúng", "đúng", "đoạn 1")])
HALF = Outcome.of([judged("ý", True, "đúng", "đúng", "đoạn 1"), judged("lề", False, "30 mm", "20 mm", "đoạn 2")])


def test_a_good_rubric_has_nothing_to_say(run: Run, rubric: Path) -> None:
    assert run("rubric", "check", rubric)[0] == 0
    assert json.loads(run("rubric", "check", rubric, "--json")[1]) == {"ok": True, "problems": []}


def test_a_bad_rubric_is_told_line_by_line_in_the_readers_language(run: Run, rubric: Path) -> None:
    rubric.write_text(RUBRIC.replace("points: 2.5", "points: 3"), encoding="utf-8")
    status, out, _ = run("--language", "en", "rubric", "check", rubric)
    assert status == 3
    assert (
        out.splitlines()[0] == f"{rubric}:8: wrong_sum: the checks and criteria come to 2.5 points, the rubric says 3"
    )
    problem = json.loads(run("--language", "vi", "rubric", "check", rubric, "--json")[1])["problems"][0]
    assert (problem["line"], problem["code"]) == (8, "wrong_sum")
    assert problem["message"].startswith("các mục kiểm tra và tiêu chí")


def test_a_rubric_is_read_for_every_draw(run: Run, rubric: Path) -> None:
    """A value that only some candidates get may break a pattern for them alone."""
    wrong = RUBRIC.replace("[Huế, Vinh]", '[Huế, "("]').replace("words: b}}", 'words: b}, expect: {like: "${tinh}"}}')
    rubric.write_text(wrong, encoding="utf-8")
    assert run("rubric", "check", rubric)[0] == 3
    rubric.write_text(wrong.replace('like: "${tinh}"', 'like: "${tinh:pattern}"'), encoding="utf-8")
    assert run("rubric", "check", rubric)[0] == 0


def test_files_that_a_rubric_names_must_be_there(run: Run, rubric: Path, tmp_path: Path) -> None:
    text = RUBRIC.replace("accept: [docx, odt]", "accept: docx, start: a.docx, solution: key/a.docx, mutants: hong")
    rubric.write_text(text, encoding="utf-8")
    codes = [one.code for one in read_task(rubric).problems]
    assert codes == ["no_file"] * 3
    (tmp_path / "key").mkdir()
    (tmp_path / "hong").mkdir()
    for name in ("a.docx", "key/a.docx", "hong/hai.docx", "hong/ba.docx"):
        (tmp_path / name).write_bytes(name.encode())
    assert [one.code for one in read_task(rubric).problems] == ["unknown_check"]
    (tmp_path / "hong/ba.docx").unlink()
    task = read_task(rubric).task
    assert task is not None
    assert (task.starts, task.solutions) == ({"KếHoạch.docx": b"a.docx"}, {"KếHoạch.docx": b"key/a.docx"})
    assert task.mutants == {"hai": b"hong/hai.docx"}


def test_marks_are_told_check_by_check(run: Run, rubric: Path, marked_by: Any, tmp_path: Path) -> None:
    asked = marked_by(HALF, RIGHT)
    handed = tmp_path / "KếHoạch.docx"
    handed.write_bytes(b"PK")
    status, out, _ = run("--language", "en", "mark", rubric, handed, "--seed", "An")
    assert status == 0
    assert [line.split()[:3] for line in out.splitlines()[2:4]] == [["mot", "in", "part"], ["hai", "right", "1/1"]]
    assert "0.75/1.5  lề: expected 30 mm, found 20 mm" in out
    assert out.splitlines()[-1] == "1.75 of 2.5 points; 0 wait for a person"
    assert asked == [(seed_of("An"), {"KếHoạch.docx": b"PK"})]


def test_json_has_the_fields_that_the_specification_names(
    run: Run, rubric: Path, marked_by: Any, tmp_path: Path
) -> None:
    marked_by(HALF, RIGHT)
    handed = tmp_path / "KếHoạch.docx"
    handed.write_bytes(b"PK")
    found = json.loads(run("mark", rubric, handed, "--json", "--language", "en")[1])
    assert (found["points"], found["max"], found["pending"]) == (1.75, 2.5, 0)
    first = found["checks"][0]
    shown = {
        name: first[name] for name in ("id", "points", "max", "verdict", "expected", "found", "where", "skill", "tags")
    }
    assert shown == {
        "id": "mot", "points": 0.75, "max": 1.5, "verdict": "partial", "expected": "30 mm", "found": "20 mm", "where": "đoạn 2",
        "skill": "IU03", "tags": ["y_tuong"],
    }  # fmt: skip
    assert first["title"] in ("At Huế", "At Vinh")
    assert [one["credit"] for one in first["findings"]] == ["1/1", "0/1"]
    assert [(one["code"], one["message"]) for one in found["notices"]] == [("macros", "the file is empty")]


def test_what_waits_for_a_person_is_an_exit_status_of_its_own(run: Run, rubric: Path, marked_by: Any) -> None:
    marked_by(ValueError(), RIGHT)
    status, out, _ = run("--language", "en", "mark", rubric, rubric)
    assert status == 3
    assert out.splitlines()[-1] == "1 of 2.5 points; 1.5 wait for a person"


def test_a_wrong_rubric_marks_nothing(run: Run, rubric: Path, marked_by: Any) -> None:
    marked_by(RIGHT, RIGHT)
    rubric.write_text(RUBRIC.replace("points: 2.5", "points: 3"), encoding="utf-8")
    status, out, err = run("mark", rubric, rubric)
    assert (status, out) == (2, "")
    assert "wrong_sum" in err


def test_two_files_of_one_name_are_wrong_usage(run: Run, rubric: Path, marked_by: Any, tmp_path: Path) -> None:
    asked = marked_by(RIGHT, RIGHT)
    (tmp_path / "b").mkdir()
    for folder in (tmp_path, tmp_path / "b"):
        (folder / "a.docx").write_bytes(b"")
    assert run("mark", rubric, tmp_path / "a.docx", tmp_path / "b/a.docx")[0] == 2
    assert asked == []


def test_a_file_that_is_not_there_and_a_machine_without_a_sandbox_are_told(
    run: Run, rubric: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    status, _, err = run("mark", rubric, tmp_path / "no.docx")
    assert status == 1
    assert "no.docx" in err
    missing = Missing(phrase("the file is empty"), phrase("delete it"))
    monkeypatch.setattr(commands, "mark_submission", lambda *_: missing)
    status, _, err = run("--language", "en", "mark", rubric, rubric)
    assert (status, err.splitlines()) == (1, ["error: the file is empty", "delete it"])


def test_a_seed_is_a_text_or_the_digits_of_one() -> None:
    assert seed_of("5e" * 32) == bytes.fromhex("5e" * 32)
    assert len({seed_of(text) for text in ("", "An", "an", "5E" * 32, "5e" * 31)}) == 5
    assert seed_of("Huế") == seed_of(unicodedata.normalize("NFD", "Huế"))
