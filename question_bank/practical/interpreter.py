"""How the worker is started in the sandbox: from a source tree, a virtual environment, an installation, or a frozen program."""

from __future__ import annotations

import compileall
import functools
import sys
from importlib.util import find_spec
from pathlib import Path

from question_bank.practical.sandbox.port import Command

ROLE = "practical-worker"  # of a frozen program, which is all there is of Python then (build/entry_server.py)
_LIBRARIES = ("yaml",)  # what the worker imports besides the standard library
# No site, no environment, no user's folder: what the worker imports is what is named here.
_START = "import sys; sys.path[:0] = sys.argv[1:]; from question_bank.practical.worker import main; sys.exit(main())"


def worker_command() -> Command:
    """The worker's words, and what it must be able to read."""
    if getattr(sys, "frozen", False):
        return Command(
            (sys.executable, "--role", ROLE), (Path(sys.executable), Path(getattr(sys, "_MEIPASS", sys.prefix)))
        )
    own = Path(__file__).resolve().parents[1]  # the package alone: its folder may hold a room's data beside it
    _compile(own)
    libraries = tuple(dict.fromkeys(_folder_of(name) for name in _LIBRARIES))
    base = Path(getattr(sys, "_base_executable", None) or sys.executable).resolve()
    paths = dict.fromkeys(str(path) for path in (own.parent, *libraries))
    return Command(
        (str(base), "-I", "-S", "-B", "-X", "utf8", "-c", _START, *paths),
        (base, Path(sys.base_prefix).resolve(), own, *libraries),
    )


@functools.cache
def _compile(package: Path) -> None:
    """The sandbox cannot keep compiled modules, and compiling them takes longer than a worker. Where they cannot be written, it does."""
    if not sys.dont_write_bytecode:
        for folder in (package, package / "formats", package / "items", package / "practical"):
            compileall.compile_dir(folder, maxlevels=10 if folder.name == "practical" else 0, quiet=2)


def _folder_of(library: str) -> Path:
    """Where a library is imported from; all that lies there is installed with it."""
    spec = find_spec(library)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).resolve().parents[1]
