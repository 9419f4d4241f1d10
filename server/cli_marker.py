"""The command `marker`: marks the practical work of a room beside its server (docs/work-files.md §4)."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from server.wording import gettext

MOST_WORKERS = 64


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `marker`; it sets `act`, a function of the parsed arguments that gives the exit status."""
    marker = commands.add_parser(
        "marker", help=gettext("mark practical work beside the room's server; it starts this itself")
    )
    marker.add_argument(
        "folder", type=Path, metavar="FOLDER", help=gettext("the folder of jobs: “work” in the room's folder")
    )
    marker.add_argument(
        "--queue", metavar="ADDRESS", help=gettext("a file, or redis://…; “queue.sqlite” in the folder unless told")
    )
    marker.add_argument(
        "--workers", type=_workers, default=0, help=gettext("at once; one fewer than there are cores unless told")
    )
    marker.set_defaults(act=_marker)


def _marker(given: argparse.Namespace) -> int:
    from server.marker.engine import marked
    from server.marker.process import run

    workers = given.workers or max(1, (os.cpu_count() or 2) - 1)
    return run(given.folder, given.queue or str(given.folder / "queue.sqlite"), workers, marked)


def _workers(text: str) -> int:
    number = int(text)
    if not 1 <= number <= MOST_WORKERS:
        raise argparse.ArgumentTypeError(gettext("a number from 1 to %(most)s", most=MOST_WORKERS))
    return number
