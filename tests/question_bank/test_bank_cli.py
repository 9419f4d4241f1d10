"""examroom-bank check and assemble, as the committee runs them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from question_bank.cli import main
from question_bank.form_file import FormFileError, read_form, write_form
from question_bank.wording import use_language

SAMPLES = Path(__file__).resolve().parent.parent.parent / "question_bank" / "samples"
VECTORS = Path(__file__).resolve().parent.parent / "vectors" / "items"
BANK, BLUEPRINT = SAMPLES / "bank" / "trac-nghiem", SAMPLES / "blueprints" / "tien-giang.yaml"
SEED = "5e" * 32

Run = Callable[..., tuple[int, str, str]]


def assembled(run: Run, folder: Path, name: str, *more: str | Path) -> Path:
    path = folder / f"{name}.json"
    status, out, _ = run("assemble", BANK, "--blueprint", BLUEPRINT, "--set", name, "--out", path, *more)
    assert status == 0, out
    return path


def test_a_good_bank_is_summed_up_by_topic_level_and_type(run: Run) -> None:
    status, out, _ = run("--language", "en", "check", BANK)
    assert status == 0
    rows = [line.split() for line in out.splitlines()]
    assert ["together", "35", "165", "200"] in rows
    assert "200 usable items · 5 files · 0 errors · 0 warnings" in out
    assert any(
        line.startswith("Administrative documents") and "advanced application" in line for line in out.splitlines()
    )


def test_a_bad_bank_lists_every_problem_in_the_readers_language(run: Run, tmp_path: Path) -> None:
    (tmp_path / "many.yaml").write_bytes((VECTORS / "many.yaml").read_bytes())
    status, out, _ = run("--language", "vi", "check", tmp_path)
    assert status == 3
    lines = out.splitlines()
    assert lines[0].startswith(f"{tmp_path / 'many.yaml'}:11: missing_field: thiếu “source”")
    assert len([line for line in lines if line.startswith(str(tmp_path))]) == 6
    assert run("--language", "en", "check", tmp_path)[1].splitlines()[0].endswith("missing_field: “source” is missing")


def test_warnings_are_shown_and_do_not_fail(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes((VECTORS / "not_last.yaml").read_bytes())
    status, out, _ = run("check", tmp_path)
    assert status == 0
    assert "not_last" in out


def test_check_prints_one_json_object(run: Run, tmp_path: Path) -> None:
    (tmp_path / "many.yaml").write_bytes((VECTORS / "many.yaml").read_bytes())
    status, out, _ = run("check", tmp_path, "--json")
    found = json.loads(out)
    assert (status, found["ok"], found["errors"], found["items"]) == (3, False, 6, 0)
    assert set(found["problems"][0]) == {"code", "severity", "file", "line", "column", "message", "hint"}
    found = json.loads(run("check", BANK, "--json")[1])
    assert sum(count["items"] for count in found["counts"]) == found["items"] == 200


def test_two_sets_are_assembled_secret_and_disjoint(run: Run, tmp_path: Path) -> None:
    primary = assembled(run, tmp_path, "primary", "--seed", SEED)
    reserve = assembled(run, tmp_path, "reserve", "--seed", SEED, "--exclude", primary)
    forms = [read_form(primary), read_form(reserve)]
    assert [len(form.bank_items) for form in forms] == [60, 60]
    assert not forms[0].bank_items & forms[1].bank_items
    assert primary.stat().st_mode & 0o777 == 0o600
    assert [form.set_name.value for form in forms] == ["primary", "reserve"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["primary.json", "reserve.json"]


def test_the_same_seed_writes_the_same_file_and_none_draws_a_new_one(run: Run, tmp_path: Path) -> None:
    first = assembled(run, tmp_path, "primary", "--seed", SEED).read_bytes()
    assert assembled(run, tmp_path, "primary", "--seed", SEED, "--replace").read_bytes() == first
    assert assembled(run, tmp_path, "primary", "--replace").read_bytes() != first


def test_what_is_printed_does_not_tell_the_form(run: Run, tmp_path: Path) -> None:
    arguments = [
        "assemble",
        BANK,
        "--blueprint",
        BLUEPRINT,
        "--set",
        "primary",
        "--seed",
        SEED,
        "--out",
        tmp_path / "a",
    ]
    status, out, err = run(*arguments, "--json")
    found = json.loads(out)
    form = read_form(tmp_path / "a")
    assert (status, found["package_id"], found["sections"][0]["items"]) == (0, form.package_id, 60)
    assert SEED not in out + err
    assert not [item for item in form.bank_items if item in out + err]


def test_what_is_short_is_said_and_nothing_is_written(run: Run, tmp_path: Path) -> None:
    primary = assembled(run, tmp_path, "primary")
    reserve = assembled(run, tmp_path, "reserve", "--exclude", primary)
    arguments = ["assemble", BANK, "--blueprint", BLUEPRINT, "--set", "reserve", "--out", tmp_path / "third.json"]
    arguments += ["--exclude", primary, "--exclude", reserve]
    status, out, _ = run("--language", "en", *arguments)
    assert status == 3
    assert "topic dich-vu-cong, recognition (multiple choice, single choice): need 4, bank has 3 left" in out
    status, out, _ = run(*arguments, "--json")
    assert (status, json.loads(out)["shortfalls"][0]["need"]) == (3, 4)
    assert not (tmp_path / "third.json").exists()


def test_a_reserve_set_without_exclude_is_warned_about(run: Run, tmp_path: Path) -> None:
    arguments = ["assemble", BANK, "--blueprint", BLUEPRINT, "--set", "reserve", "--out", tmp_path / "r.json"]
    assert "--exclude" in run(*arguments)[2]


def test_nothing_is_assembled_from_a_bank_or_blueprint_with_errors(run: Run, tmp_path: Path) -> None:
    bad_bank, bad_plan, out_path = tmp_path / "bank", tmp_path / "plan.yaml", tmp_path / "form.json"
    bad_bank.mkdir()
    (bad_bank / "a.yaml").write_bytes((VECTORS / "unknown_level.yaml").read_bytes())
    bad_plan.write_text(BLUEPRINT.read_text(encoding="utf-8").replace("2700", "zero"), encoding="utf-8")
    for bank, plan, code in ((bad_bank, BLUEPRINT, "unknown_level"), (BANK, bad_plan, "bad_number")):
        status, out, _ = run("assemble", bank, "--blueprint", plan, "--set", "primary", "--out", out_path)
        assert (status, code in out, out_path.exists()) == (3, True, False)


def test_a_form_is_not_written_over_and_failures_have_a_hint(run: Run, tmp_path: Path) -> None:
    path = assembled(run, tmp_path, "primary")
    before = path.read_bytes()
    status, out, err = run("assemble", BANK, "--blueprint", BLUEPRINT, "--set", "primary", "--out", path)
    assert (status, out, len(err.splitlines())) == (1, "", 3)  # a note, the error, a hint
    assert path.read_bytes() == before
    for wrong in (tmp_path / "no" / "such" / "form.json", tmp_path):
        status, _, err = run(
            "assemble", BANK, "--blueprint", BLUEPRINT, "--set", "primary", "--out", wrong, "--replace"
        )
        assert (status, len(err.splitlines())) == (1, 3)
    assert run("check", tmp_path / "none")[0] == 1


@pytest.mark.parametrize("content", [b"", b"{}", b'{"format":"exam-form/1"}', b"\xff", b"[" * 5000])
def test_what_is_no_form_is_refused_with_a_hint(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "form.json").write_bytes(content)
    with pytest.raises(FormFileError) as caught:
        read_form(tmp_path / "form.json")
    assert caught.value.hint


def test_an_edited_form_is_refused(run: Run, tmp_path: Path) -> None:
    path = assembled(run, tmp_path, "primary")
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(FormFileError):
        read_form(path)


def test_a_failed_write_leaves_nothing_behind(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    form = read_form(assembled(run, tmp_path, "primary"))

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("question_bank.disk.os.fsync", full)
    with pytest.raises(FormFileError, match="No space"):
        write_form(form, tmp_path / "copy.json")
    assert [path.name for path in tmp_path.iterdir()] == ["primary.json"]


@pytest.mark.parametrize("seed", ["", "12", "zz" * 32, "00" * 33])
def test_a_seed_that_is_none_is_wrong_usage(seed: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["assemble", str(BANK), "--blueprint", str(BLUEPRINT), "--set", "primary", "--out", "x", "--seed", seed])
    assert caught.value.code == 2
    assert "--seed" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--help"], ["check", "--help"], ["assemble", "--help"]])
def test_help_is_in_the_readers_language(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    for language, word, other in (("vi", "cách dùng:", "usage:"), ("en", "usage:", "cách dùng:")):
        with pytest.raises(SystemExit):
            main(["--language", language, *arguments])
        out = capsys.readouterr().out
        assert out.startswith(word)
        assert other not in out
        assert ("positional arguments" in out) is False
    use_language("vi")


def test_the_program_runs_as_a_module_and_speaks_utf8_where_the_console_does_not(tmp_path: Path) -> None:
    environment = {"PYTHONIOENCODING": "ascii", "LC_ALL": "vi_VN", "PATH": "", "PYTHONUTF8": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "question_bank.cli", "check", str(tmp_path / "không có")],
        capture_output=True, env=environment, cwd=SAMPLES.parent.parent, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "không phải là thư mục" in done.stderr.decode("utf-8")
