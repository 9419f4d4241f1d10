#!/usr/bin/env python3
"""Write requirements/room.txt and requirements/dev.txt: every package of every platform, by version and digest.

    lock.py             keep the versions already chosen where setup.cfg allows them
    lock.py --upgrade   choose the newest

room.txt is what a room's machines install (server and kiosk); dev.txt is that and the tools. They name no index, so
they work with PyPI or whatever mirror pip is configured for.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST_PYTHON = "3.11"


def compile_lock(target: str, *options: str) -> None:
    """Run `uv pip compile` for one lock file."""
    subprocess.run(
        [
            Path(sys.executable).with_name("uv"), "pip", "compile", "setup.cfg", "--output-file", f"requirements/{target}",
            "--universal", "--generate-hashes", "--python-version", OLDEST_PYTHON, "--no-config", "--quiet",
            "--custom-compile-command", "make lock", *options,
        ],
        cwd=ROOT,
        check=True,
    )  # fmt: skip


def main() -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--upgrade", action="store_true")
    upgrade = ["--upgrade"] if parser.parse_args().upgrade else []
    compile_lock("room.txt", "--extra", "server", "--extra", "kiosk", *upgrade)
    compile_lock("dev.txt", "--all-extras", "--constraint", "requirements/room.txt", *upgrade)
    return 0


if __name__ == "__main__":
    sys.exit(main())
