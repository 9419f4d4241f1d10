"""Start of the frozen server."""

from __future__ import annotations

import os
import runpy
import sys

# A room is reached by address: eventlet's own resolver is not needed and drags in a DNS library.
os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")


def main() -> int:
    """The command line; or, as a child of ourselves, the module of ours named after `-m`, as Python itself would."""
    if sys.argv[1:2] == ["-m"] and sys.argv[2].partition(".")[0] in ("server", "question_bank"):
        module = sys.argv[2]
        sys.argv = [module, *sys.argv[3:]]
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        return 0
    from server.cli import main as command_line

    return command_line() or 0


if __name__ == "__main__":
    sys.exit(main())
