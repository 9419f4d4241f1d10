"""The agreed shape of the code: small files, small functions, no broad `except`. Exceptions have a decision each."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

FILE_LINES = 300
FUNCTION_LINES = 40

# "path" or "path:function" -> the decision (docs/decisions/) that gives the reason.
LARGER: dict[str, str] = {}
# Process loops that may catch everything, once each, to journal it or to stop.
LOOPS: dict[str, str] = {
    "server/store/batch.py": "0004-saved-means-committed.md",
    **dict.fromkeys(
        (f"server/live/{name}.py" for name in ("console_channel", "kiosk_channel", "kiosk_push", "marks", "rounds")),
        "0056-loops-that-go-on.md",
    ),
    **dict.fromkeys(
        (f"client_kiosk/{name}.py" for name in ("inspector", "online", "stager")), "0100-a-kiosk-goes-on.md"
    ),
    "question_bank/studio/blueprint_reckoning.py": "0136-a-search-that-fails-names-no-question.md",
    "question_bank/practical/marking.py": "0230-a-check-that-fails-is-for-a-person.md",
    "question_bank/practical/gate_mutants.py": "0235-what-a-type-cannot-spoil-the-author-must.md",
}


def code_lines(text: str) -> int:
    return sum(1 for line in text.splitlines() if line.strip() and not line.strip().startswith("#"))


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function from its first statement after the docstring."""
    body = node.body[1:] if ast.get_docstring(node) is not None and len(node.body) > 1 else node.body
    return (node.end_lineno or 0) - body[0].lineno + 1


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def is_broad(handler: ast.ExceptHandler) -> bool:
    """Whether a handler swallows everything. One that tidies up and raises again swallows nothing."""
    if isinstance(handler.body[-1], ast.Raise) and handler.body[-1].exc is None:
        return False
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(
        one is None or (isinstance(one, ast.Name) and one.id in ("Exception", "BaseException")) for one in caught
    )


@pytest.fixture(scope="module")
def files(sources: tuple[Any, ...], repository: Path) -> dict[str, tuple[str, ast.Module]]:
    """Path -> text and tree of our packages and scripts."""
    found = {source.path: (source.text, source.tree) for source in sources}
    for path in sorted((repository / "scripts").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        found[path.relative_to(repository).as_posix()] = (text, ast.parse(text))
    return found


def test_files_and_functions_are_small(files: dict[str, tuple[str, ast.Module]]) -> None:
    large = {path: lines for path, (text, _) in files.items() if (lines := code_lines(text)) > FILE_LINES}
    for path, (_, tree) in files.items():
        for node in functions(tree):
            if body_lines(node) > FUNCTION_LINES:
                large[f"{path}:{node.name}"] = body_lines(node)
    assert {name: lines for name, lines in large.items() if name not in LARGER} == {}
    assert set(LARGER) <= set(large), "an exception that is no longer needed"


def test_every_exception_from_the_shape_has_a_decision_that_names_it(repository: Path) -> None:
    for name, decision in {**LARGER, **LOOPS}.items():
        assert name.partition(":")[0] in (repository / "docs/decisions" / decision).read_text(encoding="utf-8"), name


def test_nothing_catches_everything_but_the_listed_process_loops(files: dict[str, tuple[str, ast.Module]]) -> None:
    broad: Counter[str] = Counter()
    for path, (_, tree) in files.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ExceptHandler) and is_broad(node):
                broad[path] += 1
    assert dict(broad) == dict.fromkeys(LOOPS, 1)


def test_the_three_packages_start_empty(repository: Path) -> None:
    for package in ("server", "client_kiosk", "question_bank"):
        assert (repository / package / "__init__.py").read_bytes() == b""
        assert (repository / package / "py.typed").is_file()


def test_every_folder_of_code_in_a_package_is_a_package(sources: tuple[Any, ...], repository: Path) -> None:
    folders = {Path(source.path).parent for source in sources}
    assert [str(folder) for folder in folders if not (repository / folder / "__init__.py").is_file()] == []


def test_recipes_scripts_and_tests_are_no_packages(repository: Path) -> None:
    installed = repository / "tests" / "installed"  # distributions of their own, not parts of the tests
    assert [
        path
        for folder in ("build", "scripts", "tests")
        for path in (repository / folder).rglob("__init__.py")
        if installed not in path.parents
    ] == []


def test_pyproject_has_three_lines(repository: Path) -> None:
    assert len((repository / "pyproject.toml").read_text().splitlines()) == 3


def test_decisions_have_a_number_each_and_at_most_thirty_lines(repository: Path) -> None:
    decisions = sorted((repository / "docs/decisions").glob("*.md"))
    numbers = [path.name[:4] for path in decisions]
    assert all(number.isdigit() for number in numbers)
    assert len(set(numbers)) == len(numbers)
    assert {path.name: n for path in decisions if (n := len(path.read_text(encoding="utf-8").splitlines())) > 30} == {}
