"""Start of the frozen server."""

from __future__ import annotations

import os
import runpy
import sys

# A room is reached by address: eventlet's own resolver is not needed and drags in a DNS library.
os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")

# Children are this same program in another role, since a frozen program has no `python -m`.
ROLES = {
    "announce": "server.announce",
    "practical-worker": "question_bank.practical.worker",
    "qr-reader": "server.qr_reader",
}


def main() -> int:
    """The command line, or the role named by `--role`."""
    if sys.argv[1:2] == ["--role"]:
        module = ROLES[sys.argv[2]]
        sys.argv = [module, *sys.argv[3:]]
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        return 0
    from server.cli import main as command_line

    return command_line() or 0


if __name__ == "__main__":
    sys.exit(main())
