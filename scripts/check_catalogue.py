"""Write docs/checks.md from the catalogue of checks; `--check` only says whether it is what it should be.

.venv/bin/python scripts/check_catalogue.py [--check]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from question_bank.phrase import english
from question_bank.practical.arguments import Field
from question_bank.practical.catalogue import KINDS, CheckType, catalogue

PAGE = Path(__file__).resolve().parent.parent / "docs/checks.md"
HEAD = """# The catalogue of checks

Made by `scripts/check_catalogue.py` from `question_bank/practical/checks/`; how a rubric uses them is in [practical.md](practical.md). A field with * must be
given. Ranges are `[low, high]` or one number. What `select` finds can be taken by another check with `select: {ref: id}`.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(line for kind in KINDS for line in _kind(kind))])


def _kind(kind: str) -> Iterator[str]:
    found = [one for one in catalogue().values() if one.kind == kind]
    if found:
        yield f"## {kind}: {len(found)} checks\n"
        yield "| check | what | select | expect | steps | skill |\n|---|---|---|---|---|---|"
        yield from (_row(one) for one in found)
        yield ""


def _row(one: CheckType) -> str:
    cells = (
        f"`{one.name}`",
        english(one.title),
        _fields(one.select),
        _fields(one.expect),
        ", ".join(one.steps),
        one.skill,
    )
    return f"| {' | '.join(cells)} |"


def _fields(fields: tuple[Field[object], ...]) -> str:
    return ", ".join(
        f"`{one.name}`{'*' if one.required else ''}" + (f" ({one.unit})" if one.unit else "") for one in fields
    )


def main() -> int:
    """Exit status 1 when the page is stale and was only looked at."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    if parser.parse_args().check:
        return int(PAGE.read_text(encoding="utf-8") != page())
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
