"""scripts/translations.py: catalogues follow the sources, equal sentences give equal files, and nothing slips through."""

from __future__ import annotations

import gettext
import importlib.util
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

Write = Callable[[str], None]


@pytest.fixture(scope="module")
def translations(repository: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("translations_script", repository / "scripts" / "translations.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def root(repository: Path, tmp_path: Path) -> Path:
    """A tree with a `server` package of one source and one template."""
    (tmp_path / "babel.cfg").write_bytes((repository / "babel.cfg").read_bytes())
    (tmp_path / "server" / "web" / "templates").mkdir(parents=True)
    (tmp_path / "server" / "a.py").write_text('_("Hello")\nngettext("%(n)s seat", "%(n)s seats", 2)\n')
    (tmp_path / "server" / "web" / "templates" / "x.html").write_text(
        "{% trans name=n %}Welcome, {{ name }}{% endtrans %}"
    )
    return tmp_path


@pytest.fixture
def run(translations: ModuleType, root: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    def command(*arguments: str) -> tuple[int, str]:
        status = translations.main([*arguments, "server", "--root", str(root)])
        return status, capsys.readouterr().out

    return command


def catalogue(root: Path) -> Path:
    return root / "server" / "translations" / "vi" / "LC_MESSAGES" / "messages.po"


def fill(root: Path) -> None:
    """Translate every sentence of the sample package."""
    text = catalogue(root).read_text(encoding="utf-8")
    for english, vietnamese in {"Hello": "Xin chào", "Welcome, %(name)s": "Mời %(name)s"}.items():
        text = text.replace(f'msgid "{english}"\nmsgstr ""', f'msgid "{english}"\nmsgstr "{vietnamese}"')
    text = text.replace('msgstr[0] ""', 'msgstr[0] "%(n)s máy"')
    catalogue(root).write_text(text, encoding="utf-8")


def test_sentences_of_sources_and_templates_are_gathered_and_compiled(
    run: Callable[..., tuple[int, str]], root: Path
) -> None:
    status, out = run()
    assert status == 1
    assert out.count("not translated") == 3
    fill(root)
    assert run() == (0, "")
    assert run("--check") == (0, "")
    with catalogue(root).with_suffix(".mo").open("rb") as file:
        spoken = gettext.GNUTranslations(file)
    assert spoken.gettext("Hello") == "Xin chào"
    assert spoken.ngettext("%(n)s seat", "%(n)s seats", 1) == "%(n)s máy"
    assert spoken.gettext("Welcome, %(name)s") == "Mời %(name)s"


def test_files_are_the_same_whenever_they_are_made(run: Callable[..., tuple[int, str]], root: Path) -> None:
    run()
    fill(root)
    run()
    before = [catalogue(root).read_bytes(), catalogue(root).with_suffix(".mo").read_bytes()]
    catalogue(root).with_suffix(".mo").unlink()
    source = root / "server" / "a.py"
    source.write_text("\n\n\n" + source.read_text())  # sentences move and nothing else
    run()
    assert [catalogue(root).read_bytes(), catalogue(root).with_suffix(".mo").read_bytes()] == before
    assert b"20" not in before[0]  # a year


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda po: po.replace('"Xin chào"', '""'), "not translated: 'Hello'"),
        (lambda po: po.replace('"%(n)s máy"', '""'), "not translated: '%(n)s seat'"),
        (lambda po: po.replace('msgid "Hello"', '#, fuzzy\nmsgid "Hello"'), "fuzzy: 'Hello'"),
        (lambda po: po.replace('msgid "Hello"', 'msgid "Hullo"'), "not in the catalogue: 'Hello'"),
        (lambda po: po.replace('msgid "Hello"', 'msgid "Hullo"'), "no longer in the sources: 'Hullo'"),
        (lambda po: po + '\n#~ msgid "Old"\n#~ msgstr "Cũ"\n', "no longer in the sources: 'Old'"),
        (lambda po: po.replace("Mời %(name)s", "Mời %(ten)s"), "other places than its source: 'Welcome"),
        (lambda po: po.replace("%(n)s máy", "máy"), "other places than its source: '%(n)s seat'"),
        (lambda po: po.replace("Xin chào", "Chào bạn"), "messages.mo is not compiled"),
    ],
)
def test_check_says_what_is_not_in_step_and_writes_nothing(
    run: Callable[..., tuple[int, str]], root: Path, spoil: Callable[[str], str], said: str
) -> None:
    run()
    fill(root)
    run()
    path = catalogue(root)
    path.write_text(spoil(path.read_text(encoding="utf-8")), encoding="utf-8")
    before = path.read_bytes(), path.with_suffix(".mo").read_bytes()
    status, out = run("--check")
    assert status == 1
    assert said in out
    assert (path.read_bytes(), path.with_suffix(".mo").read_bytes()) == before


