"""Every rule about items has a file that breaks it: the reader names the rule, and the line."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from question_bank.formats.folder import read_bank

VECTORS = Path(__file__).resolve().parent.parent / "vectors" / "items"
EXPECT = re.compile(rb"^# expect: (\d+) (\w+)$", re.MULTILINE)
# Codes of files too large to keep, and of folders: tested in test_folder.py and test_nodes.py.
ELSEWHERE = {"too_large", "not_read", "other_title", "bad_file"}


def expected(path: Path) -> list[tuple[int, str]]:
    return sorted((int(line), code.decode()) for line, code in EXPECT.findall(path.read_bytes()))


@pytest.mark.parametrize("path", sorted(VECTORS.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_bad_file_gives_exactly_its_problems_with_their_lines(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / path.name
    copy.write_bytes(path.read_bytes())
    shutil.copytree(VECTORS / "media", tmp_path / "media")
    problems = read_bank(tmp_path).problems
    assert sorted((problem.line, problem.code) for problem in problems) == expected(path)
    for problem in problems:
        assert problem.file == str(copy)
        assert problem.message
        assert str(problem).startswith(f"{copy}:{problem.line}: {problem.code}: ")


def test_every_code_in_the_sources_has_a_bad_file(repository: Path) -> None:
    bank = repository / "question_bank"
    paths = [*(bank / "items").rglob("*.py"), bank / "content_reading.py", bank / "checking.py"]
    paths += [bank / "formats" / f"{name}.py" for name in ("authoring", "folder", "nodes", "report")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    named = set(re.findall(r"""(?:Fault|Unreadable|_refused)\(\s*"(\w+)\"""", text))
    named |= set(re.findall(r"""\.flaw\(\w+, "(\w+)\"""", text))
    named |= set(re.findall(r"""\.add\([^"]*?, "(\w+)\"""", text))
    named |= {"key_not_an_option", "fixed_not_an_option"}  # made from a field's name
    assert len(named) > 25
    shown = {code for path in VECTORS.glob("*.yaml") for _, code in expected(path)}
    assert named - shown == ELSEWHERE
    assert shown <= named
