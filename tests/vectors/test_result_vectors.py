"""The vectors of docs/result.md: each file gives exactly the codes it must."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from server.result.reading import verify_bundle

FOLDER = Path(__file__).resolve().parent / "result"
VERDICTS: dict[str, list[str]] = json.loads((FOLDER / "verdicts.json").read_text(encoding="utf-8"))


def test_every_file_has_its_verdict() -> None:
    assert {path.name for path in FOLDER.glob("*.result")} == set(VERDICTS)
    assert VERDICTS["good.result"] == []


@pytest.mark.parametrize("name", sorted(VERDICTS))
def test_a_bundle_gives_its_verdict(name: str) -> None:
    assert sorted({problem.code for problem in verify_bundle(FOLDER / name).problems}) == VERDICTS[name]
