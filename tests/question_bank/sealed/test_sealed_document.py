"""The specification and the code say the same."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from question_bank.custody import WORDS, CustodyFault
from question_bank.sealed import Package, SealFault
from question_bank.sealed_manifest import (
    MAX_MANIFEST_BYTES,
    MAX_MEMBER_BYTES,
    MAX_MEMBERS,
    MAX_SECTIONS,
    MAX_SHARES,
    Role,
    document,
)
from question_bank.sealed_parts import PAD_BYTES
from question_bank.sealed_zip import MAX_PACKAGE_BYTES


@pytest.fixture(scope="module")
def page(repository: Path) -> str:
    return (repository / "docs/sealed-package.md").read_text(encoding="utf-8")


def rows(page: str) -> dict[str, str]:
    section = page.split("## 10.")[1]
    found = re.findall(r"^\| `(\w+)` \| .+ \| (.+) \|$", section, re.MULTILINE)
    assert len(dict(found)) == len(found)
    return dict(found)


def test_every_error_is_in_the_table_and_every_row_is_an_error(page: str) -> None:
    assert set(rows(page)) == {fault.value for fault in SealFault} | {fault.value for fault in CustodyFault}


def test_the_table_names_the_vectors_of_each_error(page: str, repository: Path) -> None:
    vectors = repository / "tests/vectors"
    files: dict[str, int] = {}
    for vector in json.loads((vectors / "verdicts.json").read_text())["vectors"]:
        files[vector["verdict"]] = files.get(vector["verdict"], 0) + 1
    for case in json.loads((vectors / "custody.json").read_text())["cases"]:
        files[case["verdict"]] = files.get(case["verdict"], 0) + 1
    told = {name: int(count) for name, count in rows(page).items() if count.isdigit()}
    assert told == {name: count for name, count in files.items() if name != "ok"}


def test_the_bounds_are_those_of_the_code(page: str) -> None:
    bounds = dict(
        re.findall(
            r"^\| (.+?) \| ([\d,]+(?: [MK]iB| levels)?) \|", page.split("## 4.")[1].split("## 5.")[0], re.MULTILINE
        )
    )
    mib, kib = 2**20, 2**10
    assert bounds == {
        "file": f"{MAX_PACKAGE_BYTES // mib} MiB",
        "`manifest.json`": f"{MAX_MANIFEST_BYTES // kib} KiB",
        "members": f"{MAX_MEMBERS}",
        "a `candidate` or `marking` member": f"{MAX_MEMBER_BYTES[Role.CANDIDATE] // mib} MiB",
        "`sections.age`": f"{MAX_MEMBER_BYTES[Role.SECTIONS] // kib} KiB",
        "a `media` member": f"{MAX_MEMBER_BYTES[Role.MEDIA] // mib} MiB",
        "nesting of JSON": "64 levels",
    }
    assert f"multiple of {PAD_BYTES:,} bytes" in page
    assert f"{MAX_SHARES}, extendable" in page
    assert f"1–{MAX_SECTIONS} objects" in page
    assert f"{WORDS} words" in page


def test_every_field_of_the_manifest_is_described(page: str, repository: Path) -> None:
    manifest = document(Package.open_file(repository / "tests/vectors/sealed/good.exam", None, None).manifest)
    section = page.split("## 3.")[1].split("## 4.")[0]

    def names(value: object) -> set[str]:
        if isinstance(value, dict):
            return set(value) | {name for part in value.values() for name in names(part)}
        return {name for part in value for name in names(part)} if isinstance(value, list) else set()

    assert not {name for name in names(manifest) if f"`{name}`" not in section and f'"{name}"' not in section}
