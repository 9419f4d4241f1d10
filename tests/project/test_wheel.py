"""What we hand over: the wheel and the source archive, built from a copy of the tree."""

from __future__ import annotations

import configparser
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from email.parser import Parser
from pathlib import Path, PurePosixPath

import pytest

PACKAGES = {"server", "client_kiosk", "question_bank"}
NOT_COPIED = shutil.ignore_patterns(
    ".venv", ".git", ".tmp", "dist", "*.egg-info", "__pycache__", "node_modules", ".*_cache", ".hypothesis", "*.sqlite*"
)
# In the repository for those who change it, of no use where it is installed.
SOURCE_ONLY = {".po", ".pot", ".py"}


@pytest.fixture(scope="module")
def tree(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project without what git ignores."""
    copy = tmp_path_factory.mktemp("tree") / "examroom"
    shutil.copytree(repository, copy, ignore=NOT_COPIED)
    return copy


@pytest.fixture(scope="module")
def built(tree: Path) -> Path:
    """The folder with the wheel and the source archive; the wheel is built from the archive."""
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", "out"], cwd=tree, check=True, capture_output=True
    )
    return tree / "out"


@pytest.fixture(scope="module")
def in_wheel(built: Path) -> set[str]:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        return set(wheel.namelist())


@pytest.fixture(scope="module")
def in_archive(built: Path) -> set[str]:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        return {name.partition("/")[2] for name in archive.getnames()}


def files(tree: Path, wanted: Callable[[PurePosixPath], bool]) -> set[str]:
    paths = (PurePosixPath(path.relative_to(tree).as_posix()) for path in tree.rglob("*") if path.is_file())
    return {str(path) for path in paths if wanted(path)}


def test_the_wheel_holds_our_three_packages_and_nothing_else_at_the_top(in_wheel: set[str]) -> None:
    assert {name.split("/")[0] for name in in_wheel} == PACKAGES | {"examroom-0.1.0.dist-info"}


def test_every_module_is_in_the_wheel(in_wheel: set[str], tree: Path) -> None:
    ours = files(tree, lambda path: path.parts[0] in PACKAGES and path.suffix == ".py")
    assert ours == {name for name in in_wheel if name.endswith(".py")}


def test_every_file_the_packages_read_is_in_the_wheel(in_wheel: set[str], tree: Path) -> None:
    read = files(tree, lambda path: path.parts[0] in PACKAGES and path.suffix not in SOURCE_ONLY)
    assert read - in_wheel == set()


@pytest.mark.parametrize(
    "ending",
    [
        "question_bank/front/tokens.css",
        "question_bank/front/vendor/socket.io.min.js",
        "question_bank/front/fonts/be-vietnam-pro-vietnamese-400.woff2",
        "question_bank/translations/vi/LC_MESSAGES/messages.mo",
        "server/translations/vi/LC_MESSAGES/messages.mo",
        "client_kiosk/translations/vi/LC_MESSAGES/messages.mo",
        "question_bank/samples/blueprints/tien-giang.yaml",
        "question_bank/schema/exam-items-1.schema.json",
        ".html",
        ".typ",
        "py.typed",
    ],
)
def test_the_wheel_holds_templates_translations_schema_and_samples(in_wheel: set[str], ending: str) -> None:
    assert [name for name in in_wheel if name.endswith(ending)]


def test_the_wheel_holds_nothing_made_by_running(in_wheel: set[str]) -> None:
    assert [name for name in in_wheel if name.endswith((".pyc", ".sqlite", ".key", ".po"))] == []


def test_the_wheel_stays_small_enough_to_hand_around(built: Path) -> None:
    assert next(built.glob("*.whl")).stat().st_size < 6_000_000


def test_what_a_page_may_load_of_the_shared_front_end_suits_an_old_lab(tree: Path) -> None:
    # 300 kiosks that open their pages within a minute over a 100 Mbit/s switch get about 2.5 MB each.
    front = tree / "question_bank" / "front"
    loaded = [front / "tokens.css", *(front / "fonts").glob("*.woff2"), *(front / "vendor").glob("*.js")]
    assert sum(path.stat().st_size for path in loaded) < 400_000


def test_the_wheel_carries_both_licence_files(in_wheel: set[str]) -> None:
    assert {"examroom-0.1.0.dist-info/licenses/LICENSE", "examroom-0.1.0.dist-info/licenses/NOTICE"} <= in_wheel


def test_the_metadata_names_the_commands_and_the_extras(built: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        metadata = Parser().parsestr(wheel.read("examroom-0.1.0.dist-info/METADATA").decode())
        entry_points = configparser.ConfigParser()
        entry_points.read_string(wheel.read("examroom-0.1.0.dist-info/entry_points.txt").decode())
    assert set(metadata.get_all("Provides-Extra") or []) == {"server", "kiosk", "studio", "dev"}
    assert metadata["License-Expression"] == "Apache-2.0"
    assert dict(entry_points["console_scripts"]) == {
        "examroom-server": "server.cli:main",
        "examroom-kiosk": "client_kiosk.cli:main",
        "examroom-bank": "question_bank.cli:main",
    }


def test_the_source_archive_holds_recipes_scripts_tests_and_documents(in_archive: set[str], tree: Path) -> None:
    kept = {"build", "scripts", "tests", "docs", "requirements", *PACKAGES}
    assert files(tree, lambda path: path.parts[0] in kept) - in_archive == set()
    assert {"Makefile", "ruff.toml", "README.vi.md", "CHANGELOG.md", ".ci/run", "LICENSE"} <= in_archive


def test_building_writes_nothing_into_our_recipes(built: Path, tree: Path, repository: Path) -> None:
    recipes = files(repository, lambda path: path.parts[0] == "build" and "__pycache__" not in path.parts)
    assert files(tree, lambda path: path.parts[0] == "build") == recipes