def test_a_new_sentence_is_noticed_and_old_translations_stay(run: Callable[..., tuple[int, str]], root: Path) -> None:
    run()
    fill(root)
    run()
    (root / "server" / "b.py").write_text('gettext("Good bye")\n')
    assert run("--check")[0] == 1
    status, out = run()
    assert (status, out.count("not translated")) == (1, 1)
    assert "Xin chào" in catalogue(root).read_text(encoding="utf-8")


def test_a_sentence_that_is_gone_is_printed_with_its_translation(
    run: Callable[..., tuple[int, str]], root: Path
) -> None:
    run()
    fill(root)
    run()
    (root / "server" / "a.py").write_text('ngettext("%(n)s seat", "%(n)s seats", 2)\n')
    status, out = run()
    assert status == 0
    assert "'Hello'" in out
    assert "'Xin chào'" in out
    assert run("--check") == (0, "")


def test_a_sentence_inside_an_f_string_is_noticed(run: Callable[..., tuple[int, str]], root: Path) -> None:
    run()
    fill(root)
    (root / "server" / "b.py").write_text("x = f\"{gettext('Lost')}!\"\n")
    assert "server/b.py:1: a sentence inside an f-string" in run()[1]
    assert "server/b.py:1: a sentence inside an f-string" in run("--check")[1]


@pytest.mark.parametrize(
    "line",
    [
        'raise ExamRoomError("the disk is full")',
        'raise ExamRoomError(_("Full"), hint="Make some space.")',
        'raise DiskError(f"{name} is full")',
        'hint = "Make some space."\nraise DiskError(_("Full"), hint=hint)',
        'hint = "Make some space." if full else ""\nraise DiskError(_("Full"), hint=hint)',
        'print("All is well.")',
        'print(f"{count} machines are here")',
        'raise SystemExit("nothing to do")',
        'commands.add_parser("go", help="go at once")',
        'argparse.ArgumentParser(prog="x", description="The server of a room.")',
    ],
)
def test_a_sentence_that_is_shown_and_that_no_catalogue_can_hold_is_noticed(
    run: Callable[..., tuple[int, str]], root: Path, line: str
) -> None:
    (root / "server" / "errors.py").write_text("class DiskError(ExamRoomError): pass\n")
    (root / "server" / "b.py").write_text(f"{line}\n")
    for arguments in ((), ("--check",)):
        status, out = run(*arguments)
        assert status == 1
        assert "server/b.py:1: shown, but in no catalogue" in out


@pytest.mark.parametrize(
    "line",
    [
        'raise DiskError(_("Full"), hint=_("Full"))',
        'raise ValueError("a number is needed")',
        'raise CanonicalError("an integer is too large")',
        'print(_("Hello"), file.name, f"{count}/{of}")',
        'log("disk_full", error="some words")',
        'send(title="some words")',
    ],
)
def test_what_nobody_is_shown_may_be_in_english(run: Callable[..., tuple[int, str]], root: Path, line: str) -> None:
    (root / "server" / "errors.py").write_text("class DiskError(ExamRoomError): pass\n")
    (root / "server" / "b.py").write_text(f"{line}\n")
    assert "no catalogue" not in run()[1]


def test_only_the_packages_named_are_touched(run: Callable[..., tuple[int, str]], root: Path) -> None:
    (root / "client_kiosk").mkdir()
    (root / "client_kiosk" / "a.py").write_text('_("Kiosk")\n')
    run()
    assert not (root / "client_kiosk" / "translations").exists()
    assert "Kiosk" not in catalogue(root).read_text(encoding="utf-8")


def test_an_unknown_package_is_wrong_usage(translations: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        translations.main(["studio"])
    assert caught.value.code == 2
    assert "studio" in capsys.readouterr().err


def test_the_banks_own_catalogue_is_complete(repository: Path) -> None:
    script = [sys.executable, "scripts/translations.py", "--check", "question_bank"]
    done = subprocess.run(script, cwd=repository, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize(("sentence", "known"), [("100 %%", True), ("%(n)s %%", False), ("100 %", False)])
def test_a_percent_sign_is_doubled_only_where_something_is_filled_in(
    run: Callable[..., tuple[int, str]], root: Path, sentence: str, known: bool
) -> None:
    (root / "server" / "a.py").write_text(f'_("Hello")\n_("{sentence}")\n')
    assert ("%% stands for %" in run()[1]) is known
