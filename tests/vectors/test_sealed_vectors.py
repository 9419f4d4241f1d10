"""The library and the command line give every vector its verdict; so do the shares as they are typed.

The vectors are files (scripts/make_vectors.py); a reader in another language can run the same lists. The room server's
reader and the kiosk's are beside this file.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from question_bank import seal_cli
from question_bank.canonical import digest
from question_bank.custody import CustodyError, CustodyFault, SecretKind, open_secret, parse_share
from question_bank.sealed import Package, SealError, SealFault
from question_bank.sealed_keys import PublicKey

HERE = Path(__file__).resolve().parent
VERDICTS: dict[str, Any] = json.loads((HERE / "verdicts.json").read_text(encoding="utf-8"))
CUSTODY: dict[str, Any] = json.loads((HERE / "custody.json").read_text(encoding="utf-8"))
STEPS = ("open", "verify", "sections", "candidate", "marking")
Vector = dict[str, Any]


def read_all(package: Callable[[], Package], vector: Vector) -> tuple[str, str]:
    """The verdict on a file and the step at which it fell, every step taken as a room would."""
    now_ms, override = vector.get("now_ms", VERDICTS["now_ms"]), vector.get("override", False)
    identities, step = {**VERDICTS["identities"], **vector.get("identities", {})}, "open"
    try:
        opened = package()
        step = "verify"
        opened.verify()
        step = "sections"
        sections = opened.sections(identities["paper"], now_ms, override=override)
        step = "candidate"
        for section_id, identity in sections.items():
            given = vector.get("identities", {}).get("sections", {}).get(section_id, identity)
            part = opened.candidate(section_id, given)
            for sha256 in part.media:
                assert digest(opened.medium(part, sha256, given)).hex() == sha256
        step = "marking"
        opened.marking(identities["marking"], now_ms, override=override)
    except SealError as error:
        return error.code.value, step
    return "ok", step


def test_the_library_gives_the_verdict(vector: Vector) -> None:
    def package() -> Package:
        version = vector.get("room_version", VERDICTS["room_version"])
        return Package.open_file(HERE / "sealed" / vector["file"], bytes.fromhex(VERDICTS["signer"]), version)

    assert read_all(package, vector) == (vector["verdict"], vector["at"])


def test_the_command_line_gives_the_verdict(
    vector: Vector, tmp_path: Path, bank: Callable[..., tuple[int, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`verify`, then `open` for the paper and for the marking; an identity comes out of shares, and is never a wrong one."""
    monkeypatch.setattr(seal_cli, "now_ms", lambda: vector.get("now_ms", VERDICTS["now_ms"]))
    monkeypatch.setattr(seal_cli, "VERSION", vector.get("room_version", VERDICTS["room_version"]))
    pub, file = tmp_path / "committee.pub", HERE / "sealed" / vector["file"]
    pub.write_text(PublicKey(bytes.fromhex(VERDICTS["signer"]), "Ban Đề thi").line(), encoding="utf-8")
    too_early = ["--before-time", "a rehearsal"] if vector.get("override") else []
    status, said = bank("verify", file, "--signer", pub, "--json")
    found = [(said["verdict"], status)]
    for part in ("paper", "marking"):
        if found[-1][0] != "ok":
            break
        shares: list[Any] = []
        for number, words in enumerate(VERDICTS[f"{part}_shares"]):
            shares += ["--share-file", tmp_path / f"{part}{number}"]
            shares[-1].write_text(words, encoding="utf-8")
        status, said = bank(
            "open", file, "--signer", pub, "--part", part, *shares, "--to", tmp_path / part, *too_early, "--json"
        )
        found.append((said["verdict"], status))
        assert (tmp_path / part).exists() is (status == 0), "a refused package leaves nothing behind"
    if "media_sha256" in vector:
        written = {digest(path.read_bytes()).hex() for path in (tmp_path / "paper").iterdir()}
        assert vector["media_sha256"] in written
    verdict, at = (vector["verdict"], vector["at"]) if "identities" not in vector else ("ok", "marking")
    assert found[-1] == (verdict, 0 if verdict == "ok" else 3)
    assert len(found) == {"open": 1, "verify": 1, "sections": 2, "candidate": 2, "marking": 3}[at]


def test_shares_as_custodians_give_them_get_their_verdict(case: dict[str, Any]) -> None:
    package = Package.open_file(HERE / "sealed/good.exam", bytes.fromhex(CUSTODY["signer"]), CUSTODY["room_version"])
    assert given(package, case) == case["verdict"]


def given(package: Package, case: dict[str, Any]) -> str:
    shares = []
    for text in case["shares"]:
        share = parse_share(text)
        if isinstance(share, CustodyFault):
            return share.value
        shares.append(share)
    try:
        identity = open_secret(shares, package.manifest, SecretKind(case["secret"]))
    except CustodyError as error:
        return error.code.value
    assert identity == CUSTODY["identities"][case["secret"]]
    return "ok"


def test_the_command_line_gives_shares_their_verdict(
    case: dict[str, Any], tmp_path: Path, bank: Callable[..., tuple[int, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seal_cli, "now_ms", lambda: CUSTODY["now_ms"])
    pub = tmp_path / "committee.pub"
    pub.write_text(PublicKey(bytes.fromhex(CUSTODY["signer"]), "Ban Đề thi").line(), encoding="utf-8")
    shares: list[Any] = []
    for number, text in enumerate(case["shares"]):
        shares += ["--share-file", tmp_path / f"share{number}"]
        shares[-1].write_text(text, encoding="utf-8")
    if not shares:
        shares = ["--share-file", tmp_path / "empty"]
        shares[-1].write_text("", encoding="utf-8")
    file = HERE / "sealed/good.exam"
    status, said = bank(
        "open", file, "--signer", pub, "--part", case["secret"], *shares, "--to", tmp_path / "out", "--json"
    )
    expected = "wrong_length" if not case["shares"] else case["verdict"]
    assert (said["verdict"], status) == (expected, 0 if expected == "ok" else 3)


def test_every_rule_has_a_vector() -> None:
    """Only what a file cannot show is missing: a drive that fails, and files that are no package."""
    shown = {vector["verdict"] for vector in VERDICTS["vectors"]} - {"ok"}
    elsewhere = {SealFault.UNREADABLE, SealFault.BAD_FORM, SealFault.BAD_KEY_FILE, SealFault.BESIDE_PACKAGE}
    assert shown == {fault.value for fault in SealFault if fault not in elsewhere}
    assert {case["verdict"] for case in CUSTODY["cases"]} - {"ok"} == {fault.value for fault in CustodyFault}


def test_every_file_has_a_verdict_and_every_verdict_a_file() -> None:
    files = {path.name for path in (HERE / "sealed").iterdir()}
    assert {vector["file"] for vector in VERDICTS["vectors"]} <= files
    assert files == {vector["file"] for vector in VERDICTS["vectors"]}
    assert {vector["at"] for vector in VERDICTS["vectors"]} == set(STEPS)
