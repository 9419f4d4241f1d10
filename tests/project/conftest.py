"""The project's own source, read once: what the tests in this folder look at."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PACKAGES = ("server", "client_kiosk", "question_bank")


@dataclass(frozen=True, slots=True)
class Import:
    """One imported module, by its full dotted name, and where."""

    importer: str
    imported: str
    line: int
    at_top: bool

    def __str__(self) -> str:
        return f"{self.importer} (line {self.line}) imports {self.imported}"


@dataclass(frozen=True, slots=True)
class Source:
    """One Python file of ours."""

    path: str
    module: str
    text: str
    tree: ast.Module
    imports: tuple[Import, ...]


def module_name(path: Path) -> str:
    """server/web/__init__.py -> server.web"""
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(tree: ast.Module, module: str, modules: frozenset[str]) -> Iterator[Import]:
    """Every import statement, wherever it stands; `from a import b` is a.b where that is a module of ours."""
    top = {id(node) for node in tree.body}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{module}:{node.lineno}: relative import"
            assert node.module
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [name if name in modules else node.module for name in inner]
        else:
            continue
        for name in dict.fromkeys(names):
            yield Import(module, name, node.lineno, id(node) in top)


@pytest.fixture(scope="session")
def sources(repository: Path) -> tuple[Source, ...]:
    """All files of the three packages."""
    paths = [path for package in PACKAGES for path in sorted((repository / package).rglob("*.py"))]
    names = {path: module_name(path.relative_to(repository)) for path in paths}
    modules = frozenset(names.values())
    found = []
    for path, module in names.items():
        text = path.read_text(encoding="utf-8")
        tree = ast.parse(text)
        relative = path.relative_to(repository).as_posix()
        found.append(Source(relative, module, text, tree, tuple(imports_of(tree, module, modules))))
    return tuple(found)


@pytest.fixture(scope="session")
def imports(sources: tuple[Source, ...]) -> tuple[Import, ...]:
    """All imports of the three packages."""
    return tuple(found for source in sources for found in source.imports)
